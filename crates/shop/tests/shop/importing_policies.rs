//! What other systems say of goods that are sold when there are none.

use souk_feeds::write::Form;
use souk_kernel::VariantId;
use souk_ports::event::Actor;
use souk_ports::rows::StockPolicy::{self, Backorder, Counted, NotCounted};
use souk_ports::store::MoveKind;
use souk_shop::catalog::{VariantChange, change_variant};
use souk_shop::loading::LoadOptions;

use crate::importing::{Shelf, bring, export, import, stock, there, variants};
use crate::world::World;

/// A print that Shopify does not track, and a mug of which it sells more than there are.
const PRINT: &str =
    "print,Print,,Klar,Prints,,TRUE,Title,Default Title,,,PRINT,,,,deny,manual,15.00,,,,,active";
const MUG: &str =
    "mug,Mug,,Klar,Mugs,,TRUE,Title,Default Title,,,MUG,,shopify,-3,continue,manual,9.00,,,,,active";

async fn policy(world: &World, key: &str) -> StockPolicy {
    let policy = variants(world, key).await[0].details.stock_policy;
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let sku = VariantId::from_foreign(&key.to_uppercase());
    let stock = snapshot.stock(&[sku]).await.unwrap()[0].unwrap();
    assert_eq!(stock.allowance, policy.allowance(), "{key} is sold as far as its policy says");
    policy
}

async fn sell(world: &World, sku: &str, pieces: u32) {
    world.write(vec![], vec![(VariantId::from_foreign(sku), MoveKind::Sell(pieces))]).await;
}

async fn set(world: &World, sku: &str, change: serde_json::Value) {
    let change: VariantChange = serde_json::from_value(change).unwrap();
    change_variant(&world.shop, VariantId::from_foreign(sku), &change, Actor::Staff).await.unwrap();
}

#[tokio::test]
async fn what_is_not_tracked_and_what_goes_on_being_sold_arrive_as_that() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let both = format!("{PRINT}\n{MUG}\n");
    let report = bring(&world, shelf.shopify(&both)).await.report;
    assert_eq!((report.products.added, report.rejected), (2, 0), "{:?}", report.rejects);
    assert_eq!((policy(&world, "print").await, policy(&world, "mug").await), (NotCounted, Backorder(None)));
    assert_eq!(stock(&world, "MUG").await, -3, "what is still to come");
    sell(&world, "PRINT", 4).await;
    sell(&world, "MUG", 2).await;

    // A file that says the same changes nothing; what the shop says stays.
    let limited = serde_json::json!({"backorder_allowance": 9});
    set(&world, "MUG", limited).await;
    let report = bring(&world, shelf.shopify(&both)).await.report;
    assert_eq!((report.total().changed, report.rejected), (0, 0), "{:?}", report.rejects);
    assert_eq!((policy(&world, "mug").await, stock(&world, "MUG").await), (Backorder(Some(9)), -5));

    // More is owed than the file would have sold.
    let denied = MUG.replace("continue", "deny");
    let report = bring(&world, shelf.shopify(&format!("{denied}\n"))).await.report;
    let reason = report.rejects[0].reason.as_str();
    assert_eq!((report.rejected, report.rejects[0].column.as_str()), (1, "backorder"), "{reason}");
    assert!(reason.contains("the 2 that are sold and not there"), "{reason}");
    let restocked = denied.replace("-3", "8");
    bring(&world, shelf.shopify(&format!("{restocked}\n"))).await;
    assert_eq!((policy(&world, "mug").await, stock(&world, "MUG").await), (Counted, 6));

    // What is tracked from now on is as many as the file says, whatever was sold before.
    let tracked = PRINT.replace("PRINT,,,,", "PRINT,,shopify,12,");
    bring(&world, shelf.shopify(&format!("{tracked}\n"))).await;
    assert_eq!((policy(&world, "print").await, stock(&world, "PRINT").await), (Counted, 12));
}

#[tokio::test]
async fn where_a_file_knows_only_whether_there_are_some_nobody_counts() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let file = |available: &str, stock: &str, backorders: &str| {
        shelf.file(&format!(
            "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?,Regular price,Categories,Images,Parent\n\
             7,simple,SPOON,Spoon,1,{available},{stock},{backorders},9.90,Kitchen,,\n"
        ))
    };
    let options = LoadOptions::default();
    for (available, count, backorders, is, there) in [
        ("1", "", "0", NotCounted, 0),
        ("0", "", "0", Counted, 0),
        ("1", "", "0", NotCounted, 0),
        ("backorder", "", "0", Backorder(None), 0),
        ("1", "7", "notify", Backorder(None), 7),
        ("1", "7", "0", Counted, 7),
        // The shop counts, and the file says nothing that is against it.
        ("1", "", "0", Counted, 7),
    ] {
        let report = import(&world, &file(available, count, backorders), &options).await.report;
        assert_eq!(report.rejected, 0, "{:?}", report.rejects);
        let mut snapshot = world.shop.store.snapshot().await.unwrap();
        let stock = snapshot.stock(&[VariantId::from_foreign("SPOON")]).await.unwrap()[0].unwrap();
        let said = format!("{available} {count} {backorders}");
        assert_eq!((stock.quantity, stock.allowance), (there, is.allowance()), "{said}");
    }
}

#[tokio::test]
async fn policies_are_exported_and_brought_in_elsewhere() {
    let (world, shelf) = (World::new().await, Shelf::new());
    let cup = MUG.replace("mug,Mug", "cup,Cup").replace("MUG", "CUP");
    bring(&world, shelf.shopify(&format!("{PRINT}\n{MUG}\n{cup}\n"))).await;
    set(&world, "CUP", serde_json::json!({"backorder_allowance": 5})).await;
    sell(&world, "PRINT", 2).await;
    let exported = export(&world, Form::Souk).await;
    let file = shelf.0.path().join("souk.ndjson");
    std::fs::write(&file, &exported).unwrap();

    let again = bring(&world, file.clone()).await.report;
    assert_eq!((again.total().changed, again.rejected), (0, 0), "{:?}", again.rejects);
    let elsewhere = World::new().await;
    let report = bring(&elsewhere, file).await.report;
    assert_eq!(report.rejected, 0, "{:?}", report.rejects);
    assert_eq!(there(&export(&elsewhere, Form::Souk).await), there(&exported));
    for (key, is) in [("print", NotCounted), ("mug", Backorder(None)), ("cup", Backorder(Some(5)))] {
        assert_eq!(policy(&elsewhere, key).await, is, "{key}");
    }
    // Shopify's own form says what it can: no limit is known there.
    let shopify = shelf.file(&export(&world, Form::Shopify).await);
    let third = World::new().await;
    bring(&third, shopify).await;
    let policies = [policy(&third, "print").await, policy(&third, "mug").await, policy(&third, "cup").await];
    assert_eq!(policies, [NotCounted, Backorder(None), Backorder(None)]);
    let feed = export(&world, Form::GoogleTsv).await;
    let says = |sku: &str| feed.lines().find(|line| line.contains(sku)).unwrap().to_owned();
    assert!(says("PRINT").contains("in_stock") && says("MUG").contains("backorder"), "{feed}");
}
