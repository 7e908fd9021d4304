//! Leather: wallets, belts, bags and cases.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "leather",
    category: "C11",
    code: "LE",
    products: 32,
    tags: &["leather", "handmade", "accessory"],
    materials: &[
        Material {
            name: "vegetable-tanned leather",
            code: "VEG",
            parts: &["vegetable-tanned cowhide", "linen thread"],
            tags: &["vegetable-tanned"],
            colors: &["natural tan", "cognac", "black", "forest green"],
            price: 100,
            care: None,
            story: &[
                "The hide is tanned [for six weeks in chestnut and mimosa bark|slowly in pits with oak bark] in [Tuscany|Santa Croce|Igualada] and has [the smell everyone expects of leather|no chrome in it].",
                "Vegetable-tanned leather in {color} darkens [with light and handling|where hands touch it], so the {short} [keeps a diary of its use|will be yours alone in a year].",
                "Full-grain cowhide, {2..3} mm thick, gives the {short} [body|backbone], and small scars [of a life outdoors are left in|prove it grew on an animal].",
            ],
        },
        Material {
            name: "bridle leather",
            code: "BRI",
            parts: &["bridle leather", "linen thread"],
            tags: &["bridle leather"],
            colors: &["chestnut", "dark brown", "black"],
            price: 120,
            care: None,
            story: &[
                "Bridle leather is stuffed with tallow and wax [for harness makers|by a currier in Devon], and a white bloom [comes to the surface|rises in the cold]; it [rubs in with a thumb|buffs away].",
                "Firm, waxy and nearly waterproof, bridle leather in {color} makes the {short} [a thing for decades|hard to wear out].",
            ],
        },
        Material {
            name: "deerskin",
            code: "DEE",
            parts: &["deerskin", "linen thread"],
            tags: &["deerskin", "soft"],
            colors: &["tobacco", "moss"],
            price: 125,
            care: None,
            story: &[
                "Deerskin, from [forest culls in Bohemia|managed hunting], is [soft as a glove and stronger than it feels|supple and slightly stretchy].",
                "Scratches of [branches and fences|a life in the forest] show in the {color} deerskin, which makes every {short} [a one-off|a little different].",
            ],
        },
        Material {
            name: "cork leather",
            code: "COR",
            parts: &["cork", "organic cotton"],
            tags: &["vegan", "cork"],
            colors: &["natural cork", "dark cork"],
            price: 85,
            care: None,
            story: &[
                "Cork leather is peeled from living cork oaks in the Alentejo [every nine years|without felling the tree], and laid on cotton: [a vegan alternative|leather without animals].",
                "Light, water-repellent and warm to the touch, the {color} of this {short} [shows the marbling of bark|is never the same twice].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "wallet",
            short: "wallet",
            price: (58, 88),
            step: 0,
            sizes: &[],
            tags: &["wallet", "gift for him"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Slim {M} Bifold Wallet",
                    "It is cut from three pieces only and is {7..9} mm thin [when empty|before the receipts move in].",
                ),
                (
                    "{M} Wallet with Coin Pocket",
                    "The coin pocket is gusseted and closes with [one brass snap|a tuck-in flap].",
                ),
                (
                    "{M} Card Holder Wallet",
                    "Four slots are offset like roof tiles, so [each card can be seen|cards come out without pulling].",
                ),
            ],
            measure: &[
                "Closed it measures {10..11} by {8..9} cm and takes {6..10} cards.",
                "It holds notes flat, up to {8..12} cards, and fits a front pocket.",
            ],
            uses: &[
                "A wallet is touched [more than any other thing you own|twenty times a day], so it may as well be a good one.",
                "For [graduations, fathers and third anniversaries|birthdays with a zero], with initials pressed in [on request|at no charge].",
            ],
        },
        Piece {
            noun: "belt",
            short: "belt",
            price: (54, 78),
            step: 0,
            sizes: &["85 cm", "95 cm", "105 cm", "115 cm"],
            tags: &["belt", "unisex"],
            only: &["VEG", "BRI", "COR"],
            parts: &["brass buckle"],
            looks: &[
                (
                    "{M} Belt with Solid Brass Buckle",
                    "The buckle is cast brass, [held by two screws and easy to change|sand-cast in the Black Country].",
                ),
                (
                    "{M} Belt with Roller Buckle",
                    "A roller on the brass buckle [spares the leather|lets the strap glide] each time it is closed.",
                ),
            ],
            measure: &[
                "It is {30..38:2} mm wide; the size is measured to the middle hole.",
                "Width {32..38:2} mm, five holes, {25..28} mm between them.",
            ],
            uses: &[
                "It holds up jeans [from day one|without a thought] and is [dressy enough for a suit|at home with corduroy].",
                "Buy one belt and [wear it for twenty years|leave it to somebody]: the sum comes out [lower than it looks|in your favour].",
            ],
        },
        Piece {
            noun: "satchel",
            short: "satchel",
            price: (240, 360),
            step: 18,
            sizes: &["11 inch", "13 inch", "15 inch"],
            tags: &["satchel", "bag", "work"],
            only: &["VEG", "BRI"],
            parts: &["brass buckles"],
            looks: &[
                (
                    "{M} Satchel with Two Buckles",
                    "Magnets sit beneath the buckles, [so you need not undo them each time|a small concession to the present].",
                ),
                (
                    "{M} Messenger Satchel",
                    "The flap is one unbroken piece of hide, [neck to butt|scars and all].",
                ),
            ],
            measure: &[
                "The main compartment takes a(n) {size} laptop with papers.",
                "Made for {size} computers, it weighs {1200..1700:100} g.",
            ],
            uses: &[
                "For the office, [the lecture hall|the train], or [a weekend with two books|sheet music], on the shoulder or across the body.",
                "A satchel is bought [for the first proper job|once], and [the second owner is usually a daughter or son|looks best after ten years].",
            ],
        },
        Piece {
            noun: "key fob",
            short: "fob",
            price: (14, 22),
            step: 0,
            sizes: &[],
            tags: &["key fob", "small gift"],
            only: &[],
            parts: &["brass ring"],
            looks: &[
                ("Braided {M} Key Fob", "Four strands are braided round, [as drovers did|tight as a whip]."),
                (
                    "{M} Key Loop with Snap",
                    "The snap opens with one hand and [clips to a belt loop|hangs from any hook].",
                ),
            ],
            measure: &[
                "It is {9..12} cm long including the ring.",
                "Length {8..11} cm, weight {20..35:5} g.",
            ],
            uses: &[
                "Keys you can [find by feel|fish from the bottom of a bag]; that alone is worth [the price|it].",
                "With the keys to [a first car|the new flat] on it, a small present becomes [a large one|a moment].",
            ],
        },
        Piece {
            noun: "pen case",
            short: "case",
            price: (28, 42),
            step: 0,
            sizes: &[],
            tags: &["pen case", "stationery"],
            only: &["VEG", "DEE", "COR"],
            parts: &[],
            looks: &[
                (
                    "{M} Pen Roll with Strap",
                    "It rolls round {5..8} pens, each in its own sleeve, and ties with a thong.",
                ),
                ("{M} Pen Case for Two Pens", "A divider keeps the two [apart|from knocking together]."),
            ],
            measure: &["It takes pens of up to {14..16} cm.", "Closed it is {16..18} cm long."],
            uses: &[
                "Fountain pens, [brushes|drawing pencils] and the good scissors [travel safely|stay together] in it.",
                "Made for [students, sketchers and bullet-journal people|those who still write by hand].",
            ],
        },
        Piece {
            noun: "tote bag",
            short: "bag",
            price: (140, 210),
            step: 0,
            sizes: &[],
            tags: &["tote", "bag"],
            only: &["VEG", "DEE", "COR"],
            parts: &[],
            looks: &[
                (
                    "Unlined {M} Tote Bag",
                    "It is unlined, so you see and feel the [back of the material|inner side], and nothing can tear out.",
                ),
                (
                    "{M} Tote with Inner Pocket",
                    "A zipped inner pocket [holds phone and keys|keeps the essentials near the top].",
                ),
            ],
            measure: &[
                "The bag is {36..40} cm wide, {30..34} cm high and {10..14} cm deep.",
                "It measures {37..41} × {31..35} cm, with handles of {24..28:2} cm drop.",
            ],
            uses: &[
                "Room for [a laptop, a cardigan and lunch|library books and leeks], and handles that [stay on the shoulder|do not cut in].",
                "It goes [to work and to the market|from desk to beach], and [softens|slouches] agreeably as the months pass.",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} of {m}, cut and sewn by hand in {city}, here in {color}.",
        "This {noun} is made from {m} [with an awl, two needles and waxed thread|and very little else].",
        "[Plain, strong and made to age|Good material, few seams]: a(n) {noun} in {m}.",
    ],
    making: &[
        "The {noun} is saddle-stitched, {3..4} stitches to the centimetre; if one breaks, the rest [hold|stay put].",
        "Edges of the {noun} are [bevelled, dyed and burnished|sanded and polished] with [beeswax|a wooden slicker] until they [shine like wood|feel like one layer].",
        "We cut the {noun} with a [round|head] knife, [never a press|around flaws in the sheet], so less {m} is wasted.",
        "Holes are pricked, then opened with an awl one by one, [which is why the seam of the {noun} slants evenly|and the {noun} shows a slightly slanted stitch].",
    ],
    closing: &[
        "{w} restitches [any seam|whatever comes undone] on the {noun} for as long as the workshop [stands|exists].",
        "It comes in [a cotton pouch|a cardboard drawer] with [a sample tin of balm|a spare length of thread], so the {noun} is ready to give.",
        "Remnants of {m} left by the {noun} become [cable ties|luggage tags|bookmarks].",
    ],
    care: Care(
        &[
            "Wipe the {noun} with a [dry|slightly damp] cloth and let {m} dry [away from heat|in the air] if it gets wet.",
            "Brush dust off the {noun} and [leave small scratches alone|rub light scratches with a fingertip]; {m} [evens out|recovers] by itself.",
        ],
        &[
            "Treat the {short} [once or twice a year|each autumn] with [a little wax balm|colourless balm], thinly; {m} needs no more.",
            "Keep the {short} out of [plastic bags|hot cars], since {m} [must breathe|dries out there].",
            "If the {short} turns dull, [a good rub with a wool cloth|a soft brush and some balm] will wake {m} up.",
        ],
    ),
};
