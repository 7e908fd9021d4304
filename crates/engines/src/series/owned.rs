//! The feed as it is moved, the same on every engine.

use crate::owned::Table;

pub(super) fn activities() -> Table {
    let columns =
        ["position", "id", "at", "recorded_at", "kind", "visitor", "product", "session", "metadata"];
    Table::new("activities", 1, &columns)
}

/// Its head, which is written last: a feed that is half there looks empty.
pub(super) fn feed() -> Table {
    Table::new("feed", 1, &["one", "id", "epoch", "position"]).head()
}
