//! Soaps, balms and other things for the bath.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "soap",
    category: "C15",
    code: "SO",
    products: 26,
    tags: &["natural", "bath", "self-care"],
    materials: &[
        Material {
            name: "lavender",
            code: "LAV",
            parts: &["olive oil", "coconut oil", "lavender oil"],
            tags: &["lavender"],
            colors: &["pale lilac"],
            price: 100,
            care: None,
            story: &[
                "The lavender is [true Lavandula angustifolia from the Drôme|distilled in Haute-Provence], softer and [less camphorous|sweeter] than the cheap kind, and it [calms|rounds off] the {short}.",
                "Lavender smells of [clean sheets|linen cupboards], and here it comes from essential oil and [a sprinkle of dried flowers|crushed buds].",
            ],
        },
        Material {
            name: "rosemary and mint",
            code: "ROS",
            parts: &["olive oil", "shea butter", "rosemary oil", "mint oil"],
            tags: &["herbal"],
            colors: &["herb green"],
            price: 98,
            care: None,
            story: &[
                "Rosemary wakes, mint cools: together they make the {short} [a morning thing|better than a second coffee].",
                "The rosemary is cut [on dry hillsides above Split|in our own garden] and [steeped in olive oil for six weeks|dried in the loft] for this {short}.",
            ],
        },
        Material {
            name: "orange and calendula",
            code: "ORA",
            parts: &["olive oil", "calendula", "sweet orange oil"],
            tags: &["citrus", "calendula"],
            colors: &["warm orange"],
            price: 100,
            care: None,
            story: &[
                "Calendula petals, picked [by hand in the dew|every third day], give the orange colour and are [known to be kind to chapped skin|old friends of dry hands].",
                "Cold-pressed orange oil smells [of the peel, not of sweets|like peeling fruit by the stove], and calendula [tempers|softens] it in this {short}.",
            ],
        },
        Material {
            name: "cedar and clay",
            code: "CED",
            parts: &["olive oil", "green clay", "cedarwood oil"],
            tags: &["cedar", "clay"],
            colors: &["grey-green"],
            price: 102,
            care: None,
            story: &[
                "Green clay from [the Auvergne|Velay] makes it [slippery and fine|smooth], and Atlas cedar smells of [pencils and old chests|a carpenter's shop].",
                "Dry, woody cedar [suits people who dislike flowers|is popular with those who shave], and the clay gives the {short} [its matt grey-green|body].",
            ],
        },
        Material {
            name: "oat and shea",
            code: "OAT",
            parts: &["olive oil", "oat flour", "shea butter"],
            tags: &["unscented", "sensitive skin"],
            colors: &["oat beige"],
            price: 92,
            care: Some(Care(
                &[
                    "Keep the {short} dry between uses, [on a dish with a drain|away from splashes], and use it up within [a year|fifteen months].",
                    "Store the {noun} [cool and dark|out of the sun]; oils keep [about a year|a year or a little more].",
                    "Though it has no scent, try the {short} on the inside of the arm first if your skin is [touchy|very sensitive].",
                ],
                &[
                    "For external use: keep the {short} [out of eyes|away from eyes and mouths]; oat [settles|darkens a little] with age.",
                    "Specks in the {short} are [ground oats|oat flour] and do it [no harm|only good].",
                    "Close or wrap the {short} [after use|between uses] so that the shea stays [fresh|soft].",
                ],
            )),
            story: &[
                "There is no scent in it at all: ground oats and [shea butter|olive oil] make the {short} [mild enough for babies|a choice for sensitive noses].",
                "The oats are [milled next door|grown organically nearby], and they make the {short} [milky|silky] and [slightly grainy|gently scrubbing].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "bar of soap",
            short: "soap",
            price: (7, 11),
            step: 0,
            sizes: &[],
            tags: &["soap", "plastic-free"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Cold-Process Soap, {M}",
                    "The top is swirled with [a chopstick|the back of a spoon] just before it sets.",
                ),
                (
                    "Olive Oil Soap Bar, {M}",
                    "At {65..75} percent olive oil it [lathers low and creamy|is closer to cream than foam].",
                ),
                (
                    "Soap on a Rope, {M}",
                    "A cotton rope runs through the middle, [so it dries between showers|for hanging on the tap].",
                ),
            ],
            measure: &[
                "A bar weighs {95..120:5} g and lasts [five weeks|about a month and a half] in daily use.",
                "It is cut at {100..115:5} g, {6..8} by {5..6} cm.",
            ],
            uses: &[
                "For hands, body and [travel|a shave in a pinch]: one bar [replaces three plastic bottles|is enough].",
                "Stack a few with a ribbon for [a guest bathroom|teachers' presents|wedding favours].",
            ],
        },
        Piece {
            noun: "shampoo bar",
            short: "bar",
            price: (10, 15),
            step: 0,
            sizes: &[],
            tags: &["shampoo", "zero waste", "travel"],
            only: &["LAV", "ROS", "ORA", "OAT"],
            parts: &[],
            looks: &[
                (
                    "Solid Shampoo Bar, {M}",
                    "The bar is round with a dip in the middle [for the palm|so it does not slip].",
                ),
                (
                    "Shampoo Bar with Linen Bag, {M}",
                    "It comes with a linen bag that [foams it up|hangs it to dry].",
                ),
            ],
            measure: &[
                "At {70..85:5} g it lasts for {50..70:5} washes.",
                "It weighs {70..90:5} g and replaces two bottles.",
            ],
            uses: &[
                "No bottle, [no leaks in the suitcase|no argument at airport security], and it suits [fine|normal and dry] hair.",
                "After a week your hair [has got used to it|forgets the silicones] and [asks for less|shines by itself].",
            ],
        },
        Piece {
            noun: "hand balm",
            short: "balm",
            price: (12, 18),
            step: 55,
            sizes: &["30 ml", "60 ml"],
            tags: &["balm", "hands"],
            only: &[],
            parts: &["beeswax"],
            looks: &[
                (
                    "Hand Balm in a Tin, {M}",
                    "It is firm in the tin and melts [at body warmth|between two fingers].",
                ),
                (
                    "Gardener's Hand Balm, {M}",
                    "A higher share of beeswax, {18..22} percent, leaves a film that [lets you hold a spade|survives washing up].",
                ),
            ],
            measure: &[
                "The tin holds {size}.",
                "In {size} there are [many weeks|two months] of evening use.",
            ],
            uses: &[
                "For potters, [nurses and gardeners|cooks and carpenters], rubbed in [before bed|after work].",
                "Keep a tin [in the coat|on the bedside table]; [elbows, heels and lips|cracked knuckles] like it too.",
            ],
        },
        Piece {
            noun: "jar of bath salt",
            short: "salt",
            price: (14, 21),
            step: 60,
            sizes: &["250 g", "500 g"],
            tags: &["bath salt", "relax"],
            only: &["LAV", "ROS", "ORA", "CED"],
            parts: &["sea salt", "glass"],
            looks: &[
                (
                    "Bath Salt in a Glass Jar, {M}",
                    "Coarse sea salt from [the salt pans of Aveiro|Trapani] is mixed with [dried petals and leaves|a spoon of oil].",
                ),
                (
                    "Fine Bath Salt, {M}",
                    "It is ground fine, [dissolves in seconds|leaving nothing to sit on] and clouds the water a little.",
                ),
            ],
            measure: &["The jar holds {size}, {5..9} baths.", "Contents {size}, closed with a cork."],
            uses: &[
                "For [a cosy Sunday evening|legs that ran too far|the day after a move], with a candle and the door shut.",
                "A present for the tired: [new parents|people who never stop], [best given with an hour of babysitting|and nobody is offended].",
            ],
        },
        Piece {
            noun: "massage bar",
            short: "bar",
            price: (11, 17),
            step: 0,
            sizes: &[],
            tags: &["massage", "skin care"],
            only: &["LAV", "ORA", "CED", "OAT"],
            parts: &["cocoa butter"],
            looks: &[
                (
                    "Massage Bar with Ridges, {M}",
                    "{3..5} ridges along the top [do half the kneading|press into tired shoulders].",
                ),
                (
                    "Body Butter Bar, {M}",
                    "It smells faintly of [cocoa butter underneath|chocolate before the rest arrives].",
                ),
            ],
            measure: &[
                "It weighs {60..75:5} g and comes in a reusable tin.",
                "Weight {60..80:5} g, good for [fifteen|twenty] massages.",
            ],
            uses: &[
                "After a bath, [on the legs|for dry shins], or shared: it [melts as it glides|leaves no stain once absorbed].",
                "[Couples|Many] buy it for Valentine's Day, and runners [come back for it in spring|rub it into their calves].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} with {m}, [made in batches of {40..90:10}|stirred by hand] in {city}.",
        "This {noun} with {m} has [a short list of ingredients|nothing in it you cannot pronounce].",
        "[Simple things for the bathroom shelf|Good for skin and drains alike]: a(n) {noun} with {m}.",
    ],
    making: &[
        "Every ingredient of the {noun} is weighed [to the gram|on a kitchen-sized scale] and written in a book, [batch by batch|so we can trace it].",
        "We make the {noun} at low heat, [so the oils keep what is good in them|never above {38..45} degrees where it can be helped].",
        "The {noun} rests on wooden racks [until it is ready|and is turned every other day] before we [band|label] it by hand.",
        "No palm oil, no [parabens|silicones], no colouring from the laboratory: the {noun} is [as plain as that|vegetable or from the hive].",
    ],
    closing: &[
        "{w} wraps the {short} in [seed paper|a paper band] and posts it without plastic.",
        "Trimmings of the {short} are [grated into laundry soap|sold by weight], so [none goes to waste|the bin stays empty].",
        "An eco-friendly little gift: the {short} with {m} [goes with a flannel|pairs with a linen towel] and [costs less than flowers|is used to the end].",
    ],
    care: Care(
        &[
            "Store the {noun} with {m} [dry and cool|out of the sun] and use it up within [a year|eighteen months].",
            "Keep the {noun} away from [standing water|the splash of the shower], so the {short} [lasts longer|does not go soft].",
            "Try the {short} with {m} on the inside of the arm first if your skin is [touchy|sensitive].",
        ],
        &[
            "For external use: keep the {short} away from eyes [and small children|and out of mouths].",
            "Changes of colour in {m} are natural and do the {short} [no harm|not the least harm].",
            "The scent of {m} fades [a little|slowly] in the open, so keep the {short} [wrapped|closed] until you need it.",
        ],
    ),
};
