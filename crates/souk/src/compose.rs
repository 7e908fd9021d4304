//! Putting souk together: which engine fills which role, and which projections follow the log.

use std::sync::Arc;
use std::time::Duration;

use souk_doors::gate::{Limits, Problem};
use souk_doors::{App, Role};
use souk_engines::{cache, documents, open, search, store};
use souk_kernel::{Currency, SystemClock};
use souk_ports::cache::Cache;
use souk_ports::derived::Derived;
use souk_ports::documents::Documents;
use souk_ports::projection::Projection;
use souk_ports::search::Search;
use souk_runtime::Runner;
use souk_shop::catalog::{PageCache, ProductPages, SearchIndex, StockCounters};
use souk_shop::orders::{CartSpending, OrderViews};
use souk_shop::{Rules, Shop};

use crate::settings::Settings;

const HOUR_MS: i64 = 60 * 60 * 1000;
const MIB: u64 = 1024 * 1024;

/// Opens every engine and puts the shop on them.
pub(crate) async fn app(settings: &Settings) -> Result<App, Problem> {
    let data = &settings.data;
    let store = open("store", store::ENGINES, &settings.store, data).await?;
    let documents = open("documents", documents::ENGINES, &settings.documents, data).await?;
    let cache = open("cache", cache::ENGINES, &settings.cache, data).await?;
    let search = open("search", search::ENGINES, &settings.search, data).await?;

    // The table of projections: which role each fills.
    let of_documents = follow_documents(&documents);
    let of_cache = follow_cache(&cache);
    let of_search = follow_search(&search);
    let all = [&of_documents[..], &of_cache, &of_search].concat();

    let runner = |projections: Vec<Arc<dyn Projection>>| Runner::new(store.clone(), projections);
    let role = |name, url: &str, engine: Arc<dyn Derived>, projections| Role {
        name,
        url: url.to_owned(),
        engine,
        runner: runner(projections),
    };
    let roles = vec![
        role("documents", &settings.documents, documents.clone(), of_documents),
        role("cache", &settings.cache, cache.clone(), of_cache),
        role("search", &settings.search, search.clone(), of_search),
    ];
    let runner = runner(all);
    let clock = Arc::new(SystemClock);
    let pages = PageCache::new(settings.shop.page_cache_mib * MIB);
    let shop = Shop { store, documents, cache, search, clock, rules: rules(settings)?, pages };
    Ok(App {
        shop,
        runner,
        roles,
        store_url: settings.store.clone(),
        data_dir: data.clone(),
        listen: settings.server.listen.clone(),
        limits: limits(settings),
        stop_patience: Duration::from_millis(settings.server.stop_timeout_ms),
    })
}

fn follow_documents(documents: &Arc<dyn Documents>) -> Vec<Arc<dyn Projection>> {
    vec![Arc::new(ProductPages::new(documents.clone())), Arc::new(OrderViews::new(documents.clone()))]
}

fn follow_cache(cache: &Arc<dyn Cache>) -> Vec<Arc<dyn Projection>> {
    vec![Arc::new(StockCounters::new(cache.clone())), Arc::new(CartSpending::new(cache.clone()))]
}

fn follow_search(search: &Arc<dyn Search>) -> Vec<Arc<dyn Projection>> {
    vec![Arc::new(SearchIndex::new(search.clone()))]
}

fn rules(settings: &Settings) -> Result<Rules, Problem> {
    Ok(Rules {
        currency: settings.shop.currency.parse::<Currency>().map_err(Problem::invalid)?,
        cart_ttl_ms: settings.carts.ttl_hours * HOUR_MS,
        signed_in_cart_ttl_ms: settings.carts.signed_in_ttl_hours * HOUR_MS,
        idempotency_ttl_ms: settings.shop.idempotency_ttl_hours * HOUR_MS,
    })
}

fn limits(settings: &Settings) -> Limits {
    let server = &settings.server;
    Limits {
        body_bytes: server.body_bytes,
        connections: server.connections,
        requests: server.requests,
        request_timeout: Duration::from_millis(server.request_timeout_ms),
        patience: Duration::from_millis(server.read_your_writes_ms),
    }
}
