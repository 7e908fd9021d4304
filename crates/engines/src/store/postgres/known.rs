//! What a group of commits has to know, read in one go, and kept up to date in memory while its members are decided.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::hash::Hash;

use souk_kernel::{CartId, HoldId, OrderId, Timestamp, VariantId};
use souk_ports::event::{StreamId, StreamKind};
use souk_ports::rows::RowKey;
use souk_ports::store::{Commit, Guard, MoveKind};
use uuid::Uuid;

use super::arrays::Array;
use super::connection::{Connection, Failure};
use super::questions::{Answer, Columns, Question, Questions};
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
    /// Everything is asked for in one statement; nothing that is not needed is asked for.
    pub(super) async fn read(
        connection: &Connection,
        needs: &Needs,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let mut asked = Questions::default();
        let commits = asked.ask(
            !needs.commits.is_empty(),
            &Columns { ids: &["id"], numbers: &["position", "events", "number"], ..Columns::default() },
            |arrays| {
                format!("commits WHERE id = ANY({})", arrays.add(Array::ids(needs.commits.iter().copied())))
            },
        );
        let keys = asked.ask(
            !needs.keys.is_empty(),
            &Columns {
                numbers: &["i.position", "c.events", "i.number"],
                texts: &["i.scope", "i.key", "i.answer"],
                bytes: &["i.request_hash"],
                ..Columns::default()
            },
            |arrays| {
                format!(
                    "{} AS wanted (scope, key) JOIN idempotency i USING (scope, key) \
                     JOIN events e ON e.position = i.position JOIN commits c ON c.id = e.commit_id \
                     WHERE i.expires_at > {}",
                    arrays.unnest(pairs(&needs.keys)),
                    arrays.add_one(Array::ints([now.ms()]))
                )
            },
        );
        let uniques = asked.ask(
            !needs.uniques.is_empty(),
            &Columns { ids: &["owner"], texts: &["space", "value"], ..Columns::default() },
            |arrays| {
                let wanted = arrays.unnest(pairs(&needs.uniques));
                format!("{wanted} AS wanted (space, value) JOIN uniques USING (space, value)")
            },
        );
        let counters = asked.ask(
            !needs.counters.is_empty(),
            &Columns { numbers: &["value"], texts: &["name"], ..Columns::default() },
            |arrays| {
                let names = Array::texts(needs.counters.iter().map(String::as_str));
                format!("counters WHERE name = ANY({})", arrays.add(names))
            },
        );
        let holds = asked.ask(
            !needs.holds.is_empty(),
            &Columns { ids: &["id", "variant_id"], numbers: &["quantity", "until"], ..Columns::default() },
            |arrays| {
                format!("holds WHERE id = ANY({})", arrays.add(Array::ids(needs.holds.iter().map(|id| id.0))))
            },
        );
        let spends = asked.ask(
            !needs.carts.is_empty(),
            &Columns { ids: &["cart_id", "order_id"], ..Columns::default() },
            |arrays| {
                let carts = Array::ids(needs.carts.iter().map(|id| id.0));
                format!("spends WHERE cart_id = ANY({})", arrays.add(carts))
            },
        );
        let stock = asked.ask(
            !needs.variants.is_empty(),
            &Columns { ids: &["variant_id"], numbers: &["quantity", "version"], ..Columns::default() },
            |arrays| {
                let variants = Array::ids(needs.variants.iter().map(|id| id.0));
                format!("stock WHERE variant_id = ANY({})", arrays.add(variants))
            },
        );
        let version = "(SELECT version FROM events WHERE stream_kind = wanted.kind AND stream_id = wanted.id \
                       ORDER BY version DESC LIMIT 1)";
        let streams = asked.ask(
            !needs.streams.is_empty(),
            &Columns { ids: &["wanted.id"], numbers: &["wanted.kind", version], ..Columns::default() },
            |arrays| {
                let kinds = Array::ints(needs.streams.iter().map(|stream| stream.kind as i64));
                let ids = Array::ids(needs.streams.iter().map(|stream| stream.id));
                format!("{} AS wanted (kind, id)", arrays.unnest([kinds, ids]))
            },
        );
        let rows: Vec<(Question, Vec<RowKey>)> = tables::places(needs.rows.iter(), &mut asked.arrays)
            .into_iter()
            .map(|(from, keys)| {
                let columns = Columns { numbers: &["place", "row_version"], ..Columns::default() };
                (asked.ask(true, &columns, |_| from), keys)
            })
            .collect();

        let answers = asked.answers(connection).await?;
        let mut known = Self::default();
        for found in answers.of(commits) {
            let before = Before {
                position: found.number(0),
                events: found.number(1),
                number: found.number_or_null(2),
            };
            known.commits.insert(found.id(0), before);
        }
        for found in answers.of(keys) {
            let before = Before {
                position: found.number(0),
                events: found.number(1),
                number: found.number_or_null(2),
            };
            let key = KeyBefore { request_hash: found.bytes(), answer: found.text(2), before };
            known.keys.insert((found.text(0), found.text(1)), key);
        }
        known.uniques =
            kept(answers.of(uniques), |found| ((found.text(0), found.text(1)), Some(found.id(0))));
        known.counters = kept(answers.of(counters), |found| (found.text(0), found.number(0)));
        known.holds = kept(answers.of(holds), |found| {
            let until = Timestamp::from_ms(found.number(1));
            let (variant, quantity) = (VariantId(found.id(1)), found.number(0));
            (HoldId(found.id(0)), Some(Held { variant, quantity, until }))
        });
        known.spends = kept(answers.of(spends), |found| (CartId(found.id(0)), Some(OrderId(found.id(1)))));
        known.stock = kept(answers.of(stock), |found| {
            let stocked = Stocked { quantity: Some(found.number(0)), version: found.number(1) as u64 };
            (VariantId(found.id(0)), stocked)
        });
        for found in answers.of(streams) {
            let kind = StreamKind::from_number(found.number(0) as u8);
            if let (Some(kind), Some(version)) = (kind, found.number_or_null(1)) {
                known.streams.insert(StreamId { kind, id: found.id(0) }, version as u64);
            }
        }
        for (question, keys) in &rows {
            for found in answers.of(*question) {
                known.rows.insert(keys[found.number(0) as usize - 1].clone(), found.number(1) as u64);
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

fn kept<K: Eq + Hash, V: Copy>(answers: &[Answer], read: impl Fn(&Answer) -> (K, V)) -> All<K, V> {
    answers.iter().map(read).map(|(key, value)| (key, Kept { stored: value, now: value })).collect()
}

fn pairs(all: &HashSet<(String, String)>) -> [Array; 2] {
    [
        Array::texts(all.iter().map(|(one, _)| one.as_str())),
        Array::texts(all.iter().map(|(_, other)| other.as_str())),
    ]
}
