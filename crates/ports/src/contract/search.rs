//! The promises of [`crate::search`]: what text finds, what filters and facets count, and what writes leave behind.

mod filters;
mod orders;
mod words;
mod writes;

use std::sync::Arc;

use async_trait::async_trait;
use filters::*;
use orders::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use souk_kernel::{CategoryId, Money, Position, ProductId, SellerId, Timestamp};
use uuid::Uuid;
use words::*;
use writes::*;

use super::Opener;
use super::derived::{Sample, at, derived_cases, go_live, is_not_found};
use crate::Result;
use crate::derived::{Checkpoint, Generation, ProjectionName};
use crate::rows::ChosenOption;
use crate::search::{Choice, Search, SearchDocument, SearchHits, SearchQuery, SearchWrite};
use crate::store::Window;

derived_cases! { dyn Search:
    // words
    case_accents_and_endings_do_not_matter,
    every_kind_of_text_is_searched,
    a_word_that_stands_nowhere_is_taken_for_the_nearest_one,
    numbers_and_very_short_words_are_not_corrected,
    a_word_of_deleted_products_stands_nowhere,
    text_has_no_syntax,
    a_long_text_is_answered_quickly,
    products_with_all_words_come_first_and_some_words_do_only_when_they_are_few,
    a_match_in_the_name_counts_most,
    equal_scores_are_ordered_by_id,
    pages_hold_every_product_once,
    without_words_everything_is_found_newest_first,
    // filters
    price_ranges_include_their_ends_and_no_product_without_a_price,
    a_product_is_in_a_range_of_prices_with_any_of_its_variants,
    sellers_and_tags_are_filtered_by_any_of_several,
    one_variant_is_all_that_is_asked_of_it,
    stock_is_asked_of_the_variant_that_is_chosen,
    a_rating_is_as_high_as_asked_for_or_higher,
    stock_is_filtered_both_ways,
    brands_are_filtered_whatever_their_case_and_shown_as_written,
    a_category_holds_what_lies_below_it,
    facets_come_most_frequent_first_and_no_more_than_asked_for,
    facets_count_everything_found_but_for_their_own_filter,
    // orders
    prices_are_put_in_order_by_the_cheapest_variant,
    the_best_rated_come_first_and_those_without_reviews_last,
    names_are_put_in_order_whatever_their_case_and_accents,
    what_is_listed_comes_first_and_then_the_newest,
    every_order_is_kept_over_pages_and_filters,
    // writes
    without_a_live_generation_nothing_is_found_or_written,
    a_lower_version_never_replaces_a_higher_one,
    a_deletion_outlives_older_versions,
    a_write_is_seen_as_a_whole_with_its_checkpoint,
    another_process_sees_what_was_written_and_goes_on_writing,
    a_writer_without_the_lock_loses_nothing,
    scan_goes_through_everything_in_the_order_of_ids,
    equal_products_have_equal_contents,
}

const INDEX: ProjectionName = "products";

/// The sample tells its position by its brand.
#[async_trait]
impl Sample for dyn Search {
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let position = checkpoint.at.position;
        let content = SearchDocument { brand: Some(position.to_string()), ..named("sample") };
        self.write(projection, generation, vec![put(id(1), position, content)], checkpoint).await
    }

    async fn read_sample(&self, projection: ProjectionName) -> Result<Position> {
        let found = self.search(projection, &text("sample"), window(0, 1)).await?;
        Ok(found.brands.first().map_or(0, |(position, _)| position.parse().unwrap()))
    }
}

fn id(n: u128) -> ProductId {
    ProductId(Uuid::from_u128(n))
}

fn category(n: u128) -> CategoryId {
    CategoryId(Uuid::from_u128(n))
}

fn seller_id(n: u128) -> SellerId {
    SellerId(Uuid::from_u128(n))
}

fn chosen(name: &str, value: &str) -> ChosenOption {
    ChosenOption { name: name.to_owned(), value: value.to_owned() }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A cup whose variants cost this much.
fn priced(cents: &[i64]) -> SearchDocument {
    SearchDocument { prices: cents.iter().copied().map(money).collect(), ..named("cup") }
}

fn money(cents: i64) -> Money {
    Money::from_hundredths(cents).expect("a test's price is in range")
}

fn named(name: &str) -> SearchDocument {
    SearchDocument { name: name.to_owned(), ..SearchDocument::default() }
}

fn put(id: ProductId, version: u64, content: SearchDocument) -> SearchWrite {
    SearchWrite { id, version, content: Some(content) }
}

fn text(text: &str) -> SearchQuery {
    SearchQuery { text: text.to_owned(), facet_limit: 10, ..SearchQuery::default() }
}

fn window(offset: u64, limit: u32) -> Window {
    Window { offset, limit }
}

/// An engine whose live generation holds these, with the ids 1, 2, 3 …
async fn holding(open: &Opener<dyn Search>, documents: Vec<SearchDocument>) -> Arc<dyn Search> {
    let search = open.open().await;
    let generation = go_live(&*search, INDEX).await;
    let writes = (1..).zip(documents).map(|(n, document)| put(id(n), 1, document)).collect();
    search.write(INDEX, generation, writes, at(1)).await.unwrap();
    search
}

async fn find(search: &dyn Search, query: &SearchQuery) -> SearchHits {
    search.search(INDEX, query, window(0, 100)).await.unwrap()
}

fn ids(found: &SearchHits) -> Vec<ProductId> {
    found.hits.iter().map(|hit| hit.id).collect()
}

/// The numbers of the products that a question finds, the best first.
async fn numbers(search: &dyn Search, query: &SearchQuery) -> Vec<u128> {
    ids(&find(search, query).await).into_iter().map(|id| id.0.as_u128()).collect()
}

/// A random generator, and the seed to name when a case fails.
fn random() -> (StdRng, u64) {
    let seed = rand::rng().random();
    (StdRng::seed_from_u64(seed), seed)
}

fn created(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}
