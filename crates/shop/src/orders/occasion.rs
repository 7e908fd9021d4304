//! When something happens to an order: now, to somebody who waits for it, or at a moment of the past, when a history is
//! written down.

use souk_kernel::{CommitId, OrderId, Timestamp};
use souk_ports::Result;
use souk_ports::event::Actor;
use souk_ports::store::Commit;

use super::events::Event;
use crate::Shop;

/// What a commit on an order takes from its surroundings rather than from the decision.
#[derive(Debug, Clone)]
pub(crate) struct Occasion {
    pub(crate) commit: CommitId,
    pub(crate) at: Timestamp,
    /// Stands in the log where the event itself gives no reason.
    pub(crate) reason: Option<String>,
}

impl Occasion {
    pub(super) fn now(shop: &Shop) -> Self {
        Self { commit: CommitId::new(), at: shop.clock.now(), reason: None }
    }

    /// A commit with this event alone; the rest of it is to come.
    pub(super) fn commit(self, event: &Event, order: OrderId, actor: Actor) -> Result<Commit> {
        let mut event = event.to_new(order, self.at, actor)?;
        event.reason = event.reason.or(self.reason);
        Ok(Commit::new(self.commit, vec![event]))
    }
}
