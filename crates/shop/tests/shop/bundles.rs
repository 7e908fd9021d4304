//! Bundles: how they are made, what there is of them, and what a sale of one takes.

use std::sync::Arc;

use serde_json::{Value, json};
use souk_feeds::write::Form;
use souk_kernel::Coded;
use souk_ports::event::Actor;
use souk_ports::store::{MoveKind, Stock};
use souk_shop::access::Caller;
use souk_shop::carts::{self, AddItem, Owner};
use souk_shop::catalog::{self, Error, NewVariant, ProductChange, VariantChange};
use souk_shop::discovery::search_products;
use souk_shop::orders::{self, ItemRequest, OrderRef, PlaceFrom, PlaceOrder, cancel, place_order};

use crate::catalog::{catch_up, filtered, in_stock, list, runner, show};
use crate::importing::{bring, export};
use crate::world::{Trick, World, money, product, user, variant, write};

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap_or_else(|error| panic!("{error}"))
}

/// `POT-S` at 20.00 and `CUP-S` at 5.00, eight of each, and `SET`, which is a pot and four cups at 30.00.
async fn world() -> World {
    let world = World::new().await;
    world.sells("POT", "20", 8).await;
    world.sells("CUP", "5", 8).await;
    world.sells("TEA", "30", 0).await;
    set(&world, "TEA-S", json!({"parts": parts(&[("POT-S", 1), ("CUP-S", 4)])})).await.unwrap();
    set(&world, "TEA-L", json!({"is_retired": true})).await.unwrap();
    world
}

fn parts(parts: &[(&str, u32)]) -> Value {
    parts.iter().map(|(sku, quantity)| json!({"variant_id": sku, "quantity": quantity})).collect()
}

async fn set(world: &World, sku: &str, change: Value) -> Result<(), Error> {
    let change: VariantChange = read(change);
    catalog::change_variant(&world.shop, variant(sku), &change, Actor::Staff).await.map(drop)
}

async fn stocks<const COUNT: usize>(world: &World, skus: [&str; COUNT]) -> [i64; COUNT] {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let stock = snapshot.stock(&skus.map(variant)).await.unwrap();
    let mut stock = stock.into_iter().map(|stock| stock.map_or(0, |stock| stock.quantity));
    skus.map(|_| stock.next().unwrap())
}

async fn order(world: &World, lines: &[(&str, u32, &str)]) -> Result<OrderRef, orders::Error> {
    let item = |&(sku, quantity, price): &(&str, u32, &str)| ItemRequest {
        product_id: product(&sku[..3]),
        variant_id: Some(variant(sku)),
        quantity,
        price: money(price),
    };
    let order = PlaceOrder {
        user: user(),
        from: PlaceFrom::Items(lines.iter().map(item).collect()),
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    };
    place_order(&world.shop, order).await.map(|placed| OrderRef::Number(placed.number))
}

/// Whether the set is among what can be bought.
async fn found(world: &World) -> bool {
    let page = search_products(&world.shop, &filtered("bowl", in_stock()), 0).await.unwrap();
    let results = serde_json::to_value(page).unwrap()["results"].clone();
    results.as_array().unwrap().iter().any(|found| found["external_id"] == "TEA")
}

#[tokio::test]
async fn a_sale_takes_the_parts_and_a_cancelled_order_brings_back_what_it_took() {
    let world = world().await;
    assert_eq!(stocks(&world, ["TEA-S", "POT-S", "CUP-S"]).await, [2, 8, 8]);
    let first = order(&world, &[("TEA-S", 1, "30"), ("CUP-S", 2, "5")]).await.unwrap();
    assert_eq!(stocks(&world, ["TEA-S", "POT-S", "CUP-S"]).await, [0, 7, 2]);
    let short = order(&world, &[("TEA-S", 1, "30")]).await.unwrap_err();
    assert!(matches!(short, orders::Error::OutOfStock { available: 0, wanted: 1, .. }), "{short:?}");

    // Whatever the set is by then.
    set(&world, "TEA-S", json!({"parts": parts(&[("POT-S", 2)])})).await.unwrap();
    assert_eq!(stocks(&world, ["TEA-S"]).await, [3]);
    cancel(&world.shop, first, None, Caller::System).await.unwrap();
    assert_eq!(stocks(&world, ["TEA-S", "POT-S", "CUP-S"]).await, [4, 8, 8]);

    // What is no bundle any more has a stock of its own again.
    let sets = order(&world, &[("TEA-S", 3, "30")]).await.unwrap();
    set(&world, "TEA-S", json!({"parts": [], "stock_change": 5})).await.unwrap();
    assert_eq!(stocks(&world, ["TEA-S", "POT-S"]).await, [5, 2]);
    cancel(&world.shop, sets, None, Caller::System).await.unwrap();
    assert_eq!(stocks(&world, ["TEA-S", "POT-S"]).await, [5, 8]);
}

#[tokio::test]
async fn a_part_is_sold_once_however_it_is_bought() {
    let world = Arc::new(world().await);
    // Eight cups: in sets, alone, and both in one order.
    let buyers = (0..24).map(|at| {
        let world = world.clone();
        tokio::spawn(async move {
            let lines: &[(&str, u32, &str)] = match at % 3 {
                0 => &[("TEA-S", 1, "30")],
                1 => &[("CUP-S", 1, "5")],
                _ => &[("CUP-S", 1, "5"), ("TEA-S", 1, "30")],
            };
            match order(&world, lines).await {
                Ok(_) => [4, 1, 5][at % 3],
                Err(orders::Error::OutOfStock { .. }) => 0,
                Err(error) => panic!("{error:?}"),
            }
        })
    });
    let buyers: Vec<_> = buyers.collect();
    let mut cups = 0;
    for buyer in buyers {
        cups += buyer.await.unwrap();
    }
    let [left] = stocks(&world, ["CUP-S"]).await;
    assert_eq!(cups + left, 8);
    assert!(left >= 0);
}

/// The set is other than it was when it was looked at.
#[tokio::test]
async fn an_order_takes_the_parts_that_the_set_has_when_it_is_sold() {
    let world = world().await;
    world.store.plays([Trick::Before(Box::new(|store| {
        Box::pin(async move {
            let mut snapshot = store.snapshot().await.unwrap();
            let mut set =
                snapshot.one::<souk_ports::rows::Variant>(variant("TEA-S")).await.unwrap().unwrap().row;
            set.details.parts.retain(|part| part.variant_id == variant("POT-S"));
            write(&*store, vec![set.into()], vec![]).await;
        })
    }))]);
    order(&world, &[("TEA-S", 1, "30")]).await.unwrap();
    assert!(world.store.has_played_all());
    assert_eq!(stocks(&world, ["POT-S", "CUP-S"]).await, [7, 8]);
}

#[tokio::test]
async fn whoever_looks_sees_how_many_sets_there_are() {
    let world = world().await;
    let runner = runner(&world);
    catch_up(&runner).await;
    let shown = async || {
        let page = show(&world, "TEA").await;
        (page["variants"][0]["stock"].as_i64().unwrap(), page["in_stock"].as_bool().unwrap())
    };
    world.shop.pages.follow_from(0);
    assert_eq!(shown().await, (2, true));
    let page = show(&world, "TEA").await;
    assert_eq!(page["variants"][0]["parts"][1], json!({"variant_id": variant("CUP-S"), "quantity": 4}));
    assert_eq!(page["variants"][0]["stock_policy"], Value::Null);

    // Cups are sold, and nobody touched the set.
    order(&world, &[("CUP-S", 5, "5")]).await.unwrap();
    catch_up(&runner).await;
    assert_eq!(shown().await, (0, false));
    assert!(!found(&world).await);
    let listed = list(&world, None).await;
    let of_list = listed["products"].as_array().unwrap();
    let set_of_list = of_list.iter().find(|product| product["external_id"] == "TEA").unwrap();
    assert_eq!((&set_of_list["stock"], &set_of_list["in_stock"]), (&json!(0), &json!(false)));
    set(&world, "CUP-S", json!({"stock_change": 1})).await.unwrap();
    catch_up(&runner).await;
    assert_eq!(shown().await, (1, true));
    assert!(found(&world).await);

    // Nobody counts what it is made of.
    for sku in ["POT-S", "CUP-S"] {
        set(&world, sku, json!({"stock_policy": "not_counted"})).await.unwrap();
    }
    catch_up(&runner).await;
    assert_eq!(shown().await, (Stock::MOST_BUNDLES, true));
    // It is made of something else.
    set(&world, "TEA-S", json!({"parts": parts(&[("POT-L", 3)])})).await.unwrap();
    catch_up(&runner).await;
    assert_eq!(shown().await, (2, true));
}

#[tokio::test]
async fn a_cart_takes_no_more_sets_than_there_are() {
    let world = world().await;
    let add = async |quantity| {
        let item = AddItem { product_id: product("TEA"), variant_id: None, quantity };
        carts::add_item(&world.shop, Owner::named(user()), item).await
    };
    assert_eq!(add(3).await.unwrap_err().code(), souk_kernel::ErrorCode::OutOfStock);
    add(2).await.unwrap();
    let from_cart = PlaceOrder {
        user: user(),
        from: PlaceFrom::Cart,
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    };
    place_order(&world.shop, from_cart).await.unwrap();
    assert_eq!(stocks(&world, ["TEA-S", "POT-S", "CUP-S"]).await, [0, 6, 0]);
}

#[tokio::test]
async fn what_no_set_can_be_is_refused_in_words() {
    let world = world().await;
    let before = stocks(&world, ["TEA-S", "TEA-L", "POT-S", "CUP-S"]).await;
    for (sku, change, words) in [
        ("POT-S", json!({"parts": parts(&[("CUP-S", 1)])}), "is a part of the bundle `TEA-S`"),
        ("CUP-L", json!({"parts": parts(&[("TEA-S", 1)])}), "has `TEA-S`, which is a bundle itself"),
        ("CUP-L", json!({"parts": parts(&[("POT-L", 1)])}), "has a stock of its own, 8"),
        ("TEA-L", json!({"parts": parts(&[("LID", 1)])}), "has `LID`, and there is no such variant"),
        ("TEA-L", json!({"parts": parts(&[("TEA-L", 1)])}), "the variant itself"),
        ("TEA-L", json!({"parts": parts(&[("CUP-S", 1), ("CUP-S", 2)])}), "has `CUP-S` twice"),
        ("TEA-L", json!({"parts": parts(&[("CUP-S", 0)])}), "between 1 and 1000"),
        ("TEA-L", json!({"parts": parts(&[("CUP-S", 1001)])}), "between 1 and 1000"),
        ("TEA-S", json!({"stock_change": 1}), "`stock_change` is that of its parts"),
        ("TEA-S", json!({"stock_policy": "backorder"}), "is that of its parts"),
    ] {
        let refused = set(&world, sku, change.clone()).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{sku} {change}: {refused}");
    }
    let many: Vec<(String, u32)> = (0..51).map(|at| (format!("X{at}"), 1)).collect();
    let many: Vec<(&str, u32)> = many.iter().map(|(sku, quantity)| (sku.as_str(), *quantity)).collect();
    let refused = set(&world, "TEA-L", json!({"parts": parts(&many)})).await.unwrap_err();
    assert!(refused.to_string().contains("more than 50"), "{refused}");
    // Of the product, whose first variant it is, and of a new variant.
    let restock: ProductChange = read(json!({"stock_change": 1}));
    let refused = catalog::change_product(&world.shop, product("TEA"), &restock, Actor::Staff).await;
    assert!(refused.unwrap_err().to_string().contains("is that of its parts"));
    let new = |more: Value| -> NewVariant {
        let mut new = json!({"sku": "TEA-XL", "size": "XL", "parts": parts(&[("POT-L", 1)])});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(new)
    };
    let create =
        async |new| catalog::create_variant(&world.shop, product("TEA"), &new, None, Actor::Staff).await;
    for (more, words) in [
        (json!({"stock": 1}), "is that of its parts"),
        (json!({"stock_policy": "not_counted"}), "is that of its parts"),
        (json!({"parts": parts(&[("TEA-S", 1)])}), "which is a bundle itself"),
    ] {
        let refused = create(new(more.clone())).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{more}: {refused}");
    }
    assert_eq!(stocks(&world, ["TEA-S", "TEA-L", "POT-S", "CUP-S"]).await, before);
    create(new(json!({}))).await.unwrap();
    assert_eq!(stocks(&world, ["TEA-XL"]).await, [8]);
    // Sold out is none the worse, and pieces of its own that come back later are no sets.
    let sold = vec![(variant("CUP-L"), MoveKind::Sell(8))];
    world.write([], sold).await;
    set(&world, "CUP-L", json!({"parts": parts(&[("POT-L", 4)])})).await.unwrap();
    world.write([], vec![(variant("CUP-L"), MoveKind::Return(1))]).await;
    assert_eq!(stocks(&world, ["CUP-L"]).await, [2]);
}

/// The part of a set may stand behind it in the file.
#[tokio::test]
async fn what_is_exported_is_imported_again_with_what_it_is_made_of() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("products.ndjson");
    let export = async |world: &World| export(world, Form::Souk).await;
    let text = export(&world).await;
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_by_key(|line| !line.contains("TEA-S"));
    std::fs::write(&file, lines.join("\n")).unwrap();

    let other = World::new().await;
    let import = async |world: &World| bring(world, file.clone()).await.report;
    let report = import(&other).await;
    assert_eq!((report.bundles.changed, report.rejected), (1, 0), "{report:?}");
    assert_eq!(stocks(&other, ["TEA-S", "POT-S", "CUP-S"]).await, [2, 8, 8]);
    assert_eq!(export(&other).await, text);
    let again = import(&other).await;
    assert_eq!(stocks(&other, ["TEA-S", "POT-S", "CUP-S"]).await, [2, 8, 8]);
    assert_eq!((again.bundles.unchanged, again.total().changed, again.rejected), (1, 0, 0), "{again:?}");

    // What the shop has made of it stays, and what the file says anew is right.
    set(&other, "TEA-S", json!({"parts": parts(&[("POT-S", 2)])})).await.unwrap();
    let kept = import(&other).await;
    assert_eq!(
        (kept.bundles.kept, kept.kept[0].fields.as_slice()),
        (1, &["parts".to_owned()][..]),
        "{kept:?}"
    );
    assert_eq!(stocks(&other, ["TEA-S"]).await, [4]);
    let edit = |from: &str, to: &str| {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from} {text}");
        std::fs::write(&file, text.replace(from, to)).unwrap();
    };
    edit(r#""sku":"CUP-S","quantity":4"#, r#""sku":"CUP-S","quantity":8"#);
    assert_eq!(import(&other).await.bundles.changed, 1);
    assert_eq!(stocks(&other, ["TEA-S"]).await, [1]);

    for (from, to, reason) in [
        (
            r#""sku":"CUP-S","quantity":8"#,
            r#""sku":"LID","quantity":8"#,
            "has `LID`, and there is no such variant",
        ),
        (r#""sku":"LID","quantity":8"#, r#""sku":"TEA-S","quantity":8"#, "the variant itself"),
        (r#""sku":"TEA-S","quantity":8"#, r#""sku":"CUP-S","quantity":0"#, "between 1 and 1000"),
        (r#""sku":"CUP-S","quantity":0"#, r#""sku":"POT-S","quantity":1"#, "twice"),
    ] {
        edit(from, to);
        let refused = import(&other).await;
        assert!(refused.rejected > 0 && format!("{:?}", refused.rejects).contains(reason), "{refused:?}");
        assert_eq!(stocks(&other, ["TEA-S"]).await, [1]);
    }
}
