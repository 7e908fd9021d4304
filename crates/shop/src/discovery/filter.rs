//! What is asked, checked, and in the engines' terms.

use souk_kernel::{CategoryId, Money, Page, Position};
use souk_ports::rows::Category;
use souk_ports::search::ProductFilter;

use super::{Error, SearchMode};
use crate::Shop;
use crate::catalog::CategoryTree;

/// Longer questions are refused: nobody types them, and each word costs a look-up.
pub const MAX_TEXT: usize = 1_000;

#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// Without words everything is found, newest first, whatever the mode.
    pub text: String,
    /// An id, souk's or external, or a name in any case.
    pub category: Option<String>,
    /// In any case.
    pub brand: Option<String>,
    pub min_price: Option<Money>,
    pub max_price: Option<Money>,
    pub in_stock: Option<bool>,
    pub mode: SearchMode,
    pub page: Page,
}

impl SearchRequest {
    /// Without words there is no meaning to look for.
    pub fn answered_by(&self) -> SearchMode {
        if self.text.trim().is_empty() { SearchMode::Text } else { self.mode }
    }

    pub(super) async fn filter(&self, shop: &Shop, at_least: Position) -> Result<ProductFilter, Error> {
        if self.text.chars().count() > MAX_TEXT {
            return Err(Error::invalid("q", format!("is longer than {MAX_TEXT} characters")));
        }
        for (field, price) in [("min_price", self.min_price), ("max_price", self.max_price)] {
            if price.is_some_and(Money::is_negative) {
                return Err(Error::invalid(field, "is negative"));
            }
        }
        if let (Some(min), Some(max)) = (self.min_price, self.max_price)
            && min > max
        {
            return Err(Error::invalid("min_price", "is above `max_price`"));
        }
        let mut categories = Vec::new();
        if let Some(asked) = &self.category {
            categories = categories_named(shop, asked, at_least).await?;
        }
        Ok(ProductFilter {
            categories,
            brands: self.brand.iter().filter(|brand| !brand.trim().is_empty()).cloned().collect(),
            min_price: self.min_price,
            max_price: self.max_price,
            in_stock: self.in_stock,
        })
    }
}

async fn categories_named(shop: &Shop, asked: &str, at_least: Position) -> Result<Vec<CategoryId>, Error> {
    let mut snapshot = shop.store.snapshot_from(at_least).await?;
    if let Ok(id) = asked.parse::<CategoryId>()
        && snapshot.one::<Category>(id).await?.is_some()
    {
        return Ok(vec![id]);
    }
    let named = CategoryTree::read(&mut *snapshot).await?.named(asked);
    if named.is_empty() {
        return Err(Error::UnknownCategory { asked: asked.to_owned() });
    }
    Ok(named)
}
