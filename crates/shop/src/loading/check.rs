//! Rows against each other: what is there twice, what refers to nothing, and which variants belong to which product.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use souk_kernel::{CategoryId, Currency, ProductId, SellerId, Timestamp, UserId};
use souk_ports::rows::{Category, Person, Product, RowKey, Seller, Specifications, User, Variant};

use super::columns::Bad;
use super::files::NAMES;
use super::read::{Place, Placed, ReadFiles};
use super::rejects::Reject;
use super::told::{self, Told};
use crate::catalog::price::{check_sale, ordinary_price};
use crate::catalog::texts;
use crate::customers::events::email_key;

/// Rows that can be loaded.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    pub(super) users: Vec<Placed<(User, Person)>>,
    /// Parents before what lies in them.
    pub(super) categories: Vec<Placed<Category>>,
    pub(super) sellers: Vec<Placed<Seller>>,
    pub(super) products: Vec<CheckedProduct>,
    pub(super) told: Told,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct CheckedProduct {
    pub(super) place: Place,
    pub(super) product: Product,
    /// By rank; the stock stands in `loaded_stock`.
    pub(super) variants: Vec<Placed<Variant>>,
    /// The file says when the product was added. Otherwise that is when it was first loaded.
    pub(super) is_dated: bool,
    /// `None`: the file says nothing of them.
    pub(super) specifications: Option<Specifications>,
    /// What it was made of, where that may leave things unsaid.
    pub(super) from: Option<Arc<souk_feeds::shape::Product>>,
}

impl CheckedProduct {
    /// With its variants.
    pub(super) fn rows(&self) -> usize {
        1 + self.variants.len()
    }
}

/// What the store has of the things that the files refer to without having them.
#[derive(Debug, Default)]
pub(super) struct Known(pub(super) HashSet<RowKey>);

/// The things that the files refer to without having them.
pub(super) fn missing(files: &ReadFiles) -> Vec<RowKey> {
    let mut wanted: HashSet<RowKey> = HashSet::new();
    wanted.extend(files.sellers.iter().filter_map(|row| row.it.user_id).map(RowKey::User));
    wanted.extend(files.categories.iter().filter_map(|row| row.it.parent).map(RowKey::Category));
    wanted.extend(files.products.iter().map(|row| RowKey::Category(row.it.category_id)));
    wanted.extend(files.products.iter().filter_map(|row| row.it.seller_id).map(RowKey::Seller));
    wanted.extend(told::wanted(&files.told));
    for row in &files.users {
        wanted.remove(&RowKey::User(row.it.0.id));
    }
    for row in &files.categories {
        wanted.remove(&RowKey::Category(row.it.id));
    }
    for row in &files.sellers {
        wanted.remove(&RowKey::Seller(row.it.id));
    }
    for row in &files.products {
        wanted.remove(&RowKey::Product(row.it.id));
    }
    let mut wanted: Vec<RowKey> = wanted.into_iter().collect();
    wanted.sort_unstable();
    wanted
}

/// What refers to a row that is refused is refused as well.
pub(super) fn check(
    files: ReadFiles,
    known: &Known,
    currency: Currency,
    now: Timestamp,
) -> (Catalogue, Vec<Reject>) {
    let mut rejects = Vec::new();
    let users = users(files.users, &mut rejects);
    let user_ids: HashSet<UserId> = users.iter().map(|row| row.it.0.id).collect();
    let categories = categories(files.categories, known, &mut rejects);
    let category_ids: HashSet<CategoryId> = categories.iter().map(|row| row.it.id).collect();

    let sellers = unique(files.sellers, "id", |seller: &Seller| seller.id, &mut rejects);
    let sellers = kept(sellers, &mut rejects, |seller| match seller.user_id {
        Some(id) if !user_ids.contains(&id) && !known.0.contains(&RowKey::User(id)) => {
            Err(Bad::new("user_id", "is no user"))
        }
        _ => Ok(()),
    });
    let seller_ids: HashSet<SellerId> = sellers.iter().map(|row| row.it.id).collect();

    let products = unique(files.products, "id", |product: &Product| product.id, &mut rejects);
    let products = kept(products, &mut rejects, |product| {
        let category = product.category_id;
        if !category_ids.contains(&category) && !known.0.contains(&RowKey::Category(category)) {
            return Err(Bad::new("category_id", "is no category"));
        }
        if let Some(price) = product.price {
            texts::price(price, currency).map_err(|reason| Bad::new("price", reason))?;
        }
        match product.seller_id {
            Some(id) if !seller_ids.contains(&id) && !known.0.contains(&RowKey::Seller(id)) => {
                Err(Bad::new("seller_id", "is no seller"))
            }
            _ => Ok(()),
        }
    });
    let mut products: Vec<CheckedProduct> = products
        .into_iter()
        .map(|row| CheckedProduct {
            place: row.place,
            product: row.it,
            variants: Vec::new(),
            is_dated: !files.is_undated,
            specifications: None,
            from: None,
        })
        .collect();
    let at: HashMap<ProductId, usize> =
        products.iter().enumerate().map(|(at, product)| (product.product.id, at)).collect();

    for row in unique(files.variants, "sku", |read| read.variant.id, &mut rejects) {
        let mut variant = row.it.variant;
        let owner = at.get(&variant.product_id).map(|at| &mut products[*at]);
        let Some(owner) = owner else {
            // Of one row that is product and variant, the product has been refused already.
            if *row.place.file == *NAMES[3] {
                continue;
            }
            rejects.push(row.place.reject(Bad::new("product", "is no product of products.csv")));
            continue;
        };
        if let Err(bad) = sold_for(&owner.product, &variant, currency, now) {
            rejects.push(row.place.reject(bad));
            continue;
        }
        variant.rank = u32::try_from(owner.variants.len()).unwrap_or(u32::MAX);
        variant.loaded_stock = Some(row.it.stock);
        owner.variants.push(Placed { place: row.place, it: variant });
    }
    let is_there = |key: &RowKey| {
        known.0.contains(key)
            || match key {
                RowKey::User(id) => user_ids.contains(id),
                RowKey::Seller(id) => seller_ids.contains(id),
                RowKey::Product(id) => at.contains_key(id),
                _ => false,
            }
    };
    let told = told::check(files.told, &is_there, &mut rejects);
    (Catalogue { users, categories, sellers, products, told }, rejects)
}

/// Refuses an adjustment that makes a variant cost what nothing can cost, and a sale above what it costs otherwise.
pub(super) fn sold_for(
    product: &Product,
    variant: &Variant,
    currency: Currency,
    now: Timestamp,
) -> Result<(), Bad> {
    let Some(base) = product.price else {
        return texts::decimals(variant.price_adjustment, currency)
            .map_err(|reason| Bad::new("price_adjustment", reason));
    };
    let price = ordinary_price(Some(base), variant.price_adjustment)
        .ok_or_else(|| Bad::new("price_adjustment", "is too large"))?;
    texts::price(price, currency).map_err(|reason| {
        Bad::new("price_adjustment", format!("leads to a price of {price}, which {reason}"))
    })?;
    check_sale(price, &variant.details, now).map_err(|reason| Bad::new("sale", reason))
}

fn users(rows: Vec<Placed<(User, Person)>>, rejects: &mut Vec<Reject>) -> Vec<Placed<(User, Person)>> {
    let rows = unique(rows, "id", |(user, _)| user.id, rejects);
    unique(rows, "email", |(_, person)| email_key(&person.email), rejects)
}

/// Keeps the first row of each key.
fn unique<T, K: std::hash::Hash + Eq>(
    rows: Vec<Placed<T>>,
    column: &str,
    key: impl Fn(&T) -> K,
    rejects: &mut Vec<Reject>,
) -> Vec<Placed<T>> {
    let mut first: HashMap<K, u64> = HashMap::new();
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        match first.entry(key(&row.it)) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(row.place.line);
                kept.push(row);
            }
            std::collections::hash_map::Entry::Occupied(entry) => {
                let reason = format!("stands in line {} already", entry.get());
                rejects.push(row.place.reject(Bad::new(column, reason)));
            }
        }
    }
    kept
}

fn kept<T>(
    rows: Vec<Placed<T>>,
    rejects: &mut Vec<Reject>,
    check: impl Fn(&T) -> Result<(), Bad>,
) -> Vec<Placed<T>> {
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        match check(&row.it) {
            Ok(()) => kept.push(row),
            Err(bad) => rejects.push(row.place.reject(bad)),
        }
    }
    kept
}

/// Takes those at the top first, then those whose parent has been taken; what is left over hangs in the air.
fn categories(
    rows: Vec<Placed<Category>>,
    known: &Known,
    rejects: &mut Vec<Reject>,
) -> Vec<Placed<Category>> {
    let mut left = unique(rows, "id", |category| category.id, rejects);
    let mut taken: Vec<Placed<Category>> = Vec::with_capacity(left.len());
    let mut ids: HashSet<CategoryId> = HashSet::new();
    loop {
        let (ready, waiting): (Vec<_>, Vec<_>) = left.into_iter().partition(|row| {
            row.it.parent.is_none_or(|id| ids.contains(&id) || known.0.contains(&RowKey::Category(id)))
        });
        left = waiting;
        if ready.is_empty() {
            break;
        }
        ids.extend(ready.iter().map(|row| row.it.id));
        taken.extend(ready);
    }
    for row in left {
        rejects.push(row.place.reject(Bad::new("parent", "is no category, or lies in this one")));
    }
    taken
}
