//! Read models of orders.
use std::sync::Arc;

use souk_ports::cache::Cache;
use souk_ports::documents::Documents;

/// One document per order.
pub struct OrderViews {
    documents: Arc<dyn Documents>,
}

impl OrderViews {
    pub fn new(documents: Arc<dyn Documents>) -> Self {
        Self { documents }
    }
}

/// Takes what was ordered out of the cart.
pub struct CartSpending {
    cache: Arc<dyn Cache>,
}

impl CartSpending {
    pub fn new(cache: Arc<dyn Cache>) -> Self {
        Self { cache }
    }
}
