//! A folder in the form of the system that souk comes after: capitals, categories by name, stock on the product.

use std::path::{Path, PathBuf};

use souk_kernel::{CategoryId, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, CustomerProfile, Person, Product, Seller, Variant};
use souk_ports::store::{Find, Window};
use souk_shop::catalog::{CategoryChange, ProductChange, change_category, change_product};
use souk_shop::loading::{Error, Files, LoadOptions, LoadReport, load_files};

use crate::world::{World, money, product, variant};

fn made_by_hand() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/raw_data")
}

/// A copy of the folder, in which one file is another.
fn with(file: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(made_by_hand()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    std::fs::write(folder.path().join(file), text).unwrap();
    folder
}

async fn try_load(world: &World, folder: &Path) -> Result<LoadReport, Error> {
    let files = Files::from_dir(folder).unwrap();
    load_files(&world.shop, files, &LoadOptions::default(), &mut |_| ()).await
}

async fn load(world: &World, folder: &Path) -> LoadReport {
    try_load(world, folder).await.unwrap()
}

#[tokio::test]
async fn the_folder_of_the_system_before_is_loaded_as_it_is() {
    let world = World::new().await;
    let report = load(&world, &made_by_hand()).await;
    let added = |counts: souk_shop::loading::Counts| counts.added + counts.changed;
    assert_eq!((added(report.products), added(report.variants), added(report.sellers)), (3, 3, 2));
    assert_eq!((report.categories.added, report.rejected), (2, 0), "{:?}", report.rejects);
    assert_eq!(report.not_taken, ["JOINED (sellers.csv)"]);

    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let mug = snapshot.one::<Product>(product("P001")).await.unwrap().unwrap().row;
    assert_eq!((mug.name.as_str(), mug.price, mug.is_active), ("Ash-glazed mug", Some(money("24")), true));
    assert_eq!(
        (mug.tags.as_slice(), mug.external_id.as_deref()),
        (&["mug".to_owned(), "stoneware".to_owned()][..], Some("P001"))
    );
    assert_eq!(mug.seller_id, Some("S001".parse().unwrap()));
    let seller = snapshot.one::<Seller>(mug.seller_id.unwrap()).await.unwrap().unwrap().row;
    assert_eq!((seller.name.as_str(), seller.rating), ("Kiln & Sons", Some(4.7)));
    assert_eq!((seller.description.as_str(), seller.founded), ("Stoneware fired with wood", None));
    let shelf = snapshot.one::<Category>(mug.category_id).await.unwrap().unwrap().row;
    assert_eq!(shelf.name, "Pottery");
    let sold = snapshot.one::<Variant>(variant("P001")).await.unwrap().unwrap().row;
    assert_eq!((sold.product_id, sold.sku.as_str(), sold.loaded_stock), (mug.id, "P001", Some(12)));
    assert_eq!((world.stock("P001").await, world.stock("P002").await), (12, 0));
    let mina: UserId = "U001".parse().unwrap();
    let person = snapshot.one::<Person>(mina).await.unwrap().unwrap().row;
    assert_eq!((person.name.as_str(), person.email.as_str()), ("Mina Okafor", "mina@example.org"));
    let profile = snapshot.one::<CustomerProfile>(mina).await.unwrap().unwrap().row;
    assert_eq!((profile.about.as_deref(), profile.interests.len()), (Some("Leeds, England"), 2));
    drop(snapshot);

    let again = load(&world, &made_by_hand()).await;
    assert_eq!((again.total().added, again.total().changed, again.position), (0, 0, None));
}

/// Categories are known by their names, also those of the shop, and what is changed by hand stays.
#[tokio::test]
async fn categories_are_found_by_name() {
    let world = World::new().await;
    let folder = with("categories.csv", "NAME,ID,DESCRIPTION\npottery,C7,Fired things\n");
    load(&world, folder.path()).await;
    let shelf = |row: Option<souk_ports::store::Versioned<Product>>| row.unwrap().row.category_id;
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let pottery: CategoryId = "C7".parse().unwrap();
    assert_eq!(shelf(snapshot.one(product("P001")).await.unwrap()), pottery);
    drop(snapshot);
    let dearer = ProductChange { price: Some(Some(money("26"))), ..ProductChange::default() };
    change_product(&world.shop, product("P001"), &dearer, Actor::Staff).await.unwrap();
    let renamed = CategoryChange { name: Some("Fabrics".to_owned()), ..CategoryChange::default() };
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let cloth = shelf(snapshot.one(product("P003")).await.unwrap());
    drop(snapshot);
    change_category(&world.shop, cloth, &renamed, Actor::Staff).await.unwrap();

    // The same folder without its categories: the shop's are found.
    let report = load(&world, &made_by_hand()).await;
    assert_eq!((report.categories.added, report.total().changed), (0, 0), "{report:?}");
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let (categories, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await.unwrap();
    let names: Vec<&str> = categories.iter().map(|row| row.row.name.as_str()).collect();
    assert_eq!(names, ["Fabrics", "pottery"]);
    let mug = snapshot.one::<Product>(product("P001")).await.unwrap().unwrap().row;
    assert_eq!((mug.price, mug.category_id), (Some(money("26")), pottery));
}

#[tokio::test]
async fn rows_that_are_wrong_are_refused_by_name_and_once() {
    let world = World::new().await;
    let rows = [
        "STOCK,ID,NAME,CATEGORY,PRICE,SELLER_ID,COLOUR",
        "1,P1,Good,Pottery,1.00,S001,red",
        "x,P2,No stock,Pottery,1.00,S001,",
        "1,P3,No price,Pottery,-1.00,S001,",
        "1,P4,No seller,Pottery,1.00,S9,",
        "1,P5,No category,,1.00,,",
        "1,P1,Twice,Pottery,1.00,,",
    ];
    let report = load(&world, with("products.csv", &rows.join("\n")).path()).await;
    let said: Vec<String> = report.rejects.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "products.csv:3: `STOCK` is no whole number from 0 to 1000000000",
            "products.csv:4: `PRICE` is negative",
            "products.csv:6: `CATEGORY` is missing",
            "products.csv:7: `id` stands in line 2 already",
            "products.csv:5: `seller_id` is no seller",
            "products.csv:7: `sku` stands in line 2 already",
        ]
    );
    assert_eq!((report.products.added, report.variants.added), (1, 1));
    assert!(report.not_taken.contains(&"COLOUR (products.csv)".to_owned()), "{:?}", report.not_taken);
    let header = with("products.csv", "ID,NAME,PRICE\nP1,Cup,1\n");
    let error = try_load(&world, header.path()).await.unwrap_err().to_string();
    assert!(error.contains("CATEGORY") && error.contains("ID,NAME,PRICE"), "{error}");
}
