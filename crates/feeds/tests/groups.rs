//! Rows of a product that stand apart, in files that do not fit into memory at once; and speed, when asked for.

mod common;

use common::{given, placeless, read};
use souk_feeds::Options;

fn rows(products: usize, variants: usize) -> Vec<String> {
    let row = |product: usize, variant: usize| {
        let head =
            if variant == 0 { format!("Product {product},Maker {}", product % 100) } else { ",".to_owned() };
        format!(
            "product-{product},{head},Size,{variant},SKU-{product}-{variant},{}.99,{}",
            product % 90 + 1,
            variant
        )
    };
    (0..products).flat_map(|product| (0..variants).map(move |variant| row(product, variant))).collect()
}

const HEADER: &str =
    "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty";

#[test]
fn rows_that_stand_apart_belong_together() {
    let rows = rows(20_000, 4);
    let together = given("together.csv", format!("{HEADER}\n{}\n", rows.join("\n")));
    // All first rows, then all second ones, and so on.
    let apart: Vec<&str> =
        (0..4).flat_map(|at| rows.iter().skip(at).step_by(4)).map(String::as_str).collect();
    let apart = given("apart.csv", format!("{HEADER}\n{}\n", apart.join("\n")));
    let [together, apart] =
        [together, apart].map(|file| read(&file.path, &Options::default()).expect("it is read"));
    assert_eq!(together.products.len(), 20_000);
    assert_eq!(together.rejects, []);
    assert!(placeless(together.products) == placeless(apart.products));
    assert_eq!(together.summary, apart.summary);
}

#[test]
fn an_export_may_come_in_several_files() {
    let first = given("first.csv", format!("{HEADER}\ncup,Cup,Clay,Size,S,C-S,3.00,1\n"));
    let second = given("second.csv", format!("{HEADER}\ncup,,,,M,C-M,4.00,1\npot,Pot,Clay,,,P,9.00,1\n"));
    let options = Options { with: vec![second.path.clone()], ..Options::default() };
    let read = common::read(&first.path, &options).expect("it is read");
    assert_eq!(read.rejects, []);
    let variants: Vec<usize> = read.products.iter().map(|product| product.variants.len()).collect();
    assert_eq!(variants, [2, 1]);
    assert_eq!(read.products[0].variants[1].options, [("Size".to_owned(), "M".to_owned())]);
    let other = given("other.csv", "Title,Handle,Vendor\nCan,can,Tin\n");
    let with = vec![other.path.clone()];
    let error = common::read(&first.path, &Options { with, ..Options::default() }).map(|read| read.products);
    assert!(error.as_ref().is_err_and(|error| error.to_string().contains("other columns")), "{error:?}");
}

/// `FEEDS_ROWS=3000000 cargo test --release -p souk-feeds --test groups -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn speed() {
    use std::io::Write;
    let wanted: usize = std::env::var("FEEDS_ROWS").map_or(300_000, |rows| rows.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
    writeln!(file, "{HEADER},Body (HTML),Tags,Image Src,Variant Grams,Status").expect("written");
    let text = "<p>A thing of <b>use</b>, &amp; of some beauty, that one has for a long time.</p>".repeat(3);
    // `FEEDS_APART=1`: all first rows, then all second ones, and so on.
    let products = wanted / 3;
    let is_apart = std::env::var_os("FEEDS_APART").is_some();
    for at in 0..products * 3 {
        let (product, variant) = if is_apart { (at % products, at / products) } else { (at / 3, at % 3) };
        let (name, body) =
            if variant == 0 { (format!("Product {product}"), text.as_str()) } else { (String::new(), "") };
        writeln!(file, "product-{product},{name},Maker,Size,{variant},SKU-{product}-{variant},12.99,5,\"{body}\",\"a, b\",https://img.example/{product}-{variant}.jpg,250,active").expect("written");
    }
    file.flush().expect("written");
    drop(file);
    let begun = std::time::Instant::now();
    let mut source = souk_feeds::Source::open(&path, &Options::default()).expect("it opens");
    let mut count = 0;
    while source.next().expect("it is read").is_some() {
        count += 1;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
    println!(
        "{count} products of {wanted} rows in {seconds:.1} s: {:.0} rows/s; {peak}",
        wanted as f64 / seconds
    );
    println!("{}", source.summary().expect("a summary"));
}
