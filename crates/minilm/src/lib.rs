//! all-MiniLM-L6-v2, a model that turns sentences into vectors (Wang et al., 2020; Reimers and Gurevych, 2019), and
//! nothing else: its tokenizer, its weights, its forward pass.
//!
//! A crate of its own, so that it can be optimised where the rest is not, and so that what is unsafe stays in one file
//! ([`kernel::lanes`]). What is left out: where the weights come from, and any other model.

mod encoder;
mod kernel;
mod tensors;
mod tokenizer;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use tokenizer::{MAX_TOKENS, Tokenizer};

use encoder::{Encoder, Scratch};
use kernel::Kernels;
use tensors::Tensors;

/// How many numbers a vector has.
pub const DIMENSIONS: usize = 384;

/// Tokens that go through the layers together: enough to read the weights seldom, few enough to stay in the caches.
const BATCH_TOKENS: usize = 128;

/// What is wrong with the files of a model.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the weights are of no use: {0}")]
    Weights(String),
    #[error("the vocabulary is of no use: {0}")]
    Vocabulary(&'static str),
}

pub struct Model {
    tokenizer: Tokenizer,
    encoder: Encoder,
    kernels: Kernels,
    /// What passes worked in, for the next ones.
    scratches: Mutex<Vec<Scratch>>,
}

impl Model {
    /// `weights` is the content of `model.safetensors`, `vocabulary` that of `vocab.txt`.
    pub fn new(weights: &[u8], vocabulary: &str) -> Result<Self, Error> {
        Self::with(weights, vocabulary, Kernels::best())
    }

    fn with(weights: &[u8], vocabulary: &str, kernels: Kernels) -> Result<Self, Error> {
        let tokenizer = Tokenizer::new(vocabulary)?;
        let encoder = Encoder::new(&Tensors::new(weights)?, kernels)?;
        Ok(Self { tokenizer, encoder, kernels, scratches: Mutex::default() })
    }

    /// Which instructions it uses, for people.
    pub fn instructions(&self) -> &'static str {
        self.kernels.name
    }

    /// The vector of each text, at its place, on so many threads. `None` when `stop` was set in the meantime.
    pub fn embed(&self, texts: &[String], threads: usize, stop: &AtomicBool) -> Option<Vec<Vec<f32>>> {
        let batches = batches(texts, threads);
        let next = AtomicUsize::new(0);
        let vectors = Mutex::new(vec![Vec::new(); texts.len()]);
        let work = || {
            let mut scratch = lock(&self.scratches).pop().unwrap_or_default();
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed))
                && !stop.load(Ordering::Relaxed)
            {
                let tokens: Vec<_> =
                    texts[batch.clone()].iter().map(|text| self.tokenizer.tokens(text)).collect();
                let made = self.encoder.encode(&tokens, &mut scratch);
                lock(&vectors)[batch.clone()].iter_mut().zip(made).for_each(|(to, vector)| *to = vector);
            }
            lock(&self.scratches).push(scratch);
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.min(batches.len()) {
                scope.spawn(work);
            }
            work();
        });
        let vectors = vectors.into_inner().unwrap_or_else(PoisonError::into_inner);
        (!stop.load(Ordering::Relaxed)).then_some(vectors)
    }
}

/// Neighbouring texts of together about [`BATCH_TOKENS`] tokens, or of fewer where each thread would not get its share.
fn batches(texts: &[String], threads: usize) -> Vec<Range<usize>> {
    // A token is about four bytes of English; it only has to be about right.
    let size = |text: &String| (text.len() / 4 + 2).min(MAX_TOKENS);
    let share = texts.iter().map(size).sum::<usize>().div_ceil(threads.max(1));
    let enough = share.clamp(1, BATCH_TOKENS);
    let (mut batches, mut from, mut held) = (Vec::new(), 0, 0);
    for (at, text) in texts.iter().enumerate() {
        held += size(text);
        if held >= enough || at + 1 == texts.len() {
            batches.push(from..at + 1);
            (from, held) = (at + 1, 0);
        }
    }
    batches
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
