//! Which products a text finds, and in which order.

use std::time::{Duration, Instant};

use super::*;
use crate::search::FEW;

pub(super) async fn case_accents_and_endings_do_not_matter(open: Opener<dyn Search>) {
    let search = holding(&open, vec![named("Émaillé RINGS"), named("Women's café cups"), named("oak")]).await;
    for asked in ["emaille ring", "ÉMAILLÉ", "rings", "Ring", "émaillé", "e\u{301}maille\u{301}"] {
        assert_eq!(numbers(&*search, &text(asked)).await, [1], "{asked}");
    }
    for asked in ["womens", "WOMEN’S cup", "women's", "cafe", "cupped"] {
        assert_eq!(numbers(&*search, &text(asked)).await, [2], "{asked}");
    }
}

pub(super) async fn every_kind_of_text_is_searched(open: Opener<dyn Search>) {
    let search = holding(
        &open,
        vec![SearchDocument {
            name: "Alpha".into(),
            description: "Bravo, charlie.".into(),
            brand: Some("Delta".into()),
            categories: vec![category(1)],
            category_names: vec!["Echo".into(), "Foxtrot".into()],
            tags: vec!["golf hotel".into()],
            materials: vec!["india".into()],
            variants: vec!["JUL-42/XL".into()],
            ..SearchDocument::default()
        }],
    )
    .await;
    for word in
        ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "JUL-42/XL"]
    {
        assert_eq!(numbers(&*search, &text(word)).await, [1], "{word}");
    }
}

pub(super) async fn a_word_that_stands_nowhere_is_taken_for_the_nearest_one(open: Opener<dyn Search>) {
    let names = ["wooden bracelet", "wooden bracelet", "wooded", "lamp", "lamp", "lump"];
    let search = holding(&open, names.into_iter().map(named).collect()).await;
    let corrected = async |asked: &str| {
        let found = find(&*search, &text(asked)).await;
        (ids(&found).len(), found.corrected)
    };
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(corrected("braclet").await, (2, vec![pair("braclet", "bracelet")]), "a letter left out");
    assert_eq!(corrected("barcelet").await, (2, vec![pair("barcelet", "bracelet")]), "two swapped");
    assert_eq!(corrected("brazzlet").await, (2, vec![pair("brazzlet", "bracelet")]), "two off");
    assert_eq!(
        corrected("wodden").await,
        (2, vec![pair("wodden", "wooden")]),
        "nearest, though `wooded` is near"
    );
    assert_eq!(
        corrected("limp").await,
        (2, vec![pair("limp", "lamp")]),
        "of two equally near the more frequent"
    );
    assert_eq!(corrected("wodden lapm").await.1, [pair("wodden", "wooden"), pair("lapm", "lamp")]);
    assert_eq!(corrected("wooded").await, (1, vec![]), "what stands somewhere is taken as it is");
    assert_eq!(corrected("xylophone").await, (0, vec![]), "nothing is near");
    assert_eq!(corrected("lamp xylophone").await, (2, vec![]));
}

pub(super) async fn numbers_and_very_short_words_are_not_corrected(open: Opener<dyn Search>) {
    let search =
        holding(&open, vec![SearchDocument { variants: vec!["SKU10042".into()], ..named("ox in a box") }])
            .await;
    for asked in ["sku10043", "10042", "ax", "b"] {
        let found = find(&*search, &text(asked)).await;
        assert_eq!((found.total, found.corrected), (0, vec![]), "{asked}");
    }
}

pub(super) async fn a_word_of_deleted_products_stands_nowhere(open: Opener<dyn Search>) {
    let search = holding(&open, vec![named("wool"), named("wood")]).await;
    let generation = search.live(INDEX).await.unwrap().unwrap();
    let gone = SearchWrite { id: id(1), version: 2, content: None };
    search.write(INDEX, generation, vec![gone], at(2)).await.unwrap();
    let found = find(&*search, &text("wool")).await;
    assert_eq!((ids(&found), found.corrected), (vec![id(2)], vec![("wool".to_owned(), "wood".to_owned())]));
}

pub(super) async fn text_has_no_syntax(open: Opener<dyn Search>) {
    let search = holding(&open, vec![named("alpha beta"), named("gamma")]).await;
    for asked in [
        "name:alpha",
        "alpha AND beta",
        "+alpha -beta",
        "\"alpha",
        "alpha*",
        "alpha^2",
        "(alpha",
        "alpha~",
        "[alpha TO",
        "alpha\\",
        "alpha\0beta",
        "🎁alpha🎁",
        "/alpha/",
        "alpha || beta",
        "!alpha",
        "<alpha>",
        "{\"alpha\":1}",
        "alpha;--",
    ] {
        assert_eq!(numbers(&*search, &text(asked)).await.first(), Some(&1), "{asked}");
    }
    // These texts have no words at all, and without words everything is found.
    for asked in ["*", "\"", "\0", "🎁", "-", "?", "[* *]", "  \n", "'", "\u{301}"] {
        assert_eq!(find(&*search, &text(asked)).await.total, 2, "{asked}");
    }
    for asked in ["name:[* TO *]", "%", "a", "𝒜", "ﷺ", "\u{202e}", "日本"] {
        find(&*search, &text(asked)).await;
    }
}

pub(super) async fn a_long_text_is_answered_quickly(open: Opener<dyn Search>) {
    let search = holding(&open, (0..500).map(|n| named(&format!("oak table {n}"))).collect()).await;
    let different: String =
        (0..2_000u32).map(|n| format!("w{} ", char::from(b'a' + (n % 26) as u8))).collect();
    let unknown: String =
        (0..10_000).map(|n| if n % 9 == 8 { ' ' } else { char::from(b'b' + (n * 7 % 25) as u8) }).collect();
    for asked in ["oak ".repeat(2_500), "x".repeat(10_000), different, unknown, "é".repeat(10_000)] {
        let since = Instant::now();
        find(&*search, &text(&asked)).await;
        assert!(since.elapsed() < Duration::from_secs(1), "{:?} for {asked:.20}…", since.elapsed());
    }
    assert_eq!(find(&*search, &text(&"oak ".repeat(2_500))).await.total, 500);
    assert_eq!(find(&*search, &text(&"x".repeat(10_000))).await.total, 0);
}

pub(super) async fn products_with_all_words_come_first_and_some_words_do_only_when_they_are_few(
    open: Opener<dyn Search>,
) {
    // Products 1 to 5 have both words, and score low; 6 to 25 have one, and score high.
    let long = format!("oak {} table", "padding ".repeat(50));
    let both = (0..5).map(|_| SearchDocument { description: long.clone(), ..named("thing") });
    let some = (0..20).map(|n| named(if n % 2 == 0 { "oak" } else { "table" }));
    let search = holding(&open, both.chain(some).collect()).await;
    let query = text("oak table");
    let found = find(&*search, &query).await;
    assert_eq!(found.total, 25);
    assert_eq!(ids(&found)[..5], [id(1), id(2), id(3), id(4), id(5)]);
    assert!(found.hits.is_sorted_by(|a, b| a.score >= b.score), "higher is better: {:?}", found.hits);
    // All pages are parts of one list.
    for offset in [0, 3, 5, 24] {
        let page = search.search(INDEX, &query, window(offset, 3)).await.unwrap();
        assert_eq!(
            page.hits[..],
            found.hits[offset as usize..(offset as usize + 3).min(25)],
            "from {offset}"
        );
        assert_eq!(page.total, 25);
    }

    // As soon as there are enough products with both words, the others are left out.
    let generation = search.live(INDEX).await.unwrap().unwrap();
    let more = (5..FEW).map(|n| put(id(100 + u128::from(n)), 2, named("table of oak"))).collect();
    search.write(INDEX, generation, more, at(2)).await.unwrap();
    assert_eq!(find(&*search, &query).await.total, FEW);
}

pub(super) async fn a_match_in_the_name_counts_most(open: Opener<dyn Search>) {
    let elsewhere = SearchDocument {
        description: "cedar, and cedar again".into(),
        brand: Some("Cedar".into()),
        tags: vec!["cedar".into()],
        ..named("box")
    };
    let search = holding(
        &open,
        vec![
            SearchDocument { description: "only cedar".into(), ..named("chest") },
            elsewhere,
            SearchDocument {
                description: "words that are something else ".repeat(20),
                ..named("large cedar chest for blankets")
            },
            named("lamp"),
        ],
    )
    .await;
    assert_eq!(numbers(&*search, &text("cedar")).await, [3, 2, 1]);
}

pub(super) async fn equal_scores_are_ordered_by_id(open: Opener<dyn Search>) {
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    // The products come in several writes, and not in the order of their ids.
    for round in 0..7u64 {
        let writes =
            (0..20).map(|n| put(id((u128::from(round) * 20 + n) * 37 % 140), 1, named("red oak chair")));
        search.write(INDEX, generation, writes.collect(), at(round)).await.unwrap();
    }
    for asked in ["red", "chair oak red", "chair nothinglike", ""] {
        let found = search.search(INDEX, &text(asked), window(0, 200)).await.unwrap();
        assert_eq!(ids(&found), (0..140).map(id).collect::<Vec<_>>(), "{asked}");
    }
}

pub(super) async fn pages_hold_every_product_once(open: Opener<dyn Search>) {
    let (mut random, seed) = random();
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    let words = ["oak", "ash", "elm", "box", "cup"];
    for round in 1..=4 {
        let writes = (0..60).map(|_| {
            let name: Vec<&str> =
                (0..random.random_range(1..4)).map(|_| words[random.random_range(0..5)]).collect();
            let document =
                SearchDocument { created_at: created(random.random_range(0..20)), ..named(&name.join(" ")) };
            put(id(random.random_range(0..150)), round, document)
        });
        let writes = writes.collect();
        search.write(INDEX, generation, writes, at(round)).await.unwrap();
    }
    for asked in ["", "oak", "oak elm", "oak ash elm box cup", "oak nothinglike"] {
        let query = text(asked);
        let all = search.search(INDEX, &query, window(0, 1_000)).await.unwrap();
        assert_eq!(all.hits.len() as u64, all.total, "seed {seed}");
        let limit = random.random_range(1..40);
        let mut paged = Vec::new();
        while (paged.len() as u64) < all.total {
            let page = search.search(INDEX, &query, window(paged.len() as u64, limit)).await.unwrap();
            assert!(
                !page.hits.is_empty() && page.total == all.total && page.brands == all.brands,
                "seed {seed}"
            );
            paged.extend(page.hits);
        }
        assert_eq!(paged, all.hits, "`{asked}` by {limit}, seed {seed}");
        let beyond = search.search(INDEX, &query, window(10_000_000, 100)).await.unwrap();
        assert_eq!((beyond.hits.len(), beyond.total), (0, all.total));
    }
}

pub(super) async fn without_words_everything_is_found_newest_first(open: Opener<dyn Search>) {
    let times = [5, -3, 9, 5, 0];
    let documents = times.map(|ms| SearchDocument { created_at: created(ms), ..named("thing") });
    let search = holding(&open, documents.to_vec()).await;
    assert_eq!(numbers(&*search, &text("")).await, [3, 1, 4, 5, 2]);
    assert_eq!(numbers(&*search, &text(" … ")).await, [3, 1, 4, 5, 2]);
}
