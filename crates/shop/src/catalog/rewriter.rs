//! What the projections share that write whole products: which ones a batch of events touches, and what they are now.

use std::sync::Arc;

use souk_kernel::Position;
use souk_ports::Result;
use souk_ports::derived::Generation;
use souk_ports::event::RecordedEvent;
use souk_ports::projection::LazySnapshot;
use tokio::sync::Mutex;

use super::rows::{self, Assembled};
use super::stock_watch::StockWatch;

#[derive(Default)]
pub(crate) struct ProductRewriter {
    watch: Mutex<StockWatch>,
}

impl ProductRewriter {
    /// Hands `write` every product that the events touch, as it is in the snapshot, with the snapshot's position. `write`
    /// is called also when there is none: it stores the checkpoint.
    pub(crate) async fn rewrite(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        write: impl AsyncFnOnce(Position, &[Assembled]) -> Result<()>,
    ) -> Result<()> {
        let mut watch = self.watch.lock().await;
        let ids = watch.due(generation, events, snapshot).await?;
        let (mut version, mut products) = (0, Vec::new());
        if !ids.is_empty() {
            let snapshot = snapshot.open().await?;
            version = snapshot.head().await?.head.position;
            products = rows::assemble(snapshot, &ids).await?;
        }
        write(version, &products).await?;
        watch.wrote(generation, events, &ids, &products);
        Ok(())
    }
}
