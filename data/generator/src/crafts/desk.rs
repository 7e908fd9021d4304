//! Small wooden things for the writing desk.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "desk",
    category: "C16",
    code: "DE",
    products: 16,
    tags: &["desk", "office", "wooden"],
    materials: &[
        Material {
            name: "walnut",
            code: "WAL",
            parts: &["walnut", "linseed oil"],
            tags: &["walnut"],
            colors: &["dark brown"],
            price: 120,
            care: None,
            story: &[
                "Offcuts from [a cabinet maker|chair making] gave us this walnut, [too short for a table|just long enough], dark and [faintly violet|warm] in tone.",
                "Walnut [looks serious without being heavy|belongs in studies], and the {short} [gets a soft gleam where hands pass|shows its figure best under a lamp].",
            ],
        },
        Material {
            name: "maple",
            code: "MAP",
            parts: &["maple", "beeswax"],
            tags: &["maple"],
            colors: &["cream"],
            price: 95,
            care: None,
            story: &[
                "Maple is [nearly white|pale as paper] and so fine-grained that the {short} [feels like bone|takes the sharpest edges].",
                "Sycamore maple from [Vorarlberg|the Swabian Jura] was [felled in winter, so that it stays pale|chosen for its ripple] before it became a(n) {short}.",
            ],
        },
        Material {
            name: "pear wood",
            code: "PEA",
            parts: &["pear wood", "linseed oil"],
            tags: &["pear wood"],
            colors: &["rosy brown"],
            price: 110,
            care: None,
            story: &[
                "Pear wood, [the old material of rulers and recorders|steamed to a rosy brown], [never splinters|hardly moves].",
                "A perry orchard [in Lower Austria|in Herefordshire] lost its oldest tree, and [part of it|a plank of it] is now this {short}.",
            ],
        },
        Material {
            name: "smoked oak",
            code: "SMO",
            parts: &["smoked oak", "hard wax"],
            tags: &["oak"],
            colors: &["tobacco brown"],
            price: 105,
            care: None,
            story: &[
                "Ammonia fumes react with the tannin and turn the oak [tobacco brown|nearly black], [right through|without a drop of stain].",
                "Smoked oak has [open pores and a dry touch|a grain you can read with a fingernail], which gives the {short} [weight on the desk|gravity].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "fountain pen rest",
            short: "rest",
            price: (18, 30),
            step: 25,
            sizes: &["1 pen", "3 pens"],
            tags: &["pen rest", "fountain pen", "writing"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Fountain Pen Rest in {M}",
                    "The hollows are lined with nothing, [just polished|sanded to 800 grit], so no barrel gets scratched.",
                ),
                (
                    "Wave-Shaped Pen Rest in {M}",
                    "Its wave was cut on the bandsaw in one pass, [and then refined with rasps|following a pencil line].",
                ),
            ],
            measure: &[
                "Made for {size}, it is {8..14} cm long.",
                "It holds {size} at a slight slope, nib up.",
            ],
            uses: &[
                "Between two sentences a good pen [needs a place to lie|should not roll off the desk].",
                "For [notaries, poets and collectors of ink|somebody who writes letters], with the bottle beside it.",
            ],
        },
        Piece {
            noun: "letter tray",
            short: "tray",
            price: (48, 72),
            step: 0,
            sizes: &[],
            tags: &["letter tray", "organiser"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Letter Tray for A4 in {M}",
                    "Corners are joined with [splines of contrasting wood|finger joints], and it stacks.",
                ),
                (
                    "Low Paper Tray in {M}",
                    "The front is scooped out, [so a single sheet comes away|a hand's width deep].",
                ),
            ],
            measure: &[
                "It is {33..35} by {25..26} cm, {5..7} cm high.",
                "Inside there is room for A4 paper and {4..6} cm of procrastination.",
            ],
            uses: &[
                "Bills, [drawings|school notes], the post of the week: a tray makes [a pile respectable|mess look intended].",
                "It improves [the home office|a kitchen corner that serves as one] at once and for good.",
            ],
        },
        Piece {
            noun: "pencil cup",
            short: "cup",
            price: (22, 34),
            step: 0,
            sizes: &[],
            tags: &["pencil cup", "organiser"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Turned Pencil Cup in {M}",
                    "Turned from the solid, it [thins towards the rim|has a foot weighted with a steel disc].",
                ),
                (
                    "Eight-Sided Pencil Cup in {M}",
                    "Eight staves are glued up like a barrel, [grain matched all round|with mitres at 22.5 degrees].",
                ),
            ],
            measure: &[
                "It is {9..11} cm high and {7..9} cm across.",
                "Height {10..12} cm; it takes some {15..25} pencils.",
            ],
            uses: &[
                "Pencils, [brushes|knitting needles], a ruler, [scissors|the good eraser]: all upright and in sight.",
                "A thoughtful thing for [a godchild starting school|a new colleague], filled or empty.",
            ],
        },
        Piece {
            noun: "phone stand",
            short: "stand",
            price: (20, 32),
            step: 0,
            sizes: &[],
            tags: &["phone stand", "modern"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Phone Stand in {M}",
                    "A slot {12..14} mm wide takes phones in their cases, and a groove [lets the cable through|leads the cable out behind].",
                ),
                (
                    "Folding Phone Stand in {M}",
                    "Two parts slide into each other and [lie flat in a bag|come apart for travel].",
                ),
            ],
            measure: &["It measures {9..11} × {7..8} cm.", "Base {8..10} cm, weight {90..160:10} g."],
            uses: &[
                "For [recipes in the kitchen|video calls with grandchildren], with the screen at a readable angle.",
                "It turns [a bedside phone into a clock|a phone into a small radio], and [costs little to post|makes a neat small gift].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m} for [desks at home and at work|the writing table], made in {city}.",
        "This {noun} is cut from solid {m}, [sanded silk-smooth|with edges eased by hand].",
        "[A small piece of joinery|Joinery on a small scale]: a(n) {noun} in {m}.",
    ],
    making: &[
        "The {noun} is sawn, [planed|shaved] and fitted by hand, [with no metal in it|in an afternoon].",
        "After the last sanding the {noun} gets two thin coats of [oil|hard wax], rubbed out with [wool|a linen pad].",
        "Each plank is [turned about until the grain suits|marked out in chalk] before we cut the {noun}, [a luxury of small workshops|since the figure makes the piece].",
    ],
    closing: &[
        "Felt [dots|pads] underneath keep the {noun} quiet, and {w} [burns in its mark|signs it] beside them.",
        "The {noun} comes in a plain box, [ready for a desk or a gift table|with the name of the wood on a card].",
        "Made from [remnants|offcuts] of {m}, the {noun} uses [what others burn|wood that was already felled].",
    ],
    care: Care(
        &[
            "Dust the {noun} with a dry cloth and [wipe off ink at once|keep wet cups off {m}].",
            "Wipe the {noun} with a [barely damp|soft] cloth; {m} wants no [sprays|furniture polish].",
        ],
        &[
            "Rub [a little beeswax|a drop of oil] into the {short} [once a year|when it looks dry] and buff {m}.",
            "Scratches in the {short} can be [sanded out|steamed up with a damp cloth and an iron] and {m} oiled over.",
            "Keep the {short} from [the window sill in high summer|direct heat], for {m} [bleaches|changes colour].",
        ],
    ),
};
