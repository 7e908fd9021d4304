//! Whether everything that souk has written down tells the same story: events, rows, stock, documents, counters.
//!
//! What the store knows is read through its port, whatever engine it is; what is derived from it, as `souk projections
//! dump` shows it. Stock was loaded, sold, given back by cancelled orders, and brought by those who make it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde_json::Value;
use souk_ports::event::RecordedEvent;
use souk_ports::rows::{Category, Order, OrderItem, OrderStatus, Product, Variant};
use souk_ports::store::{Find, Snapshot, Stock, Window};

use crate::process::{Folder, PATIENCE};
use crate::store_file;

/// Ids are 32 hexadecimal digits here.
type Id = String;
/// How many of which variant.
type Quantities = BTreeMap<Id, i64>;

pub(crate) struct Books {
    pub(crate) orders: usize,
    /// What is left of each variant, by its SKU.
    pub(crate) stock: BTreeMap<String, i64>,
}

/// One moment of a store.
struct Ledger {
    head: u64,
    events: Vec<RecordedEvent>,
    /// By number.
    orders: Vec<Order>,
    /// By order and line.
    items: Vec<OrderItem>,
    products: Vec<Product>,
    /// Those that have stock.
    variants: Vec<(Variant, Stock)>,
}

impl Ledger {
    /// Other processes may be using the store. It has a thread of its own, as tests run on theirs.
    fn read(folder: &Folder) -> Self {
        let (url, data) = (folder.store_url(), folder.data());
        let read = async {
            let store = souk_engines::open("store", souk_engines::store::ENGINES, &url, &data).await;
            let store = store.unwrap_or_else(|error| panic!("the store: {error}"));
            Self::of(&mut *store.snapshot().await.unwrap()).await
        };
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        std::thread::scope(|scope| scope.spawn(|| runtime().block_on(read)).join().unwrap())
    }

    async fn of(snapshot: &mut dyn Snapshot) -> Self {
        let mut events = Vec::new();
        loop {
            let after = events.last().map_or(0, |event: &RecordedEvent| event.position);
            let more = snapshot.events(after, 10_000).await.unwrap();
            if more.is_empty() {
                break;
            }
            events.extend(more);
        }
        let (mut orders, _) =
            snapshot.list::<Order>(&Find::Orders { user: None }, Window::ALL).await.unwrap();
        orders.sort_by_key(|order| order.row.number);
        let mut items = Vec::new();
        for some in orders.chunks(1_000) {
            let of = Find::ItemsOf(some.iter().map(|order| order.row.id).collect());
            items.extend(snapshot.list::<OrderItem>(&of, Window::ALL).await.unwrap().0);
        }
        items.sort_by_key(|item| (item.row.order_id, item.row.line));
        let (categories, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await.unwrap();
        let mut products = Vec::new();
        for category in categories {
            let of = Find::ProductsOfCategory(category.row.id);
            products.extend(snapshot.list::<Product>(&of, Window::ALL).await.unwrap().0);
        }
        let mut variants = Vec::new();
        for some in products.chunks(1_000) {
            let of = Find::VariantsOf(some.iter().map(|product| product.row.id).collect());
            let (found, _) = snapshot.list::<Variant>(&of, Window::ALL).await.unwrap();
            let ids: Vec<_> = found.iter().map(|variant| variant.row.id).collect();
            let stock = snapshot.stock(&ids).await.unwrap();
            let there =
                found.into_iter().zip(stock).filter_map(|(variant, stock)| Some((variant.row, stock?)));
            variants.extend(there);
        }
        Self {
            head: snapshot.head().await.unwrap().head.position,
            events,
            orders: orders.into_iter().map(|order| order.row).collect(),
            items: items.into_iter().map(|item| item.row).collect(),
            products: products.into_iter().map(|product| product.row).collect(),
            variants,
        }
    }

    /// The items of orders that are not cancelled, each with whose it is.
    fn standing(&self) -> impl Iterator<Item = (&Order, &OrderItem)> {
        let orders: BTreeMap<_, _> = self.orders.iter().map(|order| (order.id, order)).collect();
        let standing = move |item| {
            let item: &OrderItem = item;
            let order = orders[&item.order_id];
            (order.status != OrderStatus::Cancelled).then_some((order, item))
        };
        self.items.iter().filter_map(standing)
    }

    fn items_by_order(&self) -> BTreeMap<Id, Quantities> {
        let mut orders: BTreeMap<Id, Quantities> = BTreeMap::new();
        for item in &self.items {
            let quantities = orders.entry(hex(item.order_id)).or_default();
            *quantities.entry(hex(item.variant_id)).or_default() += i64::from(item.quantity);
        }
        orders
    }

    fn stock(&self) -> Quantities {
        self.variants.iter().map(|(variant, stock)| (hex(variant.id), stock.quantity)).collect()
    }
}

/// The store is whole, positions and numbers have no gap, and events, rows and stock agree.
pub(crate) fn of_the_store(folder: &Folder) -> Books {
    of_the_ledger(folder, &Ledger::read(folder))
}

fn of_the_ledger(folder: &Folder, ledger: &Ledger) -> Books {
    if folder.keeps_its_store() {
        store_file::is_whole(folder);
    }
    let positions = ledger.events.iter().map(|event| event.position);
    assert!(positions.eq(1..=ledger.head), "positions have no gap");
    let numbers = ledger.orders.iter().map(|order| order.number.unwrap());
    assert!(numbers.eq(1..=ledger.orders.len() as u64), "order numbers have no gap");

    let mut by_events: BTreeMap<Id, Quantities> = BTreeMap::new();
    let mut brought = Quantities::new();
    for event in &ledger.events {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        if event.kind == "order-placed" {
            let quantities = by_events.entry(hex(event.stream.id)).or_default();
            for (variant, quantity) in items(&data) {
                *quantities.entry(variant).or_default() += quantity;
            }
        } else if event.kind == "stock-adjusted" && data["reason"] == "adjusted" {
            *brought.entry(id(&data["variant_id"])).or_default() += data["change"].as_i64().unwrap();
        }
    }
    let by_rows = ledger.items_by_order();
    assert_eq!(by_events.len(), ledger.orders.len());
    assert!(by_events == by_rows, "events and rows differ: {:?}", difference(&by_events, &by_rows));

    let mut sold = Quantities::new();
    for (_, item) in ledger.standing() {
        *sold.entry(hex(item.variant_id)).or_default() += i64::from(item.quantity);
    }
    let mut stock = BTreeMap::new();
    for (variant, left) in &ledger.variants {
        let moved = [&sold, &brought].map(|moved| moved.get(&hex(variant.id)).copied().unwrap_or(0));
        let there = variant.loaded_stock.unwrap() + moved[1] - moved[0];
        let sku = &variant.sku;
        assert_eq!(there, left.quantity, "what was loaded and brought of {sku}, less what was sold, is left");
        let allowance = variant.details.stock_policy.allowance();
        assert_eq!(allowance, left.allowance, "{sku} is sold as far as its policy says");
        stock.insert(sku.clone(), left.quantity);
    }
    Books { orders: ledger.orders.len(), stock }
}

/// Everything that orders and their items are, and every event of an order or a product in its place, but not when it
/// was written down: equal stories, equal lines.
pub(crate) fn story(folder: &Folder) -> Vec<String> {
    let ledger = Ledger::read(folder);
    let mut lines: Vec<String> = ledger.orders.iter().map(|order| format!("{order:?}")).collect();
    lines.extend(ledger.items.iter().map(|item| format!("{item:?}")));
    let mut stock: Vec<_> = ledger.variants.iter().map(|(variant, stock)| (variant.id, stock)).collect();
    stock.sort_by_key(|(id, _)| *id);
    lines.extend(stock.iter().map(|line| format!("{line:?}")));
    let made_up =
        |event: &&RecordedEvent| event.reason.as_deref().is_some_and(|reason| reason.starts_with("made up"));
    lines.extend(ledger.events.iter().filter(made_up).map(|event| {
        let RecordedEvent { position, stream, version, commit, kind, occurred_at, data, .. } = event;
        format!("{position} {stream} {version} {commit:?} {kind} {occurred_at:?} {data}")
    }));
    lines
}

/// Over time, as the events date it, no stock was ever below zero.
pub(crate) fn stock_was_never_below_zero(folder: &Folder) {
    let mut events = Ledger::read(folder).events;
    events.sort_by_key(|event| (event.occurred_at, event.position));
    let mut levels = Quantities::new();
    let mut moved = 0;
    for event in events {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        let moves = match event.kind.as_str() {
            "stock-adjusted" => vec![(id(&data["variant_id"]), data["change"].as_i64().unwrap())],
            "order-placed" => items(&data).map(|(variant, quantity)| (variant, -quantity)).collect(),
            "order-cancelled" => items(&data).collect(),
            _ => continue,
        };
        for (variant, change) in moves {
            let level = levels.entry(variant.clone()).or_default();
            *level += change;
            assert!(*level >= 0, "{variant} had {level} at {:?}", event.occurred_at);
            moved += 1;
        }
    }
    assert!(moved > 0, "nothing ever moved");
}

/// Of 100 variants, so many are in stock.
pub(crate) fn percent_in_stock(folder: &Folder) -> usize {
    let variants = Ledger::read(folder).variants;
    let there = variants.iter().filter(|(_, stock)| stock.quantity > 0).count();
    there * 100 / variants.len()
}

/// [`of_the_store`], and every projection says the same. Nobody may be ordering; a server may be running.
pub(crate) fn of_everything(folder: &Folder) -> Books {
    let ledger = Ledger::read(folder);
    let books = of_the_ledger(folder, &ledger);
    wait_for_projections(folder);
    let by_rows = ledger.items_by_order();
    let mut by_documents = BTreeMap::new();
    for order in dump(folder, "order-views") {
        let mut quantities = Quantities::new();
        for (variant, quantity) in items(&order) {
            *quantities.entry(variant).or_default() += quantity;
        }
        by_documents.insert(id(&order["order_id"]), quantities);
    }
    assert!(by_documents == by_rows, "documents and rows differ: {:?}", difference(&by_documents, &by_rows));

    let counters = dump(folder, "stock-counters");
    let counters: Quantities =
        counters.iter().map(|counter| (id(&counter["id"]), counter["count"].as_i64().unwrap())).collect();
    assert!(counters == ledger.stock(), "counters and stock differ");

    let active: BTreeSet<_> =
        ledger.products.iter().filter(|product| product.is_active).map(|product| product.id).collect();
    let mut in_stock = BTreeMap::<Id, bool>::new();
    for (variant, stock) in &ledger.variants {
        if active.contains(&variant.product_id) {
            *in_stock.entry(hex(variant.product_id)).or_default() |= stock.available() > 0;
        }
    }
    let pages = dump(folder, "product-pages");
    let shown: BTreeMap<Id, bool> =
        pages.iter().map(|page| (id(&page["id"]), page["in_stock"] == true)).collect();
    assert!(shown == in_stock, "what pages and stock say is in stock differs");
    let names = projections(folder);
    if names.iter().any(|name| name == "sales") {
        sales_equal_the_stores(folder, &ledger);
    }
    if names.iter().any(|name| name == "purchase-graph") {
        purchases_equal_the_stores(folder, &ledger);
    }
    books
}

/// Pieces and ten-thousandths of each variant, less what was cancelled; and the moves of stock come to what is there.
fn sales_equal_the_stores(folder: &Folder, ledger: &Ledger) {
    let (mut pieces, mut amounts) = (Quantities::new(), Quantities::new());
    for (_, item) in ledger.standing() {
        let quantity = i64::from(item.quantity);
        *pieces.entry(hex(item.variant_id)).or_default() += quantity;
        *amounts.entry(hex(item.variant_id)).or_default() += quantity * item.price.ten_thousandths();
    }
    for (field, of_orders) in [("quantity", pieces), ("amount", amounts)] {
        let mut facts = sums(folder, "sales", "variant", field);
        facts.retain(|_, sum| *sum != 0);
        assert!(facts == of_orders, "the {field} of sales and orders differ");
    }
    let levels = sums(folder, "stock-levels", "variant", "quantity");
    assert!(levels == ledger.stock(), "stock levels and stock differ");
}

/// How many of which product everybody bought, less what was cancelled.
fn purchases_equal_the_stores(folder: &Folder, ledger: &Ledger) {
    let mut edges = Quantities::new();
    for edge in dump(folder, "purchase-graph") {
        if edge["relation"] == "PURCHASED" && edge["weight"] != 0.0 {
            let weight = edge["weight"].as_f64().unwrap();
            assert_eq!(weight.fract(), 0.0, "{edge}");
            let once = edges.insert(format!("{} {}", id(&edge["from"]), id(&edge["to"])), weight as i64);
            assert_eq!(once, None, "{edge} is there twice");
        }
    }
    let mut bought = Quantities::new();
    for (order, item) in ledger.standing() {
        let pair = format!("{} {}", hex(order.user_id), hex(item.product_id));
        *bought.entry(pair).or_default() += i64::from(item.quantity);
    }
    assert!(edges == bought, "purchases in the graph and in the store differ");
}

/// A field of the facts of a series, added up by an id.
fn sums(folder: &Folder, series: &str, by: &str, field: &str) -> Quantities {
    let mut sums = Quantities::new();
    for fact in dump(folder, series) {
        *sums.entry(id(&fact[by])).or_default() += fact[field].as_i64().unwrap();
    }
    sums
}

/// What a projection shows now is what it shows after it has been built anew.
pub(crate) fn rebuilds_change_nothing(folder: &Folder) {
    for name in projections(folder) {
        let before = folder.run(&["projections", "dump", &name]);
        folder.run(&["projections", "rebuild", &name]);
        let after = folder.run(&["projections", "dump", &name]);
        assert!(before == after, "the dump of {name} differs after a rebuild");
    }
}

/// All that are made here: where there is no model, nothing is made of embeddings.
pub(crate) fn projections(folder: &Folder) -> Vec<String> {
    let all = status(folder);
    let made = all.iter().filter(|projection| !projection["generation"].is_null());
    made.map(|projection| projection["name"].as_str().unwrap().to_owned()).collect()
}

/// Returns when every projection is at the head of the log.
pub(crate) fn wait_for_projections(folder: &Folder) {
    let since = Instant::now();
    loop {
        let all = status(folder);
        if all.iter().all(|projection| projection["behind"] == 0) {
            return;
        }
        if since.elapsed() > PATIENCE {
            let behind = |projection: &Value| format!("{} {}", projection["name"], projection["behind"]);
            let behind: Vec<String> = all.iter().map(behind).collect();
            panic!("projections do not catch up: {}\n{}", behind.join(", "), folder.log());
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn status(folder: &Folder) -> Vec<Value> {
    let mut status = folder.json(&["projections", "status"]);
    serde_json::from_value(status["projections"].take()).unwrap()
}

fn dump(folder: &Folder, projection: &str) -> Vec<Value> {
    let lines = folder.run(&["projections", "dump", projection]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn difference(one: &BTreeMap<Id, Quantities>, other: &BTreeMap<Id, Quantities>) -> Vec<Id> {
    let ids: BTreeSet<&Id> = one.keys().chain(other.keys()).collect();
    ids.into_iter().filter(|id| one.get(*id) != other.get(*id)).take(5).cloned().collect()
}

/// Which variants, and how many of each, an event or a document tells of.
fn items(data: &Value) -> impl Iterator<Item = (Id, i64)> {
    let items = data["items"].as_array().unwrap().iter();
    items.map(|item| (id(&item["variant_id"]), item["quantity"].as_i64().unwrap()))
}

fn id(text: &Value) -> Id {
    text.as_str().unwrap().replace('-', "")
}

fn hex(id: impl std::fmt::Display) -> Id {
    id.to_string().replace('-', "")
}
