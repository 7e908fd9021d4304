//! What the cases of the port cannot see: the graph in use, its snapshot, and what becomes of vectors nobody has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use souk_kernel::Money;
use souk_ports::vectors::{Near, ProductFilter};
use uuid::Uuid;

use super::*;
use crate::local::generations::Opened;

const INDEX: ProjectionName = "meanings";
/// Enough for the graph to be used.
const MANY: u32 = nearest::EXACT_BELOW + 1_500;

fn id(number: u32) -> ProductId {
    ProductId(Uuid::from_u128(number.into()))
}

fn hash(number: u32) -> ContentHash {
    ContentHash::of("a model", &number.to_string())
}

/// Around one of fifty centres; each number has its own.
fn vector(number: u32) -> Vec<f32> {
    let spread = |seed: u32, at: usize| {
        let mixed = (u64::from(seed) << 32 | at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let near = |at| spread(1_000_000 + number % 50, at) + 0.7 * spread(number, at);
    let vector: Vec<f32> = (0..DIMENSIONS).map(near).collect();
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter().map(|number| number / length).collect()
}

fn write_of(number: u32, version: u64, embedding: u32) -> VectorWrite {
    let entry = VectorEntry {
        embedding: hash(embedding),
        price: Money::from_hundredths(i64::from(number % 100)).ok(),
        in_stock: number.is_multiple_of(2),
        ..VectorEntry::default()
    };
    VectorWrite { id: id(number), version, content: Some(entry) }
}

async fn open(folder: &Path) -> Hnsw {
    Hnsw::open(folder.to_owned()).await.unwrap()
}

/// An index of so many entries, each with a vector of its own.
async fn filled(folder: &Path, entries: u32) -> (Hnsw, Generation) {
    let hnsw = open(folder).await;
    let generation = hnsw.begin(INDEX).await.unwrap();
    hnsw.keep((0..entries).map(|number| (hash(number), vector(number))).collect()).await.unwrap();
    let writes = (0..entries).map(|number| write_of(number, 1, number)).collect();
    hnsw.write(INDEX, generation, writes, Checkpoint::default()).await.unwrap();
    hnsw.promote(INDEX, None, generation).await.unwrap();
    (hnsw, generation)
}

fn collection(hnsw: &Hnsw) -> Arc<Opened<Collection>> {
    hnsw.generations.read(INDEX).unwrap()
}

async fn near(hnsw: &Hnsw, to: u32, filter: &ProductFilter, exact: bool) -> Vec<ProductId> {
    let query = NearestQuery { to: Near::Vector(vector(to)), filter: filter.clone(), limit: 10, exact };
    hnsw.nearest(INDEX, &query).await.unwrap().into_iter().map(|found| found.id).collect()
}

async fn nearest_one(hnsw: &Hnsw, to: u32) -> ProductId {
    near(hnsw, to, &ProductFilter::default(), false).await[0]
}

/// Asks, so that the linking begins, and waits for its end.
async fn wait_until_linked(hnsw: &Hnsw, folder: &Path) {
    nearest_one(hnsw, 0).await;
    let snapshot = folder.join(INDEX).join("g000001/graph.snapshot");
    for _ in 0..6_000 {
        let (linked, all) = collection(hnsw).linked();
        if linked == all && snapshot.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not all vectors were linked: {:?}", collection(hnsw).linked());
}

async fn recall(hnsw: &Hnsw, filter: &ProductFilter) -> f64 {
    let mut hits = 0;
    for to in 0..50 {
        let truly = near(hnsw, MANY + to, filter, true).await;
        let found: BTreeSet<_> = near(hnsw, MANY + to, filter, false).await.into_iter().collect();
        hits += truly.iter().filter(|id| found.contains(id)).count();
    }
    f64::from(hits as u32) / 500.0
}

#[tokio::test]
async fn along_the_graph_nearly_all_are_found_and_a_snapshot_spares_linking() {
    let folder = tempfile::tempdir().unwrap();
    let (hnsw, generation) = filled(folder.path(), MANY).await;
    nearest_one(&hnsw, 0).await;
    assert_eq!(collection(&hnsw).linked().1, MANY);
    wait_until_linked(&hnsw, folder.path()).await;
    let price =
        |max| ProductFilter { max_price: Money::from_hundredths(max).ok(), ..ProductFilter::default() };
    let in_stock = ProductFilter { in_stock: Some(true), ..ProductFilter::default() };
    for filter in [ProductFilter::default(), in_stock, price(89), price(9), price(0)] {
        let found = recall(&hnsw, &filter).await;
        assert!(found >= 0.98, "{found} with {filter:?}");
    }

    // What comes after the snapshot: one moves, one goes, one is new.
    let (moved, gone, new) = (7, 8, MANY + 100);
    hnsw.keep(vec![(hash(new), vector(new))]).await.unwrap();
    let delete = VectorWrite { id: id(gone), version: 2, content: None };
    let writes = vec![write_of(moved, 2, new), write_of(new, 2, moved), delete];
    hnsw.write(INDEX, generation, writes, Checkpoint::default()).await.unwrap();
    let changed = async |hnsw: &Hnsw| {
        assert_eq!((nearest_one(hnsw, new).await, nearest_one(hnsw, moved).await), (id(moved), id(new)));
        assert_ne!(nearest_one(hnsw, gone).await, id(gone));
    };
    changed(&hnsw).await;

    drop(hnsw);
    let hnsw = open(folder.path()).await;
    changed(&hnsw).await;
    assert_eq!(collection(&hnsw).linked(), (MANY, MANY + 1), "all but the new one are linked from the start");

    drop(hnsw);
    let snapshot = folder.path().join(INDEX).join("g000001/graph.snapshot");
    let whole = fs::read(&snapshot).unwrap();
    fs::write(&snapshot, &whole[..whole.len() / 2]).unwrap();
    let hnsw = open(folder.path()).await;
    changed(&hnsw).await;
    assert_eq!(collection(&hnsw).linked().1, MANY, "the vector that nobody has any more is left out");
}

#[tokio::test]
async fn vectors_that_nobody_has_are_left_behind_when_they_are_many() {
    let folder = tempfile::tempdir().unwrap();
    let (hnsw, generation) = filled(folder.path(), 800).await;
    assert_eq!(nearest_one(&hnsw, 5).await, id(5));
    for (version, from) in [(2, 1_000), (3, 2_000)] {
        hnsw.keep((from..from + 800).map(|number| (hash(number), vector(number))).collect()).await.unwrap();
        let writes = (0..800).map(|number| write_of(number, version, from + number)).collect();
        hnsw.write(INDEX, generation, writes, Checkpoint::default()).await.unwrap();
        assert_eq!(nearest_one(&hnsw, from + 5).await, id(5));
    }
    assert_eq!(collection(&hnsw).linked().1, 2_400);
    hnsw.write(INDEX, generation, vec![write_of(1, 4, 2_002)], Checkpoint::default()).await.unwrap();
    assert_eq!(nearest_one(&hnsw, 2_005).await, id(5));
    assert_eq!(collection(&hnsw).linked().1, 799, "one vector has two entries, and one has none");
}

#[tokio::test]
async fn the_index_can_be_deleted_by_hand_without_touching_an_embedding() {
    let folder = tempfile::tempdir().unwrap();
    let (hnsw, _) = filled(folder.path(), 10).await;
    drop(hnsw);
    fs::remove_dir_all(folder.path().join(INDEX)).unwrap();
    let hnsw = open(folder.path()).await;
    assert_eq!(hnsw.live(INDEX).await.unwrap(), None);
    assert_eq!(hnsw.kept(&[hash(9)]).await.unwrap(), [Some(vector(9))]);
}
