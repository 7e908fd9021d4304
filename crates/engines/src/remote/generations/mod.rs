//! Generations of derived data on a server that many processes share: which one is live, who may write one, how far each
//! has got.
//!
//! An engine brings a [`Registry`]: small records with compare-and-set beside the data, and a way to make and remove the
//! place of a generation (a collection, an index, a label). Two kinds of records:
//! * one for each projection ([`Pointer`]): the live generation, and those that there are beside it;
//! * one for each generation ([`State`]): its lease and its checkpoint (see [`lease`]). Without it the generation does not
//!   exist.
//!
//! **Removal**: the record goes first, so nobody writes any more; the data itself goes [`GRACE`] later, so that readers
//! who have just learnt of it finish. What a crash leaves lying is removed by the next [`Generations::begin`].

mod derived;
mod lease;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::{Error, Result};

pub(crate) use self::derived::derived_on_a_server;
use self::lease::State;
pub(crate) use self::lease::Step;

/// How long the pointer is believed before it is read again.
const BELIEVED: Duration = Duration::from_millis(10);
/// How long the data of a generation stays after nobody can learn of it any more.
const GRACE: Duration = Duration::from_secs(3);
/// An answer that took longer may be that of a generation whose data was going: it counts only if it is still live.
const LATE: Duration = Duration::from_millis(2_500);
/// How often a compare-and-set that others got in the way of is tried.
const ATTEMPTS: usize = 100;

/// One record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Counts the writes of this record, from 1.
    pub(crate) revision: u64,
    pub(crate) text: String,
}

/// What an engine provides.
#[async_trait]
pub(crate) trait Registry: Send + Sync + 'static {
    /// As all processes see it: never from a replica that may lag behind.
    async fn read(&self, key: &str) -> Result<Option<Record>>;

    /// Writes `text` at revision `seen + 1` if the record is at revision `seen` (0: there is none), durably; whether it
    /// was.
    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool>;

    /// Removes the record if it is at this revision; whether it was.
    async fn remove(&self, key: &str, seen: u64) -> Result<bool>;

    /// Makes the empty place of a generation, if it is not there.
    async fn create(&self, projection: ProjectionName, generation: Generation) -> Result<()>;

    /// Removes the place of a generation with all that is in it, if it is there.
    async fn clear(&self, projection: ProjectionName, generation: Generation) -> Result<()>;
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Pointer {
    live: Option<Generation>,
    /// The last number given.
    last: u64,
    /// All that there are, the live one too.
    there: Vec<Generation>,
    /// Without records, but their data may still lie about.
    leaving: Vec<Generation>,
}

pub(crate) struct Generations<R> {
    registry: R,
    /// The role, for errors.
    what: &'static str,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    live: HashMap<ProjectionName, (Instant, Option<Generation>)>,
    /// The last beat seen of leases that others hold, and since when.
    beats: HashMap<String, (u64, u64, Instant)>,
    /// The epochs of the leases that this process holds.
    held: HashMap<String, u64>,
    /// The epochs of those that it has given up while the server was away: their records do not say so.
    given_up: HashMap<String, u64>,
}

impl<R: Registry> Generations<R> {
    pub(crate) fn new(what: &'static str, registry: R) -> Arc<Self> {
        Arc::new(Self { registry, what, known: Mutex::default() })
    }

    pub(crate) fn registry(&self) -> &R {
        &self.registry
    }

    /// What readers see; another process's promotion is noticed within some milliseconds.
    pub(crate) async fn live(&self, projection: ProjectionName) -> Result<Option<Generation>> {
        if let Some((at, live)) = self.known().live.get(projection)
            && at.elapsed() < BELIEVED
        {
            return Ok(*live);
        }
        let at = Instant::now();
        let (_, pointer) = self.read::<Pointer>(projection).await?;
        self.known().live.insert(projection, (at, pointer.live));
        Ok(pointer.live)
    }

    /// As [`Self::live`]; `NotFound` where there is none.
    pub(crate) async fn readable(&self, projection: ProjectionName) -> Result<Generation> {
        self.live(projection).await?.ok_or_else(|| Error::NotFound {
            what: format!("the live generation of {} `{projection}`", self.what),
        })
    }

    /// Asks the live generations of some projections. Whoever is frozen between learning of them and asking gets no answer
    /// made of what is left of them.
    pub(crate) async fn ask<T, F>(
        &self,
        projections: &[ProjectionName],
        ask: impl Fn(Vec<Generation>) -> F + Sync,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        for _ in 0..ATTEMPTS {
            let since = Instant::now();
            let live = self.all_readable(projections).await?;
            let answer = ask(live.clone()).await;
            if since.elapsed() < LATE || self.all_readable(projections).await? == live {
                return answer;
            }
        }
        Err(self.contended(projections[0]))
    }

    async fn all_readable(&self, projections: &[ProjectionName]) -> Result<Vec<Generation>> {
        let mut live = Vec::with_capacity(projections.len());
        for projection in projections {
            live.push(self.readable(projection).await?);
        }
        Ok(live)
    }

    pub(crate) async fn begin(self: &Arc<Self>, projection: ProjectionName) -> Result<Generation> {
        self.sweep(projection, true).await?;
        let mut mine = None;
        for _ in 0..ATTEMPTS {
            let (revision, mut pointer) = self.read::<Pointer>(projection).await?;
            let next = Generation(pointer.last + 1);
            // The record takes the number. One that is there already belongs to a process that is just as far, or was
            // when it crashed: it is listed in that one's place, and a sweep finds out.
            if mine.is_none() && self.write(&key(projection, next), 0, &State::default()).await? {
                mine = Some(next);
            }
            let listed = mine.unwrap_or(next);
            pointer.last = pointer.last.max(listed.0);
            if !pointer.there.contains(&listed) {
                pointer.there.push(listed);
            }
            if self.write(projection, revision, &pointer).await?
                && let Some(generation) = mine
            {
                self.registry.create(projection, generation).await?;
                return Ok(generation);
            }
        }
        Err(self.contended(projection))
    }

    pub(crate) async fn promote(
        self: &Arc<Self>,
        projection: ProjectionName,
        expected: Option<Generation>,
        next: Generation,
    ) -> Result<()> {
        self.state(projection, next).await?;
        for _ in 0..ATTEMPTS {
            let (revision, mut pointer) = self.read::<Pointer>(projection).await?;
            if pointer.live != expected || pointer.live == Some(next) {
                return Err(Error::Conflict {
                    what: format!("the live generation of {} `{projection}`", self.what),
                });
            }
            if !pointer.there.contains(&next) {
                return Err(self.missing(projection, next));
            }
            pointer.live = Some(next);
            if self.write(projection, revision, &pointer).await? {
                self.known().live.insert(projection, (Instant::now(), Some(next)));
                return self.sweep(projection, false).await;
            }
        }
        Err(self.contended(projection))
    }

    /// Removes what is neither live nor locked; without `newer` only what the live one has left behind, since what was begun
    /// after it may be about to be locked again.
    async fn sweep(self: &Arc<Self>, projection: ProjectionName, newer: bool) -> Result<()> {
        let (_, pointer) = self.read::<Pointer>(projection).await?;
        let mut gone = pointer.leaving;
        let live = pointer.live;
        let may_go = |one: &Generation| live != Some(*one) && (newer || Some(*one) < live);
        for generation in pointer.there.into_iter().filter(may_go) {
            let key = key(projection, generation);
            let (revision, state) = self.read::<State>(&key).await?;
            if revision == 0 || self.is_free(&key, &state) && self.registry.remove(&key, revision).await? {
                gone.push(generation);
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        let leaving = |pointer: &mut Pointer| {
            pointer.there.retain(|one| !gone.contains(one));
            for one in &gone {
                if !pointer.leaving.contains(one) {
                    pointer.leaving.push(*one);
                }
            }
        };
        self.change_pointer(projection, leaving).await?;
        let this = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(GRACE).await;
            if let Err(error) = this.clear(projection, &gone).await {
                tracing::warn!(%error, projection, "former generations could not be cleared away yet");
            }
        });
        Ok(())
    }

    async fn clear(&self, projection: ProjectionName, gone: &[Generation]) -> Result<()> {
        for generation in gone {
            self.registry.clear(projection, *generation).await?;
        }
        self.change_pointer(projection, |pointer| pointer.leaving.retain(|one| !gone.contains(one))).await
    }

    async fn change_pointer(&self, projection: ProjectionName, change: impl Fn(&mut Pointer)) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let (revision, mut pointer) = self.read::<Pointer>(projection).await?;
            change(&mut pointer);
            if self.write(projection, revision, &pointer).await? {
                return Ok(());
            }
        }
        Err(self.contended(projection))
    }

    /// Revision 0 and the default where there is no such record.
    async fn read<T: DeserializeOwned + Default>(&self, key: &str) -> Result<(u64, T)> {
        let Some(Record { revision, text }) = self.registry.read(key).await? else {
            return Ok((0, T::default()));
        };
        let record = serde_json::from_str(&text).map_err(|error| {
            Error::internal(format!("reading the record `{key}` of {}", self.what), error)
        })?;
        Ok((revision, record))
    }

    async fn write<T: Serialize>(&self, key: &str, seen: u64, record: &T) -> Result<bool> {
        self.registry.write(key, seen, &self.text(key, record)?).await
    }

    fn text<T: Serialize>(&self, key: &str, record: &T) -> Result<String> {
        serde_json::to_string(record)
            .map_err(|error| Error::internal(format!("writing the record `{key}` of {}", self.what), error))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn missing(&self, projection: ProjectionName, generation: Generation) -> Error {
        Error::NotFound { what: format!("generation {} of {} `{projection}`", generation.0, self.what) }
    }

    fn contended(&self, projection: ProjectionName) -> Error {
        Error::Unavailable { what: format!("the records of {} `{projection}`", self.what), source: None }
    }
}

/// Of the record of a generation.
pub(crate) fn key(projection: ProjectionName, generation: Generation) -> String {
    format!("{projection}.{}", generation.0)
}
