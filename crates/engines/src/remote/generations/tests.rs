//! What no server shows on purpose: one that answers more slowly than a lease beats.

use std::sync::atomic::{AtomicU32, Ordering};

use souk_kernel::LogPosition;
use souk_ports::derived::Checkpoint;
use uuid::Uuid;

use super::*;

const NAME: ProjectionName = "purchase-graph";
/// What each question to the server takes.
const SLOW: Duration = Duration::from_millis(200);
/// What a batch takes to read, longer than from one beat to the next.
const READING: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Slow(Mutex<HashMap<String, Record>>);

impl Slow {
    async fn records(&self) -> std::sync::MutexGuard<'_, HashMap<String, Record>> {
        tokio::time::sleep(SLOW).await;
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Registry for Slow {
    async fn read(&self, key: &str) -> Result<Option<Record>> {
        Ok(self.records().await.get(key).cloned())
    }

    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool> {
        let mut records = self.records().await;
        let is_seen = records.get(key).map_or(0, |record| record.revision) == seen;
        if is_seen {
            records.insert(key.to_owned(), Record { revision: seen + 1, text: text.to_owned() });
        }
        Ok(is_seen)
    }

    async fn remove(&self, key: &str, _: u64) -> Result<bool> {
        Ok(self.records().await.remove(key).is_some())
    }

    async fn create(&self, _: ProjectionName, _: Generation) -> Result<()> {
        Ok(())
    }

    async fn clear(&self, _: ProjectionName, _: Generation) -> Result<()> {
        Ok(())
    }
}

fn at(position: u64) -> Checkpoint {
    Checkpoint { log: Uuid::from_u128(1), at: LogPosition { epoch: 1, position }, last: Uuid::from_u128(2) }
}

/// Stores a batch as an engine does that reads first; counts how often it read.
async fn store(generations: &Arc<Generations<Slow>>, generation: Generation, to: u64, reads: &AtomicU32) {
    let key = &key(NAME, generation);
    let read = || async {
        reads.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(READING).await;
        Ok(())
    };
    let write = |_, step: Step| async move { generations.registry.write(key, step.seen, &step.text).await };
    generations.together_after(NAME, generation, at(to), read, write).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_takes_longer_to_read_than_a_beat_is_read_once() {
    let generations = Generations::new("graph", Slow::default());
    let generation = generations.begin(NAME).await.unwrap();
    let lease = generations.lock(NAME, generation).await.unwrap().expect("nobody has it");
    let reads = AtomicU32::new(0);
    for to in 1..=3 {
        store(&generations, generation, to, &reads).await;
    }
    assert_eq!(generations.checkpoint(NAME, generation).await.unwrap(), at(3));
    assert_eq!(reads.load(Ordering::Relaxed), 3);
    lease.release().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_read_before_another_batch_was_stored_is_read_again() {
    let generations = Generations::new("graph", Slow::default());
    let generation = generations.begin(NAME).await.unwrap();
    let (one, other) = (AtomicU32::new(0), AtomicU32::new(0));
    let late = async {
        tokio::time::sleep(SLOW).await;
        store(&generations, generation, 2, &other).await;
    };
    tokio::join!(store(&generations, generation, 1, &one), late);
    assert_eq!((one.load(Ordering::Relaxed), other.load(Ordering::Relaxed)), (1, 2));
    assert_eq!(generations.checkpoint(NAME, generation).await.unwrap(), at(2));
}
