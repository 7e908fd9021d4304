//! Which entries a question wants, decided in nanoseconds for each.

use souk_ports::vectors::ProductFilter;

use super::slots::{Columns, NO_PRICE, Names, Slots};

/// Brands and category paths are decided once for each number of [`Names`], and looked up for each entry.
pub(super) struct Filter<'a> {
    columns: &'a Columns,
    brands: Option<Vec<bool>>,
    paths: Option<Vec<bool>>,
    /// In ten-thousandths, both included.
    price: Option<(i64, i64)>,
    in_stock: Option<bool>,
}

impl<'a> Filter<'a> {
    /// `None` when every entry passes.
    pub(super) fn new(wanted: &ProductFilter, slots: &'a Slots) -> Option<Self> {
        let Slots { columns, names, .. } = slots;
        let price = (wanted.min_price.is_some() || wanted.max_price.is_some()).then(|| {
            let min = wanted.min_price.map_or(NO_PRICE + 1, |min| min.ten_thousandths());
            (min, wanted.max_price.map_or(i64::MAX, |max| max.ten_thousandths()))
        });
        let (brands, paths) = (brands(wanted, names), paths(wanted, names));
        let in_stock = wanted.in_stock;
        (brands.is_some() || paths.is_some() || price.is_some() || in_stock.is_some()).then_some(Self {
            columns,
            brands,
            paths,
            price,
            in_stock,
        })
    }

    #[inline]
    pub(super) fn passes(&self, slot: u32) -> bool {
        let at = slot as usize;
        self.paths.as_ref().is_none_or(|wanted| wanted[self.columns.path[at] as usize])
            && self.brands.as_ref().is_none_or(|wanted| wanted[self.columns.brand[at] as usize])
            && self.in_stock.is_none_or(|wanted| self.columns.in_stock[at] == wanted)
            && self.price.is_none_or(|(min, max)| (min..=max).contains(&self.columns.price[at]))
    }
}

fn brands(wanted: &ProductFilter, names: &Names) -> Option<Vec<bool>> {
    if wanted.brands.is_empty() {
        return None;
    }
    let mut passing = vec![false; names.brands.len() + 1];
    for brand in &wanted.brands {
        if let Some(number) = names.brands.get(&brand.to_lowercase()) {
            passing[*number as usize] = true;
        }
    }
    Some(passing)
}

fn paths(wanted: &ProductFilter, names: &Names) -> Option<Vec<bool>> {
    let is_wanted = |path: &Vec<_>| path.iter().any(|category| wanted.categories.contains(category));
    (!wanted.categories.is_empty()).then(|| names.paths.iter().map(is_wanted).collect())
}
