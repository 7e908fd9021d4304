//! A shop keeps the currency of its first price.

use souk_kernel::{Coded, ErrorCode};
use souk_ports::event::Actor;
use souk_ports::rows::{RecordKey, RecordRow};
use souk_shop::catalog::{ProductChange, change_product};
use souk_shop::currency;
use souk_shop::loading::{Files, LoadOptions, load_files};
use souk_shop::orders::{ItemRequest, PlaceFrom, PlaceOrder, place_order};
use uuid::Uuid;

use crate::world::{World, money, product, user};

fn order() -> PlaceOrder {
    let item = ItemRequest { product_id: product("P1"), variant_id: None, quantity: 1, price: money("30") };
    PlaceOrder {
        user: user(),
        from: PlaceFrom::Items(vec![item]),
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    }
}

/// As a store was before it kept the currency.
async fn forget(world: &World) {
    let id = Uuid::from_u128(0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_000e);
    let key = RecordKey { kind: "currency".into(), id };
    world.write([RecordRow { key, content: None }.into()], vec![]).await;
}

/// Issue 17: order 1 in EUR showed as USD, and sums added both.
#[tokio::test]
async fn under_another_currency_nothing_is_priced_sold_or_loaded() {
    let mut world = World::new().await;
    world.sells("P1", "30", 5).await;
    place_order(&world.shop, order()).await.unwrap();
    let head = world.shop.store.snapshot().await.unwrap().head().await.unwrap().head;
    world.under("USD");
    let refused = currency::check(&world.shop).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::InvalidInput);
    assert!(refused.to_string().contains("`shop.currency` is USD, and this shop sells in EUR"), "{refused}");
    let change = ProductChange { price: Some(Some(money("15"))), ..ProductChange::default() };
    let priced = change_product(&world.shop, product("P1"), &change, Actor::Staff).await.unwrap_err();
    let sold = place_order(&world.shop, order()).await.unwrap_err();
    let files = Files::artisan();
    let loaded = load_files(&world.shop, files, &LoadOptions::default(), &mut |_| ()).await.unwrap_err();
    for error in [priced.to_string(), sold.to_string(), loaded.to_string()] {
        assert!(error.contains("sells in EUR"), "{error}");
    }
    assert_eq!(world.shop.store.snapshot().await.unwrap().head().await.unwrap().head, head);
    world.under("EUR");
    currency::check(&world.shop).await.unwrap();
    place_order(&world.shop, order()).await.unwrap();
}

#[tokio::test]
async fn a_store_that_was_begun_before_has_its_currency_in_its_orders() {
    let mut world = World::new().await;
    world.sells("P1", "30", 5).await;
    forget(&world).await;
    world.under("JPY");
    currency::check(&world.shop).await.expect("nothing was sold, and no price is known to be in EUR");
    world.under("EUR");
    place_order(&world.shop, order()).await.unwrap();
    forget(&world).await;
    world.under("JPY");
    assert!(currency::check(&world.shop).await.unwrap_err().to_string().contains("sells in EUR"));
    assert!(currency::agree(&world.shop).await.is_err());
}

#[tokio::test]
async fn two_processes_cannot_agree_on_two_currencies() {
    let mut world = World::new().await;
    let mut other = World::new().await;
    forget(&world).await;
    let shop = std::sync::Arc::get_mut(&mut other.shop).unwrap();
    shop.store = world.store.clone();
    other.under("USD");
    world.under("EUR");
    let (one, two) = tokio::join!(currency::agree(&world.shop), currency::agree(&other.shop));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}
