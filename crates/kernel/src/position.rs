//! Places in the event log, and the token by which a client asks to read its own writes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The place of one event in the log: 1, 2, 3 … in the order of commits, without gaps. 0 is before the first.
pub type Position = u64;

/// A place in one life of one log, written `epoch-position` (`1-4711`): the value of `Souk-Position`.
///
/// Another epoch is another life, after a store was restored from a backup: what was derived from the lost part of its
/// log can be told apart and rebuilt. souk itself begins none; whoever restores may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct LogPosition {
    /// Which life of the log, from 1.
    pub epoch: u64,
    /// The place in that life; 0 is before the first event.
    pub position: Position,
}

/// A text that is no [`LogPosition`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a position reads `epoch-position`, such as 1-4711")]
pub struct InvalidPosition;

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.position)
    }
}

impl FromStr for LogPosition {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let (epoch, position) = text.split_once('-').ok_or(InvalidPosition)?;
        let number = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten().ok_or(InvalidPosition)
        };
        Ok(Self { epoch: number(epoch)?, position: number(position)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_nothing_else_does() {
        let token = LogPosition { epoch: 3, position: 4711 };
        assert_eq!(token.to_string(), "3-4711");
        assert_eq!(Ok(token), "3-4711".parse());
        for bad in ["", "-", "1-", "-1", "1--1", "+1-2", "1-99999999999999999999", "a-1"] {
            assert!(bad.parse::<LogPosition>().is_err(), "{bad}");
        }
    }
}
