//! Macramé: knotted cord for walls, plants and windows.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "macrame",
    category: "C09",
    code: "MA",
    products: 16,
    tags: &["macramé", "boho", "knotted"],
    materials: &[
        Material {
            name: "cotton cord",
            code: "COT",
            parts: &["cotton"],
            tags: &["cotton"],
            colors: &["natural white", "terracotta", "sage green"],
            price: 100,
            care: None,
            story: &[
                "Single-strand cotton of {3..5} mm, spun from [textile offcuts|recycled fibre], combs out into [soft fringes|a fringe like hair].",
                "The cotton cord in {color} is [unbleached and free of plastic|dyed without chlorine], and the {short} uses [more than you would guess|a whole reel of it], some {60..140:10} metres.",
            ],
        },
        Material {
            name: "jute cord",
            code: "JUT",
            parts: &["jute"],
            tags: &["jute", "rustic"],
            colors: &["straw brown"],
            price: 85,
            care: None,
            story: &[
                "Jute needs [rain and little else|no fertiliser to speak of], smells of [barns|rope lofts] and gives the {short} its [rough|rustic] character.",
                "Three-ply jute [holds a knot like nothing else|bites into its own knots], so the {short} [keeps its form|will not slip].",
            ],
        },
        Material {
            name: "hemp cord",
            code: "HEM",
            parts: &["hemp"],
            tags: &["hemp", "eco-friendly"],
            colors: &["grey-beige", "walnut brown"],
            price: 105,
            care: None,
            story: &[
                "Hemp from [the Marche|Transylvania] is [among the strongest plant fibres|stronger than cotton] and greyish like [driftwood|undyed linen].",
                "Polished hemp cord makes crisp, small knots, and the {short} in {color} [stays sharp to the eye|reads like a drawing].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "wall hanging",
            short: "hanging",
            price: (58, 110),
            step: 30,
            sizes: &["40 cm wide", "60 cm wide"],
            tags: &["wall hanging", "wall art"],
            only: &[],
            parts: &["driftwood"],
            looks: &[
                (
                    "{M} Macramé Wall Hanging on Driftwood",
                    "The driftwood was found [on a beach after a storm|at low tide], so each has its own bend.",
                ),
                (
                    "{M} Wall Hanging with Diamond Motif",
                    "Hung from driftwood, diamonds of double half hitches, {3..7} across, [step down to a point|frame an open centre].",
                ),
                (
                    "Layered {M} Macramé Wall Hanging",
                    "Three curtains of knots hang one before the other from a driftwood branch and [cast a shadow|give it depth].",
                ),
            ],
            measure: &[
                "It is {size} and {70..100:5} cm long with the fringe.",
                "At {size} it fills the wall above a [bed|sofa] nicely; the drop is {65..95:5} cm.",
            ],
            uses: &[
                "Above [a bed|a sideboard|a cot] it softens both the look and the sound of a room.",
                "Bare [plaster|rented] walls need one hook only, [and the deposit is safe|which any wall can bear].",
            ],
        },
        Piece {
            noun: "plant hanger",
            short: "hanger",
            price: (22, 36),
            step: 15,
            sizes: &["80 cm", "110 cm"],
            tags: &["plant hanger", "plants"],
            only: &[],
            parts: &["wooden ring"],
            looks: &[
                (
                    "{M} Plant Hanger with Spiral Knots",
                    "Four arms of half-knot spirals [wind themselves up|twist of their own accord] as they are tied.",
                ),
                (
                    "{M} Double Plant Hanger",
                    "It carries two pots, [one above the other|the lower a hand below the upper].",
                ),
            ],
            measure: &[
                "Length {size}, for pots of {12..20:2} cm.",
                "It hangs {size} from ring to tassel and bears {4..6} kg.",
            ],
            uses: &[
                "Pothos, [ivy|string of hearts], a fern: whatever trails looks happier [in the air|by the window].",
                "It frees the [window sill|floor] and keeps [the cat out of the soil|green things at eye level].",
            ],
        },
        Piece {
            noun: "window garland",
            short: "garland",
            price: (26, 40),
            step: 0,
            sizes: &[],
            tags: &["garland", "nursery decor"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Garland with Feather Tassels",
                    "{7..11:2} feathers of combed fringe hang along it, trimmed with [a ruler|sharp scissors].",
                ),
                (
                    "{M} Bunting with Knotted Flags",
                    "Its little flags are solid with knots, [{6..9} in a row|each a bit different].",
                ),
            ],
            measure: &[
                "It is {110..160:10} cm long with ties at both ends.",
                "Length {120..150:10} cm; the drops are {12..16} cm.",
            ],
            uses: &[
                "String it across [a nursery|a window|a wedding arch], and leave it up [afterwards|all year].",
                "It has dressed [baby showers|garden parties] and [caravans|market stalls], and packs into a [shoebox|pocket].",
            ],
        },
    ],
    opening: &[
        "A macramé {noun} knotted by hand from {m} in {city}.",
        "This {noun} is macramé in {m}: [square knots, half hitches and time|knots and nothing but knots].",
        "[Airy and warm at once|Somewhere between craft and drawing], this macramé {noun} in {m} comes in {color}.",
    ],
    making: &[
        "Some {300..1200:100} knots go into the {noun}, tied standing up, [from the middle outwards|row after row].",
        "Only [four|three] kinds of knot are used for the {noun}; the pattern comes from [where they are left out|the spaces between].",
        "We cut all cords of the {noun} [before the first knot|at four times the finished length], since joining later would show.",
        "The ends of the {noun} are [steamed, combed and cut|combed out with a dog brush], which takes [nearly as long as the knotting|patience].",
    ],
    closing: &[
        "Cord ends from the {noun} are [stuffed into cushions|plied into key rings] at {w}.",
        "It comes rolled, not folded, so the {noun} can [go straight up|be hung the minute it is unpacked].",
        "For [first flats, plant lovers and balconies|people who have plants and no space], the {noun} is a present that [weighs little|fits in a letter box].",
    ],
    care: Care(
        &[
            "Dust the {noun} with a hair dryer on [cold|low] or [shake it out of the window|use a soft brush].",
            "Spot-clean {m} on the {short} with [lukewarm water and mild soap|a damp cloth].",
        ],
        &[
            "Mist the fringe of the {short} with water and comb it [from the tips upwards|with a wide comb] if {m} curls.",
            "Keep the {short} out of [steam and rain|direct sun], which would [grey|weaken] {m}.",
            "Do not machine wash the {short}; wet {m} [stretches|loses its shape].",
        ],
    ),
};
