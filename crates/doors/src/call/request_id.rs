//! What one call is known by: the caller's own name for it, or one made here. It stands in the answer, in the log and
//! in problem documents, so that whoever holds one of them finds the others.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

tokio::task_local! {
    static CURRENT: RequestId;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Id);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Id {
    Given(Arc<str>),
    /// Counted from the start of this process.
    Made(u64),
}

impl RequestId {
    /// No id is longer.
    pub const MAX_BYTES: usize = 128;

    /// The id that the caller brings, if it is one: 1 to 128 letters, digits, `-`, `_` and `.`; and else a new one.
    pub fn of(given: Option<&str>) -> Self {
        static CALLS: AtomicU64 = AtomicU64::new(1);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        match given {
            Some(given) if (1..=Self::MAX_BYTES).contains(&given.len()) && given.bytes().all(plain) => {
                Self(Id::Given(given.into()))
            }
            _ => Self(Id::Made(CALLS.fetch_add(1, Ordering::Relaxed))),
        }
    }

    /// The id of the call that this task works on.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Works on a call: inside, it is the [current](Self::current) one.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        static PROCESS: OnceLock<u32> = OnceLock::new();
        match &self.0 {
            Id::Given(text) => f.write_str(text),
            Id::Made(number) => {
                let process = PROCESS.get_or_init(|| Uuid::new_v4().as_fields().0);
                write!(f, "{process:08x}-{number:x}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_id_is_taken_over_if_it_is_plain_and_else_made() {
        assert_eq!(RequestId::of(Some("a-1.b_2")).to_string(), "a-1.b_2");
        for odd in [None, Some(""), Some("a b"), Some("\u{e9}"), Some("x\r\ny"), Some(&*"x".repeat(129))] {
            let (one, other) = (RequestId::of(odd), RequestId::of(odd));
            assert_ne!(one, other);
            assert!(Some(one.to_string().as_str()) != odd && one.to_string().len() > 9, "{one}");
        }
        assert_eq!(RequestId::current(), None);
        let id = RequestId::of(None);
        assert_eq!(id.clone().scope(async { RequestId::current() }).await, Some(id));
    }
}
