//! Catalogues brought into the embedded store: again, interrupted, beside orders, and with bad rows.

use std::fs;
use std::path::Path;

use souk_kernel::{ErrorCode, Position};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Load, Person, Product, Variant};
use souk_ports::store::{Find, Window};
use souk_shop::catalog::{ProductChange, VariantChange, change_product, change_variant};
use souk_shop::loading::{Error, Files, LoadOptions, LoadReport, Progress, Stage, load_files};

use crate::world::{Trick, World, money, product, variant, write};

/// A folder with a small catalogue.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// Two users, three categories, two sellers, three products (one without a price, one not active), four variants.
    pub(crate) fn sound() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write(
            "users.csv",
            "id,name,email,join_date,phone,address_line1,address_line2,city,region,postal_code,country\n\
             U11,Ada,ada.b@example.org,2024-05-01,+49 30 12,Weg 1,,Köln,,50667,DE\n\
             U12,Bo,bo@example.org,2024-05-02,,,,,,,\n",
        );
        folder.write(
            "categories.csv",
            "id,name,description,parent,image\nC12,Bowls,Turned,C11,categories/c12.svg\nC11,Kitchen,,,\nC13,Wool,,,\n",
        );
        folder.write(
            "sellers.csv",
            "id,name,rating,user_id,city,country,founded,description\n\
             S11,Ash & Oak,4.5,U11,Köln,DE,1999,Two turners\nS12,Spindle,,,,,,\n",
        );
        folder.write(
            "products.csv",
            "id,name,description,price,category_id,seller_id,brand,tags,is_active,materials,care,created_at\n\
             P11,Oak bowl,A wooden bowl,39.90,C12,S11,Ash & Oak,bowl|oak,true,oak,Oil it,2025-01-02\n\
             P12,Grey wool,Carded,,C13,S12,,wool,true,wool,,2025-01-03\n\
             P13,Old bowl,Gone,10,C12,S11,,,false,,,2025-01-04\n",
        );
        folder.write(
            "variants.csv",
            "product,size,color,sku,price_adjustment,stock\n\
             P11,small,brown,P11-S,0,10\nP11,large,brown,P11-L,5,3\nP12,,grey,P12-A,0,5\nP13,,,P13-A,0,1\n",
        );
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path().join(file), content).unwrap();
    }

    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let content = fs::read_to_string(self.path().join(file)).unwrap();
        assert!(content.contains(from), "{file} has {from}");
        self.write(file, content.replace(from, to));
    }

    fn append(&self, file: &str, row: &str) {
        let content = fs::read_to_string(self.path().join(file)).unwrap();
        self.write(file, format!("{content}{row}\n"));
    }
}

async fn try_load(world: &World, folder: &Folder, options: &LoadOptions) -> Result<LoadReport, Error> {
    load_files(&world.shop, Files::from_dir(folder.path()).unwrap(), options, &mut |_| ()).await
}

pub(crate) async fn load(world: &World, folder: &Folder) -> LoadReport {
    try_load(world, folder, &LoadOptions::default()).await.unwrap()
}

async fn head(world: &World) -> Position {
    world.shop.store.snapshot().await.unwrap().head().await.unwrap().head.position
}

async fn stored_product(world: &World, external: &str) -> Product {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    snapshot.one::<Product>(product(external)).await.unwrap().unwrap().row
}

#[tokio::test]
async fn loading_twice_changes_nothing() {
    let (world, folder) = (World::new().await, Folder::sound());
    let mut ticks = Vec::new();
    let files = Files::from_dir(folder.path()).unwrap();
    let mut note = |progress: Progress| ticks.push(progress);
    let report = load_files(&world.shop, files, &LoadOptions::default(), &mut note).await.unwrap();
    assert!(report.loaded && report.rejected == 0 && report.interrupted_before.is_none());
    assert_eq!((report.total().added, report.total().changed), (14, 0));
    assert_eq!(report.variants.added, 4);
    assert_eq!(ticks.last(), Some(&Progress { stage: Stage::Products, done: 3, total: 3 }));
    assert_eq!(world.stock("P11-S").await, 10);

    let before = head(&world).await;
    let again = load(&world, &folder).await;
    assert_eq!((again.total().unchanged, again.total().all()), (14, 14));
    assert_eq!((again.position, head(&world).await), (None, before), "nothing was written");
}

#[tokio::test]
async fn what_differs_is_changed_and_told() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let before = head(&world).await;
    folder.replace("products.csv", "39.90", "42");
    folder.replace("users.csv", "+49 30 12", "+49 30 13");
    let report = load(&world, &folder).await;
    assert_eq!((report.total().changed, report.total().added), (2, 0));
    assert_eq!(stored_product(&world, "P11").await.price, Some(money("42")));
    let events = world.shop.store.snapshot().await.unwrap().events(before, 100).await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["load-started", "user-changed", "product-changed", "load-finished"]);
    assert!(events[1].personal.as_ref().unwrap().contains("30 13"));
    assert!(!events[1].data.contains("30 13"), "personal data stays in its own part: {}", events[1].data);
    assert!(events[2].data.contains(r#""changed":["price"]"#), "{}", events[2].data);
}

/// Each file is right by itself, and beside what the shop had when it was read.
#[tokio::test]
async fn a_category_is_not_put_into_what_another_file_has_put_into_it() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    folder.write("categories.csv", "id,name,description,parent,image\nC11,Cookery,,C12,\nC13,Wool,Spun,,\n");
    let report = load(&world, &folder).await;
    assert_eq!((report.rejected, report.categories.changed), (1, 1));
    let reject = &report.rejects[0];
    assert_eq!((reject.column.as_str(), reject.line), ("parent", 2));
    assert!(reject.reason.starts_with("lies in this"), "{reject}");
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let kitchen = snapshot.one::<Category>("C11".parse().unwrap()).await.unwrap().unwrap().row;
    assert_eq!((kitchen.name.as_str(), kitchen.parent), ("Kitchen", None));
}

#[tokio::test]
async fn sales_between_two_loads_are_not_undone() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let sell = VariantChange { stock_change: Some(-4), ..VariantChange::default() };
    change_variant(&world.shop, variant("P11-S"), &sell, Actor::Staff).await.unwrap().unwrap();
    load(&world, &folder).await;
    assert_eq!(world.stock("P11-S").await, 6, "the file says the same as before");
    folder.replace("variants.csv", "P11-S,0,10", "P11-S,0,25");
    let report = load(&world, &folder).await;
    assert_eq!((report.variants.changed, world.stock("P11-S").await), (1, 21), "15 more than last time");
}

#[tokio::test]
async fn stock_that_is_sold_already_cannot_be_loaded_away() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let sell = VariantChange { stock_change: Some(-8), ..VariantChange::default() };
    change_variant(&world.shop, variant("P11-S"), &sell, Actor::Staff).await.unwrap().unwrap();
    folder.replace("variants.csv", "P11-S,0,10", "P11-S,0,5");
    folder.replace("variants.csv", "P11-L,5,3", "P11-L,5,4");
    let report = load(&world, &folder).await;
    assert_eq!((report.rejected, report.variants.changed), (1, 1));
    let reject = &report.rejects[0];
    assert_eq!((reject.line, reject.column.as_str()), (2, "stock"));
    assert_eq!(reject.reason, "takes 5 away, and only 2 are left");
    assert_eq!((world.stock("P11-S").await, world.stock("P11-L").await), (2, 4));
}

#[tokio::test]
async fn an_order_that_comes_between_planning_and_commit_wins() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    folder.replace("variants.csv", "P11-S,0,10", "P11-S,0,4");
    let sell = |pieces| {
        Trick::Before(Box::new(move |store| {
            let moves = vec![(variant("P11-S"), souk_ports::store::MoveKind::Adjust(pieces))];
            Box::pin(async move { write(&*store, vec![], moves).await })
        }))
    };
    // The first commit is the note that the load began.
    world.store.plays([sell(0), sell(-7)]);
    let report = load(&world, &folder).await;
    assert!(world.store.has_played_all());
    assert_eq!((report.rejected, world.stock("P11-S").await), (1, 3));
}

#[tokio::test]
async fn two_loaders_at_once_do_not_double_the_stock() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    folder.replace("variants.csv", "P11-S,0,10", "P11-S,0,30");
    let loads = (0..4).map(|_| {
        let (shop, files) = (world.shop.clone(), Files::from_dir(folder.path()).unwrap());
        tokio::spawn(
            async move { load_files(&shop, files, &LoadOptions::default(), &mut |_| ()).await.unwrap() },
        )
    });
    for load in loads.collect::<Vec<_>>() {
        load.await.unwrap();
    }
    assert_eq!(world.stock("P11-S").await, 30);
}

#[tokio::test]
async fn an_answer_that_got_lost_does_not_load_twice() {
    let (world, folder) = (World::new().await, Folder::sound());
    world.store.plays([Trick::LoseAnswer, Trick::LoseCommit, Trick::LoseAnswer, Trick::LoseAnswer]);
    let report = load(&world, &folder).await;
    assert!(world.store.has_played_all());
    assert_eq!((report.total().added, world.stock("P11-S").await), (14, 10));
}

#[tokio::test]
async fn an_interrupted_load_says_so_and_goes_on() {
    let (world, folder) = (World::new().await, Folder::sound());
    let files = Files::from_dir(folder.path()).unwrap();
    let mut stop_after_sellers = |progress: Progress| {
        assert!(progress.stage != Stage::Sellers, "stop here");
    };
    let shop = world.shop.clone();
    let dies = tokio::spawn(async move {
        load_files(&shop, files, &LoadOptions::default(), &mut stop_after_sellers).await
    });
    assert!(dies.await.unwrap_err().is_panic());

    let report = load(&world, &folder).await;
    assert!(report.interrupted_before.is_some());
    assert_eq!((report.users.unchanged, report.sellers.unchanged), (2, 2), "what was committed stayed");
    assert_eq!((report.products.added, report.variants.added), (3, 4));
    assert!(load(&world, &folder).await.interrupted_before.is_none());
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let (loads, _) = snapshot.list::<Load>(&Find::Loads, Window::ALL).await.unwrap();
    assert!(loads.len() == 1 && loads[0].row.finished_at.is_some());
}

#[tokio::test]
async fn bad_rows_are_written_down_and_the_rest_loads_unless_strict() {
    let (world, folder) = (World::new().await, Folder::sound());
    folder.append("products.csv", "P14,Bo\u{7}wl,x,1,C12,S11,,,true,,,2025-01-02");
    folder.append("variants.csv", "P14,,,P14-A,0,1");
    let rejects = folder.path().join("rejects.csv");
    let strict = LoadOptions { strict: true, rejects: Some(rejects.clone()), ..LoadOptions::default() };
    let before = head(&world).await;
    let report = try_load(&world, &folder, &strict).await.unwrap();
    assert!(!report.loaded && report.rejected == 2);
    assert_eq!(head(&world).await, before, "nothing at all was written");

    fs::remove_file(&rejects).unwrap();
    let report = try_load(&world, &folder, &LoadOptions { strict: false, ..strict }).await.unwrap();
    assert!(report.loaded && report.rejected == 2 && report.products.added == 3);
    assert_eq!(report.rejects_file, Some(rejects.clone()));
    let written = fs::read_to_string(&rejects).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 3, "{written}");
    assert_eq!(lines[0], "file,line,column,reason,row");
    assert!(lines[1].starts_with("products.csv,5,name,has control characters,"), "{}", lines[1]);
    assert!(!folder.path().join("rejects.csv.unfinished").exists());
}

#[tokio::test]
async fn strict_also_refuses_what_only_the_store_knows() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let sell = VariantChange { stock_change: Some(-10), ..VariantChange::default() };
    change_variant(&world.shop, variant("P11-S"), &sell, Actor::Staff).await.unwrap();
    folder.replace("variants.csv", "P11-S,0,10", "P11-S,0,1");
    folder.replace("users.csv", "Bo,", "Bob,");
    let before = head(&world).await;
    let strict = LoadOptions { strict: true, ..LoadOptions::default() };
    let report = try_load(&world, &folder, &strict).await.unwrap();
    assert!(!report.loaded && report.rejected == 1, "{report:?}");
    assert_eq!(head(&world).await, before);
}

#[tokio::test]
async fn an_email_that_someone_has_is_refused_and_the_others_load() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let other = Folder(tempfile::tempdir().unwrap());
    other.write(
        "users.csv",
        "id,name,email,join_date,phone,address_line1,address_line2,city,region,postal_code,country\n\
         U21,Cy,BO@example.org,2024-05-01,,,,,,,\nU22,Di,di@example.org,2024-05-02,,,,,,,\n",
    );
    let report = load(&world, &other).await;
    assert_eq!((report.users.added, report.rejected), (1, 1));
    assert_eq!(report.rejects[0].reason, "belongs to another user");
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let cy = snapshot.one::<Person>("U21".parse().unwrap()).await.unwrap();
    assert!(cy.is_none());
}

#[tokio::test]
async fn an_erased_person_is_not_brought_back_and_only_new_leaves_changes_alone() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let dearer = ProductChange { price: Some(Some(money("55"))), ..ProductChange::default() };
    change_product(&world.shop, product("P11"), &dearer, Actor::Staff).await.unwrap().unwrap();
    let only_new = LoadOptions { only_new: true, ..LoadOptions::default() };
    let report = try_load(&world, &folder, &only_new).await.unwrap();
    assert_eq!(report.total().unchanged, 14);
    assert_eq!(stored_product(&world, "P11").await.price, Some(money("55")));
}

/// Issue 16: a second `load all` of the same files took back what had been changed by hand.
#[tokio::test]
async fn what_the_shop_has_changed_stays_until_the_file_says_something_new() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let change = ProductChange {
        price: Some(Some(money("55"))),
        description: Some("Turned anew".into()),
        ..ProductChange::default()
    };
    change_product(&world.shop, product("P11"), &change, Actor::Staff).await.unwrap().unwrap();
    let more = VariantChange {
        price_adjustment: Some(money("7")),
        stock_change: Some(-2),
        ..VariantChange::default()
    };
    change_variant(&world.shop, variant("P11-L"), &more, Actor::Staff).await.unwrap().unwrap();
    let before = head(&world).await;

    let report = load(&world, &folder).await;
    assert_eq!((report.products.kept, report.variants.kept), (1, 1));
    assert_eq!((report.total().unchanged, report.total().all()), (12, 14));
    assert_eq!(head(&world).await, before, "nothing was written");

    // The file has something new to say of the name and of the other variant, and nothing of what the shop changed.
    folder.replace("products.csv", "Oak bowl", "Oak dish");
    folder.replace("variants.csv", "P11-S,0,10", "P11-S,1,10");
    folder.replace("variants.csv", "P11-L,5,3", "P11-L,5,4");
    let report = load(&world, &folder).await;
    assert_eq!((report.products.changed, report.variants.changed), (1, 2));
    let dish = stored_product(&world, "P11").await;
    assert_eq!((dish.name.as_str(), dish.price), ("Oak dish", Some(money("55"))));
    assert_eq!(dish.description, "Turned anew");
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let large = snapshot.one::<Variant>(variant("P11-L")).await.unwrap().unwrap().row;
    assert_eq!((large.price_adjustment, world.stock("P11-L").await), (money("7"), 2));
    drop(snapshot);

    // A new price in the file is news, and from then on the file's word again.
    folder.replace("products.csv", "39.90", "42");
    load(&world, &folder).await;
    assert_eq!(stored_product(&world, "P11").await.price, Some(money("42")));
    assert_eq!(load(&world, &folder).await.products.unchanged, 2);
}

#[tokio::test]
async fn a_price_that_does_not_go_with_what_the_shop_has_set_is_refused() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let cheaper = VariantChange { price_adjustment: Some(money("-20")), ..VariantChange::default() };
    change_variant(&world.shop, variant("P11-L"), &cheaper, Actor::Staff).await.unwrap().unwrap();
    folder.replace("products.csv", "39.90", "15");
    let report = load(&world, &folder).await;
    let reasons: Vec<_> = report.rejects.iter().map(|reject| (reject.column.as_str(), reject.line)).collect();
    assert_eq!(reasons, [("price", 2), ("product", 2), ("product", 3)]);
    assert!(report.rejects[0].reason.contains("`P11-L`"), "{}", report.rejects[0].reason);
    assert_eq!(stored_product(&world, "P11").await.price, Some(money("39.90")));
}

#[tokio::test]
async fn a_price_counts_beside_variants_that_the_file_does_not_name() {
    let (world, folder) = (World::new().await, Folder::sound());
    folder.replace("variants.csv", "P11-L,5,3", "P11-L,-20,3");
    load(&world, &folder).await;
    folder.replace("variants.csv", "P11,large,brown,P11-L,-20,3\n", "");
    for (former, price) in [(",39.90,", ",20,"), (",20,", ",15,")] {
        folder.replace("products.csv", former, price);
        let report = load(&world, &folder).await;
        assert_eq!((report.rejects[0].column.as_str(), report.rejects[0].line), ("price", 2), "{price}");
        assert!(report.rejects[0].reason.contains("`P11-L`"), "{}", report.rejects[0].reason);
        assert_eq!(stored_product(&world, "P11").await.price, Some(money("39.90")));
    }
    folder.replace("products.csv", ",15,", ",20.01,");
    assert_eq!(load(&world, &folder).await.rejected, 0);
    assert_eq!(stored_product(&world, "P11").await.price, Some(money("20.01")));
}

#[tokio::test]
async fn a_variant_that_is_refused_counts_as_it_is() {
    let (world, folder) = (World::new().await, Folder::sound());
    folder.replace("variants.csv", "P11-L,5,3", "P11-L,-20,3");
    load(&world, &folder).await;
    let sell = VariantChange { stock_change: Some(-2), ..VariantChange::default() };
    change_variant(&world.shop, variant("P11-L"), &sell, Actor::Staff).await.unwrap().unwrap();
    // The file takes away three of one, which refuses the variant, and with it the price that it would have gone with.
    folder.replace("variants.csv", "P11-L,-20,3", "P11-L,0,0");
    folder.replace("products.csv", ",39.90,", ",15,");
    let report = load(&world, &folder).await;
    assert!(report.rejects.iter().any(|reject| reject.column == "price"), "{:?}", report.rejects);
    assert_eq!(stored_product(&world, "P11").await.price, Some(money("39.90")));
}

#[tokio::test]
async fn a_new_variant_goes_by_the_price_that_the_shop_has() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let cheaper = ProductChange { price: Some(Some(money("10"))), ..ProductChange::default() };
    change_product(&world.shop, product("P11"), &cheaper, Actor::Staff).await.unwrap().unwrap();
    folder.append("variants.csv", "P11,tiny,brown,P11-T,-15,1");
    for only_new in [true, false] {
        let options = LoadOptions { only_new, ..LoadOptions::default() };
        let report = try_load(&world, &folder, &options).await.unwrap();
        let columns: Vec<_> = report.rejects.iter().map(|reject| reject.column.as_str()).collect();
        assert_eq!(columns, ["price_adjustment"], "only new: {only_new}");
    }
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    assert!(snapshot.one::<Variant>(variant("P11-T")).await.unwrap().is_none());
}

#[tokio::test]
async fn a_folder_without_files_and_a_wrong_header_are_clear_errors() {
    let world = World::new().await;
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Files::from_dir(empty.path()), Err(Error::NoFiles { .. })));
    let folder = Folder::sound();
    folder.write("products.csv", "id;name\n");
    let error = try_load(&world, &folder, &LoadOptions::default()).await.unwrap_err();
    assert_eq!(souk_kernel::Coded::code(&error), ErrorCode::InvalidInput);
    assert!(error.to_string().contains("products.csv"), "{error}");
}

#[tokio::test]
async fn souks_own_catalogue_loads() {
    let world = World::new().await;
    let report =
        load_files(&world.shop, Files::artisan(), &LoadOptions::default(), &mut |_| ()).await.unwrap();
    assert_eq!(report.rejected, 0, "{:?}", report.rejects);
    assert!(report.products.added >= 600 && report.users.added >= 998);
    let again =
        load_files(&world.shop, Files::artisan(), &LoadOptions::default(), &mut |_| ()).await.unwrap();
    assert_eq!(again.total().all(), again.total().unchanged);
}

/// Issue 17: a variant that left the file stayed for sale, and stayed the default.
#[tokio::test]
async fn a_variant_that_left_the_file_is_sold_no_more_until_it_is_back() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let retired = async |sku: &str| {
        let mut snapshot = world.shop.store.snapshot().await.unwrap();
        snapshot.one::<Variant>(variant(sku)).await.unwrap().unwrap().row.details.is_retired
    };
    let whole = fs::read_to_string(folder.path().join("variants.csv")).unwrap();
    let gone = whole.lines().find(|line| line.contains("P11-S,")).unwrap();
    assert!(whole.matches("P11,").count() > 1, "it is not the only one: {whole}");
    folder.write("variants.csv", whole.replace(&format!("{gone}\n"), ""));
    // While a row of the file is refused, nobody knows what it names.
    folder.append("variants.csv", "P99,,,P99-A,0,1");
    assert_eq!(load(&world, &folder).await.rejected, 1);
    assert!(!retired("P11-S").await);
    folder.write("variants.csv", whole.replace(&format!("{gone}\n"), ""));
    let report = load(&world, &folder).await;
    assert_eq!((report.rejected, report.variants.changed), (0, 1));
    assert!(retired("P11-S").await);
    assert_eq!(load(&world, &folder).await.total().changed, 0, "once");
    folder.write("variants.csv", &whole);
    load(&world, &folder).await;
    assert!(!retired("P11-S").await);
    // What the shop has retired is not brought back by a file that says what it always said.
    let by_hand = VariantChange { is_retired: Some(true), ..VariantChange::default() };
    change_variant(&world.shop, variant("P11-S"), &by_hand, Actor::Staff).await.unwrap();
    load(&world, &folder).await;
    assert!(retired("P11-S").await);
}
