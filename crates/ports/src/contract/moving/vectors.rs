//! Embeddings.

use super::*;
use crate::embedder::DIMENSIONS;
use crate::vectors::{ContentHash, Vectors};

const MANY: u64 = 8;

fn hash(name: &str) -> ContentHash {
    ContentHash::of("a model", name)
}

/// A vector of length 1, another one for each seed.
fn vector(seed: u64) -> Vec<f32> {
    let raw: Vec<f64> =
        (0..DIMENSIONS).map(|at| ((at as u64 * 7 + seed * 13 + 1) as f64).sin() / 3.0).collect();
    let length = raw.iter().map(|number| number * number).sum::<f64>().sqrt();
    raw.iter().map(|number| (number / length) as f32).collect()
}

#[async_trait]
impl Sample for dyn Vectors {
    fn place(&self) -> Arc<dyn Owned> {
        self.owned()
    }

    async fn fill(&self) {
        let all = (0..MANY).map(|seed| (hash(&seed.to_string()), vector(seed)));
        self.keep(all.collect()).await.unwrap();
    }

    async fn write_one(&self, number: u128) -> Result<()> {
        self.keep(vec![(hash(&format!("one {number}")), vector(1))]).await
    }

    fn trace(&self, number: u128) -> String {
        let bytes = hash(&format!("one {number}")).0;
        format!("\"{}\"", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    async fn has(&self, number: u128) -> bool {
        self.kept(&[hash(&format!("one {number}"))]).await.unwrap()[0].is_some()
    }

    async fn seen(&self) -> String {
        let hashes: Vec<ContentHash> = (0..MANY).map(|seed| hash(&seed.to_string())).collect();
        let kept = self.kept(&hashes).await.unwrap();
        let bits: Vec<Vec<u32>> = kept
            .into_iter()
            .map(|kept| kept.expect("an embedding").into_iter().map(f32::to_bits).collect())
            .collect();
        format!("{bits:?}")
    }

    async fn go_on(&self) {
        // An embedding is never changed.
        self.keep(vec![(hash("1"), vector(99)), (hash("new"), vector(100))]).await.unwrap();
        let kept = self.kept(&[hash("1"), hash("new")]).await.unwrap();
        assert_eq!(kept, [Some(vector(1)), Some(vector(100))]);
    }
}
