//! Blankets, throws and cushions from the loom.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "weaving",
    category: "C05",
    code: "WV",
    products: 24,
    tags: &["wool", "hand-woven", "cosy"],
    materials: &[
        Material {
            name: "merino wool",
            code: "MER",
            parts: &["merino wool"],
            tags: &["merino"],
            colors: &["oatmeal", "moss green", "ink blue"],
            price: 115,
            care: None,
            story: &[
                "Merino of {19..21} microns, from [flocks in Extremadura|sheep on the Serra da Estrela], is fine enough to [lie against bare skin|please those who find wool scratchy].",
                "The merino is [dyed in small lots|yarn-dyed] in {color}, and the shade [shifts a touch|is alive] from skein to skein.",
            ],
        },
        Material {
            name: "Gotland wool",
            code: "GOT",
            parts: &["Gotland wool"],
            tags: &["undyed"],
            colors: &["silver grey", "charcoal"],
            price: 110,
            care: None,
            story: &[
                "Gotland sheep grow [lustrous grey curls|a silver fleece], so the {short} needs [no dye at all|neither dye nor bleach].",
                "We buy the Gotland fleece [from two farms on the island|straight from the shearing], and it gives the {short} a [silky|mohair-like] sheen.",
            ],
        },
        Material {
            name: "lambswool",
            code: "LAM",
            parts: &["lambswool"],
            tags: &["lambswool"],
            colors: &["heather", "mustard", "cream", "rust"],
            price: 95,
            care: None,
            story: &[
                "Lambswool, the first shearing, is [springy and light|soft and full of air], which is what [makes the {short} warm|gives the {short} its warmth].",
                "The {color} yarn is [spun in Donegal|spun in a mill in the Borders] with flecks of [three|four] other shades that show [only up close|on second look].",
            ],
        },
        Material {
            name: "alpaca wool",
            code: "ALP",
            parts: &["alpaca", "wool"],
            tags: &["alpaca"],
            colors: &["fawn", "dark brown", "ivory"],
            price: 140,
            care: None,
            story: &[
                "Alpaca has a hollow fibre, [lighter and warmer than sheep's wool|so the {short} weighs little], and contains no lanolin to [trouble|bother] sensitive skin.",
                "The fibre for the {short} was bought [from a cooperative near Arequipa|from herders in Puno] at a [fair|fixed] price and keeps its natural {color}.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "blanket",
            short: "blanket",
            price: (128, 190),
            step: 22,
            sizes: &["130 × 180 cm", "150 × 210 cm"],
            tags: &["wool blanket", "blanket", "bedroom"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Blanket in Herringbone",
                    "Herringbone runs the whole length, turning every {3..6} cm, [and hides crumbs and dog hairs|calm from afar and lively close up].",
                ),
                (
                    "{M} Blanket with Whipped Edge",
                    "The edge is whipped by hand in a [contrasting|darker] yarn, some {400..700:50} stitches.",
                ),
                (
                    "Checked {M} Blanket",
                    "A large check of {10..16} cm squares is [woven, not printed|laid out in the warp].",
                ),
            ],
            measure: &[
                "It measures {size} and weighs {900..1400:100} g.",
                "At {size} it covers [two on a sofa|a single bed with room to tuck in].",
            ],
            uses: &[
                "For [film nights|reading late], for guests, for the car in winter: a blanket [is never in the wrong place|gets carried from room to room].",
                "New parents, [grandparents|old friends] and people who are always cold [have all been given one|will thank you for it].",
            ],
        },
        Piece {
            noun: "throw",
            short: "throw",
            price: (86, 130),
            step: 0,
            sizes: &[],
            tags: &["throw", "sofa"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Throw with Twisted Fringe",
                    "The fringe is twisted, two strands against two, [{7..10} cm long|by hand, one evening's work].",
                ),
                (
                    "{M} Throw in Waffle Weave",
                    "Waffle weave makes deep little cells that [hold warm air|trap the warmth].",
                ),
            ],
            measure: &[
                "The throw is {130..140:5} by {170..185:5} cm.",
                "It weighs {600..850:50} g at {125..135:5} × {170..180:5} cm.",
            ],
            uses: &[
                "Over the arm of [a sofa|a reading chair] it looks tidy, over the knees it [keeps out draughts|takes the chill off].",
                "Light enough for [summer evenings on the terrace|a balcony in September], warm enough for [a nap in January|cold feet].",
            ],
        },
        Piece {
            noun: "cushion cover",
            short: "cushion",
            price: (38, 58),
            step: 15,
            sizes: &["40 × 40 cm", "50 × 50 cm"],
            tags: &["cushion", "sofa"],
            only: &[],
            parts: &["linen"],
            looks: &[
                (
                    "{M} Cushion Cover with Diamond Weave",
                    "Small diamonds, {14..22} to a row, cover the front; the back is linen.",
                ),
                (
                    "{M} Cushion Cover with Coconut Buttons",
                    "{3..5} buttons of coconut shell close it at the back, [and can be sewn on again|so there is no zip to break], the back being linen.",
                ),
            ],
            measure: &[
                "It is {size} and takes a standard filling.",
                "Sized {size}; the filling is [sold separately|not included].",
            ],
            uses: &[
                "One cushion changes a chair, [three change a sofa|two make a window seat].",
                "Behind the back at a desk or under the head [on the sofa|in the hammock], the woven side [is soft to the cheek|never gets clammy].",
            ],
        },
        Piece {
            noun: "small rug",
            short: "rug",
            price: (110, 165),
            step: 30,
            sizes: &["60 × 90 cm", "70 × 140 cm"],
            tags: &["rug", "bedroom"],
            only: &["GOT", "LAM"],
            parts: &["linen"],
            looks: &[
                (
                    "{M} Flat-Weave Rug",
                    "It is woven on a linen warp and beaten [so hard the loom walks|with an iron comb], which makes both sides usable.",
                ),
                (
                    "{M} Bedside Rug with Stepped Pattern",
                    "Steps climb from the two short ends and meet [in the middle|off centre, as we like it].",
                ),
            ],
            measure: &[
                "Its size is {size}, about {5..7} mm thick.",
                "The rug measures {size} and lies flat from the first day.",
            ],
            uses: &[
                "Bare feet [find it each morning|land on wool instead of floorboards] beside the bed.",
                "At the [kitchen sink|cradle|writing desk], a rug [takes the cold off tiles|makes standing easier].",
            ],
        },
    ],
    opening: &[
        "A(n) {m} {noun} [woven on a hand loom|woven by hand] in {city}, pictured in {color}.",
        "This {noun} is [pure {m}|{m} through and through], [warm without weight|made for cold rooms and warm evenings].",
        "[Soft, dense and quiet in colour|Thick in the hand yet easy to fold], a(n) {m} {noun} from our [floor loom|counterbalance loom].",
    ],
    making: &[
        "The {noun} takes [a day|some hours] to warp and [another|a second day] to weave, {5..8} picks to the centimetre.",
        "After weaving, the {noun} is fulled in [soft|warm] water until the threads [close up|bloom] and no wind gets through.",
        "We throw the shuttle by hand, so the edges of the {noun} are [straight but human|nearly, not perfectly, straight].",
        "Woven on a [countermarch|four-shaft] loom, the {noun} is washed, [stretched on a frame|brushed with teasels] and pressed [only with steam|lightly].",
    ],
    closing: &[
        "{w} keeps yarn from each batch, so [a moth hole|a pulled thread] in the {noun} can be mended invisibly.",
        "Wool [grows back every year|is renewable and needs few washes], and the {noun} will [compost|rot away] at the end of a long life.",
        "It comes with [a cedar ring|a bag of lavender] against moths, and the {noun} is [ready to give|tied with a wool cord].",
    ],
    care: Care(
        &[
            "Air the {noun} [overnight|on a damp day]; {m} [cleans itself|freshens up] better than you think.",
            "Wash the {noun} by hand at 30 degrees with wool soap, [squeeze, do not wring|without rubbing].",
            "Use the wool programme of your machine for the {m} {short}, [cold, with little spin|at most 30 degrees].",
        ],
        &[
            "Dry the {short} flat, [away from heating|in the shade], and pull the {m} gently to its size.",
            "Store the {short} clean, with [cedar|lavender], since moths go for [soiled|worn] {m} first.",
            "Should {m} pill, [a wool comb|a small wool razor] tidies the {short} in minutes.",
        ],
    ),
};
