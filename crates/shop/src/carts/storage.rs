//! How a cart lies in the cache: a hash with an entry per line, changed by compare-and-set.
//!
//! | field | value |
//! |---|---|
//! | `cart_id` | the cart's id, fresh whenever the hash is created |
//! | `taken` | the last order that was taken out of it, if there is one |
//! | `ttl_ms` | how long it lives after a change, so that taking an order out needs no rules |
//! | `line:<variant id>` | the line, as JSON |

use std::collections::BTreeMap;
use std::time::Duration;

use souk_kernel::UserId;
use souk_ports::cache::{Cache, Hash, HashWrite};
use souk_ports::{Error, Result};

use super::cart::{Cart, Line};

const ID: &str = "cart_id";
const TAKEN: &str = "taken";
const TTL: &str = "ttl_ms";
const LINE: &str = "line:";

/// Each try that fails means that another writer of the same cart succeeded.
const TRIES: u64 = 64;

/// A cart as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) cart: Cart,
    ttl_ms: i64,
    version: u64,
    fields: BTreeMap<String, String>,
}

pub(crate) async fn load(cache: &dyn Cache, user: UserId) -> Result<Option<Stored>> {
    cache.hash(&key(user)).await?.map(|hash| read(user, hash)).transpose()
}

/// Changes the cart, and begins again with the cart as it then is whenever somebody was faster. `edit` gets `None`
/// where there is no cart, and answers with what to keep; a cart without lines is not kept. Without `ttl_ms` the cart
/// lives as long as its last owner gave it.
///
/// `first` spares the first read where the caller has just done it.
pub(crate) async fn change<E: From<Error>>(
    cache: &dyn Cache,
    user: UserId,
    ttl_ms: Option<i64>,
    mut first: Option<Stored>,
    mut edit: impl FnMut(Option<Cart>) -> Result<Option<Cart>, E>,
) -> Result<Option<Cart>, E> {
    for attempt in 0..TRIES {
        let stored = match first.take() {
            Some(stored) => Some(stored),
            None => load(cache, user).await?,
        };
        let before = stored.as_ref().map(|stored| stored.cart.clone());
        let after = edit(before.clone())?.filter(|cart| !cart.lines.is_empty());
        if after == before && ttl_ms.is_none() {
            return Ok(after);
        }
        match write(cache, user, stored, after.as_ref(), ttl_ms).await {
            Ok(()) => return Ok(after),
            Err(Error::Conflict { .. }) => tokio::time::sleep(Duration::from_millis(attempt.min(10))).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Conflict { what: format!("the cart of user `{user}`") }.into())
}

async fn write(
    cache: &dyn Cache,
    user: UserId,
    before: Option<Stored>,
    after: Option<&Cart>,
    ttl_ms: Option<i64>,
) -> Result<()> {
    let Some(cart) = after else {
        return match before {
            Some(stored) => cache.delete_hash(&key(user), stored.version).await,
            None => Ok(()),
        };
    };
    let (version, old, lived_ms) = match before {
        Some(stored) => (Some(stored.version), stored.fields, stored.ttl_ms),
        None => (None, BTreeMap::new(), 0),
    };
    let ttl_ms = ttl_ms.unwrap_or(lived_ms);
    let mut set = fields(cart, ttl_ms)?;
    let remove = old.keys().filter(|field| !set.contains_key(*field)).cloned().collect();
    set.retain(|field, value| old.get(field) != Some(value));
    cache.write_hash(&key(user), version, HashWrite { set, remove, ttl_ms }).await.map(drop)
}

fn key(user: UserId) -> String {
    format!("cart:{user}")
}

fn fields(cart: &Cart, ttl_ms: i64) -> Result<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    fields.insert(ID.to_owned(), cart.id.to_string());
    fields.insert(TTL.to_owned(), ttl_ms.to_string());
    if let Some(order) = cart.taken {
        fields.insert(TAKEN.to_owned(), order.to_string());
    }
    for line in &cart.lines {
        let json = serde_json::to_string(line).map_err(|source| Error::internal("writing a cart", source))?;
        fields.insert(format!("{LINE}{}", line.variant_id), json);
    }
    Ok(fields)
}

fn read(user: UserId, hash: Hash) -> Result<Stored> {
    let damaged = |why: String| Error::internal(format!("reading the cart of user `{user}`"), why);
    let (mut id, mut taken, mut ttl_ms, mut lines) = (None, None, None, Vec::new());
    for (field, value) in &hash.fields {
        match field.as_str() {
            ID => id = value.parse().ok(),
            TAKEN => taken = Some(value.parse().map_err(|_| damaged(format!("`{value}` is no order")))?),
            TTL => ttl_ms = value.parse().ok(),
            line if line.starts_with(LINE) => {
                lines.push(serde_json::from_str::<Line>(value).map_err(|error| damaged(error.to_string()))?);
            }
            // A field of a later version of this program.
            _ => {}
        }
    }
    lines.sort_by_key(|line| (line.added_at, line.variant_id));
    let id = id.ok_or_else(|| damaged("it has no id".to_owned()))?;
    let ttl_ms = ttl_ms.ok_or_else(|| damaged("it has no lifetime".to_owned()))?;
    Ok(Stored { cart: Cart { id, taken, lines }, ttl_ms, version: hash.version, fields: hash.fields })
}

#[cfg(test)]
mod tests {
    use souk_kernel::{OrderId, Timestamp};

    use super::*;

    #[test]
    fn a_cart_comes_back_from_its_fields_oldest_line_first() {
        let line = |variant: &str, added_at| Line {
            product_id: "P1".parse().unwrap(),
            variant_id: variant.parse().unwrap(),
            name: "Bowl \"tall\"".into(),
            quantity: 3,
            price: "29.90".parse().unwrap(),
            added_at: Timestamp::from_ms(added_at),
        };
        let lines = vec![line("P1-L", 1), line("P1-S", 2), line("P1-M", 3)];
        let cart = Cart { taken: Some(OrderId::new()), lines, ..Cart::new() };
        let mut fields = fields(&cart, 60_000).unwrap();
        fields.insert("colour".into(), "a field that is not known yet".into());
        let hash = Hash { version: 7, fields, expires_at: Timestamp::from_ms(0) };
        let stored = read("U1".parse().unwrap(), hash).unwrap();
        assert_eq!((stored.cart, stored.ttl_ms, stored.version), (cart, 60_000, 7));
    }
}
