//! What a server does beside serving: it fills itself, embeds what waits, follows sales that begin and end, and draws
//! pictures when nothing else is to do.

use std::sync::Arc;
use std::time::Duration;

use souk_kernel::ErrorCode;
use souk_ports::derived::{Derived, ProjectionName};
use souk_shop::media::{name_missing, undrawn};
use tokio::time::{Instant, sleep};

use super::filling::Stage;
use crate::App;
use crate::catalog::prices::keep_prices;
use crate::discovery::embed::{embed_all, keep_embedding};
use crate::gate::{Meter, Problem};
use crate::loading::cli::load_missing;
use crate::purchases::cli::generate_missing;
use crate::terminal::{Progress, Terminal};

/// Pauses between the tries of a stage that fails: twice as long each time, from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LAST_PAUSE: Duration = Duration::from_secs(60);
/// How often it is looked how far the projections are.
const LOOK: Duration = Duration::from_millis(250);
/// So long nobody asked for anything before a picture is drawn that nobody asked for.
const QUIET: Duration = Duration::from_millis(200);
/// Requests come first, but not for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// Told how much is done, of how much.
type Heard<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

/// What `souk demo` fills a shop with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Made-up orders; `None` where there are some.
    pub(super) orders: Option<u64>,
}

const BEFORE_PICTURES: [Stage; 5] =
    [Stage::Catalogue, Stage::Purchases, Stage::Projections, Stage::Embeddings, Stage::Batches];

/// Says what is going to be done, before anybody can ask.
pub(super) fn plan(app: &App, wanted: Option<Wanted>) {
    let first = wanted.map(|_| BEFORE_PICTURES).into_iter().flatten();
    let all: Vec<Stage> = first.chain(app.draws.then_some(Stage::Pictures)).collect();
    app.filling.plan(&all);
}

/// Everything that a server does on the side, for as long as it serves. Dropped at any point, it goes on from there when
/// the next process starts.
pub(super) async fn beside_serving(
    app: Arc<App>,
    meter: Arc<Meter>,
    wanted: Option<Wanted>,
    terminal: Terminal,
    on_catalogue: impl FnOnce() + Send,
) {
    let background = Background { app: &app, meter: &meter, terminal, is_watched: wanted.is_some() };
    let fill_and_draw = async {
        if let Some(wanted) = wanted {
            background.fill(wanted, on_catalogue).await;
            tokio::join!(keep_embedding(app.clone()), background.finish());
        } else {
            tokio::join!(keep_embedding(app.clone()), background.draw_rest());
        }
    };
    tokio::join!(keep_prices(app.clone()), fill_and_draw);
}

struct Background<'a> {
    app: &'a Arc<App>,
    meter: &'a Meter,
    terminal: Terminal,
    /// Whether somebody waits for the shop to be filled, and is told how far that is.
    is_watched: bool,
}

impl Background<'_> {
    /// All stages but the pictures, each after those that it needs.
    async fn fill(&self, wanted: Wanted, on_catalogue: impl FnOnce()) {
        let mut on_catalogue = Some(on_catalogue);
        for stage in BEFORE_PICTURES {
            if !self.carry_out(stage, wanted).await {
                return;
            }
            if let Some(on_catalogue) = on_catalogue.take() {
                on_catalogue();
            }
        }
    }

    /// Draws the pictures that are left, and says what all stages took.
    async fn finish(&self) {
        let left = self.app.filling.left();
        // A stage that failed for good has been told of.
        if left.iter().any(|state| state.is_trouble()) {
            return;
        }
        if !left.is_empty() {
            self.terminal
                .note("Everything is there but pictures, which are drawn when somebody looks at them.");
            if !self.carry_out(Stage::Pictures, Wanted { orders: None }).await {
                return;
            }
        }
        self.terminal.note(&self.app.filling.words(self.terminal.error_style()));
    }

    /// What is left of the pictures when a shop is opened that was not filled to its end.
    async fn draw_rest(&self) {
        if self.app.draws {
            self.carry_out(Stage::Pictures, Wanted { orders: None }).await;
        }
    }

    /// Does a stage, again and again where that may help; whether it came to its end.
    async fn carry_out(&self, stage: Stage, wanted: Wanted) -> bool {
        let filling = &self.app.filling;
        let mut pause = FIRST_PAUSE;
        loop {
            filling.begins(stage);
            let problem = match self.attempt(stage, wanted).await {
                Ok(outcome) => {
                    filling.is_done(stage, outcome);
                    return true;
                }
                Err(problem) => problem,
            };
            let may_pass =
                matches!(problem.code, ErrorCode::Unavailable | ErrorCode::Busy | ErrorCode::Conflict);
            filling.fails(stage, &problem, !may_pass);
            let (stage, causes) = (stage.as_str(), problem.causes.join(": "));
            if !may_pass {
                tracing::error!(stage, error = problem.detail, causes, "filling the shop failed");
                self.terminal.note(&format!(
                    "{stage}: {}; the shop is served as it is, and the next start goes on from there",
                    problem.detail
                ));
                return false;
            }
            tracing::warn!(
                stage,
                error = problem.detail,
                causes,
                "filling the shop stopped and is tried again"
            );
            self.terminal.note(&format!(
                "{stage}: {}; trying again in {} s",
                problem.detail,
                pause.as_secs()
            ));
            sleep(pause).await;
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// Does a stage, or what is left of it, and says what came of it.
    async fn attempt(&self, stage: Stage, wanted: Wanted) -> Result<String, Problem> {
        let (app, terminal) = (self.app, self.terminal);
        let heard = |done, total| app.filling.at(stage, done, total);
        match stage {
            Stage::Catalogue => {
                let added = load_missing(app, terminal, &heard).await?.total().added;
                if app.draws {
                    name_missing(&app.shop).await?;
                }
                Ok(if added > 0 { format!("{added} rows") } else { there_already() })
            }
            Stage::Purchases => match wanted.orders {
                Some(orders) => generate_missing(orders, app, terminal, &heard).await,
                None => Ok(there_already()),
            },
            Stage::Projections => self.follow_up(&heard).await,
            Stage::Embeddings => embed_all(app, terminal, &heard).await,
            Stage::Batches => {
                let progress = Progress::new(terminal, stage.as_str());
                let on_progress = |done, total| {
                    progress.at(done, total);
                    heard(done, total);
                };
                let run = app.runner.run_due(&on_progress).await?;
                Ok(if run.is_empty() { there_already() } else { run.join(", ") })
            }
            Stage::Pictures => self.draw(&heard).await,
        }
    }

    /// Waits until every projection, wherever it is advanced, has got to where its feed ended when this began.
    async fn follow_up(&self, heard: Heard<'_>) -> Result<String, Problem> {
        let head = self.app.head().await?;
        let mut waiting: Vec<(&dyn Derived, ProjectionName, u64)> = Vec::new();
        for role in &self.app.roles {
            for name in role.runner.following() {
                let end = role.runner.status_of(name).await?.head.position;
                waiting.push((&*role.engine, name, end));
            }
        }
        let (all, total) = (waiting.len(), waiting.iter().map(|(.., end)| end).sum::<u64>());
        let progress = Progress::new(self.terminal, Stage::Projections.as_str());
        loop {
            let (mut still, mut left) = (Vec::new(), 0);
            for (engine, name, end) in waiting {
                let at = match engine.live(name).await? {
                    Some(live) => engine.checkpoint(name, live).await?.at.position,
                    None => 0,
                };
                // Of an empty feed there is nothing to fill.
                if at < end {
                    left += end - at;
                    still.push((engine, name, end));
                }
            }
            progress.at(total - left, total);
            heard(total - left, total);
            if still.is_empty() {
                return Ok(format!("{all} of them at {head}"));
            }
            waiting = still;
            sleep(LOOK).await;
        }
    }

    /// Waits until there is a generation of everything that follows a feed.
    async fn first_generations(&self) -> Result<(), Problem> {
        for role in &self.app.roles {
            for name in role.runner.following() {
                while role.engine.live(name).await?.is_none() {
                    sleep(LOOK).await;
                }
            }
        }
        Ok(())
    }

    /// Draws what nobody has asked for yet, one at a time, while nobody asks for anything.
    async fn draw(&self, heard: Heard<'_>) -> Result<String, Problem> {
        // What follows the log goes before.
        self.first_generations().await?;
        let mut undrawn = undrawn(&self.app.shop).await?;
        let total = undrawn.count();
        let progress =
            (total > 0 && self.is_watched).then(|| Progress::new(self.terminal, Stage::Pictures.as_str()));
        let mut quiet = Quiet { meter: self.meter, seen: self.meter.answered(), since: Instant::now() };
        loop {
            let done = (total - undrawn.count()) as u64;
            heard(done, total as u64);
            if let Some(progress) = &progress {
                progress.at(done, total as u64);
            }
            quiet.wait().await;
            if !undrawn.draw_next(&self.app.shop).await? {
                return Ok(if total > 0 { format!("{total} drawn") } else { there_already() });
            }
        }
    }
}

fn there_already() -> String {
    "there already".to_owned()
}

/// Whether anybody asks for anything, as far as the meter tells.
struct Quiet<'a> {
    meter: &'a Meter,
    seen: u64,
    since: Instant,
}

impl Quiet<'_> {
    /// Until it has been quiet for a moment, or its patience is over.
    async fn wait(&mut self) {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let seen = self.meter.answered();
            if seen != self.seen {
                (self.seen, self.since) = (seen, Instant::now());
            }
            if self.since.elapsed() >= QUIET {
                return;
            }
            sleep(QUIET / 4).await;
        }
    }
}
