//! What a group of commits has to know, read in one go, and kept up to date in memory while its members are decided.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::hash::Hash;

use futures_util::future::try_join_all;
use souk_kernel::{CartId, HoldId, OrderId, Timestamp, VariantId};
use souk_ports::event::{StreamId, StreamKind};
use souk_ports::rows::RowKey;
use souk_ports::store::{Commit, Guard, MoveKind};
use tokio_postgres::Row as SqlRow;
use uuid::Uuid;

use super::connection::{Connection, Failure};
use super::tables;
use crate::store::decide::{self, Effect, Held, Stocked};

/// Everything that the members of a group ask for, each once.
#[derive(Default)]
pub(super) struct Needs {
    pub(super) commits: HashSet<Uuid>,
    pub(super) keys: HashSet<(String, String)>,
    pub(super) rows: HashSet<RowKey>,
    pub(super) uniques: HashSet<(String, String)>,
    pub(super) counters: HashSet<String>,
    pub(super) holds: HashSet<HoldId>,
    pub(super) carts: HashSet<CartId>,
    pub(super) variants: HashSet<VariantId>,
    pub(super) streams: HashSet<StreamId>,
}

impl Needs {
    pub(super) fn of<'c>(commits: impl Iterator<Item = &'c Commit>) -> Self {
        let mut needs = Self::default();
        for commit in commits {
            needs.commits.insert(commit.id.0);
            needs.keys.extend(commit.idempotency.iter().map(|key| (key.scope.clone(), key.key.clone())));
            needs.streams.extend(commit.expect.iter().map(|(stream, _)| *stream));
            needs.streams.extend(commit.events.iter().map(|event| event.stream));
            for guard in &commit.guards {
                match guard {
                    Guard::RowVersion { key, .. } => drop(needs.rows.insert(key.clone())),
                    Guard::Unique { space, value, .. } => {
                        needs.uniques.insert((space.clone(), value.clone()));
                    }
                    Guard::Counter { name, .. } => drop(needs.counters.insert(name.clone())),
                    Guard::HoldLive { id } => drop(needs.holds.insert(*id)),
                    Guard::Spend { cart, .. } => drop(needs.carts.insert(*cart)),
                }
            }
            for wanted in &commit.stock {
                needs.variants.insert(wanted.variant);
                match wanted.kind {
                    MoveKind::Hold { id, .. } | MoveKind::Release { id } | MoveKind::Consume { id } => {
                        needs.holds.insert(id);
                    }
                    MoveKind::Sell(_) | MoveKind::Return(_) | MoveKind::Adjust(_) => {}
                }
            }
        }
        needs
    }
}

/// A value as it was read, and as it is after the members decided so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<V> {
    pub(super) stored: V,
    pub(super) now: V,
}

/// Something that took effect before this group.
#[derive(Debug, Clone)]
pub(super) struct Before {
    pub(super) position: i64,
    pub(super) events: i64,
    pub(super) number: Option<i64>,
}

pub(super) struct KeyBefore {
    pub(super) request_hash: Vec<u8>,
    pub(super) answer: String,
    pub(super) before: Before,
}

type All<K, V> = HashMap<K, Kept<V>>;

#[derive(Default)]
pub(super) struct Known {
    pub(super) commits: HashMap<Uuid, Before>,
    pub(super) keys: HashMap<(String, String), KeyBefore>,
    rows: HashMap<RowKey, u64>,
    pub(super) uniques: All<(String, String), Option<Uuid>>,
    pub(super) counters: All<String, i64>,
    pub(super) holds: All<HoldId, Option<Held>>,
    pub(super) spends: All<CartId, Option<OrderId>>,
    pub(super) stock: All<VariantId, Stocked>,
    streams: HashMap<StreamId, u64>,
}

impl Known {
    /// Everything is asked for at once; nothing that is not needed is asked for.
    pub(super) async fn read(
        connection: &Connection,
        needs: &Needs,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let commits: Vec<Uuid> = needs.commits.iter().copied().collect();
        let (key_scopes, keys): (Vec<&str>, Vec<&str>) = pairs(&needs.keys);
        let (spaces, values): (Vec<&str>, Vec<&str>) = pairs(&needs.uniques);
        let counters: Vec<&str> = needs.counters.iter().map(String::as_str).collect();
        let holds: Vec<Uuid> = needs.holds.iter().map(|id| id.0).collect();
        let carts: Vec<Uuid> = needs.carts.iter().map(|id| id.0).collect();
        let variants: Vec<Uuid> = needs.variants.iter().map(|id| id.0).collect();
        let kinds: Vec<i64> = needs.streams.iter().map(|stream| stream.kind as i64).collect();
        let streams: Vec<Uuid> = needs.streams.iter().map(|stream| stream.id).collect();
        let now = now.ms();
        let (commits, keys, rows, uniques, counters, holds, spends, stock, streams) = tokio::try_join!(
            connection.rows("SELECT id, position, events, number FROM commits WHERE id = ANY($1)", [&commits]),
            connection.rows_if(
                !keys.is_empty(),
                "SELECT i.scope, i.key, i.request_hash, i.answer, i.position, c.events, i.number \
                 FROM unnest($1::text[], $2::text[]) AS wanted (scope, key) JOIN idempotency i USING (scope, key) \
                 JOIN events e ON e.position = i.position JOIN commits c ON c.id = e.commit_id WHERE i.expires_at > $3",
                [&key_scopes, &keys, &now],
            ),
            rows(connection, needs.rows.iter()),
            connection.rows_if(
                !spaces.is_empty(),
                "SELECT space, value, owner FROM unnest($1::text[], $2::text[]) AS wanted (space, value) \
                 JOIN uniques USING (space, value)",
                [&spaces, &values],
            ),
            connection.rows_if(
                !counters.is_empty(),
                "SELECT name, value FROM counters WHERE name = ANY($1)",
                [&counters],
            ),
            connection.rows_if(
                !holds.is_empty(),
                "SELECT id, variant_id, quantity, until FROM holds WHERE id = ANY($1)",
                [&holds],
            ),
            connection.rows_if(
                !carts.is_empty(),
                "SELECT cart_id, order_id FROM spends WHERE cart_id = ANY($1)",
                [&carts],
            ),
            connection.rows_if(
                !variants.is_empty(),
                "SELECT variant_id, quantity, version FROM stock WHERE variant_id = ANY($1)",
                [&variants],
            ),
            connection.rows_if(
                !streams.is_empty(),
                "SELECT wanted.kind, wanted.id, (SELECT version FROM events WHERE stream_kind = wanted.kind \
                 AND stream_id = wanted.id ORDER BY version DESC LIMIT 1) FROM unnest($1::bigint[], $2::uuid[]) AS wanted (kind, id)",
                [&kinds, &streams],
            ),
        )?;
        let mut known = Self { rows, ..Self::default() };
        for row in commits {
            let before = Before { position: row.get(1), events: row.get(2), number: row.get(3) };
            known.commits.insert(row.get(0), before);
        }
        for row in keys {
            let before = Before { position: row.get(4), events: row.get(5), number: row.get(6) };
            let key = KeyBefore { request_hash: row.get(2), answer: row.get(3), before };
            known.keys.insert((row.get(0), row.get(1)), key);
        }
        known.uniques = kept(&uniques, |row| ((row.get(0), row.get(1)), Some(row.get(2))));
        known.counters = kept(&counters, |row| (row.get(0), row.get(1)));
        known.holds = kept(&holds, |row| {
            let until = Timestamp::from_ms(row.get(3));
            (HoldId(row.get(0)), Some(Held { variant: VariantId(row.get(1)), quantity: row.get(2), until }))
        });
        known.spends = kept(&spends, |row| (CartId(row.get(0)), Some(OrderId(row.get(1)))));
        known.stock = kept(&stock, |row| {
            let version: i64 = row.get(2);
            (VariantId(row.get(0)), Stocked { quantity: Some(row.get(1)), version: version as u64 })
        });
        for row in streams {
            let kind = StreamKind::from_number(row.get::<_, i64>(0) as u8);
            if let (Some(kind), Some(version)) = (kind, row.get::<_, Option<i64>>(2)) {
                known.streams.insert(StreamId { kind, id: row.get(1) }, version as u64);
            }
        }
        Ok(known)
    }

    /// What the members after this one see of it. Returns the version of each of its events in its stream.
    pub(super) fn take(&mut self, commit: &Commit, effects: &[Effect]) -> Vec<u64> {
        for (wanted, effect) in commit.stock.iter().zip(effects) {
            self.move_stock(wanted.variant, *effect);
        }
        for guard in &commit.guards {
            match guard {
                Guard::RowVersion { .. } | Guard::HoldLive { .. } => {}
                Guard::Unique { space, value, owner } => {
                    change(&mut self.uniques, (space.clone(), value.clone())).now = Some(*owner);
                }
                Guard::Counter { name, by, .. } => change(&mut self.counters, name.clone()).now += by,
                Guard::Spend { cart, order, .. } => change(&mut self.spends, *cart).now = Some(*order),
            }
        }
        for row in &commit.rows {
            *self.rows.entry(row.key()).or_default() += 1;
        }
        let version = |event: &souk_ports::event::NewEvent| {
            let version = self.streams.entry(event.stream).or_default();
            *version += 1;
            *version
        };
        commit.events.iter().map(version).collect()
    }

    fn move_stock(&mut self, variant: VariantId, effect: Effect) {
        let moved = match effect {
            Effect::Change(by) => by,
            Effect::PutAside { id, quantity, until } => {
                let quantity = i64::from(quantity);
                change(&mut self.holds, id).now = Some(Held { variant, quantity, until });
                -quantity
            }
            Effect::GiveBack { id, quantity } => {
                change(&mut self.holds, id).now = None;
                quantity
            }
            Effect::Sold { id } => {
                change(&mut self.holds, id).now = None;
                0
            }
        };
        let stocked = change(&mut self.stock, variant);
        stocked.now = stocked.now.moved(moved);
    }
}

impl decide::Known for Known {
    type Error = Infallible;

    fn row_version(&mut self, key: &RowKey) -> Result<u64, Infallible> {
        Ok(self.rows.get(key).copied().unwrap_or(0))
    }

    fn owner(&mut self, space: &str, value: &str) -> Result<Option<Uuid>, Infallible> {
        Ok(now(&self.uniques, &(space.to_owned(), value.to_owned())))
    }

    fn counter(&mut self, name: &str) -> Result<i64, Infallible> {
        Ok(now(&self.counters, &name.to_owned()))
    }

    fn hold(&mut self, id: HoldId) -> Result<Option<Held>, Infallible> {
        Ok(now(&self.holds, &id))
    }

    fn last_spend(&mut self, cart: CartId) -> Result<Option<OrderId>, Infallible> {
        Ok(now(&self.spends, &cart))
    }

    fn stocked(&mut self, variant: VariantId) -> Result<Stocked, Infallible> {
        Ok(now(&self.stock, &variant))
    }

    fn stream_version(&mut self, stream: StreamId) -> Result<u64, Infallible> {
        Ok(self.streams.get(&stream).copied().unwrap_or(0))
    }
}

/// What was not found is as the default says: no stock, no owner, a count of 0.
fn now<K: Eq + Hash, V: Copy + Default>(all: &All<K, V>, key: &K) -> V {
    all.get(key).map_or_else(V::default, |kept| kept.now)
}

fn change<K: Eq + Hash, V: Copy + Default>(all: &mut All<K, V>, key: K) -> &mut Kept<V> {
    all.entry(key).or_insert_with(|| Kept { stored: V::default(), now: V::default() })
}

fn kept<K: Eq + Hash, V: Copy>(rows: &[SqlRow], read: impl Fn(&SqlRow) -> (K, V)) -> All<K, V> {
    rows.iter().map(read).map(|(key, value)| (key, Kept { stored: value, now: value })).collect()
}

fn pairs(all: &HashSet<(String, String)>) -> (Vec<&str>, Vec<&str>) {
    all.iter().map(|(one, other)| (one.as_str(), other.as_str())).unzip()
}

/// The versions of rows.
async fn rows(
    connection: &Connection,
    keys: impl Iterator<Item = &RowKey>,
) -> Result<HashMap<RowKey, u64>, Failure> {
    let asked = tables::versions(keys);
    let found = try_join_all(asked.iter().map(|(bound, _)| connection.rows_of(bound))).await?;
    let mut versions = HashMap::new();
    for ((_, keys), rows) in asked.into_iter().zip(found) {
        for row in rows {
            let (place, version) = (row.get::<_, i64>(0), row.get::<_, i64>(1));
            versions.insert(keys[place as usize - 1].clone(), version as u64);
        }
    }
    Ok(versions)
}
