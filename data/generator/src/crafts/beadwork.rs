//! Beads, strung and knotted.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "beadwork",
    category: "C14",
    code: "BD",
    products: 24,
    tags: &["beaded", "jewellery", "colourful"],
    materials: &[
        Material {
            name: "glass seed beads",
            code: "SEE",
            parts: &["glass beads", "nylon thread"],
            tags: &["seed beads"],
            colors: &["turquoise and rust", "black and gold", "coral and white"],
            price: 90,
            care: None,
            story: &[
                "The seed beads are Czech glass, [size 11, about two millimetres each|cut in Jablonec], and {color} is [the combination we return to|a pairing from an old sampler].",
                "Because they are glass, the seed beads [do not fade|keep their colour], and the {short} in {color} [moves like cloth|feels cool, then warm].",
            ],
        },
        Material {
            name: "recycled glass beads",
            code: "REC",
            parts: &["recycled glass beads", "cotton cord"],
            tags: &["recycled"],
            colors: &["sea green", "cobalt", "frosted white"],
            price: 85,
            care: None,
            story: &[
                "Krobo bead makers in Ghana [grind bottles to powder|crush old bottles] and fire it in clay moulds, with [a cassava stalk|a leaf stem] to leave the hole.",
                "Powdered glass in {color} has a [chalky|sugary] surface, and no bead of the {short} is [quite round|exactly like its neighbour].",
            ],
        },
        Material {
            name: "amber beads",
            code: "AMB",
            parts: &["Baltic amber", "silk thread"],
            tags: &["amber"],
            colors: &["honey", "cognac", "butterscotch"],
            price: 150,
            care: None,
            story: &[
                "The amber is washed up on [the Curonian Spit|beaches near Palanga] after autumn storms, and {color} is [one of its commonest shades|how pine resin looks after forty million years].",
                "Amber is warm and [almost weightless|light as wood], so even a large {short} [is easy to forget|does not pull].",
            ],
        },
        Material {
            name: "lava and wood beads",
            code: "LAV",
            parts: &["lava stone", "olive wood", "cotton thread"],
            tags: &["lava stone", "wood"],
            colors: &["black and honey"],
            price: 80,
            care: None,
            story: &[
                "Black lava from [Etna|Lanzarote] alternates with olive wood, [rough with smooth|stone with tree].",
                "The lava beads are porous and [hold a drop of scent|take up perfume oil], which makes the {short} [a quiet companion|pleasant to sniff].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "beaded necklace",
            short: "necklace",
            price: (42, 78),
            step: 10,
            sizes: &["45 cm", "60 cm"],
            tags: &["necklace"],
            only: &[],
            parts: &["silver clasp"],
            looks: &[
                (
                    "Graduated Necklace of {M}",
                    "The beads grow from {3..4} to {9..12} mm [towards the middle|and shrink again].",
                ),
                (
                    "Multi-Strand Necklace of {M}",
                    "{3..7} strands hang loosely side by side and [twist into a rope if you like|never lie the same way].",
                ),
                (
                    "Knotted Necklace of {M}",
                    "A knot sits between every two beads, [so only one is lost if the thread breaks|as with pearls].",
                ),
            ],
            measure: &[
                "It is {size} long and closes with a silver clasp.",
                "Length {size}; the weight is {20..60:5} g.",
            ],
            uses: &[
                "With [a white shirt|a plain black dress] it is [all the colour you need|enough].",
                "For a mother's birthday, [a friend who loves colour|your own summer], and light in any suitcase.",
            ],
        },
        Piece {
            noun: "bracelet",
            short: "bracelet",
            price: (22, 42),
            step: 0,
            sizes: &["16 cm", "18 cm", "20 cm"],
            tags: &["bracelet"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Loomed Bracelet of {M}",
                    "The pattern of steps and arrows was [charted on squared paper|worked out bead by bead] and closes with a loop.",
                ),
                (
                    "Wrap Bracelet of {M}",
                    "It goes round the wrist [twice|three times] and fastens with a wooden button.",
                ),
                ("Fine Bracelet of {M}", "A single row, with one odd bead [for luck|as a signature]."),
            ],
            measure: &["It fits a wrist of {size}.", "Inner length {size}, width {4..14} mm."],
            uses: &[
                "Alone, or in a crowd with [a watch|other bracelets]; it is [light enough to sleep in|quiet enough for the office].",
                "Bracelets like this are [exchanged between friends|bought in pairs], one to keep and one to send.",
            ],
        },
        Piece {
            noun: "pair of earrings",
            short: "pair",
            price: (24, 44),
            step: 0,
            sizes: &[],
            tags: &["earrings"],
            only: &[],
            parts: &["silver hooks"],
            looks: &[
                (
                    "Fringed Earrings of {M}",
                    "A fringe of {9..15:2} strings, [longest in the middle|cut like a feather], swings under each hook.",
                ),
                (
                    "Drop Earrings of {M}",
                    "One larger bead hangs below [three|two] small ones, [nothing more|like a drop on a twig].",
                ),
            ],
            measure: &[
                "They are {35..65:5} mm long.",
                "Length {30..60:5} mm, with hooks of sterling silver.",
            ],
            uses: &[
                "They [dance when you laugh|brighten grey jumpers] and weigh [less than they look|next to nothing].",
                "A cheerful present for [sisters and colleagues|festival-goers], posted in a padded envelope.",
            ],
        },
        Piece {
            noun: "glasses chain",
            short: "chain",
            price: (20, 32),
            step: 0,
            sizes: &[],
            tags: &["glasses chain", "practical"],
            only: &["SEE", "REC", "AMB"],
            parts: &["rubber loops"],
            looks: &[
                (
                    "Glasses Chain of {M}",
                    "Spacers keep it [from tangling in hair|flexible], and rubber loops fit any temple.",
                ),
                (
                    "Long Glasses Chain of {M}",
                    "Long enough to [pull over the head|reach the page], it has beads only on the front half.",
                ),
            ],
            measure: &["It is {68..78:2} cm long.", "Length {70..80:2} cm, weight {12..25} g."],
            uses: &[
                "No more [searching for glasses|glasses on top of the head]: it is [a librarian's trick|worn with pride] and rather chic.",
                "For reading glasses by day and [sunglasses on the boat|at the market], a useful gift for [retiring colleagues|people over forty].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} of {m} in {color}, [strung|worked] by hand in {city}.",
        "This {noun} is made of {m}, [picked out one by one|sorted by eye].",
        "[Colour you can wear every day|Small beads, big effect]: a(n) {noun} made with {m}.",
    ],
    making: &[
        "[Dozens of beads, sometimes hundreds,|More beads than you would care to count] went into the {noun}, [each taken up with the point of a needle|misshapen ones sorted out first].",
        "The thread of the {noun} runs through every bead [twice|at least twice] and is [sealed with a knot under a bead|finished without glue].",
        "A bead board, [a fine needle|two needles] and good daylight are all it takes to make the {noun}, and [an afternoon|some hours].",
        "We lay out the {noun} on [a felt tray|grey cloth] first and [move beads about|change our minds] until the rhythm is right.",
    ],
    closing: &[
        "If the thread should ever break, {w} restrings the {noun} [free of charge|for the postage].",
        "The {noun} comes in [a folded paper box|a cotton bag], small enough for [a letter box|a stocking].",
        "Only [a handful|five or six] of the {noun} are made in these shades before {w} [moves on|mixes the next].",
    ],
    care: Care(
        &[
            "Keep the {noun} away from [perfume|hair spray] and take it off before [showering|swimming].",
            "Wipe the {noun} with a soft [dry|barely damp] cloth; [solvents|jewellery dips] harm {m}.",
        ],
        &[
            "Lay the {short} flat [in a tray|in its box] rather than hanging it, so the thread [does not stretch|lasts].",
            "Fasten the {short} before you put it away and {m} will not [tangle|knot].",
            "Have the {short} rethreaded after [some years of daily wear|five or so years], as {m} outlasts any thread.",
        ],
    ),
};
