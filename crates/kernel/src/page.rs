//! One page of a longer list.

use serde::Serialize;

/// Which part of a list is asked for. Pages count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Page {
    /// From 1 to [`Self::MAX_NUMBER`].
    pub number: u32,
    /// Items a page, from 1 to [`Self::MAX_LIMIT`].
    pub limit: u32,
}

/// Why there is no such page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// No page has 0 items, nor more than [`Page::MAX_LIMIT`].
    #[error("limit must be between 1 and {max}, not {limit}")]
    Limit {
        /// As it was asked for.
        limit: u32,
        /// The most items that a page may have.
        max: u32,
    },
    /// Pages count from 1 to [`Page::MAX_NUMBER`].
    #[error("page must be between 1 and {max}, not {page}", max = Page::MAX_NUMBER)]
    Number {
        /// As it was asked for.
        page: u32,
    },
}

impl Page {
    /// Items a page where the caller names no number.
    pub const DEFAULT_LIMIT: u32 = 20;
    /// The most items a page.
    pub const MAX_LIMIT: u32 = 100;
    /// Deep pages cost as much as all the pages before them, so they end somewhere.
    pub const MAX_NUMBER: u32 = 100_000;

    /// `None` stands for the first page, and for [`Self::DEFAULT_LIMIT`] items. What is out of range is refused, not
    /// clamped.
    pub fn new(number: Option<u32>, limit: Option<u32>) -> Result<Self, InvalidPage> {
        let (number, limit) = (number.unwrap_or(1), limit.unwrap_or(Self::DEFAULT_LIMIT));
        if !(1..=Self::MAX_LIMIT).contains(&limit) {
            return Err(InvalidPage::Limit { limit, max: Self::MAX_LIMIT });
        }
        if !(1..=Self::MAX_NUMBER).contains(&number) {
            return Err(InvalidPage::Number { page: number });
        }
        Ok(Self { number, limit })
    }

    /// How many items lie before this page.
    pub fn offset(self) -> u64 {
        u64::from(self.number - 1) * u64::from(self.limit)
    }

    /// How many pages `total` items fill; no items fill no page.
    pub fn pages(self, total: u64) -> u64 {
        total.div_ceil(u64::from(self.limit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_pages_of_a_list_hold_each_item_once(total in 0u64..5_000, limit in 1u32..=100) {
            let page = |n| Page::new(Some(n), Some(limit)).unwrap();
            let pages = page(1).pages(total);
            let mut seen = 0;
            for number in 1..=pages {
                let page = page(number as u32);
                prop_assert_eq!(page.offset(), seen);
                seen += u64::from(limit).min(total - page.offset());
            }
            prop_assert_eq!(seen, total);
        }
    }

    #[test]
    fn limits_are_refused_not_clamped() {
        assert!(Page::new(None, Some(101)).is_err());
        assert!(Page::new(None, Some(0)).is_err());
        assert!(Page::new(Some(0), None).is_err());
        assert!(Page::new(Some(u32::MAX), None).is_err());
    }
}
