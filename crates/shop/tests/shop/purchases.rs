//! Made-up purchases on the embedded store: again, interrupted, beside somebody who changes prices, and what is refused.

use souk_kernel::{ErrorCode, Position, Timestamp};
use souk_ports::event::{RecordedEvent, StreamKind};
use souk_ports::rows::{Load, Order, OrderItem, OrderStatus, Variant};
use souk_ports::store::{Find, Window};
use souk_shop::loading::{Files, LoadOptions, load_files};
use souk_shop::purchases::{Error, Progress, Purchases, PurchasesReport, generate_purchases, is_unfinished};

use crate::world::{World, product, variant};

const DAY_MS: i64 = 24 * 3_600_000;

fn request(orders: u64, days: u32) -> Purchases {
    Purchases { orders, seed: 7, days, until: Timestamp::parse("2026-11-20T12:00:00Z") }
}

async fn generate(world: &World, request: &Purchases) -> Result<PurchasesReport, Error> {
    generate_purchases(&world.shop, request, &mut |_| {}).await
}

async fn artisan() -> World {
    let world = World::new().await;
    load_files(&world.shop, Files::artisan(), &LoadOptions::default(), &mut |_| {}).await.unwrap();
    world
}

async fn events(world: &World, after: Position) -> Vec<RecordedEvent> {
    world.shop.store.snapshot().await.unwrap().events(after, u32::MAX).await.unwrap()
}

async fn head(world: &World) -> Position {
    world.shop.store.snapshot().await.unwrap().head().await.unwrap().head.position
}

/// All orders, the first number first.
async fn orders(world: &World) -> Vec<Order> {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let (orders, _) = snapshot.list::<Order>(&Find::Orders { user: None }, Window::ALL).await.unwrap();
    orders.into_iter().rev().map(|order| order.row).collect()
}

#[tokio::test]
async fn a_history_is_what_customers_would_have_done_and_a_repeat_adds_nothing() {
    let world = artisan().await;
    let before = head(&world).await;
    let request = request(400, 40);
    let report = generate(&world, &request).await.unwrap();
    let summary = &report.summary;
    assert_eq!((summary.orders, summary.left_out, report.orders_before), (400, 0, 0));
    assert!(summary.variants_in_stock * 100 >= summary.variants * 90, "{summary:?}");

    let orders = orders(&world).await;
    assert_eq!(orders.len(), 400);
    assert!(orders.is_sorted_by_key(|order| order.placed_at), "numbers follow dates");
    let until = request.until.unwrap();
    let from = until.plus_ms(-40 * DAY_MS);
    assert!(orders.iter().all(|order| order.placed_at >= from && order.placed_at < until));
    let with = |status| orders.iter().filter(|order| order.status == status).count();
    assert!(with(OrderStatus::Delivered) > 250, "{}", with(OrderStatus::Delivered));
    assert!(with(OrderStatus::Paid) > 0 && with(OrderStatus::Shipped) > 0);
    assert_eq!(with(OrderStatus::Cancelled) as u64, summary.cancelled);
    let revenue = orders.iter().filter(|order| order.status != OrderStatus::Cancelled);
    assert_eq!(
        revenue.map(|order| order.total.ten_thousandths()).sum::<i64>(),
        summary.revenue.ten_thousandths()
    );

    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let ids = orders.iter().map(|order| order.id).collect();
    let (items, _) = snapshot.list::<OrderItem>(&Find::ItemsOf(ids), Window::ALL).await.unwrap();
    assert_eq!(items.len() as u64, summary.lines);
    assert!(items.iter().all(|item| item.row.snapshot.contains("\"sku\"")));
    drop(snapshot);
    // Events tell when things happened, not when they were written, and each order's steps follow each other.
    let told = events(&world, before).await;
    let placed: Vec<&RecordedEvent> = told.iter().filter(|event| event.kind == "order-placed").collect();
    assert!(placed.iter().zip(&orders).all(|(event, order)| event.occurred_at == order.placed_at));
    for order in &orders {
        let steps = told.iter().filter(|event| event.stream == order.id.into());
        assert!(steps.map(|event| event.occurred_at).is_sorted());
    }
    assert!(told.iter().all(|event| event.occurred_at < until || event.stream.kind == StreamKind::LOAD));

    let feed = world.shop.series.activity(0, 10_000).await.unwrap();
    assert_eq!(feed.len() as u64, summary.activities);
    assert!(feed.len() > 600 && feed.iter().all(|told| told.activity.at < until), "{}", feed.len());

    let at = head(&world).await;
    let again = generate(&world, &request).await.unwrap();
    assert_eq!((again.summary, again.orders_before, again.position), (report.summary, 400, None));
    assert_eq!(head(&world).await, at);
    // Another number of orders is another history, on top.
    let more = generate(&world, &self::request(50, 40)).await.unwrap();
    assert_eq!((more.summary.orders, self::orders(&world).await.len()), (50, 450));
}

#[tokio::test]
async fn an_interrupted_history_comes_to_the_same_end() {
    let request = request(300, 30);
    let whole = artisan().await;
    generate(&whole, &request).await.unwrap();
    let interrupted = artisan().await;
    for at in [10, 120, 121, 250] {
        let (stop, mut stopped) = tokio::sync::mpsc::unbounded_channel();
        let mut progress = |progress: Progress| {
            if progress.done >= at {
                stop.send(()).unwrap();
            }
        };
        tokio::select! {
            biased;
            _ = stopped.recv() => {}
            done = generate_purchases(&interrupted.shop, &request, &mut progress) => {
                panic!("it was done before it was interrupted: {done:?}");
            }
        }
        assert!(is_unfinished(&interrupted.shop, &request).await.unwrap());
    }
    let report = generate(&interrupted, &request).await.unwrap();
    assert!(
        report.orders_before >= 240 && report.interrupted_before.is_some() && !report.market_changed,
        "{report:?}"
    );
    assert_eq!(report.summary, generate(&whole, &request).await.unwrap().summary);
    // Ids, numbers, positions: all of it is as if nothing had happened.
    assert_eq!(orders(&interrupted).await, orders(&whole).await);
    let story = async |world: &World| -> Vec<_> {
        let told = events(world, 0).await.into_iter();
        // When the catalogue was loaded differs.
        let told = told.filter(|event| event.stream.kind == StreamKind::ORDER);
        told.map(|event| (event.position, event.stream, event.version, event.commit, event.occurred_at))
            .collect()
    };
    assert_eq!(story(&interrupted).await, story(&whole).await);
    let feed = async |world: &World| -> Vec<_> {
        let told = world.shop.series.activity(0, 10_000).await.unwrap();
        told.into_iter().map(|told| (told.position, told.activity)).collect()
    };
    assert_eq!(feed(&interrupted).await, feed(&whole).await);
}

#[tokio::test]
async fn a_price_that_changes_meanwhile_is_taken_over() {
    let world = World::new().await;
    world.sells("P1", "20", 1_000).await;
    // The first commit notes the beginning, so this one meets the first order.
    let (shop, changing) = (world.shop.clone(), world.store.clone());
    let mut first = true;
    let mut progress = |_: Progress| {
        if std::mem::take(&mut first) {
            changing.plays_price("P1", "25");
        }
    };
    let report = generate_purchases(&shop, &request(60, 20), &mut progress).await.unwrap();
    assert_eq!((report.summary.orders, report.summary.left_out), (60, 0));
    assert!(world.store.has_played_all());
    let orders = orders(&world).await;
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let (items, _) = snapshot
        .list::<OrderItem>(&Find::ItemsOf(vec![orders[0].id, orders[59].id]), Window::ALL)
        .await
        .unwrap();
    let mut prices: Vec<i64> =
        items.iter().map(|item| item.row.price.ten_thousandths() / 50_000 * 50_000).collect();
    prices.sort_unstable();
    prices.dedup();
    assert!(prices.len() > 1, "the old price and the new one: {prices:?}");
}

#[tokio::test]
async fn what_cannot_be_made_up_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let at = head(&world).await;
    let refused = async |request: Purchases| generate(&world, &request).await.unwrap_err();
    let code = |error: &Error| souk_kernel::Coded::code(error);
    assert!(matches!(refused(request(10, 10)).await, Error::NothingToSell));
    let tomorrow = world.shop.clock.now().plus_ms(DAY_MS);
    for bad in [
        request(0, 10),
        request(1_000_001, 10),
        request(10, 0),
        request(10, 3_651),
        Purchases { until: Some(tomorrow), ..request(10, 10) },
        Purchases { until: Some(Timestamp::from_ms(DAY_MS)), ..request(10, 10) },
    ] {
        let error = refused(bad.clone()).await;
        assert_eq!(code(&error), ErrorCode::InvalidInput, "{bad:?}: {error}");
    }
    assert_eq!(head(&world).await, at);
    world.sells("P1", "20", 10).await;
    generate(&world, &request(10, 10)).await.unwrap();
    let at = head(&world).await;
    let other = Purchases { until: Timestamp::parse("2026-11-19"), ..request(10, 10) };
    assert!(matches!(refused(other).await, Error::OtherEnd { .. }));
    assert_eq!(head(&world).await, at);
    // One that goes on need not name its end.
    let same = generate(&world, &Purchases { until: None, ..request(10, 10) }).await.unwrap();
    assert_eq!(same.until, request(10, 10).until.unwrap());
}

#[tokio::test]
async fn more_is_asked_for_than_there_is_and_the_makers_bring_it() {
    let world = World::new().await;
    world.sells("P1", "20", 0).await;
    let report = generate(&world, &request(500, 1)).await.unwrap();
    assert_eq!((report.summary.orders, report.summary.left_out), (500, 0));
    assert!(report.summary.deliveries > 0);
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let loads = snapshot.list::<Load>(&Find::Loads, Window::ALL).await.unwrap().0;
    assert!(
        loads.iter().any(|load| load.row.source.starts_with("purchases:") && load.row.finished_at.is_some())
    );
    let (variants, _) =
        snapshot.list::<Variant>(&Find::VariantsOf(vec![product("P1")]), Window::ALL).await.unwrap();
    assert_eq!(variants.len(), 2);
    assert!(snapshot.stock(&[variant("P1-S")]).await.unwrap()[0].unwrap().quantity >= 0);
}
