//! Knitwear: jumpers, hats, mittens and socks.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "knitwear",
    category: "C10",
    code: "KT",
    products: 26,
    tags: &["knitwear", "wool", "winter"],
    materials: &[
        Material {
            name: "Shetland wool",
            code: "SHE",
            parts: &["Shetland wool"],
            tags: &["shetland"],
            colors: &["peat brown", "natural grey", "lichen"],
            price: 100,
            care: None,
            story: &[
                "Shetland wool is [springy and a little hairy|crisp, warm and light], and {color} is [the sheep's own colour|mixed in the fleece before spinning].",
                "Woollen-spun on Shetland, the yarn [traps air|blooms in the wash], so the {short} is warmer than [it weighs|it looks].",
            ],
        },
        Material {
            name: "Icelandic wool",
            code: "ICE",
            parts: &["Icelandic wool"],
            tags: &["icelandic"],
            colors: &["ash grey", "black", "white"],
            price: 105,
            care: None,
            story: &[
                "Lopi, the wool of Icelandic sheep, has [long outer hairs that shed rain|two coats in one fleece], [which is why fishermen wore it|made for rough weather].",
                "Unspun lopi in {color} is knitted [loosely|on thick needles], and the {short} [keeps warm even when damp|laughs at drizzle].",
            ],
        },
        Material {
            name: "merino yarn",
            code: "MER",
            parts: &["merino wool"],
            tags: &["merino", "soft"],
            colors: &["navy", "cranberry", "sand", "forest"],
            price: 110,
            care: None,
            story: &[
                "The merino is plied from [three|four] strands for [a round, smooth thread|clear stitches], and dyed {color} [in the kettle|in small lots].",
                "Fine merino does not [itch|scratch], so the {short} can be worn [next to the skin|by people who thought they hated wool].",
            ],
        },
        Material {
            name: "alpaca blend",
            code: "ALP",
            parts: &["alpaca", "wool"],
            tags: &["alpaca", "soft"],
            colors: &["cinnamon", "slate", "cream"],
            price: 125,
            care: None,
            story: &[
                "Seven parts alpaca to three of wool [gives softness with memory|keeps the shape alpaca alone would lose].",
                "The alpaca blend in {color} has [a faint halo|a soft haze round every stitch], so the {short} looks [brushed|slightly out of focus].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "jumper",
            short: "jumper",
            price: (160, 240),
            step: 0,
            sizes: &["S", "M", "L", "XL"],
            tags: &["jumper", "sweater"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Jumper with Round Yoke",
                    "Its yoke carries {4..7} bands of pattern, knitted in the round [without a seam|from the top down].",
                ),
                (
                    "Cabled {M} Fisherman's Jumper",
                    "Cables, moss stitch and a ladder [climb up front and back|stand side by side], as on the [Aran islands|old ganseys].",
                ),
                (
                    "Plain {M} Crew-Neck Jumper",
                    "There is no pattern at all, [only shaped shoulders and a good neckline|just a deep rib and saddle shoulders].",
                ),
            ],
            measure: &[
                "In the middle size the chest is {104..112:2} cm and the length {64..70} cm.",
                "It fits [easily|with some room]; a medium weighs {480..720:20} g.",
            ],
            uses: &[
                "For [boats, allotments and cold libraries|dog walks and draughty houses], a jumper that [outlives the coat over it|is worn until the elbows go].",
                "Pull it over [a shirt on Monday|pyjamas on Sunday], it [looks right either way|asks no questions].",
            ],
        },
        Piece {
            noun: "beanie",
            short: "hat",
            price: (34, 48),
            step: 0,
            sizes: &["S", "M", "L"],
            tags: &["hat", "beanie"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Ribbed {M} Beanie",
                    "The rib is doubled over the ears, [where the wind gets in|{7..9} cm deep].",
                ),
                (
                    "Fair Isle {M} Hat",
                    "{5..8} small Fair Isle bands go round it in [yarns of the same family|neighbouring shades].",
                ),
                ("{M} Hat with Pompom", "The pompom is [buttoned on|tied], so it can come off for washing."),
            ],
            measure: &["It stretches to a head of {54..62} cm.", "Height {22..25} cm, weight {60..95:5} g."],
            uses: &[
                "It [stays on when you run|goes under a hood], and it does not [press on the forehead|flatten fringes too badly].",
                "Warm ears make [a long walk shorter|winter cycling possible]; a hat is also the easiest [knitted present|size to guess].",
            ],
        },
        Piece {
            noun: "pair of mittens",
            short: "pair",
            price: (38, 54),
            step: 0,
            sizes: &["S", "M", "L"],
            tags: &["mittens", "gloves"],
            only: &["SHE", "ICE", "MER"],
            parts: &[],
            looks: &[
                (
                    "Latvian-Style {M} Mittens",
                    "A star pattern goes all the way round and the cuffs [are plaited|end in little points].",
                ),
                (
                    "Lined {M} Mittens",
                    "A second mitten is knitted inside the first, [so frost needs a while|for hands that are always cold].",
                ),
                (
                    "{M} Wrist Warmers with Cable",
                    "Open at the fingers, they have [one cable|a rope cable] on the back of the hand.",
                ),
            ],
            measure: &[
                "In size M they are {25..27} cm long from cuff to tip.",
                "The hand is {9..11} cm wide in M, the cuff {7..9} cm long.",
            ],
            uses: &[
                "For [snowballs, sledges and waiting for buses|hauling firewood in frost], and for [the pocket|drying on the radiator] in between.",
                "Give a pair to [the postwoman|your walking partner|a teenager who never wears gloves].",
            ],
        },
        Piece {
            noun: "pair of socks",
            short: "pair",
            price: (24, 34),
            step: 0,
            sizes: &["36–38", "39–41", "42–44", "45–47"],
            tags: &["socks", "cosy"],
            only: &["SHE", "MER", "ALP"],
            parts: &["polyamide"],
            looks: &[
                (
                    "Hand-Knitted {M} Socks",
                    "The heel is knitted double with a {20..25} percent polyamide thread, [since that is where socks die|and holds up for years].",
                ),
                (
                    "{M} Bed Socks with Soft Cuff",
                    "The cuff is loose, [leaves no mark on the leg|so nothing pinches at night].",
                ),
            ],
            measure: &[
                "The leg is {14..20} cm high.",
                "Knitted at {28..32} stitches to ten centimetres, a pair weighs {80..120:10} g.",
            ],
            uses: &[
                "In boots, in clogs, [on the sofa|on stone floors]: warm feet [make the whole person warm|are half of being cosy].",
                "Hand-knitted socks are what [grandmothers gave|everyone secretly wants for Christmas].",
            ],
        },
        Piece {
            noun: "cardigan",
            short: "cardigan",
            price: (180, 260),
            step: 0,
            sizes: &["S", "M", "L"],
            tags: &["cardigan"],
            only: &["SHE", "MER", "ALP"],
            parts: &["horn buttons"],
            looks: &[
                (
                    "{M} Cardigan with Horn Buttons",
                    "{6..8} buttons of real horn close it, each [with its own streak|a slightly different brown].",
                ),
                (
                    "Shawl-Collar {M} Cardigan",
                    "The broad shawl collar [doubles as a scarf|turns up against the wind], and two pockets [hold a book|take cold hands].",
                ),
            ],
            measure: &[
                "It is {66..72} cm long, cut straight.",
                "In M the chest measures {106..114:2} cm, length {64..70:2} cm.",
            ],
            uses: &[
                "Wear it [at the desk|in the garden], over [linen in May|flannel in November], buttoned or not.",
                "It replaces [the second radiator|the fleece] and [looks better in every video call|is less noisy in the woods].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, knitted [by hand|on needles and a hand-driven frame] in {city}.",
        "This {noun} is made of {m} for [cold, wet and windy days|real winters], shown in {color}.",
        "[Dense, warm and made to be mended|Warm without fuss], a(n) {noun} in {m}.",
    ],
    making: &[
        "The {noun} is knitted [in the round|in one piece], so there is [no seam to rub|hardly anything to sew up].",
        "One knitter makes the whole {noun}, because [no two people pull the yarn alike|tension is like handwriting].",
        "[Many thousand|Thousands of] stitches later the {noun} is [washed and laid out on a board|blocked with steam], and only then does it [find its shape|show its stitches].",
        "Ends are woven in [twice|along the stitches], cuffs are cast off [loosely|with an elastic edge], so the {noun} [wears well|lasts].",
    ],
    closing: &[
        "A small ball of {m} comes with the {noun}, for [the first hole|darning].",
        "{w} pays its knitters [by the hour, not the piece|a fair hourly wage] and puts [the knitter's name|her name] in the {short}.",
        "The {noun} is packed [flat in paper|in a cloth bag], with no plastic, [and makes a warm present|for giving or keeping].",
    ],
    care: Care(
        &[
            "Hand wash the {noun} lukewarm with wool soap, [press out the water|do not rub], and [roll it in a towel|spin it gently].",
            "Air the {noun} often and wash {m} [seldom|only when it must be], by hand or on the wool programme.",
            "Wash the {m} {short} at no more than 30 degrees and [turn it inside out first|leave out the softener].",
        ],
        &[
            "Dry the {short} flat and [pat it into shape|pull {m} to size]; a hanger would [stretch it|spoil the shoulders].",
            "Little balls on {m} come off the {short} with [a comb|a wool shaver] after the first weeks.",
            "Fold the {short} for storage with [cedar wood|lavender], as moths are fond of {m}.",
        ],
    ),
};
