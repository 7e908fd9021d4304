//! Bringing projections up to date while somebody watches.

use std::time::Duration;

use souk_ports::Error;
use souk_runtime::Runner;
use tokio::time::{Instant, sleep};

use crate::gate::Problem;
use crate::terminal::{Progress, Terminal};

/// How long another process that holds a projection may take before it is left to itself.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);

/// Advances all of the runner's projections to where the log is now: here, or in the process that holds their locks.
pub(crate) async fn fill(runner: &Runner, terminal: Terminal) -> Result<(), Problem> {
    for projection in runner.status().await? {
        if projection.generation.is_none() && projection.head.position > 0 {
            let progress = Progress::new(terminal, projection.name);
            match runner.rebuild(projection.name, &|done, total| progress.at(done, total)).await {
                // Another process was faster.
                Ok(_) | Err(Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let until = Instant::now() + PATIENCE;
    loop {
        let done = runner.catch_up(PATIENCE).await?;
        let behind = runner.status().await?.into_iter().filter(|projection| projection.behind > 0).count();
        // What this process advanced itself is behind only by what came since.
        if behind == 0 || done.elsewhere.is_empty() {
            return Ok(());
        }
        if Instant::now() >= until {
            terminal.note(
                "some projections are still behind; the process that follows the log goes on with them",
            );
            return Ok(());
        }
        sleep(LOOK).await;
    }
}
