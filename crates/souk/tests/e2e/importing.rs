//! `souk import FILE`: another system's export on the command line.

use serde_json::json;

use crate::souk::Souk;

const EXPORT: &str = "\
ID;Type;SKU;Name;Published;Short description;Description;In stock?;Stock;Regular price;Categories;Images;Parent;Attribute 1 name;Attribute 1 value(s)
11;variable;;Oak bowl;1;;Turned from <b>one</b> piece.;1;;;\"Kitchen > Bowls\";https://img.example/b.jpg;;Size;\"Small, Large\"
12;variation;BOWL-S;;1;;;1;7;\"24,90\";;;id:11;Size;Small
13;variation;BOWL-L;;1;;;1;0;\"34,90\";;;id:11;Size;Large
14;simple;SPOON;Spoon;-1;;;1;3;\"9,90\";Kitchen;;;;
";

#[test]
fn an_export_is_known_by_its_columns_and_brought_in_once() {
    let souk = Souk::empty();
    let file = souk.folder().join("wc-product-export.csv");
    std::fs::write(&file, EXPORT).unwrap();
    let path = file.to_str().unwrap();

    let said = souk.run(&["import", path, "--dry-run"]);
    assert!(
        said.code == 0
            && said.err.contains("WooCommerce export: 2 products (1 for sale, 1 draft), 3 variants"),
        "{} {}",
        said.out,
        said.err
    );
    let nothing = souk.json(&["products", "list"]);
    assert_eq!(nothing["total"], json!(0), "{nothing}");

    let report = souk.json(&["import", path]);
    assert_eq!((&report["products"]["added"], &report["variants"]["added"]), (&json!(2), &json!(3)));
    let list = souk.json(&["products", "list"]);
    assert_eq!(
        (&list["total"], &list["products"][0]["name"]),
        (&json!(1), &json!("Oak bowl")),
        "a draft stays off"
    );
    let id = list["products"][0]["id"].as_str().unwrap();
    let bowl = souk.json(&["products", "show", id]);
    let variants = bowl["variants"].as_array().unwrap();
    assert_eq!(
        (&bowl["description"], &bowl["category"]),
        (&json!("Turned from one piece."), &json!("Bowls"))
    );
    assert_eq!(variants.iter().map(|it| &it["price"]).collect::<Vec<_>>(), [&json!(24.9), &json!(34.9)]);
    assert_eq!((&variants[0]["size"], &variants[0]["stock"]), (&json!("Small"), &json!(7)));

    let again = souk.json(&["import", path]);
    assert_eq!((&again["products"]["unchanged"], &again["position"]), (&json!(2), &json!(null)), "{again}");
}

#[test]
fn what_is_no_export_is_refused_in_words_and_a_map_can_be_begun_from_one_that_is() {
    let souk = Souk::empty();
    let file = souk.folder().join("addresses.csv");
    std::fs::write(&file, "street,city\nWeg 1,Ulm\n").unwrap();
    let said = souk.run(&["import", file.to_str().unwrap()]);
    assert!(
        said.code == 2 && said.err.contains("`addresses.csv` is no export that is known"),
        "{}",
        said.err
    );
    let map = souk.run(&["import", "--write-map", "shopify"]);
    assert!(map.code == 0 && map.out.contains("group_by: [URL handle, Handle]"), "{} {}", map.out, map.err);
    let said = souk.run(&["import", "--write-map", "nothing"]);
    assert!(said.code == 2 && said.err.contains("woocommerce"), "{}", said.err);
    let said = souk.run(&["import"]);
    assert!(said.code == 2 && said.err.contains("FILE"), "{}", said.err);
}

#[test]
fn what_is_exported_is_brought_in_elsewhere_and_a_shop_keeps_its_currency() {
    let (souk, elsewhere) = (Souk::empty(), Souk::empty());
    let file = souk.folder().join("wc-product-export.csv");
    std::fs::write(&file, EXPORT).unwrap();
    souk.json(&["import", file.to_str().unwrap()]);
    let out = souk.folder().join("souk.ndjson");
    let written = souk.json(&["export", "products", "--out", out.to_str().unwrap()]);
    assert_eq!(written["products"], json!(2));
    let report = elsewhere.json(&["import", out.to_str().unwrap()]);
    assert_eq!((&report["products"]["added"], &report["rejected"]), (&json!(2), &json!(0)), "{report}");
    let (here, there) = (souk.json(&["products", "list"]), elsewhere.json(&["products", "list"]));
    assert_eq!(here["products"], there["products"]);
    let printed = souk.run(&["export", "products"]);
    assert_eq!((printed.code, printed.out), (0, std::fs::read_to_string(&out).unwrap()));
    let feed = souk.run(&["export", "products", "--format", "google-tsv"]);
    assert!(feed.code == 2 && feed.err.contains("--url"), "{}", feed.err);

    // Issue 17: the currency could be changed, and what was priced in EUR then showed as USD.
    let settings = souk.folder().join("dollars.yaml");
    std::fs::write(&settings, "shop:\n  currency: USD\n").unwrap();
    let said = souk.run(&["--config", settings.to_str().unwrap(), "products", "list"]);
    assert!(said.code == 2 && said.err.contains("this shop sells in EUR"), "{} {}", said.out, said.err);
    let well = souk.run(&["--config", settings.to_str().unwrap(), "doctor"]);
    assert!(well.code != 0 && well.out.contains("this shop sells in EUR"), "{} {}", well.out, well.err);
}

/// Ids of others stay as they are, so they are found by them: in every address, and on the command line.
#[tokio::test]
async fn what_others_call_a_thing_names_it_in_addresses_and_commands() {
    let souk = Souk::empty();
    let file = souk.folder().join("products_export.csv");
    let text = "Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Status\n\
        fjord/jumper ü,Fjord jumper,Nord & Lys,C++,Wood,Oak,FJ M/OAK?,shopify,12,79.90,active\n\
        fjord/jumper ü,,,,,Ash,FJ M/ASH#,shopify,3,79.90,\n";
    std::fs::write(&file, text).unwrap();
    souk.json(&["import", file.to_str().unwrap()]);
    let (product, variant) = ("fjord%2Fjumper%20%C3%BC", "FJ%20M%2FOAK%3F");

    let server = souk.serve();
    let shown = server.get(&format!("/api/v1/products/{product}")).await.ok();
    assert_eq!((&shown["external_id"], &shown["name"]), (&json!("fjord/jumper ü"), &json!("Fjord jumper")));
    let stock = server.get(&format!("/api/v1/variants/{variant}")).await.ok();
    assert_eq!((&stock["sku"], &stock["stock"]), (&json!("FJ M/OAK?"), &json!(12)));
    for path in ["history", "reviews", "specifications", "similar", "bought-together"] {
        server.get(&format!("/api/v1/products/{product}/{path}")).await.ok();
    }
    let category = shown["category_id"].as_str().unwrap();
    server.get(&format!("/api/v1/categories/{category}")).await.ok();
    let change = json!({"name": "Jumper"});
    server.send("PATCH", &format!("/api/v1/products/{product}"), None, Some(change)).await.ok();
    let named = json!({"mpn": "OAK/1"});
    server.send("PATCH", &format!("/api/v1/variants/{variant}"), None, Some(named)).await.ok();
    let retired = server.send("DELETE", "/api/v1/variants/FJ%20M%2FASH%23", None, None).await;
    assert!((200..300).contains(&retired.status), "{retired:?}");
    let unknown = server.get("/api/v1/products/no%2Fsuch%20thing").await.is_problem(404, "not-found");
    assert!(unknown["detail"].as_str().unwrap().contains("no/such thing"), "{unknown}");
    server.get("/api/v1/products/%20x").await.is_problem(400, "invalid-input");
    server.stop();

    let shown = souk.json(&["products", "show", "fjord/jumper ü"]);
    assert_eq!((&shown["name"], &shown["external_id"]), (&json!("Jumper"), &json!("fjord/jumper ü")));
    let restock = ["products", "set", "fjord/jumper ü", "--variant", "FJ M/OAK?", "--stock", "-5"];
    assert_eq!(souk.json(&restock)["stock"], json!(7));
    let said = souk.run(&["products", "show", "no/such thing"]);
    assert!(said.code != 0 && said.err.contains("no/such thing"), "{}", said.err);
}

/// The folder of the system that souk comes after is loaded, found and sold.
#[test]
fn the_raw_data_of_the_system_before_is_a_shop() {
    let souk = Souk::empty();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shop/tests/raw_data");
    let said = souk.run(&["load", "all", "--from", folder]);
    assert!(said.code == 0 && said.out.contains("JOINED (sellers.csv)"), "{} {}", said.out, said.err);
    let found = souk.json(&["search", "text", "indigo"]);
    assert_eq!(found["results"][0]["name"], json!("Indigo scarf"), "{found}");
    let mug = souk.json(&["products", "show", "P001"]);
    assert_eq!((&mug["category"], &mug["stock"]), (&json!("Pottery"), &json!(12)));
    souk.json(&["cart", "add", "U001", "P001", "--quantity", "2"]);
    let address = "Mina Okafor, 1 Canal Road, Leeds, LS1 1AA, GB";
    let order = souk.json(&["cart", "convert-to-order", "U001", "--address", address]);
    assert_eq!(order["total"], json!(48.0), "{order}");
    assert_eq!(souk.json(&["products", "show", "P001"])["stock"], json!(10));
}
