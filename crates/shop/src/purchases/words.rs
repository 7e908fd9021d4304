//! What a product is like, told from the words it is described with: so that any catalogue can be bought from, and no
//! product has to be named here.

use std::collections::HashMap;

use souk_ports::rows::{Category, Product};

/// What is used up and bought again: as a word of the category's name, or as what the product is.
const USED_UP: [&str; 17] = [
    "soap",
    "soaps",
    "candle",
    "candles",
    "balm",
    "bath",
    "salts",
    "tea",
    "coffee",
    "food",
    "spice",
    "spices",
    "wax",
    "cosmetics",
    "refill",
    "incense",
    "tealights",
];
/// What lasts, whatever it goes with.
const LASTS: [&str; 24] = [
    "holder",
    "dish",
    "brush",
    "rack",
    "snuffer",
    "stand",
    "mat",
    "towel",
    "cosy",
    "pot",
    "teapot",
    "cup",
    "mug",
    "tray",
    "box",
    "spoon",
    "strainer",
    "caddy",
    "tin",
    "jar",
    "basket",
    "bowl",
    "candlestick",
    "lantern",
];
/// Words of tags for the cold and for the warm half of the year.
const COLD: [&str; 12] = [
    "winter",
    "wool",
    "cosy",
    "christmas",
    "fireplace",
    "warm",
    "knitwear",
    "advent",
    "candle",
    "slippers",
    "felt",
    "merino",
];
const WARM: [&str; 9] =
    ["garden", "summer", "plants", "outdoor", "picnic", "wildlife", "terracotta", "beach", "spring"];
/// Bought by the set.
const SETS: [&str; 12] = [
    "tumbler", "mug", "plate", "napkin", "napkins", "glass", "glasses", "cup", "coaster", "coasters",
    "bauble", "placemat",
];
/// After one of these a name only tells more about what it has named.
const BREAKS: [&str; 9] = ["with", "in", "for", "of", "and", "from", "on", "to", "by"];

/// Words as small numbers, each the same wherever it stands.
#[derive(Debug, Default)]
pub(super) struct Words(HashMap<String, u32>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Nature {
    /// What it is: `bowl`, `scarf`. Things of one kind stand in for each other.
    pub(super) kind: u32,
    /// What is said of it, each once, in order.
    pub(super) tags: Vec<u32>,
    pub(super) is_used_up: bool,
    /// 1 is for the cold half of the year, -1 for the warm one.
    pub(super) season: i8,
    pub(super) comes_in_sets: bool,
}

impl Words {
    fn number(&mut self, word: String) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(word).or_insert(next)
    }

    pub(super) fn nature(&mut self, product: &Product, category: Option<&Category>) -> Nature {
        let kind = kind(&product.name);
        let shelf = words(category.map_or("", |category| &category.name));
        let about: Vec<String> =
            product.tags.iter().flat_map(|tag| words(tag)).chain(shelf.clone()).collect();
        let any = |list: &[&str]| about.iter().filter(|word| list.contains(&word.as_str())).count();
        let season = any(&COLD).cmp(&any(&WARM)) as i8;
        let mut use_up = shelf.iter().chain([&kind]).map(String::as_str);
        let is_used_up = use_up.any(|word| USED_UP.contains(&word)) && !LASTS.contains(&kind.as_str());
        let comes_in_sets = SETS.contains(&kind.as_str());
        let mut tags: Vec<u32> = product
            .tags
            .iter()
            .chain(&product.materials)
            .map(|tag| self.number(tag.trim().to_lowercase()))
            .collect();
        tags.sort_unstable();
        tags.dedup();
        Nature { kind: self.number(format!("kind {kind}")), tags, is_used_up, season, comes_in_sets }
    }
}

fn words(text: &str) -> Vec<String> {
    let split = text.split(|letter: char| !letter.is_alphanumeric());
    split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The last word before the name goes into detail.
fn kind(name: &str) -> String {
    let name = words(name.split(',').next().unwrap_or_default());
    let detail = name.iter().skip(1).position(|word| BREAKS.contains(&word.as_str()));
    let end = detail.map_or(name.len(), |at| at + 1);
    name[..end].last().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use souk_kernel::{CategoryId, ProductId, Timestamp};

    use super::*;

    fn nature(name: &str, category: &str, tags: &[&str]) -> Nature {
        let product = Product {
            id: ProductId::new(),
            external_id: None,
            name: name.to_owned(),
            description: String::new(),
            price: None,
            category_id: CategoryId::new(),
            seller_id: None,
            brand: None,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            materials: Vec::new(),
            care: None,
            rating: None,
            num_reviews: 0,
            images: Vec::new(),
            is_active: true,
            created_at: Timestamp::from_ms(0),
            details: Default::default(),
        };
        let category = Category {
            id: product.category_id,
            external_id: None,
            name: category.to_owned(),
            description: String::new(),
            parent: None,
            image: None,
        };
        Words::default().nature(&product, Some(&category))
    }

    #[test]
    fn soap_is_used_up_and_its_dish_is_not() {
        assert!(nature("Calendula Soap", "Soap & Bath", &["natural"]).is_used_up);
        assert!(!nature("Cherry Soap Dish", "Soap & Bath", &["natural"]).is_used_up);
        assert!(nature("Beeswax Pillar", "Candles", &[]).is_used_up);
        assert!(!nature("Stoneware Teapot", "Stoneware & Teaware", &["tea"]).is_used_up);
    }

    #[test]
    fn a_kind_is_what_the_name_comes_to() {
        assert_eq!(kind("Walnut Nut Bowl with Inner Ring"), "bowl");
        assert_eq!(kind("Soy Wax Jar Candle, Orange and Clove"), "candle");
        assert_eq!(kind(""), "");
    }

    #[test]
    fn wool_is_for_winter_and_pots_are_for_summer() {
        assert_eq!(nature("Scarf", "Scarves & Knitwear", &["wool", "winter"]).season, 1);
        assert_eq!(nature("Planter", "Garden", &["terracotta"]).season, -1);
        assert_eq!(nature("Ring", "Silver Jewellery", &["silver"]).season, 0);
    }
}
