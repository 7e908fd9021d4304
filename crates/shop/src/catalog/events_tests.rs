use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use souk_kernel::{CommitId, Money, OrderId};
use souk_ports::rows::{Image, ProductDetails, StockPolicy, VariantDetails};
use uuid::Uuid;

use super::*;

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn money() -> impl Strategy<Value = Money> {
    (-999_999_999_999i64..=999_999_999_999).prop_map(|cents| Money::from_hundredths(cents).unwrap())
}

fn rating() -> impl Strategy<Value = Option<f64>> {
    option::of((0..=50u8).prop_map(|tenths| f64::from(tenths) / 10.0))
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_000i64).prop_map(Timestamp::from_ms)
}

prop_compose! {
    fn product()(
        ids in (id(), id(), option::of(id())),
        texts in (option::of(".*"), ".*", ".*", option::of(".*"), option::of(".*")),
        words in (vec(".*", 0..4), vec(".*", 0..4)),
        price in option::of(money()),
        rating in rating(),
        num_reviews in any::<u32>(),
        images in vec((".*", ".*"), 0..3),
        is_active in any::<bool>(),
        created_at in moment(),
    ) -> Product {
        let (external_id, name, description, brand, care) = texts;
        Product {
            id: ProductId(ids.0),
            external_id,
            name,
            description,
            price,
            category_id: CategoryId(ids.1),
            seller_id: ids.2.map(SellerId),
            brand,
            tags: words.0,
            materials: words.1,
            care,
            rating,
            num_reviews,
            images: images.into_iter().map(|(url, alt)| Image { url, alt }).collect(),
            is_active,
            created_at,
            details: ProductDetails { is_hidden: !is_active, ..ProductDetails::default() },
        }
    }
}

prop_compose! {
    fn variant()(
        ids in (id(), id()),
        texts in (".*", option::of(".*"), option::of(".*")),
        price_adjustment in money(),
        rank in any::<u32>(),
        loaded_stock in option::of(any::<i64>()),
        stock_policy in prop_oneof![
            Just(StockPolicy::Counted),
            option::of(1..u32::MAX).prop_map(StockPolicy::Backorder),
            Just(StockPolicy::NotCounted),
        ],
    ) -> Variant {
        let (sku, size, color) = texts;
        Variant {
            id: VariantId(ids.0),
            product_id: ProductId(ids.1),
            sku,
            size,
            color,
            price_adjustment,
            rank,
            loaded_stock,
            details: VariantDetails { stock_policy, ..VariantDetails::default() },
        }
    }
}

prop_compose! {
    fn seller()(
        ids in (id(), option::of(id())),
        texts in (option::of(".*"), ".*", option::of(".*"), option::of(".*"), ".*"),
        rating in rating(),
        founded in option::of(any::<i32>()),
    ) -> Seller {
        let (external_id, name, city, country, description) = texts;
        let (id, user) = ids;
        Seller {
            id: SellerId(id),
            external_id,
            user_id: user.map(souk_kernel::UserId),
            name,
            rating,
            city,
            country,
            founded,
            description,
        }
    }
}

prop_compose! {
    fn category()(
        ids in (id(), option::of(id())),
        texts in (option::of(".*"), ".*", ".*", option::of(".*")),
    ) -> Category {
        let (external_id, name, description, image) = texts;
        let (id, parent) = (CategoryId(ids.0), ids.1.map(CategoryId));
        Category { id, external_id, name, description, parent, image }
    }
}

fn stock_adjusted() -> impl Strategy<Value = StockAdjusted> {
    let reason = prop_oneof![Just(StockReason::Loaded), Just(StockReason::Adjusted)];
    (id(), id(), any::<i64>(), reason, option::of(any::<i64>())).prop_map(
        |(product, variant, change, reason, loaded_stock)| StockAdjusted {
            product_id: ProductId(product),
            variant_id: VariantId(variant),
            change,
            reason,
            loaded_stock,
        },
    )
}

fn event() -> impl Strategy<Value = CatalogEvent> {
    let changed = || vec("[a-z_]+", 0..3);
    prop_oneof![
        product().prop_map(|product| ProductAdded { product }.into()),
        (product(), changed()).prop_map(|(product, changed)| ProductChanged { product, changed }.into()),
        variant().prop_map(|variant| VariantAdded { variant }.into()),
        (variant(), changed()).prop_map(|(variant, changed)| VariantChanged { variant, changed }.into()),
        stock_adjusted().prop_map(CatalogEvent::from),
        seller().prop_map(|seller| SellerAdded { seller }.into()),
        (seller(), changed()).prop_map(|(seller, changed)| SellerChanged { seller, changed }.into()),
        category().prop_map(|category| CategoryAdded { category }.into()),
        (category(), changed()).prop_map(|(category, changed)| CategoryChanged { category, changed }.into()),
        seller().prop_map(|seller| SellerDeleted { seller }.into()),
        category().prop_map(|category| CategoryDeleted { category }.into()),
    ]
}

fn cause() -> Cause {
    Cause { actor: Actor::Staff, occurred_at: Timestamp::from_ms(0), reason: None }
}

/// As it stands in the log.
fn recorded(new: NewEvent) -> RecordedEvent {
    RecordedEvent {
        position: 7,
        stream: new.stream,
        version: 1,
        commit: CommitId::new(),
        kind: new.kind,
        schema: new.schema,
        data: new.data,
        personal: None,
        occurred_at: new.occurred_at,
        recorded_at: new.occurred_at,
        actor: new.actor,
        reason: new.reason,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_event_comes_back_from_the_log_as_it_was(event in event()) {
        let new = event.clone().into_new(&cause()).unwrap();
        let read = CatalogEvent::parse(&new.kind, new.schema, &new.data).unwrap().unwrap();
        prop_assert_eq!(read, event);
    }

    #[test]
    fn what_an_event_touches_can_always_be_told(event in event()) {
        prop_assert!(touched(&recorded(event.into_new(&cause()).unwrap())).is_ok());
    }
}

/// One of each; the fixtures were written from these.
fn samples() -> Vec<CatalogEvent> {
    let product = Product {
        id: "P001".parse().unwrap(),
        external_id: Some("P001".into()),
        name: "Ash bowl".into(),
        description: "Turned from one piece.".into(),
        price: Some("29.90".parse().unwrap()),
        category_id: "C01".parse().unwrap(),
        seller_id: Some("S001".parse().unwrap()),
        brand: Some("Ash & Oak".into()),
        tags: vec!["bowl".into(), "ash".into()],
        materials: vec!["ash".into()],
        care: Some("Oil it.".into()),
        rating: Some(4.5),
        num_reviews: 12,
        images: vec![Image { url: "/images/p001.jpg".into(), alt: "A bowl".into() }],
        is_active: true,
        created_at: Timestamp::parse("2025-01-02").unwrap(),
        details: Default::default(),
    };
    let variant = Variant {
        id: "P001-S".parse().unwrap(),
        product_id: product.id,
        sku: "P001-S".into(),
        size: Some("small".into()),
        color: None,
        price_adjustment: "-2.50".parse().unwrap(),
        rank: 0,
        loaded_stock: Some(10),
        details: Default::default(),
    };
    let seller = Seller {
        id: "S001".parse().unwrap(),
        external_id: Some("S001".into()),
        user_id: Some("U001".parse().unwrap()),
        name: "Ash & Oak".into(),
        rating: Some(4.5),
        city: Some("Köln".into()),
        country: Some("DE".into()),
        founded: Some(1999),
        description: "Two turners.".into(),
    };
    let category = Category {
        id: "C01".parse().unwrap(),
        external_id: Some("C01".into()),
        name: "Bowls".into(),
        description: "For soup and salad.".into(),
        parent: Some("C23".parse().unwrap()),
        image: Some("categories/c01.svg".into()),
    };
    let adjusted = StockAdjusted {
        product_id: product.id,
        variant_id: variant.id,
        change: -3,
        reason: StockReason::Loaded,
        loaded_stock: Some(7),
    };
    vec![
        ProductAdded { product: product.clone() }.into(),
        ProductChanged { product, changed: vec!["price".into()] }.into(),
        VariantAdded { variant: variant.clone() }.into(),
        VariantChanged { variant, changed: vec!["size".into()] }.into(),
        adjusted.into(),
        SellerAdded { seller: seller.clone() }.into(),
        SellerChanged { seller: seller.clone(), changed: vec!["name".into()] }.into(),
        CategoryAdded { category: category.clone() }.into(),
        CategoryChanged { category: category.clone(), changed: vec!["parent".into()] }.into(),
        SellerDeleted { seller }.into(),
        CategoryDeleted { category }.into(),
        PriceTurned { product_id: "P001".parse().unwrap(), at: Timestamp::from_ms(1_900_000_000_000) }.into(),
    ]
}

/// These files were written by the first version that wrote such events. They are never edited: a log may hold them.
#[test]
fn events_of_every_schema_ever_written_can_be_read() {
    let kinds: Vec<&str> = samples().iter().map(CatalogEvent::kind).collect();
    assert_eq!(kinds, CatalogEvent::KINDS);
    for sample in samples() {
        let path = format!("{}/fixtures/events/{}.1.json", env!("CARGO_MANIFEST_DIR"), sample.kind());
        let data = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let read = CatalogEvent::parse(sample.kind(), 1, &data).unwrap().unwrap();
        assert_eq!(read, sample, "{path}");
    }
}

#[test]
fn an_event_says_what_it_touches() {
    let of = |kind: &str| {
        let event = samples().into_iter().find(|event| event.kind() == kind).unwrap();
        touched(&recorded(event.into_new(&cause()).unwrap())).unwrap()
    };
    let (id, small) = ("P001".parse().unwrap(), "P001-S".parse().unwrap());
    assert_eq!(of("product-changed"), Touched::Product { id, variant: None });
    assert_eq!(of("price-turned"), Touched::Product { id, variant: None });
    assert_eq!(of("variant-added"), Touched::Product { id, variant: Some(small) });
    assert_eq!(of("variant-changed"), Touched::Product { id, variant: Some(small) });
    assert_eq!(of("stock-adjusted"), Touched::Stock(vec![(id, small)]));
    assert_eq!(of("seller-changed"), Touched::ProductsOfSeller("S001".parse().unwrap()));
    assert_eq!(of("seller-added"), Touched::Nothing, "nobody sells there yet");
    assert_eq!(of("category-changed"), Touched::ProductsOfCategory("C01".parse().unwrap()));
    assert_eq!((of("category-deleted"), of("seller-deleted")), (Touched::Nothing, Touched::Nothing));

    let mut order = recorded(samples().remove(0).into_new(&cause()).unwrap());
    order.stream = OrderId::new().into();
    let placed = include_str!("../../fixtures/events/order-placed.1.json");
    let cancelled = include_str!("../../fixtures/events/order-cancelled.1.json");
    for (kind, data) in [("order-placed", placed), ("order-cancelled", cancelled)] {
        (order.kind, order.data) = (kind.to_owned(), data.to_owned());
        assert_eq!(touched(&order).unwrap(), Touched::Stock(vec![(id, small)]), "{kind}");
    }
    // Of a bundle its parts are moved.
    let part = format!(r#"{{"product_id":"{id}","variant_id":"{small}","quantity":4}}"#);
    let other = VariantId::new();
    order.kind = "order-placed".to_owned();
    order.data = format!(r#"{{"items":[{{"product_id":"{id}","variant_id":"{other}","parts":[{part}]}}]}}"#);
    assert_eq!(touched(&order).unwrap(), Touched::Stock(vec![(id, small)]));
    order.data = "{}".into();
    assert!(touched(&order).is_err(), "an order without items is not passed over in silence");
    order.kind = "order-paid".into();
    assert_eq!(touched(&order).unwrap(), Touched::Nothing);
}
