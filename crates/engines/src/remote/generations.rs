//! Generations of derived data on a server that many processes share: which one is live, who may write one, how far each
//! has got.
//!
//! An engine brings a [`Registry`]: small records with compare-and-set beside the data, and a way to make and remove the
//! place of a generation (a collection, an index, a label). Two kinds of records:
//! * one for each projection ([`Pointer`]): the live generation, and those that there are beside it;
//! * one for each generation ([`State`]): its lease and its checkpoint. Without it the generation does not exist.
//!
//! **The lease** has an epoch, which counts its holders, and a beat, which its holder counts up. It is stale when the
//! beat has stood still for [`STALE`] on the clock of whoever watches, so no two clocks are compared. A checkpoint is
//! written only while the epoch is the one that its writer began with: a process that was frozen and wakes up late
//! finds `Conflict`. What it had begun to write meanwhile is harmless, because writes to derived data carry versions.
//!
//! **Removal**: the record goes first, so nobody writes any more; the data itself goes [`GRACE`] later, so that readers
//! who have just learnt of it finish. What a crash leaves lying is removed by the next [`Generations::begin`].

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use souk_ports::derived::{Checkpoint, Generation, Lock, ProjectionName};
use souk_ports::{Error, Result};
use tokio::task::JoinHandle;

/// How often a holder shows that it lives.
const BEAT: Duration = Duration::from_millis(500);
/// A lease whose beat has stood still for so long may be taken over.
const STALE: Duration = Duration::from_secs(3);
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

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// Counts the holders that there have been.
    epoch: u64,
    /// `None`: nobody has it.
    beat: Option<u64>,
    checkpoint: Checkpoint,
}

/// A write to a generation that has begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    epoch: u64,
}

/// A change of a generation's record that an engine makes in its own transaction, as [`Registry::write`] would.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) seen: u64,
    pub(crate) text: String,
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
}

type Change<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

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

    /// The right to write, until it is dropped; others may have it a moment later.
    pub(crate) async fn lock(
        self: &Arc<Self>,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<Option<Box<dyn Lock>>> {
        let key = key(projection, generation);
        let (revision, mut state) = self.state(projection, generation).await?;
        if !self.is_free(&key, &state) {
            return Ok(None);
        }
        state.epoch += 1;
        state.beat = Some(0);
        if !self.write(&key, revision, &state).await? {
            return Ok(None);
        }
        self.known().held.insert(key.clone(), state.epoch);
        let beating = tokio::spawn(beat(self.clone(), key, state.epoch));
        Ok(Some(Box::new(Lease {
            generations: self.clone(),
            projection,
            generation,
            epoch: state.epoch,
            beating,
            over: false,
        })))
    }

    pub(crate) async fn checkpoint(
        &self,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<Checkpoint> {
        Ok(self.state(projection, generation).await?.1.checkpoint)
    }

    /// Before anything is written: `NotFound` when there is no such generation, `Conflict` when this process had the
    /// right to write it and another has it now.
    pub(crate) async fn writing(
        &self,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<Writing> {
        let (_, state) = self.state(projection, generation).await?;
        let held = self.known().held.get(&key(projection, generation)).copied();
        match held {
            Some(epoch) if epoch != state.epoch => Err(self.taken_over(projection, generation)),
            _ => Ok(Writing { epoch: state.epoch }),
        }
    }

    /// After everything is written, durably.
    pub(crate) async fn written(
        &self,
        projection: ProjectionName,
        generation: Generation,
        writing: Writing,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        self.written_at(projection, generation, writing, checkpoint).await.map(drop)
    }

    /// As [`Self::written`]; tells the revision of the record that says so. It grows with every write of the record, so
    /// whatever an engine keeps beside the data under this number, one that arrives late replaces nothing newer.
    pub(crate) async fn written_at(
        &self,
        projection: ProjectionName,
        generation: Generation,
        writing: Writing,
        checkpoint: Checkpoint,
    ) -> Result<u64> {
        let changed =
            self.change(projection, generation, writing.epoch, |state| state.checkpoint = checkpoint).await?;
        changed.ok_or_else(|| self.taken_over(projection, generation))
    }

    /// For an engine whose data and records change in one transaction: `write` stores a batch together with the step, or
    /// nothing where the record is not as the step has seen it (`false`); then it is called again.
    pub(crate) async fn together<F>(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
        write: impl Fn(Step) -> F + Sync,
    ) -> Result<()>
    where
        F: Future<Output = Result<bool>> + Send,
    {
        let writing = self.writing(projection, generation).await?;
        let key = key(projection, generation);
        for _ in 0..ATTEMPTS {
            let (seen, mut state) = self.state(projection, generation).await?;
            if state.epoch != writing.epoch {
                return Err(self.taken_over(projection, generation));
            }
            state.checkpoint = checkpoint;
            // A long transaction keeps the beat waiting; so it is one itself.
            if self.known().held.get(&key) == Some(&state.epoch)
                && let Some(beat) = &mut state.beat
            {
                *beat += 1;
            }
            let text = self.text(&key, &state)?;
            if write(Step { seen, text }).await? {
                return Ok(());
            }
        }
        Err(self.contended(projection))
    }

    /// Changes the record of a generation, unless it has another holder by now; the record's revision if it did.
    async fn change(
        &self,
        projection: ProjectionName,
        generation: Generation,
        epoch: u64,
        change: impl Fn(&mut State),
    ) -> Result<Option<u64>> {
        for _ in 0..ATTEMPTS {
            let (revision, mut state) = self.state(projection, generation).await?;
            if state.epoch != epoch {
                return Ok(None);
            }
            change(&mut state);
            if self.write(&key(projection, generation), revision, &state).await? {
                return Ok(Some(revision + 1));
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

    /// Whether nobody has it, or whoever has it has shown no life for [`STALE`].
    fn is_free(&self, key: &str, state: &State) -> bool {
        let Some(beat) = state.beat else { return true };
        let now = Instant::now();
        let mut known = self.known();
        let seen = known.beats.entry(key.to_owned()).or_insert((state.epoch, beat, now));
        if (seen.0, seen.1) != (state.epoch, beat) {
            *seen = (state.epoch, beat, now);
        }
        now.duration_since(seen.2) >= STALE
    }

    async fn state(&self, projection: ProjectionName, generation: Generation) -> Result<(u64, State)> {
        match self.read::<State>(&key(projection, generation)).await? {
            (0, _) => Err(self.missing(projection, generation)),
            found => Ok(found),
        }
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

    fn taken_over(&self, projection: ProjectionName, generation: Generation) -> Error {
        Error::Conflict { what: format!("generation {} of {} `{projection}`", generation.0, self.what) }
    }

    fn contended(&self, projection: ProjectionName) -> Error {
        Error::Unavailable { what: format!("the records of {} `{projection}`", self.what), source: None }
    }
}

/// Of the record of a generation.
pub(crate) fn key(projection: ProjectionName, generation: Generation) -> String {
    format!("{projection}.{}", generation.0)
}

/// Counts up the beat until the lease is dropped, or has gone to another.
async fn beat<R: Registry>(generations: Arc<Generations<R>>, key: String, epoch: u64) {
    loop {
        tokio::time::sleep(BEAT).await;
        let beaten: Change<'_, bool> = Box::pin(async {
            for _ in 0..ATTEMPTS {
                let (revision, mut state) = generations.read::<State>(&key).await?;
                if revision == 0 || state.epoch != epoch {
                    return Ok(false);
                }
                state.beat = Some(state.beat.unwrap_or(0) + 1);
                if generations.write(&key, revision, &state).await? {
                    return Ok(true);
                }
            }
            Ok(true)
        });
        match beaten.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, key, "a lease could not be prolonged"),
        }
    }
}

struct Lease<R: Registry> {
    generations: Arc<Generations<R>>,
    projection: ProjectionName,
    generation: Generation,
    epoch: u64,
    beating: JoinHandle<()>,
    /// Given up already.
    over: bool,
}

#[async_trait::async_trait]
impl<R: Registry> Lock for Lease<R> {
    async fn release(mut self: Box<Self>) {
        self.beating.abort();
        let give_up = self.give_up();
        give_up.await;
        self.over = true;
    }
}

impl<R: Registry> Lease<R> {
    fn give_up(&self) -> impl Future<Output = ()> + Send + 'static {
        let (generations, projection, generation, epoch) =
            (self.generations.clone(), self.projection, self.generation, self.epoch);
        async move {
            let given = generations.change(projection, generation, epoch, |state| state.beat = None).await;
            {
                let mut known = generations.known();
                let key = key(projection, generation);
                if known.held.get(&key) == Some(&epoch) {
                    known.held.remove(&key);
                }
            }
            let given = match given {
                // It may have been kept only because it was locked.
                Ok(_) => generations.sweep(projection, false).await,
                Err(Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = given {
                tracing::warn!(%error, projection, "a lease could not be given up; it runs out by itself");
            }
        }
    }
}

impl<R: Registry> Drop for Lease<R> {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        self.beating.abort();
        let give_up = self.give_up();
        // Without a runtime the process is ending, and others find out by the beat.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(give_up);
        }
    }
}

/// `Derived` for an engine with the field `generations`. `$describe` is a method of the engine that says where it lies.
macro_rules! derived_on_a_server {
    ($engine:ty) => {
        #[async_trait::async_trait]
        impl souk_ports::derived::Derived for $engine {
            async fn live(
                &self,
                projection: souk_ports::derived::ProjectionName,
            ) -> souk_ports::Result<Option<souk_ports::derived::Generation>> {
                self.generations.live(projection).await
            }

            async fn begin(
                &self,
                projection: souk_ports::derived::ProjectionName,
            ) -> souk_ports::Result<souk_ports::derived::Generation> {
                self.generations.begin(projection).await
            }

            async fn promote(
                &self,
                projection: souk_ports::derived::ProjectionName,
                expected: Option<souk_ports::derived::Generation>,
                next: souk_ports::derived::Generation,
            ) -> souk_ports::Result<()> {
                self.generations.promote(projection, expected, next).await
            }

            async fn lock(
                &self,
                projection: souk_ports::derived::ProjectionName,
                generation: souk_ports::derived::Generation,
            ) -> souk_ports::Result<Option<Box<dyn souk_ports::derived::Lock>>> {
                self.generations.lock(projection, generation).await
            }

            async fn checkpoint(
                &self,
                projection: souk_ports::derived::ProjectionName,
                generation: souk_ports::derived::Generation,
            ) -> souk_ports::Result<souk_ports::derived::Checkpoint> {
                self.generations.checkpoint(projection, generation).await
            }

            async fn describe(&self) -> souk_ports::Result<String> {
                self.described().await
            }
        }
    };
}
pub(crate) use derived_on_a_server;
