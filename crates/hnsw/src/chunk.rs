//! Memory for vectors, in pieces that are never moved, and in large pages where the system has them.
//!
//! A search jumps to a thousand vectors and more, each somewhere else. In pages of 4 KiB nearly every jump also has to
//! find out where the page lies.

use std::alloc::{Layout, handle_alloc_error};

use bytemuck::{cast_slice, cast_slice_mut};
use memmap2::MmapMut;

use crate::Vector;

/// How many vectors lie in one piece: three pages of 2 MiB.
pub(crate) const CHUNK: usize = 4096;
pub(crate) const CHUNK_BYTES: usize = CHUNK * size_of::<Vector>();

pub(crate) struct Chunk {
    /// Whole pages; those that nothing was written to take no memory.
    memory: MmapMut,
    len: usize,
}

impl Chunk {
    pub(crate) fn new() -> Self {
        let Ok(memory) = MmapMut::map_anon(CHUNK_BYTES) else {
            handle_alloc_error(Layout::new::<[Vector; CHUNK]>())
        };
        // Small pages will do where there are no large ones.
        #[cfg(target_os = "linux")]
        let _ = memory.advise(memmap2::Advice::HugePage);
        Self { memory, len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len == CHUNK
    }

    /// There must be room.
    pub(crate) fn push(&mut self, vector: Vector) {
        cast_slice_mut::<u8, Vector>(&mut self.memory)[self.len] = vector;
        self.len += 1;
    }

    pub(crate) fn vectors(&self) -> &[Vector] {
        &cast_slice(&self.memory)[..self.len]
    }
}
