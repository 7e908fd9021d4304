//! Filters, and facets that agree with counting by hand.

use std::collections::BTreeMap;

use super::*;
use crate::search::{FEW, OptionFilter, SearchFilter};

pub(super) async fn price_ranges_include_their_ends_and_no_product_without_a_price(open: Opener<dyn Search>) {
    let prices: [&[i64]; 4] = [&[1000], &[2000], &[], &[3000]];
    let search = holding(&open, prices.map(priced).to_vec()).await;
    let range = |min: Option<i64>, max: Option<i64>| {
        let filter =
            SearchFilter { min_price: min.map(money), max_price: max.map(money), ..SearchFilter::default() };
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

pub(super) async fn a_product_is_in_a_range_of_prices_with_any_of_its_variants(open: Opener<dyn Search>) {
    // What lists show is no price of a variant.
    let of = |prices: &[i64]| SearchDocument { price: Some(money(2000)), ..priced(prices) };
    let search = holding(&open, vec![of(&[1000, 3000]), of(&[2500, 500, 2500]), of(&[])]).await;
    for (min, max, found) in [
        (3000, 3000, vec![1]),
        (400, 1000, vec![1, 2]),
        // Between two of its prices there is none.
        (1001, 2999, vec![2]),
        (1001, 2400, vec![]),
    ] {
        let (min_price, max_price) = (Some(money(min)), Some(money(max)));
        let filter = SearchFilter { min_price, max_price, ..SearchFilter::default() };
        assert_eq!(numbers(&*search, &SearchQuery { filter, ..text("") }).await, found, "{min} to {max}");
    }
}

pub(super) async fn sellers_and_tags_are_filtered_by_any_of_several(open: Opener<dyn Search>) {
    let of = |seller: Option<u128>, tags: &[&str]| SearchDocument {
        seller: seller.map(seller_id),
        tags: texts(tags),
        ..named("cup")
    };
    let search = holding(
        &open,
        vec![
            of(Some(1), &["Gift", "für Teé"]),
            of(Some(2), &["gift idea"]),
            of(None, &[]),
            of(Some(3), &["GIFT"]),
        ],
    )
    .await;
    for (sellers, tags, found) in [
        (&[1][..], &[][..], vec![1]),
        (&[3, 2], &[], vec![2, 4]),
        (&[9], &[], vec![]),
        (&[], &["gift"], vec![1, 4]),
        (&[], &["FÜR TEÉ", "Gift Idea"], vec![1, 2]),
        (&[], &["idea"], vec![]),
        (&[1, 2], &["gift"], vec![1]),
        (&[], &[], vec![1, 2, 3, 4]),
    ] {
        let filter = SearchFilter {
            sellers: sellers.iter().map(|n| seller_id(*n)).collect(),
            tags: texts(tags),
            ..SearchFilter::default()
        };
        let query = SearchQuery { filter, ..text("") };
        assert_eq!(numbers(&*search, &query).await, found, "{sellers:?} {tags:?}");
    }
}

pub(super) async fn one_variant_is_all_that_is_asked_of_it(open: Opener<dyn Search>) {
    let of = |variants: &[&[(&str, &str)]]| {
        let variant = |options: &&[(&str, &str)]| Choice {
            options: options.iter().map(|(name, is)| chosen(name, is)).collect(),
            in_stock: true,
        };
        SearchDocument { choices: variants.iter().map(variant).collect(), ..named("cup") }
    };
    let search = holding(
        &open,
        vec![
            of(&[&[("color", "Red"), ("size", "S")], &[("color", "blue"), ("size", "L")]]),
            of(&[&[("Color", "red"), ("Size", "L"), ("Wood", "Kirsche Ö")]]),
            of(&[&[], &[("size", "red")]]),
            of(&[]),
        ],
    )
    .await;
    let option = |name: &str, values: &[&str]| OptionFilter { name: name.to_owned(), values: texts(values) };
    for (options, found) in [
        (vec![option("color", &["red"])], vec![1, 2]),
        (vec![option("COLOR", &["RED", "green"])], vec![1, 2]),
        (vec![option("color", &["blue", "green"])], vec![1]),
        // The first one has a red variant and a large one, and they are two.
        (vec![option("color", &["red"]), option("size", &["L"])], vec![2]),
        (vec![option("color", &["red", "blue"]), option("size", &["l"])], vec![1, 2]),
        (
            vec![option("wood", &["kirsche ö"]), option("color", &["red"]), option("size", &["S", "L"])],
            vec![2],
        ),
        (vec![option("size", &["red"])], vec![3]),
        (vec![option("color", &["red"]), option("color", &["blue"])], vec![]),
        (vec![option("col", &["orred"])], vec![]),
    ] {
        let filter = SearchFilter { options, ..SearchFilter::default() };
        let query = SearchQuery { filter, ..text("") };
        assert_eq!(numbers(&*search, &query).await, found, "{query:?}");
    }
}

pub(super) async fn stock_is_asked_of_the_variant_that_is_chosen(open: Opener<dyn Search>) {
    let of = |variants: &[(&str, &str, bool)]| {
        let variant = |&(color, size, in_stock): &(&str, &str, bool)| Choice {
            options: vec![chosen("color", color), chosen("size", size)],
            in_stock,
        };
        let in_stock = variants.iter().any(|(.., in_stock)| *in_stock);
        SearchDocument { choices: variants.iter().map(variant).collect(), in_stock, ..named("cup") }
    };
    let search = holding(
        &open,
        vec![
            of(&[("red", "S", true), ("red", "L", false)]),
            of(&[("red", "S", false), ("blue", "L", true)]),
            of(&[("red", "L", true), ("red", "XL", true)]),
            of(&[("red", "L", false)]),
        ],
    )
    .await;
    let option =
        |(name, value): &(&str, &str)| OptionFilter { name: (*name).to_owned(), values: texts(&[value]) };
    for (options, in_stock, found) in [
        (&[("color", "red")][..], None, vec![1, 2, 3, 4]),
        (&[("color", "red")], Some(true), vec![1, 3]),
        (&[("color", "red")], Some(false), vec![1, 2, 4]),
        (&[("color", "red"), ("size", "L")], Some(true), vec![3]),
        (&[("color", "red"), ("size", "L")], Some(false), vec![1, 4]),
        (&[("size", "L")], Some(true), vec![2, 3]),
        // Of the product, where no variant is chosen.
        (&[], Some(true), vec![1, 2, 3]),
        (&[], Some(false), vec![4]),
    ] {
        let options = options.iter().map(option).collect();
        let filter = SearchFilter { options, in_stock, ..SearchFilter::default() };
        let query = SearchQuery { filter, ..text("") };
        assert_eq!(numbers(&*search, &query).await, found, "{query:?}");
    }
}

pub(super) async fn a_rating_is_as_high_as_asked_for_or_higher(open: Opener<dyn Search>) {
    let ratings = [Some(4.35), Some(5.0), None, Some(4.34), Some(0.0)];
    let documents = ratings.map(|rating| SearchDocument { rating, ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    for (hundredths, found) in
        [(0, vec![1, 2, 4, 5]), (434, vec![1, 2, 4]), (435, vec![1, 2]), (436, vec![2]), (500, vec![2])]
    {
        let filter = SearchFilter { min_rating_hundredths: Some(hundredths), ..SearchFilter::default() };
        assert_eq!(numbers(&*search, &SearchQuery { filter, ..text("") }).await, found, "{hundredths}");
    }
}

pub(super) async fn stock_is_filtered_both_ways(open: Opener<dyn Search>) {
    let documents = [true, false, true].map(|in_stock| SearchDocument { in_stock, ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    for (wanted, found) in [(None, vec![1, 2, 3]), (Some(true), vec![1, 3]), (Some(false), vec![2])] {
        let filter = SearchFilter { in_stock: wanted, ..SearchFilter::default() };
        assert_eq!(numbers(&*search, &SearchQuery { filter, ..text("") }).await, found);
    }
}

pub(super) async fn brands_are_filtered_whatever_their_case_and_shown_as_written(open: Opener<dyn Search>) {
    let brands = [Some("Ærø Keramik"), Some("The And"), None, Some("the and"), Some("")];
    let documents = brands.map(|brand| SearchDocument { brand: brand.map(str::to_owned), ..named("cup") });
    let search = holding(&open, documents.to_vec()).await;
    let of = |brands: &[&str]| {
        let brands = brands.iter().map(|b| (*b).to_owned()).collect();
        SearchQuery { filter: SearchFilter { brands, ..SearchFilter::default() }, ..text("") }
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
        SearchQuery { filter: SearchFilter { categories, ..SearchFilter::default() }, ..text("cup") }
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
    let products = any_products(&*search, generation, &mut random).await;
    for filters in 0..32u32 {
        for asked in ["", "oak", "oak cup", "oak cup elm ash"] {
            let filter = any_filter(&mut random, filters);
            let query = SearchQuery { filter, facet_limit: 100, ..text(asked) };
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

/// Writes random products in several rounds, some of them again and some deleted. What is left, by id.
pub(super) async fn any_products(
    search: &dyn Search,
    generation: Generation,
    random: &mut StdRng,
) -> Vec<(ProductId, SearchDocument)> {
    let mut products = BTreeMap::new();
    for round in 1..=5 {
        let mut writes = BTreeMap::new();
        for _ in 0..120 {
            let content = random.random_bool(0.9).then(|| any_product(random));
            writes.insert(id(random.random_range(0..400)), content);
        }
        products.extend(writes.clone());
        let writes = writes.into_iter().map(|(id, content)| SearchWrite { id, version: round, content });
        search.write(INDEX, generation, writes.collect(), at(round)).await.unwrap();
    }
    products.into_iter().filter_map(|(id, content)| Some((id, content?))).collect()
}

/// The bits say which of the older filters there are; the others come by chance.
pub(super) fn any_filter(random: &mut StdRng, bits: u32) -> SearchFilter {
    let has = |bit: u32| bits & 1 << bit != 0;
    let categories = [category(random.random_range(0..7)), category(1)];
    let brands = ["BRAND 1".to_owned(), format!("brand {}", random.random_range(0..5))];
    let mut filter = SearchFilter {
        categories: if has(0) { categories.to_vec() } else { vec![] },
        brands: if has(1) { brands.to_vec() } else { vec![] },
        min_price: has(2).then(|| money(random.random_range(0..50))),
        max_price: has(3).then(|| money(random.random_range(30..100))),
        in_stock: has(4).then(|| random.random_bool(0.7)),
        ..SearchFilter::default()
    };
    if random.random_bool(0.2) {
        filter.sellers = vec![seller_id(1), seller_id(random.random_range(0..4))];
    }
    if random.random_bool(0.2) {
        filter.tags = texts(&["GIFT", "tea"]);
    }
    if random.random_bool(0.2) {
        filter.min_rating_hundredths = Some(random.random_range(100..400));
    }
    for name in ["color", "Size"] {
        if random.random_bool(0.2) {
            filter.options.push(OptionFilter { name: name.to_owned(), values: texts(&["A", "b"]) });
        }
    }
    filter
}

fn any_product(random: &mut StdRng) -> SearchDocument {
    let words = ["oak", "elm", "ash", "cup", "box", "jar"];
    let name: Vec<&str> = (0..random.random_range(1..5)).map(|_| words[random.random_range(0..6)]).collect();
    // Category 0 is above 1 to 3, category 4 is above 5 and 6.
    let lowest = random.random_range(0..7);
    let above = [None, Some(0), Some(0), Some(0), None, Some(4), Some(4)][lowest as usize];
    let prices: Vec<i64> = (0..random.random_range(0..4)).map(|_| random.random_range(0..100)).collect();
    let mut document = SearchDocument {
        name: name.join(" "),
        brand: random.random_bool(0.9).then(|| format!("Brand {}", random.random_range(0..5))),
        categories: [Some(lowest), above].into_iter().flatten().map(category).collect(),
        seller: random.random_bool(0.8).then(|| seller_id(random.random_range(0..4))),
        rating: random.random_bool(0.7).then(|| f64::from(random.random_range(0..50)) / 10.0),
        in_stock: random.random_bool(0.7),
        created_at: created(random.random_range(0..50)),
        ..priced(&prices)
    };
    document.tags = texts(&["gift", "Tea", "home"]);
    document.tags.retain(|_| random.random_bool(0.3));
    for _ in 0..random.random_range(0..3) {
        let is = ["a", "b", "c"].map(|value| ["Color", "size"].map(|name| chosen(name, value)));
        let colour = is[random.random_range(0..3)][0].clone();
        let size = is[random.random_range(0..3)][1].clone();
        let mut variant = vec![colour, size];
        variant.retain(|_| random.random_bool(0.7));
        document.choices.push(Choice { options: variant, in_stock: random.random_bool(0.6) });
    }
    document
}

/// Whether a product passes the filters that have no facet.
fn passes_the_rest(filter: &SearchFilter, product: &SearchDocument) -> bool {
    let is_bound = filter.min_price.is_some() || filter.max_price.is_some();
    let in_range = |price: &Money| {
        filter.min_price.is_none_or(|min| *price >= min) && filter.max_price.is_none_or(|max| *price <= max)
    };
    let is = |has: &str, wanted: &str| has.eq_ignore_ascii_case(wanted);
    let is_tagged = || filter.tags.iter().any(|wanted| product.tags.iter().any(|tag| is(tag, wanted)));
    let is_chosen = |variant: &Choice| {
        let has = |wanted: &OptionFilter| {
            variant.options.iter().any(|option| {
                is(&option.name, &wanted.name) && wanted.values.iter().any(|value| is(&option.value, value))
            })
        };
        filter.options.iter().all(has) && filter.in_stock.is_none_or(|wanted| variant.in_stock == wanted)
    };
    let is_sold_by = |seller: SellerId| filter.sellers.contains(&seller);
    let min_rating = filter.min_rating_hundredths.map(|hundredths| f64::from(hundredths) / 100.0);
    (!is_bound || product.prices.iter().any(in_range))
        && (!filter.options.is_empty() || filter.in_stock.is_none_or(|wanted| product.in_stock == wanted))
        && min_rating.is_none_or(|min| product.rating.is_some_and(|rating| rating >= min))
        && (filter.sellers.is_empty() || product.seller.is_some_and(is_sold_by))
        && (filter.tags.is_empty() || is_tagged())
        && (filter.options.is_empty() || product.choices.iter().any(is_chosen))
}

#[derive(Default)]
pub(super) struct Expected {
    pub(super) ids: Vec<ProductId>,
    brands: BTreeMap<String, u64>,
    categories: BTreeMap<CategoryId, u64>,
}

pub(super) fn by_hand(products: &[(ProductId, SearchDocument)], query: &SearchQuery) -> Expected {
    let count = |needed: usize| {
        let mut expected = Expected::default();
        for (id, product) in products {
            let words: Vec<&str> = query.text.split_whitespace().collect();
            let having = words.iter().filter(|word| product.name.split(' ').any(|of| of == **word)).count();
            if having < needed.min(words.len()) || !passes_the_rest(&query.filter, product) {
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
