//! Other systems' exports brought in: what arrives, what a later import leaves alone, and what it refuses.

use std::path::PathBuf;

use souk_kernel::{Position, ProductId, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Product, ProductStatus, Variant};
use souk_ports::store::{Find, Window};
use souk_shop::catalog::{ProductChange, change_product};
use souk_shop::loading::{Imported, LoadOptions, import_file};

use crate::world::{World, money};

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
    Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
    Variant Fulfillment Service,Variant Price,Variant Compare At Price,Image Src,Image Position,Image Alt Text,Status";
const ROWS: &str = "\
fjord jumper,Fjord jumper,<p>Wool &amp; warmth</p>,Nordlys,C++,\"wool, winter\",TRUE,Size,M,Wood,Oak,FJ M/OAK,640,shopify,12,deny,manual,79.90,99.90,https://img.example/1.jpg,1,Folded,active
fjord jumper,,,,,,,,L,,Ash,,700,shopify,-3,deny,manual,84.90,,,,,
lens-2,Lens -2.50,For nights of -20 °C,Klar,C#,,FALSE,Title,Default Title,,,LENS-2,,shopify,4,deny,manual,15.00,,,,,draft
";

struct Shelf(tempfile::TempDir);

impl Shelf {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, content: &str) -> PathBuf {
        let path = self.0.path().join("products_export.csv");
        std::fs::write(&path, content).unwrap();
        path
    }

    fn shopify(&self, rows: &str) -> PathBuf {
        self.file(&format!("{HEADER}\n{rows}"))
    }
}

async fn import(world: &World, path: &std::path::Path, options: &LoadOptions) -> Imported {
    import_file(&world.shop, path, souk_feeds::Options::default(), options, &mut |_| ()).await.unwrap()
}

async fn bring(world: &World, path: PathBuf) -> Imported {
    import(world, &path, &LoadOptions::default()).await
}

async fn product(world: &World, key: &str) -> Product {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    snapshot.one::<Product>(ProductId::from_foreign(key)).await.unwrap().unwrap().row
}

async fn variants(world: &World, key: &str) -> Vec<Variant> {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let find = Find::VariantsOf(vec![ProductId::from_foreign(key)]);
    snapshot.list::<Variant>(&find, Window::ALL).await.unwrap().0.into_iter().map(|row| row.row).collect()
}

async fn stock(world: &World, sku: &str) -> i64 {
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
