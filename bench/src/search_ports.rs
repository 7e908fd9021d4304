//! Search through the port: PostgreSQL beside the embedded engine, over the same products, asked the same questions.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use souk_kernel::{CategoryId, Money, ProductId};
use souk_ports::derived::Checkpoint;
use souk_ports::search::{Search, SearchDocument, SearchQuery, SearchWrite};
use souk_ports::store::Window;
use uuid::Uuid;

use crate::made;
use crate::rate::{Rate, rate};

const DOCUMENTS: usize = 20_000;
const QUESTIONS: usize = 5_000;
const CALLERS: usize = 2;
const BATCH: usize = 1_000;
const TURN: Duration = Duration::from_secs(4);
const INDEX: &str = "bench";
const SCHEMA: &str = "souk_bench_search";
const CLEAR: &str =
    "DROP SCHEMA IF EXISTS souk_bench_search CASCADE; DROP SCHEMA IF EXISTS souk_bench_search_search CASCADE";

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nSearches with facets through the port, {DOCUMENTS} documents, {CALLERS} callers");
    let server = crate::pgvector::server();
    let Ok(client) = crate::pgvector::connected(&server).await else {
        println!("  left out: no server at {server} (`scripts/engines up postgres`)");
        return Ok(());
    };
    client.batch_execute(CLEAR).await?;
    let urls = [
        ("embedded", "tantivy://search".to_owned()),
        ("PostgreSQL", format!("postgres://postgres@{server}/postgres?schema={SCHEMA}")),
    ];
    let questions = Arc::new(made::questions(QUESTIONS));
    for (name, url) in urls {
        let search = souk_engines::open("search", souk_engines::search::ENGINES, &url, folder).await?;
        let begin = Instant::now();
        fill(&*search).await?;
        let filled = begin.elapsed().as_secs_f64();
        let Rate { per_second, p50_ms, p99_ms, .. } = searches(&search, &questions).await?;
        println!(
            "  {name:<12} written in {filled:>5.1} s  {per_second:>8.0}/s  p50 {p50_ms:.2} ms  p99 {p99_ms:.2} ms"
        );
    }
    client.batch_execute(CLEAR).await?;
    Ok(())
}

async fn fill(search: &dyn Search) -> anyhow::Result<()> {
    let generation = search.begin(INDEX).await?;
    let name = |text: &str| Uuid::from_u128(text.bytes().fold(1, |hash, byte| hash * 31 + u128::from(byte)));
    let mut writes = Vec::with_capacity(BATCH);
    for product in made::products(DOCUMENTS) {
        let document = SearchDocument {
            categories: vec![CategoryId(name(&product.category))],
            category_names: vec![product.category],
            brand: Some(product.brand),
            price: Money::from_minor((product.price * 100.0) as i64).ok(),
            name: product.name,
            description: product.description,
            in_stock: true,
            ..SearchDocument::default()
        };
        writes.push(SearchWrite { id: ProductId(name(&product.id)), version: 1, content: Some(document) });
        if writes.len() == BATCH {
            search.write(INDEX, generation, std::mem::take(&mut writes), Checkpoint::default()).await?;
        }
    }
    search.write(INDEX, generation, writes, Checkpoint::default()).await?;
    Ok(search.promote(INDEX, None, generation).await?)
}

async fn searches(search: &Arc<dyn Search>, questions: &Arc<Vec<String>>) -> anyhow::Result<Rate> {
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now();
    let tasks = (0..CALLERS).map(|_| {
        let (search, questions, next) = (search.clone(), questions.clone(), next.clone());
        tokio::spawn(async move {
            let mut latencies = Vec::new();
            while begin.elapsed() < TURN {
                let text = questions[next.fetch_add(1, Ordering::Relaxed) % questions.len()].clone();
                let query = SearchQuery { text, facet_limit: 10, ..SearchQuery::default() };
                let asked = Instant::now();
                std::hint::black_box(search.search(INDEX, &query, Window { offset: 0, limit: 20 }).await?);
                latencies.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(latencies)
        })
    });
    let mut latencies = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        latencies.extend(task.await??);
    }
    Ok(rate(latencies, 0, begin.elapsed().as_secs_f64()))
}
