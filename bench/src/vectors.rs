//! Nearest neighbours through the port, beside the bare graph called directly: the same vectors, the same parameters,
//! the same threads, in turns within one run.
//!
//! The vectors are made like those of texts: products lie around 2,000 kinds and these around 50 topics, all within 32
//! directions, with a little noise in every other. Two of them have a cosine of about 0.1, neighbours of 0.8 to 0.9.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use souk_hnsw::{Costs, DIMENSIONS, Found, Index, Vector};
use souk_kernel::{Money, ProductId};
use souk_ports::derived::Checkpoint;
use souk_ports::vectors::{
    ContentHash, Near, NearestQuery, ProductFilter, VectorEntry, VectorWrite, Vectors,
};
use uuid::Uuid;

const ENTRIES: usize = 100_000;
const QUESTIONS: usize = 1_000;
pub(crate) const LIMIT: usize = 10;
pub(crate) const THREADS: usize = 2;
const BATCH: usize = 1_000;
/// How often the two take turns, and for how long each.
pub(crate) const TURNS: usize = 4;
pub(crate) const TURN: Duration = Duration::from_secs(2);
pub(crate) const INDEX: &str = "bench";

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nNearest {LIMIT} of {ENTRIES} vectors with {DIMENSIONS} numbers, {THREADS} threads");
    let mut vectors = tokio::task::block_in_place(|| made(ENTRIES + QUESTIONS));
    let questions = Arc::new(vectors.split_off(ENTRIES));

    let begin = Instant::now();
    let bare = tokio::task::block_in_place(|| linked(&vectors));
    println!(
        "  bare graph: linked in {:.0} s by {THREADS} threads, {:.0} MiB",
        begin.elapsed().as_secs_f64(),
        mib(bare.size_bytes())
    );
    let before = resident_bytes()?;
    let port = filled(folder, &vectors).await?;
    drop(vectors);
    let begin = Instant::now();
    ask(&*port, &questions[0], &ProductFilter::default(), false).await?;
    println!("  opened without a snapshot in {:.2} s, and answering", begin.elapsed().as_secs_f64());
    wait_for_linking().await?;
    println!(
        "  linked {:.0} s later, by one thread of those that answer; {:.0} MiB",
        begin.elapsed().as_secs_f64(),
        mib(resident_bytes()?.saturating_sub(before))
    );
    drop(port);
    let port = open(folder).await?;
    let begin = Instant::now();
    ask(&*port, &questions[0], &ProductFilter::default(), false).await?;
    println!("  opened with a snapshot in {:.2} s", begin.elapsed().as_secs_f64());
    wait_for_linking().await?;

    let bare = Arc::new(bare);
    let tenth = ProductFilter { max_price: Some(Money::from_hundredths(9)?), ..ProductFilter::default() };
    let filters = [("without a filter", ProductFilter::default()), ("with a filter for 10 %", tenth)];
    // The numbers of the bare graph are those that the entries' prices were made of.
    let is_tenth = |number: u32| price(number as usize) <= 9;
    let bare_filters: [Option<Counts<'_>>; 2] = [None, Some(&is_tenth)];
    for ((name, filter), counts) in filters.iter().zip(bare_filters) {
        let (mut bare_rate, mut port_rate) = (0.0, 0.0);
        for _ in 0..TURNS {
            bare_rate +=
                tokio::task::block_in_place(|| bare_searches(&bare, &questions, counts))? / TURNS as f64;
            port_rate += searches(&*port, &questions, filter)? / TURNS as f64;
        }
        println!("  the bare graph, {name:<24} {bare_rate:>8.0}/s");
        let ratio = port_rate / bare_rate;
        println!("  the port, {name:<30} {port_rate:>8.0}/s  ratio {ratio:.2} (goal 0.90)");
    }
    for (name, filter) in &filters {
        println!("  recall@{LIMIT} {name:<24} {:.4} (goal 0.98)", recall(&*port, &questions, filter).await?);
    }
    Ok(())
}

fn linked(vectors: &[Vector]) -> Index {
    let mut index = Index::default();
    for vector in vectors {
        index.push(*vector);
    }
    while let Some(plan) = souk_hnsw::plan(|| &index, THREADS) {
        index.link(plan);
    }
    index
}

async fn open(folder: &Path) -> anyhow::Result<Arc<dyn Vectors>> {
    let engines = souk_engines::vectors::ENGINES;
    Ok(souk_engines::open("vectors", engines, "hnsw://vectors", folder).await?)
}

async fn filled(folder: &Path, vectors: &[Vector]) -> anyhow::Result<Arc<dyn Vectors>> {
    let port = open(folder).await?;
    fill(&*port, vectors).await?;
    Ok(port)
}

pub(crate) async fn fill(port: &dyn Vectors, vectors: &[Vector]) -> anyhow::Result<()> {
    let generation = port.begin(INDEX).await?;
    let begin = Instant::now();
    for (part, vectors) in vectors.chunks(BATCH).enumerate() {
        let numbers = part * BATCH..;
        let hash = |number: usize| ContentHash::of("bench", &number.to_string());
        let embeddings = numbers.clone().zip(vectors).map(|(at, vector)| (hash(at), vector.0.to_vec()));
        port.keep(embeddings.collect()).await?;
        let write = |number: usize| VectorWrite {
            id: ProductId(Uuid::from_u128(number as u128)),
            version: 1,
            content: Some(VectorEntry {
                embedding: hash(number),
                price: Money::from_hundredths(price(number) as i64).ok(),
                ..VectorEntry::default()
            }),
        };
        let writes = numbers.take(vectors.len()).map(write).collect();
        port.write(INDEX, generation, writes, Checkpoint::default()).await?;
    }
    port.promote(INDEX, None, generation).await?;
    println!("  kept and written in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(())
}

fn price(number: usize) -> usize {
    number * 7 % 100
}

pub(crate) async fn ask(
    port: &dyn Vectors,
    to: &Vector,
    filter: &ProductFilter,
    exact: bool,
) -> anyhow::Result<Vec<ProductId>> {
    let to = Near::Vector(to.0.to_vec());
    let query = NearestQuery { to, filter: filter.clone(), limit: LIMIT as u32, exact };
    Ok(port.nearest(INDEX, &query).await?.into_iter().map(|found| found.id).collect())
}

/// Which of the bare graph's vectors count.
type Counts<'c> = &'c (dyn Fn(u32) -> bool + Sync);

/// Searches a second.
fn bare_searches(index: &Index, questions: &[Vector], counts: Option<Counts<'_>>) -> anyhow::Result<f64> {
    let next = AtomicUsize::new(0);
    let begin = Instant::now();
    let search = || {
        while begin.elapsed() < TURN {
            let to = &questions[next.fetch_add(1, Ordering::Relaxed) % questions.len()];
            let counts = counts.map(|counts| counts as &dyn Fn(u32) -> bool);
            let mut found = index.search(to, Costs::of(LIMIT), counts).unwrap_or_else(|| {
                // Along the graph it would cost more.
                let mut all = Vec::new();
                let wanted = (0..ENTRIES as u32).filter(|number| counts.is_none_or(|counts| counts(*number)));
                let add = |score, number| all.push(Found { score, number });
                index.scan(to, wanted.map(|number| (number, number)), add);
                all.sort_unstable_by(|a, b| b.cmp(a));
                all
            });
            found.truncate(LIMIT);
            std::hint::black_box(found);
        }
    };
    std::thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(search))));
    Ok(next.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64())
}

/// Searches a second through the port, by threads of their own: two tasks that hardly ever wait may share one of the
/// runtime's threads for as long as a turn takes, and it would be that which is measured.
fn searches(port: &dyn Vectors, questions: &[Vector], filter: &ProductFilter) -> anyhow::Result<f64> {
    let next = AtomicUsize::new(0);
    let runtime = tokio::runtime::Handle::current();
    let begin = Instant::now();
    let search = || {
        while begin.elapsed() < TURN {
            let to = &questions[next.fetch_add(1, Ordering::Relaxed) % questions.len()];
            std::hint::black_box(runtime.block_on(ask(port, to, filter, false))?);
        }
        anyhow::Ok(())
    };
    let searching = || {
        std::thread::scope(|scope| {
            let threads = [(); THREADS].map(|()| scope.spawn(search));
            threads.into_iter().try_for_each(|thread| thread.join().expect("a search panicked"))
        })
    };
    tokio::task::block_in_place(searching)?;
    Ok(next.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64())
}

pub(crate) async fn recall(
    port: &dyn Vectors,
    questions: &[Vector],
    filter: &ProductFilter,
) -> anyhow::Result<f64> {
    let mut hits = 0;
    for to in questions {
        let truly = ask(port, to, filter, true).await?;
        let found = ask(port, to, filter, false).await?;
        hits += found.iter().filter(|id| truly.contains(id)).count();
    }
    Ok(hits as f64 / (questions.len() * LIMIT) as f64)
}

/// Waits until the engine's own thread has linked what there was.
async fn wait_for_linking() -> anyhow::Result<()> {
    // A thread that has just been started does not have its name yet.
    tokio::time::sleep(Duration::from_secs(1)).await;
    loop {
        let mut names = std::fs::read_dir("/proc/self/task")?
            .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
        if !names.any(|name| name.trim() == "vectors-linking") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn resident_bytes() -> anyhow::Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| anyhow::anyhow!("the system does not say how much memory is used"))
}

fn mib(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

pub(crate) fn made(count: usize) -> Vec<Vector> {
    const DIRECTIONS: usize = 32;
    let (topics, kinds) = (50, 2_000);
    let mut random = StdRng::seed_from_u64(42);
    // Sums of four uniform numbers, with a standard deviation of 1: near enough to a normal distribution.
    let mut numbers = |count: usize, deviation: f32| -> Vec<f32> {
        let uniform = |bits: u64| bits as u16 as f32 / 65_536.0 - 0.5;
        let sum = |bits: u64| (0..4).map(|part| uniform(bits >> (16 * part))).sum::<f32>();
        (0..count).map(|_| sum(random.next_u64()) * 3.0f32.sqrt() * deviation).collect()
    };
    let add = |a: &[f32], b: Vec<f32>| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<f32>>();
    let map = numbers(DIRECTIONS * DIMENSIONS, 1.0 / (DIRECTIONS as f32).sqrt());
    let topics: Vec<Vec<f32>> = (0..topics).map(|_| numbers(DIRECTIONS, 1.0)).collect();
    let kinds: Vec<Vec<f32>> =
        (0..kinds).map(|at| add(&topics[at % topics.len()], numbers(DIRECTIONS, 0.8))).collect();
    (0..count)
        .map(|at| {
            // Kinds are of all sizes.
            let kind = (at as f64 * 0.618_033_988_749_895).fract().powi(2) * kinds.len() as f64;
            let place = add(&kinds[kind as usize], numbers(DIRECTIONS, 0.6));
            let noise = numbers(DIMENSIONS, 0.3);
            let vector: [f32; DIMENSIONS] = std::array::from_fn(|to| {
                let along = place.iter().zip(&map[to * DIRECTIONS..]);
                along.map(|(place, map)| place * map).sum::<f32>() + noise[to]
            });
            let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
            Vector(vector.map(|number| number / length))
        })
        .collect()
}
