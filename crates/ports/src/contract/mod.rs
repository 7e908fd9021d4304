//! The cases that every engine of a role must pass.
//!
//! A case gets an [`Opener`]: each call opens the same fresh, empty namespace once more, as another process would. So
//! cases run in parallel, can open again what was closed, and can have two writers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub mod cache;
mod derived;
pub mod documents;
pub mod embedder;
pub mod graph;
pub mod moving;
pub mod objects;
pub mod search;
pub mod series;
pub mod store;
pub mod vectors;

pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Opens the namespace of one case.
pub struct Opener<R: ?Sized>(Arc<dyn Fn() -> BoxFuture<Arc<R>> + Send + Sync>);

impl<R: ?Sized> Clone for Opener<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: ?Sized> Opener<R> {
    pub fn new(open: impl Fn() -> BoxFuture<Arc<R>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(open))
    }

    pub async fn open(&self) -> Arc<R> {
        (self.0)().await
    }
}

/// How many rounds a case takes whose every round is another throw of the dice: before a change lands, and, with
/// `SOUK_TEST_FULL=1`, before a release.
pub(crate) fn rounds(few: u32, full: u32) -> u32 {
    if std::env::var("SOUK_TEST_FULL").is_ok_and(|value| value == "1") { full } else { few }
}

/// One promise of a role, tried on one engine; it panics when the promise is not kept.
pub struct Case<R: ?Sized> {
    pub name: &'static str,
    pub run: fn(Opener<R>) -> BoxFuture<()>,
}

/// Makes the list of a role's cases from its functions `async fn name(open: Opener<dyn Role>)`.
macro_rules! cases {
    ($role:ty: $($name:ident),* $(,)?) => {
        pub const CASES: &[$crate::contract::Case<$role>] = &[
            $($crate::contract::Case { name: stringify!($name), run: |open| Box::pin($name(open)) },)*
        ];
    };
}
pub(crate) use cases;
