//! What the contract cannot provoke: a writer that is held up, frozen or cut off, what is dropped by hand, chunks, a server
//! without the extension.

use std::time::Instant;

use deadpool_postgres::Object;
use souk_kernel::{ActivityId, ProductId};
use souk_ports::derived::Derived;
use uuid::Uuid;

use super::writer::{ATTEMPT, QUEUE};
use super::*;
use crate::remote::postgres::{self, fresh_location};

fn views(number: usize) -> Vec<Activity> {
    let view = || Activity {
        id: ActivityId::new(),
        at: Timestamp::from_ms(1),
        kind: ActivityKind::VIEW,
        visitor: UserId::new(),
        product: ProductId::new(),
        session: None,
        metadata: None,
    };
    std::iter::repeat_with(view).take(number).collect()
}

fn fact(position: Position, day: i64) -> Fact {
    let at = Timestamp::from_ms(day * 86_400_000);
    let key = FactKey { position, line: 0 };
    Fact {
        key,
        at,
        product: None,
        variant: None,
        category: None,
        seller: None,
        label: None,
        quantity: 1,
        amount: 10,
    }
}

const CHECKPOINT: Checkpoint = Checkpoint {
    log: Uuid::nil(),
    at: souk_kernel::LogPosition { epoch: 1, position: 1 },
    last: Uuid::nil(),
};

/// On a schema of its own; `None` where there is no server.
fn opened() -> Option<(Location, Arc<TimescaleSeries>)> {
    let location = fresh_location("timescale")?;
    let series = TimescaleSeries::new(&location).unwrap();
    Some((location, Arc::new(series)))
}

/// Another connection, with the limits of a writer of souk.
async fn writer(series: &TimescaleSeries) -> Object {
    postgres::connection("a test", &series.database.server.writers(1, ATTEMPT, &[]).unwrap()).await.unwrap()
}

/// Holds the feed's row as a group does, until it commits, ends or is frozen for too long.
async fn hold(client: &Object) {
    client.batch_execute("BEGIN; UPDATE feed SET position = position").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_the_queue_holds_nothing_is_kept_and_of_the_rest_all_is() {
    let Some((_, series)) = opened() else { return };
    series.append(views(1)).await.unwrap();
    let holder = writer(&series).await;
    hold(&holder).await;
    let waiting: Vec<_> = (0..QUEUE / 10_000)
        .map(|_| {
            let series = series.clone();
            tokio::spawn(async move { series.append(views(10_000)).await })
        })
        .collect();
    while series.feed.room() != Some(0) {
        tokio::task::yield_now().await;
    }
    let refused = series.append(views(1)).await;
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    holder.batch_execute("COMMIT").await.unwrap();
    let mut kept = 0;
    for batch in waiting {
        kept += batch.await.unwrap().unwrap().added;
    }
    assert_eq!(kept as usize, QUEUE);
    assert_eq!(series.activity_head().await.unwrap().head.position as usize, QUEUE + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_freezes_in_a_group_holds_the_others_up_for_two_seconds() {
    let Some((location, series)) = opened() else { return };
    series.append(views(1)).await.unwrap();
    let frozen = writer(&series).await;
    hold(&frozen).await;
    let begun = Instant::now();
    let other = TimescaleSeries::new(&location).unwrap();
    assert_eq!(other.append(views(1)).await.unwrap().position.position, 2);
    let took = begun.elapsed();
    assert!(took > Duration::from_millis(1_500) && took < Duration::from_secs(5), "it took {took:?}");
    assert!(frozen.batch_execute("COMMIT").await.is_err(), "it woke up and went on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_loses_its_connection_is_written_once() {
    let Some((_, series)) = opened() else { return };
    series.append(views(1)).await.unwrap();
    let holder = writer(&series).await;
    hold(&holder).await;
    let sent = views(3);
    let waiting = {
        let (series, sent) = (series.clone(), sent.clone());
        tokio::spawn(async move { series.append(sent).await })
    };
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))";
    while holder.query(cut, &[]).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    holder.batch_execute("COMMIT").await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().added, 3);
    assert_eq!(series.append(sent).await.unwrap().added, 0);
    assert_eq!(series.activity_head().await.unwrap().head.position, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_derived_can_be_dropped_by_hand_without_touching_the_feed() {
    let Some((location, series)) = opened() else { return };
    series.append(views(3)).await.unwrap();
    let fed = series.activity(0, 10).await.unwrap();
    let generation = series.begin("sales").await.unwrap();
    series.write("sales", generation, vec![fact(1, 1)], CHECKPOINT).await.unwrap();
    series.promote("sales", None, generation).await.unwrap();
    let drop_it = format!("DROP SCHEMA {} CASCADE", series.database.derived);
    writer(&series).await.batch_execute(&drop_it).await.unwrap();
    drop(series);

    let series = TimescaleSeries::new(&location).unwrap();
    assert_eq!(series.live("sales").await.unwrap(), None);
    assert_eq!(series.activity(0, 10).await.unwrap(), fed);
    let generation = series.begin("sales").await.unwrap();
    series.write("sales", generation, vec![fact(1, 1)], CHECKPOINT).await.unwrap();
    series.promote("sales", None, generation).await.unwrap();
    assert_eq!(series.scan("sales", None, 9).await.unwrap(), [fact(1, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_drops_chunks_while_others_ask() {
    let Some((_, series)) = opened() else { return };
    let generation = series.begin("sales").await.unwrap();
    series.promote("sales", None, generation).await.unwrap();
    let facts = (1..=300).map(|day| fact(day as u64, day)).collect();
    series.write("sales", generation, facts, CHECKPOINT).await.unwrap();
    let by_hour = Aggregate {
        from: None,
        to: None,
        bucket: Some(souk_ports::series::Bucket::Hour),
        group: None,
        only: Vec::new(),
        order: souk_ports::series::By::Time,
        limit: 9_999,
    };
    let (done, is_done) = tokio::sync::watch::channel(false);
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (series, by_hour, is_done) = (series.clone(), by_hour.clone(), is_done.clone());
            tokio::spawn(async move {
                let mut asked = 0;
                while !*is_done.borrow() {
                    let hours = series.aggregate("sales", &by_hour).await.unwrap();
                    // All days up to one are forgotten, and none behind it.
                    let first = hours[0].bucket.unwrap().ms() / 86_400_000;
                    assert_eq!(hours.len() as i64, 301 - first);
                    asked += 1;
                }
                asked
            })
        })
        .collect();
    let chunks =
        format!("SELECT public.show_chunks('{}')::text", series.tables("sales", generation).name("facts"));
    let client = writer(&series).await;
    let count = || async { client.query(&chunks, &[]).await.unwrap().len() };
    let before = count().await;
    for day in (10..=250).step_by(10) {
        let moment = Timestamp::from_ms(day * 86_400_000);
        series.forget("sales", generation, moment).await.unwrap();
    }
    let after = count().await;
    assert!(before > 40 && after < 10, "{before} chunks, then {after}");
    done.send_replace(true);
    for reader in readers {
        assert!(reader.await.unwrap() > 5, "the reader hardly asked: this proved nothing");
    }
    let scanned = series.scan("sales", None, 999).await.unwrap();
    assert_eq!(scanned, (250..=300).map(|day| fact(day as u64, day)).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_a_later_souk_are_refused() {
    let Some((location, series)) = opened() else { return };
    series.activity_head().await.unwrap();
    let later = "UPDATE souk_schema SET steps = steps + 1 WHERE name = 'series'";
    assert_eq!(writer(&series).await.execute(later, &[]).await.unwrap(), 1);
    let refused = TimescaleSeries::new(&location).unwrap().activity_head().await;
    assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_extension_whoever_asks_is_told_what_to_do() {
    let Some((location, series)) = opened() else { return };
    let client = writer(&series).await;
    // A database is made by copying files: on a busy disk longer than souk gives a transaction.
    client.batch_execute("SET statement_timeout = 0; SET transaction_timeout = 0").await.unwrap();
    // Whoever does not own a database may make no extensions there.
    let name = location.options[0].1.clone();
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    client.batch_execute(&format!("CREATE ROLE {name} LOGIN PASSWORD 'hush'")).await.unwrap();
    let url = location.url.replace("postgres@", &format!("{name}:hush@"));
    let url = url.replace("/postgres?", &format!("/{name}?"));
    let refused = TimescaleSeries::new(&Location { url, ..location }).unwrap().activity_head().await;
    client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    client.batch_execute(&format!("DROP ROLE {name}")).await.unwrap();
    let Err(error @ Error::Unavailable { .. }) = refused else { panic!("{refused:?}") };
    let told = error.to_string();
    assert!(
        told.contains("CREATE EXTENSION timescaledb") && !format!("{error:?}").contains("hush"),
        "{told}"
    );
}

#[test]
fn an_option_that_nobody_knows_is_refused_without_the_password() {
    let location = Location {
        url: "timescale://me:hush@host/db?speed=9".to_owned(),
        path: "".into(),
        options: vec![("speed".to_owned(), "9".to_owned())],
    };
    let Err(refused) = TimescaleSeries::new(&location) else { panic!("it was taken") };
    let told = format!("{refused} {refused:?}");
    assert!(told.contains("speed") && !told.contains("hush"), "{told}");
}
