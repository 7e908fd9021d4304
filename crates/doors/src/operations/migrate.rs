//! `souk migrate`: a shop, or some of its roles, from one set of engines to another.

use std::path::PathBuf;
use std::sync::Mutex;

use serde::Serialize;
use souk_kernel::ErrorCode;
use souk_ports::moving::Mark;
use souk_runtime::migrate::{self as moving, Migration, Moved, Part, Place, Progress as Got};

use super::fill::fill;
use crate::App;
use crate::app::OwnedPlace;
use crate::cli::Ended;
use crate::gate::Problem;
use crate::terminal::{Progress, Style, Table, Terminal};

const STORE: &str = "store";

#[derive(Debug, Clone, clap::Args)]
#[command(group = clap::ArgGroup::new("where").required(true).args(["to", "unfence"]))]
pub struct Migrate {
    /// The settings of the shop as it is [default: as for every other command]
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// The settings of the shop as it is to be. Where engines lie is read from this file and from SOUK_TO_STORE and so on,
    /// which is the place for passwords
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Move only this role; may be given several times [default: every role that owns something and has another URL]
    #[arg(long = "role", value_name = "ROLE", value_parser = ["store", "cache", "vectors", "series", "objects"])]
    roles: Vec<String>,
    /// Give a migration up that is not finished: the shop goes on where it was
    #[arg(long, requires = "to")]
    abandon: bool,
    /// Let the shop of --from take writes again, which a migration has moved away
    #[arg(long, conflicts_with_all = ["to", "abandon"])]
    unfence: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    moved: Vec<Moved>,
    /// The roles that lie in the same place before and after.
    stay: Vec<&'static str>,
}

pub(crate) async fn migrate(migrate: Migrate, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let Some(to) = &migrate.to else { return unfence(&migrate, app, terminal).await };
    let target = app.elsewhere.open(to.clone()).await?;
    let (parts, stay) = parts(&migrate, app, &target);
    if migrate.abandon {
        moving::abandon(&parts).await?;
        let answer = serde_json::json!({ "abandoned": true });
        terminal.answer(&answer, |_| {
            "The shop takes writes where it was. What was copied is no shop: empty that place before it is used."
                .to_owned()
        })?;
        return Ok(Ended::Well);
    }
    let migration = Migration::begin(parts).await?;
    match carry_out(&migration, &target, terminal).await {
        Ok(moved) => {
            let report = Report { moved, stay };
            terminal.answer(&report, |style| report.words(style))?;
            Ok(Ended::Well)
        }
        Err(problem) => {
            terminal.note("It is not finished, and neither place sells: the same command goes on, --abandon gives it up.");
            Err(problem)
        }
    }
}

async fn carry_out(migration: &Migration, target: &App, terminal: Terminal) -> Result<Vec<Moved>, Problem> {
    let bars = Bars::new(terminal);
    let moved = migration.copy(&|got| bars.at(got)).await;
    drop(bars);
    let moved = moved?;
    // Nobody can sell there before the store is open, and what is derived may have to write to the carts.
    migration.open(|role| role != STORE).await?;
    fill(&target.runner, terminal).await?;
    migration.open(|role| role == STORE).await?;
    Ok(moved)
}

/// What is to be moved, and the roles that are to stay.
fn parts(migrate: &Migrate, from: &App, to: &App) -> (Vec<Part>, Vec<&'static str>) {
    let wanted = |role: &str| migrate.roles.is_empty() || migrate.roles.iter().any(|name| name == role);
    let (mut parts, mut stay) = (Vec::new(), Vec::new());
    for (one, other) in from.owned.iter().zip(&to.owned).filter(|(one, _)| wanted(one.role)) {
        let (from, to) = (one.place(), other.place());
        if from.name == to.name {
            stay.push(one.role);
        } else {
            parts.push(Part { role: one.role, from, to });
        }
    }
    (parts, stay)
}

impl OwnedPlace {
    fn place(&self) -> Place {
        let name = match &self.folder {
            Some(folder) => format!("{} in {}", self.url, folder.display()),
            None => self.url.clone(),
        };
        Place { owned: self.owned.clone(), name }
    }
}

async fn unfence(migrate: &Migrate, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let wanted = |role: &str| migrate.roles.is_empty() || migrate.roles.iter().any(|name| name == role);
    let mut opened = Vec::new();
    for place in app.owned.iter().filter(|place| wanted(place.role)) {
        if place.owned.unfence().await? {
            opened.push(place.role);
        }
    }
    terminal.answer(&serde_json::json!({ "opened": opened }), |_| match opened.is_empty() {
        true => "Everything took writes already.".to_owned(),
        false => format!("These take writes again: {}.", opened.join(", ")),
    })?;
    Ok(Ended::Well)
}

/// Fails when something that the shop needs is only half there.
pub(super) async fn check_complete(app: &App, terminal: Terminal) -> Result<(), Problem> {
    for place in &app.owned {
        match place.owned.mark().await {
            Ok(mark @ Mark::Arriving { .. }) => {
                let why = mark.closed().unwrap_or_default();
                let detail =
                    format!("the {} cannot be served yet: {why}; run `souk migrate` again", place.role);
                return Err(Problem::new(ErrorCode::Unavailable, detail));
            }
            Ok(mark) => {
                if let Some(why) = mark.closed() {
                    terminal.note(&format!("The {} takes no writes: {why}.", place.role));
                }
            }
            // Whoever is away now may be back later.
            Err(error) => tracing::warn!(role = place.role, %error, "nobody knows whether it is complete"),
        }
    }
    Ok(())
}

/// One bar at a time: for each role, while it is copied and while it is compared.
struct Bars {
    terminal: Terminal,
    shown: Mutex<Option<(String, Progress)>>,
}

impl Bars {
    fn new(terminal: Terminal) -> Self {
        Self { terminal, shown: Mutex::new(None) }
    }

    fn at(&self, got: Got) {
        let name = format!("{} {}", if got.is_comparing { "comparing" } else { "copying" }, got.role);
        let Ok(mut shown) = self.shown.lock() else { return };
        if shown.as_ref().is_none_or(|(shown, _)| *shown != name) {
            // The former bar goes before the next one is drawn.
            *shown = None;
            *shown = Some((name.clone(), Progress::new(self.terminal, &name)));
        }
        if let Some((_, progress)) = &*shown {
            progress.at(got.done, got.total);
        }
    }
}

impl Report {
    fn words(&self, style: Style) -> String {
        let mut table = Table::new(style, &["role", "collection", ">records", "sha256"]);
        for moved in &self.moved {
            for one in &moved.collections {
                table.row([
                    moved.role.to_owned(),
                    one.collection.to_owned(),
                    one.records.to_string(),
                    one.sha256[..16].to_owned(),
                ]);
            }
        }
        let mut lines = Vec::new();
        if self.moved.iter().any(|moved| !moved.collections.is_empty()) {
            lines.push(table.render());
            lines.push("The same in both places.".to_owned());
        }
        for moved in &self.moved {
            let was = if moved.collections.is_empty() { "had moved before" } else { "has moved" };
            lines.push(format!("{} {was} from {} to {}.", style.title(moved.role), moved.from, moved.to));
        }
        if !self.stay.is_empty() {
            lines.push(format!("These lie in one place for both: {}.", self.stay.join(", ")));
        }
        if !self.moved.is_empty() {
            let open = style.code("souk migrate --unfence --from FILE");
            lines.push(format!(
                "The former places take no writes, so that nobody sells there; {open} opens them."
            ));
        }
        lines.join("\n")
    }
}
