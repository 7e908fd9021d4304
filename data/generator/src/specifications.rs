//! What is measured and told of each product: read out of its own description, so that the two cannot differ, and out
//! of the facts that it was composed from.

use crate::text::title_case;
use crate::{Listing, Seller, json, places};

pub struct Specification {
    name: String,
    value: String,
    unit: &'static str,
}

impl Specification {
    fn word(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: value.into(), unit: "" }
    }
}

pub fn json(listings: &[Listing], sellers: &[Seller]) -> String {
    json::lines(listings.iter().map(|listing| {
        let entries = specifications(listing, &sellers[listing.product.seller]);
        json::object(&[
            ("product_id", json::text(&listing.id)),
            ("specifications", json::array(entries.iter().map(entry))),
        ])
    }))
}

fn entry(entry: &Specification) -> String {
    let mut fields = vec![("name", json::text(&entry.name)), ("value", json::text(&entry.value))];
    if !entry.unit.is_empty() {
        fields.push(("unit", json::text(entry.unit)));
    }
    json::object(&fields)
}

fn specifications(listing: &Listing, seller: &Seller) -> Vec<Specification> {
    let product = &listing.product;
    let words = words_for(product.craft.key);
    let mut entries = vec![
        Specification::word("Kind", title_case(product.piece.noun)),
        Specification::word(words.material, product.material.name),
    ];
    let others: Vec<&str> =
        product.materials.iter().filter(|part| **part != product.material.name).copied().collect();
    if !others.is_empty() {
        entries.push(Specification::word(words.parts, others.join(", ")));
    }
    for measure in measures(&product.description) {
        if !entries.iter().any(|entry| entry.name == measure.name) {
            entries.push(measure);
        }
    }
    let several = |name: &str, values: Vec<&str>| {
        let mut each: Vec<&str> = Vec::new();
        for value in values {
            if !value.is_empty() && !each.contains(&value) {
                each.push(value);
            }
        }
        (!each.is_empty()).then(|| Specification::word(name, each.join(", ")))
    };
    entries
        .extend(several(words.sizes, product.variants.iter().map(|variant| variant.size.as_str()).collect()));
    entries.extend(several(
        words.colors,
        product.variants.iter().map(|variant| variant.color.as_str()).collect(),
    ));
    entries.push(Specification::word("Technique", words.technique));
    let city = seller.workshop.city;
    entries.push(Specification::word("Made in", format!("{city}, {}", places::in_city(city).country)));
    entries
}

/// What a craft calls its materials, sizes and colours, and how it is done.
struct Words {
    material: &'static str,
    parts: &'static str,
    sizes: &'static str,
    colors: &'static str,
    technique: &'static str,
}

fn words_for(craft: &str) -> Words {
    let words =
        |material, parts, sizes, colors, technique| Words { material, parts, sizes, colors, technique };
    match craft {
        "bowls" => words("Wood", "Finish", "Diameters", "Colour", "turned on the lathe"),
        "boards" => words("Wood", "Finish", "Sizes", "Colour", "sawn, shaped and scraped by hand"),
        "stoneware" => {
            words("Clay and glaze", "Made with", "Sizes", "Glazes", "thrown on the wheel, fired to stoneware")
        }
        "forge" => words("Blade", "Handle and fittings", "Lengths", "Finish", "forged and ground by hand"),
        "ironwork" => words("Iron", "Finish", "Lengths", "Finishes", "forged at the anvil"),
        "table_linen" => words("Cloth", "Made with", "Sizes", "Colours", "cut and sewn by hand"),
        "weaving" => words("Yarn", "Made with", "Sizes", "Colours", "woven on a hand loom"),
        "quilts" => words("Cloth", "Filling and backing", "Sizes", "Colours", "pieced and quilted"),
        "baskets" => words("Weave", "Made with", "Sizes", "Colour", "woven by hand"),
        "candles" => words("Wax", "Made with", "Sizes", "Colours", "dipped, rolled or poured by hand"),
        "glass" => words("Glass", "Made with", "Sizes", "Colour", "blown at the furnace"),
        "stained_glass" => {
            words("Glass", "Leading and fittings", "Sizes", "Colours", "cut and leaded at the bench")
        }
        "macrame" => words("Cord", "Made with", "Sizes", "Colours", "knotted by hand"),
        "embroidery" => words("Ground", "Thread and frame", "Sizes", "Colours", "embroidered by hand"),
        "scarves" => words("Fibre", "Made with", "Sizes", "Colours", "woven by hand"),
        "knitwear" => words("Yarn", "Made with", "Sizes", "Colours", "hand-framed and hand-finished"),
        "leather" => {
            words("Leather", "Thread and fittings", "Sizes", "Colours", "cut and saddle-stitched by hand")
        }
        "felt" => words("Felt", "Made with", "Sizes", "Colours", "wet-felted"),
        "silver" => words("Metal", "Made with", "Sizes", "Finish", "sawn, soldered and filed at the bench"),
        "beadwork" => words("Beads", "Thread and clasp", "Sizes", "Colours", "strung by hand"),
        "soap" => words("Scent", "Ingredients", "Sizes", "Colour", "made in small batches"),
        "bookbinding" => {
            words("Cover and paper", "Made with", "Sizes", "Colours", "bound and printed by hand")
        }
        "desk" => words("Wood", "Finish", "Sizes", "Colour", "joined by hand"),
        "prints" => words("Paper", "Ink", "Sizes", "Ink colours", "cut and pulled by hand"),
        "toys" => words("Wood", "Finish and cord", "Sizes", "Colours", "sawn and sanded by hand"),
        "nursery" => words("Cloth", "Filling", "Sizes", "Colours", "sewn by hand"),
        "planters" => words("Clay", "Made with", "Sizes", "Colour", "thrown and fired"),
        "birdhouses" => words("Wood", "Fittings", "Openings", "Colour", "sawn and screwed"),
        "chimes" => words("Material", "Cord and fittings", "Sizes", "Colour", "tuned and strung by hand"),
        "pets" => words("Material", "Made with", "Sizes", "Colours", "made by hand"),
        "instruments" => words("Wood", "Made with", "Versions", "Finish", "built and tuned by hand"),
        craft => panic!("nothing is known of {craft}"),
    }
}

const UNITS: [&str; 8] = ["cm", "mm", "m", "ml", "l", "g", "kg", "hours"];

/// The measures in a text: a number with its unit, and the word beside it that says what was measured.
fn measures(text: &str) -> Vec<Specification> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<Specification> = Vec::new();
    for at in 0..words.len().saturating_sub(1) {
        let (Some(value), Some(unit)) = (number(words[at]), unit(words[at + 1])) else { continue };
        // "20 × 30 cm" and "45 by 60 cm" are one measure, which "Sizes" has where it is the size.
        if at > 1 && matches!(words[at - 1], "×" | "by") && number(words[at - 2]).is_some() {
            let both = format!("{} × {value}", words[at - 2]);
            found.push(Specification { name: "Measures".to_owned(), value: both, unit });
            continue;
        }
        let ends = ends_clause(words[at + 1]);
        if let Some(name) = named(&words, at, ends, unit) {
            found.push(Specification { name: name.to_owned(), value: value.to_owned(), unit });
        }
    }
    found
}

fn number(word: &str) -> Option<&str> {
    let plain = word.trim_start_matches('(');
    let digits = plain.chars().all(|sign| sign.is_ascii_digit() || sign == '.');
    (digits && plain.starts_with(|sign: char| sign.is_ascii_digit()) && !plain.ends_with('.'))
        .then_some(plain)
}

fn unit(word: &str) -> Option<&'static str> {
    let plain = word.trim_end_matches(['.', ',', ';', ':', ')']);
    UNITS.into_iter().find(|unit| *unit == plain)
}

fn ends_clause(word: &str) -> bool {
    word.ends_with(['.', ',', ';', ':', ')'])
}

/// What the number at `at` measures, by the word after it or else by the one before.
fn named(words: &[&str], at: usize, ends: bool, unit: &str) -> Option<&'static str> {
    if unit == "hours" {
        let said = words[..at].iter().rev().take(4).any(|word| word.starts_with("burn"));
        let says = words.get(at + 2).is_some_and(|word| !ends && *word == "of")
            || words.get(at + 2).is_some_and(|word| *word == "each");
        return (said || says).then_some("Burning time");
    }
    let length = matches!(unit, "cm" | "mm" | "m");
    if length && !ends {
        let after = words.get(at + 2).map_or("", |word| word.trim_end_matches(['.', ',', ';']));
        let name = match after {
            "wide" => "Width",
            "high" | "tall" => "Height",
            "long" => "Length",
            "deep" => "Depth",
            "thick" => "Thickness",
            "across" => "Diameter",
            "square" => "Side",
            _ => "",
        };
        if !name.is_empty() {
            return Some(name);
        }
        if after == "in" && words.get(at + 3).is_some_and(|word| word.starts_with("diameter")) {
            return Some("Diameter");
        }
    }
    let before = |back: usize| at.checked_sub(back).map_or("", |at| words[at].trim_end_matches(','));
    let (one, two) = (before(1).to_lowercase(), before(2).to_lowercase());
    let word = if matches!(one.as_str(), "of" | "is" | "about" | "around" | "size") && !two.is_empty() {
        two
    } else {
        one
    };
    match (word.as_str(), unit) {
        ("length", _) if length => Some("Length"),
        ("width", _) if length => Some("Width"),
        ("height", _) if length => Some("Height"),
        ("depth", _) if length => Some("Depth"),
        ("thickness", _) if length => Some("Thickness"),
        ("diameter", _) if length => Some("Diameter"),
        ("circumference", _) if length => Some("Circumference"),
        ("weighs" | "weight" | "weighing", "g" | "kg") => Some("Weight"),
        ("holds" | "takes" | "contents" | "capacity", "ml" | "l") => Some("Capacity"),
        ("holds" | "contents", "g") => Some("Contents"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        measures(text).iter().map(|found| format!("{} {} {}", found.name, found.value, found.unit)).collect()
    }

    #[test]
    fn measures_are_read_with_what_they_measure() {
        assert_eq!(
            read("It is 12 cm wide, 4 cm high and holds a bag of nuts."),
            ["Width 12 cm", "Height 4 cm"]
        );
        assert_eq!(read("Length 13 cm, thickness 7 mm."), ["Length 13 cm", "Thickness 7 mm"]);
        assert_eq!(
            read("It is 15 cm tall and burns for 45 hours."),
            ["Height 15 cm", "Burning time 45 hours"]
        );
        assert_eq!(read("The sheet is 30 × 40 cm, unframed."), ["Measures 30 × 40 cm"]);
        assert_eq!(read("With a depth of 6 cm it weighs around 700 g."), ["Depth 6 cm", "Weight 700 g"]);
        assert_eq!(read("It takes 0.75 l and pours well."), ["Capacity 0.75 l"]);
        assert!(read("Wood within 30 m of the sea, 5 g at a time.").is_empty());
    }
}
