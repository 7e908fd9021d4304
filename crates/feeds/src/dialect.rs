//! What a map cannot say about a format: how variants name their product in WooCommerce, Magento and PrestaShop, and
//! what they take over from it.

use foldhash::fast::FixedState;
use std::hash::BuildHasher;

use crate::amount::{self, shown};
use crate::build::Role;
use crate::fields::parts;
use crate::map::Dialect;
use crate::plan::{Plan, first};
use crate::read::{self, Faults};
use crate::reject::FaultKind;
use crate::row::Row;
use crate::shape::{Given, Product, Variant};
use crate::special::Special;

/// What the rows of a product have in common, as a hash; of 64 bits, two of ten million products share one in
/// a million files.
pub(crate) fn hash(hasher: &FixedState, key: &str) -> u64 {
    hasher.hash_one(key)
}

/// How a row names its product.
pub(crate) enum Key<'r> {
    Own(&'r str),
    /// The product of the row above.
    Above,
    /// None, and nothing else stands for it.
    Missing,
    /// The row is about no product.
    Skip,
}

fn is_type(plan: &Plan, row: &Row, wanted: &str) -> bool {
    let cell = plan.special(row, Special::Type).unwrap_or_default();
    cell.split(',').any(|word| word.trim().eq_ignore_ascii_case(wanted))
}

pub(crate) fn group<'r>(plan: &Plan, row: &'r Row) -> Key<'r> {
    let own = match plan.map.dialect {
        Dialect::Magento if plan.special(row, Special::StoreView).is_some() => return Key::Skip,
        Dialect::Magento => plan.special(row, Special::Sku),
        Dialect::Woocommerce if is_type(plan, row, "variation") => {
            return match plan.key(row) {
                // `id:12` in the column of the parent is 12 in that of ids.
                Some(parent) => Key::Own(parent.strip_prefix("id:").map_or(parent, str::trim)),
                None => Key::Missing,
            };
        }
        Dialect::Woocommerce => {
            plan.special(row, Special::Id).or_else(|| sku(plan, row)).or_else(|| name(plan, row))
        }
        Dialect::Bigcommerce => match plan.special(row, Special::Item) {
            Some(item) if item.eq_ignore_ascii_case("product") => plan.key(row).or_else(|| name(plan, row)),
            Some(item) if item.eq_ignore_ascii_case("rule") => return Key::Skip,
            _ => return Key::Above,
        },
        _ => match plan.key(row) {
            None if plan.map.group_continues => return Key::Above,
            // Without anything in common each row is a product, and its name is better than nothing.
            None if plan.key.is_empty() => name(plan, row),
            key => key,
        },
    };
    own.map_or(Key::Missing, Key::Own)
}

fn name<'r>(plan: &Plan, row: &'r Row) -> Option<&'r str> {
    first(row, &plan.name.columns).value().map(|(name, _)| *name)
}

fn sku<'r>(plan: &Plan, row: &'r Row) -> Option<&'r str> {
    first(row, &plan.sku.columns).value().map(|(sku, _)| *sku)
}

/// Other names of the product of a row, which other rows may call it by.
pub(crate) fn links(plan: &Plan, row: &Row, mut link: impl FnMut(&str, &str)) {
    match plan.map.dialect {
        Dialect::Woocommerce if !is_type(plan, row, "variation") => {
            if let (Some(id), Some(sku)) = (plan.special(row, Special::Id), sku(plan, row)) {
                link(sku, id);
            }
        }
        Dialect::Magento => {
            if let (Some(own), Some(cell)) =
                (plan.special(row, Special::Sku), plan.special(row, Special::Variations))
            {
                variations(cell)
                    .into_iter()
                    .filter_map(|pairs| child(&pairs))
                    .for_each(|child| link(child, own));
            }
        }
        _ => {}
    }
}

/// `sku=A,color=Red|sku=B,color=Blue`
fn variations(cell: &str) -> Vec<Vec<(&str, &str)>> {
    let pairs = |variation| pairs(variation, ',');
    cell.split('|').map(pairs).collect()
}

/// Pairs of names and values; a comma in a value belongs to it.
fn pairs(text: &str, separator: char) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let next = after.match_indices(separator).find(|(at, _)| {
            let name = after[at + 1..].split('=').next().unwrap_or_default();
            after[at + 1..].contains('=') && !name.contains(separator) && !name.is_empty()
        });
        let (value, following) = match next {
            Some((at, _)) => (&after[..at], &after[at + 1..]),
            None => (after, ""),
        };
        pairs.push((name.trim(), value.trim()));
        rest = following;
    }
    pairs
}

fn child<'t>(pairs: &[(&'t str, &'t str)]) -> Option<&'t str> {
    pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case("sku")).map(|(_, sku)| *sku)
}

/// Whether one of the rows is a parent; the others are its children then.
pub(crate) fn has_parent(plans: &[Plan], rows: &[Row]) -> bool {
    let is_parent = |row: &Row| plans[usize::from(row.file)].special(row, Special::Variations).is_some();
    plans[0].map.dialect == Dialect::Magento && rows.iter().any(is_parent)
}

pub(crate) fn role(plans: &[Plan], row: &Row, has_parent: bool) -> Role {
    let plan = &plans[usize::from(row.file)];
    if plan.map.rows_are_variants {
        return Role::Child;
    }
    match plan.map.dialect {
        Dialect::Woocommerce if is_type(plan, row, "variation") => Role::Child,
        Dialect::Magento if has_parent && plan.special(row, Special::Variations).is_none() => Role::Child,
        Dialect::Bigcommerce => match plan.special(row, Special::Item) {
            Some(item) if item.eq_ignore_ascii_case("product") => Role::Head,
            Some(item) if matches!(item.to_lowercase().as_str(), "sku" | "variant") => Role::Child,
            _ => Role::Skipped,
        },
        Dialect::Plain if plans.iter().all(|plan| !plan.map.rows_are_variants) => Role::Both,
        _ => Role::Head,
    }
}

/// Whether variants alone are a mistake: a second file of variants may be imported alone, to bring them up to date.
pub(crate) fn needs_head(plan: &Plan) -> bool {
    matches!(plan.map.dialect, Dialect::Woocommerce)
}

/// What the source calls a product.
pub(crate) fn key(plan: &Plan, head: &Row) -> String {
    let key = match plan.map.dialect {
        Dialect::Woocommerce => sku(plan, head).or_else(|| plan.special(head, Special::Id)),
        _ => None,
    };
    let key = key.or_else(|| plan.key(head)).or_else(|| name(plan, head));
    key.unwrap_or_default().to_owned()
}

/// Kinds of products that are no single thing to sell.
pub(crate) fn refused(plan: &Plan, head: &Row) -> Option<String> {
    let kinds: &[(&str, &str)] = match plan.map.dialect {
        Dialect::Woocommerce => &[
            ("grouped", "is a group of other products"),
            ("external", "is sold elsewhere"),
            ("bundle", "is a bundle of other products"),
        ],
        Dialect::Magento => {
            &[("grouped", "is a group of other products"), ("bundle", "is a bundle of other products")]
        }
        _ => &[],
    };
    kinds.iter().find(|(kind, _)| is_type(plan, head, kind)).map(|(_, reason)| (*reason).to_owned())
}

/// Whether a child is switched off while its parent is on.
pub(crate) fn is_off(plan: &Plan, row: &Row) -> bool {
    let is = |words: &[String], value: &str| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    matches!(plan.map.dialect, Dialect::Woocommerce | Dialect::Magento)
        && plan.status.iter().any(|(columns, rule)| {
            first(row, columns)
                .value()
                .is_some_and(|(value, _)| is(&rule.draft, value) || is(&rule.archived, value))
        })
}

/// What a variant takes over from its product, and what its cells mean beyond the map.
pub(crate) fn adjust(plans: &[Plan], row: &Row, head: &Row, variant: &mut Variant, faults: &mut Faults) {
    let plan = &plans[usize::from(row.file)];
    let is_child = !std::ptr::eq(row, head);
    match plan.map.dialect {
        Dialect::Woocommerce => {
            if !is_child {
                variant.options.clear();
            } else {
                // An empty weight of a variation is that of its parent, and so are its sides.
                let mut unheard = Faults::default();
                let parent = read::variant(plan, head, &mut unheard);
                if variant.weight_grams == Given::Empty {
                    variant.weight_grams = parent.weight_grams;
                }
                if variant.dimensions_mm == Given::Empty {
                    variant.dimensions_mm = parent.dimensions_mm;
                }
            }
            if plan.special(row, Special::Type).is_some() {
                let is_digital = is_type(plan, row, "virtual") || is_type(plan, row, "downloadable");
                variant.is_digital = Given::Value(is_digital);
            }
        }
        Dialect::Magento if plan.special(row, Special::Type).is_some() => {
            let is_digital = is_type(plan, row, "virtual") || is_type(plan, row, "downloadable");
            variant.is_digital = Given::Value(is_digital);
        }
        Dialect::Bigcommerce if is_child => {
            // `Type=Swatch|Name=Colour|Value=Red`, or in the name `[RT]Colour=Red,[S]Size=M`.
            let cell = plan.special(row, Special::Options).or_else(|| name(plan, row)).unwrap_or_default();
            variant.options = bigcommerce_options(cell);
        }
        Dialect::Prestashop if plan.map.rows_are_variants => combination(plans, row, head, variant, faults),
        _ => {}
    }
}

fn bigcommerce_options(cell: &str) -> Vec<(String, String)> {
    let mut options = Vec::new();
    if cell.contains("Name=") && cell.contains("Value=") {
        let mut name = String::new();
        for (key, value) in cell.split(['|', ';']).filter_map(|part| part.split_once('=')) {
            match key.trim() {
                "Name" => value.trim().clone_into(&mut name),
                "Value" if !name.is_empty() => {
                    options.push((std::mem::take(&mut name), value.trim().to_owned()))
                }
                _ => {}
            }
        }
        return options;
    }
    for part in cell.split(',') {
        let part = part.trim();
        let part =
            part.strip_prefix('[').and_then(|part| part.split_once(']')).map_or(part, |(_, part)| part);
        if let Some((name, value)) = part.split_once('=') {
            options
                .push((name.trim().to_owned(), value.split(':').next().unwrap_or(value).trim().to_owned()));
        }
    }
    options
}

/// `Size:select:0,Colour:color:1` with `S:0,Red:1`, and a price that is the product's with something added.
fn combination(plans: &[Plan], row: &Row, head: &Row, variant: &mut Variant, faults: &mut Faults) {
    let plan = &plans[usize::from(row.file)];
    let names = plan.special(row, Special::Attribute);
    let values = plan.special(row, Special::Value);
    let impact = plan.special(row, Special::Impact);
    if let (Some(names), Some(values)) = (names, values) {
        let comma = [",".to_owned()];
        let bare = |text: &str| text.split(':').next().unwrap_or_default().trim().to_owned();
        variant.options = parts(names, &comma)
            .into_iter()
            .zip(parts(values, &comma))
            .map(|(name, value)| {
                (bare(name), value.rsplit_once(':').map_or(value, |(value, _)| value).trim().to_owned())
            })
            .collect();
    }
    let base = (row.file != head.file)
        .then(|| read::variant(&plans[usize::from(head.file)], head, &mut Faults::default()));
    let Some(base) = base else { return };
    variant.price = match (base.price, impact) {
        (Given::Value(price), Some(impact)) => {
            match amount::amount(impact, &plan.reading).ok().and_then(|impact| price.plus(impact)) {
                Some(price) => Given::Value(price),
                None => {
                    let reason = format!("is no amount: {}", shown(impact));
                    faults.add(FaultKind::Amount, row, "Impact on price", reason);
                    Given::Absent
                }
            }
        }
        (price, _) => price,
    };
    if variant.backorder.is_absent() {
        (variant.backorder, variant.backorder_allowance) = (base.backorder, base.backorder_allowance);
    }
    if variant.weight_grams.value().is_none() {
        variant.weight_grams = base.weight_grams;
    }
    if variant.dimensions_mm.value().is_none() {
        variant.dimensions_mm = base.dimensions_mm;
    }
}

/// Options that stand with the parent, by the SKUs of its children.
pub(crate) fn finish(plans: &[Plan], rows: &[Row], product: &mut Product) {
    if plans[0].map.dialect != Dialect::Magento {
        return;
    }
    let plan = &plans[0];
    let Some(head) = rows.iter().find(|row| plan.special(row, Special::Variations).is_some()) else { return };
    let labels = plan.special(head, Special::Labels).map(|cell| pairs(cell, ',')).unwrap_or_default();
    let label = |name: &str| {
        labels.iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| *label).to_owned()
    };
    let known = variations(plan.special(head, Special::Variations).unwrap_or_default());
    let by_sku: std::collections::HashMap<&str, &Vec<(&str, &str)>> =
        known.iter().filter_map(|pairs| Some((child(pairs)?, pairs))).collect();
    for variant in &mut product.variants {
        let Some(pairs) = by_sku.get(variant.sku.as_str()) else { continue };
        let others = pairs.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("sku"));
        variant.options = others.map(|(name, value)| (label(name), (*value).to_owned())).collect();
    }
    // A parent's own attributes go by their codes, its options by their labels.
    if let Given::Value(specifications) = &mut product.specifications {
        let codes: Vec<&str> = known.iter().flatten().map(|(name, _)| *name).collect();
        specifications.retain(|it| !codes.contains(&it.name.as_str()));
    }
}
