//! The promises of [`crate::vectors`], one case each.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use souk_kernel::{CategoryId, Money, Position, ProductId};
use uuid::Uuid;

use super::Opener;
use super::derived::{Patience, Sample, at, derived_cases, go_live, is_not_found};
use crate::derived::{Checkpoint, Generation, ProjectionName};
use crate::embedder::DIMENSIONS;
use crate::vectors::{ContentHash, Near, NearestQuery, ProductFilter, VectorEntry, VectorWrite, Vectors};
use crate::{Error, Result};

derived_cases! { dyn Vectors:
    embeddings_come_back_as_they_were_kept, an_embedding_is_never_changed,
    what_is_no_embedding_is_refused_with_its_batch, embeddings_outlive_the_index,
    an_entry_is_found_once_its_embedding_is_kept, what_another_keeps_is_found_too,
    compared_with_every_entry_the_nearest_agree_with_a_model, nearly_all_of_the_nearest_are_found_with_any_filter,
    a_filter_lets_nothing_else_through, a_change_of_stock_shows_in_the_filter, an_older_entry_is_ignored,
    what_is_deleted_is_not_found, an_entry_moves_with_its_embedding, near_a_product_it_is_left_out,
    equal_scores_are_in_the_order_of_the_ids, as_many_are_found_as_asked_for, a_write_shows_as_a_whole,
    an_empty_write_moves_the_checkpoint, another_opener_sees_a_write, two_openers_write_vectors_at_once,
    vectors_survive_reopening, a_scan_passes_every_entry_once, without_a_live_index_nothing_is_found,
}

const INDEX: ProjectionName = "meanings";
/// How many entries the case about recall has: more than an engine likes to compare one by one.
const MANY: usize = 6_000;

#[async_trait]
impl Sample for dyn Vectors {
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let position = checkpoint.at.position;
        let sample = VectorEntry { price: Some(euros(position as i64)), ..entry(1) };
        self.keep(vec![embedding(1)]).await?;
        self.write(projection, generation, vec![put(1, position, sample)], checkpoint).await
    }

    /// What is found, by the filter's price; the entry says which it is.
    async fn read_sample(&self, projection: ProjectionName) -> Result<Position> {
        let Some((_, sample)) = self.scan(projection, None, 1).await?.pop() else { return Ok(0) };
        let to = NearestQuery { to: Near::Vector(vector(1)), ..anything(10) };
        let found = self.nearest(projection, &to).await?;
        assert_eq!(found.len(), 1, "it is found as well as scanned");
        Ok(sample.price.map_or(0, |price| price.ten_thousandths() as u64 / 10_000))
    }
}

fn id(number: u128) -> ProductId {
    ProductId(Uuid::from_u128(number))
}

fn euros(amount: i64) -> Money {
    Money::from_hundredths(amount * 100).unwrap()
}

fn category(number: u128) -> CategoryId {
    CategoryId(Uuid::from_u128(number))
}

fn hash(number: u64) -> ContentHash {
    ContentHash::of("a model", &number.to_string())
}

/// Numbers between -1 and 1, as from a normal distribution that is cut off.
fn numbers(random: &mut StdRng, count: usize) -> Vec<f32> {
    let uniform = |bits: u64| bits as u16 as f32 / 65_536.0 - 0.5;
    let sum = |bits: u64| uniform(bits) + uniform(bits >> 16) + uniform(bits >> 32) + uniform(bits >> 48);
    (0..count).map(|_| sum(random.next_u64()) / 2.0).collect()
}

fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|number| *number /= length);
    vector
}

/// A vector of its own for each number.
fn vector(number: u64) -> Vec<f32> {
    unit(numbers(&mut StdRng::seed_from_u64(number), DIMENSIONS))
}

fn embedding(number: u64) -> (ContentHash, Vec<f32>) {
    (hash(number), vector(number))
}

fn entry(embedding: u64) -> VectorEntry {
    VectorEntry { embedding: hash(embedding), ..VectorEntry::default() }
}

fn put(number: u128, version: Position, entry: VectorEntry) -> VectorWrite {
    VectorWrite { id: id(number), version, content: Some(entry) }
}

fn deletion(number: u128, version: Position) -> VectorWrite {
    VectorWrite { id: id(number), version, content: None }
}

/// A question that lets everything through; its vector is still to be said.
fn anything(limit: u32) -> NearestQuery {
    NearestQuery { to: Near::Vector(Vec::new()), filter: ProductFilter::default(), limit, exact: false }
}

async fn write(vectors: &dyn Vectors, generation: Generation, writes: Vec<VectorWrite>) {
    vectors.write(INDEX, generation, writes, at(1)).await.unwrap();
}

async fn keep(vectors: &dyn Vectors, numbers: impl IntoIterator<Item = u64>) {
    vectors.keep(numbers.into_iter().map(embedding).collect()).await.unwrap();
}

/// The numbers of the entries nearest to the vector of a number, best first.
async fn near(vectors: &dyn Vectors, to: u64, filter: &ProductFilter) -> Vec<u128> {
    let query = NearestQuery { to: Near::Vector(vector(to)), filter: filter.clone(), ..anything(1000) };
    numbers_of(vectors, &query).await
}

async fn numbers_of(vectors: &dyn Vectors, query: &NearestQuery) -> Vec<u128> {
    let found = vectors.nearest(INDEX, query).await.unwrap();
    let ordered = found.is_sorted_by(|a, b| a.score > b.score || (a.score == b.score && a.id < b.id));
    assert!(ordered, "best first, then by id: {found:?}");
    found.iter().map(|found| found.id.0.as_u128()).collect()
}

async fn near_all(vectors: &dyn Vectors, to: u64) -> Vec<u128> {
    near(vectors, to, &ProductFilter::default()).await
}

/// The numbers of all entries that are found, without their order.
async fn all(vectors: &dyn Vectors) -> BTreeSet<u128> {
    near_all(vectors, 0).await.into_iter().collect()
}

fn is_invalid<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::InvalidInput { .. }))
}

async fn embeddings_come_back_as_they_were_kept(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let mut odd = vector(3);
    // Numbers that a detour through text or through another precision would change.
    odd[..4].copy_from_slice(&[f32::MIN_POSITIVE / 4.0, -0.0, 0.1, 1e-30]);
    let odd = unit(odd);
    vectors.keep(vec![embedding(1), embedding(2), (hash(3), odd.clone())]).await.unwrap();
    keep(&*vectors, []).await;
    let kept = vectors.kept(&[hash(3), hash(9), hash(1), hash(3)]).await.unwrap();
    let [Some(three), None, Some(one), Some(again)] = kept.as_slice() else { panic!("{kept:?}") };
    let bits = |vector: &[f32]| vector.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
    assert_eq!((bits(three), bits(one), bits(again)), (bits(&odd), bits(&vector(1)), bits(&odd)));
    assert_eq!(vectors.kept(&[]).await.unwrap(), Vec::<Option<Vec<f32>>>::new());

    let other = open.open().await;
    assert_eq!(other.kept(&[hash(2)]).await.unwrap(), [Some(vector(2))]);
}

async fn an_embedding_is_never_changed(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    vectors.keep(vec![embedding(1), (hash(1), vector(2))]).await.unwrap();
    vectors.keep(vec![(hash(1), vector(3)), embedding(4)]).await.unwrap();
    open.open().await.keep(vec![(hash(1), vector(5))]).await.unwrap();
    assert_eq!(vectors.kept(&[hash(1), hash(4)]).await.unwrap(), [Some(vector(1)), Some(vector(4))]);
}

async fn what_is_no_embedding_is_refused_with_its_batch(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    go_live(&*vectors, INDEX).await;
    let with = |at: usize, number: f32| {
        let mut vector = vector(2);
        vector[at] = number;
        vector
    };
    let long = |by: f32| vector(2).iter().map(|number| number * by).collect();
    let bad: [Vec<f32>; 9] = [
        Vec::new(),
        vector(2)[1..].to_vec(),
        [vector(2), vec![0.0]].concat(),
        with(0, f32::NAN),
        with(383, f32::INFINITY),
        with(5, f32::MAX),
        long(0.0),
        long(0.9),
        long(1.1),
    ];
    for bad in bad {
        let refused = vectors.keep(vec![embedding(1), (hash(2), bad.clone())]).await;
        assert!(is_invalid(&refused), "{refused:?}");
        let refused = vectors.nearest(INDEX, &NearestQuery { to: Near::Vector(bad), ..anything(1) }).await;
        assert!(is_invalid(&refused), "{refused:?}");
    }
    assert_eq!(vectors.kept(&[hash(1), hash(2)]).await.unwrap(), [None, None]);
    for limit in [0, 1001, u32::MAX] {
        let query = NearestQuery { to: Near::Vector(vector(1)), ..anything(limit) };
        assert!(is_invalid(&vectors.nearest(INDEX, &query).await));
    }
}

async fn embeddings_outlive_the_index(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let first = go_live(&*vectors, INDEX).await;
    keep(&*vectors, [1]).await;
    write(&*vectors, first, vec![put(1, 1, entry(1))]).await;
    let second = go_live(&*vectors, INDEX).await;
    assert_eq!(near_all(&*vectors, 1).await, [] as [u128; 0]);
    go_live(&*vectors, "another").await;
    drop(vectors);
    let vectors = open.open().await;
    assert_eq!(vectors.kept(&[hash(1)]).await.unwrap(), [Some(vector(1))]);
    // Nothing has to be embedded again.
    write(&*vectors, second, vec![put(1, 1, entry(1))]).await;
    assert_eq!(near_all(&*vectors, 1).await, [1]);
}

async fn an_entry_is_found_once_its_embedding_is_kept(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, [2]).await;
    write(&*vectors, generation, vec![put(4, 1, entry(4)), put(2, 1, entry(2)), put(3, 1, entry(4))]).await;
    write(&*vectors, generation, vec![put(1, 1, entry(1)), put(5, 1, entry(5))]).await;
    assert_eq!(near_all(&*vectors, 4).await, [2]);
    let four = [(id(1), hash(1)), (id(3), hash(4)), (id(4), hash(4)), (id(5), hash(5))];
    assert_eq!(vectors.waiting(INDEX, 10).await.unwrap(), four);
    assert_eq!(vectors.waiting(INDEX, 2).await.unwrap(), four[..2]);
    let near_one = NearestQuery { to: Near::Product(id(1)), ..anything(1) };
    assert!(is_not_found(&vectors.nearest(INDEX, &near_one).await));

    // One entry goes away, and one wants another embedding by the time its own is kept.
    write(&*vectors, generation, vec![deletion(5, 2), put(1, 2, entry(6))]).await;
    keep(&*vectors, [4, 5, 1]).await;
    assert_eq!(near_all(&*vectors, 4).await[..2], [3, 4]);
    assert_eq!(all(&*vectors).await, BTreeSet::from([2, 3, 4]));
    assert_eq!(vectors.waiting(INDEX, 10).await.unwrap(), [(id(1), hash(6))]);
    keep(&*vectors, [6]).await;
    assert_eq!(near_all(&*vectors, 6).await[0], 1);
    assert_eq!(vectors.waiting(INDEX, 10).await.unwrap(), []);
}

async fn what_another_keeps_is_found_too(open: Opener<dyn Vectors>) {
    let (vectors, other) = (open.open().await, open.open().await);
    let generation = go_live(&*vectors, INDEX).await;
    for number in 1..=5u64 {
        write(&*vectors, generation, vec![put(number.into(), 1, entry(number))]).await;
        assert_eq!(vectors.waiting(INDEX, 10).await.unwrap(), [(id(number.into()), hash(number))]);
        keep(&*other, [number]).await;
        let patience = Patience::new();
        while near_all(&*vectors, number).await.first() != Some(&number.into()) {
            patience.wait("what the other has kept was never found").await;
        }
        assert_eq!(vectors.waiting(INDEX, 10).await.unwrap(), []);
    }
}

/// What an entry of the model is: the number of its embedding, and what a filter asks.
type Model = BTreeMap<u128, VectorEntry>;

fn passes(filter: &ProductFilter, entry: &VectorEntry) -> bool {
    let bounded = filter.min_price.is_some() || filter.max_price.is_some();
    let in_range = |price: Money| {
        filter.min_price.is_none_or(|min| min <= price) && filter.max_price.is_none_or(|max| price <= max)
    };
    let of_brand = |brand: &String| {
        let wanted = &mut filter.brands.iter();
        wanted.any(|wanted| wanted.to_lowercase() == brand.to_lowercase())
    };
    (filter.categories.is_empty()
        || entry.categories.iter().any(|category| filter.categories.contains(category)))
        && (filter.brands.is_empty() || entry.brand.as_ref().is_some_and(of_brand))
        && (!bounded || entry.price.is_some_and(in_range))
        && filter.in_stock.is_none_or(|wanted| wanted == entry.in_stock)
}

fn random_filter(random: &mut StdRng) -> ProductFilter {
    let price = |random: &mut StdRng| random.random_bool(0.3).then(|| euros(random.random_range(0..6)));
    ProductFilter {
        categories: (0..random.random_range(0..2)).map(|_| category(random.random_range(0..7))).collect(),
        brands: (0..random.random_range(0..2))
            .map(|_| ["ÖLHAUS", "ölhaus", "Lumen", "lumen ", "nobody"][random.random_range(0..5)].to_owned())
            .collect(),
        min_price: price(random),
        max_price: price(random),
        in_stock: random.random_bool(0.3).then(|| random.random()),
    }
}

fn random_entry(random: &mut StdRng) -> VectorEntry {
    VectorEntry {
        embedding: hash(random.random_range(0..40)),
        categories: (0..random.random_range(0..3)).map(|_| category(random.random_range(0..6))).collect(),
        brand: [None, Some("Ölhaus"), Some("LUMEN"), Some("lumen")][random.random_range(0..4)]
            .map(str::to_owned),
        price: random.random_bool(0.8).then(|| euros(random.random_range(0..6))),
        in_stock: random.random(),
    }
}

async fn compared_with_every_entry_the_nearest_agree_with_a_model(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let embeddings: BTreeMap<ContentHash, Vec<f32>> = (0..40).map(embedding).collect();
    keep(&*vectors, 0..40).await;
    let mut model = Model::new();
    for version in 1..=30 {
        let mut writes = BTreeMap::new();
        for _ in 0..random.random_range(0..12) {
            let number = random.random_range(0..60);
            let content = random.random_bool(0.85).then(|| random_entry(&mut random));
            writes.insert(number, content);
        }
        let batch = writes.iter().map(|(number, content)| VectorWrite {
            id: id(*number),
            version,
            content: content.clone(),
        });
        vectors.write(INDEX, generation, batch.collect(), at(version)).await.unwrap();
        for (number, content) in writes {
            match content {
                Some(entry) => drop(model.insert(number, entry)),
                None => drop(model.remove(&number)),
            }
        }
        for _ in 0..5 {
            let (filter, limit) = (random_filter(&mut random), random.random_range(1..20));
            let to = vector(random.random_range(0..60));
            let query = NearestQuery {
                to: Near::Vector(to.clone()),
                filter: filter.clone(),
                exact: true,
                ..anything(limit)
            };
            let found = vectors.nearest(INDEX, &query).await.unwrap();
            let mut expected: Vec<(f64, u128)> = Vec::new();
            for (number, entry) in model.iter().filter(|(_, entry)| passes(&filter, entry)) {
                let score = dot(&to, &embeddings[&entry.embedding]);
                expected.push((score, *number));
            }
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            expected.truncate(limit as usize);
            let numbers: Vec<u128> = found.iter().map(|found| found.id.0.as_u128()).collect();
            let expected_numbers: Vec<u128> = expected.iter().map(|(_, number)| *number).collect();
            assert_eq!(numbers, expected_numbers, "{filter:?} after write {version}");
            for (found, (score, _)) in found.iter().zip(&expected) {
                assert!((f64::from(found.score) - score).abs() < 1e-5, "{} is not {score}", found.score);
            }
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// Vectors around centres, as those of products of a kind are.
fn clustered(random: &mut StdRng, centres: &[Vec<f32>]) -> Vec<f32> {
    let centre = &centres[random.random_range(0..centres.len())];
    let away = numbers(random, DIMENSIONS);
    unit(centre.iter().zip(away).map(|(centre, away)| centre + 0.7 * away).collect())
}

async fn nearly_all_of_the_nearest_are_found_with_any_filter(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    let mut random = StdRng::seed_from_u64(11);
    let centres: Vec<Vec<f32>> = (0..60).map(|_| numbers(&mut random, DIMENSIONS)).collect();
    for part in 0..6 {
        let range = part * MANY / 6..(part + 1) * MANY / 6;
        let embeddings = range.clone().map(|number| (hash(number as u64), clustered(&mut random, &centres)));
        vectors.keep(embeddings.collect()).await.unwrap();
        let write_of = |number: usize| {
            let price = Some(euros((number % 100) as i64));
            put(
                number as u128,
                1,
                VectorEntry { price, in_stock: number.is_multiple_of(2), ..entry(number as u64) },
            )
        };
        write(&*vectors, generation, range.map(write_of).collect()).await;
    }
    let filters = [
        ProductFilter::default(),
        ProductFilter { in_stock: Some(true), ..ProductFilter::default() },
        ProductFilter { max_price: Some(euros(9)), ..ProductFilter::default() },
        ProductFilter { min_price: Some(euros(99)), ..ProductFilter::default() },
    ];
    let questions: Vec<Vec<f32>> = (0..25).map(|_| clustered(&mut random, &centres)).collect();
    for filter in filters {
        let mut hits = 0;
        for to in &questions {
            let to = Near::Vector(to.clone());
            let query = NearestQuery { to, filter: filter.clone(), ..anything(10) };
            let truly = numbers_of(&*vectors, &NearestQuery { exact: true, ..query.clone() }).await;
            let found = numbers_of(&*vectors, &query).await;
            assert_eq!((truly.len(), found.len()), (10, 10));
            hits += found.iter().filter(|number| truly.contains(number)).count();
        }
        let recall = hits as f64 / (10 * questions.len()) as f64;
        assert!(recall >= 0.98, "{recall} of the nearest were found with {filter:?}");
    }
}

async fn a_filter_lets_nothing_else_through(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, 1..=4).await;
    let (home, kitchen, garden) = (category(1), category(2), category(3));
    let (brand, price) = (|brand: &str| Some(brand.to_owned()), |cents| Money::from_hundredths(cents).ok());
    let entries = [
        VectorEntry {
            categories: vec![kitchen, home],
            brand: brand("Ölhaus"),
            price: price(1000),
            ..entry(1)
        },
        VectorEntry { categories: vec![home], price: price(1999), in_stock: true, ..entry(2) },
        VectorEntry { categories: vec![garden], brand: brand("LUMEN"), price: price(2000), ..entry(3) },
        VectorEntry { brand: brand("lumen"), in_stock: true, ..entry(4) },
    ];
    let writes = (1..).zip(entries).map(|(number, entry)| put(number, 1, entry));
    write(&*vectors, generation, writes.collect()).await;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let none = ProductFilter::default;
    let cases = [
        (none(), vec![1, 2, 3, 4]),
        (ProductFilter { categories: vec![home], ..none() }, vec![1, 2]),
        (ProductFilter { categories: vec![kitchen], ..none() }, vec![1]),
        (ProductFilter { categories: vec![kitchen, garden], ..none() }, vec![1, 3]),
        (ProductFilter { categories: vec![category(9)], ..none() }, vec![]),
        (ProductFilter { brands: names(&["ölhaus"]), ..none() }, vec![1]),
        (ProductFilter { brands: names(&["Lumen", "ÖLHAUS"]), ..none() }, vec![1, 3, 4]),
        (ProductFilter { brands: names(&["lum", ""]), ..none() }, vec![]),
        (ProductFilter { min_price: price(1999), ..none() }, vec![2, 3]),
        (ProductFilter { max_price: price(1999), ..none() }, vec![1, 2]),
        (ProductFilter { min_price: price(1999), max_price: price(1999), ..none() }, vec![2]),
        (ProductFilter { min_price: price(2000), max_price: price(1000), ..none() }, vec![]),
        (ProductFilter { max_price: price(0), ..none() }, vec![]),
        (ProductFilter { in_stock: Some(true), ..none() }, vec![2, 4]),
        (ProductFilter { in_stock: Some(false), ..none() }, vec![1, 3]),
        (ProductFilter { categories: vec![home], in_stock: Some(true), ..none() }, vec![2]),
        (ProductFilter { brands: names(&["lumen"]), max_price: price(5000), ..none() }, vec![3]),
    ];
    for (filter, expected) in cases {
        let found: BTreeSet<u128> = near(&*vectors, 1, &filter).await.into_iter().collect();
        assert_eq!(found, expected.into_iter().collect(), "{filter:?}");
    }
}

async fn a_change_of_stock_shows_in_the_filter(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, 1..=2).await;
    let in_stock = ProductFilter { in_stock: Some(true), ..ProductFilter::default() };
    for version in 1..=4 {
        let there = version % 2 == 0;
        let stocked = |in_stock, embedding| VectorEntry { in_stock, ..entry(embedding) };
        let writes = vec![put(1, version, stocked(there, 1)), put(2, version, stocked(!there, 2))];
        write(&*vectors, generation, writes).await;
        assert_eq!(near(&*vectors, 1, &in_stock).await, [if there { 1 } else { 2 }]);
        assert_eq!(near_all(&*vectors, 1).await, [1, 2]);
    }
}

async fn an_older_entry_is_ignored(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, 1..=3).await;
    write(&*vectors, generation, vec![put(1, 5, entry(1)), put(2, 5, entry(2))]).await;
    write(&*vectors, generation, vec![put(1, 4, entry(2)), deletion(2, 4)]).await;
    assert_eq!(near_all(&*vectors, 1).await, [1, 2]);
    // An equal version replaces; the same entry again in a higher version keeps that version.
    write(&*vectors, generation, vec![put(1, 5, entry(3)), put(2, 9, entry(2))]).await;
    assert_eq!(near_all(&*vectors, 3).await[0], 1);
    write(&*vectors, generation, vec![deletion(2, 8)]).await;
    assert_eq!(all(&*vectors).await, BTreeSet::from([1, 2]));
}

async fn what_is_deleted_is_not_found(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, 1..=2).await;
    write(&*vectors, generation, vec![put(1, 1, entry(1)), put(2, 1, entry(2)), deletion(3, 7)]).await;
    assert_eq!(all(&*vectors).await, BTreeSet::from([1, 2]));
    write(&*vectors, generation, vec![deletion(1, 5)]).await;
    assert_eq!(near_all(&*vectors, 1).await, [2]);
    assert_eq!(vectors.scan(INDEX, None, 10).await.unwrap().len(), 1);
    let near_it = NearestQuery { to: Near::Product(id(1)), ..anything(1) };
    assert!(is_not_found(&vectors.nearest(INDEX, &near_it).await));
    // A deletion has kept its version, also for a product that was never there.
    write(&*vectors, generation, vec![put(1, 4, entry(1)), put(3, 6, entry(1))]).await;
    assert_eq!(near_all(&*vectors, 1).await, [2]);
    write(&*vectors, generation, vec![put(1, 6, entry(1)), put(3, 8, entry(1))]).await;
    assert_eq!(near_all(&*vectors, 1).await, [1, 3, 2]);
}

async fn an_entry_moves_with_its_embedding(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, 1..=3).await;
    write(&*vectors, generation, vec![put(1, 1, entry(1)), put(2, 1, entry(2))]).await;
    assert_eq!(near_all(&*vectors, 1).await, [1, 2]);
    write(&*vectors, generation, vec![put(1, 2, entry(2)), put(2, 2, entry(1))]).await;
    assert_eq!(near_all(&*vectors, 1).await, [2, 1]);
    // An entry whose new embedding is not kept yet is not found by the old one.
    write(&*vectors, generation, vec![put(2, 3, entry(4))]).await;
    assert_eq!(near_all(&*vectors, 1).await, [1]);
    write(&*vectors, generation, vec![put(2, 4, entry(3))]).await;
    assert_eq!(near_all(&*vectors, 3).await, [2, 1]);
    assert_eq!(vectors.waiting(INDEX, 10).await.unwrap(), []);
}

async fn near_a_product_it_is_left_out(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, 1..=3).await;
    let writes = vec![
        put(1, 1, entry(1)),
        put(2, 1, VectorEntry { in_stock: true, ..entry(1) }),
        put(3, 1, entry(2)),
        put(4, 1, entry(9)),
    ];
    write(&*vectors, generation, writes).await;
    let query = |number, limit| NearestQuery { to: Near::Product(id(number)), ..anything(limit) };
    for exact in [false, true] {
        assert_eq!(numbers_of(&*vectors, &NearestQuery { exact, ..query(1, 10) }).await, [2, 3]);
        assert_eq!(numbers_of(&*vectors, &NearestQuery { exact, ..query(2, 1) }).await, [1]);
    }
    // The product that neighbours are near to need not pass the filter itself.
    let filter = ProductFilter { in_stock: Some(true), ..ProductFilter::default() };
    assert_eq!(numbers_of(&*vectors, &NearestQuery { filter, ..query(3, 10) }).await, [2]);
    for unknown in [4, 5] {
        assert!(is_not_found(&vectors.nearest(INDEX, &query(unknown, 1)).await), "{unknown}");
    }
}

async fn equal_scores_are_in_the_order_of_the_ids(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    // Two embeddings have the same numbers, and each of them belongs to many entries.
    vectors.keep(vec![embedding(1), (hash(2), vector(1)), embedding(3)]).await.unwrap();
    let mut numbers: Vec<u128> = (0..60).map(|_| Uuid::new_v4().as_u128()).collect();
    let entry_of = |at: usize| entry(if at.is_multiple_of(3) { 2 } else { 1 });
    let writes = numbers.iter().enumerate().map(|(at, number)| put(*number, 1, entry_of(at)));
    write(&*vectors, generation, writes.collect()).await;
    write(&*vectors, generation, vec![put(5, 1, entry(3))]).await;
    numbers.sort_unstable();
    for exact in [false, true] {
        for limit in [1, 7, 60] {
            let query = NearestQuery { to: Near::Vector(vector(1)), exact, ..anything(limit) };
            assert_eq!(numbers_of(&*vectors, &query).await, numbers[..limit as usize]);
        }
    }
}

async fn as_many_are_found_as_asked_for(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, 0..1200).await;
    let writes = (0..1200).map(|number| put(number.into(), 1, entry(number)));
    write(&*vectors, generation, writes.collect()).await;
    for limit in [1, 2, 100, 999, 1000] {
        let query = NearestQuery { to: Near::Vector(vector(5)), ..anything(limit) };
        let found = numbers_of(&*vectors, &query).await;
        assert_eq!((found.len(), found[0]), (limit as usize, 5));
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "each once");
    }
}

async fn a_write_shows_as_a_whole(open: Opener<dyn Vectors>) {
    let (writer, other) = (open.open().await, open.open().await);
    let generation = go_live(&*writer, INDEX).await;
    keep(&*writer, 0..200).await;
    write(&*writer, generation, vec![put(1, 1, entry(0))]).await;
    // Either one product or the other is there, and each write swaps them and brings another embedding.
    let readers = [writer.clone(), other].map(|vectors| {
        tokio::spawn(async move {
            let mut prices = BTreeSet::new();
            while prices.len() < 30 {
                let found = near_all(&*vectors, 0).await;
                assert_eq!(found.len(), 1, "{found:?}");
                let entries = vectors.scan(INDEX, None, 10).await.unwrap();
                let [(_, only)] = entries.as_slice() else { panic!("{entries:?}") };
                prices.insert(only.price);
            }
        })
    });
    let mut version = 1;
    while !readers.iter().all(|reader| reader.is_finished()) {
        version += 1;
        let (there, gone) = (u128::from(version % 2), u128::from((version + 1) % 2));
        let swapped = VectorEntry { price: Some(euros(version as i64)), ..entry(version % 200) };
        let writes = vec![deletion(gone, version), put(there, version, swapped)];
        writer.write(INDEX, generation, writes, at(version)).await.unwrap();
    }
    for reader in readers {
        reader.await.unwrap();
    }
}

async fn an_empty_write_moves_the_checkpoint(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    vectors.write(INDEX, generation, Vec::new(), at(9)).await.unwrap();
    assert_eq!(vectors.checkpoint(INDEX, generation).await.unwrap(), at(9));
    assert_eq!(near_all(&*vectors, 1).await, [] as [u128; 0]);
    vectors.write(INDEX, generation, Vec::new(), at(10)).await.unwrap();
    assert_eq!(vectors.checkpoint(INDEX, generation).await.unwrap(), at(10));
    // Others may see a checkpoint without content a moment later.
    vectors.settle(INDEX, generation).await.unwrap();
    assert_eq!(open.open().await.checkpoint(INDEX, generation).await.unwrap(), at(10));
}

async fn another_opener_sees_a_write(open: Opener<dyn Vectors>) {
    let (vectors, other) = (open.open().await, open.open().await);
    let generation = go_live(&*vectors, INDEX).await;
    for number in 1..=5u64 {
        keep(&*vectors, [number]).await;
        vectors
            .write(INDEX, generation, vec![put(number.into(), number, entry(number))], at(number))
            .await
            .unwrap();
        let patience = Patience::new();
        while near_all(&*other, number).await.first() != Some(&number.into()) {
            patience.wait("what the other has written was never found").await;
        }
        // The checkpoint is never ahead of what is found, and asking for it is enough to get there.
        assert_eq!(other.checkpoint(INDEX, generation).await.unwrap(), at(number));
        assert_eq!(near_all(&*other, number).await.len(), number as usize);
    }
}

async fn two_openers_write_vectors_at_once(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    let tasks = [open.open().await, open.open().await].into_iter().zip([100u64, 200]).map(|(own, from)| {
        tokio::spawn(async move {
            for version in 1..=40u64 {
                own.keep(vec![embedding(from + version), embedding(version)]).await.unwrap();
                let writes = vec![
                    put(u128::from(from + version), 1, entry(from + version)),
                    put(7, version, entry(version)),
                ];
                own.write(INDEX, generation, writes, at(version)).await.unwrap();
                assert!(near_all(&*own, from + version).await.contains(&u128::from(from + version)));
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let numbers = (101..=140).chain(201..=240).chain([7]).collect();
    let patience = Patience::new();
    while all(&*vectors).await != numbers {
        patience.wait("something that was written was never found").await;
    }
    assert_eq!(near_all(&*vectors, 40).await[0], 7);
}

async fn vectors_survive_reopening(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    keep(&*vectors, [1, 2]).await;
    let writes = vec![put(1, 1, entry(1)), put(2, 1, entry(2)), put(3, 1, entry(3)), deletion(4, 9)];
    vectors.write(INDEX, generation, writes, at(9)).await.unwrap();
    assert_eq!(near_all(&*vectors, 1).await, [1, 2]);
    drop(vectors);
    let vectors = open.open().await;
    assert_eq!(vectors.live(INDEX).await.unwrap(), Some(generation));
    assert_eq!(vectors.checkpoint(INDEX, generation).await.unwrap(), at(9));
    assert_eq!(near_all(&*vectors, 1).await, [1, 2]);
    write(&*vectors, generation, vec![put(4, 8, entry(1))]).await;
    keep(&*vectors, [3]).await;
    assert_eq!(near_all(&*vectors, 3).await[0], 3);
    assert_eq!(all(&*vectors).await, BTreeSet::from([1, 2, 3]));
}

async fn a_scan_passes_every_entry_once(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = go_live(&*vectors, INDEX).await;
    let mut random = StdRng::seed_from_u64(5);
    let mut entries: BTreeMap<u128, VectorEntry> =
        (0..100).map(|_| (Uuid::new_v4().as_u128(), random_entry(&mut random))).collect();
    entries.insert(0, entry(1));
    entries.insert(u128::MAX, VectorEntry { brand: Some("Ünï ‘cödé’".to_owned()), ..entry(2) });
    let writes = entries.iter().map(|(number, entry)| put(*number, 1, entry.clone()));
    write(&*vectors, generation, writes.collect()).await;
    write(&*vectors, generation, vec![deletion(0, 2)]).await;
    entries.remove(&0);
    let (mut scanned, mut after) = (Vec::new(), None);
    loop {
        let part = vectors.scan(INDEX, after, 7).await.unwrap();
        assert!(part.len() <= 7);
        let Some((last, _)) = part.last() else { break };
        after = Some(*last);
        scanned.extend(part.into_iter().map(|(id, entry)| (id.0.as_u128(), entry)));
    }
    assert_eq!(scanned, entries.into_iter().collect::<Vec<_>>());
}

async fn without_a_live_index_nothing_is_found(open: Opener<dyn Vectors>) {
    let vectors = open.open().await;
    let generation = vectors.begin(INDEX).await.unwrap();
    keep(&*vectors, [1]).await;
    write(&*vectors, generation, vec![put(1, 1, entry(1))]).await;
    let query = NearestQuery { to: Near::Vector(vector(1)), ..anything(1) };
    assert!(is_not_found(&vectors.nearest(INDEX, &query).await));
    assert!(is_not_found(&vectors.waiting(INDEX, 1).await));
    assert!(is_not_found(&vectors.scan(INDEX, None, 1).await));
    assert_eq!(vectors.kept(&[hash(1)]).await.unwrap(), [Some(vector(1))]);
}
