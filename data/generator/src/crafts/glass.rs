//! Glass blown at the furnace.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "glass",
    category: "C08",
    code: "GL",
    products: 22,
    tags: &["hand-blown", "glass"],
    materials: &[
        Material {
            name: "clear glass",
            code: "CLR",
            parts: &["soda-lime glass"],
            tags: &["clear"],
            colors: &["clear"],
            price: 95,
            care: None,
            story: &[
                "The glass is melted from [sand, soda and lime|quartz sand and soda] and is clear with the faintest [grey|water] tint and [now and then a seed bubble|one or two tiny bubbles].",
                "Thin at the rim and heavier at the foot, the clear glass of the {short} [catches whatever light there is|bends the window into it].",
            ],
        },
        Material {
            name: "recycled green glass",
            code: "GRN",
            parts: &["recycled glass"],
            tags: &["recycled", "green"],
            colors: &["bottle green"],
            price: 90,
            care: None,
            story: &[
                "The {short} was wine bottles once, [collected from restaurants|gathered in the village], and keeps their [sea|leaf] green.",
                "Old bottle glass [stiffens fast|gives the blower little time], so the {short} is made [quickly and boldly|in a few sure moves] and shows [a swirl of bubbles|small bubbles].",
            ],
        },
        Material {
            name: "smoke-grey glass",
            code: "SMK",
            parts: &["soda-lime glass"],
            tags: &["grey"],
            colors: &["smoke grey"],
            price: 105,
            care: None,
            story: &[
                "A trace of nickel turns the melt the grey of [wood smoke|a rainy window], darker [at the foot|where the wall is thick] of the {short}.",
                "Smoke grey flatters [white flowers|dried grasses] and [hides water marks|looks calm in every room], and it makes the {short} [modern without being cold|easy to live with].",
            ],
        },
        Material {
            name: "amber glass",
            code: "AMB",
            parts: &["soda-lime glass"],
            tags: &["amber"],
            colors: &["amber"],
            price: 105,
            care: None,
            story: &[
                "Amber is an old colour, [made with iron and sulphur|once used for medicine bottles], and in the evening the {short} throws [honey-coloured|golden] light on the table.",
                "Held to a window the amber {short} goes from [cognac to straw|tea to lemon] as the wall [thins|rises].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "flower vase",
            short: "vase",
            price: (48, 84),
            step: 25,
            sizes: &["20 cm", "28 cm"],
            tags: &["vase", "flowers"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Hand-Blown {M} Vase with Narrow Neck",
                    "The neck is narrow, so [three stems stand up straight|a single branch is enough].",
                ),
                (
                    "{M} Bubble Vase",
                    "A layer of bubbles is trapped [between two gathers|by rolling the hot glass over spikes].",
                ),
                (
                    "Ribbed {M} Vase",
                    "An optic mould gives it {12..20:2} soft ribs that [twist with the turning of the pipe|make the water glitter].",
                ),
            ],
            measure: &[
                "It stands {size} high with a foot of {8..11} cm.",
                "Height {size}, weight {600..1100:100} g.",
            ],
            uses: &[
                "For [tulips that bend as they please|cow parsley from the roadside|one branch of cherry blossom], and lovely [empty on a window sill|without anything in it].",
                "A vase is given for [weddings, farewells and silver jubilees|moving in], and this one [holds more than roses|suits modest bunches too].",
            ],
        },
        Piece {
            noun: "water glass",
            short: "glass",
            price: (18, 27),
            step: 12,
            sizes: &["250 ml", "350 ml"],
            tags: &["drinking glass", "tableware"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Water Glass with Dimple",
                    "A dimple pressed in with [a wet cork|cherry wood] gives the fingers a hold.",
                ),
                (
                    "Wavy {M} Drinking Glass",
                    "The wall is gently wavy, [as if seen under water|with no two waves alike].",
                ),
            ],
            measure: &[
                "It holds {size} and is {9..11} cm tall.",
                "Capacity {size}; the rim is fire-polished and {2..3} mm thick.",
            ],
            uses: &[
                "Water tastes [no different, but you drink more of it|as it should], and [lemonade or spritz|a gin and tonic] look twice as good.",
                "Mix [the four colours|two sizes] at one table, so everyone [finds their own glass again|knows which is theirs].",
            ],
        },
        Piece {
            noun: "carafe",
            short: "carafe",
            price: (54, 78),
            step: 15,
            sizes: &["0.75 l", "1 l"],
            tags: &["carafe", "serving"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Carafe with Tumbler Lid",
                    "A small tumbler is turned over the neck, [right for the bedside|and keeps out dust].",
                ),
                (
                    "{M} Wine Carafe with Wide Base",
                    "The base spreads to {15..18} cm so that [young reds can breathe|wine meets the air].",
                ),
            ],
            measure: &[
                "It takes {size} and pours without dripping.",
                "With {size} in it the carafe stands {21..26} cm high.",
            ],
            uses: &[
                "Tap water with [mint or lemon|a slice of cucumber] deserves something better than the bottle.",
                "By the bed, [on a desk|in the guest room] or between the plates, it is [always in reach|seldom put away].",
            ],
        },
        Piece {
            noun: "hanging bauble",
            short: "bauble",
            price: (12, 20),
            step: 15,
            sizes: &["6 cm", "8 cm"],
            tags: &["christmas", "ornament"],
            only: &[],
            parts: &["linen cord"],
            looks: &[
                (
                    "{M} Bauble with Twisted Threads",
                    "White threads of glass are twisted inside, [{5..9} turns from pole to pole|in the Venetian manner].",
                ),
                (
                    "Round {M} Window Bauble",
                    "It is left plain, [so that it works as a lens|and shows the garden upside down].",
                ),
            ],
            measure: &["Diameter {size}, hung on linen cord.", "It measures {size} and weighs {30..60:5} g."],
            uses: &[
                "On the tree in December, in the window [for the rest of the year|from January on].",
                "Buy one each year, [for a child's own collection|and the box fills itself]; [the colours go together|none will match exactly].",
            ],
        },
        Piece {
            noun: "dessert bowl",
            short: "bowl",
            price: (38, 60),
            step: 22,
            sizes: &["16 cm", "24 cm"],
            tags: &["bowl", "serving"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Bowl with Folded Rim",
                    "The rim is folded over while hot, [doubled and soft to the touch|against chips].",
                ),
                (
                    "Rippled {M} Dessert Bowl",
                    "Ripples run down the wall [like rings in a pond|where the glass met the wet block].",
                ),
            ],
            measure: &[
                "It is {size} in diameter and {7..9} cm high.",
                "{size} wide, it holds [a fruit salad for two|trifle enough to share].",
            ],
            uses: &[
                "Trifle, [berries with cream|tomato salad], floating candles: glass shows [all the layers|off whatever is in it].",
                "As a summer bowl on a garden table, it [keeps cool|sparkles] and [cleans in a moment|weighs more than it seems].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [free-blown|mouth-blown] at the furnace in {city}.",
        "This {noun} of {m} was blown [by breath and gravity|without a mould for the final shape] and is [never quite symmetrical|slightly different each time].",
        "[Made in one heat of the furnace|Gathered, blown and opened by hand], this {noun} is {m}.",
    ],
    making: &[
        "The {noun} is gathered at {1100..1180:10} degrees, blown, [swung|turned] and opened with wooden jacks, all in [six|eight|ten] minutes.",
        "Two people make each {noun}: one [blows and turns|sits at the bench], the other [brings the foot|shields the heat], and hardly a word is said.",
        "After blowing, the {noun} cools in the lehr [overnight|for fourteen hours], for glass cooled fast would [shatter|hold on to stress].",
        "The mark under the {noun} is where the iron was [cracked off|attached]; it has been [ground and polished|fire-polished] smooth.",
    ],
    closing: &[
        "{w} scratches its name and the year into the foot of each {short}.",
        "Failed pieces of the {noun} go straight back into the pot, so [nothing is lost|there is no waste], and the furnace [runs on biogas|heats the workshop].",
        "It travels in [a moulded paper shell|two boxes and a lot of paper]; [so far nearly every|almost every] {noun} has arrived whole.",
    ],
    care: Care(
        &[
            "Wash the {noun} by hand in warm water and [dry it with linen|let it drain on a cloth].",
            "Hand washing is best for the {noun}; [dishwashers dull {m} in time|the dishwasher scratches {m}].",
        ],
        &[
            "Limescale in the {short} goes with [vinegar and rice, swirled round|warm vinegar].",
            "Do not pour boiling water into the {short}, as {m} [may crack|does not like thermal shock].",
            "Dry the {short} at once if your water is hard, and {m} [stays bright|keeps its shine].",
        ],
    ),
};
