//! Boards, spoons, boxes and other carved or joined things for the kitchen.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "boards",
    category: "C01",
    code: "WK",
    products: 28,
    tags: &["wooden", "kitchen", "eco-friendly"],
    materials: &[
        Material {
            name: "olive wood",
            code: "OLI",
            parts: &["olive wood", "linseed oil"],
            tags: &["olive wood"],
            colors: &["honey and brown"],
            price: 120,
            care: None,
            story: &[
                "The olive wood is [pruned and fallen timber|timber from retired trees] from [Crete|Puglia|Jaén], dried for [four|three] years because it [cracks|splits] if hurried.",
                "Swirls of honey and coffee brown cover the {short}, [no two alike|each as different as a thumbprint], as they do in all good olive wood.",
            ],
        },
        Material {
            name: "walnut",
            code: "WAL",
            parts: &["walnut", "linseed oil"],
            tags: &["walnut"],
            colors: &["dark brown"],
            price: 125,
            care: None,
            story: &[
                "Black-brown walnut with [a purple cast|hints of grey] gives the {short} its [calm, grown-up look|depth], and it [hides beetroot stains|forgives red wine] better than pale woods.",
                "The walnut is [European, from a park in Styria|from windthrown trees along the Danube|from an avenue felled for a cycle path], sawn and stacked [by ourselves|at the workshop].",
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
                "Oak from [Slavonian forests|a certified forest in Franconia|an old barn frame] is hard and faintly [sweet-smelling|vanilla-scented], and it wears in rather than out on this {short}.",
                "Straight oak grain runs the whole length of the {short}, [broken by one small knot|clear of knots].",
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
                "We saw the {short} from local beech, a wood [so dense|so close-grained] that it [hardly takes up smells|has lined dairies for centuries].",
                "Beech is [plain, pale and honest|the workhorse of woods], and a(n) {noun} of it [may be scrubbed for decades|costs less than it looks].",
            ],
        },
        Material {
            name: "cherry wood",
            code: "CHE",
            parts: &["cherry wood", "linseed oil"],
            tags: &["cherry wood"],
            colors: &["reddish brown"],
            price: 110,
            care: None,
            story: &[
                "The cherry grew in [an orchard by Lake Constance|the Jerte valley|a vicarage garden], and its warm red-brown [deepens|glows more] the longer the {short} stands in the light.",
                "Silky to the touch, cherry is the wood we [choose when a(n) {noun} is meant as a present|carve when we want to please ourselves].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "cutting board",
            short: "board",
            price: (32, 58),
            step: 25,
            sizes: &["30 × 20 cm", "38 × 25 cm", "45 × 30 cm"],
            tags: &["cutting board", "cooking"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Cutting Board with Juice Groove",
                    "A groove {6..8} mm wide runs round the edge and [catches what a roast or a ripe tomato lets go|keeps juice off your worktop].",
                ),
                (
                    "End-Grain {M} Cutting Board",
                    "It is glued up from {36..64} end-grain blocks, so the knife edge [slips between the fibres|stays sharp longer] and cuts close up again.",
                ),
                (
                    "{M} Bread Board with Round Handle",
                    "The handle ends in a hole for [a leather loop|a nail by the door], cut as one with the board.",
                ),
            ],
            measure: &[
                "It measures {size} and is {22..28} mm thick.",
                "The {size} board weighs {1100..1900:100} g, [heavy enough to stay put|so it does not wander while you chop].",
            ],
            uses: &[
                "Chop on one side and serve [cheese and figs|charcuterie|a warm loaf] on the other; [few things|hardly anything] in a kitchen works as hard as a(n) {m} board.",
                "It is the first thing we would give [someone moving into a first flat|a cook who has everything], together with a good knife.",
            ],
        },
        Piece {
            noun: "spoon rest",
            short: "rest",
            price: (12, 19),
            step: 0,
            sizes: &[],
            tags: &["spoon rest", "small gift"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Spoon Rest in Leaf Shape",
                    "Carved like a bay leaf, with [a midrib for the handle|the stalk as a thumb hold].",
                ),
                (
                    "Round {M} Spoon Rest",
                    "A notch in the rim [keeps the handle from rolling|takes handles up to 2 cm thick].",
                ),
            ],
            measure: &[
                "The rest is {11..13} cm long and {8..9} cm wide.",
                "About {9..11} cm across, it fits between two burners [with room to spare|on the smallest stove].",
            ],
            uses: &[
                "Park the [sauce spoon|tasting spoon] here while the pot simmers, and the {m} rest keeps your stove top [clean|free of rings].",
                "[A small gift for keen cooks|Something to slip into a Christmas stocking]: useful every single evening, and {m} looks well beside [copper|enamel] pots.",
            ],
        },
        Piece {
            noun: "cooking spoon",
            short: "spoon",
            price: (14, 24),
            step: 15,
            sizes: &["28 cm", "33 cm"],
            tags: &["spoon", "carved", "cooking"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Hand-Carved {M} Cooking Spoon",
                    "The bowl is set at a slight angle, [for right or left hand as you choose in the order note|so it scrapes the corner of the pot].",
                ),
                (
                    "{M} Risotto Spoon with Hole",
                    "Rice passes through the hole in the middle, which stirs [without crushing the grain|gently].",
                ),
            ],
            measure: &[
                "{size} long, with a bowl {6..7} cm wide.",
                "At {size} it reaches to the bottom of a [five|six]-litre pot and stays cool at the end.",
            ],
            uses: &[
                "It will not scratch [enamel or non-stick pans|your good pans], and a(n) {m} spoon [tells you by feel|lets you feel] when the polenta is done.",
                "[Jam makers|Soup cooks] like the {m} spoon's [long reach|flat tip], children like to lick it.",
            ],
        },
        Piece {
            noun: "pair of salad servers",
            short: "pair",
            price: (24, 36),
            step: 0,
            sizes: &[],
            tags: &["salad servers", "serving"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Salad Servers, Spoon and Fork",
                    "Both are cut from neighbouring pieces of one plank, [so their grain matches|and you can see the rings continue from one to the other].",
                ),
                (
                    "Slim {M} Salad Servers",
                    "The handles thin to {7..8} mm in the middle and feel [surprisingly light|like pencils] in the hand.",
                ),
            ],
            measure: &[
                "Each is {28..31} cm long.",
                "They are {29..32} cm in length and weigh under {50..60:5} g apiece.",
            ],
            uses: &[
                "Match them with [a wooden salad bowl|a big stoneware dish] and they will see you through [summers of garden lettuce|a lifetime of Sunday lunches].",
                "Tied with [linen tape|a sprig of rosemary], {m} servers are the wedding present that [never comes twice|fits any kitchen].",
            ],
        },
        Piece {
            noun: "salt box",
            short: "box",
            price: (28, 44),
            step: 0,
            sizes: &[],
            tags: &["storage", "salt box"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Salt Box with Swivel Lid",
                    "The lid turns on a single wooden pin and opens with [a floury thumb|one finger].",
                ),
                (
                    "Dovetailed {M} Salt Box",
                    "Corners are dovetailed by hand, {3..5} tails to a side, and the lid turns on wooden pins.",
                ),
            ],
            measure: &[
                "It is {10..12} cm wide, {9..11} cm high and takes {350..500:50} g of coarse salt.",
                "Outside {11..13} cm square, inside room for half a kilo of sea salt.",
            ],
            uses: &[
                "Kept by the stove, the {m} box leaves salt [dry and within reach|ready for a generous pinch].",
                "Some people keep [sugar lumps|tea bags|garlic] in theirs; the {m} box [does not mind|suits those as well].",
            ],
        },
        Piece {
            noun: "serving tray",
            short: "tray",
            price: (46, 72),
            step: 18,
            sizes: &["40 × 28 cm", "48 × 33 cm"],
            tags: &["tray", "serving", "breakfast in bed"],
            only: &["WAL", "OAK", "CHE", "BEE"],
            parts: &[],
            looks: &[
                (
                    "{M} Breakfast Tray with Rails",
                    "Rails {3..4} cm high are joined to the base with [wedged tenons|wooden pegs], no screws anywhere.",
                ),
                (
                    "{M} Tea Tray with Cut-Out Grips",
                    "The grips are cut wide enough for [gloved|large] hands and rounded on the inside.",
                ),
            ],
            measure: &[
                "The tray is {size} and weighs {1200..1700:100} g.",
                "Its {size} hold [a teapot and four cups|breakfast for two].",
            ],
            uses: &[
                "For tea in the garden, [breakfast in bed|supper by the fire] or simply to keep [bottles and oil|the things on the sideboard] together: a(n) {m} tray earns its shelf.",
                "Carry [coffee out to the terrace|soup to someone with a cold] on it and lean the {m} tray against the wall when done.",
            ],
        },
    ],
    opening: &[
        "A [solid|sturdy|slender] {noun} in {m}, made for kitchens that are [in daily use|never quite tidy].",
        "This {m} {noun} was [sawn, shaped and finished|drawn, cut and oiled] at our benches in {city}.",
        "[Simple|Plain] at first sight, this {noun} of {m} [shows its quality in the hand|repays a second look].",
        "We have made this {noun} [for years|since the beginning], and {m} is [the wood we like best for it|one of the woods our customers ask for].",
    ],
    making: &[
        "Cut on the bandsaw, the {noun} is shaped [with spokeshave and rasp|with knife and scraper] until it [feels right|has no hard edge left].",
        "Before the last sanding we wet the {m}, let the grain rise and [smooth it once more|cut it back], so the {noun} stays silky after washing.",
        "Each {noun} gets three coats of [cold-pressed linseed oil|hardening plant oil], with [a day|two days] between them.",
        "No stain and no lacquer: the {noun} is [scraped|planed], sanded to {240..400:80} grit and rubbed with [oil and wax|warm oil].",
    ],
    closing: &[
        "Offcuts of {m} become [buttons and hooks|kindling sold by the bag], so the {noun} leaves little behind.",
        "{w} will [sand and oil a worn {short} again|engrave initials on the {short}] for the price of postage.",
        "It arrives in paper and straw, [without plastic|plastic-free], with [a small tin of wax|a note on the tree] tucked in beside the {noun}.",
        "A(n) {short} like this makes [an easy housewarming gift|a present for people who love to cook], and nobody minds having two.",
    ],
    care: Care(
        &[
            "Wash the {noun} by hand in warm soapy water, rinse and [dry upright|stand on edge to dry].",
            "Do not soak the {noun} or put it in the dishwasher; [a quick wash|hot water and a brush] is [all it needs|enough].",
            "Clean {m} with [warm water and a soft brush|a damp cloth] and dry the {short} [right away|with a towel].",
        ],
        &[
            "For smells, rub the {m} {short} with [half a lemon and coarse salt|a paste of salt and lemon juice].",
            "Oil the {m} {short} [every couple of months|when it looks thirsty] with [linseed|walnut|food-safe] oil and let it dry overnight.",
            "Raised grain on the {noun} [smooths down|disappears] with [fine sandpaper|a scrap of 320 paper] and a drop of oil.",
        ],
    ),
};
