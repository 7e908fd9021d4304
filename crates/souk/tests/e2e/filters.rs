//! Lists and searches under filters and sorts, compared with looking at every product of the catalogue.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::client;
use crate::souk::{Answer, Server, Souk};

const SORTS: [&str; 6] = ["newest", "price", "price_desc", "rating", "popularity", "name"];

/// A catalogue with further shelves, options and orders, and what is known of it.
struct Catalogue {
    /// Newest first.
    products: Vec<Product>,
    /// What is in demand, the hottest first.
    hot: Vec<String>,
    /// The names of categories by their ids.
    categories: HashMap<String, String>,
    /// The last command's.
    last: Answer,
}

struct Product {
    detail: Value,
    /// Those on which it lies and all above them.
    categories: BTreeSet<String>,
}

impl Product {
    fn text(&self, field: &str) -> &str {
        self.detail[field].as_str().unwrap_or_default()
    }

    fn tags(&self) -> impl Iterator<Item = &str> {
        self.detail["tags"].as_array().unwrap().iter().filter_map(Value::as_str)
    }

    fn variants(&self) -> &[Value] {
        self.detail["variants"].as_array().unwrap()
    }

    fn cents(&self) -> Vec<i64> {
        let prices = self.variants().iter().filter_map(|variant| variant["price"].as_f64());
        prices.map(|price| (price * 100.0).round() as i64).collect()
    }

    /// As names are put in order.
    fn name(&self) -> String {
        let plain = self.text("name").to_lowercase().replace('é', "e").replace('\'', "");
        plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What one variant is, by the names of options.
fn choices(variant: &Value) -> Vec<(String, String)> {
    let own = [("size", &variant["size"]), ("color", &variant["color"])];
    let own =
        own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_str()?.to_lowercase())));
    let options = variant["options"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap().to_lowercase();
    own.chain(options.map(|option| (text(&option["name"]), text(&option["value"])))).collect()
}

#[derive(Debug, Default)]
struct Filter {
    /// External ids, and what they stand for.
    categories: Vec<(String, String)>,
    brands: Vec<String>,
    sellers: Vec<String>,
    tags: Vec<String>,
    options: Vec<(String, String)>,
    min_cents: Option<i64>,
    max_cents: Option<i64>,
    min_rating: Option<f64>,
    in_stock: Option<bool>,
}

impl Filter {
    /// Made of what products are, so that it finds some.
    fn any(random: &mut StdRng, of: &Catalogue, external: &HashMap<String, String>) -> Self {
        let mut filter = Self::default();
        let product = |random: &mut StdRng| &of.products[random.random_range(0..of.products.len())];
        let times = |random: &mut StdRng, often: f64| {
            if random.random_bool(often) { random.random_range(1..4) } else { 0 }
        };
        for _ in 0..times(random, 0.3) {
            let all: Vec<_> = product(random).categories.iter().collect();
            let id = all[random.random_range(0..all.len())].clone();
            filter.categories.push((external[&id].clone(), id));
        }
        for _ in 0..times(random, 0.15) {
            filter.brands.push(product(random).text("brand").to_uppercase());
        }
        for _ in 0..times(random, 0.15) {
            let seller = &product(random).detail["seller"]["external_id"];
            filter.sellers.extend(seller.as_str().map(str::to_owned));
        }
        for _ in 0..times(random, 0.3) {
            filter.tags.extend(product(random).tags().next().map(str::to_uppercase));
        }
        for _ in 0..times(random, 0.3) {
            let variants = product(random).variants();
            filter.options.extend(choices(&variants[random.random_range(0..variants.len())]));
        }
        if random.random_bool(0.3) {
            filter.min_cents = Some(random.random_range(0..6_000));
        }
        if random.random_bool(0.3) {
            filter.max_cents = Some(filter.min_cents.unwrap_or(0) + random.random_range(0..8_000));
        }
        if random.random_bool(0.25) {
            filter.min_rating = Some(f64::from(random.random_range(0..500)) / 100.0);
        }
        if random.random_bool(0.25) {
            filter.in_stock = Some(random.random_bool(0.8));
        }
        filter
    }

    /// Names and values, in a caller's words.
    fn words(&self) -> Vec<(String, String)> {
        let money = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let mut words: Vec<(String, String)> = Vec::new();
        words.extend(self.categories.iter().map(|(external, _)| ("category".into(), external.clone())));
        for (name, values) in [("brand", &self.brands), ("seller", &self.sellers), ("tag", &self.tags)] {
            words.extend(values.iter().map(|value| (name.to_owned(), value.clone())));
        }
        words.extend(self.options.iter().map(|(name, value)| (format!("option.{name}"), value.clone())));
        words.extend(self.min_cents.map(|cents| ("min_price".into(), money(cents))));
        words.extend(self.max_cents.map(|cents| ("max_price".into(), money(cents))));
        words.extend(self.min_rating.map(|stars| ("min_rating".into(), stars.to_string())));
        words.extend(self.in_stock.map(|in_stock| ("in_stock".into(), in_stock.to_string())));
        words
    }

    fn passes(&self, product: &Product, but_for_brands: bool) -> bool {
        let is_one =
            |wanted: &[String], has: &str| wanted.iter().any(|one| one.to_lowercase() == has.to_lowercase());
        let mut options: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in &self.options {
            options.entry(name).or_default().push(value);
        }
        let is_chosen = |variant: &Value| {
            let choices = choices(variant);
            let has = |name: &str, values: &[&str]| {
                choices.iter().any(|(own, value)| own == name && values.contains(&value.as_str()))
            };
            options.iter().all(|(name, values)| has(name, values))
                && self.in_stock.is_none_or(|wanted| variant["in_stock"] == wanted)
        };
        let is_bound = self.min_cents.is_some() || self.max_cents.is_some();
        let costs = |cents: &i64| {
            self.min_cents.is_none_or(|min| *cents >= min) && self.max_cents.is_none_or(|max| *cents <= max)
        };
        let seller = product.detail["seller"]["external_id"].as_str().unwrap_or_default();
        let rating = product.detail["rating"].as_f64();
        (self.categories.is_empty() || self.categories.iter().any(|(_, id)| product.categories.contains(id)))
            && (but_for_brands || self.brands.is_empty() || is_one(&self.brands, product.text("brand")))
            && (self.sellers.is_empty() || self.sellers.iter().any(|one| one == seller))
            && (self.tags.is_empty() || product.tags().any(|tag| is_one(&self.tags, tag)))
            && (options.is_empty() || product.variants().iter().any(is_chosen))
            && (!is_bound || product.cents().iter().any(costs))
            && self.min_rating.is_none_or(|min| rating.is_some_and(|rating| rating >= min))
            && (!options.is_empty()
                || self.in_stock.is_none_or(|wanted| product.detail["in_stock"] == wanted))
    }
}

impl Catalogue {
    async fn of(server: &Server) -> Self {
        let command = async |method: &str, path: &str, body: Value| {
            let answer = server.send(method, path, Some("U001"), Some(body)).await;
            answer.ok();
            answer
        };
        for (product, shelves) in
            [("P001", json!(["C02", "C05"])), ("P002", json!(["C24"])), ("P010", json!(["C01"]))]
        {
            command("PATCH", &format!("/api/v1/products/{product}"), json!({"also_in": shelves})).await;
        }
        let chosen = |wood: &str, glaze: &str, sku: &str, more: i32, stock: i32| {
            let options = json!([{"name": "Wood", "value": wood}, {"name": "Glaze", "value": glaze}]);
            json!({"sku": sku, "options": options, "price_adjustment": more, "stock": stock, "size": "S"})
        };
        for (id, price, variants) in [
            (
                "P901",
                json!(20),
                json!([chosen("Oak", "red", "P901-1", 0, 3), chosen("Ash", "blue", "P901-2", 30, 0)]),
            ),
            ("P902", json!(35), json!([chosen("Oak", "Blue", "P902-1", 0, 1)])),
            ("P903", Value::Null, json!([chosen("oak", "blue", "P903-1", 0, 1)])),
            (
                "P904",
                json!(35),
                json!([chosen("Oak", "red", "P904-1", 0, 0), chosen("Ash", "blue", "P904-2", 0, 2)]),
            ),
        ] {
            let mut new = json!({
                "external_id": id, "name": format!("Émail cup {id}"), "category_id": "C01",
                "options": ["Wood", "Glaze"], "variants": variants,
            });
            if !price.is_null() {
                new["price"] = price;
            }
            command("POST", "/api/v1/products", new).await;
        }
        // A retired variant is no variant any more.
        let answer = server.send("DELETE", "/api/v1/variants/P901-2", None, None).await;
        assert!(answer.status < 300, "{answer:?}");
        let mut last = answer;
        for (product, quantity) in [("P020", 1), ("P030", 3), ("P040", 2)] {
            let detail = server.get(&format!("/api/v1/products/{product}")).await.ok();
            let price = detail["variants"][0]["price"].as_f64().unwrap();
            last = command("POST", "/api/v1/orders", client::items(product, price, quantity)).await;
        }

        let categories =
            server.get("/api/v1/categories").await.ok()["categories"].as_array().unwrap().clone();
        let id = |category: &Value| category["id"].as_str().unwrap().to_owned();
        let parents: HashMap<String, String> = categories
            .iter()
            .filter_map(|category| Some((id(category), category["parent"].as_str()?.to_owned())))
            .collect();
        let names =
            categories.iter().map(|one| (id(one), one["name"].as_str().unwrap().to_owned())).collect();
        let mut products = Vec::new();
        for view in all(server, &last, "/api/v1/products", &[]).await.0 {
            let detail = server.get_after(&last, &format!("/api/v1/products/{view}")).await.ok();
            let further = detail["also_in"].as_array().into_iter().flatten();
            let mut within = BTreeSet::new();
            for shelf in std::iter::once(&detail["category_id"]).chain(further) {
                let mut next = Some(shelf.as_str().unwrap().to_owned());
                while let Some(category) = next {
                    next = parents.get(&category).cloned();
                    within.insert(category);
                }
            }
            products.push(Product { detail, categories: within });
        }
        let hot = server.get_after(&last, "/api/v1/products/hot?limit=100").await.ok();
        let hot = hot["products"].as_array().unwrap().iter();
        let hot: Vec<String> = hot.map(|product| product["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(hot.len(), 3);
        Self { products, hot, categories: names, last }
    }

    /// The ids of what passes, in order.
    fn sorted(&self, filter: &Filter, sort: &str) -> Vec<String> {
        let passing = self.products.iter().enumerate().filter(|(_, product)| filter.passes(product, false));
        let mut passing: Vec<(usize, &Product)> = passing.collect();
        if sort != "newest" {
            passing.sort_by_key(|(_, product)| product.text("id").to_owned());
        }
        let cheapest = |product: &Product| product.cents().into_iter().min();
        match sort {
            "newest" => {}
            "price" => passing.sort_by_key(|(_, one)| (cheapest(one).is_none(), cheapest(one))),
            "price_desc" => passing.sort_by_key(|(_, one)| Reverse(cheapest(one))),
            "rating" => passing.sort_by(|(_, a), (_, b)| {
                let stars = |one: &Product| one.detail["rating"].as_f64().unwrap_or(-1.0);
                stars(b).total_cmp(&stars(a))
            }),
            "popularity" => passing.sort_by_key(|(newest, one)| {
                let place = self.hot.iter().position(|id| id == one.text("id"));
                (place.is_none(), place, *newest)
            }),
            _ => passing.sort_by_key(|(_, one)| one.name()),
        }
        passing.into_iter().map(|(_, product)| product.text("id").to_owned()).collect()
    }
}

/// `a=1&b=2`, with what stands in no address as it is.
fn query(words: &[(String, String)]) -> String {
    let words = words.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    reqwest::Url::parse_with_params("http://souk.invalid", words)
        .unwrap()
        .query()
        .unwrap_or_default()
        .to_owned()
}

/// The ids on all pages, and the first answer.
async fn all(server: &Server, last: &Answer, path: &str, words: &[(String, String)]) -> (Vec<String>, Value) {
    let (mut ids, mut first, mut page) = (Vec::new(), Value::Null, 1);
    loop {
        let limit = if words.is_empty() { 100 } else { 37 };
        let answer =
            server.get_after(last, &format!("{path}?{}&page={page}&limit={limit}", query(words))).await.ok();
        let products = answer["products"].as_array().or(answer["results"].as_array()).unwrap();
        ids.extend(products.iter().map(|product| product["id"].as_str().unwrap().to_owned()));
        let is_last = page >= answer["pages"].as_u64().unwrap();
        if page == 1 {
            first = answer;
        }
        if is_last {
            assert_eq!(first["total"], ids.len(), "{path} {words:?}");
            return (ids, first);
        }
        page += 1;
    }
}

#[tokio::test]
async fn every_filter_and_sort_is_as_a_look_at_every_product_has_it() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let catalogue = Catalogue::of(&server).await;
    let answer = server.get("/api/v1/categories").await.ok();
    let external: HashMap<String, String> = answer["categories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap().to_owned(), one["external_id"].as_str().unwrap().to_owned()))
        .collect();
    for category in answer["categories"].as_array().unwrap() {
        let id = category["id"].as_str().unwrap();
        let within = catalogue.products.iter().filter(|product| product.categories.contains(id));
        assert_eq!(category["products"], within.count(), "{category}");
    }

    let seed: u64 = rand::rng().random();
    let mut random = StdRng::seed_from_u64(seed);
    let mut found_some = 0;
    for round in 0..90 {
        let (filter, sort) = (Filter::any(&mut random, &catalogue, &external), SORTS[round % SORTS.len()]);
        let mut words = filter.words();
        words.push(("sort".into(), sort.into()));
        let expected = catalogue.sorted(&filter, sort);
        found_some += usize::from(!expected.is_empty() && expected.len() < catalogue.products.len());
        let (listed, _) = all(&server, &catalogue.last, "/api/v1/products", &words).await;
        assert_eq!(listed, expected, "{words:?}, seed {seed}");
        let (found, first) = all(&server, &catalogue.last, "/api/v1/products/search", &words).await;
        assert_eq!(found, expected, "{words:?}, seed {seed}");

        // Each product once per brand and once per category, the filter of the facet itself left out.
        let mut brands = BTreeMap::new();
        for product in catalogue.products.iter().filter(|product| filter.passes(product, true)) {
            let brand = product.text("brand");
            *brands.entry(brand).or_insert(0) += u64::from(!brand.is_empty());
        }
        brands.retain(|_, count| *count > 0);
        assert_eq!(first["facets"]["brands"], json!(brands), "{words:?}, seed {seed}");
        if filter.categories.is_empty() {
            let mut categories = BTreeMap::new();
            for product in catalogue.products.iter().filter(|product| filter.passes(product, false)) {
                for category in &product.categories {
                    *categories.entry(&catalogue.categories[category]).or_insert(0) += 1;
                }
            }
            assert_eq!(first["facets"]["categories"], json!(categories), "{words:?}, seed {seed}");
        }
    }
    assert!(found_some > 20, "most filters find something, and not everything: {found_some}, seed {seed}");

    // What has words is put in order as well, and an order changes nothing about what is found.
    let asked =
        |sort: &str| [("q".to_owned(), "wooden bowl".to_owned()), ("sort".to_owned(), sort.to_owned())];
    let (mut best, _) = all(&server, &catalogue.last, "/api/v1/products/search", &asked("relevance")).await;
    best.sort();
    for sort in SORTS {
        let (found, _) = all(&server, &catalogue.last, "/api/v1/products/search", &asked(sort)).await;
        let mut expected = catalogue.sorted(&Filter::default(), sort);
        expected.retain(|id| best.binary_search(id).is_ok());
        assert_eq!(found, expected, "{sort}");
    }
}

#[test]
fn commands_take_the_same_filters_and_sorts() {
    let souk = Souk::to_read();
    let total = |arguments: &[&str]| souk.json(arguments)["total"].as_u64().unwrap();
    let flags = ["--category", "C01", "--category", "C04", "--tag", "GIFT", "--max-price", "60"];
    let list = [&["products", "list", "--sort", "price", "--limit", "100"], &flags[..]].concat();
    let listed = souk.json(&list);
    let prices: Vec<f64> = listed["products"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|product| product["price"].as_f64())
        .collect();
    assert!(prices.len() > 1 && prices[0] <= prices[1], "{listed}");
    let search = [&["search", "text", "--sort", "price_desc"], &flags[..]].concat();
    assert_eq!(Some(total(&search)), listed["total"].as_u64());
    let narrower = [&list[..], &["--option", "color=cream", "--min-rating", "3.5", "--in-stock"]].concat();
    assert!(total(&narrower) <= total(&list));
    assert_eq!(
        total(&["products", "list", "--seller", "S001"]),
        total(&["search", "text", "--seller", "S001"])
    );
    for (arguments, words) in [
        (&["products", "list", "--sort", "relevance"][..], "popularity"),
        (&["search", "text", "--sort", "cheap"], "price_desc"),
        (&["search", "text", "--option", "red"], "NAME=VALUE"),
        (&["products", "list", "--min-rating", "6"], "from 0 to 5"),
        (&["search", "semantic", "tea", "--sort", "price"], "by words"),
    ] {
        let said = souk.run(arguments);
        assert!(said.code == 2 && said.err.contains(words), "{arguments:?}: {}", said.err);
    }
    let unknown = souk.run(&["products", "list", "--seller", "S999"]);
    assert!(unknown.code == 3 && unknown.err.contains("there is no seller `S999`"), "{}", unknown.err);
}

#[tokio::test]
async fn what_no_list_knows_is_refused_in_words() {
    let souk = Souk::to_read();
    let server = souk.serve();
    let many = vec!["brand=x"; 51].join("&");
    let options: String = (0..11).map(|n| format!("&option.o{n}=x")).collect();
    for (asked, words) in [
        ("colour=red", "unknown field `colour`"),
        ("option=red", "unknown field `option`"),
        ("sort=cheapest", "price_desc"),
        ("sort=price&sort=name", "duplicate field `sort`"),
        ("min_rating=5.001", "two decimals"),
        ("min_price=5&max_price=4", "`min_price` is above `max_price`"),
        ("in_stock=perhaps", "`in_stock`"),
        ("option.=red", "`option` is missing"),
        ("option.color=%00", "control characters"),
        (many.as_str(), "`brand` has 51 values, more than 50"),
        (options.trim_start_matches('&'), "more than 10 options"),
    ] {
        for path in ["products", "products/search"] {
            let problem =
                server.get(&format!("/api/v1/{path}?{asked}")).await.is_problem(400, "invalid-input");
            assert!(problem["detail"].as_str().unwrap().contains(words), "{path}?{asked}: {problem}");
        }
    }
    server.get("/api/v1/products?sort=relevance").await.is_problem(400, "invalid-input");
    server
        .get("/api/v1/products/search?q=tea&mode=semantic&sort=name")
        .await
        .is_problem(400, "invalid-input");
    for unknown in ["seller=S999", "seller=name:[*", "category=C01&category=Nowhere"] {
        server.get(&format!("/api/v1/products?{unknown}")).await.is_problem(404, "not-found");
    }
    // Blank ones are none.
    let blank = server.get("/api/v1/products?brand=&seller=&tag=&option.color=&min_rating=&sort=").await.ok();
    assert_eq!(blank["total"], server.get("/api/v1/products").await.ok()["total"]);
}
