//! `souk worker`: the projections and the embedder, without serving anybody.
//!
//! Any number of them may run beside any number of `souk serve`: each projection advances in one process at a time, and
//! whoever stands by takes over when that one dies or hangs. On engines in files it does nothing that serving would not.

use std::sync::Arc;

use crate::App;
use crate::cli::Ended;
use crate::discovery::embed::keep_embedding;
use crate::gate::Problem;
use crate::server::told_to_stop;
use crate::terminal::Terminal;

/// Works until it is told to stop.
pub(crate) async fn work(app: Arc<App>, terminal: Terminal) -> Result<Ended, Problem> {
    let from = app.head().await?.position;
    // It keeps nothing in memory that would have to be told.
    let runner = app.runner.start(from, Arc::new(|_| {}));
    let embedding = tokio::spawn(keep_embedding(app.clone()));
    let stop = told_to_stop();
    let names = app.runner.names();
    if terminal.json {
        terminal.print(&serde_json::json!({ "projections": names }).to_string())?;
    } else {
        terminal.print(&format!("souk works on {} projections; Ctrl-C stops it.", names.len()))?;
    }
    stop.await;
    embedding.abort();
    runner.stop().await;
    terminal.note("souk has stopped.");
    Ok(Ended::Well)
}
