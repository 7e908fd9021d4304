//! Scarves, knits, leather, felt, silver, beads and soap: what people say who wear and use them.

use super::Voice;

pub const VOICES: &[Voice] = &[
    Voice {
        craft: "scarves",
        praise: &[
            "The {m} is [weightless|light as anything] and [still warm|warmer than it has any right to be].",
            "The {color} [does something|is kind] to [my face|tired skin], and I have had [three|two] compliments [already|this week].",
            "The weave is [even|fine] from end to end, and the [fringe|edge] is [knotted|finished] by hand.",
            "It does not [itch|scratch], and I am [the sort who|someone who] [feels everything|cannot wear wool].",
            "It [drapes|falls] beautifully and [stays|keeps] where I put it.",
        ],
        later: &[
            "I have worn it [nearly every day|all winter] and it has not [pilled|lost its shape].",
            "It has been [washed by hand|through a cold wash] [{2..7} times|often] and is [as soft as ever|only softer].",
        ],
        quibble: &[
            "It [catches|snags] on [rings|zips], so take them off [first|before you put it on].",
            "The {color} is [darker|a little duller] than [in the picture|my screen made it].",
            "I would have liked it [ten centimetres longer|a bit wider].",
        ],
        fault: &[
            "It [pulled a thread|had a run] on the [first|second] wearing, [right across|in the middle].",
            "The {color} [came off|rubbed off] on [a white collar|my coat], [dry|without a drop of rain].",
            "This {m} [scratches|itches], and a(n) {noun} that you cannot have at your neck is [a curtain|no use].",
        ],
        pieces: &[
            (
                "scarf",
                &[
                    "It goes [twice round|round twice] with something to spare, and fits into a [coat sleeve|pocket].",
                ],
            ),
            (
                "shawl",
                &[
                    "It has been a [blanket on the train|wrap at a wedding] and a [pillow|curtain] [on the way home|in between].",
                ],
            ),
            (
                "cowl",
                &[
                    "It goes over the head [in one move|without ruining my hair] and keeps out [the wind|cycling weather].",
                ],
            ),
            (
                "summer scarf",
                &[
                    "It [keeps the sun off|is right for air conditioning], and [weighs|takes up] next to nothing in the bag.",
                ],
            ),
        ],
    },
    Voice {
        craft: "knitwear",
        praise: &[
            "The stitches are [even|tight], the seams [lie flat|invisible], and it [fits|sits] as if it had been measured on me.",
            "It is [warm|windproof enough] for [a boat|the dog walk] in [January|a northerly] with nothing over it.",
            "The {m} is [springy|full], with [a bit of bite|hardly any scratch], and it [holds|keeps] its shape.",
            "The {color} [is full of other colours|changes] when you look [closely|at it in daylight].",
            "The ribbing [springs back|grips] and has [not gone slack|stayed so].",
        ],
        later: &[
            "It has seen [{3..9} months|a whole winter] of wear, and the [elbows|cuffs and edges] look [new|untouched].",
            "I [aired|washed] it [twice|now and then], and it [needs|asked for] no more than that.",
        ],
        quibble: &[
            "It [runs large|is cut generously]; I could have taken [one size down|the smaller one].",
            "It [scratches a little|needs something under it] for [the first days|those with thin skin].",
            "[A spare button|Some mending yarn] would have been [a kind thought|nice] in the parcel.",
        ],
        fault: &[
            "It [felted|shrank] at thirty degrees on the wool cycle and now fits [a doll|my nephew].",
            "A hole [opened|appeared] at a seam after [two weeks|the third wearing], and the yarn [runs|ladders].",
            "It [stretched|grew] by [a hand|two sizes] [in a week|on the first day] and has not come back.",
        ],
        pieces: &[
            (
                "jumper",
                &[
                    "The sleeves are [long enough|the right length] for once, and the neck [lets my head through|does not choke].",
                ],
            ),
            (
                "beanie",
                &[
                    "It covers the ears [properly|without sliding up], and goes [under a helmet|into any pocket].",
                ],
            ),
            (
                "pair of mittens",
                &[
                    "My hands were warm at [minus ten|the bus stop], and I [lose gloves|usually freeze], so [that counts|I know].",
                ],
            ),
            (
                "pair of socks",
                &[
                    "They stay up, they do not [slip in boots|bunch], and [my feet|both heels] have [forgotten|stopped minding] winter.",
                ],
            ),
            (
                "cardigan",
                &[
                    "It goes over [everything|a shirt as well as a nightdress], and the pockets [do not sag|carry a phone].",
                ],
            ),
        ],
    },
    Voice {
        craft: "leather",
        praise: &[
            "The stitching is [dead straight|perfectly even], [every hole|each stitch] the same, and the edges are [burnished|polished] like [glass|wood].",
            "The {m} smells [of leather and wax|like a saddler's shop] and of nothing [chemical|else].",
            "It is [stiff|firm] at first, [as it should be|and gives way where you need it], and then [yours|a friend].",
            "The [cut|pattern] is [simple|clever], and nothing is [glued that ought to be sewn|there for show].",
            "In {color} it is [handsomer|darker and better] than [the photographs|I had hoped].",
        ],
        later: &[
            "After [{3..11} months|a year] the {m} has taken on [a patina|the colour of tea], and every [scratch|mark] makes it [mine|better].",
            "[Rain|A downpour] left spots that were [gone|dry] by the [morning|evening], and a bit of wax did the rest.",
        ],
        quibble: &[
            "The {m} [rubbed off|stained] [slightly|a bit] on [light trousers|a pale shirt] in the first week.",
            "It was so stiff [in the beginning|for a fortnight] that I [nearly gave up|cursed it].",
            "One edge is [less finely|not as well] finished as the others, [inside|where only I can see it].",
        ],
        fault: &[
            "A seam [opened|came apart] in [week three|the second month], exactly [where it is pulled|at the corner].",
            "The [dye|{color}] came off on [everything|my hands and a white shirt], and it [has not stopped|still does].",
            "The {m} is [thinner|cheaper] than [described|the pictures suggest], and it [creased|cracked] [at once|on day two].",
        ],
        pieces: &[
            (
                "wallet",
                &["It takes [my cards and some notes|eight cards], and lies flat in a [front|back] pocket."],
            ),
            (
                "belt",
                &[
                    "The holes [have not stretched|are still round], and it [fits|looks right with] jeans as well as a suit.",
                ],
            ),
            (
                "satchel",
                &[
                    "A laptop, [a lunch|two books] and an umbrella go in, and the strap [does not cut|sits well on the shoulder].",
                ],
            ),
            (
                "key fob",
                &["I find my keys [by touch|in the dark] now, and the ring [has not bent|stays closed]."],
            ),
            (
                "pen case",
                &["My [fountain pens|pencils] lie [side by side|still] in it and do not [scratch|leak]."],
            ),
            (
                "tote bag",
                &[
                    "It swallows [the shopping|a coat and a laptop] and still looks [respectable|like a bag for the office].",
                ],
            ),
        ],
    },
    Voice {
        craft: "felt",
        praise: &[
            "The {m} is [thick|dense] and [even|firm], without [a thin spot|a single weak place].",
            "There is [no seam|not one seam] to [press|rub], and that [is the beauty of it|makes all the difference].",
            "It keeps [its shape|in form] and has [a soft|an almost velvety] surface.",
            "The {color} is [natural|deep] and [calm|just as shown].",
            "You would not think that [wool, water and soap|mere rubbing] could [make|come to] this.",
        ],
        later: &[
            "After [{3..9} months|a winter] it has [not thinned|moulded itself to use] and can be brushed [clean|like new].",
            "It got [wet|soaked] once, dried on [the rack|paper], and [came back|was as before].",
        ],
        quibble: &[
            "It [fluffs|sheds] [a bit|for a week or so] before it [settles|stops].",
            "It smells of [sheep|wet wool] when [damp|it rains], to which one [gets used|can object].",
            "It came [a shade lighter|rather greyer] than in the picture.",
        ],
        fault: &[
            "It [wore through|went thin] in [two months|ten weeks], [indoors|with the gentlest use].",
            "It is [lopsided|uneven]: one side is [clearly thicker|a centimetre longer] than the other.",
            "It [shrank|lost its shape] the [first|only] time it got damp, and [cannot|will not] be pulled back.",
        ],
        pieces: &[
            (
                "pair of slippers",
                &["My feet are [warm on stone floors|never cold now], and they do not [slip|sweat]."],
            ),
            ("hat", &["Rain [runs|rolls] off it, and it [packs flat|sits without pinching] all the same."]),
            (
                "set of coasters",
                &["Cups [do not slide|land softly], and [rings|marks] are a thing of the past."],
            ),
            (
                "seat pad",
                &["Our [old iron|wooden] chairs can be [sat on|used through a long dinner] at last."],
            ),
            (
                "laptop sleeve",
                &[
                    "The machine [slides in|fits] snugly and has [survived|come through] [a fall|being dropped] already.",
                ],
            ),
        ],
    },
    Voice {
        craft: "silver",
        praise: &[
            "The finish is [flawless|immaculate], [soft|satin] where it should be and [bright|sharp] at the edges.",
            "It is [finer|more delicate] than in the pictures, but [not flimsy|has weight].",
            "I have [sensitive skin|an allergy to nickel], and [there was no|I had not the slightest] reaction to it.",
            "You can see that it was [filed|soldered] by hand: [no seam|nothing] is left to [chance|find].",
            "It [catches the light|gleams] without [shouting|glitter], and [goes with everything|can be worn every day].",
        ],
        later: &[
            "I have [worn it day and night|not taken it off] for [{2..9} months|half a year], and it [looks|shines] as on the first day.",
            "It has [tarnished|darkened] [a little|hardly at all], and the cloth in the box [brings|brought] it back.",
        ],
        quibble: &[
            "It is [smaller|thinner] than I had [imagined|understood] from the photographs.",
            "It [needs|wants] polishing [every other week|more often than my other silver].",
            "The box was [nicer|bigger] than needed, and the [price|shipping] shows it.",
        ],
        fault: &[
            "It [bent|lost its shape] on the [second|third] day, [doing nothing special|at a desk].",
            "The surface [wore off|went dull and coppery] within [a month|three weeks].",
            "It left [a green mark|black streaks] on my skin, which [real silver|{m}] should not.",
        ],
        pieces: &[
            (
                "ring",
                &[
                    "The size is [exact|true], and it [turns|slides] over the knuckle [as it should|without a fight].",
                ],
            ),
            ("pair of stud earrings", &["The backs [hold|sit tight], and I [sleep|swim] with them in."]),
            (
                "pair of drop earrings",
                &["They [swing|move] when I laugh, and weigh [nothing|so little that I forget them]."],
            ),
            ("pendant", &["It [lies flat|sits right] below the collarbone and does not [turn over|flip]."]),
            (
                "bangle",
                &[
                    "It [slips|goes] over my hand [just|easily enough] and does not [fall off|clank on the desk].",
                ],
            ),
        ],
    },
    Voice {
        craft: "beadwork",
        praise: &[
            "Every bead has been [chosen|sorted], [none|not one] is chipped, and they lie [close|evenly].",
            "The colours of the {m} [glow|are deeper] [in daylight|against the skin] in a way no photo [shows|can].",
            "It is [light|comfortable] and does not [pull hairs|catch].",
            "The clasp is [sturdy|easy to close], [also with one hand|even with stiff fingers].",
            "I was [asked|stopped] about it [on the first day|twice in a week].",
        ],
        later: &[
            "[{3..9} months|A summer] of wear, and the thread is as [tight|firm] as [on day one|at the start].",
            "I have [showered|slept] in it by mistake, and [nothing|not a bead] has moved.",
        ],
        quibble: &[
            "It is [shorter|lighter in colour] than I had expected from the picture.",
            "The [knots|ends] at the clasp could be [tidier|hidden better].",
            "The beads [click|rustle] a little, which [you may like|one hears in a quiet office].",
        ],
        fault: &[
            "The thread [broke|gave way] in [the second week|a restaurant], and I was on my knees [looking for|picking up] beads.",
            "The clasp [opened by itself|never closed properly], and I [nearly lost|have lost] it [for good|in the street].",
            "The colour [came off|faded] [on my neck|on a warm day], so these are [painted|dyed] and not {m} [through and through|as sold].",
        ],
        pieces: &[
            (
                "beaded necklace",
                &["It makes a [plain jumper|black dress] look [like an outfit|thought about]."],
            ),
            (
                "bracelet",
                &["It [stays|sits] on the wrist without [sliding|pinching] and [goes|stacks] with a watch."],
            ),
            (
                "pair of earrings",
                &["They [sway|catch the light] and are so light that I [forget|do not feel] them."],
            ),
            (
                "glasses chain",
                &[
                    "I have stopped [losing|sitting on] my glasses, and nobody calls it [a granny chain|old-fashioned].",
                ],
            ),
        ],
    },
    Voice {
        craft: "soap",
        praise: &[
            "My skin is [soft|calm] and [not tight|does not itch] afterwards, for the first time [in years|this winter].",
            "The list of ingredients is [short|readable], and [everything|all of it] is what it says.",
            "With {m} it is [gentle|fresh] and [not perfumed|nothing artificial], [which I had been looking for|thank heaven].",
            "It [lasts|goes on] and [on|does not melt away], if you let it dry.",
            "Even my [teenager|husband] uses it, and has [not gone back|asked for more].",
        ],
        later: &[
            "I am on [the third|my second] one and have [no wish|no plans] to change.",
            "After [{3..8} weeks|two months] of daily use my [dry patches|rough hands] have [gone|healed].",
        ],
        quibble: &[
            "The scent is [fainter|weaker] than I had [hoped|expected] with {m}.",
            "It [softens|goes mushy] unless it is kept [dry|off the wet shelf].",
            "A little [expensive|dear], if one is [honest|counting], though it lasts.",
        ],
        fault: &[
            "My skin came out in [a rash|red spots] after [two|three] days, and I am not usually [sensitive|allergic].",
            "It [crumbled|fell apart] after [a week|five uses], most of it [down the drain|for nothing].",
            "It smelled [rancid|off] when I opened it, and the date on the label [had passed|was nowhere to be found].",
        ],
        pieces: &[
            (
                "bar of soap",
                &["The lather is [fine|creamy], and the bar [sits well|lies easily] in the hand."],
            ),
            (
                "shampoo bar",
                &[
                    "It [foams|lathers] even in our hard water, and my hair [shines|has never been so easy to comb].",
                ],
            ),
            ("massage bar", &["It melts [at once|on warm skin] and leaves [no grease|the sheets clean]."]),
        ],
    },
    Voice {
        craft: "soap/hand balm",
        praise: &[
            "It [sinks in|is gone] within [a minute|seconds] and leaves the hands [soft|calm] and not [greasy|shiny].",
            "With {m} the scent is [light|just right] and [stays close|does not fill the office].",
            "The list of ingredients is [short|readable], and the tin can be [refilled|used again].",
        ],
        later: &[
            "After [{3..8} weeks|two months] my [knuckles|cuticles] are [whole|smooth] again, [in spite of gardening|dishwater and all].",
        ],
        quibble: &[
            "It is [rather firm|hard] in a cold room and wants [warming|rubbing] first.",
            "The tin [dented|opened] in my [bag|pocket], so keep the [lid|balm] upright.",
        ],
        fault: &[
            "It was [grainy|like sand] from the [first|second] day and [never|has not] melted into the skin.",
            "My hands came out in [red spots|a rash], and I am not usually [sensitive|allergic].",
        ],
        pieces: &[(
            "hand balm",
            &["A [pea|tiny bit] is enough for both hands, and my knuckles have stopped [cracking|bleeding]."],
        )],
    },
    Voice {
        craft: "soap/jar of bath salt",
        praise: &[
            "The salt [dissolves|is gone] in a minute and leaves [nothing|no ring] in the tub.",
            "With {m} the whole [bathroom|flat] smells [clean|like a garden], but [not for hours|gently].",
            "You can see [what is in it|the petals], and [I recognised all of it|it is all real].",
        ],
        later: &[
            "The jar is [on its second filling|now full of buttons], and I have [ordered|asked for] another.",
        ],
        quibble: &[
            "The petals [stick|cling] to the tub and [want rinsing|have to be fished out].",
            "The jar holds [fewer baths|less] than it [promises|looks], if you [are generous|like it strong].",
        ],
        fault: &[
            "The jar [was cracked|had opened] on the way, and the salt was [a damp lump|all over the box].",
            "It has [no scent|hardly a smell] at all, and for plain salt it is [dear|a lot of money].",
        ],
        pieces: &[(
            "jar of bath salt",
            &["One [handful|scoop] in the tub, and [the week|a bad day] is [over|forgiven]."],
        )],
    },
];
