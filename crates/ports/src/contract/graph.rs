//! The cases of the `graph` role.

use async_trait::async_trait;
use souk_kernel::{Position, Timestamp};
use uuid::Uuid;

use super::Opener;
use super::derived::{Sample, at, derived_cases, go_live, is_not_found};
use crate::derived::{Checkpoint, Generation, ProjectionName};
use crate::graph::{Direction, Edge, EdgeWrite, FactKey, Graph, Path, Reached, Relation, Size, Step, Walk};
use crate::{Error, Result};

mod model;

use model::{edges_agree_with_a_model, walks_agree_with_a_model};

derived_cases! { dyn Graph:
    a_fact_counts_once, facts_of_two_nodes_are_one_edge, an_edge_that_is_taken_back_is_gone,
    an_older_list_of_edges_is_ignored, an_empty_list_keeps_out_what_is_older,
    edges_come_the_latest_or_the_heaviest_first, edges_come_at_the_place_of_their_nodes,
    edges_agree_with_a_model, walks_agree_with_a_model, three_steps_are_the_random_walk,
    a_walk_passes_from_graph_to_graph, a_walk_beyond_the_limits_is_refused, a_batch_is_written_as_a_whole,
    readers_see_a_batch_as_a_whole, an_empty_batch_moves_the_checkpoint, two_openers_write_at_once,
    graphs_survive_reopening, without_a_live_generation_reading_is_not_found,
}

const BOUGHT: ProjectionName = "bought";
const ALIKE: ProjectionName = "alike";

#[async_trait]
impl Sample for dyn Graph {
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let version = checkpoint.at.position;
        // The weight is one more than the version, because an edge of weight 0 is not there.
        let write = alike(1, version, &[(2, version as f64 + 1.0)]);
        self.write(projection, generation, vec![write], checkpoint).await
    }

    async fn read_sample(&self, projection: ProjectionName) -> Result<Position> {
        let path = Path { graph: projection, relation: Relation::SimilarTo, direction: Direction::Out };
        let found = self.edges(path, &[id(1)], 10).await?.concat();
        Ok(found.first().map_or(0, |edge| edge.weight as Position - 1))
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn path(graph: ProjectionName, relation: Relation, direction: Direction) -> Path {
    Path { graph, relation, direction }
}

const FROM_USERS: Path = Path { graph: BOUGHT, relation: Relation::Purchased, direction: Direction::Out };
const TO_USERS: Path = Path { direction: Direction::In, ..FROM_USERS };
const FROM_PRODUCTS: Path = Path { graph: ALIKE, relation: Relation::SimilarTo, direction: Direction::Out };

fn bought(key: (Position, u32), from: u128, to: u128, weight: i64, at_ms: i64) -> EdgeWrite {
    EdgeWrite::Fact {
        key: FactKey { position: key.0, line: key.1 },
        relation: Relation::Purchased,
        from: id(from),
        to: id(to),
        weight,
        at: Timestamp::from_ms(at_ms),
    }
}

fn alike(from: u128, version: Position, to: &[(u128, f64)]) -> EdgeWrite {
    let to = to.iter().map(|(to, weight)| (id(*to), *weight)).collect();
    EdgeWrite::Edges { relation: Relation::SimilarTo, from: id(from), to, version }
}

fn step(path: Path) -> Step {
    Step { path, per_node: 100, keep: 100, damping: 0.0, weighted: false }
}

fn walk(from: &[(u128, f64)], steps: &[Step]) -> Walk {
    let from = from.iter().map(|(node, weight)| (id(*node), *weight)).collect();
    Walk { from, steps: steps.to_vec(), without: Vec::new(), limit: 100 }
}

/// Writes without moving the checkpoint.
async fn write(graph: &dyn Graph, name: ProjectionName, generation: Generation, writes: Vec<EdgeWrite>) {
    graph.write(name, generation, writes, at(1)).await.unwrap();
}

/// Other end, weight and time of a node's edges.
async fn edges(graph: &dyn Graph, path: Path, node: u128) -> Vec<(u128, f64, i64)> {
    let mut found = graph.edges(path, &[id(node)], 100).await.unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0).iter().map(|edge| (edge.to.as_u128(), edge.weight, edge.at.ms())).collect()
}

async fn size(graph: &dyn Graph, path: Path) -> (u64, u64, u64) {
    let Size { edges, from, to } = graph.size(path.graph, path.relation).await.unwrap();
    (edges, from, to)
}

fn is_invalid<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::InvalidInput { .. }))
}

async fn a_fact_counts_once(open: Opener<dyn Graph>) {
    let (graph, other) = (open.open().await, open.open().await);
    let generation = go_live(&*graph, BOUGHT).await;
    let first = bought((5, 0), 1, 10, 2, 1000);
    write(&*graph, BOUGHT, generation, vec![first.clone(), first.clone()]).await;
    write(&*graph, BOUGHT, generation, vec![bought((5, 1), 1, 11, 3, 1000), first.clone()]).await;
    write(&*other, BOUGHT, generation, vec![first.clone()]).await;
    // The key alone decides whether a fact counts.
    write(&*graph, BOUGHT, generation, vec![bought((5, 0), 1, 10, 7, 2000), bought((5, 0), 1, 12, 7, 1)])
        .await;
    assert_eq!(edges(&*graph, FROM_USERS, 1).await, [(10, 2.0, 1000), (11, 3.0, 1000)]);
    assert_eq!(edges(&*graph, TO_USERS, 12).await, []);
    assert_eq!(size(&*graph, FROM_USERS).await, (2, 1, 2));

    // In another relation the key is another one.
    let EdgeWrite::Fact { key, from, to, weight, at, .. } = first else { unreachable!() };
    let viewed = EdgeWrite::Fact { key, relation: Relation::Viewed, from, to, weight, at };
    write(&*graph, BOUGHT, generation, vec![viewed]).await;
    assert_eq!(edges(&*graph, path(BOUGHT, Relation::Viewed, Direction::In), 10).await, [(1, 2.0, 1000)]);
    let far = bought((u64::from(u32::MAX) + 5, u32::MAX), 1, 10, 1, 1000);
    write(&*graph, BOUGHT, generation, vec![far]).await;
    assert_eq!(edges(&*graph, TO_USERS, 10).await, [(1, 3.0, 1000)]);
}

async fn facts_of_two_nodes_are_one_edge(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    write(&*graph, BOUGHT, generation, vec![bought((1, 0), 1, 10, 2, 5), bought((2, 0), 1, 10, 1, 9)]).await;
    write(&*graph, BOUGHT, generation, vec![bought((3, 0), 1, 10, 4, 7), bought((3, 1), 2, 10, 1, 8)]).await;
    assert_eq!(edges(&*graph, FROM_USERS, 1).await, [(10, 7.0, 9)], "the sum, and the latest time");
    assert_eq!(edges(&*graph, TO_USERS, 10).await, [(1, 7.0, 9), (2, 1.0, 8)]);
    assert_eq!(size(&*graph, FROM_USERS).await, (2, 2, 1));
    // The way back is another edge, and so is the one to oneself.
    write(&*graph, BOUGHT, generation, vec![bought((4, 0), 10, 1, 3, 1), bought((4, 1), 10, 10, 1, 2)]).await;
    assert_eq!(edges(&*graph, FROM_USERS, 10).await, [(10, 1.0, 2), (1, 3.0, 1)]);
    assert_eq!(edges(&*graph, TO_USERS, 1).await, [(10, 3.0, 1)]);
    assert_eq!(edges(&*graph, FROM_USERS, 1).await, [(10, 7.0, 9)]);
}

async fn an_edge_that_is_taken_back_is_gone(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    let steps = [
        (bought((1, 0), 1, 10, 2, 100), Some((2.0, 100))),
        (bought((2, 0), 1, 10, -2, 300), None),
        (bought((3, 0), 1, 10, -1, 200), None),
        // The sum goes on below 0, and so does the time of the latest fact.
        (bought((4, 0), 1, 10, 1, 250), None),
        (bought((5, 0), 1, 10, 5, 10), Some((5.0, 300))),
        (bought((6, 0), 1, 10, -1, 400), Some((4.0, 400))),
        (bought((7, 0), 1, 10, 0, 500), Some((4.0, 500))),
    ];
    for (fact, there) in steps {
        write(&*graph, BOUGHT, generation, vec![fact.clone()]).await;
        let seen = |other| Vec::from_iter(there.map(|(weight, at): (f64, i64)| (other, weight, at)));
        assert_eq!(edges(&*graph, FROM_USERS, 1).await, seen(10), "after {fact:?}");
        assert_eq!(edges(&*graph, TO_USERS, 10).await, seen(1), "after {fact:?}");
        let count = u64::from(there.is_some());
        assert_eq!(size(&*graph, FROM_USERS).await, (count, count, count), "after {fact:?}");
        let busiest = graph.busiest(TO_USERS, 5).await.unwrap();
        assert_eq!(busiest, Vec::from_iter(there.map(|_| (id(10), 1))), "after {fact:?}");
        assert_eq!(graph.scan(BOUGHT, None, 5).await.unwrap().len() as u64, count);
        let reached = graph.walk(&walk(&[(1, 1.0)], &[step(FROM_USERS)])).await.unwrap();
        assert_eq!(reached.len() as u64, count);
    }
    // A fact that takes back what was never there.
    write(&*graph, BOUGHT, generation, vec![bought((8, 0), 2, 11, -1, 1)]).await;
    assert_eq!((edges(&*graph, TO_USERS, 11).await, size(&*graph, FROM_USERS).await), (vec![], (1, 1, 1)));
}

async fn an_older_list_of_edges_is_ignored(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, ALIKE).await;
    write(&*graph, ALIKE, generation, vec![alike(1, 5, &[(2, 0.5), (3, 0.75)]), alike(4, 5, &[(3, 0.1)])])
        .await;
    let older = vec![alike(1, 4, &[(9, 0.9)]), alike(1, 4, &[])];
    write(&*graph, ALIKE, generation, older).await;
    assert_eq!(edges(&*graph, FROM_PRODUCTS, 1).await, [(3, 0.75, 0), (2, 0.5, 0)]);
    let incoming = Path { direction: Direction::In, ..FROM_PRODUCTS };
    assert_eq!(edges(&*graph, incoming, 9).await, []);

    // An equal version replaces, and other nodes keep what they have.
    write(&*graph, ALIKE, generation, vec![alike(1, 5, &[(3, 0.05), (7, 0.25)])]).await;
    assert_eq!(edges(&*graph, FROM_PRODUCTS, 1).await, [(7, 0.25, 0), (3, 0.05, 0)]);
    assert_eq!(edges(&*graph, incoming, 2).await, []);
    assert_eq!(edges(&*graph, incoming, 3).await, [(4, 0.1, 0), (1, 0.05, 0)]);
    assert_eq!(size(&*graph, FROM_PRODUCTS).await, (3, 2, 2));
    // Versions belong to a relation.
    let category =
        EdgeWrite::Edges { relation: Relation::BelongsTo, from: id(1), to: vec![(id(50), 1.0)], version: 1 };
    write(&*graph, ALIKE, generation, vec![category]).await;
    assert_eq!(edges(&*graph, path(ALIKE, Relation::BelongsTo, Direction::In), 50).await, [(1, 1.0, 0)]);
}

async fn an_empty_list_keeps_out_what_is_older(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, ALIKE).await;
    let writes = vec![alike(1, 5, &[(2, 0.5)]), alike(1, 7, &[]), alike(3, 7, &[])];
    write(&*graph, ALIKE, generation, writes).await;
    write(&*graph, ALIKE, generation, vec![alike(1, 6, &[(2, 0.5)]), alike(3, 6, &[(2, 0.5)])]).await;
    assert_eq!(size(&*graph, FROM_PRODUCTS).await, (0, 0, 0));
    assert_eq!(edges(&*graph, FROM_PRODUCTS, 1).await, []);
    assert_eq!(graph.scan(ALIKE, None, 9).await.unwrap(), []);
    write(&*graph, ALIKE, generation, vec![alike(3, 8, &[(2, 0.5)])]).await;
    assert_eq!(edges(&*graph, FROM_PRODUCTS, 3).await, [(2, 0.5, 0)]);
}

async fn edges_come_the_latest_or_the_heaviest_first(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    // (to, weight, time); the weight does not count.
    let facts =
        [(3, 1, 7), (u128::MAX, 9, 7), (5, 2, -4), (1, 1, 0), (4, 1, i64::from(i32::MAX) * 1000), (2, 3, 7)];
    let writes =
        facts.iter().zip(0..).map(|((to, weight, at), line)| bought((1, line), 1, *to, *weight, *at));
    write(&*graph, BOUGHT, generation, writes.collect()).await;
    let order: Vec<_> = edges(&*graph, FROM_USERS, 1).await.iter().map(|(to, ..)| *to).collect();
    assert_eq!(order, [4, 2, 3, u128::MAX, 1, 5]);
    let first = graph.edges(FROM_USERS, &[id(1)], 2).await.unwrap().concat();
    assert_eq!(first.iter().map(|edge| edge.to).collect::<Vec<_>>(), [id(4), id(2)]);
    assert_eq!(graph.edges(FROM_USERS, &[id(1)], 0).await.unwrap(), [[]]);
    // A later fact brings its edge to the front.
    write(&*graph, BOUGHT, generation, vec![bought((2, 0), 1, 5, 1, i64::from(i32::MAX) * 2000)]).await;
    assert_eq!(edges(&*graph, FROM_USERS, 1).await[0].0, 5);

    let generation = go_live(&*graph, ALIKE).await;
    let weights = [(3, 0.5), (u128::MAX, 0.5), (5, 1e-300), (1, 0.25), (4, 3.0), (2, 0.5), (6, 10.0)];
    write(&*graph, ALIKE, generation, vec![alike(1, 1, &weights)]).await;
    let order: Vec<_> =
        edges(&*graph, FROM_PRODUCTS, 1).await.iter().map(|(to, weight, _)| (*to, *weight)).collect();
    let expected = [(6, 10.0), (4, 3.0), (2, 0.5), (3, 0.5), (u128::MAX, 0.5), (1, 0.25), (5, 1e-300)];
    assert_eq!(order, expected);
}

async fn edges_come_at_the_place_of_their_nodes(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    write(&*graph, BOUGHT, generation, vec![bought((1, 0), 1, 10, 1, 1), bought((1, 1), 2, 10, 1, 2)]).await;
    let found = graph.edges(FROM_USERS, &[id(2), id(7), id(1), id(2), id(10)], 5).await.unwrap();
    let edge = |at| vec![Edge { to: id(10), weight: 1.0, at: Timestamp::from_ms(at) }];
    assert_eq!(found, [edge(2), vec![], edge(1), edge(2), vec![]]);
    assert_eq!(graph.edges(FROM_USERS, &[], 5).await.unwrap(), Vec::<Vec<Edge>>::new());
    assert_eq!(graph.edges(FROM_USERS, &[id(1)], u32::MAX).await.unwrap(), [edge(1)]);
    let viewed = Path { relation: Relation::Viewed, ..FROM_USERS };
    assert_eq!(graph.edges(viewed, &[id(1)], 5).await.unwrap(), [[]]);
    assert_eq!(graph.busiest(viewed, 5).await.unwrap(), []);
    assert_eq!(graph.busiest(FROM_USERS, 1).await.unwrap(), [(id(1), 1)]);
    assert_eq!(graph.busiest(FROM_USERS, 0).await.unwrap(), []);
}

/// P3 of Cooper et al. by hand: 1 bought 10 and 11; 2 bought 10, 12 and 13; 3 bought 11 and 12.
async fn three_steps_are_the_random_walk(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    let baskets = [(1, 10), (1, 11), (2, 10), (2, 12), (2, 13), (3, 11), (3, 12)];
    let facts =
        baskets.iter().zip(0..).map(|((user, product), line)| bought((1, line), *user, *product, 3, 1));
    write(&*graph, BOUGHT, generation, facts.collect()).await;
    let damped = |path| Step { damping: 1.0, ..step(path) };
    let mut question = walk(&[(1, 1.0)], &[damped(FROM_USERS), damped(TO_USERS), damped(FROM_USERS)]);
    let answer = graph.walk(&question).await.unwrap();
    // From 10 and from 11 half each; of that half to 1, and half to 2 or 3: 1 has 1/2, 2 and 3 have 1/4.
    let expected = [
        (11, 0.25 + 0.125, 2, 2),
        (10, 0.25 + 0.25 / 3.0, 2, 2),
        (12, 0.125 + 0.25 / 3.0, 2, 2),
        (13, 0.25 / 3.0, 1, 1),
    ];
    assert_close(&answer, &expected);
    question.without = vec![id(10), id(11), id(99)];
    question.limit = 1;
    assert_close(&graph.walk(&question).await.unwrap(), &expected[2..3]);

    // By weight each edge counts three times.
    let weighted = walk(&[(1, 0.5)], &[Step { weighted: true, ..step(FROM_USERS) }]);
    assert_close(&graph.walk(&weighted).await.unwrap(), &[(10, 1.5, 1, 2), (11, 1.5, 1, 2)]);
    // The degree counts all edges, also where not all are followed.
    let narrow = walk(&[(2, 1.0)], &[Step { per_node: 1, ..damped(FROM_USERS) }]);
    assert_close(&graph.walk(&narrow).await.unwrap(), &[(10, 1.0 / 3.0, 1, 2)]);
    // Of nodes that are equal the lower id goes on.
    let one_goes_on = walk(&[(1, 1.0)], &[Step { keep: 1, ..step(FROM_USERS) }, step(TO_USERS)]);
    assert_close(&graph.walk(&one_goes_on).await.unwrap(), &[(1, 1.0, 1, 2), (2, 1.0, 1, 3)]);
    // A node named twice has the sum, and leads here once.
    let twice = walk(&[(3, 1.0), (2, 1.0), (3, 2.0), (99, 1.0)], &[step(FROM_USERS)]);
    let expected = [(12, 4.0, 2, 2), (11, 3.0, 1, 2), (10, 1.0, 1, 2), (13, 1.0, 1, 1)];
    assert_close(&graph.walk(&twice).await.unwrap(), &expected);
    for nothing in [walk(&[], &[step(FROM_USERS)]), walk(&[(99, 1.0)], &[step(FROM_USERS), step(TO_USERS)])] {
        assert_eq!(graph.walk(&nothing).await.unwrap(), []);
    }
}

fn assert_close(answer: &[Reached], expected: &[(u128, f64, u64, u64)]) {
    let found: Vec<_> =
        answer.iter().map(|found| (found.id.as_u128(), found.weight, found.paths, found.degree)).collect();
    assert_eq!(found.len(), expected.len(), "{found:?} instead of {expected:?}");
    for (one, other) in found.iter().zip(expected) {
        let same = (one.0, one.2, one.3) == (other.0, other.2, other.3) && (one.1 - other.1).abs() < 1e-9;
        assert!(same, "{found:?} instead of {expected:?}");
    }
}

async fn a_walk_passes_from_graph_to_graph(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    write(&*graph, BOUGHT, generation, vec![bought((1, 0), 1, 10, 2, 1), bought((1, 1), 2, 11, 1, 1)]).await;
    let steps = [step(FROM_USERS), Step { weighted: true, ..step(FROM_PRODUCTS) }, step(TO_USERS)];
    assert!(is_not_found(&graph.walk(&walk(&[(1, 1.0)], &steps)).await));
    let filling = graph.begin(ALIKE).await.unwrap();
    write(&*graph, ALIKE, filling, vec![alike(10, 1, &[(11, 0.5), (10, 0.25)])]).await;
    // The graph is missed also where the walk would never get there.
    assert!(is_not_found(&graph.walk(&walk(&[(99, 1.0)], &steps)).await));
    graph.promote(ALIKE, None, filling).await.unwrap();
    let answer = graph.walk(&walk(&[(1, 1.0)], &steps)).await.unwrap();
    assert_close(&answer, &[(2, 0.5, 1, 1), (1, 0.25, 1, 1)]);
}

async fn a_walk_beyond_the_limits_is_refused(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    go_live(&*graph, BOUGHT).await;
    let good = walk(&[(1, 1.0)], &[step(FROM_USERS)]);
    let many: Vec<_> = (0..1001).map(|node| (id(node), 1.0)).collect();
    let most = Walk {
        from: many[..1000].to_vec(),
        steps: vec![Step { per_node: 1000, keep: 10_000, damping: 2.0, ..step(FROM_USERS) }; 4],
        limit: 1000,
        ..good.clone()
    };
    assert_eq!(graph.walk(&most).await.unwrap(), []);
    let with = |change: fn(&mut Step)| {
        let mut walk = most.clone();
        change(&mut walk.steps[3]);
        walk
    };
    let bad = [
        Walk { from: many, ..good.clone() },
        Walk { from: vec![(id(1), f64::NAN)], ..good.clone() },
        Walk { from: vec![(id(1), f64::INFINITY)], ..good.clone() },
        Walk { steps: Vec::new(), ..good.clone() },
        Walk { steps: vec![step(FROM_USERS); 5], ..good.clone() },
        Walk { limit: 0, ..good.clone() },
        Walk { limit: 1001, ..good.clone() },
        with(|step| step.per_node = 0),
        with(|step| step.per_node = 1001),
        with(|step| step.keep = 0),
        with(|step| step.keep = 10_001),
        with(|step| step.damping = -0.1),
        with(|step| step.damping = 2.1),
        with(|step| step.damping = f64::NAN),
    ];
    for walk in bad {
        let refused = graph.walk(&walk).await;
        assert!(is_invalid(&refused), "{refused:?} for {walk:?}");
    }
}

async fn a_batch_is_written_as_a_whole(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, ALIKE).await;
    graph.write(ALIKE, generation, vec![alike(1, 1, &[(2, 0.5)])], at(1)).await.unwrap();
    let fact = bought((1, 0), 1, 10, 1, 1);
    let of = |relation| EdgeWrite::Edges { relation, from: id(1), to: vec![(id(2), 1.0)], version: 1 };
    let EdgeWrite::Fact { key, from, to, weight, at: time, .. } = fact.clone() else { unreachable!() };
    let bad = [
        alike(3, 1, &[(4, 0.5), (4, 0.25)]),
        alike(3, 1, &[(4, 0.0)]),
        alike(3, 1, &[(4, -1.0)]),
        alike(3, 1, &[(4, f64::NAN)]),
        alike(3, 1, &[(4, f64::INFINITY)]),
        of(Relation::Purchased),
        of(Relation::Contains),
        EdgeWrite::Fact { key, relation: Relation::SimilarTo, from, to, weight, at: time },
    ];
    for bad in bad {
        let batch = vec![alike(1, 2, &[]), fact.clone(), alike(5, 2, &[(1, 1.0)]), bad.clone()];
        let refused = graph.write(ALIKE, generation, batch, at(2)).await;
        assert!(is_invalid(&refused), "{refused:?} for {bad:?}");
        assert_eq!(graph.checkpoint(ALIKE, generation).await.unwrap(), at(1));
        assert_eq!(edges(&*graph, FROM_PRODUCTS, 1).await, [(2, 0.5, 0)]);
        assert_eq!(graph.scan(ALIKE, None, 10).await.unwrap().len(), 1);
    }
}

async fn readers_see_a_batch_as_a_whole(open: Opener<dyn Graph>) {
    const BATCHES: u64 = 60;
    let (graph, other) = (open.open().await, open.open().await);
    let generation = go_live(&*graph, BOUGHT).await;
    let writer = tokio::spawn(async move {
        for batch in 1..=BATCHES {
            let facts = (0..3).map(|line| bought((batch, line), 1, 10 + u128::from(line), 1, 1));
            graph.write(BOUGHT, generation, facts.collect(), at(batch)).await.unwrap();
        }
    });
    let mut looks = 0;
    let mut before = 0;
    while before < BATCHES {
        before = other.checkpoint(BOUGHT, generation).await.unwrap().at.position;
        let mut weights: Vec<_> =
            edges(&*other, FROM_USERS, 1).await.iter().map(|(_, weight, _)| *weight as u64).collect();
        let after = other.checkpoint(BOUGHT, generation).await.unwrap().at.position;
        weights.resize(3, 0);
        // A server may show some of a batch while it is committed, but no more and no less than the checkpoints around
        // it: so where they are the same, the batch is whole.
        let known = weights.iter().all(|weight| (before..=after).contains(weight));
        assert!(known, "{weights:?} at a checkpoint between {before} and {after}");
        looks += u64::from(before < BATCHES);
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
    assert!(looks > 0, "nobody looked while it was written: this proved nothing");
}

async fn an_empty_batch_moves_the_checkpoint(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = graph.begin(BOUGHT).await.unwrap();
    graph.write(BOUGHT, generation, Vec::new(), at(9)).await.unwrap();
    assert_eq!(graph.checkpoint(BOUGHT, generation).await.unwrap(), at(9));
}

async fn two_openers_write_at_once(open: Opener<dyn Graph>) {
    const BATCHES: u64 = 40;
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    let tasks = [open.open().await, open.open().await].into_iter().enumerate().map(|(opener, graph)| {
        tokio::spawn(async move {
            for batch in 1..=BATCHES {
                // One fact that both write, and one of its own; both of them touch product 10.
                let both = bought((batch, 0), u128::from(batch % 5), 10, 1, batch as i64);
                let own = bought((batch, 1 + opener as u32), 100 + opener as u128, 10, 1, batch as i64);
                graph.write(BOUGHT, generation, vec![both, own], at(batch)).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let mut buyers = edges(&*graph, TO_USERS, 10).await;
    buyers.sort_by_key(|(user, ..)| *user);
    let each = BATCHES as f64 / 5.0;
    let own = BATCHES as f64;
    let last = BATCHES as i64;
    let mut expected: Vec<_> = (0..5).map(|user| (user, each, last - (last - user as i64) % 5)).collect();
    expected.extend([(100, own, last), (101, own, last)]);
    assert_eq!(buyers, expected);
    assert_eq!(size(&*graph, FROM_USERS).await, (7, 7, 1));
    assert_eq!(graph.busiest(TO_USERS, 3).await.unwrap(), [(id(10), 7)]);
}

async fn graphs_survive_reopening(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = go_live(&*graph, BOUGHT).await;
    let fact = bought((1, 0), 1, 10, 2, 5);
    write(&*graph, BOUGHT, generation, vec![fact.clone(), alike(7, 9, &[])]).await;
    drop(graph);
    let graph = open.open().await;
    assert_eq!(graph.live(BOUGHT).await.unwrap(), Some(generation));
    assert_eq!(edges(&*graph, FROM_USERS, 1).await, [(10, 2.0, 5)]);
    // Opened again, a graph knows which facts it has counted, and which versions it has seen.
    write(&*graph, BOUGHT, generation, vec![fact, bought((1, 1), 2, 10, 1, 6), alike(7, 8, &[(1, 1.0)])])
        .await;
    assert_eq!(edges(&*graph, TO_USERS, 10).await, [(2, 1.0, 6), (1, 2.0, 5)]);
    assert_eq!(edges(&*graph, Path { graph: BOUGHT, ..FROM_PRODUCTS }, 7).await, []);
}

async fn without_a_live_generation_reading_is_not_found(open: Opener<dyn Graph>) {
    let graph = open.open().await;
    let generation = graph.begin(BOUGHT).await.unwrap();
    write(&*graph, BOUGHT, generation, vec![bought((1, 0), 1, 10, 1, 1)]).await;
    assert!(is_not_found(&graph.walk(&walk(&[(1, 1.0)], &[step(FROM_USERS)])).await));
    assert!(is_not_found(&graph.edges(FROM_USERS, &[id(1)], 1).await));
    assert!(is_not_found(&graph.busiest(FROM_USERS, 1).await));
    assert!(is_not_found(&graph.size(BOUGHT, Relation::Purchased).await));
    assert!(is_not_found(&graph.scan(BOUGHT, None, 1).await));
}
