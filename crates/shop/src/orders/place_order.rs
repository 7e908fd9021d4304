//! Placing an order: from the cart, or from a list of items. One commit, whatever it takes.
//!
//! The key is looked up before anything else, so a request that was answered is answered again even when its cart is
//! empty by now. Then one snapshot gives prices and stock, and the commit is guarded by the versions of the rows it was
//! made from: a price that changes in between means another look, not a sale at the old price.
//!
//! The store is written first and the cart after it. Until the cart is written, the store's record of the cart's last
//! order keeps it from being ordered again; who meets that record brings the cart up to date ([`super::catch_up`]).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use souk_kernel::{LogPosition, Money, OrderId, ProductId, Timestamp, UserId, VariantId};
use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::rows::{Address, OrderStatus, Person, Row, RowKey};
use souk_ports::store::{
    Commit, Committed, Guard, Idempotency, MoveKind, Outcome, Refusal, Sequence, StockMove,
};

use super::catch_up::{catch_up, taking};
use super::checkout::{self, Picked};
use super::events::{Event, OrderPlaced, Pieces, SpentCart};
use super::order::{Command, apply, decide, total};
use super::{Error, Occasion, Placed, form};
use crate::carts::offer::{self, Wanted};
use crate::carts::{self, Stored};
use crate::commit::commit_surely;
use crate::{Shop, currency};

pub const MAX_LINES: usize = 100;

/// How often an order begins again because a price, a product or its cart changed while it was being placed.
const TRIES: u32 = 8;

#[derive(Debug, Clone)]
pub struct PlaceOrder {
    pub user: UserId,
    pub from: PlaceFrom,
    /// `None`: the user's default address.
    pub shipping_address: Option<Address>,
    /// What the payment provider calls the way to pay.
    pub payment_method_id: Option<String>,
    pub idempotency: Option<IdempotencyKey>,
}

/// What is ordered.
#[derive(Debug, Clone)]
pub enum PlaceFrom {
    /// Everything in the user's cart.
    Cart,
    /// 1 to [`MAX_LINES`]; the same variant twice counts together. The cart is left alone.
    Items(Vec<ItemRequest>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemRequest {
    pub product_id: ProductId,
    /// `None`: the first one of the product.
    pub variant_id: Option<VariantId>,
    /// 1 to [`carts::MAX_QUANTITY`].
    pub quantity: u32,
    /// Of one piece, as the shopper saw it; another price today is a conflict.
    pub price: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1 to 255 visible ASCII characters, chosen by the client.
    pub key: String,
    /// See [`request_hash`].
    pub request_hash: [u8; 32],
}

/// The hash of a request as it was sent: SHA-256 over its parts, each with its length, so that no two lists of parts
/// run together into the same bytes.
pub fn request_hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// What is kept under an idempotency key; the order's number and position are kept beside it by the store.
#[derive(Serialize, Deserialize)]
struct Answer {
    order_id: OrderId,
    total: Money,
}

pub async fn place_order(shop: &Shop, mut request: PlaceOrder) -> Result<Placed, Error> {
    if let Some(placed) = answered_before(shop, &request).await? {
        return Ok(placed);
    }
    request.shipping_address = request.shipping_address.map(form::address).transpose()?;
    request.payment_method_id.as_deref().map(|id| form::name("payment_method_id", id)).transpose()?;
    if let PlaceFrom::Items(items) = &request.from {
        checkout::check_form(items)?;
    }
    currency::agree(shop).await?;
    for _ in 0..TRIES {
        if let Some(placed) = attempt(shop, &request).await? {
            return Ok(placed);
        }
    }
    Err(Error::Contended { what: "what was ordered".to_owned() })
}

async fn answered_before(shop: &Shop, request: &PlaceOrder) -> Result<Option<Placed>, Error> {
    let Some(key) = &request.idempotency else { return Ok(None) };
    form::key(key)?;
    let Some(answered) = shop.store.answered(&scope(request.user), &key.key).await? else { return Ok(None) };
    if answered.request_hash != key.request_hash {
        return Err(Error::KeyReused);
    }
    let answer = read_answer(&answered.answer)?;
    Ok(Some(placed(answer, answered.number, answered.position, true)?))
}

/// An order that has been decided.
pub(crate) struct Prepared {
    /// Everything that it writes.
    pub(crate) commit: Commit,
    pub(crate) event: OrderPlaced,
    cart: Option<Stored>,
}

/// One look at the shop and the decision on it, without writing anything.
pub(crate) async fn prepare(
    shop: &Shop,
    request: &PlaceOrder,
    id: OrderId,
    occasion: Occasion,
) -> Result<Prepared, Error> {
    let (items, cart) = what_is_ordered(shop, request).await?;
    let (lines, address) = look_up(shop, request, &items, occasion.at).await?;
    let event = OrderPlaced {
        user_id: request.user,
        cart: cart.as_ref().map(|Stored { cart, .. }| SpentCart { cart_id: cart.id, seen: cart.taken }),
        items: lines.iter().map(|line| line.item.clone()).collect(),
        total: Money::ZERO,
        currency: shop.rules.currency.code().to_owned(),
        payment_method_id: request.payment_method_id.clone(),
        shipping_address: Some(address),
    };
    let event = OrderPlaced { total: total(&event.items)?, ..event };
    let decided = decide(None, Command::Place(event))?;
    let event = decided.ok_or_else(|| unexpected("an order that had been placed"))?;
    let commit = commit(shop, request, id, &event, &lines, occasion)?;
    match event {
        Event::Placed(event) => Ok(Prepared { commit, event, cart }),
        other => Err(unexpected(other.kind()).into()),
    }
}

/// One look at the shop and one commit; `None` when what it saw had changed by the time of the commit.
async fn attempt(shop: &Shop, request: &PlaceOrder) -> Result<Option<Placed>, Error> {
    let id = OrderId::new();
    let Prepared { commit, event, cart } = prepare(shop, request, id, Occasion::now(shop)).await?;
    match commit_surely(&*shop.store, commit).await? {
        Outcome::Committed(Committed { position, number, replayed, answer, .. }) => {
            let own = || Ok(Answer { order_id: id, total: event.total });
            let answer = answer.as_deref().map_or_else(own, read_answer)?;
            // The commit may have been tried again after an unknown outcome: it is replayed then, but new to the caller.
            let own = answer.order_id == id;
            if own {
                take_out_of_cart(shop, cart, &event, id).await;
            }
            Ok(Some(placed(answer, number, position, replayed && !own)?))
        }
        Outcome::Refused(Refusal::Stock { variant, available, .. }) => {
            let short = checkout::short(&event.items, variant, available);
            Err(short.unwrap_or_else(|| unexpected("a variant that was not asked for").into()))
        }
        Outcome::Refused(Refusal::Spend { last, .. }) => {
            if let Some(stored) = cart {
                catch_up(shop, request.user, &stored.cart, last).await?;
            }
            Ok(None)
        }
        Outcome::Refused(Refusal::RowVersion { .. }) | Outcome::Conflict { .. } => Ok(None),
        Outcome::KeyReused => Err(Error::KeyReused),
        Outcome::Refused(refusal) => Err(unexpected(&format!("{refusal:?}")).into()),
    }
}

async fn what_is_ordered<'a>(
    shop: &Shop,
    request: &'a PlaceOrder,
) -> Result<(Cow<'a, [ItemRequest]>, Option<Stored>), Error> {
    match &request.from {
        PlaceFrom::Items(items) => Ok((Cow::Borrowed(items), None)),
        PlaceFrom::Cart => {
            let stored = carts::load(&*shop.cache, request.user).await?.ok_or(Error::EmptyCart)?;
            let item = |line: &carts::Line| ItemRequest {
                product_id: line.product_id,
                variant_id: Some(line.variant_id),
                quantity: line.quantity,
                price: line.price,
            };
            Ok((stored.cart.lines.iter().map(item).collect(), Some(stored)))
        }
    }
}

/// What is on offer at this moment, at the prices of `at`, and where the order goes.
async fn look_up(
    shop: &Shop,
    request: &PlaceOrder,
    items: &[ItemRequest],
    at: Timestamp,
) -> Result<(Vec<Picked>, Address), Error> {
    let wish = |item: &ItemRequest| Wanted { product: item.product_id, variant: item.variant_id };
    let wanted: Vec<Wanted> = items.iter().map(wish).collect();
    let mut also = vec![RowKey::User(request.user)];
    if request.shipping_address.is_none() {
        also.push(RowKey::Person(request.user));
    }
    let mut snapshot = shop.store.snapshot().await?;
    let (offers, known) = offer::read(&mut *snapshot, &wanted, also).await?;
    // No snapshot is held while waiting for the commit's turn.
    drop(snapshot);

    let mut known = known.into_iter();
    if known.next().flatten().is_none() {
        return Err(Error::UnknownUser { user: request.user });
    }
    let lines = checkout::pick(items, offers, matches!(request.from, PlaceFrom::Cart), at)?;
    let address = request.shipping_address.clone().or_else(|| match known.next().flatten()?.row {
        Row::Person(Person { address, .. }) => address,
        _ => None,
    });
    let address =
        address.ok_or_else(|| Error::invalid("the user has no address; name a shipping address"))?;
    Ok((lines, address))
}

/// Everything that the order writes. All of it is put into its last form here, in the caller's task, so that the
/// store's one writer has nothing left to do but write.
fn commit(
    shop: &Shop,
    request: &PlaceOrder,
    id: OrderId,
    event: &Event,
    lines: &[Picked],
    occasion: Occasion,
) -> Result<Commit, PortError> {
    let order = apply(None, id, event, occasion.at).ok_or_else(|| unexpected("an order without an order"))?;
    let answer = Answer { order_id: id, total: order.row.total };
    let mut commit = occasion.commit(event, id, Actor::User(request.user))?;
    commit.expect = vec![(id.into(), 0)];
    commit.number = Some(Sequence::OrderNumber);
    commit.rows = Vec::with_capacity(1 + lines.len());
    commit.rows.push(order.row.into());
    commit.guards = Vec::with_capacity(1 + 2 * lines.len());
    for (number, line) in (0..).zip(lines) {
        commit.rows.push(line.row(id, number)?.into());
        let (product, variant) = line.keys();
        let unchanged = |key, version| Guard::RowVersion { key, version };
        let product = unchanged(RowKey::Product(product), line.offer.product.version);
        if !commit.guards.contains(&product) {
            commit.guards.push(product);
        }
        commit.guards.push(unchanged(RowKey::Variant(variant), line.offer.variant.version));
    }
    if let Event::Placed(placed) = event {
        let sell = |pieces: Pieces| StockMove::new(pieces.variant_id, MoveKind::Sell(pieces.quantity));
        commit.stock = placed.taken()?.into_iter().map(sell).collect();
    }
    if let Event::Placed(OrderPlaced { cart: Some(SpentCart { cart_id, seen }), .. }) = event {
        commit.guards.push(Guard::Spend { cart: *cart_id, seen: *seen, order: id });
    }
    if let Some(IdempotencyKey { key, request_hash }) = &request.idempotency {
        let answer = serde_json::to_string(&answer)
            .map_err(|source| PortError::internal("writing the answer to an order", source))?;
        commit.idempotency = Some(Idempotency {
            scope: scope(request.user),
            key: key.clone(),
            request_hash: *request_hash,
            ttl_ms: shop.rules.idempotency_ttl_ms,
            answer,
        });
    }
    Ok(commit)
}

/// The order stands, whatever becomes of this: it is done again from the log if it fails.
async fn take_out_of_cart(shop: &Shop, cart: Option<Stored>, event: &OrderPlaced, id: OrderId) {
    let Some(taking) = taking(event, id) else { return };
    if let Err(error) = carts::take_order_from(&*shop.cache, event.user_id, cart, &taking).await {
        tracing::warn!(order = %id, %error, "the cart still holds what was ordered from it");
    }
}

fn scope(user: UserId) -> String {
    format!("orders/{user}")
}

fn read_answer(json: &str) -> Result<Answer, PortError> {
    serde_json::from_str(json).map_err(|source| PortError::internal("reading the answer to an order", source))
}

fn placed(
    answer: Answer,
    number: Option<u64>,
    position: LogPosition,
    replayed: bool,
) -> Result<Placed, PortError> {
    let number = number.ok_or_else(|| unexpected("an order without a number"))?;
    let Answer { order_id, total } = answer;
    Ok(Placed { order_id, number, status: OrderStatus::Pending, total, position, replayed })
}

fn unexpected(answer: &str) -> PortError {
    PortError::internal("placing an order", format!("the store answered with {answer}"))
}
