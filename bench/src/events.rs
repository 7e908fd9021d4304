//! Durable activities a second, in batches from several callers, beside bare rusqlite; and questions to a series of a
//! million facts.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use souk_kernel::{ActivityId, LogPosition, ProductId, Timestamp, UserId};
use souk_ports::derived::Checkpoint;
use souk_ports::series::{
    Activity, ActivityKind, Aggregate, Bucket, By, Dimension, Fact, FactKey, Series, Value,
};
use uuid::Uuid;

use crate::bare_events;
use crate::rate::rate;

pub(crate) const BATCH: usize = 100;
const CALLERS: [usize; 4] = [1, 4, 16, 64];
const TIME: Duration = Duration::from_secs(5);
const VISITORS: u64 = 20_000;
const PRODUCTS: u64 = 1_000;

const FACTS: u64 = 1_000_000;
const DAYS: i64 = 730;
const DAY_MS: i64 = 86_400_000;

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!(
        "\nDurable events in batches of {BATCH}, over bare rusqlite in groups of min(callers, 16) batches"
    );
    for callers in CALLERS {
        let path = folder.join(format!("bare-feed-{callers}.db"));
        let bare =
            tokio::task::spawn_blocking(move || bare_events::run(&path, callers.min(16), TIME)).await??;
        let series = open(folder, &format!("sqlite://series-{callers}")).await?;
        let begin = Instant::now();
        let tasks: Vec<_> =
            (0..callers as u64).map(|caller| tokio::spawn(send(series.clone(), caller))).collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await??);
        }
        let rate = rate(latencies, 0, begin.elapsed().as_secs_f64());
        let events = rate.per_second * BATCH as f64;
        println!(
            "  {callers:>3} callers  bare {bare:>7.0}/s  souk {events:>7.0}/s (goal 20,000)  ratio {:.2}  a batch p50 {:.2} ms  p99 {:.2} ms",
            events / bare,
            rate.p50_ms,
            rate.p99_ms
        );
    }
    questions(folder).await
}

/// Some visitor does something with some product.
pub(crate) fn activity(number: u64) -> Activity {
    // Spread by a multiplicative hash, so that visitors follow each other as they come.
    let spread = |most: u64| u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) % u128::from(most);
    let id = |space: u128, number: u128| {
        Uuid::from_u128(space ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d_9e37_79b9))
    };
    const KINDS: [ActivityKind; 5] = [
        ActivityKind::VIEW,
        ActivityKind::ADD_TO_CART,
        ActivityKind::PURCHASE,
        ActivityKind::CLICK,
        ActivityKind::IMPRESSION,
    ];
    Activity {
        id: ActivityId::new(),
        at: Timestamp::from_ms(1_767_225_600_000 + number as i64),
        kind: KINDS[number as usize % KINDS.len()],
        visitor: UserId(id(1, spread(VISITORS))),
        product: ProductId(id(2, spread(PRODUCTS))),
        session: Some(format!("session-{}", number % 5_000)),
        metadata: Some(r#"{"list":"search","place":7}"#.to_owned()),
    }
}

/// One batch after another; the latency of each in milliseconds.
async fn send(series: Arc<dyn Series>, caller: u64) -> anyhow::Result<Vec<f64>> {
    let begin = Instant::now();
    let mut latencies = Vec::new();
    let mut number = caller << 32;
    while begin.elapsed() < TIME {
        let batch = (0..BATCH as u64).map(|one| activity(number + one)).collect();
        number += BATCH as u64;
        let sent = Instant::now();
        series.append(batch).await?;
        latencies.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    Ok(latencies)
}

/// Sales of two years: a million lines of 5,000 products, 500 sellers, 40 categories.
async fn questions(folder: &Path) -> anyhow::Result<()> {
    println!("\nA series of {FACTS} facts over {DAYS} days");
    let series = open(folder, "sqlite://sales").await?;
    let generation = series.begin("sales").await?;
    series.promote("sales", None, generation).await?;
    let start = Timestamp::parse("2024-06-15T10:00:00Z").unwrap_or_default();
    let mut random = StdRng::seed_from_u64(7);
    let begin = Instant::now();
    for first in (0..FACTS).step_by(2_000) {
        let facts = (first..first + 2_000).map(|position| fact(position, start, &mut random)).collect();
        let at = LogPosition { epoch: 1, position: first };
        series
            .write("sales", generation, facts, Checkpoint { log: Uuid::nil(), at, last: Uuid::nil() })
            .await?;
    }
    println!("  written at {:.0} facts/s", FACTS as f64 / begin.elapsed().as_secs_f64());
    let all = Aggregate {
        from: Some(start.plus_ms(1)),
        to: Some(start.plus_ms(DAYS * DAY_MS - 1)),
        bucket: None,
        group: None,
        only: Vec::new(),
        order: By::Amount,
        limit: u32::MAX,
    };
    let by_day = Aggregate { bucket: Some(Bucket::Day), order: By::Time, ..all.clone() };
    let group = |group| Aggregate { group: Some(group), ..all.clone() };
    let week = Some(start.plus_ms((DAYS - 7) * DAY_MS));
    let of_one = Aggregate { only: vec![(Dimension::Product, Value::Id(product(7)))], ..by_day.clone() };
    let two =
        Aggregate { only: vec![(Dimension::Category, Value::Id(product(7)))], ..group(Dimension::Seller) };
    let questions = [
        ("sales by day (goal 50 ms)", by_day),
        ("sales by seller (goal 50 ms)", group(Dimension::Seller)),
        ("sales by category", group(Dimension::Category)),
        ("sales by product", group(Dimension::Product)),
        ("products of the last 7 days", Aggregate { from: week, ..group(Dimension::Product) }),
        ("one product by day, from the facts", of_one),
        ("sellers of one category, from the facts", two),
    ];
    for (what, question) in questions {
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..11 {
            let begin = Instant::now();
            rows = series.aggregate("sales", &question).await?.len();
            times.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        println!("  {what:<40} {:>8.2} ms (median), {rows} rows", times[times.len() / 2]);
    }
    Ok(())
}

fn product(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number).wrapping_mul(0x2545_f491_4f6c_dd1d_9e37_79b9))
}

fn fact(position: u64, start: Timestamp, random: &mut StdRng) -> Fact {
    // The cube makes some products sell far more than others.
    let popular = (random.random::<f64>().powi(3) * 5_000.0) as u64;
    let at = start.plus_ms((position as i64 * DAYS * DAY_MS) / FACTS as i64);
    Fact {
        key: FactKey { position, line: 0 },
        at,
        product: Some(product(popular)),
        variant: Some(product(popular * 10 + position % 3)),
        category: Some(product(popular % 40)),
        seller: Some(product(popular % 500)),
        label: None,
        quantity: 1,
        amount: random.random_range(500..20_000),
    }
}

async fn open(folder: &Path, url: &str) -> anyhow::Result<Arc<dyn Series>> {
    Ok(souk_engines::open("series", souk_engines::series::ENGINES, url, folder).await?)
}
