//! What it costs to carry the log to all projections: events per second of CPU, embedded. `BENCH_BESIDE` names another build
//! of `souk` that is measured beside this one, in turns.
//!
//! Orders are placed over HTTP, one event each. In one run a `souk worker` follows and the server only sells: the worker's
//! time is that of carrying. In another one the server does both: its time less that of selling alone is that of carrying
//! where events are heard of at once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use crate::following::Shop;
use crate::server::{Process, Server, souk, without_models};

/// Orders a second, and for how long.
const STEADY: [(u64, Duration); 2] = [(50, Duration::from_secs(20)), (200, Duration::from_secs(20))];
/// Of a server's time, that carrying must take to be told from selling.
const LEAST_SHARE: f64 = 0.05;
/// As many as the server takes.
const FLAT_OUT: (u64, Duration) = (20_000, Duration::from_secs(10));

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nLog events carried to all projections per second of CPU, embedded");
    let mut builds = vec![("souk", souk()?)];
    if let Some(beside) = std::env::var_os("BENCH_BESIDE") {
        builds.push(("beside", PathBuf::from(beside)));
    }
    let mut carried: Vec<Vec<(String, f64)>> = Vec::new();
    for (name, build) in &builds {
        let data = folder.join(format!("carrying-{name}"));
        load(build, &data).await?;
        let mut rates = Vec::new();
        let mut sold = Vec::new();
        {
            let worker = worker(build, &data).await?;
            let shop = Shop::on(Server::of(build, &data, &without_models()).await?).await?;
            for (pace, time) in STEADY {
                let done = follow(&shop, Some(&worker), pace, time).await?;
                rates.push((format!("a worker, {pace} orders/s"), done.per_cpu_s(done.worker_cpu_s)));
                sold.push(done);
            }
            let done = follow(&shop, Some(&worker), FLAT_OUT.0, FLAT_OUT.1).await?;
            rates.push((
                format!("a worker, flat out at {:.0} orders/s", done.per_s),
                done.per_cpu_s(done.worker_cpu_s),
            ));
            shop.server.process.stop().await?;
            worker.stop().await?;
        }
        let shop = Shop::on(Server::of(build, &data, &without_models()).await?).await?;
        for ((pace, time), sold) in STEADY.into_iter().zip(sold) {
            let done = follow(&shop, None, pace, time).await?;
            let selling_s = sold.server_cpu_s * done.events as f64 / sold.events as f64;
            let carrying_s = done.server_cpu_s - selling_s;
            // The difference of two runs says nothing where it is smaller than what two runs differ by.
            let is_told = carrying_s > done.server_cpu_s * LEAST_SHARE;
            let rate = if is_told { done.per_cpu_s(carrying_s) } else { f64::NAN };
            rates.push((format!("the server that sells, {pace} orders/s"), rate));
        }
        shop.server.process.stop().await?;
        carried.push(rates);
    }
    for (at, (what, rate)) in carried[0].iter().enumerate() {
        let beside = carried.get(1).map(|beside| beside[at].1);
        let beside = beside
            .map_or(String::new(), |beside| format!("  beside {beside:>7.0}  ratio {:.1}", rate / beside));
        if rate.is_nan() || beside.contains("NaN") {
            println!(
                "  {what:<44} carrying takes less than {:.0} % of the server's time",
                LEAST_SHARE * 100.0
            );
        } else {
            println!("  {what:<44} {rate:>7.0}{beside}");
        }
    }
    Ok(())
}

fn command(build: &Path, data: &Path) -> Command {
    let mut command = Command::new(build);
    command.envs(without_models()).arg("--data").arg(data).arg("--json");
    command
}

async fn load(build: &Path, data: &Path) -> anyhow::Result<()> {
    let output = command(build, data).args(["load", "all"]).output().await?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// It holds every projection when this returns.
async fn worker(build: &Path, data: &Path) -> anyhow::Result<Process> {
    let mut command = command(build, data);
    command.arg("worker");
    let (worker, _) = Process::start(command, "projections").await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(worker)
}

struct Followed {
    events: u64,
    /// Orders a second.
    per_s: f64,
    server_cpu_s: f64,
    worker_cpu_s: f64,
}

impl Followed {
    fn per_cpu_s(&self, cpu_s: f64) -> f64 {
        self.events as f64 / cpu_s
    }
}

/// Orders at this pace, and what it cost until all of it was carried.
async fn follow(
    shop: &Shop,
    worker: Option<&Process>,
    pace: u64,
    time: Duration,
) -> anyhow::Result<Followed> {
    let cpu = || anyhow::Ok((shop.server.process.cpu_s()?, worker.map_or(Ok(0.0), Process::cpu_s)?));
    let (before, head) = (cpu()?, shop.head().await?);
    let held = shop.hold(pace, time).await?;
    shop.drained().await?;
    let (after, events) = (cpu()?, shop.head().await? - head);
    Ok(Followed {
        events,
        per_s: held.orders.per_second,
        server_cpu_s: after.0 - before.0,
        worker_cpu_s: after.1 - before.1,
    })
}
