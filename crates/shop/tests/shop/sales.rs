//! Sales: what is charged and shown before, while and after one is on, and which are refused.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use souk_feeds::write::{Form, Shop as About};
use souk_kernel::{ErrorCode, ManualClock, Page, Timestamp};
use souk_ports::event::Actor;
use souk_ports::projection::Projection;
use souk_runtime::Runner;
use souk_shop::access::Caller;
use souk_shop::carts::{self, AddItem, Owner};
use souk_shop::catalog::{
    self, Error, NewVariant, ProductChange, ProductPages, ProductQuery, StockCounters, VariantChange,
    price_moment,
};
use souk_shop::discovery::{SearchSort, search_products};
use souk_shop::loading::{LoadOptions, export_products, import_file};
use souk_shop::orders::{ItemRequest, OrderRef, PlaceFrom, PlaceOrder, order_events, place_order};

use crate::catalog::words;
use crate::world::{World, money, product, user, variant};

/// When the sale of [`on_sale`] begins and ends.
const BEGINS: i64 = 1_900_000_000_000;
const ENDS: i64 = BEGINS + 60_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

/// `P1` at 20.00, whose smaller variant costs 15.00 for a minute, and a clock that stands a moment before.
async fn on_sale() -> (World, Arc<ManualClock>) {
    let mut world = World::new().await;
    let clock = world.stands_at(at(BEGINS - 1));
    world.sells("P1", "20", 10).await;
    set(&world, "P1-S", json!({"sale": {"price": 15, "from": at(BEGINS), "until": at(ENDS)}})).await.unwrap();
    (world, clock)
}

async fn set(world: &World, sku: &str, change: Value) -> Result<(), Error> {
    let change: VariantChange = serde_json::from_value(change).unwrap();
    catalog::change_variant(&world.shop, variant(sku), &change, Actor::Staff).await.map(drop)
}

async fn reprice(world: &World, external: &str, price: &str) -> Result<(), Error> {
    let change = ProductChange { price: Some(Some(money(price))), ..ProductChange::default() };
    catalog::change_product(&world.shop, product(external), &change, Actor::Staff).await.map(drop)
}

async fn page(world: &World) -> Value {
    let page = catalog::show_product_json(&world.shop, product("P1"), 0).await.unwrap();
    serde_json::from_slice(&page.json).unwrap()
}

fn ordered(price: &str) -> PlaceOrder {
    let item = ItemRequest { product_id: product("P1"), variant_id: None, quantity: 2, price: money(price) };
    PlaceOrder {
        user: user(),
        from: PlaceFrom::Items(vec![item]),
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    }
}

#[tokio::test]
async fn a_page_in_memory_shows_a_sale_while_it_is_on_and_no_moment_longer() {
    let (world, clock) = on_sale().await;
    world.shop.pages.follow_from(0);
    let prices = async || {
        let page = page(&world).await;
        let small = &page["variants"][0];
        assert_eq!((&page["price"], &page["list_price"]), (&small["price"], &small["list_price"]));
        assert_eq!(page["variants"][1]["price"], 25.0);
        (small["price"].clone(), small["list_price"].clone())
    };
    let (ordinary, sale) = ((json!(20.0), Value::Null), (json!(15.0), json!(20.0)));
    assert_eq!(prices().await, ordinary);
    clock.advance_ms(1);
    assert_eq!(prices().await, sale);
    clock.advance_ms(ENDS - BEGINS - 1);
    let reads = world.store.snapshots();
    assert_eq!(prices().await, sale);
    assert_eq!(world.store.snapshots(), reads, "out of memory");
    clock.advance_ms(1);
    assert_eq!(prices().await, ordinary);
    clock.advance_ms(-1);
    assert_eq!(prices().await, sale, "a clock that was put back");

    // Whoever changes a price sees the ordinary ones, which are those that can be changed.
    let now = serde_json::to_value(catalog::product_now(&world.shop, product("P1")).await.unwrap()).unwrap();
    assert_eq!((&now["price"], &now["variants"][0]["price"]), (&json!(20.0), &json!(20.0)));
    let now = catalog::variant_now(&world.shop, variant("P1-S")).await.unwrap();
    assert_eq!((now.variant.price, now.variant.details.list_price), (Some(money("20")), None));
}

#[tokio::test]
async fn lists_follow_a_sale_from_rows_and_from_documents() {
    let (world, clock) = on_sale().await;
    let listed = async || {
        let query = ProductQuery::newest(None, Page::new(None, None).unwrap());
        let found = catalog::list_products(&world.shop, &query, 0).await.unwrap();
        (found.products[0].price, found.products[0].list_price)
    };
    let found = async || {
        let request = words("");
        let answer = search_products(&world.shop, &request, 0).await.unwrap();
        (answer.results[0].product.price, answer.results[0].product.list_price)
    };
    let (ordinary, sale) = ((Some(money("20")), None), (Some(money("15")), Some(money("20"))));
    assert_eq!(listed().await, ordinary);
    project(&world).await;
    for (moves, wanted) in [(0, ordinary), (1, sale), (ENDS - BEGINS - 1, sale), (1, ordinary)] {
        clock.advance_ms(moves);
        assert_eq!((listed().await, found().await), (wanted, wanted));
    }
}

/// What a server does each second, and the projections beside it.
async fn follow_sales(world: &World) -> bool {
    let Some(position) = price_moment::begin(&world.shop).await.unwrap() else { return false };
    project(world).await;
    let pages = world.shop.documents.live(catalog::PRODUCT_PAGES).await.unwrap().unwrap();
    let at = world.shop.documents.checkpoint(catalog::PRODUCT_PAGES, pages).await.unwrap().at;
    assert!(at >= position);
    let turned = price_moment::finish(&world.shop).await.unwrap();
    project(world).await;
    turned > 0
}

/// Brings what is derived to the head of the log, and writes nothing that no event touched.
async fn project(world: &World) {
    let shop = &world.shop;
    let index: Arc<dyn Projection> = Arc::new(catalog::SearchIndex::new(shop.search.clone()));
    let counters: Arc<dyn Projection> = Arc::new(StockCounters::new(shop.cache.clone()));
    carry(world, vec![pages(world), counters, index]).await;
}

fn pages(world: &World) -> Arc<dyn Projection> {
    Arc::new(ProductPages::new(world.shop.documents.clone()))
}

async fn carry(world: &World, projections: Vec<Arc<dyn Projection>>) {
    let all = projections.len();
    let runner = Runner::new(world.shop.store.clone(), projections);
    let done = runner.catch_up(Duration::from_secs(60)).await.unwrap();
    assert_eq!(done.advanced.len(), all, "{done:?}");
}

/// The products that a search finds in this range, the cheapest first.
async fn found(world: &World, min: Option<&str>, max: Option<&str>) -> Vec<String> {
    let mut request = words("");
    request.filters.min_price = min.map(money);
    request.filters.max_price = max.map(money);
    request.sort = SearchSort::Price;
    let answer = search_products(&world.shop, &request, 0).await.unwrap();
    answer.results.into_iter().map(|hit| hit.product.external_id.unwrap()).collect()
}

#[tokio::test]
async fn a_search_filters_and_sorts_by_what_is_charged_once_a_sale_has_begun_or_ended() {
    let (world, clock) = on_sale().await;
    world.sells("P2", "19", 10).await;
    reprice(&world, "P2", "18").await.unwrap();
    project(&world).await;
    let all = async || found(&world, None, None).await;
    let below_16 = async || found(&world, None, Some("16")).await;
    let above_24 = async || found(&world, Some("24"), None).await;
    assert!(!follow_sales(&world).await, "nothing has begun");
    assert_eq!((all().await, below_16().await), (ids(&["P2", "P1"]), ids(&[])));

    clock.advance_ms(1);
    assert!(follow_sales(&world).await);
    assert_eq!((all().await, below_16().await), (ids(&["P1", "P2"]), ids(&["P1"])));
    assert_eq!(above_24().await, ids(&["P1"]), "its larger variant costs what it did");
    assert!(!follow_sales(&world).await, "it is told once");

    // Whoever is killed between the two steps is followed by somebody who does the second.
    clock.advance_ms(ENDS - BEGINS);
    assert!(price_moment::begin(&world.shop).await.unwrap().is_some());
    assert!(follow_sales(&world).await);
    assert_eq!((all().await, below_16().await), (ids(&["P2", "P1"]), ids(&[])));

    // A sale that has begun before it was written is due at once; one that is over is not.
    clock.advance_ms(6);
    let begun = json!({"sale": {"price": 3, "from": at(ENDS + 5), "until": at(ENDS + 10)}});
    set(&world, "P2-S", begun).await.unwrap();
    let is_over = json!({"sale": {"price": 2, "from": at(BEGINS), "until": at(ENDS - 10)}});
    set(&world, "P1-L", is_over).await.unwrap();
    project(&world).await;
    assert_eq!(below_16().await, ids(&[]));
    assert!(follow_sales(&world).await);
    assert_eq!(below_16().await, ids(&["P2"]));
    clock.advance_ms(10);
    assert!(follow_sales(&world).await);
    assert_eq!(below_16().await, ids(&[]));
    let log = events(&world, "P2").await;
    assert_eq!(log.iter().filter(|kind| *kind == "price-turned").count(), 2, "{log:?}");
}

/// What a page has not followed yet when the moment moves must not be passed over.
#[tokio::test]
async fn a_sale_that_is_written_while_the_moment_moves_is_followed_by_every_index() {
    let (world, clock) = on_sale().await;
    project(&world).await;
    clock.advance_ms(1);
    assert!(price_moment::begin(&world.shop).await.unwrap().is_some());
    // The pages follow before this one, the index after it.
    carry(&world, vec![pages(&world)]).await;
    set(&world, "P1-L", json!({"sale": {"price": 4, "from": at(BEGINS), "until": at(ENDS)}})).await.unwrap();
    assert_eq!(price_moment::finish(&world.shop).await.unwrap(), 1);
    project(&world).await;
    assert_eq!(found(&world, None, Some("4")).await, ids(&["P1"]));
}

#[tokio::test]
async fn of_two_who_follow_sales_one_tells_the_log() {
    let (world, clock) = on_sale().await;
    project(&world).await;
    clock.advance_ms(1);
    let (one, other) = tokio::join!(price_moment::begin(&world.shop), price_moment::begin(&world.shop));
    assert!(one.unwrap().is_some() || other.unwrap().is_some());
    project(&world).await;
    let (one, other) = tokio::join!(price_moment::finish(&world.shop), price_moment::finish(&world.shop));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    project(&world).await;
    assert_eq!(events(&world, "P1").await.iter().filter(|kind| *kind == "price-turned").count(), 1);
}

fn ids(external: &[&str]) -> Vec<String> {
    external.iter().map(|id| (*id).to_owned()).collect()
}

async fn events(world: &World, of: &str) -> Vec<String> {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let events = snapshot.stream(product(of).into()).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn an_order_pays_the_price_of_its_moment_and_keeps_what_it_costs_otherwise() {
    let (world, clock) = on_sale().await;
    let shop = &world.shop;
    let code = async |price| {
        let refused = place_order(shop, ordered(price)).await.unwrap_err();
        souk_kernel::Coded::code(&refused)
    };
    assert_eq!(code("15").await, ErrorCode::PriceChanged, "not yet");
    clock.advance_ms(1);
    assert_eq!(code("20").await, ErrorCode::PriceChanged);
    let placed = place_order(shop, ordered("15")).await.unwrap();
    assert_eq!(placed.total, money("30"));
    let events = order_events(shop, OrderRef::Number(placed.number), Caller::System).await.unwrap();
    let events = serde_json::to_value(events).unwrap();
    let item = &events["events"][0]["data"]["items"][0];
    assert_eq!((&item["price"], &item["list_price"]), (&json!(15.0), &json!(20.0)), "{events}");
    clock.advance_ms(ENDS - BEGINS);
    assert_eq!(code("15").await, ErrorCode::PriceChanged, "no more");
    place_order(shop, ordered("20")).await.unwrap();
}

#[tokio::test]
async fn a_cart_shows_todays_price_and_is_ordered_once_that_is_accepted() {
    let (world, clock) = on_sale().await;
    let (shop, me) = (&world.shop, Owner::named(user()));
    let item = AddItem { product_id: product("P1"), variant_id: None, quantity: 2 };
    carts::add_item(shop, me, item).await.unwrap();
    clock.advance_ms(1);
    let line = async || carts::show(shop, me).await.unwrap().items.remove(0);
    let shown = line().await;
    assert_eq!((shown.price, shown.list_price), (money("15"), Some(money("20"))));
    assert_eq!((shown.subtotal, shown.accepted_price), (money("30"), Some(money("20"))));
    let order = || PlaceOrder { from: PlaceFrom::Cart, ..ordered("0") };
    let refused = place_order(shop, order()).await.unwrap_err();
    assert!(refused.to_string().contains("is 15.00 today, not 20.00"), "{refused}");
    carts::change_item(shop, me, &"P1".parse().unwrap(), 2).await.unwrap();
    assert_eq!(line().await.accepted_price, None);
    clock.advance_ms(ENDS - BEGINS);
    assert_eq!((line().await.price, line().await.accepted_price), (money("20"), Some(money("15"))));
    assert!(place_order(shop, order()).await.is_err(), "nobody has accepted the ordinary price again");
    clock.advance_ms(-1);
    assert_eq!(place_order(shop, order()).await.unwrap().total, money("30"));
}

#[track_caller]
fn names<T: std::fmt::Debug>(result: Result<T, Error>, field: &str, says: &str) {
    match result {
        Err(Error::Invalid { field: named, reason }) => {
            assert!(named == field && reason.contains(says), "{named}: {reason}");
        }
        other => panic!("{field}: {other:?}"),
    }
}

#[tokio::test]
async fn a_sale_above_the_ordinary_price_is_refused_from_both_sides() {
    let (world, clock) = on_sale().await;
    names(
        set(&world, "P1-S", json!({"sale": {"price": 20.01}})).await,
        "sale",
        "above the ordinary one of 20.00",
    );
    names(set(&world, "P1-S", json!({"sale": {"price": 0}})).await, "sale", "price");
    names(set(&world, "P1-S", json!({"sale": {"until": at(BEGINS)}})).await, "sale", "ends before it begins");
    names(
        set(&world, "P1-S", json!({"price_adjustment": -6})).await,
        "sale",
        "above the ordinary one of 14.00",
    );
    names(reprice(&world, "P1", "14").await, "price", "the sale of variant `P1-S`");
    set(&world, "P1-L", json!({"sale": {"price": 25}})).await.unwrap();
    let new: NewVariant = serde_json::from_value(json!({"sku": "P1-M", "sale": {"price": 21}})).unwrap();
    names(
        catalog::create_variant(&world.shop, product("P1"), &new, None, Actor::Staff).await,
        "sale",
        "above the ordinary one",
    );

    // Of two at once the second one decides anew.
    set(&world, "P1-S", json!({"sale": {"price": 15}})).await.unwrap();
    world.store.plays_price("P1", "16");
    names(
        set(&world, "P1-S", json!({"sale": {"price": 18}})).await,
        "sale",
        "above the ordinary one of 16.00",
    );
    assert!(world.store.has_played_all());

    // What is over is in nobody's way.
    set(&world, "P1-L", json!({"sale": {"price": 15, "until": at(ENDS)}})).await.unwrap();
    clock.advance_ms(1 + ENDS - BEGINS);
    reprice(&world, "P1", "9").await.unwrap();
    assert_eq!(page(&world).await["price"], 9.0);
}

async fn exported(world: &World, form: Form) -> String {
    let about = About { name: "Souk".into(), url: "https://shop.example".into(), currency: "EUR".into() };
    let (_, out) = export_products(&world.shop, form, about, Vec::new(), &mut |_| ()).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn others_are_told_the_price_that_is_charged() {
    let (world, clock) = on_sale().await;
    let told = async |form| exported(&world, form).await.contains("15.00");
    let all = async || [told(Form::Shopify).await, told(Form::GoogleTsv).await, told(Form::Acp).await];
    assert_eq!(all().await, [false, true, true], "Shopify's file has no dates");
    clock.advance_ms(1);
    assert_eq!(all().await, [true; 3]);
    set(&world, "P1-S", json!({"sale": {"from": null}})).await.unwrap();
    let google = exported(&world, Form::GoogleTsv).await;
    assert!(google.contains(&format!("{}/{}", at(BEGINS), at(ENDS))), "{google}");
    clock.advance_ms(ENDS - BEGINS);
    assert_eq!(all().await, [false; 3]);
    assert!(exported(&world, Form::Souk).await.contains("15"), "souk's own lines keep it");
}

#[tokio::test]
async fn an_import_refuses_a_sale_that_cannot_be() {
    let (world, _clock) = on_sale().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("souk.ndjson");
    let line = exported(&world, Form::Souk).await;
    let with = async |price: &str, from: &str, until: &str| {
        let mut line: Value = serde_json::from_str(line.trim()).unwrap();
        line["variants"][0]["sale"] = json!({"price": price, "from": from, "until": until});
        std::fs::write(&file, format!("{line}\n")).unwrap();
        let (options, how) =
            (souk_feeds::Options::default(), LoadOptions { overwrites: true, ..LoadOptions::default() });
        import_file(&world.shop, &file, options, &how, &mut |_| ()).await.unwrap().report
    };
    for (price, from, until, reason) in [
        ("20.01", "", "", "above the ordinary one of 20.00"),
        ("15", "2030-02-02", "2030-02-01", "ends before it begins"),
        ("0", "", "", "zero"),
        ("-1", "", "", "nothing can cost"),
    ] {
        let report = with(price, from, until).await;
        assert!(report.rejected > 0 && report.total().changed == 0, "{price}: {report:?}");
        assert!(report.rejects.iter().any(|reject| reject.reason.contains(reason)), "{:?}", report.rejects);
    }
    let report = with("18", "2030-02-02", "2030-02-02").await;
    assert_eq!(report.rejected, 0, "{:?}", report.rejects);
    let sale =
        catalog::variant_now(&world.shop, variant("P1-S")).await.unwrap().variant.details.sale.unwrap();
    let moment = |text| Timestamp::parse(text).unwrap();
    assert_eq!(
        (sale.from, sale.until),
        (Some(moment("2030-02-02")), Some(moment("2030-02-03"))),
        "a whole day"
    );
}
