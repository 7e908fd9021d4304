//! What is said below a review: by the workshop, by others who have the thing, and by those who think of buying it.
//! The texts are templates; see `text`.

use crate::crafts::Lines;

/// The workshop, to praise.
pub const THANKS: Lines = &[
    "A(n) {noun} is [a week|two days|a good day] of work, and [words like these|a review like yours] make the next one [easier|lighter].",
    "[Reading this|Your review] over coffee in {city} was [a good start to the day|a pleasure]. Enjoy the {short}!",
    "We [remember|know] this {short}: it was the last [of the batch|in that {m}], and it went [to the right person|where it belongs].",
    "[That is what we make them for|So it should be]. The {m} will only get [better|lovelier] with [use|time].",
    "[Thank you|Many thanks]! [That made|You have made] the [morning|day] of everyone at {w}.",
    "[How kind of you|So kind]. We have [pinned|read] this [to the wall|out] in the workshop in {city}.",
    "Thank you for [the kind words|taking the time]. [May|We hope] the {short} [keep you company|serves you] for many years.",
    "We are [so|very] glad the {short} [found|has found] a good home. [Greetings from|All the best from] {city}!",
    "The {short} was made [by our apprentice|by Anna, who has been here for a year|on the last day before the holidays], who is [beaming|very proud] now.",
    "[Good|Lovely] to hear! If it ever needs [mending|attention], [send it back|bring it round] and we shall see to it [for nothing|at cost].",
];

/// The workshop, to small complaints.
pub const NOTED: Lines = &[
    "That is a fair remark about the {short}; we [have changed|shall change] the [description|pictures] so that nobody else is surprised.",
    "With {m} this [can happen|is hard to avoid], but you are right that [we ought to say so|it belongs in the description]. It does now.",
    "We [asked in|took it to] the workshop: the next {short} gets [one more look|another hour] before it leaves {city}.",
    "Thank you for [the honest word|liking it all the same]. A(n) {noun} can always be [better|a little better], and we [work|are working] on it.",
    "A [fair|useful] remark, thank you: the listing of the {short} [says so now|has a line on it since today].",
    "[You are right|That is true], and we have talked the {short} over [at lunch|in the workshop]. It was kind of you to [say it so plainly|give it credit all the same|tell us].",
    "[A good point|Well observed]: from the next {noun} on we [do that differently|shall look at it twice].",
    "If it bothers you, [send us a picture|write to us]: we [exchange|put it right] without [fuss|argument].",
];

/// The workshop, to serious ones.
pub const SORRY: Lines = &[
    "A(n) {noun} that does [this|such a thing] is not what we want to [be known for|sell]. [Write to|Tell] us where to send a [new|better] one.",
    "We looked at [the same batch of {m}|the other pieces in {m}] and found [one more|two others] like it. Yours is replaced, [of course|free of charge].",
    "[My fault|I take the blame]: I [packed|checked] that {short} myself. The money goes back [today|this week], with [an apology|my regrets] from {city}.",
    "That {short} [fell through our checks|should have stayed here]. We [collect it|have it fetched] and [mend or replace|refund or replace] it, as you like.",
    "We are [very|truly] sorry. That {short} should not have left {city}. A new one [is on its way|goes out tomorrow], and you need not send the old one back.",
    "This is not [how we work|good enough]. [Please write to us|Send us a line] with your order number and you [get your money back|have a new {short} or your money, as you like].",
    "Thank you for telling us, and [sorry|our apologies]. We have [found the cause|looked at that batch] and [taken the rest of it down|stopped selling it].",
    "I am sorry you had to wait for an answer: [we are three people|the workshop was closed for two weeks]. You will [hear from me|have an email] today.",
    "That should not happen with {m}. We would [like|be glad] to see it; [we pay the postage|a label is in your inbox].",
];

/// Someone who thinks of buying one asks, and what the author of the review may answer to that.
pub const QUESTIONS: &[(Lines, Lines)] = &[
    (
        &[
            "[Does|Would] the {short} [survive|stand] [daily use|a house with three children|life with a large dog], do you think?",
            "I wonder whether {m} is [sturdy|tough] enough for [a clumsy household|people like us]. How has the {short} [done|held up] with you?",
        ],
        &[
            "[Yes|Oh yes], [I think so|absolutely]. Ours is [used a lot|not spared] and the {m} [shows no sign of it|looks as it did].",
            "I [would say so|am quite sure], having had the {short} for [{2..9} months|some time] and being [careless|no careful person].",
            "With a little care, yes. The {short} is [tougher|less delicate] than it [looks|seems].",
        ],
    ),
    (
        &[
            "Is the {color} more [warm or cool|light or dark] in [real life|daylight]? [The screen|My phone] makes it hard to say.",
            "Could somebody tell me whether the {color} is [really as in the picture|true to the photograph]?",
        ],
        &[
            "[In daylight|To my eye] the {color} is [a shade warmer|exactly as in the second picture]. I was [worried|unsure] too.",
            "I have held the {short} against the screen, and the {color} is [a touch softer|very close].",
        ],
    ),
    (
        &[
            "How long did [delivery|it] take to you? I need the {short} [by the {24..28}th|for a birthday|before Christmas].",
            "Does anybody know whether {w} send to {place}, and how long that [takes|may take]?",
        ],
        &[
            "[About|I think] {4..12} days, from {city} to {place}. [They told me|One gets word] when it left.",
            "To {place} it was [a good week|{6..12} days]. [Ask|Write to] {w}, they [answer quickly|know better].",
        ],
    ),
    (
        &[
            "Did the {short} [smell|have any smell] when you unpacked it? [I am sensitive|We have a baby], and I would like to know about the {m}.",
        ],
        &[
            "[Not at all|No], and I am [fussy|sensitive] myself.",
            "[On the first day|A little at first], then [nothing more|never again]. The {m} was [aired|at the open window] overnight.",
        ],
    ),
    (
        &[
            "Would you take {size} again, or [rather|better] another size?",
            "I am torn about the size of the {short}. Is {size} [enough|what one needs]?",
        ],
        &[
            "{size} [is right|was right] for us. [Measure|Look at what you have] before you decide.",
            "I would take {size} again, [no question|having tried it].",
        ],
    ),
    (
        &[
            "I wonder whether this {noun} would [suit|please] my [mother|brother|father], who has [everything|very particular taste].",
            "Would you give the {short} as a [wedding|birthday] present, or is it too [plain|personal]?",
        ],
        &[
            "As a present I would [certainly|gladly] take the {short} [again|any time]. [Mine|Ours] has made two people [jealous|ask for one].",
            "[Give it|Do]: nobody has too many things in {m} like this one.",
        ],
    ),
];

/// Somebody else who has one, and agrees.
pub const AGREEING: Lines = &[
    "[Mine too|The same here]! I have had the {short} since [spring|last autumn|the summer] and [would sign every word|feel just the same].",
    "I can only [agree|confirm this]. Mine [in {color}|from {w}] is [just as good|as lovely].",
    "[Thank you|Thanks], [your review decided it|I bought one because of you], and I am [as happy as you|not sorry].",
    "We have [two|three] of them by now. [Be warned|Take care]: it does not stop at one {noun}.",
    "[Well put|Nicely said]. I [gave|have given] one to my [parents|sister] in {place}, and they say the [very same|same].",
];

/// Somebody else who has one, and does not agree.
pub const DISAGREEING: Lines = &[
    "[Odd|Strange], mine is [flawless|fine], [and I bought it the same month|after a year of use]. [Perhaps|Maybe] you had bad luck.",
    "I [had|saw] the same with my {short}, and {w} [replaced it|put it right] [at once|within a week]. [Do write|Write] to them.",
    "[Hm|Well], for [handwork|something handmade] in {m} I find that [normal|acceptable]. But I [see|understand] your point.",
    "[Sorry|A pity] to read that. [Mine|The one we have in {place}] has given us no trouble [so far|at all].",
];

/// The author of the review, to the workshop after a complaint.
pub const SETTLED: Lines = &[
    "[Update|A later word]: the new {short} [is here|came today] and is [perfect|as it should be]. [Thank you|That is how to do it], {w}.",
    "[Thank you|Thanks]. I have [written to you|sent the pictures] and [shall|will] report here.",
    "That is [decent|fair] of you. I [may|shall] raise the stars when [it works out|the new one has lasted].",
    "What you promised [was here|arrived] [within three days|yesterday], so [no hard feelings|all is well].",
];

/// The one who asked, to an answer.
pub const ORDERED: Lines = &[
    "[Thank you|Thanks]! [Ordered|Just ordered] [one|mine] in {color}.",
    "[Thank you|Thanks], then I [dare|shall] order the {short} in {m}.",
    "[Very kind|How kind] of you to answer. The {short} is [ordered|on my list].",
    "[That helps|Very helpful], thank you. [It is in the basket|I shall sleep on it].",
    "[Great|Perfect], then it will be [the {short}|a(n) {noun} for my birthday].",
    "[Good to know|Ah, thank you]. [My wife|My husband|My sister] says I ask too many questions.",
];

/// The workshop, to a question.
pub const ADVICE: Lines = &[
    "{w} here: [we make it in other sizes too|we can send a sample], just [write|ask] us.",
    "If I may: we take the {short} back within {14..30:2} days, so [there is no risk in it|you can simply try].",
    "[A word from the workshop|From the bench]: it is [tougher|lighter] than it looks. [Do ask|Ask] us anything about the {short}.",
];
