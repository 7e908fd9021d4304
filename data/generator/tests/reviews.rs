//! Checks the reviews: that they hold together with the catalogue, and that they read like those of many people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;
use souk_catalogue::{Catalogue, MOST_REPEATS_IN_REVIEWS, normalise, sentences};

static FILES: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| Catalogue::compose().files().into());

fn text(name: &str) -> &'static str {
    &FILES.iter().find(|(known, _)| *known == name).expect(name).1
}

static REVIEWS: LazyLock<Vec<Value>> = LazyLock::new(|| serde_json::from_str(text("reviews.json")).unwrap());

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {value}"))
}

/// A comment with everything that stands below it.
fn below<'a>(value: &'a Value, found: &mut Vec<(&'a Value, &'a Value)>) {
    for comment in value["comments"].as_array().unwrap() {
        found.push((value, comment));
        below(comment, found);
    }
}

/// By id: the first and the last column of the rows that need no quotes there.
fn columns(name: &str, wanted: usize) -> BTreeMap<&'static str, &'static str> {
    let rows = text(name).lines().skip(1);
    rows.map(|row| {
        let cell = if wanted == usize::MAX { row.rsplit(',').next() } else { row.split(',').nth(wanted) };
        (row.split(',').next().unwrap(), cell.unwrap())
    })
    .collect()
}

#[test]
fn there_are_three_thousand_and_nobody_writes_twice_about_a_thing() {
    assert_eq!(REVIEWS.len(), 3000);
    let ids: BTreeSet<&str> = REVIEWS.iter().map(|review| field(review, "external_id")).collect();
    assert_eq!(ids.len(), 3000);
    let pairs: BTreeSet<_> =
        REVIEWS.iter().map(|review| (field(review, "user_id"), field(review, "product_id"))).collect();
    assert_eq!(pairs.len(), 3000);
    let authors: BTreeSet<&str> = REVIEWS.iter().map(|review| field(review, "user_id")).collect();
    assert!(authors.len() > 800);
}

#[test]
fn everybody_writes_after_they_joined_and_after_the_thing_was_there() {
    let (products, users) = (columns("products.csv", usize::MAX), columns("users.csv", 3));
    for review in REVIEWS.iter() {
        let written = field(review, "created_at");
        assert_eq!(written.len(), "2026-01-01T00:00:00Z".len());
        assert!(products[field(review, "product_id")] < &written[..10], "{review}");
        assert!(users[field(review, "user_id")] < &written[..10], "{review}");
        let mut comments = Vec::new();
        below(review, &mut comments);
        for (above, comment) in comments {
            assert!(field(above, "created_at") < field(comment, "created_at"), "{review}");
            assert!(users[field(comment, "user_id")] <= &field(comment, "created_at")[..10], "{review}");
        }
    }
}

#[test]
fn only_what_is_sold_is_reviewed_and_not_by_who_made_it() {
    let owners: BTreeMap<&str, &str> = columns("sellers.csv", 3);
    let mut sellers = BTreeMap::new();
    for row in text("products.csv").lines().skip(1) {
        let id = row.split(',').next().unwrap();
        let seller = row.split(',').find(|cell| owners.contains_key(cell)).expect(row);
        sellers.insert(id, (seller, row.contains(",true,")));
    }
    for review in REVIEWS.iter() {
        let (seller, is_active) = sellers[field(review, "product_id")];
        assert!(is_active, "{review}");
        assert_ne!(owners[seller], field(review, "user_id"), "{review}");
    }
}

#[test]
fn stars_are_given_as_people_give_them() {
    let mut stars = [0u32; 6];
    for review in REVIEWS.iter() {
        let rating = review["rating"].as_u64().expect("a whole number");
        assert!((1..=5).contains(&rating));
        stars[rating as usize] += 1;
    }
    let mean = f64::from((1..=5).map(|rating| rating * stars[rating as usize]).sum::<u32>()) / 3000.0;
    assert!((4.1..=4.45).contains(&mean), "{mean}");
    assert!(stars[1] >= 60 && stars[2] >= 60 && stars[3] >= 120, "{stars:?}");
    assert!(stars[5] > stars[4] && stars[4] > stars[3], "{stars:?}");
}

#[test]
fn some_are_talked_about_at_several_levels() {
    let depth = |review: &Value| {
        fn of(value: &Value) -> usize {
            value["comments"].as_array().unwrap().iter().map(|comment| 1 + of(comment)).max().unwrap_or(0)
        }
        of(review)
    };
    let depths: Vec<usize> = REVIEWS.iter().map(depth).collect();
    assert!(depths.iter().filter(|depth| **depth >= 1).count() >= 600);
    assert!(depths.iter().filter(|depth| **depth >= 2).count() >= 200);
    assert!(depths.iter().filter(|depth| **depth == 3).count() >= 30);
}

#[test]
fn hardly_a_sentence_comes_twice() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut contents = BTreeSet::new();
    let mut count = |text: &str| {
        for sentence in sentences(text) {
            *counts.entry(normalise(sentence)).or_default() += 1;
        }
    };
    for review in REVIEWS.iter() {
        assert!(contents.insert(field(review, "content")), "two are the same: {review}");
        count(field(review, "content"));
        let mut comments = Vec::new();
        below(review, &mut comments);
        comments.iter().for_each(|(_, comment)| count(field(comment, "content")));
    }
    let most = counts.iter().max_by_key(|(_, count)| **count).unwrap();
    assert!(*most.1 <= MOST_REPEATS_IN_REVIEWS, "{most:?}");
    let once = counts.values().filter(|count| **count == 1).count();
    assert!(once * 2 > counts.len(), "{once} of {}", counts.len());
}

#[test]
fn texts_are_plain_and_of_a_sensible_length() {
    let unwanted = ['<', '>', '{', '}', '[', ']'];
    let plain = |text: &str| {
        assert!(!text.contains(unwanted) && !text.contains("a(n)"), "{text}");
        assert!(text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()), "{text}");
    };
    for review in REVIEWS.iter() {
        let (title, content) = (field(review, "title"), field(review, "content"));
        plain(title);
        plain(content);
        assert!((6..=90).contains(&title.chars().count()), "{title}");
        assert!((30..=700).contains(&content.chars().count()), "{content}");
        let mut comments = Vec::new();
        below(review, &mut comments);
        comments.iter().for_each(|(_, comment)| plain(field(comment, "content")));
    }
}
