//! What there is to buy and who buys: the part of the shop that a history is planned from, small enough to stay in
//! memory.

use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest, Sha256};
use souk_kernel::{CategoryId, Money, Position, ProductId, UserId, VariantId};
use souk_ports::event::RecordedEvent;
use souk_ports::rows::{self, Category, Person, Seller, User};
use souk_ports::store::{Find, Snapshot, Versioned, Window};

use super::{Error, words};
use crate::catalog::events::CatalogEvent;
use crate::orders::events::Event;

/// The newest so many products are bought; of a larger catalogue the rest stays on the shelf.
const MAX_PRODUCTS: u32 = 20_000;
/// The first so many users, by id, buy.
const MAX_CUSTOMERS: usize = 100_000;
/// Rows that are read at once.
const PAGE: u32 = 1_000;

#[derive(Debug, Clone, Default)]
pub(super) struct Market {
    /// By category and id, so those of a category stand together.
    pub(super) products: Vec<Product>,
    /// By product and rank.
    pub(super) variants: Vec<Variant>,
    pub(super) categories: Vec<Shelf>,
    pub(super) customers: Vec<Customer>,
}

#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) id: ProductId,
    /// The place of its category.
    pub(super) category: usize,
    /// The person who makes it, as far as known.
    pub(super) maker: Option<UserId>,
    /// When it came to the shop, in milliseconds.
    pub(super) since: i64,
    /// The places of its variants; at least one.
    pub(super) variants: Range<usize>,
    pub(super) price: Money,
    pub(super) nature: words::Nature,
}

#[derive(Debug, Clone)]
pub(super) struct Variant {
    pub(super) id: VariantId,
    /// The place of its product.
    pub(super) product: usize,
    pub(super) price: Money,
    /// How many there were when the history was begun.
    pub(super) stock: i64,
}

/// A category in which something is sold.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    pub(super) id: CategoryId,
    pub(super) parent: Option<CategoryId>,
    /// The places of its products.
    pub(super) products: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) id: UserId,
    pub(super) since: i64,
}

impl Market {
    /// The shop as it is now, but with the stock as it was at `begun`: what was ordered since, by whomever, is there
    /// again. So whoever goes on with a history sees what whoever began it saw.
    pub(super) async fn read(snapshot: &mut dyn Snapshot, begun: Position) -> Result<Self, Error> {
        let mut market = Self::default();
        market.read_products(snapshot).await?;
        if market.products.is_empty() {
            return Err(Error::NothingToSell);
        }
        market.read_customers(snapshot).await?;
        if market.customers.is_empty() {
            return Err(Error::NoCustomers);
        }
        market.take_moves_back(snapshot, begun).await?;
        // A plan sells what is there. What is owed is brought by somebody else.
        market.variants.iter_mut().for_each(|variant| variant.stock = variant.stock.max(0));
        Ok(market)
    }

    async fn read_products(&mut self, snapshot: &mut dyn Snapshot) -> Result<(), Error> {
        let (categories, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await?;
        let categories: HashMap<CategoryId, Category> =
            categories.into_iter().map(|category| (category.row.id, category.row)).collect();
        let mut found: Vec<rows::Product> = Vec::new();
        for offset in (0..u64::from(MAX_PRODUCTS)).step_by(PAGE as usize) {
            let find = Find::ActiveProducts { categories: None };
            let (page, _) = snapshot.list::<rows::Product>(&find, Window { offset, limit: PAGE }).await?;
            let end = page.len() < PAGE as usize;
            // What people read on its page is no part of a plan.
            let slim = |product: rows::Product| rows::Product {
                description: String::new(),
                images: Vec::new(),
                ..product
            };
            found.extend(page.into_iter().map(|product| slim(product.row)));
            if end {
                break;
            }
        }
        found.retain(|product| product.price.is_some());
        found.sort_unstable_by_key(|product| (product.category_id, product.id));
        let makers = makers(snapshot, &found).await?;
        let mut words = words::Words::default();
        for page in found.chunks(PAGE as usize) {
            let ids = page.iter().map(|product| product.id).collect();
            let (variants, _) = snapshot.list::<rows::Variant>(&Find::VariantsOf(ids), Window::ALL).await?;
            let stock: Vec<VariantId> = variants.iter().map(|variant| variant.row.id).collect();
            let stock = snapshot.stock(&stock).await?;
            let mut of: HashMap<ProductId, Vec<(rows::Variant, i64)>> = HashMap::new();
            let sold = |(variant, _): &(Versioned<rows::Variant>, _)| !variant.row.details.is_retired;
            for (variant, stock) in variants.into_iter().zip(stock).filter(sold) {
                let stock = stock.map_or(0, |stock| stock.quantity);
                of.entry(variant.row.product_id).or_default().push((variant.row, stock));
            }
            for product in page {
                let variants = of.remove(&product.id).unwrap_or_default();
                let category = categories.get(&product.category_id);
                let nature = words.nature(product, category);
                let maker = product.seller_id.and_then(|seller| makers.get(&seller).copied());
                self.add(product, variants, category, maker, nature);
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        product: &rows::Product,
        variants: Vec<(rows::Variant, i64)>,
        category: Option<&Category>,
        maker: Option<UserId>,
        nature: words::Nature,
    ) {
        let (place, first) = (self.products.len(), self.variants.len());
        for (variant, stock) in variants {
            let price = product.price.and_then(|price| price.checked_add(variant.price_adjustment));
            if let Some(price) = price.filter(|price| !price.is_negative()) {
                self.variants.push(Variant { id: variant.id, product: place, price, stock });
            }
        }
        let Some(price) = self.variants.get(first).map(|variant| variant.price) else { return };
        if self.categories.last().is_none_or(|shelf| shelf.id != product.category_id) {
            let parent = category.and_then(|category| category.parent);
            self.categories.push(Shelf { id: product.category_id, parent, products: place..place });
        }
        let category = self.categories.len() - 1;
        self.categories[category].products.end = place + 1;
        self.products.push(Product {
            id: product.id,
            category,
            maker,
            since: product.created_at.ms(),
            variants: first..self.variants.len(),
            price,
            nature,
        });
    }

    /// Only those whose address is known: an order needs one.
    async fn read_customers(&mut self, snapshot: &mut dyn Snapshot) -> Result<(), Error> {
        for offset in (0..).step_by(PAGE as usize) {
            let (users, _) = snapshot.list::<User>(&Find::Users, Window { offset, limit: PAGE }).await?;
            let ids: Vec<UserId> = users.iter().map(|user| user.row.id).collect();
            let persons = snapshot.many::<Person>(&ids).await?;
            let reachable = |person: Option<souk_ports::store::Versioned<Person>>| {
                person.is_some_and(|person| person.row.address.is_some())
            };
            let reachable = users.iter().zip(persons).filter(|(_, person)| reachable(person.clone()));
            self.customers.extend(
                reachable.map(|(user, _)| Customer { id: user.row.id, since: user.row.joined_at.ms() }),
            );
            if users.len() < PAGE as usize || self.customers.len() >= MAX_CUSTOMERS {
                break;
            }
        }
        self.customers.truncate(MAX_CUSTOMERS);
        Ok(())
    }

    /// Undoes what the log tells of stock after `begun`.
    async fn take_moves_back(&mut self, snapshot: &mut dyn Snapshot, begun: Position) -> Result<(), Error> {
        let places: HashMap<VariantId, usize> =
            self.variants.iter().enumerate().map(|(place, variant)| (variant.id, place)).collect();
        let mut after = begun;
        loop {
            let events = snapshot.events(after, PAGE).await?;
            let Some(last) = events.last() else { return Ok(()) };
            after = last.position;
            for event in &events {
                for (variant, change) in moves(event)? {
                    if let Some(place) = places.get(&variant) {
                        self.variants[*place].stock -= change;
                    }
                }
            }
        }
    }

    /// How many of its variants can be bought now, and how many there are.
    pub(super) async fn in_stock(&self, snapshot: &mut dyn Snapshot) -> Result<(u64, u64), Error> {
        let ids: Vec<VariantId> = self.variants.iter().map(|variant| variant.id).collect();
        let stock = snapshot.stock(&ids).await?;
        let there = stock.iter().flatten().filter(|stock| stock.available() > 0).count();
        Ok((there as u64, ids.len() as u64))
    }

    /// The same for the same products, variants, prices, stock and customers.
    pub(super) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for product in &self.products {
            hash.update(product.id.as_bytes());
            hash.update(product.since.to_le_bytes());
        }
        for variant in &self.variants {
            hash.update(variant.id.as_bytes());
            hash.update((variant.price.ten_thousandths() / 100).to_le_bytes());
            hash.update(variant.stock.to_le_bytes());
        }
        for customer in &self.customers {
            hash.update(customer.id.as_bytes());
            hash.update(customer.since.to_le_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

async fn makers(
    snapshot: &mut dyn Snapshot,
    products: &[rows::Product],
) -> Result<HashMap<souk_kernel::SellerId, UserId>, Error> {
    let mut ids: Vec<_> = products.iter().filter_map(|product| product.seller_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let sellers = snapshot.many::<Seller>(&ids).await?;
    Ok(sellers
        .into_iter()
        .flatten()
        .filter_map(|seller| Some((seller.row.id, seller.row.user_id?)))
        .collect())
}

/// How an event moved the stock of which variants.
fn moves(event: &RecordedEvent) -> Result<Vec<(VariantId, i64)>, Error> {
    let unreadable =
        |source| souk_ports::Error::internal(format!("reading the event at {}", event.position), source);
    Ok(match event.kind.as_str() {
        Event::PLACED | Event::CANCELLED => match Event::from_recorded(event)? {
            Event::Placed(placed) => {
                let taken = placed.taken()?.into_iter();
                taken.map(|item| (item.variant_id, -i64::from(item.quantity))).collect()
            }
            Event::Cancelled(cancelled) => {
                cancelled.items.iter().map(|item| (item.variant_id, i64::from(item.quantity))).collect()
            }
            _ => Vec::new(),
        },
        kind => match CatalogEvent::parse(kind, event.schema, &event.data).transpose().map_err(unreadable)? {
            Some(CatalogEvent::StockAdjusted(adjusted)) => vec![(adjusted.variant_id, adjusted.change)],
            _ => Vec::new(),
        },
    })
}
