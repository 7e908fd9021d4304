//! Brings catalogues in: souk's own files and those that others wrote.
//!
//! `read` and `check` turn files into rows and reasons for refusal, without a store; `load` compares rows with what
//! the store has and commits the difference, a few whole products at a time. Left out: derived roles, which are
//! always filled from the log.

mod bundles;
mod by_hand;
mod check;
mod columns;
mod commit;
mod error;
mod export;
mod feed;
mod files;
mod import_file;
mod load;
mod members;
mod moment;
mod plan;
mod plan_told;
mod raw_data;
mod read;
mod rejects;
mod report;
mod spill;
#[cfg(test)]
mod tests;
mod told;

pub use error::Error;
pub use export::export_products;
pub use files::Files;
pub use import_file::{Imported, import_file};
pub use load::{LoadOptions, Missing, load_files};
pub use members::DECLARED;
pub use rejects::Reject;
pub use report::{Counts, Gone, Kept, LoadReport, Progress, Stage};
