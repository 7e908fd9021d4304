//! What the cases of the port cannot see: the HNSW index in use, and what becomes of it. `cargo test -- --ignored` runs
//! them against the server of the contract run.

use std::time::{Duration, Instant};

use souk_ports::derived::Derived;
use souk_ports::vectors::ProductFilter;

use super::*;
use crate::Fresh;

const INDEX: ProjectionName = "meanings";
/// Enough for an index.
const MANY: u32 = indexing::INDEXED_FROM as u32 + 1_000;

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

/// Prices are spread over all kinds of vectors.
fn put(number: u32, version: u64, in_stock: bool) -> VectorWrite {
    let entry = VectorEntry {
        embedding: hash(number),
        price: Money::from_hundredths(i64::from(number / 50 % 100)).ok(),
        in_stock,
        ..VectorEntry::default()
    };
    VectorWrite { id: id(number), version, content: Some(entry) }
}

async fn keep(vectors: &PgVector, numbers: std::ops::Range<u32>) {
    let numbers: Vec<u32> = numbers.collect();
    for part in numbers.chunks(1_000) {
        vectors.keep(part.iter().map(|number| (hash(*number), vector(*number))).collect()).await.unwrap();
    }
}

async fn write(vectors: &PgVector, generation: Generation, writes: Vec<VectorWrite>) {
    vectors.write(INDEX, generation, writes, Checkpoint::default()).await.unwrap();
}

async fn near(vectors: &PgVector, to: u32, filter: &ProductFilter, exact: bool) -> Vec<ProductId> {
    let query = NearestQuery { to: Near::Vector(vector(to)), filter: filter.clone(), limit: 10, exact };
    vectors.nearest(INDEX, &query).await.unwrap().into_iter().map(|found| found.id).collect()
}

async fn recall(vectors: &PgVector, filter: &ProductFilter) -> f64 {
    let mut hits = 0;
    for to in 2_000_000..2_000_040 {
        let truly = near(vectors, to, filter, true).await;
        let found = near(vectors, to, filter, false).await;
        assert_eq!((truly.len(), found.len()), (10, 10));
        hits += found.iter().filter(|id| truly.contains(id)).count();
    }
    f64::from(hits as u32) / 400.0
}

fn open() -> PgVector {
    let Fresh::Url(url) = fresh() else { panic!("there is no server") };
    let options = url.split_once('?').and_then(|(_, option)| option.split_once('='));
    let options = options.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect();
    PgVector::new(&Location { url, path: "".into(), options }).unwrap()
}

impl PgVector {
    async fn index(&self, vectors: &str) -> Vec<(String, bool)> {
        let rows = self.rows(indexing::FIND, &[&vectors]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    async fn wait_for_index(&self, vectors: &str) {
        let since = Instant::now();
        while !matches!(self.index(vectors).await.as_slice(), [(_, true)]) {
            assert!(since.elapsed() < Duration::from_secs(120), "the index is never whole");
            near(self, 1, &ProductFilter::default(), false).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How often its index has been walked along.
    async fn walks(&self, vectors: &str) -> i64 {
        // What a session has counted is told a second later.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        let (index, _) = self.index(vectors).await.remove(0);
        near(
            self,
            1,
            &ProductFilter { max_price: Money::from_hundredths(0).ok(), ..Default::default() },
            true,
        )
        .await;
        let sql = "SELECT pg_stat_get_numscans(to_regclass($1))";
        self.rows(sql, &[&index]).await.unwrap()[0].get(0)
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server"]
async fn an_index_is_built_beside_and_built_again() {
    let vectors = open();
    let generation = vectors.begin(INDEX).await.unwrap();
    keep(&vectors, 0..MANY).await;
    for from in (0..MANY).step_by(1_000) {
        let to = MANY.min(from + 1_000);
        let writes = (from..to).map(|number| put(number, 1, number % 3 != 0)).collect();
        write(&vectors, generation, writes).await;
    }
    let table = tables::vectors(&vectors.generations.registry().tables(INDEX, generation));
    assert_eq!(vectors.index(&table).await, []);
    vectors.promote(INDEX, None, generation).await.unwrap();
    vectors.wait_for_index(&table).await;
    vectors.rows(&format!("ANALYZE {}", vectors.entries(INDEX, generation)), &[]).await.unwrap();

    let most =
        |price| ProductFilter { max_price: Money::from_hundredths(price).ok(), ..ProductFilter::default() };
    let in_stock = ProductFilter { in_stock: Some(true), ..ProductFilter::default() };
    let mut walked = vectors.walks(&table).await;
    let filters = [
        (ProductFilter::default(), true),
        (in_stock.clone(), true),
        (most(29), true),
        (most(9), false),
        (most(0), false),
    ];
    for (filter, along) in filters {
        let begin = Instant::now();
        let recall = recall(&vectors, &filter).await;
        println!("recall {recall} in {:?} for twice 40 with {filter:?}", begin.elapsed());
        assert!(recall >= 0.98, "{recall} of the nearest were found with {filter:?}");
        let walks = vectors.walks(&table).await - std::mem::replace(&mut walked, vectors.walks(&table).await);
        assert_eq!((40..60).contains(&walks), along, "{walks} walks along the index with {filter:?}");
    }

    // The statistics say two thirds, and six pass.
    for from in (0..MANY).step_by(1_000) {
        let range = from..MANY.min(from + 1_000);
        let left = range.filter(|number| *number % 3 != 0 && !(700..708).contains(number));
        write(&vectors, generation, left.map(|number| put(number, 2, false)).collect()).await;
    }
    let few = near(&vectors, 701, &in_stock, false).await;
    assert_eq!((few.len(), few[0]), (6, id(701)));

    // Linked one by one these would take as long as building it again.
    let more = 1_100;
    vectors.wait_for_index(&table).await;
    keep(&vectors, MANY..MANY + more).await;
    let writes = (MANY..MANY + more).map(|number| put(number, 3, false)).collect();
    write(&vectors, generation, writes).await;
    assert_eq!(vectors.index(&table).await, []);
    assert_eq!(near(&vectors, MANY + 7, &ProductFilter::default(), false).await[0], id(MANY + 7));
    vectors.wait_for_index(&table).await;
    assert!(recall(&vectors, &ProductFilter::default()).await >= 0.98);
}
