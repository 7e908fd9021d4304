//! What must be written so that the store has a batch of rows as its file has them: the difference, as one commit.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use souk_kernel::{CategoryId, CommitId, Currency, ProductId, Timestamp, VariantId};
use souk_ports::rows::{
    Category, CustomerProfile, Entity, Person, Product, ProductStatus, Row, Seller, SellerProfile,
    Specifications, User, Variant,
};
use souk_ports::store::{Commit, Find, Guard, PartsFault, Snapshot, Stock, Versioned, Window};

use super::bundles::{self, Bundle};
use super::check::{CheckedProduct, sold_for};
use super::columns::Bad;
use super::read::Placed;
use super::rejects::Reject;
use super::told::LoadedReview;
use super::{Counts, Error, Kept, Missing, by_hand, feed, plan_told};
use crate::catalog::events::{
    CatalogEvent, CategoryAdded, CategoryChanged, Cause, ProductAdded, ProductChanged, SellerAdded,
    SellerChanged, StockAdjusted, StockReason, VariantAdded, VariantChanged,
};
use crate::catalog::{CategoryTree, Restocking, changed_fields, touch};
use crate::customers::events::{EMAILS, UserChanged, UserEvent, UserRegistered, email_key};
use crate::profiles::events::ProfileEvent;

/// A few rows that are compared and committed together.
#[derive(Debug, Clone, Copy)]
pub(super) enum Batch<'a> {
    Users(&'a [Placed<(User, Person)>]),
    Categories(&'a [Placed<Category>]),
    Sellers(&'a [Placed<Seller>]),
    /// With all their variants.
    Products(&'a [CheckedProduct]),
    /// Once all products are there.
    Bundles(&'a [Placed<Bundle>]),
    /// That are not in the file any more.
    Gone(&'a [ProductId]),
    /// With all their comments.
    Reviews(&'a [Placed<LoadedReview>]),
    Specifications(&'a [Placed<Specifications>]),
    SellerProfiles(&'a [Placed<SellerProfile>]),
    CustomerProfiles(&'a [Placed<CustomerProfile>]),
}

impl Batch<'_> {
    pub(super) fn len(&self) -> u64 {
        (match self {
            Self::Users(rows) => rows.len(),
            Self::Categories(rows) => rows.len(),
            Self::Sellers(rows) => rows.len(),
            Self::Products(rows) => rows.len(),
            Self::Bundles(rows) => rows.len(),
            Self::Gone(ids) => ids.len(),
            Self::Reviews(rows) => rows.len(),
            Self::Specifications(rows) => rows.len(),
            Self::SellerProfiles(rows) => rows.len(),
            Self::CustomerProfiles(rows) => rows.len(),
        }) as u64
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) users: Counts,
    pub(super) categories: Counts,
    pub(super) sellers: Counts,
    pub(super) products: Counts,
    pub(super) variants: Counts,
    pub(super) bundles: Counts,
    pub(super) reviews: Counts,
    pub(super) comments: Counts,
    pub(super) specifications: Counts,
    pub(super) profiles: Counts,
}

pub(super) struct Plan {
    /// Without events when there is nothing to write.
    pub(super) commit: Commit,
    pub(super) tally: Tally,
    /// Rows that are right in themselves but do not go with what the store has.
    pub(super) rejects: Vec<Reject>,
    /// What stays as the shop has it.
    pub(super) kept: Vec<Kept>,
    /// Products for sale that the file has no more.
    pub(super) gone: Vec<String>,
}

pub(super) struct How<'a> {
    /// What is there already stays as it is.
    pub(super) only_new: bool,
    /// What the shop has changed does not stay where the file says something else.
    pub(super) overwrites: bool,
    pub(super) missing: Missing,
    /// Variants that products of the file have no more are sold no more.
    pub(super) retires: bool,
    /// In which variants must cost what can be paid.
    pub(super) currency: Currency,
    pub(super) cause: &'a Cause,
    pub(super) refused: &'a Refused,
}

/// What the store has refused of the same batch: rows that are right beside what was read, and not beside what there is.
#[derive(Default)]
pub(super) struct Refused {
    /// Email addresses that belong to someone else.
    pub(super) emails: HashSet<String>,
    /// Categories that would lie in themselves, because another file has put what they are to lie in into them.
    pub(super) circles: HashSet<CategoryId>,
    /// Bundles that cannot be made of what the file says.
    pub(super) bundles: HashMap<VariantId, PartsFault>,
}

pub(super) async fn plan(
    batch: Batch<'_>,
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<Plan, Error> {
    let mut plan = Plan {
        commit: Commit::new(CommitId::new(), Vec::new()),
        tally: Tally::default(),
        rejects: Vec::new(),
        kept: Vec::new(),
        gone: Vec::new(),
    };
    match batch {
        Batch::Users(rows) => users(&mut plan, rows, how, snapshot).await?,
        Batch::Categories(rows) => {
            let before = before::<Category>(snapshot, rows.iter().map(|row| row.it.id).collect()).await?;
            let tree = CategoryTree::read(snapshot).await?;
            let mut parents: HashMap<CategoryId, CategoryId> =
                tree.all.iter().filter_map(|there| Some((there.id, there.parent?))).collect();
            for (row, before) in rows.iter().zip(before) {
                if how.refused.circles.contains(&row.it.id) {
                    plan.rejects
                        .push(row.place.reject(Bad::new("parent", "lies in this category in the shop")));
                    continue;
                }
                let mut after = row.it.clone();
                if let Some(old) = before.as_ref().filter(|old| old.row != after) {
                    after = if how.only_new {
                        old.row.clone()
                    } else {
                        let history = snapshot.stream(after.id.into()).await?;
                        by_hand::category(&old.row, after, &history)?
                    };
                }
                // What the file says and what the shop has moved by hand may not go together.
                if after.parent.is_some_and(|parent| lies_in(&parents, parent, after.id)) {
                    let reason = "lies in this one, where the shop has put it";
                    plan.rejects.push(row.place.reject(Bad::new("parent", reason)));
                    continue;
                }
                match after.parent {
                    Some(parent) => parents.insert(after.id, parent),
                    None => parents.remove(&after.id),
                };
                let put = Put {
                    after,
                    added: |category| CategoryAdded { category }.into(),
                    changed: |category, changed| CategoryChanged { category, changed }.into(),
                };
                let counts = put.into_plan_beside(&row.it, &mut plan, before, how)?;
                plan.tally.categories.add(counts);
            }
        }
        Batch::Sellers(rows) => {
            let before = before::<Seller>(snapshot, rows.iter().map(|row| row.it.id).collect()).await?;
            for (row, before) in rows.iter().zip(before) {
                let mut after = row.it.clone();
                if let Some(old) = before.as_ref().filter(|old| !how.only_new && old.row != after) {
                    let history = snapshot.stream(after.id.into()).await?;
                    after = by_hand::seller(&old.row, after, &history)?;
                }
                let put = Put {
                    after,
                    added: |seller| SellerAdded { seller }.into(),
                    changed: |seller, changed| SellerChanged { seller, changed }.into(),
                };
                let counts = put.into_plan_beside(&row.it, &mut plan, before, how)?;
                plan.tally.sellers.add(counts);
            }
        }
        Batch::Products(rows) => products(&mut plan, rows, how, snapshot).await?,
        Batch::Bundles(rows) => bundles::plan(&mut plan, rows, how, snapshot).await?,
        Batch::Gone(ids) => gone(&mut plan, ids, how, snapshot).await?,
        Batch::Reviews(rows) => plan_told::reviews(&mut plan, rows, how, snapshot).await?,
        Batch::Specifications(rows) => {
            let event = ProfileEvent::Specifications;
            let counts = plan_told::profiles(&mut plan, rows, event, how, snapshot).await?;
            plan.tally.specifications.add(counts);
        }
        Batch::SellerProfiles(rows) => {
            let counts = plan_told::profiles(&mut plan, rows, ProfileEvent::Seller, how, snapshot).await?;
            plan.tally.profiles.add(counts);
        }
        Batch::CustomerProfiles(rows) => {
            let counts = plan_told::profiles(&mut plan, rows, ProfileEvent::Customer, how, snapshot).await?;
            plan.tally.profiles.add(counts);
        }
    }
    Ok(plan)
}

/// Takes the keys as a list: an iterator that borrows would have to live as long as the answer takes.
pub(super) async fn before<E: Entity>(
    snapshot: &mut dyn Snapshot,
    keys: Vec<E::Key>,
) -> Result<Vec<Option<Versioned<E>>>, Error> {
    Ok(snapshot.many::<E>(&keys).await?)
}

/// One row on its way into a plan, and the events that tell of it.
struct Put<E> {
    after: E,
    added: fn(E) -> CatalogEvent,
    changed: fn(E, Vec<String>) -> CatalogEvent,
}

impl<E: Entity + Clone + PartialEq + Serialize + Into<Row>> Put<E> {
    fn into_plan(
        self,
        plan: &mut Plan,
        before: Option<Versioned<E>>,
        how: &How<'_>,
    ) -> Result<Counts, Error> {
        let (event, counts) = match &before {
            None => ((self.added)(self.after.clone()), Counts { added: 1, ..Counts::default() }),
            Some(before) if how.only_new || before.row == self.after => {
                return Ok(Counts { unchanged: 1, ..Counts::default() });
            }
            Some(before) => {
                let fields = changed_fields(&before.row, &self.after);
                ((self.changed)(self.after.clone(), fields), Counts { changed: 1, ..Counts::default() })
            }
        };
        plan.commit.events.push(event.into_new(how.cause)?);
        write(plan, self.after, before.map_or(0, |before| before.version));
        Ok(counts)
    }

    /// The same where the file says something else than what is to be written: nothing is, and the row is kept.
    fn into_plan_beside(
        self,
        file: &E,
        plan: &mut Plan,
        before: Option<Versioned<E>>,
        how: &How<'_>,
    ) -> Result<Counts, Error> {
        let differs = !how.only_new && self.after != *file;
        let counts = self.into_plan(plan, before, how)?;
        let is_kept = differs && counts.unchanged == 1;
        Ok(if is_kept { Counts { kept: 1, ..Counts::default() } } else { counts })
    }
}

/// Whether `inner` is `outer`, or lies in it.
fn lies_in(parents: &HashMap<CategoryId, CategoryId>, inner: CategoryId, outer: CategoryId) -> bool {
    let mut path = vec![inner];
    while let Some(parent) = parents.get(&path[path.len() - 1]).filter(|parent| !path.contains(parent)) {
        path.push(*parent);
    }
    path.contains(&outer)
}

pub(super) fn write<E: Into<Row>>(plan: &mut Plan, row: E, seen: u64) {
    let row = row.into();
    plan.commit.guards.push(Guard::RowVersion { key: row.key(), version: seen });
    plan.commit.rows.push(row);
}

async fn users(
    plan: &mut Plan,
    rows: &[Placed<(User, Person)>],
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<(), Error> {
    let users = before::<User>(snapshot, rows.iter().map(|row| row.it.0.id).collect()).await?;
    let persons = before::<Person>(snapshot, rows.iter().map(|row| row.it.0.id).collect()).await?;
    for ((row, old_user), old_person) in rows.iter().zip(users).zip(persons) {
        let (user, person) = &row.it;
        let email = email_key(&person.email);
        if how.refused.emails.contains(&email) {
            plan.rejects.push(row.place.reject(Bad::new("email", "belongs to another user")));
            continue;
        }
        let event = match (&old_user, &old_person) {
            (None, _) => {
                plan.tally.users.added += 1;
                UserEvent::UserRegistered(UserRegistered {
                    user: user.clone(),
                    personal: Some(person.into()),
                })
            }
            // Someone whose person was erased is not brought back by an old file.
            (Some(_), None) => {
                plan.tally.users.unchanged += 1;
                continue;
            }
            (Some(old_user), Some(old_person)) => {
                if how.only_new || (old_user.row == *user && old_person.row == *person) {
                    plan.tally.users.unchanged += 1;
                    continue;
                }
                plan.tally.users.changed += 1;
                let mut changed = changed_fields(&old_user.row, user);
                changed.extend(changed_fields(&old_person.row, person));
                let personal = Some(person.into());
                UserEvent::UserChanged(UserChanged { user: user.clone(), changed, personal })
            }
        };
        let Cause { actor, occurred_at, reason } = how.cause.clone();
        plan.commit.events.push(event.into_new(occurred_at, actor, reason)?);
        plan.commit.guards.push(Guard::Unique { space: EMAILS.to_owned(), value: email, owner: user.id.0 });
        write(plan, user.clone(), old_user.map_or(0, |old| old.version));
        write(plan, person.clone(), old_person.map_or(0, |old| old.version));
    }
    Ok(())
}

async fn products(
    plan: &mut Plan,
    rows: &[CheckedProduct],
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<(), Error> {
    let products = before::<Product>(snapshot, rows.iter().map(|row| row.product.id).collect()).await?;
    let ids: Vec<VariantId> =
        rows.iter().flat_map(|row| row.variants.iter().map(|variant| variant.it.id)).collect();
    let variants = before::<Variant>(snapshot, ids.clone()).await?;
    let stock = snapshot.stock(&ids).await?;
    let mut stored: HashMap<VariantId, (Option<Versioned<Variant>>, Option<Stock>)> =
        ids.into_iter().zip(variants.into_iter().zip(stock)).collect();
    let unnamed = unnamed_variants(rows, &products, how, snapshot).await?;
    let mut told: Vec<Placed<Specifications>> = Vec::new();
    for (row, old) in rows.iter().zip(products) {
        let mut after = row.product.clone();
        if let Some(old) = old.as_ref().filter(|_| !row.is_dated) {
            after.created_at = old.row.created_at;
        }
        // What was sold in the past was there before: otherwise the stock over time would begin below zero.
        let now = how.cause.occurred_at;
        let first_stock_at = if old.is_none() { after.created_at.min(now) } else { now };
        // A file without pictures says nothing of those that were drawn or uploaded since.
        if let Some(old) = old.as_ref().filter(|_| after.images.is_empty()) {
            after.images.clone_from(&old.row.images);
        }
        let stored: Vec<_> =
            row.variants.iter().map(|at| stored.remove(&at.it.id).unwrap_or_default()).collect();
        if let (Some(old), Some(from)) = (&old, &row.from) {
            feed::keep_product(&old.row, &mut after, from);
        }
        let said = said(row, &stored);
        let there = || said.iter().zip(&stored).filter_map(|(said, (old, _))| Some((said, old.as_ref()?)));
        let differs =
            old.as_ref().is_some_and(|old| old.row != after) || there().any(|(said, old)| old.row != *said);
        // Only what differs can have been changed by the shop.
        let history = match differs && !how.only_new && !how.overwrites {
            true => snapshot.stream(row.product.id.into()).await?,
            false => Vec::new(),
        };
        let file = after.clone();
        if let Some(old) = old.as_ref().filter(|_| !how.overwrites) {
            after = by_hand::product(&old.row, after, &history)?;
            after.is_active = after.details.status == ProductStatus::Active && !after.details.is_hidden;
        }
        let mut wanted = Vec::with_capacity(row.variants.len());
        for (said, (old, _)) in said.iter().zip(&stored) {
            let merged = match old {
                Some(old) if !how.overwrites => by_hand::variant(&old.row, said.clone(), &history)?,
                _ => said.clone(),
            };
            wanted.push(bundles::without_stock(merged, old.as_ref().map(|old| &old.row)));
        }
        if !how.only_new {
            note_kept(plan, &file, &after, &said, &wanted)?;
        }
        let is_written = !how.only_new && old.as_ref().is_none_or(|old| old.row != after);
        // The file's prices are sound among themselves. Beside what the shop has they may not be.
        let kept = stored.iter().zip(&wanted).filter_map(|((old, stock), wanted)| {
            let old = &old.as_ref().filter(|old| old.row.product_id == after.id)?.row;
            Some(if refusal(old, wanted, stock.as_ref()).is_some() { old } else { wanted })
        });
        let unnamed: Vec<&Versioned<Variant>> =
            unnamed.iter().filter(|variant| variant.row.product_id == after.id).collect();
        let unsound =
            |variant: &&Variant| sold_for(&after, variant, how.currency, how.cause.occurred_at).is_err();
        if is_written
            && let Some(variant) = kept.chain(unnamed.iter().map(|variant| &variant.row)).find(unsound)
        {
            let reason = format!(
                "does not go with what variant `{}` adds to it, or with its sale, in the shop",
                variant.sku
            );
            plan.rejects.push(row.place.reject(Bad::new("price", reason)));
            let refused = |at: &Placed<Variant>| at.place.reject(Bad::new("product", "is refused"));
            plan.rejects.extend(row.variants.iter().map(refused));
            continue;
        }
        // What is added with variants none of which can be is no product for sale.
        let refused = |(wanted, (old, stock)): (&Variant, &(Option<Versioned<Variant>>, Option<Stock>))| {
            old.as_ref().and_then(|old| refusal(&old.row, wanted, stock.as_ref()))
        };
        if old.is_none() && after.is_active && wanted.iter().zip(&stored).all(|pair| refused(pair).is_some())
        {
            let reasons = wanted.iter().zip(&stored).filter_map(refused);
            let bads: Vec<Bad> = if wanted.is_empty() {
                vec![Bad::new("", "has no variant, so nothing of it could be sold")]
            } else {
                reasons.collect()
            };
            plan.rejects.extend(bads.into_iter().map(|bad| row.place.reject(bad)));
            continue;
        }
        let is_kept = file != after && !is_written && !how.only_new;
        // What the variants are sold by, which is what the shop has where the product stays as it is.
        let stays = old.clone().filter(|_| !is_written);
        let priced = stays.as_ref().map_or_else(|| after.clone(), |old| old.row.clone());
        let put = Put {
            after,
            added: |product| ProductAdded { product }.into(),
            changed: |product, changed| ProductChanged { product, changed }.into(),
        };
        let counts = put.into_plan(plan, old, how)?;
        plan.tally.products.add(if is_kept { Counts { kept: 1, ..Counts::default() } } else { counts });
        let (mut is_repriced, mut is_named) = (false, false);
        for (((at, said), (old, stock)), wanted) in row.variants.iter().zip(said).zip(stored).zip(wanted) {
            let sound = match how.only_new && old.is_some() {
                true => Ok(()),
                false => sold_for(&priced, &wanted, how.currency, how.cause.occurred_at),
            };
            let reprices = old.as_ref().is_none_or(|old| {
                old.row.price_adjustment != wanted.price_adjustment
                    || old.row.details.sale != wanted.details.sale
            });
            let planned = match sound {
                Ok(()) => {
                    let first = First { pieces: at.it.loaded_stock.unwrap_or(0), at: first_stock_at };
                    variant_into_plan(plan, &wanted, old, stock, first, how)?
                }
                Err(bad) => Err(bad),
            };
            is_named |= planned.is_ok();
            match planned {
                Ok(counts) if counts.unchanged == 1 && wanted != said => {
                    plan.tally.variants.add(Counts { kept: 1, ..Counts::default() });
                }
                Ok(counts) => {
                    is_repriced |= reprices && counts.unchanged == 0;
                    plan.tally.variants.add(counts);
                }
                Err(bad) => plan.rejects.push(at.place.reject(bad)),
            }
        }
        let gone = unnamed.into_iter().filter(|variant| {
            how.retires && is_named && variant.row.loaded_stock.is_some() && !variant.row.details.is_retired
        });
        for before in gone {
            let mut variant = before.row.clone();
            variant.details.is_retired = true;
            let event = VariantChanged { variant: variant.clone(), changed: vec!["details".to_owned()] };
            plan.commit.events.push(CatalogEvent::from(event).into_new(how.cause)?);
            write(plan, variant, before.version);
            plan.tally.variants.add(Counts { changed: 1, ..Counts::default() });
            is_repriced = true;
        }
        if let Some(product) = stays.filter(|_| is_repriced) {
            touch(&mut plan.commit, &product);
        }
        if let Some(it) = &row.specifications {
            told.push(Placed { place: row.place.clone(), it: it.clone() });
        }
    }
    if !told.is_empty() {
        let counts = plan_told::profiles(plan, &told, ProfileEvent::Specifications, how, snapshot).await?;
        plan.tally.specifications.add(counts);
    }
    Ok(())
}

/// Products that the file has no more: named, and taken off the shelves where that is wanted.
async fn gone(
    plan: &mut Plan,
    ids: &[ProductId],
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<(), Error> {
    let stored = before::<Product>(snapshot, ids.to_vec()).await?;
    for before in stored.into_iter().flatten().filter(|before| before.row.is_active) {
        let mut after = before.row.clone();
        plan.gone.push(after.external_id.clone().unwrap_or_else(|| after.id.to_string()));
        match how.missing {
            Missing::Keep => continue,
            Missing::Hide => after.details.is_hidden = true,
            Missing::Archive => after.details.status = ProductStatus::Archived,
        }
        after.is_active = false;
        let put = Put {
            after,
            added: |product| ProductAdded { product }.into(),
            changed: |product, changed| ProductChanged { product, changed }.into(),
        };
        let counts = put.into_plan(plan, Some(before), how)?;
        plan.tally.products.add(counts);
    }
    Ok(())
}

/// Notes the fields that stay as the shop has them though the file says something else.
fn note_kept(
    plan: &mut Plan,
    file: &Product,
    after: &Product,
    said: &[Variant],
    wanted: &[Variant],
) -> Result<(), Error> {
    if file != after {
        let name = after.external_id.clone().unwrap_or_else(|| after.id.to_string());
        let fields = by_hand::differing(file, after)?;
        plan.kept.push(Kept { what: format!("product `{name}`"), fields });
    }
    for (said, wanted) in said.iter().zip(wanted).filter(|(said, wanted)| said != wanted) {
        let fields = by_hand::differing(said, wanted)?;
        plan.kept.push(Kept { what: format!("variant `{}`", wanted.sku), fields });
    }
    Ok(())
}

/// The variants as the file has them; what it leaves unsaid is as the shop has it.
fn said(row: &CheckedProduct, stored: &[(Option<Versioned<Variant>>, Option<Stock>)]) -> Vec<Variant> {
    let mut said: Vec<Variant> = row.variants.iter().map(|at| at.it.clone()).collect();
    let Some(from) = &row.from else { return said };
    let is_priced = feed::is_priced(from);
    for ((said, from), (old, _)) in said.iter_mut().zip(&from.variants).zip(stored) {
        match old {
            Some(old) => feed::keep_variant(&old.row, said, from, is_priced),
            None => said.loaded_stock = feed::loaded_of_new(from).or(said.loaded_stock),
        }
    }
    said
}

/// The variants that the shop has of products that get another price, or that lose what the file does not name, and that
/// it does not name.
async fn unnamed_variants(
    rows: &[CheckedProduct],
    stored: &[Option<Versioned<Product>>],
    how: &How<'_>,
    snapshot: &mut dyn Snapshot,
) -> Result<Vec<Versioned<Variant>>, Error> {
    let gets_another = |(row, old): &(&CheckedProduct, &Option<Versioned<Product>>)| {
        old.as_ref().is_some_and(|old| how.retires || old.row.price != row.product.price)
    };
    let repriced: Vec<_> =
        rows.iter().zip(stored).filter(gets_another).map(|(row, _)| row.product.id).collect();
    if repriced.is_empty() {
        return Ok(Vec::new());
    }
    let named: HashSet<_> = rows
        .iter()
        .flat_map(|row| row.variants.iter().map(|variant| (row.product.id, variant.it.id)))
        .collect();
    let (variants, _) = snapshot.list::<Variant>(&Find::VariantsOf(repriced), Window::ALL).await?;
    let is_unnamed = |variant: &Variant| !named.contains(&(variant.product_id, variant.id));
    Ok(variants.into_iter().filter(|variant| is_unnamed(&variant.row)).collect())
}

/// What a new variant starts with, and since when that has been there.
#[derive(Clone, Copy)]
struct First {
    pieces: i64,
    at: Timestamp,
}

/// A variant and its stock. The stock is moved by the difference to what was loaded last, so that what was sold or
/// counted since stays sold and counted.
fn variant_into_plan(
    plan: &mut Plan,
    after: &Variant,
    before: Option<Versioned<Variant>>,
    stock: Option<Stock>,
    first: First,
    how: &How<'_>,
) -> Result<Result<Counts, Bad>, Error> {
    let Some(before) = before else {
        plan.commit
            .events
            .push(CatalogEvent::from(VariantAdded { variant: after.clone() }).into_new(how.cause)?);
        // A move by 0 still creates the stock, so that every variant has one.
        let cause = Cause { occurred_at: first.at, ..how.cause.clone() };
        tell_of_stock(plan, after, first.pieces, StockReason::Loaded, &cause)?;
        plan.commit.stock.push(Restocking::of_new(after).moving(after.id, first.pieces));
        write(plan, after.clone(), 0);
        return Ok(Ok(Counts { added: 1, ..Counts::default() }));
    };
    if (how.only_new && before.row.product_id == after.product_id) || before.row == *after {
        return Ok(Ok(Counts { unchanged: 1, ..Counts::default() }));
    }
    if let Some(bad) = refusal(&before.row, after, stock.as_ref()) {
        return Ok(Err(bad));
    }
    let restocking = Restocking::between(&before.row, after, stock);
    let (begun, change) = (restocking.begun_at(loaded(&before.row)), stock_change(&before.row, after));
    let fields: Vec<String> =
        changed_fields(&before.row, after).into_iter().filter(|field| field != "loaded_stock").collect();
    if !fields.is_empty() {
        let event = VariantChanged { variant: after.clone(), changed: fields };
        plan.commit.events.push(CatalogEvent::from(event).into_new(how.cause)?);
    }
    if begun != 0 {
        tell_of_stock(plan, after, begun, StockReason::Adjusted, how.cause)?;
    }
    let is_only_stock = fields_are_only_stock(&before.row, after);
    if change != 0 || is_only_stock {
        tell_of_stock(plan, after, change, StockReason::Loaded, how.cause)?;
    }
    if is_only_stock || restocking.is_due(begun + change) {
        plan.commit.stock.push(restocking.moving(after.id, begun + change));
    }
    write(plan, after.clone(), before.version);
    Ok(Ok(Counts { changed: 1, ..Counts::default() }))
}

/// Why a variant that is there cannot become like this.
fn refusal(before: &Variant, after: &Variant, stock: Option<&Stock>) -> Option<Bad> {
    if before.product_id != after.product_id {
        return Some(Bad::new("sku", "is a variant of another product"));
    }
    let restocking = Restocking::between(before, after, stock.copied());
    let change = restocking.begun_at(loaded(before)) + stock_change(before, after);
    let there = stock.map_or(0, |stock| stock.quantity);
    match there.checked_add(change) {
        Some(left) if restocking.covers(left) => None,
        Some(left) if change >= 0 => {
            let owed = left.unsigned_abs();
            Some(Bad::new("backorder", format!("allows fewer than the {owed} that are sold and not there")))
        }
        _ => {
            let reason = format!("takes {} away, and only {there} are left", change.unsigned_abs());
            Some(Bad::new("stock", reason))
        }
    }
}

/// How many pieces more the file has than it had the last time.
fn stock_change(before: &Variant, after: &Variant) -> i64 {
    loaded(after) - loaded(before)
}

fn loaded(variant: &Variant) -> i64 {
    variant.loaded_stock.unwrap_or(0)
}

/// A variant that was never loaded, and whose stock is right by chance: the move by 0 notes that it is loaded now.
fn fields_are_only_stock(before: &Variant, after: &Variant) -> bool {
    Variant { loaded_stock: after.loaded_stock, ..before.clone() } == *after
}

fn tell_of_stock(
    plan: &mut Plan,
    variant: &Variant,
    change: i64,
    reason: StockReason,
    cause: &Cause,
) -> Result<(), Error> {
    let event = StockAdjusted {
        product_id: variant.product_id,
        variant_id: variant.id,
        change,
        reason,
        loaded_stock: variant.loaded_stock,
    };
    plan.commit.events.push(CatalogEvent::from(event).into_new(cause)?);
    Ok(())
}
