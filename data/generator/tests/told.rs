//! Checks specifications and profiles: that they agree with the catalogue, and read like those of many people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;
use souk_catalogue::{CUSTOMERS_WITH_PROFILES, Catalogue, MOST_REPEATS_IN_PROFILES, normalise, sentences};

static FILES: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| Catalogue::compose().files().into());

fn text(name: &str) -> &'static str {
    &FILES.iter().find(|(known, _)| *known == name).expect(name).1
}

fn items(name: &str) -> Vec<Value> {
    serde_json::from_str(text(name)).unwrap()
}

fn ids(file: &str) -> BTreeSet<&'static str> {
    text(file).lines().skip(1).map(|row| row.split(',').next().unwrap()).collect()
}

#[test]
fn every_product_has_specifications_of_its_kind() {
    let rows: BTreeMap<&str, &str> =
        text("products.csv").lines().skip(1).map(|row| (row.split(',').next().unwrap(), row)).collect();
    let mut measured = 0;
    let mut names = BTreeSet::new();
    let all = items("specifications.json");
    let told: BTreeSet<&str> = all.iter().map(|item| item["product_id"].as_str().unwrap()).collect();
    assert_eq!(told, ids("products.csv"));
    for item in &all {
        let row = rows[item["product_id"].as_str().unwrap()];
        let entries = item["specifications"].as_array().unwrap();
        assert!((4..=14).contains(&entries.len()), "{item}");
        let mut own = BTreeSet::new();
        for entry in entries {
            let name = entry["name"].as_str().unwrap();
            assert!(own.insert(name), "{name} twice in {item}");
            names.insert(name.to_owned());
            // A measure is one that the description gives: the number and its unit stand there.
            if let Some(unit) = entry["unit"].as_str() {
                let value = entry["value"].as_str().unwrap();
                let parts: Vec<&str> = value.split(" × ").collect();
                let last = parts[parts.len() - 1];
                assert!(row.contains(&format!("{last} {unit}")), "{entry} is not in {row}");
                assert!(parts.iter().all(|part| row.contains(part)), "{entry} is not in {row}");
                measured += 1;
            }
        }
    }
    assert!(measured > 700, "{measured} measures");
    for name in ["Wood", "Fibre", "Clay and glaze", "Blade", "Burning time", "Capacity", "Diameter", "Weight"]
    {
        assert!(names.contains(name), "no {name}");
    }
}

#[test]
fn every_workshop_and_some_customers_tell_of_themselves() {
    let all = items("profiles.json");
    let of = |field: &str| -> BTreeSet<String> {
        all.iter().filter_map(|item| item[field].as_str().map(str::to_owned)).collect()
    };
    assert!(of("seller_id").iter().map(String::as_str).eq(ids("sellers.csv")));
    let users = of("user_id");
    assert_eq!(users.len(), CUSTOMERS_WITH_PROFILES);
    assert!(users.contains("U001"));
    assert!(users.iter().all(|user| ids("users.csv").contains(user.as_str())));
    for item in all.iter().filter(|item| item["seller_id"].is_string()) {
        let works = item["portfolio"].as_array().unwrap();
        assert!((2..=6).contains(&works.len()), "{item}");
        let titles: BTreeSet<&str> = works.iter().map(|work| work["title"].as_str().unwrap()).collect();
        assert_eq!(titles.len(), works.len(), "{item}");
        assert!(!item["techniques"].as_array().unwrap().is_empty());
    }
}

#[test]
fn hardly_a_sentence_comes_twice() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |text: &str| {
        assert!(!text.contains(['{', '}', '[', ']', '<', '>']) && !text.contains("a(n)"), "{text}");
        for sentence in sentences(text) {
            *counts.entry(normalise(sentence)).or_default() += 1;
        }
    };
    for item in items("profiles.json") {
        ["story", "about"].iter().filter_map(|field| item[field].as_str()).for_each(&mut count);
        let works = item["portfolio"].as_array().into_iter().flatten();
        works.for_each(|work| count(work["description"].as_str().unwrap()));
    }
    let most = counts.iter().max_by_key(|(_, count)| **count).unwrap();
    assert!(*most.1 <= MOST_REPEATS_IN_PROFILES, "{most:?}");
}
