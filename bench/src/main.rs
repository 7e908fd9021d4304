//! souk beside the bare engines, measured in one run: `make bench`, or `souk-bench PART…`.
//!
//! Each figure stands beside the limit it is measured against, because absolute times drift from machine to machine
//! and from hour to hour; the ratio is what counts. Nothing here asserts.

mod bare_events;
mod bare_http;
mod bare_orders;
mod bare_postgres;
mod bare_search;
mod cache_ports;
mod carrying;
mod client;
mod disk;
mod embed;
mod events;
mod following;
mod graph;
mod importing;
mod made;
mod opening;
mod orders;
mod pgvector;
mod rate;
mod reads;
mod recommendations;
mod replay;
mod sample;
mod search;
mod search_ports;
mod server;
mod vectors;

use std::path::Path;

/// The table of parts, in the order they run.
macro_rules! parts {
    ($($name:literal => $report:path;)*) => {
        const PARTS: &[&str] = &[$($name),*];

        async fn report(asked: &[String], folder: &Path) -> anyhow::Result<()> {
            $(if asked.is_empty() || asked.iter().any(|asked| asked == $name) {
                $report(folder).await?;
            })*
            Ok(())
        }
    };
}

parts! {
    "orders" => orders::report;
    "postgres-orders" => orders::report_postgres;
    "reads" => reads::report;
    "http-orders" => orders::report_http;
    "search" => search::report;
    "search-ports" => search_ports::report;
    "cache-ports" => cache_ports::report;
    "embed" => embed::report;
    "vectors" => vectors::report;
    "pgvector" => pgvector::report;
    "graph" => graph::report;
    "recommendations" => recommendations::report;
    "events" => events::report;
    "carrying" => carrying::report;
    "opening" => opening::report;
    "importing" => importing::report;
    "following" => following::report;
    "following-servers" => following::report_servers;
    "following-but-documents" => following::report_servers_but_documents;
}

/// That of souk, so that the limits which run in this program have it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if let [bare, bytes] = &asked[..]
        && bare == bare_http::COMMAND
    {
        return runtime.block_on(bare_http::serve(bytes.parse()?));
    }
    if let Some(unknown) = asked.iter().find(|part| !PARTS.contains(&part.as_str())) {
        anyhow::bail!("no part is called `{unknown}`; there are {}", PARTS.join(", "));
    }
    // Beside the build, so that it lies on a disk and not in memory.
    let folder = tempfile::tempdir_in(std::env::current_dir()?.join("target"))?;
    println!("{} cores, the disk syncs 4 KiB in {:.0} us (median)", cores(), disk::sync_us(folder.path())?);
    runtime.block_on(report(&asked, folder.path()))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}
