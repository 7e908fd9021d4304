//! Wheel-thrown stoneware, told apart by glaze.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "stoneware",
    category: "C02",
    code: "ST",
    products: 46,
    tags: &["stoneware", "pottery", "handmade ceramics"],
    materials: &[
        Material {
            name: "speckled stoneware",
            code: "SPK",
            parts: &["stoneware", "oatmeal glaze"],
            tags: &["speckled"],
            colors: &["speckled oatmeal"],
            price: 100,
            care: None,
            story: &[
                "Iron in the clay [burns|bleeds] through the oatmeal glaze as [fine brown freckles|peppery speckles], [thicker near the foot|scattered unevenly over the {short}].",
                "The clay comes from [the Westerwald|a pit in Dorset|La Borne] and is flecked with iron, so the {short} [looks like a bird's egg|has the freckles of an egg].",
            ],
        },
        Material {
            name: "celadon stoneware",
            code: "CEL",
            parts: &["stoneware", "celadon glaze"],
            tags: &["celadon", "green"],
            colors: &["celadon green"],
            price: 112,
            care: None,
            story: &[
                "The celadon glaze is [ash, feldspar and one percent iron|little more than wood ash, feldspar and iron], and where it pools on the {short} it is the green of [a mountain lake|shallow sea].",
                "Fired without oxygen, iron turns to green instead of brown; [the old potters' trick|that Chinese discovery] gives the {short} its [cool, glassy|watery] celadon surface.",
            ],
        },
        Material {
            name: "tenmoku stoneware",
            code: "TEN",
            parts: &["stoneware", "tenmoku glaze"],
            tags: &["tenmoku", "dark"],
            colors: &["tenmoku black"],
            price: 105,
            care: None,
            story: &[
                "Tenmoku breaks from [black to rust|black to fox red] wherever the glaze runs thin, so every edge of the {short} [looks drawn in|is lined with copper brown].",
                "This dark tenmoku is mixed from [local red clay and beech ash|iron oxide and wood ash] after a [recipe|formula] noted down in [our first year|an old glaze book], and the {short} wears it [glossy|thick].",
            ],
        },
        Material {
            name: "cobalt blue stoneware",
            code: "BLU",
            parts: &["stoneware", "cobalt glaze"],
            tags: &["blue"],
            colors: &["cobalt blue"],
            price: 105,
            care: None,
            story: &[
                "A pinch of cobalt, [two grams to the kilo|less than one part in a hundred], is enough to turn the whole {short} the blue of [late dusk|ink].",
                "The blue is [dipped, not sprayed|poured by hand], and a bare ring of buff clay at the foot of the {short} shows [where it stopped|the colour beneath].",
            ],
        },
        Material {
            name: "ash-white stoneware",
            code: "WHI",
            parts: &["stoneware", "ash glaze"],
            tags: &["white", "minimal"],
            colors: &["satin white"],
            price: 98,
            care: None,
            story: &[
                "Apple-wood ash from [a neighbour's stove|our own wood stove] goes into this satin white glaze, which feels [like eggshell|like river stone] on the {short}.",
                "White over dark clay is never quite white, and on the {short} it shifts from [chalk to warm grey|cream at the rim to snow in the hollows].",
            ],
        },
        Material {
            name: "salt-glazed stoneware",
            code: "SAL",
            parts: &["stoneware", "salt glaze"],
            tags: &["salt glaze", "brown"],
            colors: &["honey brown"],
            price: 118,
            care: None,
            story: &[
                "Salt thrown into the kiln at 1,280 degrees [settles on the clay|turns to vapour] and gives the {short} a skin [dimpled like orange peel|with the texture of an orange].",
                "Where the flame touched it, the salt-glazed {short} is [toasted|honey brown]; the side in the lee stayed [grey|paler], and that is [how it should be|the kiln's signature].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "tea mug",
            short: "mug",
            price: (22, 34),
            step: 12,
            sizes: &["250 ml", "350 ml"],
            tags: &["mug", "tea"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Tea Mug with Thumb Rest",
                    "A pad of clay on top of the handle gives the thumb [somewhere to sit|a place to rest].",
                ),
                (
                    "Rounded {M} Mug for Slow Mornings",
                    "Its belly is round enough to [warm both hands|be held without the handle].",
                ),
                (
                    "{M} Mug with Finger Grooves",
                    "Throwing rings are left on the outside, and your fingers [find them at once|fall into them].",
                ),
            ],
            measure: &[
                "It holds {size} filled to a finger below the rim.",
                "Capacity {size}, height {9..10} cm, and the handle takes [three|four] fingers.",
            ],
            uses: &[
                "For [builder's tea|coffee with plenty of milk|cocoa after a winter walk], or soup when nobody is looking, the mug [does it all|keeps its heat for a good while].",
                "Most people own one favourite mug, and [this could be it|we try to make that one]; a [friend who drinks tea|tea-loving sister] would know what we mean.",
                "A cosy mug for [reading corners|desk work|long phone calls], comfortable in [large and small hands|either hand].",
            ],
        },
        Piece {
            noun: "teapot",
            short: "pot",
            price: (68, 98),
            step: 15,
            sizes: &["0.8 l", "1.2 l"],
            tags: &["teapot", "tea"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Teapot with Bamboo Handle",
                    "A bent bamboo handle arches over the lid and [stays cool|folds flat for washing].",
                ),
                (
                    "Round-Bellied {M} Teapot",
                    "The spout is cut [sharp|thin] at the lip, so it [pours without dripping|stops clean].",
                ),
                (
                    "{M} Teapot with Built-In Strainer",
                    "Some {24..36} small holes, pierced one at a time behind the spout, [hold back the leaves|do away with a sieve].",
                ),
            ],
            measure: &[
                "It makes {size}, which is [two big mugs and a top-up|tea for two to four].",
                "The pot holds {size} and is {14..17} cm high to the knob.",
            ],
            uses: &[
                "Teapots are [the hardest thing we throw|four forms that must become one], body, lid, spout and handle, and this one [earns its place on the breakfast table|is for those who still brew leaf tea].",
                "It suits [green tea and rooibos|black tea brewed strong|an afternoon of Darjeeling] and looks well [on a tray with two bowls|beside a knitted cosy].",
            ],
        },
        Piece {
            noun: "tumbler",
            short: "tumbler",
            price: (16, 24),
            step: 12,
            sizes: &["200 ml", "300 ml"],
            tags: &["tumbler", "cup"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Tumbler with Thumb Dent",
                    "Each is pressed with the thumb while soft, [leaving a dent|which makes a hollow] that fits the hand.",
                ),
                (
                    "Faceted {M} Tumbler",
                    "{8..12} flat faces are cut with a wire and [catch the light|keep it from slipping].",
                ),
            ],
            measure: &[
                "It holds {size} and stacks [in twos|on its brothers].",
                "The tumbler takes {size}; its wall is [barely|about] {4..5} mm thick.",
            ],
            uses: &[
                "[Water, wine or a cortado|Iced tea in summer, mulled cider in winter]: a tumbler without handle [goes anywhere|takes whatever you pour].",
                "On a bathroom shelf it holds [toothbrushes|brushes]; at table it holds [juice|water], and nobody need know.",
            ],
        },
        Piece {
            noun: "dinner plate",
            short: "plate",
            price: (28, 40),
            step: 12,
            sizes: &["24 cm", "27 cm"],
            tags: &["plate", "tableware"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Dinner Plate with Raised Rim",
                    "The rim rises {15..20} mm and [keeps the sauce where it belongs|gives peas something to lean on].",
                ),
                (
                    "Flat {M} Plate with Spiral",
                    "A spiral drawn by one finger runs from the centre outwards, [the trace of the last turn of the wheel|and can be felt under the glaze].",
                ),
            ],
            measure: &[
                "Its diameter is {size} and it weighs {700..900:50} g.",
                "{size} across, it fits [a standard dishwasher|an ordinary wall cupboard].",
            ],
            uses: &[
                "Food looks [better on a plate with some colour of its own|at home on it], be it [lentils|a plain omelette] or the Sunday roast.",
                "Order [one to match what you have|six for a table], and expect [sisters rather than twins|small differences between them].",
            ],
        },
        Piece {
            noun: "soup bowl",
            short: "bowl",
            price: (24, 36),
            step: 14,
            sizes: &["450 ml", "600 ml"],
            tags: &["bowl", "soup"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Soup Bowl with Lug Handle",
                    "One broad lug, [pulled from the same clay|pressed on with the thumb], lets you carry it hot.",
                ),
                (
                    "{M} Ramen Bowl with Chopstick Notches",
                    "Two notches in the rim hold chopsticks [while you slurp|between mouthfuls].",
                ),
            ],
            measure: &[
                "It holds {size}, at {14..17} cm across.",
                "With {size} of room the bowl is [a meal in itself|right for a main-course soup].",
            ],
            uses: &[
                "Fill it with [lentil soup|noodles in broth|pumpkin soup] on the sort of evening [when the windows steam up|that calls for a blanket].",
                "Deep enough for [noodles|stew], wide enough for [salad|pasta], the bowl [ends up in use every day|is never long in the cupboard].",
            ],
        },
        Piece {
            noun: "spoon rest",
            short: "rest",
            price: (14, 20),
            step: 0,
            sizes: &[],
            tags: &["spoon rest", "cooking"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Spoon Rest with Pouring Lip",
                    "A little lip lets you [tip the sauce back into the pot|pour away what has gathered].",
                ),
                (
                    "Shell-Shaped {M} Spoon Rest",
                    "Pressed over a [scallop|cockle] shell, it keeps {9..13} ribs on the underside.",
                ),
            ],
            measure: &[
                "The rest is {11..13} cm wide, room for two spoons.",
                "It is {12..14} cm long and {2..3} cm deep.",
            ],
            uses: &[
                "Keep it [between the burners|beside the kettle for tea bags] and the worktop stays [dry|free of stains].",
                "An inexpensive way to [try our glazes|own something from the wheel], and a [tidy little present for a cook|good companion to a wooden spoon].",
            ],
        },
        Piece {
            noun: "butter dish",
            short: "dish",
            price: (36, 48),
            step: 0,
            sizes: &[],
            tags: &["butter dish", "breakfast"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Butter Dish with Dome Lid",
                    "The domed lid ends in a knob [shaped like an acorn|you can grip with buttery fingers].",
                ),
                (
                    "{M} French Butter Keeper",
                    "Butter sits upside down in the lid over a little water, [airtight and spreadable|which keeps it soft for days].",
                ),
            ],
            measure: &[
                "It takes [a 250 g pack of butter|half a pound of butter].",
                "Base {14..16} cm, height {8..10} cm with the lid on.",
            ],
            uses: &[
                "Butter at room temperature [changes breakfast|makes even plain toast a treat], and the dish keeps [the cat|the sun] off it.",
                "It [also keeps soft cheese|works for goat's cheese], and [looks right on a farmhouse table|is welcome at any weekend brunch].",
            ],
        },
        Piece {
            noun: "storage jar",
            short: "jar",
            price: (38, 58),
            step: 18,
            sizes: &["0.75 l", "1.5 l"],
            tags: &["storage", "jar"],
            only: &[],
            parts: &["cork"],
            looks: &[
                (
                    "{M} Storage Jar with Cork Lid",
                    "A stopper of Portuguese cork [seals it|closes it snugly] without rubber.",
                ),
                (
                    "{M} Jar with Stamped Band",
                    "A band of stamps, made with [a carved stick|an old printing block], runs round the shoulder, below a lid of cork.",
                ),
            ],
            measure: &[
                "It holds {size}, [enough for a packet of coffee|or a kilo of flour in the larger one].",
                "The jar stands {15..19} cm high and takes {size}.",
            ],
            uses: &[
                "For [coffee, oats or lentils|biscuits that should last the week|loose tea], dark and dry behind {5..6} mm of stoneware.",
                "Jars like this replace [plastic boxes|a shelf of tins], and look good enough to [stay on the counter|leave out].",
            ],
        },
    ],
    opening: &[
        "A(n) {m} {noun} [thrown on the wheel|made by hand] in {city}, [a little different every time|with the maker's fingers still visible].",
        "This {noun} is wheel-thrown {m} with [a comfortable weight|honest proportions|a soft, quiet shape].",
        "[Thrown, trimmed and glazed|Made from start to finish] by one pair of hands, this {noun} is {m} [for every day|meant for daily use].",
        "Take a(n) {m} {noun} like this one [in your hands|off the shelf] and you feel at once that [it was made, not moulded|no machine had a part in it].",
    ],
    making: &[
        "[About|Roughly] {400..900:50} g of clay go into the {noun}, thrown in [four or five pulls|one sitting] and trimmed the next [day|morning].",
        "Two firings make the {noun} [dense and watertight|hard enough for years of use]: the first at 980 degrees, the second at {1240..1280:10}.",
        "The {noun} dries under [a sheet|cloth] for [a week|six days], because clay that dries [in haste|unevenly] will crack.",
        "Three weeks pass between [the lump of clay|the wheel] and the [finished|unpacked] {noun}, most of it [waiting|drying time].",
        "We glaze by [dipping|pouring], count to [three|four], and wipe the foot of the {noun} [with a sponge|clean] before it goes into the kiln.",
    ],
    closing: &[
        "Each {noun} is stamped on the base with the mark of {w}.",
        "The kiln at {w} [runs on solar power from spring to autumn|is fired with waste wood], and clay scraps from the {noun} are wedged and thrown again.",
        "If you buy {m} [over the years|one piece at a time], the {short} will always [go with the rest|find its family].",
        "We pack the {noun} in [paper wool|straw] and [a double box|recycled card], and replace whatever [breaks on the way|arrives in shards].",
    ],
    care: Care(
        &[
            "The {m} {short} is dishwasher-safe, though [washing by hand|a gentle programme] [is kinder to the glaze|keeps it new for longer].",
            "Dishwasher and microwave are fine for this {noun}; [an open flame|the gas ring] is not.",
            "Wash the {noun} [as you would any good china|with ordinary washing-up liquid]; the {m} is [fully vitrified|dense] and takes up [no smells|nothing].",
        ],
        &[
            "Avoid sudden changes of heat: do not take the {short} [from the fridge to a hot oven|from cold water to the boil].",
            "Let {m} [cool down|reach room temperature] before you rinse the {noun} in cold water.",
            "The unglazed foot of the {noun} is [smoothed|polished with a stone], yet a [felt pad|mat] is wise on [delicate|lacquered] tables.",
        ],
    ),
};
