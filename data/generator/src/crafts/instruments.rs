//! Musical instruments.

use super::{Care, Craft, Material, Piece};

pub const CRAFT: Craft = Craft {
    key: "instruments",
    category: "C22",
    code: "MU",
    products: 24,
    tags: &["musical instrument", "music", "acoustic"],
    materials: &[
        Material {
            name: "cherry wood",
            code: "CHE",
            parts: &["cherry wood", "shellac"],
            tags: &["cherry wood"],
            colors: &["reddish brown"],
            price: 105,
            care: None,
            story: &[
                "Cherry gives a [warm, rounded|mellow] tone that [sits well under a voice|does not tire the ear], and reddens as the {short} ages.",
                "The cherry was split, not sawn, so the fibres run [unbroken|straight] through the {short} and [carry the sound|ring better].",
            ],
        },
        Material {
            name: "walnut",
            code: "WAL",
            parts: &["walnut", "linseed oil"],
            tags: &["walnut"],
            colors: &["dark brown"],
            price: 115,
            care: None,
            story: &[
                "Walnut sounds [dark and dry|deep with a quick decay], and its figure makes the {short} [a handsome thing on the wall|as good to look at as to hear].",
                "Our walnut has dried for [nine|seven] years, [longer than any cabinet needs|because an instrument never forgives haste].",
            ],
        },
        Material {
            name: "maple",
            code: "MAP",
            parts: &["maple", "oil varnish"],
            tags: &["maple"],
            colors: &["honey"],
            price: 110,
            care: None,
            story: &[
                "Maple is what fiddle backs are made of: [bright, clear and quick|it answers at once].",
                "The maple was felled [in January at a waning moon, as tradition asks|high up in Bosnia], and its flame [shimmers as you tilt the {short}|runs across the {short}].",
            ],
        },
        Material {
            name: "ash",
            code: "ASH",
            parts: &["ash", "beeswax"],
            tags: &["ash wood"],
            colors: &["cream"],
            price: 90,
            care: None,
            story: &[
                "Ash bends in steam [like no other wood|without complaint] and springs back, which makes the {short} [lively|loud for its size].",
                "Light ash with strong rings comes from [hedges in Shropshire|a parish wood], and gives the {short} an [open|airy] sound.",
            ],
        },
    ],
    pieces: &[
        Piece {
            noun: "kalimba",
            short: "kalimba",
            price: (58, 96),
            step: 20,
            sizes: &["10 keys", "17 keys"],
            tags: &["kalimba", "thumb piano"],
            only: &["CHE", "WAL", "MAP"],
            parts: &["spring steel"],
            looks: &[
                (
                    "{M} Kalimba with Sound Hole",
                    "Open and close the sound hole with a finger and [the note wobbles|you get a soft wah-wah].",
                ),
                (
                    "Solid {M} Kalimba",
                    "Made from a single board, [without a hollow|like its Zimbabwean ancestors], it is quiet enough for a night train.",
                ),
            ],
            measure: &[
                "It has {size} and is {14..19} cm long.",
                "With {size} in C major it weighs {280..520:20} g.",
            ],
            uses: &[
                "You can play [something pretty within minutes|lullabies from the first day], no matter [if you read music|how old you are].",
                "For [the sofa, a tent, a hospital bed|children who hum], a soft-voiced companion.",
            ],
        },
        Piece {
            noun: "frame drum",
            short: "drum",
            price: (110, 190),
            step: 20,
            sizes: &["35 cm", "42 cm", "50 cm"],
            tags: &["frame drum", "drum", "percussion"],
            only: &["ASH", "MAP", "CHE"],
            parts: &["goatskin"],
            looks: &[
                (
                    "{M} Frame Drum with Goatskin",
                    "The skin is laced behind in a star of {12..20:2} cords, [which is also the grip|to be tightened by hand].",
                ),
                (
                    "Tunable {M} Frame Drum",
                    "{6..8} hidden lugs [tune it against damp weather|keep the pitch, with a key].",
                ),
                (
                    "{M} Bendir with Snares",
                    "Two gut snares lie across the back and [buzz under the skin|rasp like a bee].",
                ),
            ],
            measure: &[
                "Its diameter is {size}, its frame {5..7} cm deep.",
                "Size {size}, weight {500..950:50} g.",
            ],
            uses: &[
                "For [drum circles|choirs|storytellers], with [the fingers|the flat hand|a soft beater], sitting or walking.",
                "One drum can [carry a song|hold a group together], and beginners [sound good on it at once|need only a pulse].",
            ],
        },
        Piece {
            noun: "wooden flute",
            short: "flute",
            price: (84, 140),
            step: 12,
            sizes: &["in D", "in G", "in A"],
            tags: &["flute", "woodwind"],
            only: &["CHE", "MAP", "WAL"],
            parts: &["cork"],
            looks: &[
                (
                    "Six-Hole Folk Flute in {M}",
                    "Six holes are undercut by hand, [so the scale is true|until octaves agree].",
                ),
                (
                    "Shepherd's Whistle Flute in {M}",
                    "It has a mouthpiece with a cedar block, [and needs no embouchure|like a recorder].",
                ),
            ],
            measure: &[
                "Tuned {size}, it is {38..58} cm long in two parts.",
                "The pitch is {size} at A 440, weight {120..220:10} g.",
            ],
            uses: &[
                "For reels, airs and [walks|mountain tops], solo or [against a drone|with a guitar].",
                "Children of eight can span the [smaller|higher] ones, adults [start anywhere|take any].",
            ],
        },
        Piece {
            noun: "rain stick",
            short: "stick",
            price: (38, 62),
            step: 25,
            sizes: &["50 cm", "80 cm"],
            tags: &["rain stick", "percussion", "calm"],
            only: &["ASH", "CHE"],
            parts: &["rice grains"],
            looks: &[
                (
                    "{M} Rain Stick with Spiral Pegs",
                    "Some {90..160:10} pegs wind down inside like a stair, [so the rain lasts {18..30} seconds|each glued by hand].",
                ),
                (
                    "Slow {M} Rain Stick",
                    "Small pebbles from [the Isar|a beach] are mixed in with the rice, for heavier drops.",
                ),
            ],
            measure: &["It is {size} long and {5..6} cm thick.", "Length {size}, weight {400..800:50} g."],
            uses: &[
                "For [music therapy and kindergartens|the end of yoga classes], and for desks where [tempers rise|work is loud].",
                "Turn it over and [a restless class goes quiet|even teenagers listen].",
            ],
        },
        Piece {
            noun: "pair of castanets",
            short: "pair",
            price: (34, 56),
            step: 0,
            sizes: &[],
            tags: &["castanets", "percussion", "dance"],
            only: &["WAL", "CHE", "MAP"],
            parts: &["cotton cord"],
            looks: &[
                (
                    "{M} Castanets, Tuned Pair",
                    "The right one is a third higher, [hembra over macho|as dancers want it].",
                ),
                (
                    "Handled {M} Castanets for Children",
                    "They sit on a handle, [easy for small fists|no finger work needed].",
                ),
            ],
            measure: &[
                "The shells are {68..76:2} mm wide.",
                "Width {66..74:2} mm, weight {80..140:10} g a pair.",
            ],
            uses: &[
                "For flamenco lessons, [school orchestras|carnival] and [kitchens with good acoustics|parades].",
                "Loud joy in a small box: [a present for grandchildren that parents will remember|they travel in a pocket].",
            ],
        },
    ],
    opening: &[
        "A(n) {noun} in {m}, [built and tuned|made] by hand in {city}.",
        "This {noun} of {m} is [a real instrument, not a souvenir|easy to begin with and hard to outgrow].",
        "[Made to be played every day|Voiced by ear and not by gauge]: a(n) {noun} in {m}.",
    ],
    making: &[
        "The {noun} is [carved|shaped] until the wood rings when tapped, [and then we stop|which takes as long as it takes].",
        "Every {noun} is played for [an hour|an evening] in the workshop, set right, and [played again|left to rest a week].",
        "Glue for the {noun} is [hide glue, so it can be opened again|animal glue, as of old], and the finish is [thin enough to breathe|rubbed on with a pad].",
        "We build the {noun} in [sixes|small series], and [one or two|a few] end up as firewood because they [look right and sound wrong|have no voice].",
    ],
    closing: &[
        "A cloth bag and [a sheet with first tunes|a tuning note] come with the {noun}, ready to be given.",
        "{w} retunes and mends the {noun}, [ten years on|whoever owns it by then].",
        "No tropical timber goes into the {noun}; {m} [from near by|from European woods] does just as well.",
    ],
    care: Care(
        &[
            "Keep the {noun} at an even [humidity|warmth], away from [radiators|car boots in summer], as {m} moves.",
            "Wipe the {noun} with a soft cloth after playing; {m} wants no [polish|sprays].",
        ],
        &[
            "A drop of [almond|linseed] oil [once a year|each winter] keeps the {m} of the {short} from drying.",
            "Put the {short} back in its bag, [dry and clean|when you have done], so {m} is safe from knocks.",
            "If the {short} buzzes, [loosen and refit the parts|let it rest a day in normal air] before you blame {m}.",
        ],
    ),
};
