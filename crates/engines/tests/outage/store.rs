//! The store on PostgreSQL while connections break in the middle of commits, beside transactions that last, and after the
//! server has come back with another history.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::SinkExt;
use libtest_mimic::{Failed, Trial};
use souk_engines::Fresh;
use souk_engines::store::ENGINES;
use souk_kernel::{CommitId, Position, Timestamp, UserId, VariantId};
use souk_ports::Error;
use souk_ports::event::{Actor, NewEvent, StreamId, StreamKind};
use souk_ports::rows::{Row, User};
use souk_ports::store::{Commit, MoveKind, Outcome, Refusal, StockMove, Store};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::proxy::{Mode, Proxy};
use super::{required, run, server};

const WRITERS: usize = 8;
/// How often a commit is tried at most, with a pause in between: only to end a run that would hang.
const TRIES: usize = 1_000;
const LINES: usize = 5_000;
const PAUSE: Duration = Duration::from_millis(50);

pub(super) fn add(trials: &mut Vec<Trial>) {
    let engine = ENGINES.iter().find(|engine| engine.scheme == "postgres").expect("the engine");
    let (url, missing) = match (engine.fresh)(Path::new("")) {
        Fresh::Url(url) => (url, None),
        Fresh::Missing(why) => (String::new(), Some(why)),
    };
    let mut add = |name: &str, case: Box<dyn FnOnce() -> Result<(), Failed> + Send>| {
        let ignored = missing.is_some() && !required();
        let missing = missing.clone();
        let trial = Trial::test(name, move || missing.map_or_else(case, |why| Err(why.into())));
        trials.push(trial.with_ignored_flag(ignored));
    };
    let (broken, beside, restored) = (url.clone(), format!("{url}_beside"), format!("{url}_restored"));
    add("store::broken_connections", Box::new(move || run(broken_connections(broken))));
    add("store::beside_long_transactions", Box::new(move || run(beside_long_transactions(beside))));
    add("store::another_history", Box::new(move || run(another_history(restored))));
}

/// Whoever tries again by the commit's id until there is an answer has committed once.
async fn broken_connections(url: String) {
    let address = server(&url).expect("a server's address").to_owned();
    let proxy = Proxy::start(&address).await;
    let store = open(&url.replace(&address, &proxy.address.to_string())).await;
    let stop: Arc<AtomicBool> = Arc::default();
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (store, stop) = (store.clone(), stop.clone());
        writers.spawn(async move {
            let (mut made, mut again) = (Vec::new(), 0);
            while !stop.load(Ordering::SeqCst) {
                let user = UserId::new();
                let commit = registering(user);
                let mut tries = 0;
                let position = loop {
                    match store.commit(commit.clone()).await {
                        Ok(Outcome::Committed(committed)) => break committed.position.position,
                        Err(Error::Unavailable { .. } | Error::Busy { .. }) if tries < TRIES => {
                            tries += 1;
                            sleep(PAUSE).await;
                        }
                        other => panic!("after {tries} tries: {other:?}"),
                    }
                };
                again += tries;
                made.push((position, user.0));
            }
            (made, again)
        });
    }
    for mode in [Mode::Gone, Mode::Gone, Mode::Frozen, Mode::Gone, Mode::Gone] {
        sleep(Duration::from_millis(700)).await;
        proxy.set(mode);
        sleep(Duration::from_millis(300)).await;
        proxy.set(Mode::Carries);
    }
    sleep(Duration::from_millis(700)).await;
    stop.store(true, Ordering::SeqCst);
    let (mut made, mut again) = (Vec::new(), 0);
    while let Some(writer) = writers.join_next().await {
        let (its, tries) = writer.unwrap();
        made.extend(its);
        again += tries;
    }
    made.sort_unstable();
    // Not through the proxy, nor with what this process may believe.
    let log = log(&*open(&url).await, 0).await;
    assert_eq!(made, log, "what was acknowledged, and the log");
    assert!(log.iter().map(|(position, _)| *position).eq(1..=log.len() as u64), "the log has gaps");
    assert!(again > 0, "nothing was in the way");
    println!("{} commits through five breaks, tried again {again} times", made.len());
}

/// A backup, a `COPY` and an index that is built hold up neither commits nor those who follow them.
async fn beside_long_transactions(url: String) {
    let store = open(&url).await;
    store.commit(registering(UserId::new())).await.unwrap();
    let address = server(&url).expect("a server's address");
    let schema = url.split_once("?schema=").expect("a schema of its own").1;

    let backup = connect(address).await;
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id(); SELECT count(*) FROM {schema}.events"
    );
    backup.batch_execute(&begin).await.unwrap();
    let copier = connect(address).await;
    copier.batch_execute(&format!("CREATE TABLE {schema}.copied (line text)")).await.unwrap();
    let copy = copier.copy_in::<_, Bytes>(&format!("COPY {schema}.copied FROM STDIN")).await.unwrap();
    let mut copy = std::pin::pin!(copy);
    // More than the server gathers before it writes.
    copy.send(Bytes::from("a line\n".repeat(LINES))).await.unwrap();
    // It waits until the backup, which began before it, has ended.
    let builder = connect(address).await;
    let index = format!("CREATE INDEX CONCURRENTLY beside ON {schema}.events (recorded_at)");
    let building = tokio::spawn(async move { builder.batch_execute(&index).await });

    let mut last = 1;
    for _ in 0..300 {
        let user = UserId::new();
        let Outcome::Committed(committed) = store.commit(registering(user)).await.unwrap() else {
            panic!("it was not committed");
        };
        let found = log(&*store, last).await;
        last = committed.position.position;
        assert_eq!(found, [(last, user.0)], "a follower does not see what was just committed");
        copy.send(Bytes::from_static(b"a line\n")).await.unwrap();
    }
    assert!(!building.is_finished(), "nothing was being built meanwhile");

    backup.batch_execute("COMMIT").await.unwrap();
    assert_eq!(copy.finish().await.unwrap(), LINES as u64 + 300);
    building.await.unwrap().unwrap();
}

/// A server that was restored, or that has taken another's place, may stand where the log was left, and say otherwise.
/// Nothing of what was known before is trusted on a new connection.
async fn another_history(url: String) {
    let address = server(&url).expect("a server's address").to_owned();
    let proxy = Proxy::start(&address).await;
    let store = open(&url.replace(&address, &proxy.address.to_string())).await;
    let variant = VariantId::new();
    let moving = |kind| {
        let mut commit = registering(UserId::new());
        commit.stock = vec![StockMove::new(variant, kind)];
        commit
    };
    for known in [MoveKind::Adjust(2), MoveKind::Sell(1)] {
        assert!(matches!(store.commit(moving(known)).await.unwrap(), Outcome::Committed(_)));
    }
    proxy.set(Mode::Gone);
    sleep(PAUSE).await;
    proxy.set(Mode::Carries);
    // Here, the last one was sold.
    let schema = url.split_once("?schema=").expect("a schema of its own").1;
    let sold = format!("UPDATE {schema}.stock SET quantity = 0, version = version + 1");
    connect(&address).await.batch_execute(&sold).await.unwrap();
    let outcome = store.commit(moving(MoveKind::Sell(1))).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(Refusal::Stock { .. })), "{outcome:?}");
}

pub(super) async fn open(url: &str) -> Arc<dyn Store> {
    souk_engines::open("store", ENGINES, url, Path::new("")).await.unwrap()
}

pub(super) async fn connect(address: &str) -> Client {
    let (client, connection) =
        tokio_postgres::connect(&format!("postgres://postgres@{address}/postgres"), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(super) async fn write(store: &dyn Store, user: UserId) -> Position {
    match store.commit(registering(user)).await.unwrap() {
        Outcome::Committed(committed) => committed.position.position,
        other => panic!("{other:?}"),
    }
}

fn registering(user: UserId) -> Commit {
    let event = NewEvent {
        stream: StreamId { kind: StreamKind::USER, id: user.0 },
        kind: "user-registered".to_owned(),
        schema: 1,
        data: "{}".to_owned(),
        personal: None,
        occurred_at: Timestamp::from_ms(0),
        actor: Actor::System("test".to_owned()),
        reason: None,
    };
    let mut commit = Commit::new(CommitId::new(), vec![event]);
    commit.rows = vec![Row::User(User { id: user, external_id: None, joined_at: Timestamp::from_ms(0) })];
    commit
}

/// The positions of all events after `after`, and whom each is about.
async fn log(store: &dyn Store, mut after: Position) -> Vec<(Position, Uuid)> {
    let mut all = Vec::new();
    loop {
        let events = store.snapshot().await.unwrap().events(after, 1_000).await.unwrap();
        let Some(last) = events.last() else { return all };
        after = last.position;
        all.extend(events.iter().map(|event| (event.position, event.stream.id)));
    }
}
