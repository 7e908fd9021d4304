//! The promises of [`crate::cache`], one case each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use souk_kernel::{Clock, Position, SystemClock};
use tokio::sync::Barrier;
use uuid::Uuid;

use super::Opener;
use super::derived::{Sample, at, derived_cases, go_live, is_conflict, is_not_found};
use crate::Result;
use crate::cache::{Cache, CountWrite, HashWrite};
use crate::derived::{Checkpoint, Generation, ProjectionName};

derived_cases! { dyn Cache:
    a_hash_is_written_field_by_field, a_hash_is_written_only_at_the_version_seen, of_concurrent_writers_none_is_lost,
    a_hash_runs_out, a_write_prolongs_a_hash, a_hash_without_fields_is_gone, a_hash_is_deleted_only_at_the_version_seen,
    versions_rise_over_all_lives_of_a_key, hashes_survive_reopening, hashes_stand_apart_from_each_other,
    counts_come_at_the_place_of_their_ids, an_older_count_is_ignored, counts_agree_with_a_model,
    an_empty_batch_of_counts_moves_the_checkpoint, replacing_counts_leaves_hashes_alone,
    without_a_live_generation_counts_are_not_found,
}

const COUNTS: ProjectionName = "stock";
const MINUTE_MS: i64 = 60_000;

#[async_trait]
impl Sample for dyn Cache {
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let position = checkpoint.at.position;
        self.write_counts(projection, generation, vec![count(1, position, Some(position as i64))], checkpoint)
            .await
    }

    async fn read_sample(&self, projection: ProjectionName) -> Result<Position> {
        let found = self.counts(projection, &[id(1)]).await?.pop().flatten();
        Ok(found.unwrap_or(0) as Position)
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn count(number: u128, version: Position, count: Option<i64>) -> CountWrite {
    CountWrite { id: id(number), version, count }
}

fn fields(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn set(set: &[(&str, &str)]) -> HashWrite {
    HashWrite { set: fields(set), remove: Vec::new(), ttl_ms: MINUTE_MS }
}

fn remove(names: &[&str]) -> HashWrite {
    HashWrite { remove: names.iter().map(|name| (*name).to_owned()).collect(), ..set(&[]) }
}

async fn a_hash_is_written_field_by_field(open: Opener<dyn Cache>) {
    let (cache, other) = (open.open().await, open.open().await);
    assert_eq!(cache.hash("cart").await.unwrap(), None);
    let before = SystemClock.now();
    let first =
        cache.write_hash("cart", None, set(&[("a", "1"), ("b", ""), ("ü \"", "\u{0}")])).await.unwrap();
    let both =
        HashWrite { remove: vec!["b".to_owned(), "none".to_owned()], ..set(&[("a", "2"), ("c", "3")]) };
    let second = cache.write_hash("cart", Some(first), both).await.unwrap();
    let after = SystemClock.now();
    assert_ne!(first, second);
    for cache in [&cache, &other] {
        let hash = cache.hash("cart").await.unwrap().unwrap();
        assert_eq!(hash.version, second);
        assert_eq!(hash.fields, fields(&[("a", "2"), ("c", "3"), ("ü \"", "\u{0}")]));
        assert!((before.plus_ms(MINUTE_MS)..=after.plus_ms(MINUTE_MS)).contains(&hash.expires_at));
    }
}

async fn a_hash_is_written_only_at_the_version_seen(open: Opener<dyn Cache>) {
    let (cache, other) = (open.open().await, open.open().await);
    assert!(is_conflict(&cache.write_hash("cart", Some(1), set(&[("a", "1")])).await));
    let first = cache.write_hash("cart", None, set(&[("a", "1")])).await.unwrap();
    assert!(is_conflict(&other.write_hash("cart", None, set(&[("a", "2")])).await));
    let second = other.write_hash("cart", Some(first), set(&[("a", "3")])).await.unwrap();
    for seen in [None, Some(first), Some(second + 1)] {
        assert!(is_conflict(&cache.write_hash("cart", seen, set(&[("a", "4")])).await));
    }
    let hash = cache.hash("cart").await.unwrap().unwrap();
    assert_eq!((hash.version, hash.fields), (second, fields(&[("a", "3")])));
}

async fn of_concurrent_writers_none_is_lost(open: Opener<dyn Cache>) {
    const WRITERS: usize = 8;
    const TIMES: u64 = 10;
    let (one, other) = (open.open().await, open.open().await);
    one.write_hash("cart", None, set(&[("n", "0")])).await.unwrap();
    let conflicts = Arc::new(AtomicU64::new(0));
    let all_have_read = Arc::new(Barrier::new(WRITERS));
    let tasks = (0..WRITERS).map(|number| {
        let cache = if number % 2 == 0 { one.clone() } else { other.clone() };
        let (conflicts, all_have_read) = (conflicts.clone(), all_have_read.clone());
        tokio::spawn(async move {
            let mut done = 0;
            let mut first = true;
            while done < TIMES {
                let hash = cache.hash("cart").await.unwrap().unwrap();
                if std::mem::take(&mut first) {
                    // So that all of them have seen the same version once.
                    all_have_read.wait().await;
                }
                let next = (hash.fields["n"].parse::<u64>().unwrap() + 1).to_string();
                match cache.write_hash("cart", Some(hash.version), set(&[("n", &next)])).await {
                    Ok(_) => done += 1,
                    result => {
                        assert!(is_conflict(&result), "{result:?}");
                        conflicts.fetch_add(1, Ordering::SeqCst);
                    }
                }
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let hash = one.hash("cart").await.unwrap().unwrap();
    assert_eq!(hash.fields["n"], (WRITERS as u64 * TIMES).to_string());
    assert!(conflicts.load(Ordering::SeqCst) >= WRITERS as u64 - 1, "they never met: this proved nothing");
}

async fn a_hash_runs_out(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let short = HashWrite { ttl_ms: 1, ..set(&[("a", "1")]) };
    let former = cache.write_hash("cart", None, short).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(cache.hash("cart").await.unwrap(), None);
    assert!(is_conflict(&cache.write_hash("cart", Some(former), set(&[("b", "2")])).await));
    assert!(is_conflict(&cache.delete_hash("cart", former).await));
    let version = cache.write_hash("cart", None, set(&[("c", "3")])).await.unwrap();
    assert!(version > former);
    let hash = cache.hash("cart").await.unwrap().unwrap();
    assert_eq!((hash.version, hash.fields), (version, fields(&[("c", "3")])), "the former life came back");
}

async fn a_write_prolongs_a_hash(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let short = HashWrite { ttl_ms: 200, ..set(&[("a", "1")]) };
    let first = cache.write_hash("cart", None, short).await.unwrap();
    cache.write_hash("cart", Some(first), set(&[])).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(cache.hash("cart").await.unwrap().unwrap().fields, fields(&[("a", "1")]));
}

async fn a_hash_without_fields_is_gone(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    cache.write_hash("cart", None, set(&[])).await.unwrap();
    assert_eq!(cache.hash("cart").await.unwrap(), None);
    let first = cache.write_hash("cart", None, set(&[("a", "1"), ("b", "2")])).await.unwrap();
    let last = cache.write_hash("cart", Some(first), remove(&["a", "b"])).await.unwrap();
    assert_eq!(cache.hash("cart").await.unwrap(), None);
    assert!(is_conflict(&cache.write_hash("cart", Some(last), set(&[("a", "1")])).await));
    assert!(cache.write_hash("cart", None, set(&[("a", "1")])).await.unwrap() > last);
}

async fn a_hash_is_deleted_only_at_the_version_seen(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    assert!(is_conflict(&cache.delete_hash("cart", 1).await));
    let first = cache.write_hash("cart", None, set(&[("a", "1")])).await.unwrap();
    let second = cache.write_hash("cart", Some(first), set(&[("a", "2")])).await.unwrap();
    assert!(is_conflict(&cache.delete_hash("cart", first).await));
    assert_eq!(cache.hash("cart").await.unwrap().unwrap().version, second);
    cache.delete_hash("cart", second).await.unwrap();
    assert_eq!(cache.hash("cart").await.unwrap(), None);
    assert!(is_conflict(&cache.delete_hash("cart", second).await));
}

async fn versions_rise_over_all_lives_of_a_key(open: Opener<dyn Cache>) {
    let (cache, other) = (open.open().await, open.open().await);
    let mut last = 0;
    for life in 0..20 {
        let cache = if life % 2 == 0 { &cache } else { &other };
        let first = cache.write_hash("cart", None, set(&[("a", "1")])).await.unwrap();
        let second = cache.write_hash("cart", Some(first), set(&[("a", "2")])).await.unwrap();
        assert!(last < first && first < second, "{last} {first} {second}");
        cache.delete_hash("cart", second).await.unwrap();
        last = second;
    }
}

async fn hashes_survive_reopening(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let version = cache.write_hash("cart", None, set(&[("a", "1")])).await.unwrap();
    let written = cache.hash("cart").await.unwrap();
    drop(cache);
    let cache = open.open().await;
    assert_eq!(cache.hash("cart").await.unwrap(), written);
    assert!(cache.write_hash("cart", Some(version), set(&[("a", "2")])).await.unwrap() > version);
}

async fn hashes_stand_apart_from_each_other(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let keys = ["cart:1", "cart:10", "Cart:1", "cart:1 ", "", "%"];
    for key in keys {
        cache.write_hash(key, None, set(&[("key", key)])).await.unwrap();
    }
    for key in keys {
        assert_eq!(cache.hash(key).await.unwrap().unwrap().fields, fields(&[("key", key)]));
    }
}

async fn counts_come_at_the_place_of_their_ids(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let generation = go_live(&*cache, COUNTS).await;
    let writes =
        vec![count(1, 1, Some(5)), count(2, 1, Some(0)), count(3, 1, Some(i64::MIN)), count(4, 1, None)];
    cache.write_counts(COUNTS, generation, writes, at(1)).await.unwrap();
    let ids = [id(4), id(3), id(9), id(1), id(2), id(1)];
    let expected = [None, Some(i64::MIN), None, Some(5), Some(0), Some(5)];
    assert_eq!(cache.counts(COUNTS, &ids).await.unwrap(), expected);
    assert_eq!(open.open().await.counts(COUNTS, &ids).await.unwrap(), expected);
    assert_eq!(cache.counts(COUNTS, &[]).await.unwrap(), []);
}

async fn an_older_count_is_ignored(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let generation = go_live(&*cache, COUNTS).await;
    let steps = [
        (vec![count(1, 5, Some(50)), count(1, 4, Some(40)), count(1, 4, None)], Some(50)),
        (vec![count(1, 5, Some(51))], Some(51)),
        (vec![count(1, 7, None)], None),
        // A deletion keeps out what is older, as a count does.
        (vec![count(1, 6, Some(60))], None),
        (vec![count(1, 8, Some(80))], Some(80)),
    ];
    for (writes, expected) in steps {
        cache.write_counts(COUNTS, generation, writes.clone(), at(1)).await.unwrap();
        assert_eq!(cache.counts(COUNTS, &[id(1)]).await.unwrap(), [expected], "after {writes:?}");
    }
}

async fn counts_agree_with_a_model(open: Opener<dyn Cache>) {
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let cache = open.open().await;
    let generation = go_live(&*cache, COUNTS).await;
    let mut model: BTreeMap<u128, (Position, Option<i64>)> = BTreeMap::new();
    for batch in 0..20 {
        let mut writes = Vec::new();
        for _ in 0..random.random_range(0..30) {
            let (number, version) = (random.random_range(0..60), random.random_range(1..40));
            let value = random.random_bool(0.8).then(|| random.random_range(-5..100));
            writes.push(count(number, version, value));
            let stored = model.entry(number).or_default();
            if version >= stored.0 {
                *stored = (version, value);
            }
        }
        cache.write_counts(COUNTS, generation, writes, at(batch)).await.unwrap();
        let expected: Vec<_> =
            model.iter().filter_map(|(number, (_, value))| Some((id(*number), (*value)?))).collect();
        let (mut scanned, mut after) = (Vec::new(), None);
        loop {
            let part = cache.scan_counts(COUNTS, after, 7).await.unwrap();
            assert!(part.len() <= 7);
            let Some((last, _)) = part.last() else { break };
            after = Some(*last);
            scanned.extend(part);
        }
        assert_eq!(scanned, expected);
    }
}

async fn an_empty_batch_of_counts_moves_the_checkpoint(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let generation = cache.begin(COUNTS).await.unwrap();
    cache.write_counts(COUNTS, generation, Vec::new(), at(9)).await.unwrap();
    assert_eq!(cache.checkpoint(COUNTS, generation).await.unwrap(), at(9));
}

async fn replacing_counts_leaves_hashes_alone(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    cache.write_hash("cart", None, set(&[("a", "1")])).await.unwrap();
    let written = cache.hash("cart").await.unwrap();
    for _ in 0..3 {
        let generation = go_live(&*cache, COUNTS).await;
        cache.write_counts(COUNTS, generation, vec![count(1, 1, Some(1))], at(1)).await.unwrap();
        cache.begin(COUNTS).await.unwrap();
        assert_eq!(cache.hash("cart").await.unwrap(), written);
    }
}

async fn without_a_live_generation_counts_are_not_found(open: Opener<dyn Cache>) {
    let cache = open.open().await;
    let generation = cache.begin(COUNTS).await.unwrap();
    cache.write_counts(COUNTS, generation, vec![count(1, 1, Some(1))], at(1)).await.unwrap();
    assert!(is_not_found(&cache.counts(COUNTS, &[id(1)]).await));
    assert!(is_not_found(&cache.scan_counts(COUNTS, None, 1).await));
}
