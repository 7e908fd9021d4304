//! A folder with pictures.

use bytes::Bytes;

use super::*;
use crate::objects::{Object, ObjectKey, Objects};

const KEYS: [&str; 6] = ["a", "a-b", "a/b", "a/b/c", "images/0f", "images/0f-1"];

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

fn object(bytes: Vec<u8>) -> Object {
    Object { bytes: Bytes::from(bytes), content_type: "image/webp".to_owned() }
}

#[async_trait]
impl Sample for dyn Objects {
    fn place(&self) -> Arc<dyn Owned> {
        self.owned()
    }

    async fn fill(&self) {
        for (at, text) in KEYS.iter().enumerate() {
            // Some objects are larger than a page, and one is empty.
            let bytes = (0..at * 600_000).map(|byte| (byte * 31 + at) as u8).collect();
            self.put(&key(text), object(bytes)).await.unwrap();
        }
    }

    async fn write_one(&self, number: u128) -> Result<()> {
        self.put(&key(&format!("one/{number}")), object(vec![1])).await
    }

    fn trace(&self, number: u128) -> String {
        format!("\"one/{number}\"")
    }

    async fn has(&self, number: u128) -> bool {
        self.get(&key(&format!("one/{number}"))).await.unwrap().is_some()
    }

    async fn seen(&self) -> String {
        let mut seen = String::new();
        for text in KEYS {
            let stored = self.get(&key(text)).await.unwrap().expect("an object");
            let sum: u64 = stored.object.bytes.iter().map(|byte| u64::from(*byte)).sum();
            let Object { bytes, content_type } = stored.object;
            seen.push_str(&format!("{text} {content_type} {} {sum} {}; ", bytes.len(), stored.etag));
        }
        seen
    }

    async fn go_on(&self) {
        self.put(&key("a"), object(vec![7; 10])).await.unwrap();
        assert_eq!(self.get(&key("a")).await.unwrap().unwrap().object.bytes.len(), 10);
        assert!(self.delete(&key("a/b")).await.unwrap());
        let left = self.list("", None, 100).await.unwrap();
        let left: Vec<&str> = left.iter().map(|info| info.key.as_str()).collect();
        assert_eq!(left, ["a", "a-b", "a/b/c", "images/0f", "images/0f-1"]);
    }
}
