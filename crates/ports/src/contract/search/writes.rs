//! Versions, visibility, and more than one process.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::contract::derived::Patience;

pub(super) async fn without_a_live_generation_nothing_is_found_or_written(open: Opener<dyn Search>) {
    let search = open.open().await;
    let missing = search.search(INDEX, &text("oak"), window(0, 1)).await;
    assert!(is_not_found(&missing), "{missing:?}");
    let missing = search.scan(INDEX, None, 1).await;
    assert!(is_not_found(&missing), "{missing:?}");
    let missing = search.write(INDEX, Generation(1), vec![put(id(1), 1, named("oak"))], at(1)).await;
    assert!(is_not_found(&missing), "{missing:?}");
    assert_eq!(search.live(INDEX).await.unwrap(), None);

    let generation = search.begin(INDEX).await.unwrap();
    search.write(INDEX, generation, vec![put(id(1), 1, named("oak"))], at(1)).await.unwrap();
    let missing = search.search(INDEX, &text("oak"), window(0, 1)).await;
    assert!(is_not_found(&missing), "not live yet: {missing:?}");
    search.promote(INDEX, None, generation).await.unwrap();
    assert_eq!(numbers(&*search, &text("oak")).await, [1]);
}

pub(super) async fn a_lower_version_never_replaces_a_higher_one(open: Opener<dyn Search>) {
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    let write = async |writes: Vec<SearchWrite>, position| {
        search.write(INDEX, generation, writes, at(position)).await.unwrap();
    };
    write(vec![put(id(1), 5, named("oak"))], 5).await;
    write(vec![put(id(1), 4, named("elm"))], 6).await;
    assert_eq!(find(&*search, &text("elm")).await.total, 0);
    assert_eq!(search.checkpoint(INDEX, generation).await.unwrap(), at(6), "the checkpoint goes on");
    write(vec![put(id(1), 5, named("ash"))], 7).await;
    assert_eq!((numbers(&*search, &text("ash")).await, find(&*search, &text("")).await.total), (vec![1], 1));
    // The higher version wins within one write too.
    write(vec![put(id(2), 9, named("birch")), put(id(2), 8, named("cedar"))], 9).await;
    assert_eq!(find(&*search, &text("cedar")).await.total, 0);
    assert_eq!(numbers(&*search, &text("birch")).await, [2]);
}

pub(super) async fn a_deletion_outlives_older_versions(open: Opener<dyn Search>) {
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    let gone = |n, version| SearchWrite { id: id(n), version, content: None };
    search.write(INDEX, generation, vec![put(id(1), 1, named("oak")), gone(2, 8)], at(8)).await.unwrap();
    search.write(INDEX, generation, vec![gone(1, 7)], at(9)).await.unwrap();
    search
        .write(INDEX, generation, vec![put(id(1), 6, named("oak")), put(id(2), 6, named("oak"))], at(9))
        .await
        .unwrap();
    for asked in ["oak", ""] {
        let found = find(&*search, &text(asked)).await;
        assert_eq!((found.total, found.brands.len()), (0, 0), "`{asked}`");
    }
    assert_eq!(search.scan(INDEX, None, 10).await.unwrap(), []);
    search.write(INDEX, generation, vec![put(id(1), 10, named("oak"))], at(10)).await.unwrap();
    assert_eq!(numbers(&*search, &text("oak")).await, [1], "a newer version brings it back");
}

/// Each write gives all products another brand, so a reader that saw half of one would see two brands.
pub(super) async fn a_write_is_seen_as_a_whole_with_its_checkpoint(open: Opener<dyn Search>) {
    let (search, reader) = (open.open().await, open.open().await);
    let generation = go_live(&*search, INDEX).await;
    let round = |round: u64| {
        let document = SearchDocument { brand: Some(format!("{round}")), ..named("cup") };
        (0..20).map(|n| put(id(n), round, document.clone())).collect::<Vec<_>>()
    };
    search.write(INDEX, generation, round(1), at(1)).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let reading = tokio::spawn({
        let done = done.clone();
        async move {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) {
                let before = reader.checkpoint(INDEX, generation).await.unwrap().at.position;
                let found = find(&*reader, &text("")).await;
                let after = reader.checkpoint(INDEX, generation).await.unwrap().at.position;
                assert_eq!((found.total, found.brands.len()), (20, 1), "{:?}", found.brands);
                let round: u64 = found.brands[0].0.parse().unwrap();
                assert!((before..=after).contains(&round), "{before} <= {round} <= {after}");
                seen = seen.max(round);
                tokio::task::yield_now().await;
            }
            seen
        }
    });
    for n in 2..=20 {
        search.write(INDEX, generation, round(n), at(n)).await.unwrap();
        // Whoever wrote sees it at once.
        assert_eq!(search.checkpoint(INDEX, generation).await.unwrap(), at(n));
        assert_eq!(find(&*search, &text("")).await.brands, [(n.to_string(), 20)]);
    }
    done.store(true, Ordering::Relaxed);
    assert!(reading.await.unwrap() > 1, "the reader saw the writes while they came");
}

pub(super) async fn another_process_sees_what_was_written_and_goes_on_writing(open: Opener<dyn Search>) {
    let (one, other) = (open.open().await, open.open().await);
    let generation = go_live(&*one, INDEX).await;
    let lock = one.lock(INDEX, generation).await.unwrap();
    assert!(lock.is_some() && other.lock(INDEX, generation).await.unwrap().is_none());
    one.write(INDEX, generation, vec![put(id(1), 1, named("oak"))], at(1)).await.unwrap();
    wait_for(&*other, generation, 1).await;
    assert_eq!(numbers(&*other, &text("oak")).await, [1]);
    one.write(INDEX, generation, vec![put(id(2), 2, named("oak"))], at(2)).await.unwrap();
    wait_for(&*other, generation, 2).await;
    assert_eq!(numbers(&*other, &text("oak")).await, [1, 2]);

    drop(lock);
    // On a server others may have a lock a moment after it was dropped.
    let patience = Patience::new();
    let _lock = loop {
        match other.lock(INDEX, generation).await.unwrap() {
            Some(lock) => break lock,
            None => patience.wait("a lock that was given up cannot be had").await,
        }
    };
    other
        .write(INDEX, generation, vec![put(id(1), 3, named("elm")), put(id(2), 1, named("elm"))], at(3))
        .await
        .unwrap();
    wait_for(&*one, generation, 3).await;
    assert_eq!((numbers(&*one, &text("elm")).await, numbers(&*one, &text("oak")).await), (vec![1], vec![2]));
}

async fn wait_for(search: &dyn Search, generation: Generation, position: u64) {
    let patience = Patience::new();
    while search.checkpoint(INDEX, generation).await.unwrap() != at(position) {
        patience.wait("what another process wrote is never seen").await;
    }
}

pub(super) async fn a_writer_without_the_lock_loses_nothing(open: Opener<dyn Search>) {
    let (one, other) = (open.open().await, open.open().await);
    let generation = go_live(&*one, INDEX).await;
    // Two processes take turns, and neither has the lock.
    for n in 1..=6 {
        let search = if n % 2 == 0 { &one } else { &other };
        search.write(INDEX, generation, vec![put(id(u128::from(n)), n, named("oak"))], at(n)).await.unwrap();
    }
    drop((one, other));
    let again = open.open().await;
    assert_eq!(numbers(&*again, &text("oak")).await, [1, 2, 3, 4, 5, 6]);
    assert_eq!(again.checkpoint(INDEX, generation).await.unwrap(), at(6));
}

pub(super) async fn scan_goes_through_everything_in_the_order_of_ids(open: Opener<dyn Search>) {
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    for round in 1..=3 {
        let writes = (0..40).map(|n| put(id(n * 17 % 101), round, named(&format!("cup {n}"))));
        search.write(INDEX, generation, writes.collect(), at(round)).await.unwrap();
    }
    search
        .write(INDEX, generation, vec![SearchWrite { id: id(17), version: 9, content: None }], at(9))
        .await
        .unwrap();
    let mut expected: Vec<ProductId> = (0..40).filter(|n| *n != 1).map(|n| id(n * 17 % 101)).collect();
    expected.sort();
    for limit in [1, 7, 39, 100] {
        let (mut scanned, mut after) = (Vec::new(), None);
        loop {
            let page = search.scan(INDEX, after, limit).await.unwrap();
            assert!(page.len() <= limit as usize);
            let Some(last) = page.last() else { break };
            after = Some(last.0);
            scanned.extend(page.into_iter().map(|(id, _)| id));
        }
        assert_eq!(scanned, expected, "by {limit}");
    }
    assert_eq!(search.scan(INDEX, None, 0).await.unwrap(), []);
}

pub(super) async fn equal_products_have_equal_contents(open: Opener<dyn Search>) {
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    let document = SearchDocument {
        brand: Some("Elm & Co".into()),
        categories: vec![category(2), category(1)],
        price: Some(money(1999)),
        rating: Some(4.5),
        in_stock: true,
        ..named("cup")
    };
    let others = [
        SearchDocument { num_reviews: 1, ..document.clone() },
        SearchDocument { prices: vec![money(1999)], ..document.clone() },
        SearchDocument { seller: Some(seller_id(1)), ..document.clone() },
        SearchDocument {
            choices: vec![Choice { options: vec![chosen("Wood", "Oak")], in_stock: true }],
            ..document.clone()
        },
    ];
    let mut writes = vec![put(id(1), 1, document.clone()), put(id(2), 7, document)];
    writes.extend((3..).zip(others).map(|(n, other)| put(id(n), 7, other)));
    search.write(INDEX, generation, writes, at(7)).await.unwrap();
    let contents: Vec<String> =
        search.scan(INDEX, None, 6).await.unwrap().into_iter().map(|(_, json)| json).collect();
    assert_eq!(contents[0], contents[1], "whatever the version");
    assert_eq!(contents.iter().collect::<BTreeSet<_>>().len(), 5, "all that is stored counts");
    assert!(contents.iter().all(|json| json.starts_with('{') && json.ends_with('}')), "{contents:?}");
}
