//! Changing only what one has seen: over HTTP, `ETag` and `If-Match`.

use std::fmt::Display;

use super::Error;

/// Which versions of a thing a change is meant for. A version counts how often the row was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MeantFor {
    /// However it is by now.
    #[default]
    Any,
    /// One of these alone.
    Versions(Vec<u64>),
}

impl MeantFor {
    pub(super) fn is_any(&self) -> bool {
        *self == Self::Any
    }

    pub(super) fn check(&self, kind: &'static str, id: impl Display, version: u64) -> Result<(), Error> {
        match self {
            Self::Versions(versions) if !versions.contains(&version) => {
                Err(Error::NotAsSeen { kind, asked: id.to_string(), version })
            }
            _ => Ok(()),
        }
    }
}
