//! A cache with carts.

use std::collections::BTreeMap;

use super::*;
use crate::cache::{Cache, HashWrite};

const KEYS: [&str; 6] = ["cart:U1", "cart:U10", "Cart:U1", "cart:ü \"", "", "cart:{U}:2"];

fn set(name: &str, value: &str) -> HashWrite {
    HashWrite {
        set: BTreeMap::from([(name.to_owned(), value.to_owned())]),
        remove: Vec::new(),
        ttl_ms: 3_600_000,
    }
}

#[async_trait]
impl Sample for dyn Cache {
    fn place(&self) -> Arc<dyn Owned> {
        self.owned()
    }

    async fn fill(&self) {
        for key in KEYS {
            let first = self.write_hash(key, None, set("a", "1")).await.unwrap();
            self.write_hash(key, Some(first), set("ü \"", "\u{0}\n")).await.unwrap();
        }
        // What has run out need not arrive, but what came after it goes on rising.
        self.write_hash("gone", None, HashWrite { ttl_ms: 1, ..set("a", "1") }).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    async fn write_one(&self, number: u128) -> Result<()> {
        self.write_hash(&format!("one:{number}"), None, set("a", "1")).await.map(drop)
    }

    fn trace(&self, number: u128) -> String {
        format!("\"one:{number}\"")
    }

    async fn has(&self, number: u128) -> bool {
        self.hash(&format!("one:{number}")).await.unwrap().is_some()
    }

    async fn seen(&self) -> String {
        let mut seen = String::new();
        for key in KEYS {
            seen.push_str(&format!("{key} {:?} ", self.hash(key).await.unwrap().expect("a cart")));
        }
        seen + &format!("{:?}", self.hash("gone").await.unwrap())
    }

    async fn go_on(&self) {
        let mut latest = 0;
        for key in KEYS {
            latest = self.hash(key).await.unwrap().unwrap().version.max(latest);
        }
        let cart = self.hash("cart:U1").await.unwrap().unwrap();
        let next = self.write_hash("cart:U1", Some(cart.version), set("a", "2")).await.unwrap();
        assert!(next > cart.version);
        let changed = self.hash("cart:U1").await.unwrap().unwrap();
        assert_eq!((changed.version, changed.fields.len()), (next, 2));
        let stale = self.write_hash("cart:U1", Some(cart.version), set("a", "3")).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        // Whatever version was given there, none is given again here, not even to a key that had run out.
        for key in ["gone", "new:1", "new:2", "new:3"] {
            let version = self.write_hash(key, None, set("a", "1")).await.unwrap();
            assert!(version > latest, "{version} after {latest}");
        }
        self.delete_hash("cart:U1", next).await.unwrap();
        assert!(self.write_hash("cart:U1", None, set("a", "1")).await.unwrap() > next);
    }
}
