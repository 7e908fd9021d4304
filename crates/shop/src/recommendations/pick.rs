//! Which of many candidates are shown: the first k that are sold and in stock.

use souk_kernel::ProductId;

use super::Error;
use crate::Shop;
use crate::catalog::{ProductView, join};

/// How many are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HowMany(usize);

impl HowMany {
    pub const MAX: u32 = 100;
    pub const DEFAULT: u32 = 10;

    pub fn new(asked: Option<u32>) -> Result<Self, Error> {
        let asked = asked.unwrap_or(Self::DEFAULT);
        if (1..=Self::MAX).contains(&asked) {
            Ok(Self(asked as usize))
        } else {
            Err(Error::HowMany { asked })
        }
    }

    pub(super) fn get(self) -> usize {
        self.0
    }
}

/// More than asked for are joined at once, so that a few that are sold out cost no second round.
const SPARE: usize = 6;

/// The first `k` candidates that are sold and in stock, in their order, each with what belongs to it.
pub(super) async fn in_stock<T>(
    shop: &Shop,
    candidates: Vec<(ProductId, T)>,
    k: usize,
) -> Result<Vec<(ProductView, T)>, Error> {
    let mut picked = Vec::with_capacity(k);
    let mut candidates = candidates.into_iter();
    while picked.len() < k {
        let chunk: Vec<(ProductId, T)> = candidates.by_ref().take(k - picked.len() + SPARE).collect();
        if chunk.is_empty() {
            break;
        }
        let ids: Vec<ProductId> = chunk.iter().map(|(id, _)| *id).collect();
        // The views come in the order of the ids, without those that are not sold.
        let mut views = join::views_of(shop, &ids).await?.into_iter().peekable();
        for (id, with) in chunk {
            if let Some(view) = views.next_if(|view| view.id == id)
                && view.in_stock
            {
                picked.push((view, with));
            }
        }
    }
    picked.truncate(k);
    Ok(picked)
}
