//! What a snapshot shows.

use super::*;

pub(super) async fn a_snapshot_sees_one_moment(open: Open) {
    let store = open.open().await;
    let id = UserId::new();
    let variant = stocked(&*store, 1).await;
    let mut before = store.snapshot().await.unwrap();
    let mut later = with_stock(variant, MoveKind::Adjust(5));
    later.rows = vec![user(id)];
    let committed = must(&*store, later).await;
    assert_eq!(before.head().await.unwrap().head.position, committed.position.position - 1);
    assert!(before.one::<User>(id).await.unwrap().is_none());
    assert_eq!(before.stock(&[variant]).await.unwrap()[0].unwrap().quantity, 1);
    assert_eq!(before.events(0, 10).await.unwrap().len(), 1);
    drop(before);
    let mut after = store.snapshot().await.unwrap();
    assert_eq!(after.head().await.unwrap().head, committed.position);
    assert_eq!(after.stock(&[variant]).await.unwrap()[0].unwrap().quantity, 6);
}

pub(super) async fn a_moment_from_a_position_holds_it(open: Open) {
    let store = open.open().await;
    for _ in 0..20 {
        let id = UserId::new();
        let committed = must(&*store, Commit { rows: vec![user(id)], ..commit() }).await;
        let mut from = store.snapshot_from(committed.position.position).await.unwrap();
        assert!(from.head().await.unwrap().head >= committed.position);
        assert!(from.one::<User>(id).await.unwrap().is_some());
    }
}

pub(super) async fn rows_read_back_as_they_were_written(open: Open) {
    let store = open.open().await;
    let top = category(CategoryId::new(), None);
    let category = category(CategoryId::new(), Some(top.id));
    let product = Product { price: None, rating: None, ..product(category.id, 7, false) };
    let variant = variant(product.id, -50);
    let order = Order { number: Some(1), ..order(OrderId::new(), UserId::new()) };
    let item = OrderItem {
        order_id: order.id,
        line: 3,
        product_id: product.id,
        variant_id: variant.id,
        name: "x".to_owned(),
        quantity: u32::MAX,
        price: Money::from_hundredths(999_999_999_999).unwrap(),
        snapshot: "{\"a\":\"\\u0000\"}".to_owned(),
    };
    let rows: Vec<Row> =
        vec![top.into(), category.into(), product.into(), variant.into(), order.into(), item.into()];
    let rows = with_named(rows);
    must(&*store, Commit { rows: rows.clone(), ..commit() }).await;
    let keys: Vec<RowKey> = rows.iter().map(Row::key).collect();
    let read = store.snapshot().await.unwrap().get(&keys).await.unwrap();
    assert_eq!(read.into_iter().map(|row| row.unwrap().row).collect::<Vec<_>>(), rows);
}

pub(super) async fn lists_are_ordered_and_paged(open: Open) {
    let store = open.open().await;
    let [shelf, other] = [CategoryId::new(), CategoryId::new()];
    let products: Vec<Product> =
        (0..25).map(|at| product(if at % 5 == 0 { other } else { shelf }, at, at % 4 != 0)).collect();
    let shelves = [shelf, other].map(|id| Row::from(category(id, None)));
    let rows = shelves.into_iter().chain(products.iter().cloned().map(Row::from)).collect();
    must(&*store, Commit { rows, ..commit() }).await;
    let mut expected: Vec<_> =
        products.iter().filter(|p| p.is_active && p.category_id == shelf).map(|p| p.id).collect();
    expected.reverse();
    let mut snapshot = store.snapshot().await.unwrap();
    let find = Find::ActiveProducts { categories: Some(vec![shelf]) };
    let mut paged = Vec::new();
    for offset in (0..30).step_by(4) {
        let (rows, total) = snapshot.list::<Product>(&find, Window { offset, limit: 4 }).await.unwrap();
        assert_eq!(total, expected.len() as u64);
        paged.extend(rows.into_iter().map(|row| row.row.id));
    }
    assert_eq!(paged, expected);
    let nothing = Find::ActiveProducts { categories: Some(vec![]) };
    assert_eq!(snapshot.find(&nothing, Window::ALL).await.unwrap().total, 0);
    drop(snapshot);

    // On further shelves too, each product once.
    let further = CategoryId::new();
    let (mut everywhere, mut hidden) = (products[1].clone(), products[4].clone());
    everywhere.details.also_in = vec![other, further];
    hidden.details.also_in = vec![further];
    let rows = vec![category(further, None).into(), everywhere.clone().into(), hidden.into()];
    must(&*store, Commit { rows, ..commit() }).await;
    let mut snapshot = store.snapshot().await.unwrap();
    for (categories, count) in
        [(vec![further], 1), (vec![further, other, shelf], 18), (vec![other], 4), (vec![shelf], 15)]
    {
        let find = Find::ActiveProducts { categories: Some(categories.clone()) };
        let (rows, total) = snapshot.list::<Product>(&find, Window::ALL).await.unwrap();
        assert!(rows.iter().any(|row| row.row.id == everywhere.id), "{categories:?}");
        assert_eq!((rows.len(), total), (count, count as u64), "{categories:?}");
    }

    let mut ids: Vec<UserId> = (0..5).map(|_| UserId::new()).collect();
    ids.reverse();
    must(&*store, Commit { rows: ids.iter().map(|id| user(*id)).collect(), ..commit() }).await;
    ids.sort_unstable();
    let window = Window { offset: 1, limit: 3 };
    let (users, total) = store.snapshot().await.unwrap().list::<User>(&Find::Users, window).await.unwrap();
    assert_eq!(users.into_iter().map(|user| user.row.id).collect::<Vec<_>>(), ids[1..4]);
    assert_eq!(total, 5);
}

pub(super) async fn personal_parts_come_with_their_events(open: Open) {
    let store = open.open().await;
    let person = UserId::new();
    let personal = Personal { person, data: r#"{"name":"Ada"}"#.to_owned() };
    let with = NewEvent { personal: Some(personal), ..event(person) };
    must(&*store, Commit::new(CommitId::new(), vec![with, event(person)])).await;
    let events = store.snapshot().await.unwrap().stream(person.into()).await.unwrap();
    assert_eq!(events[0].personal.as_deref(), Some(r#"{"name":"Ada"}"#));
    assert_eq!(events[1].personal, None);
    assert!(!events[0].data.contains("Ada"));
}

/// Callers go away in the middle, and whoever comes next gets a connection that was just being used.
pub(super) async fn a_snapshot_that_nobody_waited_for_leaves_nothing_behind(open: Open) {
    let store = open.open().await;
    let mut gone = 0_u32;
    for round in 1..=40_u64 {
        for patience_us in [20, 50, 100, 150, 200, 300, 500] {
            let since = Instant::now();
            // The clock of the runtime has milliseconds, which is long.
            let impatient = async {
                while since.elapsed() < Duration::from_micros(patience_us) {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                snapshot = store.snapshot() => drop(snapshot.unwrap()),
                () = impatient => gone += 1,
            }
        }
        must(&*store, commit()).await;
        assert_eq!(head(&*store).await, round, "a snapshot of a former moment");
    }
    println!("{gone} callers went away");
}
