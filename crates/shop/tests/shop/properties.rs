//! Whatever files, imports and requests come, in whatever order and two at a time, from one process or from two: no price
//! is below zero, no category lies in itself, no bundle in another, and what is for sale has a variant.

use std::collections::HashMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use souk_kernel::{CategoryId, Currency, Money};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Product, ProductStatus, Variant};
use souk_ports::store::{Find, Window};
use souk_shop::Shop;
use souk_shop::catalog::{self, MeantFor};
use souk_shop::loading::{Files, LoadOptions, Missing, import_file, load_files};
use tokio::runtime::Runtime;

use crate::world::{World, product, variant};

/// Few of each, so that steps meet.
const PRODUCTS: [&str; 3] = ["P1", "P2", "P3"];
const SKUS: [&str; 4] = ["V1", "V2", "V3", "V4"];
const CATEGORIES: [&str; 3] = ["C1", "C2", "C3"];
/// Too low, nothing, usual, and with more decimals than euros have.
const AMOUNTS: [&str; 8] = ["-20", "-0.01", "0", "0.01", "15", "20.00", "30", "9.999"];

/// How their export is read.
const MAP: &str = "
name: Theirs
group_by: product
product:
  name: title
  status: [{from: status, active: [active], draft: [draft], archived: [archived]}]
variant:
  sku: sku
  price: price
  sale_price: sale_price
  options: [{is: Kind, value: kind}]
";

/// One thing that somebody does.
#[derive(Debug, Clone)]
enum Step {
    /// `load all`: categories with their parents, products, variants with what they cost more.
    Load(
        Vec<(&'static str, &'static str)>,
        Vec<(&'static str, &'static str)>,
        Vec<(&'static str, &'static str, &'static str)>,
    ),
    /// `import`: product, SKU, price, sale price, status.
    Import(Vec<(&'static str, &'static str, &'static str, &'static str, &'static str)>, LoadOptions),
    Price(&'static str, &'static str),
    Adjust(&'static str, &'static str),
    Sale(&'static str, &'static str),
    Show(&'static str, bool),
    Status(&'static str, &'static str),
    Create(&'static str, &'static str, &'static str),
    CreateVariant(&'static str, &'static str, &'static str),
    Retire(&'static str),
    Parts(&'static str, Vec<&'static str>),
    Unretire(&'static str),
    Archive(&'static str),
    CreateCategory(&'static str, &'static str),
    Move(&'static str, Option<&'static str>),
    DeleteCategory(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    let (id, sku, shelf, amount) =
        (select(&PRODUCTS[..]), select(&SKUS[..]), select(&CATEGORIES[..]), select(&AMOUNTS[..]));
    let some = |most: usize| 1..most;
    let parent = select(&["", "C1", "C2", "C3"][..]);
    let status = select(&["active", "draft", "archived"][..]);
    let options =
        (any::<bool>(), any::<bool>(), select(&[Missing::Keep, Missing::Hide, Missing::Archive][..]))
            .prop_map(|(strict, overwrites, missing)| LoadOptions {
                strict,
                overwrites,
                missing,
                ..LoadOptions::default()
            });
    let load = (
        proptest::collection::vec((shelf.clone(), parent), some(4)),
        proptest::collection::vec((id.clone(), amount.clone()), some(4)),
        proptest::collection::vec((id.clone(), sku.clone(), amount.clone()), some(5)),
    );
    let row = (id.clone(), sku.clone(), amount.clone(), amount.clone(), status.clone());
    prop_oneof![
        3 => load.prop_map(|(shelves, products, variants)| Step::Load(shelves, products, variants)),
        3 => (proptest::collection::vec(row, some(5)), options).prop_map(|(rows, options)| Step::Import(rows, options)),
        3 => (id.clone(), amount.clone()).prop_map(|(id, price)| Step::Price(id, price)),
        3 => (sku.clone(), amount.clone()).prop_map(|(sku, more)| Step::Adjust(sku, more)),
        2 => (sku.clone(), amount.clone()).prop_map(|(sku, price)| Step::Sale(sku, price)),
        1 => (id.clone(), any::<bool>()).prop_map(|(id, is_shown)| Step::Show(id, is_shown)),
        1 => (id.clone(), status).prop_map(|(id, status)| Step::Status(id, status)),
        1 => (id.clone(), sku.clone(), amount.clone()).prop_map(|(id, sku, price)| Step::Create(id, sku, price)),
        2 => (id.clone(), sku.clone(), amount.clone()).prop_map(|(id, sku, more)| Step::CreateVariant(id, sku, more)),
        2 => sku.clone().prop_map(Step::Retire),
        2 => (sku.clone(), proptest::collection::vec(sku.clone(), 0..3)).prop_map(|(sku, parts)| Step::Parts(sku, parts)),
        1 => sku.prop_map(Step::Unretire),
        1 => id.prop_map(Step::Archive),
        1 => (shelf.clone(), shelf.clone()).prop_map(|(id, parent)| Step::CreateCategory(id, parent)),
        3 => (shelf.clone(), proptest::option::of(shelf.clone())).prop_map(|(id, parent)| Step::Move(id, parent)),
        1 => shelf.prop_map(Step::DeleteCategory),
    ]
}

/// Does it, and is content if it is refused: what must hold is looked at afterwards.
async fn take(shop: &Shop, step: &Step, folder: &Path) -> bool {
    /// As a door does: what is no amount is refused before the shop hears of it.
    fn read<T: serde::de::DeserializeOwned>(json: Value) -> Option<T> {
        match serde_json::from_value(json) {
            Ok(read) => Some(read),
            Err(error) => {
                assert!(error.to_string().contains("amount"), "{error}");
                None
            }
        }
    }
    let staff = Actor::Staff;
    let number = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    let shelf = |id: &str| -> CategoryId { id.parse().unwrap() };
    let changed = async |id: &str, change: Value| {
        let Some(change) = read(change) else { return false };
        catalog::change_product(shop, product(id), &change, staff.clone()).await.is_ok()
    };
    let changed_variant = async |sku: &str, change: Value| {
        let Some(change) = read(change) else { return false };
        catalog::change_variant(shop, variant(sku), &change, staff.clone()).await.is_ok()
    };
    match step {
        Step::Load(shelves, products, variants) => {
            write_files(folder, shelves, products, variants);
            let files = Files::from_dir(folder).unwrap();
            load_files(shop, files, &LoadOptions::default(), &mut |_| ()).await.is_ok()
        }
        Step::Import(rows, options) => {
            let file = folder.join("products_export.csv");
            write_export(&file, rows);
            let map = souk_feeds::Map::parse("theirs", MAP).unwrap();
            let opened = souk_feeds::Options { map: Some(map), ..souk_feeds::Options::default() };
            import_file(shop, &file, opened, options, &mut |_| ()).await.is_ok()
        }
        Step::Price(id, price) => changed(id, json!({"price": number(price)})).await,
        Step::Adjust(sku, more) => changed_variant(sku, json!({"price_adjustment": number(more)})).await,
        Step::Sale(sku, price) => changed_variant(sku, json!({"sale": {"price": number(price)}})).await,
        Step::Show(id, is_shown) => changed(id, json!({"is_active": is_shown})).await,
        Step::Status(id, status) => changed(id, json!({"status": status})).await,
        Step::Create(id, sku, price) => {
            let new = json!({"external_id": id, "name": "Cup", "category_id": "C1", "price": number(price),
                "variants": [{"sku": sku, "stock": 1}]});
            let Some(new) = read(new) else { return false };
            catalog::create_product(shop, &new, None, staff.clone()).await.is_ok()
        }
        Step::CreateVariant(id, sku, more) => {
            let new = json!({"sku": sku, "price_adjustment": number(more), "options": [{"name": "Kind", "value": sku}]});
            let Some(new) = read(new) else { return false };
            catalog::create_variant(shop, product(id), &new, None, staff.clone()).await.is_ok()
        }
        Step::Retire(sku) => {
            catalog::retire_variant(shop, variant(sku), MeantFor::Any, staff.clone()).await.is_ok()
        }
        Step::Parts(sku, parts) => {
            let part = |sku: &&str| json!({"variant_id": sku, "quantity": 2});
            changed_variant(sku, json!({"parts": parts.iter().map(part).collect::<Vec<_>>()})).await
        }
        Step::Unretire(sku) => changed_variant(sku, json!({"is_retired": false})).await,
        Step::Archive(id) => {
            catalog::archive_product(shop, product(id), MeantFor::Any, staff.clone()).await.is_ok()
        }
        Step::CreateCategory(id, parent) => {
            let Some(new) = read(json!({"external_id": id, "name": id, "parent": parent})) else {
                return false;
            };
            catalog::create_category(shop, &new, None, staff.clone()).await.is_ok()
        }
        Step::Move(id, parent) => {
            let Some(change) = read(json!({"parent": parent})) else { return false };
            catalog::change_category(shop, shelf(id), &change, staff.clone()).await.is_ok()
        }
        Step::DeleteCategory(id) => {
            catalog::delete_category(shop, shelf(id), MeantFor::Any, staff.clone()).await.is_ok()
        }
    }
}

fn write_files(
    folder: &Path,
    shelves: &[(&str, &str)],
    products: &[(&str, &str)],
    variants: &[(&str, &str, &str)],
) {
    let lines = |header: &str, rows: Vec<String>| format!("{header}\n{}\n", rows.join("\n"));
    let shelves = shelves.iter().map(|(id, parent)| format!("{id},{id},,{parent},")).collect();
    let products = products
        .iter()
        .zip(CATEGORIES.iter().cycle())
        .map(|((id, price), shelf)| format!("{id},Cup,,{price},{shelf},,,,true,,,2025-01-01"))
        .collect();
    let variants = variants.iter().map(|(id, sku, more)| format!("{id},,,{sku},{more},3")).collect();
    for (name, text) in [
        ("categories.csv", lines("id,name,description,parent,image", shelves)),
        (
            "products.csv",
            lines(
                "id,name,description,price,category_id,seller_id,brand,tags,is_active,materials,care,created_at",
                products,
            ),
        ),
        ("variants.csv", lines("product,size,color,sku,price_adjustment,stock", variants)),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn write_export(file: &Path, rows: &[(&str, &str, &str, &str, &str)]) {
    let mut text = String::from("product,sku,title,price,sale_price,status,kind\n");
    for (at, (id, sku, price, sale, status)) in rows.iter().enumerate() {
        text.push_str(&format!("{id},{sku},Cup,{price},{sale},{status},{at}\n"));
    }
    std::fs::write(file, text).unwrap();
}

/// What must hold, whatever was done.
async fn look(world: &World) -> Result<(), String> {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let (categories, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await.unwrap();
    let parents: HashMap<_, _> = categories.iter().map(|row| (row.row.id, row.row.parent)).collect();
    for id in parents.keys() {
        let mut above = parents[id];
        for _ in 0..parents.len() {
            above = above.and_then(|parent| parents[&parent]);
        }
        if above.is_some() {
            return Err(format!("category {id} lies in itself"));
        }
    }
    for id in PRODUCTS.map(product) {
        let Some(product) = snapshot.one::<Product>(id).await.unwrap().map(|row| row.row) else { continue };
        let found = snapshot.list::<Variant>(&Find::VariantsOf(vec![id]), Window::ALL).await.unwrap().0;
        let variants: Vec<Variant> = found.into_iter().map(|row| row.row).collect();
        if product.is_active
            != (product.details.status == ProductStatus::Active && !product.details.is_hidden)
        {
            return Err(format!("product {product:?} is neither for sale nor not"));
        }
        if product.is_active && variants.iter().all(|variant| variant.details.is_retired) {
            return Err(format!("product {product:?} is for sale without a variant: {variants:?}"));
        }
        for variant in &variants {
            for part in &variant.details.parts {
                let part = snapshot.one::<Variant>(part.variant_id).await.unwrap().map(|row| row.row);
                if part.is_none_or(|part| !part.details.parts.is_empty()) {
                    return Err(format!("variant {variant:?} is made of what it cannot be made of"));
                }
            }
            let price = product
                .price
                .map(|price| price.ten_thousandths() + variant.price_adjustment.ten_thousandths());
            let sale = variant.details.sale.as_ref().map(|sale| sale.price);
            if price.is_some_and(|price| price < 0) || sale.is_some_and(Money::is_negative) {
                return Err(format!("variant {variant:?} of {product:?} costs less than nothing"));
            }
            let fits = |sum: Money| Currency::EUR.fits(sum);
            if !product.price.is_none_or(fits) || !fits(variant.price_adjustment) || !sale.is_none_or(fits) {
                return Err(format!("variant {variant:?} of {product:?} costs what nobody can pay"));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_files_imports_and_requests_breaks_the_catalogue(
        steps in proptest::collection::vec((step(), proptest::option::of((step(), any::<bool>()))), 4..16),
    ) {
        let runtime = Runtime::new().unwrap();
        let done = runtime.block_on(async {
            let world = World::new().await;
            let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
            let first = Step::Load(
                vec![("C1", ""), ("C2", "C1"), ("C3", "C2")],
                vec![("P1", "30"), ("P2", "20.00")],
                vec![("P1", "V1", "0"), ("P1", "V2", "-0.01"), ("P2", "V3", "15")],
            );
            let other_process = world.another_process().await;
            assert!(take(&world.shop, &first, folders[0].path()).await);
            let mut done = 0;
            for (step, beside) in &steps {
                let taken = match beside {
                    Some((beside, is_in_another)) => {
                        let shop = if *is_in_another { &other_process } else { &*world.shop };
                        let (one, other) = tokio::join!(
                            take(&world.shop, step, folders[0].path()),
                            take(shop, beside, folders[1].path()),
                        );
                        u32::from(one) + u32::from(other)
                    }
                    None => u32::from(take(&world.shop, step, folders[0].path()).await),
                };
                done += taken;
                if let Err(broken) = look(&world).await {
                    return Err(format!("after {step:?} beside {beside:?}: {broken}"));
                }
            }
            Ok(done)
        });
        prop_assert!(done.is_ok(), "{}", done.unwrap_err());
    }
}
