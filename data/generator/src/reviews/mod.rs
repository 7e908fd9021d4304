//! Composes reviews: who writes about what and when, how many stars, and the text from the templates in [`phrases`]
//! and [`voices`]. What is said below a review is put together in [`thread`].

mod phrases;
mod talk;
mod thread;
mod voices;

use std::collections::BTreeSet;

use crate::calendar::{Day, date_of, day};
use crate::crafts::Lines;
use crate::people::User;
use crate::random::Random;
use crate::text::{Slots, title_case};
use crate::writer::Writer;
use crate::{Listing, Seller, json};
use thread::Comment;
use voices::Voice;

pub const REVIEWS: usize = 3000;
/// How often one sentence may stand in reviews and comments.
pub const MOST_REPEATS: usize = 20;

/// Nothing is written after this day.
const LAST_DAY: &str = "2026-11-10";
/// A product has no more than this.
const MOST_OF_ONE: usize = 45;

pub struct Review {
    id: String,
    user: String,
    product: String,
    rating: usize,
    title: String,
    content: String,
    written: Moment,
    comments: Vec<Comment>,
}

/// A minute of a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    day: Day,
    minute: u32,
}

impl Moment {
    /// Some time of the day when people are awake.
    fn on(day: Day, random: &mut Random) -> Self {
        Self { day, minute: random.between(7 * 60, 22 * 60 + 59) }
    }

    fn text(self) -> String {
        format!("{}T{:02}:{:02}:00Z", date_of(self.day), self.minute / 60, self.minute % 60)
    }
}

/// Ordered by when they were written, and numbered so.
pub fn reviews(users: &[User], sellers: &[Seller], listings: &[Listing]) -> Vec<Review> {
    let mut critic = Critic {
        writer: Writer::new("reviews", MOST_REPEATS).with_tries(3),
        tastes: tastes(users.len()),
        contents: BTreeSet::new(),
        users,
        sellers,
    };
    let mut reviews = Vec::with_capacity(REVIEWS);
    for (listing, count) in listings.iter().zip(popularity(listings)) {
        reviews.extend(critic.of_listing(listing, count));
    }
    reviews.sort_by(|one, other| {
        (one.written, &one.product, &one.user).cmp(&(other.written, &other.product, &other.user))
    });
    for (at, review) in reviews.iter_mut().enumerate() {
        review.id = format!("R{:04}", at + 1);
    }
    reviews
}

pub fn json(reviews: &[Review]) -> String {
    json::lines(reviews.iter().map(|review| {
        json::object(&[
            ("external_id", json::text(&review.id)),
            ("user_id", json::text(&review.user)),
            ("product_id", json::text(&review.product)),
            ("rating", review.rating.to_string()),
            ("title", json::text(&review.title)),
            ("content", json::text(&review.content)),
            ("created_at", json::text(&review.written.text())),
            ("comments", thread::json(&review.comments)),
        ])
    }))
}

/// How many reviews each listing has: a few have many, many have a few, and what is not sold has none.
fn popularity(listings: &[Listing]) -> Vec<usize> {
    let mut random = Random::named("popularity");
    let mut sold: Vec<usize> = (1..listings.len()).filter(|at| listings[*at].product.is_active).collect();
    random.shuffle(&mut sold);
    // The first product is the one in the examples: it is well known.
    sold.insert(4, 0);
    let weight = |rank: usize| 1_000_000 / (rank + 12);
    let total: usize = (0..sold.len()).map(weight).sum();
    let mut counts = vec![0; listings.len()];
    let mut left = REVIEWS;
    for (rank, at) in sold.iter().enumerate() {
        counts[*at] = (REVIEWS * weight(rank) / total).min(MOST_OF_ONE);
        left -= counts[*at];
    }
    while left > 0 {
        let at = *random.pick(&sold);
        if counts[at] < MOST_OF_ONE {
            counts[at] += 1;
            left -= 1;
        }
    }
    counts
}

/// Which crafts each person likes, by their place in `CRAFTS`.
fn tastes(people: usize) -> Vec<[usize; 4]> {
    let mut random = Random::named("tastes");
    let crafts = crate::crafts::CRAFTS.len();
    (0..people).map(|_| std::array::from_fn(|_| random.below(crafts))).collect()
}

struct Critic<'a> {
    writer: Writer,
    tastes: Vec<[usize; 4]>,
    /// What has been said already, word for word.
    contents: BTreeSet<String>,
    users: &'a [User],
    sellers: &'a [Seller],
}

impl Critic<'_> {
    fn of_listing(&mut self, listing: &Listing, count: usize) -> Vec<Review> {
        // Things are not all equally good.
        let quality = self.writer.random.between(0, 24);
        let owner = self.sellers[listing.product.seller].user;
        let mut authors = BTreeSet::from([owner]);
        (0..count).map(|_| self.review(listing, quality, &mut authors)).collect()
    }

    fn review(&mut self, listing: &Listing, quality: u32, authors: &mut BTreeSet<usize>) -> Review {
        let (author, written) = self.author(listing, authors);
        let rating = self.rating(quality);
        let slots = self.slots(listing);
        let on_sale_for = written.day - day(&listing.created_at);
        let title = self.title(rating, &slots);
        let mut content = self.content(listing, rating, on_sale_for, &slots);
        while !self.contents.insert(content.clone()) {
            content = self.content(listing, rating, on_sale_for, &slots);
        }
        let comments = self.thread(listing, rating, author, written);
        Review {
            id: String::new(),
            user: self.users[author].id.clone(),
            product: listing.id.clone(),
            rating,
            title,
            content,
            written,
            comments,
        }
    }

    /// Somebody who has not written about the listing yet, rather one who likes such things.
    fn author(&mut self, listing: &Listing, authors: &mut BTreeSet<usize>) -> (usize, Moment) {
        let craft = crate::crafts::CRAFTS.iter().position(|craft| craft.key == listing.product.craft.key);
        let last = day(LAST_DAY);
        loop {
            let random = &mut self.writer.random;
            let drawn: [usize; 8] = std::array::from_fn(|_| random.below(self.users.len()));
            let fond = drawn.iter().find(|at| craft.is_some_and(|craft| self.tastes[**at].contains(&craft)));
            let author = *fond.unwrap_or(&drawn[0]);
            let first = day(&listing.created_at).max(day(&self.users[author].join_date)) + 6;
            if first > last || !authors.insert(author) {
                continue;
            }
            let on = first + random.below((last - first + 1) as usize) as Day;
            return (author, Moment::on(on, random));
        }
    }

    /// One to five stars; `quality` 0 to 24 shifts the shares of the best.
    fn rating(&mut self, quality: u32) -> usize {
        let quality = quality as usize;
        let drawn = self.writer.random.below(1000);
        let five = 460 + quality * 11;
        let four = five + 250 - quality * 2;
        let three = four + (1000 - four) / 2;
        let two = three + (1000 - three) * 11 / 20;
        match drawn {
            drawn if drawn < five => 5,
            drawn if drawn < four => 4,
            drawn if drawn < three => 3,
            drawn if drawn < two => 2,
            _ => 1,
        }
    }

    fn slots(&self, listing: &Listing) -> Slots {
        let product = &listing.product;
        let workshop = self.sellers[product.seller].workshop;
        let mut slots = Slots::default();
        slots.set("noun", product.piece.noun);
        slots.set("short", product.piece.short);
        slots.set("m", product.material.name);
        slots.set("M", title_case(product.material.name));
        slots.set("w", workshop.name);
        slots.set("city", workshop.city);
        // What has no size or colour is not spoken of as if it had: see [`fits`].
        let first = &product.variants[0];
        if !first.size.is_empty() {
            slots.set("size", first.size.clone());
        }
        if !first.color.is_empty() {
            slots.set("color", first.color.clone());
        }
        slots
    }

    /// One of the lines that ask for nothing that the thing has not.
    fn write(&mut self, lines: Lines, slots: &Slots) -> String {
        let lines: Vec<&'static str> = lines.iter().filter(|line| fits(line, slots)).copied().collect();
        self.writer.write(&lines, slots)
    }

    fn title(&mut self, rating: usize, slots: &Slots) -> String {
        self.write(phrases::TITLES[rating - 1], slots)
    }

    fn content(&mut self, listing: &Listing, rating: usize, on_sale_for: Day, slots: &Slots) -> String {
        let product = &listing.product;
        let voice = Voice::of(product.craft.key, product.piece.noun);
        let of_piece = voice.of_piece(product.piece.noun);
        // Who speaks of a year must have been able to buy it a year ago.
        let later = if on_sale_for > 360 { voice.later } else { phrases::DELIVERED };
        let parts: Vec<Lines> = match rating {
            5 => match self.writer.random.below(9) {
                0 => vec![of_piece, phrases::RECOMMEND],
                1 => vec![phrases::DELIGHTED, voice.praise],
                2 => vec![phrases::DELIGHTED, voice.praise, of_piece, later],
                3 => vec![voice.praise, of_piece, phrases::DELIVERED],
                4 => vec![phrases::OCCASIONS, voice.praise, phrases::MAKERS],
                5 => vec![phrases::DELIGHTED, of_piece, later, phrases::RECOMMEND],
                6 => vec![voice.praise, later, phrases::MAKERS],
                7 => vec![voice.praise, voice.praise, of_piece],
                _ => vec![phrases::DELIGHTED, voice.praise, phrases::OCCASIONS],
            },
            4 => match self.writer.random.below(6) {
                0 => vec![voice.praise, voice.quibble],
                1 => vec![phrases::CONTENT, voice.quibble, of_piece],
                2 => vec![phrases::CONTENT, voice.praise, voice.quibble, phrases::FOUR],
                3 => vec![of_piece, voice.quibble, phrases::FOUR],
                4 => vec![phrases::OCCASIONS, voice.praise, voice.quibble],
                _ => vec![voice.praise, of_piece, voice.quibble, phrases::DELIVERED],
            },
            3 => match self.writer.random.below(4) {
                0 => vec![phrases::UNDECIDED, voice.praise, voice.quibble, phrases::THREE],
                1 => vec![phrases::UNDECIDED, voice.quibble, phrases::THREE],
                2 => vec![voice.praise, voice.fault, phrases::THREE],
                _ => vec![of_piece, voice.quibble, phrases::UNHELPFUL],
            },
            2 => match self.writer.random.below(3) {
                0 => vec![phrases::DISAPPOINTED, voice.fault, phrases::TWO],
                1 => vec![voice.fault, phrases::UNHELPFUL, phrases::TWO],
                _ => vec![phrases::DISAPPOINTED, voice.fault, voice.praise],
            },
            _ => match self.writer.random.below(3) {
                0 => vec![phrases::DISAPPOINTED, voice.fault, phrases::ONE],
                1 => vec![voice.fault, phrases::UNHELPFUL, phrases::ONE],
                _ => vec![phrases::DISAPPOINTED, voice.fault, phrases::UNHELPFUL],
            },
        };
        let mut slots_now = slots.clone();
        let mut sentences: Vec<String> = Vec::with_capacity(parts.len());
        for part in parts {
            sentences.push(self.write(part, &slots_now));
            // Once it has been introduced, "the pair" will do for a pair of earrings.
            if listing.product.piece.noun.contains(" of ") {
                slots_now.reset("noun", listing.product.piece.short);
            }
        }
        sentences.join(" ")
    }
}

/// Whether a line asks only for what the thing has.
fn fits(line: &str, slots: &Slots) -> bool {
    [("size", "{size}"), ("color", "{color}")]
        .iter()
        .all(|(name, slot)| slots.has(name) || !line.contains(slot))
}
