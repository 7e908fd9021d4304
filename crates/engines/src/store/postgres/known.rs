//! What a group of commits has to know: remembered from the groups before it or read in one go, and kept up to date in
//! memory while its members are decided.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::hash::Hash;

use souk_kernel::{CartId, CategoryId, HoldId, OrderId, ProductId, Timestamp, VariantId};
use souk_ports::event::{StreamId, StreamKind};
use souk_ports::rows::{RecordRow, Row, RowKey};
use souk_ports::store::{Commit, Guard, StockMove};
use uuid::Uuid;

use super::arrays::Array;
use super::connection::{Connection, Failure};
use super::needs::Needs;
use super::questions::{Columns, Question, Questions};
use super::tables;
use crate::store::decide::{
    self, Effect, Held, Stocked, UniqueEntry, added_by, allowance_of, price_of, unique_entries,
};

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

/// How often a row was written, and whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Written {
    times: u64,
    is_gone: bool,
}

impl Written {
    /// 0: there is no such row.
    fn version(self) -> u64 {
        if self.is_gone { 0 } else { self.times }
    }

    fn by(&mut self, row: &Row) {
        self.times += 1;
        self.is_gone = matches!(row, Row::RecordRow(RecordRow { content: None, .. }));
    }
}

/// What is so at one head of the log. What is not there has the default value, and is in here where it was asked for.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) rows: HashMap<RowKey, Written>,
    /// Which record has a value in a unique index. What a group made of it is not remembered: a record that is written
    /// again gives up values that nobody asked for.
    pub(super) holders: HashMap<UniqueEntry, Option<Uuid>>,
    pub(super) uniques: HashMap<(String, String), Option<Uuid>>,
    pub(super) counters: HashMap<String, i64>,
    pub(super) holds: HashMap<HoldId, Option<Held>>,
    pub(super) spends: HashMap<CartId, Option<OrderId>>,
    pub(super) stock: HashMap<VariantId, Stocked>,
    pub(super) streams: HashMap<StreamId, u64>,
    pub(super) catalogue: Catalogue,
}

/// What the rules over prices and categories look at. It is asked for anew by each group that writes such rows.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    prices: HashMap<ProductId, Option<i64>>,
    /// What variants add to their product's price: of those that are stored only where that is below 0.
    added: HashMap<ProductId, HashMap<VariantId, i64>>,
    /// Of each variant that the group writes its product.
    written: HashMap<VariantId, ProductId>,
    /// Of each category the one in which it lies.
    parents: HashMap<CategoryId, Option<CategoryId>>,
    /// The parts of bundles: of those that are stored only the ones that were asked for.
    parts: HashMap<VariantId, HashSet<VariantId>>,
}

impl Facts {
    pub(super) fn learn(&mut self, newer: Self) {
        self.rows.extend(newer.rows);
        self.holders.extend(newer.holders);
        self.uniques.extend(newer.uniques);
        self.counters.extend(newer.counters);
        self.holds.extend(newer.holds);
        self.spends.extend(newer.spends);
        self.stock.extend(newer.stock);
        self.streams.extend(newer.streams);
        self.catalogue.prices.extend(newer.catalogue.prices);
        self.catalogue.added.extend(newer.catalogue.added);
        self.catalogue.written.extend(newer.catalogue.written);
        self.catalogue.parents.extend(newer.catalogue.parents);
        self.catalogue.parts.extend(newer.catalogue.parts);
    }

    pub(super) fn len(&self) -> usize {
        let of_rows = self.rows.len()
            + self.holders.len()
            + self.uniques.len()
            + self.counters.len()
            + self.streams.len();
        of_rows + self.holds.len() + self.spends.len() + self.stock.len()
    }

    /// What a question for all of these is answered where nothing is found.
    fn nothing_of(needs: &Needs) -> Self {
        fn each<K: Clone + Eq + Hash, V: Default>(keys: &HashSet<K>) -> HashMap<K, V> {
            keys.iter().map(|key| (key.clone(), V::default())).collect()
        }
        Self {
            rows: each(&needs.rows),
            holders: each(&needs.entries),
            uniques: each(&needs.uniques),
            counters: each(&needs.counters),
            holds: each(&needs.holds),
            spends: each(&needs.carts),
            stock: each(&needs.variants),
            streams: each(&needs.streams),
            catalogue: Catalogue::default(),
        }
    }
}

/// What took effect before, of what was asked for.
#[derive(Default)]
pub(super) struct Earlier {
    pub(super) commits: HashMap<Uuid, Before>,
    pub(super) keys: HashMap<(String, String), KeyBefore>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Read {
    pub(super) earlier: Earlier,
    pub(super) facts: Facts,
}

impl Read {
    /// Everything is asked for in one statement; nothing that is not needed is asked for.
    pub(super) async fn what(
        connection: &Connection,
        needs: &Needs,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        if *needs == Needs::default() {
            return Ok(Self::default());
        }
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
            &Columns {
                ids: &["variant_id"],
                numbers: &["quantity", "version", "allowance"],
                ..Columns::default()
            },
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
                let kinds = Array::ints(needs.streams.iter().map(|stream| i64::from(stream.kind.number())));
                let ids = Array::ids(needs.streams.iter().map(|stream| stream.id));
                format!("{} AS wanted (kind, id)", arrays.unnest([kinds, ids]))
            },
        );
        let holders = asked.ask(
            !needs.entries.is_empty(),
            &Columns { ids: &["id"], texts: &["kind", "name", "value"], ..Columns::default() },
            |arrays| {
                let wanted = arrays.unnest([
                    Array::texts(needs.entries.iter().map(|entry| entry.kind.as_str())),
                    Array::texts(needs.entries.iter().map(|entry| entry.index.as_str())),
                    Array::texts(needs.entries.iter().map(|entry| entry.value.as_str())),
                ]);
                format!(
                    "{wanted} AS wanted (kind, name, value) JOIN record_index USING (kind, name, value) WHERE is_unique"
                )
            },
        );
        let priced = asked.ask(
            !needs.priced.is_empty(),
            &Columns { ids: &["id"], numbers: &["price"], ..Columns::default() },
            |arrays| {
                let products = Array::ids(needs.priced.iter().map(|id| id.0));
                format!("products WHERE id = ANY({})", arrays.add(products))
            },
        );
        let cheaper = asked.ask(
            !needs.repriced.is_empty(),
            &Columns { ids: &["id", "product_id"], numbers: &["price_adjustment"], ..Columns::default() },
            |arrays| {
                let products = Array::ids(needs.repriced.iter().map(|id| id.0));
                format!("variants WHERE product_id = ANY({}) AND price_adjustment < 0", arrays.add(products))
            },
        );
        let categories = asked.ask(
            !needs.categories.is_empty(),
            &Columns { ids: &["id", "parent"], ..Columns::default() },
            |arrays| {
                let from = arrays.add(Array::ids(needs.categories.iter().map(|id| id.0)));
                // `UNION` without `ALL` comes to an end in a circle, too.
                format!(
                    "(WITH RECURSIVE above (id, parent) AS (SELECT id, parent FROM categories WHERE id = ANY({from}) \
                     UNION SELECT next.id, next.parent FROM above JOIN categories AS next ON next.id = above.parent) \
                     SELECT id, parent FROM above) AS above"
                )
            },
        );
        let components = asked.ask(
            !needs.bundles_with.is_empty(),
            &Columns { ids: &["bundle_id", "part_id"], ..Columns::default() },
            |arrays| {
                let of = arrays.add(Array::ids(needs.parts_of.iter().map(|id| id.0)));
                let with = arrays.add(Array::ids(needs.bundles_with.iter().map(|id| id.0)));
                format!("components WHERE bundle_id = ANY({of}) OR part_id = ANY({with})")
            },
        );
        let rows: Vec<(Question, Vec<RowKey>)> = tables::places(needs.rows.iter(), &mut asked.arrays)
            .into_iter()
            .map(|place| {
                let numbers = &["place", "row_version", place.is_gone.as_str()];
                let columns = Columns { numbers, ..Columns::default() };
                (asked.ask(true, &columns, |_| place.from), place.keys)
            })
            .collect();

        let answers = asked.answers(connection).await?;
        let mut read = Self { facts: Facts::nothing_of(needs), ..Self::default() };
        for found in answers.of(commits) {
            let before = Before {
                position: found.number(0),
                events: found.number(1),
                number: found.number_or_null(2),
            };
            read.earlier.commits.insert(found.id(0), before);
        }
        for found in answers.of(keys) {
            let before = Before {
                position: found.number(0),
                events: found.number(1),
                number: found.number_or_null(2),
            };
            let key = KeyBefore { request_hash: found.bytes(), answer: found.text(2), before };
            read.earlier.keys.insert((found.text(0), found.text(1)), key);
        }
        let facts = &mut read.facts;
        for found in answers.of(holders) {
            let (kind, index, value) = (found.text(0), found.text(1), found.text(2));
            facts.holders.insert(UniqueEntry { kind, index, value }, Some(found.id(0)));
        }
        for found in answers.of(uniques) {
            facts.uniques.insert((found.text(0), found.text(1)), Some(found.id(0)));
        }
        for found in answers.of(counters) {
            facts.counters.insert(found.text(0), found.number(0));
        }
        for found in answers.of(holds) {
            let until = Timestamp::from_ms(found.number(1));
            let (variant, quantity) = (VariantId(found.id(1)), found.number(0));
            facts.holds.insert(HoldId(found.id(0)), Some(Held { variant, quantity, until }));
        }
        for found in answers.of(spends) {
            facts.spends.insert(CartId(found.id(0)), Some(OrderId(found.id(1))));
        }
        for found in answers.of(stock) {
            let stocked = Stocked {
                quantity: Some(found.number(0)),
                allowance: allowance_of(found.number_or_null(2)),
                version: found.number(1) as u64,
            };
            facts.stock.insert(VariantId(found.id(0)), stocked);
        }
        for found in answers.of(streams) {
            let kind = StreamKind::numbered(found.number(0) as u8);
            if let Some(version) = found.number_or_null(1) {
                facts.streams.insert(StreamId { kind, id: found.id(0) }, version as u64);
            }
        }
        for found in answers.of(priced) {
            facts.catalogue.prices.insert(ProductId(found.id(0)), found.number_or_null(0));
        }
        for found in answers.of(cheaper) {
            let variants = facts.catalogue.added.entry(ProductId(found.id(1))).or_default();
            variants.insert(VariantId(found.id(0)), found.number(0));
        }
        for found in answers.of(categories) {
            facts.catalogue.parents.insert(CategoryId(found.id(0)), found.id_or_null(1).map(CategoryId));
        }
        for found in answers.of(components) {
            let parts = facts.catalogue.parts.entry(VariantId(found.id(0))).or_default();
            parts.insert(VariantId(found.id(1)));
        }
        for (question, keys) in &rows {
            for found in answers.of(*question) {
                let written = Written { times: found.number(1) as u64, is_gone: found.number(2) != 0 };
                facts.rows.insert(keys[found.number(0) as usize - 1].clone(), written);
            }
        }
        Ok(read)
    }
}

/// What the next member of a group sees.
pub(super) struct Known<'f> {
    /// Before the group.
    pub(super) stored: &'f Facts,
    /// What the members decided so far have made of it.
    pub(super) now: Facts,
}

impl<'f> Known<'f> {
    pub(super) fn before(stored: &'f Facts) -> Self {
        Self { stored, now: Facts::default() }
    }

    /// What the members after this one see of it. Returns the version of each of its events in its stream.
    pub(super) fn take(&mut self, commit: &Commit, effects: &[Effect]) -> Vec<u64> {
        for (wanted, effect) in commit.stock.iter().zip(effects) {
            self.move_stock(wanted, *effect);
        }
        let Self { stored, now } = self;
        for guard in &commit.guards {
            match guard {
                Guard::RowVersion { .. } | Guard::HoldLive { .. } => {}
                Guard::Unique { space, value, owner } => {
                    now.uniques.insert((space.clone(), value.clone()), Some(*owner));
                }
                Guard::Counter { name, by, .. } => {
                    *change(&stored.counters, &mut now.counters, name.clone()) += by;
                }
                Guard::Spend { cart, order, .. } => drop(now.spends.insert(*cart, Some(*order))),
            }
        }
        for row in &commit.rows {
            match row {
                Row::Product(row) => drop(now.catalogue.prices.insert(row.id, price_of(row))),
                Row::Variant(row) => {
                    let variants = now.catalogue.added.entry(row.product_id).or_default();
                    variants.insert(row.id, added_by(row));
                    now.catalogue.written.insert(row.id, row.product_id);
                    let parts = row.details.parts.iter().map(|part| part.variant_id).collect();
                    now.catalogue.parts.insert(row.id, parts);
                }
                Row::Category(row) => drop(now.catalogue.parents.insert(row.id, row.parent)),
                _ => {}
            }
            let key = row.key();
            // Of a row that nobody asked for, nobody knows how often it was written.
            if stored.rows.contains_key(&key) {
                change(&stored.rows, &mut now.rows, key).by(row);
            }
        }
        for key in &commit.gone {
            if stored.rows.contains_key(key) {
                now.rows.insert(key.clone(), Written::default());
            }
        }
        now.holders.extend(unique_entries(commit).map(|(entry, key)| (entry, Some(key.id))));
        let version = |event: &souk_ports::event::NewEvent| {
            let version = change(&stored.streams, &mut now.streams, event.stream);
            *version += 1;
            *version
        };
        commit.events.iter().map(version).collect()
    }

    fn move_stock(&mut self, by: &StockMove, effect: Effect) {
        let Self { stored, now } = self;
        match effect {
            Effect::Change(_) => {}
            Effect::PutAside { id, quantity, until } => {
                let held = Held { variant: by.variant, quantity: quantity.into(), until };
                now.holds.insert(id, Some(held));
            }
            Effect::GiveBack { id, .. } | Effect::Sold { id } => drop(now.holds.insert(id, None)),
        }
        let stocked = change(&stored.stock, &mut now.stock, by.variant);
        *stocked = stocked.moved(by, effect);
    }
}

impl decide::Known for Known<'_> {
    type Error = Infallible;

    fn row_version(&mut self, key: &RowKey) -> Result<u64, Infallible> {
        Ok(now(&self.stored.rows, &self.now.rows, key).version())
    }

    fn holder(&mut self, entry: &UniqueEntry) -> Result<Option<Uuid>, Infallible> {
        Ok(now(&self.stored.holders, &self.now.holders, entry))
    }

    fn owner(&mut self, space: &str, value: &str) -> Result<Option<Uuid>, Infallible> {
        let key = (space.to_owned(), value.to_owned());
        Ok(now(&self.stored.uniques, &self.now.uniques, &key))
    }

    fn counter(&mut self, name: &str) -> Result<i64, Infallible> {
        Ok(now(&self.stored.counters, &self.now.counters, &name.to_owned()))
    }

    fn hold(&mut self, id: HoldId) -> Result<Option<Held>, Infallible> {
        Ok(now(&self.stored.holds, &self.now.holds, &id))
    }

    fn last_spend(&mut self, cart: CartId) -> Result<Option<OrderId>, Infallible> {
        Ok(now(&self.stored.spends, &self.now.spends, &cart))
    }

    fn stocked(&mut self, variant: VariantId) -> Result<Stocked, Infallible> {
        Ok(now(&self.stored.stock, &self.now.stock, &variant))
    }

    fn stream_version(&mut self, stream: StreamId) -> Result<u64, Infallible> {
        Ok(now(&self.stored.streams, &self.now.streams, &stream))
    }

    fn price(&mut self, product: ProductId) -> Result<Option<i64>, Infallible> {
        Ok(now(&self.stored.catalogue.prices, &self.now.catalogue.prices, &product))
    }

    fn cheaper(&mut self, product: ProductId) -> Result<Vec<(VariantId, i64)>, Infallible> {
        let (stored, now) = (&self.stored.catalogue, &self.now.catalogue);
        let stored_there = stored.added.get(&product).into_iter().flatten();
        let written_there = now.added.get(&product).into_iter().flatten();
        let left = stored_there.filter(|(variant, _)| !now.written.contains_key(variant));
        let written = written_there.filter(|(variant, _)| now.written.get(variant) == Some(&product));
        let below = left.chain(written).filter(|(_, added)| **added < 0);
        Ok(below.map(|(variant, added)| (*variant, *added)).collect())
    }

    fn parent(&mut self, category: CategoryId) -> Result<Option<CategoryId>, Infallible> {
        Ok(now(&self.stored.catalogue.parents, &self.now.catalogue.parents, &category))
    }

    fn is_bundle(&mut self, variant: VariantId) -> Result<bool, Infallible> {
        let (stored, now) = (&self.stored.catalogue.parts, &self.now.catalogue.parts);
        Ok(now.get(&variant).or_else(|| stored.get(&variant)).is_some_and(|parts| !parts.is_empty()))
    }

    fn bundles_with(&mut self, part: VariantId) -> Result<Vec<VariantId>, Infallible> {
        let (stored, now) = (&self.stored.catalogue.parts, &self.now.catalogue.parts);
        let left = stored.iter().filter(|(bundle, _)| !now.contains_key(bundle));
        let with = left.chain(now).filter(|(_, parts)| parts.contains(&part));
        Ok(with.map(|(bundle, _)| *bundle).collect())
    }
}

type All<K, V> = HashMap<K, V>;

fn now<K: Eq + Hash, V: Copy + Default>(stored: &All<K, V>, now: &All<K, V>, key: &K) -> V {
    now.get(key).or_else(|| stored.get(key)).copied().unwrap_or_default()
}

fn change<'n, K: Eq + Hash, V: Copy + Default>(
    stored: &All<K, V>,
    now: &'n mut All<K, V>,
    key: K,
) -> &'n mut V {
    let before = stored.get(&key).copied().unwrap_or_default();
    now.entry(key).or_insert(before)
}

/// What a group has made different, as it is now.
pub(super) fn changed<'a, K: Eq + Hash, V: Copy + Default + PartialEq>(
    stored: &'a All<K, V>,
    now: &'a All<K, V>,
) -> impl Iterator<Item = (&'a K, V)> {
    now.iter()
        .filter(|(key, now)| stored.get(*key).copied().unwrap_or_default() != **now)
        .map(|(key, now)| (key, *now))
}

fn pairs(all: &HashSet<(String, String)>) -> [Array; 2] {
    [
        Array::texts(all.iter().map(|(one, _)| one.as_str())),
        Array::texts(all.iter().map(|(_, other)| other.as_str())),
    ]
}
