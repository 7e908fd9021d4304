//! Composes products: picks a piece, a material and a look of each craft and
//! writes their texts from the templates, so that hardly a sentence comes twice.

use std::collections::BTreeSet;

use crate::crafts::{CRAFTS, Care, Craft, Lines, Material, Piece};
use crate::random::Random;
use crate::text::{Slots, render, title_case};
use crate::variants::{Variant, variants};
use crate::workshops::{Workshop, workshops};
use crate::writer::Writer;

/// In how many products one sentence may stand.
pub const MOST_REPEATS: usize = 3;

pub struct Product {
    pub craft: &'static Craft,
    pub piece: &'static Piece,
    pub material: &'static Material,
    pub name: String,
    pub description: String,
    /// In cents.
    pub price: u32,
    pub category: &'static str,
    /// Place of the workshop in `workshops()`.
    pub seller: usize,
    pub brand: &'static str,
    pub tags: Vec<&'static str>,
    pub is_active: bool,
    pub materials: Vec<&'static str>,
    pub care: String,
    pub variants: Vec<Variant>,
}

/// All products, craft by craft.
pub fn products() -> Vec<Product> {
    let mut composer = Composer::new();
    for craft in CRAFTS {
        composer.compose(craft);
    }
    composer.products
}

struct Composer {
    writer: Writer,
    names: BTreeSet<String>,
    sales: Vec<(usize, &'static Workshop)>,
    products: Vec<Product>,
}

/// One thing to be made: which piece, of what, in which version.
struct Design {
    piece: &'static Piece,
    material: &'static Material,
    look: &'static (&'static str, &'static str),
}

impl Composer {
    fn new() -> Self {
        Self {
            writer: Writer::new("products", MOST_REPEATS),
            names: BTreeSet::new(),
            sales: workshops().map(|workshop| (0, workshop)).collect(),
            products: Vec::new(),
        }
    }

    fn compose(&mut self, craft: &'static Craft) {
        for (index, design) in designs(craft, &mut self.writer.random).into_iter().enumerate() {
            let product = self.product(craft, &design, index + 1);
            self.products.push(product);
        }
    }

    fn product(&mut self, craft: &'static Craft, design: &Design, number: usize) -> Product {
        let Design { piece, material, look } = design;
        let seller = self.seller(craft, material);
        let workshop = self.sales[seller].1;
        let price = price(piece, material, &mut self.writer.random);
        let sku = format!("{}-{}-{number:03}", craft.code, material.code);
        let variants = variants(piece, material, price, &sku, &mut self.writer.random);

        let mut slots = Slots::default();
        slots.set("noun", piece.noun);
        slots.set("short", piece.short);
        slots.set("m", material.name);
        slots.set("M", title_case(material.name));
        slots.set("size", variants[0].size.clone());
        slots.set("color", variants[0].color.clone());
        slots.set("w", workshop.name);
        slots.set("city", workshop.city);

        let name = render(look.0, &slots, &mut self.writer.random);
        assert!(self.names.insert(name.clone()), "two products named {name}");
        let opening = self.writer.write(craft.opening, &slots);
        // Once it has been introduced, "the pair" will do for a pair of earrings.
        if piece.noun.contains(" of ") {
            slots.reset("noun", piece.short);
        }
        let description = self.description(opening, craft, design, &slots);
        let Care(washing, keeping) = material.care.as_ref().unwrap_or(&craft.care);
        let care = [self.writer.write(washing, &slots), self.writer.write(keeping, &slots)].join(" ");

        Product {
            craft,
            piece,
            material,
            name,
            description,
            price,
            category: craft.category,
            seller,
            brand: self.brand(workshop),
            tags: tags(craft, design, &mut self.writer.random),
            is_active: !self.writer.random.percent(5),
            materials: joined(&[material.parts, piece.parts]),
            care,
            variants,
        }
    }

    /// The workshop for that craft and material that has sold least so far.
    fn seller(&mut self, craft: &Craft, material: &Material) -> usize {
        let mut knowing: Vec<usize> =
            (0..self.sales.len()).filter(|at| makes(self.sales[*at].1, craft, material)).collect();
        assert!(!knowing.is_empty(), "nobody makes {} of {}", craft.key, material.name);
        self.writer.random.shuffle(&mut knowing);
        knowing.sort_by_key(|at| self.sales[*at].0);
        self.sales[knowing[0]].0 += 1;
        knowing[0]
    }

    fn brand(&mut self, workshop: &'static Workshop) -> &'static str {
        if !workshop.line.is_empty() && self.writer.random.percent(40) {
            workshop.line
        } else {
            workshop.name
        }
    }

    fn description(
        &mut self,
        opening: String,
        craft: &'static Craft,
        design: &Design,
        slots: &Slots,
    ) -> String {
        let particular = self.writer.phrase(design.look.1, slots);
        let story = self.writer.write(design.material.story, slots);
        let making = self.writer.write(craft.making, slots);
        let measure = self.writer.write(design.piece.measure, slots);
        let uses = self.writer.write(design.piece.uses, slots);
        let parts = match self.writer.random.below(6) {
            0 => vec![opening, particular, story, making, measure, uses],
            1 => vec![opening, story, particular, measure, uses],
            2 => vec![opening, particular, measure, uses, story],
            3 => vec![opening, uses, particular, making, measure],
            4 => vec![opening, making, particular, measure, story, uses],
            _ => {
                let closing = self.writer.write(craft.closing, slots);
                vec![opening, particular, measure, story, uses, closing]
            }
        };
        parts.join(" ")
    }
}

/// As many designs as the craft is to have products, spread evenly over its
/// pieces, their materials and their looks.
fn designs(craft: &'static Craft, random: &mut Random) -> Vec<Design> {
    let mut drawers: Vec<Vec<Design>> =
        craft.pieces.iter().map(|piece| designs_of(craft, piece, random)).collect();
    let mut chosen = Vec::new();
    for turn in 0.. {
        if chosen.len() == craft.products || drawers.iter().all(Vec::is_empty) {
            break;
        }
        let at = turn % drawers.len();
        chosen.extend(drawers[at].pop());
    }
    assert_eq!(chosen.len(), craft.products, "too few designs of {}", craft.key);
    chosen
}

/// Every look in every material, the varied ones last, from where they are taken.
fn designs_of(craft: &'static Craft, piece: &'static Piece, random: &mut Random) -> Vec<Design> {
    let mut materials: Vec<&'static Material> = craft
        .materials
        .iter()
        .filter(|material| piece.only.is_empty() || piece.only.contains(&material.code))
        .collect();
    random.shuffle(&mut materials);
    let first_look = random.below(piece.looks.len());
    let mut designs = Vec::new();
    for round in 0..piece.looks.len() {
        for (at, material) in materials.iter().enumerate() {
            let look = &piece.looks[(first_look + round + at) % piece.looks.len()];
            designs.push(Design { piece, material, look });
        }
    }
    designs.reverse();
    designs
}

fn makes(workshop: &Workshop, craft: &Craft, material: &Material) -> bool {
    workshop.crafts.contains(&craft.key)
        && (workshop.only.is_empty() || workshop.only.contains(&material.name))
}

/// In cents, ending as prices in shops do.
fn price(piece: &Piece, material: &Material, random: &mut Random) -> u32 {
    let (low, high) = piece.price;
    let euros = (random.between(low, high) * material.price / 100).max(6);
    euros * 100 + random.pick(&[0, 0, 0, 50, 50, 90])
}

fn tags(craft: &Craft, design: &Design, random: &mut Random) -> Vec<&'static str> {
    let mut tags = joined(&[design.piece.tags, design.material.tags, craft.tags]);
    tags.truncate(random.between(5, 7) as usize);
    tags
}

/// The items of all lists, each once.
fn joined(lists: &[Lines]) -> Vec<&'static str> {
    let mut all = Vec::new();
    for item in lists.iter().copied().flatten() {
        if !all.contains(item) {
            all.push(*item);
        }
    }
    all
}
