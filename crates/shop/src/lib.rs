//! What a shop does: one folder a feature, one file a use case. No transport and no engine appears here.

use std::sync::Arc;

use souk_kernel::{Clock, Currency};
use souk_ports::cache::Cache;
use souk_ports::documents::Documents;
use souk_ports::embedder::Embedder;
use souk_ports::fetch::Fetch;
use souk_ports::graph::Graph;
use souk_ports::objects::Objects;
use souk_ports::search::Search;
use souk_ports::series::Series;
use souk_ports::store::Store;
use souk_ports::vectors::Vectors;

pub mod access;
pub mod accounts;
pub mod activity;
pub mod agreement;
pub mod analytics;
pub mod carts;
pub mod catalog;
mod commit;
pub mod currency;
pub mod customers;
pub mod declared;
pub mod discovery;
pub mod loading;
pub mod media;
pub mod orders;
pub mod profiles;
pub mod purchases;
mod query;
pub mod recommendations;
pub mod reviews;
pub mod wishlists;

/// What each feature declares for itself.
pub const FEATURES: &[declared::Declarations] = &[
    accounts::DECLARED,
    activity::DECLARED,
    catalog::DECLARED,
    currency::DECLARED,
    loading::DECLARED,
    wishlists::DECLARED,
];

pub use query::{Query, Source};

/// Everything that a use case may reach.
pub struct Shop {
    pub store: Arc<dyn Store>,
    pub documents: Arc<dyn Documents>,
    pub cache: Arc<dyn Cache>,
    pub search: Arc<dyn Search>,
    pub vectors: Arc<dyn Vectors>,
    pub embedder: Arc<dyn Embedder>,
    pub graph: Arc<dyn Graph>,
    pub series: Arc<dyn Series>,
    pub objects: Arc<dyn Objects>,
    pub fetch: Arc<dyn Fetch>,
    pub clock: Arc<dyn Clock>,
    pub rules: Rules,
    pub pages: catalog::PageCache,
    pub answers: discovery::Answers,
    pub known_products: activity::KnownProducts,
    pub hot: analytics::HotMemory,
    pub drawings: media::Drawings,
    pub agreed: currency::Agreed,
    pub passwords: accounts::Passwords,
    pub sessions: accounts::SessionMemory,
}

/// What one shop decides differently from another.
#[derive(Debug, Clone)]
pub struct Rules {
    pub currency: Currency,
    /// How long a cart lives after its last change.
    pub cart_ttl_ms: i64,
    /// The same for people who are signed in.
    pub signed_in_cart_ttl_ms: i64,
    /// How long a session lasts.
    pub session_ttl_ms: i64,
    /// How long an idempotency key is remembered.
    pub idempotency_ttl_ms: i64,
    /// Comes before the paths of pictures; empty: they are served here.
    pub media_base_url: String,
    /// Whether pictures are fetched from the objects' own server, where it has URLs.
    pub redirects_media: bool,
}
