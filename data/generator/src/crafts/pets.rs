//! Goods for dogs and cats.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "pets",
    category: "C21",
    code: "PE",
    products: 20,
    tags: &["pets", "handmade"],
    materials: &[
        Material {
            name: "harness leather",
            code: "LEA",
            parts: &["vegetable-tanned leather", "brass"],
            tags: &["leather", "dog"],
            colors: &["tan", "black", "chestnut"],
            price: 115,
            care: None,
            story: &[
                "Harness leather, {3..4} mm and vegetable-tanned, was made for [horses, so a dog will not trouble it|ploughing], here in {color}.",
                "The leather is greased on both sides and [softens to the neck or hand|darkens] within weeks, while the brass of the {short} [goes golden brown|can be polished].",
            ],
        },
        Material {
            name: "wool felt",
            code: "FEL",
            parts: &["wool felt"],
            tags: &["wool", "cat"],
            colors: &["grey", "moss green"],
            price: 100,
            care: None,
            story: &[
                "Thick wool felt in {color} [insulates like a nest|keeps its warmth], and claws [meet something that answers|do it little harm].",
                "Sheep's wool still holds a trace of lanolin, which [cats find irresistible|animals like], so the {short} [is rarely ignored|is soon occupied].",
            ],
        },
        Material {
            name: "cotton canvas",
            code: "CAN",
            parts: &["cotton canvas"],
            tags: &["cotton"],
            colors: &["sand", "navy stripe", "olive"],
            price: 85,
            care: None,
            story: &[
                "Canvas of {380..460:20} grams, the kind used for [sails and tool bags|deck chairs], stands [claws|muddy paws] and washing, here in {color}.",
                "The canvas is [organic cotton, undyed on the inside|dyed in the yarn], so the {color} of the {short} [stays through many washes|will not run].",
            ],
        },
        Material {
            name: "stoneware",
            code: "STO",
            parts: &["stoneware"],
            tags: &["pottery"],
            colors: &["speckled cream", "slate blue"],
            price: 95,
            care: Some(Care(
                &[
                    "Wash the {noun} [daily|after every meal] with hot water and [a brush|mild soap]; the dishwasher does it no harm.",
                    "The {noun} may go into the dishwasher, [with your own plates|on any programme].",
                ],
                &[
                    "Do not pour boiling water into a cold {short}, as [stoneware|even good stoneware] can crack.",
                    "Check the rim of the {short} for chips [from time to time|now and then] and replace it if [it is sharp|you find one].",
                ],
            )),
            story: &[
                "The stoneware is heavy, [fired at 1,250 degrees|glazed {color}], and free of lead, as for people's plates.",
                "Glazed {color} inside and out, the stoneware takes on [no smell of yesterday's dinner|no smell], and the bare foot [does not slide|grips the floor].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "dog collar",
            short: "collar",
            price: (34, 54),
            step: 0,
            sizes: &["30–36 cm", "36–44 cm", "44–54 cm"],
            tags: &["dog collar", "dog"],
            only: &["LEA", "CAN"],
            parts: &["brass buckle"],
            looks: &[
                (
                    "{M} Dog Collar with Brass Plate",
                    "A brass plate is riveted on for [name and number|a telephone number], engraved on request.",
                ),
                (
                    "Padded {M} Dog Collar",
                    "The inside is padded and turned over at the edge, [kind to short-haired dogs|so no fur rubs off].",
                ),
            ],
            measure: &[
                "For necks of {size}; it is {20..32:2} mm wide.",
                "Adjustable {size}, width {22..30:2} mm.",
            ],
            uses: &[
                "From [dachshunds|terriers] to [ridgebacks|setters], for [woods, town and sea|every day].",
                "A puppy grows out of its first collar and [has this one for good|then gets one like this].",
            ],
        },
        Piece {
            noun: "dog lead",
            short: "lead",
            price: (42, 62),
            step: 10,
            sizes: &["1.2 m", "2 m"],
            tags: &["dog lead", "dog"],
            only: &["LEA", "CAN"],
            parts: &["brass hook"],
            looks: &[
                (
                    "{M} Dog Lead with Plaited Handle",
                    "The handle is plaited into itself, [without a stitch|where others are riveted].",
                ),
                (
                    "Adjustable {M} Dog Lead",
                    "Two rings make it [long, short or worn across the body|a three-way lead].",
                ),
            ],
            measure: &[
                "It is {size} long and {14..20:2} mm wide.",
                "Length {size}, with a trigger hook that [children can work|opens with gloves on].",
            ],
            uses: &[
                "Kind to the palm when [a squirrel crosses|somebody sees a friend], and [long-lived|strong] besides.",
                "With a matching collar it is the present for [new dog people|a dog moving in].",
            ],
        },
        Piece {
            noun: "cat cave",
            short: "cave",
            price: (58, 84),
            step: 15,
            sizes: &["40 cm", "48 cm"],
            tags: &["cat bed", "cat", "cosy"],
            only: &["FEL"],
            parts: &[],
            looks: &[
                (
                    "{M} Cat Cave, Pebble Shape",
                    "The entrance is off centre, [since cats like to watch unseen|for a better view].",
                ),
                (
                    "{M} Cat Cave with Ears",
                    "Two ears on the roof make it [look back at you|easy to pick up].",
                ),
            ],
            measure: &[
                "It is {size} across with an opening of {18..21} cm.",
                "Diameter {size}, felt {7..9} mm thick.",
            ],
            uses: &[
                "It can be squashed flat into a bed, [then popped up again|as every cat does by the second night].",
                "For shy, [old|cold] or merely dignified cats, on [a shelf|the window sill|your side of the sofa].",
            ],
        },
        Piece {
            noun: "pet bed",
            short: "bed",
            price: (74, 118),
            step: 30,
            sizes: &["60 × 45 cm", "80 × 60 cm", "100 × 75 cm"],
            tags: &["dog bed", "cosy"],
            only: &["CAN", "FEL"],
            parts: &["wool filling"],
            looks: &[
                (
                    "{M} Pet Bed with Wool Filling",
                    "The filling is carded wool waste, [which you can top up|lumpy in the nicest way].",
                ),
                (
                    "Bolstered {M} Pet Bed",
                    "A bolster on three sides gives [a chin something to rest on|shelter from draughts].",
                ),
            ],
            measure: &["The bed measures {size}; the cover comes off.", "Size {size}, {14..20:2} cm high."],
            uses: &[
                "Beside the stove, [in the back of the car|under the desk]: where it lies, [the animal lies|there is peace].",
                "For dogs who [turn three times|snore] and cats who [think it is theirs|take turns].",
            ],
        },
        Piece {
            noun: "pet bowl",
            short: "bowl",
            price: (24, 40),
            step: 25,
            sizes: &["350 ml", "700 ml", "1.2 l"],
            tags: &["dog bowl", "cat bowl"],
            only: &["STO"],
            parts: &[],
            looks: &[
                (
                    "{M} Pet Bowl with Paw Print",
                    "The print was made by [the workshop dog|our own cat], who insists on being paid.",
                ),
                (
                    "Slanted {M} Pet Bowl",
                    "The rim is higher behind, [so food gathers in front|for flat-nosed breeds].",
                ),
                (
                    "{M} Slow-Feeding Bowl",
                    "{3..5} knobs in the middle make gulpers [eat round corners|take their time].",
                ),
            ],
            measure: &[
                "It holds {size}.",
                "Capacity {size}; the foot is wider than the rim, so it [will not tip|stays put].",
            ],
            uses: &[
                "For water or dinner, [easy to rinse|good enough for the kitchen floor of a tidy house].",
                "Cats like [a wide rim that spares their whiskers|it wide and shallow], dogs like it full.",
            ],
        },
        Piece {
            noun: "set of cat toys",
            short: "set",
            price: (14, 22),
            step: 0,
            sizes: &["3 pieces", "5 pieces"],
            tags: &["cat toy", "cat", "small gift"],
            only: &["FEL", "CAN"],
            parts: &["catnip"],
            looks: &[
                (
                    "{M} Mice with Catnip, Cat Toys",
                    "The tails are [leather thongs|knotted cord] and the scent can be renewed.",
                ),
                (
                    "{M} Fish with Valerian, Cat Toys",
                    "Dried valerian smells [dreadful to us and heavenly to them|of old socks, cats adore it].",
                ),
            ],
            measure: &["There are {size}, {6..9} cm long.", "The set has {size} of {15..25} g each."],
            uses: &[
                "To be [batted under the fridge|carried about at night] and brought back as a gift.",
                "A small present for [cat sitters|the cat who stays at home], with [proof of use by video|no batteries needed].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, made by hand in {city} [next to a sleeping dog|with animal supervision].",
        "This {noun} of {m} is [made with the same care as things for people|sturdier than it needs to be].",
        "[For animals with a household to run|For well-loved dogs and cats]: a(n) {noun} in {m}.",
    ],
    making: &[
        "Before the {noun} went on sale it was [tried by four animals of bad character|given to a shelter for three months].",
        "The {noun} is finished by hand, [each edge twice|inside and out], because [teeth and claws find weak points|animals do not read instructions].",
        "We make the {noun} in [small batches|lots of {6..20:2}], with [no toxic dyes or sprays|nothing an animal should not lick].",
    ],
    closing: &[
        "For every tenth {noun} {w} gives one to [an animal shelter|the animal home in {city}].",
        "The {noun} is [repaired|put right] by {w} as long as [the animal allows it|enough is left to repair].",
        "It comes in [a paper bag cats may keep|a box, the cat's true present], so the {noun} makes no plastic waste.",
    ],
    care: Care(
        &[
            "Clean the {noun} with lukewarm water and [mild soap|a soft brush]; {m} [dries by itself|should dry in the air].",
            "Wipe or brush the {noun} [weekly|after muddy walks] and treat {m} gently.",
        ],
        &[
            "Look the {short} over [once a month|from time to time] and stop using it if {m} is [torn|broken].",
            "Keep the {short} away from [strong heat|open fires]; {m} [lasts longer for it|stays sound].",
            "Do not use harsh cleaners on the {short}, since [noses are sensitive|your animal licks {m}].",
        ],
    ),
};
