//! Which products a question wants, apart from its words.

use souk_kernel::Money;
use souk_ports::search::SearchFilter;
use tantivy::DocId;

use super::snapshot::{Columns, Names, Shared};
use crate::search::keys;

/// Brands and categories are decided once for each number of [`Names`], what else products share once for each number of
/// the segment, and looked up for each product.
pub(super) struct Filter {
    brands: Option<Vec<bool>>,
    paths: Option<Vec<bool>>,
    wanted: SearchFilter,
    /// In lower case.
    tags: Vec<String>,
    choices: Vec<Vec<String>>,
    /// In ten-thousandths, both included.
    price: Option<(i64, i64)>,
    min_rating: Option<f64>,
    in_stock: Option<bool>,
    here: Here,
}

/// What is decided for one segment; `None`: all pass.
#[derive(Default)]
struct Here {
    sellers: Option<Vec<bool>>,
    tags: Option<Vec<bool>>,
    choices: Option<Vec<bool>>,
}

impl Filter {
    pub(super) fn new(wanted: &SearchFilter, names: &Names) -> Self {
        let brands = (!wanted.brands.is_empty()).then(|| {
            let wanted: Vec<String> = wanted.brands.iter().map(|brand| keys::key(brand)).collect();
            names.brands.iter().map(|brand| !brand.is_empty() && wanted.contains(&keys::key(brand))).collect()
        });
        let paths = (!wanted.categories.is_empty()).then(|| {
            let is_wanted =
                |category: &u32| wanted.categories.contains(&names.categories[*category as usize]);
            names.paths.iter().map(|path| path.iter().any(is_wanted)).collect()
        });
        let price = (wanted.min_price.is_some() || wanted.max_price.is_some()).then(|| {
            (
                wanted.min_price.map_or(i64::MIN, Money::ten_thousandths),
                wanted.max_price.map_or(i64::MAX, Money::ten_thousandths),
            )
        });
        Self {
            brands,
            paths,
            tags: wanted.tags.iter().map(|tag| keys::key(tag)).collect(),
            choices: keys::wanted_choices(wanted),
            price,
            min_rating: keys::min_rating(wanted),
            in_stock: wanted.product_in_stock(),
            wanted: wanted.clone(),
            here: Here::default(),
        }
    }

    /// To be called before the first product of a segment.
    pub(super) fn enter(&mut self, columns: &Columns) {
        fn decided<T>(is_asked: bool, shared: &Shared<T>, pass: impl Fn(&T) -> bool) -> Option<Vec<bool>> {
            is_asked.then(|| shared.values.iter().map(pass).collect())
        }
        let Self { wanted, tags, choices, .. } = &*self;
        let is_one_of =
            |has: &[String], wanted: &[String]| wanted.iter().any(|one| has.iter().any(|has| has == one));
        let sellers = &wanted.sellers;
        self.here = Here {
            sellers: decided(!sellers.is_empty(), &columns.seller, |seller| {
                seller.is_some_and(|seller| sellers.contains(&seller))
            }),
            tags: decided(!tags.is_empty(), &columns.tags, |has| is_one_of(has, tags)),
            choices: decided(!choices.is_empty(), &columns.choices, |variants| {
                variants.iter().any(|variant| choices.iter().all(|wanted| is_one_of(variant, wanted)))
            }),
        };
    }

    #[inline(always)]
    pub(super) fn brand(&self, brand: u32) -> bool {
        self.brands.as_ref().is_none_or(|wanted| wanted[brand as usize])
    }

    #[inline(always)]
    pub(super) fn path(&self, path: u32) -> bool {
        self.paths.as_ref().is_none_or(|wanted| wanted[path as usize])
    }

    /// What has no facet. A product without a price is in no range of prices, and one without reviews has no rating.
    #[inline(always)]
    pub(super) fn rest(&self, columns: &Columns, doc: DocId) -> bool {
        fn passes<T>(decided: &Option<Vec<bool>>, shared: &Shared<T>, doc: DocId) -> bool {
            decided.as_ref().is_none_or(|decided| decided[shared.of[doc as usize] as usize])
        }
        self.price.is_none_or(|(min, max)| {
            columns.prices.values_for_doc(doc).any(|price| min <= price && price <= max)
        }) && self.in_stock.is_none_or(|wanted| columns.in_stock.first(doc) == Some(wanted))
            && self.min_rating.is_none_or(|min| columns.rating.first(doc).is_some_and(|rating| rating >= min))
            && passes(&self.here.sellers, &columns.seller, doc)
            && passes(&self.here.tags, &columns.tags, doc)
            && passes(&self.here.choices, &columns.choices, doc)
    }
}
