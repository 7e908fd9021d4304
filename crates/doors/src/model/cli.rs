//! `souk model`.

use clap::Subcommand;
use serde_json::json;
use souk_kernel::ErrorCode;

use crate::App;
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

pub(crate) async fn model(command: Model, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let fetched = match command {
        Model::Fetch => Some(fetch_missing(app, terminal).await?),
        Model::Status => None,
    };
    let embedder = &app.shop.embedder;
    let (here, place) = (embedder.is_here().await?, embedder.describe().await?);
    let mut answer = json!({ "model": embedder.model(), "place": place, "here": here });
    if let Some(fetched) = fetched {
        answer["fetched"] = fetched.into();
    }
    terminal.answer(&answer, |style| match (fetched, here) {
        (Some(true), _) => format!("{} {place}", style.good("Fetched")),
        (_, true) => format!("{} {place}", style.good("Here:")),
        (_, false) => format!("{} {place}; `souk model fetch` brings it", style.warn("Not here:")),
    })?;
    Ok(Ended::Well)
}

/// Brings the model's weights here, and says whether any were missing. Where they are here they are only checked.
pub(crate) async fn fetch_missing(app: &App, terminal: Terminal) -> Result<bool, Problem> {
    let embedder = &app.shop.embedder;
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
