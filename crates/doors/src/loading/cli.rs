//! `souk load` and `souk import`.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use futures_util::{TryStreamExt, stream};
use souk_kernel::{Coded, ErrorCode};
use souk_shop::loading::{self, Files, LoadOptions, LoadReport};

use crate::App;
use crate::cli::Ended;
use crate::discovery::embed::embed_all;
use crate::gate::Problem;
use crate::media::draw::draw_all;
use crate::operations::fill::fill;
use crate::server::told_to_stop;
use crate::terminal::{Progress, Style, Table, Terminal};

/// How many refused rows are shown; the rejects file has all.
const SHOWN: usize = 10;
/// How many roles are filled at once.
const ROLES_AT_ONCE: usize = 2;

#[derive(Debug, Subcommand)]
pub enum Load {
    /// Load the files into the store and bring everything that is derived up to date
    All(From),
    /// Load the catalogue into the store only, without what people tell of it
    Relational(From),
    /// Load what is missing in the store, reviews, specifications and profiles too, and bring documents up to date
    Documents(From),
    /// Load what is missing in the store, and bring the search index up to date
    Search(From),
    /// Load what is missing in the store, fetch the model where it is missing, and embed every product
    Vectors(From),
    /// Load what is missing in the store, and bring the graphs up to date
    Graph(From),
    /// Load what is missing in the store, and draw a picture for every product that has none
    Objects(From),
}

#[derive(Debug, Clone, clap::Args)]
pub struct From {
    /// Load users.csv, categories.csv, sellers.csv, products.csv, variants.csv, reviews.json, specifications.json and
    /// profiles.json of this folder, also with the headers in capitals of the system before; souk's own otherwise
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct How {
    /// Load nothing if any row is refused
    #[arg(long)]
    strict: bool,
    /// Take the file's word also for what was changed by hand since it said the same
    #[arg(long)]
    overwrite: bool,
    /// Where refused rows are written [default: NAME.rejects.csv]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

/// Bring in what another shop system exports: `souk import products_export.csv`
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The export: of Shopify, WooCommerce, Google Merchant, PrestaShop, Magento, Medusa, Vendure and others, as CSV, JSON or
    /// XML, perhaps gzipped. Its format is known by its columns
    #[arg(required_unless_present = "write_map")]
    file: Option<PathBuf>,
    /// A further file of the same export, such as PrestaShop's combinations
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,
    /// Says what the columns mean where the format is not known
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Print the map of a known format, to start one's own from
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["file", "map", "with"])]
    write_map: Option<String>,
    /// What stands before addresses of pictures that have no host
    #[arg(long, value_name = "URL")]
    image_base: Option<String>,
    /// What becomes of products that the last import of a file of this name had and this one has not
    #[arg(long, value_enum, default_value_t)]
    missing: Missing,
    /// Write nothing, and say what would come of it
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Missing {
    /// Name them
    #[default]
    Keep,
    /// Take them off the shelves until they are put back by hand
    Hide,
    /// Take them off the shelves until the file has them again as for sale
    Archive,
}

impl std::convert::From<Missing> for loading::Missing {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Keep => Self::Keep,
            Missing::Hide => Self::Hide,
            Missing::Archive => Self::Archive,
        }
    }
}

pub(crate) async fn load(command: Load, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let (from, role, only_new) = match command {
        Load::All(from) => (from, None, false),
        Load::Relational(from) => (from, Some("store"), false),
        Load::Documents(from) => (from, Some("documents"), true),
        Load::Search(from) => (from, Some("search"), true),
        Load::Vectors(from) => (from, Some("vectors"), true),
        Load::Graph(from) => (from, Some("graph"), true),
        Load::Objects(from) => (from, Some("objects"), true),
    };
    let (files, name) = match &from.from {
        Some(dir) => (Files::from_dir(dir)?, file_name(dir)),
        None => (Files::artisan(), "artisan".to_owned()),
    };
    // What is told matters to the documents alone.
    let files = if matches!(role, None | Some("documents")) { files } else { files.without_told() };
    let report = load_files(files, options(from.how, &name, only_new), app, terminal).await?;
    if report.loaded && (role == Some("objects") || (role.is_none() && app.draws)) {
        draw_all(app, terminal).await?;
    }
    let ended = finish(&report, role, app, terminal).await?;
    if report.loaded {
        run_batches(role, app, terminal).await;
    }
    Ok(ended)
}

/// Brings up to date what is made of other derived data. What was loaded stands without it.
async fn run_batches(role: Option<&str>, app: &App, terminal: Terminal) {
    let progress = Progress::new(terminal, "batches");
    for role in app.roles.iter().filter(|filled| role.is_none_or(|role| role == filled.name)) {
        if let Err(error) = role.runner.run_due(&|done, total| progress.at(done, total)).await {
            terminal.note(&format!("{error}; a process that serves tries again"));
        }
    }
}

pub(crate) async fn import(command: Import, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    if let Some(format) = &command.write_map {
        return write_map(format, terminal);
    }
    // clap has seen to it that there is one.
    let file = command.file.unwrap_or_default();
    let map =
        command.map.as_deref().map(souk_feeds::Map::from_file).transpose().map_err(loading::Error::from)?;
    let opened = souk_feeds::Options {
        map,
        with: command.with,
        image_base: command.image_base,
        ..souk_feeds::Options::default()
    };
    let options = LoadOptions {
        dry_run: command.dry_run,
        missing: command.missing.into(),
        ..options(command.how, &file_name(&file), false)
    };
    let mut bars = Bars::new(terminal);
    let mut progress = |progress| bars.at(progress);
    let importing = loading::import_file(&app.shop, &file, opened, &options, &mut progress);
    let imported = unless_interrupted("the import", importing).await?;
    drop(bars);
    terminal.note(&imported.found.to_string());
    finish(&imported.report, None, app, terminal).await
}

fn write_map(format: &str, terminal: Terminal) -> Result<Ended, Problem> {
    let known: Vec<&str> = souk_feeds::built_in_names().collect();
    let map = souk_feeds::built_in(format).ok_or_else(|| {
        Problem::invalid(format!("no format is called `{format}`; there are {}", known.join(", ")))
    })?;
    terminal.answer(&map, |_| map.to_owned())?;
    Ok(Ended::Well)
}

/// Loads what is missing of souk's own catalogue and leaves alone what is there: for `souk demo`. Dropped, it ends between
/// two commits.
pub(crate) async fn load_missing(
    app: &App,
    terminal: Terminal,
    heard: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<LoadReport, Problem> {
    let options = LoadOptions { only_new: true, ..LoadOptions::default() };
    let mut bars = Bars::new(terminal);
    let mut progress = |progress: loading::Progress| {
        heard(progress.done, progress.total);
        bars.at(progress);
    };
    Ok(loading::load_files(&app.shop, Files::artisan(), &options, &mut progress).await?)
}

async fn load_files(
    files: Files,
    options: LoadOptions,
    app: &App,
    terminal: Terminal,
) -> Result<LoadReport, Problem> {
    let mut bars = Bars::new(terminal);
    let mut progress = |progress| bars.at(progress);
    unless_interrupted("the load", loading::load_files(&app.shop, files, &options, &mut progress)).await
}

/// Ends between two commits when the process is told to stop.
pub(crate) async fn unless_interrupted<T, E: Coded>(
    what: &str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Problem> {
    tokio::select! {
        done = work => Ok(done?),
        () = told_to_stop() => {
            let detail = format!(
                "{what} was interrupted; what was committed stays, and the same command goes on from there"
            );
            Err(Problem::new(ErrorCode::Unavailable, detail))
        }
    }
}

fn options(how: How, name: &str, only_new: bool) -> LoadOptions {
    let rejects = how.rejects.unwrap_or_else(|| PathBuf::from(format!("{name}.rejects.csv")));
    LoadOptions {
        strict: how.strict,
        only_new,
        overwrites: how.overwrite,
        rejects: Some(rejects),
        ..LoadOptions::default()
    }
}

fn file_name(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.file_name().map_or_else(|| "files".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Brings derived roles up to date and reports. `role`: only this one; `store` is none of them.
async fn finish(
    report: &LoadReport,
    role: Option<&str>,
    app: &App,
    terminal: Terminal,
) -> Result<Ended, Problem> {
    if report.loaded {
        let is_wanted = |name: &str| role.is_none_or(|role| role == name);
        let wanted = app.roles.iter().filter(|filled| is_wanted(filled.name));
        // Roles have nothing to do with each other; the projections of one may share a file. Each is a task of its own, as
        // its reads do not wait.
        let filling = stream::iter(wanted.map(|filled| Ok(filled.runner.clone())));
        let filled = filling.try_for_each_concurrent(ROLES_AT_ONCE, |runner| async move {
            let filling = tokio::spawn(async move { fill(&runner, terminal).await });
            filling.await.map_err(|error| souk_ports::Error::internal("filling what is derived", error))?
        });
        filled.await?;
        if is_wanted("vectors") {
            embed_all(app, terminal, &|_, _| {}).await?;
        }
    }
    // Asked for by name, embedding is not merely left out; why it was is told above.
    let is_without_model = role == Some("vectors") && !app.shop.embedder.is_here().await?;
    terminal.answer(report, |style| words(report, style))?;
    Ok(if report.rejected > 0 || is_without_model { Ended::WithComplaints } else { Ended::Well })
}

/// One bar per stage, each beginning where the one before ended.
struct Bars {
    terminal: Terminal,
    stage: Option<(loading::Stage, Progress)>,
}

impl Bars {
    fn new(terminal: Terminal) -> Self {
        Self { terminal, stage: None }
    }

    fn at(&mut self, progress: loading::Progress) {
        let same = self.stage.as_ref().is_some_and(|(stage, _)| *stage == progress.stage);
        if !same {
            self.stage = Some((progress.stage, Progress::new(self.terminal, progress.stage.as_str())));
        }
        if let Some((_, bar)) = &self.stage {
            bar.at(progress.done, progress.total);
        }
    }
}

fn words(report: &LoadReport, style: Style) -> String {
    let mut lines = Vec::new();
    if let Some(when) = report.interrupted_before {
        lines.push(
            style.warn(format!(
                "A load of this source began at {when} and did not finish; it is complete now."
            )),
        );
    }
    let mut table = Table::new(style, &[&report.source, ">added", ">changed", ">unchanged", ">kept"]);
    for (name, counts) in report.by_kind().into_iter().filter(|(_, counts)| counts.all() > 0) {
        table.row([
            name.to_owned(),
            counts.added.to_string(),
            counts.changed.to_string(),
            counts.unchanged.to_string(),
            counts.kept.to_string(),
        ]);
    }
    lines.push(table.render());
    for kept in report.kept.iter().take(SHOWN) {
        lines.push(format!(
            "{} {} ({})",
            style.dim("kept as it was changed here"),
            kept.what,
            kept.fields.join(", ")
        ));
    }
    if !report.kept.is_empty() {
        lines.push(style.dim("--overwrite takes the file's word for these."));
    }
    if !report.not_taken.is_empty() {
        lines.push(format!("{} {}", style.warn("not taken over"), report.not_taken.join(", ")));
    }
    if report.gone.count > 0 {
        let first = report.gone.first.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        let more = if report.gone.count > SHOWN as u64 { ", …" } else { "" };
        lines.push(format!(
            "{} {} that the last import had: {first}{more}",
            style.warn("missing"),
            match report.gone.count {
                1 => "1 product".to_owned(),
                count => format!("{count} products"),
            },
        ));
    }
    for reject in report.rejects.iter().take(SHOWN) {
        lines.push(format!("{} {reject}", style.bad("refused")));
    }
    if report.rejected > 0 {
        let file =
            report.rejects_file.as_ref().map(|file| format!("; all of them stand in {}", file.display()));
        let loaded = if report.loaded { "" } else { "; nothing was loaded" };
        let refused = match report.rejected {
            1 => "1 row was refused".to_owned(),
            count => format!("{count} rows were refused"),
        };
        let total = format!("{refused}{}{loaded}.", file.unwrap_or_default());
        lines.push(style.bad(total));
    }
    lines.join("\n")
}
