//! The locks of a group: on everything that its members check or write, whether or not it is there yet.
//!
//! Rows that do not exist cannot be locked, so these are advisory locks of the transaction, on numbers made of what a
//! thing is called. Every group takes its own in rising order, so no two wait for each other. Before them comes the
//! gate, which groups share; a group with more than [`MOST`] things takes the gate alone instead, because the server
//! has room for some thousands of locks only.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use souk_ports::rows::RowKey;
use uuid::Uuid;

use super::connection::{Connection, Failure};
use super::known::Needs;

/// The server's default is room for 64 locks times 100 connections.
const MOST: usize = 2_048;

pub(super) enum Locks {
    Each { gate: i64, things: Vec<i64> },
    Gate(i64),
}

impl Locks {
    /// `log` keeps the stores of one database apart; `written` are the rows that the group writes.
    pub(super) fn of<'r>(
        log: Uuid,
        needs: &'r Needs,
        written: impl Iterator<Item = &'r RowKey>,
        coarse: bool,
    ) -> Self {
        let number = |parts: &[&[u8]]| {
            let mut hash = Sha256::new();
            hash.update(log.as_bytes());
            for part in parts {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
            let hash = hash.finalize();
            i64::from_le_bytes(std::array::from_fn(|at| hash[at]))
        };
        let gate = number(&[b"gate"]);
        if coarse {
            return Self::Gate(gate);
        }
        let mut things = BTreeSet::new();
        things.extend(needs.commits.iter().map(|id| number(&[b"commit", id.as_bytes()])));
        things.extend(
            needs.keys.iter().map(|(scope, key)| number(&[b"key", scope.as_bytes(), key.as_bytes()])),
        );
        things.extend(
            needs
                .uniques
                .iter()
                .map(|(space, value)| number(&[b"unique", space.as_bytes(), value.as_bytes()])),
        );
        things.extend(needs.counters.iter().map(|name| number(&[b"counter", name.as_bytes()])));
        things.extend(needs.holds.iter().map(|id| number(&[b"hold", id.0.as_bytes()])));
        things.extend(needs.carts.iter().map(|id| number(&[b"cart", id.0.as_bytes()])));
        things.extend(needs.variants.iter().map(|id| number(&[b"variant", id.0.as_bytes()])));
        // A row has its stream's lock where they have the same id, which saves most orders one.
        things.extend(needs.streams.iter().map(|stream| number(&[b"id", stream.id.as_bytes()])));
        things.extend(needs.rows.iter().chain(written).map(|key| match row_id(key) {
            Ok(id) => number(&[b"id", id.as_bytes()]),
            Err(name) => number(&[b"name", name.as_bytes()]),
        }));
        if things.len() > MOST {
            return Self::Gate(gate);
        }
        Self::Each { gate, things: things.into_iter().collect() }
    }

    /// Begins a transaction that has them, and does what is `then` to be done in it. All of it goes out at once: the
    /// server does one thing after another, and each statement sees what was there when it began.
    pub(super) async fn begin<T>(
        &self,
        connection: &Connection,
        then: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        const ALONE: &str = "SELECT pg_advisory_xact_lock($1)";
        const SHARED: &str = "SELECT pg_advisory_xact_lock_shared($1)";
        const EACH: &str = "SELECT pg_advisory_xact_lock(thing) FROM unnest($1::bigint[]) AS thing";
        for lock in [ALONE, SHARED, EACH] {
            connection.prepare(lock).await?;
        }
        let begin = connection.control("BEGIN");
        match self {
            Self::Gate(gate) => {
                let alone = connection.execute(ALONE, [gate]);
                tokio::try_join!(biased; begin, alone, then).map(|(.., done)| done)
            }
            Self::Each { gate, things } => {
                let shared = connection.execute(SHARED, [gate]);
                let each = connection.execute(EACH, [things]);
                tokio::try_join!(biased; begin, shared, each, then).map(|(.., done)| done)
            }
        }
    }
}

/// What a row belongs to: the lines of an order have its lock.
fn row_id(key: &RowKey) -> Result<Uuid, &str> {
    Ok(match key {
        RowKey::User(id) | RowKey::Person(id) | RowKey::CustomerProfile(id) => id.0,
        RowKey::Seller(id) | RowKey::SellerProfile(id) => id.0,
        RowKey::Category(id) => id.0,
        RowKey::Product(id) | RowKey::Specifications(id) => id.0,
        RowKey::Variant(id) => id.0,
        RowKey::Order(id) | RowKey::OrderItem((id, _)) => id.0,
        RowKey::Review(id) => id.0,
        RowKey::Comment(id) => id.0,
        RowKey::Load(source) => return Err(source),
    })
}
