//! Stained glass, leaded or in copper foil.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "stained_glass",
    category: "C08",
    code: "SG",
    products: 12,
    tags: &["stained glass", "window", "decoration"],
    materials: &[
        Material {
            name: "cathedral glass",
            code: "CAT",
            parts: &["coloured glass", "copper foil", "tin solder"],
            tags: &["transparent"],
            colors: &["blues and greens", "amber and red"],
            price: 100,
            care: None,
            story: &[
                "Cathedral glass is coloured through and [clear enough to see the sky|lets the sun straight in], so the {short} throws [patches of colour|tinted light] on the floor.",
                "The sheets, in {color}, are rolled in [Poland|Bavaria] and have a faint ripple that makes the {short} [shimmer|move as you walk past].",
            ],
        },
        Material {
            name: "antique glass",
            code: "ANT",
            parts: &["mouth-blown glass", "lead came"],
            tags: &["mouth-blown"],
            colors: &["old gold and rose", "cobalt and moss"],
            price: 140,
            care: None,
            story: &[
                "So-called antique glass is [new but mouth-blown into sheets|blown as a cylinder, cut and flattened], full of [lines and bubbles|life], here in {color}.",
                "Some of the panes come from [a dismantled church window|a glazier's old stock], which is why the {short} has colours you [cannot order any more|seldom see].",
            ],
        },
        Material {
            name: "opal glass",
            code: "OPA",
            parts: &["opalescent glass", "copper foil", "tin solder"],
            tags: &["opalescent"],
            colors: &["milky white and lilac", "cream and honey"],
            price: 115,
            care: None,
            story: &[
                "Opal glass is milky and streaked, [glows rather than shines|soft even in bright sun], and looks [alive by lamplight too|good from both sides].",
                "Streaks of {color} are chosen so they run [with the shape|like brush strokes] across the {short}.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "sun catcher",
            short: "sun catcher",
            price: (24, 42),
            step: 0,
            sizes: &[],
            tags: &["sun catcher", "gift"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Sun Catcher, Robin",
                    "The robin has a breast of [warm red|orange] and legs of bent wire.",
                ),
                (
                    "{M} Sun Catcher, Ginkgo Leaf",
                    "The ginkgo leaf is cut from [a single fan of glass|two mirror-image halves].",
                ),
                (
                    "{M} Sun Catcher, Moon and Wave",
                    "A moon stands over {2..3} waves, each cut from a different sheet.",
                ),
            ],
            measure: &[
                "It is {10..14} cm high and hangs on {30..40:5} cm of chain.",
                "Size {11..15} cm, weight about {80..140:10} g.",
            ],
            uses: &[
                "Hang it in a [kitchen|bathroom|stairwell] window that gets the morning light.",
                "For [the ill, the homesick and the newly moved|a friend far from home], it is a bit of sun that can be posted.",
            ],
        },
        Piece {
            noun: "window panel",
            short: "panel",
            price: (180, 340),
            step: 35,
            sizes: &["30 × 40 cm", "40 × 60 cm"],
            tags: &["panel", "art"],
            only: &[],
            parts: &["brass"],
            looks: &[
                (
                    "{M} Panel with Meadow Flowers",
                    "Poppies, cornflowers and grasses take {60..95:5} pieces of glass.",
                ),
                (
                    "{M} Panel in Geometric Design",
                    "The geometric design [goes back to bungalow windows|borrows from quilts], with {40..72:4} pieces.",
                ),
            ],
            measure: &[
                "The panel measures {size} in a brass frame with two hooks.",
                "At {size} it weighs {2..4} kg and hangs in front of any pane.",
            ],
            uses: &[
                "Hung before a plain window, the panel [screens the neighbours without a curtain|gives privacy and keeps the light].",
                "It can be [built into a door|set into a front door] by a joiner, or simply moved [along with you|from flat to flat].",
            ],
        },
        Piece {
            noun: "tea-light lantern",
            short: "lantern",
            price: (46, 68),
            step: 0,
            sizes: &[],
            tags: &["lantern", "cosy"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Tea-Light Lantern, House Shape",
                    "Shaped like a narrow town house, it has [a chimney for the heat|a roof that lifts off].",
                ),
                (
                    "Six-Sided {M} Lantern",
                    "Six panes lean inwards a little, [like a paper lantern|to make a star on the ceiling].",
                ),
            ],
            measure: &[
                "It is {14..18} cm high on a base of {9..11} cm.",
                "Height {15..19} cm, for one tea light.",
            ],
            uses: &[
                "On [winter evenings|the veranda] one flame inside it [tints the whole wall|is worth three outside].",
                "Set it [on the piano|in the hall] when guests are due, [lit before they ring|as a welcome].",
            ],
        },
    ],
    opening: &[
        "A stained-glass {noun} in {m}, [cut, ground and soldered|made] by hand in {city}.",
        "This {noun} in stained glass plays with {color}; [the sun does the rest|it changes by the hour].",
        "[Daylight|Light] is half of this stained-glass {noun}, {m} the other half.",
    ],
    making: &[
        "Each piece of the {noun} is scored, [snapped|broken] by hand and ground to the paper pattern, [to half a millimetre|until it sits].",
        "The seams of the {noun} are soldered on both sides and darkened with a [black|copper] patina.",
        "We draw the {noun} [at full size|in pencil] first, number the pieces and [move sheets about on the light table|hold glass to the window] until the colours agree.",
    ],
    closing: &[
        "{w} mends [cracked panes|a broken piece] in any {short} it has made.",
        "The {noun} comes with [a hook|a brass hook and cord] and rests in [a flat crate|cut cardboard], safe to send on as a present.",
        "Offcuts from the {noun} become [mosaic|night-light] pieces, so that {m} [is used to the last corner|goes a long way].",
    ],
    care: Care(
        &[
            "Dust the {noun} with a [dry|soft] brush and clean {m} with [a damp cloth|glass cleaner on a cloth], never sprayed on.",
            "Wipe the {short} with a [barely damp|microfibre] cloth and leave the solder lines of {m} alone.",
        ],
        &[
            "A little [car wax|wax polish] on the seams of the {short} [once a year|now and then] keeps the patina dark.",
            "Hang the {short} from [both|all] its hooks and check the [cord|chain] [each spring|from time to time], for {m} is heavy.",
            "Keep the {short} out of [the weather|rain and frost], as {m} and solder belong indoors.",
        ],
    ),
};
