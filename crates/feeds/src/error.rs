//! Why a file cannot be read at all. What is wrong with one product is a [`crate::Reject`].

use std::path::PathBuf;

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system says no.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
    /// What cannot be read on, and why.
    #[error("`{file}`{}: {reason}", at(*line))]
    Broken {
        /// Its name.
        file: String,
        /// From 1; 0 where it is about the file as a whole.
        line: u64,
        /// In words.
        reason: String,
    },
    /// No format that is known has these columns.
    #[error("`{file}` is no export that is known{}", nearest(near))]
    Unrecognised {
        /// Its name.
        file: String,
        /// The columns that it has.
        columns: Vec<String>,
        /// Formats that come near it, the nearest first.
        near: Vec<crate::recognise::Near>,
    },
    /// A map that cannot be followed.
    #[error("the map `{map}` {reason}")]
    Map {
        /// Its name.
        map: String,
        /// Reads on from the name.
        reason: String,
    },
    /// A file of the import itself: what is set aside for a moment, rejects, an export.
    #[error("cannot write `{}`", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
}

fn at(line: u64) -> String {
    if line == 0 { String::new() } else { format!(", line {line}") }
}

fn nearest(near: &[crate::recognise::Near]) -> String {
    match near.first() {
        Some(near) => format!("; nearest is {near}"),
        None => String::new(),
    }
}
