//! Scarves and shawls from the loom.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "scarves",
    category: "C10",
    code: "SC",
    products: 22,
    tags: &["scarf", "hand-woven", "accessory"],
    materials: &[
        Material {
            name: "mulberry silk",
            code: "SIL",
            parts: &["mulberry silk"],
            tags: &["silk"],
            colors: &["pomegranate", "ivory", "peacock"],
            price: 140,
            care: None,
            story: &[
                "Mulberry silk [reeled in Assam|from small farms in Karnataka] has [a quiet lustre|a glow rather than a gleam], and {color} [sits deep in it|looks wet in the light].",
                "Silk is [warm in wind and cool in sun|thinner than it is warm], and the {short} [rustles|whispers] when you pull it through a ring.",
            ],
        },
        Material {
            name: "baby alpaca",
            code: "ALP",
            parts: &["baby alpaca"],
            tags: &["alpaca", "warm"],
            colors: &["charcoal", "camel", "moss"],
            price: 130,
            care: None,
            story: &[
                "Baby alpaca, the softest part of the fleece, [feels like warm water|lies on the neck without a tickle], and comes here in {color}.",
                "The alpaca yarn for the {short} is [spun in Cusco|combed and spun in Arequipa] and [sheds no hairs|does not pill much].",
            ],
        },
        Material {
            name: "merino wool",
            code: "MER",
            parts: &["merino wool"],
            tags: &["merino", "wool"],
            colors: &["teal", "brick", "oatmeal", "aubergine"],
            price: 100,
            care: None,
            story: &[
                "Two-ply merino, [dyed with plants in our yard|dyed with madder, indigo and weld], gives {color} [with small cloudy changes|no factory can repeat].",
                "The merino is [mulesing-free|from farms we can name] and so soft that [children keep the {short} on|nobody calls the {short} scratchy].",
            ],
        },
        Material {
            name: "fine linen",
            code: "LIN",
            parts: &["linen"],
            tags: &["linen", "summer"],
            colors: &["sea blue", "natural", "rose"],
            price: 90,
            care: None,
            story: &[
                "Fine linen in {color} is [crisp at first|a bit stubborn when new] and [limp as an old shirt|soft] by its second summer.",
                "Flax, [grown in Belgium|retted by dew in the field], makes the {short} [cool and quick to dry|light on hot days].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "scarf",
            short: "scarf",
            price: (58, 92),
            step: 0,
            sizes: &[],
            tags: &["unisex", "winter"],
            only: &["ALP", "MER", "SIL"],
            parts: &[],
            looks: &[
                (
                    "Hand-Woven {M} Scarf in Twill",
                    "A {2..3}/2 twill makes diagonal lines and [hangs better than plain weave|lets it fold softly].",
                ),
                (
                    "{M} Scarf with Colour Border",
                    "Both ends close with a border in [the next darker shade|a second colour], {9..14} cm wide.",
                ),
                (
                    "Bird's-Eye {M} Scarf",
                    "Tiny bird's-eye diamonds, [visible from a step away|like grains of rice], cover it.",
                ),
            ],
            measure: &[
                "It is {26..34:2} cm wide and {180..200:5} cm long, fringe included.",
                "Long enough for two turns at {185..205:5} cm, it weighs {130..190:10} g.",
            ],
            uses: &[
                "It goes over [a winter coat|a denim jacket] or stays on indoors when [the heating is down|the office is chilly].",
                "For him, for her, for [whoever is cold|whoever forgot theirs]: a scarf [needs no size|always fits].",
            ],
        },
        Piece {
            noun: "shawl",
            short: "shawl",
            price: (98, 150),
            step: 0,
            sizes: &[],
            tags: &["shawl", "evening"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Shawl with Lace Stripes",
                    "Stripes of open leno lace [let the light through|alternate with solid ones], {5..9} in all.",
                ),
                (
                    "Large {M} Shawl with Fine Fringe",
                    "The fringe is as fine as the warp, [left loose|knotted in pairs].",
                ),
            ],
            measure: &[
                "The shawl is {70..80:5} by {190..210:5} cm.",
                "It measures {72..82:2} × {200..215:5} cm and folds to the size of a book.",
            ],
            uses: &[
                "Round the shoulders at [a wedding|the opera|a late garden party], round the baby [on the way home|in a pinch].",
                "On [aeroplanes|night trains] the shawl is a blanket, [in church|at dinner] it is elegance.",
            ],
        },
        Piece {
            noun: "cowl",
            short: "cowl",
            price: (44, 66),
            step: 0,
            sizes: &[],
            tags: &["cowl", "winter", "cosy"],
            only: &["ALP", "MER"],
            parts: &[],
            looks: &[
                (
                    "{M} Cowl with Leather Button",
                    "One leather button closes it [at the side|over the collarbone].",
                ),
                (
                    "Twisted {M} Cowl",
                    "It is sewn together with half a twist, [so it lies in folds by itself|a Möbius strip to wear].",
                ),
            ],
            measure: &[
                "Its circumference is {64..72:2} cm, its height {24..30:2} cm.",
                "It is {66..74:2} cm round and {25..30} cm deep.",
            ],
            uses: &[
                "No ends to [flap on a bicycle|get caught]: the cowl is for [riders, skiers and pram-pushers|people with busy hands].",
                "Pull it up to the nose [at the tram stop|on a windy pier], push it down [in the shop|in the café].",
            ],
        },
        Piece {
            noun: "summer scarf",
            short: "scarf",
            price: (46, 72),
            step: 0,
            sizes: &[],
            tags: &["summer", "lightweight"],
            only: &["LIN", "SIL"],
            parts: &[],
            looks: &[
                (
                    "Gauzy {M} Summer Scarf",
                    "It is woven so open that you can [read through it|see your hand behind it].",
                ),
                (
                    "{M} Summer Scarf with Ikat Blur",
                    "The warp was tied and dyed in stripes, [so colours blur at the edges|and the edges tremble].",
                ),
            ],
            measure: &[
                "It is {55..65:5} by {180..195:5} cm and weighs barely {70..100:10} g.",
                "Measures {60..70:5} × {185..200:5} cm; fits in a fist.",
            ],
            uses: &[
                "Against [sun on the neck|air conditioning|sea breezes], and over the shoulders when [evening comes|a church asks for it].",
                "Tied to a basket handle or [round the hair|at the waist], it [travels well|earns its corner in the suitcase].",
            ],
        },
    ],
    opening: &[
        "A hand-woven {noun} of {m}, [from our looms|made] in {city}, shown in {color}.",
        "This {m} {noun} is woven by hand and [light as a sigh|soft from the first wearing].",
        "[For cold mornings and cool evenings|For every coat you own], a hand-woven {noun} in {m}.",
    ],
    making: &[
        "A warp for [five|eight] scarves goes on the loom at a time, and the {noun} takes [three|four] hours to weave once it is threaded.",
        "Between {8..14} threads to the centimetre are drawn in [one at a time|by hand], then the {noun} is woven [with a light beat|gently].",
        "Off the loom, the {noun} is washed by hand, [rolled in towels|swung dry] and pressed [while damp|under a cloth].",
        "Every {noun} is [checked against the window|gone over thread by thread] and mended with a needle before it is [labelled|sold].",
    ],
    closing: &[
        "Each {short} carries the number of its warp, so {w} can [tell you who wove it|mend it with the same yarn].",
        "The {noun} comes in [a drawstring bag sewn from loom ends|tissue and a flat box], [ready for a birthday|as a present should].",
        "We weave [to order and in small runs|few of each], so a second {noun} in quite this {color} [is unlikely|may never come].",
    ],
    care: Care(
        &[
            "Hand wash the {noun} in cool water with [wool and silk soap|a mild soap] and do not wring it.",
            "Wash the {m} {short} by hand, [cold and briefly|in plenty of cool water], and [roll it in a towel|press it between towels].",
        ],
        &[
            "Dry the {short} flat and iron {m} on [low|the lowest heat] through a cloth.",
            "Hang the {short} over a [rail|hanger] rather than a hook, so {m} [keeps its line|does not stretch].",
            "Put the {short} away clean, [folded with cedar|with lavender], when the season for {m} is over.",
        ],
    ),
};
