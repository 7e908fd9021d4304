//! What comes first, in each order, on every page.

use std::cmp::Reverse;

use super::*;
use crate::search::{MAX_LISTED, SearchOrder};
use crate::{Error, contract};

fn in_order(order: SearchOrder) -> SearchQuery {
    SearchQuery { order, ..text("") }
}

pub(super) async fn prices_are_put_in_order_by_the_cheapest_variant(open: Opener<dyn Search>) {
    let prices = [vec![2000], vec![], vec![3000, 500], vec![1000, 9000], vec![2000, 2500]];
    let search = holding(&open, prices.map(|prices| priced(&prices)).to_vec()).await;
    assert_eq!(numbers(&*search, &in_order(SearchOrder::Cheapest)).await, [3, 4, 1, 5, 2]);
    assert_eq!(numbers(&*search, &in_order(SearchOrder::Dearest)).await, [1, 5, 4, 3, 2]);
    for order in [SearchOrder::Cheapest, SearchOrder::Dearest] {
        let found = find(&*search, &SearchQuery { order, ..text("cup") }).await;
        assert!(found.total == 5 && found.hits.iter().all(|hit| hit.score == 0.0), "{found:?}");
    }
}

pub(super) async fn the_best_rated_come_first_and_those_without_reviews_last(open: Opener<dyn Search>) {
    let ratings = [None, Some(0.0), Some(4.5), Some(4.55), Some(4.5), None, Some(5.0)];
    let documents = ratings.map(|rating| SearchDocument { rating, ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    assert_eq!(numbers(&*search, &in_order(SearchOrder::Rating)).await, [7, 4, 3, 5, 2, 1, 6]);
}

pub(super) async fn names_are_put_in_order_whatever_their_case_and_accents(open: Opener<dyn Search>) {
    let names = ["walnut Bowl", "Écru cup", "ash tray", "Ash", "ash, a tray", "„Erle“", "ASH", "★"];
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    // In several writes, because an engine may keep each apart.
    for (n, name) in (1..).zip(names) {
        search.write(INDEX, generation, vec![put(id(n), 1, named(name))], at(n as u64)).await.unwrap();
    }
    assert_eq!(numbers(&*search, &in_order(SearchOrder::Name)).await, [4, 7, 5, 3, 2, 6, 1, 8]);
    let second = search.search(INDEX, &in_order(SearchOrder::Name), window(3, 2)).await.unwrap();
    assert_eq!((ids(&second), second.total), (vec![id(3), id(2)], 8));
}

pub(super) async fn what_is_listed_comes_first_and_then_the_newest(open: Opener<dyn Search>) {
    let times = [5, -3, 9, 5, 0];
    let documents = times.map(|ms| SearchDocument { created_at: created(ms), ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    let listed = |numbers: &[u128]| in_order(SearchOrder::Listed(numbers.iter().map(|n| id(*n)).collect()));
    assert_eq!(numbers(&*search, &listed(&[2, 99, 5])).await, [2, 5, 3, 1, 4]);
    assert_eq!(numbers(&*search, &listed(&[5, 2, 5])).await, [5, 2, 3, 1, 4], "the first mention counts");
    assert_eq!(numbers(&*search, &listed(&[])).await, [3, 1, 4, 5, 2]);
    let with_words = SearchQuery { text: "cup".into(), ..listed(&[4]) };
    assert_eq!(numbers(&*search, &with_words).await, [4, 3, 1, 5, 2]);
    // As many as there may be, with as many words as a question has.
    let most: Vec<u128> = (3..).take(MAX_LISTED).collect();
    let words: String = (0..40).map(|n| format!(" cup{n}")).collect();
    assert_eq!(numbers(&*search, &SearchQuery { text: words, ..listed(&most) }).await, [0u128; 0]);
    assert_eq!(numbers(&*search, &listed(&most)).await, [3, 4, 5, 1, 2]);
    let more: Vec<u128> = (3..).take(MAX_LISTED + 1).collect();
    let refused = search.search(INDEX, &listed(&more), window(0, 10)).await;
    assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{refused:?}");
}

/// Every order of what random filters let through is as by hand, on one page as on many.
pub(super) async fn every_order_is_kept_over_pages_and_filters(open: Opener<dyn Search>) {
    let (mut random, seed) = random();
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    let products = any_products(&*search, generation, &mut random).await;
    let listed: Vec<ProductId> = (0..30).map(|_| id(random.random_range(0..400))).collect();
    for round in 0..contract::rounds(6, 40) {
        for order in [
            SearchOrder::Newest,
            SearchOrder::Cheapest,
            SearchOrder::Dearest,
            SearchOrder::Rating,
            SearchOrder::Name,
            SearchOrder::Listed(listed.clone()),
        ] {
            let bits = random.random_range(0..32) & random.random_range(0..32);
            let query = SearchQuery {
                text: ["", "oak", "oak cup"][round as usize % 3].to_owned(),
                filter: any_filter(&mut random, bits),
                order,
                facet_limit: 0,
            };
            let expected = put_in_order(by_hand(&products, &query).ids, &products, &query.order);
            let found = search.search(INDEX, &query, window(0, 1_000)).await.unwrap();
            assert_eq!(ids(&found), expected, "{query:?}, seed {seed}");
            let limit = random.random_range(1..40);
            let mut paged = Vec::new();
            while (paged.len() as u64) < found.total {
                let page = search.search(INDEX, &query, window(paged.len() as u64, limit)).await.unwrap();
                assert!(!page.hits.is_empty(), "{query:?}, seed {seed}");
                paged.extend(ids(&page));
            }
            assert_eq!(paged, expected, "{query:?} by {limit}, seed {seed}");
        }
    }
}

/// What is equal stays in the order of ids.
fn put_in_order(
    found: Vec<ProductId>,
    products: &[(ProductId, SearchDocument)],
    order: &SearchOrder,
) -> Vec<ProductId> {
    let mut found: Vec<_> = products.iter().filter(|(id, _)| found.contains(id)).collect();
    found.sort_by_key(|(id, _)| *id);
    let cheapest = |of: &SearchDocument| of.prices.iter().min().copied();
    let tenths = |of: &SearchDocument| of.rating.map(|rating| (rating * 10.0).round() as i64);
    match order {
        SearchOrder::Relevance => unreachable!("relevance is not worked out by hand"),
        SearchOrder::Newest => found.sort_by_key(|(_, of)| Reverse(of.created_at)),
        SearchOrder::Cheapest => found.sort_by_key(|(_, of)| (cheapest(of).is_none(), cheapest(of))),
        SearchOrder::Dearest => found.sort_by_key(|(_, of)| Reverse(cheapest(of))),
        SearchOrder::Rating => found.sort_by_key(|(_, of)| Reverse(tenths(of))),
        SearchOrder::Name => found.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name)),
        SearchOrder::Listed(listed) => found.sort_by_key(|(id, of)| {
            let place = listed.iter().position(|one| one == id);
            (place.is_none(), place, Reverse(of.created_at))
        }),
    }
    found.into_iter().map(|(id, _)| *id).collect()
}
