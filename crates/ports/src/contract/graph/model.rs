//! Random graphs and walks, compared with a model that knows no order but the one it sorts into.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use souk_kernel::{Position, Timestamp};
use uuid::Uuid;

use super::{ALIKE, BOUGHT, Opener, at, go_live, id, path};
use crate::contract::rounds;
use crate::derived::ProjectionName;
use crate::graph::{Direction, Edge, EdgeWrite, FactKey, Graph, Path, Reached, Relation, Size, Step, Walk};

const NODES: u128 = 24;
const DIRECTIONS: [Direction; 2] = [Direction::Out, Direction::In];

/// The replaced edges of a node, with their version.
type List = (Position, Vec<(Uuid, f64)>);

/// What one graph ought to hold.
#[derive(Default)]
struct Model {
    counted: BTreeSet<(Relation, FactKey)>,
    sums: BTreeMap<(Relation, Uuid, Uuid), (i64, i64)>,
    lists: BTreeMap<(Relation, Uuid), List>,
}

impl Model {
    fn write(&mut self, write: &EdgeWrite) {
        match write {
            EdgeWrite::Fact { key, relation, from, to, weight, at } => {
                if self.counted.insert((*relation, *key)) {
                    let sum = self.sums.entry((*relation, *from, *to)).or_insert((0, i64::MIN));
                    *sum = (sum.0 + weight, sum.1.max(at.ms()));
                }
            }
            EdgeWrite::Edges { relation, from, to, version } => {
                let list = self.lists.entry((*relation, *from)).or_default();
                if *version >= list.0 {
                    *list = (*version, to.clone());
                }
            }
        }
    }

    /// All edges in the order of a scan.
    fn scan(&self) -> Vec<(Relation, Uuid, Edge)> {
        let edge = |to, weight, at| Edge { to, weight, at: Timestamp::from_ms(at) };
        let sums = self.sums.iter().filter(|(_, sum)| sum.0 > 0);
        let sums = sums.map(|((relation, from, to), sum)| (*relation, *from, edge(*to, sum.0 as f64, sum.1)));
        let lists = self.lists.iter().flat_map(|((relation, from), (_, list))| {
            list.iter().map(move |(to, weight)| (*relation, *from, edge(*to, *weight, 0)))
        });
        let mut all: Vec<_> = sums.chain(lists).collect();
        all.sort_by_key(|(relation, from, edge)| (*relation, *from, edge.to));
        all
    }

    /// The edges of every node, in the order in which they are followed.
    fn edges(&self, relation: Relation, direction: Direction) -> BTreeMap<Uuid, Vec<Edge>> {
        let mut nodes: BTreeMap<Uuid, Vec<Edge>> = BTreeMap::new();
        for (of, from, edge) in self.scan() {
            let (node, to) = match direction {
                Direction::Out => (from, edge.to),
                Direction::In => (edge.to, from),
            };
            if of == relation {
                nodes.entry(node).or_default().push(Edge { to, ..edge });
            }
        }
        for edges in nodes.values_mut() {
            edges.sort_by(|one, other| {
                let by_rank = if relation.is_replaced() {
                    other.weight.total_cmp(&one.weight)
                } else {
                    other.at.cmp(&one.at)
                };
                by_rank.then(one.to.cmp(&other.to))
            });
        }
        nodes
    }
}

fn random_fact(random: &mut StdRng, relation: Relation) -> EdgeWrite {
    // Few nodes, keys and times, so that they meet; a few nodes are popular.
    let (from, to) = (random.random_range(0..NODES), random.random_range(0..NODES));
    EdgeWrite::Fact {
        key: FactKey { position: random.random_range(0..400), line: random.random_range(0..3) },
        relation,
        from: id(from),
        to: id(if random.random_bool(0.3) { to % 3 } else { to }),
        weight: random.random_range(-2..5),
        at: Timestamp::from_ms(random.random_range(-5..20)),
    }
}

fn random_list(random: &mut StdRng, relation: Relation) -> EdgeWrite {
    let mut to = BTreeMap::new();
    for _ in 0..random.random_range(0..8) {
        // The weights are halves, so that some are equal.
        to.insert(id(random.random_range(0..NODES)), f64::from(random.random_range(1..12)) / 2.0);
    }
    EdgeWrite::Edges {
        relation,
        from: id(random.random_range(0..NODES)),
        to: to.into_iter().collect(),
        version: random.random_range(0..40),
    }
}

fn random_write(random: &mut StdRng) -> EdgeWrite {
    match random.random_range(0..10) {
        0 => random_list(random, Relation::SimilarTo),
        1 => random_list(random, Relation::BelongsTo),
        2 | 3 => random_fact(random, Relation::Contains),
        _ => random_fact(random, Relation::Purchased),
    }
}

fn seeded() -> StdRng {
    let seed = rand::random();
    println!("seed {seed}");
    StdRng::seed_from_u64(seed)
}

pub(super) async fn edges_agree_with_a_model(open: Opener<dyn Graph>) {
    let mut random = seeded();
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    let mut model = Model::default();
    for batch in 0..u64::from(rounds(20, 60)) {
        let mut writes: Vec<_> = (0..random.random_range(0..40)).map(|_| random_write(&mut random)).collect();
        // Some writes of a batch come again with it, or before it.
        let again: Vec<_> = writes.iter().filter(|_| random.random_bool(0.2)).cloned().collect();
        if random.random() {
            writes.extend(again);
        } else {
            again.iter().for_each(|write| model.write(write));
            graph.write(BOUGHT, generation, again, at(batch)).await.unwrap();
        }
        writes.iter().for_each(|write| model.write(write));
        graph.write(BOUGHT, generation, writes, at(batch)).await.unwrap();
        for relation in Relation::ALL {
            for direction in DIRECTIONS {
                compare_ends(&*graph, &model, path(BOUGHT, relation, direction), &mut random).await;
            }
            let ends = |direction| model.edges(relation, direction).len() as u64;
            let edges = model.scan().iter().filter(|(of, ..)| *of == relation).count() as u64;
            let size = Size { edges, from: ends(Direction::Out), to: ends(Direction::In) };
            assert_eq!(graph.size(BOUGHT, relation).await.unwrap(), size, "{relation:?} in batch {batch}");
        }
        let (mut scanned, mut after) = (Vec::new(), None);
        let limit = random.random_range(1..50);
        loop {
            let part = graph.scan(BOUGHT, after, limit).await.unwrap();
            assert!(part.len() <= limit as usize);
            let Some((relation, from, edge)) = part.last() else { break };
            after = Some((*relation, *from, edge.to));
            scanned.extend(part);
        }
        assert_eq!(scanned, model.scan(), "in batch {batch}");
    }
}

async fn compare_ends(graph: &dyn Graph, model: &Model, path: Path, random: &mut StdRng) {
    let mut expected = model.edges(path.relation, path.direction);
    let mut busiest: Vec<_> = expected.iter().map(|(node, edges)| (*node, edges.len() as u64)).collect();
    busiest.sort_by_key(|(node, degree)| (Reverse(*degree), *node));
    let few = random.random_range(0..8);
    for limit in [few, 100] {
        let found = graph.busiest(path, limit).await.unwrap();
        assert_eq!(found, busiest[..busiest.len().min(limit as usize)], "{path:?} {limit}");
        let nodes: Vec<_> = (0..NODES).map(id).collect();
        let of = |node| {
            let edges = expected.get(node).map_or(&[][..], |edges| edges);
            edges[..edges.len().min(limit as usize)].to_vec()
        };
        let edges: Vec<_> = nodes.iter().map(of).collect();
        assert_eq!(graph.edges(path, &nodes, limit).await.unwrap(), edges, "{path:?} {limit}");
    }
    expected.clear();
}

pub(super) async fn walks_agree_with_a_model(open: Opener<dyn Graph>) {
    let mut random = seeded();
    let graph = open.open().await;
    let mut models: BTreeMap<ProjectionName, Model> = BTreeMap::new();
    for name in [BOUGHT, ALIKE] {
        let generation = go_live(&*graph, name).await;
        let writes: Vec<_> = (0..300).map(|_| random_write(&mut random)).collect();
        let model = models.entry(name).or_default();
        writes.iter().for_each(|write| model.write(write));
        graph.write(name, generation, writes, at(1)).await.unwrap();
    }
    let (mut exact, mut close) = (0, 0);
    for _ in 0..rounds(120, 400) {
        let walk = random_walk(&mut random);
        let Some(expected) = expected(&models, &walk) else { continue };
        let answer = graph.walk(&walk).await.unwrap();
        if is_exact(&walk) {
            assert_eq!(answer, expected, "{walk:?}");
            exact += usize::from(!answer.is_empty());
        } else {
            assert_close(&answer, &expected, &walk);
            close += usize::from(!answer.is_empty());
        }
        assert_eq!(graph.walk(&walk).await.unwrap(), answer, "another answer on the same graph");
    }
    assert!(exact > 10 && close > 10, "{exact} and {close} walks compared: this proved little");
}

fn random_walk(random: &mut StdRng) -> Walk {
    const RELATIONS: [Relation; 4] =
        [Relation::Purchased, Relation::Contains, Relation::SimilarTo, Relation::BelongsTo];
    let plain = random.random_bool(0.4);
    let steps = (0..random.random_range(1..=4)).map(|_| Step {
        path: Path {
            graph: if random.random() { BOUGHT } else { ALIKE },
            relation: RELATIONS[random.random_range(0..4)],
            direction: DIRECTIONS[random.random_range(0..2)],
        },
        per_node: random.random_range(1..12),
        keep: random.random_range(1..30),
        damping: if plain { 0.0 } else { random.random_range(0.0..=2.0) },
        weighted: random.random(),
    });
    let steps = steps.collect();
    let nodes = |random: &mut StdRng, most| {
        Vec::from_iter((0..random.random_range(0..most)).map(|_| id(random.random_range(0..NODES + 2))))
    };
    let from = nodes(random, 6);
    let weight = |random: &mut StdRng| {
        if plain { f64::from(random.random_range(1..4)) } else { random.random_range(0.1..3.0) }
    };
    let from = from.into_iter().map(|node| (node, weight(random))).collect();
    Walk { from, steps, without: nodes(random, 5), limit: random.random_range(1..30) }
}

/// Whether all sums are free of rounding, in whatever order they are made: small multiples of small powers of 2.
fn is_exact(walk: &Walk) -> bool {
    walk.steps.iter().all(|step| step.damping == 0.0)
}

/// What a walk ought to reach; `None` where rounding decides who is left out.
fn expected(models: &BTreeMap<ProjectionName, Model>, walk: &Walk) -> Option<Vec<Reached>> {
    let mut nodes: BTreeMap<Uuid, (f64, u64)> = BTreeMap::new();
    for (id, weight) in &walk.from {
        nodes.entry(*id).or_default().0 += weight;
    }
    for (number, step) in walk.steps.iter().enumerate() {
        let all = models[step.path.graph].edges(step.path.relation, step.path.direction);
        let mut reached: BTreeMap<Uuid, (f64, u64)> = BTreeMap::new();
        for (id, (weight, _)) in &nodes {
            let Some(edges) = all.get(id) else { continue };
            let damped = weight / (edges.len() as f64).powf(step.damping);
            for edge in edges.iter().take(step.per_node as usize) {
                let gathered = reached.entry(edge.to).or_default();
                gathered.0 += damped * if step.weighted { edge.weight } else { 1.0 };
                gathered.1 += 1;
            }
        }
        let is_last = number + 1 == walk.steps.len();
        if is_last {
            reached.retain(|id, _| !walk.without.contains(id));
        }
        let count = if is_last { walk.limit } else { step.keep } as usize;
        let mut order: Vec<_> = reached.into_iter().collect();
        order.sort_by(|(one, (weight, _)), (other, (than, _))| than.total_cmp(weight).then(one.cmp(other)));
        if count < order.len() {
            let (last, next) = (order[count - 1].1.0, order[count].1.0);
            if last - next < last * 1e-9 && !is_exact(walk) {
                return None;
            }
        }
        order.truncate(count);
        if is_last {
            let back = match step.path.direction {
                Direction::Out => Direction::In,
                Direction::In => Direction::Out,
            };
            let degrees = models[step.path.graph].edges(step.path.relation, back);
            let reached =
                |(id, (weight, paths))| Reached { id, weight, paths, degree: degrees[&id].len() as u64 };
            return Some(order.into_iter().map(reached).collect());
        }
        nodes = order.into_iter().collect();
    }
    None
}

/// The same nodes with the same figures, but for rounding; what is equal but for rounding may stand in any order.
fn assert_close(answer: &[Reached], expected: &[Reached], walk: &Walk) {
    let sorted = |all: &[Reached]| {
        let mut all = all.to_vec();
        all.sort_by_key(|reached| reached.id);
        all
    };
    assert_eq!(answer.len(), expected.len(), "{answer:?} instead of {expected:?} for {walk:?}");
    for (found, expected) in sorted(answer).iter().zip(sorted(expected)) {
        let (id, paths, degree) = (found.id, found.paths, found.degree);
        assert_eq!((id, paths, degree), (expected.id, expected.paths, expected.degree), "{walk:?}");
        assert!((found.weight - expected.weight).abs() <= expected.weight * 1e-9, "{found:?} {expected:?}");
    }
    let in_order = |pair: &[Reached]| {
        pair[0].weight > pair[1].weight || (pair[0].weight == pair[1].weight && pair[0].id < pair[1].id)
    };
    assert!(answer.windows(2).all(in_order), "{answer:?}");
}
