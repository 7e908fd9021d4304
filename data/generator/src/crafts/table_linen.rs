//! Cloths, napkins, aprons and cosies for the table and the kitchen.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "table_linen",
    category: "C04",
    code: "TL",
    products: 26,
    tags: &["table linen", "textile", "home"],
    materials: &[
        Material {
            name: "washed linen",
            code: "LIN",
            parts: &["linen"],
            tags: &["linen"],
            colors: &["natural flax", "sage", "dusty blue", "rust"],
            price: 100,
            care: None,
            story: &[
                "The flax is [grown in Normandy|grown in Flanders] and [spun and woven in Lithuania|woven in a mill that has stood for ninety years], then stone-washed so the {short} is [soft from the first day|never stiff].",
                "Linen of {190..240:10} grams to the square metre [drapes well and dries fast|is heavy enough to hang straight], and it gets [better|softer] with each wash of the {short}.",
                "In {color}, the washed linen has the [slightly crumpled|relaxed] look that [needs no ironing|lets you skip the ironing board].",
            ],
        },
        Material {
            name: "hand-woven cotton",
            code: "COT",
            parts: &["cotton"],
            tags: &["cotton", "hand-woven"],
            colors: &["indigo stripe", "ecru", "madder check"],
            price: 90,
            care: None,
            story: &[
                "The cotton is woven on [pit looms in Tamil Nadu|narrow hand looms], about [four|six] metres a day, with [the tiny slubs|small thick places] that tell [hand-spun|hand-woven] yarn.",
                "Organic cotton, dyed in the yarn, gives the {color} of this {short} [both sides alike|no wrong side].",
            ],
        },
        Material {
            name: "half-linen",
            code: "HAL",
            parts: &["linen", "cotton"],
            tags: &["half-linen"],
            colors: &["white", "grey stripe", "red stripe"],
            price: 85,
            care: None,
            story: &[
                "Half-linen has a cotton warp and a linen weft, [the best of both|the old farmhouse compromise]: the {short} [dries like linen and feels like cotton|is absorbent and strong].",
                "Our half-linen comes off [shuttle looms from 1956|an old shuttle loom], and the selvedge of the {short} shows the [red|blue] thread to prove it.",
            ],
        },
        Material {
            name: "block-printed cotton",
            code: "BLK",
            parts: &["cotton"],
            tags: &["block print", "cotton"],
            colors: &["indigo on white", "madder on cream"],
            price: 95,
            care: None,
            story: &[
                "Carved [teak|pear wood] blocks put the pattern on by hand, {4..7} strikes to the metre, and where two prints [meet|overlap] you can see it.",
                "The {color} print uses [natural indigo and an iron paste|dyes without heavy metals] and is washed [in tanks whose water is cleaned|three times] before the cloth becomes a(n) {short}.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "tablecloth",
            short: "cloth",
            price: (78, 120),
            step: 22,
            sizes: &["140 × 180 cm", "140 × 240 cm", "160 × 300 cm"],
            tags: &["tablecloth", "dining"],
            only: &["LIN", "HAL", "BLK"],
            parts: &[],
            looks: &[
                (
                    "{M} Tablecloth with Mitred Corners",
                    "The hem is {3..5} cm deep and folded to a mitre at [each|every] corner.",
                ),
                (
                    "{M} Tablecloth with Drawn-Thread Hem",
                    "Threads are drawn out and tied in bundles along the hem, [slow work|an evening for each side].",
                ),
            ],
            measure: &[
                "At {size} it suits a table for [six|six to eight] with an overhang.",
                "It measures {size} after washing.",
            ],
            uses: &[
                "Sunday lunch, [a christening|a birthday], coffee with the neighbours: once the cloth is on, [any table looks ready|everyone sits down].",
                "Wine stains and candle wax [wash out sooner or later|are part of its life]; a tablecloth is for [feasts|company], not for the drawer.",
            ],
        },
        Piece {
            noun: "set of four napkins",
            short: "set",
            price: (36, 54),
            step: 0,
            sizes: &[],
            tags: &["napkins", "zero waste"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Napkins, Set of Four",
                    "Each has a loop of tape [sewn into one corner|so it can hang with the tea towels].",
                ),
                (
                    "Fringed {M} Napkins, Set of Four",
                    "The edges are fringed {8..12} mm deep and secured with [a hemstitch|a line of stitching].",
                ),
            ],
            measure: &[
                "Each napkin is {40..45} cm square.",
                "They are {42..48} by {42..48} cm, large enough to cover a lap.",
            ],
            uses: &[
                "Cloth napkins save [a roll of paper a week|stacks of paper ones] and make [pizza|soup] feel like dinner.",
                "Four is right for [a small household|two with guests]; [folded in a basket|tied with string] they are an easy wedding present.",
            ],
        },
        Piece {
            noun: "table runner",
            short: "runner",
            price: (38, 58),
            step: 18,
            sizes: &["40 × 150 cm", "40 × 200 cm"],
            tags: &["table runner", "dining"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Table Runner with Knotted Fringe",
                    "The warp ends are knotted into a fringe of {6..9} cm.",
                ),
                (
                    "Plain {M} Table Runner",
                    "The sides are woven or sewn [dead straight|with a narrow hem], so it lies flat without pins.",
                ),
            ],
            measure: &[
                "It measures {size}.",
                "With {size} it runs the length of a table for [four|six] and [a little over|hangs down at both ends].",
            ],
            uses: &[
                "A runner dresses [a bare wooden table|the sideboard] without hiding the wood.",
                "Put [candles and branches|a row of small vases] along it and the table is laid for [Christmas|guests] in a minute.",
            ],
        },
        Piece {
            noun: "apron",
            short: "apron",
            price: (48, 68),
            step: 0,
            sizes: &["S–M", "L–XL"],
            tags: &["apron", "cooking"],
            only: &["LIN", "COT", "HAL"],
            parts: &[],
            looks: &[
                (
                    "Cross-Back {M} Apron",
                    "The straps cross at the back and [take the weight off the neck|need no tying].",
                ),
                (
                    "{M} Bib Apron with Deep Pocket",
                    "A pocket {28..34} cm wide holds [phone, towel and clothes pegs|seeds and secateurs].",
                ),
            ],
            measure: &[
                "It is {84..94:2} cm long from bib to hem.",
                "Length {85..95:5} cm, with ties long enough to knot in front.",
            ],
            uses: &[
                "Potters, bakers and [gardeners|florists] wear it all day; [the rest of us|home cooks] wear it for pancakes.",
                "An apron like this is [kitchen wear for people who splash|the nicest way to say \"cook for me\"].",
            ],
        },
        Piece {
            noun: "tea cosy",
            short: "cosy",
            price: (32, 44),
            step: 12,
            sizes: &["for 0.8 l pots", "for 1.2 l pots"],
            tags: &["tea cosy", "tea", "cosy"],
            only: &["LIN", "COT", "BLK"],
            parts: &["wool wadding"],
            looks: &[
                (
                    "Padded {M} Tea Cosy",
                    "A quilted lining of wool wadding keeps the pot hot for [close to an hour|fifty minutes by our kitchen clock].",
                ),
                (
                    "{M} Tea Cosy with Pompom",
                    "A pompom on top serves as a handle and [makes people smile|is sewn on for good].",
                ),
            ],
            measure: &[
                "Made {size}, it is {26..32} cm wide at the foot.",
                "The cosy stands {22..26} cm tall and is cut {size}.",
            ],
            uses: &[
                "For those who drink [the second cup half an hour after the first|tea by the pot], on [wet afternoons|Sunday mornings] above all.",
                "It goes over [cafetières|coffee pots] too, and [turns a teapot into a present|keeps a boiled egg company].",
            ],
        },
        Piece {
            noun: "set of two tea towels",
            short: "set",
            price: (22, 34),
            step: 0,
            sizes: &[],
            tags: &["tea towel", "kitchen", "zero waste"],
            only: &["LIN", "COT", "HAL"],
            parts: &[],
            looks: &[
                (
                    "{M} Tea Towels, Set of Two",
                    "A tape loop at the middle of the long side [hangs them on any hook|keeps them off the floor].",
                ),
                (
                    "Striped {M} Tea Towels, Set of Two",
                    "Narrow stripes run along both edges, [woven in|counted thread by thread], not printed.",
                ),
            ],
            measure: &[
                "Each towel is {48..52} by {68..74:2} cm.",
                "They measure {50..54} × {70..75} cm apiece.",
            ],
            uses: &[
                "They dry glasses without [lint|streaks], wrap [warm rolls|a salad] and line the bread basket.",
                "Two towels and [a bar of soap|a wooden spoon] make a [practical|thoughtful] present for a new kitchen.",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [cut and sewn|made] in {city} for tables that [see some life|are sat at every day].",
        "This {noun} in {m} is [simple and well made|sewn with short stitches and strong thread], here in {color}.",
        "[For the long table and the small one|For everyday meals and for feasts], a(n) {noun} in {m}.",
    ],
    making: &[
        "We cut along the thread, [never across a printed line|by eye and by ruler], so the {noun} [stays square|keeps its shape] after washing.",
        "Seams are [felled flat|turned twice] and sewn at {4..5} stitches to the centimetre, and the thread on the {noun} is [cotton, not polyester|linen].",
        "One seamstress makes the {noun} [from first cut to last press|start to finish] and [puts her initials on the label|signs the label].",
        "The cloth for the {noun} is washed and dried before we cut it, [so it will not shrink later|which takes the shrinkage out].",
    ],
    closing: &[
        "Leftover strips from the {noun} become [patchwork|garden ties|lavender bags] at {w}.",
        "It is folded into [a bag of the same cloth|brown paper and string], so the {noun} arrives ready to give.",
        "An eco-friendly swap for [paper and plastic|disposables], the {noun} will be [rags|polishing cloths] only after many years.",
    ],
    care: Care(
        &[
            "Wash the {noun} at {30..40:10} degrees with similar colours and [skip the softener|use no bleach].",
            "Machine wash the {m} {short} at 40 degrees, [pull it into shape|shake it out] while damp and dry it on the line.",
            "Before the first meal, wash the {short} once at {30..40:10} degrees; {m} [drinks better afterwards|becomes more absorbent].",
        ],
        &[
            "Iron the {short} damp, or [do not iron it at all|enjoy the creases].",
            "Treat stains on {m} [soon, with gall soap|with cold water first], and keep the {short} out of [a hot dryer|the tumble dryer].",
            "The {short} may lose [a little|two percent] in length at first; {m} [relaxes again in use|settles after the second wash].",
        ],
    ),
};
