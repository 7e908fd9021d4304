//! Filters, orders and further shelves on the embedded engines; what they find is tried on every engine elsewhere.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use souk_kernel::{Coded, ErrorCode, Page};
use souk_ports::event::Actor;
use souk_ports::projection::Projection;
use souk_runtime::Runner;
use souk_shop::Query;
use souk_shop::analytics::Sales;
use souk_shop::catalog::{
    self, CategoryChange, Named, ProductChange, ProductFilters, ProductPages, ProductQuery, ProductSort,
    SearchIndex, VariantChange, change_category, change_product, change_variant,
};
use souk_shop::discovery::{SearchMode, SearchRequest, SearchSort, search_products};

use crate::loading::{Folder, load};
use crate::world::{World, money, product, variant};

/// The read models that lists and searches ask, kept up with the log when told to.
struct Followed {
    world: World,
    runner: Runner,
    _folder: Folder,
}

impl Followed {
    async fn new() -> Self {
        let (world, folder) = (World::new().await, Folder::sound());
        load(&world, &folder).await;
        let projections: Vec<Arc<dyn Projection>> = vec![
            Arc::new(ProductPages::new(world.shop.documents.clone())),
            Arc::new(SearchIndex::new(world.shop.search.clone())),
        ];
        let runner = Runner::new(world.shop.store.clone(), projections);
        let followed = Self { world, runner, _folder: folder };
        followed.catch_up().await;
        followed
    }

    async fn catch_up(&self) {
        self.runner.catch_up(Duration::from_secs(60)).await.unwrap();
    }

    async fn change(&self, external: &str, change: ProductChange) {
        change_product(&self.world.shop, product(external), &change, Actor::Staff).await.unwrap();
        self.catch_up().await;
    }

    /// External ids, in order.
    async fn listed(&self, filters: ProductFilters, sort: ProductSort) -> Vec<String> {
        let query = ProductQuery { filters, sort, page: Page::new(None, None).unwrap() };
        let list = catalog::list_products(&self.world.shop, &query, 0).await.unwrap();
        assert_eq!(list.total, list.products.len() as u64);
        list.products.into_iter().filter_map(|product| product.external_id).collect()
    }

    async fn filtered(&self, filters: ProductFilters) -> Vec<String> {
        self.listed(filters, ProductSort::Name).await
    }

    async fn of_category(&self, category: &str) -> Vec<String> {
        self.listed(ProductFilters::of_category(Some(category.into())), ProductSort::Newest).await
    }

    async fn counts(&self) -> Vec<(String, u64)> {
        let categories = catalog::list_categories(&self.world.shop, 0).await.unwrap().categories;
        categories.into_iter().map(|category| (category.name, category.products)).collect()
    }
}

fn shelves(of: &[&str]) -> ProductChange {
    let also_in = of.iter().map(|shelf| Named(shelf.parse().unwrap())).collect();
    ProductChange { also_in: Some(also_in), ..ProductChange::default() }
}

fn search(filters: ProductFilters, sort: SearchSort, mode: SearchMode) -> SearchRequest {
    SearchRequest { text: "bowl".into(), filters, sort, mode, page: Page::new(None, None).unwrap() }
}

#[tokio::test]
async fn a_product_lies_on_all_its_shelves_and_on_those_above_them() {
    let followed = Followed::new().await;
    let shop = &followed.world.shop;
    // Wool lies on the bowls' shelf too, and so in the kitchen.
    followed.change("P12", shelves(&["C12"])).await;
    let within = ["P12", "P11"].map(str::to_owned);
    for category in ["C12", "Kitchen", "kitchen", "bowls"] {
        assert_eq!(followed.of_category(category).await, within, "{category}");
    }
    assert_eq!(followed.of_category("C13").await, ["P12"]);
    let filters = ProductFilters { in_stock: Some(true), ..ProductFilters::of_category(Some("C11".into())) };
    assert_eq!(followed.filtered(filters).await, ["P12", "P11"]);
    let everything = SearchRequest {
        text: String::new(),
        ..search(Default::default(), SearchSort::Name, SearchMode::Text)
    };
    let facets = search_products(shop, &everything, 0).await.unwrap().facets;
    assert_eq!(
        serde_json::to_value(&facets.categories).unwrap(),
        json!({"Bowls": 2, "Kitchen": 2, "Wool": 1})
    );
    let counts = [("Bowls", 2), ("Kitchen", 2), ("Wool", 1)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(followed.counts().await, counts);

    // A shelf that moves takes along what lies there besides.
    let change =
        CategoryChange { parent: Some(Some(Named("C13".parse().unwrap()))), ..CategoryChange::default() };
    change_category(shop, "C12".parse().unwrap(), &change, Actor::Staff).await.unwrap();
    followed.catch_up().await;
    assert_eq!(followed.of_category("C13").await, within);
    assert_eq!(followed.of_category("Kitchen").await, [""; 0]);
    let counts = [("Bowls", 2), ("Kitchen", 0), ("Wool", 2)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(followed.counts().await, counts);

    followed.change("P12", shelves(&[])).await;
    assert_eq!(followed.of_category("C12").await, ["P11"]);
}

#[tokio::test]
async fn without_read_models_the_rows_know_all_shelves() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    change_product(&world.shop, product("P12"), &shelves(&["C12"]), Actor::Staff).await.unwrap();
    let page = Page::new(None, None).unwrap();
    let kitchen = ProductQuery::newest(Some("Kitchen".into()), page);
    let list = catalog::list_products(&world.shop, &kitchen, 0).await.unwrap();
    assert_eq!((list.total, list.products[0].id), (2, product("P12")));
    let counts = catalog::list_categories(&world.shop, 0).await.unwrap().categories;
    assert_eq!(counts.iter().map(|category| category.products).collect::<Vec<_>>(), [2, 2, 1]);
}

#[tokio::test]
async fn prices_and_options_are_those_of_variants_that_are_for_sale() {
    let followed = Followed::new().await;
    let shop = &followed.world.shop;
    let between = |min: &str, max: &str| ProductFilters {
        min_price: Some(money(min)),
        max_price: Some(money(max)),
        ..ProductFilters::default()
    };
    let chosen = |options: &[(&str, &str)]| ProductFilters {
        options: options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..ProductFilters::default()
    };
    // 39.90 as small, 44.90 as large.
    assert_eq!(followed.filtered(between("44", "45")).await, ["P11"]);
    assert_eq!(followed.filtered(between("40", "44")).await, [""; 0]);
    assert_eq!(followed.filtered(chosen(&[("Size", "LARGE"), ("color", "brown")])).await, ["P11"]);
    assert_eq!(followed.filtered(chosen(&[("size", "large"), ("color", "grey")])).await, [""; 0]);
    assert_eq!(followed.filtered(chosen(&[("color", "grey"), ("color", "brown")])).await, ["P12", "P11"]);
    let by_meaning = search(between("44", "45"), SearchSort::Relevance, SearchMode::Combined);
    let found = search_products(shop, &by_meaning, 0).await.unwrap();
    assert_eq!((found.total, found.mode), (1, SearchMode::Text), "there is no model");

    catalog::retire_variant(shop, variant("P11-L"), catalog::MeantFor::Any, Actor::Staff).await.unwrap();
    followed.catch_up().await;
    assert_eq!(followed.filtered(between("44", "45")).await, [""; 0]);
    assert_eq!(followed.filtered(chosen(&[("size", "large")])).await, [""; 0]);
    let dearer = VariantChange { price_adjustment: Some(money("4.50")), ..VariantChange::default() };
    change_variant(shop, variant("P11-S"), &dearer, Actor::Staff).await.unwrap();
    followed.catch_up().await;
    assert_eq!(followed.filtered(between("44", "45")).await, ["P11"]);
}

#[tokio::test]
async fn what_is_away_is_said_to_be_away() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let page = Page::new(None, None).unwrap();
    let ask = async |filters, sort| {
        catalog::list_products(&world.shop, &ProductQuery { filters, sort, page }, 0).await
    };
    let in_stock = ProductFilters { in_stock: Some(true), ..ProductFilters::default() };
    // There is no index yet: nothing is listed as if nobody had asked for a filter.
    for (filters, sort) in
        [(in_stock.clone(), ProductSort::Newest), (ProductFilters::default(), ProductSort::Price)]
    {
        let query = ProductQuery { filters: filters.clone(), sort, page };
        assert!(query.reads().len() > 2, "the index is among its sources");
        assert_eq!(ask(filters, sort).await.unwrap_err().code(), ErrorCode::Unavailable);
    }
    assert_eq!(ask(ProductFilters::default(), ProductSort::Newest).await.unwrap().total, 2);

    world.project(&SearchIndex::new(world.shop.search.clone())).await;
    assert_eq!(ask(in_stock, ProductSort::Newest).await.unwrap().total, 2);
    // Nobody can tell what is in demand before the sales have been counted.
    let popular = ask(ProductFilters::default(), ProductSort::Popularity).await.unwrap_err();
    assert_eq!(popular.code(), ErrorCode::Unavailable, "{popular}");
    world.project(&Sales::new(world.shop.series.clone())).await;
    let still = ask(ProductFilters::default(), ProductSort::Popularity).await.unwrap_err();
    assert_eq!(still.code(), ErrorCode::Unavailable, "and what people looked at: {still}");

    world.store.is_away(true);
    let named = ask(ProductFilters::of_category(Some("C12".into())), ProductSort::Name).await.unwrap_err();
    assert_eq!(named.code(), ErrorCode::Unavailable, "the store knows which category that is");
    world.store.is_away(false);
    for sort in [SearchSort::Price, SearchSort::Popularity] {
        let nearness = search(ProductFilters::default(), sort, SearchMode::Semantic);
        let refused = search_products(&world.shop, &nearness, 0).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidInput, "{refused}");
    }
}

/// The product stays in stock all along.
#[tokio::test]
async fn a_variant_that_sells_out_is_not_found_by_what_it_is() {
    let followed = Followed::new().await;
    let large = |in_stock| ProductFilters {
        options: vec![("size".into(), "Large".into())],
        in_stock: Some(in_stock),
        ..ProductFilters::default()
    };
    let in_stock = || ProductFilters { in_stock: Some(true), ..ProductFilters::default() };
    let found = async || (followed.filtered(large(true)).await, followed.filtered(large(false)).await);
    let p11 = vec!["P11".to_owned()];
    assert_eq!(found().await, (p11.clone(), vec![]));
    for (change, expected) in [(-3, (vec![], p11.clone())), (1, (p11.clone(), vec![]))] {
        let change = VariantChange { stock_change: Some(change), ..VariantChange::default() };
        change_variant(&followed.world.shop, variant("P11-L"), &change, Actor::Staff).await.unwrap();
        followed.catch_up().await;
        assert_eq!(found().await, expected);
        assert_eq!(followed.filtered(in_stock()).await, ["P12", "P11"]);
    }
}
