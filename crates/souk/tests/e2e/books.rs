//! Whether everything that souk has written down tells the same story: events, rows, stock, documents, counters.
//!
//! What the store knows is read straight from its file; what is derived from it, as `souk projections dump` shows it.
//! Stock was loaded, sold, given back by cancelled orders, and brought by those who make it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rusqlite::config::DbConfig;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::process::{Folder, PATIENCE};

/// Ids are 32 hexadecimal digits here, as both blobs and texts can be read so.
type Id = String;
/// How many of which variant.
type Quantities = BTreeMap<Id, i64>;

pub(crate) struct Books {
    /// The numbers of all orders, by the idempotency keys that they were ordered with.
    pub(crate) by_key: BTreeMap<String, u64>,
    pub(crate) orders: usize,
    /// What is left of each variant, by its SKU.
    pub(crate) stock: BTreeMap<String, i64>,
}

/// There is a store; a process may be killed before it has made one.
pub(crate) fn is_there(folder: &Folder) -> bool {
    folder.data().join("souk.db").exists()
        && open(folder).query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).unwrap() > 0
}

/// A load has begun and not come to its end.
pub(crate) fn load_is_unfinished(folder: &Folder) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM loads WHERE finished_at IS NULL)";
    open(folder).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The store's file is whole, numbers have no gap, and events, rows and stock agree.
pub(crate) fn of_the_store(folder: &Folder) -> Books {
    let store = open(folder);
    let integrity: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");

    let (positions, last) = pair(&store, "SELECT count(*), coalesce(max(position), 0) FROM events");
    let (head, last_number) = pair(&store, "SELECT position, order_number FROM log");
    assert_eq!((positions, last), (head, head), "positions have no gap");
    let (orders, highest) = pair(&store, "SELECT count(*), coalesce(max(number), 0) FROM orders");
    assert_eq!((orders, highest), (last_number, last_number), "order numbers have no gap");

    let by_events = per_order(
        &store,
        "SELECT lower(hex(stream_id)), replace(item.value ->> 'variant_id', '-', ''), item.value ->> 'quantity'
         FROM events, json_each(data, '$.items') AS item WHERE kind = 'order-placed'",
    );
    let by_rows = by_rows(&store);
    assert_eq!(by_events.len() as u64, orders);
    assert!(by_events == by_rows, "events and rows differ: {:?}", difference(&by_events, &by_rows));

    let sold = quantities(
        &store,
        "SELECT lower(hex(variant_id)), sum(quantity) FROM order_items JOIN orders ON orders.id = order_id
         WHERE status <> 'cancelled' GROUP BY variant_id",
    );
    let brought = quantities(
        &store,
        "SELECT replace(data ->> 'variant_id', '-', ''), sum(data ->> 'change') FROM events
         WHERE kind = 'stock-adjusted' AND data ->> 'reason' = 'adjusted' GROUP BY 1",
    );
    let mut stock = BTreeMap::new();
    let variants =
        "SELECT lower(hex(id)), sku, loaded_stock, quantity FROM variants JOIN stock ON variant_id = id";
    let mut variants = store.prepare(variants).unwrap();
    let mut rows = variants.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (id, sku): (Id, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let (loaded, left): (i64, i64) = (row.get(2).unwrap(), row.get(3).unwrap());
        let [sold, brought] = [&sold, &brought].map(|moved| moved.get(&id).copied().unwrap_or(0));
        let there = loaded + brought - sold;
        assert_eq!(there, left, "what was loaded and brought of {sku}, less what was sold, is what is left");
        stock.insert(sku, left);
    }
    Books { by_key: keys(&store), orders: orders as usize, stock }
}

/// Everything that orders and their items are, and every event of an order or a product in its place, but not when it
/// was written down: equal stories, equal lines.
pub(crate) fn story(folder: &Folder) -> Vec<String> {
    let store = open(folder);
    let mut lines = Vec::new();
    for sql in [
        "SELECT number, concat_ws(' ', lower(hex(id)), lower(hex(user_id)), status, total, payment_id, tracking_number,
             placed_at) FROM orders ORDER BY number",
        "SELECT line, concat_ws(' ', lower(hex(order_id)), lower(hex(variant_id)), quantity, price, snapshot)
         FROM order_items ORDER BY order_id, line",
        "SELECT quantity, concat_ws(' ', lower(hex(variant_id)), version) FROM stock ORDER BY variant_id",
        "SELECT position, concat_ws(' ', lower(hex(stream_id)), version, lower(hex(commit_id)), kind, occurred_at, data)
         FROM events WHERE reason LIKE 'made up%' ORDER BY position",
    ] {
        let rows = pairs::<i64, String>(&store, sql).into_iter();
        lines.extend(rows.map(|(number, line)| format!("{number} {line}")));
    }
    lines
}

pub(crate) fn count_of_orders(folder: &Folder) -> u64 {
    open(folder).query_row("SELECT count(*) FROM orders", [], |row| row.get(0)).unwrap()
}

/// Over time, as the events date it, no stock was ever below zero.
pub(crate) fn stock_was_never_below_zero(folder: &Folder) {
    let moves = "SELECT kind, occurred_at, data FROM events
         WHERE kind IN ('stock-adjusted', 'order-placed', 'order-cancelled') ORDER BY occurred_at, position";
    let store = open(folder);
    let mut statement = store.prepare(moves).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut levels = Quantities::new();
    let mut moved = 0;
    while let Some(row) = rows.next().unwrap() {
        let (kind, at): (String, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        let data: Value = serde_json::from_str(&row.get::<_, String>(2).unwrap()).unwrap();
        let items = match kind.as_str() {
            "stock-adjusted" => vec![(id(&data["variant_id"]), data["change"].as_i64().unwrap())],
            placed_or_cancelled => {
                let sign = if placed_or_cancelled == "order-placed" { -1 } else { 1 };
                let item =
                    |item: &Value| (id(&item["variant_id"]), sign * item["quantity"].as_i64().unwrap());
                data["items"].as_array().unwrap().iter().map(item).collect()
            }
        };
        for (variant, change) in items {
            let level = levels.entry(variant.clone()).or_default();
            *level += change;
            assert!(*level >= 0, "{variant} had {level} at {at}");
            moved += 1;
        }
    }
    assert!(moved > 0, "nothing ever moved");
}

/// Of 100 variants, so many are in stock.
pub(crate) fn percent_in_stock(folder: &Folder) -> u64 {
    let (there, all) =
        pair(&open(folder), "SELECT count(*) FILTER (WHERE quantity > 0), count(*) FROM stock");
    there * 100 / all
}

/// [`of_the_store`], and every projection says the same. Nobody may be ordering; a server may be running.
pub(crate) fn of_everything(folder: &Folder) -> Books {
    let books = of_the_store(folder);
    wait_for_projections(folder);
    let store = open(folder);
    let by_rows = by_rows(&store);
    let mut by_documents = BTreeMap::new();
    for order in dump(folder, "order-views") {
        let mut quantities = Quantities::new();
        for item in order["items"].as_array().unwrap() {
            *quantities.entry(id(&item["variant_id"])).or_default() += item["quantity"].as_i64().unwrap();
        }
        by_documents.insert(id(&order["order_id"]), quantities);
    }
    assert!(by_documents == by_rows, "documents and rows differ: {:?}", difference(&by_documents, &by_rows));

    let counters = dump(folder, "stock-counters");
    let counters: Quantities =
        counters.iter().map(|counter| (id(&counter["id"]), counter["count"].as_i64().unwrap())).collect();
    let stock = quantities(&store, "SELECT lower(hex(variant_id)), quantity FROM stock");
    assert!(counters == stock, "counters and stock differ");

    let in_stock: BTreeMap<Id, bool> = pairs(
        &store,
        "SELECT lower(hex(product_id)), sum(quantity) > 0 FROM variants
         JOIN stock ON variant_id = variants.id JOIN products ON product_id = products.id
         WHERE is_active GROUP BY product_id",
    )
    .into_iter()
    .collect();
    let pages = dump(folder, "product-pages");
    let shown: BTreeMap<Id, bool> =
        pages.iter().map(|page| (id(&page["id"]), page["in_stock"] == true)).collect();
    assert!(shown == in_stock, "what pages and stock say is in stock differs");
    let names = projections(folder);
    if names.iter().any(|name| name == "sales") {
        sales_equal_the_stores(folder, &store);
    }
    if names.iter().any(|name| name == "purchase-graph") {
        purchases_equal_the_stores(folder, &store);
    }
    books
}

/// Pieces and minor units of each variant, less what was cancelled; and the moves of stock come to what is there.
fn sales_equal_the_stores(folder: &Folder, store: &Connection) {
    let standing = "FROM order_items JOIN orders ON orders.id = order_id WHERE status <> 'cancelled'";
    for (field, of_a_line) in [("quantity", "quantity"), ("amount", "quantity * price")] {
        let mut facts = sums(folder, "sales", "variant", field);
        facts.retain(|_, sum| *sum != 0);
        let sql = format!("SELECT lower(hex(variant_id)), sum({of_a_line}) {standing} GROUP BY variant_id");
        assert!(facts == quantities(store, &sql), "the {field} of sales and orders differ");
    }
    let levels = sums(folder, "stock-levels", "variant", "quantity");
    let stock = quantities(store, "SELECT lower(hex(variant_id)), quantity FROM stock");
    assert!(levels == stock, "stock levels and stock differ");
}

/// How many of which product everybody bought, less what was cancelled.
fn purchases_equal_the_stores(folder: &Folder, store: &Connection) {
    let mut edges = Quantities::new();
    for edge in dump(folder, "purchase-graph") {
        if edge["relation"] == "PURCHASED" && edge["weight"] != 0.0 {
            let weight = edge["weight"].as_f64().unwrap();
            assert_eq!(weight.fract(), 0.0, "{edge}");
            let once = edges.insert(format!("{} {}", id(&edge["from"]), id(&edge["to"])), weight as i64);
            assert_eq!(once, None, "{edge} is there twice");
        }
    }
    let bought = quantities(
        store,
        "SELECT concat_ws(' ', lower(hex(user_id)), lower(hex(product_id))), sum(quantity) FROM order_items
         JOIN orders ON orders.id = order_id WHERE status <> 'cancelled' GROUP BY 1",
    );
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

/// As another process would: the file may be in use. What a crash left in the WAL stays there, for souk to find.
fn open(folder: &Folder) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let store = Connection::open_with_flags(folder.data().join("souk.db"), flags).unwrap();
    store.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    store
}

fn pair(store: &Connection, sql: &str) -> (u64, u64) {
    store.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn pairs<A: FromSql, B: FromSql>(store: &Connection, sql: &str) -> Vec<(A, B)> {
    let mut statement = store.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn quantities(store: &Connection, sql: &str) -> Quantities {
    pairs(store, sql).into_iter().collect()
}

fn keys(store: &Connection) -> BTreeMap<String, u64> {
    let keys = pairs(store, "SELECT key, number FROM idempotency");
    let by_key: BTreeMap<String, u64> = keys.iter().cloned().collect();
    let numbers: BTreeSet<u64> = by_key.values().copied().collect();
    assert_eq!((by_key.len(), numbers.len()), (keys.len(), keys.len()), "one key, one order");
    by_key
}

fn by_rows(store: &Connection) -> BTreeMap<Id, Quantities> {
    per_order(store, "SELECT lower(hex(order_id)), lower(hex(variant_id)), quantity FROM order_items")
}

fn per_order(store: &Connection, sql: &str) -> BTreeMap<Id, Quantities> {
    let mut orders: BTreeMap<Id, Quantities> = BTreeMap::new();
    let mut statement = store.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let quantities = orders.entry(row.get(0).unwrap()).or_default();
        *quantities.entry(row.get(1).unwrap()).or_default() += row.get::<_, i64>(2).unwrap();
    }
    orders
}

fn difference(one: &BTreeMap<Id, Quantities>, other: &BTreeMap<Id, Quantities>) -> Vec<Id> {
    let ids: BTreeSet<&Id> = one.keys().chain(other.keys()).collect();
    ids.into_iter().filter(|id| one.get(*id) != other.get(*id)).take(5).cloned().collect()
}

fn id(text: &Value) -> Id {
    text.as_str().unwrap().replace('-', "")
}
