//! Finding neighbours: along the graph, or by comparing with every entry that passes the filter, whichever costs less.
//!
//! Along the graph every vector that is looked at is compared, also those that do not pass; the fewer pass, the farther
//! it has to go. So a filter that lets little through is answered by comparing with what it lets through, and is exact.
//! How much passes is estimated from a sample, and a search that turns out to cost more than it should (what passes
//! lies far from what is asked for) is broken off and answered that way too.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use souk_hnsw::{Costs, Found, Index, Vector};
use souk_kernel::ProductId;
use souk_ports::vectors::{Near, NearestQuery, Neighbour};
use souk_ports::{Error, Result};

use super::checked;
use super::filter::Filter;
use super::slots::{NONE, Slots};

/// Below this many vectors each is compared: no graph is faster by much, and none finds more.
pub(super) const EXACT_BELOW: u32 = 5_000;
/// How many vectors are compared for each one that is kept on the way, as measured.
const COMPARED_PER_KEPT: f32 = 14.0;
/// How much longer comparing takes when it jumps about in memory.
const JUMP: f32 = 2.0;
/// What it costs to ask whether one passes, in comparisons.
const ASK: f32 = 0.1;
const SAMPLE: u32 = 512;

/// What is looked for, and among whom.
struct Search<'a> {
    slots: &'a Slots,
    index: &'a Index,
    filter: Option<Filter<'a>>,
    /// The slot of whom to leave out.
    except: u32,
    to: &'a Vector,
}

pub(super) fn nearest(slots: &Slots, index: &Index, query: &NearestQuery) -> Result<Vec<Neighbour>> {
    let given;
    let (to, except) = match &query.to {
        Near::Vector(numbers) => {
            given = checked(numbers)?;
            (&given, NONE)
        }
        Near::Product(id) => {
            let found = slots.get(*id).and_then(|slot| Some((slot, slots.vector_of(slot)?)));
            let Some((slot, vector)) = found else {
                return Err(Error::NotFound { what: format!("the embedding of product `{id}`") });
            };
            (index.vector(vector), slot)
        }
    };
    let search = Search { slots, index, filter: Filter::new(&query.filter, slots), except, to };
    let mut top = Top::new(query.limit as usize);
    match if query.exact { 0 } else { search.along_the_graph(&mut top) } {
        0 => search.one_by_one(&mut top),
        linked => search.beyond(linked, &mut top),
    }
    Ok(top.into_sorted())
}

impl Search<'_> {
    /// Whether an entry counts.
    #[inline]
    fn wants(&self, slot: u32) -> bool {
        slot != self.except && self.filter.as_ref().is_none_or(|filter| filter.passes(slot))
    }

    /// Whether an entry with this vector counts.
    #[inline]
    fn wants_vector(&self, vector: u32) -> bool {
        self.slots.with_vector(vector).any(|slot| self.wants(slot))
    }

    /// Offers the best of the graph; returns how many vectors are dealt with by that, from the first.
    fn along_the_graph(&self, top: &mut Top) -> u32 {
        let linked = self.index.linked();
        if linked < EXACT_BELOW {
            return 0;
        }
        // Without a filter nobody need be asked on the way; whoever is left out is left out in the end.
        let all = self.filter.is_none() && self.slots.all_used();
        let share = if all { 1.0 } else { self.passing(linked) };
        let costs = Costs::of(top.limit);
        let along = JUMP * COMPARED_PER_KEPT * costs.breadth as f32 / share;
        let one_by_one = linked as f32 * (share + ASK);
        if along > one_by_one {
            return 0;
        }
        let costs = Costs { comparisons: one_by_one as usize, ..costs };
        let wants = |vector| self.wants_vector(vector);
        let counts: Option<&dyn Fn(u32) -> bool> = if all { None } else { Some(&wants) };
        let Some(found) = self.index.search(self.to, costs, counts) else { return 0 };
        found.into_iter().for_each(|found| self.offer(found, top));
        linked
    }

    /// Compares with all entries. What a filter asks lies in the order of the slots, so it is asked in that order.
    fn one_by_one(&self, top: &mut Top) {
        let wanted = self.slots.embedded().filter(|(slot, _)| self.wants(*slot));
        self.index.scan(self.to, wanted.map(|(slot, vector)| (vector, slot)), |score, slot| {
            let score = score.min(1.0);
            if top.has_room_for(score) {
                top.offer(score, self.slots.ids[slot as usize]);
            }
        });
    }

    /// Compares with all vectors from number `from` on.
    fn beyond(&self, from: u32, top: &mut Top) {
        let wanted = (from..self.index.len()).filter(|vector| self.wants_vector(*vector));
        self.index.scan(self.to, wanted.map(|vector| (vector, vector)), |score, number| {
            self.offer(Found { score, number }, top)
        });
    }

    fn offer(&self, found: Found, top: &mut Top) {
        // Rounding makes the product of a vector with itself a little more than 1.
        let score = found.score.min(1.0);
        if top.has_room_for(score) {
            for slot in self.slots.with_vector(found.number).filter(|slot| self.wants(*slot)) {
                top.offer(score, self.slots.ids[slot as usize]);
            }
        }
    }

    /// Which part of the vectors counts, as a sample has it.
    fn passing(&self, of: u32) -> f32 {
        let step = (of / SAMPLE).max(1);
        let sample = (0..of).step_by(step as usize);
        let asked = sample.len();
        sample.filter(|vector| self.wants_vector(*vector)).count() as f32 / asked.max(1) as f32
    }
}

/// The best so far, at most as many as were asked for.
struct Top {
    limit: usize,
    /// The worst on top.
    best: BinaryHeap<Reverse<(Score, Reverse<ProductId>)>>,
}

/// Never a NaN.
#[derive(PartialEq, Clone, Copy)]
struct Score(f32);

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Top {
    fn new(limit: usize) -> Self {
        Self { limit, best: BinaryHeap::with_capacity(limit + 1) }
    }

    /// Whether an entry with this score may be among the best, if its id is low.
    fn has_room_for(&self, score: f32) -> bool {
        self.best.len() < self.limit || self.best.peek().is_none_or(|worst| score >= worst.0.0.0)
    }

    fn offer(&mut self, score: f32, id: ProductId) {
        self.best.push(Reverse((Score(score), Reverse(id))));
        if self.best.len() > self.limit {
            self.best.pop();
        }
    }

    fn into_sorted(self) -> Vec<Neighbour> {
        let best = self.best.into_sorted_vec().into_iter();
        best.map(|Reverse((score, Reverse(id)))| Neighbour { id, score: score.0 }).collect()
    }
}
