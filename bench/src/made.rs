//! A made-up catalogue of any size for measuring search, and questions that it answers.

use std::io::Write;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const THINGS: [&str; 40] = [
    "bowl", "mug", "teapot", "scarf", "ring", "necklace", "belt", "wallet", "candle", "basket", "journal",
    "blanket", "cushion", "vase", "planter", "lamp", "tray", "spoon", "board", "apron", "towel", "quilt",
    "earrings", "bracelet", "satchel", "soap", "puzzle", "doll", "chime", "print", "plate", "jug",
    "slippers", "hat", "gloves", "rug", "clock", "frame", "box", "drum",
];
const MATERIALS: [&str; 24] = [
    "oak",
    "walnut",
    "olive",
    "ash",
    "cherry",
    "linen",
    "wool",
    "cotton",
    "silk",
    "leather",
    "silver",
    "brass",
    "glass",
    "stoneware",
    "porcelain",
    "willow",
    "rattan",
    "beeswax",
    "felt",
    "paper",
    "copper",
    "bamboo",
    "slate",
    "cork",
];
const MANNERS: [&str; 24] = [
    "turned",
    "carved",
    "woven",
    "knitted",
    "glazed",
    "forged",
    "stitched",
    "printed",
    "dyed",
    "polished",
    "oiled",
    "hammered",
    "braided",
    "painted",
    "embroidered",
    "blown",
    "cast",
    "pressed",
    "bound",
    "quilted",
    "engraved",
    "smoked",
    "waxed",
    "etched",
];
const COLOURS: [&str; 16] = [
    "indigo", "ochre", "moss", "slate", "ivory", "rust", "sage", "charcoal", "amber", "teal", "rose", "sand",
    "plum", "honey", "natural", "speckled",
];

pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) brand: String,
    pub(crate) category: String,
    pub(crate) price: f64,
}

fn one<'a>(random: &mut StdRng, words: &[&'a str]) -> &'a str {
    words[random.random_range(0..words.len())]
}

/// The same products for the same count.
pub(crate) fn products(count: usize) -> impl Iterator<Item = Product> {
    let mut random = StdRng::seed_from_u64(7);
    // Rare words, as names of places and makers are: the k-th is used 1/k as often as the first.
    let rare: Vec<String> = (0..30_000).map(|_| word(&mut random)).collect();
    (0..count).map(move |at| {
        let thing = one(&mut random, &THINGS);
        let material = one(&mut random, &MATERIALS);
        let manner = one(&mut random, &MANNERS);
        let colour = one(&mut random, &COLOURS);
        let mut description = format!("A {manner} {thing} of {material} in {colour}.");
        for _ in 0..40 {
            let common = random.random_bool(0.4);
            let next = if common {
                one(&mut random, &[&MATERIALS[..], &MANNERS, &COLOURS, &THINGS].concat()).to_owned()
            } else {
                let rank = (30_000_f64.powf(random.random_range(0.0..1.0)) as usize).min(rare.len() - 1);
                rare[rank].clone()
            };
            description.push(' ');
            description.push_str(&next);
        }
        description.push('.');
        Product {
            id: format!("M{at:06}"),
            name: format!("{manner} {colour} {material} {thing}"),
            description,
            brand: format!("Workshop {}", random.random_range(0..400)),
            category: format!("{}s", thing),
            price: f64::from(random.random_range(500..50_000)) / 100.0,
        }
    })
}

fn word(random: &mut StdRng) -> String {
    let syllables =
        ["ka", "lo", "mi", "ren", "tas", "vu", "shi", "pel", "dor", "an", "gri", "bo", "zet", "fal", "yu"];
    (0..random.random_range(2..5)).map(|_| one(random, &syllables)).collect()
}

/// Distinct questions of two or three words.
pub(crate) fn questions(count: usize) -> Vec<String> {
    let mut random = StdRng::seed_from_u64(11);
    let mut seen = std::collections::HashSet::new();
    let mut questions = Vec::with_capacity(count);
    while questions.len() < count {
        let mut words = vec![one(&mut random, &MATERIALS), one(&mut random, &THINGS)];
        if random.random_bool(0.7) {
            words.insert(0, one(&mut random, &MANNERS));
        }
        if random.random_bool(0.5) {
            words.insert(0, one(&mut random, &COLOURS));
        }
        let question = words.join(" ");
        if seen.insert(question.clone()) {
            questions.push(question);
        }
    }
    questions
}

/// Writes the catalogue and the maps to import it by.
pub(crate) fn write(folder: &Path, count: usize) -> anyhow::Result<()> {
    let file = std::fs::File::create(folder.join("made.ndjson.gz"))?;
    let mut out = std::io::BufWriter::new(flate2::write::GzEncoder::new(file, flate2::Compression::fast()));
    for Product { id, name, description, brand, category, price } in products(count) {
        let line = serde_json::json!({ "id": id, "name": name, "description": description, "brand": brand, "category": [category], "price": price, "stock": 25 });
        writeln!(out, "{line}")?;
    }
    out.into_inner().map_err(|error| error.into_error())?.finish()?;
    let map = "name: Made\nlayout: json\n\
               product: {name: name, description: description, brand: brand, category: [{from: category}]}\n\
               variant: {sku: id, price: price, stock: {from: stock}}\n";
    std::fs::write(folder.join("made.yaml"), map)?;
    // As builds want it that are measured beside this one.
    let older = "format: ndjson\nfields:\n  id: id\n  name: name\n  description: [description]\n  price: price\n  brand: brand\n\
               category:\n  field: category\ndefaults:\n  stock: 25\n  category: Other\n";
    Ok(std::fs::write(folder.join("made-older.yaml"), older)?)
}
