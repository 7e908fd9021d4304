//! What is sold when there is none: on backorder as far as that goes, or because nobody counts it.

use serde_json::{Value, json};
use souk_kernel::{Coded, ErrorCode};
use souk_ports::event::Actor;
use souk_ports::store::{Allowance, MoveKind};
use souk_shop::access::Caller;
use souk_shop::carts::{self, AddItem, Owner};
use souk_shop::catalog::{self, Error, NewProduct, ProductChange, VariantChange};
use souk_shop::discovery::search_products;
use souk_shop::orders::{self, ItemRequest, OrderRef, PlaceFrom, PlaceOrder, cancel, place_order};

use crate::catalog::{catch_up, filtered, in_stock, list, runner, show};
use crate::loading::{Folder, load};
use crate::world::{Trick, World, money, product, user, variant, write};

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap_or_else(|error| panic!("{error}"))
}

/// Three of each variant, for 20.00 and 25.00.
async fn world() -> World {
    let world = World::new().await;
    world.sells("P1", "20", 3).await;
    world
}

async fn set(world: &World, sku: &str, change: Value) -> Result<(), Error> {
    let change: VariantChange = read(change);
    catalog::change_variant(&world.shop, variant(sku), &change, Actor::Staff).await.map(drop)
}

async fn now(world: &World, sku: &str) -> Value {
    serde_json::to_value(catalog::variant_now(&world.shop, variant(sku)).await.unwrap()).unwrap()
}

/// What is told of a variant: its stock, what is owed of it, and whether it can be bought.
async fn told(world: &World, sku: &str) -> (i64, i64, bool, String) {
    let now = now(world, sku).await;
    let number = |field: &str| now[field].as_i64().unwrap();
    let availability = now["availability"].as_str().unwrap().to_owned();
    (number("stock"), number("owed"), now["in_stock"].as_bool().unwrap(), availability)
}

async fn buy(world: &World, quantity: u32) -> Result<OrderRef, orders::Error> {
    let item = ItemRequest {
        product_id: product("P1"),
        variant_id: Some(variant("P1-S")),
        quantity,
        price: money("20"),
    };
    let order = PlaceOrder {
        user: user(),
        from: PlaceFrom::Items(vec![item]),
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    };
    place_order(&world.shop, order).await.map(|placed| OrderRef::Number(placed.number))
}

async fn allowance(world: &World, sku: &str) -> Allowance {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    snapshot.stock(&[variant(sku)]).await.unwrap()[0].unwrap().allowance
}

#[tokio::test]
async fn backorders_go_as_far_as_their_allowance() {
    let world = world().await;
    set(&world, "P1-S", json!({"stock_policy": "backorder", "backorder_allowance": 2})).await.unwrap();
    assert_eq!(told(&world, "P1-S").await, (3, 0, true, "in_stock".into()));
    let policy = now(&world, "P1-S").await;
    assert_eq!((&policy["stock_policy"], &policy["backorder_allowance"]), (&json!("backorder"), &json!(2)));

    let large = buy(&world, 4).await.unwrap();
    assert_eq!(told(&world, "P1-S").await, (0, 1, true, "backorder".into()));
    let too_many = buy(&world, 2).await.unwrap_err();
    assert!(matches!(too_many, orders::Error::OutOfStock { available: 1, wanted: 2, .. }), "{too_many:?}");
    let add = |quantity| AddItem { product_id: product("P1"), variant_id: Some(variant("P1-S")), quantity };
    let cart = async |item| carts::add_item(&world.shop, Owner::named(user()), item).await;
    assert_eq!(cart(add(2)).await.unwrap_err().code(), ErrorCode::OutOfStock);
    cart(add(1)).await.unwrap();
    buy(&world, 1).await.unwrap();
    assert_eq!(told(&world, "P1-S").await, (0, 2, false, "out_of_stock".into()));

    // What is owed stays allowed, or comes in.
    for lower in [json!({"backorder_allowance": 1}), json!({"stock_policy": "counted"})] {
        let refused = set(&world, "P1-S", lower).await.unwrap_err();
        assert_eq!(refused.code().slug(), "still-needed", "{refused}");
        assert!(refused.to_string().contains("2 of `P1-S` are sold and not there"), "{refused}");
    }
    assert_eq!(allowance(&world, "P1-S").await, Allowance::UpTo(2));
    set(&world, "P1-S", json!({"stock_policy": "counted", "stock_change": 2})).await.unwrap();
    assert_eq!(told(&world, "P1-S").await, (0, 0, false, "out_of_stock".into()));
    assert_eq!(allowance(&world, "P1-S").await, Allowance::NONE);
    cancel(&world.shop, large, None, Caller::System).await.unwrap();
    assert_eq!(told(&world, "P1-S").await, (4, 0, true, "in_stock".into()));
    assert_eq!(now(&world, "P1-S").await["stock_policy"], Value::Null);
}

#[tokio::test]
async fn what_nobody_counts_is_always_for_sale() {
    let world = world().await;
    set(&world, "P1-S", json!({"stock_policy": "not_counted"})).await.unwrap();
    buy(&world, 10_000).await.unwrap();
    buy(&world, 10_000).await.unwrap();
    assert_eq!(told(&world, "P1-S").await, (0, 0, true, "in_stock".into()));
    assert_eq!((world.stock("P1-S").await, allowance(&world, "P1-S").await), (-19_997, Allowance::Unlimited));
    // The other variant is counted all the same.
    assert_eq!(allowance(&world, "P1-L").await, Allowance::NONE);

    // Whoever begins to count says how many there are, whatever is sold meanwhile.
    world.store.plays([Trick::Before(Box::new(|store| {
        let sold = vec![(variant("P1-S"), MoveKind::Sell(3))];
        Box::pin(async move { write(&*store, vec![], sold).await })
    }))]);
    set(&world, "P1-S", json!({"stock_policy": "counted", "stock_change": 5})).await.unwrap();
    assert!(world.store.has_played_all());
    assert_eq!(told(&world, "P1-S").await, (5, 0, true, "in_stock".into()));
    assert_eq!(buy(&world, 6).await.unwrap_err().code(), ErrorCode::OutOfStock);
}

#[tokio::test]
async fn a_limit_goes_and_comes_and_what_does_not_go_together_is_refused() {
    let world = world().await;
    set(&world, "P1-S", json!({"stock_policy": "backorder"})).await.unwrap();
    assert_eq!(allowance(&world, "P1-S").await, Allowance::Unlimited);
    set(&world, "P1-S", json!({"backorder_allowance": 7})).await.unwrap();
    set(&world, "P1-S", json!({"size": "small"})).await.unwrap();
    assert_eq!(allowance(&world, "P1-S").await, Allowance::UpTo(7), "what is not named stays");
    set(&world, "P1-S", json!({"backorder_allowance": null})).await.unwrap();
    assert_eq!(allowance(&world, "P1-S").await, Allowance::Unlimited);

    for (wrong, field) in [
        (json!({"backorder_allowance": 0}), "backorder_allowance"),
        (json!({"backorder_allowance": 2_000_000_000}), "backorder_allowance"),
        (json!({"stock_policy": "not_counted", "backorder_allowance": 3}), "backorder_allowance"),
    ] {
        let refused = set(&world, "P1-S", wrong).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid { field: named, .. } if named == field), "{refused:?}");
    }
    for unreadable in [json!({"stock_policy": "sometimes"}), json!({"stock_policy": null})] {
        assert!(serde_json::from_value::<VariantChange>(unreadable).is_err());
    }
}

#[tokio::test]
async fn a_product_says_it_of_its_default_variant() {
    let world = world().await;
    let change = async |change| {
        let change: ProductChange = read(change);
        catalog::change_product(&world.shop, product("P1"), &change, Actor::Staff).await
    };
    let committed = change(json!({"stock_policy": "not_counted"})).await.unwrap();
    assert!(committed.is_some());
    assert!(
        change(json!({"stock_policy": "not_counted"})).await.unwrap().is_none(),
        "it is like that already"
    );
    let shown =
        serde_json::to_value(catalog::product_now(&world.shop, product("P1")).await.unwrap()).unwrap();
    assert_eq!(
        (&shown["version"], &shown["stock"], &shown["availability"]),
        (&json!(2), &json!(6), &json!("in_stock"))
    );
    assert_eq!(shown["variants"][0]["stock_policy"], json!("not_counted"));
    assert_eq!(shown["variants"][1]["stock_policy"], Value::Null);
    // With a field of the product's own, in one commit.
    change(json!({"name": "Print", "stock_policy": "backorder", "stock_change": 1})).await.unwrap();
    assert_eq!((world.stock("P1-S").await, allowance(&world, "P1-S").await), (1, Allowance::Unlimited));
}

#[tokio::test]
async fn a_new_product_begins_with_its_policy() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let create = async |new| {
        let new: NewProduct = read(new);
        catalog::create_product(&world.shop, &new, None, Actor::Staff).await.map(drop)
    };
    let plain = json!({"external_id": "P41", "name": "Print", "category_id": "C12", "price": 9});
    let with = |mut new: Value, more: Value| {
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    };
    create(with(plain.clone(), json!({"stock_policy": "not_counted"}))).await.unwrap();
    assert_eq!(allowance(&world, "P41").await, Allowance::Unlimited);
    let variants = json!([
        {"sku": "P42-S", "size": "S", "stock_policy": "backorder", "backorder_allowance": 4, "stock": 1},
        {"sku": "P42-L", "size": "L"},
    ]);
    let two = with(plain, json!({"external_id": "P42", "variants": variants}));
    let refused = create(with(two.clone(), json!({"stock_policy": "counted"}))).await.unwrap_err();
    assert!(matches!(refused, Error::Invalid { field: "stock_policy", .. }), "{refused:?}");
    create(two).await.unwrap();
    assert_eq!(allowance(&world, "P42-S").await, Allowance::UpTo(4));
    assert_eq!(allowance(&world, "P42-L").await, Allowance::NONE);
}

#[tokio::test]
async fn lists_and_search_have_what_can_be_bought() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let runner = runner(&world);
    let found = async || {
        catch_up(&runner).await;
        let in_stock = filtered("bowl", in_stock());
        let total = search_products(&world.shop, &in_stock, 0).await.unwrap().total;
        let listed = list(&world, Some("C12")).await["products"][0].clone();
        let page = show(&world, "P11").await;
        assert_eq!(
            (&page["in_stock"], &page["availability"]),
            (&listed["in_stock"], &listed["availability"])
        );
        (total, listed["availability"].as_str().unwrap().to_owned())
    };
    let left = now(&world, "P11-L").await["stock"].as_i64().unwrap();
    set(&world, "P11-S", json!({"stock_change": -10})).await.unwrap();
    set(&world, "P11-L", json!({"stock_change": -left})).await.unwrap();
    assert_eq!(found().await, (0, "out_of_stock".into()));
    set(&world, "P11-L", json!({"stock_policy": "backorder", "backorder_allowance": 1})).await.unwrap();
    assert_eq!(found().await, (1, "backorder".into()));
    // The last one that was allowed is taken: no product changed, and it can be bought no more.
    set(&world, "P11-L", json!({"stock_change": -1})).await.unwrap();
    assert_eq!(found().await, (0, "out_of_stock".into()));
    set(&world, "P11-S", json!({"stock_policy": "not_counted"})).await.unwrap();
    assert_eq!(found().await, (1, "in_stock".into()));
    // Whether it is written step by step or at once.
    assert_eq!(show(&world, "P11").await["stock"], json!(0), "what is owed of one is not shown");
}
