//! The order that every measurement of orders writes: the same rows with the same sizes, whoever writes them.

use souk_kernel::{CategoryId, CommitId, Money, OrderId, ProductId, Timestamp, UserId, VariantId};
use souk_ports::event::{Actor, NewEvent, Personal, StreamId, StreamKind};
use souk_ports::rows::{
    Address, Category, Order, OrderItem, OrderStatus, Product, Row, RowKey, User, Variant,
};
use souk_ports::store::{Commit, Guard, Idempotency, MoveKind, Sequence, StockMove};
use uuid::Uuid;

/// What there is to be ordered.
pub(crate) struct Shelf {
    pub(crate) user: UserId,
    pub(crate) items: Vec<(ProductId, VariantId)>,
}

pub(crate) const PLENTY: i64 = 1_000_000_000;
pub(crate) const PLACED: &str = r#"{"user_id":"c8bb66b6-e01e-5a36-8c94-41f197f5cb08","cart":null,"items":[{"product_id":"c8bb66b6-e01e-5a36-8c94-41f197f5cb08","variant_id":"c8bb66b6-e01e-5a36-8c94-41f197f5cb08","name":"Turned Olive Wood Salad Bowl","quantity":1,"price":39.9}],"total":39.9,"currency":"EUR","payment_method_id":"pm_1"}"#;
pub(crate) const PERSONAL: &str = r#"{"shipping_address":{"name":"Ada Byron","line1":"12 Kiln Lane","city":"Porto","postal_code":"4050-253","country":"PT"}}"#;
pub(crate) const SNAPSHOT: &str = r#"{"id":"c8bb66b6-e01e-5a36-8c94-41f197f5cb08","external_id":"P001","name":"Turned Olive Wood Salad Bowl","sku":"WB-OLV-001-M","size":"M","color":"natural","price":39.9,"currency":"EUR","brand":"Oliveira Woodworks","materials":["olive wood","linseed oil"]}"#;
pub(crate) const NAME: &str = "Turned Olive Wood Salad Bowl";

pub(crate) fn address() -> Address {
    Address {
        name: "Ada Byron".into(),
        line1: "12 Kiln Lane".into(),
        line2: None,
        city: "Porto".into(),
        region: None,
        postal_code: "4050-253".into(),
        country: "PT".into(),
    }
}

impl Shelf {
    /// Somebody who orders, `count` products with one variant each, and the commit that brings them into the store.
    pub(crate) fn new(count: usize, quantity: i64) -> (Self, Commit) {
        let mut commit = Commit::new(CommitId::new(), vec![]);
        let mut items = Vec::new();
        let (user, category_id) = (UserId::new(), CategoryId::new());
        let joined_at = Timestamp::from_ms(0);
        commit.rows.push(Row::User(User { id: user, external_id: None, joined_at }));
        commit.rows.push(Row::Category(Category {
            id: category_id,
            external_id: None,
            name: "Bowls".into(),
            description: String::new(),
            parent: None,
            image: None,
        }));
        for _ in 0..count {
            let (product, variant) = (ProductId::new(), VariantId::new());
            items.push((product, variant));
            commit.rows.push(Row::Product(Product {
                id: product,
                external_id: None,
                name: NAME.into(),
                description: "A bowl.".into(),
                price: Money::from_hundredths(3990).ok(),
                category_id,
                seller_id: None,
                brand: None,
                tags: vec![],
                materials: vec![],
                care: None,
                rating: None,
                num_reviews: 0,
                images: vec![],
                is_active: true,
                created_at: Timestamp::from_ms(0),
                details: Default::default(),
            }));
            commit.rows.push(Row::Variant(Variant {
                id: variant,
                product_id: product,
                sku: variant.to_string(),
                size: None,
                color: None,
                price_adjustment: Money::ZERO,
                rank: 0,
                loaded_stock: None,
                details: Default::default(),
            }));
            commit.stock.push(StockMove::new(variant, MoveKind::Adjust(quantity)));
        }
        commit.events.push(event(StreamId { kind: StreamKind::LOAD, id: Uuid::now_v7() }, None));
        (Self { user, items }, commit)
    }

    /// A fresh order of one piece.
    pub(crate) fn order(&self, at: usize) -> Commit {
        let (product_id, variant) = self.items[at % self.items.len()];
        let id = OrderId::new();
        let price = Money::from_hundredths(3990).unwrap_or_default();
        let order = Order {
            id,
            number: None,
            user_id: self.user,
            status: OrderStatus::Pending,
            total: price,
            payment_method_id: Some("pm_1".into()),
            payment_id: None,
            tracking_number: None,
            shipping_address: Some(address()),
            placed_at: Timestamp::from_ms(1_700_000_000_000),
        };
        let item = OrderItem {
            order_id: id,
            line: 0,
            product_id,
            variant_id: variant,
            name: NAME.into(),
            quantity: 1,
            price,
            snapshot: SNAPSHOT.into(),
        };
        let mut commit = Commit::new(CommitId::new(), vec![event(id.into(), Some(self.user))]);
        commit.expect = vec![(id.into(), 0)];
        commit.guards = vec![
            Guard::RowVersion { key: RowKey::Product(product_id), version: 1 },
            Guard::RowVersion { key: RowKey::Variant(variant), version: 1 },
        ];
        commit.stock = vec![StockMove::new(variant, MoveKind::Sell(1))];
        commit.number = Some(Sequence::OrderNumber);
        commit.rows = vec![order.into(), item.into()];
        commit.idempotency = Some(Idempotency {
            scope: format!("orders/{}", self.user),
            key: id.to_string(),
            request_hash: [7; 32],
            ttl_ms: 86_400_000,
            answer: format!(r#"{{"order_id":"{id}","total":39.9}}"#),
        });
        commit
    }
}

fn event(stream: StreamId, person: Option<UserId>) -> NewEvent {
    NewEvent {
        stream,
        kind: "order-placed".into(),
        schema: 1,
        data: PLACED.into(),
        personal: person.map(|person| Personal { person, data: PERSONAL.into() }),
        occurred_at: Timestamp::from_ms(1_700_000_000_000),
        actor: Actor::User(UserId(Uuid::from_u128(1))),
        reason: None,
    }
}
