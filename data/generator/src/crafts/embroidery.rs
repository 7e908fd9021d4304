//! Embroidered pictures and small stitched things.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "embroidery",
    category: "C09",
    code: "EM",
    products: 16,
    tags: &["embroidery", "hand-stitched"],
    materials: &[
        Material {
            name: "linen ground",
            code: "LIN",
            parts: &["linen", "cotton floss"],
            tags: &["linen"],
            colors: &["natural linen"],
            price: 100,
            care: None,
            story: &[
                "The ground is unbleached linen, [even enough to count threads on|fine and firm], and stranded cotton in {9..18} shades makes the picture.",
                "Natural linen [stays visible as background|does a third of the drawing], so the {short} [keeps its air|never looks crowded].",
            ],
        },
        Material {
            name: "indigo cotton ground",
            code: "IND",
            parts: &["indigo cotton", "cotton floss"],
            tags: &["indigo"],
            colors: &["indigo blue"],
            price: 105,
            care: None,
            story: &[
                "White thread on indigo is [the colour scheme of sashiko|like frost at night], and it [suits|flatters] the {short}.",
                "The indigo cotton is [dyed in the piece in Gujarat|vat-dyed], and the thread on the {short} is [thick, matt and soft|unmercerised], pulled [through with a long needle|in straight rows].",
            ],
        },
        Material {
            name: "wool felt ground",
            code: "FEL",
            parts: &["wool felt", "crewel wool"],
            tags: &["wool"],
            colors: &["charcoal felt", "cream felt"],
            price: 110,
            care: None,
            story: &[
                "On wool felt, here {color}, crewel wool [sinks in a little|lies thick], and the {short} [wants to be touched|gets a quiet relief].",
                "Crewel yarn dyed with [madder, weld and woad|walnut and onion skins] gives the {short} the [muted|dusty] colours of old [samplers|tapestries].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "hoop picture",
            short: "picture",
            price: (38, 68),
            step: 25,
            sizes: &["15 cm", "20 cm"],
            tags: &["wall art", "hoop art"],
            only: &[],
            parts: &["beech hoop"],
            looks: &[
                (
                    "Embroidered Hoop Picture, Meadow, on {M}",
                    "Yarrow, clover and {4..7} kinds of grass grow out of the lower rim.",
                ),
                (
                    "Embroidered Hoop Picture, Swallow, on {M}",
                    "A swallow in long-and-short stitch [crosses the hoop|dives from the upper edge].",
                ),
                (
                    "Embroidered Hoop Picture, Mushrooms, on {M}",
                    "{3..5} toadstools stand in a ring, their gills [a single thread each|stitched with one strand].",
                ),
            ],
            measure: &[
                "It stays in its {size} beech hoop, ready to hang.",
                "The hoop is {size} across and backed with felt.",
            ],
            uses: &[
                "Small pictures like this [gather on a stairway wall|fill the gap by the window] and [cost less than framing a print|bring colour without noise].",
                "A present for [godmothers and gardeners|people who love walking], with [a name on the back if you ask|room for a dedication behind].",
            ],
        },
        Piece {
            noun: "cushion cover",
            short: "cushion",
            price: (56, 86),
            step: 0,
            sizes: &[],
            tags: &["cushion", "home"],
            only: &[],
            parts: &["cotton"],
            looks: &[
                (
                    "Cushion with Tree of Life Embroidery on {M}",
                    "A tree with {18..30:2} different leaves [fills it from seam to seam|spreads over it].",
                ),
                (
                    "Cushion with Sashiko Waves on {M}",
                    "Overlapping waves run over the whole front in [running stitch|rows of even stitches].",
                ),
            ],
            measure: &[
                "The cover is {40..45:5} cm square with a zip hidden in the seam.",
                "It fits a filling of {40..50:5} cm.",
            ],
            uses: &[
                "On a [plain armchair|bench in the hall] it is [all the pattern you need|the thing guests ask about].",
                "Sturdy enough to be leant on [daily|every evening], with threads [tied off twice|that do not catch].",
            ],
        },
        Piece {
            noun: "brooch",
            short: "brooch",
            price: (22, 34),
            step: 0,
            sizes: &[],
            tags: &["brooch", "accessory"],
            only: &["LIN", "FEL"],
            parts: &["steel pin"],
            looks: &[
                (
                    "Hand-Embroidered Fern Brooch on {M}",
                    "A fern uncurls on it, [fly stitch by fly stitch|smaller than a thumbnail].",
                ),
                (
                    "Hand-Embroidered Moth Brooch on {M}",
                    "The moth's wings have {4..6} bands and [two eyes that look back|a body of turkey stitch].",
                ),
            ],
            measure: &[
                "It is {4..6} cm across and light as a coin.",
                "Size {40..55:5} mm, with a safety clasp.",
            ],
            uses: &[
                "For [a coat lapel|a beret|a canvas bag], wherever [plain cloth wants company|there is a small hole to hide].",
                "Brooches [are coming back|never left us], and this one is [easily posted in a card|a present for a mother or a friend].",
            ],
        },
        Piece {
            noun: "needle book",
            short: "book",
            price: (18, 28),
            step: 0,
            sizes: &[],
            tags: &["sewing", "small gift"],
            only: &[],
            parts: &["wool felt"],
            looks: &[
                (
                    "Embroidered Needle Book on {M}",
                    "Its cover carries [a sprig of rosemary|a wreath of forget-me-nots], the pages are felt.",
                ),
                (
                    "Embroidered Needle Book with Button on {M}",
                    "A shell button and a loop keep it shut, and [one needle is included|a thread of each colour comes along].",
                ),
            ],
            measure: &[
                "Closed it is {8..10} by {6..8} cm, with {2..3} felt leaves.",
                "It measures {9..11} × {7..8} cm.",
            ],
            uses: &[
                "It keeps needles [sorted and free of rust|out of the sofa] and fits any sewing basket.",
                "Stitchers [give it to one another|travel with one], [beginners receive it with their first hoop|quilters own several].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} embroidered by hand on {m} in {city}.",
        "This {noun} is stitched by hand, on {m}, [with the light from the left|by a north window].",
        "[Thread by thread|In thousands of small stitches], this {noun} was embroidered on {m}.",
    ],
    making: &[
        "Around {12..45} hours of stitching lie in the {noun}, [spread over a fortnight|an hour or two at a time, for the eyes' sake].",
        "Stem stitch, satin stitch and French knots [do most of the work|carry the design] on this {noun}; [the back is nearly as neat|no knots show behind].",
        "We draw the design on the {noun} with [a water-soluble pen|chalk and a pricked pattern], and [change it as we go|leave room for whims].",
        "The thread for the {noun} is [split to one or two strands|cut to the length of an arm], so it [never wears thin|stays glossy].",
    ],
    closing: &[
        "{w} stitches the initials of the maker into each {short}, [somewhere you have to look for|on the reverse].",
        "The {noun} goes out in [a flat box with tissue|a card sleeve], fit for [giving|a birthday].",
        "Tiny remnants of thread from the {noun} are [saved in a jar|put out for the birds' nests in spring, cotton and wool only].",
    ],
    care: Care(
        &[
            "Keep the {noun} [dry|away from damp] and dust it with [a soft brush|a clean brush].",
            "If the {short} must be washed, use cold water and a drop of wool soap, [pressing, not rubbing|by hand].",
        ],
        &[
            "Iron the {short} [face down on a towel|from the back, without steam on the stitches], or not at all.",
            "Bright sun [fades thread|takes the colours] over the years, so give the {short} [a shaded wall|a place in half-light].",
            "A loose thread on the {short} is [pulled|eased] to the back with [a needle|a fine hook], never cut.",
        ],
    ),
};
