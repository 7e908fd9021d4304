//! What a store answers to a commit: the rules, without the database. An engine says what is known at the commit's place
//! in the order of commits, and writes what passes.

use std::collections::{BTreeMap, HashSet};

use souk_kernel::{CartId, CategoryId, HoldId, OrderId, ProductId, Timestamp, VariantId};
use souk_ports::event::StreamId;
use souk_ports::rows::{Product, RecordKey, Row, RowKey, Variant};
use souk_ports::store::{Allowance, Commit, Guard, MoveKind, Outcome, PartsFault, Refusal, StockMove};
use uuid::Uuid;

/// What a decision asks for, as it is after all commits before this one.
pub(super) trait Known {
    type Error;

    /// 0: there is no such row.
    fn row_version(&mut self, key: &RowKey) -> Result<u64, Self::Error>;
    /// Which record has this value in a unique index of its kind.
    fn holder(&mut self, entry: &UniqueEntry) -> Result<Option<Uuid>, Self::Error>;
    fn owner(&mut self, space: &str, value: &str) -> Result<Option<Uuid>, Self::Error>;
    fn counter(&mut self, name: &str) -> Result<i64, Self::Error>;
    fn hold(&mut self, id: HoldId) -> Result<Option<Held>, Self::Error>;
    fn last_spend(&mut self, cart: CartId) -> Result<Option<OrderId>, Self::Error>;
    fn stocked(&mut self, variant: VariantId) -> Result<Stocked, Self::Error>;
    /// 0: the stream has no events.
    fn stream_version(&mut self, stream: StreamId) -> Result<u64, Self::Error>;
    /// In ten-thousandths; `None`: on request, or there is no such product.
    fn price(&mut self, product: ProductId) -> Result<Option<i64>, Self::Error>;
    /// The variants that cost less than their product, with what they add to its price: below 0.
    fn cheaper(&mut self, product: ProductId) -> Result<Vec<(VariantId, i64)>, Self::Error>;
    /// In which category this one lies; `None`: in none, or there is no such category.
    fn parent(&mut self, category: CategoryId) -> Result<Option<CategoryId>, Self::Error>;
    fn is_bundle(&mut self, variant: VariantId) -> Result<bool, Self::Error>;
    /// The bundles that have this variant as a part.
    fn bundles_with(&mut self, part: VariantId) -> Result<Vec<VariantId>, Self::Error>;
}

/// A value that one record of a kind can have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct UniqueEntry {
    pub(super) kind: String,
    pub(super) index: String,
    pub(super) value: String,
}

/// The unique entries that a commit writes, each with its record.
pub(super) fn unique_entries(commit: &Commit) -> impl Iterator<Item = (UniqueEntry, &RecordKey)> {
    let records = commit.rows.iter().filter_map(|row| match row {
        Row::RecordRow(record) => Some((&record.key, record.content.as_ref()?)),
        _ => None,
    });
    records.flat_map(|(key, content)| {
        let unique = content.entries.iter().filter(|entry| entry.is_unique);
        unique.map(move |entry| {
            let (kind, index) = (key.kind.clone(), entry.index.to_owned());
            (UniqueEntry { kind, index, value: entry.value.clone() }, key)
        })
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stocked {
    /// `None`: the variant has no stock yet.
    pub(super) quantity: Option<i64>,
    pub(super) allowance: Allowance,
    pub(super) version: u64,
}

impl Stocked {
    /// After this move, which came to this effect.
    pub(super) fn moved(self, by: &StockMove, effect: Effect) -> Self {
        Self {
            quantity: Some(self.quantity.unwrap_or(0) + effect.change()),
            allowance: by.allowance.unwrap_or(self.allowance),
            version: self.version + 1,
        }
    }
}

/// An allowance as it stands in the column of that name.
pub(super) fn allowance_of(column: Option<i64>) -> Allowance {
    // More than can be said here is never sold.
    column.map_or(Allowance::Unlimited, |pieces| Allowance::UpTo(u32::try_from(pieces).unwrap_or(u32::MAX)))
}

pub(super) fn column_of(allowance: Allowance) -> Option<i64> {
    match allowance {
        Allowance::UpTo(pieces) => Some(pieces.into()),
        Allowance::Unlimited => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) variant: VariantId,
    pub(super) quantity: i64,
    pub(super) until: Timestamp,
}

/// What a stock move comes to, once its hold is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Change(i64),
    PutAside { id: HoldId, quantity: u32, until: Timestamp },
    GiveBack { id: HoldId, quantity: i64 },
    Sold { id: HoldId },
}

impl Effect {
    /// Of the quantity.
    fn change(self) -> i64 {
        match self {
            Self::Change(change) => change,
            Self::PutAside { quantity, .. } => -i64::from(quantity),
            Self::GiveBack { quantity, .. } => quantity,
            Self::Sold { .. } => 0,
        }
    }
}

/// The effect of each stock move, or why the commit does not pass. Whether it took effect before, by its id or its key,
/// has been found out already.
pub(super) fn decide<K: Known>(
    commit: &Commit,
    now: Timestamp,
    known: &mut K,
) -> Result<Result<Vec<Effect>, Outcome>, K::Error> {
    for guard in &commit.guards {
        if let Some(refusal) = check_guard(guard, now, known)? {
            return Ok(Err(Outcome::Refused(refusal)));
        }
    }
    for &(stream, expected) in &commit.expect {
        let actual = known.stream_version(stream)?;
        if actual != expected {
            return Ok(Err(Outcome::Conflict { stream, expected, actual }));
        }
    }
    for (entry, key) in unique_entries(commit) {
        if known.holder(&entry)?.is_some_and(|holder| holder != key.id) {
            let UniqueEntry { kind, index, value } = entry;
            return Ok(Err(Outcome::Refused(Refusal::Taken { kind, index, value })));
        }
    }
    if let Some(refusal) = check_prices(commit, known)? {
        return Ok(Err(Outcome::Refused(refusal)));
    }
    if let Some(refusal) = check_categories(commit, known)? {
        return Ok(Err(Outcome::Refused(refusal)));
    }
    if let Some(refusal) = check_parts(commit, known)? {
        return Ok(Err(Outcome::Refused(refusal)));
    }
    let mut effects = Vec::with_capacity(commit.stock.len());
    for wanted in &commit.stock {
        match check_stock(wanted, now, known)? {
            Ok(effect) => effects.push(effect),
            Err(refusal) => return Ok(Err(Outcome::Refused(refusal))),
        }
    }
    Ok(Ok(effects))
}

fn check_guard<K: Known>(guard: &Guard, now: Timestamp, known: &mut K) -> Result<Option<Refusal>, K::Error> {
    Ok(match guard {
        Guard::RowVersion { key, version } => {
            let actual = known.row_version(key)?;
            (actual != *version).then(|| Refusal::RowVersion { key: key.clone(), actual })
        }
        Guard::Unique { space, value, owner } => {
            let taken = known.owner(space, value)?.is_some_and(|holder| holder != *owner);
            taken.then(|| Refusal::Unique { space: space.clone(), value: value.clone() })
        }
        Guard::Counter { name, by, max } => {
            let value = known.counter(name)?;
            let next = value.checked_add(*by);
            let fits = next.is_some_and(|next| (0..=*max).contains(&next));
            (!fits).then(|| Refusal::Counter { name: name.clone(), value })
        }
        Guard::HoldLive { id } => {
            let live = known.hold(*id)?.is_some_and(|hold| hold.until > now);
            (!live).then_some(Refusal::Hold { id: *id })
        }
        Guard::Spend { cart, seen, .. } => {
            let last = known.last_spend(*cart)?;
            (last != *seen).then_some(Refusal::Spend { cart: *cart, last })
        }
    })
}

/// What a variant costs stands in two rows, its product's and its own, which two commits may change at once.
fn check_prices<K: Known>(commit: &Commit, known: &mut K) -> Result<Option<Refusal>, K::Error> {
    let (mut products, mut variants) = (BTreeMap::new(), BTreeMap::new());
    for row in &commit.rows {
        match row {
            Row::Product(row) => drop(products.insert(row.id, price_of(row))),
            Row::Variant(row) => drop(variants.insert(row.id, row)),
            _ => {}
        }
    }
    let is_below_zero = |price: Option<i64>, added: i64| price.is_some_and(|price| price + added < 0);
    for (&variant, row) in variants.iter().filter(|(_, row)| added_by(row) < 0) {
        let product = row.product_id;
        let price = match products.get(&product) {
            Some(price) => *price,
            None => known.price(product)?,
        };
        if is_below_zero(price, added_by(row)) {
            return Ok(Some(Refusal::BelowZero { product, variant }));
        }
    }
    for (&product, &price) in products.iter().filter(|(_, price)| price.is_some()) {
        for (variant, added) in known.cheaper(product)? {
            if !variants.contains_key(&variant) && is_below_zero(price, added) {
                return Ok(Some(Refusal::BelowZero { product, variant }));
            }
        }
    }
    Ok(None)
}

pub(super) fn price_of(product: &Product) -> Option<i64> {
    product.price.map(|price| price.ten_thousandths())
}

/// To the price of its product.
pub(super) fn added_by(variant: &Variant) -> i64 {
    variant.price_adjustment.ten_thousandths()
}

/// From each category that is written up to the top: it must not come by itself.
fn check_categories<K: Known>(commit: &Commit, known: &mut K) -> Result<Option<Refusal>, K::Error> {
    let written = commit.rows.iter().filter_map(|row| match row {
        Row::Category(category) => Some((category.id, category.parent)),
        _ => None,
    });
    let parents: BTreeMap<CategoryId, Option<CategoryId>> = written.collect();
    for (&category, &parent) in &parents {
        let (mut next, mut passed) = (parent, HashSet::new());
        // A circle of others was there before this rule, and is not this one's.
        while let Some(above) = next.filter(|above| passed.insert(*above)) {
            if above == category {
                return Ok(Some(Refusal::Circle { category }));
            }
            next = match parents.get(&above) {
                Some(parent) => *parent,
                None => known.parent(above)?,
            };
        }
    }
    Ok(None)
}

/// A bundle and its parts are rows that two commits may write at once. Only those of the commit's own rows can break a
/// rule that are bundles: of what is stored, no part is one.
fn check_parts<K: Known>(commit: &Commit, known: &mut K) -> Result<Option<Refusal>, K::Error> {
    let variants = || {
        commit.rows.iter().filter_map(|row| match row {
            Row::Variant(variant) => Some(variant),
            _ => None,
        })
    };
    if variants().all(|variant| variant.details.parts.is_empty()) {
        return Ok(None);
    }
    let written: BTreeMap<VariantId, &Variant> = variants().map(|variant| (variant.id, variant)).collect();
    for (&bundle, row) in written.iter().filter(|(_, row)| !row.details.parts.is_empty()) {
        let refused = |fault| Ok(Some(Refusal::Parts { bundle, fault }));
        for part in row.details.parts.iter().map(|part| part.variant_id) {
            let is_bundle = match written.get(&part) {
                Some(part) => !part.details.parts.is_empty(),
                None if known.row_version(&RowKey::Variant(part))? == 0 => {
                    return refused(PartsFault::Unknown { part });
                }
                None => known.is_bundle(part)?,
            };
            if is_bundle {
                return refused(PartsFault::IsBundle { part });
            }
        }
        // A bundle that the commit writes as well was looked at by its parts.
        let of_others = known.bundles_with(bundle)?.into_iter().find(|of| !written.contains_key(of));
        if let Some(of) = of_others {
            return refused(PartsFault::IsPart { of });
        }
        let quantity = known.stocked(bundle)?.quantity.unwrap_or(0);
        if quantity != 0 {
            return refused(PartsFault::HasStock { quantity });
        }
    }
    Ok(None)
}

fn check_stock<K: Known>(
    wanted: &StockMove,
    now: Timestamp,
    known: &mut K,
) -> Result<Result<Effect, Refusal>, K::Error> {
    let variant = wanted.variant;
    let stocked = known.stocked(variant)?;
    if let Some(version) = wanted.if_version
        && version != stocked.version
    {
        return Ok(Err(Refusal::StockVersion { variant, actual: stocked.version }));
    }
    let of_this_variant = |hold: &Held| hold.variant == variant;
    let effect = match wanted.kind {
        MoveKind::Sell(quantity) => Effect::Change(-i64::from(quantity)),
        MoveKind::Return(quantity) => Effect::Change(quantity.into()),
        MoveKind::Adjust(change) => Effect::Change(change),
        MoveKind::Hold { id, quantity, until } => match known.hold(id)? {
            Some(_) => return Ok(Err(Refusal::Hold { id })),
            None => Effect::PutAside { id, quantity, until },
        },
        MoveKind::Release { id } => match known.hold(id)?.filter(of_this_variant) {
            Some(hold) => Effect::GiveBack { id, quantity: hold.quantity },
            None => return Ok(Err(Refusal::Hold { id })),
        },
        MoveKind::Consume { id } => {
            match known.hold(id)?.filter(of_this_variant).filter(|hold| hold.until > now) {
                Some(_) => Effect::Sold { id },
                None => return Ok(Err(Refusal::Hold { id })),
            }
        }
    };
    Ok(match check_quantity(wanted, stocked, effect.change()) {
        Some(refusal) => Err(refusal),
        None => Ok(effect),
    })
}

fn check_quantity(wanted: &StockMove, stocked: Stocked, change: i64) -> Option<Refusal> {
    let variant = wanted.variant;
    let before = stocked.quantity.unwrap_or(0);
    let allowance = wanted.allowance.unwrap_or(stocked.allowance);
    let after = before.checked_add(change);
    match after {
        Some(after) if allowance.covers(after) => None,
        // Nothing was taken: it is the allowance that was lowered.
        Some(after) if change >= 0 => Some(Refusal::Owed { variant, owed: after.saturating_neg() }),
        // `i64::MIN` has no opposite; no stock is that large.
        _ => {
            let (available, wanted) = (allowance.available(before), change.checked_neg().unwrap_or(i64::MAX));
            Some(Refusal::Stock { variant, available, wanted })
        }
    }
}

/// Keeps the last version of each stream, in the order in which the streams first appear.
pub(super) fn note_version(versions: &mut Vec<(StreamId, u64)>, stream: StreamId, version: u64) {
    match versions.iter_mut().find(|(known, _)| *known == stream) {
        Some((_, last)) => *last = version,
        None => versions.push((stream, version)),
    }
}
