//! Checkpoints that came without any content, kept in memory for a moment.
//!
//! Of the events of a shop most concern few of its projections, and the others would write a transaction each to say that
//! they have seen them. So the process that writes a generation keeps such a checkpoint here, where its own readers see it;
//! it is stored with the next content, after [`WAITS`], or when the projection is quiet. A process that dies forgets it:
//! events without content are followed again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use souk_ports::derived::Checkpoint;
use uuid::Uuid;

/// How long the readers of other processes may not see a checkpoint that has no content, while events keep coming.
const WAITS: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(crate) struct Ahead(Mutex<State>);

#[derive(Default)]
struct State {
    checkpoint: Option<Checkpoint>,
    /// When this process last stored one, and of which log.
    stored: Option<(Instant, Uuid)>,
}

impl Ahead {
    /// Keeps a checkpoint without content, unless it is time to store one, or the first of a log; whether it did.
    pub(crate) fn keep(&self, checkpoint: Checkpoint) -> bool {
        let mut state = self.state();
        let is_kept = state.stored.is_some_and(|(at, log)| log == checkpoint.log && at.elapsed() < WAITS);
        if is_kept {
            state.checkpoint = Some(checkpoint);
        }
        is_kept
    }

    /// This checkpoint has been stored, and what was kept is of no use any more.
    pub(crate) fn stored(&self, checkpoint: Checkpoint) {
        *self.state() = State { checkpoint: None, stored: Some((Instant::now(), checkpoint.log)) };
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

#[cfg(test)]
mod tests {
    use souk_kernel::LogPosition;

    use super::*;

    fn at(log: u128, position: u64) -> Checkpoint {
        let log = Uuid::from_u128(log);
        Checkpoint { log, at: LogPosition { epoch: 1, position }, last: Uuid::nil() }
    }

    /// A bug: what a batch is made of is the last thing that it stores, and that has no content.
    #[test]
    fn only_the_next_ones_of_a_log_are_kept_and_only_for_a_moment() {
        let ahead = Ahead::default();
        assert!(!ahead.keep(at(1, 1)), "nothing is stored yet");
        ahead.stored(at(1, 1));
        assert!(ahead.keep(at(1, 2)) && ahead.keep(at(1, 3)));
        assert_eq!(ahead.kept(), Some(at(1, 3)));
        assert!(!ahead.keep(at(2, 4)), "of another log");
        std::thread::sleep(WAITS);
        assert!(!ahead.keep(at(1, 4)), "for so long");
        ahead.stored(at(1, 4));
        assert_eq!(ahead.kept(), None);
    }

    #[test]
    fn readers_see_what_is_further() {
        for (kept, stored, seen) in [
            (None, at(1, 5), at(1, 5)),
            (Some(at(1, 7)), at(1, 5), at(1, 7)),
            // Another process has it, and has got further.
            (Some(at(1, 7)), at(1, 9), at(1, 9)),
            (Some(at(1, 7)), at(2, 3), at(2, 3)),
        ] {
            assert_eq!(Ahead::or_stored(kept, stored), seen);
        }
    }
}
