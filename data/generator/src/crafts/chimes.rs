//! Wind chimes and mobiles for the garden.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "chimes",
    category: "C20",
    code: "WC",
    products: 12,
    tags: &["garden", "wind chime", "sound"],
    materials: &[
        Material {
            name: "bamboo",
            code: "BAM",
            parts: &["bamboo", "hemp cord"],
            tags: &["bamboo"],
            colors: &["straw"],
            price: 80,
            care: None,
            story: &[
                "Bamboo sounds [dry and low, like rain on a hut|hollow and soft], and the tubes are cut [at the node|by ear].",
                "We use bamboo from [a grove in the Cévennes|a garden that had too much of it], [cured over smoke|dried standing for a year].",
            ],
        },
        Material {
            name: "copper pipe",
            code: "COP",
            parts: &["copper", "stainless wire"],
            tags: &["copper"],
            colors: &["copper, turning green"],
            price: 120,
            care: None,
            story: &[
                "The copper is [salvaged heating pipe|plumber's offcuts], polished once and then left to [go brown and at last green|the weather].",
                "Copper rings [warm and long|with a round tone], each note of the {short} [filed to pitch|tuned with a file].",
            ],
        },
        Material {
            name: "porcelain",
            code: "POR",
            parts: &["porcelain", "linen cord"],
            tags: &["porcelain"],
            colors: &["white", "pale blue"],
            price: 110,
            care: None,
            story: &[
                "Thin porcelain, fired to {1260..1300:10} degrees, tinkles like [ice in a glass|small bells far off].",
                "Each porcelain part in {color} was [pressed on a leaf|cut from a rolled sheet] and is [thin enough to let light through|no thicker than a coin].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "wind chime",
            short: "chime",
            price: (32, 62),
            step: 30,
            sizes: &["small", "large"],
            tags: &["terrace"],
            only: &[],
            parts: &["driftwood"],
            looks: &[
                (
                    "{M} Wind Chime in Pentatonic Tuning",
                    "From a driftwood bar hang {5..7} voices, tuned so that [any two agree|no breeze can play a wrong note].",
                ),
                (
                    "{M} Wind Chime on Driftwood",
                    "A piece of driftwood [from the estuary|gathered in March] carries them all.",
                ),
            ],
            measure: &[
                "From hook to tail it is {60..85:5} cm long.",
                "Total length {65..90:5} cm, {12..18} cm across.",
            ],
            uses: &[
                "Hang it [in an apple tree|on the balcony|under the eaves], far enough from the neighbours' bedroom.",
                "For [new gardens and old friends|people who miss the sea], a present to be [heard rather than seen|noticed on windy days].",
            ],
        },
        Piece {
            noun: "mobile",
            short: "mobile",
            price: (38, 64),
            step: 0,
            sizes: &[],
            tags: &["mobile", "window"],
            only: &[],
            parts: &["steel wire"],
            looks: &[
                (
                    "Garden Mobile with Swallows in {M}",
                    "{5..9} swallows [circle each other|never meet] on bent wire arms.",
                ),
                (
                    "Leaf Mobile in {M}",
                    "Leaves of {3..4} sizes [turn in the least draught|stir when a door opens].",
                ),
            ],
            measure: &[
                "It is {40..55:5} cm wide and hangs {50..70:5} cm deep.",
                "Width {42..58:2} cm, weight {120..300:20} g.",
            ],
            uses: &[
                "Over a [terrace table|reading corner], in a stairwell, [in a sheltered corner outside|by an open window].",
                "Babies [stare at it|fall silent beneath it], adults [pretend to read|lose the thread].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [cut, drilled and balanced|made] by hand in {city}.",
        "This {noun} of {m} needs nothing but [a hook and a breeze|moving air].",
        "[Sound and movement for a quiet corner|A light thing for windy places]: a(n) {noun} in {m}.",
    ],
    making: &[
        "Parts of the {noun} are drilled at [two ninths of their length, where they swing free|the point of least vibration].",
        "The {noun} hangs in our yard for [a week|ten days] before it is sold, [and untunes itself or does not|to see if a knot slips].",
        "Every knot in the {noun} is [a fisherman's|doubled and waxed], and all parts [can be replaced|are spaced by eye].",
    ],
    closing: &[
        "{w} restrings the {noun} when the cord is worn, [in some years|be it ever so old].",
        "The {noun} is tied to a card so it [arrives untangled|cannot knot itself], in a box fit for giving.",
        "All of the {noun} but the [cord|wire] is [salvaged or regrown|meant to outlast us].",
    ],
    care: Care(
        &[
            "Hang the {noun} out of gales and take {m} in [for the winter|when storms are forecast].",
            "Wipe the {noun} with a damp cloth in spring; {m} wants no [polish|chemicals].",
        ],
        &[
            "Check the cord of the {short} [each spring|twice a year], before {m} [comes down|falls].",
            "If the {short} gets tangled, [hang it up first|lift it by the top ring] and free {m} from above.",
        ],
    ),
};
