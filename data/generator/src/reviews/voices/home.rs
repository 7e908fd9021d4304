//! Blankets, quilts, baskets, candles, glass and things for the wall: what people say who live with them.

use super::Voice;

pub const VOICES: &[Voice] = &[
    Voice {
        craft: "weaving",
        praise: &[
            "The {m} is [warm without being heavy|dense and soft at once], and it does not [scratch|prickle], even on [bare arms|my neck].",
            "[The selvedges are straight|Both edges are perfectly even], and the [fringe|finishing] has been done by hand.",
            "In {color} it is [calmer|richer] than [the picture|the photograph] lets you think.",
            "It [smells faintly of wool|has a clean smell of sheep] and of nothing else, [just as it should|which I love].",
            "You can see [the weaver's hand|small shifts in the yarn], and [it makes the {short} alive|that is what I paid for].",
        ],
        later: &[
            "[{3..9} months|One winter] of [cats|children] and it has [hardly pilled|not pilled at all].",
            "I washed the {short} [by hand|on the wool cycle] and it came back [even softer|with no harm done].",
        ],
        quibble: &[
            "It [sheds|leaves fluff] [for the first weeks|on dark trousers], then stops.",
            "The {color} [looks greener|is warmer] [by lamplight|in daylight] than I had expected.",
            "I would have liked it [a hand longer|a little wider] for the price.",
        ],
        fault: &[
            "It [pilled|bobbled] so badly [within two weeks|in a month] that it looks [ten years old|like an old dog bed].",
            "Moths [came with it|hatched from it], and I have spent a weekend [freezing|washing] everything wool we own.",
            "The {m} [scratches|itches] so much that [nobody|not even the dog] will [lie on|come near] it.",
        ],
        pieces: &[
            (
                "blanket",
                &[
                    "It is long enough to cover [my feet and my shoulders|a tall person], which blankets [never|rarely] are.",
                ],
            ),
            (
                "throw",
                &[
                    "It lives [on the arm of the sofa|at the foot of the bed], and there is a [queue|quarrel] for it every evening.",
                ],
            ),
            (
                "cushion cover",
                &[
                    "The [zip|closing] is [hidden|neat], and a plain filling [fits it tightly|makes it look plump].",
                ],
            ),
            (
                "small rug",
                &["It lies [flat|still] on floorboards, and bare feet [find it|thank me] every morning."],
            ),
        ],
    },
    Voice {
        craft: "quilts",
        praise: &[
            "[Every corner meets|The points match] to the millimetre, and the quilting lines are [hand-sewn|beautifully even].",
            "The {m} [feels|is] [soft and cool|already washed soft], and the filling is [light|thin] but [warm|cosy].",
            "My [grandmother|aunt], who quilted all her life, turned it over and [found nothing to say|nodded, which is rare].",
            "The pieces were [chosen|put together] by someone [with an eye|who can see colour]: [busy|lively], but never loud.",
            "The binding is [stitched down by hand|flat and tight] all the way round.",
        ],
        later: &[
            "It has been [washed|through the machine] [{3..9} times|often] and only got [softer|more crinkled], as a quilt should.",
            "[{4..11} months|Half a year] on, not one seam of the {short} has [given|opened].",
        ],
        quibble: &[
            "[One seam|A single thread] near the [edge|binding] was [left open|loose], a minute's work with a needle.",
            "The {short} is [thinner|lighter] than I thought from [the photographs|the description].",
            "Some of the [prints|pieces] differ from those in the picture; [it says so|I had overlooked that].",
        ],
        fault: &[
            "Two seams [opened|burst] in the first wash, [on the gentle cycle|as the label says], and the filling [came out|shows].",
            "The colours [ran|bled] into the [white|light] pieces, and [nothing|no soap] will get them out again.",
            "It smelled of [cellar|mothballs], and [three|four] washes have not [helped|cured it].",
        ],
        pieces: &[
            (
                "patchwork quilt",
                &[
                    "It has turned a [guest|plain] bed into the one that [everyone wants|the children fight for].",
                ],
            ),
            (
                "lap quilt",
                &[
                    "It is just the size for [reading in a chair|a wheelchair|the train], [knees to toes|with the feet tucked in].",
                ],
            ),
            (
                "patchwork cushion",
                &["It is [the first thing|what] people [touch|pick up] when they come into the room."],
            ),
            (
                "quilted pot holder pair",
                &[
                    "I can hold [a cast-iron pan|a roasting tin] for as long as it takes, and [feel nothing|my hands stay cool].",
                ],
            ),
        ],
    },
    Voice {
        craft: "baskets",
        praise: &[
            "The weave is [tight|dense] and [even|regular] right down to the base, without [one sharp end|a single poking end].",
            "It [creaks a little|smells of {m}], as a [good|proper] basket should.",
            "The handles are [woven in|wrapped], not [stuck on|stapled], and [carry|hold] what they promise.",
            "It [stands|sits] square on [stone floors|the floor], full or empty.",
            "A basket like this [used to|would] come from [the market|my grandfather's shed]; I had [given up|stopped] looking.",
        ],
        later: &[
            "[{4..11} months|A year] of [being dragged about|hard use], and the {m} has [not cracked|held in every strand].",
            "It has [darkened|turned the colour of tea], and I [like|prefer] it so.",
        ],
        quibble: &[
            "Some ends of {m} inside [snagged|caught on] [wool|a jumper] until I [clipped|sanded] them.",
            "The shape is [rounder|a bit more crooked] than the one in the picture.",
            "The {m} [crackled|dropped bits] for the first [week|days].",
        ],
        fault: &[
            "The [handle|base] [came away|gave out] after [a month|five weeks] of [light|ordinary] use.",
            "It [was mouldy|had grey spots] inside when I [unpacked|unwrapped] it, and the smell has [stayed|not left].",
            "The {m} is so [dry|brittle] that it [breaks|snaps] wherever you [touch|hold] it.",
        ],
        pieces: &[
            (
                "bread basket",
                &["[Rolls|Bread] for [six|eight] fit, and the crumbs [stay inside|do not fall through]."],
            ),
            (
                "market basket",
                &[
                    "It takes [leeks, wine and a newspaper|a whole Saturday's shopping] and [sits|hangs] well on the [arm|hip].",
                ],
            ),
            (
                "log basket",
                &[
                    "It holds [a long evening's|two evenings'] wood, and the [bark|sawdust] stays [in it|off the carpet].",
                ],
            ),
            (
                "laundry basket",
                &[
                    "It takes [two|a good two] loads, and nothing [snags|catches], [not even tights|silk included].",
                ],
            ),
            (
                "sewing basket",
                &[
                    "My [threads|scissors] have their own [pocket|place] at last, and the lid [closes|fits] over them.",
                ],
            ),
        ],
    },
    Voice {
        craft: "candles",
        praise: &[
            "It [burns evenly|burns right down], [without soot|with hardly any soot], and [leaves|wastes] almost no wax.",
            "The scent of {m} is [there|noticeable] without [filling the room|giving me a headache].",
            "The wick is [the right one|well chosen]: no [mushroom|flicker], no [tunnel|drowning].",
            "The colour is [exactly|just] that of the picture, [warm|soft] and [even|deep].",
            "It looks [too good to burn|lovely unlit], but I am [glad I did|no museum].",
        ],
        later: &[
            "We have [burned|gone through] [three|four] of them since [October|Christmas], and each [was|burned] as good as the first.",
            "It lasted [longer than promised|{2..6} hours more than it says], which [never happens|I cannot say of others].",
        ],
        quibble: &[
            "It [dripped|ran] [a little|on one side] when there was a [draught|window open].",
            "There is [hardly any|less] scent [than I had hoped|to it].",
            "The bottom was [not quite flat|uneven], so it needed [a knife|a warm plate] to stand.",
        ],
        fault: &[
            "It [burned a tunnel|drowned its own wick] and [went out|was done] after [three|four] hours.",
            "It [smoked|sooted] so much that there is a [black ring|shadow] on [the ceiling|our white wall].",
            "The {short} [arrived broken|had melted out of shape on the way], wrapped in [nothing but paper|far too little].",
        ],
        pieces: &[
            (
                "pillar candle",
                &[
                    "It has lit [every dinner|our evenings] since [September|the first frost] and is [only half gone|still standing].",
                ],
            ),
            (
                "pair of dipped tapers",
                &["They fit [our old brass sticks|standard holders] without [carving|paper round the foot]."],
            ),
            (
                "jar candle",
                &[
                    "The jar is [now full of pencils|on its second life as a glass], and the label came off [clean|in warm water].",
                ],
            ),
            (
                "set of tea lights",
                &[
                    "They burn [through a whole dinner|all evening] and have [no metal cups|nothing to throw away].",
                ],
            ),
            (
                "sculpted candle",
                &[
                    "Nobody in this house is [allowed|brave enough] to light it, it is [that|so] well [made|modelled].",
                ],
            ),
        ],
    },
    Voice {
        craft: "glass",
        praise: &[
            "There are a few [tiny bubbles|seeds] in the {m}, [as there should be|and they catch the light].",
            "The [rim|edge] has been [fire-polished|melted smooth] and is [pleasant|kind] to the [lips|fingers].",
            "It [rings|sings] when you [tap|touch] it, and [stands|sits] steady on its [foot|base].",
            "In the [morning|evening] sun the {m} throws [a pattern|ripples] across the [table|wall] that I [stop|wait] for.",
            "It is [thin|fine] but not [nervous|fragile], and you [see|feel] that it was [blown|turned] by [mouth|hand].",
        ],
        later: &[
            "[{3..10} months|A year] and [one fall|a knock in the sink] later, the {m} has not a [scratch|chip].",
            "We [started with one|bought one to try] and have since ordered [two|three] more.",
        ],
        quibble: &[
            "It [leans|stands] [a hair|slightly] off the vertical; [charming|fine], if you know.",
            "The {color} is [paler|lighter] than in the picture, [in daylight at least|unless it stands in shadow].",
            "It has to be washed by hand, and the [neck|inside] is [hard|not easy] to reach.",
        ],
        fault: &[
            "It [cracked|broke] from [warm|lukewarm] water [in the first week|on the second day], with [a bang|shards everywhere].",
            "There was a [splinter|sharp point] on the [rim|foot], and I found it with [my thumb|a finger].",
            "It arrived in [pieces|three parts], in a box with [no padding|hardly any paper], and the [refund|answer] took [weeks|a month].",
        ],
        pieces: &[
            (
                "flower vase",
                &[
                    "[Three tulips|A single branch] look [like an arrangement|intended] in it, thanks to the [narrow|well-shaped] neck.",
                ],
            ),
            (
                "water glass",
                &[
                    "They [stack|sit] well in the hand, and water [tastes|seems] colder from them, [silly as it sounds|I swear].",
                ],
            ),
            (
                "carafe",
                &[
                    "It pours [without a drip|in a clean arc] and goes [in the fridge door|from bedside to table].",
                ],
            ),
            (
                "dessert bowl",
                &[
                    "[Trifle|Stewed plums] never looked so [good|grand], and there is room for [seconds|cream].",
                ],
            ),
        ],
    },
    Voice {
        craft: "stained_glass",
        praise: &[
            "The leading is [neat|clean], the joints [are smooth|even], and the {m} [glows|comes alive] from [nine|ten] in the morning.",
            "[No two|Hardly two] panes are of the same {color}, and [together|in the sun] they [hum|sing].",
            "It throws [coloured patches|a slow rainbow] over [the stairs|our white wall] [for hours|all afternoon].",
            "The [chain|hook] is [strong|well soldered], and the edge does not [cut|scratch].",
            "It [looks old|could be from a chapel] in the [best|nicest] sense of the word.",
        ],
        later: &[
            "It has hung in [a west window|the kitchen] for [{3..10} months|a year], and I [still|even now] look up when the sun [comes round|is out].",
            "The solder has [darkened|gone grey] evenly, which [suits|only improves] the {m}.",
        ],
        quibble: &[
            "The back is [less tidy|rougher] than the front, which you see [from the garden|from outside].",
            "There were [fingerprints|streaks of flux] to [wipe|clean] off [first|on arrival].",
            "It is [heavier|smaller] than I [thought|had understood]; mind your hook.",
        ],
        fault: &[
            "One pane was [cracked|loose] on arrival, and it [rattles|whistles] whenever [a lorry passes|the door shuts].",
            "The solder [gave way|let go] and the {short} [fell|came down] in the [second|third] week.",
            "The {color} in the picture was [nothing like|far from] what [came|hung in my window].",
        ],
        pieces: &[
            (
                "sun catcher",
                &[
                    "It [turns|moves] a little in the draught, and the cat [hunts|follows] the colours across the floor.",
                ],
            ),
            (
                "window panel",
                &["It hides [the bins|our neighbour's wall] and lets [all|nearly all] the light in."],
            ),
            (
                "tea-light lantern",
                &[
                    "One [tea light|small flame] in it [fills|lights] the whole [corner|balcony], and the wax [wipes|comes] out.",
                ],
            ),
        ],
    },
    Voice {
        craft: "macrame",
        praise: &[
            "The knots are [tight|firm] and [even|regular], and the [fringe|ends] hang [dead straight|like combed hair].",
            "The {m} is [thick|full] and [soft|matt], not [shiny|thin] like [cheap ones|what I bought before].",
            "It [fills|warms up] a [bare|rented] wall [without shouting|and asks for one nail only].",
            "[You can tell|It shows] that somebody has [spent days on it|tied these knots before].",
            "The {color} [sits well|goes nicely] with [wood|plants] and [white walls|everything].",
        ],
        later: &[
            "[{3..9} months|Half a year] of [sun|a south window] and it has not [faded|yellowed].",
            "It has [stretched|settled] by a [centimetre|finger's width] and [stayed|stopped] there.",
        ],
        quibble: &[
            "It arrived [folded|creased] and took [a week|some steam] to hang [straight|smooth].",
            "It [sheds|drops] a few [fibres|threads] under [it|where it hangs].",
            "The [stick|ring] is [thinner|rougher] than in the picture.",
        ],
        fault: &[
            "A knot [slipped|came undone] [on the second day|within a week], and the {m} [followed|ran out of the rest].",
            "It [smells|smelt] of [tar|damp], and [airing|a week outside] has not helped.",
            "It hangs [crooked|lopsided] by [three|four] centimetres, [whatever I do|and no combing changes that].",
        ],
        pieces: &[
            (
                "wall hanging",
                &["Everyone who [visits|comes in] [touches|strokes] it [first|before they sit down]."],
            ),
            (
                "plant hanger",
                &["It carries [a heavy|a freshly watered] fern, and the pot [sits|hangs] level."],
            ),
            (
                "window garland",
                &[
                    "It [frames|softens] the window and [keeps|leaves] the light, and two ties [hold|suffice for] it.",
                ],
            ),
        ],
    },
    Voice {
        craft: "embroidery",
        praise: &[
            "The stitches are so [fine|small] that I [took out|needed] my [glasses|magnifying glass] to [believe|count] them.",
            "The back is [as tidy|nearly as neat] as the front, which [anyone who sews|my mother] will tell you is [rare|the test].",
            "The shading is done with [single strands|thread alone], and the motif [nearly moves|stands out] from the {m}.",
            "The {m} is [taut|well stretched] and [gives|lets] the colours [room|speak].",
            "It is [quieter|finer] than a print could [ever be|hope to be].",
        ],
        later: &[
            "[{3..9} months|A year] in [daylight|a bright room] have not [bleached|touched] the [threads|colours].",
            "I look at the {short} [every day|each morning] and [still find|keep finding] a stitch that I had missed.",
        ],
        quibble: &[
            "There was [a pencil line|a trace of the drawing] left [at one edge|near the border].",
            "It is [smaller|lighter] than I had [pictured|in mind], [my fault|the measures are given].",
            "One [thread end|stitch] was [loose|not fastened] and [easily|quickly] put right.",
        ],
        fault: &[
            "The thread [bled|ran] when [a drop of water|a damp cloth] touched it, and the {m} is [stained|pink] now.",
            "The fabric [sagged|puckered] within [two weeks|a month] and [cannot|will not] be stretched again.",
            "Stitches [came loose|pulled out] [on the first day|at once], [as if|because] nobody had fastened them.",
        ],
        pieces: &[
            (
                "hoop picture",
                &["It hangs [by the bed|in the hall] [on one nail|as it came], and needs no frame."],
            ),
            (
                "cushion cover",
                &["We [sit on|lean against] it after all, and the stitching [bears|takes] it well."],
            ),
            (
                "brooch",
                &[
                    "I have been [asked|stopped] about it [on the bus|twice in the street], and the pin [holds|closes] safely.",
                ],
            ),
            (
                "needle book",
                &[
                    "My needles are [in order|all in one place] for the first time, and the leaves [grip|hold] them.",
                ],
            ),
        ],
    },
    Voice {
        craft: "glass/hanging bauble",
        praise: &[
            "It is [perfectly|almost] round, and the {m} has [tiny bubbles|streaks] that [catch the light|only handwork gives].",
            "It is [heavier|thicker] than [the ones from the shop|a Christmas ball from the box], and does not look like [Christmas|tinsel] only.",
            "The [loop|cord] is [fixed properly|strong], and it came in [a box to keep it in|a nest of paper].",
        ],
        later: &[
            "It has [hung|been turning] in the window for [{3..10} months|a year] and [outlived|survived] the [cat|ball that came through].",
        ],
        quibble: &[
            "The cord is [a bit short|plain], so I [gave it|put in] a ribbon.",
            "The {color} is [paler|fainter] than in the picture, unless [the sun|a lamp] is behind it.",
        ],
        fault: &[
            "It was in [splinters|a hundred pieces] when I opened the box, [thin paper|nothing] around it.",
            "The loop [broke off|came away] [on the first day|within a week], and that was the end of it.",
        ],
        pieces: &[(
            "hanging bauble",
            &[
                "It hangs in the [kitchen|landing] window [all year|since Advent], and [turns|shows] the street upside down.",
            ],
        )],
    },
];
