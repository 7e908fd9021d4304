//! What workshops and customers tell of themselves: each workshop its story with techniques and some works, and some of
//! the customers what they like. The texts are templates; see `text`.

use crate::crafts::{CRAFTS, Craft, Lines, Material, Piece};
use crate::people::User;
use crate::text::{Slots, title_case};
use crate::writer::Writer;
use crate::{Seller, json};

/// How many customers have told something.
pub const CUSTOMERS: usize = 300;
/// How often one sentence may stand in all profiles.
pub const MOST_REPEATS: usize = 8;

pub fn json(users: &[User], sellers: &[Seller]) -> String {
    let mut teller = Teller { writer: Writer::new("profiles", MOST_REPEATS).with_tries(4) };
    let workshops: Vec<String> = sellers.iter().map(|seller| teller.workshop(seller)).collect();
    let mut at: Vec<usize> = (0..users.len()).collect();
    teller.writer.random.shuffle(&mut at);
    // The first customer is the one in the examples.
    at.retain(|at| *at != 0);
    at.truncate(CUSTOMERS - 1);
    at.push(0);
    at.sort_unstable();
    let customers: Vec<String> = at.into_iter().map(|at| teller.customer(&users[at])).collect();
    json::lines(workshops.into_iter().chain(customers))
}

struct Teller {
    writer: Writer,
}

impl Teller {
    fn workshop(&mut self, seller: &Seller) -> String {
        let workshop = seller.workshop;
        let crafts: Vec<&'static Craft> =
            CRAFTS.iter().filter(|craft| workshop.crafts.contains(&craft.key)).collect();
        let mut slots = Slots::default();
        slots.set("w", workshop.name);
        slots.set("city", workshop.city);
        slots.set("year", workshop.founded.to_string());
        let craft = crafts[0];
        slots.set("short", craft.pieces[0].short);
        slots.set("piece", craft.pieces[craft.pieces.len() - 1].noun);
        slots.set("m", self.material(craft, workshop.only).name);
        let parts = [BEGINNINGS, HABITS, VISITS];
        let story: Vec<String> = parts.iter().map(|lines| self.writer.write(lines, &slots)).collect();
        let story = format!("{} {}", workshop.story, story.join(" "));
        let techniques: Vec<&str> = crafts.iter().flat_map(|craft| techniques(craft.key)).copied().collect();
        let works = self.writer.random.between(3, 6);
        let mut titles: Vec<String> = Vec::new();
        let portfolio: Vec<String> = (0..works)
            .filter_map(|number| {
                let craft = crafts[number as usize % crafts.len()];
                self.work(seller, craft, &slots, &mut titles)
            })
            .collect();
        json::object(&[
            ("seller_id", json::text(&seller.id)),
            ("story", json::text(&story)),
            ("techniques", json::array(techniques.iter().map(|word| json::text(word)))),
            ("portfolio", json::array(portfolio)),
        ])
    }

    fn material(&mut self, craft: &'static Craft, only: &[&str]) -> &'static Material {
        let known: Vec<&Material> = craft
            .materials
            .iter()
            .filter(|material| only.is_empty() || only.contains(&material.name))
            .collect();
        known[self.writer.random.below(known.len())]
    }

    /// `None` where the same had been drawn before.
    fn work(
        &mut self,
        seller: &Seller,
        craft: &'static Craft,
        slots: &Slots,
        titles: &mut Vec<String>,
    ) -> Option<String> {
        let material = self.material(craft, seller.workshop.only);
        let fits = |piece: &&Piece| piece.only.is_empty() || piece.only.contains(&material.code);
        let pieces: Vec<&Piece> = craft.pieces.iter().filter(fits).collect();
        let piece = pieces[self.writer.random.below(pieces.len())];
        let first = seller.workshop.founded.max(2008);
        let year = self.writer.random.between(first.min(2025), 2025);
        let mut slots = slots.clone();
        for (name, value) in [("short", piece.short), ("piece", piece.noun), ("m", material.name)] {
            slots.reset(name, value);
        }
        slots.set("M", title_case(material.name));
        slots.set("P", title_case(piece.noun));
        let title = self.writer.write(WORKS, &slots);
        if titles.contains(&title) {
            return None;
        }
        let description =
            [TOLD_OF_WORKS, MAKING_OF_WORKS].map(|lines| self.writer.write(lines, &slots)).join(" ");
        titles.push(title.clone());
        Some(json::object(&[
            ("title", json::text(&title)),
            ("description", json::text(&description)),
            ("year", year.to_string()),
        ]))
    }

    fn customer(&mut self, user: &User) -> String {
        let random = &mut self.writer.random;
        let mut crafts: Vec<&'static Craft> = CRAFTS.iter().collect();
        random.shuffle(&mut crafts);
        crafts.truncate(random.between(2, 5) as usize);
        let interests: Vec<&str> =
            crafts.iter().map(|craft| random.pick(interests(craft.key))).copied().collect();
        let mut sizes = Vec::new();
        let chances: [(&str, usize, &[&str]); 4] = [
            ("ring", 35, &["50", "52", "54", "56", "58", "60"]),
            ("knitwear", 55, &["S", "M", "L", "XL"]),
            ("slippers", 40, &["36–37", "38–39", "40–41", "42–43", "44–45"]),
            ("belt", 25, &["85 cm", "95 cm", "105 cm", "115 cm"]),
        ];
        for (of, chance, all) in chances {
            if random.percent(chance) {
                sizes.push(json::object(&[
                    ("of", json::text(of)),
                    ("size", json::text(all[random.below(all.len())])),
                ]));
            }
        }
        let newsletter = random.percent(60);
        let mut slots = Slots::default();
        slots.set("city", user.place.city);
        slots.set("one", interests[0]);
        slots.set("other", interests[1]);
        let about = [ABOUT, WISHES].map(|lines| self.writer.write(lines, &slots)).join(" ");
        json::object(&[
            ("user_id", json::text(&user.id)),
            ("about", json::text(&about)),
            ("interests", json::array(interests.iter().map(|word| json::text(word)))),
            ("sizes", json::array(sizes)),
            ("newsletter", newsletter.to_string()),
        ])
    }
}

const BEGINNINGS: Lines = &[
    "The first {short} that {w} ever sold, in {year}, still [stands|hangs] [above the door|on the shelf behind the till], and is [not for sale|asked for every week].",
    "When {w} opened in {year}, there was [one bench|one borrowed machine] and [a heater that smoked|a radio]; of these the [bench|radio] is still with us.",
    "Since {year} the door in {city} has been [open to anyone|unlocked on weekdays], and half of what we know was [told us by visitors|learned from those who came in].",
    "We keep a book in which each [piece|{short}] since {year} has a line: [who made it|its number], of what, and for whom.",
    "Nobody at {w} had planned to [make a living of it|stay longer than a year], and [yet|all the same] {city} has not got rid of us since {year}.",
];

const HABITS: Lines = &[
    "We work in {m} [above all|more than in anything else], because it [forgives little|tells you when you are wrong], and that [keeps us awake|is good for us].",
    "A(n) {piece} takes us [two days|the better part of a week], with the waiting, and we [refuse to|would not] hurry the waiting.",
    "[Offcuts|Leftovers] of {m} go to [the school in {city}|whoever asks for them], which has [brought us two apprentices|started more than one career].",
    "Every {short} is [looked over|signed] by somebody who [has not worked on it|was not at the bench], the [strictest|best] rule we have.",
    "Lunch is at [noon|half past twelve], for everybody, and [most|many] of our {m} ideas were [drawn on the tablecloth|born there].",
    "We [mend|repair] what we have made, whoever [owns it now|has inherited it], and [learn|see] from it how {m} ages.",
];

const VISITS: Lines = &[
    "If you [pass through|are in] {city}, [knock|ring the bell]: there is [always|mostly] [coffee|tea], and something to [hold|try].",
    "On the [first|last] Saturday of the month {w} [is open to visitors|teaches beginners], [six at a time|with places for eight].",
    "[Letters|Questions] are answered by whoever [is nearest to the desk|made the thing], at the latest by [Friday|the day after].",
    "Orders from {city} and around can be [fetched|collected], and [a walk round|a look into] the workshop is [part of it|free].",
];

const WORKS: Lines = &[
    "{P} for [a wedding|a christening|an anniversary]",
    "{M} {P}, [large|small|first] version",
    "[Study|Trial piece]: {piece} in {m}",
    "{P} for [the town hall|a chapel|the library|a small hotel|the station café]",
    "{P} after [an old drawing|a find in the attic|a photograph of 1911]",
    "[Journeyman's|Master's|Apprentice's] piece: {piece} in {m}",
    "{P} from [one trunk|one batch|a single afternoon]",
    "[The last|The first] {piece} in {m}",
];

const TOLD_OF_WORKS: Lines = &[
    "[Ordered|Asked for] by [a family|two sisters|a restaurant] in {city}, who wanted a(n) {piece} in {m} that [nobody else has|could be handed down].",
    "Made for [the fair|an exhibition] in {city}, where this {short} [won a second prize|was sold within the hour|was touched by everyone].",
    "The {short} [replaces|copies] one that was [broken in a move|lost in a fire], from [a photograph|memory] alone.",
    "We made the {short} for [ourselves|the shop window], to see how far {m} would [go|let us go].",
    "A(n) {piece} in {m} of [twice the usual|an unusual] size, for [somebody who had asked three other workshops|a house with high rooms|a client who measured twice].",
    "The piece with which [our apprentice|the youngest of us] [passed the examination|showed what {m} can do].",
];

const MAKING_OF_WORKS: Lines = &[
    "It took [{2..9} weeks|{12..40:4} days], [two failures|one false start] and [more {m} than we like to say|a new tool].",
    "The {m} was [chosen|put aside] [{2..6} years|a winter] before, and the {short} was [planned|drawn] around it.",
    "It can be seen in [{city}|the workshop], on [weekdays|request]; a smaller {short} in {m} is [for sale|made to order].",
    "What we learned from it is in every {short} that [leaves|has left] {w} since.",
    "Nothing about the {short} is [glued|hidden] that could be [seen|left open].",
];

const ABOUT: Lines = &[
    "I live in {city} and [collect|cannot pass by] {one}; the cupboard [is full|has given up].",
    "[Two children|A dog and a cat|Four flatmates] and [a small flat|an old house] in {city}, so things here must [last|bear something].",
    "I [teach|nurse|drive a tram|cook] in {city}, and in the evening I want [something made by hand|{one}] around me.",
    "[Retired|Newly retired], with time for {one} and, since [last year|the spring], for {other}.",
    "I came to {one} through [my grandmother|a market in {city}] and have [stayed|not got away since].",
    "We moved to {city} [with two suitcases|last autumn] and are [furnishing|filling the shelves] slowly, [piece by piece|with what we like].",
    "I make {other} myself, badly, which is why I [admire|buy] {one} from those who can.",
    "Mostly I buy presents: {one} for [my sister|my mother], {other} for [everybody else|my brother].",
];

const WISHES: Lines = &[
    "[Tell|Write to] me when there is new {one}, and [otherwise seldom|not too often].",
    "I [would like to see|miss] more {other} from [the south|small islands|near {city}].",
    "No [plastic|gold], please, and [nothing that is glued|no more mugs than three a year].",
    "I like to know who made a thing, and [how|of what].",
    "[Natural colours|Dark colours|Loud colours] and [plain shapes|small patterns], in {one} as in {other}.",
    "[Repaired|Second choice] {one} is [welcome|fine with me]: it has a story already.",
    "If it comes from [within a day's journey of {city}|a workshop I could visit], [all the better|so much the better].",
];

fn interests(craft: &str) -> Lines {
    match craft {
        "bowls" => &["wooden bowls", "turned wood"],
        "boards" => &["kitchen boards", "wooden spoons"],
        "stoneware" => &["stoneware", "teapots", "handmade mugs"],
        "forge" => &["kitchen knives", "forged blades"],
        "ironwork" => &["wrought iron", "hooks and hinges"],
        "table_linen" => &["table linen", "linen napkins"],
        "weaving" => &["wool blankets", "hand weaving"],
        "quilts" => &["patchwork", "quilts"],
        "baskets" => &["baskets", "willow work"],
        "candles" => &["beeswax candles", "candles"],
        "glass" => &["blown glass", "glass vases"],
        "stained_glass" => &["stained glass", "lanterns"],
        "macrame" => &["macramé", "wall hangings"],
        "embroidery" => &["embroidery", "hoop pictures"],
        "scarves" => &["silk scarves", "shawls"],
        "knitwear" => &["knitwear", "wool socks"],
        "leather" => &["leather bags", "leather goods"],
        "felt" => &["felt", "slippers"],
        "silver" => &["silver rings", "silver jewellery"],
        "beadwork" => &["beads", "amber"],
        "soap" => &["natural soap", "bath things"],
        "bookbinding" => &["notebooks", "marbled paper"],
        "desk" => &["things for the desk", "fountain pens"],
        "prints" => &["woodcuts", "prints"],
        "toys" => &["wooden toys", "puzzles"],
        "nursery" => &["rag dolls", "things for babies"],
        "planters" => &["terracotta", "garden pots"],
        "birdhouses" => &["garden birds", "nesting boxes"],
        "chimes" => &["wind chimes", "mobiles"],
        "pets" => &["things for dogs", "things for cats"],
        "instruments" => &["kalimbas", "drums", "flutes"],
        craft => panic!("nobody is interested in {craft}"),
    }
}

fn techniques(craft: &str) -> Lines {
    match craft {
        "bowls" => &["wood turning", "oil finishing"],
        "boards" => &["joinery", "spoon carving"],
        "stoneware" => &["wheel throwing", "glaze mixing", "reduction firing"],
        "forge" => &["forging", "heat treatment", "hand grinding"],
        "ironwork" => &["blacksmithing", "fire welding"],
        "table_linen" => &["hemming", "block printing"],
        "weaving" => &["hand weaving", "fulling"],
        "quilts" => &["piecing", "hand quilting"],
        "baskets" => &["basket weaving", "willow growing"],
        "candles" => &["dipping", "pouring"],
        "glass" => &["glass blowing", "annealing"],
        "stained_glass" => &["glass cutting", "leading", "copper foil"],
        "macrame" => &["knotting", "cord dyeing"],
        "embroidery" => &["crewel work", "satin stitch"],
        "scarves" => &["hand weaving", "natural dyeing"],
        "knitwear" => &["hand framing", "linking", "hand knitting"],
        "leather" => &["saddle stitching", "edge burnishing"],
        "felt" => &["wet felting", "blocking"],
        "silver" => &["soldering", "chasing", "stone setting"],
        "beadwork" => &["bead stringing", "loom beading"],
        "soap" => &["cold process soap making", "infusing oils"],
        "bookbinding" => &["hand binding", "paper marbling"],
        "desk" => &["cabinet making", "fine sanding"],
        "prints" => &["woodcut", "linocut", "hand printing"],
        "toys" => &["scroll sawing", "milk paint"],
        "nursery" => &["doll making", "hand sewing"],
        "planters" => &["terracotta throwing", "slip decoration"],
        "birdhouses" => &["joinery", "shingling"],
        "chimes" => &["tuning", "stringing"],
        "pets" => &["saddle stitching", "felting"],
        "instruments" => &["instrument making", "tuning by ear"],
        craft => panic!("nobody knows how {craft} are made"),
    }
}
