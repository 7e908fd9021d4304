//! Series of facts, and what is asked about them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use souk_kernel::Timestamp;
use uuid::Uuid;

use super::{fact, id};
use crate::Error;
use crate::contract::Opener;
use crate::contract::derived::{at, go_live, is_not_found};
use crate::derived::{Generation, ProjectionName};
use crate::series::{Aggregate, Aggregated, Bucket, By, Dimension, Fact, FactKey, Series, Value};

const SERIES: ProjectionName = "sales";
const DIMENSIONS: [Dimension; 5] =
    [Dimension::Product, Dimension::Variant, Dimension::Category, Dimension::Seller, Dimension::Label];

const EVERYTHING: Aggregate = Aggregate {
    from: None,
    to: None,
    bucket: None,
    group: None,
    only: Vec::new(),
    order: By::Time,
    limit: u32::MAX,
};

async fn write(series: &dyn Series, generation: Generation, facts: Vec<Fact>) {
    series.write(SERIES, generation, facts, at(1)).await.unwrap();
}

async fn ask(series: &dyn Series, question: &Aggregate) -> Vec<Aggregated> {
    series.aggregate(SERIES, question).await.unwrap()
}

/// Facts, quantity and amount of the whole series.
async fn total(series: &dyn Series) -> (u64, i64, i64) {
    match &ask(series, &EVERYTHING).await[..] {
        [] => (0, 0, 0),
        [one] => (one.facts, one.quantity, one.amount),
        more => panic!("one bucket and no group, but {more:?}"),
    }
}

pub(super) async fn a_fact_counts_once_per_key(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    assert_eq!(total(&*series).await, (0, 0, 0));
    let later = fact(1, 0).at.plus_ms(40 * 86_400_000);
    let another = Fact { quantity: 50, product: Some(id(9)), at: later, ..fact(1, 0) };
    write(&*series, generation, vec![fact(1, 0), another.clone(), fact(1, 1), fact(1, 0)]).await;
    assert_eq!(total(&*series).await, (2, 2, 20));
    write(&*series, generation, vec![another, fact(1, 1), fact(2, 0)]).await;
    assert_eq!(total(&*series).await, (3, 3, 30));
    assert_eq!(series.scan(SERIES, None, 9).await.unwrap(), [fact(1, 0), fact(1, 1), fact(2, 0)]);
    let by_product = Aggregate { group: Some(Dimension::Product), ..EVERYTHING };
    assert_eq!(ask(&*series, &by_product).await.len(), 1);

    // What is taken back is a fact too, and the group stays.
    write(&*series, generation, vec![Fact { quantity: -3, amount: -30, ..fact(3, 0) }]).await;
    assert_eq!(total(&*series).await, (4, 0, 0));
}

pub(super) async fn a_refused_write_leaves_nothing(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    series.write(SERIES, generation, vec![fact(1, 0)], at(1)).await.unwrap();
    let with =
        |label: &str, moment: Timestamp| Fact { label: Some(label.to_owned()), at: moment, ..fact(2, 1) };
    let moment = |text: &str| Timestamp::parse(text).unwrap();
    let (first, last) = (moment("0000-01-01"), moment("9999-12-31T23:59:59.999Z"));
    let bad = [
        with(&"l".repeat(129), first),
        with("l\0", first),
        with("l", first.plus_ms(-1)),
        with("l", last.plus_ms(1)),
    ];
    for bad in bad {
        let refused = series.write(SERIES, generation, vec![fact(2, 0), bad], at(2)).await;
        assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{refused:?}");
    }
    assert_eq!(series.checkpoint(SERIES, generation).await.unwrap(), at(1));
    assert_eq!(total(&*series).await, (1, 1, 10));
    let good =
        vec![fact(2, 0), with(&"l".repeat(128), first), Fact { key: fact(3, 0).key, ..with("l", last) }];
    series.write(SERIES, generation, good, at(2)).await.unwrap();
    let monthly = Aggregate { bucket: Some(Bucket::Month), ..EVERYTHING };
    let months = ask(&*series, &monthly).await.into_iter().map(|one| one.bucket).collect::<Vec<_>>();
    let expected = [first, fact(1, 0).at, moment("9999-12-01")];
    assert_eq!(months, expected.map(Some));
    assert_eq!(series.checkpoint(SERIES, generation).await.unwrap(), at(2));
    assert_eq!(total(&*series).await, (4, 4, 40));
}

pub(super) async fn an_empty_write_moves_the_checkpoint(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = series.begin(SERIES).await.unwrap();
    series.write(SERIES, generation, Vec::new(), at(9)).await.unwrap();
    assert_eq!(series.checkpoint(SERIES, generation).await.unwrap(), at(9));
}

pub(super) async fn equal_sums_are_in_the_order_of_time_and_group(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    let labels = [None, Some(""), Some("B"), Some("a"), Some("ä")];
    let days = [1, 0, 2].map(|day| Timestamp::from_ms(day * 86_400_000));
    let facts = days.into_iter().enumerate().flat_map(|(position, at)| {
        labels.into_iter().rev().zip(0..).map(move |(label, line)| Fact {
            at,
            label: label.map(str::to_owned),
            ..fact(position as u64, line)
        })
    });
    write(&*series, generation, facts.collect()).await;
    let mut days = days;
    days.sort_unstable();
    for order in [By::Time, By::Quantity, By::Amount] {
        for bucket in [Bucket::Minute, Bucket::Day] {
            let question =
                Aggregate { bucket: Some(bucket), group: Some(Dimension::Label), order, ..EVERYTHING };
            let expected: Vec<_> = days
                .into_iter()
                .flat_map(|day| labels.map(|label| (Some(day), label.map(|l| Value::Label(l.to_owned())))))
                .collect();
            let answer = ask(&*series, &question).await;
            let answer: Vec<_> = answer.into_iter().map(|one| (one.bucket, one.group)).collect();
            assert_eq!(answer, expected, "{order:?} {bucket:?}");
        }
    }
}

/// Facts of some months, with moments at the edges of days and months among them.
fn random_fact(random: &mut StdRng, position: u64) -> Fact {
    const STARTS: [&str; 6] =
        ["1969-12-31", "2024-02-29", "2024-03-01", "2024-03-31", "2024-05-01", "2024-12-31"];
    let start = Timestamp::parse(STARTS.choose(random).unwrap()).unwrap().ms();
    let day = 86_400_000;
    let offset = match random.random_range(0..4) {
        0 => *[0, -1, day - 1, day].choose(random).unwrap(),
        1 => random.random_range(0..120_000),
        2 => random.random_range(0..day),
        _ => random.random_range(-60 * day..60 * day),
    };
    let mut some = |most: u128| {
        let number = random.random_range(0..=most);
        (number > 0).then(|| id(number))
    };
    let (product, variant, category, seller) = (some(8), some(9), some(2), some(3));
    let label = ["", "view", "click", "%"].choose_weighted(random, |_| 1).ok().map(|l| (*l).to_owned());
    Fact {
        key: FactKey { position, line: random.random_range(0..3) },
        at: Timestamp::from_ms(start + offset),
        product,
        variant,
        category,
        seller,
        label: label.filter(|_| random.random_bool(0.8)),
        quantity: random.random_range(-3..10),
        amount: random.random_range(-100..10_000),
    }
}

fn random_question(random: &mut StdRng, facts: &[Fact]) -> Aggregate {
    let moment = |random: &mut StdRng| {
        let near = facts.choose(random).map_or(0, |fact| fact.at.ms());
        let day = near - near.rem_euclid(86_400_000);
        let month = first_of_month(near);
        *[near, near + 1, day, day + 86_400_000, day + 1, month, month - 1].choose(random).unwrap()
    };
    let mut some_moment = || random.random_bool(0.7).then(|| Timestamp::from_ms(moment(random)));
    let (from, to) = (some_moment(), some_moment());
    let only = (0..random.random_range(0..3)).map(|_| {
        let dimension = *DIMENSIONS.choose(random).unwrap();
        let value = facts.choose(random).and_then(|fact| value(fact, dimension));
        // A label where an id is wanted, or the other way round, holds for no fact.
        let value = value.filter(|_| random.random_bool(0.95));
        (dimension, value.unwrap_or(Value::Label("view".to_owned())))
    });
    let only: Vec<_> = only.collect();
    let buckets = [None, Some(Bucket::Minute), Some(Bucket::Hour), Some(Bucket::Day), Some(Bucket::Month)];
    Aggregate {
        from,
        to,
        bucket: *buckets.choose(random).unwrap(),
        group: DIMENSIONS.choose(random).copied().filter(|_| random.random_bool(0.7)),
        only: if random.random_bool(0.5) { Vec::new() } else { only },
        order: *[By::Time, By::Quantity, By::Amount].choose(random).unwrap(),
        limit: *[0, 1, 3, u32::MAX].choose_weighted(random, |limit| if *limit > 3 { 9 } else { 1 }).unwrap(),
    }
}

fn value(fact: &Fact, dimension: Dimension) -> Option<Value> {
    let of = |id: Option<Uuid>| id.map(Value::Id);
    match dimension {
        Dimension::Product => of(fact.product),
        Dimension::Variant => of(fact.variant),
        Dimension::Category => of(fact.category),
        Dimension::Seller => of(fact.seller),
        Dimension::Label => fact.label.clone().map(Value::Label),
    }
}

fn first_of_month(ms: i64) -> i64 {
    let date = Timestamp::from_ms(ms).to_string();
    Timestamp::parse(&format!("{}-01", &date[..7])).unwrap().ms()
}

/// The answer by going through all facts.
fn model(facts: &BTreeMap<FactKey, Fact>, question: &Aggregate) -> Vec<Aggregated> {
    type Key = (Option<Timestamp>, Option<Value>);
    let mut groups: BTreeMap<Key, (u64, i64, i64)> = BTreeMap::new();
    for fact in facts.values() {
        let within =
            question.from.is_none_or(|from| fact.at >= from) && question.to.is_none_or(|to| fact.at < to);
        let holds =
            question.only.iter().all(|(dimension, only)| value(fact, *dimension).as_ref() == Some(only));
        if !(within && holds) {
            continue;
        }
        let ms = fact.at.ms();
        let bucket = question.bucket.map(|bucket| match bucket {
            Bucket::Minute => ms - ms.rem_euclid(60_000),
            Bucket::Hour => ms - ms.rem_euclid(3_600_000),
            Bucket::Day => ms - ms.rem_euclid(86_400_000),
            Bucket::Month => first_of_month(ms),
        });
        let group = question.group.and_then(|dimension| value(fact, dimension));
        let sums = groups.entry((bucket.map(Timestamp::from_ms), group)).or_default();
        *sums = (sums.0 + 1, sums.1 + fact.quantity, sums.2 + fact.amount);
    }
    let mut answer: Vec<Aggregated> = groups
        .into_iter()
        .map(|((bucket, group), (facts, quantity, amount))| Aggregated {
            bucket,
            group,
            facts,
            quantity,
            amount,
        })
        .collect();
    // The sort is stable, and the map was in the order of buckets and groups.
    match question.order {
        By::Time => {}
        By::Quantity => answer.sort_by_key(|one| Reverse(one.quantity)),
        By::Amount => answer.sort_by_key(|one| Reverse(one.amount)),
    }
    answer.truncate(question.limit as usize);
    answer
}

/// Asks many questions, and says how many of the answers had several rows.
async fn agrees(
    series: &dyn Series,
    facts: &BTreeMap<FactKey, Fact>,
    random: &mut StdRng,
    questions: usize,
) -> usize {
    let list: Vec<Fact> = facts.values().cloned().collect();
    let mut long = 0;
    for _ in 0..questions {
        let question = random_question(random, &list);
        let expected = model(facts, &question);
        long += usize::from(expected.len() > 1);
        assert_eq!(ask(series, &question).await, expected, "{question:?}");
    }
    assert_eq!(series.scan(SERIES, None, u32::MAX).await.unwrap(), list);
    long
}

fn add(facts: &mut BTreeMap<FactKey, Fact>, batch: &[Fact]) {
    for fact in batch {
        facts.entry(fact.key).or_insert_with(|| fact.clone());
    }
}

pub(super) async fn aggregates_agree_with_a_model(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut facts = BTreeMap::new();
    let mut long = 0;
    for _ in 0..8 {
        let batch: Vec<Fact> = (0..random.random_range(1..150))
            .map(|_| {
                let position = random.random_range(0..200);
                random_fact(&mut random, position)
            })
            .collect();
        add(&mut facts, &batch);
        write(&*series, generation, batch).await;
        long += agrees(&*series, &facts, &mut random, 60).await;
    }
    assert!(long > 48, "of 480 answers only {long} had several rows: this proved little");
}

pub(super) async fn forgetting_agrees_with_a_model(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    assert!(is_not_found(&series.forget(SERIES, Generation(generation.0 + 1), Timestamp::from_ms(0)).await));
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut facts = BTreeMap::new();
    let batch: Vec<Fact> = (0..600).map(|position| random_fact(&mut random, position)).collect();
    add(&mut facts, &batch);
    series.write(SERIES, generation, batch, at(7)).await.unwrap();
    let mut long = 0;
    // A moment within a day, the edges of a day and a month, and the end: always later.
    let moments = [
        "1969-12-31T12:00:00Z",
        "2024-02-29T00:00:30Z",
        "2024-03-01",
        "2024-03-31T23:59:59.999Z",
        "2024-05-02T00:00:00.001Z",
        "2024-06-11T07:07:07Z",
    ];
    for moment in moments {
        let before = Timestamp::parse(moment).unwrap();
        series.forget(SERIES, generation, before).await.unwrap();
        facts.retain(|_, fact| fact.at >= before);
        assert!(!facts.is_empty());
        long += agrees(&*series, &facts, &mut random, 40).await;
        series.forget(SERIES, generation, before).await.unwrap();
        agrees(&*series, &facts, &mut random, 5).await;
    }
    assert!(long > 24, "of 240 answers only {long} had several rows: this proved little");
    // Forgetting moves no checkpoint, and facts that come afterwards count.
    assert_eq!(series.checkpoint(SERIES, generation).await.unwrap(), at(7));
    series.forget(SERIES, generation, Timestamp::parse("2100-01-01").unwrap()).await.unwrap();
    assert_eq!(total(&*series).await, (0, 0, 0));
    write(&*series, generation, vec![fact(1_000, 0)]).await;
    assert_eq!(total(&*series).await, (1, 1, 10));
}

pub(super) async fn a_scan_passes_every_fact_once(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    let mut facts: Vec<Fact> = (0..60).map(|number| fact(number / 3, number as u32 % 3)).collect();
    facts.push(fact(i64::MAX as u64, u32::MAX));
    let mut shuffled = facts.clone();
    shuffled.reverse();
    write(&*series, generation, shuffled).await;
    let (mut scanned, mut after) = (Vec::new(), None);
    loop {
        let part = series.scan(SERIES, after, 7).await.unwrap();
        assert!(part.len() <= 7);
        let Some(last) = part.last() else { break };
        after = Some(last.key);
        scanned.extend(part);
    }
    assert_eq!(scanned, facts);
}

pub(super) async fn two_openers_write_facts_at_once(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    let tasks = [open.open().await, open.open().await].into_iter().enumerate().map(|(opener, series)| {
        tokio::spawn(async move {
            for position in 1..=50 {
                let own = Fact { product: Some(id(opener as u128)), ..fact(position, 1 + opener as u32) };
                let shared = Fact { product: Some(id(7)), ..fact(position, 0) };
                series.write(SERIES, generation, vec![own, shared], at(position)).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let by_product = Aggregate { group: Some(Dimension::Product), ..EVERYTHING };
    let answer = ask(&*series, &by_product).await;
    let answer: Vec<_> = answer.into_iter().map(|one| (one.group, one.facts)).collect();
    assert_eq!(answer, [0, 1, 7].map(|number| (Some(Value::Id(id(number))), 50)));
}

pub(super) async fn facts_survive_reopening(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = go_live(&*series, SERIES).await;
    write(&*series, generation, vec![fact(1, 0)]).await;
    drop(series);
    let series = open.open().await;
    assert_eq!(series.live(SERIES).await.unwrap(), Some(generation));
    write(&*series, generation, vec![fact(1, 0), fact(2, 0)]).await;
    assert_eq!(total(&*series).await, (2, 2, 20));
}

pub(super) async fn without_a_live_generation_reading_is_not_found(open: Opener<dyn Series>) {
    let series = open.open().await;
    let generation = series.begin(SERIES).await.unwrap();
    write(&*series, generation, vec![fact(1, 0)]).await;
    assert!(is_not_found(&series.aggregate(SERIES, &EVERYTHING).await));
    assert!(is_not_found(&series.scan(SERIES, None, 1).await));
}
