//! What some errors say beyond their words: members for programs to read.

use std::any::Any;

use serde_json::{Map, Value, json};
use souk_shop::{activity, carts, catalog, orders};

/// Members for the problem document of this error; none for most.
pub(super) fn details(error: &dyn Any) -> Map<String, Value> {
    let value = if let Some(error) = error.downcast_ref::<orders::Error>() {
        of_order(error)
    } else if let Some(error) = error.downcast_ref::<carts::Error>() {
        of_cart(error)
    } else if let Some(catalog::Error::OutOfStock { available, change, .. }) = error.downcast_ref() {
        json!({ "available": available, "change": change })
    } else if let Some(catalog::Error::NotAsSeen { version, .. }) = error.downcast_ref() {
        json!({ "version": version })
    } else if let Some(index) = error.downcast_ref().and_then(activity::Error::index) {
        json!({ "index": index })
    } else {
        Value::Null
    };
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn of_order(error: &orders::Error) -> Value {
    match error {
        orders::Error::OutOfStock { product, variant, available, wanted, .. } => {
            json!({ "product_id": product, "variant_id": variant, "available": available, "wanted": wanted })
        }
        orders::Error::PriceChanged { product, given, today, .. } => {
            json!({ "product_id": product, "given": given, "today": today })
        }
        orders::Error::Step { status, .. } => json!({ "order_status": status }),
        orders::Error::Cart(error) => of_cart(error),
        _ => Value::Null,
    }
}

fn of_cart(error: &carts::Error) -> Value {
    match error {
        carts::Error::OutOfStock { available, wanted, .. } => {
            json!({ "available": available, "wanted": wanted })
        }
        _ => Value::Null,
    }
}
