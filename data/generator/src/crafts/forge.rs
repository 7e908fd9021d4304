//! Kitchen knives from the forge.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "forge",
    category: "C03",
    code: "KN",
    products: 14,
    tags: &["knife", "forged", "kitchen"],
    materials: &[
        Material {
            name: "carbon steel",
            code: "CAR",
            parts: &["carbon steel"],
            tags: &["carbon steel"],
            colors: &["grey patina"],
            price: 100,
            care: None,
            story: &[
                "The steel is plain C75 carbon steel, which takes [a keener|a finer] edge than stainless and a blue-grey patina [from the first onion|within a week of cooking].",
                "Carbon steel rusts if you neglect it and sharpens in [six strokes|a minute] if you do not; the {short} [asks for that bargain|is for cooks who like the bargain].",
            ],
        },
        Material {
            name: "damascus steel",
            code: "DAM",
            parts: &["damascus steel"],
            tags: &["damascus"],
            colors: &["patterned steel"],
            price: 175,
            care: None,
            story: &[
                "Two steels, folded to {96..192:32} layers, show as [light and dark waves|a pattern like wood grain] once the {short} has been etched.",
                "The damascus billet is welded [in our own fire|under the power hammer], and no two pieces of steel fold [alike|in the same way], so the pattern on this {short} is its own.",
            ],
        },
        Material {
            name: "recycled spring steel",
            code: "REC",
            parts: &["recycled spring steel"],
            tags: &["recycled"],
            colors: &["forge black"],
            price: 85,
            care: None,
            story: &[
                "The {short} was [a lorry's leaf spring|part of a tractor's suspension] before, good tough steel that [would have been melted down|the scrapyard sells by weight].",
                "Reusing spring steel saves [the energy of a new melt|ore and coal], and the {short} keeps a forge-black skin [above the edge|wherever it was not ground].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "chef's knife",
            short: "knife",
            price: (118, 165),
            step: 14,
            sizes: &["18 cm blade", "21 cm blade"],
            tags: &["chef's knife", "cooking"],
            only: &[],
            parts: &["walnut", "brass"],
            looks: &[
                (
                    "{M} Chef's Knife with Octagonal Handle",
                    "Eight flats on the walnut handle, behind a collar of brass, tell the hand [which way the edge points|how it lies, even when wet].",
                ),
                (
                    "Full-Tang {M} Chef's Knife",
                    "The steel runs through the whole handle and is held by {2..3} brass pins.",
                ),
            ],
            measure: &[
                "With its {size} it weighs {160..210:10} g and balances [at the first finger|just ahead of the handle].",
                "A(n) {size}, {2..3} mm thick at the spine, hardened to {59..61} HRC.",
            ],
            uses: &[
                "Onions, herbs, squash, a whole chicken: the chef's knife is the one you would [take to a desert island|keep if you could keep only one].",
                "Home cooks who [have outgrown|are tired of] supermarket knives notice the difference [at the first tomato|in the first minute].",
            ],
        },
        Piece {
            noun: "paring knife",
            short: "knife",
            price: (48, 70),
            step: 10,
            sizes: &["8 cm blade", "10 cm blade"],
            tags: &["paring knife", "cooking"],
            only: &[],
            parts: &["birch"],
            looks: &[
                (
                    "{M} Paring Knife with Birch Handle",
                    "The handle is [turned from|carved of] birch burr and fits [between thumb and two fingers|small hands too].",
                ),
                (
                    "Little {M} Bird's-Beak Knife",
                    "The blade curves downwards like a beak, [for turning potatoes and hulling strawberries|to follow the round of an apple].",
                ),
            ],
            measure: &[
                "It has a(n) {size} and is {18..21} cm long overall.",
                "With a(n) {size} and {50..70:5} g of weight, it [lives in an apron pocket|goes along on picnics].",
            ],
            uses: &[
                "Peel, core, trim: the paring knife does the fiddly work [that big blades make clumsy|held in the air, away from the board].",
                "Give it to [a student leaving home|a gardener] with a coin, as custom has it, so that it does not cut the friendship.",
            ],
        },
        Piece {
            noun: "bread knife",
            short: "knife",
            price: (96, 130),
            step: 0,
            sizes: &[],
            tags: &["bread knife", "baking"],
            only: &["CAR", "DAM"],
            parts: &["oak"],
            looks: &[(
                "{M} Bread Knife with Hand-Filed Waves",
                "All {26..34} waves are filed in by hand, wide enough to [be resharpened|saw through crust without crumbs].",
            )],
            measure: &[
                "The blade is {24..27} cm long, [ample for a two-kilo loaf|longer than any tin loaf].",
                "Its length is {37..40} cm in all, and {23..26} cm of that is edge.",
            ],
            uses: &[
                "Thick crusts, soft brioche, ripe melons: [long waves|serrated edges] glide where smooth ones would [skid|squash].",
                "A good present for [sourdough bakers|anyone who bakes], who tend to own [the oven stone but not the knife|everything else].",
            ],
        },
    ],
    opening: &[
        "A hand-forged {noun} in {m}, [made at the anvil|hammered and ground] in {city}.",
        "[Hammer marks|Traces of the hammer] are still to be seen on this {m} {noun}, [and they are meant to be|a sign of honest forging].",
        "This {noun} of {m} was [drawn out under the hammer|forged one at a time], for people who [cook often|look after their tools].",
    ],
    making: &[
        "Forged at [orange heat|about 1,000 degrees], the {short} is [left to cool in ash|normalised three times] before it sees the grinder.",
        "After quenching in [warm oil|rapeseed oil] the {short} is tempered [for two hours|twice] at {190..220:10} degrees, [hard but not brittle|so it bends before it breaks].",
        "The edge of the {short} is ground on a wet stone and [stropped on leather|finished on a leather belt] until it [shaves paper|takes the hair off an arm].",
        "From bar to finished {noun} takes [most of a day|some hours], and [four tools|hammer, file and stone] do the better part of it.",
    ],
    closing: &[
        "{w} stamps its mark into the {m}, and [repairs|refits] what it sells.",
        "The {noun} comes in [a cardboard sleeve|waxed paper] with [a rag and a little camellia oil|a card on care].",
        "Sharpening and a new handle are [always possible|a matter of a week at {w}], for forged {m} is made to be kept.",
    ],
    care: Care(
        &[
            "Wipe the {noun} dry after use and never leave {m} [wet in the sink|in the dishwasher].",
            "Clean the {noun} with a [damp|soft] cloth and dry it [at once|straight away]; {m} [does not like|will not forgive] standing water.",
        ],
        &[
            "A [drop|film] of camellia or [rapeseed|linseed] oil now and then keeps rust off the {short}.",
            "If spots of rust show on the {short}, [a cork and some scouring powder|fine steel wool] and a little oil take them away.",
            "Store the {short} dry, and [rub it with wax|oil it lightly] before a long rest.",
        ],
    ),
};
