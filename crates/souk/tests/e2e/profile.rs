//! Which engines the shop under test stands on, as `SOUK_TEST_PROFILE` says: the same tests must pass on each.
//!
//! Every shop gets places on the servers that nobody else has, as contract cases do. Tests that reach into the files of
//! embedded engines stand in modules called `on_files`, which the other profiles leave out.

use souk_engines::{cache, documents, fresh_place, graph, objects, patient, search, series, store, vectors};

/// Each role that does not stay embedded: its setting, and how its URLs begin.
type Profile = &'static [(&'static str, &'static str)];

const PROFILES: [(&str, Profile); 5] = [
    ("embedded", &[]),
    (
        "servers",
        &[
            ("SOUK_STORE", "postgres"),
            ("SOUK_DOCUMENTS", "mongodb"),
            ("SOUK_CACHE", "redis"),
            ("SOUK_SEARCH", "opensearch"),
            ("SOUK_VECTORS", "pgvector"),
            ("SOUK_GRAPH", "neo4j"),
            ("SOUK_SERIES", "timescale"),
            ("SOUK_OBJECTS", "s3"),
        ],
    ),
    ("sqlite-redis-opensearch", &[("SOUK_CACHE", "redis"), ("SOUK_SEARCH", "opensearch")]),
    (
        "postgres",
        &[
            ("SOUK_STORE", "postgres"),
            ("SOUK_SEARCH", "postgres"),
            ("SOUK_VECTORS", "pgvector"),
            ("SOUK_SERIES", "timescale"),
        ],
    ),
    ("postgres-tantivy-hnsw", &[("SOUK_STORE", "postgres")]),
];

fn chosen() -> Profile {
    let name = std::env::var("SOUK_TEST_PROFILE").unwrap_or_else(|_| "embedded".to_owned());
    called(&name)
}

fn called(name: &str) -> Profile {
    let known = PROFILES.map(|(name, _)| name).join(", ");
    let found = PROFILES.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no profile is called `{name}`; there are {known}")).1
}

/// All roles are kept in the data folder.
pub(crate) fn is_embedded() -> bool {
    chosen().is_empty()
}

/// No role is kept in the data folder.
pub(crate) fn is_on_servers_alone() -> bool {
    chosen().len() == called("servers").len()
}

/// Whether a role, by its setting, is kept by a server.
pub(crate) fn is_on_a_server(setting: &str) -> bool {
    chosen().iter().any(|(name, _)| *name == setting)
}

/// The settings of one more shop.
pub(crate) fn settings() -> Vec<(&'static str, String)> {
    settings_of(chosen()).unwrap_or_else(|missing| panic!("{missing}: `scripts/engines up`"))
}

/// The settings of one more shop with every role on a server, whatever the profile. `None` where a server is missing,
/// which is told, and with `REQUIRE_SERVERS=1` is a failure.
pub(crate) fn on_servers() -> Option<Vec<(&'static str, String)>> {
    let settings = settings_of(called("servers"));
    let required = std::env::var("REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    if let Err(missing) = &settings {
        assert!(!required, "{missing}");
        println!("left out: {missing}");
    }
    settings.ok()
}

fn settings_of(profile: Profile) -> Result<Vec<(&'static str, String)>, String> {
    profile.iter().map(|(setting, scheme)| Ok((*setting, url(setting, scheme)?))).collect()
}

/// Patient with the servers that are slow just after their start, or, as the stand-in for MongoDB is, when many write.
fn url(setting: &str, scheme: &str) -> Result<String, String> {
    match setting {
        // Queries are a replica's, where there is one.
        "SOUK_STORE" => Ok(fresh_place(store::ENGINES, scheme)? + "&replicas=127.0.0.1:15433"),
        "SOUK_DOCUMENTS" => fresh_place(documents::ENGINES, scheme).map(patient),
        "SOUK_CACHE" => fresh_place(cache::ENGINES, scheme),
        "SOUK_SEARCH" => fresh_place(search::ENGINES, scheme).map(patient),
        "SOUK_VECTORS" => fresh_place(vectors::ENGINES, scheme),
        "SOUK_GRAPH" => fresh_place(graph::ENGINES, scheme).map(patient),
        "SOUK_SERIES" => fresh_place(series::ENGINES, scheme),
        "SOUK_OBJECTS" => fresh_place(objects::ENGINES, scheme),
        other => panic!("`{other}` is no role"),
    }
}
