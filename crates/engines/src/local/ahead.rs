//! Checkpoints that came without any content, kept in memory for a moment.
//!
//! Of the events of a shop most concern few of its projections, and the others would write a transaction each to say that
//! they have seen them. So the process that writes a generation keeps such a checkpoint here, where its own readers see it;
//! it is stored with the next content, after [`WAITS`], or when the projection is quiet. A process that dies forgets it:
//! events without content are followed again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use souk_ports::derived::Checkpoint;

/// How long the readers of other processes may not see a checkpoint that has no content, while events keep coming.
const WAITS: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(crate) struct Ahead(Mutex<State>);

#[derive(Default)]
struct State {
    checkpoint: Option<Checkpoint>,
    /// When this process last stored one.
    stored: Option<Instant>,
}

impl Ahead {
    /// Keeps a checkpoint without content, unless it is time to store one; whether it did.
    pub(crate) fn keep(&self, checkpoint: Checkpoint) -> bool {
        let mut state = self.state();
        let is_kept = state.stored.is_some_and(|stored| stored.elapsed() < WAITS);
        if is_kept {
            state.checkpoint = Some(checkpoint);
        }
        is_kept
    }

    /// A checkpoint has been stored, and what was kept is of no use any more.
    pub(crate) fn stored(&self) {
        *self.state() = State { checkpoint: None, stored: Some(Instant::now()) };
    }

    /// What waits to be stored.
    pub(crate) fn kept(&self) -> Option<Checkpoint> {
        self.state().checkpoint
    }

    /// How far readers are who found `stored` after they had asked for what is [`Self::kept`].
    pub(crate) fn or_stored(kept: Option<Checkpoint>, stored: Checkpoint) -> Checkpoint {
        match kept {
            Some(kept) if kept.log == stored.log && kept.at > stored.at => kept,
            _ => stored,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
