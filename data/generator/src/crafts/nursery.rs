//! Rag dolls, soft animals and things for babies.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "nursery",
    category: "C19",
    code: "NU",
    products: 26,
    tags: &["baby", "nursery", "gift"],
    materials: &[
        Material {
            name: "organic cotton",
            code: "ORG",
            parts: &["organic cotton"],
            tags: &["organic cotton"],
            colors: &["cream", "soft rose", "sage"],
            price: 100,
            care: None,
            story: &[
                "The organic cotton is [certified from field to seam|dyed without heavy metals] and comes in {color}, [washed before sewing|soft enough for the newly born].",
                "Jersey of organic cotton [stretches and springs back|has a little give], and the {short} in {color} [stands a hundred washes|can go through a great deal].",
            ],
        },
        Material {
            name: "washed linen",
            code: "LIN",
            parts: &["linen"],
            tags: &["linen"],
            colors: &["oat", "dusty blue", "nutmeg"],
            price: 110,
            care: None,
            story: &[
                "Linen keeps babies [cool in summer|from sweating], dries quickly, and in {color} [hides the odd stain|looks calm beside bright toys].",
                "The linen was [a tablecloth maker's remnant|woven in the Baltics], washed until [limp|all stiffness was gone].",
            ],
        },
        Material {
            name: "cotton muslin",
            code: "MUS",
            parts: &["cotton"],
            tags: &["muslin"],
            colors: &["white", "mustard", "sky"],
            price: 88,
            care: None,
            story: &[
                "Double muslin is two gauzes held together at tiny points, [airy and crinkled|full of air], and grows [softer|fluffier] in the wash.",
                "In {color}, the muslin is printed with nothing at all, [so it matches whatever is about|and dyed in one bath].",
            ],
        },
        Material {
            name: "merino jersey",
            code: "MER",
            parts: &["merino wool"],
            tags: &["merino", "wool"],
            colors: &["natural", "cinnamon"],
            price: 135,
            care: None,
            story: &[
                "Fine merino jersey [warms and cools as needed|takes up damp without feeling wet], and it [hardly ever smells|can be aired instead of washed].",
                "The merino is knitted [in a family mill in the Jura|in Thuringia], mulesing-free, and in {color} [it stays plain on purpose|looks like oat milk or toast].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "rag doll",
            short: "doll",
            price: (46, 72),
            step: 20,
            sizes: &["28 cm", "38 cm"],
            tags: &["rag doll", "doll", "toy"],
            only: &["ORG", "LIN"],
            parts: &["wool filling"],
            looks: &[
                (
                    "Rag Doll with Plaits, {M}",
                    "The plaits are of wool yarn [and can be undone and redone|sewn in strand by strand].",
                ),
                (
                    "Rag Doll with Dungarees, {M}",
                    "Dungarees and [a striped shirt|small boots] come off, with buttons for practising.",
                ),
                (
                    "Rag Doll with Freckles, {M}",
                    "{7..15} freckles, two eyes and a small mouth are embroidered, [so the face leaves room for moods|and nothing can come loose].",
                ),
            ],
            measure: &[
                "The doll is {size} tall and filled with sheep's wool.",
                "{size} from head to toe, it weighs {150..320:10} g.",
            ],
            uses: &[
                "She goes [to kindergarten in a rucksack|to the doctor's], under the table and [into the bath only by mistake|everywhere else].",
                "A first doll for [boys and girls|christenings and second birthdays], [named within the hour|easy to love].",
            ],
        },
        Piece {
            noun: "soft animal",
            short: "animal",
            price: (28, 44),
            step: 0,
            sizes: &[],
            tags: &["soft toy", "cuddly"],
            only: &["ORG", "LIN", "MER"],
            parts: &["wool filling"],
            looks: &[
                ("Cuddly Hare, {M}", "Its ears are long enough to [suck on|be tied in a knot]."),
                ("Cuddly Bear, {M}", "The bear's arms are jointed with thread, so he [sits|waves]."),
                (
                    "Cuddly Whale, {M}",
                    "A whale with a smile of {9..14} stitches and a [spotted|lined] belly.",
                ),
            ],
            measure: &[
                "It is {20..30:2} cm long, stuffed with washed wool.",
                "Size {18..28:2} cm, just right for the crook of an arm.",
            ],
            uses: &[
                "For falling asleep, [for being brave at the dentist|for long car journeys], and for [the drawer of treasures|company] later.",
                "Suitable from birth, since [eyes and nose are embroidered|there are no buttons on it].",
            ],
        },
        Piece {
            noun: "baby blanket",
            short: "blanket",
            price: (44, 68),
            step: 18,
            sizes: &["75 × 90 cm", "90 × 110 cm"],
            tags: &["baby blanket", "newborn"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Baby Blanket with Picot Edge, {M}",
                    "A picot edge is crocheted all the way round, [some {180..260:20} points|by a retired teacher].",
                ),
                (
                    "Pram Blanket with Ties, {M}",
                    "Ties at the corners [fasten it to the pram|keep it where it belongs].",
                ),
            ],
            measure: &[
                "It measures {size} and fits cot and pram.",
                "At {size} it weighs only {160..280:20} g.",
            ],
            uses: &[
                "For swaddling, [feeding|shade over the pram], a floor to lie on, and [a cape at five|a den later].",
                "The classic present for a newborn, [with a name and date embroidered if you wish|kept long after].",
            ],
        },
        Piece {
            noun: "set of bibs",
            short: "set",
            price: (20, 30),
            step: 0,
            sizes: &["2 bibs", "4 bibs"],
            tags: &["bib", "mealtime"],
            only: &["ORG", "LIN", "MUS"],
            parts: &[],
            looks: &[
                (
                    "Bibs with Wooden Snap, {M}",
                    "A snap of beech [opens with one hand|lets them grow by two sizes].",
                ),
                ("Bandana Bibs, {M}", "Cut like a bandana, they [catch dribble in a point|look dashing]."),
            ],
            measure: &["The set has {size}, each {20..24} cm wide.", "You get {size}, lined with terry."],
            uses: &[
                "For teething months, [first carrots|porridge] and the photograph that [will be shown at the wedding|everyone keeps].",
                "Bibs are never [too many|all clean at once], so they make a welcome small present [at a baby shower|with a wooden spoon].",
            ],
        },
        Piece {
            noun: "baby bonnet",
            short: "bonnet",
            price: (22, 34),
            step: 0,
            sizes: &["0–3 months", "3–6 months", "6–12 months"],
            tags: &["bonnet", "baby clothes"],
            only: &["ORG", "LIN", "MER", "MUS"],
            parts: &[],
            looks: &[
                (
                    "Pixie Bonnet, {M}",
                    "It comes to a little point behind, [like a gnome's|which fits under hoods].",
                ),
                (
                    "Brimmed Baby Bonnet, {M}",
                    "The brim, {4..5} cm wide, [folds back|shades the eyes], and the ties are as soft as tape.",
                ),
            ],
            measure: &[
                "This one is cut for {size}; a measure for the head is in the parcel.",
                "Sized for {size}, with ties of {22..28:2} cm.",
            ],
            uses: &[
                "For [sun on the allotment|wind by the sea|the way home from the hospital], and for photographs.",
                "It stays on, [which is saying something|even in slings], because it is [cut round the ears|tied under the chin].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, sewn in {city} for [small people with big feelings|the first years].",
        "This {noun} is made of {m} [and finished inside as neatly as outside|with flat seams and soft edges].",
        "[Gentle, washable and made to be loved|Made for cots, prams and small arms]: a(n) {noun} in {m}, here in {color}.",
    ],
    making: &[
        "Each {noun} is cut and sewn by [one seamstress|one person], who [sews her initial inside|checks every seam by pulling].",
        "Seams on the {noun} are [sewn twice|double-stitched], because [love is hard on things|children have stronger hands than one thinks].",
        "The trimmings and faces we do by hand, [in the evening|with short threads], so every {noun} [has a look of its own|turns out slightly different].",
        "Nothing on the {noun} is glued, and everything is [tested for small mouths|washed once before it leaves].",
    ],
    closing: &[
        "{w} patches and refills a well-loved {short}, [no questions asked|however it looks].",
        "The {noun} comes in [a cotton bag that can hold spare socks|tissue and a paper band], ready to be given.",
        "Scraps from the {noun} are [sewn into bunting|pieced into doll's quilts], so little {m} is wasted.",
    ],
    care: Care(
        &[
            "Wash the {noun} at 30 degrees on a gentle cycle, [in a pillowcase|with mild detergent].",
            "Hand wash the {m} {short} in lukewarm water [if there is time|when needed] and press it out [in a towel|without wringing].",
        ],
        &[
            "Dry the {short} [flat|on the line] and not in the tumbler, so {m} [keeps its form|stays soft].",
            "Pull the {short} into shape [while damp|before drying]; {m} may be ironed [lightly|on low] from the wrong side.",
            "Check the seams of the {short} [before handing it on|now and then]; {m} is easily [mended|darned].",
        ],
    ),
};
