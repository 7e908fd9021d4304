//! Bare rusqlite writing the rows of an order: prepared statements, one thread, one transaction a group, nothing asked
//! and nothing answered. This is the limit that orders are measured against.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use souk_kernel::{CommitId, OrderId};

use crate::sample::{NAME, PERSONAL, PLACED, PLENTY, SNAPSHOT, Shelf, address};

const SCHEMA: &str = include_str!("../../crates/engines/src/store/sqlite/schema.sql");

/// Orders a second, committed durably in groups.
pub(crate) fn run(path: &Path, group: usize, time: Duration) -> anyhow::Result<f64> {
    let mut db = Connection::open(path)?;
    db.set_prepared_statement_cache_capacity(64);
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "mmap_size", 256 << 20)?;
    db.execute_batch(SCHEMA)?;
    db.execute("INSERT INTO log VALUES (1, ?1, 1, 0, 0)", [CommitId::new().as_bytes()])?;
    let (shelf, _) = Shelf::new(200, PLENTY);
    for (_, variant) in &shelf.items {
        db.execute("INSERT INTO stock VALUES (?1, ?2, 1)", params![variant.as_bytes(), PLENTY])?;
    }
    let address = serde_json::to_string(&address())?;
    let actor = format!(r#"{{"by":"user","id":"{}"}}"#, shelf.user);
    let scope = format!("orders/{}", shelf.user);
    let begin = Instant::now();
    let mut number: i64 = 0;
    while begin.elapsed() < time {
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for _ in 0..group {
            number += 1;
            let (order, commit) = (OrderId::new(), CommitId::new());
            let (order_id, commit) = (order.as_bytes(), commit.as_bytes());
            let (product, variant) = &shelf.items[number as usize % shelf.items.len()];
            let user = shelf.user.as_bytes();
            tx.prepare_cached(
                "UPDATE stock SET quantity = quantity - 1, version = version + 1 WHERE variant_id = ?1 AND quantity >= 1",
            )?
            .execute([variant.as_bytes()])?;
            tx.prepare_cached(
                "INSERT INTO events VALUES (?, 5, ?, 1, ?, 'order-placed', 1, ?, ?, ?, ?, NULL)",
            )?
            .execute(params![
                number,
                order_id,
                commit,
                PLACED,
                1_700_000_000_000_i64,
                1_700_000_000_000_i64,
                actor
            ])?;
            tx.prepare_cached("INSERT INTO event_personal VALUES (?, ?, ?)")?
                .execute(params![number, user, PERSONAL])?;
            tx.prepare_cached(
                "INSERT INTO orders VALUES (?, ?, ?, 'pending', 3990, 'pm_1', NULL, NULL, ?, 1700000000000, 1)",
            )?
            .execute(params![order_id, number, user, address])?;
            tx.prepare_cached("INSERT INTO order_items VALUES (?, 0, ?, ?, ?, 1, 3990, ?, 1)")?
                .execute(params![order_id, product.as_bytes(), variant.as_bytes(), NAME, SNAPSHOT])?;
            tx.prepare_cached("INSERT INTO commits VALUES (?, ?, ?)")?
                .execute(params![commit, number, number])?;
            let answer = format!(r#"{{"order_id":"{order}","total":39.9}}"#);
            tx.prepare_cached("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)")?.execute(params![
                scope,
                order.to_string(),
                [7_u8; 32],
                answer,
                number,
                number,
                i64::MAX
            ])?;
        }
        tx.prepare_cached("UPDATE log SET position = ?1, order_number = ?1")?.execute([number])?;
        tx.commit()?;
    }
    Ok(number as f64 / begin.elapsed().as_secs_f64())
}
