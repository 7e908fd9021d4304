//! A shop moves: from files to servers and on to other files, through three kills; and what a move leaves or has not
//! finished sells nothing.
//!
//! A server that is missing leaves its test out, and says so; with `REQUIRE_SERVERS=1` it is a failure.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::Value;
use uuid::Uuid;

use crate::media::picture;
use crate::souk::Souk;

const HERE: &str = "here.yaml";
const THERE: &str = "there.yaml";
const ON: &str = "on.yaml";
const PICTURES: u32 = 12;
const WORDS: [&str; 3] = ["wooden bowl", "bwol", "blue glass"];

/// A shop with something of everything that it owns: the catalogue, orders with their steps, what people looked at,
/// carts and pictures. `HERE` is its settings, `ON` those of an empty folder.
fn shop() -> Souk {
    let souk = Souk::loaded();
    write(&souk, HERE, &[("data", "./souk-data")]);
    write(&souk, ON, &[("data", "./other")]);
    souk.json(&["purchases", "generate", "--orders", "700", "--until", "2026-01-01"]);
    for (user, product) in [("U001", "P001"), ("U002", "P002"), ("U003", "P003"), ("U001", "P004")] {
        souk.json(&["cart", "add", user, product, "--quantity", "2"]);
    }
    for number in 0..PICTURES {
        let (product, file) = (format!("P{:03}", number + 1), souk.folder().join("picture.png"));
        std::fs::write(&file, picture(40 + number, 30)).unwrap();
        souk.json(&["products", "set-image", &product, "picture.png"]);
    }
    souk
}

fn write(souk: &Souk, name: &str, settings: &[(&str, &str)]) {
    let lines: String = settings.iter().map(|(name, value)| format!("{name}: \"{value}\"\n")).collect();
    std::fs::write(souk.folder().join(name), lines).unwrap();
}

/// Writes the settings of a shop on servers, where `scripts/engines` starts them.
fn write_servers(souk: &Souk) -> bool {
    let name = format!("e2e_{}", Uuid::new_v4().simple());
    let short = &name[..20];
    let servers = [
        ("store", 15432, format!("postgres://postgres@127.0.0.1:15432/postgres?schema={name}")),
        ("documents", 17017, format!("mongodb://127.0.0.1:17017/{name}")),
        ("cache", 17001, format!("redis-cluster://127.0.0.1:17001?prefix={short}")),
        ("search", 9200, format!("opensearch://127.0.0.1:9200?prefix={short}")),
        ("vectors", 15432, format!("pgvector://postgres@127.0.0.1:15432/postgres?schema={name}")),
        ("series", 15432, format!("timescale://postgres@127.0.0.1:15432/postgres?schema={name}")),
        ("graph", 7687, format!("neo4j://neo4j:souk-test-password@127.0.0.1:7687?namespace={short}")),
        (
            "objects",
            19000,
            format!(
                "s3://souk-contract/{name}?endpoint=http://127.0.0.1:19000&allow_http=true&create_bucket=true\
                 &access_key_id=minioadmin&secret_access_key=minioadmin"
            ),
        ),
    ];
    let missing: Vec<String> = servers
        .iter()
        .filter(|(_, port, _)| TcpStream::connect(("127.0.0.1", *port)).is_err())
        .map(|(role, port, _)| format!("{role} at 127.0.0.1:{port}"))
        .collect();
    if !missing.is_empty() {
        let required = std::env::var("REQUIRE_SERVERS").is_ok_and(|value| value == "1");
        assert!(!required, "no server for {}", missing.join(", "));
        println!("left out: no server for {}", missing.join(", "));
        return false;
    }
    let patient = servers.map(|(role, _, url)| (role, souk_engines::patient(url)));
    let mut settings = vec![("data", "./beside")];
    settings.extend(patient.iter().map(|(role, url)| (*role, url.as_str())));
    write(souk, THERE, &settings);
    true
}

/// What the shop of these settings tells whoever asks: everything that is owned shows in it somewhere, and everything
/// that is derived.
fn told(souk: &Souk, settings: &str) -> BTreeMap<String, String> {
    let ask = |question: &[&str]| souk.json(&[&["--config", settings], question].concat());
    let mut told = BTreeMap::new();
    let orders = ask(&["status"])["orders"].clone();
    told.insert("orders".to_owned(), orders.to_string());
    for number in ["1", "17", "700"] {
        told.insert(format!("order {number}"), ask(&["orders", "show", number]).to_string());
        told.insert(format!("events of order {number}"), ask(&["orders", "events", number]).to_string());
    }
    for user in ["U001", "U002", "U003", "U004"] {
        told.insert(format!("cart of {user}"), ask(&["cart", "show", user]).to_string());
    }
    for words in WORDS {
        // Engines score differently; what they find is the same.
        let found = ask(&["search", "text", words]);
        told.insert(format!("search for {words}"), found["total"].to_string());
    }
    told.insert("product".to_owned(), ask(&["products", "show", "P001"]).to_string());
    told.insert("reviews".to_owned(), ask(&["reviews", "list", "P001"]).to_string());
    for name in projections(souk, settings) {
        let dump = souk.run(&["--config", settings, "projections", "dump", &name]);
        assert_eq!(dump.code, 0, "{name}: {}", dump.err);
        // Engines order fields as they like.
        let line = |line: &str| serde_json::from_str::<Value>(line).unwrap().to_string();
        told.insert(format!("projection {name}"), dump.out.lines().map(line).collect::<Vec<_>>().join("\n"));
    }
    told
}

/// What is found first, and in which order.
fn best(souk: &Souk, settings: &str) -> Vec<String> {
    let found = WORDS.map(|words| souk.json(&["--config", settings, "search", "text", words]));
    let results = found.iter().flat_map(|found| found["results"].as_array().unwrap());
    results.map(|one| one["external_id"].as_str().unwrap().to_owned()).collect()
}

fn projections(souk: &Souk, settings: &str) -> Vec<String> {
    let status = souk.json(&["--config", settings, "projections", "status"]);
    let all = status["projections"].as_array().unwrap();
    let made = all.iter().filter(|one| !one["generation"].is_null());
    made.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn assert_same(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, said) in one {
        if said != &other[name] {
            let lines = said.lines().zip(other[name].lines()).find(|(one, other)| one != other);
            panic!(
                "{name} differs: {} and {} lines; first {lines:?}",
                said.lines().count(),
                other[name].lines().count()
            );
        }
    }
}

/// The count and checksum of each collection.
fn sums(report: &Value) -> BTreeMap<String, (u64, String)> {
    let mut sums = BTreeMap::new();
    for moved in report["moved"].as_array().unwrap() {
        for one in moved["collections"].as_array().unwrap() {
            let name = format!("{} {}", moved["role"].as_str().unwrap(), one["collection"].as_str().unwrap());
            let sum = (one["records"].as_u64().unwrap(), one["sha256"].as_str().unwrap().to_owned());
            assert!(sums.insert(name, sum).is_none());
        }
    }
    sums
}

fn migrate(souk: &Souk, from: &str, to: &str) -> Command {
    souk.command(&["migrate", "--from", from, "--to", to])
}

/// Kills a migration when it has told so much.
fn killed_at(souk: &Souk, from: &str, to: &str, line: &str) {
    let mut child =
        migrate(souk, from, to).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("souk starts");
    let told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut before = Vec::new();
    let met = told.into_iter().any(|one| {
        let is_it = one.starts_with(line);
        before.push(one);
        is_it
    });
    child.kill().unwrap();
    let ended = child.wait().unwrap();
    assert!(met && ended.code().is_none(), "it ended with {ended} before `{line}`: {before:?}");
}

#[test]
fn a_shop_moves_to_servers_and_back_through_three_kills() {
    let souk = shop();
    if !write_servers(&souk) {
        return;
    }
    let before = told(&souk, HERE);
    assert!(before["projection interest"].lines().count() > 100, "nobody looked at anything");

    for line in ["copying store", "copying objects", "comparing store"] {
        killed_at(&souk, HERE, THERE, line);
        // Neither sells: one has been closed, the other is not complete.
        let refused = souk.run(&["--config", HERE, "products", "set", "P001", "--stock", "+1", "--json"]);
        assert_eq!(refused.problem()["code"], "unavailable", "{}", refused.err);
        let early = souk.run(&["--config", THERE, "serve", "--listen", "127.0.0.1:0", "--json"]);
        assert_eq!(early.problem()["code"], "unavailable", "{}", early.err);
        assert!(early.err.contains("not finished"), "{}", early.err);
        let ill = souk.run(&["--config", HERE, "doctor"]);
        assert!(ill.code == 1 && ill.out.contains("takes no writes"), "{}", ill.out);
    }
    let there = souk.json(&["migrate", "--from", HERE, "--to", THERE]);
    let sums_there = sums(&there);
    for (name, least) in [
        ("store events", 10_000),
        ("store orders", 700),
        ("store idempotency", 0),
        ("cache hashes", 3),
        ("series activities", 1_000),
        ("objects objects", u64::from(PICTURES)),
    ] {
        assert!(sums_there[name].0 >= least, "{name}: {:?}", sums_there[name]);
    }
    assert_same(&before, &told(&souk, THERE));
    let again = souk.json(&["migrate", "--from", HERE, "--to", THERE]);
    assert!(sums(&again).is_empty(), "what has arrived is copied again: {again}");

    let on = souk.json(&["migrate", "--from", THERE, "--to", ON]);
    assert_eq!(sums(&on), sums_there);
    assert_same(&before, &told(&souk, ON));
    assert_eq!(best(&souk, HERE), best(&souk, ON));

    // It sells on where it stopped, and only there.
    let order = souk.json(&["--config", ON, "cart", "convert-to-order", "U001"]);
    assert_eq!(order["number"], 701, "{order}");
    for former in [HERE, THERE] {
        let refused = souk.run(&["--config", former, "cart", "convert-to-order", "U002", "--json"]);
        assert_eq!(refused.problem()["code"], "unavailable", "{}", refused.err);
    }
}

#[test]
fn a_move_is_given_up_and_what_was_left_is_opened_only_on_purpose() {
    let souk = shop();
    let before = told(&souk, HERE);
    killed_at(&souk, HERE, ON, "copying store");
    let add = ["--config", HERE, "cart", "add", "U009", "P001", "--json"];
    let refused = souk.run(&add);
    assert_eq!(refused.problem()["code"], "unavailable", "{}", refused.err);
    // Another way is no way as long as this one is not given up.
    write(&souk, THERE, &[("data", "./elsewhere")]);
    let other = souk.run(&["migrate", "--from", HERE, "--to", THERE, "--json"]);
    assert!(other.code != 0 && other.err.contains("other"), "{}", other.err);
    souk.json(&["migrate", "--from", HERE, "--to", ON, "--abandon"]);
    assert_same(&before, &told(&souk, HERE));
    souk.json(&add[..6]);
    // What it left half there is neither served nor gone on with.
    let half = souk.run(&["migrate", "--from", HERE, "--to", ON, "--json"]);
    assert!(half.code != 0 && half.err.contains("not finished"), "{}", half.err);

    // One role alone: the shop goes on meanwhile with the others.
    write(
        &souk,
        THERE,
        &[("data", "./souk-data"), ("cache", "sqlite://carts"), ("store", "sqlite://souk.db")],
    );
    let moved = souk.json(&["migrate", "--from", HERE, "--to", THERE, "--role", "cache"]);
    assert_eq!(sums(&moved).keys().collect::<Vec<_>>(), ["cache hashes", "cache versions"]);
    assert_eq!(souk.json(&["--config", THERE, "cart", "show", "U009"])["items"].as_array().unwrap().len(), 1);
    let refused = souk.run(&add);
    assert_eq!(refused.problem()["code"], "unavailable", "{}", refused.err);
    let late =
        souk.run(&["migrate", "--from", HERE, "--to", THERE, "--role", "cache", "--abandon", "--json"]);
    assert!(late.code != 0 && late.err.contains("has moved cache"), "{}", late.err);
    let opened = souk.json(&["migrate", "--from", HERE, "--unfence"]);
    assert_eq!(opened["opened"], serde_json::json!(["cache"]));
    souk.json(&add[..6]);
    // The folder that has become another shop's is no place to move to.
    let full = souk.run(&["migrate", "--from", HERE, "--to", THERE, "--role", "cache", "--json"]);
    assert!(full.code != 0 && full.err.contains("not empty"), "{}", full.err);
    souk.json(&add[..6]);
}
