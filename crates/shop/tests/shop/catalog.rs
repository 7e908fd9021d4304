//! The catalogue's read models and queries on the embedded engines.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use souk_kernel::{Coded, ErrorCode, OrderId, Page};
use souk_ports::event::Actor;
use souk_ports::projection::Projection;
use souk_runtime::Runner;
use souk_shop::access::Caller;
use souk_shop::catalog::{
    self, ProductChange, ProductFilters, ProductPages, ProductQuery, SearchIndex, StockCounters,
    VariantChange,
};
use souk_shop::discovery::{SearchMode, SearchRequest, SearchSort, search_products};
use souk_shop::loading::{Files, LoadOptions, load_files};
use souk_shop::orders::{ItemRequest, OrderRef, PlaceFrom, PlaceOrder, cancel, place_order};

use crate::loading::{Folder, load};
use crate::world::{Trick, World, money, product, user, variant};

pub(crate) fn runner(world: &World) -> Runner {
    let shop = &world.shop;
    let projections: Vec<Arc<dyn Projection>> = vec![
        Arc::new(ProductPages::new(shop.documents.clone())),
        Arc::new(SearchIndex::new(shop.search.clone())),
        Arc::new(StockCounters::new(shop.cache.clone())),
    ];
    Runner::new(shop.store.clone(), projections)
}

pub(crate) async fn catch_up(runner: &Runner) {
    let done = runner.catch_up(Duration::from_secs(60)).await.unwrap();
    assert_eq!(done.advanced.len(), 3, "{done:?}");
}

async fn loaded() -> (World, Folder, Runner) {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let runner = runner(&world);
    catch_up(&runner).await;
    (world, folder, runner)
}

fn everything(category: Option<&str>) -> ProductQuery {
    ProductQuery::newest(category.map(str::to_owned), Page::new(None, None).unwrap())
}

pub(crate) fn words(text: &str) -> SearchRequest {
    SearchRequest {
        text: text.into(),
        filters: ProductFilters::default(),
        sort: SearchSort::Relevance,
        mode: SearchMode::Text,
        page: Page::new(None, None).unwrap(),
    }
}

pub(crate) fn filtered(text: &str, filters: ProductFilters) -> SearchRequest {
    SearchRequest { filters, ..words(text) }
}

fn priced(min: Option<&str>, max: Option<&str>) -> ProductFilters {
    ProductFilters { min_price: min.map(money), max_price: max.map(money), ..ProductFilters::default() }
}

pub(crate) fn in_stock() -> ProductFilters {
    ProductFilters { in_stock: Some(true), ..ProductFilters::default() }
}

pub(crate) async fn list(world: &World, category: Option<&str>) -> Value {
    serde_json::to_value(catalog::list_products(&world.shop, &everything(category), 0).await.unwrap())
        .unwrap()
}

pub(crate) async fn show(world: &World, external: &str) -> Value {
    let page = catalog::show_product_json(&world.shop, product(external), 0).await.unwrap();
    serde_json::from_slice(&page.json).unwrap()
}

#[tokio::test]
async fn a_product_has_the_shape_that_was_promised() {
    let (world, _folder, _runner) = loaded().await;
    let item = json!({
        "id": product("P11"), "external_id": "P11", "name": "Oak bowl", "description": "A wooden bowl",
        "price": 39.9, "currency": "EUR", "category": "Bowls", "brand": "Ash & Oak", "tags": ["bowl", "oak"],
        "rating": null, "num_reviews": 0, "stock": 13, "in_stock": true, "availability": "in_stock",
        "images": [],
    });
    let page = list(&world, None).await;
    assert_eq!((&page["total"], &page["page"], &page["pages"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!(page["products"][1], item, "newest first");
    let wool = &page["products"][0];
    assert_eq!((&wool["price"], &wool["price_on_request"]), (&Value::Null, &json!(true)));

    let mut detail = item;
    detail["category_id"] =
        json!(souk_kernel::CategoryId("C12".parse::<souk_kernel::CategoryId>().unwrap().0));
    detail["materials"] = json!(["oak"]);
    detail["care"] = json!("Oil it");
    detail["specifications"] = json!([]);
    detail["reviews"] = json!({
        "count": 0, "average": null, "stars": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0},
    });
    let seller: souk_kernel::SellerId = "S11".parse().unwrap();
    detail["seller"] = json!({
        "id": seller, "external_id": "S11", "name": "Ash & Oak", "rating": 4.5, "city": "Köln", "country": "DE",
    });
    let small = json!({
        "id": variant("P11-S"), "sku": "P11-S", "size": "small", "color": "brown", "price": 39.9, "stock": 10,
        "in_stock": true, "availability": "in_stock",
    });
    let large = json!({
        "id": variant("P11-L"), "sku": "P11-L", "size": "large", "color": "brown", "price": 44.9, "stock": 3,
        "in_stock": true, "availability": "in_stock",
    });
    detail["variants"] = json!([small, large]);
    detail["default_variant"] = json!(variant("P11-S"));
    detail["version"] = json!(1);
    assert_eq!(show(&world, "P11").await, detail);
    let direct = catalog::show_product(&world.shop, product("P11")).await.unwrap();
    assert_eq!(serde_json::to_value(direct).unwrap(), detail);
}

#[tokio::test]
async fn with_and_without_documents_and_counters_the_answers_are_the_same() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let ask = async || {
        let mut answers =
            vec![list(&world, None).await, show(&world, "P11").await, show(&world, "P12").await];
        for category in ["C11", "Bowls", "kitchen", "C13"] {
            answers.push(list(&world, Some(category)).await);
        }
        answers.push(serde_json::to_value(catalog::list_categories(&world.shop, 0).await.unwrap()).unwrap());
        answers
    };
    let from_rows = ask().await;
    let search = search_products(&world.shop, &words("bowl"), 0).await.unwrap_err();
    assert_eq!(search.code(), ErrorCode::Unavailable, "there is no index yet");
    catch_up(&runner(&world)).await;
    assert_eq!(ask().await, from_rows);
    assert_eq!(from_rows[3]["total"], 1, "a category holds what lies below it, and only what is active");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (world, _folder, _runner) = loaded().await;
    for unknown in ["P13", "P99"] {
        let error = catalog::show_product_json(&world.shop, product(unknown), 0).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::NotFound);
    }
    let error = catalog::list_products(&world.shop, &everything(Some("Cups")), 0).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no category `Cups`");
    let in_cups = filtered("bowl", ProductFilters::of_category(Some("Cups".into())));
    assert_eq!(search_products(&world.shop, &in_cups, 0).await.unwrap_err().code(), ErrorCode::NotFound);
    assert!(catalog::show_seller(&world.shop, "S99".parse().unwrap(), 0).await.is_err());
    let seller = catalog::show_seller(&world.shop, "S11".parse().unwrap(), 0).await.unwrap();
    assert_eq!((seller.products, seller.founded), (1, Some(1999)));
    let change = VariantChange { stock_change: Some(1), ..VariantChange::default() };
    let error = catalog::change_variant(&world.shop, variant("X"), &change, Actor::Staff).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn words_filters_and_facets_find_products() {
    let (world, _folder, _runner) = loaded().await;
    let answer = search_products(&world.shop, &words("wodden bowl"), 0).await.unwrap();
    assert_eq!(answer.results[0].product.name, "Oak bowl");
    assert_eq!(answer.corrected[0].word, "wodden");
    let facets = serde_json::to_value(&answer.facets).unwrap();
    assert_eq!(facets["brands"], json!({"Ash & Oak": 1}));
    assert_eq!(facets["categories"], json!({"Bowls": 1, "Kitchen": 1}));
    let kitchen = filtered("", ProductFilters::of_category(Some("KITCHEN".into())));
    assert_eq!(search_products(&world.shop, &kitchen, 0).await.unwrap().total, 1);
    let cheap = filtered("bowl", priced(None, Some("10")));
    assert_eq!(search_products(&world.shop, &cheap, 0).await.unwrap().total, 0);
    for bad in [
        filtered("", priced(Some("-1"), None)),
        filtered("", priced(Some("2"), Some("1"))),
        words(&"x".repeat(10_000)),
    ] {
        let error = search_products(&world.shop, &bad, 0).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn without_the_store_words_still_find_products_and_the_answer_says_so() {
    let (world, _folder, _runner) = loaded().await;
    let ask = async |text| serde_json::to_value(search_products(&world.shop, &words(text), 0).await.unwrap());
    let named = json!({"Bowls": 1, "Kitchen": 1});
    world.store.is_away(true);
    let without_names = ask("bowl").await.unwrap();
    assert_eq!((&without_names["total"], &without_names["facets"]["categories"]), (&json!(1), &json!({})));
    assert!(without_names["note"].is_string(), "{without_names}");
    world.store.is_away(false);
    let well = ask("bowl").await.unwrap();
    assert_eq!((&well["facets"]["categories"], &well["note"]), (&named, &Value::Null));
    world.store.is_away(true);
    // Another question, as the answer to this one is at hand.
    assert_eq!(ask("bowl").await.unwrap(), well);
    let remembered = ask("oak bowl").await.unwrap();
    assert_eq!((&remembered["results"], &remembered["facets"]), (&well["results"], &well["facets"]));
    assert!(remembered["note"].is_string(), "{remembered}");
}

#[tokio::test]
async fn changes_are_checked_committed_and_shown() {
    let (world, _folder, runner) = loaded().await;
    let shop = &world.shop;
    let change = |json: Value| serde_json::from_value::<ProductChange>(json).unwrap();
    let apply = async |json| catalog::change_product(shop, product("P11"), &change(json), Actor::Staff).await;
    assert_eq!(apply(json!({"price": 39.9, "stock_change": 0})).await.unwrap(), None, "as it is already");
    apply(json!({"price": 41.5, "stock_change": 2, "tags": ["bowl"], "care": null})).await.unwrap().unwrap();
    catch_up(&runner).await;
    let shown = show(&world, "P11").await;
    assert_eq!((&shown["price"], &shown["stock"], &shown["care"]), (&json!(41.5), &json!(15), &Value::Null));
    for (bad, field) in [
        (json!({"price": 0}), "price"),
        (json!({"price": -1}), "price"),
        (json!({"name": ""}), "name"),
        (json!({"name": " b"}), "name"),
        (json!({"description": "a\u{0}b"}), "description"),
        (json!({"tags": ["x".repeat(101)]}), "tags"),
        (json!({"stock_change": i64::MIN}), "stock_change"),
    ] {
        match apply(bad.clone()).await {
            Err(catalog::Error::Invalid { field: named, .. }) => assert_eq!(named, field),
            other => panic!("{bad}: {other:?}"),
        }
    }
    let error = apply(json!({"stock_change": -13})).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfStock);
    assert_eq!(error.to_string(), "only 12 of `P11-S` can be taken away: a change by -13 is not possible");

    apply(json!({"is_active": false})).await.unwrap().unwrap();
    catch_up(&runner).await;
    assert!(catalog::show_product_json(shop, product("P11"), 0).await.is_err());
    assert_eq!(search_products(shop, &words("oak"), 0).await.unwrap().total, 0);
    apply(json!({"is_active": true, "price": null})).await.unwrap().unwrap();
    catch_up(&runner).await;
    assert_eq!(show(&world, "P11").await["price_on_request"], true);
}

/// A bug: the caller was told to try again, and whoever did changed the stock twice.
/// Each is right beside what was there; together they would sell the variant for less than nothing.
#[tokio::test]
async fn of_two_changes_at_once_none_makes_a_price_of_nothing() {
    let (world, _folder, _runner) = loaded().await;
    let shop = &world.shop;
    let price = |to: &str| ProductChange { price: Some(Some(money(to))), ..ProductChange::default() };
    let adds = |to: &str| VariantChange { price_adjustment: Some(money(to)), ..VariantChange::default() };
    for round in 0..50 {
        let (lower, cut) = (price("15"), adds("-20"));
        let (product_changed, variant_changed) = tokio::join!(
            catalog::change_product(shop, product("P11"), &lower, Actor::Staff),
            catalog::change_variant(shop, variant("P11-S"), &cut, Actor::Staff),
        );
        assert_ne!(product_changed.is_ok(), variant_changed.is_ok(), "round {round}");
        catalog::change_variant(shop, variant("P11-S"), &adds("0"), Actor::Staff).await.unwrap();
        catalog::change_product(shop, product("P11"), &price("39.90"), Actor::Staff).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_gets_lost_does_not_double_a_change_of_stock() {
    let world = World::new().await;
    world.sells("P1", "20", 10).await;
    let tricks = || [Trick::LoseCommit, Trick::LoseAnswer, Trick::LoseAnswer];
    world.store.plays(tricks());
    let change = ProductChange { stock_change: Some(5), ..ProductChange::default() };
    let changed = catalog::change_product(&world.shop, product("P1"), &change, Actor::Staff).await.unwrap();
    assert!(changed.is_some() && world.store.has_played_all());
    assert_eq!(world.stock("P1-S").await, 15);

    world.store.plays(tricks());
    let change = VariantChange { stock_change: Some(-3), ..VariantChange::default() };
    catalog::change_variant(&world.shop, variant("P1-S"), &change, Actor::Staff).await.unwrap();
    assert!(world.store.has_played_all());
    assert_eq!(world.stock("P1-S").await, 12);
}

#[tokio::test]
async fn stock_that_runs_out_reaches_documents_search_and_counters() {
    let (world, _folder, runner) = loaded().await;
    let sells_out = |sku: &str, pieces| {
        let change = VariantChange { stock_change: Some(pieces), ..VariantChange::default() };
        let (shop, id) = (world.shop.clone(), variant(sku));
        async move { catalog::change_variant(&shop, id, &change, Actor::Staff).await.unwrap().unwrap() }
    };
    sells_out("P11-S", -10).await;
    catch_up(&runner).await;
    assert_eq!(show(&world, "P11").await["in_stock"], true, "the large one is left");
    sells_out("P11-L", -3).await;
    catch_up(&runner).await;
    let in_stock = filtered("bowl", in_stock());
    assert_eq!(search_products(&world.shop, &in_stock, 0).await.unwrap().total, 0);
    assert!(!list(&world, Some("C12")).await["products"][0]["in_stock"].as_bool().unwrap());
    sells_out("P11-L", 1).await;
    catch_up(&runner).await;
    assert_eq!(search_products(&world.shop, &in_stock, 0).await.unwrap().total, 1);
}

async fn order(world: &World, sku: &str, quantity: u32, price: &str) -> OrderId {
    let item = ItemRequest {
        product_id: product("P11"),
        variant_id: Some(variant(sku)),
        quantity,
        price: money(price),
    };
    let order = PlaceOrder {
        user: user(),
        from: PlaceFrom::Items(vec![item]),
        shipping_address: None,
        payment_method_id: None,
        idempotency: None,
    };
    place_order(&world.shop, order).await.unwrap().order_id
}

/// Whatever happened in whatever steps: what was built step by step equals what is built anew.
#[tokio::test]
async fn a_rebuild_equals_what_was_followed() {
    let (world, folder, follower) = loaded().await;
    let change = async |json| {
        let change: ProductChange = serde_json::from_value(json).unwrap();
        catalog::change_product(&world.shop, product("P11"), &change, Actor::Staff).await.unwrap();
        catch_up(&follower).await;
    };
    change(json!({"stock_change": -10})).await;
    change(json!({"stock_change": 4, "name": "Ash bowl"})).await;
    folder.replace("products.csv", "Oak bowl,A wooden bowl,39.90", "Ash bowl,A wooden bowl,41.50");
    folder.replace("sellers.csv", "Ash & Oak,4.5", "Ash & Elm,4.5");
    folder.replace("categories.csv", "C11,Kitchen", "C11,Cooking");
    folder.replace("variants.csv", "P12-A,0,5", "P12-A,0,0");
    load(&world, &folder).await;
    catch_up(&follower).await;
    let ordered = order(&world, "P11-L", 3, "46.50").await;
    catch_up(&follower).await;
    order(&world, "P11-S", 4, "41.50").await;
    catch_up(&follower).await;
    assert_eq!(show(&world, "P11").await["in_stock"], false);
    assert_eq!(list(&world, None).await["products"][1]["stock"], 0);
    let in_stock = filtered("bowl", in_stock());
    assert_eq!(search_products(&world.shop, &in_stock, 0).await.unwrap().total, 0);
    cancel(&world.shop, OrderRef::Id(ordered), None, Caller::System).await.unwrap();
    catch_up(&follower).await;
    assert_eq!(search_products(&world.shop, &in_stock, 0).await.unwrap().total, 1);
    change(json!({"is_active": false})).await;
    change(json!({"is_active": true})).await;

    let shown = show(&world, "P11").await;
    assert_eq!((&shown["seller"]["name"], &shown["name"]), (&json!("Ash & Elm"), &json!("Ash bowl")));
    assert_eq!(list(&world, Some("cooking")).await["total"], 1);
    for name in follower.names() {
        let followed = follower.dump(name).await.unwrap();
        assert!(!followed.is_empty(), "{name}");
        runner(&world).rebuild(name, &|_, _| ()).await.unwrap();
        assert_eq!(follower.dump(name).await.unwrap(), followed, "{name}");
    }
}

/// What a process remembers of its writes is worth nothing after another one has written.
#[tokio::test]
async fn two_processes_that_take_turns_miss_no_flip() {
    let (world, _folder, one) = loaded().await;
    let other = runner(&world);
    let wool = async |pieces| {
        let change = VariantChange { stock_change: Some(pieces), ..VariantChange::default() };
        catalog::change_variant(&world.shop, variant("P12-A"), &change, Actor::Staff).await.unwrap().unwrap();
    };
    let found = async || {
        let in_stock = filtered("wool", in_stock());
        search_products(&world.shop, &in_stock, 0).await.unwrap().total
    };
    for _ in 0..2 {
        wool(-5).await;
        catch_up(&other).await;
        assert_eq!(found().await, 0);
        wool(5).await;
        catch_up(&one).await;
        assert_eq!(found().await, 1);
    }
}

#[tokio::test]
async fn a_sale_that_leaves_some_in_stock_writes_no_document() {
    let (world, _folder, runner) = loaded().await;
    let version = async || {
        let found = world.shop.documents.get(catalog::PRODUCT_PAGES, &[product("P11").0]).await.unwrap();
        found[0].as_ref().unwrap().version
    };
    let loaded_at = version().await;
    order(&world, "P11-S", 2, "39.90").await;
    catch_up(&runner).await;
    assert_eq!((version().await, show(&world, "P11").await["stock"].as_i64()), (loaded_at, Some(11)));
    order(&world, "P11-S", 8, "39.90").await;
    order(&world, "P11-L", 3, "44.90").await;
    catch_up(&runner).await;
    assert!(version().await > loaded_at);
}

#[tokio::test]
async fn a_page_in_memory_is_never_older_than_what_the_follower_saw() {
    let (world, _folder, runner) = loaded().await;
    let pages = &world.shop.pages;
    let head = async || world.shop.store.snapshot().await.unwrap().head().await.unwrap().head.position;
    let started = head().await;
    pages.follow_from(started);
    let ask = async |at_least| {
        let json = catalog::show_product_json(&world.shop, product("P11"), at_least).await.unwrap().json;
        let stock = serde_json::from_slice::<Value>(&json).unwrap()["stock"].as_i64().unwrap();
        (json, stock)
    };
    let (first, stock) = ask(0).await;
    assert_eq!(stock, 13);
    assert_eq!(ask(0).await.0.as_ptr(), first.as_ptr(), "from memory");

    let sell = VariantChange { stock_change: Some(-1), ..VariantChange::default() };
    catalog::change_variant(&world.shop, variant("P11-S"), &sell, Actor::Staff).await.unwrap();
    assert_eq!(ask(0).await.1, 13, "nobody told the cache yet");
    assert_eq!(ask(head().await).await.1, 12, "who knows the position gets what was there");
    catalog::change_variant(&world.shop, variant("P11-S"), &sell, Actor::Staff).await.unwrap();
    pages.follow(&world.events_after(started).await.1);
    assert_eq!(ask(0).await.1, 11, "from the store, while documents and counters lag behind");
    let (again, _) = ask(0).await;
    assert_eq!(ask(0).await.0.as_ptr(), again.as_ptr(), "and from memory after that");
    catch_up(&runner).await;
    assert_eq!(ask(0).await.1, 11);
    pages.stop_following();
    let (one, _) = ask(0).await;
    assert_ne!(ask(0).await.0.as_ptr(), one.as_ptr(), "nothing is kept without a follower");
}

#[tokio::test]
async fn facets_count_what_a_scan_of_the_store_counts() {
    let world = World::new().await;
    load_files(&world.shop, Files::artisan(), &LoadOptions::default(), &mut |_| ()).await.unwrap();
    let stored = catalog::list_categories(&world.shop, 0).await.unwrap().categories;
    catch_up(&runner(&world)).await;
    let all = SearchRequest { page: Page::new(None, Some(1)).unwrap(), ..words("") };
    let answer = search_products(&world.shop, &all, 0).await.unwrap();
    assert_eq!(catalog::list_categories(&world.shop, 0).await.unwrap().categories, stored);
    for category in stored.iter().filter(|category| category.products > 0) {
        let counted = answer.facets.categories.0.iter().find(|(name, _)| *name == category.name);
        assert_eq!(counted.map(|(_, count)| *count), Some(category.products), "{}", category.name);
    }
    assert!(answer.facets.brands.0.windows(2).all(|pair| pair[0].1 >= pair[1].1), "most frequent first");
    let found = search_products(&world.shop, &words("wooden bowl"), 0).await.unwrap();
    assert!(
        found.results[0].product.name.to_lowercase().contains("bowl"),
        "{}",
        found.results[0].product.name
    );
}
