//! A store with something in each of its tables.

use souk_kernel::{
    CartId, CategoryId, CommentId, CommitId, HoldId, Money, OrderId, ProductId, ReviewId, SellerId,
    Timestamp, UserId, VariantId,
};

use super::*;
use crate::event::{Actor, NewEvent, Personal};
use crate::rows::{
    Address, Category, ChosenOption, Comment, CustomerProfile, Image, Load, Order, OrderItem, OrderStatus,
    Part, Person, Product, ProductDetails, RecordContent, RecordEntry, RecordKey, RecordRow, Review, Row,
    RowKey, Sale, Seller, SellerProfile, Size, Specification, Specifications, User, Variant, VariantDetails,
};
use crate::store::{
    Allowance, Commit, Committed, Find, Guard, Idempotency, MoveKind, Outcome, Refusal, Sequence, StockMove,
    Store, Window,
};

/// Ids that differ in their first and in their last bytes, so that their order shows.
fn id(number: u128) -> Uuid {
    Uuid::from_u128(number | (number % 7) << 120)
}

fn event(stream: ProductId, text: &str) -> NewEvent {
    NewEvent {
        stream: stream.into(),
        kind: "thing-happened".to_owned(),
        schema: 2,
        data: format!("{{ \"text\" : {text:?}, \"b\":1.50 }}"),
        personal: None,
        occurred_at: Timestamp::from_ms(-5),
        actor: Actor::User(UserId(id(4))),
        reason: Some("a \"case\"".to_owned()),
    }
}

fn of_order() -> Commit {
    let personal = Personal { person: UserId(id(4)), data: r#"{"name" : "Ünï"}"#.to_owned() };
    Commit {
        idempotency: Some(Idempotency {
            scope: "orders/ü".to_owned(),
            key: "key".to_owned(),
            request_hash: [7; 32],
            ttl_ms: 600_000,
            answer: "{\"a\": 1}".to_owned(),
        }),
        guards: vec![
            Guard::Spend { cart: CartId(id(9)), seen: None, order: OrderId(id(8)) },
            Guard::Unique { space: "sku".to_owned(), value: "Ä-1".to_owned(), owner: id(6) },
            Guard::Unique { space: "sku".to_owned(), value: "a-1".to_owned(), owner: id(6) },
            Guard::Unique { space: "sku ".to_owned(), value: "Z".to_owned(), owner: id(6) },
            Guard::Counter { name: "coupon".to_owned(), by: 3, max: 5 },
        ],
        stock: vec![StockMove::new(VariantId(id(6)), MoveKind::Sell(2))],
        number: Some(Sequence::OrderNumber),
        rows: vec![
            Order {
                id: OrderId(id(8)),
                number: None,
                user_id: UserId(id(4)),
                status: OrderStatus::Paid,
                total: money(5980),
                payment_method_id: Some("card".to_owned()),
                payment_id: None,
                tracking_number: None,
                shipping_address: Some(address()),
                placed_at: Timestamp::from_ms(9),
            }
            .into(),
            OrderItem {
                order_id: OrderId(id(8)),
                line: 0,
                product_id: ProductId(id(5)),
                variant_id: VariantId(id(6)),
                name: "Bowl".to_owned(),
                quantity: 2,
                price: money(2990),
                snapshot: "{\"a\": \"\\u0000\"}".to_owned(),
            }
            .into(),
        ],
        ..Commit::new(
            CommitId(id(100)),
            vec![
                NewEvent { personal: Some(personal), ..event(ProductId(id(5)), "first") },
                event(ProductId(id(50)), "second"),
            ],
        )
    }
}

fn money(cents: i64) -> Money {
    Money::from_hundredths(cents).unwrap()
}

fn address() -> Address {
    Address {
        name: "A".to_owned(),
        line1: "1 Kiln Lane".to_owned(),
        line2: None,
        city: "Porto".to_owned(),
        region: None,
        postal_code: "4050-253".to_owned(),
        country: "PT".to_owned(),
    }
}

/// One row of each kind that no order writes.
fn rows() -> Vec<Row> {
    let (user, product) = (UserId(id(4)), ProductId(id(5)));
    let review = ReviewId::of(product, user);
    vec![
        User { id: user, external_id: Some("U1".to_owned()), joined_at: Timestamp::from_ms(5) }.into(),
        Person {
            user_id: user,
            name: "Ünï \u{1F963}".to_owned(),
            email: "u@example.com".to_owned(),
            phone: None,
            address: Some(address()),
        }
        .into(),
        Seller {
            id: SellerId(id(3)),
            external_id: None,
            user_id: Some(user),
            name: "Elm & Co".to_owned(),
            rating: Some(4.0),
            city: None,
            country: Some("PT".to_owned()),
            founded: Some(-4),
            description: "a\nb\t'c' \"d\" \\".to_owned(),
        }
        .into(),
        // It lies in one that comes after it in the order of ids.
        Category {
            id: CategoryId(id(2)),
            external_id: None,
            name: "Bowls".to_owned(),
            description: String::new(),
            parent: Some(CategoryId(id(6))),
            image: None,
        }
        .into(),
        Category {
            id: CategoryId(id(6)),
            external_id: None,
            name: "Kitchen".to_owned(),
            description: String::new(),
            parent: None,
            image: None,
        }
        .into(),
        Product {
            id: product,
            external_id: Some("P1".to_owned()),
            name: "Bowl".to_owned(),
            description: "For soup.".to_owned(),
            price: Some(money(2990)),
            category_id: CategoryId(id(2)),
            seller_id: None,
            brand: None,
            tags: vec!["wood".to_owned(), "a|b".to_owned()],
            materials: Vec::new(),
            care: None,
            rating: Some(0.1 + 0.2),
            num_reviews: 3,
            images: vec![Image { url: "/media/a".to_owned(), alt: "é".to_owned() }],
            is_active: true,
            created_at: Timestamp::from_ms(7),
            details: ProductDetails {
                also_in: vec![CategoryId(id(3))],
                options: vec!["Size".to_owned(), "Wood".to_owned()],
                metadata: [("a\"b".to_owned(), "é".to_owned())].into(),
                ..Default::default()
            },
        }
        .into(),
        Variant {
            id: VariantId(id(6)),
            product_id: product,
            sku: "WB-1".to_owned(),
            size: None,
            color: None,
            price_adjustment: money(-50),
            rank: 2,
            loaded_stock: Some(9),
            details: VariantDetails {
                options: vec![ChosenOption { name: "Wood".to_owned(), value: "Oak".to_owned() }],
                sale: Some(Sale { price: money(100), from: None, until: Some(Timestamp::from_ms(5)) }),
                ..Default::default()
            },
        }
        .into(),
        // It is made of one that comes after it.
        Variant {
            id: VariantId(id(3)),
            product_id: product,
            sku: "WB-SET".to_owned(),
            size: None,
            color: None,
            price_adjustment: money(1000),
            rank: 3,
            loaded_stock: None,
            details: VariantDetails {
                parts: vec![Part { variant_id: VariantId(id(6)), quantity: 2 }],
                ..Default::default()
            },
        }
        .into(),
        Load {
            source: "artisan".to_owned(),
            digest: "0f".to_owned(),
            started_at: Timestamp::from_ms(1),
            finished_at: None,
        }
        .into(),
        Review {
            id: review,
            product_id: product,
            user_id: user,
            rating: 5,
            title: "A".to_owned(),
            content: "<b>".to_owned(),
            images: Vec::new(),
            created_at: Timestamp::from_ms(1),
        }
        .into(),
        // It answers one that comes after it.
        Comment {
            id: CommentId(id(10)),
            review_id: review,
            user_id: user,
            parent: Some(CommentId(id(11))),
            depth: 2,
            content: "Is it?".to_owned(),
            created_at: Timestamp::from_ms(3),
        }
        .into(),
        Comment {
            id: CommentId(id(11)),
            review_id: review,
            user_id: user,
            parent: None,
            depth: 1,
            content: "So it is.".to_owned(),
            created_at: Timestamp::from_ms(2),
        }
        .into(),
        Specifications {
            product_id: product,
            entries: vec![Specification {
                name: "Width".to_owned(),
                value: "12".to_owned(),
                unit: Some("cm".to_owned()),
            }],
        }
        .into(),
        SellerProfile {
            seller_id: SellerId(id(3)),
            story: "Once".to_owned(),
            techniques: vec!["turning".to_owned()],
            portfolio: Vec::new(),
        }
        .into(),
        CustomerProfile {
            user_id: user,
            about: None,
            interests: Vec::new(),
            sizes: vec![Size { of: "ring".to_owned(), size: "54".to_owned() }],
            newsletter: true,
        }
        .into(),
        record(20, "Ä").into(),
    ]
}

/// A record with a personal part, and an entry in each kind of index.
fn record(number: u128, name: &str) -> RecordRow {
    let entry = |index, value: &str, [is_unique, is_personal]: [bool; 2]| RecordEntry {
        index,
        value: value.to_owned(),
        sort: -7,
        is_unique,
        is_personal,
    };
    let content = RecordContent {
        form: 2,
        data: "{ \"a\" : 1.50}".to_owned(),
        personal: Some("{\"b\" : \"ü\"}".to_owned()),
        person: Some(UserId(id(4))),
        entries: vec![entry("name", name, [true, true]), entry("all", "", [false, false])],
    };
    RecordRow { key: RecordKey { kind: "sample".to_owned(), id: id(number) }, content: Some(content) }
}

fn deleted(number: u128) -> Row {
    RecordRow { content: None, ..record(number, "") }.into()
}

fn moved(number: u128, kind: MoveKind) -> Commit {
    let stock = vec![StockMove::new(VariantId(id(6)), kind)];
    Commit { stock, ..Commit::new(CommitId(id(number)), vec![event(ProductId(id(5)), &format!("{number}"))]) }
}

async fn must(store: &dyn Store, commit: Commit) -> Committed {
    match store.commit(commit).await {
        Ok(Outcome::Committed(committed)) => committed,
        other => panic!("expected a commit, got {other:?}"),
    }
}

#[async_trait]
impl Sample for dyn Store {
    fn place(&self) -> Arc<dyn Owned> {
        self.owned()
    }

    async fn fill(&self) {
        must(self, Commit { rows: rows(), ..moved(101, MoveKind::Adjust(10)) }).await;
        must(self, of_order()).await;
        // The rows are put twice, so that their versions are not all 1.
        let rows = [rows(), vec![record(21, "gone").into()]].concat();
        must(self, Commit { rows, ..moved(102, MoveKind::Adjust(1)) }).await;
        let until = Timestamp::from_ms(4_000_000_000_000);
        let mut hold = moved(103, MoveKind::Hold { id: HoldId(id(12)), quantity: 2, until });
        hold.stock.extend([(13, Allowance::UpTo(3)), (14, Allowance::Unlimited)].map(
            |(number, allowance)| {
                let sold = StockMove::new(VariantId(id(number)), MoveKind::Sell(1));
                StockMove { allowance: Some(allowance), ..sold }
            },
        ));
        must(self, Commit { rows: vec![deleted(21)], ..hold }).await;
    }

    async fn write_one(&self, number: u128) -> Result<()> {
        let one = Commit::new(CommitId(id(1 << 64 | number)), vec![event(ProductId(id(77)), "one")]);
        match self.commit(one).await? {
            Outcome::Committed(_) => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    fn trace(&self, number: u128) -> String {
        format!("\"{}\"", id(1 << 64 | number).simple())
    }

    async fn has(&self, number: u128) -> bool {
        let events = self.snapshot().await.unwrap().events(0, u32::MAX).await.unwrap();
        events.iter().any(|event| event.commit.0 == id(1 << 64 | number))
    }

    async fn seen(&self) -> String {
        let mut snapshot = self.snapshot().await.unwrap();
        let events = snapshot.events(0, u32::MAX).await.unwrap();
        let mut keys: Vec<RowKey> = rows().iter().map(Row::key).collect();
        keys.extend([RowKey::Order(OrderId(id(8))), RowKey::OrderItem((OrderId(id(8)), 0))]);
        let found = snapshot.get(&keys).await.unwrap();
        assert!(found.iter().all(Option::is_some), "a row is missing: {found:?}");
        let stock = snapshot.stock(&[3, 6, 7, 13, 14].map(|number| VariantId(id(number)))).await.unwrap();
        let head = snapshot.head().await.unwrap();
        let spent = snapshot.last_spend(CartId(id(9))).await.unwrap();
        let holds = snapshot.expired_holds(Timestamp::from_ms(i64::MAX), 10).await.unwrap();
        let answered = self.answered("orders/ü", "key").await.unwrap();
        let all = Find::Records { kind: "sample", index: "all", value: String::new() };
        let records = snapshot.find(&all, Window::ALL).await.unwrap();
        assert_eq!(records.total, 1);
        let bundles = snapshot.find(&Find::BundlesWith(vec![VariantId(id(6))]), Window::ALL).await.unwrap();
        assert_eq!(bundles.total, 1);
        format!("{head:?} {events:?} {found:?} {stock:?} {spent:?} {holds:?} {answered:?} {records:?}")
    }

    async fn go_on(&self) {
        let head = self.snapshot().await.unwrap().head().await.unwrap();
        let again = must(self, of_order()).await;
        assert!(again.replayed && again.number == Some(1) && again.versions.len() == 2, "{again:?}");
        let keyed = must(self, Commit { id: CommitId(id(200)), ..of_order() }).await;
        assert!(keyed.replayed && keyed.versions == again.versions, "{keyed:?}");

        let next = Commit {
            expect: vec![(ProductId(id(5)).into(), 4)],
            guards: vec![
                Guard::Spend { cart: CartId(id(9)), seen: Some(OrderId(id(8))), order: OrderId(id(9)) },
                Guard::Counter { name: "coupon".to_owned(), by: 2, max: 5 },
                Guard::HoldLive { id: HoldId(id(12)) },
                Guard::RowVersion { key: RowKey::Product(ProductId(id(5))), version: 2 },
            ],
            number: Some(Sequence::OrderNumber),
            ..moved(201, MoveKind::Consume { id: HoldId(id(12)) })
        };
        let done = must(self, next).await;
        assert_eq!(done.position.epoch, head.head.epoch);
        assert_eq!((done.position.position, done.number), (head.head.position + 1, Some(2)));
        assert_eq!(done.versions, [(ProductId(id(5)).into(), 5)]);

        let taken = Commit {
            guards: vec![Guard::Unique { space: "sku".to_owned(), value: "Ä-1".to_owned(), owner: id(7) }],
            ..moved(202, MoveKind::Adjust(1))
        };
        let refused = self.commit(taken).await.unwrap();
        assert!(matches!(refused, Outcome::Refused(Refusal::Unique { .. })), "{refused:?}");
        let taken = Commit { rows: vec![record(22, "Ä").into()], ..moved(205, MoveKind::Adjust(1)) };
        let refused = self.commit(taken).await.unwrap();
        assert!(matches!(refused, Outcome::Refused(Refusal::Taken { .. })), "{refused:?}");
        // A deleted record goes on counting its versions: it was put, and deleted.
        let back = record(21, "gone");
        let key = RowKey::RecordRow(back.key.clone());
        must(self, Commit { rows: vec![back.into()], ..moved(206, MoveKind::Return(1)) }).await;
        let found = self.snapshot().await.unwrap().get(&[key]).await.unwrap();
        assert_eq!(found[0].as_ref().map(|row| row.version), Some(3));
        must(self, moved(207, MoveKind::Sell(1))).await;

        let too_many = self.commit(moved(203, MoveKind::Sell(8))).await.unwrap();
        assert!(matches!(too_many, Outcome::Refused(Refusal::Stock { available: 7, .. })), "{too_many:?}");
        must(self, moved(204, MoveKind::Sell(7))).await;
    }
}
