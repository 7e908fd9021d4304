//! Carts through the port: Redis beside its bare driver, which sends the same over one connection too; the embedded
//! engine; and what a cart costs without any version: a plain hash with a time to live.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::Script;
use redis::aio::MultiplexedConnection;
use souk_engines::cache::ENGINES;
use souk_ports::cache::{Cache, HashWrite};
use uuid::Uuid;

const CALLERS: [usize; 2] = [1, 64];
const TURNS: usize = 3;
const TURN: Duration = Duration::from_secs(2);
const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Carts of each caller.
const CARTS: usize = 100;
const LINES: usize = 3;
/// The engine's own.
const WRITE: &str = include_str!("../../crates/engines/src/cache/redis/write_hash.lua");

#[derive(Clone, Copy, PartialEq)]
enum Act {
    Read,
    Write,
    /// Without a version, by the bare driver only.
    Plain,
}

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nCarts of {LINES} lines through the port");
    let embedded = souk_engines::open("cache", ENGINES, "sqlite://cache", folder).await?;
    let redis = match souk_engines::fresh_place(ENGINES, "redis") {
        Ok(url) => url,
        Err(missing) => {
            println!("  left out: {missing} (`scripts/engines up redis`)");
            return Ok(());
        }
    };
    let port = souk_engines::open("cache", ENGINES, &redis, folder).await?;
    let address = redis.split('?').next().unwrap_or_default();
    let driver = redis::Client::open(address)?.get_multiplexed_async_connection().await?;
    for callers in CALLERS {
        for (act, name) in [(Act::Write, "written"), (Act::Read, "read")] {
            let (mut bare_rate, mut port_rate) = (0.0, 0.0);
            for _ in 0..TURNS {
                bare_rate += bare(&driver, callers, act).await? / TURNS as f64;
                port_rate += through(&port, callers, act).await? / TURNS as f64;
            }
            let embedded = through(&embedded, callers, act).await?;
            println!(
                "  {name:<8} {callers:>3} callers  bare driver {bare_rate:>7.0}/s  Redis {port_rate:>7.0}/s  \
                 ratio {:.2} (goal 0.80)  embedded {embedded:>7.0}/s",
                port_rate / bare_rate
            );
        }
        let plain = bare(&driver, callers, Act::Plain).await?;
        println!("  a plain hash, {callers} callers: {plain:.0}/s");
    }
    clear(driver).await
}

/// Of what the bare driver has written; the engine's own has lives.
async fn clear(mut driver: MultiplexedConnection) -> anyhow::Result<()> {
    let keys: Vec<String> = redis::cmd("KEYS").arg("souk-bench:*").query_async(&mut driver).await?;
    for some in keys.chunks(1_000) {
        redis::cmd("DEL").arg(some).query_async::<()>(&mut driver).await?;
    }
    Ok(())
}

fn lines(turn: usize) -> BTreeMap<String, String> {
    let line =
        |at: usize| (format!("variant-{at}"), format!("{{\"quantity\":{turn},\"added_at\":1700000000}}"));
    (0..LINES).map(line).collect()
}

/// Carts a second.
async fn through(port: &Arc<dyn Cache>, callers: usize, act: Act) -> anyhow::Result<f64> {
    let tasks = (0..callers).map(|caller| {
        let port = port.clone();
        tokio::spawn(async move {
            let mut versions = vec![None; CARTS];
            if act == Act::Write {
                for (at, version) in versions.iter_mut().enumerate() {
                    *version = port.hash(&key(caller, at)).await?.map(|hash| hash.version);
                }
            }
            let begin = Instant::now();
            let mut done = 0;
            while begin.elapsed() < TURN {
                let key = key(caller, done % CARTS);
                match act {
                    Act::Read => drop(std::hint::black_box(port.hash(&key).await?)),
                    Act::Plain => unreachable!("the port keeps no cart without a version"),
                    Act::Write => {
                        let version = &mut versions[done % CARTS];
                        let write = HashWrite { set: lines(done), remove: Vec::new(), ttl_ms: LIFE_MS };
                        *version = Some(port.write_hash(&key, *version, write).await?);
                    }
                }
                done += 1;
            }
            anyhow::Ok((done, begin.elapsed()))
        })
    });
    per_second(tasks.collect()).await
}

/// What the engine sends, by the driver alone.
async fn bare(driver: &MultiplexedConnection, callers: usize, act: Act) -> anyhow::Result<f64> {
    let script = Arc::new(Script::new(WRITE));
    let tasks = (0..callers).map(|caller| {
        let (mut driver, script) = (driver.clone(), script.clone());
        tokio::spawn(async move {
            let mut versions = vec![String::new(); CARTS];
            if act == Act::Write {
                for (at, version) in versions.iter_mut().enumerate() {
                    let version_of = redis::cmd("HGET").arg(hash(caller, at)).arg("version").to_owned();
                    *version =
                        version_of.query_async::<Option<String>>(&mut driver).await?.unwrap_or_default();
                }
            }
            let begin = Instant::now();
            let mut done = 0;
            while begin.elapsed() < TURN {
                let at = done % CARTS;
                match act {
                    Act::Read => {
                        let read: Vec<(String, String)> =
                            redis::cmd("HGETALL").arg(hash(caller, at)).query_async(&mut driver).await?;
                        std::hint::black_box(read);
                    }
                    Act::Write => {
                        let mark = format!("{:016x}", Uuid::new_v4().as_u128() as u64);
                        let mut write = script.key(hash(caller, at));
                        write.key("souk-bench:versions:{0}").key("souk-bench:closed:{0}");
                        write.arg(&versions[at]).arg(mark).arg(LIFE_MS).arg(0);
                        for (name, value) in lines(done) {
                            write.arg(format!(":{name}")).arg(value);
                        }
                        versions[at] = write.invoke_async(&mut driver).await?;
                    }
                    Act::Plain => {
                        let mut both = redis::pipe();
                        let key = format!("souk-bench:plain:{}", key(caller, at));
                        both.atomic().cmd("HSET").arg(&key);
                        for (name, value) in lines(done) {
                            both.arg(name).arg(value);
                        }
                        both.ignore().cmd("PEXPIRE").arg(&key).arg(LIFE_MS).ignore();
                        both.query_async::<()>(&mut driver).await?;
                    }
                }
                done += 1;
            }
            anyhow::Ok((done, begin.elapsed()))
        })
    });
    per_second(tasks.collect()).await
}

fn hash(caller: usize, cart: usize) -> String {
    format!("souk-bench:hash:{{0}}:{}", key(caller, cart))
}

async fn per_second(
    tasks: Vec<tokio::task::JoinHandle<anyhow::Result<(usize, Duration)>>>,
) -> anyhow::Result<f64> {
    let mut rate = 0.0;
    for task in tasks {
        let (done, took) = task.await??;
        rate += done as f64 / took.as_secs_f64();
    }
    Ok(rate)
}

fn key(caller: usize, cart: usize) -> String {
    format!("cart:{caller}-{cart}")
}
