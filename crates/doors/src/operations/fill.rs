//! Bringing projections up to date while somebody watches.

use std::time::Duration;

use souk_ports::derived::ProjectionName;
use souk_ports::{Error, Result};
use souk_runtime::Runner;
use tokio::time::{Instant, sleep};

use crate::gate::Problem;
use crate::terminal::{Progress, Terminal};

/// How long another process that holds a projection may take before it is left to itself.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);
/// How long another process that fills a projection is left alone before the same is tried here: it may have ended.
const TURN: Duration = Duration::from_secs(2);

/// How often this is tried while a server does not answer, and how long after the last time: long enough for a server
/// that is known to be away to be asked again.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(2);

/// Advances all of the runner's projections to where the log is now: here, or in the process that holds their locks.
pub(crate) async fn fill(runner: &Runner, terminal: Terminal) -> Result<(), Problem> {
    let mut left = TRIES;
    loop {
        left -= 1;
        match try_fill(runner, terminal).await {
            // What was begun is cleared away by whoever begins next, so all of it can be done again.
            Err(error @ Error::Unavailable { .. }) if left > 0 => {
                terminal.note(&format!("{error}; trying again"));
                sleep(PAUSE).await;
            }
            result => return Ok(result?),
        }
    }
}

async fn try_fill(runner: &Runner, terminal: Terminal) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    for name in runner.names() {
        first_generation(runner, name, until, terminal).await?;
    }
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

/// Sees to it that readers find a generation: filled here, or by another process that began at the same time.
async fn first_generation(
    runner: &Runner,
    name: ProjectionName,
    until: Instant,
    terminal: Terminal,
) -> Result<()> {
    while is_missing(runner, name).await? {
        let rebuilt = {
            let progress = Progress::new(terminal, name);
            runner.rebuild(name, &|done, total| progress.at(done, total)).await
        };
        match rebuilt {
            Ok(_) => return Ok(()),
            // Another process was faster, or cleared away what was begun here and not locked yet.
            Err(Error::Conflict { .. } | Error::NotFound { .. }) if Instant::now() < until => {}
            Err(error) => return Err(error),
        }
        let turn = until.min(Instant::now() + TURN);
        while is_missing(runner, name).await? && Instant::now() < turn {
            sleep(LOOK).await;
        }
    }
    Ok(())
}

/// Whether there is something to fill it with, and nothing filled, or only with another history.
async fn is_missing(runner: &Runner, name: ProjectionName) -> Result<bool> {
    let all = runner.status().await?;
    let found = all.into_iter().find(|projection| projection.name == name);
    Ok(found.is_some_and(|found| {
        found.generation.is_none() && found.head.position > 0 || found.strays.is_some() && !found.running
    }))
}
