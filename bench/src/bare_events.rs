//! Bare rusqlite writing activities: prepared statements, one thread, one transaction a group, nothing asked and nothing
//! answered. This is the limit that events are measured against.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::events::{BATCH, activity};

const SCHEMA: &str = include_str!("../../crates/engines/src/series/sqlite/feed.sql");

/// Activities a second, written durably in groups of so many batches.
pub(crate) fn run(path: &Path, batches: usize, time: Duration) -> anyhow::Result<f64> {
    let mut db = Connection::open(path)?;
    db.set_prepared_statement_cache_capacity(64);
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "mmap_size", 256 << 20)?;
    db.execute_batch(SCHEMA)?;
    db.execute("INSERT INTO feed VALUES (1, ?1, 1, 0)", [Uuid::now_v7().as_bytes()])?;
    let begin = Instant::now();
    let mut position: i64 = 0;
    while begin.elapsed() < time {
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for _ in 0..batches * BATCH {
            position += 1;
            let one = activity(position as u64);
            tx.prepare_cached("INSERT INTO activities VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?.execute(
                params![
                    position,
                    one.id.as_bytes(),
                    one.at.ms(),
                    one.at.ms(),
                    one.kind.number(),
                    one.visitor.as_bytes(),
                    one.product.as_bytes(),
                    one.session,
                    one.metadata,
                ],
            )?;
        }
        tx.prepare_cached("UPDATE feed SET position = ?1")?.execute([position])?;
        tx.commit()?;
    }
    Ok(position as f64 / begin.elapsed().as_secs_f64())
}
