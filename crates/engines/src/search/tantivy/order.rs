//! Which product comes before which, as a number of each.

use std::collections::HashMap;

use souk_ports::search::SearchOrder;
use tantivy::DocId;

use super::snapshot::{Columns, Segment};

/// A moment in milliseconds lies within so many around 1970, some 70 million years: beyond that all are the same to
/// [`Order::Listed`], which needs one bit for itself.
const MOMENTS: i64 = 1 << 61;

pub(super) enum Order {
    Score,
    Newest,
    Cheapest,
    Dearest,
    Rating,
    /// The number is that of the segment.
    Name,
    /// By id, how many come after it.
    Listed(HashMap<u128, u64>),
}

impl Order {
    pub(super) fn of(asked: &SearchOrder, has_words: bool) -> Self {
        match asked {
            SearchOrder::Relevance if has_words => Self::Score,
            SearchOrder::Relevance | SearchOrder::Newest => Self::Newest,
            SearchOrder::Cheapest => Self::Cheapest,
            SearchOrder::Dearest => Self::Dearest,
            SearchOrder::Rating => Self::Rating,
            SearchOrder::Name => Self::Name,
            SearchOrder::Listed(ids) => {
                // Of several mentions the first one counts.
                let after = ids.iter().rev().zip(0..).map(|(id, after)| (id.0.as_u128(), after));
                Self::Listed(after.collect())
            }
        }
    }

    /// The rank of a product: the highest come first. `score` is worked out only where it counts.
    #[inline(always)]
    pub(super) fn rank(&self, segment: &Segment, doc: DocId, score: impl FnOnce() -> u64) -> u64 {
        let columns = &*segment.columns;
        match self {
            Self::Score => score(),
            Self::Newest => newest(columns, doc),
            // 0 is left for those without a price.
            Self::Cheapest => lowest(columns, doc).map_or(0, |price| !ordered(price)),
            Self::Dearest => lowest(columns, doc).map_or(0, ordered),
            // Not below zero, and there the bits are in the order of the numbers.
            Self::Rating => columns.rating.first(doc).map_or(0, |rating| rating.max(0.0).to_bits() + 1),
            Self::Name => {
                let place = columns.name.as_ref().and_then(|names| names.ords().first(doc));
                place.map_or(0, |place| u64::MAX - place)
            }
            Self::Listed(listed) => match listed.get(&segment.id(doc)) {
                Some(after) => 1_u64 << 63 | *after,
                None => {
                    let created = columns.created.first(doc).unwrap_or(i64::MIN).clamp(-MOMENTS, MOMENTS);
                    (created + MOMENTS) as u64
                }
            },
        }
    }
}

fn newest(columns: &Columns, doc: DocId) -> u64 {
    columns.created.first(doc).map_or(0, ordered)
}

fn lowest(columns: &Columns, doc: DocId) -> Option<i64> {
    columns.prices.values_for_doc(doc).min()
}

/// The sign turned, so that less than zero is less than more.
fn ordered(number: i64) -> u64 {
    number as u64 ^ 1 << 63
}
