//! Work on pixels: away from the threads that serve requests, and no more at once than there are cores, since one large
//! picture takes hundreds of megabytes.

use std::sync::OnceLock;
use std::time::Duration;

use souk_ports::Error as PortError;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Error;

fn places() -> &'static Semaphore {
    static PLACES: OnceLock<Semaphore> = OnceLock::new();
    PLACES.get_or_init(|| Semaphore::new(cores()))
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Waits for a place as long as `patience`, and does the work. `Busy` when there was none.
pub(super) async fn work<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let Ok(Ok(place)) = timeout(patience, places().acquire()).await else { return Err(Error::Busy) };
    // The place goes with the work: it is not free before the work is done, also when the caller goes away.
    let done = tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    });
    Ok(done.await.map_err(|panicked| PortError::internal("working on a picture", panicked))?)
}
