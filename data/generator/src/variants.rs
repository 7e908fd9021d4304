//! The sizes and colours in which a product is sold.

use crate::crafts::{Material, Piece};
use crate::random::Random;

pub struct Variant {
    pub size: String,
    pub color: String,
    pub sku: String,
    /// In cents, on top of the product's price.
    pub adjustment: i32,
    pub stock: u32,
}

const MOST: usize = 6;

pub fn variants(
    piece: &Piece,
    material: &Material,
    price: u32,
    sku: &str,
    random: &mut Random,
) -> Vec<Variant> {
    let sizes = sizes(piece, random);
    let colors = colors(material, sizes.len(), random);
    let first_size = sizes[0].0;
    let mut variants = Vec::new();
    for (color_at, color) in colors.iter().enumerate() {
        for (rank, size) in &sizes {
            if variants.len() == MOST {
                return variants;
            }
            // A colour beside the first does not come in every size.
            if color_at > 0 && sizes.len() > 2 && random.percent(40) {
                continue;
            }
            let steps = *rank as i32 - first_size as i32;
            let stock = if variants.is_empty() {
                random.between(10, 200)
            } else if random.percent(8) {
                0
            } else {
                random.between(1, 120)
            };
            variants.push(Variant {
                size: size.to_string(),
                color: color.to_string(),
                sku: article_number(sku, size, color, sizes.len() > 1, colors.len() > 1),
                adjustment: adjustment(price, piece.step, steps),
                stock,
            });
        }
    }
    variants
}

/// Some of the sizes with their rank; a middle one may come first.
fn sizes(piece: &Piece, random: &mut Random) -> Vec<(usize, &'static str)> {
    if piece.sizes.is_empty() {
        return vec![(0, "")];
    }
    let all = piece.sizes.len();
    // Garments and rings come in most sizes, other things in some.
    let least = if all > 3 { all - 1 } else { 1 };
    let count = random.between(least as u32, all as u32) as usize;
    let mut sizes: Vec<_> = piece.sizes.iter().copied().enumerate().take(count).collect();
    if count > 2 && random.percent(50) {
        sizes.swap(0, 1);
    }
    sizes
}

fn colors(material: &Material, sizes: usize, random: &mut Random) -> Vec<&'static str> {
    let mut colors = material.colors.to_vec();
    random.shuffle(&mut colors);
    let most = if sizes > 3 { 2 } else { 4 };
    let count = random.between(1, colors.len().min(most) as u32);
    colors.truncate(count as usize);
    colors
}

/// Each size up or down by a share of the price, rounded to half euros.
fn adjustment(price: u32, step: u32, steps: i32) -> i32 {
    let share = (price * step / 100) as i32 * steps;
    share / 50 * 50
}

/// Size and colour go into the number only where there is a choice of them.
fn article_number(sku: &str, size: &str, color: &str, sized: bool, colored: bool) -> String {
    let mut number = sku.to_string();
    if sized {
        number.push('-');
        number.push_str(&size_code(size));
    }
    if colored {
        number.push('-');
        number.push_str(&color_code(color));
    }
    number
}

/// "24 × 30 cm" gives "24X30CM", "0–3 months" gives "0TO3MO".
fn size_code(size: &str) -> String {
    size.to_uppercase()
        .replace('×', "X")
        .replace('–', "TO")
        .split(' ')
        .map(|word| {
            let code: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
            if code.starts_with(|sign: char| sign.is_ascii_digit()) {
                code
            } else {
                code.chars().take(2).collect()
            }
        })
        .collect()
}

/// Two letters of each word: "moss green" gives "MOGR".
fn color_code(color: &str) -> String {
    color
        .to_uppercase()
        .split(|sign: char| !sign.is_ascii_alphabetic())
        .map(|word| word.chars().take(2).collect::<String>())
        .collect()
}
