//! What a store promises; see [`crate::store`].

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use souk_kernel::{
    CartId, CategoryId, CommitId, HoldId, Money, OrderId, ProductId, SellerId, Timestamp, UserId, VariantId,
};
use uuid::Uuid;

use super::{Opener, cases};
use crate::Error;
use crate::event::{Actor, EventFilter, NewEvent, Personal, StreamId, StreamKind};
use crate::rows::{
    Category, Order, OrderItem, OrderStatus, Part, Product, Row, RowKey, Seller, User, Variant,
};
use crate::store::{
    Allowance, Commit, Committed, Find, Guard, Idempotency, MoveKind, Outcome, PartsFault, Refusal, Sequence,
    Stock, StockMove, Store, Window,
};

mod allowances;
mod bundles;
mod catalogue;
mod constraints;
mod gone;
mod guards;
mod log;
mod reads;
mod records;
mod reviews;
mod stock;

pub use constraints::{RAW_CASES, Raw, RawCase};

use allowances::*;
use bundles::*;
use catalogue::*;
use constraints::*;
use gone::*;
use guards::*;
use log::*;
use reads::*;
use records::*;
use reviews::*;
use stock::*;

type Open = Opener<dyn Store>;

cases!(dyn Store:
    a_new_log_is_empty_and_keeps_its_id,
    a_commit_writes_events_rows_and_stock_together,
    a_refused_commit_writes_nothing,
    a_commit_tried_again_takes_effect_once,
    positions_count_up_without_gaps_and_readers_never_skip,
    events_are_picked_by_stream_and_by_kind_between_two_positions,
    an_expected_version_guards_a_stream,
    a_keyed_request_is_answered_once,
    a_key_with_another_request_is_refused,
    a_key_is_forgotten_after_its_time,
    checks_come_in_their_order,
    row_versions_guard_rows,
    a_unique_value_has_one_owner,
    a_counter_keeps_its_bounds,
    a_cart_is_spent_once,
    what_another_process_has_changed_is_seen,
    a_stream_is_expected_empty_without_being_written_to,
    a_retry_is_not_refused_for_what_it_did_itself,
    stock_never_falls_below_zero,
    the_last_units_go_to_exactly_as_many,
    two_processes_share_the_last_units,
    many_lines_never_oversell_nor_lose_a_unit,
    stock_versions_guard_stock,
    holds_put_stock_aside,
    a_hold_that_ran_out_can_only_be_released,
    an_allowance_is_sold_beyond_what_is_there,
    an_allowance_is_never_less_than_what_is_owed,
    without_a_limit_everything_is_sold,
    what_is_put_aside_counts_against_an_allowance,
    many_buyers_share_an_allowance,
    an_allowance_that_another_process_changed_is_seen,
    numbers_have_no_gaps,
    a_snapshot_sees_one_moment,
    a_moment_from_a_position_holds_it,
    a_snapshot_that_nobody_waited_for_leaves_nothing_behind,
    rows_read_back_as_they_were_written,
    lists_are_ordered_and_paged,
    personal_parts_come_with_their_events,
    what_people_tell_reads_back_as_it_was_written,
    reviews_are_listed_by_date_and_by_stars,
    comments_are_listed_by_review,
    stars_are_counted_by_product,
    what_was_bought_is_known_while_an_order_stands,
    one_of_two_processes_writes_the_review,
    records_are_found_by_their_indexes,
    a_unique_index_is_held_by_one_of_many,
    a_unique_value_is_free_once_it_is_given_up,
    versions_guard_records_and_go_on_after_a_deletion,
    an_older_form_of_a_record_is_brought_up_to_date,
    what_is_personal_is_erased_with_its_person,
    a_record_that_breaks_a_rule_is_refused,
    a_row_that_the_database_does_not_keep_is_named,
    a_place_that_is_not_whole_does_not_open,
    rows_of_a_commit_come_in_any_order,
    a_variant_never_costs_less_than_nothing,
    of_a_price_and_an_adjustment_at_once_one_is_refused,
    a_category_never_lies_in_itself,
    of_two_categories_that_move_into_each_other_one_does,
    there_are_as_many_bundles_as_their_parts_allow,
    bundles_are_found_by_their_parts,
    a_bundle_is_made_of_what_is_none,
    of_a_bundle_and_one_around_it_at_once_one_is_refused,
    a_row_goes_once_nothing_names_it,
    of_a_row_that_goes_and_one_that_names_it_one_is_refused,
    most_rows_stay,
    an_acknowledged_commit_is_there_after_opening_again,
    other_processes_commits_are_noticed,
    rules_of_a_commit_are_enforced,
    a_process_that_commits_all_the_time_does_not_starve_another,
);

fn event(stream: impl Into<StreamId>) -> NewEvent {
    NewEvent {
        stream: stream.into(),
        kind: "thing-happened".to_owned(),
        schema: 1,
        data: r#"{"a":1}"#.to_owned(),
        personal: None,
        occurred_at: Timestamp::from_ms(1_700_000_000_000),
        actor: Actor::Staff,
        reason: Some("a contract case".to_owned()),
    }
}

fn commit() -> Commit {
    Commit::new(CommitId::new(), vec![event(ProductId::new())])
}

fn with_stock(variant: VariantId, kind: MoveKind) -> Commit {
    Commit { stock: vec![StockMove::new(variant, kind)], ..commit() }
}

fn with_guard(guard: Guard) -> Commit {
    Commit { guards: vec![guard], ..commit() }
}

fn keyed(key: &str, hash: u8, answer: &str) -> Idempotency {
    Idempotency {
        scope: "case".to_owned(),
        key: key.to_owned(),
        request_hash: [hash; 32],
        ttl_ms: 60_000,
        answer: answer.to_owned(),
    }
}

async fn must(store: &dyn Store, commit: Commit) -> Committed {
    match store.commit(commit).await {
        Ok(Outcome::Committed(committed)) => committed,
        other => panic!("expected a commit, got {other:?}"),
    }
}

async fn refusal(store: &dyn Store, commit: Commit) -> Refusal {
    match store.commit(commit).await {
        Ok(Outcome::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

async fn stock(store: &dyn Store, variant: VariantId) -> Option<Stock> {
    store.snapshot().await.unwrap().stock(&[variant]).await.unwrap()[0]
}

async fn quantity(store: &dyn Store, variant: VariantId) -> i64 {
    stock(store, variant).await.map_or(0, |stock| stock.quantity)
}

async fn head(store: &dyn Store) -> u64 {
    store.snapshot().await.unwrap().head().await.unwrap().head.position
}

async fn stocked(store: &dyn Store, quantity: i64) -> VariantId {
    let variant = VariantId::new();
    must(store, with_stock(variant, MoveKind::Adjust(quantity))).await;
    variant
}

fn user(id: UserId) -> Row {
    User { id, external_id: Some(format!("U {id}")), joined_at: Timestamp::from_ms(5) }.into()
}

fn category(id: CategoryId, parent: Option<CategoryId>) -> Category {
    Category {
        id,
        external_id: None,
        name: "Bowls".to_owned(),
        description: String::new(),
        parent,
        image: None,
    }
}

fn variant(product_id: ProductId, price_adjustment: i64) -> Variant {
    let id = VariantId::new();
    Variant {
        id,
        product_id,
        sku: format!("SKU {id}"),
        size: Some("M".to_owned()),
        color: None,
        price_adjustment: Money::from_hundredths(price_adjustment).unwrap(),
        rank: 2,
        loaded_stock: Some(9),
        details: Default::default(),
    }
}

fn seller(id: SellerId) -> Seller {
    Seller {
        id,
        external_id: None,
        user_id: None,
        name: "Elm & Co".to_owned(),
        rating: None,
        city: None,
        country: None,
        founded: None,
        description: String::new(),
    }
}

/// The rows, and before them those that they name, where they are not among them.
fn with_named(rows: Vec<Row>) -> Vec<Row> {
    let shelf = CategoryId(Uuid::from_u128(1));
    let named_product = |id| Row::from(Product { id, external_id: None, ..product(shelf, 0, true) });
    let mut named = BTreeMap::new();
    let mut name = |row: Row| drop(named.insert(row.key(), row));
    for row in &rows {
        match row {
            Row::Person(row) => name(user(row.user_id)),
            Row::CustomerProfile(row) => name(user(row.user_id)),
            Row::Order(row) => name(user(row.user_id)),
            Row::OrderItem(row) => {
                name(named_product(row.product_id));
                name(Variant { id: row.variant_id, ..variant(row.product_id, 0) }.into());
            }
            Row::Review(row) => {
                name(user(row.user_id));
                name(named_product(row.product_id));
            }
            Row::Comment(row) => name(user(row.user_id)),
            Row::Specifications(row) => name(named_product(row.product_id)),
            Row::SellerProfile(row) => name(seller(row.seller_id).into()),
            _ => {}
        }
    }
    name(category(shelf, None).into());
    for row in &rows {
        named.remove(&row.key());
    }
    named.into_values().chain(rows).collect()
}

fn order(id: OrderId, user_id: UserId) -> Order {
    Order {
        id,
        number: None,
        user_id,
        status: OrderStatus::Pending,
        total: Money::from_hundredths(1234).unwrap(),
        payment_method_id: None,
        payment_id: None,
        tracking_number: None,
        shipping_address: None,
        placed_at: Timestamp::from_ms(9),
    }
}

fn product(category_id: CategoryId, created_at: i64, is_active: bool) -> Product {
    let id = ProductId::new();
    Product {
        id,
        external_id: Some(format!("P {id}")),
        name: "Bowl \u{1F963} of 'oak'".to_owned(),
        description: "For soup.".to_owned(),
        price: Some(Money::from_hundredths(3990).unwrap()),
        category_id,
        seller_id: None,
        brand: Some("Elm & Co".to_owned()),
        tags: vec!["wood".to_owned(), "a|b".to_owned()],
        materials: vec![],
        care: None,
        rating: Some(4.5),
        num_reviews: 3,
        images: vec![],
        is_active,
        created_at: Timestamp::from_ms(created_at),
        details: Default::default(),
    }
}
