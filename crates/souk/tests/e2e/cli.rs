//! Each command, its errors and its exit codes, as a real process.

use std::io::Read;
use std::process::Stdio;

use serde_json::json;

use crate::profile;
use crate::souk::Souk;

#[test]
fn a_shopper_gets_from_searching_to_a_delivered_order() {
    let souk = Souk::loaded();
    let found = souk.json(&[
        "search",
        "text",
        "wooden bowl",
        "--category",
        "C01",
        "--min-price",
        "10",
        "--max-price",
        "80",
        "--limit",
        "5",
    ]);
    assert!(found["results"].as_array().unwrap().len() <= 5);
    let found = souk.json(&["search", "text", "wodden bowl", "--limit", "5"]);
    assert!(found["results"][0]["name"].as_str().unwrap().contains("Bowl"));
    let said = souk.run(&["search", "text", "wodden bowl", "--limit", "5"]);
    assert!(said.out.starts_with("Nothing says `wodden`; searched for `wooden`.\n"), "{}", said.out);

    let before = souk.json(&["products", "show", "P001"])["stock"].as_i64().unwrap();
    assert_eq!(
        souk.json(&["cart", "add", "U001", "P001", "--quantity", "2"])["items"][0]["quantity"],
        json!(2)
    );
    assert_eq!(
        souk.json(&["cart", "update", "U001", "P001", "--quantity", "3"])["items"][0]["quantity"],
        json!(3)
    );
    assert_eq!(souk.json(&["cart", "remove", "U001", "P001"])["items"], json!([]));
    souk.json(&["cart", "add", "U001", "P001", "--quantity", "1"]);
    assert_eq!(souk.json(&["cart", "clear", "U001"])["items"], json!([]));
    souk.json(&["cart", "add", "U001", "P001", "--quantity", "2"]);
    assert_eq!(souk.json(&["cart", "show-cart", "U001"])["items"][0]["quantity"], json!(2));
    let address = "Ada Byron, 12 Kiln Lane, Porto, 4050-253, PT";
    let placed = souk.json(&["cart", "convert-to-order", "U001", "--address", address]);
    assert_eq!((&placed["number"], &placed["status"]), (&json!(1), &json!("pending")));
    assert_eq!(souk.json(&["cart", "show-cart", "U001"])["items"], json!([]));

    assert_eq!(souk.json(&["orders", "history", "U001"])["total"], json!(1));
    assert_eq!(souk.json(&["orders", "show", "1"])["shipping_address"]["city"], "Porto");
    assert_eq!(souk.json(&["orders", "pay", "1"])["status"], "paid");
    assert_eq!(souk.json(&["orders", "pay", "1"])["status"], "paid");
    assert_eq!(souk.json(&["orders", "ship", "1", "--tracking-number", "1Z"])["status"], "shipped");
    assert_eq!(souk.json(&["orders", "deliver", "1"])["status"], "delivered");
    assert_eq!(souk.json(&["orders", "events", "1"])["events"].as_array().unwrap().len(), 4);
    let said = souk.run(&["orders", "cancel", "1", "--json"]);
    assert_eq!((said.code, &said.problem()["code"]), (4, &json!("order-state")));
    assert_eq!(souk.json(&["products", "show", "P001"])["stock"].as_i64().unwrap(), before - 2);
    // No server ran: each command has carried on what it wrote.
    for projection in souk.json(&["projections", "status"])["projections"].as_array().unwrap() {
        assert_eq!(projection["behind"], json!(0), "{projection}");
    }
}

#[test]
fn a_product_is_changed() {
    let souk = Souk::loaded();
    let before = souk.json(&["products", "show", "P001"])["stock"].as_i64().unwrap();
    let changed = souk.json(&["products", "set", "P001", "--price", "39.90", "--stock", "+10"]);
    assert_eq!((&changed["price"], &changed["stock"]), (&json!(39.9), &json!(before + 10)));
    assert_eq!(souk.json(&["products", "set", "P001", "--stock", "-5"])["stock"], json!(before + 5));
    let sku = changed["variants"][0]["sku"].as_str().unwrap();
    assert_eq!(
        souk.json(&["products", "set", "P001", "--stock", "-5", "--variant", sku])["stock"],
        json!(before)
    );
    assert_eq!(souk.json(&["products", "set", "P002", "--active", "false"])["is_active"], json!(false));
    // A bug: trying again, which the hint said, cannot help.
    let said = souk.run(&["cart", "add", "U001", "P002"]);
    assert!(said.code == 4 && said.err.contains("is not for sale any more"), "{}", said.err);
    assert!(!said.err.contains("try again") && said.err.contains("--active true"), "{}", said.err);
    let said = souk.run(&["products", "set", "P001", "--stock", "-99999", "--json"]);
    assert_eq!((said.code, &said.problem()["code"]), (4, &json!("out-of-stock")));
    assert_eq!(souk.json(&["products", "list", "--limit", "3"])["products"].as_array().unwrap().len(), 3);
}

#[test]
fn failures_say_what_and_what_helps_and_have_their_codes() {
    let souk = Souk::loaded();
    for (arguments, code, words) in [
        (&["products", "show", "P999999"][..], 3, "there is no product `P999999`"),
        (&["cart", "add", "U999999", "P001"], 3, "`U999999`"),
        (&["cart", "add", "U001", "P999999"], 3, "`P999999`"),
        (&["cart", "add", "U001", "P001", "--quantity", "0"], 2, "quantity"),
        (&["cart", "add", "U001", "P001", "--quantity", "-1"], 2, "--quantity"),
        (&["cart", "add", "U001", "P001", "--quantity", "99999999999"], 2, "99999999999"),
        (&["cart", "add", "U001", "P001", "--quantity", "9999"], 4, "can be ordered"),
        (&["cart", "add", "U 1", "P001"], 2, "user id"),
        (&["cart", "remove", "U001", "P001"], 3, "in the cart"),
        (&["cart", "convert-to-order", "U001"], 4, "the cart is empty"),
        (&["cart", "convert-to-order", "U001", "--address", "somewhere"], 2, "five parts"),
        (&["orders", "show", "7"], 3, "order `7` does not exist"),
        (&["orders", "show", "abc"], 2, "order `abc` does not exist"),
        (&["orders", "show", "99999999999999999999999"], 2, "does not exist"),
        (&["orders", "history", "U001", "--limit", "101"], 2, "limit must be between"),
        (&["orders", "pay", "7"], 3, "order `7`"),
        (&["products", "set", "P001"], 2, "say what to change"),
        (&["products", "set", "P001", "--price", "1.234"], 2, "more decimals than the 2 of EUR"),
        (&["products", "set", "P001", "--price", "-1"], 2, "price"),
        (&["products", "list", "--category", "name:[* TO"], 3, "name:[* TO"),
        (&["search", "text", "bowl", "--min-price", "9", "--max-price", "1"], 2, "min_price"),
        (&["projections", "rebuild", "nothing"], 3, "product-pages"),
        (&["projections", "dump", "nothing"], 3, "product-pages"),
        (&["load", "all", "--from", "nowhere"], 2, "users.csv"),
        (&["import", "nothing.csv", "--map", "nothing.yaml"], 2, "nothing.yaml"),
        (&["nonsense"], 2, "nonsense"),
        (&["--config", "nothing.yaml", "status"], 2, "nothing.yaml"),
        (&["serve", "--listen", "nowhere:0"], 5, "cannot listen"),
        (&["serve", "--listen", "8195"], 2, "a host and a port"),
    ] {
        let said = souk.run(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {} {}", said.out, said.err);
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
        assert!(said.out.is_empty(), "{arguments:?}: {}", said.out);
        let json = souk.run(&[arguments, &["--json"]].concat());
        let problem = json.problem();
        assert!(problem["detail"].is_string() && problem["title"].is_string(), "{problem}");
        assert_eq!(json.code, code, "{arguments:?} with --json");
    }
    let said = souk.run(&["products", "show", "P999999"]);
    assert!(said.err.contains("hint:"), "{}", said.err);
    assert!(!said.err.contains('\u{1b}'), "colour where nobody looks: {}", said.err);
}

/// Settings in files, which a profile overrides.
mod on_files {
    use super::*;

    #[test]
    fn settings_come_from_files_and_the_environment_and_mistakes_are_named() {
        let souk = Souk::empty();
        std::fs::write(souk.folder().join("souk.yaml"), "search: elastic://localhost\n").unwrap();
        let said = souk.run(&["load", "all"]);
        assert_eq!(said.code, 2);
        assert!(said.err.contains("elastic") && said.err.contains("tantivy://"), "{}", said.err);
        std::fs::write(souk.folder().join("souk.yaml"), "serch: x\n").unwrap();
        assert!(souk.run(&["status"]).err.contains("did you mean `search`?"));
        std::fs::write(souk.folder().join("souk.yaml"), "data: elsewhere\n").unwrap();
        std::fs::write(souk.folder().join(".env"), "SOUK_SHOP_CURRENCY=USD\nOTHER=1\n").unwrap();
        souk.json(&["load", "relational"]);
        assert_eq!(souk.json(&["cart", "show-cart", "U001"])["currency"], "USD");
        assert!(souk.folder().join("elsewhere").is_dir());
        let said = souk.command(&["status"]).env("SOUK_STROE", "x").output().unwrap();
        assert_eq!(said.status.code(), Some(2));
        assert!(String::from_utf8(said.stderr).unwrap().contains("SOUK_STORE"));
        souk.json(&["load", "relational", "--data", "third"]);
        assert!(souk.folder().join("third").is_dir());
    }
}

#[test]
fn loading_again_changes_nothing_and_a_bad_row_is_told() {
    let souk = Souk::loaded();
    souk.json(&["cart", "add", "U001", "P001", "--quantity", "2"]);
    souk.json(&["cart", "convert-to-order", "U001"]);
    let stock = souk.json(&["products", "show", "P001"])["stock"].clone();
    let report = souk.json(&["load", "all"]);
    assert_eq!((&report["products"]["added"], &report["products"]["changed"]), (&json!(0), &json!(0)));
    assert_eq!(souk.json(&["products", "show", "P001"])["stock"], stock);

    let folder = souk.folder().join("mine");
    std::fs::create_dir(&folder).unwrap();
    let categories = "id,name,description,parent,image\nX1,Things,All of them,,\nX1,Twice,Again,,\n";
    std::fs::write(folder.join("categories.csv"), categories).unwrap();
    let said = souk.run(&["load", "relational", "--from", "mine"]);
    assert_eq!(said.code, 1, "{} {}", said.out, said.err);
    assert!(said.out.contains("categories.csv:3"), "{}", said.out);
    assert!(souk.folder().join("mine.rejects.csv").is_file());
    let said = souk.run(&["load", "all", "--strict", "--from", "mine"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("nothing was loaded"), "{}", said.out);
}

#[test]
fn a_role_at_a_time() {
    let souk = Souk::empty();
    souk.json(&["load", "relational"]);
    let behind = |souk: &Souk, name: &str| {
        let all = souk.json(&["projections", "status"])["projections"].clone();
        let found = all.as_array().unwrap().iter().find(|one| one["name"] == name).cloned();
        found.unwrap()["behind"].as_u64().unwrap()
    };
    assert!(behind(&souk, "product-pages") > 0 && behind(&souk, "search-index") > 0);
    assert_ne!(souk.run(&["doctor"]).code, 0);
    souk.json(&["load", "documents"]);
    assert_eq!(behind(&souk, "product-pages"), 0);
    souk.json(&["load", "search"]);
    assert_eq!(behind(&souk, "search-index"), 0);
    // The rest follows with the next command that looks.
    assert!(!souk.json(&["products", "list"])["products"].as_array().unwrap().is_empty());
    let doctor = souk.json(&["doctor"]);
    assert_eq!(doctor["well"], json!(true), "{doctor}");
    let status = souk.json(&["status"]);
    assert!(status["active_products"].as_u64().unwrap() >= 600, "{status}");
    assert!(status["bytes"].as_u64().unwrap() > 0 || !profile::is_embedded(), "{status}");
}

#[test]
fn what_is_derived_can_be_deleted_and_comes_back_equal() {
    let souk = Souk::loaded();
    souk.json(&["cart", "add", "U001", "P001", "--quantity", "2"]);
    for (name, role) in
        [("product-pages", "documents"), ("stock-counters", "cache"), ("search-index", "search")]
    {
        let before = souk.run(&["projections", "dump", name]).out;
        assert!(before.lines().count() > 600, "{name}");
        souk.lose(role, name);
        let rebuilt = souk.json(&["projections", "rebuild", name]);
        assert!(rebuilt["events"].as_u64().unwrap() > 600, "{rebuilt}");
        assert_eq!(souk.run(&["projections", "dump", name]).out, before, "{name}");
    }
    assert_eq!(souk.json(&["cart", "show-cart", "U001"])["items"][0]["quantity"], json!(2));
}

#[test]
fn a_reader_that_goes_away_and_a_server_beside_are_no_trouble() {
    let souk = Souk::loaded();
    let mut child = souk
        .command(&["projections", "dump", "product-pages"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0u8; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");

    let server = souk.serve();
    souk.json(&["cart", "add", "U001", "P001", "--quantity", "1"]);
    // What follows the log is the server's; the command neither does it nor waits until that can be had.
    let said = souk.run(&["cart", "convert-to-order", "U001", "--json"]);
    assert!(said.code == 0 && said.err.is_empty(), "{}", said.err);
    assert_eq!(said.json()["status"], "pending");
    server.stop();
}

#[test]
fn demo_loads_serves_and_says_what_to_try() {
    let souk = Souk::empty();
    let mut child = souk
        .command(&["demo", "--listen", "127.0.0.1:0", "--orders", "50"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut out = child.stdout.take().unwrap();
    let mut buffer = [0u8; 1024];
    while !said.contains("Ctrl-C") {
        let read = out.read(&mut buffer).unwrap();
        assert!(read > 0, "the demo ended: {said}");
        said.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    assert!(said.contains("http://127.0.0.1:") && said.contains("curl"), "{said}");
    child.kill().unwrap();
    child.wait().unwrap();
}
