//! All projections of one process, and the follower that tells this process's memory about every event.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use souk_kernel::Position;
use souk_ports::derived::ProjectionName;
use souk_ports::event::RecordedEvent;
use souk_ports::projection::{ActivityProjection, Batch, Projection};
use souk_ports::series::Series;
use souk_ports::store::Store;
use souk_ports::{Error, Result};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::follow::CaughtUp;
use crate::rebuild::{Rebuilt, rebuild};
use crate::status::{ProjectionStatus, status_of_batch, status_of_track};
use crate::track::Track;
use crate::window::{self, Window};
use crate::{batch, follow, status};

/// What a follower hears of the log.
#[derive(Debug, Clone, Copy)]
pub enum Heard<'a> {
    /// The next events: within milliseconds for this process's own, within 20 ms for others'.
    Events(&'a [Arc<RecordedEvent>]),
    /// The log cannot be read for the moment: who keeps something in memory can no longer trust it.
    Lost,
    /// It can be read again; every event after this position will be heard.
    From(Position),
    /// It is another one than before, or went back to an older copy of itself: nothing holds of what was remembered. Every
    /// event after this position will be heard.
    Anew(Position),
}

/// Keeps this process's memory up to date.
pub type Follower = Arc<dyn Fn(Heard<'_>) + Send + Sync>;

/// How long a stopping runner waits for the steps in progress.
const STOPPING: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Runner {
    store: Arc<dyn Store>,
    members: Vec<Member>,
}

#[derive(Clone)]
enum Member {
    Track(Track),
    Batch(Arc<dyn Batch>),
}

impl Member {
    fn name(&self) -> ProjectionName {
        match self {
            Self::Track(track) => track.name(),
            Self::Batch(batch) => batch.name(),
        }
    }
}

/// What [`Runner::catch_up`] came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatchUp {
    /// Brought to the head of the log by this process.
    pub advanced: Vec<ProjectionName>,
    /// Left to the process that holds their lock.
    pub elsewhere: Vec<ProjectionName>,
    /// Not done in time, or belonging to another history; the next process that serves goes on with them.
    pub unfinished: Vec<ProjectionName>,
}

impl Runner {
    /// Batches come after what they are made of: the order is that of [`Runner::catch_up`].
    pub fn new(store: Arc<dyn Store>, projections: Vec<Arc<dyn Projection>>) -> Self {
        let track = |projection| Member::Track(Track::Log(store.clone(), projection));
        let members = projections.into_iter().map(track).collect();
        Self { store, members }
    }

    #[must_use]
    pub fn with_activity(
        mut self,
        series: &Arc<dyn Series>,
        projections: Vec<Arc<dyn ActivityProjection>>,
    ) -> Self {
        let track = |projection| Member::Track(Track::Activity(series.clone(), projection));
        self.members.extend(projections.into_iter().map(track));
        self
    }

    #[must_use]
    pub fn with_batches(mut self, batches: Vec<Arc<dyn Batch>>) -> Self {
        self.members.extend(batches.into_iter().map(Member::Batch));
        self
    }

    /// The members of both.
    #[must_use]
    pub fn and(mut self, other: &Runner) -> Self {
        self.members.extend(other.members.iter().cloned());
        self
    }

    pub fn names(&self) -> Vec<ProjectionName> {
        self.members.iter().map(Member::name).collect()
    }

    /// Those that follow a feed. Batches are made when what they are made of is there, which may be never.
    pub fn following(&self) -> Vec<ProjectionName> {
        let tracks = self.members.iter().filter(|member| matches!(member, Member::Track(_)));
        tracks.map(Member::name).collect()
    }

    /// Starts a task that reads the log for all, and one per projection. The follower is told every event after `from`:
    /// whoever keeps something in memory by it knows from where on nothing was missed.
    pub fn start(&self, from: Position, on_events: Follower) -> RunnerHandle {
        let (stop, stopped) = watch::channel(false);
        let window = Arc::new(Window::after(from));
        let mut tasks = Vec::new();
        let (store, read_into, stop_reading) = (self.store.clone(), window.clone(), stopped.clone());
        tasks.push(tokio::spawn(supervise("the reader of the log", stopped.clone(), move || {
            let (store, window, on_events, stopped) =
                (store.clone(), read_into.clone(), on_events.clone(), stop_reading.clone());
            tokio::spawn(async move { window::read(&*store, &window, &on_events, stopped).await })
        })));
        for member in &self.members {
            let (member, window, stopped) = (member.clone(), window.clone(), stopped.clone());
            tasks.push(tokio::spawn(supervise(member.name(), stopped.clone(), move || {
                let (member, window, stopped) = (member.clone(), window.clone(), stopped.clone());
                tokio::spawn(async move {
                    match member {
                        Member::Track(track) => follow::follow(&track, &window, stopped).await,
                        Member::Batch(batch) => batch::follow(&*batch, stopped).await,
                    }
                })
            })));
        }
        RunnerHandle { stop, tasks }
    }

    /// Advances every projection that nobody else advances, up to the head of the log or until `patience` is over.
    pub async fn catch_up(&self, patience: Duration) -> Result<CatchUp> {
        let deadline = Instant::now() + patience;
        let mut done = CatchUp::default();
        for member in &self.members {
            let name = member.name();
            let caught_up = match member {
                Member::Track(track) => follow::catch_up(track, deadline).await,
                Member::Batch(batch) => batch::catch_up(&**batch).await.map(|()| CaughtUp::Done),
            };
            match caught_up {
                Ok(CaughtUp::Done) => done.advanced.push(name),
                Ok(CaughtUp::Elsewhere) => done.elsewhere.push(name),
                Ok(CaughtUp::OutOfTime) => done.unfinished.push(name),
                // Somebody else took or replaced the generation meanwhile.
                Err(Error::Conflict { .. } | Error::NotFound { .. }) => done.elsewhere.push(name),
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    pub async fn status(&self) -> Result<Vec<ProjectionStatus>> {
        let mut all = Vec::with_capacity(self.members.len());
        for name in self.names() {
            all.push(self.status_of(name).await?);
        }
        Ok(all)
    }

    /// It needs no other projection to be well.
    pub async fn status_of(&self, name: &str) -> Result<ProjectionStatus> {
        match self.find(name)? {
            Member::Track(track) => status_of_track(track).await,
            Member::Batch(batch) => status_of_batch(&**batch).await,
        }
    }

    /// How many events each projection has still to follow: less to ask than a whole status. Batches follow none.
    pub async fn behind(&self) -> Result<BTreeMap<ProjectionName, u64>> {
        let mut all = BTreeMap::new();
        for member in &self.members {
            if let Member::Track(track) = member {
                all.insert(track.name(), status::behind(track).await?);
            }
        }
        Ok(all)
    }

    /// Fills a new generation and makes it the live one. `progress` is told how much is done, of how much.
    pub async fn rebuild(&self, name: &str, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<Rebuilt> {
        match self.find(name)? {
            Member::Track(track) => rebuild(track, progress).await,
            Member::Batch(batch) => batch::run(&**batch, progress).await,
        }
    }

    /// Runs the batches that are missing, or made of what has changed since, and names them.
    pub async fn run_due(&self, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<Vec<ProjectionName>> {
        let mut run = Vec::new();
        for member in &self.members {
            if let Member::Batch(batch) = member
                && batch::is_due(&**batch).await?
            {
                match batch::run(&**batch, progress).await {
                    Ok(_) => run.push(batch.name()),
                    // Another process is at it.
                    Err(Error::Conflict { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(run)
    }

    /// The content as sorted lines; equal content, equal dump.
    pub async fn dump(&self, name: &str) -> Result<Vec<String>> {
        match self.find(name)? {
            Member::Track(track) => track.dump().await,
            Member::Batch(batch) => batch.dump().await,
        }
    }

    fn find(&self, name: &str) -> Result<&Member> {
        self.members.iter().find(|member| member.name() == name).ok_or_else(|| Error::NotFound {
            what: format!("the projection `{name}` (there are {})", self.names().join(", ")),
        })
    }
}

/// The running tasks; dropping it without [`RunnerHandle::stop`] leaves them running.
pub struct RunnerHandle {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl RunnerHandle {
    /// Lets the steps in progress end, for a bounded time, and gives the locks back.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let deadline = tokio::time::Instant::now() + STOPPING;
        for mut task in self.tasks {
            if tokio::time::timeout_at(deadline, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}

/// Starts a task again when it panicked: one bad event must not silence a projection for good.
async fn supervise(
    name: &'static str,
    stopped: watch::Receiver<bool>,
    start: impl Fn() -> JoinHandle<()> + Send,
) {
    while !*stopped.borrow() {
        match start().await {
            Ok(()) => return,
            Err(error) => tracing::error!(name, %error, "a task of the runner panicked and is started again"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
