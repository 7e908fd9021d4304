//! Hand-bound books and block-printed paper.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "bookbinding",
    category: "C16",
    code: "BO",
    products: 26,
    tags: &["stationery", "paper", "handmade"],
    materials: &[
        Material {
            name: "block-printed paper",
            code: "BLK",
            parts: &["cotton paper"],
            tags: &["block print"],
            colors: &["indigo leaf", "madder rosette", "olive trellis"],
            price: 95,
            care: None,
            story: &[
                "The paper is made from [T-shirt offcuts in Sanganer|cotton rags near Jaipur] and printed with hand-carved blocks, here {color}.",
                "Block printing leaves [tiny gaps and overlaps|a faint relief], so the {color} on the {short} [is alive under the light|never repeats exactly].",
            ],
        },
        Material {
            name: "linen bookcloth",
            code: "LIN",
            parts: &["linen", "cotton paper"],
            tags: &["linen"],
            colors: &["ochre", "slate blue", "brick red"],
            price: 100,
            care: None,
            story: &[
                "Linen bookcloth in {color}, [paper-backed by ourselves|starched in the old manner], wears at the corners [only after years|gracefully].",
                "The linen is [a weaver's remnant|left over from a shirt maker], and the {short} in {color} [has the hand of a good jacket|feels like clothing].",
            ],
        },
        Material {
            name: "marbled paper",
            code: "MAR",
            parts: &["marbled paper"],
            tags: &["marbled"],
            colors: &["peacock blue", "burgundy and gold"],
            price: 115,
            care: None,
            story: &[
                "We float the colours on [carrageen moss|a bath of seaweed size], comb them and lift the pattern off [in one go|on a single sheet].",
                "No marbled sheet can be made twice, so the {color} of this {short} is [the only one there is|a single print].",
            ],
        },
        Material {
            name: "goatskin",
            code: "GOA",
            parts: &["goatskin", "cotton paper"],
            tags: &["leather"],
            colors: &["natural brown", "oxblood"],
            price: 150,
            care: None,
            story: &[
                "The goatskin, vegetable-tanned in [Kano|Fès], is [thin, tough and finely grained|what binders have used since the Middle Ages].",
                "In {color}, the leather takes [the print of a thumbnail and loses it again|a polish from being held], and the {short} smells [as a book should|of libraries].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "journal",
            short: "journal",
            price: (26, 42),
            step: 22,
            sizes: &["A6", "A5"],
            tags: &["hand-bound", "journal", "diary", "writing"],
            only: &[],
            parts: &["linen thread"],
            looks: &[
                (
                    "Hand-Bound Journal in {M}",
                    "Sewn on {3..5} tapes, it lies flat at [any page|page one and page two hundred].",
                ),
                (
                    "Coptic-Stitch Journal in {M}",
                    "The open spine shows a chain of Coptic stitches, [an Egyptian invention|in a second colour of thread].",
                ),
                (
                    "Long-Stitch Travel Journal in {M}",
                    "Long stitches run over the spine, and [a cord wraps round|a flap folds over] to close it.",
                ),
            ],
            measure: &[
                "In {size} it has {120..192:8} pages of {100..120:10} g paper.",
                "Format {size}, {128..200:8} unlined pages.",
            ],
            uses: &[
                "For diaries, [recipes|dreams], sketches or the [minutes of a small society|garden log].",
                "A present for [people who say they will start writing|travellers and teenagers], [good with any pen|with paper that takes fountain pen ink].",
            ],
        },
        Piece {
            noun: "photo album",
            short: "album",
            price: (58, 86),
            step: 20,
            sizes: &["24 × 24 cm", "30 × 30 cm"],
            tags: &["hand-bound", "photo album", "wedding"],
            only: &["BLK", "LIN", "MAR"],
            parts: &["linen thread"],
            looks: &[
                (
                    "Photo Album in {M}",
                    "Guards are bound in, so it stays slim [when it is full|with photographs on every page].",
                ),
                (
                    "Ribbon-Tied Photo Album in {M}",
                    "Two ribbons of [silk|cotton] close it and [take a ring at weddings|can be replaced].",
                ),
            ],
            measure: &[
                "The album is {size} with {40..60:4} pages of black or cream card.",
                "Size {size}, room for about {120..200:20} prints.",
            ],
            uses: &[
                "Printed photographs [get looked at|outlive phones], and [a first year|a wedding|a long journey] is a good reason to begin.",
                "Grandparents, [brides|new parents] and [clubs|ships' crews] order it, some with a date on the cover.",
            ],
        },
        Piece {
            noun: "sketchbook",
            short: "book",
            price: (24, 38),
            step: 25,
            sizes: &["A5", "A4"],
            tags: &["hand-bound", "sketchbook", "drawing", "art"],
            only: &["BLK", "LIN", "GOA"],
            parts: &["linen thread"],
            looks: &[
                (
                    "Sketchbook in {M}",
                    "Its paper has [some tooth|a fine grain] and bears [a light wash|ink and pencil] without buckling.",
                ),
                (
                    "Landscape Sketchbook in {M}",
                    "Bound on the short side, it [opens to a panorama|gives you horizons of double width].",
                ),
            ],
            measure: &[
                "It is {size} with {64..96:8} leaves of {140..180:10} g.",
                "In {size}, it weighs {260..620:20} g.",
            ],
            uses: &[
                "Take it [to cafés, harbours and life class|on the train], and let [rain spots|coffee rings] become part of it.",
                "For [urban sketchers and children who draw all day|anyone whose last one is full].",
            ],
        },
        Piece {
            noun: "set of greeting cards",
            short: "set",
            price: (14, 22),
            step: 0,
            sizes: &["6 cards", "12 cards"],
            tags: &["cards", "gift"],
            only: &["BLK", "MAR"],
            parts: &[],
            looks: &[
                (
                    "Greeting Cards with {M}, Boxed Set",
                    "Each front carries a panel cut from a different part of the sheet.",
                ),
                (
                    "Folded Note Cards with {M}",
                    "Envelopes are lined [with the same pattern|by hand], a small surprise.",
                ),
            ],
            measure: &[
                "The box holds {size} with envelopes, folded to {10..11} × {14..15} cm.",
                "You get {size} and as many envelopes.",
            ],
            uses: &[
                "For [condolences and congratulations|thank-you notes], whenever [a message on a screen would be too little|words should be kept].",
                "Left blank inside, the cards [suit any occasion|wait in the drawer for birthdays you forgot].",
            ],
        },
        Piece {
            noun: "pack of gift wrap",
            short: "pack",
            price: (12, 18),
            step: 0,
            sizes: &["3 sheets", "5 sheets"],
            tags: &["wrapping paper", "gift wrap"],
            only: &["BLK", "MAR"],
            parts: &[],
            looks: &[
                (
                    "Wrapping Sheets of {M}",
                    "The paper is strong enough to be [ironed and used again|used three Christmases running].",
                ),
                (
                    "Large Gift Wrap Sheets of {M}",
                    "It folds [crisply|without cracking] and also [lines drawers|covers schoolbooks].",
                ),
            ],
            measure: &[
                "The pack has {size} of {50..56} by {70..76} cm.",
                "Contains {size}, rolled, {48..54} × {68..74} cm each.",
            ],
            uses: &[
                "Good paper [makes a jar of jam a present|does half the giving]; no [ribbon|tape] is really needed.",
                "Bookbinders, [lampshade makers|collage artists] and [people who hoard paper|paper lovers] buy it for its own sake.",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, made by hand in {city}.",
        "This {noun} comes in {m}, [folded, pressed and trimmed|with clean edges and no shortcuts].",
        "[For everyone who still likes paper|Paper you look forward to using]: a(n) {noun} in {m}, shown in {color}.",
    ],
    making: &[
        "Paper for the {noun} is folded with a bone folder and [pressed overnight|weighted with old irons].",
        "If there is glue in the {noun} at all, it is wheat-starch paste, [cooked fresh every Monday|which later menders can undo].",
        "Every {noun} goes through [six|eight] steps and a single pair of hands, from [the first cut|cutting] to the last [check|press].",
        "We cut along the grain, [so nothing warps|a rule one breaks only once], and give the {noun} [two days|a night] under the press.",
    ],
    closing: &[
        "{w} puts a small [colophon|label] into the {noun}, with date and initials.",
        "Offcuts from the {noun} turn into [gift tags|confetti and bookmarks], since good paper [is too dear to bin|deserves better].",
        "The {noun} is sent in [board and paper tape|a card mailer], free of plastic and [ready to be given|fit for a parcel under the tree].",
    ],
    care: Care(
        &[
            "Keep the {noun} dry and out of [direct sun|damp cellars], as {m} [fades|stains].",
            "Dust {m} with a soft [brush|cloth] and do not [rub wet spots|use water on the {short}].",
        ],
        &[
            "Let the {short} settle [on its side|under a heavy book] if it has become [damp|wavy].",
            "Store the {short} flat, and {m} will [keep its shape|stay crisp].",
            "Small tears in the {short} are best mended with [Japanese tissue and paste|starch paste], never with sticky tape on {m}.",
        ],
    ),
};
