//! Filters, and facets that agree with counting by hand.

use std::collections::BTreeMap;

use super::*;
use crate::search::{FEW, ProductFilter};

pub(super) async fn price_ranges_include_their_ends_and_no_product_without_a_price(open: Opener<dyn Search>) {
    let prices = [Some(1000), Some(2000), None, Some(3000)];
    let documents = prices.map(|price| SearchDocument { price: price.map(money), ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    let range = |min: Option<i64>, max: Option<i64>| {
        let filter = ProductFilter {
            min_price: min.map(money),
            max_price: max.map(money),
            ..ProductFilter::default()
        };
        SearchQuery { filter, ..text("cup") }
    };
    assert_eq!(numbers(&*search, &range(Some(1000), Some(2000))).await, [1, 2]);
    assert_eq!(numbers(&*search, &range(Some(1001), Some(2999))).await, [2]);
    assert_eq!(numbers(&*search, &range(None, Some(2000))).await, [1, 2]);
    assert_eq!(numbers(&*search, &range(Some(2000), None)).await, [2, 4]);
    assert_eq!(numbers(&*search, &range(Some(0), None)).await, [1, 2, 4]);
    assert_eq!(numbers(&*search, &range(Some(3000), Some(1000))).await, [0u128; 0]);
    assert_eq!(numbers(&*search, &range(None, None)).await, [1, 2, 3, 4]);
}

pub(super) async fn stock_is_filtered_both_ways(open: Opener<dyn Search>) {
    let documents = [true, false, true].map(|in_stock| SearchDocument { in_stock, ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    for (wanted, found) in [(None, vec![1, 2, 3]), (Some(true), vec![1, 3]), (Some(false), vec![2])] {
        let filter = ProductFilter { in_stock: wanted, ..ProductFilter::default() };
        assert_eq!(numbers(&*search, &SearchQuery { filter, ..text("") }).await, found);
    }
}

pub(super) async fn brands_are_filtered_whatever_their_case_and_shown_as_written(open: Opener<dyn Search>) {
    let brands = [Some("Ærø Keramik"), Some("The And"), None, Some("the and"), Some("")];
    let documents = brands.map(|brand| SearchDocument { brand: brand.map(str::to_owned), ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    let of = |brands: &[&str]| {
        let brands = brands.iter().map(|b| (*b).to_owned()).collect();
        SearchQuery { filter: ProductFilter { brands, ..ProductFilter::default() }, ..text("") }
    };
    assert_eq!(numbers(&*search, &of(&["ærø KERAMIK"])).await, [1]);
    assert_eq!(numbers(&*search, &of(&["THE AND"])).await, [2, 4]);
    assert_eq!(numbers(&*search, &of(&["the and", "Ærø Keramik"])).await, [1, 2, 4]);
    assert_eq!(numbers(&*search, &of(&["the"])).await, [0u128; 0], "a brand is a whole name");
    assert_eq!(numbers(&*search, &of(&["nobody"])).await, [0u128; 0]);
    let shown = [("The And", 1), ("the and", 1), ("Ærø Keramik", 1)].map(|(brand, n)| (brand.to_owned(), n));
    assert_eq!(find(&*search, &text("")).await.brands, shown);
}

pub(super) async fn a_category_holds_what_lies_below_it(open: Opener<dyn Search>) {
    // Category 1 is above 2 and 3; the second product is listed twice in 3, by mistake.
    let paths = [vec![2, 1], vec![3, 1, 3], vec![4], vec![]];
    let documents = paths
        .map(|path| SearchDocument { categories: path.into_iter().map(category).collect(), ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    let within = |of: &[u128]| {
        let categories = of.iter().map(|n| category(*n)).collect();
        SearchQuery { filter: ProductFilter { categories, ..ProductFilter::default() }, ..text("cup") }
    };
    assert_eq!(numbers(&*search, &within(&[1])).await, [1, 2]);
    assert_eq!(numbers(&*search, &within(&[3])).await, [2]);
    assert_eq!(numbers(&*search, &within(&[2, 4])).await, [1, 3]);
    assert_eq!(numbers(&*search, &within(&[9])).await, [0u128; 0]);
    let counts = [(1, 2), (2, 1), (3, 1), (4, 1)].map(|(n, count)| (category(n), count));
    assert_eq!(find(&*search, &text("cup")).await.categories, counts);
}

pub(super) async fn facets_come_most_frequent_first_and_no_more_than_asked_for(open: Opener<dyn Search>) {
    let brands = ["b", "c", "a", "b", "c", "d", "d", "d"];
    let documents = (1..).zip(brands).map(|(n, brand)| SearchDocument {
        brand: Some(brand.to_owned()),
        categories: vec![category(n % 3)],
        ..named("cup")
    });
    let search = holding(&open, documents.collect()).await;
    let limited = async |facet_limit| {
        let found = find(&*search, &SearchQuery { facet_limit, ..text("cup") }).await;
        (found.brands, found.categories, found.total)
    };
    let brands = [("d", 3), ("b", 2), ("c", 2), ("a", 1)].map(|(brand, n)| (brand.to_owned(), n));
    let categories = [(1, 3), (2, 3), (0, 2)].map(|(n, count)| (category(n), count));
    assert_eq!(limited(10).await, (brands.to_vec(), categories.to_vec(), 8));
    assert_eq!(limited(2).await, (brands[..2].to_vec(), categories[..2].to_vec(), 8));
    assert_eq!(limited(0).await, (vec![], vec![], 8));
}

/// Random products in several writes, some of them again and some deleted, against every kind of filter at once.
pub(super) async fn facets_count_everything_found_but_for_their_own_filter(open: Opener<dyn Search>) {
    let (mut random, seed) = random();
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    let mut products = BTreeMap::new();
    for round in 1..=5 {
        let mut writes = BTreeMap::new();
        for _ in 0..120 {
            let content = random.random_bool(0.9).then(|| any_product(&mut random));
            writes.insert(id(random.random_range(0..400)), content);
        }
        products.extend(writes.clone());
        let writes = writes.into_iter().map(|(id, content)| SearchWrite { id, version: round, content });
        search.write(INDEX, generation, writes.collect(), at(round)).await.unwrap();
    }
    let products: Vec<_> = products.into_iter().filter_map(|(id, content)| Some((id, content?))).collect();

    for filters in 0..32u32 {
        for asked in ["", "oak", "oak cup", "oak cup elm ash"] {
            let has = |bit: u32| filters & 1 << bit != 0;
            let filter = ProductFilter {
                categories: if has(0) {
                    vec![category(random.random_range(0..7)), category(1)]
                } else {
                    vec![]
                },
                brands: if has(1) {
                    vec!["BRAND 1".into(), format!("brand {}", random.random_range(0..5))]
                } else {
                    vec![]
                },
                min_price: has(2).then(|| money(random.random_range(0..50))),
                max_price: has(3).then(|| money(random.random_range(30..100))),
                in_stock: has(4).then(|| random.random_bool(0.7)),
            };
            let query = SearchQuery { text: asked.to_owned(), filter, facet_limit: 100 };
            let found = search.search(INDEX, &query, window(0, 1_000)).await.unwrap();
            let expected = by_hand(&products, &query);
            let mut hits = ids(&found);
            hits.sort();
            assert_eq!(hits, expected.ids, "{query:?}, seed {seed}");
            assert_eq!(found.total, hits.len() as u64, "{query:?}, seed {seed}");
            assert_eq!(found.brands, sorted(expected.brands), "{query:?}, seed {seed}");
            assert_eq!(found.categories, sorted(expected.categories), "{query:?}, seed {seed}");
        }
    }
}

fn any_product(random: &mut StdRng) -> SearchDocument {
    let words = ["oak", "elm", "ash", "cup", "box", "jar"];
    let name: Vec<&str> = (0..random.random_range(1..5)).map(|_| words[random.random_range(0..6)]).collect();
    // Category 0 is above 1 to 3, category 4 is above 5 and 6.
    let lowest = random.random_range(0..7);
    let above = [None, Some(0), Some(0), Some(0), None, Some(4), Some(4)][lowest as usize];
    SearchDocument {
        brand: random.random_bool(0.9).then(|| format!("Brand {}", random.random_range(0..5))),
        categories: [Some(lowest), above].into_iter().flatten().map(category).collect(),
        price: random.random_bool(0.9).then(|| money(random.random_range(0..100))),
        in_stock: random.random_bool(0.7),
        created_at: created(random.random_range(0..50)),
        ..named(&name.join(" "))
    }
}

#[derive(Default)]
struct Expected {
    ids: Vec<ProductId>,
    brands: BTreeMap<String, u64>,
    categories: BTreeMap<CategoryId, u64>,
}

fn by_hand(products: &[(ProductId, SearchDocument)], query: &SearchQuery) -> Expected {
    let count = |needed: usize| {
        let mut expected = Expected::default();
        for (id, product) in products {
            let words: Vec<&str> = query.text.split_whitespace().collect();
            let having = words.iter().filter(|word| product.name.split(' ').any(|of| of == **word)).count();
            let priced = |ok: &dyn Fn(Money) -> bool| product.price.is_some_and(ok);
            let rest = query.filter.min_price.is_none_or(|min| priced(&|price| price >= min))
                && query.filter.max_price.is_none_or(|max| priced(&|price| price <= max))
                && query.filter.in_stock.is_none_or(|wanted| product.in_stock == wanted);
            if having < needed.min(words.len()) || !rest {
                continue;
            }
            let brand = product.brand.as_ref();
            let of_brand = query.filter.brands.is_empty()
                || brand.is_some_and(|brand| {
                    query.filter.brands.iter().any(|wanted| wanted.eq_ignore_ascii_case(brand))
                });
            let within = query.filter.categories.is_empty()
                || query.filter.categories.iter().any(|wanted| product.categories.contains(wanted));
            if of_brand && within {
                expected.ids.push(*id);
            }
            if within && let Some(brand) = brand {
                *expected.brands.entry(brand.clone()).or_default() += 1;
            }
            for category in product.categories.iter().filter(|_| of_brand) {
                *expected.categories.entry(*category).or_default() += 1;
            }
        }
        expected
    };
    let all = count(usize::MAX);
    if (all.ids.len() as u64) < FEW { count(1) } else { all }
}

fn sorted<T: Ord>(counts: BTreeMap<T, u64>) -> Vec<(T, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
