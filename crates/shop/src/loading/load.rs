//! `souk load`: a folder's files, checked as a whole and then committed, a few products at a time.

use std::path::PathBuf;

use super::{Error, Files, LoadReport, Progress};
use crate::Shop;

#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// One bad row, and nothing is loaded.
    pub strict: bool,
    /// Adds what is missing and leaves alone what is there, whoever changed it: for `souk demo`.
    pub only_new: bool,
    /// Where the refused rows are written.
    pub rejects: Option<PathBuf>,
}

/// Loads users, categories, sellers, products, variants and their stock. Whoever drops the future interrupts the load
/// between two commits; the next load says so and goes on.
pub async fn load_files(
    shop: &Shop,
    files: Files,
    options: &LoadOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<LoadReport, Error> {
    todo!()
}
