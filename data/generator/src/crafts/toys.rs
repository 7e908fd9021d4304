//! Wooden toys.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "toys",
    category: "C18",
    code: "TY",
    products: 28,
    tags: &["wooden toy", "children", "plastic-free"],
    materials: &[
        Material {
            name: "beech",
            code: "BEE",
            parts: &["beech", "linseed oil"],
            tags: &["beech wood"],
            colors: &["natural beech"],
            price: 95,
            care: None,
            story: &[
                "Beech [does not splinter|stands up to teething, throwing and bathwater], which is why toy makers have [always|long] relied on it [for things that get dropped|for first toys].",
                "The beech comes from [the Solling|the Bieszczady hills] and is certified, [sanded until it feels like soap|with nothing on it but oil].",
            ],
        },
        Material {
            name: "limewood",
            code: "LIM",
            parts: &["limewood", "beeswax"],
            tags: &["limewood"],
            colors: &["creamy white"],
            price: 100,
            care: None,
            story: &[
                "Limewood is soft, [light and nearly white|a carver's dream], and small hands [lift the {short} easily|find the {short} warm].",
                "Carvers in [Val Gardena|the Ore Mountains] have used lime for toys for [three|four] hundred years, and the {short} [carries on from there|shows why].",
            ],
        },
        Material {
            name: "maple and walnut",
            code: "MAW",
            parts: &["maple", "walnut", "linseed oil"],
            tags: &["maple", "walnut"],
            colors: &["light and dark"],
            price: 125,
            care: None,
            story: &[
                "Light maple and dark walnut do the work of paint on the {short}, so [nothing can flake|there is no colour to lick off].",
                "Both woods are [furniture offcuts|left over from chairs], and the contrast [helps small eyes|pleases grown-ups too].",
            ],
        },
        Material {
            name: "coloured birch",
            code: "BIR",
            parts: &["birch", "water-based paint"],
            tags: &["colourful", "birch"],
            colors: &["rainbow colours", "soft pastels"],
            price: 105,
            care: None,
            story: &[
                "Birch is stained in {color} with water-based paints that [meet the toy safety standard EN 71-3|are safe when chewed], thin enough to show the grain.",
                "Finnish birch is [tough and even|hard to dent], and the {color} [goes on with a sponge|is brushed on in two coats], so no {short} is quite the same tone.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "set of building blocks",
            short: "set",
            price: (34, 58),
            step: 60,
            sizes: &["24 pieces", "48 pieces"],
            tags: &["blocks", "building", "1 year and up"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Building Blocks in {M}",
                    "All edges are multiples of {3..4} cm, [so towers come out level|and two halves make a whole].",
                ),
                (
                    "Castle Blocks in {M}",
                    "Arches, [columns|pointed roofs] and a drawbridge with cord come with the cubes.",
                ),
            ],
            measure: &[
                "The set has {size} in a cotton sack.",
                "It counts {size}, the longest {16..20:2} cm.",
            ],
            uses: &[
                "From the first tumbling tower to [cathedrals|car parks] at seven, blocks [grow with the child|are never finished].",
                "A first-birthday present that [grandparents can agree on|will be there for the grandchildren].",
            ],
        },
        Piece {
            noun: "pull-along toy",
            short: "toy",
            price: (26, 40),
            step: 0,
            sizes: &[],
            tags: &["pull toy", "toddler", "1 year and up"],
            only: &[],
            parts: &["cotton cord"],
            looks: &[
                (
                    "Pull-Along Duck in {M}",
                    "The duck waddles because its axles are set [off centre|a finger's breadth askew], and its leather feet slap.",
                ),
                (
                    "Pull-Along Dachshund in {M}",
                    "Three body parts on a cord let the dachshund [bend round chair legs|wag behind].",
                ),
                ("Pull-Along Snail in {M}", "The shell turns as it goes, with a [bell|wooden ball] inside."),
            ],
            measure: &[
                "It is {16..22} cm long; the cord measures {50..60:5} cm with a bead at the end.",
                "Length {17..23} cm, wheels of {45..60:5} mm.",
            ],
            uses: &[
                "For new walkers who [need a companion|want to take someone along], [on parquet and on gravel|from room to room].",
                "It [clatters pleasantly|talks back], falls over and [gets up again|is pulled on regardless].",
            ],
        },
        Piece {
            noun: "toy vehicle",
            short: "vehicle",
            price: (20, 34),
            step: 0,
            sizes: &[],
            tags: &["vehicle", "car", "2 years and up"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Tractor with Trailer in {M}",
                    "The trailer tips and [loads {4..6} logs|hooks on with a peg].",
                ),
                (
                    "Racing Car in {M}",
                    "A driver's head, [turned with the body|one peg], looks out of the cockpit.",
                ),
                ("Fire Engine with Ladder in {M}", "The ladder turns and pulls out to {18..24:2} cm."),
            ],
            measure: &[
                "It is {14..20} cm long with wheels on beech axles.",
                "Length {15..22} cm, weight {180..340:20} g.",
            ],
            uses: &[
                "Made for [carpets, sandpits and stair landings|hard braking], from two years on.",
                "No battery, no sound: [children add both|the noise is provided by the driver].",
            ],
        },
        Piece {
            noun: "set of animals",
            short: "set",
            price: (32, 52),
            step: 0,
            sizes: &[],
            tags: &["animals", "pretend play", "3 years and up"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Farm Animals in {M}",
                    "Cow, pig, sheep, goat, [goose|hen] and a dog stand firmly on flat feet.",
                ),
                (
                    "Forest Animals in {M}",
                    "A bear, a fox, a stag, a badger and [two squirrels|an owl] belong to it.",
                ),
                (
                    "Noah's Ark Animals in {M}",
                    "{5..8} pairs and one dove [come in a bag|fit into any shoebox ark].",
                ),
            ],
            measure: &[
                "The tallest is {9..12} cm, the smallest {4..5} cm.",
                "They are {18..22} mm thick and {5..11} cm high.",
            ],
            uses: &[
                "They live [on shelves, in moss, under sofas|in farms made of blocks], and [tell stories|hold parliaments].",
                "For nurseries, [Waldorf kindergartens|waiting rooms] and children who [line things up|know every name].",
            ],
        },
        Piece {
            noun: "puzzle",
            short: "puzzle",
            price: (22, 36),
            step: 0,
            sizes: &[],
            tags: &["puzzle", "learning", "3 years and up"],
            only: &[],
            parts: &[],
            looks: &[
                (
                    "Layered Tree Puzzle in {M}",
                    "It shows a tree in {4..5} layers, [one for each season|roots first].",
                ),
                (
                    "Nesting Hedgehog Puzzle in {M}",
                    "{4..6} hedgehogs sit inside each other, [the last no longer than a thumb|and each is a handle for the next].",
                ),
                (
                    "Counting Puzzle One to Ten in {M}",
                    "Each number has [as many holes as it counts|pegs to match], so fingers learn too.",
                ),
            ],
            measure: &[
                "It measures {20..28:2} × {16..22:2} cm.",
                "Size {18..26:2} by {18..22:2} cm, thickness {15..20} mm.",
            ],
            uses: &[
                "Quiet work for [rainy afternoons|Sunday mornings], and [satisfying to slam shut|pretty on a shelf afterwards].",
                "Sorting, [matching|turning], trying again: a puzzle [trains patience|teaches hands], parents' included.",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [sawn, sanded and oiled|made] in {city} for children who [play hard|put things in their mouths].",
        "This wooden {noun} is made of {m}, [simple enough to leave room for ideas|rounded on every edge].",
        "[Made to be dropped, lent and inherited|A toy for this child and the next]: a(n) {noun} in {m}.",
    ],
    making: &[
        "The {noun} is cut with a [fret|band] saw and sanded [by hand|in three rounds], since [a child's lip finds every burr|edges matter most].",
        "No part of the {noun} is [small enough to swallow|nailed or stapled]; joints are pegged and [glued with solvent-free glue|tested with a good pull].",
        "We test each {noun} on [our own children|the neighbours' children], [a merciless panel|who are paid in apples].",
        "The finish on the {noun} is [saliva-proof|food-safe] and [dries for a week|cures for ten days] before it may be sold.",
    ],
    closing: &[
        "{w} sends [spare wheels and lost pieces|any missing part of the {short}] for [the asking|years afterwards].",
        "The {noun} comes in [a cotton bag|a box you can draw on], without any plastic, as [a birthday or Christmas|a christening] present.",
        "Sawdust from making the {noun} [heats the workshop|beds the rabbits] in {city}.",
    ],
    care: Care(
        &[
            "Wipe the {noun} with a damp cloth and [a little|mild] soap, and do not leave {m} in water.",
            "Clean the {noun} with [vinegar water|a damp cloth] now and then and let {m} dry [in the air|before it goes back in the box].",
        ],
        &[
            "Rub the {short} with [linseed oil|beeswax] when {m} feels [dry|rough].",
            "A dent in the {short} [swells out|disappears] with [a wet cloth and a warm iron|a drop of hot water], and {m} may be sanded.",
            "Check the {short} for [loose parts|damage] [from time to time|before passing it on]; {m} can be [repaired|glued] almost always.",
        ],
    ),
};
