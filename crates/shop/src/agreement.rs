//! Whether what the other roles own agrees with the store: after an older copy of one of them was put back, it does not.
//!
//! A look at what is latest, for people; nothing is changed. What is derived is told by its checkpoints, so it is left out.

use std::collections::HashMap;
use std::time::Duration;

use souk_kernel::{CartId, OrderId, UserId};
use souk_ports::Result;
use souk_ports::rows::{Order, Product};
use souk_ports::store::{Find, Window};
use tokio::time::sleep;

use crate::orders::events::Event;
use crate::{Shop, carts, media};

/// How many of the latest orders, and of the newest products, are looked at.
const LATEST: Window = Window { offset: 0, limit: 200 };
/// How long an order may take from its commit to its cart.
const ON_ITS_WAY: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// How many were looked at.
    pub looked_at: usize,
    /// How many of these do not agree.
    pub amiss: usize,
}

/// Carts that the latest orders were made from: amiss where the cart does not know the last order that the store knows of it.
/// It offers what was ordered once more then, or remembers an order that is lost.
pub async fn carts(shop: &Shop) -> Result<Agreement> {
    let mut spent: HashMap<CartId, UserId> = HashMap::new();
    {
        let mut snapshot = shop.store.snapshot().await?;
        let (orders, _) = snapshot.list::<Order>(&Find::Orders { user: None }, LATEST).await?;
        for order in orders {
            let events = snapshot.stream(order.row.id.into()).await?;
            let placed = events.first().map(Event::placed).transpose()?.flatten();
            if let Some(cart) = placed.and_then(|placed| placed.cart) {
                spent.insert(cart.cart_id, order.row.user_id);
            }
        }
    }
    let looked_at = spent.len();
    let before = unlike(shop, &spent).await?;
    if before.is_empty() {
        return Ok(Agreement { looked_at, amiss: 0 });
    }
    // What was ordered a moment ago may be on its way to the cart.
    sleep(ON_ITS_WAY).await;
    spent.retain(|cart, _| before.contains_key(cart));
    let after = unlike(shop, &spent).await?;
    let amiss = after.iter().filter(|(cart, taken)| before.get(*cart) == Some(*taken)).count();
    Ok(Agreement { looked_at, amiss })
}

/// The carts whose last order is not the one that the store knows, with that order.
async fn unlike(shop: &Shop, spent: &HashMap<CartId, UserId>) -> Result<HashMap<CartId, Option<OrderId>>> {
    let mut unlike = HashMap::new();
    for (id, user) in spent {
        let Some(stored) = carts::load(&*shop.cache, *user).await?.filter(|stored| stored.cart.id == *id)
        else {
            // It has run out, or is another one by now.
            continue;
        };
        let last = shop.store.snapshot().await?.last_spend(*id).await?;
        if stored.cart.taken != last {
            unlike.insert(*id, stored.cart.taken);
        }
    }
    Ok(unlike)
}

/// Pictures of the newest products: amiss where the picture is not among the objects.
pub async fn pictures(shop: &Shop) -> Result<Agreement> {
    let find = Find::ActiveProducts { categories: None };
    let (products, _) = shop.store.snapshot().await?.list::<Product>(&find, LATEST).await?;
    let mut agreement = Agreement::default();
    for product in products {
        for key in media::originals(&product.row.images)? {
            agreement.looked_at += 1;
            let is_there =
                shop.objects.list(key.as_str(), None, 1).await?.iter().any(|there| there.key == key);
            agreement.amiss += usize::from(!is_there);
        }
    }
    Ok(agreement)
}
