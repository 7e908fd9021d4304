//! Terracotta and other fired planters.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "planters",
    category: "C20",
    code: "PL",
    products: 16,
    tags: &["garden", "terracotta", "plants"],
    materials: &[
        Material {
            name: "red terracotta",
            code: "RED",
            parts: &["terracotta"],
            tags: &["frost-resistant"],
            colors: &["brick red"],
            price: 95,
            care: None,
            story: &[
                "Clay from [Impruneta|the Algarve] fires to a warm red and, at {1000..1040:10} degrees, to a body that [stands some frost|survives mild winters outdoors].",
                "Terracotta [breathes|lets roots breathe], and white lime will bloom on the {short} in time, [a patina gardeners wait for|which scrubs off or stays].",
            ],
        },
        Material {
            name: "white-slipped terracotta",
            code: "WHI",
            parts: &["terracotta", "white slip"],
            tags: &["white"],
            colors: &["chalk white"],
            price: 105,
            care: None,
            story: &[
                "A coat of white slip is [brushed on while the clay is damp|thin enough for red to show at the edges], like limewash on a wall.",
                "Under the chalky slip the {short} is plain terracotta, so it [drains and breathes|ages] like any good clay pot.",
            ],
        },
        Material {
            name: "black clay",
            code: "BLA",
            parts: &["black clay"],
            tags: &["black"],
            colors: &["smoke black"],
            price: 118,
            care: None,
            story: &[
                "The black comes from smoke: the kiln is [smothered with pine|sealed with earth] at the end, as in [Bisalhães|Molelos], and no glaze is used.",
                "Black clay has a [dull silver sheen|graphite gleam], and green leaves [stand out|glow] against the {short}.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "planter",
            short: "pot",
            price: (26, 48),
            step: 45,
            sizes: &["16 cm", "22 cm", "30 cm"],
            tags: &["planter", "pot"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Planter with Rolled Rim",
                    "The rolled rim is [two fingers thick|easy to grip], the part that usually chips first.",
                ),
                (
                    "{M} Planter with Saucer",
                    "A saucer of the same clay [comes with it|keeps the window sill dry].",
                ),
                (
                    "{M} Planter with Combed Band",
                    "A band of waves was combed into the wet clay with [a piece of saw blade|a fork].",
                ),
            ],
            measure: &[
                "It is {size} across the top and has a drainage hole.",
                "At {size} it suits [geraniums, herbs or a young fig|one lavender or three lettuces].",
            ],
            uses: &[
                "For the balcony, [the front step|the greenhouse], with [rosemary|pelargoniums|a chilli plant] in it.",
                "Clay pots forgive [forgetful|over-eager] watering better than plastic ones, and look better in [a heap|company].",
            ],
        },
        Piece {
            noun: "herb trough",
            short: "trough",
            price: (38, 58),
            step: 30,
            sizes: &["40 cm", "55 cm"],
            tags: &["herbs", "balcony"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Herb Trough for the Window Sill",
                    "It is narrow enough for [most outer sills|a kitchen sill] and has three feet on each side.",
                ),
                (
                    "{M} Herb Trough with Stamped Names",
                    "Thyme, sage and [parsley|basil] are stamped along the front with printer's type.",
                ),
            ],
            measure: &[
                "The trough is {size} long, {14..17} cm wide and as deep.",
                "Length {size}, three drainage holes.",
            ],
            uses: &[
                "Basil, chives, [mint in a corner of its own|parsley], all within reach of the stove.",
                "A cook without a garden [needs no more than this|can start here]; it is also a present that [grows|smells good].",
            ],
        },
        Piece {
            noun: "bird bath",
            short: "bath",
            price: (48, 76),
            step: 0,
            sizes: &[],
            tags: &["bird bath", "wildlife"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Bird Bath with Stepped Edge",
                    "Two steps lead down, [so small birds can choose their depth|sparrows on one, blackbirds on the other].",
                ),
                (
                    "Shallow {M} Bird Bath",
                    "The inside is scored with a comb, [which gives claws a hold|against slipping].",
                ),
            ],
            measure: &[
                "It is {32..38} cm across and {4..6} cm deep.",
                "Diameter {30..36} cm, weight {3..5} kg.",
            ],
            uses: &[
                "Set it [in the open, away from cats|on a tree stump] and within a week [there will be splashing|the robins know].",
                "Bees drink there too if you [lay in a few pebbles|put a stone in the middle].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [thrown|built] by hand in {city}.",
        "This {noun} of {m} is made for outdoors, [for rain and roots|in sun or half-shade].",
        "[Good clay and a simple form|Something for gardeners]: a(n) {noun} in {m}.",
    ],
    making: &[
        "The {noun} is shaped in [one go|two goes] from {2..7} kg of clay, and dries for [two|three] weeks before the firing.",
        "Coarse grog in the clay lets the {noun} [expand and shrink|take heat and cold] without cracking.",
        "The kiln for the {noun} is fed with [olive prunings|vine cuttings and scrap wood] for a day and a night, [and someone stays awake|which explains the flame marks].",
    ],
    closing: &[
        "{w} presses a thumb into the foot of each {short}, [its only signature|before the clay sets].",
        "If the {noun} breaks one day, [the shards make the best drainage|use the pieces at the bottom of the next pot].",
        "The {noun} travels in [straw|shredded card], and no plastic comes with it into the garden.",
    ],
    care: Care(
        &[
            "Soak the {noun} in water before [planting|the first use], so {m} [does not steal it from the roots|is saturated].",
            "Scrub the {noun} with a brush and [vinegar water|plain water] once a year; {m} takes no harm.",
        ],
        &[
            "In hard frost, [raise the {short} on feet|bring the {short} under cover] and keep {m} dry.",
            "Never let water freeze in the {short}, as {m} [may burst|could crack].",
            "Algae on the {short} are [harmless|part of the charm], and {m} [comes clean with a brush|may keep them].",
        ],
    ),
};
