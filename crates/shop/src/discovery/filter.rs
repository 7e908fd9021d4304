//! What is asked, checked, and in the engines' terms.

use std::str::FromStr;

use serde::Serialize;
use souk_kernel::{Page, Position};
use souk_ports::search::{SearchFilter, SearchOrder};
use utoipa::ToSchema;

use super::{Error, SearchMode};
use crate::Shop;
use crate::catalog::{ProductFilters, ProductSort};

/// Longer questions are refused: nobody types them, and each word costs a look-up.
pub const MAX_TEXT: usize = 1_000;

#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// Without words everything is found, whatever the mode.
    pub text: String,
    pub filters: ProductFilters,
    pub sort: SearchSort,
    pub mode: SearchMode,
    pub page: Page,
}

/// In which order what was found is shown. Equal products are ordered by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchSort {
    /// What matches best first; without words the newest.
    #[default]
    Relevance,
    Newest,
    /// By the cheapest variant; what has no price comes last.
    Price,
    /// The other way round; what has no price comes last, too.
    PriceDesc,
    /// The most stars first; what has no reviews comes last.
    Rating,
    /// What is in demand these days, as `/products/hot` has it, then the newest.
    Popularity,
    /// Whatever the case and accents.
    Name,
}

impl FromStr for SearchSort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "relevance" {
            return Ok(Self::Relevance);
        }
        let sort: ProductSort = text.parse().map_err(|_| {
            "searches are sorted by `relevance`, `newest`, `price`, `price_desc`, `rating`, `popularity` or `name`"
        })?;
        Ok(match sort {
            ProductSort::Newest => Self::Newest,
            ProductSort::Price => Self::Price,
            ProductSort::PriceDesc => Self::PriceDesc,
            ProductSort::Rating => Self::Rating,
            ProductSort::Popularity => Self::Popularity,
            ProductSort::Name => Self::Name,
        })
    }
}

impl SearchSort {
    async fn order(self, shop: &Shop, at_least: Position) -> Result<SearchOrder, Error> {
        let sort = match self {
            Self::Relevance => return Ok(SearchOrder::Relevance),
            Self::Newest => ProductSort::Newest,
            Self::Price => ProductSort::Price,
            Self::PriceDesc => ProductSort::PriceDesc,
            Self::Rating => ProductSort::Rating,
            Self::Popularity => ProductSort::Popularity,
            Self::Name => ProductSort::Name,
        };
        Ok(sort.order(shop, at_least).await?)
    }
}

impl SearchRequest {
    /// Without words there is no meaning to look for.
    pub fn answered_by(&self) -> SearchMode {
        if self.text.trim().is_empty() { SearchMode::Text } else { self.mode }
    }

    pub(super) async fn checked(
        &self,
        shop: &Shop,
        at_least: Position,
    ) -> Result<(SearchFilter, SearchOrder), Error> {
        if self.text.chars().count() > MAX_TEXT {
            return Err(Error::invalid("q", format!("is longer than {MAX_TEXT} characters")));
        }
        // Such a ranking ends where products have nothing to do with the question, so it has one order.
        if self.sort != SearchSort::Relevance && self.answered_by() != SearchMode::Text {
            let reason =
                "is for searches by words: what is found by its meaning comes in the order of how near it is";
            return Err(Error::invalid("sort", reason));
        }
        let filter = self.filters.checked(shop, at_least).await?;
        Ok((filter, self.sort.order(shop, at_least).await?))
    }
}
