//! Candles from beeswax and plant waxes.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "candles",
    category: "C07",
    code: "CA",
    products: 24,
    tags: &["candle", "home", "gift"],
    materials: &[
        Material {
            name: "beeswax",
            code: "BEE",
            parts: &["beeswax", "cotton wick"],
            tags: &["beeswax", "natural"],
            colors: &["honey yellow"],
            price: 120,
            care: None,
            story: &[
                "The beeswax is bought from [beekeepers within a day's cycling|four local beekeepers], [melted and filtered through felt|cleaned only by settling], and smells of [honey and summer|warm hives].",
                "Pure beeswax burns [slowly and almost without smoke|longer than paraffin], with a [golden|steady] flame, and a bloom on the {short} [can be wiped off|shows that it is unmixed].",
            ],
        },
        Material {
            name: "soy wax",
            code: "SOY",
            parts: &["soy wax", "essential oils", "cotton wick"],
            tags: &["soy", "vegan"],
            colors: &["cream"],
            price: 95,
            care: None,
            story: &[
                "The soy wax comes from [European fields|growers who clear no forest], burns cool and clean, and [washes out with hot water|leaves no soot on the wall].",
                "Scented with essential oils of [lavender and cedar|orange and clove|fir and rosemary|bergamot and sage], at {6..8} percent, the {short} [perfumes a room without shouting|is gentle on the nose].",
            ],
        },
        Material {
            name: "rapeseed wax",
            code: "RAP",
            parts: &["rapeseed wax", "linen wick"],
            tags: &["rapeseed", "vegan", "eco-friendly"],
            colors: &["ivory", "sage", "terracotta"],
            price: 90,
            care: None,
            story: &[
                "Rapeseed grows [round the corner|in the next county], which makes it the [shortest journey|most local wax] we know, and it gives the {short} a [creamy|velvet] surface.",
                "In {color}, tinted with [a trace of food-grade colour|mineral pigment], the rapeseed wax has no scent and [suits the dinner table|does not compete with the food].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "pillar candle",
            short: "candle",
            price: (16, 28),
            step: 30,
            sizes: &["10 cm", "15 cm", "20 cm"],
            tags: &["pillar candle", "cosy"],
            only: &["BEE", "RAP"],
            parts: &[],
            looks: &[
                (
                    "{M} Pillar Candle with Rustic Sides",
                    "Wax is poured cool, which leaves [frosty bands|ripples like frost] down the sides.",
                ),
                (
                    "Carved {M} Pillar Candle",
                    "A spiral is cut into the warm wax [with a lino tool|by hand] and [throws moving shadows|lights up from inside].",
                ),
            ],
            measure: &[
                "It is {size} tall, {6..7} cm thick, and burns for {35..60:5} hours.",
                "Height {size}, with about {40..55:5} hours of light.",
            ],
            uses: &[
                "Long dinners, [power cuts|dark breakfasts], a bath with the door closed: [a pillar is enough light|one flame will do].",
                "Set [three heights together|it on a slate], and a window sill [looks ready for December|becomes a welcome].",
            ],
        },
        Piece {
            noun: "pair of dipped tapers",
            short: "pair",
            price: (9, 15),
            step: 20,
            sizes: &["22 cm", "28 cm"],
            tags: &["taper candles", "dining"],
            only: &["BEE", "RAP"],
            parts: &[],
            looks: &[
                (
                    "Hand-Dipped {M} Tapers, Pair",
                    "The two hang from one wick, [as they left the vat|and you cut it yourself].",
                ),
                (
                    "Slim {M} Dinner Candles, Pair",
                    "They are kept slim at {18..20} mm [for old candlesticks|so they look well in silver].",
                ),
            ],
            measure: &[
                "They are {size} long and burn {6..8} hours each.",
                "Length {size}, fit for a standard {21..22} mm holder.",
            ],
            uses: &[
                "Two tapers and [a plain supper turns into an evening|the good plates come out].",
                "Bring them instead of [flowers|a bottle] when you are [asked to dinner|invited].",
            ],
        },
        Piece {
            noun: "jar candle",
            short: "candle",
            price: (18, 27),
            step: 35,
            sizes: &["120 g", "220 g"],
            tags: &["scented candle", "self-care"],
            only: &["SOY"],
            parts: &["glass"],
            looks: &[
                (
                    "{M} Jar Candle, Lavender and Cedar",
                    "Lavender from Provence leads, and cedar [stays behind when it is blown out|is what lingers].",
                ),
                (
                    "{M} Jar Candle, Orange and Clove",
                    "Orange peel and a little clove [recall winter markets|smell of baking without the work].",
                ),
                (
                    "{M} Jar Candle, Fir and Rosemary",
                    "Silver fir and rosemary [clear the air like a walk|bring the wood indoors].",
                ),
                (
                    "{M} Jar Candle, Bergamot and Sage",
                    "Bergamot [opens bright|comes first], then clary sage [settles|calms it down].",
                ),
            ],
            measure: &[
                "The jar holds {size} of wax, {28..45} hours of burning.",
                "Filled with {size}, it stands {8..9} cm high.",
            ],
            uses: &[
                "Light it [after the working day|for an hour with a book], and use the glass for [pencils|toothbrushes] when the wax is gone.",
                "A safe present for [colleagues and aunts|people you do not know well yet], and a cosy one for [good friends|yourself].",
            ],
        },
        Piece {
            noun: "set of tea lights",
            short: "set",
            price: (10, 16),
            step: 70,
            sizes: &["8 pieces", "16 pieces"],
            tags: &["tea lights", "zero waste"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Tea Lights without Cups",
                    "They come bare, for use in [glass holders you already own|reusable glass], so no aluminium is thrown away.",
                ),
                (
                    "{M} Tea Lights in a Linen Bag",
                    "The linen bag [closes with a drawstring|is sewn from offcuts] and makes wrapping unnecessary.",
                ),
            ],
            measure: &[
                "The set has {size}, each burning about {4..5} hours.",
                "You get {size}, {15..18} g apiece.",
            ],
            uses: &[
                "Under [a teapot|a fondue], in lanterns, along the garden path: tea lights [disappear faster than you think|do the quiet work].",
                "Good to have in the drawer when [guests come|the lights fail], and [a box holds a whole winter|one set lasts weeks].",
            ],
        },
        Piece {
            noun: "sculpted candle",
            short: "candle",
            price: (14, 24),
            step: 0,
            sizes: &[],
            tags: &["figure candle", "decoration"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Pine Cone Candle",
                    "It was cast from a real cone found [in the dunes|on a walk], scale by scale.",
                ),
                (
                    "{M} Beehive Candle",
                    "The little skep has [a door|one bee by the door] and glows [from within|amber] as it burns.",
                ),
                (
                    "{M} Hedgehog Candle",
                    "About {120..180:10} quills are modelled in the master; [most customers never light it|children beg you not to light it].",
                ),
            ],
            measure: &[
                "It is {7..10} cm high and would burn for {9..14} hours.",
                "Height {8..10} cm, weight {90..160:10} g.",
            ],
            uses: &[
                "On an advent wreath, a birthday table or [a bookshelf|the window sill], it [stands a while before anyone dares light it|looks friendly even unlit].",
                "Little figures make [good stocking fillers|table presents], [each wrapped in tissue|cheerful and soon posted].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} of {m}, [made in small batches|poured and finished by hand] in {city}.",
        "This {noun} is made of pure {m} with [an untreated|a lead-free] wick.",
        "[Quiet light|Warm light for dark months]: a(n) {noun} in {m}.",
    ],
    making: &[
        "We melt the wax [slowly in a water bath|at no more than 75 degrees], and the {noun} rests [two days|for a week] before it is packed.",
        "Wick and thickness are tested [in pairs over many evenings|by burning every tenth one], so the {noun} [does not drip|burns down evenly].",
        "Each {noun} is made in [silicone moulds we cast ourselves|batches of {20..40:4}], trimmed with a [warm|sharp] knife and polished [with a stocking|by hand].",
        "No paraffin, no palm oil: {m} is the [first|only] thing on the list of what the {noun} contains.",
    ],
    closing: &[
        "{w} takes back stubs and melts them into [firelighters|garden lights], so the {short} [leaves nothing over|ends well].",
        "The {noun} is wrapped in [tissue|printed paper] rather than film, and [may go under the tree|can be given] as it is.",
        "Anyone who likes [cosy evenings|candlelit baths] will be glad of the {short}, [in any season|from the first cold night].",
    ],
    care: Care(
        &[
            "Trim the wick of the {noun} to {5..7} mm before lighting and keep it [out of draughts|away from curtains].",
            "Let {m} melt to the edge the first time, [an hour or two|about two hours], so the {short} burns evenly.",
            "Never leave the {noun} burning [unattended|alone], and set it on a [plate|heat-proof base].",
        ],
        &[
            "Store the {short} [cool and flat|in the dark], since {m} [bends in warmth|softens near a radiator].",
            "Put the {short} out by [dipping the wick|smothering it], which spares you the smoke of hot {m}.",
            "Dust on {m} comes off the {short} with [a soft cloth|an old nylon stocking].",
        ],
    ),
};
