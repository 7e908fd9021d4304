//! Answering a question: which words it asks for, then the page, the total and the facets in one statement.
//!
//! A word adds to a score what `ts_rank` says of its places in the product, times how rare it is (as in BM25). One
//! statement, if enough products have all the words; another one for those that have some; and where a word stands
//! nowhere, two more to find what it may be taken for.

use std::collections::{HashMap, HashSet};

use deadpool_postgres::Object;
use souk_kernel::{CategoryId, Money};
use souk_ports::search::{FEW, Hit, SearchFilter, SearchOrder};
use uuid::Uuid;

use super::write::{EVERYTHING, lexeme};
use super::*;
use crate::search::keys;
use crate::search::words::{MAX_WORDS, Word, Words};

/// Of every session that searches: a plan for each filter, made of what it asks for.
pub(super) const SETTINGS: &[&str] = &["plan_cache_mode=force_custom_plan", "jit=off"];

/// One generation, and a connection to read it.
pub(super) struct Reader<'a> {
    pub(super) connection: &'a Object,
    pub(super) names: &'a Names,
}

pub(super) async fn rows(
    connection: &Object,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>> {
    let rows = async {
        let statement = connection.prepare_cached(sql).await?;
        connection.query(&statement, parameters).await
    };
    rows.await.map_err(|error| postgres::error(WHAT, error))
}

/// The words of a question, as far as there are products with them.
struct Asked {
    words: Vec<Known>,
    /// All words of the question are among them.
    whole: bool,
    corrected: Vec<(String, String)>,
}

struct Known {
    /// As it stands in a `tsquery`.
    lexeme: String,
    /// More than the word can add to a score.
    rarity: f64,
}

/// Which products are asked for by their words.
#[derive(Clone, Copy)]
enum Having<'a> {
    Anything,
    All(&'a [Known]),
    /// Those with all of them first, if any can have them.
    Some(&'a [Known], bool),
}

impl Reader<'_> {
    pub(super) async fn search(&self, query: &SearchQuery, window: Window) -> Result<SearchHits> {
        keys::check_order(&query.order)?;
        let words = Words::analyzers().of_question(&query.text, MAX_WORDS);
        if words.is_empty() {
            return self.found(Having::Anything, query, window).await;
        }
        let Asked { words, whole, corrected } = self.asked(words).await?;
        let mut found = SearchHits::default();
        if whole {
            found = self.found(Having::All(&words), query, window).await?;
        }
        if found.total < FEW && !words.is_empty() && (words.len() > 1 || !whole) {
            found = self.found(Having::Some(&words, whole), query, window).await?;
        }
        Ok(SearchHits { corrected, ..found })
    }

    async fn asked(&self, words: Vec<Word>) -> Result<Asked> {
        let mut products = self.products_with(words.iter().map(|word| word.stem.as_str())).await?;
        let all = products.get(EVERYTHING).copied().unwrap_or_default();
        let is_unknown = |word: &&Word| !products.contains_key(&word.stem);
        let unknown: Vec<String> = words.iter().filter(is_unknown).map(|word| word.plain.clone()).collect();
        let corrected = correct::corrections(self.connection, &self.names.spellings, &unknown).await?;
        let mut stems: Vec<String> = words.iter().map(|word| word.stem.clone()).collect();
        if !corrected.is_empty() {
            let mut analyzers = Words::analyzers();
            for (stem, word) in stems.iter_mut().zip(&words) {
                if let Some((_, nearest)) = corrected.iter().find(|(from, _)| *from == word.plain) {
                    *stem = analyzers.stem(nearest);
                }
            }
            products = self.products_with(stems.iter().map(String::as_str)).await?;
        }
        let whole = stems.iter().all(|stem| products.contains_key(stem));
        // Two words may be taken for the same one.
        let mut seen = HashSet::new();
        let known = stems.iter().filter(|stem| seen.insert(*stem)).filter_map(|stem| {
            let with = *products.get(stem)?;
            Some(Known { lexeme: lexeme(stem), rarity: rarity(with, all) })
        });
        Ok(Asked { words: known.collect(), whole, corrected })
    }

    /// How many products have which of these words, and how many there are.
    async fn products_with<'w>(&self, stems: impl Iterator<Item = &'w str>) -> Result<HashMap<String, i64>> {
        let sql = format!("SELECT word, products FROM {} WHERE word = ANY($1)", self.names.stems);
        let stems: Vec<&str> = stems.chain([EVERYTHING]).collect();
        let rows = rows(self.connection, &sql, &[&stems]).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    async fn found(&self, having: Having<'_>, query: &SearchQuery, window: Window) -> Result<SearchHits> {
        let (wanted, words) = (Wanted::of(&query.filter), having.words());
        let order = Order::of(&query.order, !words.is_empty());
        let (limit, offset) = (i64::from(window.limit), i64::try_from(window.offset).unwrap_or(i64::MAX));
        let facets = i64::try_from(query.facet_limit).unwrap_or(i64::MAX);
        let (text, bonus) = (having.tsquery(), having.bonus().filter(|_| order == Order::Best));
        let (ids, places) = listed(&query.order);
        let mut parameters: Vec<&(dyn ToSql + Sync)> = wanted.parameters().to_vec();
        parameters.extend([&limit as &(dyn ToSql + Sync), &offset, &facets]);
        if !words.is_empty() {
            parameters.push(&text);
        }
        match order {
            Order::Best => {
                for word in words {
                    parameters.extend([&word.lexeme as &(dyn ToSql + Sync), &word.rarity]);
                }
                if let Some((all, bonus)) = &bonus {
                    parameters.extend([all as &(dyn ToSql + Sync), bonus]);
                }
            }
            Order::Listed => parameters.extend([&ids as &(dyn ToSql + Sync), &places]),
            _ => {}
        }
        let sql = statement(&self.names.products, order, words.len(), bonus.is_some());
        let rows = rows(self.connection, &sql, &parameters).await?;
        Ok(rows.first().map(read).unwrap_or_default())
    }
}

/// The products that an order names, and their places.
fn listed(order: &SearchOrder) -> (Vec<Uuid>, Vec<i64>) {
    let SearchOrder::Listed(ids) = order else { return Default::default() };
    let mut seen = HashSet::new();
    ids.iter().map(|id| id.0).filter(|id| seen.insert(*id)).zip(0..).unzip()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Best,
    Newest,
    Cheapest,
    Dearest,
    Rating,
    Name,
    Listed,
}

impl Order {
    fn of(asked: &SearchOrder, has_words: bool) -> Self {
        match asked {
            SearchOrder::Relevance if has_words => Self::Best,
            SearchOrder::Relevance | SearchOrder::Newest => Self::Newest,
            SearchOrder::Cheapest => Self::Cheapest,
            SearchOrder::Dearest => Self::Dearest,
            SearchOrder::Rating => Self::Rating,
            SearchOrder::Name => Self::Name,
            SearchOrder::Listed(_) => Self::Listed,
        }
    }

    /// By what a page is put in order, the id apart.
    fn by(self) -> &'static str {
        match self {
            Self::Best | Self::Newest => "rank DESC",
            Self::Cheapest => "rank NULLS LAST",
            Self::Dearest | Self::Rating => "rank DESC NULLS LAST",
            Self::Name => "rank",
            Self::Listed => "rank NULLS LAST, created DESC",
        }
    }
}

/// How rare a word is that so many of all products have, as BM25 weighs it.
fn rarity(with: i64, all: i64) -> f64 {
    let (with, without) = (with as f64, (all - with).max(0) as f64);
    (1.0 + (without + 0.5) / (with + 0.5)).ln()
}

impl<'a> Having<'a> {
    fn words(self) -> &'a [Known] {
        match self {
            Self::Anything => &[],
            Self::All(words) | Self::Some(words, _) => words,
        }
    }

    fn tsquery(self) -> String {
        let between = if matches!(self, Self::All(_)) { " & " } else { " | " };
        self.words().iter().map(|word| word.lexeme.as_str()).collect::<Vec<_>>().join(between)
    }

    /// Who has all the words, and what that adds: more than some words can, since no rank is above 1.
    fn bonus(self) -> Option<(String, f64)> {
        match self {
            Self::Some(words, true) => {
                Some((Self::All(words).tsquery(), words.iter().map(|word| word.rarity).sum()))
            }
            _ => None,
        }
    }
}

/// What a filter asks, as parameters.
struct Wanted {
    categories: Option<Vec<Uuid>>,
    brands: Option<Vec<String>>,
    sellers: Option<Vec<Uuid>>,
    tags: Option<Vec<String>>,
    /// JSON: of each of these arrays a variant has one.
    choices: Option<String>,
    min_price: Option<i64>,
    max_price: Option<i64>,
    min_rating: Option<f64>,
    in_stock: Option<bool>,
}

impl Wanted {
    fn of(filter: &SearchFilter) -> Self {
        fn some<T, U>(of: &[T], one: impl Fn(&T) -> U) -> Option<Vec<U>> {
            (!of.is_empty()).then(|| of.iter().map(one).collect())
        }
        let choices = keys::wanted_choices(filter);
        Self {
            categories: some(&filter.categories, |one| one.0),
            brands: some(&filter.brands, |one| keys::key(one)),
            sellers: some(&filter.sellers, |one| one.0),
            tags: some(&filter.tags, |one| keys::key(one)),
            choices: (!choices.is_empty()).then(|| serde_json::json!(choices).to_string()),
            min_price: filter.min_price.map(Money::ten_thousandths),
            max_price: filter.max_price.map(Money::ten_thousandths),
            min_rating: keys::min_rating(filter),
            in_stock: filter.product_in_stock(),
        }
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 9] {
        [
            &self.categories,
            &self.brands,
            &self.sellers,
            &self.tags,
            &self.choices,
            &self.min_price,
            &self.max_price,
            &self.min_rating,
            &self.in_stock,
        ]
    }
}

/// The parameters of [`Wanted`] that have no facet. What is not asked falls out when the statement is planned.
const REST: &str = "
    AND ($3::uuid[] IS NULL OR p.seller = ANY($3))
    AND ($4::text[] IS NULL OR p.tags ?| $4)
    AND ($5::text IS NULL OR EXISTS (
        SELECT FROM jsonb_array_elements(p.choices) AS variant WHERE NOT EXISTS (
            SELECT FROM jsonb_array_elements($5::text::jsonb) AS wanted
            WHERE NOT variant ?| ARRAY(SELECT jsonb_array_elements_text(wanted)))))
    AND (($6::bigint IS NULL AND $7::bigint IS NULL) OR EXISTS (
        SELECT FROM unnest(p.prices) AS price
        WHERE ($6::bigint IS NULL OR price >= $6) AND ($7::bigint IS NULL OR price <= $7)))
    AND ($8::float8 IS NULL OR p.rating >= $8)
    AND ($9::boolean IS NULL OR p.in_stock = $9)";
/// The first parameter after those of [`Wanted`], the limit, the offset and the facets' limit.
const NEXT: usize = 13;

/// One row: the page's ids and scores, the total, and each facet's values and counts. Its parameters are those of
/// [`Wanted`], the limit, the offset and the facets' limit; with words the query; then for [`Order::Best`] each word and
/// its rarity, and with a bonus who gets it and how much, and for [`Order::Listed`] the ids and their places.
///
/// A facet leaves out the filter on its own field, so each product knows which of the two it passes.
fn statement(products: &str, order: Order, words: usize, bonus: bool) -> String {
    let (having, next) = match words {
        0 => ("p.created IS NOT NULL".to_owned(), NEXT),
        _ => (format!("p.words @@ ${NEXT}::text::tsquery"), NEXT + 1),
    };
    let mut join = String::new();
    let rank = match order {
        Order::Best => score(next, words, bonus),
        Order::Newest => "p.created".to_owned(),
        Order::Cheapest | Order::Dearest => "p.prices[1]".to_owned(),
        Order::Rating => "p.rating".to_owned(),
        Order::Name => "p.name".to_owned(),
        Order::Listed => {
            join = format!(
                "LEFT JOIN unnest(${next}::uuid[], ${}::bigint[]) AS listed (id, place) ON listed.id = p.id",
                next + 1
            );
            "listed.place".to_owned()
        }
    };
    let by = order.by();
    let scores = match order {
        Order::Best => format!("(SELECT array_agg(rank ORDER BY {by}, id) FROM page)"),
        _ => "NULL::float8[]".to_owned(),
    };
    let of_brand = "($2::text[] IS NULL OR coalesce(p.brand_key = ANY($2), false))";
    let within = "($1::uuid[] IS NULL OR p.categories && $1)";
    format!(
        "WITH found AS MATERIALIZED (
            SELECT p.id, p.brand, p.brand_key, p.categories, p.created, {rank} AS rank,
                   {of_brand} AS of_brand, {within} AS within
            FROM {products} p {join}
            WHERE {having} AND ({of_brand} OR {within}) {REST}
         ), page AS MATERIALIZED (
            SELECT id, rank, created FROM found WHERE of_brand AND within ORDER BY {by}, id LIMIT $10 OFFSET $11
         ), brands AS MATERIALIZED (
            SELECT brand COLLATE \"C\" AS brand, count(*) AS products FROM found
            WHERE within AND brand_key IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $12
         ), categories AS MATERIALIZED (
            SELECT category, count(*) AS products FROM found, unnest(categories) AS category
            WHERE of_brand GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $12
         )
         SELECT (SELECT array_agg(id ORDER BY {by}, id) FROM page),
                {scores},
                (SELECT count(*) FROM found WHERE of_brand AND within),
                (SELECT array_agg(brand ORDER BY products DESC, brand) FROM brands),
                (SELECT array_agg(products ORDER BY products DESC, brand) FROM brands),
                (SELECT array_agg(category ORDER BY products DESC, category) FROM categories),
                (SELECT array_agg(products ORDER BY products DESC, category) FROM categories)"
    )
}

/// What the words add up to; their parameters begin at `next`.
fn score(next: usize, words: usize, bonus: bool) -> String {
    let ranks = (0..words).map(|word| {
        let at = next + 2 * word;
        format!("ts_rank(p.words, ${at}::text::tsquery) * ${}::float8", at + 1)
    });
    let mut score = ranks.collect::<Vec<_>>().join(" + ");
    if bonus {
        let at = next + 2 * words;
        score.push_str(&format!(
            " + CASE WHEN p.words @@ ${at}::text::tsquery THEN ${}::float8 ELSE 0 END",
            at + 1
        ));
    }
    score
}

fn read(row: &Row) -> SearchHits {
    fn list<T>(row: &Row, column: usize) -> Vec<T>
    where
        Option<Vec<T>>: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        row.get::<_, Option<Vec<T>>>(column).unwrap_or_default()
    }
    let counts = |column| list::<i64>(row, column).into_iter().map(|count| count as u64);
    let scores = list::<f64>(row, 1).into_iter().map(|score| score as f32).chain(std::iter::repeat(0.0));
    let hits = list::<Uuid>(row, 0).into_iter().zip(scores);
    SearchHits {
        hits: hits.map(|(id, score)| Hit { id: ProductId(id), score }).collect(),
        total: row.get::<_, i64>(2) as u64,
        brands: list::<String>(row, 3).into_iter().zip(counts(4)).collect(),
        categories: list::<Uuid>(row, 5).into_iter().map(CategoryId).zip(counts(6)).collect(),
        corrected: Vec::new(),
    }
}
