//! The `graph` role: who bought and looked at what, what went into one basket, what belongs together.
//!
//! All of it is derived. A *graph* is a projection's live generation and holds the edges of one or more relations.
//!
//! # Promises
//! * A [`EdgeWrite::Fact`] counts once per key, however often it is written. Facts between the same two nodes are one
//!   edge: its weight is their sum, its time the latest of theirs. An edge whose weight is not above 0 is not there.
//! * [`EdgeWrite::Edges`] replaces all edges of a node and relation, never a higher version by a lower one; an equal one
//!   replaces. A relation holds either the one kind or the other ([`Relation::is_replaced`]).
//! * [`Graph::write`] is atomic with its checkpoint. A reader sees all of what a checkpoint says that was read before, and
//!   nothing that a checkpoint does not say that is read after; between the two a server may show some of a batch.
//! * Reading a graph without a live generation is `NotFound`.
//! * A [`Walk`] gives the same answer on the same graph; what is equal (weights, times, numbers of edges) is ordered by id.
//! * A batch or a walk that breaks a limit named here is `InvalidInput`, and nothing of it is done.

use std::collections::HashSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use souk_kernel::{Position, Timestamp};
use uuid::Uuid;

use crate::derived::{Checkpoint, Derived, Generation, ProjectionName};
use crate::{Error, Result};

/// The kinds of edges. The numbers are stored: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(u8)]
pub enum Relation {
    /// From a user to a product; the weight is the quantity.
    Purchased = 1,
    /// From a visitor to a product; the weight is how often.
    Viewed = 2,
    /// From a product to its category and to those above it.
    BelongsTo = 3,
    /// From a product to one like it; the weight is the cosine of their embeddings.
    SimilarTo = 4,
    /// From an order to a product; the weight is the quantity.
    Contains = 5,
}

impl Relation {
    /// Each of them once, in no order that means anything.
    pub const ALL: [Relation; 5] =
        [Self::Purchased, Self::Viewed, Self::BelongsTo, Self::SimilarTo, Self::Contains];

    /// Whether the edges of the relation are replaced as a whole ([`EdgeWrite::Edges`]); those of the others are sums
    /// of facts.
    pub const fn is_replaced(self) -> bool {
        matches!(self, Self::BelongsTo | Self::SimilarTo)
    }
}

/// Names a fact: an event, and the place among the facts that follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FactKey {
    /// Of the event, in the log or in the activity feed.
    pub position: Position,
    /// The place among the facts of that event, from 0.
    pub line: u32,
}

/// A change of a graph.
#[derive(Debug, Clone, PartialEq)]
pub enum EdgeWrite {
    /// Adds to the edge between two nodes.
    Fact {
        /// The fact counts once per key and relation.
        key: FactKey,
        /// One that is no [`Relation::is_replaced`].
        relation: Relation,
        /// Where the edge begins.
        from: Uuid,
        /// Where it ends.
        to: Uuid,
        /// A whole number, added to the edge's weight; below 0 it takes back.
        weight: i64,
        /// When it happened.
        at: Timestamp,
    },
    /// Takes the place of all edges that a node has in a relation.
    Edges {
        /// One that [`Relation::is_replaced`].
        relation: Relation,
        /// Where the edges begin.
        from: Uuid,
        /// Each node once, with a finite weight above 0. Without any the version is still remembered.
        to: Vec<(Uuid, f64)>,
        /// The log position that the edges were read at.
        version: Position,
    },
}

/// Which of its ends an edge is followed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the node that the edge begins at.
    Out,
    /// From the node that the edge ends at.
    In,
}

/// Which edges to follow: a relation in a graph, forwards or backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// The name of the projection that the graph is.
    pub graph: ProjectionName,
    /// Edges of which kind.
    pub relation: Relation,
    /// Forwards or backwards.
    pub direction: Direction,
}

/// A walk from some nodes along some relations, which gathers weight on the nodes it reaches.
///
/// A node with weight `w` hands `w * s / d^damping` over each edge that it follows, where `s` is the edge's weight or 1
/// and `d` the number of the node's edges on this path. With `damping` 1 and `s` 1 three steps are the random walk P3 of
/// Cooper et al. (2014), "Random Walks in Recommender Systems".
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// Up to 1,000 nodes and their weights, all finite; a node that is named twice has the sum.
    pub from: Vec<(Uuid, f64)>,
    /// 1 to 4; each begins where the one before it has come to.
    pub steps: Vec<Step>,
    /// Nodes that the answer leaves out.
    pub without: Vec<Uuid>,
    /// How many nodes the answer has at most, 1 to 1,000.
    pub limit: u32,
}

/// One step of a [`Walk`]: from all nodes that it has come to, along one path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Which edges to follow.
    pub path: Path,
    /// Of each node only this many edges are followed: the latest facts, the heaviest of replaced edges. 1 to 1,000.
    pub per_node: u32,
    /// Of the nodes reached only this many go on, the heaviest. 1 to 10,000; after the last step the walk's `limit` rules.
    pub keep: u32,
    /// How much less a node with many edges hands to each, 0 to 2; with 0 it hands all of its weight to each.
    pub damping: f64,
    /// Whether an edge counts by its weight, or as 1.
    pub weighted: bool,
}

/// A node that a [`Walk`] has come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The node.
    pub id: Uuid,
    /// What has gathered on it; comparable only within one answer.
    pub weight: f64,
    /// How many nodes of the last step but one led here.
    pub paths: u64,
    /// How many edges lead here on the last step's path, from anywhere.
    pub degree: u64,
}

/// One edge, seen from one of its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The other end.
    pub to: Uuid,
    /// The sum of its facts, or as it was replaced; above 0.
    pub weight: f64,
    /// The latest fact; of replaced edges, 0.
    pub at: Timestamp,
}

/// How large one relation of a graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// How many edges there are.
    pub edges: u64,
    /// How many nodes have an edge out.
    pub from: u64,
    /// How many nodes have an edge in.
    pub to: u64,
}

/// The most nodes that a [`Walk`] begins at.
pub const MAX_FROM: usize = 1_000;
/// The most steps of a [`Walk`].
pub const MAX_STEPS: usize = 4;
/// The most edges of one node that a [`Step`] follows.
pub const MAX_PER_NODE: u32 = 1_000;
/// The most nodes that go on from a [`Step`] to the next.
pub const MAX_KEEP: u32 = 10_000;
/// The most nodes that a [`Walk`] answers with.
pub const MAX_REACHED: u32 = 1_000;
/// The greatest damping of a [`Step`].
pub const MAX_DAMPING: f64 = 2.0;

impl Walk {
    /// `InvalidInput` unless it keeps to the limits; every engine asks this first.
    pub fn check(&self) -> Result<()> {
        let refuse = |reason: String| Err(Error::invalid(format!("a walk {reason}")));
        if self.from.len() > MAX_FROM {
            return refuse(format!("begins at no more than {MAX_FROM} nodes, not at {}", self.from.len()));
        }
        if let Some((id, weight)) = self.from.iter().find(|(_, weight)| !weight.is_finite()) {
            return refuse(format!("begins with finite weights; that of `{id}` is {weight}"));
        }
        if !(1..=MAX_STEPS).contains(&self.steps.len()) {
            return refuse(format!("has 1 to {MAX_STEPS} steps, not {}", self.steps.len()));
        }
        if !(1..=MAX_REACHED).contains(&self.limit) {
            return refuse(format!("reaches 1 to {MAX_REACHED} nodes, not {}", self.limit));
        }
        for Step { per_node, keep, damping, .. } in &self.steps {
            if !(1..=MAX_PER_NODE).contains(per_node) {
                return refuse(format!("follows 1 to {MAX_PER_NODE} edges of a node, not {per_node}"));
            }
            if !(1..=MAX_KEEP).contains(keep) {
                return refuse(format!("keeps 1 to {MAX_KEEP} nodes after a step, not {keep}"));
            }
            if !(0.0..=MAX_DAMPING).contains(damping) {
                return refuse(format!("is damped by 0 to {MAX_DAMPING}, not by {damping}"));
            }
        }
        Ok(())
    }
}

impl EdgeWrite {
    /// `InvalidInput` unless it keeps to the rules; every engine asks this of the whole batch first.
    pub fn check(&self) -> Result<()> {
        let refuse = |relation: &Relation, reason: &str| {
            Err(Error::invalid(format!("the edges of {relation:?} {reason}")))
        };
        match self {
            Self::Fact { relation, .. } if relation.is_replaced() => {
                refuse(relation, "are replaced as a whole; they are no sums of facts")
            }
            Self::Fact { .. } => Ok(()),
            Self::Edges { relation, .. } if !relation.is_replaced() => {
                refuse(relation, "are sums of facts; they are not replaced")
            }
            Self::Edges { relation, from, to, .. } => {
                let mut seen = HashSet::with_capacity(to.len());
                for (id, weight) in to {
                    if !(weight.is_finite() && *weight > 0.0) {
                        let reason = format!("have weights above 0; from `{from}` to `{id}` it is {weight}");
                        return refuse(relation, &reason);
                    }
                    if !seen.insert(id) {
                        return refuse(relation, &format!("lead once from `{from}` to `{id}`, not twice"));
                    }
                }
                Ok(())
            }
        }
    }
}

/// Edges that projections write and recommendations walk along. What those bought who bought the same:
///
/// ```
/// use souk_kernel::ProductId;
/// use souk_ports::graph::{Direction, Graph, Path, Reached, Relation, Step, Walk};
///
/// async fn bought_by_the_same(graph: &dyn Graph, product: ProductId) -> souk_ports::Result<Vec<Reached>> {
///     let bought = Path { graph: "purchases", relation: Relation::Purchased, direction: Direction::Out };
///     let bought_by = Path { direction: Direction::In, ..bought };
///     // Who has bought much says little about each thing: the damping of 1.
///     let to_buyers = Step { path: bought_by, per_node: 100, keep: 200, damping: 0.0, weighted: false };
///     let to_products = Step { path: bought, damping: 1.0, ..to_buyers };
///     let walk = Walk {
///         from: vec![(product.0, 1.0)],
///         steps: vec![to_buyers, to_products],
///         without: vec![product.0],
///         limit: 10,
///     };
///     graph.walk(&walk).await
/// }
/// ```
#[async_trait]
pub trait Graph: Derived + 'static {
    /// Writes to one generation, live or not. `NotFound` when there is no such generation.
    async fn write(
        &self,
        graph: ProjectionName,
        generation: Generation,
        writes: Vec<EdgeWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()>;

    /// The nodes that a walk reaches, the heaviest first.
    async fn walk(&self, walk: &Walk) -> Result<Vec<Reached>>;

    /// Up to `limit` edges of each node, at the node's place: the latest facts first, the heaviest replaced edges
    /// first.
    async fn edges(&self, path: Path, nodes: &[Uuid], limit: u32) -> Result<Vec<Vec<Edge>>>;

    /// Up to `limit` nodes with the most edges at their end of the path, and how many edges, the most first. With `Out`
    /// they are the nodes that edges leave.
    async fn busiest(&self, path: Path, limit: u32) -> Result<Vec<(Uuid, u64)>>;

    /// All 0 where the graph has no edges of the relation.
    async fn size(&self, graph: ProjectionName, relation: Relation) -> Result<Size>;

    /// Up to `limit` edges with the nodes that they leave, after `after` (a relation and its two ends; `None`: from the
    /// first), in that order.
    async fn scan(
        &self,
        graph: ProjectionName,
        after: Option<(Relation, Uuid, Uuid)>,
        limit: u32,
    ) -> Result<Vec<(Relation, Uuid, Edge)>>;
}
