//! Woodcut and linocut prints in small editions.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "prints",
    category: "C17",
    code: "WP",
    products: 22,
    tags: &["print", "art", "wall art"],
    materials: &[
        Material {
            name: "kozo paper",
            code: "KOZ",
            parts: &["kozo paper", "oil-based ink"],
            tags: &["japanese paper"],
            colors: &["black on cream", "indigo on cream"],
            price: 110,
            care: None,
            story: &[
                "Kozo paper, [made in Echizen|from mulberry bark], is thin and [strong as cloth|long-fibred], and lets the {color} ink [sink in|show on the back].",
                "The fibres of kozo [catch the light|can be seen in the blank sky], and the edges of the {short} are [left as the papermaker made them|torn against a ruler].",
            ],
        },
        Material {
            name: "cotton rag paper",
            code: "RAG",
            parts: &["cotton rag paper", "oil-based ink"],
            tags: &["cotton paper"],
            colors: &["black and ochre", "dark green", "black"],
            price: 100,
            care: None,
            story: &[
                "Cotton rag of {250..300:10} grams, [mould-made in Fabriano|made in the Auvergne], keeps [a clear dent round the image|the bite of the block].",
                "The paper is acid-free and [will not yellow|safe behind glass for a century], printed in {color}.",
            ],
        },
        Material {
            name: "recycled paper",
            code: "REC",
            parts: &["recycled paper", "soy-based ink"],
            tags: &["recycled", "eco-friendly"],
            colors: &["rust red", "deep blue"],
            price: 75,
            care: None,
            story: &[
                "Grey recycled card with [specks of old print|little flecks] gives the {color} ink [a soft, dusty ground|something to work against].",
                "Recycled paper and soy ink keep the {short} [affordable and kind to streams|cheap enough for a student's wall].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "woodcut print",
            short: "print",
            price: (58, 110),
            step: 45,
            sizes: &["30 × 40 cm", "50 × 70 cm"],
            tags: &["woodcut", "landscape"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Woodcut, Birches in Snow, on {M}",
                    "Birch trunks are simply [left white|the bare paper], and the grain of the pine block makes the sky.",
                ),
                (
                    "Woodcut, Fishing Harbour, on {M}",
                    "Masts, nets and {3..9} gulls crowd [the small harbour|the picture], cut in strong, quick lines.",
                ),
                (
                    "Woodcut, Hare at Dusk, on {M}",
                    "A hare sits up in stubble and [looks at you|listens], each whisker one stroke of the knife.",
                ),
                (
                    "Woodcut, Mountain Village, on {M}",
                    "Roofs climb towards a chapel, [lit from the left|and smoke stands above {2..4} of them].",
                ),
            ],
            measure: &[
                "The sheet is {size}, unframed.",
                "Sheet size {size} with a margin of {3..5} cm for framing.",
            ],
            uses: &[
                "It belongs where you [pass every day|drink your coffee]: black and white [quietens a room|goes with everything].",
                "Original art [need not cost a month's rent|can be a first-salary purchase], and a woodcut is a good beginning.",
            ],
        },
        Piece {
            noun: "linocut print",
            short: "print",
            price: (28, 56),
            step: 40,
            sizes: &["A5", "A4"],
            tags: &["linocut", "nature"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Linocut, Kitchen Herbs, on {M}",
                    "Thyme, sage and [chives|marjoram] stand in a row, roots and all.",
                ),
                (
                    "Linocut, Three Mackerel, on {M}",
                    "Three mackerel lie head to tail, [their stripes each cut differently|one of them winking].",
                ),
                (
                    "Linocut, Sleeping Cat, on {M}",
                    "The cat is one solid shape with [an ear, an eye and a curl of tail|hardly a line in it].",
                ),
                (
                    "Linocut, Allotment in August, on {M}",
                    "Beans, sunflowers, a shed and [a watering can|someone's hat] fill it to the border.",
                ),
            ],
            measure: &[
                "It is printed on a sheet of {size} with {15..30:5} mm of white all round.",
                "Format {size} including a margin of {12..28:2} mm, fit for a standard frame.",
            ],
            uses: &[
                "Pin it up in [the kitchen|a hallway|the lavatory], where small pictures are [looked at longest|loved most].",
                "Easily posted flat, it is a present for [cooks, anglers and cat people|a flat-warming].",
            ],
        },
        Piece {
            noun: "miniature print",
            short: "print",
            price: (16, 28),
            step: 0,
            sizes: &[],
            tags: &["small print", "gift"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Miniature Print, Wren, on {M}",
                    "A wren with its tail up sings at the top of its voice, [cut in twenty strokes|all {6..9} grams of it].",
                ),
                (
                    "Miniature Print, Oak Tree, on {M}",
                    "An oak stands by itself on a hill, [every branch cut|the trunk a single gouge mark].",
                ),
            ],
            measure: &[
                "The image is {7..9} by {7..9} cm, the sheet {14..16} cm square.",
                "It is {8..10} cm square on a sheet of {15..18} cm.",
            ],
            uses: &[
                "Prop it on a [desk|bookshelf], hang [three in a row|it beside the light switch], or post it as a very good card.",
                "Small enough for [a doll's house gallery|the narrowest wall], cheap enough [to give away|for a first print of your own].",
            ],
        },
    ],
    opening: &[
        "A hand-pulled {noun} on {m}, cut and printed in {city}.",
        "This {noun} on {m} is printed by hand in {color}, [numbered and signed in pencil|one sheet at a time].",
        "[Cut in relief, inked by roller and pulled by hand|Made with knife, roller and a good deal of ink]: a(n) {noun} on {m}.",
    ],
    making: &[
        "The block for the {noun} is [side-grain pear|limewood or lino] and took [two weeks|many evenings] to cut.",
        "We print the {noun} on [an 1890s Albion press|a converted mangle|an old proofing press], with {45..90:5} good impressions before [the block is tired|we stop].",
        "Ink goes on with a [hand|gelatine] roller, and the {noun} is rubbed down with [a baren of bamboo leaf|the bowl of a spoon] where the press is too even.",
        "Every {noun} dries for [five|four] days on [a line with pegs|racks] and is inspected [against the first proof|by daylight].",
    ],
    closing: &[
        "{w} cancels the block after the last {noun}, so the edition [stays what it says|is really closed].",
        "The {noun} is sent [flat between boards|rolled in a wide tube with tissue], ready to frame or to give.",
        "Small differences of inking make each {noun} [an original|its own], and we would not [have it otherwise|iron them out].",
    ],
    care: Care(
        &[
            "Handle the {noun} by its edges with [clean, dry hands|two hands] and frame {m} behind glass.",
            "Frame the {noun} with [an acid-free mount|a mount, so the ink does not touch the glass]; {m} [needs air|must not be glued].",
        ],
        &[
            "Hang the {short} out of [direct sun|steam and sunshine], because {m} [yellows or cockles|reacts to light and damp].",
            "Store an unframed {short} flat, [interleaved with tissue|in a folder], and {m} will [keep for generations|last].",
        ],
    ),
};
