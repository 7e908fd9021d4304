use souk_ports::rows::{Product, Sale, Variant};
use souk_ports::store::Versioned;

use super::*;

fn offer(product: &str, price: Option<&str>, stock: i64) -> Offer {
    let product = Product {
        id: product.parse().unwrap(),
        external_id: Some(product.into()),
        name: product.to_lowercase(),
        description: "Turned from ash.".into(),
        price: price.map(|price| price.parse().unwrap()),
        category_id: "C01".parse().unwrap(),
        seller_id: None,
        brand: None,
        tags: vec!["kitchen".into()],
        materials: vec!["ash".into()],
        care: Some("Oil it.".into()),
        rating: Some(4.5),
        num_reviews: 3,
        images: vec![],
        is_active: true,
        created_at: Timestamp::from_ms(0),
        details: Default::default(),
    };
    let sku = format!("{}-L", product.name.to_uppercase());
    let variant = Variant {
        id: sku.parse().unwrap(),
        product_id: product.id,
        sku,
        size: Some("L".into()),
        color: None,
        price_adjustment: "5".parse().unwrap(),
        rank: 0,
        loaded_stock: None,
        details: Default::default(),
    };
    Offer {
        product: Versioned { version: 1, row: product },
        variant: Versioned { version: 1, row: variant },
        available: stock,
        parts: Vec::new(),
    }
}

fn pieces(sku: &str, quantity: u32) -> Pieces {
    Pieces { product_id: "P9".parse().unwrap(), variant_id: sku.parse().unwrap(), quantity }
}

#[test]
fn a_line_of_bundles_takes_their_parts() {
    let mut set = offer("P1", Some("20"), 5);
    set.parts = vec![pieces("POT", 1), pieces("CUP", 4)];
    let lines = pick(&[request(&set, 3, "25")], vec![Ok(set.clone())], false, now()).unwrap();
    assert_eq!(lines[0].item.parts, [pieces("POT", 3), pieces("CUP", 12)]);
    set.parts = vec![pieces("CUP", u32::MAX)];
    let error = pick(&[request(&set, 2, "25")], vec![Ok(set)], false, now()).unwrap_err();
    assert!(error.to_string().contains("more pieces than can be counted"), "{error}");
}

#[test]
fn what_is_short_is_said_of_the_line_that_somebody_can_change() {
    let mut set = offer("P1", Some("20"), 5);
    set.parts = vec![pieces("POT", 1), pieces("P2-L", 4)];
    let cup = offer("P2", Some("20"), 50);
    let requests = [request(&set, 2, "25"), request(&cup, 5, "25")];
    let lines = pick(&requests, vec![Ok(set), Ok(cup)], false, now()).unwrap();
    let items: Vec<PlacedItem> = lines.into_iter().map(|line| line.item).collect();
    let said = |sku: &str, available| match short(&items, sku.parse().unwrap(), available) {
        Some(Error::OutOfStock { name, available, wanted, .. }) => Some((name, available, wanted)),
        other => panic!("{other:?}"),
    };
    assert_eq!(said("POT", 1), Some(("p1".to_owned(), 1, 2)));
    // 13 cups are wanted, and 12 are there: without the five of the other line seven are left, which is one set.
    assert_eq!(said("P2-L", 12), Some(("p1".to_owned(), 1, 2)));
    assert_eq!(said("P2-L", 3), Some(("p1".to_owned(), 0, 2)));
    assert!(short(&items, "LID".parse().unwrap(), 1).is_none());
}

fn now() -> Timestamp {
    Timestamp::from_ms(1_000)
}

fn request(offer: &Offer, quantity: u32, price: &str) -> ItemRequest {
    let price = price.parse().unwrap();
    ItemRequest { product_id: offer.product.row.id, variant_id: None, quantity, price }
}

fn pick_all(wanted: Vec<(Offer, u32, &str)>) -> Result<Vec<(String, u32, Money)>, Error> {
    let requests: Vec<_> =
        wanted.iter().map(|(offer, quantity, price)| request(offer, *quantity, price)).collect();
    let offers = wanted.into_iter().map(|(offer, ..)| Ok(offer)).collect();
    let lines = pick(&requests, offers, false, now())?;
    Ok(lines.into_iter().map(|Picked { item, .. }| (item.name, item.quantity, item.price)).collect())
}

#[test]
fn a_variant_costs_its_product_and_its_adjustment() {
    let lines = pick_all(vec![(offer("P1", Some("20"), 9), 2, "25"), (offer("P2", Some("1"), 9), 9, "6")]);
    let price = |text: &str| text.parse().unwrap();
    assert_eq!(lines.unwrap(), [("p1".into(), 2, price("25")), ("p2".into(), 9, price("6"))]);
}

#[test]
fn the_same_variant_twice_is_one_line_and_one_wish_for_stock() {
    let twice = |stock| {
        let offer = offer("P1", Some("20"), stock);
        pick_all(vec![(offer.clone(), 2, "25"), (offer, 3, "25")])
    };
    assert_eq!(twice(5).unwrap(), [("p1".into(), 5, "25".parse().unwrap())]);
    let error = twice(4).unwrap_err();
    assert!(matches!(error, Error::OutOfStock { available: 4, wanted: 5, .. }), "{error:?}");
}

#[test]
fn another_price_is_a_conflict_that_says_both() {
    let wanted = offer("P1", Some("20"), 9);
    let requests = [request(&wanted, 1, "24.99")];
    let ask =
        |from_cart| pick(&requests, vec![Ok(wanted.clone())], from_cart, now()).unwrap_err().to_string();
    assert_eq!(ask(false), "the price of `p1` is 25.00 today, not 24.99; order it at today's price");
    assert_eq!(
        ask(true),
        "the price of `p1` is 25.00 today, not 24.99; \
         order it at today's price, after changing its line in the cart, which takes the new price over"
    );
}

#[test]
fn what_has_no_price_or_is_not_active_is_not_sold() {
    let error = pick_all(vec![(offer("P1", None, 9), 1, "25")]).unwrap_err();
    assert!(matches!(error, Error::Offer(offer::Error::PriceOnRequest { .. })), "{error:?}");
    let mut gone = offer("P1", Some("20"), 9);
    gone.product.row.is_active = false;
    let error = pick_all(vec![(gone, 1, "25")]).unwrap_err();
    assert!(matches!(error, Error::Offer(offer::Error::NotForSale { .. })), "{error:?}");
}

#[test]
fn a_request_has_its_form() {
    let offer = offer("P1", Some("20"), 9);
    let form = |requests: Vec<ItemRequest>| check_form(&requests);
    assert!(form(vec![request(&offer, 10_000, "1"); 100]).is_ok());
    assert!(form(vec![]).is_err());
    assert!(form(vec![request(&offer, 1, "1"); 101]).is_err());
    assert!(form(vec![request(&offer, 0, "1")]).is_err());
    assert!(form(vec![request(&offer, 10_001, "1")]).is_err());
}

/// Shops keep these for years, and other programs read them.
#[test]
fn the_snapshot_of_a_product_says_what_was_sold() {
    let offer = offer("P1", Some("20"), 9);
    let requests = [request(&offer, 1, "25")];
    let lines = pick(&requests, vec![Ok(offer)], false, now()).unwrap();
    let row = lines[0].row("ORDER".parse().unwrap(), 0).unwrap();
    let category: CategoryId = "C01".parse().unwrap();
    assert_eq!(
        row.snapshot,
        format!(
            "{{\"external_id\":\"P1\",\"name\":\"p1\",\"description\":\"Turned from ash.\",\"brand\":null,\
             \"category_id\":\"{category}\",\"seller_id\":null,\"materials\":[\"ash\"],\"care\":\"Oil it.\",\
             \"image\":null,\"variant\":{{\"sku\":\"P1-L\",\"size\":\"L\",\"color\":null,\
             \"price_adjustment\":5.0}},\"price\":25.0}}"
        )
    );
}

#[test]
fn a_line_is_paid_at_the_sale_and_keeps_what_it_costs_otherwise() {
    let mut on_sale = offer("P1", Some("20"), 5);
    let sale = Sale { price: "18".parse().unwrap(), from: None, until: Some(now().plus_ms(1)) };
    on_sale.variant.row.details.sale = Some(sale);
    let requests = [request(&on_sale, 2, "18")];
    let lines = pick(&requests, vec![Ok(on_sale.clone())], false, now()).unwrap();
    let item = &lines[0].item;
    assert_eq!((item.price, item.list_price), ("18".parse().unwrap(), Some("25".parse().unwrap())));
    assert!(
        lines[0]
            .row(souk_kernel::OrderId::new(), 0)
            .unwrap()
            .snapshot
            .ends_with(r#""price":18.0,"list_price":25.0}"#)
    );

    let late = pick(&requests, vec![Ok(on_sale)], false, now().plus_ms(1)).unwrap_err();
    assert!(late.to_string().contains("is 25.00 today, not 18.00"), "{late}");
}
