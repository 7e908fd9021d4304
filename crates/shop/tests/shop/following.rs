//! How the runner follows the log: one reader for all, nobody waits for a slow one, and another history is seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use souk_kernel::Position;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::documents::{DocumentContent, DocumentWrite, Documents};
use souk_ports::event::RecordedEvent;
use souk_ports::projection::{LazySnapshot, Projection};
use souk_runtime::{Heard, Runner, RunnerHandle};
use tokio::sync::Semaphore;

use crate::world::World;

/// A document per event that says which one it was. It may be held up.
struct Diary {
    documents: Arc<dyn Documents>,
    name: ProjectionName,
    /// A permit for each time that it may write; `None`: it writes at once.
    gate: Option<Arc<Semaphore>>,
    batch: u32,
}

#[async_trait]
impl Projection for Diary {
    fn name(&self) -> ProjectionName {
        self.name
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.documents.clone()
    }

    fn batch(&self) -> u32 {
        self.batch
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        _: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        if let Some(gate) = &self.gate {
            gate.acquire().await.unwrap().forget();
        }
        let write = |event: &Arc<RecordedEvent>| {
            let content = DocumentContent { json: format!("\"{}\"", event.commit), index: Vec::new() };
            DocumentWrite { id: event.commit.0, version: event.position, content: Some(content) }
        };
        self.documents.write(self.name, generation, events.iter().map(write).collect(), checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.documents.dump(self.name).await
    }
}

const NAMES: [ProjectionName; 6] = ["diary-a", "diary-b", "diary-c", "diary-d", "diary-e", "diary-f"];

fn diary(world: &World, name: ProjectionName, gate: Option<Arc<Semaphore>>) -> Arc<dyn Projection> {
    Arc::new(Diary { documents: world.shop.documents.clone(), name, gate, batch: u32::MAX })
}

async fn head(world: &World) -> Position {
    world.shop.store.snapshot().await.unwrap().head().await.unwrap().head.position
}

async fn write_events(world: &World, count: usize) {
    for _ in 0..count {
        world.write([], vec![]).await;
    }
}

/// Starts following; the number says how far the follower has heard.
async fn follow(world: &World, runner: &Runner) -> (RunnerHandle, Arc<AtomicU64>) {
    let heard = Arc::new(AtomicU64::new(0));
    let hears = heard.clone();
    let on_events = move |said: Heard<'_>| match said {
        Heard::Events(events) => hears.store(events.last().unwrap().position, Ordering::SeqCst),
        Heard::Anew(position) => hears.store(position, Ordering::SeqCst),
        Heard::Lost | Heard::From(_) => {}
    };
    (runner.start(head(world).await, Arc::new(on_events)), heard)
}

/// Waits until these projections are at the head.
async fn caught_up(world: &World, names: &[ProjectionName]) {
    let (until, head) = (Instant::now() + Duration::from_secs(30), head(world).await);
    let documents = &world.shop.documents;
    for name in names {
        loop {
            if let Some(live) = documents.live(name).await.unwrap()
                && documents.checkpoint(name, live).await.unwrap().at.position >= head
            {
                break;
            }
            assert!(Instant::now() < until, "{name} does not get to {head}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_read_once_for_all_who_keep_up() {
    const EVENTS: usize = 200;
    let world = World::new().await;
    let projections = NAMES.map(|name| diary(&world, name, None)).to_vec();
    let runner = Runner::new(world.shop.store.clone(), projections);
    runner.catch_up(Duration::from_secs(60)).await.unwrap();
    let (running, heard) = follow(&world, &runner).await;
    // Until they have found where the reader is.
    write_events(&world, 1).await;
    caught_up(&world, &NAMES).await;
    let before = world.store.snapshots();
    write_events(&world, EVENTS).await;
    caught_up(&world, &NAMES).await;
    assert_eq!(heard.load(Ordering::SeqCst), head(&world).await);
    let opened = world.store.snapshots() - before;
    // One for each event at the most, beside those of this test: six readers would have opened many more.
    assert!(opened <= EVENTS as u64 + 20, "{opened} snapshots for {EVENTS} events");
    running.stop().await;
    let first = runner.dump(NAMES[0]).await.unwrap();
    assert_eq!(first.len() as u64, head(&world).await, "each event once");
    for name in NAMES {
        assert_eq!(runner.dump(name).await.unwrap(), first);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_projection_holds_nobody_up_and_catches_up_from_far_behind() {
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(1));
    let projections = vec![diary(&world, "diary-slow", Some(gate.clone())), diary(&world, "diary-a", None)];
    let runner = Runner::new(world.shop.store.clone(), projections);
    runner.catch_up(Duration::from_secs(60)).await.unwrap();
    let (running, _) = follow(&world, &runner).await;
    // More than the window holds.
    write_events(&world, 5_000).await;
    caught_up(&world, &["diary-a"]).await;
    let documents = &world.shop.documents;
    let slow = documents.live("diary-slow").await.unwrap().unwrap();
    let at = documents.checkpoint("diary-slow", slow).await.unwrap().at.position;
    assert!(at < head(&world).await, "it was not slow: this proved nothing");
    gate.add_permits(1_000);
    caught_up(&world, &["diary-slow"]).await;
    running.stop().await;
    assert_eq!(runner.dump("diary-slow").await.unwrap(), runner.dump("diary-a").await.unwrap());
}

/// A bug: a server that ended followed one step more, and left the rest to the next process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_told_to_stop_follows_what_was_written_by_then() {
    const BATCH: u32 = 10;
    let world = World::new().await;
    let (documents, gate) = (world.shop.documents.clone(), Arc::new(Semaphore::new(2)));
    let slow = Diary { documents, name: "diary-slow", gate: Some(gate.clone()), batch: BATCH };
    let runner = Runner::new(world.shop.store.clone(), vec![Arc::new(slow)]);
    runner.catch_up(Duration::from_secs(60)).await.unwrap();
    let (running, _) = follow(&world, &runner).await;
    write_events(&world, 1).await;
    caught_up(&world, &["diary-slow"]).await;
    // One step may be held at the gate, the others are still to come.
    write_events(&world, 5 * BATCH as usize).await;
    let stopping = tokio::spawn(running.stop());
    tokio::task::yield_now().await;
    gate.add_permits(1_000);
    stopping.await.unwrap();
    assert_eq!(runner.status_of("diary-slow").await.unwrap().behind, 0);
}

/// A bug: what had followed further than an older copy of the store goes waited for ever, and its rebuild never ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_store_is_another_history_also_when_it_has_grown_again() {
    for grown in [0, 10, 25] {
        let mut world = World::new().await;
        write_events(&world, 5).await;
        world.copy_store();
        let written = head(&world).await;
        write_events(&world, 20).await;
        let runner = Runner::new(world.shop.store.clone(), vec![diary(&world, "diary-a", None)]);
        runner.catch_up(Duration::from_secs(60)).await.unwrap();
        assert_eq!(runner.status_of("diary-a").await.unwrap().strays, None);

        world.put_back_the_copy().await;
        write_events(&world, grown).await;
        assert_eq!(head(&world).await, written + grown as u64);
        let runner = Runner::new(world.shop.store.clone(), vec![diary(&world, "diary-a", None)]);
        let status = runner.status_of("diary-a").await.unwrap();
        let expected = if grown < 20 { "is an older copy" } else { "has grown since" };
        assert!(status.strays.as_ref().is_some_and(|strays| strays.contains(expected)), "{status:?}");
        assert_eq!(status.behind, head(&world).await);
        if grown == 10 {
            let (running, _) = follow(&world, &runner).await;
            while runner.status_of("diary-a").await.unwrap().strays.is_some() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            running.stop().await;
        } else {
            let rebuilt = runner.rebuild("diary-a", &|_, _| {}).await.unwrap();
            assert_eq!(rebuilt.events, head(&world).await);
        }
        let status = runner.status_of("diary-a").await.unwrap();
        assert_eq!((status.strays, status.behind), (None, 0));
        assert_eq!(runner.dump("diary-a").await.unwrap().len() as u64, head(&world).await);
    }
}
