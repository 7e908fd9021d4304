//! Each format once more in three variants that a program makes of the file in the tree: columns in another order, another
//! locale, quoting, delimiter and encoding. They must arrive as the file itself does. What came of it stands in
//! `docs/import.md`; `UPDATE_EXPECTED=1` writes it anew.

mod common;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use common::{placeless, read};
use encoding_rs::WINDOWS_1252;
use serde_json::{Value, json};
use souk_feeds::Options;
use souk_feeds::shape::Product;

/// Format, its file, and what else belongs to it.
const FILES: &[(&str, &str, Option<&str>)] = &[
    ("Shopify", "shopify/old.csv", None),
    ("WooCommerce", "woocommerce/english.csv", None),
    ("Google Merchant, TSV", "google/feed.tsv", None),
    ("Google Merchant, XML", "google/rss.xml", None),
    ("PrestaShop", "prestashop/products.csv", Some("prestashop/products.combinations.csv")),
    ("Magento 2", "magento/export.csv", None),
    ("Medusa 2", "medusa/export.csv", None),
    ("Vendure", "vendure/spaced.csv", None),
    ("souk", "woocommerce/expected.ndjson", None),
];

/// One way to write the same otherwise: its description for tables, JSON and XML.
struct Variant {
    of_table: &'static str,
    of_xml: &'static str,
    of_lines: &'static str,
    delimiter: char,
    /// Every cell, not only those that need it.
    quotes_all: bool,
    has_decimal_comma: bool,
    line_end: &'static str,
    before: &'static str,
    order: fn(&mut Vec<usize>),
    bytes: fn(&str) -> Vec<u8>,
}

const VARIANTS: [Variant; 3] = [
    Variant {
        of_table: "columns reversed, `;`, every cell quoted, UTF-8 with its mark",
        of_xml: "elements reversed, UTF-8 with its mark",
        of_lines: "fields reversed, UTF-8 with its mark",
        delimiter: ';',
        quotes_all: true,
        has_decimal_comma: false,
        line_end: "\n",
        before: "",
        order: |columns| columns.reverse(),
        bytes: |text| format!("\u{feff}{text}").into_bytes(),
    },
    Variant {
        of_table: "columns rotated, tabs, decimal comma, CR LF, UTF-16",
        of_xml: "elements rotated, decimal comma, another prefix, CDATA, UTF-16",
        of_lines: "fields rotated, one document, UTF-16",
        delimiter: '\t',
        quotes_all: false,
        has_decimal_comma: true,
        line_end: "\r\n",
        before: "",
        order: |columns| {
            let third = columns.len() / 3;
            columns.rotate_left(third);
        },
        bytes: |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
    },
    Variant {
        of_table: "every second column first, `\\|`, blank lines before the header, Windows-1252, gzip",
        of_xml: "every second element first, Atom, Windows-1252, gzip",
        of_lines: "every second field first, blank lines, gzip",
        delimiter: '|',
        quotes_all: false,
        has_decimal_comma: false,
        line_end: "\n",
        before: "\n \n",
        order: |columns| columns.sort_by_key(|at| at % 2 == 0),
        bytes: |text| {
            let (bytes, _, is_lossy) = WINDOWS_1252.encode(text);
            let bytes = if is_lossy { text.as_bytes().to_vec() } else { bytes.into_owned() };
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packed.write_all(&bytes).expect("packed");
            packed.finish().expect("packed")
        },
    },
];

#[test]
fn what_is_written_otherwise_arrives_all_the_same() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut table = String::from(
        "| format | written with | expected: products, variants, pictures, prices, pieces | arrived |\n| --- | --- | --- | --- |\n",
    );
    for (format, file, with) in FILES {
        let expected = arrived(&files.join(file), with.map(|with| files.join(with)));
        for variant in &VARIANTS {
            let folder = tempfile::tempdir().expect("a folder");
            let make = |file: &str| {
                let path = folder.path().join(Path::new(file).file_name().expect("it has one"));
                let text = std::fs::read_to_string(files.join(file)).expect("it is there");
                std::fs::write(&path, (variant.bytes)(&variant.of(file, &text))).expect("it is written");
                path
            };
            let arrived = arrived(&make(file), with.map(make));
            let what = variant.what(file);
            assert_eq!(arrived, expected, "{format}: {what}");
            table.push_str(&format!(
                "| {format} | {what} | {} | {} |\n",
                counts(&expected),
                counts(&arrived)
            ));
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/import.md");
    let page = std::fs::read_to_string(&path).expect("it is there");
    let (before, rest) = page.split_once("<!-- variants -->\n").expect("it has a place for it");
    let (kept, after) = rest.split_once("<!-- /variants -->").expect("it has an end");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        let page = format!("{before}<!-- variants -->\n{table}<!-- /variants -->{after}");
        std::fs::write(&path, page).expect("it is written");
    } else {
        assert_eq!(kept, table, "docs/import.md; UPDATE_EXPECTED=1 writes it");
    }
}

fn arrived(path: &Path, with: Option<PathBuf>) -> Vec<Product> {
    let options = Options {
        with: with.into_iter().collect(),
        weight_unit: Some("lb".to_owned()),
        ..Options::default()
    };
    let read = read(path, &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read.rejects, [], "{}", path.display());
    placeless(read.products)
}

fn counts(products: &[Product]) -> String {
    let variants: Vec<_> = products.iter().flat_map(|product| &product.variants).collect();
    let pictures: usize = products.iter().map(|product| product.images.value().map_or(0, Vec::len)).sum();
    let prices = variants.iter().filter(|variant| variant.price.value().is_some()).count();
    let pieces: i64 = variants
        .iter()
        .map(|variant| match variant.stock.value() {
            Some(souk_feeds::shape::Stock::Counted(pieces)) => *pieces,
            _ => 0,
        })
        .sum();
    format!("{}, {}, {pictures}, {prices}, {pieces}", products.len(), variants.len())
}

impl Variant {
    fn what(&self, file: &str) -> &'static str {
        match file.rsplit_once('.').map(|(_, ending)| ending) {
            Some("xml") => self.of_xml,
            Some("ndjson") => self.of_lines,
            _ => self.of_table,
        }
    }

    fn of(&self, file: &str, text: &str) -> String {
        match file.rsplit_once('.').map(|(_, ending)| ending) {
            Some("xml") => self.xml(text),
            Some("ndjson") => self.lines(text),
            _ => self.table(text),
        }
    }

    fn ordered<T: Clone>(&self, all: &[T]) -> Vec<T> {
        let mut order: Vec<usize> = (0..all.len()).collect();
        (self.order)(&mut order);
        order.into_iter().map(|at| all[at].clone()).collect()
    }

    fn table(&self, text: &str) -> String {
        let mut rows = cells(text);
        let header = rows[0].clone();
        if self.has_decimal_comma {
            for row in &mut rows[1..] {
                row.iter_mut()
                    .zip(&header)
                    .filter(|(_, name)| is_amount(name))
                    .for_each(|(cell, _)| comma(cell));
            }
        }
        let mut out = self.before.to_owned();
        for row in &rows {
            let quoted = |cell: &String| {
                let must = cell.contains([self.delimiter, '"', '\n', '\r']) || cell.trim() != cell;
                let quoted = || format!("\"{}\"", cell.replace('"', "\"\""));
                if self.quotes_all || must { quoted() } else { cell.clone() }
            };
            let row: Vec<String> = self.ordered(row).iter().map(quoted).collect();
            out.push_str(&row.join(&self.delimiter.to_string()));
            out.push_str(self.line_end);
        }
        out
    }

    /// The elements of each item in another order, those of one name in theirs.
    fn xml(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, item)) = rest.split_once("<item>") {
            let (item, after) = item.split_once("</item>").expect("it ends");
            let mut by_name: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            let mut elements = item.trim();
            while let Some((name, content)) = elements.strip_prefix('<').and_then(|it| it.split_once('>')) {
                let (content, next) = content.split_once(&format!("</{name}>")).expect("it ends");
                let mut content = content.to_owned();
                if self.has_decimal_comma && is_amount(name) {
                    comma(&mut content);
                }
                if self.has_decimal_comma && !content.contains(['<', '&']) {
                    content = format!("<![CDATA[{content}]]>");
                }
                by_name.entry(name).or_default().push(format!("<{name}>{content}</{name}>"));
                elements = next;
            }
            let all: Vec<String> = self.ordered(&by_name.into_values().collect::<Vec<_>>()).concat();
            out.push_str(&format!("{before}<item>{}</item>", all.concat()));
            rest = after;
        }
        out.push_str(rest);
        if self.has_decimal_comma {
            out = out.replace("xmlns:g=", "xmlns:shop=").replace("<g:", "<shop:").replace("</g:", "</shop:");
        }
        if !self.before.is_empty() {
            out = out.replace("<rss", "<feed").replace("</rss>", "</feed>");
            out = out.replace("<channel>", "").replace("</channel>", "");
            out = out.replace("<item>", "<entry>").replace("</item>", "</entry>");
        }
        out
    }

    fn lines(&self, text: &str) -> String {
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                let Ok(Value::Object(fields)) = serde_json::from_str(line) else {
                    panic!("an object: {line}")
                };
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
                format!("{{{}}}", self.ordered(&fields).join(","))
            })
            .collect();
        if self.has_decimal_comma {
            format!("[{}]", lines.join(",\r\n"))
        } else {
            format!("{}{}\n", self.before, lines.join(&format!("\n{}", self.before)))
        }
    }
}

/// The cells of a text of CSV or TSV that is in the tree.
fn cells(text: &str) -> Vec<Vec<String>> {
    let header = text.lines().next().expect("a header");
    let delimiter = ['\t', ';', ','].into_iter().find(|it| header.contains(*it)).expect("it has one");
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut was_quoted) = (false, false);
    let mut signs = text.chars().peekable();
    let end = |cell: &mut String, was_quoted: &mut bool, row: &mut Vec<String>| {
        let taken = std::mem::take(cell);
        row.push(if std::mem::take(was_quoted) { taken } else { taken.trim().to_owned() });
    };
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if cell.trim().is_empty() && !was_quoted => {
                cell.clear();
                (is_quoted, was_quoted) = (true, true);
            }
            _ if is_quoted => cell.push(sign),
            _ if sign == delimiter => end(&mut cell, &mut was_quoted, &mut row),
            '\n' => {
                end(&mut cell, &mut was_quoted, &mut row);
                rows.push(std::mem::take(&mut row));
            }
            // What stands behind the quotes is padding.
            _ if was_quoted => {}
            _ => cell.push(sign),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        end(&mut cell, &mut was_quoted, &mut row);
        rows.push(row);
    }
    rows
}

fn is_amount(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = ["price", "weight", "length", "width", "height", "depth", "qty"];
    words.iter().any(|word| name.contains(word))
}

/// `3.00 GBP` as `3,00 GBP`.
fn comma(cell: &mut String) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let split = cell.split_once('.').filter(|(whole, rest)| {
        let digits = rest.split(' ').next().unwrap_or_default();
        is_number(whole.trim_start_matches('-')) && is_number(digits)
    });
    if let Some((whole, rest)) = split {
        *cell = format!("{whole},{rest}");
    }
}
