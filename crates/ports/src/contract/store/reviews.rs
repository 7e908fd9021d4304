//! Reviews and comments, profiles and specifications, and who has bought what.

use souk_kernel::{CommentId, ReviewId};

use super::*;
use crate::rows::{
    Comment, CustomerProfile, PortfolioItem, Review, SellerProfile, Size, Specification, Specifications,
};
use crate::store::{ReviewOrder, Stars};

fn review(product_id: ProductId, user_id: UserId, rating: u8, created_at: i64) -> Review {
    Review {
        id: ReviewId::of(product_id, user_id),
        product_id,
        user_id,
        rating,
        title: "A \u{1F963}, at 'last'".to_owned(),
        content: "<b>Bold</b>\nand\ttabbed".to_owned(),
        images: vec!["/media/a.webp".to_owned()],
        created_at: Timestamp::from_ms(created_at),
    }
}

fn comment(review_id: ReviewId, parent: Option<CommentId>, depth: u32, created_at: i64) -> Comment {
    Comment {
        id: CommentId::new(),
        review_id,
        user_id: UserId::new(),
        parent,
        depth,
        content: "So it is.".to_owned(),
        created_at: Timestamp::from_ms(created_at),
    }
}

async fn write(store: &dyn Store, rows: impl IntoIterator<Item = impl Into<Row>>) {
    let rows = with_named(rows.into_iter().map(Into::into).collect());
    must(store, Commit { rows, ..commit() }).await;
}

pub(super) async fn what_people_tell_reads_back_as_it_was_written(open: Open) {
    let store = open.open().await;
    let review = review(ProductId::new(), UserId::new(), 5, 1);
    let first = comment(review.id, None, 1, 2);
    let second = comment(review.id, Some(first.id), 2, 3);
    let entry = |name: &str, unit: Option<&str>| Specification {
        name: name.to_owned(),
        value: "12".to_owned(),
        unit: unit.map(str::to_owned),
    };
    let specifications = Specifications {
        product_id: ProductId::new(),
        entries: vec![entry("Width", Some("cm")), entry("Finish", None)],
    };
    let portfolio = PortfolioItem {
        title: "A chair".to_owned(),
        description: String::new(),
        year: Some(-4),
        image: None,
    };
    let seller = SellerProfile {
        seller_id: SellerId::new(),
        story: "Once".to_owned(),
        techniques: vec!["turning".to_owned()],
        portfolio: vec![portfolio],
    };
    let size = Size { of: "ring".to_owned(), size: "54".to_owned() };
    let customer = CustomerProfile {
        user_id: UserId::new(),
        about: None,
        interests: vec!["bowls".to_owned()],
        sizes: vec![size],
        newsletter: true,
    };
    let rows: Vec<Row> = vec![
        review.into(),
        first.into(),
        second.into(),
        specifications.into(),
        seller.into(),
        customer.into(),
    ];
    write(&*store, rows.clone()).await;
    drop(store);
    let keys: Vec<RowKey> = rows.iter().map(Row::key).collect();
    let read = open.open().await.snapshot().await.unwrap().get(&keys).await.unwrap();
    assert_eq!(read.into_iter().map(|row| row.unwrap().row).collect::<Vec<_>>(), rows);
}

pub(super) async fn reviews_are_listed_by_date_and_by_stars(open: Open) {
    let store = open.open().await;
    let (product, busy) = (ProductId::new(), UserId::new());
    let mut reviews: Vec<Review> =
        (0..12).map(|at| review(product, UserId::new(), 1 + (at % 5) as u8, at / 2)).collect();
    reviews.push(review(product, busy, 3, 100));
    let elsewhere = review(ProductId::new(), busy, 3, 101);
    write(&*store, reviews.iter().cloned().chain([elsewhere.clone()])).await;
    let mut snapshot = store.snapshot().await.unwrap();
    for order in [ReviewOrder::Newest, ReviewOrder::Highest, ReviewOrder::Lowest] {
        reviews.sort_by_key(|review| {
            let stars = i32::from(review.rating);
            let first = match order {
                ReviewOrder::Newest => 0,
                ReviewOrder::Highest => -stars,
                ReviewOrder::Lowest => stars,
            };
            (first, -review.created_at.ms(), review.id)
        });
        let find = Find::ReviewsOf { product, order };
        let mut paged = Vec::new();
        for offset in (0..15).step_by(3) {
            let (rows, total) = snapshot.list::<Review>(&find, Window { offset, limit: 3 }).await.unwrap();
            assert_eq!(total, 13);
            paged.extend(rows.into_iter().map(|row| row.row.id));
        }
        assert_eq!(paged, reviews.iter().map(|review| review.id).collect::<Vec<_>>(), "{order:?}");
    }
    let (own, total) = snapshot.list::<Review>(&Find::ReviewsBy(busy), Window::ALL).await.unwrap();
    assert_eq!((own[0].row.id, own[1].row.product_id, total), (elsewhere.id, product, 2));
}

pub(super) async fn comments_are_listed_by_review(open: Open) {
    let store = open.open().await;
    let reviews = [1, 2, 3].map(|stars| review(ProductId::new(), UserId::new(), stars, 1));
    let mut comments: Vec<Comment> =
        (0..9).map(|at| comment(reviews[at % 3].id, None, 1, 50 - at as i64)).collect();
    write(&*store, reviews.clone()).await;
    write(&*store, comments.clone()).await;
    comments.sort_by_key(|comment| (comment.review_id, comment.created_at, comment.id));
    let asked = vec![reviews[0].id, reviews[2].id];
    comments.retain(|comment| asked.contains(&comment.review_id));
    let mut snapshot = store.snapshot().await.unwrap();
    let (found, total) = snapshot.list::<Comment>(&Find::CommentsOf(asked), Window::ALL).await.unwrap();
    assert_eq!(total, 6);
    assert_eq!(found.into_iter().map(|row| row.row).collect::<Vec<_>>(), comments);
    assert_eq!(snapshot.find(&Find::CommentsOf(vec![]), Window::ALL).await.unwrap().total, 0);
}

pub(super) async fn stars_are_counted_by_product(open: Open) {
    let store = open.open().await;
    let (one, other) = (ProductId::new(), ProductId::new());
    let author = UserId::new();
    let ratings = [5, 5, 1, 3, 5];
    let reviews = ratings.map(|rating| review(one, UserId::new(), rating, 1));
    write(&*store, reviews.into_iter().chain([review(other, author, 2, 1)])).await;
    let mut before = store.snapshot().await.unwrap();
    let stars = before.stars(&[other, ProductId::new(), one, other]).await.unwrap();
    let expected = [[0, 1, 0, 0, 0], [0; 5], [1, 0, 1, 0, 3], [0, 1, 0, 0, 0]].map(Stars);
    assert_eq!(stars, expected);
    assert_eq!((stars[2].count(), stars[2].sum(), stars[1].average()), (5, 19, None));
    // A review that is written again counts once, and a snapshot keeps its moment.
    write(&*store, [review(other, author, 4, 1)]).await;
    assert_eq!(before.stars(&[other]).await.unwrap(), [Stars([0, 1, 0, 0, 0])]);
    let mut after = store.snapshot().await.unwrap();
    assert_eq!(after.stars(&[other]).await.unwrap(), [Stars([0, 0, 0, 1, 0])]);
}

pub(super) async fn what_was_bought_is_known_while_an_order_stands(open: Open) {
    let store = open.open().await;
    let (buyer, other) = (UserId::new(), UserId::new());
    let (bowl, cup, jug) = (ProductId::new(), ProductId::new(), ProductId::new());
    let place = async |id: OrderId, status: OrderStatus, products: &[ProductId]| {
        let mut rows: Vec<Row> = vec![Order { status, number: None, ..order(id, buyer) }.into()];
        rows.extend(products.iter().zip(0..).map(|(product, line)| {
            let item = OrderItem {
                order_id: id,
                line,
                product_id: *product,
                variant_id: VariantId::new(),
                name: "x".to_owned(),
                quantity: 1,
                price: Money::from_hundredths(1).unwrap(),
                snapshot: "{}".to_owned(),
            };
            Row::from(item)
        }));
        let rows = with_named(rows);
        must(&*store, Commit { rows, number: Some(Sequence::OrderNumber), ..commit() }).await;
    };
    let bought =
        async |pairs: &[(UserId, ProductId)]| store.snapshot().await.unwrap().bought(pairs).await.unwrap();
    let order = OrderId::new();
    place(order, OrderStatus::Pending, &[bowl, cup]).await;
    let all = [(buyer, bowl), (buyer, jug), (other, bowl), (buyer, cup)];
    assert_eq!(bought(&all).await, [true, false, false, true]);
    place(order, OrderStatus::Cancelled, &[]).await;
    assert_eq!(bought(&all).await, [false; 4]);
    place(OrderId::new(), OrderStatus::Delivered, &[jug]).await;
    place(OrderId::new(), OrderStatus::Cancelled, &[jug, bowl]).await;
    assert_eq!(bought(&all).await, [false, true, false, false]);
    assert!(bought(&[]).await.is_empty());
}

pub(super) async fn one_of_two_processes_writes_the_review(open: Open) {
    let (one, other) = (open.open().await, open.open().await);
    let product = ProductId::new();
    for _ in 0..10 {
        let user = UserId::new();
        let id = ReviewId::of(product, user);
        let write = |rating| Commit {
            expect: vec![(id.into(), 0)],
            rows: with_named(vec![review(product, user, rating, 1).into()]),
            ..Commit::new(CommitId::new(), vec![event(id)])
        };
        let (first, second) = tokio::join!(one.commit(write(1)), other.commit(write(5)));
        let won = [first.unwrap(), second.unwrap()]
            .map(|outcome| matches!(outcome, Outcome::Committed(Committed { replayed: false, .. })));
        assert_ne!(won[0], won[1], "exactly one takes effect");
    }
    let stars = other.snapshot().await.unwrap().stars(&[product]).await.unwrap()[0];
    assert_eq!(stars.count(), 10);
}
