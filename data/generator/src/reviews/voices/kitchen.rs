//! Bowls, boards, stoneware, blades, iron and linen: what people say who cook and lay tables with them.

use super::Voice;

pub const VOICES: &[Voice] = &[
    Voice {
        craft: "bowls",
        praise: &[
            "The grain of the {m} [is far livelier than|is even better than|outdoes] [the photographs|the pictures|what the screen showed], and no [camera|phone] will ever catch it.",
            "You can [feel|tell from] the tool marks [if you run a finger round the inside|under the foot], and I mean that as [a compliment|praise].",
            "It is [lighter|better balanced|steadier] than [I expected|it looks|I had feared] for a(n) {noun} of this size.",
            "The oiled {m} feels [like silk|almost soft|warm in the hand], not [plasticky|varnished|sticky] like shop-bought bowls.",
            "The foot is [dead flat|cut clean], and the {short} does not [rock|wobble] on [our uneven table|the worktop].",
            "Even [my mother|my husband|the neighbour], who [notices nothing|thinks I own enough bowls], asked where the {m} bowl came from.",
        ],
        later: &[
            "After [{3..11} months|half a year|a winter] of daily use the {m} has [only got darker and better|taken on a lovely depth], without a single crack.",
            "I oil the {short} [once a month|every few weeks] and it [drinks it up|looks new each time].",
            "It has been [washed by hand|rinsed and dried] [dozens|hundreds] of times and the rim of the {m} is still [true|perfectly round].",
        ],
        quibble: &[
            "The {m} wanted [a second coat of|more] oil on [arrival|the first day], which nobody mentions.",
            "A tiny knot near the [rim|foot] was not in the pictures; [it is sound|I have made my peace with it], but still.",
            "It smelled [strongly|a little too much] of oil for [a week|the first few days].",
            "The {short} is [a touch smaller|shallower] than I imagined; [measure|check the size] before you order.",
        ],
        fault: &[
            "A crack [opened in the rim|ran in from the edge] [within three weeks|after the second wash], and I had [dried it by hand every time|followed the care card].",
            "The {m} [warped|went oval] in our [heated|dry] kitchen, and now the {short} [rocks like a chair|spins] on the table.",
            "The finish [came off on the first salad|turned white and rough after one wash], and I do not want to eat [it|my linseed].",
        ],
        pieces: &[
            (
                "salad bowl",
                &[
                    "You can toss a salad for [six|eight] in it without [losing half of it|leaves] over the side.",
                    "[Dressing|Vinegar] wipes straight out of the {m}, and the {short} lives on the table now.",
                ],
            ),
            (
                "fruit bowl",
                &[
                    "Pears and [lemons|apples] look like a painting in it, and they [keep better|last longer] than in our old glass one.",
                ],
            ),
            (
                "porridge bowl",
                &[
                    "My porridge stays hot to the last spoonful, and the {short} never burns my [fingers|lap].",
                    "It sits in the palm [just so|like a bird's nest], which is all one wants at [six|seven] in the morning.",
                ],
            ),
            (
                "serving bowl",
                &[
                    "Potatoes for [eight|ten] fit with room to spare, and it looks [grand|right] in the middle of a long table.",
                ],
            ),
            (
                "nut bowl",
                &["It holds [olives|almonds|pistachios] and, between parties, [my keys|our spare change]."],
            ),
            (
                "dough bowl",
                &[
                    "Dough comes [cleanly off the {m}|away with hardly any flour], and [my sourdough|the Saturday loaf] rises as it never did in steel.",
                ],
            ),
        ],
    },
    Voice {
        craft: "boards",
        praise: &[
            "Every edge has been [eased|rounded] and every face [sanded|scraped] until the {m} feels [like a pebble|finished].",
            "The {m} is [thick|heavy] enough to [last|be sanded and used again] for [decades|another generation].",
            "There is not [one filled hole|a trace of filler] in the wood, [front or back|and I looked].",
            "It came with [an oiled surface|the oil already rubbed in], and water [beads|rolls off] as it should.",
            "The colour of the {m} [warms up the whole worktop|goes with everything in our kitchen], which is otherwise [white|steel].",
        ],
        later: &[
            "[{4..10} months|A year] on, the {m} shows [knife marks|some scratches] and wears them [well|with dignity].",
            "We [oiled it twice|gave it linseed oil at Easter], and the {short} is as good as [new|on day one].",
        ],
        quibble: &[
            "The [back|underside] of the {short} is [less carefully sanded|rougher] than the front.",
            "It raised [a bit of fuzz|some grain] after the first wash; [fine sandpaper|a rub with oil] put it right.",
            "The {m} is [paler|darker] than in the photograph, which [I got used to|is a pity beside our other boards].",
        ],
        fault: &[
            "The {m} split along [a glue line|the grain] [after a month|in the second week], and it has never been near a dishwasher.",
            "It [bent|cupped] like a [banana|saddle] within [a fortnight|days], although I dried the {short} standing up.",
            "Splinters in [food|a kitchen thing] are not rustic, and my {short} [shed|gave off] three of them.",
        ],
        pieces: &[
            (
                "cutting board",
                &[
                    "It stays [put|where it is] on the worktop, and knives [stay sharp|hardly lose their edge] on the {m}.",
                    "Bread, [onions|herbs], a whole chicken: there is [room|space] for everything and the heap beside it.",
                ],
            ),
            (
                "spoon rest",
                &[
                    "The hob has been [free of sauce|clean] ever since, which is all I asked of a(n) {m} rest.",
                ],
            ),
            (
                "cooking spoon",
                &[
                    "The edge reaches [every corner|right into the curve] of my pans, and it does not [scratch|clatter].",
                ],
            ),
            (
                "pair of salad servers",
                &[
                    "They [grip|hold] leaves and [slippery tomatoes|olives] alike, and lie nicely in a [small|child's] hand too.",
                ],
            ),
            (
                "salt box",
                &[
                    "My salt stays dry [beside the steam of the kettle|right next to the stove], and the lid [swings|opens] with one finger.",
                ],
            ),
            (
                "serving tray",
                &[
                    "I carry breakfast for [two|three] upstairs on it, and the handles [leave room for knuckles|are cut for real hands].",
                ],
            ),
        ],
    },
    Voice {
        craft: "stoneware",
        praise: &[
            "The glaze [pools|runs] [a shade darker|deeper] towards the foot, and [each time I look|every morning] I find something new in it.",
            "It has [the right weight|heft] without being [clumsy|heavy], and the [rim|lip] is [thin|fine] where it matters.",
            "[Throwing rings|Finger marks] under the {m} glaze fit [my own fingers|the hand], as if the {short} had been made for me.",
            "The foot is [polished|ground smooth], so the {short} does not [scratch|mark] [the table|our oak worktop].",
            "I put the {short} [in the dishwasher|through the machine] [every day|all the time], and the {m} has not [dulled|crazed].",
            "No two of ours are [quite|exactly] alike, [which is the point|and that is why I buy from a potter].",
        ],
        later: &[
            "[{3..10} months|A year] of [daily use|everyday knocks] and not one chip in the {m}.",
            "I bought one {short} in [spring|autumn], and now [there are three|I own four]: it is a habit.",
        ],
        quibble: &[
            "There is a [pinhole|small bump] in the glaze [near the foot|on one side], and I would have liked to be [asked|told].",
            "The colour came out [greyer|cooler|warmer] than [the picture|on my screen].",
            "The unglazed foot [is a little rough|scratched my tray] until I [rubbed|sanded] it.",
        ],
        fault: &[
            "A hairline crack ran [through the foot|up one side] from the [first|second] day, and [one morning|in the sink] the {short} was in two halves.",
            "The glaze [crazed|turned into a net of fine lines] after [four|five] trips through the dishwasher that it is said to be safe for.",
            "A chip in the [rim|edge] [under the glaze|that had been glazed over] tells me that {w} sold me a second at the full price.",
        ],
        pieces: &[
            (
                "tea mug",
                &[
                    "The handle takes [three fingers|my whole hand], and tea stays hot [longer than I need|through a whole phone call].",
                    "It is the {short} that [everyone|my sister] reaches for first, and we have had words about it.",
                ],
            ),
            (
                "teapot",
                &[
                    "It pours without a [single drip|drop on the cloth], which [my last three|hardly any] teapots did.",
                    "The lid stays on [to the last cup|when you tilt it], and the strainer holes are [many|fine] enough for [rooibos|broken leaf].",
                ],
            ),
            (
                "tumbler",
                &[
                    "They stack, they [feel|sit] good in the hand, and they do for [coffee|wine] as well as water.",
                ],
            ),
            (
                "dinner plate",
                &[
                    "Food looks [better|like a photograph] on it, and the rim [catches the sauce|keeps peas where they belong].",
                ],
            ),
            (
                "soup bowl",
                &[
                    "Soup stays hot [in it|to the last spoon], and the bowl is deep enough for [ramen|a proper helping].",
                ],
            ),
            ("spoon rest", &["It is [heavy|broad] enough to stay put under [a ladle|two spoons at once]."]),
            (
                "butter dish",
                &["Butter [keeps soft|spreads] straight from it, [even in January|in our cold kitchen]."],
            ),
            (
                "storage jar",
                &[
                    "Coffee kept in it still smells [of coffee|fresh] after [three weeks|a fortnight], so the stopper [does its work|fits].",
                ],
            ),
        ],
    },
    Voice {
        craft: "forge",
        praise: &[
            "It went through [a ripe tomato|a sheet of paper] [under its own weight|without pressing] straight out of the box.",
            "The [hammer marks|forge scale] above the edge [keep slices from sticking|are not for show: food falls off].",
            "The handle [fills the hand|fits both my hand and my wife's], with [no gap|not a hair's gap] where it meets the {m}.",
            "You [notice|feel] at once that the {m} was [ground|finished] by someone who [cooks|sharpens knives himself].",
            "It takes an edge on [an ordinary stone|my old whetstone] in [two minutes|a few strokes].",
        ],
        later: &[
            "[{3..9} months|A year] in, the {m} has turned [grey and blue|a soft grey], and I like it [better|more] each week.",
            "I [strop|hone] the {short} on [Sundays|Saturdays] and have not needed the stone [yet|since March].",
        ],
        quibble: &[
            "The {m} [spots|stains] if you leave it wet for [ten minutes|the length of a phone call]; know that before you buy.",
            "The spine [could have been rounded|has corners], and my finger [noticed|told me so] after [two|three] kilos of carrots.",
            "No [sheath|edge guard] comes with it, which at this price [would have been kind|surprised me].",
        ],
        fault: &[
            "The edge [chipped|rolled over] on [a carrot|plain bread] in the first week, and sharpening only [showed how soft|made it worse].",
            "The handle [came loose|began to wobble] after [five|six] weeks, and there is now [water|rust] in the joint.",
            "It [arrived blunt|came with a wire edge], and a(n) {noun} that does not cut is [a paperweight|an ornament].",
        ],
        pieces: &[
            (
                "chef's knife",
                &["[Onions|Leeks], herbs, squash: I have put [two|three] other knives away since it came."],
            ),
            (
                "paring knife",
                &[
                    "Small enough for [strawberries|shallots] and strong enough to [open a squash|pit an avocado], it never gets back [into the drawer|to the block].",
                ],
            ),
            (
                "bread knife",
                &[
                    "A [two-kilo|dark] rye loaf with a thick crust, and the slices are [even|thin] to the heel.",
                ],
            ),
        ],
    },
    Voice {
        craft: "ironwork",
        praise: &[
            "The hammer marks [catch the light|are real], and the beeswax finish [smells faintly of honey|does not come off on the hands].",
            "It is [heavier|stouter] than it looks in the pictures, in the [best|right] way.",
            "You can see [how it was made|every blow], and [each curve|every twist] of the {m} is [crisp|clean].",
            "It [will outlive|is going to outlast] me, the house and [probably|very likely] the street.",
            "I have [nothing to set against|no complaint about] it: plain {m}, [well|honestly] made.",
        ],
        later: &[
            "[{4..10} months|A winter] later the {m} has [no rust|not a spot of rust], and it hangs [by the back door|near the sea].",
            "It has [darkened|mellowed] [a little|slightly] and looks as if it had always [been there|belonged to the house].",
        ],
        quibble: &[
            "[A sharp burr|One rough spot] [on the back|underneath] had to be [filed off|taken down] before I trusted it near children.",
            "The wax [left a mark|came off] on [the wall|a white cloth] in the first days.",
            "It would have been [nice|fair] to say that the {short} is quite so [dark|heavy].",
        ],
        fault: &[
            "It [rusted|went orange] within [two weeks|a month], [indoors|in a dry room], wax or no wax.",
            "The {m} [bent|gave way] the [second|third] time I used it, and iron ought not to.",
            "Mine was [welded crooked|twisted out of true], and it [shows|bothers me] every single day.",
        ],
        pieces: &[
            (
                "bottle opener",
                &[
                    "It takes the cap off in [one pull|a single go] and [leaves it unbent|does not bruise the hand].",
                ],
            ),
            (
                "fire poker",
                &[
                    "My hand stays [cool|well away], and the hook turns [a log|heavy logs] without a second try.",
                ],
            ),
            (
                "wall hook",
                &[
                    "[Two winter coats|A wet coat and a rucksack] hang from it, and it has not [moved|dropped a millimetre].",
                ],
            ),
        ],
    },
    Voice {
        craft: "table_linen",
        praise: &[
            "The hem is [turned twice|mitred] and so [even|straight] that I [checked|looked twice] whether a machine had done it.",
            "The {m} has [a lovely dry hand|real weight], and it [falls|drapes] as it should.",
            "In {color} it [goes with|suits] [our old china|everything we own], which I could not say of [the last five|anything printed].",
            "It came [softly washed|pre-washed] and has not [shrunk|lost a centimetre] since.",
            "You [see|notice] the difference from [shop|department store] cloth [at once|the moment you unfold it].",
        ],
        later: &[
            "After [{12..40:4} washes|a whole summer of washing] the {m} is [softer|only getting softer], and the {color} [has held|is as clear as ever].",
            "[Red wine|Beetroot|Turmeric] came out [at forty degrees|in an ordinary wash], to my surprise.",
        ],
        quibble: &[
            "It [creases|crumples], as {m} will; [iron it damp|I have stopped caring], but know it beforehand.",
            "A loose thread [at one corner|in the hem] had to be [sewn in|snipped] on the first day.",
            "The {color} is [a shade lighter|more muted] than on [my screen|the picture].",
        ],
        fault: &[
            "It [shrank by a hand's width|came out a size smaller] in the first wash at [thirty|forty] degrees.",
            "The {color} [ran|bled] into [everything else|a white shirt], and there was no [warning|word] of it on the label.",
            "A [hole|thin place] the size of a [lentil|pea] was woven right into the {m}, [in the middle|where everybody sees it].",
        ],
        pieces: &[
            (
                "tablecloth",
                &[
                    "It covers [our odd old table|the long table] with a proper overhang, and [nobody slides|it stays] off the edge.",
                ],
            ),
            (
                "set of four napkins",
                &[
                    "Paper ones have [gone|been banned] from this house, and the children [fold|fight over] theirs.",
                ],
            ),
            (
                "table runner",
                &[
                    "It [hides the scratches|pulls the whole room together], and lies flat [without pins|from the first day].",
                ],
            ),
            (
                "apron",
                &[
                    "The straps [stay on the shoulders|cross at the back], and the pocket takes a [phone|whole tea towel].",
                ],
            ),
            (
                "tea cosy",
                &[
                    "The pot is still [hot|warm] [an hour|forty minutes] later, and it looks like a [fat hen|small hill] on the table.",
                ],
            ),
            (
                "set of two tea towels",
                &["They [dry glasses without fluff|drink up water], from the [very first|second] wash on."],
            ),
        ],
    },
];
