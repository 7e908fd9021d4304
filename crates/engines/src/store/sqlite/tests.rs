//! What the contract cannot provoke: errors of SQLite itself in the middle of a group.

use souk_kernel::{CommitId, Money, OrderId, Timestamp, UserId, VariantId};
use souk_ports::Error;
use souk_ports::event::{Actor, NewEvent};
use souk_ports::rows::{Order, OrderStatus, User};
use souk_ports::store::{
    Allowance, Commit, Committed, Find, Idempotency, MoveKind, Outcome, Sequence, StockMove, Store, Window,
};

use super::SqliteStore;
use crate::Location;

const POISON: &str = "poison";

fn open(folder: &std::path::Path) -> SqliteStore {
    let location =
        Location { url: "sqlite://souk.db".into(), path: folder.join("souk.db"), options: Vec::new() };
    SqliteStore::open(&location).unwrap()
}

fn order(variant: VariantId, payment_method_id: &str) -> Commit {
    let id = OrderId::new();
    let event = NewEvent {
        stream: id.into(),
        kind: "order-placed".into(),
        schema: 1,
        data: "{}".into(),
        personal: None,
        occurred_at: Timestamp::from_ms(1),
        actor: Actor::Staff,
        reason: None,
    };
    let user = User { id: UserId::new(), external_id: None, joined_at: Timestamp::from_ms(1) };
    let row = Order {
        id,
        number: None,
        user_id: user.id,
        status: OrderStatus::Pending,
        total: Money::ZERO,
        payment_method_id: Some(payment_method_id.into()),
        payment_id: None,
        tracking_number: None,
        shipping_address: None,
        placed_at: Timestamp::from_ms(1),
    };
    let mut commit = Commit::new(CommitId::new(), vec![event]);
    commit.number = Some(Sequence::OrderNumber);
    commit.rows = vec![user.into(), row.into()];
    commit.stock = vec![StockMove::new(variant, MoveKind::Sell(1))];
    commit.idempotency = Some(Idempotency {
        scope: "orders".into(),
        key: id.to_string(),
        request_hash: [1; 32],
        ttl_ms: 60_000,
        answer: format!("{{\"order\":\"{id}\"}}"),
    });
    commit
}

async fn stocked(store: &SqliteStore) -> VariantId {
    let variant = VariantId::new();
    let mut fill = order(variant, "fill");
    (fill.number, fill.rows, fill.idempotency) = (None, Vec::new(), None);
    fill.stock = vec![StockMove::new(variant, MoveKind::Adjust(1_000))];
    store.commit(fill).await.unwrap();
    variant
}

/// A member on which SQLite fails used to leave the others, tried once more, without their answers and with the
/// numbers of the failed group: later orders then met numbers that were taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_fails_in_the_engine_hurts_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(open(folder.path()));
    let variant = stocked(&store).await;
    // A fault that only the poisoned order meets, and that takes the whole transaction down.
    let fault = rusqlite::Connection::open(folder.path().join("souk.db")).unwrap();
    fault
        .execute_batch(&format!(
            "CREATE TRIGGER fault BEFORE INSERT ON orders WHEN NEW.payment_method_id = '{POISON}' \
             BEGIN SELECT RAISE(ROLLBACK, 'fault'); END"
        ))
        .unwrap();
    let mut numbers = Vec::new();
    for _ in 0..20 {
        let tasks: Vec<_> = (0..12)
            .map(|at| {
                let (store, poisoned) = (store.clone(), at % 5 == 3);
                let commit = order(variant, if poisoned { POISON } else { "card" });
                tokio::spawn(async move { (poisoned, commit.clone(), store.commit(commit).await) })
            })
            .collect();
        for task in tasks {
            let (poisoned, commit, outcome) = task.await.unwrap();
            match outcome {
                Ok(Outcome::Committed(Committed { number, answer, .. })) if !poisoned => {
                    assert_eq!(answer, commit.idempotency.map(|key| key.answer));
                    numbers.push(number.unwrap());
                    let id = commit.events[0].stream.id;
                    let row = store.snapshot().await.unwrap().one::<Order>(OrderId(id)).await.unwrap();
                    assert_eq!(row.unwrap().row.number, number);
                }
                Err(Error::Internal { .. }) if poisoned => {}
                other => panic!("poisoned {poisoned}: {other:?}"),
            }
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    let left = store.snapshot().await.unwrap().stock(&[variant]).await.unwrap()[0].unwrap();
    assert_eq!(left.quantity, 800);
}

/// Callers who went away before their turn used to find their orders placed later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_waits_for_any_more_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(open(folder.path()));
    let variant = stocked(&store).await;
    let other =
        crate::local::turnstile::Turnstile::open("the store", &folder.path().join("souk.db")).unwrap();
    let turn = other.pass().unwrap();
    // The first is at the turnstile already, the others wait behind it.
    let tasks: Vec<_> = (0..5)
        .map(|_| {
            let (store, commit) = (store.clone(), order(variant, "card"));
            tokio::spawn(async move { store.commit(commit).await })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        assert!(task.await.unwrap_err().is_cancelled());
    }
    drop(turn);
    // This one comes after them in the queue.
    let Outcome::Committed(next) = store.commit(order(variant, "card")).await.unwrap() else { panic!() };
    assert_eq!(next.number, Some(1));
}

/// The tables of the first release, with something in them.
fn of_the_first_release(folder: &std::path::Path) {
    let connection = rusqlite::Connection::open(folder.join("souk.db")).unwrap();
    connection.execute_batch(super::STEPS[0]).unwrap();
    let log = "INSERT INTO log VALUES (1, zeroblob(16), 1, 0, 0)";
    connection.execute(log, []).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
}

#[tokio::test]
async fn a_store_of_an_earlier_souk_gets_the_tables_that_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    of_the_first_release(folder.path());
    let older = rusqlite::Connection::open(folder.path().join("souk.db")).unwrap();
    older.execute("INSERT INTO stock VALUES (zeroblob(16), 7, 3)", []).unwrap();
    drop(older);
    let store = open(folder.path());
    let product = souk_kernel::ProductId::new();
    let mut snapshot = store.snapshot().await.unwrap();
    assert_eq!(snapshot.stars(&[product]).await.unwrap()[0].count(), 0);
    let all = Find::Records { kind: "k", index: "i", value: String::new() };
    assert_eq!(snapshot.find(&all, Window::ALL).await.unwrap().total, 0);
    assert_eq!(snapshot.head().await.unwrap().log, uuid::Uuid::nil(), "what was there is there");
    let left = snapshot.stock(&[VariantId(uuid::Uuid::nil())]).await.unwrap()[0].unwrap();
    assert_eq!((left.quantity, left.allowance, left.version), (7, Allowance::NONE, 3));
    drop(open(folder.path()));
}

/// Tables without constraints, and in them two variants of one SKU, a product on a shelf that is not there, and a line of
/// an order that is none.
fn with_broken_rows(folder: &std::path::Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(folder.join("souk.db")).unwrap();
    for step in &super::STEPS[..super::BEFORE_CONSTRAINTS] {
        connection.execute_batch(step).unwrap();
    }
    connection.pragma_update(None, "user_version", super::BEFORE_CONSTRAINTS).unwrap();
    connection
        .execute_batch(
            "INSERT INTO log VALUES (1, zeroblob(16), 1, 0, 0);
             INSERT INTO categories VALUES (x'c1', NULL, 'Bowls', '', NULL, NULL, 1);
             INSERT INTO products VALUES (x'a1', 'P1', 'Bowl', '', 100, x'c1', NULL, NULL, '[]', '[]', NULL, NULL, 0, '[]',
                 1, 7, 3, '{\"slug\":\"bowl\"}');
             INSERT INTO products VALUES (x'a2', 'P2', 'Cup', '', NULL, x'c2', NULL, NULL, '[]', '[]', NULL, NULL, 0, '[]',
                 1, 7, 1, '{}');
             INSERT INTO variants VALUES (x'b1', x'a1', 'one', NULL, NULL, 0, 0, NULL, 1, '{}');
             INSERT INTO variants VALUES (x'b2', x'a1', 'one', NULL, NULL, 0, 1, NULL, 1, '{}');
             INSERT INTO order_items VALUES (x'0d', 3, x'a1', x'b1', 'Bowl', 1, 100, '{}', 1);",
        )
        .unwrap();
    connection
}

#[tokio::test]
async fn a_store_with_rows_that_break_a_constraint_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let older = with_broken_rows(folder.path());
    let location =
        Location { url: "sqlite://souk.db".into(), path: folder.path().join("souk.db"), options: Vec::new() };
    for _ in 0..2 {
        let error = SqliteStore::open(&location).err().unwrap().to_string();
        for said in [
            "souk.db` was written by an earlier souk",
            "1 row of `products` (a2): there is no such category (`products_category_id`)",
            "2 rows of `variants` (b1, b2): another variant has the same SKU (`variants_sku`)",
            "1 row of `order_items` (0d 3): there is no such order (`order_items_order_id`)",
        ] {
            assert!(error.contains(said), "{said}: {error}");
        }
        let version: usize = older.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, super::BEFORE_CONSTRAINTS);
    }
    older
        .execute_batch(
            "UPDATE variants SET sku = 'two' WHERE id = x'b2'; UPDATE products SET category_id = x'c1';
             DELETE FROM order_items",
        )
        .unwrap();
    let all = "SELECT group_concat(external_id || price_text || created_at || row_version || details) FROM \
               (SELECT *, coalesce(price, '-') AS price_text FROM products ORDER BY id)";
    let told = |connection: &rusqlite::Connection| -> String {
        connection.query_row(all, [], |row| row.get(0)).unwrap()
    };
    let before = told(&older);
    drop(open(folder.path()));
    assert_eq!(told(&older), before);
    assert_eq!(before, "P110073{\"slug\":\"bowl\"},P2-71{}");
    let left: Vec<String> = {
        let mut leftovers = older.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'new_%'").unwrap();
        leftovers.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert!(left.is_empty(), "{left:?}");
}

/// A step makes tables anew, and none of their indexes may get lost on the way.
#[test]
fn tables_that_are_made_anew_have_their_indexes() {
    let indexes = |steps: &[&str]| -> Vec<String> {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        steps.iter().for_each(|step| connection.execute_batch(step).unwrap());
        let sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
        let mut all = connection.prepare(sql).unwrap();
        all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let now = indexes(&super::STEPS);
    for before in indexes(&super::STEPS[..super::BEFORE_CONSTRAINTS]) {
        let name = if before == "orders_by_number" { "orders_number" } else { &before };
        assert!(now.iter().any(|now| now == name), "{name} is gone");
    }
}

/// Whatever souk decides, and whoever writes the file: the database itself holds what is unique.
#[tokio::test]
async fn a_value_of_a_unique_index_is_held_by_the_database_too() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let connection = rusqlite::Connection::open(folder.path().join("souk.db")).unwrap();
    let put = |id: &str, is_unique: u8| {
        let sql = format!("INSERT INTO record_index VALUES ('k', x'{id}', 'name', 'v', 0, {is_unique}, 0)");
        connection.execute_batch(&sql)
    };
    put("01", 1).unwrap();
    put("02", 0).unwrap();
    let error = put("03", 1).unwrap_err().to_string();
    assert!(error.contains("UNIQUE"), "{error}");
}

#[test]
fn a_store_of_a_later_souk_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    of_the_first_release(folder.path());
    let connection = rusqlite::Connection::open(folder.path().join("souk.db")).unwrap();
    connection.pragma_update(None, "user_version", super::SCHEMA_VERSION + 1).unwrap();
    let location =
        Location { url: "sqlite://souk.db".into(), path: folder.path().join("souk.db"), options: Vec::new() };
    let error = SqliteStore::open(&location).err().unwrap().to_string();
    let (later, known) = (super::SCHEMA_VERSION + 1, super::SCHEMA_VERSION);
    assert!(error.contains(&format!("has schema {later}; this souk reads {known}")), "{error}");
}
