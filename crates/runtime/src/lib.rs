//! What drives projections: following the log and the activity feed, batches, locks, first fillings, rebuilds, and waiting for a position. And
//! what moves a shop from one set of engines to another ([`migrate`]).
//!
//! It knows no feature and no engine. Each projection advances in one process at a time, because whoever advances a
//! generation holds its lock; all others stand by and take over when it ends.

mod advance;
mod batch;
mod follow;
mod history;
pub mod migrate;
mod rebuild;
mod runner;
mod status;
mod track;
mod wait;
mod window;

pub use rebuild::Rebuilt;
pub use runner::{CatchUp, Follower, Heard, Runner, RunnerHandle};
pub use status::ProjectionStatus;
pub use wait::wait_for;
