//! One group of commits inside one SQLite transaction: each is decided by itself, and only those that pass are written.
//!
//! A member's checks all come before its first write, so a refused member costs the others nothing and needs no
//! savepoint. What many members of a group share (positions, numbers, streams, stock) is kept in memory while the
//! group lasts and written once by [`Group::finish`]. Everything else is written at once, so that the next member's
//! checks see it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row as SqlRow, params};
use souk_kernel::{
    CartId, CategoryId, CommitId, HoldId, LogPosition, OrderId, ProductId, Timestamp, VariantId,
};
use souk_ports::event::StreamId;
use souk_ports::rows::{Order, Row, RowKey};
use souk_ports::store::{Commit, Committed, Guard, Idempotency, Outcome, StockMove};
use uuid::Uuid;

use super::{erase, records, tables};
use crate::store::decide::{
    self, Effect, Held, Known, Stocked, UniqueEntry, allowance_of, column_of, note_version,
};

type Sql<T> = rusqlite::Result<T>;

/// How many idempotency keys whose time is over a group cleans away: more than it can add.
const FORGET: usize = 512;

pub(super) struct Group<'c> {
    connection: &'c Connection,
    now: Timestamp,
    head: LogPosition,
    order_number: u64,
    streams: HashMap<StreamId, u64>,
    stock: HashMap<VariantId, Kept>,
    wrote: bool,
}

#[derive(Clone, Copy)]
struct Kept {
    stocked: Stocked,
    changed: bool,
}

impl<'c> Group<'c> {
    /// Starts inside a transaction that holds the write lock already.
    pub(super) fn begin(connection: &'c Connection, now: Timestamp) -> Sql<Self> {
        let mut statement = connection.prepare_cached("SELECT epoch, position, order_number FROM log")?;
        let (epoch, position, order_number) =
            statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(Self {
            connection,
            now,
            head: LogPosition { epoch, position },
            order_number,
            streams: HashMap::new(),
            stock: HashMap::new(),
            wrote: false,
        })
    }

    /// Decides one commit and writes it if it passes. An error leaves the transaction unusable for the whole group.
    pub(super) fn decide(&mut self, commit: &Commit) -> Sql<Outcome> {
        if let Some(outcome) = self.earlier(commit)? {
            return Ok(outcome);
        }
        match decide::decide(commit, self.now, self)? {
            Ok(effects) => self.write(commit, effects).map(Outcome::Committed),
            Err(outcome) => Ok(outcome),
        }
    }

    /// Writes what the members shared; returns the new head, if it moved.
    pub(super) fn finish(self) -> Sql<Option<LogPosition>> {
        if !self.wrote {
            return Ok(None);
        }
        let mut put = self.connection.prepare_cached(
            "INSERT INTO stock (variant_id, quantity, allowance, version) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (variant_id) DO UPDATE SET quantity = ?2, allowance = ?3, version = ?4",
        )?;
        for (variant, Kept { stocked, .. }) in self.stock.iter().filter(|(_, kept)| kept.changed) {
            let Stocked { quantity, allowance, version } = stocked;
            put.execute(params![variant.as_bytes(), quantity, column_of(*allowance), version])?;
        }
        let mut head = self.connection.prepare_cached("UPDATE log SET position = ?1, order_number = ?2")?;
        head.execute(params![self.head.position, self.order_number])?;
        let mut forget = self.connection.prepare_cached(
            "DELETE FROM idempotency WHERE (scope, key) IN \
             (SELECT scope, key FROM idempotency WHERE expires_at <= ?1 LIMIT ?2)",
        )?;
        forget.execute(params![self.now.ms(), FORGET])?;
        Ok(Some(self.head))
    }

    /// The answer to a commit that took effect before, by its id or by its key.
    fn earlier(&self, commit: &Commit) -> Sql<Option<Outcome>> {
        let mut by_id =
            self.connection.prepare_cached("SELECT position, number FROM commits WHERE id = ?1")?;
        let found = by_id
            .query_row([commit.id.as_bytes()], |row| Ok((row.get::<_, u64>(0)?, row.get(1)?)))
            .optional()?;
        if let Some((position, number)) = found {
            let answer = commit.idempotency.as_ref().map(|key| key.answer.clone());
            return self.replay(commit.id, position, number, answer).map(Some);
        }
        let Some(Idempotency { scope, key, request_hash, .. }) = &commit.idempotency else { return Ok(None) };
        let mut by_key = self.connection.prepare_cached(
            "SELECT request_hash, position, number, answer FROM idempotency \
             WHERE scope = ?1 AND key = ?2 AND expires_at > ?3",
        )?;
        let found = by_key
            .query_row(params![scope, key, self.now.ms()], |row| {
                Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        let Some((hash, position, number, answer)) = found else { return Ok(None) };
        if hash != *request_hash {
            return Ok(Some(Outcome::KeyReused));
        }
        let mut commit_of =
            self.connection.prepare_cached("SELECT commit_id FROM events WHERE position = ?1")?;
        let id = commit_of.query_row([position], |row| row.get(0).map(Uuid::from_bytes))?;
        self.replay(CommitId(id), position, number, Some(answer)).map(Some)
    }

    fn replay(
        &self,
        commit: CommitId,
        position: u64,
        number: Option<u64>,
        answer: Option<String>,
    ) -> Sql<Outcome> {
        // The events of a commit lie side by side, so walking back from the last one finds them all.
        let mut back = self.connection.prepare_cached(
            "SELECT stream_kind, stream_id, version, commit_id FROM events WHERE position <= ?1 ORDER BY position DESC",
        )?;
        let mut rows = back.query([position])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            if row.get::<_, [u8; 16]>(3)? != *commit.as_bytes() {
                break;
            }
            events.push((super::snapshot::read_stream(row, 0)?, row.get(2)?));
        }
        let mut versions = Vec::with_capacity(1);
        for (stream, version) in events.into_iter().rev() {
            note_version(&mut versions, stream, version);
        }
        let position = LogPosition { epoch: self.head.epoch, position };
        Ok(Outcome::Committed(Committed { position, versions, number, replayed: true, answer }))
    }

    fn write(&mut self, commit: &Commit, effects: Vec<Effect>) -> Sql<Committed> {
        self.wrote = true;
        for (stock_move, effect) in commit.stock.iter().zip(effects) {
            self.move_stock(stock_move, effect)?;
        }
        for guard in &commit.guards {
            self.take_guard(guard)?;
        }
        let number = commit.number.map(|sequence| match sequence {
            souk_ports::store::Sequence::OrderNumber => {
                self.order_number += 1;
                self.order_number
            }
        });
        let versions = self.append(commit)?;
        for row in &commit.rows {
            match row {
                // The commit itself stays as it is: after an engine's error it is decided once more.
                Row::Order(order) if order.number.is_none() => {
                    tables::put(self.connection, &Row::Order(Order { number, ..order.clone() }))?;
                }
                row => tables::put(self.connection, row)?,
            }
            if let Row::RecordRow(record) = row {
                records::put_entries(self.connection, record)?;
            }
        }
        for key in &commit.gone {
            tables::remove(self.connection, key)?;
        }
        if let Some(person) = commit.erase {
            erase::erase(self.connection, person)?;
        }
        let position = self.head.position;
        let mut id = self
            .connection
            .prepare_cached("INSERT INTO commits (id, position, number) VALUES (?1, ?2, ?3)")?;
        id.execute(params![commit.id.as_bytes(), position, number])?;
        if let Some(Idempotency { scope, key, request_hash, ttl_ms, answer }) = &commit.idempotency {
            let mut remember = self.connection.prepare_cached(
                "INSERT OR REPLACE INTO idempotency \
                 (scope, key, request_hash, answer, position, number, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            let expires_at = self.now.plus_ms(*ttl_ms).ms();
            remember.execute(params![scope, key, request_hash, answer, position, number, expires_at])?;
        }
        let answer = commit.idempotency.as_ref().map(|key| key.answer.clone());
        Ok(Committed { position: self.head, versions, number, replayed: false, answer })
    }

    fn append(&mut self, commit: &Commit) -> Sql<Vec<(StreamId, u64)>> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO events (position, stream_kind, stream_id, version, commit_id, kind, schema, data, \
             occurred_at, recorded_at, actor, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut versions: Vec<(StreamId, u64)> = Vec::with_capacity(1);
        for event in &commit.events {
            self.head.position += 1;
            let version = self.stream_version(event.stream)? + 1;
            self.streams.insert(event.stream, version);
            note_version(&mut versions, event.stream, version);
            let actor = serde_json::to_string(&event.actor)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
            insert.execute(params![
                self.head.position,
                event.stream.kind.number(),
                event.stream.id.as_bytes(),
                version,
                commit.id.as_bytes(),
                event.kind,
                event.schema,
                event.data,
                event.occurred_at.ms(),
                self.now.ms(),
                actor,
                event.reason,
            ])?;
            if let Some(personal) = &event.personal {
                let mut apart = self.connection.prepare_cached(
                    "INSERT INTO event_personal (position, person, data) VALUES (?1, ?2, ?3)",
                )?;
                apart.execute(params![self.head.position, personal.person.as_bytes(), personal.data])?;
            }
        }
        Ok(versions)
    }

    fn take_guard(&self, guard: &Guard) -> Sql<()> {
        match guard {
            Guard::RowVersion { .. } | Guard::HoldLive { .. } => Ok(()),
            Guard::Unique { space, value, owner } => {
                let sql = "INSERT OR IGNORE INTO uniques (space, value, owner) VALUES (?1, ?2, ?3)";
                self.cached(sql)?.execute(params![space, value, owner.as_bytes()]).map(drop)
            }
            Guard::Counter { name, by, .. } => {
                let sql = "INSERT INTO counters (name, value) VALUES (?1, ?2) \
                           ON CONFLICT (name) DO UPDATE SET value = value + ?2";
                self.cached(sql)?.execute(params![name, by]).map(drop)
            }
            Guard::Spend { cart, order, .. } => {
                let sql = "INSERT OR REPLACE INTO spends (cart_id, order_id) VALUES (?1, ?2)";
                self.cached(sql)?.execute([cart.as_bytes(), order.as_bytes()]).map(drop)
            }
        }
    }

    fn move_stock(&mut self, by: &StockMove, effect: Effect) -> Sql<()> {
        match effect {
            Effect::Change(_) => {}
            Effect::PutAside { id, quantity, until } => {
                let sql = "INSERT INTO holds (id, variant_id, quantity, until) VALUES (?1, ?2, ?3, ?4)";
                let values = params![id.as_bytes(), by.variant.as_bytes(), quantity, until.ms()];
                self.cached(sql)?.execute(values)?;
            }
            Effect::GiveBack { id, .. } | Effect::Sold { id } => self.end_hold(id)?,
        }
        let stocked = self.stocked(by.variant)?.moved(by, effect);
        self.stock.insert(by.variant, Kept { stocked, changed: true });
        Ok(())
    }

    fn end_hold(&self, id: HoldId) -> Sql<()> {
        self.cached("DELETE FROM holds WHERE id = ?1")?.execute([id.as_bytes()]).map(drop)
    }

    fn cached(&self, sql: &str) -> Sql<CachedStatement<'c>> {
        self.connection.prepare_cached(sql)
    }
}

impl Known for Group<'_> {
    type Error = rusqlite::Error;

    fn row_version(&mut self, key: &RowKey) -> Sql<u64> {
        tables::version(self.connection, key)
    }

    fn holder(&mut self, entry: &UniqueEntry) -> Sql<Option<Uuid>> {
        records::holder(self.connection, entry)
    }

    fn owner(&mut self, space: &str, value: &str) -> Sql<Option<Uuid>> {
        let mut find = self.cached("SELECT owner FROM uniques WHERE space = ?1 AND value = ?2")?;
        find.query_row([space, value], |row| row.get(0).map(Uuid::from_bytes)).optional()
    }

    fn counter(&mut self, name: &str) -> Sql<i64> {
        let mut find = self.cached("SELECT value FROM counters WHERE name = ?1")?;
        Ok(find.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    fn hold(&mut self, id: HoldId) -> Sql<Option<Held>> {
        let mut find = self.cached("SELECT variant_id, quantity, until FROM holds WHERE id = ?1")?;
        find.query_row([id.as_bytes()], |row| {
            Ok(Held {
                variant: VariantId(Uuid::from_bytes(row.get(0)?)),
                quantity: row.get(1)?,
                until: Timestamp::from_ms(row.get(2)?),
            })
        })
        .optional()
    }

    fn last_spend(&mut self, cart: CartId) -> Sql<Option<OrderId>> {
        let mut find = self.cached("SELECT order_id FROM spends WHERE cart_id = ?1")?;
        find.query_row([cart.as_bytes()], |row| Ok(OrderId(Uuid::from_bytes(row.get(0)?)))).optional()
    }

    fn stocked(&mut self, variant: VariantId) -> Sql<Stocked> {
        Ok(match self.stock.entry(variant) {
            Entry::Occupied(known) => known.get().stocked,
            Entry::Vacant(unknown) => {
                let mut find = self
                    .connection
                    .prepare_cached("SELECT quantity, allowance, version FROM stock WHERE variant_id = ?1")?;
                let found = find
                    .query_row([variant.as_bytes()], |row| {
                        let allowance = allowance_of(row.get(1)?);
                        Ok(Stocked { quantity: Some(row.get(0)?), allowance, version: row.get(2)? })
                    })
                    .optional()?;
                unknown.insert(Kept { stocked: found.unwrap_or_default(), changed: false }).stocked
            }
        })
    }

    fn stream_version(&mut self, stream: StreamId) -> Sql<u64> {
        Ok(match self.streams.entry(stream) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                let mut last = self.connection.prepare_cached(
                    "SELECT version FROM events WHERE stream_kind = ?1 AND stream_id = ?2 ORDER BY version DESC LIMIT 1",
                )?;
                let version = last
                    .query_row(params![stream.kind.number(), stream.id.as_bytes()], |row| row.get(0))
                    .optional()?;
                *unknown.insert(version.unwrap_or(0))
            }
        })
    }

    fn price(&mut self, product: ProductId) -> Sql<Option<i64>> {
        let mut find = self.cached("SELECT price FROM products WHERE id = ?1")?;
        Ok(find.query_row([product.as_bytes()], |row| row.get(0)).optional()?.flatten())
    }

    fn cheaper(&mut self, product: ProductId) -> Sql<Vec<(VariantId, i64)>> {
        let mut find = self.cached(
            "SELECT id, price_adjustment FROM variants WHERE product_id = ?1 AND price_adjustment < 0",
        )?;
        let variant = |row: &SqlRow<'_>| Ok((VariantId(Uuid::from_bytes(row.get(0)?)), row.get(1)?));
        find.query_map([product.as_bytes()], variant)?.collect()
    }

    fn parent(&mut self, category: CategoryId) -> Sql<Option<CategoryId>> {
        let mut find = self.cached("SELECT parent FROM categories WHERE id = ?1")?;
        let parent: Option<Option<[u8; 16]>> =
            find.query_row([category.as_bytes()], |row| row.get(0)).optional()?;
        Ok(parent.flatten().map(|id| CategoryId(Uuid::from_bytes(id))))
    }

    fn is_bundle(&mut self, variant: VariantId) -> Sql<bool> {
        self.cached("SELECT 1 FROM components WHERE bundle_id = ?1")?.exists([variant.as_bytes()])
    }

    fn bundles_with(&mut self, part: VariantId) -> Sql<Vec<VariantId>> {
        let mut find =
            self.cached("SELECT bundle_id FROM components WHERE part_id = ?1 ORDER BY bundle_id")?;
        find.query_map([part.as_bytes()], |row| Ok(VariantId(Uuid::from_bytes(row.get(0)?))))?.collect()
    }
}
