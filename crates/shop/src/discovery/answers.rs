//! Answers that were given before, in this process's memory: ids and what found them, never prices or stock.
//!
//! An answer stands under the positions that its indexes had reached, so it is never wrong, only never asked for again
//! once they move on; leaving it out frees space and nothing else. The vector of a question depends on nothing, and is
//! kept whatever happens to the catalogue. So are the names of categories, for when the store cannot be asked.

use std::sync::Arc;

use quick_cache::sync::Cache;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::search::{SearchFilter, SearchOrder};
use souk_ports::store::Window;

use super::SearchMode;
use super::category_names::CategoryNames;
use super::ranking::Ranking;
use crate::Shop;

/// How many answers are kept: up to 400 ids each, some 30 MB at the most.
const ANSWERS: usize = 2_000;
/// How many questions' vectors are kept: 1.5 KB each.
const QUESTIONS: usize = 10_000;

pub struct Answers {
    rankings: Cache<Question, Arc<Ranking>>,
    vectors: Cache<String, Arc<Vec<f32>>>,
    pub(super) categories: CategoryNames,
}

/// Everything that an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) mode: SearchMode,
    pub(super) text: String,
    pub(super) filter: SearchFilter,
    pub(super) order: SearchOrder,
    /// For answers that were cut to a page by the engine.
    pub(super) window: Option<(u64, u32)>,
    /// What each index had got to, read before it was asked.
    pub(super) at: Vec<Place>,
}

/// A generation, and the epoch and position it had got to.
pub(super) type Place = (Generation, u64, u64);

impl Default for Answers {
    fn default() -> Self {
        Self {
            rankings: Cache::new(ANSWERS),
            vectors: Cache::new(QUESTIONS),
            categories: CategoryNames::default(),
        }
    }
}

impl Answers {
    pub(super) fn get(&self, question: &Question) -> Option<Arc<Ranking>> {
        self.rankings.get(question)
    }

    pub(super) fn put(&self, question: Question, ranking: Arc<Ranking>) {
        self.rankings.insert(question, ranking);
    }

    /// The vector of a question; `Unavailable` without the model's weights.
    pub(super) async fn vector(&self, shop: &Shop, text: &str) -> souk_ports::Result<Arc<Vec<f32>>> {
        if let Some(vector) = self.vectors.get(text) {
            return Ok(vector);
        }
        let vector = shop.embedder.embed(vec![text.to_owned()]).await?.pop().unwrap_or_default();
        let vector = Arc::new(vector);
        self.vectors.insert(text.to_owned(), vector.clone());
        Ok(vector)
    }
}

/// The place of an index's live generation; `None` where there is none to answer.
pub(super) async fn place(
    role: &dyn Derived,
    projection: ProjectionName,
) -> souk_ports::Result<Option<Place>> {
    let Some(live) = role.live(projection).await? else { return Ok(None) };
    let Checkpoint { at, .. } = role.checkpoint(projection, live).await?;
    Ok(Some((live, at.epoch, at.position)))
}

pub(super) fn window(window: Window) -> Option<(u64, u32)> {
    Some((window.offset, window.limit))
}
