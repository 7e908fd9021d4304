//! Maps: the built-in ones, the one in the documentation, and what a map can say about JSON.

mod common;

use common::{given, read};
use souk_feeds::shape::{Given, Stock};
use souk_feeds::{Error, Item, Map, Options, Source};

#[test]
fn built_in_maps_are_maps() {
    for name in souk_feeds::built_in_names() {
        let map = Map::parse(name, souk_feeds::built_in(name).expect("it is there"));
        assert!(map.is_ok(), "{map:?}");
    }
}

#[test]
fn the_map_of_the_documentation_is_one() {
    let page = include_str!("../../../docs/import.md");
    let yaml = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has one");
    let map = Map::parse("docs/import.md", yaml).expect("a map");
    let text = "article;title;teaser;text;state;path;keywords;picture 1;picture 1 text;material;number;size;option 1;option 1 value;price;stock;counted;weight\n\
        1;Cup;Small;<p>Of clay</p>;online;Root > Kitchen > Cups|Gifts;a,b;cup.jpg;A cup;Clay;1-S;S;Colour;Red;1.234,50;3;yes;0,25\n\
        1;;;;;;;;;;1-M;M;Colour;Red;9,00;;no;\n";
    let read = read(&given("old.csv", text).path, &Options { map: Some(map), ..Options::default() })
        .expect("it is read");
    assert_eq!(read.rejects, []);
    let [product] = &read.products[..] else { panic!("one product") };
    assert_eq!(product.description, Given::Value("Small\nOf clay".to_owned()));
    assert_eq!(
        product.categories,
        Given::Value(vec![vec!["Kitchen".to_owned(), "Cups".to_owned()], vec!["Gifts".to_owned()]])
    );
    let images = product.images.value().expect("a picture");
    assert_eq!(
        (images[0].url.as_str(), images[0].alt.as_str()),
        ("https://pictures.example/large/cup.jpg", "A cup")
    );
    assert_eq!(product.options, ["Size", "Colour"]);
    assert_eq!(product.variants[0].price.value().map(ToString::to_string).as_deref(), Some("1234.50 EUR"));
    assert_eq!(product.variants[0].weight_grams, Given::Value(250));
    assert_eq!(product.variants[1].stock, Given::Value(Stock::NotCounted));
}

#[test]
fn a_map_says_how_far_something_is_sold_beyond_what_is_there() {
    let yaml = "name: mine\nproduct: {name: name}\nvariant:\n  sku: sku\n  stock: {from: stock}\n  backorder: {from: later}\n  backorder_allowance: at most\n";
    let map = Map::parse("mine", yaml).expect("a map");
    let text = "sku,name,stock,later,at most\nA,A,3,yes,5\nB,B,0,yes,\nC,C,1,yes,\"1,5\"\n";
    let read = read(&given("mine.csv", text).path, &Options { map: Some(map), ..Options::default() })
        .expect("it is read");
    let said: Vec<_> = read
        .products
        .iter()
        .map(|product| {
            (product.variants[0].backorder.clone(), product.variants[0].backorder_allowance.clone())
        })
        .collect();
    assert_eq!(said, [(Given::Value(true), Given::Value(5)), (Given::Value(true), Given::Empty)]);
    assert!(read.rejects[0].faults[0].to_string().contains("`at most` is no number of pieces: `1,5`"));
}

const NESTED: &str = "name: theirs\nroot: data.products\nvariants: variants\ngroup_by: id\nprice: {minor: true, currency: EUR}\n\
    product:\n  name: title\n  brand: vendor.name\n  images: [{from: media.url}]\n\
    variant:\n  sku: variants.sku\n  price: variants.price\n  stock: {from: variants.stock.count}\n  options: [{value: 'variants.options.{name}'}]\n";

#[test]
fn a_map_reaches_into_json() {
    let text = r#"{"meta": {"products": [1]}, "data": {"page": 1, "products": [
        {"id": 7, "title": "Cup", "vendor": {"name": "Clay & Co"}, "media": [{"url": "a.jpg"}, {"url": "b.jpg"}], "variants": [
          {"sku": "S", "price": 1999, "stock": {"count": 3}, "options": {"Size": "S"}},
          {"sku": "M", "price": 2050, "options": {"Size": "M"}}]},
        {"id": 8, "title": "Pot", "extra": "x", "variants": [{"sku": "P", "price": 12.5}]}
    ]}}"#;
    let map = Map::parse("theirs", NESTED).expect("a map");
    let file = given("theirs.json", text);
    let mut source =
        Source::open(&file.path, &Options { map: Some(map), ..Options::default() }).expect("it opens");
    let rejects_at = file.folder.path().join("rejects.json");
    let mut rejects = source.rejects(&rejects_at);
    let mut products = Vec::new();
    while let Some(item) = source.next().expect("it is read") {
        match item {
            Item::Product(product, _) => products.push(product),
            Item::Reject(reject) => rejects.add(&reject).expect("it is written"),
        }
    }
    let [cup] = &products[..] else { panic!("one product: {products:?}") };
    assert_eq!(cup.brand, Given::Value("Clay & Co".to_owned()));
    assert_eq!(cup.images.value().map(Vec::len), Some(2));
    let prices: Vec<String> =
        cup.variants.iter().filter_map(|it| it.price.value().map(ToString::to_string)).collect();
    assert_eq!(prices, ["19.99 EUR", "20.50 EUR"]);
    assert_eq!(cup.variants[1].options, [("Size".to_owned(), "M".to_owned())]);
    assert_eq!(cup.variants[1].stock, Given::Absent);
    rejects.finish().expect("it ends");
    let written = std::fs::read_to_string(&rejects_at).expect("it is there");
    assert!(
        written.starts_with("{\"reject_reason\":\"line 5: `variants.price` is no whole number of hundredths"),
        "{written}"
    );
    assert!(serde_json::from_str::<serde_json::Value>(written.trim()).is_ok());
}

/// A list of names was as many categories; a shop's shelves were all at the top.
#[test]
fn a_list_can_be_one_path_of_categories() {
    let map = |from: &str, more: &str| {
        let yaml = format!(
            "name: mine\nproduct:\n  name: name\n  category: [{{from: {from}{more}}}]\nvariant: {{sku: sku}}\n"
        );
        Map::parse("mine", &yaml)
    };
    let arrived = |name: &str, text: &str, map: Map| {
        let options = Options { map: Some(map), ..Options::default() };
        let read = read(&given(name, text).path, &options).expect("it is read");
        assert_eq!(read.rejects, []);
        read.products.into_iter().map(|product| product.categories).collect::<Vec<_>>()
    };
    let path =
        |names: &[&str]| Given::Value(vec![names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()]);
    let json = "{\"sku\":\"A\",\"name\":\"A\",\"shelf\":[\"All\",\"Kitchen\",\"Salt & pepper\"]}\n\
        {\"sku\":\"B\",\"name\":\"B\",\"shelf\":[]}\n{\"sku\":\"C\",\"name\":\"C\"}\n";
    let one = map("shelf", ", is_path: true, strip_prefix: [All]").expect("a map");
    let wanted = [path(&["Kitchen", "Salt & pepper"]), Given::Empty, Given::Absent];
    assert_eq!(arrived("shelf.ndjson", json, one), wanted);
    let each = arrived("each.ndjson", json, map("shelf", "").expect("a map"));
    assert_eq!(each[0].value().map(Vec::len), Some(3), "without it each is a category of its own");

    let crumbs =
        "[{\"sku\":\"A\",\"name\":\"A\",\"crumbs\":[{\"title\":\"Kitchen\"},{\"title\":\"Bowls\"}]}]";
    let one = map("crumbs.title", ", is_path: true").expect("a map");
    assert_eq!(arrived("crumbs.json", crumbs, one), [path(&["Kitchen", "Bowls"])]);

    let columns = "level 2,sku,name,level 1\nBowls,A,A,Kitchen\n,B,B,Kitchen\n";
    let one = map("'level {n}'", ", is_path: true").expect("a map");
    assert_eq!(arrived("levels.csv", columns, one), [path(&["Kitchen", "Bowls"]), path(&["Kitchen"])]);

    let both = map("shelf", ", is_path: true, separator: '>'").expect_err("it says two things");
    assert!(both.to_string().contains("is_path"), "{both}");
}

#[test]
fn a_map_that_cannot_be_followed_says_why() {
    let error = Map::parse("bad", "name: x\nproduct: {naem: a}\n").expect_err("it is none");
    assert!(error.to_string().contains("naem"), "{error}");
    let map = Map::parse("mine", "name: mine\ngroup_by: article\nproduct: {name: title}\n").expect("a map");
    let options = Options { map: Some(map), ..Options::default() };
    let error = read(&given("mine.csv", "artikel,title\n1,a\n").path, &options).map(|read| read.products);
    assert!(matches!(&error, Err(Error::Map { reason, .. }) if reason.contains("`article`")), "{error:?}");
}

#[test]
fn refused_items_of_a_feed_are_a_feed() {
    let item = |id: &str, price: &str| {
        format!(
            "<item><g:id>{id}</g:id><title>Cup &amp; pot</title><g:price>{price}</g:price><g:condition>new</g:condition></item>"
        )
    };
    let text = format!(
        "<?xml version=\"1.0\"?>\n<rss xmlns:g=\"http://base.google.com/ns/1.0\" version=\"2.0\"><channel><title>A</title>\n{}\n{}\n</channel></rss>",
        item("1", "3.00 GBP"),
        item("2", "free")
    );
    let file = given("feed.xml", text);
    let mut source = Source::open(&file.path, &Options::default()).expect("it opens");
    let at = file.folder.path().join("rejects.xml");
    let mut rejects = source.rejects(&at);
    while let Some(item) = source.next().expect("it is read") {
        if let Item::Reject(reject) = item {
            assert_eq!(reject.faults[0].place.line, 4);
            rejects.add(&reject).expect("it is written");
        }
    }
    rejects.finish().expect("it ends");
    let written = std::fs::read_to_string(&at).expect("it is there");
    let mended =
        given("mended.xml", written.replace("<g:price>free</g:price>", "<g:price>4.00 GBP</g:price>"));
    let read = read(&mended.path, &Options::default()).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!((read.products.len(), read.rejects.len()), (1, 0), "{written}");
    assert_eq!(read.products[0].name, Given::Value("Cup & pot".to_owned()));
}
