//! What the catalogue knows about each craft: its materials, what is made of
//! them and how makers speak about it. The texts are templates; see `text`.

mod baskets;
mod beadwork;
mod birdhouses;
mod boards;
mod bookbinding;
mod bowls;
mod candles;
mod chimes;
mod desk;
mod embroidery;
mod felt;
mod forge;
mod glass;
mod instruments;
mod ironwork;
mod knitwear;
mod leather;
mod macrame;
mod nursery;
mod pets;
mod planters;
mod prints;
mod quilts;
mod scarves;
mod silver;
mod soap;
mod stained_glass;
mod stoneware;
mod table_linen;
mod toys;
mod weaving;

pub type Lines = &'static [&'static str];

pub struct Craft {
    /// How workshops refer to it.
    pub key: &'static str,
    pub category: &'static str,
    /// The first part of its article numbers.
    pub code: &'static str,
    /// How many products the catalogue gets of it.
    pub products: usize,
    pub tags: Lines,
    pub materials: &'static [Material],
    pub pieces: &'static [Piece],
    /// Says what the thing is; always comes first.
    pub opening: Lines,
    /// How it is made.
    pub making: Lines,
    /// A last word on gifts, makers or the planet.
    pub closing: Lines,
    /// The two halves of the care instructions, for materials without their own.
    pub care: Care,
}

/// One line is taken from each half.
pub struct Care(pub Lines, pub Lines);

pub struct Material {
    pub name: &'static str,
    /// The second part of article numbers.
    pub code: &'static str,
    /// What the thing is made of, for the column `materials`.
    pub parts: Lines,
    pub tags: Lines,
    pub colors: Lines,
    /// The price in percent of the piece's usual one.
    pub price: u32,
    /// Where it comes from, what it looks and feels like.
    pub story: Lines,
    /// Care of its own, where the craft's does not fit.
    pub care: Option<Care>,
}

pub struct Piece {
    pub noun: &'static str,
    /// What to call it the second time.
    pub short: &'static str,
    /// From and to, in whole euros.
    pub price: (u32, u32),
    /// What each size up adds, in percent.
    pub step: u32,
    pub sizes: Lines,
    pub tags: Lines,
    /// Codes of the materials it is made in; empty for all.
    pub only: Lines,
    /// Materials it has besides the main one.
    pub parts: Lines,
    /// Name of the listing, and what is particular about this version.
    pub looks: &'static [(&'static str, &'static str)],
    pub measure: Lines,
    pub uses: Lines,
}

pub const CRAFTS: &[Craft] = &[
    bowls::CRAFT,
    boards::CRAFT,
    stoneware::CRAFT,
    forge::CRAFT,
    ironwork::CRAFT,
    table_linen::CRAFT,
    weaving::CRAFT,
    quilts::CRAFT,
    baskets::CRAFT,
    candles::CRAFT,
    glass::CRAFT,
    stained_glass::CRAFT,
    macrame::CRAFT,
    embroidery::CRAFT,
    scarves::CRAFT,
    knitwear::CRAFT,
    leather::CRAFT,
    felt::CRAFT,
    silver::CRAFT,
    beadwork::CRAFT,
    soap::CRAFT,
    bookbinding::CRAFT,
    desk::CRAFT,
    prints::CRAFT,
    toys::CRAFT,
    nursery::CRAFT,
    planters::CRAFT,
    birdhouses::CRAFT,
    chimes::CRAFT,
    pets::CRAFT,
    instruments::CRAFT,
];
