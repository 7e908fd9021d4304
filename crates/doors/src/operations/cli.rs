//! `souk status`, `souk doctor` and `souk projections`.

use clap::Subcommand;
use serde_json::json;

use super::{doctor as check, status as count};
use crate::App;
use crate::cli::Ended;
use crate::gate::Problem;
use crate::terminal::{Progress, Terminal};

#[derive(Debug, Subcommand)]
pub enum Projections {
    /// Show how far each projection has followed the log
    Status,
    /// Fill a projection anew from the log, and swap it in when it is complete
    Rebuild { name: String },
    /// Print a projection's content, sorted: equal content, equal dump
    Dump { name: String },
}

pub(crate) async fn status(app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let status = count::status(app).await?;
    terminal.answer(&status, |style| status.words(style))?;
    Ok(Ended::Well)
}

pub(crate) async fn doctor(app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let findings = check::examine(app).await;
    terminal.answer(&findings, |style| terminal.pasteable(&findings.words(style)))?;
    Ok(if findings.well { Ended::Well } else { Ended::WithComplaints })
}

pub(crate) async fn projections(
    command: Projections,
    app: &App,
    terminal: Terminal,
) -> Result<Ended, Problem> {
    match command {
        Projections::Status => {
            let all = app.runner.status().await?;
            terminal.answer(&json!({ "projections": all }), |style| count::projections(&all, style))?;
        }
        Projections::Rebuild { name } => {
            let rebuilt = {
                let progress = Progress::new(terminal, &name);
                app.runner.rebuild(&name, &|done, total| progress.at(done, total)).await?
            };
            let (events, generation) = (rebuilt.events, rebuilt.generation.0);
            let answer = json!({ "projection": name, "events": events, "generation": generation });
            terminal.answer(&answer, |style| {
                format!(
                    "{} is rebuilt from {events} events; generation {generation} is live.",
                    style.title(&name)
                )
            })?;
        }
        // Lines of JSON, with or without --json.
        Projections::Dump { name } => terminal.print(&app.runner.dump(&name).await?.join("\n"))?,
    }
    Ok(Ended::Well)
}
