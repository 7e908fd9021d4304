//! Wet-felted wool: slippers, hats and things for the house.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "felt",
    category: "C12",
    code: "FE",
    products: 22,
    tags: &["felt", "wool", "handmade"],
    materials: &[
        Material {
            name: "merino felt",
            code: "MER",
            parts: &["merino wool"],
            tags: &["merino"],
            colors: &["petrol", "berry", "mustard"],
            price: 110,
            care: None,
            story: &[
                "Fine merino fleece felts [hard and smooth|into a close skin], and dyed {color} it has [a depth of colour like suede|no shine at all].",
                "The merino is [carded in thin layers|laid down in four directions], which makes the felt of the {short} [equally strong all over|even].",
            ],
        },
        Material {
            name: "grey mountain wool felt",
            code: "MOU",
            parts: &["mountain sheep wool"],
            tags: &["undyed", "local wool"],
            colors: &["rock grey", "brown-black"],
            price: 95,
            care: None,
            story: &[
                "The wool is from [Tyrolean mountain sheep|Valais blacknose sheep|Jezersko-Solčava sheep], undyed, [with a few straws of hay that escaped the carding|a bit coarse and very hard-wearing].",
                "Few mills want coarse mountain wool, so we buy it [at a price that pays the shearer|from shepherds directly] and felt it into things like this {short}.",
            ],
        },
        Material {
            name: "Gotland felt",
            code: "GOT",
            parts: &["Gotland wool"],
            tags: &["gotland"],
            colors: &["silver", "graphite"],
            price: 115,
            care: None,
            story: &[
                "Gotland curls leave a [rippled|curly] surface on the {color} felt, [as though the sheep were still inside|which you want to stroke].",
                "Strong staple and natural shine make Gotland wool [the felter's favourite|a delight to felt], and the {short} [shrugs off snow|hardly pills].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "pair of slippers",
            short: "pair",
            price: (62, 88),
            step: 0,
            sizes: &["36–37", "38–39", "40–41", "42–43", "44–45"],
            tags: &["slippers", "cosy"],
            only: &[],
            parts: &["leather sole"],
            looks: &[
                (
                    "{M} Slippers with Leather Sole",
                    "Soles of [split|vegetable-tanned] leather are sewn on by hand and [can be replaced|grip on wood].",
                ),
                (
                    "High {M} Slipper Boots",
                    "The shaft covers the ankle, [where draughts begin|and folds down in spring].",
                ),
                (
                    "{M} Slippers with Latex Dots",
                    "The underside is dotted with natural latex, [so stairs are safe|against slipping on tiles].",
                ),
            ],
            measure: &[
                "The felt is {5..7} mm thick and [gives half a size|moulds to the foot].",
                "They weigh {240..340:20} g a pair, with felt of {5..6} mm.",
            ],
            uses: &[
                "For stone floors, [old houses|people with cold feet] and guests who [take their shoes off at the door|forgot theirs].",
                "Cosy [from October to May|after a long day in boots], and no bare foot in them [sweats|gets clammy].",
            ],
        },
        Piece {
            noun: "hat",
            short: "hat",
            price: (68, 98),
            step: 0,
            sizes: &["55 cm", "57 cm", "59 cm"],
            tags: &["hat", "winter"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Cloche Hat",
                    "The brim turns up [on one side|at the back] and [a band of twisted wool|a seam of tiny stitches] runs round the crown.",
                ),
                (
                    "{M} Sauna Hat",
                    "It is a simple bell, [which keeps the head cool in the heat|as Finnish bathers wear it].",
                ),
            ],
            measure: &[
                "Made for heads of {size}, it weighs {90..140:10} g.",
                "The hat fits {size} and can be steamed a little wider.",
            ],
            uses: &[
                "Rain [beads on it|needs an hour to get through], wind does not get in, and [it packs flat|the shape comes back].",
                "For [winter markets and chilly churches|the walk to the sauna and what follows].",
            ],
        },
        Piece {
            noun: "set of coasters",
            short: "set",
            price: (16, 26),
            step: 0,
            sizes: &[],
            tags: &["coasters", "home"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Coasters, Set of Six",
                    "They are cut like pebbles, [no two of one outline|each nestling into the next].",
                ),
                (
                    "Round {M} Coasters with Stitched Edge",
                    "Blanket stitch in [red|a lighter wool] runs round each of the four.",
                ),
            ],
            measure: &[
                "Each is {9..11} cm across and {4..6} mm thick.",
                "They measure {10..12} cm, thickness {5..6} mm.",
            ],
            uses: &[
                "Hot mugs, [cold beer|flower pots], a phone at night: felt [keeps the table unmarked|swallows the noise].",
                "[Tied with yarn|In a stack with a ribbon], coasters are a present for people [with a new oak table|whose address you have but not their taste].",
            ],
        },
        Piece {
            noun: "seat pad",
            short: "pad",
            price: (28, 42),
            step: 0,
            sizes: &[],
            tags: &["seat pad", "cushion"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Round {M} Seat Pad",
                    "A spiral of a second shade is felted in, [not sewn on|thick as a finger].",
                ),
                (
                    "{M} Seat Pad with Carrying Loop",
                    "The loop lets it [hang by the garden door|come along to the stadium].",
                ),
            ],
            measure: &[
                "Its diameter is {34..38} cm, its thickness {12..18} mm.",
                "The pad is {35..40} cm across.",
            ],
            uses: &[
                "On garden benches, [church pews|kitchen stools] and the cold stone by the lake.",
                "Keep one [in the car|by the fire] and [sit wherever you like|no step is too cold].",
            ],
        },
        Piece {
            noun: "laptop sleeve",
            short: "sleeve",
            price: (48, 70),
            step: 12,
            sizes: &["13 inch", "15 inch"],
            tags: &["laptop sleeve", "work"],
            only: &[],
            parts: &["leather strap"],
            looks: &[
                (
                    "{M} Laptop Sleeve with Leather Strap",
                    "A strap of leather [slips under a loop|buttons over a stud], without zip or velcro.",
                ),
                (
                    "Seamless {M} Laptop Sleeve",
                    "It is felted in one piece round a template, like an envelope, [and a leather strap holds the flap|with a leather strap to close it].",
                ),
            ],
            measure: &[
                "It fits {size} machines with a hand's room for the charger.",
                "Cut for {size}, the felt is {4..5} mm thick.",
            ],
            uses: &[
                "It pads [knocks in a bicycle bag|the train table's edge] and [looks better than neoprene|keeps dust out].",
                "For [students starting university|anyone who works in cafés], or the colleague who [carries the laptop bare|has dropped one already].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [felted by hand|wet-felted] in {city}.",
        "This {noun} is {m}: wool, water, olive-oil soap and [a lot of rubbing|strong arms].",
        "[Warm, quiet and tough|Thick, warm and light], a(n) {noun} of {m} in {color}.",
    ],
    making: &[
        "The wool for the {noun} shrinks by {35..45} percent while we roll it, [until nothing moves|so that the fibres lock].",
        "Hot water and soap start the felt, [throwing it on the table|rolling it in a mat] finishes it, and the {noun} is [shaped on a last or by eye|worked with the fingertips].",
        "There is no glue and no [needle-punched|synthetic] backing in the {noun}, only [wool holding on to wool|fibres that grip each other].",
        "Two days' drying by [the stove|an open window] set the shape of the {noun} [for good|before it is trimmed].",
    ],
    closing: &[
        "Soap water from the {noun} [waters our roses|goes on the compost] at {w}; it contains nothing harmful.",
        "{w} patches [thin places|a worn spot] in the {noun}, with new wool felted into the old.",
        "Wool grows back each year, and [a(n) {noun} like this|this {noun}] [rots in the garden at the end|leaves no microplastics behind].",
    ],
    care: Care(
        &[
            "Brush the {noun} dry; [most dirt|mud] falls off {m} once it has dried.",
            "Clean the {noun} with [lukewarm water and wool soap|a damp sponge], never in the washing machine, where it would [shrink|go on felting].",
        ],
        &[
            "Shape the {short} while damp and let {m} dry [slowly|away from the heater].",
            "Bobbles on the {short} may be [shaved off|snipped with scissors]; {m} gets [denser|smoother] with time.",
            "Moths dislike wool that moves, so use the {short} often or keep it with [cedar|lavender]; {m} [has no other enemy|fears little else].",
        ],
    ),
};
