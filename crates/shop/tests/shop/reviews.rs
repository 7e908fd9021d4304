//! Reviews, comments and profiles on the embedded engines.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use souk_kernel::{Coded, ErrorCode, Page, ProductId, ReviewId, UserId};
use souk_ports::event::Actor;
use souk_ports::projection::Projection;
use souk_ports::rows::{Review, Specifications};
use souk_runtime::Runner;
use souk_shop::access::Caller;
use souk_shop::catalog::{
    self, ProductFilters, ProductPages, ProductQuery, SearchIndex, StockCounters, show_product_json,
};
use souk_shop::discovery::{SearchMode, SearchRequest, SearchSort, search_products};
use souk_shop::loading::{Files, LoadOptions, load_files};
use souk_shop::orders::{ItemRequest, OrderRef, PlaceFrom, PlaceOrder, cancel, place_order};
use souk_shop::profiles::{
    self, CustomerProfileView, RowDocuments, SellerProfileView, SpecificationView, SpecificationsView,
};
use souk_shop::reviews::{
    self, Error, MAX_DEPTH, NewComment, NewReview, ReviewQuery, Reviews, Sort, Whose, comment, post_review,
};

use crate::loading::{Folder, load};
use crate::world::{Trick, World, money, product, user, variant};

fn projections(world: &World) -> Vec<Arc<dyn Projection>> {
    let shop = &world.shop;
    vec![
        Arc::new(ProductPages::new(shop.documents.clone())),
        Arc::new(SearchIndex::new(shop.search.clone())),
        Arc::new(StockCounters::new(shop.cache.clone())),
        Arc::new(Reviews::new(shop.documents.clone())),
        Arc::new(RowDocuments::specifications(shop.documents.clone())),
        Arc::new(RowDocuments::seller_profiles(shop.documents.clone())),
        Arc::new(RowDocuments::customer_profiles(shop.documents.clone())),
    ]
}

fn runner(world: &World) -> Runner {
    Runner::new(world.shop.store.clone(), projections(world))
}

async fn catch_up(runner: &Runner) {
    let done = runner.catch_up(Duration::from_secs(60)).await.unwrap();
    assert_eq!(done.advanced.len(), 7, "{done:?}");
}

fn other() -> UserId {
    "U002".parse().unwrap()
}

fn new(rating: u8) -> NewReview {
    NewReview {
        rating,
        title: "A <b>bowl</b>".into(),
        content: "Round.\r\nAnd \"deep\" & 'fine'.".into(),
        images: vec!["/media/r/1.webp".into()],
    }
}

async fn reviews_of(world: &World, external: &str, sort: Sort) -> Value {
    let page = Page::new(None, None).unwrap();
    let query = ReviewQuery { whose: Whose::Product(product(external), sort), page };
    serde_json::to_value(reviews::list_reviews(&world.shop, &query, 0).await.unwrap()).unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    result.unwrap_err().code()
}

async fn answer(
    world: &World,
    review: ReviewId,
    parent: Option<souk_kernel::CommentId>,
) -> reviews::CommentView {
    let new = NewComment { content: "So it is.".into(), parent };
    comment(&world.shop, review, other(), new).await.unwrap().view
}

async fn order(world: &World, who: UserId, external: &str) -> souk_kernel::OrderId {
    let item = ItemRequest {
        product_id: product(external),
        variant_id: Some(variant(&format!("{external}-S"))),
        quantity: 1,
        price: money("10"),
    };
    let order = PlaceOrder {
        user: who,
        from: PlaceFrom::Items(vec![item]),
        shipping_address: Some(crate::world::home()),
        payment_method_id: None,
        idempotency: None,
    };
    place_order(&world.shop, order).await.unwrap().order_id
}

#[tokio::test]
async fn a_review_is_shown_with_its_author_from_documents_and_from_the_store_alike() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    let written = post_review(&world.shop, product("P1"), user(), new(4)).await.unwrap();
    assert_eq!((written.view.author.as_str(), written.view.verified), ("Ada B.", false));
    assert_eq!(written.view.content, "Round.\nAnd \"deep\" & 'fine'.", "markup and quotes are text");
    let nobody = post_review(&world.shop, product("P1"), other(), new(1)).await.unwrap();
    assert_eq!(nobody.view.author, "Former customer", "U002 has no person");
    let first = answer(&world, written.view.id, None).await;
    answer(&world, written.view.id, Some(first.id)).await;

    let before = reviews_of(&world, "P1", Sort::Highest).await;
    assert_eq!(before["summary"]["stars"], json!({"5": 0, "4": 1, "3": 0, "2": 0, "1": 1}));
    assert_eq!((&before["summary"]["average"], &before["total"]), (&json!(2.5), &json!(2)));
    assert_eq!(before["reviews"][0]["comments"][0]["comments"][0]["content"], "So it is.");
    let runner = runner(&world);
    catch_up(&runner).await;
    for sort in [Sort::Newest, Sort::Highest, Sort::Lowest] {
        let page = reviews_of(&world, "P1", sort).await;
        let best = usize::from(sort != Sort::Highest);
        assert_eq!(page["reviews"][best]["rating"], 4, "{sort:?}");
    }
    assert_eq!(reviews_of(&world, "P1", Sort::Highest).await, before);
    let by = ReviewQuery { whose: Whose::User(user()), page: Page::new(None, None).unwrap() };
    let own = reviews::list_reviews(&world.shop, &by, 0).await.unwrap();
    assert_eq!((own.total, own.reviews[0].id), (1, written.view.id));
}

#[tokio::test]
async fn there_is_one_review_a_person_and_product_whatever_becomes_of_answers() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    world.store.plays([Trick::LoseAnswer]);
    post_review(&world.shop, product("P1"), user(), new(4)).await.unwrap();
    assert!(world.store.has_played_all());
    assert_eq!(
        code(post_review(&world.shop, product("P1"), user(), new(5)).await),
        ErrorCode::AlreadyReviewed
    );
    let mut many = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let shop = world.shop.clone();
        many.spawn(async move { post_review(&shop, product("P1"), other(), new(2)).await });
    }
    let answers = many.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    assert_eq!(snapshot.stars(&[product("P1")]).await.unwrap()[0].0, [0, 1, 0, 1, 0]);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    world.write([crate::world::row("P2", None, false).into()], vec![]).await;
    let shop = &world.shop;
    for rating in [0, 6, 255] {
        assert_eq!(
            code(post_review(shop, product("P1"), user(), new(rating)).await),
            ErrorCode::InvalidInput
        );
    }
    for bad in [
        NewReview { title: "x".repeat(201), ..new(3) },
        NewReview { title: " ".into(), ..new(3) },
        NewReview { content: "x".repeat(5_001), ..new(3) },
        NewReview { content: "a\u{0}b".into(), ..new(3) },
        NewReview { images: vec!["https://elsewhere.example/a.png".into()], ..new(3) },
        NewReview { images: vec!["/media/a".into(); 6], ..new(3) },
    ] {
        assert_eq!(code(post_review(shop, product("P1"), user(), bad).await), ErrorCode::InvalidInput);
    }
    let unknown: (ProductId, UserId) = ("P9".parse().unwrap(), "U9".parse().unwrap());
    for (product_id, user_id) in [(product("P2"), user()), (unknown.0, user()), (product("P1"), unknown.1)] {
        assert_eq!(code(post_review(shop, product_id, user_id, new(3)).await), ErrorCode::NotFound);
    }
    let review = post_review(shop, product("P1"), user(), new(3)).await.unwrap().view.id;
    let elsewhere = post_review(shop, product("P1"), other(), new(3)).await.unwrap().view.id;
    let says = |parent| NewComment { content: "Hm".into(), parent };
    let nothing = ReviewId::of(unknown.0, unknown.1);
    assert_eq!(code(comment(shop, nothing, user(), says(None)).await), ErrorCode::NotFound);
    let no_comment = Some(souk_kernel::CommentId::new());
    assert_eq!(code(comment(shop, review, user(), says(no_comment)).await), ErrorCode::NotFound);
    let mut parent = answer(&world, review, None).await.id;
    assert_eq!(code(comment(shop, elsewhere, user(), says(Some(parent))).await), ErrorCode::InvalidInput);
    for _ in 1..MAX_DEPTH {
        parent = answer(&world, review, Some(parent)).await.id;
    }
    let deeper = comment(shop, review, user(), says(Some(parent))).await.unwrap_err();
    assert!(deeper.to_string().contains("8 answers deep"), "{deeper}");
    let row = shop.store.snapshot().await.unwrap().one::<Review>(review).await.unwrap().unwrap();
    assert_eq!(row.version, 1);
}

#[tokio::test]
async fn the_mark_of_having_bought_follows_orders_and_cancellations() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    world.sells("P2", "10", 5).await;
    post_review(&world.shop, product("P1"), user(), new(5)).await.unwrap();
    let runner = runner(&world);
    let verified = async || {
        catch_up(&runner).await;
        reviews_of(&world, "P1", Sort::Newest).await["reviews"][0]["verified"] == json!(true)
    };
    assert!(!verified().await);
    order(&world, user(), "P2").await;
    order(&world, other(), "P1").await;
    assert!(!verified().await, "another product, and another person");
    let placed = order(&world, user(), "P1").await;
    assert!(verified().await);
    let second = order(&world, user(), "P1").await;
    cancel(&world.shop, OrderRef::Id(placed), None, Caller::System).await.unwrap();
    assert!(verified().await, "one order still stands");
    cancel(&world.shop, OrderRef::Id(second), None, Caller::System).await.unwrap();
    assert!(!verified().await);
    // Who has bought it before writing is known at once.
    order(&world, other(), "P2").await;
    assert!(post_review(&world.shop, product("P2"), other(), new(5)).await.unwrap().view.verified);
}

#[tokio::test]
async fn the_rating_follows_in_page_list_and_search_and_documents_can_be_rebuilt() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let runner = runner(&world);
    catch_up(&runner).await;
    world.shop.pages.follow_from(0);
    let shown = async || -> Value {
        let page = show_product_json(&world.shop, product("P11"), 0).await.unwrap();
        serde_json::from_slice(&page.json).unwrap()
    };
    assert_eq!(shown().await["rating"], Value::Null);
    let posted = post_review(&world.shop, product("P11"), user(), new(4)).await.unwrap();
    post_review(&world.shop, product("P11"), other(), new(5)).await.unwrap();
    let entry = SpecificationView { name: "Width".into(), value: "30".into(), unit: Some("cm".into()) };
    let told = SpecificationsView { specifications: vec![entry] };
    profiles::set_specifications(&world.shop, product("P11"), told.clone(), Actor::Staff).await.unwrap();
    answer(&world, posted.view.id, None).await;
    world.shop.pages.follow(&world.events_after(0).await.1);
    let page = shown().await;
    assert_eq!((&page["rating"], &page["num_reviews"]), (&json!(4.5), &json!(2)), "from the store, at once");
    catch_up(&runner).await;
    assert_eq!(shown().await, page);
    assert_eq!(page["specifications"], json!([{"name": "Width", "value": "30", "unit": "cm"}]));
    assert_eq!(page["reviews"]["count"], 2);
    assert_eq!(profiles::show_specifications(&world.shop, product("P11")).await.unwrap(), told);
    let everything = ProductQuery::newest(None, Page::new(None, None).unwrap());
    let listed = catalog::list_products(&world.shop, &everything, 0).await.unwrap();
    let bowl = listed.products.iter().find(|view| view.id == product("P11")).unwrap();
    assert_eq!((bowl.rating, bowl.num_reviews), (Some(4.5), 2));
    let words = SearchRequest {
        text: "oak bowl".into(),
        filters: ProductFilters::default(),
        sort: SearchSort::Relevance,
        mode: SearchMode::Text,
        page: Page::new(None, None).unwrap(),
    };
    let found = search_products(&world.shop, &words, 0).await.unwrap();
    assert_eq!((found.results[0].product.rating, found.results[0].product.num_reviews), (Some(4.5), 2));

    for projection in projections(&world) {
        let before = projection.dump().await.unwrap();
        world.project(&*projection).await;
        assert_eq!(projection.dump().await.unwrap(), before, "{}", projection.name());
    }
}

#[tokio::test]
async fn workshops_and_customers_tell_of_themselves() {
    let (world, folder) = (World::new().await, Folder::sound());
    load(&world, &folder).await;
    let seller = "S11".parse().unwrap();
    let told: SellerProfileView = serde_json::from_value(json!({
        "story": "It began with a lathe.", "techniques": ["turning"],
        "portfolio": [{"title": "A font lid", "description": "Of one piece.", "year": 2019, "image": null}],
    }))
    .unwrap();
    profiles::set_seller_profile(&world.shop, seller, told.clone(), Actor::Staff).await.unwrap();
    let customer: CustomerProfileView =
        serde_json::from_value(json!({"about": "I bake.", "interests": ["bowls"], "newsletter": true}))
            .unwrap();
    profiles::set_customer_profile(&world.shop, user(), customer.clone()).await.unwrap();
    let runner = runner(&world);
    // First from the store, then from documents.
    for _ in 0..2 {
        let shown = catalog::show_seller(&world.shop, seller, 0).await.unwrap();
        assert_eq!(shown.profile.as_ref(), Some(&told));
        let shown = profiles::show_customer_profile(&world.shop, user()).await.unwrap();
        assert_eq!(shown, customer);
        let nothing = profiles::show_customer_profile(&world.shop, other()).await.unwrap();
        assert_eq!(nothing, CustomerProfileView::default());
        catch_up(&runner).await;
    }
    let elsewhere =
        json!({"story": "x", "portfolio": [{"title": "x", "image": "https://elsewhere.example/x"}]});
    let bad = serde_json::from_value(elsewhere).unwrap();
    let refused = profiles::set_seller_profile(&world.shop, seller, bad, Actor::Staff).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::InvalidInput);
    assert!(refused.to_string().contains("number 1"), "{refused}");
}

#[tokio::test]
async fn a_file_of_reviews_is_loaded_once_and_its_bad_items_are_named() {
    let (world, folder) = (World::new().await, Folder::sound());
    let write = |file: &str, content: &str| std::fs::write(folder.path().join(file), content).unwrap();
    let review = |id: &str, user: &str, product: &str, more: &str| {
        format!(
            r#"{{"external_id":"{id}","user_id":"{user}","product_id":"{product}","rating":5,"title":"Fine","content":"Yes","created_at":"2025-06-01T10:00:00Z"{more}}}"#
        )
    };
    let said = |below: &str| {
        format!(
            r#"{{"user_id":"U12","content":"Hm","created_at":"2025-06-02T10:00:00Z","comments":[{below}]}}"#
        )
    };
    let thread = format!(r#","comments":[{},{}]"#, said(&said("")), said(""));
    let deep = (0..9).fold(String::new(), |below, _| said(&below));
    let deep = format!(r#","comments":[{deep}]"#);
    let good = [review("R1", "U11", "P11", &thread), review("R2", "U12", "P11", "")].join(",\n");
    let bad = [
        review("R3", "U11", "P11", ""),
        review("R4", "U99", "P11", ""),
        review("R5", "U12", "P99", ""),
        review("R6", "U12", "P12", "").replace("\"rating\":5", "\"rating\":3.5"),
        review("R7", "U12", "P12", "").replace("\"rating\":5", "\"rating\":6"),
        review("R8", "U11", "P12", &deep),
        r#"{"external_id":"R9"}"#.to_owned(),
    ]
    .join(",\n");
    write("reviews.json", &format!("[\n{good},\n{bad}\n]\n"));
    write(
        "specifications.json",
        r#"[{"product_id":"P11","specifications":[{"name":"Width","value":"30","unit":"cm"}]}]"#,
    );
    write("profiles.json", r#"[{"seller_id":"S11","story":"A lathe."},{"user_id":"U11","about":"I bake."}]"#);
    let files = || Files::from_dir(folder.path()).unwrap();
    let strict = LoadOptions { strict: true, ..LoadOptions::default() };
    let refused = load_files(&world.shop, files(), &strict, &mut |_| ()).await.unwrap();
    assert_eq!((refused.loaded, refused.rejected), (false, 7));
    let report = load(&world, &folder).await;
    assert_eq!((report.reviews.added, report.comments.added, report.rejected), (2, 3, 7));
    assert_eq!((report.specifications.added, report.profiles.added), (1, 2));
    let mut lines: Vec<u64> = report.rejects.iter().map(|reject| reject.line).collect();
    lines.sort_unstable();
    assert_eq!(lines, [4, 5, 6, 7, 8, 9, 10]);
    for part in ["user_id", "product_id", "second review", "3.5", "1 to 5", "8 deep", "missing field"] {
        assert!(report.rejects.iter().any(|reject| reject.to_string().contains(part)), "{part}");
    }
    let head = report.position.unwrap();
    let again = load(&world, &folder).await;
    assert_eq!((again.total().added, again.total().changed, again.position), (0, 0, None));
    assert!(head.position > 0);

    // What the first load did not get to is added beside what is there.
    let more = good.replace(r#""content":"Hm""#, r#""content":"Hm hm""#);
    write("reviews.json", &format!("[{more},{}]", review("R10", "U11", "P12", "")));
    let third = load(&world, &folder).await;
    assert_eq!((third.reviews.added, third.reviews.unchanged, third.comments.unchanged), (1, 2, 3));
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let row = snapshot.one::<Specifications>(product("P11")).await.unwrap().unwrap();
    assert_eq!((row.version, row.row.entries.len()), (1, 1));
    assert_eq!(reviews_of(&world, "P11", Sort::Newest).await["reviews"].as_array().unwrap().len(), 2);
}
