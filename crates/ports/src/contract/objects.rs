//! The promises of [`crate::objects`], one case each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use souk_kernel::Position;

use super::Opener;
use super::derived::{Sample, at, derived_cases, go_live, is_not_found};
use crate::derived::{Checkpoint, Generation, ProjectionName};
use crate::objects::{Object, ObjectKey, ObjectWrite, Objects};
use crate::{Error, Result};

derived_cases! { dyn Objects:
    an_object_is_read_back_as_it_was_put, a_put_replaces_and_a_deletion_says_whether, equal_content_has_an_equal_etag,
    keys_that_begin_alike_do_not_meet, links_lead_to_what_is_there, lists_agree_with_a_model, a_content_type_that_is_none_changes_nothing,
    readers_see_whole_objects_only, two_openers_put_at_once, objects_survive_reopening,
    what_is_owned_and_what_is_derived_do_not_meet, an_older_version_is_ignored,
    a_tombstone_keeps_out_what_is_older, of_one_key_in_a_batch_the_highest_version_counts, an_empty_batch_moves_the_checkpoint,
    a_scan_passes_every_object_once, two_openers_write_at_once, derived_objects_survive_reopening,
    without_a_live_generation_reading_is_not_found,
}

const SIZES: ProjectionName = "sizes";

#[async_trait]
impl Sample for dyn Objects {
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let position = checkpoint.at.position;
        let writes = vec![derived("sample", position, &position.to_string())];
        self.write(projection, generation, writes, checkpoint).await
    }

    async fn read_sample(&self, projection: ProjectionName) -> Result<Position> {
        let found = self.get_derived(projection, &key("sample")).await?;
        Ok(found.map_or(0, |found| String::from_utf8_lossy(&found.object.bytes).parse().unwrap()))
    }
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

fn object(bytes: impl Into<Bytes>) -> Object {
    Object { bytes: bytes.into(), content_type: "image/webp".to_owned() }
}

fn text(text: &str) -> Object {
    object(text.as_bytes().to_vec())
}

fn derived(at: &str, version: Position, content: &str) -> ObjectWrite {
    ObjectWrite { key: key(at), version, content: Some(text(content)) }
}

fn deletion(at: &str, version: Position) -> ObjectWrite {
    ObjectWrite { key: key(at), version, content: None }
}

async fn write(objects: &dyn Objects, generation: Generation, writes: Vec<ObjectWrite>) {
    objects.write(SIZES, generation, writes, at(1)).await.unwrap();
}

async fn owned(objects: &dyn Objects, at: &str) -> Option<String> {
    let found = objects.get(&key(at)).await.unwrap()?;
    Some(String::from_utf8(found.object.bytes.to_vec()).unwrap())
}

async fn shown(objects: &dyn Objects, at: &str) -> Option<String> {
    let found = objects.get_derived(SIZES, &key(at)).await.unwrap()?;
    Some(String::from_utf8(found.object.bytes.to_vec()).unwrap())
}

async fn listed(objects: &dyn Objects, prefix: &str, after: Option<&str>, limit: u32) -> Vec<String> {
    let after = after.map(key);
    let found = objects.list(prefix, after.as_ref(), limit).await.unwrap();
    found.into_iter().map(|info| info.key.as_str().to_owned()).collect()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn an_object_is_read_back_as_it_was_put(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    assert_eq!(objects.get(&key("images/none")).await.unwrap(), None);
    let every_byte: Vec<u8> = (0..=255u8).cycle().take(100_000).collect();
    for (name, bytes) in [("images/a", every_byte), ("images/empty", vec![]), ("n", b"\n\n{}\n".to_vec())] {
        let put = Object { bytes: bytes.clone().into(), content_type: "image/png".to_owned() };
        objects.put(&key(name), put.clone()).await.unwrap();
        let found = objects.get(&key(name)).await.unwrap().unwrap();
        assert_eq!((found.object, found.etag), (put, hash(&bytes)), "{name}");
        let listed = objects.list(name, None, 1).await.unwrap();
        assert_eq!((listed[0].key.as_str(), listed[0].size_bytes), (name, bytes.len() as u64));
    }
    let longest = "a".repeat(200);
    objects.put(&key(&longest), text("long")).await.unwrap();
    assert_eq!(owned(&*objects, &longest).await.as_deref(), Some("long"));
}

async fn a_put_replaces_and_a_deletion_says_whether(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    assert!(!objects.delete(&key("a/b")).await.unwrap());
    objects.put(&key("a/b"), text("first, and longer")).await.unwrap();
    objects.put(&key("a/b"), text("second")).await.unwrap();
    assert_eq!(owned(&*objects, "a/b").await.as_deref(), Some("second"));
    assert!(objects.delete(&key("a/b")).await.unwrap());
    assert!(!objects.delete(&key("a/b")).await.unwrap());
    assert_eq!(owned(&*objects, "a/b").await, None);
    assert_eq!(listed(&*objects, "", None, 10).await, [""; 0]);
    objects.put(&key("a/b"), text("third")).await.unwrap();
    assert_eq!(owned(&*objects, "a/b").await.as_deref(), Some("third"));
}

async fn links_lead_to_what_is_there(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let hour = Duration::from_secs(3600);
    let none = objects.link_derived(SIZES, &key("a"), hour).await;
    assert!(matches!(none, Err(Error::NotFound { .. })), "{none:?}");
    let generation = go_live(&*objects, SIZES).await;
    assert_eq!(objects.link(&key("a"), hour).await.unwrap(), None);
    assert_eq!(objects.link_derived(SIZES, &key("a"), hour).await.unwrap(), None);
    objects.put(&key("a"), text("owned")).await.unwrap();
    write(&*objects, generation, vec![derived("a", 1, "derived"), derived("b", 1, "gone")]).await;
    write(&*objects, generation, vec![deletion("b", 2)]).await;
    assert_eq!(objects.link_derived(SIZES, &key("b"), hour).await.unwrap(), None);
    // An engine that has URLs has them of owned and of derived objects, and they are not the same.
    let owned = objects.link(&key("a"), hour).await.unwrap();
    let derived = objects.link_derived(SIZES, &key("a"), hour).await.unwrap();
    assert_eq!(owned.is_some(), derived.is_some());
    if let (Some(owned), Some(derived)) = (owned, derived) {
        assert!(
            owned.starts_with("http") && derived.starts_with("http") && owned != derived,
            "{owned} {derived}"
        );
    }
}

async fn equal_content_has_an_equal_etag(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    objects.put(&key("one"), text("same")).await.unwrap();
    objects.put(&key("two"), text("same")).await.unwrap();
    objects.put(&key("three"), text("other")).await.unwrap();
    write(&*objects, generation, vec![derived("four", 1, "same")]).await;
    let mut etags = Vec::new();
    for name in ["one", "two", "three"] {
        etags.push(objects.get(&key(name)).await.unwrap().unwrap().etag);
    }
    etags.push(objects.get_derived(SIZES, &key("four")).await.unwrap().unwrap().etag);
    assert_eq!(etags, [hash(b"same"), hash(b"same"), hash(b"other"), hash(b"same")]);
}

async fn keys_that_begin_alike_do_not_meet(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let keys = ["a", "a-b", "a.b", "a/b", "a/b/c", "a/b.c", "a0", "a_b", "ab"];
    for name in keys {
        objects.put(&key(name), text(name)).await.unwrap();
    }
    for name in keys {
        assert_eq!(owned(&*objects, name).await.as_deref(), Some(name));
    }
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    assert_eq!(listed(&*objects, "", None, 100).await, sorted);
    assert_eq!(listed(&*objects, "a/", None, 100).await, ["a/b", "a/b.c", "a/b/c"]);
    assert_eq!(listed(&*objects, "a/b", Some("a/b"), 1).await, ["a/b.c"]);
    assert!(objects.delete(&key("a/b")).await.unwrap());
    assert_eq!(owned(&*objects, "a/b/c").await.as_deref(), Some("a/b/c"));
}

async fn lists_agree_with_a_model(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut model = BTreeMap::new();
    let part = |random: &mut StdRng| ["a", "b", "a-a", "a.b", "0"][random.random_range(0..5)];
    for step in 0..150 {
        let depth = random.random_range(1..4);
        let name = (0..depth).map(|_| part(&mut random)).collect::<Vec<_>>().join("/");
        if random.random_bool(0.25) {
            assert_eq!(objects.delete(&key(&name)).await.unwrap(), model.remove(&name).is_some());
        } else {
            objects.put(&key(&name), text(&step.to_string())).await.unwrap();
            model.insert(name, step.to_string());
        }
        if step % 5 == 0 {
            let prefix = ["", "a", "a/", "a/a", "b/a-", "zz"][random.random_range(0..6)];
            let after = model.keys().nth(random.random_range(0..model.len() + 1)).cloned();
            let limit = random.random_range(0..8);
            let expected: Vec<String> = model
                .keys()
                .filter(|key| key.starts_with(prefix) && after.as_ref().is_none_or(|after| *key > after))
                .take(limit as usize)
                .cloned()
                .collect();
            let found = listed(&*objects, prefix, after.as_deref(), limit).await;
            assert_eq!(found, expected, "`{prefix}` after {after:?}");
        }
    }
    for (name, content) in &model {
        assert_eq!(owned(&*objects, name).await.as_ref(), Some(content));
    }
}

async fn a_content_type_that_is_none_changes_nothing(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    objects.put(&key("a"), text("first")).await.unwrap();
    write(&*objects, generation, vec![derived("a", 1, "first")]).await;
    for kind in ["", "webp", "image/webp\r\nX-Evil: 1", "image/ü", &format!("image/{}", "x".repeat(500))] {
        let object = Object { bytes: Bytes::from_static(b"second"), content_type: kind.to_owned() };
        let put = objects.put(&key("a"), object.clone()).await;
        assert!(matches!(put, Err(Error::InvalidInput { .. })), "{kind}: {put:?}");
        let writes =
            vec![derived("b", 2, "second"), ObjectWrite { key: key("a"), version: 2, content: Some(object) }];
        let written = objects.write(SIZES, generation, writes, at(9)).await;
        assert!(matches!(written, Err(Error::InvalidInput { .. })), "{kind}: {written:?}");
    }
    assert_eq!(owned(&*objects, "a").await.as_deref(), Some("first"));
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("first"));
    assert_eq!(shown(&*objects, "b").await, None);
    assert_eq!(objects.checkpoint(SIZES, generation).await.unwrap(), at(1));
}

async fn readers_see_whole_objects_only(open: Opener<dyn Objects>) {
    let writer = open.open().await;
    let versions = [Bytes::from(vec![b'a'; 300_000]), Bytes::from(vec![b'b'; 50_000])];
    writer.put(&key("images/one"), object(versions[0].clone())).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for _ in 0..2 {
        let (objects, done) = (open.open().await, done.clone());
        readers.push(tokio::spawn(async move {
            let mut seen = [0, 0];
            while !done.load(Ordering::SeqCst) {
                let found = objects.get(&key("images/one")).await.unwrap().expect("it is always there");
                let bytes = &found.object.bytes;
                assert_eq!(found.etag, hash(bytes), "the etag is of other bytes");
                let (index, length) = if bytes[0] == b'a' { (0, 300_000) } else { (1, 50_000) };
                assert!(bytes.len() == length && bytes.iter().all(|byte| *byte == bytes[0]));
                seen[index] += 1;
            }
            seen
        }));
    }
    for round in 0..60 {
        writer.put(&key("images/one"), object(versions[round % 2].clone())).await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    for reader in readers {
        let seen = reader.await.unwrap();
        assert!(seen[0] > 0 && seen[1] > 0, "nobody read while it changed: this proved nothing: {seen:?}");
    }
}

async fn two_openers_put_at_once(open: Opener<dyn Objects>) {
    let mut tasks = Vec::new();
    for writer in 0..2 {
        let objects = open.open().await;
        tasks.push(tokio::spawn(async move {
            for number in 0..40 {
                objects
                    .put(&key(&format!("w{writer}/{number:02}")), text(&number.to_string()))
                    .await
                    .unwrap();
                objects.put(&key("both"), text(&format!("{writer}-{number}"))).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let objects = open.open().await;
    for writer in 0..2 {
        assert_eq!(listed(&*objects, &format!("w{writer}/"), None, 100).await.len(), 40);
    }
    let last = owned(&*objects, "both").await.unwrap();
    assert!(["0-39", "1-39"].contains(&last.as_str()), "{last}");
}

async fn objects_survive_reopening(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    objects.put(&key("images/a"), text("kept")).await.unwrap();
    objects.put(&key("images/b"), text("gone")).await.unwrap();
    objects.delete(&key("images/b")).await.unwrap();
    drop(objects);
    let objects = open.open().await;
    assert_eq!(owned(&*objects, "images/a").await.as_deref(), Some("kept"));
    assert_eq!(listed(&*objects, "", None, 10).await, ["images/a"]);
}

async fn what_is_owned_and_what_is_derived_do_not_meet(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let first = go_live(&*objects, SIZES).await;
    objects.put(&key("a"), text("owned")).await.unwrap();
    write(&*objects, first, vec![derived("a", 1, "derived"), derived("sizes/g000001", 1, "derived")]).await;
    assert_eq!(owned(&*objects, "a").await.as_deref(), Some("owned"));
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("derived"));
    assert_eq!(listed(&*objects, "", None, 10).await, ["a"]);
    assert!(objects.delete(&key("a")).await.unwrap());
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("derived"));
    objects.put(&key("a"), text("owned")).await.unwrap();
    let second = objects.begin(SIZES).await.unwrap();
    objects.promote(SIZES, Some(first), second).await.unwrap();
    assert_eq!(owned(&*objects, "a").await.as_deref(), Some("owned"));
    assert_eq!(shown(&*objects, "a").await, None);
}

async fn an_older_version_is_ignored(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    write(&*objects, generation, vec![derived("a", 5, "five")]).await;
    write(&*objects, generation, vec![derived("a", 4, "four")]).await;
    write(&*objects, generation, vec![deletion("a", 4)]).await;
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("five"));
    write(&*objects, generation, vec![derived("a", 5, "five again")]).await;
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("five again"));
    write(&*objects, generation, vec![derived("a", 6, "six")]).await;
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("six"));
}

async fn a_tombstone_keeps_out_what_is_older(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    write(&*objects, generation, vec![derived("a", 5, "x"), deletion("b", 7)]).await;
    write(&*objects, generation, vec![deletion("a", 7)]).await;
    write(&*objects, generation, vec![derived("a", 6, "x"), derived("b", 6, "x")]).await;
    assert_eq!((shown(&*objects, "a").await, shown(&*objects, "b").await), (None, None));
    assert_eq!(objects.scan(SIZES, None, 10).await.unwrap(), []);
    write(&*objects, generation, vec![derived("a", 8, "back")]).await;
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("back"));
}

async fn of_one_key_in_a_batch_the_highest_version_counts(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    let batch = vec![derived("a", 2, "two"), derived("a", 3, "three"), derived("a", 1, "one")];
    write(&*objects, generation, batch).await;
    write(&*objects, generation, vec![derived("b", 2, "first"), derived("b", 2, "last")]).await;
    write(&*objects, generation, vec![derived("c", 2, "two"), deletion("c", 3)]).await;
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("three"));
    assert_eq!(shown(&*objects, "b").await.as_deref(), Some("last"));
    assert_eq!(shown(&*objects, "c").await, None);
}

async fn an_empty_batch_moves_the_checkpoint(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    objects.write(SIZES, generation, vec![derived("a", 3, "a")], at(3)).await.unwrap();
    objects.write(SIZES, generation, vec![], at(9)).await.unwrap();
    assert_eq!(objects.checkpoint(SIZES, generation).await.unwrap(), at(9));
    // Others may see a checkpoint without content a moment later.
    objects.settle(SIZES, generation).await.unwrap();
    let other = open.open().await;
    assert_eq!(other.checkpoint(SIZES, generation).await.unwrap(), at(9));
    assert_eq!(shown(&*other, "a").await.as_deref(), Some("a"));
}

async fn a_scan_passes_every_object_once(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    let names: Vec<String> = (0..50).map(|number| format!("{}/{number:03}", number % 3)).collect();
    let writes = names.iter().map(|name| derived(name, 1, name)).collect();
    write(&*objects, generation, writes).await;
    write(&*objects, generation, vec![deletion("1/004", 2)]).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let found = objects.scan(SIZES, after.as_ref(), 7).await.unwrap();
        assert!(found.len() <= 7);
        let Some((last, _)) = found.last() else { break };
        after = Some(last.clone());
        seen.extend(found.into_iter().map(|(key, etag)| (key.as_str().to_owned(), etag)));
    }
    let mut expected: Vec<_> = names.into_iter().filter(|name| name != "1/004").collect();
    expected.sort_unstable();
    let expected: Vec<_> = expected.into_iter().map(|name| (name.clone(), hash(name.as_bytes()))).collect();
    assert_eq!(seen, expected);
    assert_eq!(objects.scan(SIZES, None, 0).await.unwrap(), []);
}

async fn two_openers_write_at_once(open: Opener<dyn Objects>) {
    let (one, other) = (open.open().await, open.open().await);
    let generation = go_live(&*one, SIZES).await;
    let tasks = [one.clone(), other].into_iter().enumerate().map(|(writer, objects)| {
        tokio::spawn(async move {
            for round in 0..25 {
                // The two take turns with the higher version, so each often comes too late.
                let version = round * 2 + writer as u64;
                let writes =
                    (0..4).map(|number| derived(&format!("k{number}"), version, &version.to_string()));
                objects.write(SIZES, generation, writes.collect(), at(version)).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    for number in 0..4 {
        assert_eq!(
            shown(&*one, &format!("k{number}")).await.as_deref(),
            Some("49"),
            "a lower version replaced it"
        );
    }
}

async fn derived_objects_survive_reopening(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = go_live(&*objects, SIZES).await;
    objects.write(SIZES, generation, vec![derived("a", 4, "a"), deletion("b", 4)], at(4)).await.unwrap();
    drop(objects);
    let objects = open.open().await;
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("a"));
    assert_eq!(objects.checkpoint(SIZES, generation).await.unwrap(), at(4));
    write(&*objects, generation, vec![derived("a", 3, "old"), derived("b", 3, "old")]).await;
    assert_eq!((shown(&*objects, "a").await.as_deref(), shown(&*objects, "b").await), (Some("a"), None));
}

async fn without_a_live_generation_reading_is_not_found(open: Opener<dyn Objects>) {
    let objects = open.open().await;
    let generation = objects.begin(SIZES).await.unwrap();
    write(&*objects, generation, vec![derived("a", 1, "a")]).await;
    assert!(is_not_found(&objects.get_derived(SIZES, &key("a")).await));
    assert!(is_not_found(&objects.scan(SIZES, None, 1).await));
    objects.promote(SIZES, None, generation).await.unwrap();
    assert_eq!(shown(&*objects, "a").await.as_deref(), Some("a"));
}
