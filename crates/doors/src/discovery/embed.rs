//! Making embeddings while somebody watches, beside a server, and at the end of a command.

use std::sync::Arc;
use std::time::Duration;

use souk_ports::Error;
use souk_shop::discovery::{embed_waiting, fetch_model, still_waiting};
use tokio::time::{Instant, sleep};

use crate::App;
use crate::gate::Problem;
use crate::terminal::{Progress, Terminal};

/// How often a server looks for entries that wait.
const LOOK: Duration = Duration::from_millis(200);
/// How long it rests after it failed, or found nothing but what is outdated.
const REST: Duration = Duration::from_secs(5);
/// How long a command that wrote something may take for it.
const SOME: Duration = Duration::from_secs(3);

/// Embeds everything that waits, with the model brought here where it is missing, and says what was done. Without a way
/// to the model the shop has everything but search by meaning, so that is only told.
pub(crate) async fn embed_all(
    app: &App,
    terminal: Terminal,
    heard: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<String, Problem> {
    let total = still_waiting(&app.shop).await?;
    let is_here = app.shop.embedder.is_here().await?;
    // Questions need the model, too.
    if total == 0 && is_here {
        return Ok("there already".to_owned());
    }
    if !app.fetches_model && !is_here {
        terminal.note("There is no search by meaning yet; `souk model fetch` brings the model.");
        return Ok("none: there is no model".to_owned());
    }
    let fetched = {
        let progress = Progress::new(terminal, "model");
        fetch_model(&app.shop, &|done, total| progress.at(done, total)).await
    };
    if let Err(error) = fetched {
        let source = std::error::Error::source(&error).map(|source| format!(" ({source})"));
        terminal.note(&format!(
            "There is no search by meaning yet: {error}{}; `souk model fetch` tries again.",
            source.unwrap_or_default()
        ));
        return Ok("none: there is no model".to_owned());
    }
    let progress = Progress::new(terminal, "embeddings");
    let mut done = 0;
    loop {
        let embedded = embed_waiting(&app.shop).await?;
        if embedded.made == 0 {
            return Ok(format!("{done} texts"));
        }
        done += embedded.made;
        progress.at(done as u64, total.max(done) as u64);
        heard(done as u64, total.max(done) as u64);
    }
}

/// Embeds what comes, for as long as souk serves.
pub(crate) async fn keep_embedding(app: Arc<App>) {
    loop {
        let pause = match embed_waiting(&app.shop).await {
            Ok(embedded) if embedded.made > 0 => Duration::ZERO,
            Ok(embedded) if embedded.outdated > 0 => REST,
            Ok(_) => LOOK,
            Err(error) => {
                tell_of(&error);
                REST
            }
        };
        sleep(pause).await;
    }
}

/// At the end of a command, where no server may be there to do it. What is left waits for the next one.
pub(crate) async fn embed_some(app: &App) {
    let until = Instant::now() + SOME;
    while Instant::now() < until {
        match embed_waiting(&app.shop).await {
            Ok(embedded) if embedded.made > 0 => {}
            Ok(_) => return,
            Err(error) => return tell_of(&error),
        }
    }
}

fn tell_of(error: &Error) {
    let source = std::error::Error::source(error);
    tracing::warn!(%error, ?source, "embeddings could not be made, and are tried again");
}
