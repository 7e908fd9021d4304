//! Which products a question wants, apart from its words.

use souk_ports::search::ProductFilter;
use tantivy::DocId;

use super::snapshot::{Columns, Names};

/// Brands and categories are decided once for each number of [`Names`], and looked up for each product.
pub(super) struct Filter {
    brands: Option<Vec<bool>>,
    paths: Option<Vec<bool>>,
    /// In ten-thousandths, both included.
    price: Option<(i64, i64)>,
    in_stock: Option<bool>,
}

impl Filter {
    pub(super) fn new(wanted: &ProductFilter, names: &Names) -> Self {
        let brands = (!wanted.brands.is_empty()).then(|| {
            let wanted: Vec<String> = wanted.brands.iter().map(|brand| brand.to_lowercase()).collect();
            names
                .brands
                .iter()
                .map(|brand| !brand.is_empty() && wanted.contains(&brand.to_lowercase()))
                .collect()
        });
        let paths = (!wanted.categories.is_empty()).then(|| {
            let is_wanted =
                |category: &u32| wanted.categories.contains(&names.categories[*category as usize]);
            names.paths.iter().map(|path| path.iter().any(is_wanted)).collect()
        });
        let price = (wanted.min_price.is_some() || wanted.max_price.is_some()).then(|| {
            (
                wanted.min_price.map_or(i64::MIN, |min| min.ten_thousandths()),
                wanted.max_price.map_or(i64::MAX, |max| max.ten_thousandths()),
            )
        });
        Self { brands, paths, price, in_stock: wanted.in_stock }
    }

    #[inline(always)]
    pub(super) fn brand(&self, brand: u32) -> bool {
        self.brands.as_ref().is_none_or(|wanted| wanted[brand as usize])
    }

    #[inline(always)]
    pub(super) fn path(&self, path: u32) -> bool {
        self.paths.as_ref().is_none_or(|wanted| wanted[path as usize])
    }

    /// Price and stock, which have no facet. A product without a price is in no range of prices.
    #[inline(always)]
    pub(super) fn rest(&self, columns: &Columns, doc: DocId) -> bool {
        self.price.is_none_or(|(min, max)| {
            columns.price.first(doc).is_some_and(|price| min <= price && price <= max)
        }) && self.in_stock.is_none_or(|wanted| columns.in_stock.first(doc) == Some(wanted))
    }
}
