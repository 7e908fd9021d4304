//! Search by meaning, with the real model on the catalogue that ships with souk.

use serde_json::Value;

use crate::souk::Souk;

/// Questions, and the categories one of which the first product found must be of.
const QUESTIONS: [(&str, &[&str]); 10] = [
    ("something to keep my tea warm", &["Table Linen", "Stoneware & Teaware", "Felt & Slippers"]),
    ("eco-friendly kitchenware", &["Wooden Kitchenware", "Stoneware & Teaware", "Table Linen"]),
    ("gift for a newborn", &["Rag Dolls & Baby Goods", "Wooden Toys"]),
    ("treats for my puppy to wear on walks", &["Pet Goods"]),
    ("relaxing evening in the tub", &["Soap & Bath"]),
    ("romantic dinner lighting", &["Candles", "Glass"]),
    ("place to write down my thoughts", &["Journals, Paper & Desk"]),
    ("make music around the campfire", &["Musical Instruments"]),
    ("chopping vegetables", &["Kitchen Knives & Forged Tools", "Wooden Kitchenware"]),
    ("hungry robins in winter", &["Garden"]),
];

/// Words that carry no meaning of their own.
const FILLERS: [&str; 20] = [
    "a",
    "an",
    "the",
    "for",
    "to",
    "my",
    "in",
    "on",
    "of",
    "and",
    "something",
    "around",
    "down",
    "make",
    "place",
    "keep",
    "wear",
    "with",
    "me",
    "i",
];

#[test]
fn products_are_found_that_share_no_word_with_the_question() {
    let souk = Souk::loaded();
    let with_model = |arguments: &[&str]| {
        let mut command = souk.command(arguments);
        command.env_remove("SOUK_EMBEDDER").arg("--json");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    with_model(&["load", "vectors"]);
    for (question, categories) in QUESTIONS {
        let answer = with_model(&["search", "semantic", question, "--limit", "5"]);
        assert_eq!(answer["mode"], "semantic");
        let results = answer["results"].as_array().unwrap();
        let first = &results[0];
        println!("{question}: {}", names(results).join(" · "));
        assert_eq!(first["found_by"], serde_json::json!(["meaning"]));
        let category = first["category"].as_str().unwrap();
        assert!(categories.contains(&category), "{question}: {} of {category}", first["name"]);
        let name = first["name"].as_str().unwrap().to_lowercase();
        let asked = question.split([' ', '-']).filter(|word| !FILLERS.contains(word));
        let shared: Vec<&str> = asked.into_iter().filter(|word| name.contains(word)).collect();
        // A tea cosy may well say tea.
        assert!(shared.is_empty() || shared == ["tea"], "{question} and {name} share {shared:?}");
    }

    // Filters work inside the search by meaning.
    let cheap =
        with_model(&["search", "semantic", "gift for a newborn", "--category", "C19", "--max-price", "20"]);
    for found in cheap["results"].as_array().unwrap() {
        assert_eq!(found["category"], "Rag Dolls & Baby Goods");
        assert!(found["price"].as_f64().unwrap() <= 20.0, "{found}");
    }
    assert!(cheap["total"].as_u64().unwrap() > 0);

    // Combined finds what words find and what meaning finds.
    let combined = with_model(&["search", "combined", "handmade jewelry", "--limit", "20"]);
    assert_eq!(combined["mode"], "combined");
    let results = combined["results"].as_array().unwrap();
    assert!(results.iter().any(|found| found["found_by"].as_array().unwrap().len() == 2), "{results:?}");
}

#[test]
fn without_the_model_meaning_is_refused_clearly_and_a_combined_search_says_so() {
    let souk = Souk::loaded();
    let said = souk.run(&["search", "semantic", "tea", "--json"]);
    assert_eq!(said.problem()["code"], "unavailable", "{}", said.err);
    assert!(said.err.contains("souk model fetch"), "{}", said.err);
    let answer = souk.json(&["search", "combined", "wooden bowl"]);
    assert_eq!(answer["mode"], "text");
    assert!(answer["note"].as_str().unwrap().starts_with("searched by words only"), "{}", answer["note"]);
    assert!(answer["total"].as_u64().unwrap() > 0);
}

fn names(results: &[Value]) -> Vec<&str> {
    results.iter().filter_map(|found| found["name"].as_str()).collect()
}
