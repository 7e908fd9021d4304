//! Wooden bowls turned on the lathe.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "bowls",
    category: "C01",
    code: "WB",
    products: 34,
    tags: &["wooden bowl", "kitchen", "turned"],
    materials: &[
        Material {
            name: "olive wood",
            code: "OLI",
            parts: &["olive wood", "walnut oil"],
            tags: &["olive wood"],
            colors: &["honey and brown"],
            price: 120,
            care: None,
            story: &[
                "The olive comes from trees taken down [when old groves in Alentejo are replanted|after a hard frost in the hills of Umbria|at the end of their bearing years in Andalusia], and it keeps its faint peppery smell for [months|the first year].",
                "Olive grows slowly and never straight, so the brown flames in this {short} run [round the wall like smoke|from the foot to the rim|across the base and up one side].",
                "Dense and naturally oily, olive wood takes [dressing|tomato juice|lemon] without drinking it, which is why [cooks|Mediterranean kitchens] have always liked it for a(n) {noun}.",
            ],
        },
        Material {
            name: "oak",
            code: "OAK",
            parts: &["oak", "linseed oil"],
            tags: &["oak"],
            colors: &["pale brown"],
            price: 95,
            care: None,
            story: &[
                "We use [storm-felled|naturally fallen] oak from [a mixed wood|an estate forest|the edge of a beech forest] [a short drive away|in the next valley], and season the {short} blanks for [two winters|eighteen months|nearly two years].",
                "Cut on the quarter, the oak shows [silver rays|pale flecks] that catch the light [whenever you pick up the {short}|along the outside of the {short}].",
                "Oak is open-grained and tough, and a(n) {noun} of it will [darken from straw to tobacco|turn the brown of strong tea] over the years.",
            ],
        },
        Material {
            name: "walnut",
            code: "WAL",
            parts: &["walnut", "linseed oil"],
            tags: &["walnut"],
            colors: &["dark brown"],
            price: 130,
            care: None,
            story: &[
                "The walnut stood in [a farmyard|an orchard|a village square] until [a storm took it|its crown failed|the road was widened], and the [whole trunk|better half of the trunk] went into pieces such as this {short}.",
                "Chocolate-dark heartwood makes up most of the {short}, with [a seam|a crescent|one thin band] of cream sapwood left [at the rim|low on one side] on purpose.",
                "Walnut cuts as cleanly as [cheese|cold butter] on the lathe and needs [hardly any|next to no] sanding, so the surface of this {short} has the soft sheen of a tooled finish.",
            ],
        },
        Material {
            name: "ash",
            code: "ASH",
            parts: &["ash", "linseed oil"],
            tags: &["ash wood"],
            colors: &["cream"],
            price: 90,
            care: None,
            story: &[
                "Ash is being lost to dieback, and [making a(n) {noun} of it|turning it into a(n) {noun}] seems a better end for a [roadside|hedgerow|parkland] tree than firewood.",
                "Broad rings, almost [drawn with a pencil|like contour lines on a map], circle the {short} wherever the pale ash grain was cut across.",
                "Pale as cream when new, the ash of this {short} [mellows to straw|turns a soft gold] [within a year|in daylight].",
            ],
        },
        Material {
            name: "cherry",
            code: "CHE",
            parts: &["cherry wood", "beeswax", "linseed oil"],
            tags: &["cherry wood"],
            colors: &["reddish brown"],
            price: 110,
            care: None,
            story: &[
                "Our cherry comes from [orchards|smallholdings] [in the Black Forest|near Fundão|in the Bourgogne] where old fruit trees make way for new, and each {short} is cut from [one branch fork|a single trunk].",
                "Fresh from the lathe cherry is the pink of salmon; [a summer of daylight|a year on the table] deepens the {short} to [the red of old violins|a warm fox brown].",
                "A fine, even grain with [a few dark gum lines|here and there a greenish streak] tells you that this {short} is fruit wood and not a stained imitation.",
            ],
        },
        Material {
            name: "beech",
            code: "BEE",
            parts: &["beech", "linseed oil"],
            tags: &["beech wood"],
            colors: &["light biscuit"],
            price: 80,
            care: None,
            story: &[
                "Beech has [no taste and no smell|neither smell nor taste], which is why [grandmothers' kitchens were full of it|bakers and cheesemakers trust it], and this {short} carries on the habit.",
                "Look closely and the beech is freckled with [tiny brown dashes|short flecks], [all over the inside of the {short}|densest near the foot of the {short}].",
                "The beech was [steamed|air-dried] at a [family sawmill|small mill] [twelve|nineteen|thirty] kilometres from {city}, so the {short} moves very little between summer and winter.",
            ],
        },
        Material {
            name: "spalted maple",
            code: "MAP",
            parts: &["maple", "walnut oil"],
            tags: &["maple"],
            colors: &["cream with black lines"],
            price: 125,
            care: None,
            story: &[
                "Fungi drew the black ink lines while the maple log lay [under leaves|on the forest floor]; drying stopped them for good, and [no two bowls|no other {short}] will show [the same map|this drawing] again.",
                "The maple was left to spalt for [two damp seasons|a wet year] before roughing out, then dried [very slowly|for fourteen months] so that the {short} is sound and hard throughout.",
                "Cream, grey and fine black lines meet in the maple of this {short} like [rivers on a chart|a sketch in ink].",
            ],
        },
        Material {
            name: "plum wood",
            code: "PLU",
            parts: &["plum wood", "beeswax", "linseed oil"],
            tags: &["plum wood"],
            colors: &["violet brown"],
            price: 120,
            care: None,
            story: &[
                "Plum trees are never thick, so wood wide enough for a(n) {noun} is a lucky find; this trunk came from [a distillery's orchard in Slavonia|a cloister garden|a neighbour's orchard].",
                "Purple, orange and brown lie side by side in plum wood, and the colours of the {short} [soften|settle] [over the first two years|as it is used].",
                "Plum is among the hardest of fruit woods and polishes like horn, as [one stroke of the thumb|the inside of this {short}] will tell you.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "salad bowl",
            short: "bowl",
            price: (38, 62),
            step: 22,
            sizes: &["26 cm", "30 cm", "34 cm"],
            tags: &["salad bowl", "serving"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Turned {M} Salad Bowl",
                    "The rim is left a finger thick, [so there is something to hold when you toss the leaves|which keeps the {short} steady while you toss].",
                ),
                (
                    "{M} Salad Bowl with Carved Rim",
                    "A band of short gouge cuts runs round the rim, [some {110..150} of them|each made by eye], and gives wet hands a grip.",
                ),
                (
                    "Wide {M} Salad Bowl for the Whole Table",
                    "The walls flare low and wide, [so everyone can reach in|so that the dressing meets every leaf].",
                ),
            ],
            measure: &[
                "It measures {size} across and stands {9..11} cm high, enough salad for [five|six|four to six].",
                "At {size} across and {9..12} cm deep, the bowl [serves|is right for] [four hungry people|six with a main course].",
            ],
            uses: &[
                "Bring it to the table with [garden leaves and warm bread|tomatoes and torn basil|grain salads in summer]; the rest of the week it [holds lemons|looks after the fruit].",
                "[Couples setting up a kitchen|Newly-weds] are given it [more than anything else we make|again and again], and they write to us [years|many dinners] later.",
                "It tosses, it serves, and between meals the {m} bowl is handsome enough to stay [on the table|out on the sideboard].",
            ],
        },
        Piece {
            noun: "fruit bowl",
            short: "bowl",
            price: (34, 56),
            step: 20,
            sizes: &["24 cm", "28 cm", "32 cm"],
            tags: &["fruit bowl", "centrepiece"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Fruit Bowl on a Raised Foot",
                    "A turned foot of {2..3} cm lifts the bowl off the table [and lets air move beneath the fruit|like an offering].",
                ),
                (
                    "Natural-Edge {M} Fruit Bowl",
                    "Where the tree ended, the bowl ends: the rim follows the [wavy line|outside] of the trunk, bark removed.",
                ),
                (
                    "Shallow {M} Fruit Bowl",
                    "It is kept shallow so that peaches and plums lie side by side and [do not bruise|ripen evenly].",
                ),
            ],
            measure: &[
                "Across the rim it is {size}, with a depth of {6..8} cm, and it weighs around {700..1100:50} g.",
                "The {size} bowl takes [a dozen apples|a good two kilos of fruit] without heaping.",
            ],
            uses: &[
                "[Oranges in winter, apricots in July|Pears, walnuts, whatever the market had]: a fruit bowl is the one bit of decoration that [changes every week|you can eat].",
                "Set on [a sideboard|a hall table|the kitchen island], the {m} bowl holds its own even when [empty|the last apple is gone].",
            ],
        },
        Piece {
            noun: "porridge bowl",
            short: "bowl",
            price: (22, 34),
            step: 15,
            sizes: &["14 cm", "16 cm"],
            tags: &["breakfast", "small bowl"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Porridge Bowl for Cold Mornings",
                    "The wall is {6..8} mm thick: hot oats stay hot and your hands [stay merely warm|do not notice].",
                ),
                (
                    "Small {M} Breakfast Bowl",
                    "The inside is one unbroken curve, [which a spoon follows to the last mouthful|with no corner for oats to hide in].",
                ),
            ],
            measure: &[
                "It holds {380..460:20} ml at {size} across.",
                "{size} wide and {6..7} cm deep, it fits two cupped hands [almost exactly|as if measured for them].",
            ],
            uses: &[
                "[Muesli, soup or rice|Porridge, ramen, berries with yoghurt]: the {m} bowl is the one you reach for when you eat [alone on the sofa|curled up under a blanket].",
                "People who have given up [plastic at breakfast|throw-away bowls] buy the {m} one [singly, then come back for four|for camping and keep it for the kitchen].",
            ],
        },
        Piece {
            noun: "serving bowl",
            short: "bowl",
            price: (44, 70),
            step: 20,
            sizes: &["28 cm", "32 cm"],
            tags: &["serving", "dinner party"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Serving Bowl with Two Grips",
                    "Two shallow grips are carved beneath the rim, [so it passes safely from hand to hand|opposite each other, for passing round].",
                ),
                (
                    "Deep {M} Serving Bowl",
                    "The form goes straight down before it turns in, which [keeps potatoes steaming|holds the heat of pasta] longer than a wide bowl would.",
                ),
                (
                    "{M} Serving Bowl with Bead Line",
                    "A single bead turned [two fingers below the rim|at mid-height] is its only ornament.",
                ),
            ],
            measure: &[
                "{size} across and {10..12} cm deep, it holds about {3..4} litres.",
                "Its diameter is {size}; filled, the bowl feeds [six|eight] and still [fits a shelf of 35 cm|can be carried in one arm].",
            ],
            uses: &[
                "Pile it with [pasta, couscous or roast roots|popcorn on film night|new potatoes and dill] and put it in the middle of the table.",
                "We made the first {m} one for [a harvest supper|a wedding on a farm] and have [turned the shape|kept the pattern] ever since.",
            ],
        },
        Piece {
            noun: "nut bowl",
            short: "bowl",
            price: (18, 29),
            step: 18,
            sizes: &["12 cm", "15 cm"],
            tags: &["snack bowl", "gift"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Nut Bowl with Inner Ring",
                    "A small ring stands up in the middle [for the cracker|to keep the shells apart from the nuts].",
                ),
                (
                    "Little {M} Snack Bowl",
                    "It was turned from the part of the log too short for anything larger, [so nothing is wasted|and costs accordingly less].",
                ),
            ],
            measure: &[
                "It is {size} wide, {4..5} cm high and holds [two handfuls|a bag of nuts].",
                "Size {size}, weight a modest {160..260:10} g.",
            ],
            uses: &[
                "[Almonds, olives, keys|Hazelnuts, rings, spare change]: every small thing [likes a home|wants a bowl], and this {m} one asks for little room.",
                "As a thank-you to [a host|a teacher|a neighbour] the {m} nut bowl needs no [wrapping beyond a cloth|card].",
            ],
        },
        Piece {
            noun: "dough bowl",
            short: "bowl",
            price: (52, 76),
            step: 18,
            sizes: &["36 cm", "42 cm"],
            tags: &["baking", "bread"],
            only: &["OAK", "ASH", "BEE", "CHE"],
            parts: &[],
            looks: &[
                (
                    "{M} Dough Bowl for Sourdough",
                    "The base is left heavy at {20..24} mm, [so you can knead in it with one hand|and does not walk round the table while you knead].",
                ),
                (
                    "Farmhouse {M} Dough Bowl",
                    "Fine tool rings are left on the inside, because dough [lets go of them more readily than of a sanded surface|sticks to them less than to a sanded surface].",
                ),
            ],
            measure: &[
                "With {size} across the rim it proves dough from [a kilo|1.5 kilos] of flour.",
                "It measures {size} by {11..13} cm, big enough for [two loaves|Sunday's bread and Monday's rolls].",
            ],
            uses: &[
                "Wood keeps dough at an even warmth, so bakers [swear by|never quite gave up] a(n) {m} bowl for the long rise.",
                "When it is not full of dough it [serves the salad at garden parties|holds a week of vegetables|catches bread rolls for a crowd].",
            ],
        },
    ],
    opening: &[
        "This [generous|quiet|handsome|well-balanced] wooden {noun} is turned from [one solid block|a single piece] of {m}.",
        "A(n) {m} {noun} of the [everyday|heirloom] kind, made [to be used|for daily meals] and not for the cabinet.",
        "[Turned by hand|Shaped on the lathe] in {city}, this {m} {noun} began as [half a log|a wedge of trunk|a rough blank].",
        "Here is a wooden {noun} for people who like [to see where things come from|plain, useful things]: {m}, oil and [nothing else|a turner's time].",
    ],
    making: &[
        "We turn each {noun} twice, once [green|wet] and again after [five|six|eight] months of drying, so that it [stays round|will not warp].",
        "A bowl gouge, sharpened [every few minutes|a dozen times a day], does [all|most] of the work; the {noun} is then sanded [to 320 grit|with ever finer paper] and oiled [three times|twice].",
        "After turning, the {noun} rests in [warm oil|a bath of oil] [overnight|for a day], is wiped dry and cures for [two|three] weeks before we sell it.",
        "Turned at [a slow|an unhurried] {600..900:50} revolutions, burnished with [its own shavings|a handful of shavings] and finished with [food-safe oil|plant oil only], the {noun} is ready for food.",
        "The {m} blank is centred by eye so that the [grain runs evenly round|rings sit in the middle of] the {noun}, a step that [cannot be hurried|takes longer than the cutting].",
    ],
    closing: &[
        "{w} signs and dates the underside [with a hot needle|in pencil under the oil].",
        "The shavings go to [a stable|the stove|a neighbour's hens] in {city}, so next to nothing of the {m} is thrown away.",
        "Given with [a pair of servers|a bag of walnuts|a loaf of bread], the {noun} makes a [house-warming|wedding|birthday] present that [lasts|outlives fashions].",
        "An eco-friendly choice: [local|certified or reclaimed] {m}, plant oil and no varnish on the {noun}.",
    ],
    care: Care(
        &[
            "Rinse the {noun} by hand with warm water and [a drop of|very little] soap, then dry it [at once|straight away] and never put it in the dishwasher.",
            "Wipe the {m} {short} out [with a damp cloth|under running water] after use and [let it dry standing on its rim|stand it up to dry].",
            "Wash the {m} {short} quickly in [lukewarm|warm] water, do not let it soak, and keep it away from the [dishwasher|microwave].",
        ],
        &[
            "[Two or three|Three or four] times a year, rub {m} with [food-safe oil|walnut or linseed oil] and wipe off what it does not drink after [an hour|twenty minutes].",
            "If the inside of the {noun} turns dull, [a teaspoon of oil and a soft rag|a thin coat of linseed oil] will bring the colour back.",
            "Keep the {noun} away from [radiators|the oven] and strong sun, since {m} [cracks|may split] when it dries too fast.",
        ],
    ),
};
