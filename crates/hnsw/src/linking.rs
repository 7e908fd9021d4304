//! Linking vectors into the graph, a batch at a time.
//!
//! Each vector of a batch looks for its neighbours in the graph as it was before the batch, and among the others of the
//! batch; then every list that would grow is cut to size. None of it writes, so threads share the work, and the result
//! is the same with any number of them. (After ParlayANN, <https://arxiv.org/abs/2305.04359>.)

use std::collections::HashMap;
use std::ops::{Deref, Range};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::links::{BASE_LINKS, LINKS, top_layer};
use crate::search::{Costs, Found};
use crate::{Index, Vector};

/// How many of the nearest to choose the links from (`efConstruction` of the paper).
const BREADTH: usize = 128;
/// How many vectors a batch has: every one is compared with every other.
const MIN_BATCH: u32 = 64;
const MAX_BATCH: u32 = 256;
/// How many pieces of work a thread takes at a time.
const STRIDE: usize = 8;

/// Links that were decided on, and are not in the graph yet.
pub struct Plan {
    /// Of which index, and of which of its vectors.
    index: u64,
    batch: Range<u32>,
    /// By vector and layer.
    links: Vec<((u32, usize), Vec<u32>)>,
}

/// Decides how to link the next batch of vectors; `None` when all are linked. It takes long, but `read` is called for
/// each vector anew, and what it returns is held for a millisecond.
pub fn plan<G: Deref<Target = Index>>(read: impl Fn() -> G + Sync, threads: usize) -> Option<Plan> {
    let (index, batch) = {
        let index = read();
        (index.id, index.batch())
    };
    let numbers: Vec<u32> = batch.clone().collect();
    if numbers.is_empty() {
        return None;
    }
    // Where there is another index by now, or one that has grown, the plan will not be used.
    let current = || Some(read()).filter(|now| now.id == index && now.linked() == batch.start);
    let own = share(&numbers, threads, |number| {
        current().map_or_else(Vec::new, |index| index.neighbours(*number, &numbers))
    });
    let mut lists: HashMap<(u32, usize), Vec<u32>> = HashMap::new();
    let mut back: HashMap<(u32, usize), Vec<u32>> = HashMap::new();
    for (number, layers) in numbers.iter().zip(own) {
        for (layer, neighbours) in layers.into_iter().enumerate() {
            for neighbour in &neighbours {
                back.entry((*neighbour, layer)).or_default().push(*number);
            }
            lists.insert((*number, layer), neighbours);
        }
    }
    let back: Vec<_> = back.into_iter().collect();
    let grown = share(&back, threads, |(at, more)| {
        current().map_or_else(Vec::new, |index| index.grow(*at, lists.get(at).map(Vec::as_slice), more))
    });
    lists.extend(back.into_iter().map(|(at, _)| at).zip(grown));
    Some(Plan { index, batch, links: lists.into_iter().collect() })
}

impl Index {
    /// Does what [`plan`] decided. False, and nothing has changed, if it was about another index or others were linked
    /// since.
    pub fn link(&mut self, plan: Plan) -> bool {
        if plan.index != self.id || plan.batch.start != self.linked() {
            return false;
        }
        for number in plan.batch {
            self.links.push(top_layer(number));
            if self.links.entry.is_none_or(|entry| top_layer(entry) < top_layer(number)) {
                self.links.entry = Some(number);
            }
        }
        for ((number, layer), links) in plan.links {
            self.links.set(number, layer, &links);
        }
        true
    }

    /// The vectors to link next: few against the graph, because they do not find each other along it.
    fn batch(&self) -> Range<u32> {
        let linked = self.linked();
        linked..self.len().min(linked + (linked / 2).clamp(MIN_BATCH, MAX_BATCH))
    }

    /// What a new vector is linked to, by layer.
    fn neighbours(&self, number: u32, batch: &[u32]) -> Vec<Vec<u32>> {
        let (to, top) = (self.vector(number), top_layer(number));
        let mut start: Vec<Found> =
            self.links.entry.map(|entry| self.descend(to, entry, top)).into_iter().collect();
        let mut layers = vec![Vec::new(); top + 1];
        for layer in (0..=top).rev() {
            let mut found = Vec::new();
            if layer <= self.links.top() && !start.is_empty() {
                let costs = Costs { breadth: BREADTH, comparisons: usize::MAX };
                found = self.search_layer(to, &start, layer, costs, |_| true).unwrap_or_default();
                start.clone_from(&found);
            }
            let others = batch.iter().filter(|other| **other != number && top_layer(**other) >= layer);
            found.extend(others.map(|other| Found { score: self.score(to, *other), number: *other }));
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.truncate(BREADTH);
            layers[layer] = self.choose(&found, LINKS);
        }
        layers
    }

    /// The links of a vector with more of them, cut to size. `own` are those of a vector that is just being linked.
    fn grow(&self, (number, layer): (u32, usize), own: Option<&[u32]>, more: &[u32]) -> Vec<u32> {
        let former = own.unwrap_or_else(|| self.links.of(number, layer));
        let mut links = former.to_vec();
        links.extend(more.iter().filter(|link| !former.contains(link)));
        let room = if layer == 0 { BASE_LINKS } else { LINKS };
        if links.len() <= room {
            return links;
        }
        let to: &Vector = self.vector(number);
        let mut found: Vec<Found> =
            links.iter().map(|link| Found { score: self.score(to, *link), number: *link }).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        self.choose(&found, room)
    }

    /// The paper's algorithm 4: of those that lie in one direction only the nearest, so that the links lead everywhere.
    fn choose(&self, nearest_first: &[Found], room: usize) -> Vec<u32> {
        let mut chosen: Vec<u32> = Vec::with_capacity(room);
        for found in nearest_first {
            if chosen.len() == room {
                break;
            }
            let vector = self.vector(found.number);
            if chosen.iter().all(|other| self.score(vector, *other) < found.score) {
                chosen.push(found.number);
            }
        }
        chosen
    }
}

/// Does `work` for each of `items` on several threads; the results are in the order of the items.
fn share<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let from = next.fetch_add(STRIDE, Ordering::Relaxed);
            let Some(rest) = items.get(from..).filter(|rest| !rest.is_empty()) else { return done };
            done.extend(rest.iter().take(STRIDE).enumerate().map(|(at, item)| (from + at, work(item))));
        }
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for helper in helpers {
            match helper.join() {
                Ok(more) => done.extend(more),
                Err(panicked) => std::panic::resume_unwind(panicked),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
