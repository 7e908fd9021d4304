//! The rules of the port that hold whatever is stored already.

use souk_ports::embedder::DIMENSIONS;
use souk_ports::{Error, Result};

/// How far from 1 the length of a vector may be.
const LENGTH_TOLERANCE: f64 = 1e-3;
const MAX_LIMIT: u32 = 1000;

/// Whether a vector is fit to be compared.
pub(super) fn vector(numbers: &[f32]) -> Result<()> {
    if numbers.len() != DIMENSIONS {
        return Err(Error::invalid(format!("a vector has {DIMENSIONS} numbers, not {}", numbers.len())));
    }
    let length = numbers.iter().map(|number| f64::from(*number).powi(2)).sum::<f64>().sqrt();
    // Also false where one of them is not a number.
    if (length - 1.0).abs() <= LENGTH_TOLERANCE {
        Ok(())
    } else {
        Err(Error::invalid(format!("a vector has length 1, not {length}")))
    }
}

pub(super) fn limit(limit: u32) -> Result<()> {
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(())
    } else {
        Err(Error::invalid(format!("a limit is between 1 and {MAX_LIMIT}, not {limit}")))
    }
}
