//! What a batch comes to: computed here from what is stored, and then stored as it shall be. No statement adds to
//! anything, so it does not matter how often one is tried; the record's revision says whether what was read still holds.

use std::collections::{BTreeMap, BTreeSet};

use souk_kernel::Position;
use souk_ports::graph::{Direction, EdgeWrite, FactKey, Relation};
use uuid::Uuid;

use super::names::{self, RELATIONS};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) relation: Relation,
    pub(super) from: Uuid,
    pub(super) to: Uuid,
}

/// An edge as it is stored. Sums are kept as floating-point numbers, as a weight is answered: they are exact up to 2^53,
/// and never overflow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sum {
    pub(super) weight: f64,
    /// Of replaced edges 0.
    pub(super) at_ms: i64,
}

impl Sum {
    fn and(self, other: Self) -> Self {
        Self { weight: self.weight + other.weight, at_ms: self.at_ms.max(other.at_ms) }
    }

    fn is_there(self) -> bool {
        self.weight > 0.0
    }
}

/// Replaced edges of a node.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct List {
    pub(super) version: Option<Position>,
    pub(super) to: BTreeMap<Uuid, f64>,
}

/// The numbers of a node's edges, each path under its property.
pub(super) type Degrees = BTreeMap<&'static str, i64>;
/// Edges, and nodes with an edge out and in, of each relation.
pub(super) type Sizes = [[i64; 3]; RELATIONS];

/// What the caller wants, each fact and list once.
pub(super) struct Wanted {
    facts: Vec<(FactKey, Link, Sum)>,
    pub(super) lists: BTreeMap<(Relation, Uuid), List>,
}

/// What is stored of it. What is missing here is not there.
#[derive(Default)]
pub(super) struct Stored {
    pub(super) seen: BTreeMap<Position, BTreeSet<i64>>,
    pub(super) sums: BTreeMap<Link, Sum>,
    pub(super) lists: BTreeMap<(Relation, Uuid), List>,
    pub(super) degrees: BTreeMap<Uuid, Degrees>,
    pub(super) sizes: Sizes,
}

/// What is to be stored.
#[derive(Default)]
pub(super) struct Next {
    pub(super) seen: BTreeMap<Position, BTreeSet<i64>>,
    pub(super) edges: BTreeMap<Link, Sum>,
    pub(super) gone: BTreeSet<Link>,
    pub(super) versions: BTreeMap<(Relation, Uuid), Position>,
    /// Only what differs.
    pub(super) degrees: BTreeMap<Uuid, Degrees>,
    pub(super) sizes: Sizes,
}

/// The name of a fact among those of its event.
fn code(relation: Relation, line: u32) -> i64 {
    (relation as i64) << 32 | i64::from(line)
}

impl Wanted {
    pub(super) fn new(writes: Vec<EdgeWrite>) -> Self {
        let (mut facts, mut lists) = (Vec::new(), BTreeMap::<_, List>::new());
        for write in writes {
            match write {
                EdgeWrite::Fact { key, relation, from, to, weight, at } => {
                    let fact = Sum { weight: weight as f64, at_ms: at.ms() };
                    facts.push((key, Link { relation, from, to }, fact));
                }
                EdgeWrite::Edges { relation, from, to, version } => {
                    let list = lists.entry((relation, from)).or_default();
                    if list.version.is_none_or(|former| former <= version) {
                        *list = List { version: Some(version), to: to.into_iter().collect() };
                    }
                }
            }
        }
        Self { facts, lists }
    }

    pub(super) fn positions(&self) -> BTreeSet<Position> {
        self.facts.iter().map(|(key, ..)| key.position).collect()
    }

    /// The edges that facts go to, whether they have been counted or not.
    pub(super) fn links(&self) -> BTreeSet<Link> {
        self.facts.iter().map(|(_, link, _)| *link).collect()
    }
}

impl Next {
    /// Without the degrees, which are of nodes that only this tells ([`Self::nodes`]).
    pub(super) fn of(wanted: &Wanted, stored: &Stored) -> Self {
        let mut next = Self { sizes: stored.sizes, ..Self::default() };
        for (key, link, fact) in &wanted.facts {
            let before = || stored.seen.get(&key.position).cloned().unwrap_or_default();
            let code = code(link.relation, key.line);
            let seen = next.seen.get(&key.position).or_else(|| stored.seen.get(&key.position));
            if seen.is_some_and(|seen| seen.contains(&code)) {
                continue;
            }
            next.seen.entry(key.position).or_insert_with(before).insert(code);
            let former = next.edges.get(link).or_else(|| stored.sums.get(link));
            let sum = former.map_or(*fact, |former| former.and(*fact));
            next.edges.insert(*link, sum);
        }
        for ((relation, from), list) in &wanted.lists {
            let former = stored.lists.get(&(*relation, *from)).cloned().unwrap_or_default();
            let (Some(version), false) = (list.version, former.version > list.version) else { continue };
            next.versions.insert((*relation, *from), version);
            let link = |to: &Uuid| Link { relation: *relation, from: *from, to: *to };
            next.gone.extend(former.to.keys().filter(|to| !list.to.contains_key(to)).map(link));
            for (to, weight) in list.to.iter().filter(|(to, weight)| former.to.get(to) != Some(weight)) {
                next.edges.insert(link(to), Sum { weight: *weight, at_ms: 0 });
            }
        }
        next
    }

    /// Whose degrees may change, and who has to be there.
    pub(super) fn nodes(&self) -> BTreeSet<Uuid> {
        let ends = self.edges.keys().chain(&self.gone).flat_map(|link| [link.from, link.to]);
        ends.chain(self.versions.keys().map(|(_, from)| *from)).collect()
    }

    pub(super) fn count(&mut self, stored: &Stored) {
        let was_there = |link: &Link| match link.relation.is_replaced() {
            true => stored
                .lists
                .get(&(link.relation, link.from))
                .is_some_and(|list| list.to.contains_key(&link.to)),
            false => stored.sums.get(link).is_some_and(|sum| sum.is_there()),
        };
        let added = self.edges.iter().map(|(link, sum)| (*link, i64::from(sum.is_there())));
        let removed = self.gone.iter().map(|link| (*link, 0));
        for (link, now) in added.chain(removed).collect::<Vec<_>>() {
            let change = now - i64::from(was_there(&link));
            if change != 0 {
                self.sizes[names::place(link.relation)][0] += change;
                self.degree(stored, link.relation, Direction::Out, link.from, change);
                self.degree(stored, link.relation, Direction::In, link.to, change);
            }
        }
    }

    fn degree(&mut self, stored: &Stored, relation: Relation, direction: Direction, node: Uuid, change: i64) {
        let name = names::degree(relation, direction);
        let former = || stored.degrees.get(&node).and_then(|degrees| degrees.get(name)).copied().unwrap_or(0);
        let degree = self.degrees.entry(node).or_default().entry(name).or_insert_with(former);
        let before = *degree;
        *degree += change;
        let ends = i64::from(*degree > 0) - i64::from(before > 0);
        self.sizes[names::place(relation)][if direction == Direction::Out { 1 } else { 2 }] += ends;
    }
}
