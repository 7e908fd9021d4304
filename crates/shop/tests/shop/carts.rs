//! Carts on the embedded engines.

use std::time::Duration;

use souk_kernel::{Coded, ErrorCode};
use souk_shop::carts::{self, AddItem, CartView, Error, Owner, offer};
use souk_shop::orders::{PlaceFrom, PlaceOrder, place_order};

use crate::world::{World, money, product, row, user, variant};

fn me() -> Owner {
    Owner::named(user())
}

fn bowls(external: &str, quantity: u32) -> AddItem {
    AddItem { product_id: product(external), variant_id: None, quantity }
}

fn lines(view: &CartView) -> Vec<(String, u32, String)> {
    view.items.iter().map(|item| (item.name.clone(), item.quantity, item.subtotal.to_string())).collect()
}

#[tokio::test]
async fn a_cart_adds_up_changes_and_ends() {
    let world = World::new().await;
    world.sells("P1", "20", 10).await;
    world.sells("P2", "1.50", 10).await;
    let shop = &world.shop;
    assert_eq!(carts::show(shop, me()).await.unwrap().items, []);

    carts::add_item(shop, me(), bowls("P1", 2)).await.unwrap();
    let large = AddItem { variant_id: Some(variant("P2-L")), ..bowls("P2", 1) };
    carts::add_item(shop, me(), large).await.unwrap();
    let view = carts::add_item(shop, me(), bowls("P1", 1)).await.unwrap();
    assert_eq!(lines(&view), [("Bowl P1".into(), 3, "60.00".into()), ("Bowl P2".into(), 1, "6.50".into())]);
    assert_eq!((view.total, view.currency.code()), (money("66.50"), "EUR"));
    assert_eq!(view.items[0].id, variant("P1-S"));
    assert_eq!(carts::show(shop, me()).await.unwrap(), view);

    let view = carts::change_item(shop, me(), &"P1".parse().unwrap(), 5).await.unwrap();
    assert_eq!(view.total, money("106.50"));
    let view = carts::remove_item(shop, me(), &"P2-L".parse().unwrap()).await.unwrap();
    assert_eq!(view.total, money("100"));
    let gone = carts::remove_item(shop, me(), &"P2-L".parse().unwrap()).await.unwrap_err();
    assert_eq!(gone.to_string(), "there is no `P2-L` in the cart");
    assert_eq!(carts::clear(shop, me()).await.unwrap().items, []);
    assert_eq!(carts::clear(shop, me()).await.unwrap().items, [], "twice");
}

#[tokio::test]
async fn the_shape_is_the_one_that_was_promised() {
    let world = World::new().await;
    world.sells("P1", "20", 10).await;
    let view = carts::add_item(&world.shop, me(), bowls("P1", 2)).await.unwrap();
    let item = &view.items[0];
    assert_eq!(
        serde_json::to_value(&view).unwrap(),
        serde_json::json!({
            "items": [{
                "id": item.variant_id, "product_id": item.product_id, "variant_id": item.variant_id,
                "name": "Bowl P1", "quantity": 2, "price": 20.0, "subtotal": 40.0, "added_at": item.added_at,
            }],
            "total": 40.0,
            "currency": "EUR",
        })
    );
}

#[tokio::test]
async fn what_cannot_be_sold_cannot_be_added() {
    let world = World::new().await;
    world.sells("P1", "20", 3).await;
    world.sells("P2", "20", 3).await;
    world.sells("P3", "20", 3).await;
    world.write([row("P2", None, true).into(), row("P3", Some(money("20")), false).into()], vec![]).await;
    let add = async |item| carts::add_item(&world.shop, me(), item).await;

    add(bowls("P1", 2)).await.unwrap();
    let error = add(bowls("P1", 2)).await.unwrap_err();
    assert_eq!(error.to_string(), "only 3 of `Bowl P1` can be ordered, not 4");
    assert!(matches!(add(bowls("P1", 0)).await, Err(Error::Quantity { .. })));
    assert!(matches!(add(bowls("P1", u32::MAX)).await, Err(Error::Quantity { .. })));
    assert_eq!(add(bowls("P2", 1)).await.unwrap_err().code(), ErrorCode::PriceOnRequest);
    assert!(matches!(add(bowls("P3", 1)).await, Err(Error::Offer(offer::Error::NotForSale { .. }))));
    assert_eq!(add(bowls("P4", 1)).await.unwrap_err().code(), ErrorCode::NotFound);
    let of_another = AddItem { variant_id: Some(variant("P2-S")), ..bowls("P1", 1) };
    assert_eq!(add(of_another).await.unwrap_err().code(), ErrorCode::NotFound);
    let nobody = Owner::named("U999".parse().unwrap());
    let error = carts::add_item(&world.shop, nobody, bowls("P1", 1)).await.unwrap_err();
    assert!(matches!(error, Error::UnknownUser { .. }));
    let too_many = carts::change_item(&world.shop, me(), &"P1".parse().unwrap(), 4).await.unwrap_err();
    assert!(matches!(too_many, Error::OutOfStock { available: 3, wanted: 4, .. }));
    assert_eq!(
        lines(&carts::show(&world.shop, me()).await.unwrap()),
        [("Bowl P1".into(), 2, "40.00".into())]
    );
}

#[tokio::test]
async fn a_changed_price_is_taken_over_by_changing_the_line() {
    let world = World::new().await;
    world.sells("P1", "20", 10).await;
    carts::add_item(&world.shop, me(), bowls("P1", 1)).await.unwrap();
    world.write([row("P1", Some(money("18")), true).into()], vec![]).await;
    let shown = carts::show(&world.shop, me()).await.unwrap();
    assert_eq!((shown.total, shown.items[0].accepted_price), (money("18"), Some(money("20"))));
    world.store.is_away(true);
    let alone = carts::show(&world.shop, me()).await.unwrap();
    assert_eq!((alone.total, alone.items[0].accepted_price), (money("20"), None), "as it was put in");
    world.store.is_away(false);
    let view = carts::change_item(&world.shop, me(), &"P1".parse().unwrap(), 1).await.unwrap();
    assert_eq!((view.total, view.items[0].accepted_price), (money("18"), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_many_add_at_once() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    let adds: Vec<_> = (0..24)
        .map(|_| {
            let shop = world.shop.clone();
            tokio::spawn(async move { carts::add_item(&shop, me(), bowls("P1", 1)).await.unwrap() })
        })
        .collect();
    for add in adds {
        add.await.unwrap();
    }
    assert_eq!(carts::show(&world.shop, me()).await.unwrap().items[0].quantity, 24);
}

#[tokio::test]
async fn a_cart_survives_a_restart_and_runs_out() {
    let world = World::with_cart_ttl_ms(1_500).await;
    world.sells("P1", "20", 10).await;
    carts::add_item(&world.shop, me(), bowls("P1", 1)).await.unwrap();
    let key = format!("cart:{}", user());
    assert!(world.another_cache().await.hash(&key).await.unwrap().is_some());
    tokio::time::sleep(Duration::from_millis(1_700)).await;
    assert_eq!(carts::show(&world.shop, me()).await.unwrap().items, []);
    let order = PlaceOrder {
        user: user(),
        from: PlaceFrom::Cart,
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    };
    assert_eq!(place_order(&world.shop, order).await.unwrap_err().code(), ErrorCode::EmptyCart);

    carts::add_item(&world.shop, Owner::signed_in(user()), bowls("P1", 1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_700)).await;
    assert_eq!(carts::show(&world.shop, me()).await.unwrap().items.len(), 1, "signed in, it lives longer");
}
