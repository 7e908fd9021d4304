//! What the projections share that write whole products: which ones a batch of events touches, and what they are now.

use std::sync::Arc;

use souk_kernel::Position;
use souk_ports::Result;
use souk_ports::derived::Generation;
use souk_ports::event::RecordedEvent;
use souk_ports::projection::LazySnapshot;
use tokio::sync::Mutex;

use super::price_moment::{PriceMoment, price_moment};
use super::rows::{self, Assembled};
use super::stock_watch::StockWatch;

#[derive(Default)]
pub(crate) struct ProductRewriter {
    watch: Mutex<StockWatch>,
}

/// What is to be written of a batch of events.
pub(crate) struct Rewritten {
    /// The position of the snapshot that all of it is of.
    pub(crate) version: Position,
    pub(crate) products: Vec<Assembled>,
    /// Whose prices are written.
    pub(crate) moment: PriceMoment,
}

impl ProductRewriter {
    /// Hands `write` every product that the events touch, as it is in the snapshot. `write` is called also when there is
    /// none: it stores the checkpoint.
    pub(crate) async fn rewrite(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        write: impl AsyncFnOnce(&Rewritten) -> Result<()>,
    ) -> Result<()> {
        let mut watch = self.watch.lock().await;
        let ids = watch.due(generation, events, snapshot).await?;
        let mut rewritten = Rewritten { version: 0, products: Vec::new(), moment: PriceMoment::first() };
        if !ids.is_empty() {
            let snapshot = snapshot.open().await?;
            rewritten = Rewritten {
                version: snapshot.head().await?.head.position,
                moment: price_moment(snapshot).await?,
                products: rows::assemble(snapshot, &ids).await?,
            };
        }
        write(&rewritten).await?;
        watch.wrote(generation, events, &ids, &rewritten.products);
        Ok(())
    }
}
