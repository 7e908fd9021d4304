//! Questions to the shop. Each says what its answer is read from, beside the use case that answers it, so that every
//! transport makes a caller who has seen a position wait for the same sources.

use souk_kernel::{Coded, Position};
use souk_ports::derived::{Derived, ProjectionName};

use crate::Shop;

/// A question, with all that its answer depends on.
pub trait Query: Sync {
    type Answer: Send;
    type Error: Coded;

    /// What the answer is read from: whoever has seen a position of the log waits until all of these have got there.
    fn reads(&self) -> &'static [Source];

    /// Where the store has a part in the answer, that part holds everything up to `at_least` (0: whatever there is).
    fn answer(
        &self,
        shop: &Shop,
        at_least: Position,
    ) -> impl Future<Output = Result<Self::Answer, Self::Error>> + Send;
}

/// Something that answers are read from, which may be behind the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Store,
    Documents(ProjectionName),
    Cache(ProjectionName),
    Search(ProjectionName),
    Vectors(ProjectionName),
    Graph(ProjectionName),
    Series(ProjectionName),
}

impl Source {
    /// The projection, and the role that holds it; `None` for the store itself.
    pub fn projection(self, shop: &Shop) -> Option<(&dyn Derived, ProjectionName)> {
        Some(match self {
            Self::Store => return None,
            Self::Documents(name) => (&*shop.documents, name),
            Self::Cache(name) => (&*shop.cache, name),
            Self::Search(name) => (&*shop.search, name),
            Self::Vectors(name) => (&*shop.vectors, name),
            Self::Graph(name) => (&*shop.graph, name),
            Self::Series(name) => (&*shop.series, name),
        })
    }
}
