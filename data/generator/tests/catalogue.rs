//! Checks the committed catalogue: that it is what the generator writes, and
//! that its texts, numbers and references hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use souk_catalogue::{Catalogue, MOST_REPEATS, normalise, sentences};

type Row = BTreeMap<String, String>;

static FILES: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| Catalogue::compose().files().into());

fn text(name: &str) -> &'static str {
    let file = FILES.iter().find(|(known, _)| *known == name);
    &file.expect("a file of that name").1
}

/// Reads CSV by RFC 4180, independently of how the generator writes it.
fn rows(name: &str) -> Vec<Row> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut signs = text(name).chars().peekable();
    while let Some(sign) = signs.next() {
        let record = records.last_mut().unwrap();
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                record.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            other => record.last_mut().unwrap().push(other),
        }
    }
    assert_eq!(records.pop(), Some(vec![String::new()]), "{name} ends with a line end");
    let header = records.remove(0);
    records
        .into_iter()
        .map(|record| {
            assert_eq!(record.len(), header.len(), "in {name}: {record:?}");
            header.iter().cloned().zip(record).collect()
        })
        .collect()
}

fn ids(rows: &[Row], column: &str) -> BTreeSet<String> {
    let ids: BTreeSet<String> = rows.iter().map(|row| row[column].clone()).collect();
    assert_eq!(ids.len(), rows.len(), "each {column} is there once");
    ids
}

/// An exact decimal with two places, in hundredths.
fn hundredths(text: &str) -> i64 {
    let (whole, places) = text.split_once('.').expect("a decimal point");
    assert_eq!(places.len(), 2, "{text} has two places");
    let digits = format!("{whole}{places}");
    digits.parse().expect("a decimal number")
}

fn assert_length(what: &str, text: &str, low: usize, high: usize) {
    let length = text.chars().count();
    assert!((low..=high).contains(&length), "{what} has {length} signs: {text}");
}

#[test]
fn the_committed_files_are_what_the_generator_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../artisan");
    for (name, text) in FILES.iter() {
        let committed = fs::read_to_string(folder.join(name)).expect(name);
        assert!(committed == *text, "{name} differs: run the generator again");
    }
}

#[test]
fn there_is_enough_of_everything() {
    let products = rows("products.csv");
    let active = products.iter().filter(|row| row["is_active"] == "true");
    let brands: BTreeSet<&String> = products.iter().map(|row| &row["brand"]).collect();
    assert_eq!(rows("users.csv").len(), 1000);
    assert!(rows("sellers.csv").len() >= 60);
    assert!(rows("categories.csv").len() >= 14);
    assert!(products.len() >= 640);
    assert!(active.count() >= 600);
    assert!(brands.len() >= 40);
}

#[test]
fn affordable_wooden_bowls_are_in_the_first_category() {
    let products = rows("products.csv");
    let bowls = products.iter().filter(|row| {
        row["category_id"] == "C01"
            && row["is_active"] == "true"
            && row["tags"].split('|').any(|tag| tag == "wooden bowl")
            && (1000..=8000).contains(&hundredths(&row["price"]))
    });
    assert!(bowls.count() >= 10);
}

#[test]
fn the_first_product_can_be_bought() {
    let first = &rows("products.csv")[0];
    assert_eq!(first["id"], "P001");
    assert_eq!(first["is_active"], "true");
    assert!(hundredths(&first["price"]) < 10_000);
}

#[test]
fn names_and_numbers_are_unique_and_references_resolve() {
    let [users, sellers, categories, products, variants] =
        ["users.csv", "sellers.csv", "categories.csv", "products.csv", "variants.csv"].map(rows);
    let user_ids = ids(&users, "id");
    ids(&users, "email");
    let seller_ids = ids(&sellers, "id");
    let category_ids = ids(&categories, "id");
    let product_ids = ids(&products, "id");
    ids(&products, "name");
    ids(&variants, "sku");
    assert!(ids(&sellers, "user_id").is_subset(&user_ids));

    let parents: BTreeSet<&String> = categories.iter().map(|row| &row["parent"]).collect();
    for parent in &parents {
        assert!(parent.is_empty() || category_ids.contains(*parent));
    }
    for product in &products {
        assert!(seller_ids.contains(&product["seller_id"]));
        assert!(category_ids.contains(&product["category_id"]));
        assert!(!parents.contains(&product["category_id"]), "products hang in leaves");
    }
    let sold: BTreeSet<String> = variants.iter().map(|row| row["product"].clone()).collect();
    assert_eq!(sold, product_ids, "every product has a variant");
}

#[test]
fn the_first_variant_is_the_product_and_in_stock() {
    let prices: BTreeMap<String, i64> =
        rows("products.csv").iter().map(|row| (row["id"].clone(), hundredths(&row["price"]))).collect();
    let mut seen = BTreeSet::new();
    for variant in rows("variants.csv") {
        let stock: u32 = variant["stock"].parse().expect("a count");
        let adjustment = hundredths(&variant["price_adjustment"]);
        let price = prices[&variant["product"]];
        assert!((600..=90_000).contains(&price));
        assert!(price + adjustment > 0);
        if seen.insert(variant["product"].clone()) {
            assert!((10..=200).contains(&stock));
            assert_eq!(adjustment, 0);
        } else {
            assert!(stock <= 120);
        }
    }
}

#[test]
fn hardly_a_sentence_comes_twice() {
    let mut products_with: BTreeMap<String, usize> = BTreeMap::new();
    for product in rows("products.csv") {
        let said: BTreeSet<String> = [&product["description"], &product["care"]]
            .into_iter()
            .flat_map(|text| sentences(text))
            .map(normalise)
            .collect();
        for sentence in said {
            *products_with.entry(sentence).or_default() += 1;
        }
    }
    for (sentence, count) in products_with {
        assert!(count <= MOST_REPEATS, "in {count} products: {sentence}");
    }
}

#[test]
fn texts_have_sensible_lengths() {
    for product in rows("products.csv") {
        let id = &product["id"];
        assert_length(id, &product["name"], 8, 90);
        assert_length(id, &product["description"], 200, 1200);
        assert_length(id, &product["care"], 60, 400);
        let count = sentences(&product["description"]).len();
        assert!((4..=7).contains(&count), "{id} has {count} sentences");
        let tags: Vec<&str> = product["tags"].split('|').collect();
        assert!((3..=7).contains(&tags.len()), "{id}: {tags:?}");
        assert!(tags.iter().all(|tag| *tag == tag.to_lowercase()));
        assert_length(id, &product["materials"], 3, 80);
        assert_length(id, &product["brand"], 3, 40);
    }
    for seller in rows("sellers.csv") {
        assert_length(&seller["id"], &seller["description"], 150, 600);
        let count = sentences(&seller["description"]).len();
        assert!((3..=5).contains(&count), "{} has {count} sentences", seller["name"]);
        let rating: f64 = seller["rating"].parse().expect("a rating");
        assert!((4.1..=5.0).contains(&rating));
    }
    for category in rows("categories.csv") {
        assert_length(&category["id"], &category["name"], 3, 40);
        assert_length(&category["id"], &category["description"], 30, 200);
    }
}

#[test]
fn only_a_few_columns_may_be_empty() {
    // souk draws the picture of a category that names none.
    let may_be_empty = ["phone", "address_line2", "parent", "image", "size", "color"];
    for (name, _) in FILES.iter().filter(|(name, _)| name.ends_with(".csv")) {
        for row in rows(name) {
            for (column, field) in &row {
                let allowed = may_be_empty.contains(&column.as_str());
                assert!(allowed || !field.trim().is_empty(), "{name}: {column} in {row:?}");
            }
        }
    }
}

#[test]
fn no_field_is_markup_or_a_formula_or_an_unfilled_template() {
    for (name, _) in FILES.iter().filter(|(name, _)| name.ends_with(".csv")) {
        for row in rows(name) {
            for (column, field) in &row {
                let unwanted = ['<', '>', '{', '}', '[', ']'];
                assert!(!field.contains(unwanted), "{name}: {field}");
                assert!(!field.contains("a(n)") && !field.contains("A(n)"), "{name}: {field}");
                let formula = field.starts_with(['=', '+', '-', '@']);
                assert!(!formula || column == "price_adjustment", "{name}: {field}");
            }
        }
    }
}
