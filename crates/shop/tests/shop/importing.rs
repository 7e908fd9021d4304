//! Other systems' exports brought in: what arrives, what a later import leaves alone, and what it refuses.

use std::path::PathBuf;

use souk_feeds::write::{Form, Shop as About};
use souk_kernel::{Position, ProductId, Timestamp, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Product, ProductStatus, Specifications, Variant};
use souk_ports::store::{Find, Window};
use souk_shop::catalog::{ProductChange, change_product};
use souk_shop::loading::{Files, Imported, LoadOptions, Missing, export_products, import_file, load_files};

use crate::world::{World, money};

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
    Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
    Variant Fulfillment Service,Variant Price,Variant Compare At Price,Image Src,Image Position,Image Alt Text,Status";
const ROWS: &str = "\
fjord jumper,Fjord jumper,<p>Wool &amp; warmth</p>,Nordlys,C++,\"wool, winter\",TRUE,Size,M,Wood,Oak,FJ M/OAK,640,shopify,12,deny,manual,79.90,99.90,https://img.example/1.jpg,1,Folded,active
fjord jumper,,,,,,,,L,,Ash,,700,shopify,-3,deny,manual,84.90,,,,,
lens-2,Lens -2.50,For nights of -20 °C,Klar,C#,,FALSE,Title,Default Title,,,LENS-2,,shopify,4,deny,manual,15.00,,,,,draft
";

pub(crate) struct Shelf(pub(crate) tempfile::TempDir);

impl Shelf {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(&self, content: &str) -> PathBuf {
        let path = self.0.path().join("products_export.csv");
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn shopify(&self, rows: &str) -> PathBuf {
        self.file(&format!("{HEADER}\n{rows}"))
    }
}

pub(crate) async fn import(world: &World, path: &std::path::Path, options: &LoadOptions) -> Imported {
    import_file(&world.shop, path, souk_feeds::Options::default(), options, &mut |_| ()).await.unwrap()
}

pub(crate) async fn bring(world: &World, path: PathBuf) -> Imported {
    import(world, &path, &LoadOptions::default()).await
}

async fn product(world: &World, key: &str) -> Product {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    snapshot.one::<Product>(ProductId::from_foreign(key)).await.unwrap().unwrap().row
}

pub(crate) async fn variants(world: &World, key: &str) -> Vec<Variant> {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let find = Find::VariantsOf(vec![ProductId::from_foreign(key)]);
    snapshot.list::<Variant>(&find, Window::ALL).await.unwrap().0.into_iter().map(|row| row.row).collect()
}

pub(crate) async fn stock(world: &World, sku: &str) -> i64 {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    snapshot.stock(&[VariantId::from_foreign(sku)]).await.unwrap()[0].map_or(0, |stock| stock.quantity)
}

async fn head(world: &World) -> Position {
    world.shop.store.snapshot().await.unwrap().head().await.unwrap().head.position
}

#[tokio::test]
async fn an_export_arrives_with_variants_options_prices_pictures_and_drafts() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let imported = bring(&world, shelf.shopify(ROWS)).await;
    assert_eq!(
        (imported.report.products.added, imported.report.variants.added, imported.report.rejected),
        (2, 3, 0)
    );
    assert!(
        imported
            .found
            .to_string()
            .starts_with("Shopify export: 2 products (1 for sale, 1 draft), 3 variants")
    );

    let jumper = product(&world, "fjord jumper").await;
    assert_eq!((jumper.name.as_str(), jumper.description.as_str()), ("Fjord jumper", "Wool & warmth"));
    assert_eq!((jumper.price, jumper.is_active), (Some(money("79.90")), true));
    assert_eq!((jumper.tags.len(), jumper.images[0].alt.as_str()), (2, "Folded"));
    assert_eq!(jumper.details.options, ["Size", "Wood"]);
    let [medium, large] = &variants(&world, "fjord jumper").await[..] else { panic!("two variants") };
    assert_eq!((medium.sku.as_str(), medium.size.as_deref()), ("FJ M/OAK", Some("M")));
    assert_eq!((medium.details.options[0].value.as_str(), medium.details.weight_g), ("Oak", Some(640)));
    assert_eq!((medium.details.list_price, large.price_adjustment), (Some(money("99.90")), money("5")));
    assert_eq!((stock(&world, "FJ M/OAK").await, stock(&world, &large.sku).await), (12, 0));

    let lens = product(&world, "lens-2").await;
    assert_eq!((lens.details.status, lens.is_active), (ProductStatus::Draft, false), "a draft stays off");
    assert_eq!((lens.name.as_str(), lens.description.as_str()), ("Lens -2.50", "For nights of -20 °C"));
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let (categories, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await.unwrap();
    let names: Vec<&str> = categories.iter().map(|row| row.row.name.as_str()).collect();
    assert_eq!(names, ["C#", "C++"], "two names are two categories");
}

#[tokio::test]
async fn what_the_shop_has_changed_is_not_undone_by_the_same_file() {
    let (world, shelf) = (World::new().await, Shelf::new());
    bring(&world, shelf.shopify(ROWS)).await;
    let id = ProductId::from_foreign("fjord jumper");
    let by_hand = ProductChange {
        price: Some(Some(money("70"))),
        is_active: Some(false),
        name: Some("Jumper of the fjord".to_owned()),
        ..ProductChange::default()
    };
    change_product(&world.shop, id, &by_hand, Actor::Staff).await.unwrap();
    let (before, row) = (head(&world).await, product(&world, "fjord jumper").await);

    let again = bring(&world, shelf.shopify(ROWS)).await;
    assert_eq!((again.report.products.kept, again.report.total().changed), (1, 0));
    assert_eq!((head(&world).await, product(&world, "fjord jumper").await), (before, row.clone()));

    // What the file says anew counts, and what it says as before does not.
    bring(&world, shelf.shopify(&ROWS.replace("Nordlys", "Nordlys & Co"))).await;
    let now = product(&world, "fjord jumper").await;
    assert_eq!(now.brand.as_deref(), Some("Nordlys & Co"));
    assert_eq!(Product { brand: row.brand.clone(), ..now }, row);
}

#[tokio::test]
async fn a_column_that_the_file_lacks_changes_nothing() {
    let (world, shelf) = (World::new().await, Shelf::new());
    bring(&world, shelf.shopify(ROWS)).await;
    let (before, medium) = (product(&world, "fjord jumper").await, variants(&world, "fjord jumper").await);
    let restock = shelf.file(
        "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty\n\
         fjord jumper,Fjord jumper,Size,M,Wood,Oak,FJ M/OAK,shopify,20\n",
    );
    let report = bring(&world, restock).await.report;
    assert_eq!((report.rejected, report.variants.changed), (0, 1));
    assert_eq!(product(&world, "fjord jumper").await, before);
    let now = variants(&world, "fjord jumper").await;
    assert_eq!(stock(&world, "FJ M/OAK").await, 20);
    assert_eq!(Variant { loaded_stock: medium[0].loaded_stock, ..now[0].clone() }, medium[0]);
    assert_eq!(now[1], medium[1]);
}

#[tokio::test]
async fn what_cannot_be_sold_as_it_stands_is_refused_with_its_rows() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let rejects = shelf.0.path().join("rejects.csv");
    let options = LoadOptions { rejects: Some(rejects.clone()), ..LoadOptions::default() };
    for (from, to, reason) in [
        ("15.00", "£15", "GBP"),
        ("15.00", "15.005", "more decimals"),
        ("shopify,4,", "shopify,\"1,5\",", "1,5"),
    ] {
        let imported = import(&world, &shelf.shopify(&ROWS.replace(from, to)), &options).await;
        let [reject] = &imported.report.rejects[..] else {
            panic!("one is refused: {:?}", imported.report.rejects)
        };
        assert!(reject.reason.contains(reason) && reject.line == 4, "{reject}");
    }
    let rows = std::fs::read_to_string(&rejects).unwrap();
    assert!(
        rows.starts_with("Handle,Title") && rows.contains("\"1,5\"") && rows.contains("reject_reason"),
        "{rows}"
    );
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let before = head(&world).await;
    let options = LoadOptions { dry_run: true, ..LoadOptions::default() };
    let imported = import(&world, &shelf.shopify(ROWS), &options).await;
    assert!(!imported.report.loaded && imported.found.products == 2);
    assert_eq!(head(&world).await, before);
}

pub(crate) async fn export(world: &World, form: Form) -> String {
    let about = About { name: "Souk".into(), url: "https://shop.example".into(), currency: "EUR".into() };
    let (_, out) = export_products(&world.shop, form, about, Vec::new(), &mut |_| ()).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// What is there, without what was loaded when.
pub(crate) fn there(export: &str) -> Vec<serde_json::Value> {
    let mut lines: Vec<serde_json::Value> =
        export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for variant in lines.iter_mut().flat_map(|line| line["variants"].as_array_mut().unwrap()) {
        variant.as_object_mut().unwrap().remove("stock_then");
    }
    lines
}

#[tokio::test]
async fn what_is_exported_is_imported_as_it_was_here_and_elsewhere() {
    let (world, shelf) = (World::new().await, Shelf::new());
    load_files(&world.shop, Files::artisan(), &LoadOptions::default(), &mut |_| ()).await.unwrap();
    bring(&world, shelf.shopify(ROWS)).await;
    let by_hand = ProductChange {
        price: Some(Some(money("70"))),
        is_active: Some(false),
        stock_change: Some(-2),
        ..ProductChange::default()
    };
    change_product(&world.shop, ProductId::from_foreign("fjord jumper"), &by_hand, Actor::Staff)
        .await
        .unwrap();
    let exported = export(&world, Form::Souk).await;
    assert!(exported.lines().count() > 600);

    // Here: nothing is to be done, though pieces were sold since they were loaded.
    let (before, file) = (head(&world).await, shelf.0.path().join("souk.ndjson"));
    std::fs::write(&file, &exported).unwrap();
    let again = bring(&world, file.clone()).await.report;
    assert_eq!(
        (again.rejected, again.total().added, again.total().changed),
        (0, 0, 0),
        "{:?}",
        again.rejects
    );
    assert_eq!((export(&world, Form::Souk).await, stock(&world, "FJ M/OAK").await), (exported.clone(), 10));
    assert!(head(&world).await <= before + 2, "only that it was loaded");

    // Elsewhere: the same products, and what was hidden stays so. Once more, and nothing that was sold here comes back there.
    let elsewhere = World::new().await;
    for (added, changed) in [(true, 0), (false, 0)] {
        let report = bring(&elsewhere, file.clone()).await.report;
        assert_eq!((report.rejected, report.total().added > 0), (0, added), "{:?}", report.rejects);
        assert_eq!(report.total().changed, changed, "{report:?}");
        for (here, there) in exported.lines().zip(export(&elsewhere, Form::Souk).await.lines()) {
            assert_eq!(here, there);
        }
        assert_eq!(stock(&elsewhere, "FJ M/OAK").await, 10);
    }
    assert!(product(&elsewhere, "fjord jumper").await.details.is_hidden);
}

#[tokio::test]
async fn what_others_are_told_is_what_is_for_sale() {
    let (world, shelf) = (World::new().await, Shelf::new());
    bring(&world, shelf.shopify(ROWS)).await;
    let feed = export(&world, Form::GoogleTsv).await;
    assert_eq!(feed.lines().count(), 3, "a line each for two variants, none for the draft: {feed}");
    assert!(feed.contains("https://shop.example/products/"), "{feed}");
    let elsewhere = World::new().await;
    let shopify = shelf.file(&export(&world, Form::Shopify).await);
    let report = bring(&elsewhere, shopify).await.report;
    assert_eq!((report.products.added, report.variants.added, report.rejected), (2, 3, 0));
    assert!(!product(&elsewhere, "lens-2").await.is_active);
    let prices: Vec<_> =
        variants(&elsewhere, "fjord jumper").await.iter().map(|it| it.price_adjustment).collect();
    assert_eq!(prices, [money("0"), money("5")]);
}

#[tokio::test]
async fn overwriting_takes_the_files_word_and_otherwise_what_stays_is_told() {
    let (world, shelf) = (World::new().await, Shelf::new());
    bring(&world, shelf.shopify(ROWS)).await;
    let id = ProductId::from_foreign("fjord jumper");
    let by_hand =
        ProductChange { price: Some(Some(money("70"))), is_active: Some(false), ..ProductChange::default() };
    change_product(&world.shop, id, &by_hand, Actor::Staff).await.unwrap();
    let kept = bring(&world, shelf.shopify(ROWS)).await.report;
    let told: Vec<_> = kept.kept.iter().map(|kept| (kept.what.as_str(), kept.fields.join(","))).collect();
    assert_eq!(told, [("product `fjord jumper`", "price".to_owned())]);
    let options = LoadOptions { overwrites: true, ..LoadOptions::default() };
    let report = import(&world, &shelf.shopify(ROWS), &options).await.report;
    assert_eq!((report.products.changed, report.kept.len()), (1, 0));
    let now = product(&world, "fjord jumper").await;
    assert_eq!((now.price, now.is_active), (Some(money("79.90")), false), "what is hidden stays hidden");
}

#[tokio::test]
async fn specifications_arrive_and_what_the_shop_refuses_comes_back_with_its_rows() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let line = |key: &str, sku: &str, price: &str| {
        format!(
            r#"{{"souk_product":1,"key":"{key}","name":"Bowl","specifications":[{{"name":"Wood","value":"oak"}},{{"name":"wood","value":"ash"}},{{"name":"Height","value":"-2","unit":"cm"}}],"variants":[{{"sku":"{sku}","price":{{"digits":{price},"scale":2,"currency":"EUR"}}}}]}}"#
        )
    };
    let amount = serde_json::to_value(souk_feeds::Amount { digits: 500, scale: 2, currency: Some(*b"EUR") });
    let priced = |line: String, amount: &serde_json::Value| {
        let mut value: serde_json::Value = serde_json::from_str(&line).unwrap();
        value["variants"][0]["price"] = amount.clone();
        value.to_string()
    };
    let amount = amount.unwrap();
    let first = shelf.file(&priced(line("b1", "B-1", "500"), &amount));
    let report = bring(&world, first).await.report;
    assert_eq!((report.specifications.added, report.rejected), (1, 0), "{:?}", report.rejects);
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let told = snapshot.one::<Specifications>(ProductId::from_foreign("b1")).await.unwrap().unwrap().row;
    let told: Vec<_> = told.entries.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
    assert_eq!(told, [("Wood", "oak, ash"), ("Height", "-2")]);
    drop(snapshot);

    // A SKU that is another product's: nothing would be left of it to be sold.
    let rejects = shelf.0.path().join("rejects.ndjson");
    let options = LoadOptions { rejects: Some(rejects.clone()), ..LoadOptions::default() };
    let second = shelf.file(&priced(line("b2", "B-1", "500"), &amount));
    let report = import(&world, &second, &options).await.report;
    assert_eq!((report.rejected, report.products.added), (1, 0));
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    assert!(snapshot.one::<Product>(ProductId::from_foreign("b2")).await.unwrap().is_none());
    let written = std::fs::read_to_string(rejects).unwrap();
    assert!(written.contains("reject_reason") && written.contains("\"b2\""), "{written}");
}

#[tokio::test]
async fn what_is_gone_from_the_file_is_named_and_taken_off_where_that_is_wanted() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let on_sale = ROWS.replace("draft", "active").replace("C#,,FALSE", "C#,,TRUE");
    let without: String =
        on_sale.lines().filter(|line| !line.starts_with("lens")).map(|line| format!("{line}\n")).collect();
    bring(&world, shelf.shopify(&on_sale)).await;
    assert!(product(&world, "lens-2").await.is_active);
    let report = bring(&world, shelf.shopify(&without)).await.report;
    assert_eq!((report.gone.count, report.gone.first), (1, vec!["lens-2".to_owned()]));
    assert!(product(&world, "lens-2").await.is_active, "named, and nothing more");
    assert_eq!(
        bring(&world, shelf.shopify(&without)).await.report.gone.count,
        0,
        "the last import had it not"
    );

    for (missing, hidden, status) in
        [(Missing::Archive, false, ProductStatus::Archived), (Missing::Hide, true, ProductStatus::Active)]
    {
        bring(&world, shelf.shopify(&on_sale)).await;
        assert!(product(&world, "lens-2").await.is_active, "the file has it again");
        let options = LoadOptions { missing, ..LoadOptions::default() };
        let dry = LoadOptions { dry_run: true, ..options.clone() };
        assert_eq!(import(&world, &shelf.shopify(&without), &dry).await.report.gone.count, 1);
        // A file with rejects may lack it only because it was refused.
        let broken = without.replace("84.90", "dear");
        import(&world, &shelf.shopify(&broken), &options).await;
        assert!(product(&world, "lens-2").await.is_active);
        let report = import(&world, &shelf.shopify(&without), &options).await.report;
        assert_eq!((report.gone.count, report.products.changed), (1, 1));
        let lens = product(&world, "lens-2").await;
        assert_eq!((lens.is_active, lens.details.is_hidden, lens.details.status), (false, hidden, status));
    }
    bring(&world, shelf.shopify(&on_sale)).await;
    assert!(!product(&world, "lens-2").await.is_active, "what was hidden stays hidden");
}

/// Google's moments have no seconds and an offset without a colon; each such product was refused.
#[tokio::test]
async fn moments_of_a_sale_are_read_as_exports_write_them() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let row =
        |id: &str, period: &str| format!("{id}\tCup\tA cup\t30.00 EUR\tnew\tin stock\t20.00 EUR\t{period}\n");
    let header =
        "id\ttitle\tdescription\tprice\tcondition\tavailability\tsale_price\tsale_price_effective_date\n";
    let rows = [
        row("A", "2026-11-27T11:07+0100/2026-11-30T23:59-0500"),
        row("B", "2026-11-27T11:07:30Z/2026-11-30"),
        row("C", "2026-11-27 11:07/2026-11-30T00:00:00+01:00"),
        row("D", "27.11.2026/30.11.2026"),
    ];
    let path = shelf.0.path().join("feed.tsv");
    std::fs::write(&path, format!("{header}{}", rows.concat())).unwrap();
    let imported = bring(&world, path).await;
    let refused: Vec<String> = imported.report.rejects.iter().map(ToString::to_string).collect();
    assert!(refused.len() == 1 && refused[0].contains("has no date in `27.11.2026`"), "{refused:?}");
    for (key, from, until) in [
        ("A", "2026-11-27T10:07:00Z", "2026-12-01T04:59:00Z"),
        ("B", "2026-11-27T11:07:30Z", "2026-12-01T00:00:00Z"),
        ("C", "2026-11-27T11:07:00Z", "2026-11-29T23:00:00Z"),
    ] {
        let sale = variants(&world, key).await.remove(0).details.sale.unwrap();
        let said = [sale.from, sale.until].map(|at| at.unwrap().to_string());
        assert_eq!(said, [from, until], "{key}");
    }
}

/// A date that cannot be read counts as none: the product keeps the day on which it came, and is not changed by each import.
#[tokio::test]
async fn a_product_whose_date_cannot_be_read_keeps_the_one_it_has() {
    let (mut world, shelf) = (World::new().await, Shelf::new());
    let clock = world.stands_at(Timestamp::parse("2026-12-02").unwrap());
    let file = |date: &str| {
        let text = format!(
            "Product Handle,Product Title,Product Status,Product Created At,Variant Title,Variant SKU,Variant Price EUR\ncup,Cup,published,{date},Cup,CUP,3.00\n"
        );
        shelf.file(&text)
    };
    assert_eq!(bring(&world, file("\"9/1/17, 2:36 AM\"")).await.report.products.added, 1);
    let came = product(&world, "cup").await.created_at;
    clock.advance_ms(86_400_000);
    let again = bring(&world, file("\"9/1/17, 2:36 AM\"")).await.report;
    assert_eq!((again.products.unchanged, again.products.changed), (1, 0));
    assert_eq!(product(&world, "cup").await.created_at, came);
    bring(&world, file("2024-05-06 07:08:09")).await;
    assert_eq!(product(&world, "cup").await.created_at.to_string(), "2024-05-06T07:08:09Z");
}
