//! What a run tells while it goes on and when it is done.

use serde::{Deserialize, Serialize};
use souk_kernel::{LogPosition, Money, Timestamp};

/// What a history came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    pub orders: u64,
    pub lines: u64,
    pub pieces: u64,
    /// Of all orders that were not cancelled.
    pub revenue: Money,
    pub cancelled: u64,
    /// People who ordered, and those of them who did so more than once.
    pub customers: u64,
    pub came_again: u64,
    /// Of stock, by those who make it.
    pub deliveries: u64,
    pub delivered_pieces: u64,
    /// Views and full carts of the last days, in the activity feed.
    pub activities: u64,
    /// Orders that could not be placed because somebody else changed the shop meanwhile.
    pub left_out: u64,
    /// Of what is for sale.
    pub variants: u64,
    pub variants_in_stock: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PurchasesReport {
    pub seed: u64,
    pub from: Timestamp,
    pub until: Timestamp,
    pub summary: Summary,
    /// How many of the orders had been there before this run.
    pub orders_before: u64,
    /// The history was begun then and not finished; it is complete now.
    pub interrupted_before: Option<Timestamp>,
    /// It was planned anew, since the catalogue is not what it was when it was begun.
    pub market_changed: bool,
    /// Of the last commit; `None` when there was nothing to commit.
    pub position: Option<LogPosition>,
}

/// `done` of `total` orders are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    pub total: u64,
}
