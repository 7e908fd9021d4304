//! What is written is read as what it was: all of the shape in souk's own form, and in the others what they can say.

mod common;

use common::{given, placeless, read};
use proptest::prelude::*;
use souk_feeds::shape::{Given, Image, Product, Sale, Specification, Status, Stock, Variant};
use souk_feeds::write::{Exporter, Form, Shop};
use souk_feeds::{Amount, Options};

fn written(products: &[Product], form: Form) -> Vec<u8> {
    let shop =
        Shop { name: "A & B".to_owned(), url: "https://shop.example".to_owned(), currency: "EUR".to_owned() };
    let mut exporter = Exporter::new(Vec::new(), form, shop);
    for product in products {
        exporter.add(product).expect("it is written");
    }
    exporter.finish().expect("it ends")
}

fn again(products: &[Product], form: Form, name: &str) -> Vec<Product> {
    let read = read(&given(name, written(products, form)).path, &Options::default()).expect("it is read");
    assert_eq!(read.rejects, []);
    placeless(read.products)
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-ZäöüÄß€&<>\"',;|=+@-][ -~äöü]{0,12}[a-z0-9.\"]"
}

fn word() -> impl Strategy<Value = String> {
    "[a-zäöü][a-z0-9-]{1,8}"
}

fn maybe<T: std::fmt::Debug + Clone + 'static>(
    of: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Given<T>> {
    prop_oneof![Just(Given::Absent), Just(Given::Empty), of.prop_map(Given::Value)].boxed()
}

fn amount() -> impl Strategy<Value = Amount> {
    (0..10_000_000_i64, 0..4_u8, proptest::bool::ANY).prop_map(|(digits, scale, named)| Amount {
        digits,
        scale,
        currency: named.then_some(*b"EUR"),
    })
}

prop_compose! {
    fn variant()(
        sku in "[A-Z]{2}[ /A-Z0-9]{0,6}[A-Z0-9]{4}", price in maybe(amount()), list_price in maybe(amount()),
        sale in maybe((amount(), text()).prop_map(|(price, from)| Sale { price, from, until: String::new() })),
        stock in maybe(prop_oneof![(-5..1_000_i64).prop_map(Stock::Counted), Just(Stock::NotCounted), Just(Stock::In), Just(Stock::Out)]),
        backorder in maybe(any::<bool>()), backorder_allowance in maybe(0..9_u32), weight_grams in maybe(0..100_000_u64), is_digital in maybe(any::<bool>()),
        dimensions_mm in maybe([1..9_999_u64, 1..9_999_u64, 1..9_999_u64]), mpn in maybe(text()), image in maybe(word()),
    ) -> Variant {
        Variant { sku, price, list_price, sale, stock, backorder, backorder_allowance, weight_grams, is_digital, dimensions_mm, mpn, image, ..Variant::default() }
    }
}

prop_compose! {
    fn product()(
        key in word(), name in text().prop_map(Given::Value), description in maybe(text()), brand in maybe(text()),
        status in maybe(prop_oneof![Just(Status::Active), Just(Status::Draft), Just(Status::Archived)]),
        categories in maybe(proptest::collection::vec(proptest::collection::vec(word(), 1..4), 1..3)),
        tags in maybe(proptest::collection::vec(word(), 1..4)), variants in proptest::collection::vec(variant(), 1..5),
        images in maybe(proptest::collection::vec((word(), text()).prop_map(|(url, alt)| Image { url, alt }), 1..4)),
        specifications in maybe(proptest::collection::vec((text(), text()).prop_map(|(name, value)| Specification { name, value, unit: String::new() }), 1..3)),
        metadata in proptest::collection::vec((text(), text()), 0..3), rating_thousandths in maybe(0..5_000_u32),
    ) -> Product {
        let mut variants = variants;
        for (at, variant) in variants.iter_mut().enumerate() {
            variant.options = vec![("Size".to_owned(), format!("{at}"))];
        }
        Product {
            slug: Given::Value(key.clone()), key, name, description, brand, status, categories, tags, images, specifications,
            metadata, rating_thousandths, options: vec!["Size".to_owned()], variants, ..Product::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn souk_keeps_all_of_it(product in product()) {
        prop_assert_eq!(again(std::slice::from_ref(&product), Form::Souk, "own.ndjson"), [product]);
    }

    #[test]
    fn others_keep_what_they_can_say(product in product()) {
        for (form, name) in [
            (Form::Shopify, "shop.csv"),
            (Form::GoogleTsv, "google.tsv"),
            (Form::GoogleXml, "google.xml"),
            (Form::Acp, "acp.jsonl"),
        ] {
            let is_on = !matches!(product.status, Given::Value(Status::Draft | Status::Archived));
            if !is_on && form != Form::Shopify {
                let feed = written(std::slice::from_ref(&product), form);
                prop_assert!(!String::from_utf8_lossy(&feed).contains(&product.variants[0].sku));
                continue;
            }
            let arrived = again(std::slice::from_ref(&product), form, name);
            prop_assert_eq!(arrived.len(), 1);
            let arrived = &arrived[0];
            prop_assert_eq!(&arrived.name, &product.name);
            if let Given::Value(description) = &product.description {
                prop_assert_eq!(arrived.description.value().map(|it| it.split_whitespace().collect::<String>()), Some(description.split_whitespace().collect::<String>()));
            }
            prop_assert_eq!(arrived.brand.value(), product.brand.value());
            prop_assert_eq!(arrived.variants.len(), product.variants.len());
            for (arrived, variant) in arrived.variants.iter().zip(&product.variants) {
                prop_assert_eq!(&arrived.sku, &variant.sku);
                prop_assert_eq!(&arrived.options[..], &variant.options[..]);
                prop_assert_eq!(arrived.weight_grams.value(), variant.weight_grams.value());
                // Shopify has no sales: theirs is the price.
                if form != Form::Shopify {
                    let amount = |it: &Given<Amount>| it.value().map(|it| it.trimmed(0)).map(|it| (it.digits, it.scale));
                    prop_assert_eq!(amount(&arrived.price), amount(&variant.price));
                }
            }
            // What was read and written once more stays as it is.
            // A feed has a picture for every variant and an address for every page: they are made where there is none.
            let plain = |mut product: Product| {
                product.metadata.clear();
                product.images = Given::Absent;
                product.variants.iter_mut().for_each(|variant| variant.image = Given::Absent);
                product
            };
            let twice: Vec<Product> = again(std::slice::from_ref(arrived), form, name).into_iter().map(plain).collect();
            let arrived = plain(arrived.clone());
            prop_assert_eq!(&twice[..], std::slice::from_ref(&arrived));
        }
    }
}
