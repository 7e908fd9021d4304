//! Keeps souk's own performance figures while it serves.

use std::sync::Arc;
use std::time::Duration;

use souk_shop::analytics::Recorder;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::App;
use crate::gate::Meter;

const EVERY: Duration = Duration::from_secs(10);

/// A task that writes what the meter has counted, every ten seconds and once more when it is stopped.
pub(super) struct Figures {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Figures {
    pub(super) fn keep(app: Arc<App>, meter: Arc<Meter>) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, task: tokio::spawn(keep(app, meter, stopped)) }
    }

    pub(super) async fn stop(self) {
        // A task that is gone already needs no telling.
        let _ = self.stop.send(());
        if let Err(error) = self.task.await {
            tracing::error!(%error, "keeping the performance figures had panicked");
        }
    }
}

async fn keep(app: Arc<App>, meter: Arc<Meter>, mut stopped: oneshot::Receiver<()>) {
    let mut recorder = Recorder::default();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut last, mut failing) = (false, false);
    while !last {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut stopped => last = true,
        }
        let counts = meter.take();
        if counts.is_empty() {
            continue;
        }
        // What cannot be written is lost: figures are not worth a queue.
        match recorder.record(&app.shop, counts).await {
            Ok(()) => failing = false,
            Err(error) if failing => tracing::debug!(%error, "the performance figures are still not kept"),
            Err(error) => {
                tracing::warn!(%error, "the performance figures are not kept");
                failing = true;
            }
        }
    }
}
