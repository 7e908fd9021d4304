//! What must be refused in words, whatever its size, and faults of the importer before this one.

mod common;

use std::io::Write;

use common::{given, read, read_text};
use souk_feeds::shape::{Given, Status, Stock};
use souk_feeds::{Error, FaultKind, Map, Options};

fn refused(name: &str, content: impl AsRef<[u8]>) -> String {
    match read_text(name, content) {
        Ok(read) => panic!("{name} was read: {}", read.summary),
        Err(error) => error.to_string(),
    }
}

const SHOPIFY: &str =
    "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Status\n";

#[test]
fn lines_without_an_end_are_refused() {
    let long = format!("{SHOPIFY}a,\"{}", "x".repeat(5_000_000));
    assert!(refused("long.csv", long).contains("is a quote left open?"));
    assert!(refused("header.csv", "x".repeat(5_000_000)).contains("longer than"));
    let item =
        format!("<rss><channel><item><title>{}</title></item></channel></rss>", "x".repeat(20_000_000));
    assert!(refused("long.xml", item).contains("longer than"));
    let line = format!(
        "{{\"souk_product\":1,\"key\":\"a\",\"variants\":[]}}\n{{\"key\":\"{}\"}}\n{{\"key\":\"b\",\"variants\":[]}}\n",
        "x".repeat(9_000_000)
    );
    let read = read_text("long.ndjson", line).expect("the other lines are read");
    assert_eq!((read.products.len(), read.rejects.len()), (2, 1));
}

#[test]
fn what_goes_on_before_the_first_record_is_refused_too() {
    for (head, words) in [
        ("<rss><channel><title>", "longer than"),
        ("<rss><!-- ", "longer than"),
        ("<rss a=\"", "longer than"),
        ("<![CDATA[", "longer than"),
    ] {
        let said = refused("head.xml", format!("{head}{}", "x".repeat(20_000_000)));
        assert!(said.contains(words), "{head}: {said}");
    }
    // The reader keeps the name of every element that is open.
    assert!(refused("tower.xml", "<a>".repeat(1_000_000)).contains("deeper than 64 levels"));
    let many = format!("<rss>{}</rss>", "<a/>\n".repeat(100_000));
    assert!(refused("none.xml", many).contains("no export that is known"));
    let said = refused("text.json", format!("[{{\"key\":\"{}", "x".repeat(20_000_000)));
    assert!(said.contains("record longer than"), "{said}");
    let said = refused("key.json", format!("{{\"{}", "x".repeat(20_000_000)));
    assert!(said.contains("record longer than"), "{said}");
    let said = refused("open.json", format!("{{\"products\":\"{}", "x".repeat(20_000_000)));
    assert!(said.contains("ends in the middle"), "{said}");
}

/// A record as a value takes many times the memory of its text: 8 MiB of `[],[],` were 100 MB.
#[test]
fn a_line_of_json_is_refused_before_it_is_parsed() {
    let line =
        |inner: String| format!("{{\"souk_product\":1,\"key\":\"a\",\"x\":{inner},\"variants\":[]}}\n");
    let deep = line(format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)));
    let many = line(format!("[1{}]", ",1".repeat(600_000)));
    let well = "{\"souk_product\":1,\"key\":\"b\",\"description\":\"[[[\\\"{,,\\\\\",\"variants\":[]}\n";
    let read = read_text("deep.ndjson", format!("{deep}{many}{well}")).expect("the last line is read");
    let said: Vec<String> = read.rejects.iter().map(|reject| reject.faults[0].to_string()).collect();
    assert!(
        said.len() == 2 && said[0].contains("deeper than 64") && said[1].contains("500000 values"),
        "{said:?}"
    );
    assert_eq!(read.products.len(), 1);
}

#[test]
fn what_is_packed_and_cut_off_or_damaged_is_refused() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let rows: String = (0..2_000).map(|at| format!("h{at},T{at},V,,,S{at},{at},1,active\n")).collect();
    packed.write_all(format!("{SHOPIFY}{rows}").as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    assert!(read_text("well.csv.gz", &packed).is_ok());
    assert!(refused("cut.csv.gz", &packed[..packed.len() / 2]).contains("is cut off"));
    assert!(refused("end.csv.gz", &packed[..packed.len() - 4]).contains("is cut off"));
    let mut damaged = packed.clone();
    let sum = damaged.len() - 8;
    damaged[sum] ^= 1;
    assert!(refused("sum.csv.gz", damaged).contains("damaged"));
    assert!(refused("none.csv.gz", b"\x1f\x8bxxxxxxxxxxxxxxxxxxxxxxxxxxx").contains("damaged"));
}

/// The file is read several times, so a pipe would be waited for without end, and `/dev/zero` has none.
#[test]
fn what_is_no_file_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = vec![folder.path().to_owned()];
    if cfg!(unix) {
        let pipe = folder.path().join("pipe.csv");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("it starts");
        assert!(made.success());
        paths.extend([pipe, "/dev/zero".into()]);
    }
    for path in paths {
        let error = read(&path, &Options::default()).map(|read| read.products).expect_err("it is no file");
        assert!(error.to_string().contains("save what comes out of a pipe first"), "{error}");
    }
    let long = given("long.yaml", "#".repeat(2 * 1024 * 1024));
    let error = Map::from_file(&long.path).expect_err("it is too long");
    assert!(error.to_string().contains("longer than"), "{error}");
}

#[test]
fn a_bomb_is_refused() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(SHOPIFY.as_bytes()).expect("packed");
    let zeros = vec![b'\n'; 1024 * 1024];
    for _ in 0..200 {
        packed.write_all(&zeros).expect("packed");
    }
    assert!(refused("bomb.csv.gz", packed.finish().expect("packed")).contains("times its size"));
    assert!(refused("book.xlsx", b"PK\x03\x04....").contains("spreadsheet"));
}

#[test]
fn entities_of_xml_are_refused() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss><item><title>&b;</title></item></rss>";
    assert!(refused("bomb.xml", bomb).contains("document type"));
    let unknown =
        "<rss><item><id>1</id><title>&b;</title><price>1</price><condition>new</condition></item></rss>";
    assert!(refused("unknown.xml", unknown).contains("entity"));
    let deep = "<a>".repeat(10_000);
    assert!(refused("deep.xml", format!("<rss><item>{deep}")).contains("deeper"));
}

#[test]
fn what_is_deep_or_wide_is_refused() {
    let deep = format!("[{{\"id\":{}1{}}}]", "[".repeat(10_000), "]".repeat(10_000));
    assert!(refused("deep.json", deep).contains("deeper"));
    let columns: Vec<String> = (0..5_000).map(|at| format!("c{at}")).collect();
    assert!(refused("wide.csv", columns.join(",")).contains("columns"));
    let fields: Vec<String> = columns.iter().map(|name| format!("\"{name}\":1")).collect();
    assert!(refused("wide.json", format!("[{{{}}}]", fields.join(","))).contains("columns"));
    // Each record has other fields: together they are too many.
    let records: Vec<String> = fields.chunks(100).map(|some| format!("{{{}}}", some.join(","))).collect();
    assert!(refused("apart.ndjson", records.join("\n")).contains("columns"));
    let item = |names: &[String]| {
        format!("<item>{}</item>", names.iter().map(|name| format!("<{name}>1</{name}>")).collect::<String>())
    };
    assert!(refused("wide.xml", format!("<rss>{}</rss>", item(&columns))).contains("4000 fields"));
    let items: String = columns.chunks(100).map(item).collect();
    assert!(refused("apart.xml", format!("<rss>{items}</rss>")).contains("columns"));
    assert!(refused("empty.csv", "").contains("is empty"));
    assert!(refused("cut.json", "{\"products\":[{\"id\":1").contains("ends"));
}

#[test]
fn an_unknown_file_names_what_comes_near() {
    let text = refused("near.csv", "Handel,Title,Variant Price,Vendor\na,b,1,c\n");
    assert!(text.contains("Shopify") && text.contains("`Handel`"), "{text}");
    let Err(Error::Unrecognised { near, .. }) = read_text("far.csv", "x,y\n1,2\n") else {
        panic!("it is not known")
    };
    assert_eq!(near, []);
}

#[test]
fn a_column_that_stands_twice_is_refused() {
    let text = refused("twice.csv", "Handle,Title,Title,Vendor\na,b,c,d\n");
    assert!(text.contains("`Title` 2 times"), "{text}");
    let read = read_text("unused.csv", "Handle,Title,Vendor,Note,Note\na,b,c,d,e\n").expect("it is not used");
    assert_eq!(read.summary.doubled_columns, ["Note"]);
}

/// The faults of the importer before this one.
#[test]
fn numbers_texts_and_lists_are_what_they_say() {
    let map = "name: mine\nproduct:\n  name: name\n  tags: {from: tags, split: ','}\n  images: [{from: pictures, split: ','}]\nvariant:\n  sku: sku\n  price: price\n  stock: {from: stock}\n  options: [{is: Size, value: size}]\n";
    let map = Map::parse("mine", map).expect("a map");
    let text = "sku;name;price;stock;size;tags;pictures\nA/1 b;<M and chest 9>;£3;12,0;-2.50;a,b;1.jpg, 2.jpg\nB;=1+1;3;1,5;-20 °C;;\n";
    let read = read(&given("mine.csv", text).path, &Options { map: Some(map), ..Options::default() })
        .expect("it is read");
    let [product] = &read.products[..] else { panic!("one product") };
    let variant = &product.variants[0];
    assert_eq!(variant.sku, "A/1 b");
    assert_eq!(product.name, Given::Value("<M and chest 9>".to_owned()));
    assert_eq!(variant.price.value().map(ToString::to_string).as_deref(), Some("3 GBP"));
    assert_eq!(variant.stock, Given::Value(Stock::Counted(12)));
    assert_eq!(variant.options, [("Size".to_owned(), "-2.50".to_owned())]);
    assert_eq!(product.tags.value().map(Vec::len), Some(2));
    assert_eq!(product.images.value().map(Vec::len), Some(2));
    assert_eq!(product.brand, Given::Absent);
    assert_eq!(read.rejects[0].faults[0].kind, FaultKind::Stock);
    assert!(read.rejects[0].faults[0].to_string().contains("`stock` is no whole number: `1,5`"));
}

#[test]
fn rejects_keep_the_header_and_the_quoting_and_can_be_imported_again() {
    let text = format!(
        "{SHOPIFY}cup,Cup,\"Clay, fired\",Size,S,C,free,1,active\npot,Pot,,,,P,1.00,1,active\ncup,,,,M,C2,2,1,\nbad,row\n"
    );
    let file = given("shop.csv", text);
    let mut source = souk_feeds::Source::open(&file.path, &Options::default()).expect("it opens");
    let target = file.folder.path().join("rejects.csv");
    let mut rejects = source.rejects(&target);
    while let Some(item) = source.next().expect("it is read") {
        if let souk_feeds::Item::Reject(reject) = item {
            rejects.add(&reject).expect("it is written");
        }
    }
    assert_eq!(rejects.finish().expect("it ends"), std::slice::from_ref(&target));
    let written = std::fs::read_to_string(&target).expect("it is there");
    assert!(written.starts_with(&format!("{},reject_reason\n", SHOPIFY.trim_end())), "{written}");
    let row =
        "cup,Cup,\"Clay, fired\",Size,S,C,free,1,active,\"line 2: `Variant Price` is no amount: `free`\"";
    assert!(written.contains(row), "{written}");
    let mended: Vec<String> = written
        .lines()
        .filter(|line| !line.starts_with("bad"))
        .map(|line| line.replace(",free,", ",9.50,"))
        .collect();
    let again = read_text("mended.csv", mended.join("\n")).expect("it is read");
    assert_eq!((again.products.len(), again.rejects.len()), (1, 0), "{}", again.summary);
    assert_eq!(again.products[0].variants.len(), 2);
    assert_eq!(again.summary.not_taken, []);
}

#[test]
fn a_draft_stays_off_and_what_is_missing_says_nothing() {
    let read = read_text("few.csv", "Handle,Title,Status,Tags\na,A,draft,\nb,B,,x\n").expect("it is read");
    assert_eq!(read.products[0].status, Given::Value(Status::Draft));
    assert_eq!(read.products[0].tags, Given::Empty);
    assert_eq!(read.products[0].brand, Given::Absent);
    assert_eq!(read.products[0].variants[0].price, Given::Absent);
    assert!(read.products[0].variants[0].sku_was_made);
    let text = read.summary.to_string();
    assert!(
        text.starts_with("Shopify export: 2 products (1 for sale, 1 draft), 2 variants, 0 pictures."),
        "{text}"
    );
    let unknown = read_text("word.csv", "Handle,Title,Status,Tags\na,A,maybe,\n").expect("it is read");
    assert_eq!(unknown.rejects[0].faults[0].kind, FaultKind::Word);
}

#[test]
fn doubled_skus_and_what_is_not_taken_are_told() {
    let text = "Handle,Title,Vendor,Variant SKU,Variant Price,Variant Tax Code\na,A,,X,1.00,P1\nb,B,,X,1.00,P1\nc,C,,Y,1.00,\n";
    let read = read_text("double.csv", text).expect("it is read");
    let told = read.summary.to_string();
    assert!(told.contains("Not taken over: Variant Tax Code (2)."), "{told}");
    assert!(told.contains("1 SKU stands twice (line 3)."), "{told}");
}

#[test]
fn prices_that_can_be_read_in_two_ways_are_refused_unless_the_file_shows_how() {
    let text = |other: &str| format!("Handle;Title;Vendor;Variant Price\na;A;;1,234\nb;B;;{other}\n");
    let unsure = read_text("unsure.csv", text("2")).expect("it is read");
    assert_eq!(unsure.rejects[0].faults[0].kind, FaultKind::Amount);
    let comma = read_text("comma.csv", text("2,50")).expect("it is read");
    assert_eq!(
        comma.products[0].variants[0].price.value().map(ToString::to_string).as_deref(),
        Some("1.234")
    );
    let point = read_text("point.csv", text("2.50")).expect("it is read");
    assert_eq!(point.products[0].variants[0].price.value().map(ToString::to_string).as_deref(), Some("1234"));
}
