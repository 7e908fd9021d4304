//! How loading can fail as a whole; a row that is refused is no failure but a [`super::Reject`].

use std::path::PathBuf;

use souk_kernel::{Coded, ErrorCode};
use souk_ports::Error as PortError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{dir}` has none of users.csv, categories.csv, sellers.csv, products.csv and variants.csv", dir = .dir.display())]
    NoFiles { dir: PathBuf },
    #[error("`{path}` cannot be read", path = .path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("`{path}` cannot be written", path = .path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("`{file}` is too large: at most {max_mib} MiB can be loaded")]
    TooLarge { file: String, max_mib: u64 },
    #[error("the first line of `{file}` must be `{expected}`, not `{found}`")]
    Header { file: String, expected: String, found: String },
    /// The file ends or breaks in the middle.
    #[error("`{file}` is broken after line {line}: {reason}")]
    Broken { file: String, line: u64, reason: String },
    #[error("{what} is being changed by others all the time: load again")]
    ChangedMeanwhile { what: String },
    #[error(transparent)]
    Feed(#[from] souk_feeds::Error),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoFiles { .. }
            | Self::Unreadable { .. }
            | Self::Unwritable { .. }
            | Self::TooLarge { .. }
            | Self::Header { .. }
            | Self::Broken { .. }
            | Self::Feed(_) => ErrorCode::InvalidInput,
            Self::ChangedMeanwhile { .. } => ErrorCode::Conflict,
            Self::Port(error) => error.code(),
        }
    }
}
