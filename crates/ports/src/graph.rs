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
    pub const ALL: [Relation; 5] =
        [Self::Purchased, Self::Viewed, Self::BelongsTo, Self::SimilarTo, Self::Contains];

    /// Whether its edges are replaced as a whole ([`EdgeWrite::Edges`]); those of the others are sums of facts.
    pub const fn is_replaced(self) -> bool {
        matches!(self, Self::BelongsTo | Self::SimilarTo)
    }
}

/// Names a fact: an event, and the place among the facts that follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FactKey {
    pub position: Position,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum EdgeWrite {
    Fact {
        /// It counts once per relation.
        key: FactKey,
        relation: Relation,
        from: Uuid,
        to: Uuid,
        /// A whole number; below 0 it takes back.
        weight: i64,
        at: Timestamp,
    },
    Edges {
        relation: Relation,
        from: Uuid,
        /// Each node once, with a finite weight above 0. Without any the version is still remembered.
        to: Vec<(Uuid, f64)>,
        version: Position,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the node that the edge begins at.
    Out,
    In,
}

/// Which edges to follow: a relation in a graph, forwards or backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    pub graph: ProjectionName,
    pub relation: Relation,
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
    /// 1 to 4.
    pub steps: Vec<Step>,
    /// Nodes that the answer leaves out.
    pub without: Vec<Uuid>,
    /// 1 to 1,000.
    pub limit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub path: Path,
    /// Of each node only this many edges are followed: the latest facts, the heaviest of replaced edges. 1 to 1,000.
    pub per_node: u32,
    /// Of the nodes reached only this many go on, the heaviest. 1 to 10,000; after the last step the walk's `limit` rules.
    pub keep: u32,
    /// 0 to 2.
    pub damping: f64,
    /// Whether an edge counts by its weight, or as 1.
    pub weighted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    pub id: Uuid,
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
    pub weight: f64,
    /// The latest fact; of replaced edges, 0.
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    pub edges: u64,
    /// How many nodes have an edge out, and in.
    pub from: u64,
    pub to: u64,
}

/// What a [`Walk`] may ask for.
pub const MAX_FROM: usize = 1_000;
pub const MAX_STEPS: usize = 4;
pub const MAX_PER_NODE: u32 = 1_000;
pub const MAX_KEEP: u32 = 10_000;
pub const MAX_REACHED: u32 = 1_000;
pub const MAX_DAMPING: f64 = 2.0;

impl Walk {
    /// Whether it keeps to the limits; every engine asks this first.
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
    /// Whether it keeps to the rules; every engine asks this of the whole batch first.
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

    /// Of each node up to `limit` edges, the latest facts first, the heaviest replaced edges first, at its place.
    async fn edges(&self, path: Path, nodes: &[Uuid], limit: u32) -> Result<Vec<Vec<Edge>>>;

    /// The nodes with the most edges at their end of the path, and how many, the most first: with `Out` the ends that
    /// edges leave.
    async fn busiest(&self, path: Path, limit: u32) -> Result<Vec<(Uuid, u64)>>;

    async fn size(&self, graph: ProjectionName, relation: Relation) -> Result<Size>;

    /// Up to `limit` edges after `after` (a relation and its two ends), in that order.
    async fn scan(
        &self,
        graph: ProjectionName,
        after: Option<(Relation, Uuid, Uuid)>,
        limit: u32,
    ) -> Result<Vec<(Relation, Uuid, Edge)>>;
}
