//! Hooks, pokers and openers from the forge.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "ironwork",
    category: "C03",
    code: "IW",
    products: 11,
    tags: &["forged", "ironwork", "blacksmith"],
    materials: &[
        Material {
            name: "mild steel",
            code: "MIL",
            parts: &["mild steel", "beeswax"],
            tags: &["steel"],
            colors: &["waxed black"],
            price: 95,
            care: None,
            story: &[
                "Mild steel bar, [square and round|from a mill that melts scrap], moves under the hammer like [stiff clay|cold butter] once it glows, and the {short} keeps every blow.",
                "The black of the {short} is [fire scale under beeswax|the forge's own skin, waxed hot], no paint and nothing that could [flake|peel].",
            ],
        },
        Material {
            name: "reclaimed iron",
            code: "IRO",
            parts: &["reclaimed wrought iron", "linseed oil"],
            tags: &["recycled", "upcycled"],
            colors: &["oiled grey"],
            price: 110,
            care: None,
            story: &[
                "The iron was [a cemetery railing|the tyre of a cart wheel|a farm gate] before, wrought iron of a kind that [has not been made since the seventies|no mill makes today].",
                "Old wrought iron has a grain like wood, and it shows [as fine lines|in the rubbed places] on the {short}.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "bottle opener",
            short: "opener",
            price: (16, 26),
            step: 0,
            sizes: &[],
            tags: &["bottle opener", "gift for him"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Forged {M} Bottle Opener with Twisted Stem",
                    "The stem is twisted [three times while yellow-hot|in one heat], which takes [nerve|ten seconds] and cannot be undone.",
                ),
                (
                    "{M} Bottle Opener with Ram's Horn",
                    "One end is drawn out and curled into a ram's horn, [the first thing an apprentice learns|a smith's signature since ever].",
                ),
            ],
            measure: &[
                "It is {12..15} cm long and weighs {90..140:10} g.",
                "Length {13..16} cm, thickness {7..9} mm.",
            ],
            uses: &[
                "Hang it [by the fridge|on a nail in the shed|near the barbecue], where it [opens bottles|does its one job] for the next hundred years.",
                "For [best men, brothers and brewers|a beer lover], it is [heavier than expected|a present with some weight to it] and costs less than a round.",
            ],
        },
        Piece {
            noun: "fire poker",
            short: "poker",
            price: (44, 66),
            step: 12,
            sizes: &["60 cm", "75 cm"],
            tags: &["fireplace", "hearth"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "{M} Fire Poker with Shepherd's Crook",
                    "The crook hangs over [any hook|the edge of the log basket] and was bent in a single heat.",
                ),
                (
                    "{M} Stove Poker with Leaf Handle",
                    "A leaf with {5..9} chiselled veins closes the handle, [so it does not turn in the hand|pleasant to hold].",
                ),
            ],
            measure: &[
                "It is {size} long, so your hand stays well out of the heat.",
                "Made from {12..14} mm bar, it measures {size}.",
            ],
            uses: &[
                "It rakes embers, turns logs and [lifts the lid of a Dutch oven|opens a hot stove door].",
                "Cosy evenings [by the stove|at the open fire] go better with a poker you [like to pick up|can trust].",
            ],
        },
        Piece {
            noun: "wall hook",
            short: "hook",
            price: (14, 22),
            step: 0,
            sizes: &[],
            tags: &["wall hook", "hallway"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Hand-Forged {M} Wall Hook",
                    "The tip is rolled back on itself, [kind to coat loops|so nothing tears].",
                ),
                (
                    "{M} Leaf Hook for Aprons and Coats",
                    "Its leaf is veined with [a blunt chisel|five blows of a chisel] and no two come out the same.",
                ),
            ],
            measure: &[
                "It stands {4..6} cm off the wall and is {10..12} cm high.",
                "Height {9..12} cm; it carries {8..15} kg when screwed into sound wood.",
            ],
            uses: &[
                "Hang [aprons, pans or braids of garlic|the dog's lead and your winter coat|a row of cups] from it.",
                "One by the door is useful, [a row of five|four along a beam] is [a wardrobe|all the hallway needs].",
            ],
        },
    ],
    opening: &[
        "A hand-forged {noun} in {m}, [made at the anvil|hammered] in {city}.",
        "[Hammer marks|Traces of the hammer] are still to be seen on this {noun} of {m}, [and they are meant to be|a sign of honest forging].",
        "This {noun} in {m} was [drawn out under the hammer|forged one at a time], for people who like [things with weight|plain things that last].",
    ],
    making: &[
        "Forged at [orange heat|about 1,000 degrees], the {short} is [left to cool in ash|brushed with a wire brush] and never sees a [grinder|spray can].",
        "The {short} leaves the forge [rubbed with beeswax while still hot|with a coat of hot linseed oil], the old way of keeping off rust.",
        "From bar to finished {noun} takes [seven|five|six] heats, and [hammer, punch and vice|four tools] do all of the work.",
    ],
    closing: &[
        "{w} stamps its mark into the {noun}, [small and near the end|where only you will look].",
        "The {noun} comes in [a cardboard sleeve|brown paper] with [forged nails or screws as needed|a card on its making], fit to be given.",
        "Bent or broken, the {noun} can [be set right at {w} in one heat|always be forged again].",
    ],
    care: Care(
        &[
            "Wipe the {noun} with a dry cloth; [indoors|in dry rooms] {m} asks for little more.",
            "Dust the {noun} [now and then|when you think of it] and keep {m} [out of the wet|dry].",
        ],
        &[
            "Should rust show on the {short}, rub it with [steel wool|a scouring pad] and [oil|wax].",
            "A little [beeswax|linseed oil] [once a year|before winter] keeps the {short} black.",
            "Outdoors the {short} wants [waxing each autumn|a coat of oil twice a year], as {m} will rust in rain.",
        ],
    ),
};
