//! What this process knows of the head of the log: now, for those who wait for events, and a moment ago, for those who ask
//! whether a replica is recent enough.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use souk_kernel::Position;
use tokio::sync::watch;

/// How much older than the primary a moment of a replica may be.
pub(super) const LAG: Duration = Duration::from_secs(5);
/// Heads closer together than this count as one.
const STEP: Duration = Duration::from_millis(50);

pub(super) struct Heads {
    announce: watch::Sender<Position>,
    past: Mutex<Past>,
}

/// Heads by when they were learnt: `since` those of the last [`LAG`] with a [`STEP`] between them, `last` the newest.
#[derive(Default)]
struct Past {
    since: VecDeque<(Instant, Position)>,
    last: Option<(Instant, Position)>,
}

impl Heads {
    pub(super) fn new() -> Self {
        Self { announce: watch::Sender::new(0), past: Mutex::default() }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Position> {
        self.announce.subscribe()
    }

    pub(super) fn now(&self) -> Position {
        *self.announce.borrow()
    }

    pub(super) fn note(&self, head: Position) {
        let news = self.announce.send_if_modified(|known| {
            let news = *known < head;
            *known = head.max(*known);
            news
        });
        if news {
            self.past.lock().unwrap_or_else(PoisonError::into_inner).note(head, Instant::now());
        }
    }

    /// What was there [`LAG`] ago.
    pub(super) fn before(&self) -> Position {
        self.past.lock().unwrap_or_else(PoisonError::into_inner).before(Instant::now())
    }
}

impl Past {
    fn note(&mut self, head: Position, now: Instant) {
        if self.since.back().is_none_or(|(at, _)| now.duration_since(*at) >= STEP) {
            self.since.push_back((now, head));
        }
        self.last = Some((now, head));
        self.forget(now);
    }

    fn before(&mut self, now: Instant) -> Position {
        self.forget(now);
        let old = |entry: &&(Instant, Position)| now.duration_since(entry.0) >= LAG;
        let last = self.last.iter().find(old);
        last.or_else(|| self.since.front().filter(old)).map_or(0, |(_, head)| *head)
    }

    /// Keeps one that is old enough, and those after it.
    fn forget(&mut self, now: Instant) {
        while self.since.get(1).is_some_and(|(at, _)| now.duration_since(*at) >= LAG) {
            self.since.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_some_seconds_ago_is_remembered_and_the_last_of_a_burst_too() {
        let (mut past, begin) = (Past::default(), Instant::now());
        let at = |ms: u64| begin + Duration::from_millis(ms);
        assert_eq!(past.before(at(0)), 0);
        for ms in 0..=1_020 {
            past.note(ms + 1, at(ms));
        }
        let lag = LAG.as_millis() as u64;
        assert_eq!(past.before(at(lag - 1)), 0);
        assert_eq!(past.before(at(lag + 500)), 501);
        assert_eq!(past.before(at(lag + 999)), 951);
        assert_eq!(past.before(at(lag + 1_000)), 1_001);
        assert_eq!(past.before(at(lag + 1_020)), 1_021);
        past.note(2_000, at(60_000));
        assert_eq!(past.before(at(60_001)), 1_001);
        assert_eq!(past.before(at(60_000 + lag)), 2_000);
        assert!(past.since.len() < 4, "{:?}", past.since);
    }
}
