//! Replicas, and which of them answers a query: the next one in turn that has what the query must see, or none of them.
//!
//! How far a replica is stands in the moment itself, which is read there: the row of `log` arrives with what it counts. A
//! replica that is away, slow, behind, or no replica of this store makes no query fail, only go on to the next server.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use souk_kernel::Position;
use souk_ports::store::{LogHead, Replica, ReplicaState};
use souk_ports::{Error, Result};

use super::heads::Heads;
use super::snapshot::{self, Open};
use super::{Link, WHAT};

/// For so long a replica that was behind is not asked whether it is still.
const BEHIND: Duration = Duration::from_millis(10);

pub(super) struct Replicas {
    all: Vec<One>,
    /// Counts the queries, so that replicas take turns.
    turn: AtomicUsize,
}

struct One {
    link: Arc<Link>,
    served: AtomicU64,
    /// Where it was when it was behind last.
    behind: Mutex<Option<(Instant, Position)>>,
}

impl Replicas {
    pub(super) fn new(links: impl Iterator<Item = Arc<Link>>) -> Self {
        let one = |link| One { link, served: AtomicU64::new(0), behind: Mutex::new(None) };
        Self { all: links.map(one).collect(), turn: AtomicUsize::new(0) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A moment of a replica that holds everything up to `wanted`; `primary` names the store and its epoch.
    pub(super) async fn moment(&self, wanted: Position, primary: LogHead) -> Option<(Open, LogHead)> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        for one in (0..self.all.len()).map(|at| &self.all[turn.wrapping_add(at) % self.all.len()]) {
            if one.is_known_to_lack(wanted) {
                continue;
            }
            match snapshot::begin_on_replica(&one.link).await {
                Ok((open, copy)) => match is_copy(&copy, &primary) {
                    Ok(()) if copy.head.head.position >= wanted => {
                        one.served.fetch_add(1, Ordering::Relaxed);
                        return Some((open, copy.head));
                    }
                    Ok(()) => one.is_behind(copy.head.head.position),
                    Err(why) => tracing::debug!(replica = one.link.place, why, "is not read"),
                },
                Err(error) => tracing::debug!(replica = one.link.place, %error, "is not read"),
            }
        }
        None
    }

    /// How each of them is, asked all at once.
    pub(super) async fn report(&self, primary: Option<LogHead>, heads: &Heads) -> Vec<Replica> {
        let report = self.all.iter().map(async |one| Replica {
            place: one.link.place.clone(),
            state: one.state(primary, heads).await,
            served: one.served.load(Ordering::Relaxed),
        });
        futures_util::future::join_all(report).await
    }
}

impl One {
    fn is_known_to_lack(&self, wanted: Position) -> bool {
        let behind = self.behind.lock().unwrap_or_else(PoisonError::into_inner);
        behind.is_some_and(|(at, position)| position < wanted && at.elapsed() < BEHIND)
    }

    fn is_behind(&self, position: Position) {
        *self.behind.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), position));
    }

    async fn state(&self, primary: Option<LogHead>, heads: &Heads) -> Result<ReplicaState> {
        let needed = heads.before();
        let (open, copy) = snapshot::begin_on_replica(&self.link).await?;
        drop(open);
        let no_copy = |why| Error::Conflict { what: format!("{WHAT} on {}, which {why}", self.link.place) };
        if let Some(primary) = primary {
            is_copy(&copy, &primary).map_err(no_copy)?;
        }
        let at = copy.head.head;
        Ok(ReplicaState {
            version: format!("PostgreSQL {}", copy.version),
            at,
            behind: heads.now().saturating_sub(at.position),
            lags: at.position < needed,
        })
    }
}

/// What a server says that ought to be a replica.
pub(super) struct Copy {
    pub(super) head: LogHead,
    pub(super) follows: bool,
    pub(super) version: String,
}

/// Or why not. A replica that was promoted has a future of its own.
fn is_copy(copy: &Copy, primary: &LogHead) -> Result<(), &'static str> {
    if !copy.follows {
        Err("follows no other server")
    } else if copy.head.log != primary.log {
        Err("has the log of another store")
    } else if copy.head.head.epoch != primary.head.epoch {
        Err("has another life of the log")
    } else {
        Ok(())
    }
}
