//! Recommendations as walks over a graph of purchases, and how fast purchases get into it, at the port.

use std::path::Path as FilePath;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use souk_engines::graph::ENGINES;
use souk_kernel::{LogPosition, Timestamp};
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::graph::{Direction, EdgeWrite, FactKey, Graph, Path, Relation, Step, Walk};
use uuid::Uuid;

use crate::rate::rate;

const GRAPH: ProjectionName = "purchases";
const USERS: u64 = 20_000;
const PRODUCTS: u64 = 20_000;
/// Lines of orders that make the graph; some are repeats and add no edge.
const LINES: u64 = 3_000_000;
const LINES_OF_ORDER: u64 = 3;
const FILLING_BATCH: u64 = 20_000;
/// What a projection writes at a time while it follows.
const BATCH: u64 = 500;
const FOLLOWING: u64 = 100_000;
const WALKS: u64 = 2_000;

pub(crate) async fn report(folder: &FilePath) -> anyhow::Result<()> {
    println!(
        "\nA graph of {LINES} purchased lines: {USERS} users, {PRODUCTS} products, the k-th bought 1/k as often"
    );
    let graph = souk_engines::open("graph", ENGINES, "sqlite://graph", folder).await?;
    let generation = graph.begin(GRAPH).await?;
    let mut lines = Lines::new();
    let filling = write(&*graph, generation, &mut lines, LINES, FILLING_BATCH).await?;
    graph.promote(GRAPH, None, generation).await?;
    let size = graph.size(GRAPH, Relation::Purchased).await?;
    let popular = graph.busiest(path(Direction::In), 1).await?.first().map_or(0, |(_, buyers)| *buyers);
    println!(
        "  {} edges, the most popular product has {popular} buyers; filled with {:.0} lines/s in batches of {FILLING_BATCH}",
        size.edges,
        LINES as f64 / filling.as_secs_f64()
    );
    let following = write(&*graph, generation, &mut lines, FOLLOWING, BATCH).await?;
    println!(
        "  lines/s written in batches of {BATCH}       {:>8.0}  (goal 5000)",
        FOLLOWING as f64 / following.as_secs_f64()
    );
    walks(&*graph).await
}

/// What a recommendation asks: who bought what this user bought, and what else they bought, each question once.
async fn walks(graph: &dyn Graph) -> anyhow::Result<()> {
    let step =
        |direction| Step { path: path(direction), per_node: 50, keep: 300, damping: 1.0, weighted: false };
    let (mut latencies, mut found) = (Vec::new(), 0);
    let begin = Instant::now();
    for number in 0..WALKS {
        let user = user(number * (USERS / WALKS));
        let asked = Instant::now();
        let own = graph.edges(path(Direction::Out), &[user], 1000).await?.concat();
        let walk = Walk {
            from: vec![(user, 1.0)],
            steps: vec![step(Direction::Out), step(Direction::In), step(Direction::Out)],
            without: own.iter().map(|edge| edge.to).collect(),
            limit: 20,
        };
        found += graph.walk(&walk).await?.len();
        latencies.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    let rate = rate(latencies, 0, begin.elapsed().as_secs_f64());
    println!(
        "  recommendations, one at a time, uncached {:>8.0}/s  p50 {:.2} ms  p99 {:.2} ms (goal 10)  {:.1} products each",
        rate.per_second,
        rate.p50_ms,
        rate.p99_ms,
        found as f64 / WALKS as f64
    );
    Ok(())
}

async fn write(
    graph: &dyn Graph,
    generation: Generation,
    lines: &mut Lines,
    count: u64,
    batch: u64,
) -> anyhow::Result<Duration> {
    let mut spent = Duration::ZERO;
    for _ in 0..count / batch {
        let facts: Vec<EdgeWrite> = lines.take(batch as usize).collect();
        let at = LogPosition { epoch: 1, position: lines.number / LINES_OF_ORDER };
        let begin = Instant::now();
        graph
            .write(GRAPH, generation, facts, Checkpoint { log: Uuid::from_u128(1), at, last: Uuid::nil() })
            .await?;
        spent += begin.elapsed();
    }
    Ok(spent)
}

fn path(direction: Direction) -> Path {
    Path { graph: GRAPH, relation: Relation::Purchased, direction }
}

/// Ids that lie as far apart as random ones do.
fn scattered(kind: u128, number: u64) -> Uuid {
    Uuid::from_u128(
        (u128::from(number) + (kind << 64)).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
    )
}

fn user(number: u64) -> Uuid {
    scattered(1, number)
}

/// Lines of orders without end, the same in every run.
struct Lines {
    random: StdRng,
    number: u64,
    user: u64,
}

impl Lines {
    fn new() -> Self {
        Self { random: StdRng::seed_from_u64(7), number: 0, user: 0 }
    }
}

impl Iterator for Lines {
    type Item = EdgeWrite;

    fn next(&mut self) -> Option<EdgeWrite> {
        let line = self.number % LINES_OF_ORDER;
        if line == 0 {
            self.user = self.random.random_range(0..USERS);
        }
        let rank = (PRODUCTS as f64).powf(self.random.random_range(0.0..1.0)) as u64;
        let position = self.number / LINES_OF_ORDER + 1;
        self.number += 1;
        Some(EdgeWrite::Fact {
            key: FactKey { position, line: line as u32 },
            relation: Relation::Purchased,
            from: user(self.user),
            to: scattered(2, rank),
            weight: 1,
            at: Timestamp::from_ms(1_700_000_000_000 + position as i64 * 1000),
        })
    }
}
