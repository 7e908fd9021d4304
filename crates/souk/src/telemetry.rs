//! Where the program's own notes go: to standard error, as text or JSON.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::settings::Log;

pub(crate) fn start(log: &Log) {
    // Drivers that tell of every connection; whoever names them in the setting hears them.
    let level = format!("neo4rs=error,tokio_postgres=warn,{}", log.level);
    let filter = EnvFilter::new(level);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if log.format == "json" {
        lines.json().init();
    } else {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        lines.with_ansi(colour && std::io::stderr().is_terminal()).with_target(false).init();
    }
}
