//! Sales, stock levels, demand and insights on the embedded engines, beside what the store says.

use std::collections::BTreeMap;

use souk_kernel::{ActivityId, Coded, ErrorCode, MoneySum, Timestamp, UserId};
use souk_ports::derived::Checkpoint;
use souk_ports::event::Actor;
use souk_ports::projection::{ActivityProjection, Projection};
use souk_ports::rows::{Order, OrderItem, OrderStatus, Row, Seller};
use souk_ports::series::ActivityKind;
use souk_ports::store::{Find, Window};
use souk_shop::access::Caller;
use souk_shop::activity::{self, Interest, Reported};
use souk_shop::analytics::{
    self, Basis, Count, PerformanceBy, PerformanceQuery, Recorder, Sales, SalesBy, SalesQuery, StockLevels,
};
use souk_shop::catalog::{VariantChange, change_variant};
use souk_shop::customers;
use souk_shop::orders::{ItemRequest, OrderRef, PlaceFrom, PlaceOrder, cancel, place_order};

use crate::world::{World, money, product, row, user, variant};

fn sales_by(by: SalesBy) -> SalesQuery {
    SalesQuery { by, from: None, to: None, limit: 1_000 }
}

/// Orders so many of each first variant, and says which order it is.
async fn order(world: &World, items: &[(&str, u32, &str)]) -> OrderRef {
    let items = items.iter().map(|(external, quantity, price)| ItemRequest {
        product_id: product(external),
        variant_id: None,
        quantity: *quantity,
        price: money(price),
    });
    let order = PlaceOrder {
        user: user(),
        from: PlaceFrom::Items(items.collect()),
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    };
    OrderRef::Number(place_order(&world.shop, order).await.unwrap().number)
}

async fn adjust(world: &World, sku: &str, pieces: i64) {
    let change = VariantChange { stock_change: Some(pieces), ..VariantChange::default() };
    change_variant(&world.shop, variant(sku), &change, Actor::Staff).await.unwrap().unwrap();
}

/// Follows the whole activity feed into a new generation.
async fn project_activity(world: &World, projection: &dyn ActivityProjection) {
    let (name, target) = (projection.name(), projection.target());
    let live = target.live(name).await.unwrap();
    let next = target.begin(name).await.unwrap();
    let head = world.shop.series.activity_head().await.unwrap();
    let activities = world.shop.series.activity(0, u32::MAX).await.unwrap();
    let checkpoint = Checkpoint { log: head.log, at: head.head, ..Default::default() };
    projection.apply(next, &activities, checkpoint).await.unwrap();
    target.promote(name, live, next).await.unwrap();
}

fn did(kind: ActivityKind, external: &str, visitor: &str) -> Reported {
    Reported {
        event_id: None,
        kind,
        visitor: visitor.parse().unwrap(),
        product: product(external),
        session: None,
        metadata: None,
    }
}

/// Pieces and ten-thousandths of all lines of orders that were not cancelled, as the store has them.
async fn sold(world: &World) -> (i64, i128) {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let (orders, _) = snapshot.list::<Order>(&Find::Orders { user: None }, Window::ALL).await.unwrap();
    let kept = orders.into_iter().filter(|order| order.row.status != OrderStatus::Cancelled);
    let kept: Vec<_> = kept.map(|order| order.row.id).collect();
    let (items, _) = snapshot.list::<OrderItem>(&Find::ItemsOf(kept), Window::ALL).await.unwrap();
    items.iter().fold((0, 0), |(pieces, amount), item| {
        let quantity = i64::from(item.row.quantity);
        (pieces + quantity, amount + i128::from(quantity * item.row.price.ten_thousandths()))
    })
}

/// `P1` and `P2` of two workshops, with stock that came as events do; four orders, one of them cancelled.
async fn trading() -> World {
    let world = World::new().await;
    for (external, price, seller) in [("P1", "29.90", "S1"), ("P2", "5", "S2")] {
        world.sells(external, price, 0).await;
        let seller = Seller {
            id: seller.parse().unwrap(),
            external_id: Some(seller.to_owned()),
            user_id: None,
            name: format!("Workshop {seller}"),
            rating: None,
            city: None,
            country: None,
            founded: None,
            description: String::new(),
        };
        let mut of_seller = row(external, Some(money(price)), true);
        of_seller.seller_id = Some(seller.id);
        world.write([Row::from(seller), of_seller.into()], vec![]).await;
        adjust(&world, &format!("{external}-S"), 50).await;
        adjust(&world, &format!("{external}-L"), 7).await;
    }
    order(&world, &[("P1", 2, "29.90"), ("P2", 3, "5")]).await;
    let regretted = order(&world, &[("P1", 10, "29.90")]).await;
    order(&world, &[("P2", 1, "5")]).await;
    cancel(&world.shop, regretted, None, Caller::System).await.unwrap();
    order(&world, &[("P1", 1, "29.90")]).await;
    world
}

#[tokio::test]
async fn sales_equal_the_orders_of_the_store_and_cancelled_ones_count_for_nothing() {
    let world = trading().await;
    let sales = Sales::new(world.shop.series.clone());
    world.project(&sales).await;
    let (pieces, amount) = sold(&world).await;
    assert_eq!((pieces, amount), (7, (3 * 2990 + 4 * 500) * 100));
    for by in [SalesBy::Day, SalesBy::Category, SalesBy::Seller] {
        let answer = analytics::sales(&world.shop, &sales_by(by), 0).await.unwrap();
        assert_eq!((answer.total.pieces, answer.total.revenue.ten_thousandths()), (pieces, amount), "{by:?}");
        let sum: i128 = answer.rows.iter().map(|row| row.sum.revenue.ten_thousandths()).sum();
        assert_eq!(sum, amount, "{by:?}");
    }
    let by_seller = analytics::sales(&world.shop, &sales_by(SalesBy::Seller), 0).await.unwrap();
    let rows: Vec<_> =
        by_seller.rows.iter().map(|row| (row.name.as_deref().unwrap(), row.sum.pieces)).collect();
    assert_eq!(rows, [("Workshop S1", 3), ("Workshop S2", 4)]);
    assert_eq!(by_seller.rows[0].external_id.as_deref(), Some("S1"));

    // What was sold under a seller stays there when the product moves on.
    world.write([Row::from(row("P1", Some(money("31")), true))], vec![]).await;
    let before = sales.dump().await.unwrap();
    world.project(&sales).await;
    assert_eq!(sales.dump().await.unwrap(), before);
    assert_eq!(before.len(), 6);

    let tomorrow = Timestamp::from_ms(world.shop.clock.now().ms() + 86_400_000);
    let later = SalesQuery { from: Some(tomorrow), ..sales_by(SalesBy::Day) };
    let nothing = analytics::sales(&world.shop, &later, 0).await.unwrap();
    assert_eq!((nothing.rows.len(), nothing.total.revenue), (0, MoneySum::default()));
    for bad in [
        SalesQuery { limit: 0, ..later.clone() },
        SalesQuery { limit: 1_001, ..later.clone() },
        SalesQuery { to: Some(tomorrow), ..later.clone() },
    ] {
        let refused = analytics::sales(&world.shop, &bad, 0).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidInput, "{bad:?}");
    }
}

#[tokio::test]
async fn the_last_stock_level_is_what_the_store_has() {
    let world = trading().await;
    adjust(&world, "P1-L", -4).await;
    let levels = StockLevels::new(world.shop.series.clone());
    world.project(&levels).await;
    for external in ["P1", "P2"] {
        let answer = analytics::stock(&world.shop, product(external), 30, 0).await.unwrap();
        assert_eq!(answer.days.len(), 30);
        let mut total = 0;
        for one in &answer.variants {
            let stored = world.stock(&one.sku).await;
            assert_eq!(one.levels.last(), Some(&stored), "{}", one.sku);
            total += stored;
        }
        assert_eq!(answer.variants.len(), 2);
        assert_eq!(answer.days.last().unwrap().level, total);
    }
    let before = levels.dump().await.unwrap();
    world.project(&levels).await;
    assert_eq!(levels.dump().await.unwrap(), before);

    let unknown = analytics::stock(&world.shop, product("P9"), 30, 0).await.unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::NotFound);
    for days in [0, 367] {
        let refused = analytics::stock(&world.shop, product("P1"), days, 0).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn figures_that_are_not_there_yet_are_unavailable() {
    let world = World::new().await;
    world.sells("P1", "5", 1).await;
    let sales = analytics::sales(&world.shop, &sales_by(SalesBy::Day), 0).await.unwrap_err();
    let stock = analytics::stock(&world.shop, product("P1"), 3, 0).await.unwrap_err();
    let query = PerformanceQuery { by: PerformanceBy::Route, from: None, to: None };
    let speed = analytics::performance(&world.shop, &query).await.unwrap_err();
    for error in [sales, stock, speed] {
        assert_eq!(error.code(), ErrorCode::Unavailable, "{error}");
    }
}

#[tokio::test]
async fn a_list_of_events_is_kept_whole_or_not_at_all() {
    let world = World::new().await;
    world.sells("P1", "5", 1).await;
    let view = || did(ActivityKind::VIEW, "P1", "anybody");
    let kept = async || world.shop.series.activity_head().await.unwrap().head.position;
    let many = |number| (0..number).map(|_| view()).collect::<Vec<_>>();
    for (bad, code, index) in [
        (vec![], ErrorCode::InvalidInput, None),
        (many(1_001), ErrorCode::InvalidInput, None),
        (vec![view(), did(ActivityKind::VIEW, "P9", "U001")], ErrorCode::NotFound, Some(1)),
        (
            vec![view(), view(), Reported { event_id: Some(product("P1").0), ..view() }],
            ErrorCode::InvalidInput,
            Some(2),
        ),
    ] {
        let refused = activity::record(&world.shop, bad, Caller::System).await.unwrap_err();
        assert_eq!((refused.code(), refused.index()), (code, index), "{refused}");
        assert_eq!(kept().await, 0);
    }
    let event_id = Some(ActivityId::new().0);
    let once = Reported { event_id, ..view() };
    let recorded = activity::record(&world.shop, vec![once.clone(), view(), once.clone()], Caller::System)
        .await
        .unwrap();
    assert_eq!((recorded.added, recorded.position), (2, 2));
    let again = activity::record(&world.shop, vec![once], Caller::System).await.unwrap();
    assert_eq!((again.added, again.position), (0, 2));
    assert_eq!(activity::record(&world.shop, many(1_000), Caller::System).await.unwrap().position, 1_002);
}

#[tokio::test]
async fn orders_make_hotter_than_views_and_reported_purchases_do_not() {
    let world = trading().await;
    world.sells("P3", "5", 1).await;
    world.write([Row::from(row("P4", None, false))], vec![]).await;
    let interest = Interest::new(world.shop.series.clone());
    let sales = Sales::new(world.shop.series.clone());

    // Nobody can tell: the newest stand in.
    let answer = analytics::hot_products(&world.shop, 10, 0).await.unwrap();
    assert_eq!((answer.basis, answer.products.len()), (Basis::Newest, 3));
    assert!(answer.products.iter().all(|hot| hot.score.is_none()));

    let mut all = Vec::new();
    for number in 0..20 {
        let visitor = format!("V{number}");
        all.push(did(ActivityKind::VIEW, "P3", &visitor));
        all.push(did(ActivityKind::VIEW, "P4", &visitor));
        all.push(did(ActivityKind::PURCHASE, "P3", &visitor));
        all.push(did(ActivityKind::IMPRESSION, "P1", &visitor));
    }
    all.push(did(ActivityKind::ADD_TO_CART, "P2", "U001"));
    all.push(did(ActivityKind::CLICK, "P2", "U001"));
    activity::record(&world.shop, all, Caller::System).await.unwrap();
    project_activity(&world, &interest).await;
    world.project(&sales).await;
    let answer = analytics::hot_products(&world.shop, 10, u64::MAX).await.unwrap();
    assert_eq!(answer.basis, Basis::Last7Days);
    let scores: BTreeMap<_, _> = answer
        .products
        .iter()
        .map(|hot| (hot.product.external_id.clone().unwrap(), hot.score.unwrap()))
        .collect();
    // P4 is looked at as much as P3, but not active.
    let expected = [("P1", 30), ("P2", 4 * 10 + 5 + 2), ("P3", 20)];
    assert_eq!(scores, expected.map(|(id, score)| (id.to_owned(), score)).into());
    assert_eq!(answer.products[0].product.external_id.as_deref(), Some("P2"));
    let best = analytics::hot_products(&world.shop, 1, 0).await.unwrap();
    assert_eq!(best.products, answer.products[..1]);
    assert_eq!(analytics::hot_products(&world.shop, 0, 0).await.unwrap_err().code(), ErrorCode::InvalidInput);

    let before = interest.dump().await.unwrap();
    assert_eq!(before.len(), 62, "all but the twenty purchases");
    project_activity(&world, &interest).await;
    assert_eq!(interest.dump().await.unwrap(), before);
}

#[tokio::test]
async fn insights_say_what_the_orders_and_views_say() {
    let world = trading().await;
    for external in ["P1", "P2", "P1"] {
        activity::record(&world.shop, vec![did(ActivityKind::VIEW, external, "U001")], Caller::System)
            .await
            .unwrap();
    }
    activity::record(&world.shop, vec![did(ActivityKind::CLICK, "P2", "U001")], Caller::System)
        .await
        .unwrap();
    let found = customers::insights(&world.shop, user()).await.unwrap();
    assert_eq!((found.orders, found.cancelled_orders), (3, 1));
    assert_eq!(found.lifetime_value.with_decimals(2), "109.70");
    // 36.5666… to the nearest cent.
    assert_eq!(found.average_order_value, money("36.57"));
    assert!(found.first_order_at.unwrap() <= found.last_order_at.unwrap());
    assert_eq!(found.tastes.len(), 1);
    assert_eq!((found.tastes[0].pieces, found.tastes[0].share), (7, 1.0));
    let viewed = found.last_views.unwrap();
    let viewed: Vec<_> = viewed.iter().map(|one| one.product.external_id.clone().unwrap()).collect();
    assert_eq!(viewed, ["P1", "P2"]);

    // Issue 17: two orders of the largest amount together are more than an amount can be.
    world.sells("P9", "9999999999.99", 2).await;
    for _ in 0..2 {
        order(&world, &[("P9", 1, "9999999999.99")]).await;
    }
    let rich = customers::insights(&world.shop, user()).await.unwrap();
    assert_eq!(rich.lifetime_value.with_decimals(2), "20000000109.68");
    assert_eq!(rich.average_order_value, money("4000000021.94"));
    let sales = Sales::new(world.shop.series.clone());
    world.project(&sales).await;
    for by in [SalesBy::Day, SalesBy::Category, SalesBy::Seller] {
        let answer = analytics::sales(&world.shop, &sales_by(by), 0).await.unwrap();
        assert_eq!(answer.total.revenue.with_decimals(2), "20000000109.68", "{by:?}");
        assert!(serde_json::to_string(&answer).unwrap().contains("\"revenue\":20000000109.68"), "{by:?}");
    }

    let quiet = customers::insights(&world.shop, "U002".parse().unwrap()).await.unwrap();
    assert_eq!((quiet.orders, quiet.lifetime_value, quiet.first_order_at), (0, MoneySum::default(), None));
    assert_eq!((quiet.tastes.len(), quiet.last_views), (0, Some(vec![])));
    let unknown = customers::insights(&world.shop, UserId::new()).await.unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn performance_adds_up_over_processes() {
    let world = World::new().await;
    let count = |route: &str, bucket, requests| Count {
        route: route.to_owned(),
        bucket,
        requests,
        sum_us: requests * 100,
    };
    // Two processes, at once.
    let (mut one, mut other) = (Recorder::default(), Recorder::default());
    let list = vec![count("GET /products", 3, 10), count("GET /products", 9, 1)];
    let show = vec![count("GET /products", 3, 10), count("GET /products/{id}", 0, 50)];
    let (first, second) = tokio::join!(one.record(&world.shop, list), other.record(&world.shop, show));
    first.unwrap();
    second.unwrap();
    let query = PerformanceQuery { by: PerformanceBy::Route, from: None, to: None };
    let answer = analytics::performance(&world.shop, &query).await.unwrap();
    let rows: Vec<_> = answer.rows.iter().map(|row| (row.route.as_deref().unwrap(), row.requests)).collect();
    assert_eq!(rows, [("GET /products/{id}", 50), ("GET /products", 21)]);
    assert_eq!(answer.rows[1].mean_ms, 0.1);
    assert!(answer.rows[1].p50_ms < answer.rows[1].p99_ms);
    let by_minute = PerformanceQuery { by: PerformanceBy::Minute, ..query };
    let answer = analytics::performance(&world.shop, &by_minute).await.unwrap();
    assert_eq!(answer.rows.iter().map(|row| row.requests).sum::<u64>(), 71);
}
