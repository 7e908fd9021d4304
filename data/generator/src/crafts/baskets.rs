//! Baskets of willow, rattan, seagrass and split wood.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "baskets",
    category: "C06",
    code: "BA",
    products: 26,
    tags: &["basket", "woven", "storage"],
    materials: &[
        Material {
            name: "brown willow",
            code: "WIL",
            parts: &["willow"],
            tags: &["willow"],
            colors: &["bark brown"],
            price: 100,
            care: None,
            story: &[
                "The willow grows on [our own plot|a wet field behind the workshop]; we cut it in [January|February] and dry it with the bark on, which gives the {short} its [olive to brown|deep brown] colours.",
                "Brown willow is soaked for [a week|eight days] and mellowed overnight before it will [bend round the {short}|go into a(n) {short}] without cracking.",
            ],
        },
        Material {
            name: "white willow",
            code: "WHI",
            parts: &["peeled willow"],
            tags: &["willow"],
            colors: &["cream"],
            price: 112,
            care: None,
            story: &[
                "White willow is peeled in May, [when the sap lets go of the bark|while the sap is up], and it turns from cream to [honey|gold] on the {short}.",
                "Stripped of its bark, the willow is smooth as [bone|a pencil], so the {short} [snags no wool|is kind to knitting and fine cloth].",
            ],
        },
        Material {
            name: "rattan",
            code: "RAT",
            parts: &["rattan"],
            tags: &["rattan"],
            colors: &["natural", "smoked brown"],
            price: 95,
            care: None,
            story: &[
                "Rattan is a climbing palm, [harvested wild in Sulawesi|gathered by villagers in Kalimantan] under a scheme that [keeps the forest standing|pays for forest wardens].",
                "The {color} rattan core is [even and flexible|supple], and lets us [work the {short} tight|weave the {short} closely].",
            ],
        },
        Material {
            name: "seagrass",
            code: "SEA",
            parts: &["seagrass"],
            tags: &["seagrass"],
            colors: &["green-gold"],
            price: 85,
            care: None,
            story: &[
                "Seagrass is twisted into cord [while green|on the shore] and dries to [greens and golds|straw with a green cast]; fresh from the parcel, the {short} smells of [hay|meadows].",
                "The seagrass comes from tidal [fields|meadows] [in Ninh Binh|in the Red River delta], where it is [planted|cut] twice a year and [needs no watering|grows back by itself].",
            ],
        },
        Material {
            name: "split ash",
            code: "ASH",
            parts: &["ash wood"],
            tags: &["ash splint"],
            colors: &["pale wood"],
            price: 130,
            care: None,
            story: &[
                "Ash splints are [beaten off the log|pulled from the log], ring by ring, and scraped [with a knife across the knee|thin] until they [rustle like paper|bend like ribbon].",
                "Strong and light, ash splint has [carried potatoes and coal|served farms] for centuries, and the {short} will [outlast|outlive] several plastic ones.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "bread basket",
            short: "basket",
            price: (22, 36),
            step: 15,
            sizes: &["24 cm", "30 cm"],
            tags: &["bread basket", "table"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Oval {M} Bread Basket",
                    "Its oval holds [a sliced loaf from end to end|rolls for a whole breakfast table].",
                ),
                (
                    "{M} Bread Basket with Open Weave",
                    "The sides are open, {18..26} loops in all, so crusts stay crisp.",
                ),
            ],
            measure: &[
                "It is {size} long and {7..9} cm high.",
                "At {size} it takes [ten rolls|a pound loaf].",
            ],
            uses: &[
                "Lined with a linen cloth it comes to table with [rolls and croissants|warm flatbread]; without, it [holds apples|gathers the post].",
                "Bread [breathes|does not sweat] in a basket, and crumbs [shake out|fall through] in a second.",
            ],
        },
        Piece {
            noun: "market basket",
            short: "basket",
            price: (54, 82),
            step: 15,
            sizes: &["38 cm", "44 cm"],
            tags: &["market basket", "shopping", "plastic-free"],
            only: &["WIL", "WHI", "RAT", "ASH", "SEA"],
            parts: &["leather"],
            looks: &[
                (
                    "{M} Market Basket with Hoop Handle",
                    "The hoop goes right under the base, so the handle [cannot pull out|carries the full weight], and leather is bound round the grip.",
                ),
                (
                    "{M} Market Basket with Leather Straps",
                    "Two straps of [harness|vegetable-tanned] leather go over the shoulder [and leave your hands free|without digging in].",
                ),
            ],
            measure: &[
                "With {size} of length and {20..24} cm of depth it holds a week's vegetables.",
                "It measures {size} by {26..30} cm and carries {8..12} kg.",
            ],
            uses: &[
                "Leeks [stick out|look good in it], eggs ride on top, and no one [asks whether you need a bag|offers you plastic].",
                "Equally happy with [picnic plates|beach towels|knitting], a market basket [goes where you go|sees a lot of life].",
            ],
        },
        Piece {
            noun: "log basket",
            short: "basket",
            price: (82, 124),
            step: 18,
            sizes: &["45 cm", "55 cm"],
            tags: &["log basket", "fireplace", "cosy"],
            only: &["WIL", "RAT", "ASH"],
            parts: &[],
            looks: &[
                (
                    "Round {M} Log Basket",
                    "A thick plaited border and [three|four] rows of waling at the foot take the knocks.",
                ),
                (
                    "{M} Log Basket with Rope Handles",
                    "Handles of hemp rope are [spliced in|easy on the hands] when the basket is full.",
                ),
            ],
            measure: &[
                "It is {size} wide and {36..42} cm high.",
                "Its {size} hold wood for [two evenings|a long night].",
            ],
            uses: &[
                "Beside the stove it keeps [bark off the rug|logs dry and at hand]; in summer it [stores blankets|takes cushions].",
                "A log basket turns a pile of wood into [part of the room|something to look at], above all [with birch in it|when the fire is lit].",
            ],
        },
        Piece {
            noun: "laundry basket",
            short: "basket",
            price: (88, 128),
            step: 15,
            sizes: &["45 l", "60 l"],
            tags: &["laundry", "bathroom"],
            only: &["WIL", "WHI", "RAT", "SEA"],
            parts: &["cotton"],
            looks: &[
                (
                    "{M} Laundry Basket with Lid",
                    "A fitted lid hangs on two [woven|willow] rings and [keeps the contents private|shuts without a sound], and a cotton liner lifts out.",
                ),
                (
                    "{M} Laundry Basket with Cotton Lining",
                    "The lining of unbleached cotton [buttons out for washing|comes out with four ties].",
                ),
            ],
            measure: &[
                "It takes {size}, [two machine loads|about a week for two].",
                "Holding {size}, it stands {54..62} cm high.",
            ],
            uses: &[
                "In the bathroom or at the foot of the bed, it [lets damp towels breathe|looks nothing like a laundry bin].",
                "It has also been bought for [toys|wool|spare bedding], and [for hide-and-seek|by a family of five].",
            ],
        },
        Piece {
            noun: "sewing basket",
            short: "basket",
            price: (38, 56),
            step: 0,
            sizes: &[],
            tags: &["sewing", "craft storage"],
            only: &["WHI", "RAT", "SEA"],
            parts: &["cotton"],
            looks: &[
                (
                    "{M} Sewing Basket with Lid",
                    "The lid is padded with cotton inside and doubles as [a pincushion|a place for needles].",
                ),
                (
                    "{M} Knitting Basket with Yarn Slot",
                    "A slot in the rim feeds the yarn, [so the ball stays put|and the cat goes without]; the lining is cotton.",
                ),
            ],
            measure: &[
                "It is {26..30} cm across and {14..18} cm high.",
                "Width {27..31} cm, height {15..17} cm.",
            ],
            uses: &[
                "For threads, [darning wool and buttons|half-finished socks] and the scissors that [always go missing|no one else may use].",
                "Set by the armchair, the basket [makes mending inviting|keeps a project together].",
            ],
        },
    ],
    opening: &[
        "A(n) {m} {noun}, [woven by hand|made rod by rod] in {city}.",
        "This {noun} is woven from {m} in [a pattern older than any of us|the way it was shown to us].",
        "[Sturdy yet light|Light, strong and repairable], this {noun} in {m} is meant for [carrying, not for show|hard use].",
    ],
    making: &[
        "The base of the {noun} comes first, then {24..36:2} stakes are [pricked up|bent upwards] and the sides grow [row by row|in spirals].",
        "It takes [five|four|six] hours and strong thumbs to weave the {noun}, and [a bodkin, a knife and a weight|three tools] are all that is needed.",
        "The border of the {noun} is [plaited with three behind one|rolled down in one go], the part by which [you know the maker|makers judge each other].",
        "No nails, no glue: tension alone [holds the {noun} together|keeps the {noun} in shape].",
    ],
    closing: &[
        "{w} replaces [broken rods|a worn handle] on any {short} it has sold.",
        "When the {noun} is truly done for, after [twenty|thirty] years or so, it can go [on the compost|into the stove].",
        "{m} is a plastic-free, [fast-growing|renewable] material, and the {noun} travels [in a cardboard box with nothing else|unwrapped in a plain box].",
    ],
    care: Care(
        &[
            "Dust the {noun} with [a soft brush|the nozzle of a vacuum cleaner] and wipe {m} with a damp cloth when needed.",
            "Shake the {noun} out and [wash it down with a shower|rinse it briefly] once a year; {m} likes the moisture.",
        ],
        &[
            "Let the {short} dry in [moving air|the shade] and keep {m} away from [radiators|standing water].",
            "If {m} creaks or feels brittle, [mist the {short} with water|leave the {short} outside on a dewy night].",
            "A(n) {short} kept [dry but not parched|out of damp cellars] is [safe from mould|good for decades], as {m} needs air.",
        ],
    ),
};
