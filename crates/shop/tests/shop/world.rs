//! A small shop on fresh embedded engines, and a store that can be made to misbehave.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use souk_engines::{cache, documents, embedder, fetch, graph, objects, open, search, series, store, vectors};
use souk_kernel::{
    CategoryId, CommitId, Currency, LogPosition, ManualClock, Money, Position, ProductId, SystemClock,
    Timestamp, UserId, VariantId,
};
use souk_ports::derived::Checkpoint;
use souk_ports::event::{Actor, NewEvent, RecordedEvent};
use souk_ports::moving::Owned;
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::rows::{Address, Category, Person, Product, Row, User, Variant};
use souk_ports::store::{Answered, Commit, MoveKind, Outcome, Snapshot, StockMove, Store};
use souk_ports::{Error, Result};
use souk_shop::accounts::{Cost, Passwords, SessionMemory};
use souk_shop::activity::KnownProducts;
use souk_shop::analytics::HotMemory;
use souk_shop::catalog::PageCache;
use souk_shop::currency::Agreed;
use souk_shop::discovery::Answers;
use souk_shop::media::Drawings;
use souk_shop::{Rules, Shop, currency};
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) shop: Arc<Shop>,
    pub(crate) store: Arc<TrickyStore>,
    folder: tempfile::TempDir,
}

pub(crate) fn user() -> UserId {
    "U001".parse().unwrap()
}

pub(crate) fn product(external: &str) -> ProductId {
    external.parse().unwrap()
}

pub(crate) fn variant(sku: &str) -> VariantId {
    sku.parse().unwrap()
}

pub(crate) fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub(crate) fn home() -> Address {
    Address {
        name: "Ada Byron".into(),
        line1: "12 Kiln Lane".into(),
        line2: None,
        city: "Porto".into(),
        region: None,
        postal_code: "4050-253".into(),
        country: "PT".into(),
    }
}

impl World {
    /// Users `U001` (with an address) and `U002` (without), nothing for sale yet.
    pub(crate) async fn new() -> Self {
        Self::with_cart_ttl_ms(24 * 3_600_000).await
    }

    pub(crate) async fn with_cart_ttl_ms(cart_ttl_ms: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let real = open("store", store::ENGINES, "sqlite://souk.db", folder.path()).await.unwrap();
        let store = Arc::new(TrickyStore::on(real));
        let shop = Self::shop(store.clone(), folder.path(), cart_ttl_ms).await;
        let world = Self { shop: Arc::new(shop), store, folder };
        let with_address = user();
        let without: UserId = "U002".parse().unwrap();
        let users = [with_address, without]
            .map(|id| Row::from(User { id, external_id: None, joined_at: Timestamp::from_ms(0) }));
        let person = Person {
            user_id: with_address,
            name: "Ada Byron".into(),
            email: "ada@example.org".into(),
            phone: None,
            address: Some(home()),
        };
        world.write(users.into_iter().chain([person.into()]), vec![]).await;
        world
    }

    /// The same data folder, as another process has it.
    pub(crate) async fn another_process(&self) -> Shop {
        let at = self.folder.path();
        let store = open("store", store::ENGINES, "sqlite://souk.db", at).await.unwrap();
        Self::shop(store, at, self.shop.rules.cart_ttl_ms).await
    }

    async fn shop(store: Arc<dyn Store>, at: &Path, cart_ttl_ms: i64) -> Shop {
        let shop = Shop {
            store,
            documents: open("documents", documents::ENGINES, "sqlite://documents", at).await.unwrap(),
            cache: open("cache", cache::ENGINES, "sqlite://cache", at).await.unwrap(),
            search: open("search", search::ENGINES, "tantivy://search", at).await.unwrap(),
            vectors: open("vectors", vectors::ENGINES, "hnsw://vectors", at).await.unwrap(),
            embedder: open("embedder", embedder::ENGINES, "minilm://no-weights", at).await.unwrap(),
            graph: open("graph", graph::ENGINES, "sqlite://graph", at).await.unwrap(),
            series: open("series", series::ENGINES, "sqlite://series", at).await.unwrap(),
            objects: open("objects", objects::ENGINES, "file://objects", at).await.unwrap(),
            fetch: fetch::open(Vec::new()),
            clock: Arc::new(SystemClock),
            rules: Rules {
                currency: Currency::EUR,
                cart_ttl_ms,
                signed_in_cart_ttl_ms: 7 * 24 * 3_600_000,
                session_ttl_ms: 3_600_000,
                idempotency_ttl_ms: 3_600_000,
                media_base_url: String::new(),
                redirects_media: false,
            },
            pages: PageCache::new(1 << 20),
            answers: Answers::default(),
            known_products: KnownProducts::default(),
            hot: HotMemory::default(),
            drawings: Drawings::default(),
            agreed: Agreed::default(),
            passwords: Passwords::new(Cost { memory_kib: 64, passes: 1 }).unwrap(),
            sessions: SessionMemory::default(),
        };
        currency::agree(&shop).await.unwrap();
        shop
    }

    /// The same data folder, opened once more as a process that starts does.
    pub(crate) async fn another_cache(&self) -> Arc<dyn souk_ports::cache::Cache> {
        open("cache", cache::ENGINES, "sqlite://cache", self.folder.path()).await.unwrap()
    }

    /// Keeps the store as it is now, while nobody writes it.
    pub(crate) fn copy_store(&self) {
        for suffix in ["", "-wal"] {
            let at = |name: &str| self.folder.path().join(format!("{name}.db{suffix}"));
            if at("souk").exists() {
                std::fs::copy(at("souk"), at("older")).unwrap();
            }
        }
    }

    /// Goes on with the store that was kept. Everything else stays.
    pub(crate) async fn put_back_the_copy(&mut self) {
        let real = open("store", store::ENGINES, "sqlite://older.db", self.folder.path()).await.unwrap();
        self.store = Arc::new(TrickyStore::on(real));
        Arc::get_mut(&mut self.shop).expect("nobody else has it").store = self.store.clone();
    }

    /// As a process whose settings say another currency.
    pub(crate) fn under(&mut self, currency: &str) {
        let shop = Arc::get_mut(&mut self.shop).expect("nobody else has it");
        shop.rules.currency = currency.parse().unwrap();
        shop.agreed = Agreed::default();
    }

    /// From now on the shop's clock stands still until it is moved.
    pub(crate) fn stands_at(&mut self, moment: Timestamp) -> Arc<ManualClock> {
        let clock = Arc::new(ManualClock::at(moment));
        Arc::get_mut(&mut self.shop).expect("nobody else has it").clock = clock.clone();
        clock
    }

    /// A product with the variants `<product>-S` and `<product>-L`, the second one for 5.00 more.
    pub(crate) async fn sells(&self, external: &str, price: &str, stock: i64) {
        let variants = [("S", "0", 0), ("L", "5", 1)].map(|(size, price_adjustment, rank)| Variant {
            id: variant(&format!("{external}-{size}")),
            product_id: product(external),
            sku: format!("{external}-{size}"),
            size: Some(size.into()),
            color: None,
            price_adjustment: money(price_adjustment),
            rank,
            loaded_stock: None,
            details: Default::default(),
        });
        let stock = variants.iter().map(|variant| (variant.id, MoveKind::Adjust(stock))).collect();
        let rows = variants.map(Row::from);
        let product = row(external, Some(money(price)), true);
        self.write(rows.into_iter().chain([product.into()]), stock).await;
    }

    pub(crate) async fn write(&self, rows: impl IntoIterator<Item = Row>, stock: Vec<(VariantId, MoveKind)>) {
        write(&*self.store.real, rows.into_iter().collect(), stock).await;
    }

    pub(crate) async fn stock(&self, sku: &str) -> i64 {
        let mut snapshot = self.shop.store.snapshot().await.unwrap();
        snapshot.stock(&[variant(sku)]).await.unwrap()[0].unwrap().quantity
    }

    /// All events after a position, with the moment and the checkpoint to apply them at.
    pub(crate) async fn events_after(
        &self,
        position: Position,
    ) -> (LazySnapshot<'_>, Vec<Arc<RecordedEvent>>, Checkpoint) {
        let mut snapshot = self.shop.store.snapshot().await.unwrap();
        let events = snapshot.events(position, u32::MAX).await.unwrap();
        let head = snapshot.head().await.unwrap();
        let last = events.last().map_or(Uuid::nil(), |event| event.commit.0);
        let checkpoint = Checkpoint { log: head.log, at: head.head, last };
        let snapshot = LazySnapshot::begun(&*self.shop.store, snapshot);
        (snapshot, events.into_iter().map(Arc::new).collect(), checkpoint)
    }

    /// Fills a new generation of a projection from the whole log and makes it the live one.
    pub(crate) async fn project(&self, projection: &dyn Projection) {
        let (name, target) = (projection.name(), projection.target());
        let live = target.live(name).await.unwrap();
        let next = target.begin(name).await.unwrap();
        let (mut snapshot, events, checkpoint) = self.events_after(0).await;
        projection.apply(next, &events, &mut snapshot, checkpoint).await.unwrap();
        target.promote(name, live, next).await.unwrap();
        assert_eq!(target.checkpoint(name, next).await.unwrap(), checkpoint);
    }
}

/// On which all products lie.
pub(crate) fn shelf() -> CategoryId {
    "C01".parse().unwrap()
}

pub(crate) fn row(external: &str, price: Option<Money>, is_active: bool) -> Product {
    Product {
        id: product(external),
        external_id: Some(external.into()),
        name: format!("Bowl {external}"),
        description: "Turned from ash.".into(),
        price,
        category_id: shelf(),
        seller_id: None,
        brand: None,
        tags: vec![],
        materials: vec!["ash".into()],
        care: None,
        rating: None,
        num_reviews: 0,
        images: vec![],
        is_active,
        created_at: Timestamp::from_ms(0),
        details: Default::default(),
    }
}

/// With the shelf, where there is a product on it.
pub(crate) async fn write(store: &dyn Store, mut rows: Vec<Row>, stock: Vec<(VariantId, MoveKind)>) {
    if rows.iter().any(|row| matches!(row, Row::Product(product) if product.category_id == shelf())) {
        let (external_id, name) = (Some("C01".into()), "Wooden Kitchenware".into());
        let description = String::new();
        rows.push(Category { id: shelf(), external_id, name, description, parent: None, image: None }.into());
    }
    let event = NewEvent {
        stream: product("P001").into(),
        kind: "written-by-a-test".into(),
        schema: 1,
        data: "{}".into(),
        personal: None,
        occurred_at: Timestamp::from_ms(0),
        actor: Actor::System("test".into()),
        reason: None,
    };
    let mut commit = Commit::new(CommitId::new(), vec![event]);
    commit.rows = rows;
    commit.stock = stock.into_iter().map(|(variant, kind)| StockMove::new(variant, kind)).collect();
    let outcome = store.commit(commit).await.unwrap();
    assert!(matches!(outcome, Outcome::Committed(_)), "{outcome:?}");
}

/// What happens at one of the next commits, before or after it.
pub(crate) enum Trick {
    /// Somebody else is faster: this runs on the store first.
    #[allow(clippy::type_complexity)]
    Before(Box<dyn FnOnce(Arc<dyn Store>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>),
    /// The commit takes effect, but its answer gets lost.
    LoseAnswer,
    /// The commit gets lost.
    LoseCommit,
}

/// The real store, with a trick for each of the next commits.
pub(crate) struct TrickyStore {
    real: Arc<dyn Store>,
    tricks: Mutex<Vec<Trick>>,
    is_away: AtomicBool,
    snapshots: AtomicU64,
}

impl TrickyStore {
    fn on(real: Arc<dyn Store>) -> Self {
        let (is_away, snapshots) = (AtomicBool::new(false), AtomicU64::new(0));
        Self { real, tricks: Mutex::default(), is_away, snapshots }
    }

    pub(crate) fn plays(&self, tricks: impl IntoIterator<Item = Trick>) {
        let mut tricks: Vec<_> = tricks.into_iter().collect();
        tricks.reverse();
        *self.tricks.lock().unwrap() = tricks;
    }

    /// Before its next commit, a product gets another price.
    pub(crate) fn plays_price(&self, external: &'static str, price: &'static str) {
        self.plays([Trick::Before(Box::new(move |store| {
            let row = row(external, Some(money(price)), true);
            Box::pin(async move { write(&*store, vec![row.into()], vec![]).await })
        }))]);
    }

    /// Whether nobody can take a snapshot of it.
    pub(crate) fn is_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::Relaxed);
    }

    /// How many have been taken.
    pub(crate) fn snapshots(&self) -> u64 {
        self.snapshots.load(Ordering::Relaxed)
    }

    pub(crate) fn has_played_all(&self) -> bool {
        self.tricks.lock().unwrap().is_empty()
    }
}

#[async_trait]
impl Store for TrickyStore {
    async fn commit(&self, commit: Commit) -> Result<Outcome> {
        let trick = self.tricks.lock().unwrap().pop();
        let lost = || Err(Error::Unavailable { what: "the store".into(), source: None });
        match trick {
            None => self.real.commit(commit).await,
            Some(Trick::Before(first)) => {
                first(self.real.clone()).await;
                self.real.commit(commit).await
            }
            Some(Trick::LoseAnswer) => {
                self.real.commit(commit).await?;
                lost()
            }
            Some(Trick::LoseCommit) => lost(),
        }
    }

    async fn answered(&self, scope: &str, key: &str) -> Result<Option<Answered>> {
        self.real.answered(scope, key).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(Error::Unavailable { what: "the store".into(), source: None });
        }
        self.snapshots.fetch_add(1, Ordering::Relaxed);
        self.real.snapshot().await
    }

    async fn wait_for_events(&self, position: Position, patience: Duration) -> Result<()> {
        self.real.wait_for_events(position, patience).await
    }

    async fn version(&self) -> Result<String> {
        self.real.version().await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.real.owned()
    }
}

/// Whether a position was given at all.
pub(crate) fn is_known(position: LogPosition) -> bool {
    position.epoch > 0 && position.position > 0
}
