//! Books, desks, prints, toys, dolls, gardens, animals and music: what people say about those.

use super::Voice;

pub const VOICES: &[Voice] = &[
    Voice {
        craft: "bookbinding",
        praise: &[
            "The paper is [thick|smooth] and [creamy|a joy], and [fountain pen ink|watercolour] does not [bleed|show] through.",
            "It is [cut|folded] so [cleanly|precisely] that one hardly dares to [begin|use it].",
            "The {m} is [lovelier|richer] than in the pictures, and [each|every] one is different.",
            "You [feel|see] at once that this was [made|folded] by hand: nothing is [glued crooked|out of true].",
            "It [smells|feels] like a [real|good old] stationer's.",
        ],
        later: &[
            "[{3..9} months|Half a year] in my bag have [rounded|softened] the corners and done [no other|no] harm.",
            "I [bought|took] one to try and have [reordered|come back for more] [twice|since].",
        ],
        quibble: &[
            "The corners were [slightly|a little] [bumped|bent] on arrival.",
            "The pattern is [different from|not the one in] the picture, as it [says|may be], but I had [hoped|wished] for that one.",
            "The paper is [a touch|slightly] too [yellow|rough] for my [pens|taste].",
        ],
        fault: &[
            "The glue [let go|gave out] [in the second week|after a few uses], and there were [loose sheets|pieces] everywhere.",
            "The {m} [rubbed off|stained] on [my fingers|everything it touched], and the edges [frayed|split] [at once|soon].",
            "It was [damp|wavy] when it came, and has [dried|stayed] [crooked|in waves].",
        ],
        pieces: &[
            (
                "journal",
                &[
                    "It opens [flat|completely flat] at [any page|every page], and the thread [holds|has not slackened].",
                ],
            ),
            (
                "photo album",
                &[
                    "[A hundred|All our summer] pictures are in it, and the spine [does not bulge|closes as before].",
                ],
            ),
            (
                "sketchbook",
                &["It takes [ink and wash|charcoal], and [stays|lies] open on the knee [outdoors|in wind]."],
            ),
            (
                "set of greeting cards",
                &["They are almost too [good|pretty] to send, and the envelopes [match|are lined]."],
            ),
        ],
    },
    Voice {
        craft: "desk",
        praise: &[
            "The {m} is [beautifully|evenly] grained, and the joints are so [tight|fine] that I [looked for|cannot find] them.",
            "It [tidies|calms] the whole desk [by itself|at a glance], [oddly enough|and me with it].",
            "The underside has [felt|cork] so that nothing [scratches|slides].",
            "[Simple|Plain] as it is, [everyone|each visitor] [picks it up|asks about it].",
            "It is [heavy|solid] enough not to [move|tip] when I [reach for it|am in a hurry].",
        ],
        later: &[
            "[{3..10} months|A year] at [my|a busy] desk and [no ink stain|nothing] has stayed on the {m}.",
            "It has [darkened|mellowed] [where the sun falls|a little], which [suits|becomes] it.",
        ],
        quibble: &[
            "It is [smaller|lower] than I had thought; [measure first|read the measures].",
            "There is [a rough spot|some glue] [inside|in a corner], where only [I know|a finger finds it].",
            "The {m} is [lighter|redder] than [my desk|in the picture].",
        ],
        fault: &[
            "A joint [opened|came apart] in the [first dry week|second month], and glue [alone|from the shop] will not do.",
            "It [wobbles|tips over] as soon as [anything|something] is in it, which [defeats|is] the purpose.",
            "The finish is [sticky|tacky] and has been so for [a month|weeks], with [paper|everything] clinging to it.",
        ],
        pieces: &[
            ("fountain pen rest", &["My pens [lie still|no longer roll] and [stay|are] to hand."]),
            (
                "letter tray",
                &[
                    "[Two months|A term] of papers lie in it, and the sheets [slide|come] out without catching.",
                ],
            ),
            ("pencil cup", &["[Twenty|A dozen] pencils and the scissors, and it does not [tip|fall] over."]),
            ("phone stand", &["The phone stands at [the right angle|eye height], cable and [case|all]."]),
        ],
    },
    Voice {
        craft: "prints",
        praise: &[
            "You can [feel|see] the ink [sitting on|pressed into] the {m}, which no [poster|digital print] has.",
            "The [lines|cuts] are [alive|bold] and the [edges|blacks] [deep|crisp].",
            "It is [signed and numbered|numbered in pencil], with a [sheet|note] about [the block|how it was cut].",
            "The picture [changes|grows] with the [light|distance], and we [moved a lamp|cleared a wall] for it.",
            "The {m} is [heavy|lovely] and the [margin|white] around the image [generous|right].",
        ],
        later: &[
            "It has hung [opposite|above] [my desk|the table] for [{3..10} months|a year], and I [am not tired of it|still stop].",
            "The ink has not [faded|changed], although it [gets|has] [morning sun|a bright wall].",
        ],
        quibble: &[
            "The [tube|roll] left a [curl|bend] that took [a week|some days] under books.",
            "The image is [smaller|darker] than I had [thought|expected] from the picture.",
            "It does not fit a [standard|shop-bought] frame, so [add|count] the framer's bill.",
        ],
        fault: &[
            "A [crease|fold] runs [right through|across] the image, because {w} [posted it flat|used a thin envelope].",
            "The ink [smudged|came off] on [my hand|the glass], weeks after [printing|it came].",
            "Mine is [pale|patchy]: the [end of the edition|last pull], I suppose, at the price of the [first|best].",
        ],
        pieces: &[
            (
                "woodcut print",
                &[
                    "The grain of the [block|wood] shows in the [sky|large areas], and that is the [best|finest] part.",
                ],
            ),
            (
                "linocut print",
                &["The colours [overlap|meet] exactly, and you [see|sense] the [knife|hand] behind it."],
            ),
            (
                "miniature print",
                &[
                    "It is [tiny|small] and yet [everything|a whole world] is in it, and it [props|stands] on a shelf.",
                ],
            ),
        ],
    },
    Voice {
        craft: "toys",
        praise: &[
            "[Every edge|Each corner] is round, the {m} is [smooth|silky], and there is [no varnish|nothing] to [chew off|worry about].",
            "Our [two-year-old|daughter|grandson] has [not put it down|slept with it] since [his birthday|Sunday].",
            "It is [sturdy|solid] enough to be [thrown|dropped] [down the stairs|off the balcony], [as we now know|tested].",
            "It makes [no noise|no music] and needs no batteries, and [still wins|is loved all the more].",
            "[Grown-ups|Visitors] play with it too, [when they think|as soon as] nobody is looking.",
        ],
        later: &[
            "[{4..11} months|A year] of [teething|hard play] have left [dents|tooth marks] and no [splinter|crack].",
            "It has [survived|been handed on to] [a second child|the little brother] and looks [none the worse|better for it].",
        ],
        quibble: &[
            "It is [smaller|lighter] than I had expected for [the price|a present].",
            "One [piece|part] was [rougher|less sanded] than the others; [sandpaper|two minutes] helped.",
            "It [smelled|smells] of oil [at first|for some days], harmless as that is.",
        ],
        fault: &[
            "A [part|piece] [came off|broke] [on the first day|within an hour], small enough to be [swallowed|dangerous].",
            "The [surface|finish] came off [in my daughter's mouth|on wet fingers], and that is [not|anything but] what was promised.",
            "There was a [splinter|sharp edge] in it, and [our son|a one-year-old] found it [first|before I did].",
        ],
        pieces: &[
            (
                "set of building blocks",
                &[
                    "The blocks are [cut so exactly|so even] that towers [stand|grow] [taller than the builder|to the table top].",
                ],
            ),
            (
                "pull-along toy",
                &[
                    "It follows [our son|her] [everywhere|round every corner], and hardly ever [tips|falls over].",
                ],
            ),
            (
                "toy vehicle",
                &[
                    "The wheels [run|turn] [for ever|true], on [carpet|floorboards] too, and [do not squeak|stay on].",
                ],
            ),
            ("set of animals", &["They [stand up|balance] by themselves, and each has a [name|bed] by now."]),
            (
                "puzzle",
                &[
                    "The pieces [fit|sit] without [jamming|force], and she can do it [alone|with her eyes shut] after a week.",
                ],
            ),
        ],
    },
    Voice {
        craft: "nursery",
        praise: &[
            "The {m} is [wonderfully|unbelievably] soft and [has no smell|smells of nothing], and the seams are [flat|hidden].",
            "It was [washed|in the machine] [before|on] the first day and came out [as it went in|perfect].",
            "[No|There is no] plastic, [no|nor any] button that could come off, just [thread and cloth|good sewing].",
            "The colours are [gentle|calm] and [for once|at last] not the usual pink or blue.",
            "You can see the [care|hand] in every stitch, [inside|also] where nobody looks.",
        ],
        later: &[
            "After [{15..60:5} washes|five months of daily washing] the {m} is [soft|as soft as new] and the shape [has held|right].",
            "It has been [chewed|hugged], [dragged about|dropped in puddles] and [washed|loved], and [not a seam|nothing] has given.",
        ],
        quibble: &[
            "It [creases|wrinkles] after washing, [if you mind that|not that the baby cares].",
            "It is [smaller|narrower] than I thought; [take|choose] the bigger one where there is one.",
            "The colour is [paler|greyer] than in the picture.",
        ],
        fault: &[
            "A seam [opened|burst] after [two|three] washes, and with a baby [that is no trifle|one does not wait for the next].",
            "It [shrank|went hard] in the wash, [at thirty degrees|on gentle], and [is of no use now|no longer fits].",
            "There were [loose threads|pins] in it, [long|sharp] enough to [worry|frighten] any parent.",
        ],
        pieces: &[
            (
                "rag doll",
                &[
                    "She has a [face one trusts|kind face], and [comes along|goes] [everywhere|to nursery and back].",
                ],
            ),
            (
                "soft animal",
                &[
                    "It has [the right size|an arm just right] for a small hand and [is needed|must come] at bedtime.",
                ],
            ),
            (
                "baby blanket",
                &["It [covers|fits] the [pram|cot] and is [light|airy] enough for a summer night."],
            ),
            (
                "set of bibs",
                &[
                    "They catch [everything|carrot mash], and the fastening [defeats|stays closed against] a strong [toddler|one-year-old].",
                ],
            ),
            (
                "baby bonnet",
                &["It [stays on|does not slip over the eyes], and the ties are [soft|short enough]."],
            ),
        ],
    },
    Voice {
        craft: "planters",
        praise: &[
            "The {m} is [thick|well fired] and [has stood|came through] [frost|two cold nights] without a crack.",
            "It [ages|weathers] [beautifully|the way clay should], and [moss|a little lime] only helps.",
            "You see the [thrower's|potter's] fingers on the [outside|rim], and the shape is [generous|right].",
            "It is [heavy|broad] enough not to [blow over|tip in a storm].",
            "The [rim|edge] is [rolled|thick] and so [clean|even] that no [ivy|finger] finds a fault in it.",
        ],
        later: &[
            "It has been [outside|on the balcony] for [{4..11} months|a year], and [nothing has flaked|looks better for it].",
            "After a [wet|hard] winter the {m} is [sound|whole], while the [shop-bought|cheap] ones beside it are not.",
        ],
        quibble: &[
            "There is no [saucer|dish] with it, so [count that in|you need to find one].",
            "It is [not quite|a little off] [round|level], as handmade things [are|may be].",
            "It [sweats|darkens] [after watering|at the foot], so mind [wooden|light] floors.",
        ],
        fault: &[
            "It [flaked|split] in the first [frost|light frost], although it is [said|sold] to stand that.",
            "It [leaks|weeps] [at the foot|through a crack], and the [sill|floor] below it is ruined.",
            "It [came broken|arrived in two parts], for the [second|third] time, and I have [given up|stopped asking].",
        ],
        pieces: &[
            (
                "planter",
                &[
                    "The hole is [big enough|where it should be], and my [lemon tree|fig] has [doubled|not looked back].",
                ],
            ),
            (
                "herb trough",
                &[
                    "[Basil|Thyme], parsley and chives have [room|deep soil], and it fits the [sill|window] exactly.",
                ],
            ),
            (
                "bird bath",
                &[
                    "It took [two days|a morning] until the [blackbirds|sparrows] came, and now there is [a queue|a rota].",
                ],
            ),
        ],
    },
    Voice {
        craft: "birdhouses",
        praise: &[
            "The {m} is [unpainted|untreated] and [thick|dry], and the [lid|roof] [keeps|sheds] the rain.",
            "It can be [opened|cleaned] with [one screw|a turn of the hand], which [few|hardly any] can.",
            "It was [up|hanging] in [ten minutes|no time], with [everything needed|the right screw] in the box.",
            "Our [tree|garden wall] looks [inhabited|cared for] now, and [so it is|we watch all day].",
            "[Solid|Simple] and [well thought out|made by someone who knows birds and beetles].",
        ],
        later: &[
            "It has stood [{4..11} months|a year] of [west wind|rain] and turned [silver|grey], [no more|without warping].",
            "This was the [second|first] season, and [somebody|a family] moved in [again|within weeks].",
        ],
        quibble: &[
            "The [hanger|bracket] is [thin|rather weak]; I [put in|took] a stronger one.",
            "It [arrived|came] with [rough|sharp] edges at the back, [no matter to the tenants|to be sanded].",
            "It is [heavier|larger] than I had thought, so [choose|look for] a strong branch.",
        ],
        fault: &[
            "The [roof|base] [came off|warped] in the [first storm|second week], and [rain|water] stood inside.",
            "The {m} [split|cracked] at [a screw|the corner] while I was [hanging|putting] it up.",
            "Nobody has [moved in|come near it], and the [smell of glue|sharp smell] inside may be [why|the reason].",
        ],
        pieces: &[
            (
                "nesting box",
                &[
                    "[Blue tits|Great tits] were [looking round|in and out] within [two weeks|days], and [six|five] young have flown.",
                ],
            ),
            (
                "bird feeder",
                &["The seed stays [dry|clean], and the [squirrels|pigeons] have [lost|given up]."],
            ),
            (
                "insect hotel",
                &[
                    "The [mason bees|first tubes] were [sealed|in residence] by [May|April], and the children [count|keep a list].",
                ],
            ),
        ],
    },
    Voice {
        craft: "chimes",
        praise: &[
            "It [moves|turns] in the [least|slightest] breath of air, and [stills|calms] everyone who watches.",
            "The {m} is [nicely|finely] worked, and each part [hangs|balances] as it should.",
            "It hung [in a minute|straight away], with [no tangle|every cord in place].",
            "It is [quiet|gentle], [not a tinkle|nothing] to [annoy|upset] the neighbours.",
            "By the [open window|back door] it is [the first thing|what] I [notice|look for] in the morning.",
        ],
        later: &[
            "It has been through [two storms|a winter outside], and the cords [are whole|hold].",
            "The {m} has [weathered|mellowed], and I think it [hangs|looks] better [for it|each month].",
        ],
        quibble: &[
            "The cords [tangle|twist] in a [strong|real] wind and want [undoing|patience].",
            "It is [lighter|smaller] than I had [gathered|understood] from the picture.",
            "The hook is [missing|not included], which one [should know|could say].",
        ],
        fault: &[
            "The cord [broke|snapped] in the [first|second] week, and the {m} [is in pieces|fell on the tiles].",
            "It came [knotted|tangled] so badly that [an hour|an evening] of [work|untangling] did not help.",
            "It hangs [crooked|lopsided] and hardly [moves|stirs], whatever the [wind|weather].",
        ],
        pieces: &[
            (
                "wind chime",
                &[
                    "The notes [belong together|make a chord], and even the [neighbour|postman] has [praised|asked about] it.",
                ],
            ),
            (
                "mobile",
                &[
                    "The baby [falls silent|kicks with joy] under it, and [so do we|we get ten minutes' peace].",
                ],
            ),
        ],
    },
    Voice {
        craft: "pets",
        praise: &[
            "The [stitching|finish] is [strong|neat], and nothing [rubs|comes loose], however [wild|stubborn] the animal.",
            "Our [terrier|old tomcat|spaniel] [accepted|took to] it [at once|within a minute], which [says|means] a lot.",
            "It [wipes|brushes] clean and does not [smell|take on any smell].",
            "{m} is the [right|best] thing for it: [no plastic|nothing] to chew off.",
            "It looks [good|well] in the [hall|living room] too, which [pet things|such things] [never|seldom] do.",
        ],
        later: &[
            "[{3..10} months|A year] of [mud|claws] and [teeth|rain], and it [is whole|holds].",
            "It has been [washed|scrubbed] [often|{3..8} times], and the {color} is [still there|as it was].",
        ],
        quibble: &[
            "It [runs|is cut] [a little large|on the small side], so [measure|read the sizes] twice.",
            "It was [stiff|hard] [at first|for a week] and then [fine|gave way].",
            "Hair [sticks|clings] to it, [as to everything|which is perhaps to be expected].",
        ],
        fault: &[
            "It lasted [two days|one walk], and I do not have [a wolf|a strong dog].",
            "It [came apart|broke] at [the seam|its weakest place], and [the bits|parts] were [half eaten|gone] before I noticed.",
            "Neither of our [cats|animals] will go [near|close to] it, because of the [smell|sharp smell].",
        ],
        pieces: &[
            (
                "dog collar",
                &[
                    "It does not [chafe|slip over the ears], and the [buckle|ring] is [solid|brass through and through].",
                ],
            ),
            (
                "dog lead",
                &["It lies [soft|well] in the hand, also when [a squirrel|something] crosses the path."],
            ),
            (
                "cat cave",
                &[
                    "She [moved in|was inside] before I had [the box empty|taken the paper out], and [sleeps|rules] there.",
                ],
            ),
            (
                "pet bed",
                &[
                    "He [sleeps through|no longer comes upstairs] at night, and the cover [comes off|zips off] for the wash.",
                ],
            ),
            (
                "set of cat toys",
                &["They are [under the sofa|carried about] all day, which is [the highest|a great] praise."],
            ),
        ],
    },
    Voice {
        craft: "instruments",
        praise: &[
            "The tone is [warm|clear] and [carries|fills the room], and the {m} [sings|hums] along.",
            "It [sounded right straight from the box|was ready to play on arrival] and has [stayed so|held].",
            "I am [no musician|a beginner], and [yet|still] it sounded like music within [ten minutes|the hour].",
            "The [finish|workmanship] is [superb|very clean], with [not a drop of glue|nothing] to be [seen|found].",
            "My [teacher|son, who plays,] tried it and [wanted one|did not give it back].",
        ],
        later: &[
            "After [{3..10} months|a year] the {m} has [opened up|settled], and the sound [with it|is rounder].",
            "It has [travelled|been on tour] in a [rucksack|suitcase] and [come back|stayed] sound.",
        ],
        quibble: &[
            "It is [quieter|brighter] than I expected; [fine|just right] for [a flat|the evening].",
            "A [bag|cover] is not included, and one [needs|wants] it.",
            "The [finish|surface] [squeaks|is slippery] [at first|under dry fingers].",
        ],
        fault: &[
            "It [buzzed|rattled] [from day two|within a week] and [cannot|will not] be cured of it.",
            "The {m} [cracked|split] [in our heated room|in the first month], and the tone [went|is gone].",
            "It sounds [dull|like a box], [nothing like|far from] the [recording|description].",
        ],
        pieces: &[
            (
                "kalimba",
                &[
                    "The [tines|keys] are [evenly|nicely] spaced, and [low|long] notes [ring on|hang in the air].",
                ],
            ),
            (
                "frame drum",
                &[
                    "The skin [answers|speaks] to [one finger|a brush], and the [bass|middle] is [deep|round].",
                ],
            ),
            (
                "wooden flute",
                &["The holes [suit|fit] [smaller|my] hands, and the low notes [come|speak] easily."],
            ),
            (
                "rain stick",
                &[
                    "The rain goes on [and on|longer than you think], and the whole class [went quiet|held its breath].",
                ],
            ),
            (
                "pair of castanets",
                &["They [crack|answer] like [whips|good ones], and the cord is [soft|easily adjusted]."],
            ),
        ],
    },
    Voice {
        craft: "bookbinding/pack of gift wrap",
        praise: &[
            "The pattern is [printed|laid on] by hand, and [each sheet|every one] is a little different.",
            "The {m} is [strong|thick] and [folds|creases] [sharply|where you tell it to].",
            "The present inside had [a hard time|to wait] against this {m}.",
        ],
        later: &[
            "I have [ironed|smoothed out] and used [one|two] of the sheets [again|for a second birthday], and nobody [noticed|could tell].",
        ],
        quibble: &[
            "The sheets came [rolled tightly|folded], and the creases [show|want ironing].",
            "The colours are [quieter|darker] than in the picture.",
        ],
        fault: &[
            "The colour [comes off|rubs off] on [damp hands|a white box], and so did it on the [present|tablecloth].",
            "One sheet was [torn|stained] and another [cut crooked|too short], which leaves [little|not much] of the pack.",
        ],
        pieces: &[(
            "pack of gift wrap",
            &["It [wraps|covers] [three|four] books, and people [keep it|take the tape off with a knife]."],
        )],
    },
    Voice {
        craft: "pets/pet bowl",
        praise: &[
            "The glaze is [smooth|thick] and [rinses|wipes] clean, even after [fish|tinned food].",
            "It is [heavy|broad] enough not to [wander|be pushed] across the kitchen.",
            "It looks like [something for us|a good fruit bowl], and stands [in full view|where guests see it].",
            "The rim is [rounded|wide] and [kind to whiskers|does not chip at a nudge].",
        ],
        later: &[
            "[{3..10} months|A year] of [twice a day|daily meals] and the dishwasher, and no [chip|crack] in it.",
        ],
        quibble: &[
            "It is [smaller|deeper] than I [thought|had in mind] for a [snub|long] nose.",
            "The foot is [rough|unglazed] and [scrapes|scratches] on tiles.",
        ],
        fault: &[
            "It [cracked|split] in the dishwasher in the [first|second] week, though it is [said|meant] to go in there.",
            "The glaze has [a sharp edge|chips] at the rim, and that is no place for [a tongue|an animal].",
        ],
        pieces: &[(
            "pet bowl",
            &[
                "It does not [slide|tip], [not even at breakfast|however great the greed], and the [cat|dog] [approves|waits beside it].",
            ],
        )],
    },
];
