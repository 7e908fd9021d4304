//! Bird houses and other lodgings for wild guests.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "birdhouses",
    category: "C20",
    code: "BH",
    products: 14,
    tags: &["garden", "wildlife", "wooden"],
    materials: &[
        Material {
            name: "larch",
            code: "LAR",
            parts: &["larch"],
            tags: &["larch"],
            colors: &["reddish, greying"],
            price: 105,
            care: None,
            story: &[
                "Larch is so full of resin that it [needs no paint|stands thirty years of rain], and it turns [silver grey|grey] by its second winter.",
                "The larch boards come from [a mountain sawmill in Carinthia|above a thousand metres], rough-sawn, [so claws find a hold|and left that way inside the {short}].",
            ],
        },
        Material {
            name: "reclaimed oak",
            code: "OAK",
            parts: &["reclaimed oak"],
            tags: &["upcycled", "oak"],
            colors: &["weathered brown"],
            price: 115,
            care: None,
            story: &[
                "The oak was [barrel staves|fence posts|floorboards of a mill], and you can [still read a stencil on some|see nail holes here and there].",
                "Old oak has done [all its warping|its moving], so the {short} stays tight [without a drop of preservative|for decades].",
            ],
        },
        Material {
            name: "red cedar",
            code: "CED",
            parts: &["western red cedar"],
            tags: &["cedar"],
            colors: &["rusty red"],
            price: 110,
            care: None,
            story: &[
                "Cedar is light, [smells of pencils|fragrant], and keeps off [rot and mites|insects] by itself.",
                "Our cedar is [offcuts from a boat builder|left over from greenhouse making], knot-free and [easy on the hammer|straight].",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "nesting box",
            short: "box",
            price: (28, 44),
            step: 0,
            sizes: &["28 mm hole", "32 mm hole"],
            tags: &["bird house", "nesting box"],
            only: &[],
            parts: &[],
            looks: &[
                ("{M} Bird House for Tits", "The front swings open on two nails for the autumn cleaning."),
                (
                    "{M} Nesting Box with Sloping Roof",
                    "The roof juts out {5..7} cm, [against rain and cats' paws|so the hole stays dry].",
                ),
            ],
            measure: &[
                "With a(n) {size} it stands {24..30} cm high.",
                "Inner floor {12..14} cm square, {size}.",
            ],
            uses: &[
                "Hung by February at [two|three] metres, facing [east|south-east], it is often taken [the same spring|at once].",
                "Blue tits, great tits and [tree sparrows|nuthatches] raise their broods in it and [clear your roses of greenfly|eat caterpillars in return].",
            ],
        },
        Piece {
            noun: "bird feeder",
            short: "feeder",
            price: (32, 54),
            step: 0,
            sizes: &[],
            tags: &["bird feeder", "winter"],
            only: &[],
            parts: &["glass"],
            looks: &[
                (
                    "{M} Bird Feeder with Glass Sides",
                    "Two panes show when the seed runs low, [and squirrels can only look|and lift out for cleaning].",
                ),
                (
                    "{M} Feeding Table with Shingle Roof",
                    "The roof carries {40..80:4} tiny shingles, split [one by one|with a knife], and a pane of glass keeps the wind out.",
                ),
            ],
            measure: &[
                "It holds {600..1200:100} g of seed.",
                "Size {22..28} × {18..22} cm, height {24..30} cm.",
            ],
            uses: &[
                "Put it where you can see it from [the breakfast table|an armchair], for [grandparents and small naturalists|winters that drag on].",
                "Sunflower hearts, [oats|peanuts], half an apple: [finches|robins] come first, [woodpeckers later|then everyone].",
            ],
        },
        Piece {
            noun: "insect hotel",
            short: "hotel",
            price: (34, 52),
            step: 0,
            sizes: &[],
            tags: &["insect hotel", "bees"],
            only: &[],
            parts: &["reed", "clay"],
            looks: &[
                (
                    "{M} Bee Hotel with Reed Tubes",
                    "Around {70..140:10} reed stems, cut clean and closed with clay at the back, are what mason bees look for.",
                ),
                (
                    "{M} Insect Hotel with Four Rooms",
                    "Clay, reed, drilled hardwood and [pine cones|straw] each get a room.",
                ),
            ],
            measure: &[
                "It is {22..30:2} cm wide and {28..36:2} cm high.",
                "Size {24..30:2} × {28..34:2} cm, {10..12} cm deep.",
            ],
            uses: &[
                "Solitary bees [do not sting|are gentle] and pollinate [apples and pears|the whole street], so it can hang by the terrace.",
                "A present for [schools|allotment neighbours|children with magnifying glasses], put up in full sun.",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, built by hand in {city}.",
        "This {noun} is made of {m}, [untreated and screwed, not stapled|to measures ornithologists recommend].",
        "[For gardens, balconies and school yards|Good for nature and for watching it]: a(n) {noun} of {m}.",
    ],
    making: &[
        "Walls of the {noun} are {18..22} mm thick, [for warmth in May frosts|as thin walls overheat], and joined with stainless screws.",
        "We leave the {noun} [unpainted|without varnish or glue], because [birds and bees can smell it|animals have noses].",
        "The {noun} is cut in batches of {8..16:2} and put together [on a bench by the window|one at a time], roof last.",
    ],
    closing: &[
        "{w} gives a tenth of the price of the {noun} to [a bird reserve|the local wildlife trust].",
        "A hanger and a note on [where to put it|siting] come with the {noun}, and the box may [be composted|light the stove].",
        "The {noun} is a present for people [with trees|who have everything but blue tits], and wraps easily.",
    ],
    care: Care(
        &[
            "Before any cleaning make sure nobody is at home in the {noun}; then a [dry brush|stiff brush] will do for {m}.",
            "Brush the outside of the {noun} [once a year|before winter] and let {m} dry [well|in the air]; use no detergents.",
        ],
        &[
            "Do not paint the {short}; {m} [greys to a protective skin|looks after itself].",
            "Check the hanger of the {short} [after storms|each spring]; {m} [outlasts|will outlive] most wire.",
            "Replace worn parts of the {short}: {m} [can be unscrewed|is screwed, so that is easy].",
        ],
    ),
};
