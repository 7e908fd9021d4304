//! The promises of [`crate::documents`], one case each.

use std::collections::BTreeMap;

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use souk_kernel::Position;
use uuid::Uuid;

use super::Opener;
use super::derived::{Sample, at, derived_cases, go_live, is_not_found};
use crate::derived::{Checkpoint, Generation, ProjectionName};
use crate::documents::{Document, DocumentContent, DocumentWrite, Documents, IndexEntry};
use crate::store::Window;
use crate::{Error, Result};

derived_cases! { dyn Documents:
    documents_are_found_by_id, an_older_version_is_ignored, a_tombstone_keeps_out_what_is_older,
    index_entries_move_with_their_document, pages_are_in_the_order_of_sort_then_id,
    pages_and_totals_agree_with_a_model, a_batch_is_written_as_a_whole, an_empty_batch_moves_the_checkpoint,
    a_scan_passes_every_document_once, two_openers_write_at_once, documents_survive_reopening,
    without_a_live_generation_reading_is_not_found,
}

const COLLECTION: ProjectionName = "pages";

#[async_trait]
impl Sample for dyn Documents {
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        self.write(projection, generation, vec![page(1, checkpoint.at.position, &[])], checkpoint).await
    }

    async fn read_sample(&self, projection: ProjectionName) -> Result<Position> {
        let found = self.get(projection, &[id(1)]).await?.pop().flatten();
        Ok(found.map_or(0, |document| document.version))
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn entry(index: &'static str, value: &str, sort: i64) -> IndexEntry {
    IndexEntry { index, value: value.to_owned(), sort }
}

fn page(number: u128, version: Position, index: &[IndexEntry]) -> DocumentWrite {
    let json =
        json!({ "number": number.to_string(), "version": version, "text": "Ünï ‘cödé’ \u{0} \"quoted\"" });
    let content = DocumentContent { json: json.to_string(), index: index.to_vec() };
    DocumentWrite { id: id(number), version, content: Some(content) }
}

fn deletion(number: u128, version: Position) -> DocumentWrite {
    DocumentWrite { id: id(number), version, content: None }
}

async fn write(documents: &dyn Documents, generation: Generation, writes: Vec<DocumentWrite>) {
    documents.write(COLLECTION, generation, writes, at(1)).await.unwrap();
}

async fn version(documents: &dyn Documents, number: u128) -> Option<Position> {
    documents.get(COLLECTION, &[id(number)]).await.unwrap().pop().unwrap().map(|found| found.version)
}

/// The numbers of a page, and the total.
async fn find(documents: &dyn Documents, index: &str, value: &str, window: Window) -> (Vec<u128>, u64) {
    let found = documents.find(COLLECTION, index, value, window).await.unwrap();
    (found.documents.iter().map(|document| document.id.as_u128()).collect(), found.total)
}

async fn documents_are_found_by_id(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    write(&*documents, generation, vec![page(1, 5, &[]), page(2, 6, &[])]).await;
    let found = documents.get(COLLECTION, &[id(2), id(3), id(1), id(2)]).await.unwrap();
    let [Some(two), None, Some(one), Some(again)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.id, one.version, two.id, two.version), (id(1), 5, id(2), 6));
    assert_eq!(two, again);
    let content: Value = serde_json::from_str(&one.json).unwrap();
    assert_eq!(content, serde_json::from_str::<Value>(&page(1, 5, &[]).content.unwrap().json).unwrap());
    assert_eq!(documents.get(COLLECTION, &[]).await.unwrap(), []);
}

async fn an_older_version_is_ignored(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    write(&*documents, generation, vec![page(1, 5, &[entry("i", "new", 0)])]).await;
    write(&*documents, generation, vec![page(1, 4, &[entry("i", "old", 0)]), deletion(1, 4)]).await;
    assert_eq!(version(&*documents, 1).await, Some(5));
    assert_eq!(find(&*documents, "i", "new", Window::ALL).await, (vec![1], 1));
    assert_eq!(find(&*documents, "i", "old", Window::ALL).await, (vec![], 0));

    // An equal version replaces: an event that is applied again repairs what a half-known shape left.
    write(&*documents, generation, vec![page(1, 5, &[entry("i", "equal", 0)])]).await;
    assert_eq!(find(&*documents, "i", "equal", Window::ALL).await, (vec![1], 1));
    assert_eq!(find(&*documents, "i", "new", Window::ALL).await, (vec![], 0));
}

async fn a_tombstone_keeps_out_what_is_older(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    write(&*documents, generation, vec![page(1, 5, &[entry("i", "", 0)]), deletion(1, 7), deletion(2, 7)])
        .await;
    write(&*documents, generation, vec![page(1, 6, &[entry("i", "", 0)]), page(2, 6, &[entry("i", "", 0)])])
        .await;
    assert_eq!((version(&*documents, 1).await, version(&*documents, 2).await), (None, None));
    assert_eq!(find(&*documents, "i", "", Window::ALL).await, (vec![], 0));
    assert_eq!(documents.scan(COLLECTION, None, 10).await.unwrap(), []);
    write(&*documents, generation, vec![page(1, 8, &[entry("i", "", 0)])]).await;
    assert_eq!(version(&*documents, 1).await, Some(8));
    assert_eq!(find(&*documents, "i", "", Window::ALL).await, (vec![1], 1));
}

async fn index_entries_move_with_their_document(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    let first = [entry("by-colour", "red", 1), entry("by-colour", "blue", 1), entry("all", "", 3)];
    write(&*documents, generation, vec![page(1, 1, &first), page(2, 1, &[entry("all", "", 2)])]).await;
    assert_eq!(find(&*documents, "all", "", Window::ALL).await, (vec![2, 1], 2));
    let second = [entry("by-colour", "red", 9), entry("by-size", "red", 1), entry("all", "", 1)];
    write(&*documents, generation, vec![page(1, 2, &second)]).await;
    assert_eq!(find(&*documents, "by-colour", "red", Window::ALL).await, (vec![1], 1));
    assert_eq!(find(&*documents, "by-colour", "blue", Window::ALL).await, (vec![], 0));
    assert_eq!(find(&*documents, "by-size", "red", Window::ALL).await, (vec![1], 1));
    assert_eq!(find(&*documents, "all", "", Window::ALL).await, (vec![1, 2], 2));
    assert_eq!(find(&*documents, "no-such-index", "red", Window::ALL).await, (vec![], 0));
    let found = documents.find(COLLECTION, "by-size", "red", Window::ALL).await.unwrap();
    assert_eq!(found.documents[0].version, 2);
}

async fn pages_are_in_the_order_of_sort_then_id(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    let sorts = [(1, 0), (2, i64::MAX), (3, -5), (4, 0), (5, i64::MIN), (u128::MAX, 0), (6, -5)];
    let writes = sorts.iter().map(|(number, sort)| page(*number, 1, &[entry("i", "v", *sort)])).collect();
    write(&*documents, generation, writes).await;
    let all = vec![5, 3, 6, 1, 4, u128::MAX, 2];
    assert_eq!(find(&*documents, "i", "v", Window::ALL).await, (all.clone(), 7));
    let window = |offset, limit| Window { offset, limit };
    assert_eq!(find(&*documents, "i", "v", window(2, 3)).await, (all[2..5].to_vec(), 7));
    assert_eq!(find(&*documents, "i", "v", window(6, 3)).await, (all[6..].to_vec(), 7));
    assert_eq!(find(&*documents, "i", "v", window(7, 3)).await, (vec![], 7));
    assert_eq!(find(&*documents, "i", "v", window(u64::MAX, 3)).await, (vec![], 7));
    assert_eq!(find(&*documents, "i", "v", window(0, 0)).await, (vec![], 7));
}

async fn pages_and_totals_agree_with_a_model(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut model: BTreeMap<u128, DocumentWrite> = BTreeMap::new();
    let values = ["", "a", "a b", "ä", "%"];
    for batch in 0..40u64 {
        let writes: Vec<DocumentWrite> =
            (0..random.random_range(0..20)).map(|_| random_write(&mut random, &values)).collect();
        for write in &writes {
            let stored = model.get(&write.id.as_u128()).map_or(0, |stored| stored.version);
            if write.version >= stored {
                model.insert(write.id.as_u128(), write.clone());
            }
        }
        documents.write(COLLECTION, generation, writes, at(batch)).await.unwrap();
        for (index, value) in [("x", ""), ("x", "a"), ("y", "ä"), ("y", "%"), ("x", "a b")] {
            let mut expected: Vec<(i64, u128)> = Vec::new();
            for (number, write) in &model {
                let entries = write.content.iter().flat_map(|content| &content.index);
                let here = entries.filter(|entry| entry.index == index && entry.value == value);
                expected.extend(here.map(|entry| (entry.sort, *number)));
            }
            expected.sort_unstable();
            let window = Window { offset: random.random_range(0..12), limit: random.random_range(1..12) };
            let page = expected.iter().skip(window.offset as usize).take(window.limit as usize);
            let page: Vec<u128> = page.map(|(_, number)| *number).collect();
            let found = find(&*documents, index, value, window).await;
            assert_eq!(found, (page, expected.len() as u64), "{index} {value} {window:?} in batch {batch}");
        }
    }
    let live = model.iter().filter(|(_, write)| write.content.is_some()).map(|(number, _)| *number);
    let scanned = documents.scan(COLLECTION, None, u32::MAX).await.unwrap();
    assert_eq!(scanned.iter().map(|found| found.id.as_u128()).collect::<Vec<_>>(), live.collect::<Vec<_>>());
}

fn random_write(random: &mut StdRng, values: &[&str]) -> DocumentWrite {
    let (number, version) = (random.random_range(0..30), random.random_range(1..50));
    if random.random_bool(0.2) {
        return deletion(number, version);
    }
    let mut index = BTreeMap::new();
    for _ in 0..random.random_range(0..5) {
        let name = if random.random() { "x" } else { "y" };
        let value = values[random.random_range(0..values.len())];
        index.insert((name, value), random.random_range(-3..3));
    }
    let index: Vec<_> = index.into_iter().map(|((name, value), sort)| entry(name, value, sort)).collect();
    page(number, version, &index)
}

async fn a_batch_is_written_as_a_whole(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    documents.write(COLLECTION, generation, vec![page(1, 1, &[entry("i", "v", 1)])], at(1)).await.unwrap();
    let twice = page(3, 2, &[entry("i", "v", 1), entry("i", "v", 2)]);
    let batch = vec![page(1, 2, &[]), page(2, 2, &[entry("i", "v", 1)]), twice];
    let refused = documents.write(COLLECTION, generation, batch, at(2)).await;
    assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{refused:?}");
    assert_eq!(documents.checkpoint(COLLECTION, generation).await.unwrap(), at(1));
    assert_eq!((version(&*documents, 1).await, version(&*documents, 2).await), (Some(1), None));
    assert_eq!(find(&*documents, "i", "v", Window::ALL).await, (vec![1], 1));

    // The same entry given twice is one entry.
    let same = vec![page(3, 2, &[entry("i", "v", 7), entry("i", "v", 7)])];
    documents.write(COLLECTION, generation, same, at(2)).await.unwrap();
    assert_eq!(find(&*documents, "i", "v", Window::ALL).await, (vec![1, 3], 2));
}

async fn an_empty_batch_moves_the_checkpoint(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = documents.begin(COLLECTION).await.unwrap();
    documents.write(COLLECTION, generation, Vec::new(), at(9)).await.unwrap();
    assert_eq!(documents.checkpoint(COLLECTION, generation).await.unwrap(), at(9));
}

async fn a_scan_passes_every_document_once(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    let mut numbers: Vec<u128> = (0..100).map(|_| Uuid::new_v4().as_u128()).collect();
    numbers.extend([0, u128::MAX]);
    write(&*documents, generation, numbers.iter().map(|number| page(*number, 1, &[])).collect()).await;
    write(&*documents, generation, vec![deletion(numbers[3], 2)]).await;
    numbers.remove(3);
    numbers.sort_unstable();
    let (mut scanned, mut after) = (Vec::new(), None);
    loop {
        let part: Vec<Document> = documents.scan(COLLECTION, after, 7).await.unwrap();
        assert!(part.len() <= 7);
        let Some(last) = part.last() else { break };
        after = Some(last.id);
        scanned.extend(part.iter().map(|document| document.id.as_u128()));
    }
    assert_eq!(scanned, numbers);
}

async fn two_openers_write_at_once(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    let tasks = [open.open().await, open.open().await].into_iter().enumerate().map(|(opener, documents)| {
        tokio::spawn(async move {
            for version in 1..=50 {
                let own = page(100 + opener as u128, version, &[entry("i", "v", version as i64)]);
                let shared = page(7, version, &[entry("i", "v", version as i64)]);
                documents.write(COLLECTION, generation, vec![own, shared], at(version)).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(find(&*documents, "i", "v", Window::ALL).await, (vec![7, 100, 101], 3));
    assert_eq!(version(&*documents, 7).await, Some(50));
}

async fn documents_survive_reopening(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = go_live(&*documents, COLLECTION).await;
    write(&*documents, generation, vec![page(1, 1, &[entry("i", "v", 1)]), deletion(2, 9)]).await;
    drop(documents);
    let documents = open.open().await;
    assert_eq!(documents.live(COLLECTION).await.unwrap(), Some(generation));
    write(&*documents, generation, vec![page(2, 8, &[entry("i", "v", 1)])]).await;
    assert_eq!(find(&*documents, "i", "v", Window::ALL).await, (vec![1], 1));
}

async fn without_a_live_generation_reading_is_not_found(open: Opener<dyn Documents>) {
    let documents = open.open().await;
    let generation = documents.begin(COLLECTION).await.unwrap();
    write(&*documents, generation, vec![page(1, 1, &[entry("i", "v", 1)])]).await;
    assert!(is_not_found(&documents.get(COLLECTION, &[id(1)]).await));
    assert!(is_not_found(&documents.find(COLLECTION, "i", "v", Window::ALL).await));
    assert!(is_not_found(&documents.scan(COLLECTION, None, 1).await));
}
