//! Searches at the port, beside bare Tantivy in this process over the same catalogue.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::bare_search::Bare;
use crate::client::hammer;
use crate::made;
use crate::rate::rate;
use crate::server::{Server, run};

const DOCUMENTS: usize = 100_000;
const CONNECTIONS: usize = 16;
const TIME: Duration = Duration::from_secs(6);

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nSearches with facets, {DOCUMENTS} documents, distinct questions, no cache of answers");
    made::write(folder, DOCUMENTS)?;
    let data = folder.join("search");
    let (file, map) = (folder.join("made.ndjson.gz"), folder.join("made.yaml"));
    let begin = Instant::now();
    run(&data, &["import", &file.to_string_lossy(), "--map", &map.to_string_lossy()]).await?;
    println!("  importing them and filling every role took {:.0} s", begin.elapsed().as_secs_f64());
    let bare = {
        let folder = folder.join("bare-search");
        tokio::task::spawn_blocking(move || Bare::build(&folder, DOCUMENTS)).await??
    };
    let souk = Server::souk(&data).await?;
    let questions = made::questions(30_000);
    // The halves of the questions take turns, so that none is asked twice of souk.
    let (first, second) = questions.split_at(questions.len() / 2);
    let (mut bare_rates, mut souk_rates) = (Vec::new(), Vec::new());
    for half in [first, second] {
        bare_rates.push(tokio::task::block_in_place(|| bare.run(half, TIME / 2))?);
        let paths: Vec<String> =
            half.iter().map(|text| format!("/api/v1/products/search?q={}", text.replace(' ', "+"))).collect();
        let (latencies, seconds) =
            hammer(souk.address, CONNECTIONS, TIME / 2, move |at| paths[at % paths.len()].clone()).await?;
        souk_rates.push(rate(latencies, 0, seconds));
    }
    let bare_rate = bare_rates.iter().sum::<f64>() / bare_rates.len() as f64;
    let souk_rate = souk_rates.iter().map(|rate| rate.per_second).sum::<f64>() / souk_rates.len() as f64;
    println!("  bare Tantivy, two threads in process  {bare_rate:>8.0}/s");
    println!(
        "  souk at the port, {CONNECTIONS} connections      {souk_rate:>8.0}/s  ratio {:.2} (goal 0.80)  p50 {:.2} ms  p99 {:.2} ms",
        souk_rate / bare_rate,
        souk_rates[0].p50_ms,
        souk_rates[0].p99_ms
    );
    Ok(())
}
