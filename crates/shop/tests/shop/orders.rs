//! Orders on the embedded engines.

use std::collections::BTreeMap;

use souk_kernel::{Coded, ErrorCode, OrderId, Page};
use souk_ports::cache::{Hash, HashWrite};
use souk_ports::event::Actor;
use souk_ports::projection::Projection;
use souk_ports::rows::OrderStatus;
use souk_shop::Shop;
use souk_shop::access::Caller;
use souk_shop::carts::{self, AddItem, Owner};
use souk_shop::orders::{
    CartSpending, Error, IdempotencyKey, ItemRequest, OrderRef, OrderViews, Payment, PlaceFrom, PlaceOrder,
    Placed, cancel, deliver, list_orders, order_events, pay, place_order, request_hash, ship, show_order,
};

use crate::world::{Trick, World, home, is_known, money, product, row, user, variant};

fn item(external: &str, quantity: u32, price: &str) -> ItemRequest {
    ItemRequest { product_id: product(external), variant_id: None, quantity, price: money(price) }
}

fn order_of(items: impl IntoIterator<Item = ItemRequest>) -> PlaceOrder {
    PlaceOrder {
        user: user(),
        from: PlaceFrom::Items(items.into_iter().collect()),
        shipping_address: None,
        payment_method_id: Some("pm_1".into()),
        idempotency: None,
    }
}

fn order_of_cart() -> PlaceOrder {
    PlaceOrder { from: PlaceFrom::Cart, ..order_of([]) }
}

fn keyed(order: PlaceOrder, key: &str, body: &str) -> PlaceOrder {
    let request_hash = request_hash(&[body.as_bytes()]);
    PlaceOrder { idempotency: Some(IdempotencyKey { key: key.into(), request_hash }), ..order }
}

async fn put_in_cart(shop: &Shop, external: &str, quantity: u32) {
    let item = AddItem { product_id: product(external), variant_id: None, quantity };
    carts::add_item(shop, Owner::named(user()), item).await.unwrap();
}

async fn cart_size(shop: &Shop) -> usize {
    carts::show(shop, Owner::named(user())).await.unwrap().items.len()
}

async fn code(shop: &Shop, order: PlaceOrder) -> ErrorCode {
    place_order(shop, order).await.unwrap_err().code()
}

async fn how_many(shop: &Shop) -> u64 {
    list_orders(shop, Some(user()), Page::new(None, None).unwrap()).await.unwrap().total
}

fn number(placed: &Placed) -> OrderRef {
    OrderRef::Number(placed.number)
}

fn whole(placed: &Placed) -> Payment {
    Payment { payment_id: "pay_1".into(), amount: placed.total, method: "card".into() }
}

#[tokio::test]
async fn an_order_from_the_cart_is_one_commit_and_spends_the_cart() {
    let world = World::new().await;
    world.sells("P1", "29.90", 10).await;
    world.sells("P2", "5", 10).await;
    put_in_cart(&world.shop, "P1", 2).await;
    put_in_cart(&world.shop, "P2", 1).await;
    let placed = place_order(&world.shop, order_of_cart()).await.unwrap();
    assert_eq!((placed.number, placed.status, placed.total), (1, OrderStatus::Pending, money("64.80")));
    assert!(is_known(placed.position) && !placed.replayed);
    assert_eq!((world.stock("P1-S").await, world.stock("P2-S").await), (8, 9));
    assert_eq!(cart_size(&world.shop).await, 0);
    assert_eq!(code(&world.shop, order_of_cart()).await, ErrorCode::EmptyCart);

    let detail = show_order(&world.shop, "1".parse().unwrap(), Caller::System).await.unwrap();
    assert_eq!(
        show_order(&world.shop, placed.order_id.to_string().parse().unwrap(), Caller::System).await.unwrap(),
        detail
    );
    let line = |item: &souk_shop::orders::OrderLine| (item.name.clone(), item.quantity, item.subtotal);
    let lines: Vec<_> = detail.items.iter().map(line).collect();
    assert_eq!(lines, [("Bowl P1".into(), 2, money("59.80")), ("Bowl P2".into(), 1, money("5"))]);
    assert_eq!(detail.shipping_address, Some(home()), "the user's own");
}

#[tokio::test]
async fn the_shapes_are_the_ones_that_were_promised() {
    let world = World::new().await;
    world.sells("P1", "29.90", 10).await;
    let placed = place_order(&world.shop, order_of([item("P1", 2, "29.90")])).await.unwrap();
    let order_id = placed.order_id;
    let json = |value: &dyn erased::Json| value.json();
    assert_eq!(
        json(&placed),
        serde_json::json!({"order_id": order_id, "number": 1, "status": "pending", "total": 59.8})
    );
    let detail = show_order(&world.shop, number(&placed), Caller::System).await.unwrap();
    assert_eq!(
        json(&detail),
        serde_json::json!({
            "order_id": order_id, "number": 1, "status": "pending", "total": 59.8, "placed_at": detail.placed_at,
            "items": [{
                "product_id": product("P1"), "variant_id": variant("P1-S"), "name": "Bowl P1",
                "quantity": 2, "price": 29.9, "subtotal": 59.8,
            }],
            "shipping_address": {
                "name": "Ada Byron", "line1": "12 Kiln Lane", "city": "Porto", "postal_code": "4050-253", "country": "PT",
            },
        })
    );
    let page = list_orders(&world.shop, Some(user()), Page::new(None, None).unwrap()).await.unwrap();
    assert_eq!(
        json(&page),
        serde_json::json!({
            "orders": [{
                "order_id": order_id, "number": 1, "status": "pending", "total": 59.8, "placed_at": detail.placed_at,
            }],
            "total": 1, "page": 1, "pages": 1,
        })
    );
    let events = order_events(&world.shop, number(&placed), Caller::System).await.unwrap();
    let event = &events.events[0];
    assert_eq!(
        json(&events),
        serde_json::json!({"events": [{
            "type": "order-placed", "version": 1,
            "data": {
                "user_id": user(),
                "items": [{
                    "product_id": product("P1"), "variant_id": variant("P1-S"), "name": "Bowl P1",
                    "quantity": 2, "price": 29.9,
                }],
                "total": 59.8, "currency": "EUR", "payment_method_id": "pm_1",
            },
            "occurred_at": event.occurred_at, "recorded_at": event.recorded_at,
        }]})
    );
}

mod erased {
    pub(super) trait Json {
        fn json(&self) -> serde_json::Value;
    }
    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_and_changes_nothing() {
    let world = World::new().await;
    for external in ["P1", "P2", "P3"] {
        world.sells(external, "20", 3).await;
    }
    world.write([row("P2", None, true).into(), row("P3", Some(money("20")), false).into()], vec![]).await;
    let refused = async |order| code(&world.shop, order).await;
    assert_eq!(refused(order_of([])).await, ErrorCode::InvalidInput);
    assert_eq!(refused(order_of(vec![item("P1", 1, "20"); 101])).await, ErrorCode::InvalidInput);
    assert_eq!(refused(order_of([item("P1", 0, "20")])).await, ErrorCode::InvalidInput);
    assert_eq!(refused(order_of([item("P1", 4, "20")])).await, ErrorCode::OutOfStock);
    assert_eq!(refused(order_of([item("P1", 2, "20"), item("P1", 2, "20")])).await, ErrorCode::OutOfStock);
    assert_eq!(refused(order_of([item("P1", 1, "19.99")])).await, ErrorCode::PriceChanged);
    assert_eq!(refused(order_of([item("P2", 1, "20")])).await, ErrorCode::PriceOnRequest);
    assert_eq!(refused(order_of([item("P3", 1, "20")])).await, ErrorCode::NotForSale);
    assert_eq!(refused(order_of([item("P4", 1, "20")])).await, ErrorCode::NotFound);
    assert_eq!(refused(order_of_cart()).await, ErrorCode::EmptyCart);
    let of_another = ItemRequest { variant_id: Some(variant("P2-S")), ..item("P1", 1, "20") };
    assert_eq!(refused(order_of([of_another])).await, ErrorCode::NotFound);
    let nobody = PlaceOrder { user: "U999".parse().unwrap(), ..order_of([item("P1", 1, "20")]) };
    assert_eq!(refused(nobody).await, ErrorCode::NotFound);
    let homeless = PlaceOrder { user: "U002".parse().unwrap(), ..order_of([item("P1", 1, "20")]) };
    assert_eq!(refused(homeless.clone()).await, ErrorCode::InvalidInput);
    let nowhere = souk_ports::rows::Address { city: String::new(), ..home() };
    let nowhere = PlaceOrder { shipping_address: Some(nowhere), ..homeless.clone() };
    assert_eq!(refused(nowhere).await, ErrorCode::InvalidInput);
    assert_eq!((how_many(&world.shop).await, world.stock("P1-S").await), (0, 3));

    let placed = PlaceOrder { shipping_address: Some(home()), ..homeless };
    assert_eq!(place_order(&world.shop, placed).await.unwrap().number, 1, "refusals take no number");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_oversells_and_numbers_have_no_gap() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    let orders: Vec<_> = (0..1_000)
        .map(|_| {
            let shop = world.shop.clone();
            tokio::spawn(async move { place_order(&shop, order_of([item("P1", 1, "20")])).await })
        })
        .collect();
    let mut numbers = Vec::new();
    for order in orders {
        match order.await.unwrap() {
            Ok(placed) => numbers.push(placed.number),
            Err(Error::OutOfStock { available, wanted: 1, .. }) => assert_eq!(available, 0),
            Err(error) => panic!("{error}"),
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=100).collect::<Vec<u64>>());
    assert_eq!(world.stock("P1-S").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_finds_the_cart_empty() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    for round in 1..=10 {
        put_in_cart(&world.shop, "P1", 1).await;
        let clicks: Vec<_> = (0..4)
            .map(|_| {
                let shop = world.shop.clone();
                tokio::spawn(async move { place_order(&shop, order_of_cart()).await })
            })
            .collect();
        let mut placed = 0;
        for click in clicks {
            match click.await.unwrap() {
                Ok(_) => placed += 1,
                Err(error) => assert_eq!(error.code(), ErrorCode::EmptyCart, "{error}"),
            }
        }
        assert_eq!((placed, how_many(&world.shop).await), (1, round));
        assert_eq!(cart_size(&world.shop).await, 0);
    }
}

/// The cart as the cache holds it, to be put back as if a later write had been lost.
async fn remember_cart(shop: &Shop) -> Hash {
    shop.cache.hash(&format!("cart:{}", user())).await.unwrap().unwrap()
}

async fn put_back(shop: &Shop, fields: BTreeMap<String, String>) {
    let key = format!("cart:{}", user());
    let seen = shop.cache.hash(&key).await.unwrap().map(|hash| hash.version);
    let write = HashWrite { set: fields, remove: vec![], ttl_ms: 60_000 };
    shop.cache.write_hash(&key, seen, write).await.unwrap();
}

#[tokio::test]
async fn a_crash_before_the_cart_was_written_is_made_good_by_the_projection() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    put_in_cart(&world.shop, "P1", 1).await;
    let before = remember_cart(&world.shop).await;
    place_order(&world.shop, order_of_cart()).await.unwrap();
    put_back(&world.shop, before.fields).await;
    assert_eq!(cart_size(&world.shop).await, 1);
    let spending = CartSpending::new(world.shop.cache.clone());
    world.project(&spending).await;
    assert_eq!(cart_size(&world.shop).await, 0);
    put_in_cart(&world.shop, "P1", 1).await;
    world.project(&spending).await;
    assert_eq!(cart_size(&world.shop).await, 1, "a rebuild leaves the next cart alone");
}

#[tokio::test]
async fn a_crash_before_the_cart_was_written_is_made_good_by_the_next_order() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    world.sells("P2", "5", 100).await;
    put_in_cart(&world.shop, "P1", 1).await;
    let before = remember_cart(&world.shop).await;
    place_order(&world.shop, order_of_cart()).await.unwrap();
    put_back(&world.shop, before.fields.clone()).await;
    assert_eq!(code(&world.shop, order_of_cart()).await, ErrorCode::EmptyCart);

    // The same, but something was added to the cart in between: only that is ordered.
    put_back(&world.shop, before.fields).await;
    put_in_cart(&world.shop, "P2", 3).await;
    let with_both = remember_cart(&world.shop).await;
    assert_eq!(place_order(&world.shop, order_of_cart()).await.unwrap().total, money("15"));

    // The cache lost both writes: both orders are taken out, in their order.
    put_back(&world.shop, with_both.fields).await;
    assert_eq!(code(&world.shop, order_of_cart()).await, ErrorCode::EmptyCart);
    assert_eq!((how_many(&world.shop).await, world.stock("P1-S").await), (2, 99));
}

#[tokio::test]
async fn a_cart_that_remembers_an_order_the_store_has_lost_can_be_ordered() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    put_in_cart(&world.shop, "P1", 1).await;
    let mut fields = remember_cart(&world.shop).await.fields;
    fields.insert("taken".into(), OrderId::new().to_string());
    put_back(&world.shop, fields).await;
    assert_eq!(place_order(&world.shop, order_of_cart()).await.unwrap().number, 1);
    assert_eq!(cart_size(&world.shop).await, 0);
}

#[tokio::test]
async fn the_same_key_has_the_same_answer() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    put_in_cart(&world.shop, "P1", 1).await;
    let order = || keyed(order_of_cart(), "k-1", "{}");
    let first = place_order(&world.shop, order()).await.unwrap();
    let again = place_order(&world.shop, order()).await.unwrap();
    assert_eq!(again, Placed { replayed: true, ..first.clone() }, "although the cart is empty now");
    // Not even when the price or the state of the order has changed since.
    world.write([row("P1", None, true).into()], vec![]).await;
    cancel(&world.shop, number(&first), None, Caller::System).await.unwrap();
    assert_eq!(place_order(&world.shop, order()).await.unwrap(), again);

    assert_eq!(code(&world.shop, keyed(order_of_cart(), "k-1", "{ }")).await, ErrorCode::KeyReused);
    let of_another = PlaceOrder { user: "U002".parse().unwrap(), ..order() };
    assert_eq!(code(&world.shop, of_another).await, ErrorCode::EmptyCart, "a key is its user's own");
    assert_eq!(code(&world.shop, keyed(order_of_cart(), "", "{}")).await, ErrorCode::InvalidInput);
    assert_eq!(how_many(&world.shop).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_many_times_at_once_is_one_order() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    let orders: Vec<_> = (0..32)
        .map(|_| {
            let shop = world.shop.clone();
            let order = keyed(order_of([item("P1", 1, "20")]), "k-1", "{}");
            tokio::spawn(async move { place_order(&shop, order).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for order in orders {
        let placed = order.await.unwrap();
        assert_eq!(placed.number, 1);
        first += usize::from(!placed.replayed);
    }
    assert_eq!((first, world.stock("P1-S").await), (1, 99));
}

#[tokio::test]
async fn a_price_that_changes_while_ordering_is_a_conflict() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    world.store.plays_price("P1", "30");
    let error = place_order(&world.shop, order_of([item("P1", 1, "20")])).await.unwrap_err();
    assert!(world.store.has_played_all());
    assert_eq!(
        error.to_string(),
        "the price of `Bowl P1` is 30.00 today, not 20.00; order it at today's price"
    );
    // A change that leaves the price alone is looked at, and no obstacle.
    world.store.plays_price("P1", "30");
    assert_eq!(place_order(&world.shop, order_of([item("P1", 1, "30")])).await.unwrap().number, 1);
    assert!(world.store.has_played_all());
}

#[tokio::test]
async fn a_cart_with_a_former_price_is_a_conflict_until_its_line_is_changed() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    put_in_cart(&world.shop, "P1", 1).await;
    world.write([row("P1", Some(money("30")), true).into()], vec![]).await;
    assert_eq!(code(&world.shop, order_of_cart()).await, ErrorCode::PriceChanged);
    assert_eq!(cart_size(&world.shop).await, 1);
    carts::change_item(&world.shop, Owner::named(user()), &"P1".parse().unwrap(), 1).await.unwrap();
    assert_eq!(place_order(&world.shop, order_of_cart()).await.unwrap().total, money("30"));
}

#[tokio::test]
async fn an_answer_that_gets_lost_does_not_double_an_order() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    for key in [None, Some("k-1")] {
        put_in_cart(&world.shop, "P1", 1).await;
        world.store.plays([Trick::LoseCommit, Trick::LoseAnswer, Trick::LoseAnswer]);
        let order = key.map_or_else(order_of_cart, |key| keyed(order_of_cart(), key, "{}"));
        let placed = place_order(&world.shop, order).await.unwrap();
        assert!(world.store.has_played_all() && !placed.replayed);
        assert_eq!(cart_size(&world.shop).await, 0);
        assert_eq!(how_many(&world.shop).await, placed.number);
    }
    assert_eq!((how_many(&world.shop).await, world.stock("P1-S").await), (2, 98));
}

#[tokio::test]
async fn an_order_goes_through_its_steps() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    let shop = &world.shop;
    let placed = place_order(shop, order_of([item("P1", 2, "20")])).await.unwrap();
    let order = number(&placed);
    let too_little = Payment { amount: money("39.99"), ..whole(&placed) };
    let error = pay(shop, order, too_little, Actor::Staff).await.unwrap_err();
    assert_eq!(error.to_string(), "order `1` costs 40.00, but the payment is 39.99");
    assert_eq!(
        ship(shop, order, "PT1".into(), Actor::Staff).await.unwrap_err().code(),
        ErrorCode::OrderState
    );

    let paid = pay(shop, order, whole(&placed), Actor::Staff).await.unwrap();
    assert_eq!((paid.status, paid.number, paid.replayed), (OrderStatus::Paid, 1, false));
    let again = pay(shop, order, whole(&placed), Actor::Staff).await.unwrap();
    assert_eq!((again.replayed, again.position), (true, paid.position));
    // The commit takes effect, and its answer gets lost: it is tried again, and not done twice.
    world.store.plays([Trick::LoseAnswer]);
    let by_id = OrderRef::Id(placed.order_id);
    assert_eq!(ship(shop, by_id, "PT1".into(), Actor::Staff).await.unwrap().status, OrderStatus::Shipped);
    assert_eq!(
        cancel(shop, order, None, Caller::System).await.unwrap_err().to_string(),
        "order `1` is shipped, so it cannot be cancelled: the parcel has left the house"
    );
    assert_eq!(deliver(shop, order, Actor::Staff).await.unwrap().status, OrderStatus::Delivered);

    let events = order_events(shop, order, Caller::System).await.unwrap().events;
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["order-placed", "order-paid", "order-shipped", "order-delivered"]);
    assert_eq!(show_order(shop, order, Caller::System).await.unwrap().status, OrderStatus::Delivered);
    for missing in ["7", "99999999999999999999999", "ORDER-7"] {
        let found = match missing.parse::<OrderRef>() {
            Ok(order) => show_order(shop, order, Caller::System).await.map(drop),
            Err(error) => Err(error),
        };
        assert_eq!(found.unwrap_err().code(), ErrorCode::NotFound, "{missing}");
    }
    for bad in [" 1", "1/2", "\0", ""] {
        assert_eq!(bad.parse::<OrderRef>().unwrap_err().code(), ErrorCode::InvalidInput);
    }
    for bad in ["", " ", "a\0b", &"x".repeat(201)] {
        let error = ship(shop, order, bad.into(), Actor::Staff).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidInput);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_returns_the_stock_once() {
    let world = World::new().await;
    world.sells("P1", "20", 10).await;
    let large = ItemRequest { variant_id: Some(variant("P1-L")), ..item("P1", 3, "25") };
    let placed = place_order(&world.shop, order_of([item("P1", 2, "20"), large])).await.unwrap();
    assert_eq!((world.stock("P1-S").await, world.stock("P1-L").await), (8, 7));
    let cancels: Vec<_> = (0..8)
        .map(|_| {
            let (shop, order) = (world.shop.clone(), number(&placed));
            tokio::spawn(async move { cancel(&shop, order, Some("too late".into()), Caller::System).await })
        })
        .collect();
    let mut done = 0;
    for cancelled in cancels {
        let cancelled = cancelled.await.unwrap().unwrap();
        assert_eq!(cancelled.status, OrderStatus::Cancelled);
        done += usize::from(!cancelled.replayed);
    }
    assert_eq!(done, 1);
    assert_eq!((world.stock("P1-S").await, world.stock("P1-L").await), (10, 10));
    assert_eq!(order_events(&world.shop, number(&placed), Caller::System).await.unwrap().events.len(), 2);
}

#[tokio::test]
async fn lists_are_newest_first_whoever_answers() {
    let world = World::new().await;
    world.sells("P1", "20", 100).await;
    for _ in 0..5 {
        place_order(&world.shop, order_of([item("P1", 1, "20")])).await.unwrap();
    }
    cancel(&world.shop, OrderRef::Number(2), None, Caller::System).await.unwrap();
    let list = async |of_user, page| {
        let page = Page::new(Some(page), Some(2)).unwrap();
        list_orders(&world.shop, of_user, page).await.unwrap()
    };
    let from_store = [list(None, 1).await, list(None, 2).await, list(None, 3).await];
    let numbers = from_store.iter().flat_map(|page| &page.orders).map(|order| order.number);
    assert_eq!(numbers.collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    assert_eq!((from_store[0].total, from_store[0].pages), (5, 3));
    assert_eq!(list(Some(user()), 1).await, from_store[0]);
    assert_eq!(list(Some("U002".parse().unwrap()), 1).await.total, 0);

    let views = OrderViews::new(world.shop.documents.clone());
    world.project(&views).await;
    assert_eq!([list(None, 1).await, list(None, 2).await, list(None, 3).await], from_store);
    let dump = views.dump().await.unwrap();
    assert_eq!(dump.len(), 5);
    assert!(dump.iter().any(|line| line.contains("\"status\":\"cancelled\"")), "{dump:?}");
    assert!(dump.is_sorted() && !dump.iter().any(|line| line.contains("Kiln Lane")));
    world.project(&views).await;
    assert_eq!(views.dump().await.unwrap(), dump, "a rebuild");

    // What the documents have not yet got shows who answers.
    place_order(&world.shop, order_of([item("P1", 1, "20")])).await.unwrap();
    assert_eq!((list(None, 1).await.total, list(Some(user()), 1).await.total), (5, 6));
}
