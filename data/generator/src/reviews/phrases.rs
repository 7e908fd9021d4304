//! What customers say whatever they bought: of the parcel, of presents, of the workshop, and what it comes to. The
//! texts are templates; see `text`.

use crate::crafts::Lines;

/// First words of a happy review.
pub const DELIGHTED: Lines = &[
    "[What a|Such a] [lovely|beautiful|fine|handsome] {noun}.",
    "I [had been looking|looked] for a(n) {noun} like this for [years|months|a long time].",
    "[Bought|Ordered] [on a whim|for myself|after much hesitation], and [not regretted|worth it|loved] from the [first day|moment I opened the parcel].",
    "The {short} [arrived|came] on a [Monday|Tuesday|Wednesday|Thursday|Friday|Saturday] and has been in use [ever since|every day since|since that evening].",
    "[Better|Lovelier|Finer] than the [pictures|photographs|photos], and they were [good|lovely] already.",
    "I [rarely|seldom|never] write reviews, but this {short} [deserves|has earned] one.",
    "This is my [second|third] {noun} from {w}, and [it will not be|surely not] the last.",
    "[Exactly|Just] the {noun} I [wanted|had in mind|was after]: [honest|plain], [well made|beautiful] and [useful|built to last].",
    "Chosen in {color}, and I would [choose|take|pick] it again.",
    "I [unpacked|unwrapped] this {short} and [smiled|had to sit down|called my sister].",
    "Some things are [simply|just] [right|well made], and this {short} [is one of them|belongs there].",
    "[Five|All the] stars for the {short}, [five|and more] for {w}.",
    "We [gave ourselves|treated ourselves to] this {noun} for [our anniversary|the new flat|no reason at all].",
    "I have [handled|owned] many a {noun}, and [this one|the one from {w}] is [the best|in a class of its own].",
    "[Ordered|I took it] in {size}, which [was right|is just right|suits us].",
];

/// First words of a content one.
pub const CONTENT: Lines = &[
    "A [good|nice|solid|decent] {noun}, [with one small remark|nearly perfect|on the whole].",
    "I am [happy|pleased|content] with the {short}, [all in all|by and large].",
    "Four stars for a [well-made|handsome|good] {noun} from {city}.",
    "[Almost|Nearly|Very nearly] everything about this {short} is [right|as I hoped].",
    "The {short} [does|is] what it [should|promises], and [looks good|is pretty] too.",
    "[Good|Fine|Careful] work from {w}, with [a small flaw|one thing to note].",
    "I [like|use] this {noun} [a lot|every day|very much], and yet.",
    "[Solid|Honest] work, [fair|a fair] price, one [little|small] but.",
    "[Taken|Ordered] in {color}; [on the whole|all in all] a good [buy|choice].",
    "Nearly five stars: the {short} is [lovely|good], the [details|rest] less so.",
];

/// First words of one who is in two minds.
pub const UNDECIDED: Lines = &[
    "I am [in two minds|undecided|not sure] about this {short}.",
    "A [nice idea|good start], and [a middling|an average] {noun}.",
    "It is [all right|not bad|fine], [no more and no less|but not special].",
    "I had [hoped for|expected] [a little|rather] more of a(n) {noun} from {w}.",
    "The {short} is [pretty|good-looking], but that is not [all|everything].",
    "[Half pleased|Partly happy], and so [three stars|somewhere in the middle].",
    "[Good|Fine] from [afar|three metres], less so [in the hand|close up].",
    "For [this|the] price I look [closely|twice], and the {short} does not [quite|fully] hold up.",
];

/// First words of one who is not pleased.
pub const DISAPPOINTED: Lines = &[
    "I [wanted|meant] to like this {short}, and [I do not|could not|it was not to be].",
    "[Sadly|Unfortunately|I am sorry to say], the {noun} was a [disappointment|let-down].",
    "[Not|Hardly] what I [paid|had ordered|waited {2..4} weeks] for.",
    "[Pretty|Handsome] in the pictures, [poor|another story] in [use|daylight].",
    "[Two|A couple of] things went wrong with my {short}, and [one|either] would have been enough.",
    "[Other reviews|The other comments] are kinder; mine [cannot be|is not].",
    "I [expected|had hoped for] better from {w}, [frankly|having bought there before].",
    "My {short} must have been [made|packed] on a [Friday afternoon|bad day].",
    "The [worst|least happy] purchase I made [this year|in {city}, so to speak].",
];

/// Presents and other occasions.
pub const OCCASIONS: Lines = &[
    "It was a present for my [mother|sister|brother|father|daughter|best friend|aunt], who [rang at once|was speechless|has not stopped talking of it].",
    "My [mother|father|neighbour|colleague|sister-in-law] got one for [a birthday|retirement|Christmas], and now [I want one too|the whole family is asking].",
    "I gave it to [a friend|two friends|my godson] [for a wedding|on moving house], and it was [the success|the talk] of the day.",
    "It was [meant as|to be] a present, and [I kept it|it never left the house].",
    "[Wrapped|Packed] it was a present before I had [added a ribbon|done anything].",
    "I ordered one for [the holiday cottage|the office|our son's first flat], and [a second|another] for [home|ourselves].",
];

/// The parcel, where all went well.
pub const DELIVERED: Lines = &[
    "It [came|arrived|was here] [in {3..6} days|within a week|sooner than promised], [well packed|packed without plastic|in plain paper].",
    "[No plastic|Only paper and straw] in the parcel, and a [card|note] [from the maker|written by hand].",
    "The parcel from {city} [smelled of the workshop|was a pleasure to open] and everything in it was [whole|in order].",
    "[Delivery|Shipping] took [{8..14} days|two weeks|a while], which for [handwork|a small workshop] is [fair|fine].",
    "{w} [wrote|answered] [within the hour|the same day] when I [asked about sizes|had a question|changed my address].",
    "There was a [card|little tag] with the name of [the person who made it|its maker], which I [liked|kept].",
    "Packing: [exemplary|a work of art], and [all|every bit] of it could go in the [paper bin|stove].",
];

/// The parcel and the workshop, where it did not go well.
pub const UNHELPFUL: Lines = &[
    "I have written to {w} [twice|three times], and [nobody|no one] has [answered|got back to me].",
    "It took [{4..7} weeks|more than a month] to get here, without [a word|any news].",
    "They offered [{10..30:10} per cent|a voucher], which is [not|hardly] what I [wanted|asked for].",
    "Sending it back to {city} costs [a third|half] of the price, so [it stays in a cupboard|here it sits].",
    "[The reply|What I heard] from {w} was that [handmade things are like that|this can happen].",
    "To be fair, {w} [refunded me|sent the money back] [within a week|without discussion].",
    "{w} [apologised|was polite about it] and has promised [a new one|to look at it], and [I am waiting|we shall see].",
];

/// About who made it.
pub const MAKERS: Lines = &[
    "You can [tell|feel|see] that {w} [know|love] their [craft|trade].",
    "It is good to know that somebody in {city} [still does this|makes such things] [by hand|for a living].",
    "[One|I] would rather [save up|wait] and buy once from {w} than [twice|three times] elsewhere.",
    "I [visited|looked in at] the workshop in {city} [last summer|two years ago], and the {short} is [as good as what I saw there|a piece of that day].",
    "[Thank you|Thanks] to [everyone|the people] at {w} for [taking such care|doing it properly].",
    "[Things|Pieces] like this {short} are why I [shop|buy] from [small workshops|makers] at all.",
];

/// Last words, by stars.
pub const RECOMMEND: Lines = &[
    "[Highly|Warmly|Heartily] recommended [to anyone who wants a good {noun}|in {m}|for every day].",
    "I would [buy|order|choose] this {short} again [tomorrow|without a second thought|in a heartbeat].",
    "[Worth|It is worth] every [cent|penny], [and the wait|and then some].",
    "[More|Another], please, [in {color}|in every size|before they are gone].",
    "A(n) {noun} for [life|years|keeps].",
    "[If you hesitate|Should you be hesitating]: [don't|take it].",
    "The {short} [stays|is here to stay], and I am [grateful|glad].",
];

pub const FOUR: Lines = &[
    "I would [still buy|still order|take] the {short} again.",
    "[Still|All the same], I [recommend|can recommend] the {short}.",
    "[Nothing|That is nothing] that would [keep|stop] me from [using it daily|ordering another {noun}].",
    "[With that put right|But for that] it would be [five|all five] stars.",
    "[A star off|One star less] for that, and [no regrets|I keep it gladly].",
];

pub const THREE: Lines = &[
    "I shall [keep|use] the {short}, but [would not|hardly] buy it [again|at this price].",
    "[Others|Someone else] may be [happier|less fussy] with this {noun}.",
    "Three stars, [because|since] it is [pretty|usable] [after all|all the same].",
    "[Fine as a present|All right for now], [not|hardly] a(n) {noun} for [life|every day].",
    "At [two thirds|half] the price I would [say|think] otherwise.",
];

pub const TWO: Lines = &[
    "Two stars for the [idea|looks], none for the [rest|making].",
    "I [cannot|would not] recommend the {short} [as it is|like this].",
    "A [pity|shame], for the {m} [is|would be] [beautiful|lovely].",
    "The next {noun} I buy [in a shop|where I can touch it].",
    "[For less money|At that price] I have had [better|a better {noun}].",
];

pub const ONE: Lines = &[
    "[I want|I should like] my money back.",
    "[Stay away from|Leave] this {noun}, [however|no matter how] pretty it looks.",
    "[Back|Sent back] to {city} it goes.",
    "One star, because [none|zero] is not [possible|on offer].",
    "[Never|Not] again, [sorry|I am afraid], whatever {w} [may say|promise].",
];

/// Titles, by stars from one to five.
pub const TITLES: [Lines; 5] = [
    &[
        "[Broken|Useless|In the bin] after [two|three|four] weeks",
        "[Not|Far from] what was [promised|described]",
        "[Keep|Save] your money",
        "A {noun} [for the bin|to look at only|I sent back]",
        "[Very|Deeply|Most] disappointing {short}",
        "[Avoid|Do not buy] this {short}",
        "Poor [quality|work] from {w}",
    ],
    &[
        "[Pretty|Handsome|Lovely] but [poorly made|not for use|short-lived]",
        "I [expected|hoped for] [more|better] from {w}",
        "[Sadly|Unfortunately] not [for me|good enough]",
        "A [let-down|disappointment], the {short}",
        "[Looks good|Nice to look at], [that is all|does not last]",
        "The {short} did not [last|keep its promise]",
        "[Beautiful|Good] {m}, [bad|careless] work",
    ],
    &[
        "[All right|Decent|Fair], but [not special|pricey|with flaws]",
        "[In two minds|Undecided] about this {short}",
        "A middling {noun}",
        "[Nice|Good] {m}, [so-so finish|less good finish]",
        "[Fine|Good enough], [nothing more|for the moment]",
        "The [idea|look] is better than the {short}",
        "[Half|Not quite] what I wanted",
    ],
    &[
        "[Good|Solid|Lovely|Handsome] {noun}, [small flaw|one small but|nearly perfect]",
        "[Almost|Nearly] [perfect|five stars]: {short} in {m}",
        "[Very|Quite|Really] [happy|pleased] with the {short}",
        "[Well|Carefully] made {noun}",
        "A [good|nice|fine] {short} from {city}",
        "{M}: [beautiful|good], with a [but|note]",
        "[Would|I'd] buy the {short} again",
        "[Good value|Honest work] from {w}",
        "[Pretty and useful|Does its job well], this {short}",
    ],
    &[
        "[The best|My favourite|Our favourite] {noun} [ever|in the house|so far|by far]",
        "[Beautiful|Lovely|Wonderful|Gorgeous] {short}",
        "[Perfect|Just right|Spot on]: {noun} in {m}",
        "[In love|Delighted|Thrilled] with this {short}",
        "{M} [at its best|as it should be|to fall for]",
        "A {noun} for [life|every day|keeps]",
        "[Superb|Excellent|Outstanding] work from {w}",
        "[Worth|It was worth] [every penny|the wait|the money]",
        "[Better|Even better|Lovelier] than [the pictures|expected|hoped]",
        "[Everyone|The whole family|Every guest] [asks about it|wants one|loves it]",
        "My [second|third] {short} from {w}",
        "[Thank you|Greetings to|Bravo], {w}",
        "[So|Very] [glad|happy] I bought this {noun}",
        "[Used|In use] every [single day|day since]",
        "The [perfect|ideal] [present|gift]: {noun}",
    ],
];
