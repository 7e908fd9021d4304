//! Brings catalogues in: souk's own files and those that others wrote.
//!
//! `read` and `check` turn files into rows and reasons for refusal, without a store; `load` compares rows with what
//! the store has and commits the difference, a few whole products at a time. Left out: derived roles, which are
//! always filled from the log.

mod by_hand;
mod check;
mod columns;
mod commit;
mod error;
mod feed;
mod files;
mod import;
mod import_file;
mod load;
mod map;
mod mapped;
mod plan;
mod plan_told;
mod read;
mod records;
mod rejects;
mod report;
#[cfg(test)]
mod tests;
mod text;
mod told;

pub use error::Error;
pub use files::Files;
pub use import::import_products;
pub use import_file::{Imported, import_file};
pub use load::{LoadOptions, load_files};
pub use map::ImportMap;
pub use rejects::Reject;
pub use report::{Counts, LoadReport, Progress, Stage};
