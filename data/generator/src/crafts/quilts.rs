//! Patchwork quilts and what is pieced beside them.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "quilts",
    category: "C05",
    code: "QU",
    products: 16,
    tags: &["quilt", "patchwork", "cotton"],
    materials: &[
        Material {
            name: "organic cotton",
            code: "ORG",
            parts: &["organic cotton"],
            tags: &["organic"],
            colors: &["soft blues", "warm earth tones", "forest greens"],
            price: 105,
            care: None,
            story: &[
                "All fabrics are organic cotton, [mostly lawn and poplin|plain and printed], in {color}.",
                "The cotton is [certified organic and woven in Turkey|grown without pesticides] and was washed [before cutting|once], so the {short} has [done its shrinking|already settled].",
            ],
        },
        Material {
            name: "vintage cotton",
            code: "VIN",
            parts: &["reclaimed cotton"],
            tags: &["upcycled", "vintage"],
            colors: &["faded florals", "shirt stripes"],
            price: 120,
            care: None,
            story: &[
                "The pieces come from [shirts, pillowcases and summer dresses|flea-market sheets and dresses] of the [sixties and seventies|last century], sorted into {color}.",
                "Upcycled cotton is [already soft|soft as only old cloth is], and somewhere on the {short} you will find [a buttonhole|a laundry mark] we left in on purpose.",
            ],
        },
        Material {
            name: "indigo cotton",
            code: "IND",
            parts: &["cotton", "natural indigo"],
            tags: &["indigo", "blue"],
            colors: &["deep indigo", "light indigo"],
            price: 115,
            care: None,
            story: &[
                "We dye the cotton ourselves in a fermented indigo vat, [three to nine dips|up to ten dips] for [five|six] shades of blue.",
                "Natural indigo [fades gently|turns paler at the folds], so the {short} will look [like good jeans|lovelier] in ten years.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "patchwork quilt",
            short: "quilt",
            price: (340, 620),
            step: 22,
            sizes: &["140 × 200 cm", "180 × 220 cm"],
            tags: &["bedspread", "bedroom", "heirloom"],
            only: &[],
            parts: &["wool wadding"],
            looks: &[
                (
                    "{M} Quilt in Log Cabin Pattern",
                    "Some {63..99:12} log-cabin blocks, each built round a [red|small dark] square, [the hearth of the cabin|as tradition asks], make up the top.",
                ),
                (
                    "{M} Quilt with Flying Geese",
                    "Rows of flying geese, [{180..240:20} triangles in all|hundreds of small triangles], cross it from corner to corner.",
                ),
                (
                    "{M} Kantha-Stitched Quilt",
                    "Running stitch in lines {6..9} mm apart covers the whole surface and gives it [ripples|a fine ripple].",
                ),
            ],
            measure: &[
                "It is {size} and weighs {1800..2600:100} g.",
                "At {size} it fits [a double bed|a generous single] as a bedspread.",
            ],
            uses: &[
                "A quilt marks [a wedding, a birth|a first home, a round birthday], anything that [deserves months of work|should be remembered].",
                "On the bed by day, round the shoulders by night, and [in the grass in June|on the sofa when someone is ill].",
            ],
        },
        Piece {
            noun: "lap quilt",
            short: "quilt",
            price: (140, 210),
            step: 0,
            sizes: &[],
            tags: &["throw", "cosy", "gift"],
            only: &[],
            parts: &["cotton wadding"],
            looks: &[
                (
                    "{M} Lap Quilt with Pinwheels",
                    "In all {20..42:2} pinwheels turn [left and right by turns|all the same way but for one].",
                ),
                (
                    "Hand-Quilted {M} Lap Quilt",
                    "The quilting follows the outline of [oak leaves|waves], drawn on with chalk.",
                ),
            ],
            measure: &[
                "Its size is {100..110:5} by {130..150:5} cm.",
                "It measures {105..115:5} × {140..150:5} cm, made for one.",
            ],
            uses: &[
                "For [the armchair|the wheelchair|long train rides] and for anyone who reads [in cold rooms|by the window].",
                "People recovering from [an operation|a hard winter] like [its light weight|having it by them].",
            ],
        },
        Piece {
            noun: "patchwork cushion",
            short: "cushion",
            price: (42, 62),
            step: 15,
            sizes: &["40 × 40 cm", "50 × 50 cm"],
            tags: &["cushion", "sofa"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Patchwork Cushion with Star",
                    "An eight-pointed star, [pieced from 24 parts|set on point], fills the front.",
                ),
                (
                    "{M} Cushion with Hexagon Flowers",
                    "Hexagons the size of a [walnut|two-euro coin] are sewn over paper [by hand|in the old English way].",
                ),
            ],
            measure: &[
                "The cover is {size} with a hidden closing at the back.",
                "It comes {size}, filling not included.",
            ],
            uses: &[
                "A spot of colour for [a plain sofa|a window seat|a child's bed] and a small way to own a quilter's work.",
                "Cushions like this [pick up colours in a room|liven up a grey chair] and [take an afternoon nap well|invite you to sit].",
            ],
        },
        Piece {
            noun: "quilted pot holder pair",
            short: "pair",
            price: (18, 26),
            step: 0,
            sizes: &[],
            tags: &["pot holder", "kitchen", "small gift"],
            only: &[],
            parts: &["wool wadding"],
            looks: &[
                (
                    "{M} Pot Holders, Quilted Pair",
                    "Two layers of wool inside [keep the heat off|stand up to cast iron].",
                ),
                (
                    "Patchwork {M} Pot Holders with Loops",
                    "Leftover triangles [find a use here|come together here], and a loop hangs each from a hook.",
                ),
            ],
            measure: &[
                "Each is {20..22} cm square and close to {10..14} mm thick.",
                "They are {19..23} cm square.",
            ],
            uses: &[
                "Hot handles, [baking trays|casserole lids], a teapot in need of a mat: the pair [sees to all of it|hangs ready].",
                "A useful thank-you, [light to post|cheap to send], for [a baker|someone who cooks for you].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, pieced and quilted [by hand and on an old treadle machine|with a great deal of patience] in {city}.",
        "This {noun} brings together [scraps, squares and triangles|small pieces] of {m} in {color}.",
        "[Cut, pieced, layered and stitched|Pieced on winter evenings]: a(n) {noun} made of {m}.",
    ],
    making: &[
        "The {noun} is quilted by hand at {8..11} stitches to [five centimetres|two inches], with waxed cotton thread.",
        "Seams are pressed to the dark side and the points of the {noun} [meet|match], [nearly always|as they should].",
        "Binding is cut on the bias, [doubled|folded double] and sewn down by hand, because the edge of a(n) {noun} is what wears first.",
        "From the first sketch to the last stitch the {noun} [kept one of us busy for weeks|took longer than we admit].",
    ],
    closing: &[
        "A cloth label on the back of the {noun} [gives the year and the maker|leaves room for a name], stitched at {w}.",
        "Not one piece of {m} over [four|five] centimetres is thrown away; what the {noun} did not use [is next month's pincushion|waits in a jar].",
        "Quilts and their kin are [comfort you can give|for keeping in the family], and this {noun} [is no exception|was made in that spirit].",
    ],
    care: Care(
        &[
            "Wash the {noun} at 30 degrees on a gentle programme [with a colour catcher|with mild soap] the first time.",
            "Wash the {m} {short} cold and seldom; [shaking and airing|an hour on the line] does most of the work.",
        ],
        &[
            "Dry the {short} flat or over [two lines|a bannister], so the stitches are not strained.",
            "Keep the {short} out of [strong|midday] sun to save the colours of the {m}.",
            "Refold the {short} along other lines [now and then|every few months], so {m} does not crease for good.",
        ],
    ),
};
