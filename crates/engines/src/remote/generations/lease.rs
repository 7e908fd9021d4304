//! Who may write a generation, and how far it has got.
//!
//! **The lease** has an epoch, which counts its holders, and a beat, which its holder counts up. It is stale when the
//! beat has stood still for [`STALE`] on the clock of whoever watches, so no two clocks are compared. A checkpoint is
//! written only while the epoch is the one that its writer began with: a process that was frozen and wakes up late
//! finds `Conflict`. What it had begun to write meanwhile is harmless, because writes to derived data carry versions.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use souk_ports::derived::{Checkpoint, Generation, Lock, ProjectionName};
use souk_ports::{Error, Result};
use tokio::task::JoinHandle;

use super::{ATTEMPTS, Generations, Registry, key};

/// How often a holder shows that it lives.
const BEAT: Duration = Duration::from_millis(500);
/// A lease whose beat has stood still for so long may be taken over.
const STALE: Duration = Duration::from_secs(3);

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// Counts the holders that there have been.
    epoch: u64,
    /// `None`: nobody has it.
    beat: Option<u64>,
    checkpoint: Checkpoint,
    /// Counts the batches that were stored together with their checkpoint.
    #[serde(default)]
    batches: u64,
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

impl<R: Registry> Generations<R> {
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
        {
            let mut known = self.known();
            known.given_up.remove(&key);
            known.held.insert(key.clone(), state.epoch);
        }
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
        let nothing = || std::future::ready(Ok(()));
        self.together_after(projection, generation, checkpoint, nothing, |_, step| write(step)).await
    }

    /// As [`Self::together`], for an engine that first reads what its batch meets. What was read holds until another batch
    /// is stored: this process's own beats change the record, too, and whoever took longer to read than from one beat to
    /// the next would read for ever.
    pub(crate) async fn together_after<T, A, B>(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
        read: impl Fn() -> A + Sync,
        write: impl Fn(Arc<T>, Step) -> B + Sync,
    ) -> Result<()>
    where
        T: Send + Sync,
        A: Future<Output = Result<T>> + Send,
        B: Future<Output = Result<bool>> + Send,
    {
        let writing = self.writing(projection, generation).await?;
        let key = key(projection, generation);
        let mut met: Option<(u64, Arc<T>)> = None;
        for _ in 0..ATTEMPTS {
            let (seen, mut state) = self.state(projection, generation).await?;
            if state.epoch != writing.epoch {
                return Err(self.taken_over(projection, generation));
            }
            let found = match met.take() {
                Some((batches, found)) if batches == state.batches => found,
                _ => Arc::new(read().await?),
            };
            met = Some((state.batches, found.clone()));
            state.checkpoint = checkpoint;
            state.batches += 1;
            // A long transaction keeps the beat waiting; so it is one itself.
            if self.known().held.get(&key) == Some(&state.epoch)
                && let Some(beat) = &mut state.beat
            {
                *beat += 1;
            }
            let text = self.text(&key, &state)?;
            if write(found, Step { seen, text }).await? {
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

    /// Whether nobody has it, whoever has it has shown no life for [`STALE`], or that was this process, which has given it
    /// up and could not say so.
    pub(super) fn is_free(&self, key: &str, state: &State) -> bool {
        let Some(beat) = state.beat else { return true };
        let now = Instant::now();
        let mut known = self.known();
        if known.given_up.get(key) == Some(&state.epoch) {
            return true;
        }
        let seen = known.beats.entry(key.to_owned()).or_insert((state.epoch, beat, now));
        if (seen.0, seen.1) != (state.epoch, beat) {
            *seen = (state.epoch, beat, now);
        }
        now.duration_since(seen.2) >= STALE
    }

    pub(super) async fn state(
        &self,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<(u64, State)> {
        match self.read::<State>(&key(projection, generation)).await? {
            (0, _) => Err(self.missing(projection, generation)),
            found => Ok(found),
        }
    }

    fn taken_over(&self, projection: ProjectionName, generation: Generation) -> Error {
        Error::Conflict { what: format!("generation {} of {} `{projection}`", generation.0, self.what) }
    }
}

type Change<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

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
                if !matches!(given, Ok(_) | Err(Error::NotFound { .. })) {
                    known.given_up.insert(key, epoch);
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
