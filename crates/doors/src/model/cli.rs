//! `souk model`.

use clap::Subcommand;
use serde_json::json;
use souk_kernel::ErrorCode;
use souk_ports::embedder::Embedder;

use crate::cli::Ended;
use crate::gate::Problem;
use crate::server::told_to_stop;
use crate::terminal::{Progress, Terminal};

#[derive(Debug, Subcommand)]
pub enum Model {
    /// Bring the weights here (83 MB) and check them; once is enough for all data folders
    Fetch,
    /// Show which model makes embeddings, where its weights lie, and whether they are here
    Status,
}

/// The model lies beside all shops, so no shop is asked for.
pub(crate) async fn model(
    command: Model,
    embedder: &dyn Embedder,
    terminal: Terminal,
) -> Result<Ended, Problem> {
    let fetched = match command {
        Model::Fetch => Some(fetch_missing(embedder, terminal).await?),
        Model::Status => None,
    };
    let (here, place) = (embedder.is_here().await?, embedder.describe().await?);
    let mut answer = json!({ "model": embedder.model(), "place": place, "here": here });
    if let Some(fetched) = fetched {
        answer["fetched"] = fetched.into();
    }
    terminal.answer(&answer, |style| match (fetched, here) {
        (Some(true), _) => format!("{} {place}", style.good("Fetched")),
        (_, true) => format!("{} {place}", style.good("Here:")),
        (_, false) => {
            let text = format!("{} {place}; `souk model fetch` brings it", style.warn("Not here:"));
            terminal.pasteable(&text)
        }
    })?;
    Ok(Ended::Well)
}

/// Brings the model's weights here, and says whether any were missing. Where they are here they are only checked.
async fn fetch_missing(embedder: &dyn Embedder, terminal: Terminal) -> Result<bool, Problem> {
    let missing = !embedder.is_here().await?;
    let bar = Progress::new(terminal, "model");
    let progress = |done, total| bar.at(done, total);
    tokio::select! {
        fetched = embedder.fetch(&progress) => fetched?,
        () = told_to_stop() => {
            let detail = "fetching the model was interrupted; the same command begins again";
            return Err(Problem::new(ErrorCode::Unavailable, detail));
        }
    }
    Ok(missing)
}
