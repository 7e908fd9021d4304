//! The program: read the command line and the settings, choose the engines, run the command.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use souk_doors::cli::{self, Cli, Command, Needs};
use souk_doors::gate::Problem;
use souk_doors::terminal::Terminal;

mod compose;
mod settings;
mod telemetry;

use settings::Settings;

/// A third of an import's time went into that of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error),
    };
    let everywhere = &cli.everywhere;
    let mut terminal =
        Terminal::new(everywhere.json).about(everywhere.config.as_deref(), everywhere.data.as_deref());
    let ended = run(cli, &mut terminal);
    cli::exit_code(ended, terminal)
}

/// Once the settings are known, the terminal speaks as they say.
fn run(cli: Cli, terminal: &mut Terminal) -> Result<cli::Ended, Problem> {
    let settings = Settings::load(cli.config(), cli.everywhere.data.as_deref())?;
    telemetry::start(&settings.log);
    if settings.log.format == "json" {
        *terminal = terminal.noting_in_log();
    }
    let terminal = *terminal;
    if cli.command.stays() {
        let (version, data) = (env!("CARGO_PKG_VERSION"), settings.data.display());
        tracing::info!(version, pid = std::process::id(), %data, "souk starts");
        souk_engines::hurry();
    }
    if cli.command.needs() == Needs::Shop {
        compose::find_shop(&settings)?;
    }
    raise_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| souk_ports::Error::internal("starting the runtime", error))?;
    runtime.block_on(async {
        if let Command::Model(command) = cli.command {
            return cli::model(command, &*compose::embedder(&settings).await?, terminal).await;
        }
        let app = compose::app(&settings).await?;
        cli::run(cli.command, Arc::new(app), terminal).await
    })
}

/// A thousand callers are a thousand open files, and many systems allow a program that many only if it asks.
fn raise_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // Where it is refused, what there is must do.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// Help and version are answers; anything else that cannot be read is a failure, in JSON where that was asked for.
fn misunderstood(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|argument| argument == "--json");
    if !error.use_stderr() || !json {
        // Nobody may be listening; there is nobody to tell that either.
        let _ = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    }
    let text = error.render().to_string();
    let detail = text.trim().trim_start_matches("error: ").to_owned();
    cli::exit_code(Err(Problem::invalid(detail)), Terminal::new(true))
}
