//! The aggregate.
