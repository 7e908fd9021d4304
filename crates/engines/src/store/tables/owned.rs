//! Everything in a relational store, table by table, in the order in which it is moved: the log's own row is the last,
//! so a store that is half there looks as if it had no events.

use souk_ports::rows::{
    Category, Comment, CustomerProfile, Load, Order, OrderItem, Person, Product, RecordRow, Review, Seller,
    SellerProfile, Specifications, User, Variant,
};

use super::{Table as Rows, all_tables};
use crate::owned::{Column, Table};

/// `events` is how the number of a commit's events is read where it lies in no column.
pub(in crate::store) fn owned(events: Option<&'static str>) -> Vec<Table> {
    let mut all = vec![
        Table::new(
            "events",
            1,
            &[
                "position",
                "stream_kind",
                "stream_id",
                "version",
                "commit_id",
                "kind",
                "schema",
                "data",
                "occurred_at",
                "recorded_at",
                "actor",
                "reason",
            ],
        ),
        Table::new("event_personal", 1, &["position", "person", "data"]),
    ];
    let mut commits = Table::new("commits", 1, &["id", "position", "number"]);
    commits.columns.push(Column { name: "events", computed: events });
    all.push(commits);
    macro_rules! rows {
        ($($row:ident),*) => {$(
            let columns = [<$row as Rows>::COLUMNS, &["row_version"]].concat();
            all.push(Table::new(<$row as Rows>::NAME, <$row as Rows>::KEY, &columns));
        )*};
    }
    all_tables!(rows);
    all.extend([
        Table::new("record_index", 4, &["kind", "id", "name", "value", "sort", "is_unique", "is_personal"]),
        Table::new("stock", 1, &["variant_id", "quantity", "version", "allowance"]),
        Table::new("holds", 1, &["id", "variant_id", "quantity", "until"]),
        Table::new("uniques", 2, &["space", "value", "owner"]),
        Table::new("counters", 1, &["name", "value"]),
        Table::new("spends", 1, &["cart_id", "order_id"]),
        Table::new(
            "idempotency",
            2,
            &["scope", "key", "request_hash", "answer", "position", "number", "expires_at"],
        ),
        Table::new("log", 1, &["one", "id", "epoch", "position", "order_number"]).head(),
    ]);
    all
}
