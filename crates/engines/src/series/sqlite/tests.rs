//! What the contract cannot provoke: a writer that is held up, a folder deleted by hand, a file of another make.

use souk_kernel::{ActivityId, ProductId, Timestamp, UserId};
use souk_ports::Error;
use souk_ports::derived::Derived;
use souk_ports::series::{Activity, ActivityKind, Series};

use super::SqliteSeries;
use super::writer::QUEUE;
use crate::local::sqlite::{Durability, open_writer};

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

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_the_queue_holds_nothing_is_kept_and_of_the_rest_all_is() {
    let folder = tempfile::tempdir().unwrap();
    let series = std::sync::Arc::new(SqliteSeries::open(folder.path().to_owned()).await.unwrap());
    let holder = open_writer(&folder.path().join("feed.db"), Durability::Full).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting: Vec<_> = (0..QUEUE / 10_000)
        .map(|_| {
            let series = series.clone();
            tokio::spawn(async move { series.append(views(10_000)).await })
        })
        .collect();
    while series.feed.room() > 0 {
        tokio::task::yield_now().await;
    }
    let refused = series.append(views(1)).await;
    assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
    holder.execute_batch("ROLLBACK").unwrap();
    let mut kept = 0;
    for batch in waiting {
        kept += batch.await.unwrap().unwrap().added;
    }
    assert_eq!(kept as usize, QUEUE);
    assert_eq!(series.activity_head().await.unwrap().head.position as usize, QUEUE);
}

#[tokio::test]
async fn what_is_derived_can_be_deleted_by_hand_without_touching_the_feed() {
    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteSeries::open(folder.path().to_owned());
    let series = open().await.unwrap();
    series.append(views(3)).await.unwrap();
    let fed = series.activity(0, 10).await.unwrap();
    let generation = series.begin("sales").await.unwrap();
    series.promote("sales", None, generation).await.unwrap();
    drop(series);

    std::fs::remove_dir_all(folder.path().join("sales")).unwrap();
    let series = open().await.unwrap();
    assert_eq!(series.live("sales").await.unwrap(), None);
    assert_eq!(series.activity(0, 10).await.unwrap(), fed);
}

#[tokio::test]
async fn the_feed_of_a_later_souk_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteSeries::open(folder.path().to_owned()).await.unwrap());
    let file = open_writer(&folder.path().join("feed.db"), Durability::Full).unwrap();
    file.pragma_update(None, "user_version", 1_000).unwrap();
    let refused = SqliteSeries::open(folder.path().to_owned()).await;
    assert!(matches!(refused, Err(Error::InvalidInput { .. })));
}
