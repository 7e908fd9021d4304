//! Nearest neighbours among vectors of length 1: an HNSW graph in memory, after Malkov and Yashunin,
//! <https://arxiv.org/abs/1603.09320>.
//!
//! Vectors are *pushed*, which costs a copy, and *linked* into the graph later: what a search cannot reach yet can be
//! scanned. Linking is in two steps, [`plan`] which reads and takes long, and [`Index::link`] which writes and is short,
//! so that an index behind a lock is searched on while it grows. The plan of a batch does not depend on the number of
//! threads: the same vectors in the same order make the same graph.
//!
//! What is left out: removing (whoever asks says what counts, and builds anew when too little does), ids, files, locks.

mod chunk;
mod dot;
mod linking;
mod links;
mod search;
mod stored;

pub use linking::{Plan, plan};
pub use search::{Costs, Found};
pub use stored::Malformed;

use std::sync::atomic::{AtomicU64, Ordering};

use bytemuck::{Pod, Zeroable};
use chunk::{CHUNK, CHUNK_BYTES, Chunk};
use links::Links;

/// How many numbers a vector has.
pub const DIMENSIONS: usize = 384;

/// A vector, as long as a whole number of cache lines and beginning at one.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct Vector(pub [f32; DIMENSIONS]);

impl Vector {
    /// `None` where it has another number of dimensions.
    pub fn new(numbers: &[f32]) -> Option<Self> {
        Some(Self(numbers.try_into().ok()?))
    }
}

pub struct Index {
    /// No two of a process have the same.
    id: u64,
    chunks: Vec<Chunk>,
    links: Links,
}

impl Default for Index {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), chunks: Vec::new(), links: Links::default() }
    }
}

impl Index {
    /// How many vectors were pushed; they have the numbers below it.
    pub fn len(&self) -> u32 {
        let full = self.chunks.len().saturating_sub(1) * CHUNK;
        (full + self.chunks.last().map_or(0, Chunk::len)) as u32
    }

    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// How many of them are in the graph; they are the first ones.
    pub fn linked(&self) -> u32 {
        self.links.len()
    }

    /// Adds a vector and returns its number.
    pub fn push(&mut self, vector: Vector) -> u32 {
        let number = self.len();
        match self.chunks.last_mut() {
            Some(chunk) if !chunk.is_full() => chunk.push(vector),
            _ => {
                let mut chunk = Chunk::new();
                chunk.push(vector);
                self.chunks.push(chunk);
            }
        }
        number
    }

    pub fn vector(&self, number: u32) -> &Vector {
        &self.chunks[number as usize / CHUNK].vectors()[number as usize % CHUNK]
    }

    /// The cosine of two vectors of length 1.
    pub fn score(&self, to: &Vector, number: u32) -> f32 {
        dot::dot(&to.0, &self.vector(number).0)
    }

    /// Memory for vectors and links, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.chunks.len() * CHUNK_BYTES + self.links.size_bytes()
    }
}

#[cfg(test)]
mod tests;
