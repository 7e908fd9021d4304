//! What the doors open on: the shop, what runs beside it, and what an operator wants to know of both.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use souk_kernel::LogPosition;
use souk_ports::derived::Derived;
use souk_ports::graph::Graph;
use souk_ports::moving::Owned;
use souk_ports::store::Committed;
use souk_runtime::{ProjectionStatus, Runner};
use souk_shop::{Query, Shop};
use uuid::Uuid;

use crate::call::{Answered, Problem, Token};
use crate::catalog::prices::follow_sales;
use crate::discovery::embed::embed_some;
use crate::gate::{Layers, Limits};
use crate::operations::Filling;
use crate::server::TlsFiles;

pub struct App {
    pub shop: Shop,
    pub runner: Runner,
    /// The store is not among them.
    pub roles: Vec<Role>,
    /// What each role owns, the store first.
    pub owned: Vec<OwnedPlace>,
    pub elsewhere: Elsewhere,
    pub scratch: Scratch,
    /// As it may be shown: without what is secret. So are the URLs of roles and places.
    pub store_url: String,
    pub data_dir: PathBuf,
    /// Where to serve, unless the command says otherwise.
    pub listen: String,
    /// Whether loading also draws pictures for products that have none.
    pub draws: bool,
    /// Whether loading also brings the embedder's weights here where they are missing.
    pub fetches_model: bool,
    pub limits: Limits,
    pub layers: Layers,
    /// What to encrypt connections with, where they are.
    pub tls: Option<TlsFiles>,
    /// How long requests may take to finish once souk was told to stop.
    pub stop_patience: Duration,
    /// What this process still fills itself with.
    pub filling: Filling,
    /// Whether whoever asks has to prove who they are.
    pub accounts_required: bool,
    /// Whether anybody may sign in as anybody.
    pub demo: AtomicBool,
    /// What has to be said to do so; empty: nothing.
    pub demo_secret: String,
}

/// A role besides the store, as settings and engines describe it.
pub struct Role {
    pub name: &'static str,
    pub url: String,
    pub engine: Arc<dyn Derived>,
    /// Its projections alone.
    pub runner: Runner,
}

/// What a role owns, and where it lies.
pub struct OwnedPlace {
    pub role: &'static str,
    pub url: String,
    /// The data folder, where the URL names a place in it.
    pub folder: Option<PathBuf>,
    pub owned: Arc<dyn Owned>,
}

/// Opens the shop of another file of settings.
#[derive(Clone, Copy)]
pub struct Elsewhere(pub fn(PathBuf) -> OpenApp);

pub type OpenApp = Pin<Box<dyn Future<Output = Result<App, Problem>> + Send>>;

impl Elsewhere {
    pub(crate) async fn open(self, settings: PathBuf) -> Result<App, Problem> {
        (self.0)(settings).await
    }
}

/// Opens engines on nothing, for what is tried out and thrown away.
#[derive(Clone, Copy)]
pub struct Scratch(pub fn(PathBuf) -> Pin<Box<dyn Future<Output = OpenGraph> + Send>>);

type OpenGraph = Result<Arc<dyn Graph>, souk_ports::Error>;

/// An empty graph in a folder that is removed with it.
pub struct ScratchGraph {
    pub graph: Arc<dyn Graph>,
    folder: PathBuf,
}

impl Scratch {
    pub(crate) async fn open(self) -> Result<ScratchGraph, souk_ports::Error> {
        let folder = std::env::temp_dir().join(format!("souk-{}", Uuid::new_v4()));
        let broken = |source| souk_ports::Error::internal(format!("making {}", folder.display()), source);
        std::fs::create_dir(&folder).map_err(broken)?;
        let opened = (self.0)(folder.clone()).await;
        match opened {
            Ok(graph) => Ok(ScratchGraph { graph, folder }),
            Err(error) => {
                remove(&folder);
                Err(error)
            }
        }
    }
}

impl Drop for ScratchGraph {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, folder = %folder.display(), "a folder of ours could not be removed");
    }
}

/// How long a command that wrote something may bring the projections of a role up to date before it ends.
const CATCH_UP: Duration = Duration::from_secs(10);

impl App {
    /// Answers a query when all that it reads has seen what the caller has; the answer says whether it had.
    pub(crate) async fn ask<Q: Query>(
        &self,
        token: Token,
        query: &Q,
    ) -> Result<Answered<Q::Answer>, Problem> {
        token.ask(&self.shop, query, self.limits.patience).await
    }

    pub(crate) async fn head(&self) -> Result<LogPosition, Problem> {
        Ok(self.shop.store.snapshot().await?.head().await?.head)
    }

    /// Where a command's effect stands in the log: before the head, when it changed nothing.
    pub(crate) async fn position_of(&self, committed: Option<Committed>) -> Result<LogPosition, Problem> {
        match committed {
            Some(committed) => Ok(committed.position),
            None => self.head().await,
        }
    }

    /// Begins a command that reads what is derived: where no server follows the log, the command first catches up, and builds
    /// anew what belongs to another history. What
    /// is broken is only told: the query has its fallback.
    pub(crate) async fn refresh(&self) {
        for role in &self.roles {
            match role.runner.status().await {
                Ok(all) => {
                    for one in all.iter().filter(|one| one.strays.is_some() && !one.running) {
                        if let Err(error) = role.runner.rebuild(one.name, &|_, _| {}).await {
                            tell_of(role, &error);
                        }
                    }
                    let is_due =
                        |one: &ProjectionStatus| one.generation.is_none() || (one.behind > 0 && !one.running);
                    if all.iter().any(is_due) {
                        role.carry_on().await;
                    }
                }
                Err(error) => tell_of(role, &error),
            }
        }
        self.follow_sales().await;
    }

    /// Ends a command that wrote something: where no server follows the log, the command itself carries what it wrote
    /// on. What was written stands either way, so a failure here is only told.
    pub(crate) async fn carry_on(&self) {
        self.carry_roles_on().await;
        self.follow_sales().await;
        embed_some(self).await;
    }

    async fn carry_roles_on(&self) {
        for role in &self.roles {
            role.carry_on().await;
        }
    }

    async fn follow_sales(&self) {
        match follow_sales(self, async || self.carry_roles_on().await).await {
            Ok(true) => self.carry_roles_on().await,
            Ok(false) => {}
            Err(error) => {
                let source = std::error::Error::source(&error);
                tracing::warn!(%error, ?source, "sales that begin or end are not searched by yet");
            }
        }
    }
}

impl Role {
    async fn carry_on(&self) {
        if let Err(error) = self.runner.catch_up(CATCH_UP).await {
            tell_of(self, &error);
        }
    }
}

fn tell_of(role: &Role, error: &souk_ports::Error) {
    let source = std::error::Error::source(error);
    tracing::warn!(role = role.name, %error, ?source, "what is derived is behind; see `souk doctor`");
}
