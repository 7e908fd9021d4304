//! Writing the catalogue by hand: products, variants, categories and sellers, created, changed and taken off the shelves.

use serde_json::{Value, json};
use souk_kernel::{CategoryId, Coded, ErrorCode, Page, ProductId, SellerId};
use souk_ports::event::Actor;
use souk_ports::rows::{Category, Product, Seller, SellerProfile};
use souk_shop::Query;
use souk_shop::carts::{self, AddItem, Owner};
use souk_shop::catalog::{
    self, CategoryChange, Error, MeantFor, NewCategory, NewProduct, NewSeller, NewVariant, PriceHistory,
    ProductChange, SellerChange, VariantChange,
};
use souk_shop::orders::IdempotencyKey;
use souk_shop::profiles::{RowDocuments, SellerProfileView, set_seller_profile};

use crate::loading::{Folder, load};
use crate::world::{Trick, World, money, product, user, variant};

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap_or_else(|error| panic!("{error}"))
}

fn category(id: &str) -> CategoryId {
    id.parse().unwrap()
}

fn seller(id: &str) -> SellerId {
    id.parse().unwrap()
}

fn key(key: &str, body: u8) -> Option<IdempotencyKey> {
    Some(IdempotencyKey { key: key.to_owned(), request_hash: [body; 32] })
}

async fn loaded() -> (World, Folder) {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    (world, folder)
}

async fn create(world: &World, new: Value) -> Result<ProductId, Error> {
    let new: NewProduct = read(new);
    catalog::create_product(&world.shop, &new, None, Actor::Staff).await.map(|created| created.id)
}

async fn change(world: &World, external: &str, change: Value) -> Result<(), Error> {
    let change: ProductChange = read(change);
    catalog::change_product(&world.shop, product(external), &change, Actor::Staff).await.map(drop)
}

async fn change_sku(world: &World, sku: &str, change: Value) -> Result<(), Error> {
    let change: VariantChange = read(change);
    catalog::change_variant(&world.shop, variant(sku), &change, Actor::Staff).await.map(drop)
}

async fn move_to(world: &World, id: &str, change: Value) -> Result<(), Error> {
    let change: CategoryChange = read(change);
    catalog::change_category(&world.shop, category(id), &change, Actor::Staff).await.map(drop)
}

async fn now(world: &World, id: ProductId) -> Value {
    serde_json::to_value(catalog::product_now(&world.shop, id).await.unwrap()).unwrap()
}

async fn variant_now(world: &World, sku: &str) -> Value {
    serde_json::to_value(catalog::variant_now(&world.shop, variant(sku)).await.unwrap()).unwrap()
}

#[track_caller]
fn names_field<T: std::fmt::Debug>(result: Result<T, Error>, field: &str) {
    match result {
        Err(Error::Invalid { field: named, .. }) => assert_eq!(named, field),
        other => panic!("{field}: {other:?}"),
    }
}

fn everything() -> Value {
    json!({
        "external_id": "P21", "name": "Ash bowl", "description": "Turned", "price": 40, "category_id": "C12",
        "also_in": ["C13", "C12", "C13"], "seller_id": "S11", "brand": "Ash", "tags": ["bowl"],
        "materials": ["ash"], "care": "Oil it", "status": "active", "options": ["Wood"],
        "default_variant": "P21-L", "slug": "ash-bowl", "seo_title": "Bowls", "seo_description": "Of ash",
        "images": [{"url": "https://a.example/b.jpg", "alt": "A bowl"}], "metadata": {"shelf": "B7"},
        "variants": [
            {"sku": "P21-S", "size": "S", "stock": 4, "options": [{"name": "Wood", "value": "Ash"}]},
            {
                "sku": "P21-L", "size": "L", "price_adjustment": 5, "stock": 2, "list_price": 60,
                "sale": {"price": 42, "from": "2020-11-27", "until": "2020-11-30T00:00:00Z"},
                "gtin": "4006381333931", "mpn": "AB-L", "weight_g": 640, "dimensions_mm": [300, 300, 120],
                "metadata": {"bin": "4"}
            },
        ],
    })
}

#[tokio::test]
async fn a_product_is_created_with_all_that_can_be_said_of_it() {
    let (world, _folder) = loaded().await;
    let id = create(&world, everything()).await.unwrap();
    assert_eq!(id, product("P21"));
    let shown = serde_json::to_value(catalog::show_product(&world.shop, id).await.unwrap()).unwrap();
    assert_eq!((&shown["category"], &shown["seller"]["name"]), (&json!("Bowls"), &json!("Ash & Oak")));
    assert_eq!((&shown["also_in"], &shown["options"]), (&json!([category("C13")]), &json!(["Wood"])));
    assert_eq!((&shown["default_variant"], &shown["version"]), (&json!(variant("P21-L")), &json!(1)));
    assert_eq!((&shown["slug"], &shown["stock"]), (&json!("ash-bowl"), &json!(6)));
    assert_eq!(shown["variants"][0]["options"], json!([{"name": "Wood", "value": "Ash"}]));
    let large = &shown["variants"][1];
    assert_eq!((&large["price"], &large["list_price"]), (&json!(45.0), &json!(60.0)));
    let sale = json!({"price": 42.0, "from": "2020-11-27T00:00:00Z", "until": "2020-11-30T00:00:00Z"});
    assert_eq!((&large["sale"], &large["gtin"]), (&sale, &json!("4006381333931")));
    assert_eq!((&large["weight_g"], &large["dimensions_mm"]), (&json!(640), &json!([300, 300, 120])));
    // What others keep with it is not for shoppers.
    assert_eq!((&shown["metadata"], &large["metadata"]), (&Value::Null, &Value::Null));
    assert_eq!(now(&world, id).await["metadata"], json!({"shelf": "B7"}));
    assert_eq!(variant_now(&world, "P21-L").await["metadata"], json!({"bin": "4"}));
}

#[tokio::test]
async fn a_product_without_variants_gets_one() {
    let (world, _folder) = loaded().await;
    let plain = json!({"external_id": "P22", "name": "Cup", "category_id": "C12", "price": 9, "stock": 3});
    let id = create(&world, plain).await.unwrap();
    let shown = now(&world, id).await;
    assert_eq!((&shown["variants"][0]["sku"], &shown["stock"]), (&json!("P22"), &json!(3)));
    let nameless = create(&world, json!({"name": "Cup", "category_id": "C12", "status": "draft"})).await;
    let shown = now(&world, nameless.unwrap()).await;
    assert_eq!((&shown["status"], &shown["is_active"]), (&json!("draft"), &json!(false)));
    let sku = shown["variants"][0]["sku"].as_str().unwrap();
    assert_eq!(shown["variants"][0]["id"], json!(variant(sku)), "its SKU leads to it");
}

#[tokio::test]
async fn what_cannot_be_a_product_is_refused_by_the_field() {
    let (world, _folder) = loaded().await;
    for (field, value) in [
        ("name", json!(" ")),
        ("name", json!(" Bowl")),
        ("external_id", json!("a b")),
        ("external_id", json!(ProductId::new())),
        ("price", json!(-1)),
        ("price", json!(0.125)),
        ("category_id", json!("C99")),
        ("category_id", Value::Null),
        ("also_in", json!(["C13", "C99"])),
        ("seller_id", json!("S99")),
        ("options", json!(["Wood", "wood"])),
        ("options", json!([])),
        ("default_variant", json!("P11-S")),
        ("slug", json!("a/b")),
        ("slug", json!("..")),
        ("images", json!([{"url": "javascript:alert(1)"}])),
        ("stock", json!(1)),
        ("metadata", json!({"": "x"})),
    ] {
        let mut new = everything();
        new[field] = value;
        names_field(create(&world, new).await, field);
    }
    for (field, value) in [
        ("sku", json!("")),
        ("stock", json!(-1)),
        ("price_adjustment", json!(-40)),
        ("size", json!("")),
        ("options", json!([{"name": "Colour", "value": "red"}])),
        ("list_price", json!(0)),
        ("sale", json!({"from": "2026-01-01"})),
        ("sale", json!({"price": 1, "from": "2026-01-02", "until": "2026-01-02"})),
        ("gtin", json!("4006381333932")),
    ] {
        let mut new = everything();
        new["variants"][0][field] = value;
        names_field(create(&world, new).await, field);
    }
    let mut twice = everything();
    twice["variants"][1] = json!({"sku": "P21-S"});
    names_field(create(&world, twice).await, "variants");
    let mut alike = everything();
    alike["variants"][1] =
        json!({"sku": "P21-M", "size": "S", "options": [{"name": "Wood", "value": "Ash"}]});
    alike["default_variant"] = Value::Null;
    assert!(matches!(create(&world, alike).await, Err(Error::AlreadyThere { .. })));
    assert!(catalog::product_now(&world.shop, product("P21")).await.is_err());
}

#[tokio::test]
async fn what_is_there_is_not_created_again() {
    let (world, _folder) = loaded().await;
    create(&world, everything()).await.unwrap();
    let there = create(&world, everything()).await.unwrap_err();
    assert_eq!((there.code().slug(), there.code().http_status()), ("already-there", 409));
    let sku = json!({"name": "Other", "category_id": "C12", "variants": [{"sku": "P11-S"}]});
    assert_eq!(create(&world, sku).await.unwrap_err().to_string(), "there is a variant `P11-S` already");
    // A slug leads to its product for ever.
    change(&world, "P21", json!({"slug": "bowl-of-ash"})).await.unwrap();
    let taken = json!({"name": "Other", "category_id": "C12", "slug": "ash-bowl"});
    assert!(matches!(create(&world, taken).await, Err(Error::AlreadyThere { .. })));
    assert!(matches!(
        change(&world, "P11", json!({"slug": "bowl-of-ash"})).await,
        Err(Error::AlreadyThere { .. })
    ));
    change(&world, "P21", json!({"slug": "ash-bowl"})).await.unwrap();
}

#[tokio::test]
async fn the_same_request_creates_once() {
    let (world, _folder) = loaded().await;
    let new: NewProduct = read(json!({"name": "Cup", "category_id": "C12"}));
    let first = catalog::create_product(&world.shop, &new, key("k", 1), Actor::Staff).await.unwrap();
    let again = catalog::create_product(&world.shop, &new, key("k", 1), Actor::Staff).await.unwrap();
    assert_eq!(first, again);
    let other = catalog::create_product(&world.shop, &new, key("k", 2), Actor::Staff).await.unwrap_err();
    assert_eq!(other.code(), ErrorCode::KeyReused);

    // An answer that is lost is no other product either.
    world.store.plays([Trick::LoseAnswer, Trick::LoseAnswer]);
    let external: NewProduct =
        read(json!({"external_id": "P23", "name": "Cup", "category_id": "C12", "stock": 2}));
    catalog::create_product(&world.shop, &external, None, Actor::Staff).await.unwrap();
    assert!(world.store.has_played_all());
    assert_eq!(world.stock("P23").await, 2);

    let (one, two) = tokio::join!(
        catalog::create_product(&world.shop, &new, key("both", 1), Actor::Staff),
        catalog::create_product(&world.shop, &new, key("both", 1), Actor::Staff),
    );
    assert_eq!(one.unwrap().id, two.unwrap().id);
}

#[tokio::test]
async fn every_field_of_a_product_is_set_kept_and_removed() {
    let (world, _folder) = loaded().await;
    create(&world, everything()).await.unwrap();
    let before = now(&world, product("P21")).await;
    change(&world, "P21", json!({})).await.unwrap();
    assert_eq!(now(&world, product("P21")).await, before, "what is absent stays");
    change(
        &world,
        "P21",
        json!({
            "seller_id": null, "brand": null, "care": null, "slug": null, "seo_title": null,
            "seo_description": null, "default_variant": null, "price": null, "also_in": [],
            "metadata": {"shelf": null, "row": "2"},
        }),
    )
    .await
    .unwrap();
    let after = now(&world, product("P21")).await;
    for field in ["seller", "brand", "care", "slug", "seo_title", "seo_description", "price", "also_in"] {
        assert_eq!(after[field], Value::Null, "{field}");
    }
    assert_eq!((&after["metadata"], &after["name"]), (&json!({"row": "2"}), &json!("Ash bowl")));
    assert_eq!(after["default_variant"], json!(variant("P21-S")), "the first one");
    change(&world, "P21", json!({"category_id": "C13", "seller_id": "S12", "is_hidden": true}))
        .await
        .unwrap();
    let after = now(&world, product("P21")).await;
    assert_eq!((&after["category"], &after["seller"]["name"]), (&json!("Wool"), &json!("Spindle")));
    assert_eq!((&after["status"], &after["is_active"]), (&json!("active"), &json!(false)));

    for (field, change) in [
        ("is_active", json!({"is_active": true, "status": "draft"})),
        ("options", json!({"options": []})),
        ("default_variant", json!({"default_variant": "P11-S"})),
        ("category_id", json!({"category_id": "C99"})),
    ] {
        let change: ProductChange = read(change);
        let changed = catalog::change_product(&world.shop, product("P21"), &change, Actor::Staff).await;
        names_field(changed, field);
    }
    for bad in [json!({"name": null}), json!({"tags": null}), json!({"status": null})] {
        let error = serde_json::from_value::<ProductChange>(bad).unwrap_err().to_string();
        assert!(error.contains("removes what cannot be removed"), "{error}");
    }
}

#[tokio::test]
async fn a_product_that_is_archived_leaves_the_shelves_and_comes_back() {
    let (world, _folder) = loaded().await;
    let archive = async || {
        catalog::archive_product(&world.shop, product("P11"), MeantFor::Any, Actor::Staff).await.unwrap()
    };
    assert!(archive().await.is_some());
    assert_eq!(archive().await, None, "it is archived already");
    assert!(catalog::show_product(&world.shop, product("P11")).await.is_err());
    let archived = now(&world, product("P11")).await;
    assert_eq!((&archived["status"], &archived["is_active"]), (&json!("archived"), &json!(false)));
    change(&world, "P11", json!({"status": "active"})).await.unwrap();
    assert!(catalog::show_product(&world.shop, product("P11")).await.is_ok());
}

#[tokio::test]
async fn variants_come_change_and_go_and_the_last_one_stays() {
    let (world, _folder) = loaded().await;
    let new = |json| read::<NewVariant>(json);
    let add = async |json| {
        catalog::create_variant(&world.shop, product("P11"), &new(json), None, Actor::Staff).await
    };
    let alike = add(json!({"sku": "P11-X", "size": "small", "color": "brown"})).await;
    assert!(matches!(alike, Err(Error::AlreadyThere { .. })));
    let added =
        add(json!({"sku": "P11-XL", "size": "huge", "price_adjustment": 20, "stock": 1})).await.unwrap();
    assert_eq!(added.id, variant("P11-XL"));
    let shown = now(&world, product("P11")).await;
    assert_eq!((&shown["variants"][2]["sku"], &shown["version"]), (&json!("P11-XL"), &json!(2)));

    change_sku(&world, "P11-XL", json!({"weight_g": 900, "sale": {"price": 50}, "gtin": "96385074"}))
        .await
        .unwrap();
    change_sku(&world, "P11-XL", json!({"sale": {"until": "2027-01-01"}})).await.unwrap();
    let shown = variant_now(&world, "P11-XL").await;
    let sale = json!({"price": 50.0, "from": null, "until": "2027-01-01T00:00:00Z"});
    assert_eq!((&shown["sale"], &shown["weight_g"], &shown["version"]), (&sale, &json!(900), &json!(3)));
    change_sku(&world, "P11-XL", json!({"sale": null, "weight_g": null})).await.unwrap();
    let shown = variant_now(&world, "P11-XL").await;
    assert_eq!((&shown["sale"], &shown["weight_g"]), (&Value::Null, &Value::Null));

    change(&world, "P11", json!({"default_variant": "P11-L"})).await.unwrap();
    let retire =
        async |sku| catalog::retire_variant(&world.shop, variant(sku), MeantFor::Any, Actor::Staff).await;
    retire("P11-L").await.unwrap().unwrap();
    let shown = now(&world, product("P11")).await;
    assert_eq!(shown["default_variant"], json!(variant("P11-S")), "the default moves on");
    assert_eq!((&shown["stock"], shown["variants"].as_array().unwrap().len()), (&json!(11), 2));
    retire("P11-S").await.unwrap().unwrap();
    let last = retire("P11-XL").await.unwrap_err();
    assert_eq!((last.code().slug(), last.code().http_status()), ("still-needed", 409));

    // What is retired is not sold, whoever asks for it.
    let buy = async |sku: Option<&str>| {
        let item = AddItem { product_id: product("P11"), variant_id: sku.map(variant), quantity: 1 };
        carts::add_item(&world.shop, Owner::named(user()), item).await
    };
    assert_eq!(buy(Some("P11-S")).await.unwrap_err().code(), ErrorCode::NotForSale);
    assert_eq!(buy(None).await.unwrap().items[0].variant_id, variant("P11-XL"));
    change_sku(&world, "P11-S", json!({"is_retired": false})).await.unwrap();
    buy(Some("P11-S")).await.unwrap();
}

/// Each leaves one variant, and together they would leave none.
#[tokio::test]
async fn of_two_last_variants_only_one_goes() {
    let (world, _folder) = loaded().await;
    let retire = |sku| catalog::retire_variant(&world.shop, variant(sku), MeantFor::Any, Actor::Staff);
    let (small, large) = tokio::join!(retire("P11-S"), retire("P11-L"));
    assert_ne!(small.is_ok(), large.is_ok());
}

#[tokio::test]
async fn a_change_that_is_meant_for_another_version_is_refused() {
    let (world, _folder) = loaded().await;
    let meant = |versions: &[u64]| MeantFor::Versions(versions.to_vec());
    let rename = |name: &str, meant_for| ProductChange {
        name: Some(name.to_owned()),
        meant_for,
        ..ProductChange::default()
    };
    let apply = async |change: ProductChange| {
        catalog::change_product(&world.shop, product("P11"), &change, Actor::Staff).await
    };
    apply(rename("One", meant(&[1]))).await.unwrap();
    let late = apply(rename("Two", meant(&[1]))).await.unwrap_err();
    assert_eq!((late.code().slug(), late.code().http_status()), ("not-as-seen", 412));
    apply(rename("Two", meant(&[1, 2]))).await.unwrap();
    assert!(apply(rename("Three", meant(&[]))).await.is_err());
    let stock = ProductChange { stock_change: Some(1), meant_for: meant(&[1]), ..ProductChange::default() };
    assert!(apply(stock).await.is_err());
    let retire = async |version| {
        catalog::retire_variant(&world.shop, variant("P11-S"), meant(&[version]), Actor::Staff).await
    };
    assert!(retire(2).await.is_err());
    retire(1).await.unwrap();
    let moved = CategoryChange { parent: Some(None), meant_for: meant(&[2]), ..CategoryChange::default() };
    assert!(catalog::change_category(&world.shop, category("C12"), &moved, Actor::Staff).await.is_err());
}

#[tokio::test]
async fn categories_are_created_moved_with_what_lies_in_them_and_never_into_a_circle() {
    let (world, _folder) = loaded().await;
    let create = async |json: Value| {
        catalog::create_category(&world.shop, &read::<NewCategory>(json), None, Actor::Staff).await
    };
    create(json!({"external_id": "C14", "name": "Salad bowls", "parent": "C12"})).await.unwrap();
    for (field, bad) in [
        ("name", json!({"name": ""})),
        ("parent", json!({"name": "Cups", "parent": "C99"})),
        ("image", json!({"name": "Cups", "image": "javascript:x"})),
        ("external_id", json!({"name": "Cups", "external_id": "a/b"})),
    ] {
        names_field(create(bad).await, field);
    }
    let beside = create(json!({"name": "SALAD bowls", "parent": "C12"})).await;
    assert!(matches!(beside, Err(Error::AlreadyThere { .. })));
    create(json!({"name": "Salad bowls"})).await.unwrap();

    for inner in ["C11", "C12", "C14"] {
        names_field(move_to(&world, "C11", json!({ "parent": inner })).await, "parent");
    }
    move_to(&world, "C12", json!({"parent": "C13", "name": "Basins"})).await.unwrap();
    let page = catalog::show_product(&world.shop, product("P11")).await.unwrap();
    assert_eq!(page.product.category, "Basins");
    let wool = catalog::show_category(&world.shop, category("C13"), 0).await.unwrap();
    assert_eq!((wool.category.products, wool.version), (2, 1), "what lies below it counts");
    assert_eq!(catalog::show_category(&world.shop, category("C11"), 0).await.unwrap().category.products, 0);
    move_to(&world, "C12", json!({"parent": null})).await.unwrap();
    assert_eq!(catalog::show_category(&world.shop, category("C12"), 0).await.unwrap().category.parent, None);
    let unknown = move_to(&world, "C99", json!({"name": "x"})).await.unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::NotFound);
}

/// Each is right beside what was there; together they would make a circle.
#[tokio::test]
async fn of_two_moves_at_once_none_makes_a_circle() {
    let (world, _folder) = loaded().await;
    for round in 0..20 {
        move_to(&world, "C12", json!({"parent": "C11"})).await.unwrap();
        move_to(&world, "C13", json!({"parent": null})).await.unwrap();
        let (one, two) = tokio::join!(
            move_to(&world, "C11", json!({"parent": "C13"})),
            move_to(&world, "C13", json!({"parent": "C12"})),
        );
        assert_ne!(one.is_ok(), two.is_ok(), "round {round}");
        move_to(&world, "C11", json!({"parent": null})).await.unwrap();
    }
}

#[tokio::test]
async fn sellers_are_created_and_changed() {
    let (world, _folder) = loaded().await;
    let new = |json| read::<NewSeller>(json);
    let create = async |json| catalog::create_seller(&world.shop, &new(json), None, Actor::Staff).await;
    let kiln =
        json!({"external_id": "S21", "name": "Kiln", "city": "Porto", "country": "PT", "founded": 1987});
    create(kiln.clone()).await.unwrap();
    assert!(matches!(create(kiln).await, Err(Error::AlreadyThere { .. })));
    for (field, bad) in [
        ("country", json!({"name": "Kiln", "country": "pt"})),
        ("founded", json!({"name": "Kiln", "founded": 12})),
        ("user_id", json!({"name": "Kiln", "user_id": "U999"})),
        ("name", json!({"name": ""})),
    ] {
        names_field(create(bad).await, field);
    }
    let change: SellerChange = read(json!({"name": "The Kiln", "founded": null}));
    catalog::change_seller(&world.shop, seller("S21"), &change, Actor::Staff).await.unwrap();
    let shown = catalog::show_seller(&world.shop, seller("S21"), 0).await.unwrap();
    assert_eq!((shown.name.as_str(), shown.city.as_deref()), ("The Kiln", Some("Porto")));
    assert_eq!((shown.founded, shown.version), (None, 2));
}

#[tokio::test]
async fn the_history_tells_who_changed_which_price() {
    let (world, _folder) = loaded().await;
    change(&world, "P11", json!({"price": 41.5, "name": "Oak bowl, large"})).await.unwrap();
    change(&world, "P11", json!({"care": "Wipe it"})).await.unwrap();
    let dearer: VariantChange = read(json!({"price_adjustment": 7}));
    let by = Actor::User(user());
    catalog::change_variant(&world.shop, variant("P11-L"), &dearer, by).await.unwrap();
    let ask = async |page| {
        let query = PriceHistory { product: product("P11"), page: Page::new(Some(page), Some(2)).unwrap() };
        query.answer(&world.shop, 0).await.unwrap()
    };
    let first = ask(1).await;
    assert_eq!((first.total, first.pages, first.changes.len()), (3, 2, 2));
    let last = &first.changes[0];
    assert_eq!((last.sku.as_deref(), last.by), (Some("P11-L"), catalog::ChangedBy::User));
    assert_eq!((last.from, last.to), (Some(money("46.50")), Some(money("48.50"))));
    let by_staff = &first.changes[1];
    assert_eq!(
        (by_staff.from, by_staff.to, by_staff.by),
        (Some(money("39.90")), Some(money("41.50")), catalog::ChangedBy::Staff)
    );
    let loaded = &ask(2).await.changes[0];
    assert_eq!((loaded.from, loaded.to, loaded.by), (None, Some(money("39.90")), catalog::ChangedBy::System));
    let nobody = PriceHistory { product: product("P99"), page: Page::new(None, None).unwrap() };
    assert_eq!(nobody.answer(&world.shop, 0).await.unwrap_err().code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn what_was_changed_by_hand_is_not_undone_by_the_same_file() {
    let (world, folder) = loaded().await;
    change(&world, "P12", json!({"category_id": "C12", "status": "archived"})).await.unwrap();
    catalog::retire_variant(&world.shop, variant("P11-S"), MeantFor::Any, Actor::Staff).await.unwrap();
    move_to(&world, "C12", json!({"parent": null, "name": "Basins"})).await.unwrap();
    let renamed: SellerChange = read(json!({"name": "Ash & Elm"}));
    catalog::change_seller(&world.shop, seller("S11"), &renamed, Actor::Staff).await.unwrap();
    let again = load(&world, &folder).await;
    assert_eq!((again.total().changed, again.categories.kept, again.sellers.kept), (0, 1, 1));
    // What the file says anew counts; the rest stays as it was set by hand.
    folder.replace("categories.csv", "C12,Bowls,Turned", "C12,Bowls,Turned from wood");
    folder.replace("sellers.csv", "Köln,DE,1999", "Bonn,DE,1999");
    load(&world, &folder).await;
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let bowls = snapshot.one::<Category>(category("C12")).await.unwrap().unwrap().row;
    assert_eq!((bowls.name.as_str(), bowls.parent), ("Basins", None));
    assert_eq!(bowls.description, "Turned from wood");
    let ash = snapshot.one::<Seller>(seller("S11")).await.unwrap().unwrap().row;
    assert_eq!((ash.name.as_str(), ash.city.as_deref()), ("Ash & Elm", Some("Bonn")));
    let wool = snapshot.one::<Product>(product("P12")).await.unwrap().unwrap().row;
    assert_eq!((wool.category_id, wool.is_active), (category("C12"), false));
    assert_eq!(variant_now(&world, "P11-S").await["is_retired"], json!(true));
}

#[tokio::test]
async fn a_file_and_a_move_by_hand_make_no_circle_together() {
    let (world, folder) = loaded().await;
    // The shop has put the kitchen into wool; the file comes to say that wool lies in the bowls of the kitchen.
    move_to(&world, "C11", json!({"parent": "C13"})).await.unwrap();
    folder.replace("categories.csv", "C13,Wool,,,", "C13,Wool,,C12,");
    let report = load(&world, &folder).await;
    assert_eq!(report.rejected, 1, "{:?}", report.rejects);
    let wool = world.shop.store.snapshot().await.unwrap().one::<Category>(category("C13")).await.unwrap();
    assert_eq!(wool.unwrap().row.parent, None);
}

#[tokio::test]
async fn a_category_is_deleted_when_nothing_lies_in_it() {
    let (world, _folder) = loaded().await;
    let shop = &world.shop;
    let delete = async |id: &str, meant_for: MeantFor| {
        catalog::delete_category(shop, category(id), meant_for, Actor::Staff).await
    };
    let needed = async |id: &str| match delete(id, MeantFor::Any).await {
        Err(Error::StillNeeded { why }) => why,
        other => panic!("{id}: {other:?}"),
    };
    let why = needed("C11").await;
    assert_eq!(why, "category `Kitchen` is not empty: 1 category lies in it (`Bowls`)");
    let new: NewCategory = read(json!({"external_id": "C90", "name": "Vases", "parent": "C11"}));
    catalog::create_category(shop, &new, None, Actor::Staff).await.unwrap();
    create(&world, json!({"name": "Vase", "external_id": "P90", "category_id": "C90"})).await.unwrap();
    create(&world, json!({"name": "Jar", "external_id": "P91", "category_id": "C90"})).await.unwrap();
    let why = needed("C90").await;
    assert_eq!(why, format!("category `Vases` is not empty: 2 products lie in it (`{}` first)", first(&why)));
    change(&world, "P90", json!({"category_id": "C12"})).await.unwrap();
    change(&world, "P91", json!({"category_id": "C12", "also_in": ["C90"]})).await.unwrap();
    assert_eq!(needed("C90").await, "category `Vases` is not empty: 1 product also lies in it (`P91`)");
    change(&world, "P91", json!({"also_in": []})).await.unwrap();

    let late = delete("C90", MeantFor::Versions(vec![7])).await;
    assert!(matches!(late, Err(Error::NotAsSeen { version: 1, .. })), "{late:?}");
    // A product that comes into it in between is seen.
    world.store.plays([Trick::Before(Box::new(|store| {
        let row = crate::world::row("P92", None, true);
        let row = Product { category_id: category("C90"), ..row };
        Box::pin(async move { crate::world::write(&*store, vec![row.into()], vec![]).await })
    }))]);
    assert_eq!(needed("C90").await, "category `Vases` is not empty: 1 product lies in it (`P92`)");
    change(&world, "P92", json!({"category_id": "C12"})).await.unwrap();
    let (gone, _) = delete("C90", MeantFor::Versions(vec![1])).await.unwrap();
    assert_eq!((gone.category.name.as_str(), gone.category.products, gone.version), ("Vases", 0, 1));
    assert_eq!(delete("C90", MeantFor::Any).await.unwrap_err().code(), ErrorCode::NotFound);
    let all = catalog::list_categories(shop, 0).await.unwrap().categories;
    assert!(all.iter().all(|there| there.id != category("C90")));
    names_field(change(&world, "P92", json!({"category_id": "C90"})).await, "category_id");

    // What is free can be taken again.
    catalog::create_category(shop, &new, None, Actor::Staff).await.unwrap();
    let again = catalog::show_category(shop, category("C90"), 0).await.unwrap();
    assert_eq!((again.category.name.as_str(), again.version), ("Vases", 1));
}

/// The product that is named as the first.
fn first(why: &str) -> &str {
    why.rsplit('`').nth(1).unwrap()
}

#[tokio::test]
async fn a_seller_is_deleted_with_what_it_tells_once_it_has_no_products() {
    let (world, _folder) = loaded().await;
    let shop = &world.shop;
    let delete = async |id: &str| catalog::delete_seller(shop, seller(id), MeantFor::Any, Actor::Staff).await;
    match delete("S11").await {
        Err(Error::StillNeeded { why }) => assert!(why.contains("`Ash & Oak` sells "), "{why}"),
        other => panic!("{other:?}"),
    }
    let new: NewSeller = read(json!({"external_id": "S90", "name": "Elm & Co"}));
    catalog::create_seller(shop, &new, None, Actor::Staff).await.unwrap();
    let told = SellerProfileView { story: "Two turners.".into(), ..Default::default() };
    set_seller_profile(shop, seller("S90"), told.clone(), Actor::Staff).await.unwrap();
    world.project(&RowDocuments::<SellerProfile>::seller_profiles(shop.documents.clone())).await;
    let (gone, _) = delete("S90").await.unwrap();
    assert_eq!((gone.name.as_str(), gone.products, gone.profile), ("Elm & Co", 0, Some(told)));
    assert_eq!(delete("S90").await.unwrap_err().code(), ErrorCode::NotFound);

    // Who comes back under the name tells nothing yet.
    world.project(&RowDocuments::<SellerProfile>::seller_profiles(shop.documents.clone())).await;
    catalog::create_seller(shop, &new, None, Actor::Staff).await.unwrap();
    assert_eq!(catalog::show_seller(shop, seller("S90"), 0).await.unwrap().profile, None);
}
