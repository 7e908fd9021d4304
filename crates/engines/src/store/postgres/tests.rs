//! What the cases of the port cannot see or provoke. `cargo test -- --ignored` runs them against the server of the contract
//! run.

use deadpool_postgres::Object;
use souk_kernel::{CommitId, ProductId, Timestamp, UserId, VariantId};
use souk_ports::event::{Actor, NewEvent, Personal, StreamId, StreamKind};
use souk_ports::rows::{Product, Row, User};
use souk_ports::store::{Allowance, Idempotency};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::*;

const POISON: &str = "poison";
const MINUTE_MS: i64 = 60_000;

/// With its tables laid, and somebody else's connection to them.
async fn open() -> (Arc<dyn Store>, Object) {
    let location = postgres::fresh_location("postgres").expect("there is a server");
    let store = super::open(location.clone()).await.unwrap();
    store.version().await.unwrap();
    let others = Server::with_replicas(&location).unwrap().0.readers(&[]).unwrap();
    (store, postgres::connection(WHAT, &others).await.unwrap())
}

fn registering(external_id: &str, key_ttl_ms: i64) -> Commit {
    let id = UserId::new();
    let event = NewEvent {
        stream: StreamId { kind: StreamKind::USER, id: id.0 },
        kind: "user-registered".to_owned(),
        schema: 1,
        data: "{}".to_owned(),
        personal: None,
        occurred_at: Timestamp::from_ms(0),
        actor: Actor::Staff,
        reason: None,
    };
    let mut commit = Commit::new(CommitId::new(), vec![event]);
    let external_id = Some(external_id.to_owned());
    commit.rows = vec![Row::User(User { id, external_id, joined_at: Timestamp::from_ms(0) })];
    commit.idempotency = Some(Idempotency {
        scope: "users".to_owned(),
        key: id.to_string(),
        request_hash: [1; 32],
        ttl_ms: key_ttl_ms,
        answer: "{}".to_owned(),
    });
    commit
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a server"]
async fn keys_whose_time_is_over_are_cleaned_away() {
    let (store, others) = open().await;
    for at in 0..100 {
        store.commit(registering(&format!("short {at}"), 1)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    // As many as there are between two cleanings.
    for at in 0..group::FORGET_EVERY {
        store.commit(registering(&format!("long {at}"), MINUTE_MS)).await.unwrap();
    }
    let row = others.query_one("SELECT count(*) FROM idempotency", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), group::FORGET_EVERY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a server"]
async fn a_member_that_the_server_refuses_hurts_no_other() {
    let (store, others) = open().await;
    let fault = format!(
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fault'; END $$; \
         CREATE TRIGGER fault BEFORE INSERT ON users FOR EACH ROW WHEN (NEW.external_id LIKE '{POISON}%') \
         EXECUTE FUNCTION fault()"
    );
    others.batch_execute(&fault).await.unwrap();
    let mut last = 0;
    for round in 0..20 {
        let mut members = JoinSet::new();
        for at in 0..12 {
            let (store, poisoned) = (store.clone(), at % 5 == 3);
            let name = if poisoned { POISON } else { "well" };
            let commit = registering(&format!("{name} {round} {at}"), MINUTE_MS);
            members.spawn(async move { (poisoned, store.commit(commit).await) });
        }
        let mut positions = Vec::new();
        while let Some(member) = members.join_next().await {
            match member.unwrap() {
                (true, Err(_)) => {}
                (false, Ok(Outcome::Committed(committed))) => positions.push(committed.position.position),
                (poisoned, answer) => panic!("poisoned: {poisoned}, and its answer is {answer:?}"),
            }
        }
        positions.sort_unstable();
        assert_eq!(positions, Vec::from_iter(last + 1..last + 11), "of ten members, one after another");
        last += 10;
    }
}

/// It read all that is personal from the beginning of the log for every page of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a server"]
async fn a_page_of_the_log_is_all_that_is_read_for_it() {
    let (store, others) = open().await;
    for many in 0..20 {
        let mut all = registering(&format!("many {many}"), MINUTE_MS);
        for at in 0..100 {
            let mut one = registering(&at.to_string(), MINUTE_MS);
            one.events[0].personal = Some(Personal { person: UserId::new(), data: "{}".to_owned() });
            all.events.append(&mut one.events);
        }
        store.commit(all).await.unwrap();
    }
    let page = format!("PREPARE page (bigint, bigint) AS {} {}", snapshot::EVENTS, snapshot::AFTER);
    others
        .batch_execute(&format!(
            "ANALYZE events, event_personal; SET plan_cache_mode = force_generic_plan; {page}"
        ))
        .await
        .unwrap();
    let explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE page (1990, 10)";
    let plan = others.query(explain, &[]).await.unwrap();
    let plan: Vec<&str> = plan.iter().map(|row| row.get(0)).collect();
    let rows = |line: &&str| line.split("actual rows=").nth(1)?.split([' ', '.']).next()?.parse::<u64>().ok();
    let most = plan.iter().filter_map(rows).max().expect("the plan tells how many rows there were");
    assert_eq!(most, 10, "{plan:#?}");
}

/// Whatever souk decides, and whoever writes: the database itself holds what is unique.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a server"]
async fn a_store_of_an_earlier_souk_gets_the_records_and_their_unique_index() {
    let location = postgres::fresh_location("postgres").expect("there is a server");
    let server = Server::with_replicas(&location).unwrap().0;
    let mut others = postgres::connection(WHAT, &server.readers(&[]).unwrap()).await.unwrap();
    server.migrate(&mut others, "store", &STEPS[..2]).await.unwrap();
    let missing = others.query("SELECT FROM records", &[]).await.unwrap_err();
    assert_eq!(missing.code().map(|code| code.code()), Some("42P01"));

    let store = super::open(location).await.unwrap();
    store.version().await.unwrap();
    let id = UserId::new().0;
    let put = "INSERT INTO record_index VALUES ('k', $1, 'name', 'v', 0, $2, false)";
    others.execute(put, &[&id, &true]).await.unwrap();
    others.execute(put, &[&UserId::new().0, &false]).await.unwrap();
    let taken = others.execute(put, &[&UserId::new().0, &true]).await.unwrap_err();
    assert_eq!(taken.code().map(|code| code.code()), Some("23505"));
}

/// What was counted before there were allowances is sold as far as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a server"]
async fn a_store_of_an_earlier_souk_keeps_its_stock() {
    let location = postgres::fresh_location("postgres").expect("there is a server");
    let server = Server::with_replicas(&location).unwrap().0;
    let mut others = postgres::connection(WHAT, &server.readers(&[]).unwrap()).await.unwrap();
    server.migrate(&mut others, "store", &STEPS[..5]).await.unwrap();
    let variant = VariantId::new();
    others.execute("INSERT INTO stock VALUES ($1, 7, 3)", &[&variant.0]).await.unwrap();

    let store = super::open(location).await.unwrap();
    let left = store.snapshot().await.unwrap().stock(&[variant]).await.unwrap()[0].unwrap();
    assert_eq!((left.quantity, left.allowance, left.version), (7, Allowance::NONE, 3));
    let below = others.execute("UPDATE stock SET quantity = -1", &[]).await.unwrap_err();
    assert_eq!(below.code().map(|code| code.code()), Some("23514"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a server"]
async fn a_store_with_rows_that_break_a_constraint_is_left_as_it_is() {
    let location = postgres::fresh_location("postgres").expect("there is a server");
    let server = Server::with_replicas(&location).unwrap().0;
    let mut others = postgres::connection(WHAT, &server.readers(&[]).unwrap()).await.unwrap();
    server.migrate(&mut others, "store", &STEPS[..4]).await.unwrap();
    let [shelf, bowl, small, large] = [1, 2, 3, 4].map(Uuid::from_u128);
    others
        .batch_execute(&format!(
            "INSERT INTO products VALUES ('{bowl}', 'P1', 'Bowl', '', -1, '{shelf}', NULL, NULL, '[]', '[]', NULL, NULL, 0,
                 '[]', true, 7, 3);
             INSERT INTO variants VALUES ('{small}', '{bowl}', 'one', NULL, NULL, 0, 0, NULL, 1);
             INSERT INTO variants VALUES ('{large}', '{bowl}', 'one', NULL, NULL, 0, 1, NULL, 1);"
        ))
        .await
        .unwrap();
    let store = super::open(location).await.unwrap();
    for _ in 0..2 {
        // Whoever moves it comes first, or whoever asks for it.
        let moving = store.owned().mark().await.unwrap_err().to_string();
        for error in [moving, store.version().await.unwrap_err().to_string()] {
            for said in [
                "was written by an earlier souk".to_owned(),
                format!("1 row of `products` ({bowl}): no price is below zero (`products_price`)"),
                format!("1 row of `products` ({bowl}): there is no such category (`products_category_id`)"),
                format!(
                    "2 rows of `variants` ({small}, {large}): another variant has the same SKU (`variants_sku`)"
                ),
            ] {
                assert!(error.contains(&said), "{said}: {error}");
            }
        }
    }
    let steps = others.query_one("SELECT steps FROM souk_schema WHERE name = 'store'", &[]).await.unwrap();
    assert_eq!(steps.get::<_, i64>(0), 4);
    others
        .batch_execute(&format!(
            "INSERT INTO categories VALUES ('{shelf}', NULL, 'Bowls', '', NULL, NULL, 1);
             UPDATE products SET price = 1; UPDATE variants SET sku = 'two' WHERE id = '{large}'"
        ))
        .await
        .unwrap();
    store.version().await.unwrap();
    let mut snapshot = store.snapshot().await.unwrap();
    let product = snapshot.one::<Product>(ProductId(bowl)).await.unwrap().unwrap();
    assert_eq!(product.version, 3);
}
