//! What a newcomer tries first: the tour, the wrong folder, a typing mistake, and the logs.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::profile;
use crate::souk::Souk;

/// What follows `Next: ` in the words of a command.
fn next(words: &str) -> Vec<&str> {
    let line = words.lines().find_map(|line| line.strip_prefix("Next: ")).expect("a hint");
    line.strip_prefix("souk ").expect("a command of souk's").split(' ').collect()
}

/// Issue 16: once a past was made up, the tour paid and showed somebody else's order.
#[test]
fn the_next_step_is_about_the_order_that_was_just_placed() {
    let souk = Souk::loaded();
    souk.json(&["purchases", "generate", "--orders", "5", "--seed", "7"]);
    souk.json(&["cart", "add", "U001", "P001", "--quantity", "2"]);
    let said = souk.run(&["cart", "convert-to-order", "U001"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let next = next(&said.out);
    assert_eq!(next, ["orders", "pay", "6"], "{}", said.out);
    assert_eq!(souk.json(&next)["status"], "paid");
    let shown = souk.json(&["orders", "show", "6"]);
    assert_eq!((&shown["status"], &shown["items"][0]["quantity"]), (&json!("paid"), &json!(2)));
    assert_eq!(souk.json(&["orders", "history", "U001", "--limit", "1"])["orders"][0]["number"], json!(6));
}

/// Issue 16: `load all` took back a price that had been set by hand.
#[test]
fn loading_again_keeps_what_was_changed_by_hand() {
    let souk = Souk::loaded();
    souk.json(&["products", "set", "P001", "--price", "39.90", "--stock", "+10"]);
    let before = souk.json(&["products", "show", "P001"]);
    let report = souk.json(&["load", "all"]);
    assert_eq!((&report["products"]["kept"], &report["products"]["changed"]), (&json!(1), &json!(0)));
    assert_eq!(souk.json(&["products", "show", "P001"]), before);
    let said = souk.run(&["load", "all"]);
    assert!(said.out.lines().next().is_some_and(|heading| heading.ends_with("kept")), "{}", said.out);
}

/// Issue 16: an unknown user had a cart on GET and none on POST.
#[tokio::test]
async fn an_unknown_user_is_unknown_everywhere() {
    let souk = Souk::loaded();
    for arguments in [
        &["cart", "show-cart", "U999999"][..],
        &["cart", "clear", "U999999"],
        &["cart", "add", "U999999", "P001"],
        &["orders", "history", "U999999"],
        &["customers", "insights", "U999999"],
    ] {
        let said = souk.run(arguments);
        assert_eq!(said.code, 3, "{arguments:?}: {} {}", said.out, said.err);
        assert!(said.err.contains("`U999999`"), "{arguments:?}: {}", said.err);
    }
    let server = souk.serve();
    let unknown = Some("U999999");
    for (method, path, body) in [
        ("GET", "/api/v1/cart", None),
        ("DELETE", "/api/v1/cart", None),
        ("POST", "/api/v1/cart/items", Some(json!({"product_id": "P001", "quantity": 1}))),
        ("GET", "/api/v1/orders", None),
        ("GET", "/api/v1/orders?user_id=U999999", None),
        ("GET", "/api/v1/reviews?user_id=U999999", None),
        ("GET", "/api/v1/customers/U999999/profile", None),
        ("GET", "/api/v1/customers/U999999/insights", None),
    ] {
        let answer = server.send(method, path, unknown, body).await;
        let problem = answer.is_problem(404, "not-found");
        assert!(problem["detail"].as_str().unwrap().contains("`U999999`"), "{method} {path}: {problem}");
    }
    assert_eq!(server.send("GET", "/api/v1/cart", Some("U002"), None).await.ok()["items"], json!([]));
    assert_eq!(server.send("DELETE", "/api/v1/cart", Some("U002"), None).await.ok()["items"], json!([]));
    assert_eq!(server.get("/api/v1/orders?user_id=U002").await.ok()["total"], json!(0));
    let problem = server.get("/api/v1/orders/abc").await.is_problem(404, "not-found");
    assert_eq!(problem["detail"], "order `abc` does not exist");
}

/// The log of a server that is stopped, line by line; all of it goes to standard error.
#[test]
fn every_line_of_a_log_in_json_is_json_from_the_start_to_the_end() {
    let souk = Souk::loaded();
    let log = souk.folder().join("server.log");
    let mut command = souk.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("SOUK_LOG_FORMAT", "json").stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    // From the moment that it has told its address it ends well when it is told to stop.
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success() && child.wait().unwrap().success(), "{line}");
    let text = std::fs::read_to_string(&log).unwrap();
    let read =
        |line: &str| -> Value { serde_json::from_str(line).unwrap_or_else(|_| panic!("{line:?} in {text}")) };
    let lines: Vec<Value> = text.lines().map(read).collect();
    let message = |at: &Value| at["fields"]["message"].as_str().unwrap_or_default().to_owned();
    let (first, last) = (lines.first().unwrap(), lines.last().unwrap());
    assert_eq!((message(first), message(last)), ("souk starts".into(), "souk has stopped.".into()), "{text}");
    assert!(first["fields"]["version"].is_string() && first["fields"]["pid"].is_u64(), "{first}");

    let failed = souk.command(&["orders", "show", "7"]).env("SOUK_LOG_FORMAT", "json").output().unwrap();
    assert_eq!(failed.status.code(), Some(3));
    let line: Value = serde_json::from_slice(&failed.stderr).unwrap();
    assert_eq!((&line["level"], &line["fields"]["code"]), (&json!("ERROR"), &json!("not-found")), "{line}");
}

/// The store is a file, which a profile may override.
mod on_files {
    use super::*;

    /// Issue 16: a command in another folder silently made an empty shop, and said "No orders."
    #[test]
    fn a_command_that_asks_makes_no_shop() {
        let souk = Souk::empty();
        for arguments in [
            &["orders", "history", "U001"][..],
            &["cart", "add", "U001", "P001"],
            &["products", "list"],
            &["status"],
            &["doctor"],
            &["projections", "status"],
            &["purchases", "generate", "--orders", "5"],
        ] {
            let said = souk.run(arguments);
            assert_eq!(said.code, 6, "{arguments:?}: {} {}", said.out, said.err);
            assert!(said.err.contains("there is no shop in `./souk-data`"), "{}", said.err);
            assert!(said.err.contains("hint: `souk load all` makes one"), "{}", said.err);
            assert!(said.out.is_empty() && !souk.data().exists(), "{arguments:?}: {}", said.out);
        }
        let said = souk.run(&["orders", "history", "U001", "--data", "else where", "--json"]);
        assert_eq!((said.code, &said.problem()["code"]), (6, &json!("no-shop")));
        // Any other folder is no shop either, and stays as it is.
        std::fs::create_dir(souk.folder().join("else where")).unwrap();
        let said = souk.run(&["orders", "history", "U001", "--data", "else where"]);
        assert_eq!(said.code, 6);
        assert!(said.err.contains("hint: `souk --data 'else where' load all` makes one"), "{}", said.err);
        assert_eq!(std::fs::read_dir(souk.folder().join("else where")).unwrap().count(), 0);
        // The model lies beside all shops.
        assert_eq!(souk.json(&["model", "status"])["here"], json!(false));
        assert!(!souk.data().exists());
    }

    /// Issue 16: hints left out `--data`, and so led to another shop.
    #[test]
    fn a_hint_can_be_pasted() {
        assert!(profile::is_embedded());
        let souk = Souk::loaded();
        std::fs::rename(souk.data(), souk.folder().join("my shop")).unwrap();
        let there = ["--data", "my shop"];
        let run = |arguments: &[&str]| souk.run(&[&there[..], arguments].concat());
        run(&["cart", "add", "U001", "P001"]);
        let said = run(&["cart", "convert-to-order", "U001"]);
        assert!(said.out.contains("Next: souk --data 'my shop' orders pay 1\n"), "{}", said.out);
        let said = run(&["products", "show", "P999999"]);
        assert!(said.err.contains("`souk --data 'my shop' products list`"), "{}", said.err);
        std::fs::remove_dir_all(souk.folder().join("my shop/search/search-index")).unwrap();
        let said = run(&["doctor"]);
        let advice = "run `souk --data 'my shop' projections rebuild search-index`";
        assert!(said.code == 1 && said.out.contains(advice), "{}", said.out);
    }
}
