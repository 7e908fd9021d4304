//! Putting souk together: which engine fills which role, and which projections follow the log.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use souk_doors::gate::{Layers, Limits, Problem};
use souk_doors::server::TlsFiles;
use souk_doors::{App, Elsewhere, Filling, OpenApp, OwnedPlace, Role, Scratch};
use souk_engines::{
    cache, documents, embedder, fetch, graph, is_local, local_path, objects, open, search, series, store,
    vectors, without_secrets,
};
use souk_kernel::{Currency, ErrorCode, SystemClock};
use souk_ports::derived::Derived;
use souk_ports::embedder::Embedder;
use souk_ports::moving::Owned;
use souk_ports::projection::{ActivityProjection, Batch, Projection};
use souk_runtime::Runner;
use souk_shop::accounts::{Cost, Passwords, SessionMemory};
use souk_shop::activity::{Interest, KnownProducts};
use souk_shop::analytics::{HotMemory, Sales, StockLevels};
use souk_shop::catalog::{PageCache, ProductPages, SearchIndex, StockCounters};
use souk_shop::currency::Agreed;
use souk_shop::discovery::{Answers, ProductVectors};
use souk_shop::media::{Drawings, ImageSizes};
use souk_shop::orders::{CartSpending, OrderViews};
use souk_shop::profiles::RowDocuments;
use souk_shop::recommendations::{PurchaseGraph, SimilarProducts, ViewGraph};
use souk_shop::reviews::Reviews;
use souk_shop::wishlists::WishedProducts;
use souk_shop::{Rules, Shop};

use crate::settings::Settings;

const HOUR_MS: i64 = 60 * 60 * 1000;
const MIB: u64 = 1024 * 1024;

/// Fails where the store is a file that is not there. A store on a server is looked at when it is asked.
pub(crate) fn find_shop(settings: &Settings) -> Result<(), Problem> {
    match local_path(&settings.store, &settings.data) {
        Some(path) if !path.exists() => {
            let detail = format!("there is no shop in `{}`", settings.data.display());
            Err(Problem::new(ErrorCode::NoShop, detail))
        }
        _ => Ok(()),
    }
}

/// Opens the model alone.
pub(crate) async fn embedder(settings: &Settings) -> Result<Arc<dyn Embedder>, Problem> {
    Ok(open("embedder", embedder::ENGINES, &settings.embedder, &settings.data).await?)
}

/// Opens every engine and puts the shop on them.
pub(crate) async fn app(settings: &Settings) -> Result<App, Problem> {
    let data = &settings.data;
    let shop = Shop {
        store: open("store", store::ENGINES, &settings.store, data).await?,
        documents: open("documents", documents::ENGINES, &settings.documents, data).await?,
        cache: open("cache", cache::ENGINES, &settings.cache, data).await?,
        search: open("search", search::ENGINES, &settings.search, data).await?,
        vectors: open("vectors", vectors::ENGINES, &settings.vectors, data).await?,
        embedder: embedder(settings).await?,
        graph: open("graph", graph::ENGINES, &settings.graph, data).await?,
        series: open("series", series::ENGINES, &settings.series, data).await?,
        objects: open("objects", objects::ENGINES, &settings.objects, data).await?,
        fetch: fetch::open(settings.own_networks().map_err(Problem::invalid)?),
        clock: Arc::new(SystemClock),
        rules: rules(settings)?,
        pages: PageCache::new(settings.shop.page_cache_mib * MIB),
        answers: Answers::default(),
        known_products: KnownProducts::default(),
        hot: HotMemory::default(),
        drawings: Drawings::default(),
        agreed: Agreed::default(),
        passwords: passwords(settings)?,
        sessions: SessionMemory::default(),
    };
    let roles = roles(settings, &shop);
    let owned = owned(settings, &shop);
    let nobody = Runner::new(shop.store.clone(), Vec::new());
    let runner = roles.iter().fold(nobody, |all, role| all.and(&role.runner));
    Ok(App {
        shop,
        runner,
        roles,
        owned,
        elsewhere: Elsewhere(other),
        scratch: Scratch(|folder| {
            Box::pin(async move { open("graph", graph::ENGINES, "sqlite://graph", &folder).await })
        }),
        store_url: without_secrets(&settings.store),
        data_dir: data.clone(),
        listen: settings.server.listen.clone(),
        draws: settings.media.draw,
        fetches_model: settings.model.fetch,
        limits: limits(settings),
        layers: Layers {
            cors: settings.origins().map_err(Problem::invalid)?,
            compresses: settings.server.compression,
        },
        tls: tls(settings),
        stop_patience: Duration::from_millis(settings.server.stop_timeout_ms),
        filling: Filling::default(),
        accounts_required: settings.accounts.required,
        demo: settings.accounts.demo.into(),
        demo_secret: settings.accounts.demo_secret.clone(),
    })
}

fn other(file: PathBuf) -> OpenApp {
    Box::pin(async move {
        let settings = Settings::load_other(&file)?;
        app(&settings).await
    })
}

/// The table of what is owned, in the order in which it is moved: nobody orders any more when the carts follow.
fn owned(settings: &Settings, shop: &Shop) -> Vec<OwnedPlace> {
    // Two settings may name one folder in two ways.
    let folder = std::fs::canonicalize(&settings.data).unwrap_or_else(|_| settings.data.clone());
    let place = |role, url: &str, owned: Arc<dyn Owned>| {
        let folder = is_local(url).then(|| folder.clone());
        OwnedPlace { role, url: without_secrets(url), folder, owned }
    };
    vec![
        place("store", &settings.store, shop.store.owned()),
        place("cache", &settings.cache, shop.cache.owned()),
        place("vectors", &settings.vectors, shop.vectors.owned()),
        place("series", &settings.series, shop.series.owned()),
        place("objects", &settings.objects, shop.objects.owned()),
    ]
}

/// The table of roles, and of the projections that fill each. What a batch is made of stands before it.
fn roles(settings: &Settings, shop: &Shop) -> Vec<Role> {
    let Shop { store, documents, cache, search, vectors, embedder, graph, series, objects, .. } = shop;
    let log = |projections: Vec<Arc<dyn Projection>>| Runner::new(store.clone(), projections);
    let role = |name, url: &str, engine: Arc<dyn Derived>, runner| Role {
        name,
        url: without_secrets(url),
        engine,
        runner,
    };
    let of_documents: Vec<Arc<dyn Projection>> = vec![
        Arc::new(ProductPages::new(documents.clone())),
        Arc::new(OrderViews::new(documents.clone())),
        Arc::new(Reviews::new(documents.clone())),
        Arc::new(RowDocuments::specifications(documents.clone())),
        Arc::new(RowDocuments::seller_profiles(documents.clone())),
        Arc::new(RowDocuments::customer_profiles(documents.clone())),
        Arc::new(WishedProducts::new(documents.clone())),
    ];
    let of_cache: Vec<Arc<dyn Projection>> =
        vec![Arc::new(StockCounters::new(cache.clone())), Arc::new(CartSpending::new(cache.clone()))];
    let of_search: Vec<Arc<dyn Projection>> = vec![Arc::new(SearchIndex::new(search.clone()))];
    let of_vectors: Vec<Arc<dyn Projection>> =
        vec![Arc::new(ProductVectors::new(vectors.clone(), embedder.clone()))];
    let of_graph: Vec<Arc<dyn Projection>> = vec![Arc::new(PurchaseGraph::new(graph.clone()))];
    let views: Vec<Arc<dyn ActivityProjection>> = vec![Arc::new(ViewGraph::new(graph.clone()))];
    let alike: Vec<Arc<dyn Batch>> = vec![Arc::new(SimilarProducts::new(graph.clone(), vectors.clone()))];
    let of_series: Vec<Arc<dyn Projection>> =
        vec![Arc::new(Sales::new(series.clone())), Arc::new(StockLevels::new(series.clone()))];
    let of_activity: Vec<Arc<dyn ActivityProjection>> = vec![Arc::new(Interest::new(series.clone()))];
    let of_objects: Vec<Arc<dyn Projection>> = vec![Arc::new(ImageSizes::new(objects.clone()))];
    vec![
        role("documents", &settings.documents, documents.clone(), log(of_documents)),
        role("cache", &settings.cache, cache.clone(), log(of_cache)),
        role("search", &settings.search, search.clone(), log(of_search)),
        role("vectors", &settings.vectors, vectors.clone(), log(of_vectors)),
        role(
            "graph",
            &settings.graph,
            graph.clone(),
            log(of_graph).with_activity(series, views).with_batches(alike),
        ),
        role("series", &settings.series, series.clone(), log(of_series).with_activity(series, of_activity)),
        role("objects", &settings.objects, objects.clone(), log(of_objects)),
    ]
}

fn passwords(settings: &Settings) -> Result<Passwords, Problem> {
    let memory_kib = settings.accounts.argon2_memory_kib;
    Ok(Passwords::new(Cost { memory_kib, passes: settings.accounts.argon2_passes })?)
}

fn rules(settings: &Settings) -> Result<Rules, Problem> {
    Ok(Rules {
        currency: settings.shop.currency.parse::<Currency>().map_err(Problem::invalid)?,
        cart_ttl_ms: settings.carts.ttl_hours * HOUR_MS,
        signed_in_cart_ttl_ms: settings.carts.signed_in_ttl_hours * HOUR_MS,
        session_ttl_ms: settings.accounts.session_ttl_hours * HOUR_MS,
        media_base_url: settings.media.base_url.trim_end_matches('/').to_owned(),
        redirects_media: settings.media.redirect,
        idempotency_ttl_ms: settings.shop.idempotency_ttl_hours * HOUR_MS,
    })
}

fn limits(settings: &Settings) -> Limits {
    let server = &settings.server;
    Limits {
        body_bytes: server.body_bytes,
        bodies_bytes: server.bodies_bytes,
        body_idle: Duration::from_millis(server.body_idle_ms),
        connections: server.connections,
        requests: server.requests,
        request_timeout: Duration::from_millis(server.request_timeout_ms),
        patience: Duration::from_millis(server.read_your_writes_ms),
    }
}

fn tls(settings: &Settings) -> Option<TlsFiles> {
    let tls = &settings.server.tls;
    let files = || TlsFiles { certificate: tls.certificate.clone().into(), key: tls.key.clone().into() };
    (!tls.certificate.is_empty()).then(files)
}
