//! What the database itself holds, against whoever writes it.

use super::super::BoxFuture;
use super::super::moving::Sample as _;
use super::*;
use crate::moving::Record;
use crate::rows::{Comment, Person, Review};

/// A way to the database of a store that is not souk's: an operator's.
pub struct Raw {
    /// Runs SQL; what the database said where it refused it.
    pub run: Box<dyn Fn(String) -> BoxFuture<Result<(), String>> + Send + Sync>,
    /// An id as that database writes it in SQL.
    pub id: fn(Uuid) -> String,
}

/// One promise, tried with somebody beside souk.
pub struct RawCase {
    pub name: &'static str,
    pub run: fn(Open, Raw) -> BoxFuture<()>,
}

pub const RAW_CASES: &[RawCase] = &[RawCase {
    name: "the_database_itself_refuses_what_no_row_may_be",
    run: |open, raw| Box::pin(the_database_itself_refuses_what_no_row_may_be(open, raw)),
}];

/// The store has one row of each kind, and a second one of those that are told apart.
async fn the_database_itself_refuses_what_no_row_may_be(open: Open, raw: Raw) {
    let store = open.open().await;
    (*store).fill().await;
    let id = UserId::new();
    let of_other = Person {
        user_id: id,
        name: "B".to_owned(),
        email: "b@example.com".to_owned(),
        phone: None,
        address: None,
    };
    let shelf = Category { external_id: Some("C 2".to_owned()), ..category(CategoryId::new(), None) };
    let product = product(shelf.id, 0, true);
    let workshop = Seller { external_id: Some("S 2".to_owned()), ..seller(SellerId::new()) };
    let second: Vec<Row> = vec![
        user(id),
        of_other.into(),
        shelf.into(),
        workshop.into(),
        variant(product.id, 0).into(),
        product.into(),
        Order { number: Some(2), ..order(OrderId::new(), id) }.into(),
    ];
    must(&*store, Commit { rows: second, ..commit() }).await;
    let run = async |sql: &str| (raw.run)(sql.to_owned()).await;
    run("UPDATE products SET price = price").await.unwrap();
    let nobody = (raw.id)(Uuid::from_u128(u128::MAX));

    let mut wrong: Vec<String> = [
        "products SET price = -1",
        "products SET rating = 5.5",
        "products SET rating = -0.5",
        "products SET num_reviews = -1",
        "sellers SET rating = 6",
        "categories SET parent = id",
        // Two of the stocks are sold beyond what is there, and one is not.
        "stock SET quantity = -1",
        "stock SET allowance = -1",
        "stock SET allowance = 0",
        "stock SET quantity = -4, allowance = 3",
        "holds SET quantity = 0",
        "orders SET status = 'lost'",
        "orders SET total = -1",
        "order_items SET quantity = 0",
        "order_items SET price = -1",
        "reviews SET rating = 0",
        "reviews SET rating = 6",
        "comments SET depth = 0",
        "comments SET parent = id",
        "components SET quantity = 0",
        "components SET part_id = bundle_id",
        // One value for all rows, of which there are two.
        "users SET external_id = 'the same'",
        "persons SET email = 'the@same'",
        "sellers SET external_id = 'the same'",
        "categories SET external_id = 'the same'",
        "products SET external_id = 'the same'",
        "variants SET sku = 'the same'",
        "orders SET number = 1",
    ]
    .map(|what| format!("UPDATE {what}"))
    .to_vec();
    for what in [
        // One row alone: the others would have the same key.
        "persons SET user_id = NOBODY WHERE email = 'b@example.com'",
        "sellers SET user_id = NOBODY",
        "categories SET parent = NOBODY",
        "products SET category_id = NOBODY",
        "products SET seller_id = NOBODY",
        "variants SET product_id = NOBODY",
        "orders SET user_id = NOBODY",
        "order_items SET order_id = NOBODY",
        "order_items SET product_id = NOBODY",
        "order_items SET variant_id = NOBODY",
        "reviews SET product_id = NOBODY",
        "reviews SET user_id = NOBODY",
        "comments SET review_id = NOBODY",
        "comments SET user_id = NOBODY",
        "comments SET parent = NOBODY",
        "components SET part_id = NOBODY",
        "components SET bundle_id = NOBODY",
        "specifications SET product_id = NOBODY",
        "seller_profiles SET seller_id = NOBODY",
        "customer_profiles SET user_id = NOBODY",
    ] {
        wrong.push(format!("UPDATE {}", what.replace("NOBODY", &nobody)));
    }
    // What others name stays.
    for table in ["users", "sellers", "categories", "products", "variants", "orders", "reviews"] {
        wrong.push(format!("DELETE FROM {table}"));
    }
    let before = store.seen().await;
    for sql in wrong {
        let refused = run(&sql).await.expect_err(&sql);
        let said = refused.to_lowercase();
        let what = ["foreign key constraint", "check constraint", "unique constraint"];
        assert!(what.iter().any(|what| said.contains(what)), "{sql}: {refused}");
    }
    assert_eq!(store.seen().await, before);
}

/// To whoever commits it, in words, and nothing else of the commit takes effect.
pub(super) async fn a_row_that_the_database_does_not_keep_is_named(open: Open) {
    let store = open.open().await;
    let shelf = category(CategoryId::new(), None);
    let (bowl, buyer) = (product(shelf.id, 0, true), UserId::new());
    let small = variant(bowl.id, 0);
    let placed = Order { number: Some(1), ..order(OrderId::new(), buyer) };
    let item = OrderItem {
        order_id: placed.id,
        line: 0,
        product_id: bowl.id,
        variant_id: small.id,
        name: "x".to_owned(),
        quantity: 1,
        price: Money::from_hundredths(1).unwrap(),
        snapshot: "{}".to_owned(),
    };
    let stars = Review {
        id: souk_kernel::ReviewId::of(bowl.id, buyer),
        product_id: bowl.id,
        user_id: buyer,
        rating: 5,
        title: String::new(),
        content: String::new(),
        images: Vec::new(),
        created_at: Timestamp::from_ms(0),
    };
    let answer = Comment {
        id: souk_kernel::CommentId::new(),
        review_id: stars.id,
        user_id: buyer,
        parent: Some(souk_kernel::CommentId::new()),
        depth: 1,
        content: String::new(),
        created_at: Timestamp::from_ms(0),
    };
    let rows: Vec<Row> = vec![
        user(buyer),
        shelf.clone().into(),
        bowl.clone().into(),
        small.clone().into(),
        placed.clone().into(),
        item.clone().into(),
        stars.clone().into(),
    ];
    must(&*store, Commit { rows, ..commit() }).await;
    let before = head(&*store).await;
    let less = Money::from_hundredths(-1).unwrap();
    let broken: [(&str, Row); 12] = [
        ("`products`", Product { price: Some(less), ..bowl.clone() }.into()),
        ("`products`", Product { rating: Some(5.5), ..bowl.clone() }.into()),
        ("no such category", Product { category_id: CategoryId::new(), ..bowl.clone() }.into()),
        ("same external id", Product { id: ProductId::new(), ..bowl.clone() }.into()),
        ("same SKU", Variant { id: VariantId::new(), ..small.clone() }.into()),
        ("no such product", variant(ProductId::new(), 0).into()),
        ("no such user", Order { number: Some(2), ..order(OrderId::new(), UserId::new()) }.into()),
        ("no total is below zero", Order { total: less, ..placed.clone() }.into()),
        ("no such order", OrderItem { order_id: OrderId::new(), ..item.clone() }.into()),
        ("less than one piece", OrderItem { quantity: 0, ..item.clone() }.into()),
        ("1 to 5 stars", Review { rating: 6, ..stars.clone() }.into()),
        ("it answers", answer.into()),
    ];
    for (words, row) in &broken {
        let id = UserId::new();
        let wrong = Commit { rows: vec![user(id), row.clone()], ..commit() };
        // Twice, so that a process that remembers what it wrote finds it, too.
        for _ in 0..2 {
            match store.commit(wrong.clone()).await {
                Err(Error::InvalidInput { reason }) => assert!(reason.contains(words), "{words}: {reason}"),
                other => panic!("{words}: {other:?}"),
            }
        }
        assert!(store.snapshot().await.unwrap().one::<User>(id).await.unwrap().is_none(), "{words}");
    }
    assert_eq!(head(&*store).await, before);
    // Among many at once it is refused alone.
    let tasks: Vec<_> = (0..24)
        .map(|at| {
            let (_, wrong) = &broken[at % broken.len()];
            let is_wrong = at % 3 == 0;
            let row = if is_wrong { wrong.clone() } else { user(UserId::new()) };
            let (store, one) = (store.clone(), Commit { rows: vec![row], ..commit() });
            tokio::spawn(async move { (is_wrong, store.commit(one).await) })
        })
        .collect();
    for task in tasks {
        match task.await.unwrap() {
            (true, Err(Error::InvalidInput { .. })) | (false, Ok(Outcome::Committed(_))) => {}
            (is_wrong, other) => panic!("wrong: {is_wrong}: {other:?}"),
        }
    }
    assert_eq!(head(&*store).await, before + 16);
}

/// A move may fill a place in an order that no commit has, and not with half of it.
pub(super) async fn a_place_that_is_not_whole_does_not_open(open: Open) {
    let store = open.open().await;
    let (place, by) = (store.owned(), Uuid::now_v7());
    let [shelf, top] = [CategoryId(Uuid::from_u128(1)), CategoryId(Uuid::from_u128(2))];
    let record = |id: CategoryId, parent: Option<CategoryId>| {
        let hex = |id: CategoryId| id.0.simple().to_string();
        let (key, parent) = (hex(id), parent.map(hex));
        let value = serde_json::json!([key, null, "Bowls", "", parent, null, 1]);
        let key = serde_json::json!([key]).to_string();
        Record { key, value: value.to_string(), content: bytes::Bytes::new(), expires_at: None }
    };
    place.claim(by, "elsewhere").await.unwrap();
    place.put(by, "categories", vec![record(shelf, Some(top))]).await.unwrap();
    for place in [place.clone(), open.open().await.owned()] {
        match place.finish(by).await {
            Err(Error::InvalidInput { reason }) => assert!(reason.contains("categories"), "{reason}"),
            other => panic!("{other:?}"),
        }
        assert!(!place.mark().await.unwrap().is_open());
    }
    place.put(by, "categories", vec![record(top, None)]).await.unwrap();
    place.finish(by).await.unwrap();
    // From here on it holds for every commit again.
    let dangling = category(CategoryId::new(), Some(CategoryId::new()));
    let refused = store.commit(Commit { rows: vec![dangling.into()], ..commit() }).await;
    assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{refused:?}");
    let within = store.commit(Commit { rows: vec![category(top, Some(shelf)).into()], ..commit() }).await;
    assert_eq!(within.unwrap(), Outcome::Refused(Refusal::Circle { category: top }));
}

pub(super) async fn rows_of_a_commit_come_in_any_order(open: Open) {
    let store = open.open().await;
    let top = category(CategoryId::new(), None);
    let shelf = category(CategoryId::new(), Some(top.id));
    let bowl = product(shelf.id, 0, true);
    let rows: Vec<Row> = vec![variant(bowl.id, -50).into(), bowl.into(), shelf.into(), top.into()];
    must(&*store, Commit { rows: rows.clone(), ..commit() }).await;
    let keys: Vec<RowKey> = rows.iter().map(Row::key).collect();
    let read = store.snapshot().await.unwrap().get(&keys).await.unwrap();
    assert_eq!(read.into_iter().map(|row| row.unwrap().row).collect::<Vec<_>>(), rows);
}
