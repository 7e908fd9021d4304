//! Silver and other metals from the jeweller's bench.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "silver",
    category: "C13",
    code: "SI",
    products: 32,
    tags: &["jewellery", "handmade", "gift"],
    materials: &[
        Material {
            name: "sterling silver",
            code: "STE",
            parts: &["sterling silver"],
            tags: &["silver"],
            colors: &["silver"],
            price: 100,
            care: None,
            story: &[
                "It is solid sterling silver, 925 parts in a thousand, [alloyed and rolled in the workshop|bought as grain and melted here], with no plating that could [wear off|peel] from the {short}.",
                "Sterling silver is [hard enough for every day|soft enough to take a hammer's print] and warms [to the skin in seconds|quickly] once you put the {short} on.",
            ],
        },
        Material {
            name: "recycled silver",
            code: "REC",
            parts: &["recycled silver"],
            tags: &["silver", "recycled"],
            colors: &["matt silver"],
            price: 100,
            care: None,
            story: &[
                "The silver was [old cutlery and broken chains|coins, spoons and workshop filings] before it was refined, so no new ore was [dug|mined] for the {short}.",
                "Recycled silver is chemically the same as new; only [the conscience|the story] differs, and the {short} is left with a [brushed|matt] surface.",
            ],
        },
        Material {
            name: "oxidised silver",
            code: "OXI",
            parts: &["sterling silver"],
            tags: &["silver", "dark"],
            colors: &["dark grey"],
            price: 105,
            care: None,
            story: &[
                "Liver of sulphur turns the silver [charcoal|storm grey], and the raised parts of the {short} are rubbed [bright again|back to white].",
                "The dark tone will [soften where skin touches it|wear a little at the edges], so the {short} [gains contrast|changes] with its wearer.",
            ],
        },
        Material {
            name: "gilded silver",
            code: "GIL",
            parts: &["sterling silver", "gold plating"],
            tags: &["gold", "silver"],
            colors: &["warm gold"],
            price: 135,
            care: None,
            story: &[
                "Over solid silver lies {2..3} microns of 22-carat gold, [thick enough to be called vermeil|a good deal more than fashion jewellery gets].",
                "The gilding has the [buttery|warm] yellow of old coins and [suits tanned and pale skin alike|flatters the {short}].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "ring",
            short: "ring",
            price: (58, 110),
            step: 0,
            sizes: &["50", "52", "54", "56", "58", "60"],
            tags: &["ring"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Hammered {M} Ring",
                    "Some {90..160:10} blows of a ball hammer give it [facets that sparkle|a surface like wind on water].",
                ),
                ("{M} Ring with Twig Texture", "It was cast from [an elder|a hazel] twig, buds included."),
                (
                    "Fine {M} Stacking Ring",
                    "Thin enough to be worn [in twos and threes|next to a wedding band], it has one flat face.",
                ),
            ],
            measure: &[
                "The band is {2..6} mm wide; sizes give the inner circumference in millimetres.",
                "Width {2..5} mm, weight {2..6} g depending on size.",
            ],
            uses: &[
                "For [an engagement without diamonds|a promise], for yourself after [a hard year|an exam], or [for no reason|because it is Tuesday].",
                "It sits [flat under gloves|comfortably next to other rings] and can be worn [while gardening|day and night].",
            ],
        },
        Piece {
            noun: "pair of stud earrings",
            short: "pair",
            price: (34, 58),
            step: 0,
            sizes: &[],
            tags: &["earrings", "studs"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Stud Earrings, Poppy Seed Heads",
                    "Each is a poppy seed head with [a crown of nine rays|its little crown], seen from above.",
                ),
                (
                    "{M} Stud Earrings, Folded Dots",
                    "A disc is [dished and folded once|cut, folded and left open], so light falls in the crease.",
                ),
                (
                    "{M} Stud Earrings, Small Leaves",
                    "Each is a tiny leaf with its veins [rolled in from a real one|pressed from a birch leaf].",
                ),
            ],
            measure: &[
                "They are {6..9} mm across, with butterfly backs.",
                "Diameter {6..10} mm; the pair weighs {1..3} g.",
            ],
            uses: &[
                "Small enough for [school, office and sleep|nurses and teachers], yet someone [always notices|will ask about them].",
                "Earrings are the present [that needs no size|for nieces and best friends], and these come nickel-free.",
            ],
        },
        Piece {
            noun: "pair of drop earrings",
            short: "pair",
            price: (48, 82),
            step: 0,
            sizes: &[],
            tags: &["earrings", "drops"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Drop Earrings, Ginkgo",
                    "Ginkgo leaves, sawn by hand, [hang at slightly different angles|are slit to the stalk as in nature].",
                ),
                (
                    "{M} Drop Earrings, Long Hoops",
                    "The hoops are drawn into ovals and [planished|hammered] on one side.",
                ),
                (
                    "{M} Drop Earrings, Rain",
                    "Three fine rods hang from each hook and [touch with a tiny sound|move with every nod].",
                ),
            ],
            measure: &["They hang {28..48:2} mm below the ear.", "Length {30..50:2} mm, {2..4} g each."],
            uses: &[
                "With hair up they [frame the face|catch candlelight]; with hair down they [glint now and then|surprise].",
                "For weddings, [first nights|New Year's Eve] and [dull Mondays|ordinary jumpers].",
            ],
        },
        Piece {
            noun: "pendant",
            short: "pendant",
            price: (52, 88),
            step: 8,
            sizes: &["42 cm chain", "50 cm chain"],
            tags: &["necklace", "pendant"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Pendant, Sea Urchin",
                    "Rows of {5..9} raised dots run over it, [taken from a fossil urchin|as on the shell].",
                ),
                (
                    "{M} Pendant, Half Moon",
                    "Half of the disc is polished, half [left rough from the casting|scratched with a needle].",
                ),
                (
                    "{M} Acorn Pendant",
                    "The cup is textured [with a punch made from a nail|dot by dot], the acorn itself is smooth.",
                ),
            ],
            measure: &[
                "The pendant is {14..22} mm long, on a(n) {size}.",
                "With its {size} it weighs {4..8} g; the drop itself is {15..24} mm.",
            ],
            uses: &[
                "Wear it [under a collar|over a polo neck], alone or with [a longer chain|a second one].",
                "A keepsake for [confirmations and eighteenth birthdays|a mother, a daughter or both], engraved on the back if wanted.",
            ],
        },
        Piece {
            noun: "bangle",
            short: "bangle",
            price: (88, 150),
            step: 0,
            sizes: &["60 mm", "65 mm", "70 mm"],
            tags: &["bracelet", "bangle"],
            only: &["STE", "REC", "OXI"],
            parts: &[],
            looks: &[
                (
                    "Forged {M} Bangle",
                    "It is forged from a square rod that [swells and thins|twists half a turn] as it goes round.",
                ),
                (
                    "Open {M} Cuff Bangle",
                    "The ends stay open by [a thumb's width|{22..28} mm], so it [slips on sideways|adjusts a little].",
                ),
            ],
            measure: &[
                "Inner diameter {size}, weight {14..28:2} g.",
                "It is {3..6} mm thick and measures {size} inside.",
            ],
            uses: &[
                "One is quiet, [three ring|several make music], and all [outlast fashions|are made to be handed down].",
                "As [a christening piece in the smallest size|a silver-wedding gift|a present to yourself], it will still be there in fifty years.",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [sawn, soldered and finished|made at the bench] in {city}.",
        "This {noun} in {m} is [made by hand from sheet and wire|one of a small series].",
        "[Light to wear and made to last|Small, solid and carefully finished]: a(n) {noun} in {m}.",
    ],
    making: &[
        "Filed with [four|three] cuts of file and [polished by hand|brought up with rouge], the {noun} has no sharp edge [left|anywhere].",
        "The last hour goes into finishing: the {noun} is pickled, [brushed|tumbled with steel shot] and burnished [where it should shine|on the high points].",
        "Saw, file, torch and [hammer|burnisher] are the tools behind the {noun}; [the design was drawn at the same bench|the machine park ends there].",
        "We make the {noun} in [lots of {4..9}|small series], each [checked with a loupe|weighed and checked] and marked before it leaves the bench.",
    ],
    closing: &[
        "The {noun} bears the maker's mark of {w} and [the fineness|a hallmark] next to it.",
        "It arrives in a [card box lined with wool|little linen pouch], so the {noun} can [be given straight away|go under the tree].",
        "Filings from the {noun} are [swept up and refined|collected to the last grain], good for the [next one|earth and the purse].",
    ],
    care: Care(
        &[
            "Take the {noun} off for [swimming and cleaning|the pool and the sea], since chlorine and salt attack {m}.",
            "Wash the {noun} in [warm water with mild soap|soapy water] and dry it with a soft cloth; {m} needs no [dips|silver bath].",
            "Put the {short} on after [perfume and cream|hair spray and scent], which [dull|stain] {m}.",
        ],
        &[
            "Keep the {short} in [its pouch|a closed box] with [a piece of chalk|an anti-tarnish strip], so {m} stays as it is.",
            "A [silver|microfibre] cloth brings the {short} back, used [gently|sparingly] on {m}.",
            "Worn often, {m} [hardly tarnishes|keeps its looks], so the best care for the {short} is [to wear it|use].",
        ],
    ),
};
