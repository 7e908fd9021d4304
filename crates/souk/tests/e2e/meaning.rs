//! Search by meaning, with the real model on the catalogue that ships with souk.

use serde_json::Value;

use crate::souk::Souk;

/// Questions, and the categories one of which the first product found must be of.
const QUESTIONS: [(&str, &[&str]); 9] = [
    ("chopping vegetables", &["Kitchen Knives & Forged Tools", "Wooden Kitchenware"]),
    ("present for an infant girl", &["Rag Dolls & Baby Goods"]),
    ("infant plaything", &["Wooden Toys", "Rag Dolls & Baby Goods"]),
    ("protecting my spectacles", &["Beadwork", "Leather Goods"]),
    ("fragrance and romantic glow at night", &["Candles"]),
    ("ear ornaments", &["Silver Jewellery", "Beadwork"]),
    ("rhythm for beginners", &["Musical Instruments"]),
    ("brightening a gloomy room", &["Glass", "Candles"]),
    ("toasty toes", &["Scarves & Knitwear", "Felt & Slippers"]),
];

/// Words that carry no meaning of their own.
const FILLERS: [&str; 6] = ["a", "an", "for", "my", "and", "at"];

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
        let told = first.to_string().to_lowercase();
        let told: Vec<&str> = words(&told).collect();
        let asked = words(question).filter(|word| !FILLERS.contains(word));
        let shared: Vec<&str> = asked.filter(|asked| told.iter().any(|told| is_alike(asked, told))).collect();
        assert!(shared.is_empty(), "{question} and {first} share {shared:?}");
    }
    let tea = with_model(&["search", "semantic", "something to keep my tea warm", "--limit", "5"]);
    println!("something to keep my tea warm: {}", names(tea["results"].as_array().unwrap()).join(" · "));
    assert!(tea["results"][0]["name"].as_str().unwrap().contains("Cosy"), "{tea}");

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

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The same word, or another form of it.
fn is_alike(asked: &str, told: &str) -> bool {
    let stem = asked.len().saturating_sub(3).max(4);
    asked == told || asked.get(..stem).is_some_and(|stem| told.starts_with(stem))
}

fn names(results: &[Value]) -> Vec<&str> {
    results.iter().filter_map(|found| found["name"].as_str()).collect()
}
