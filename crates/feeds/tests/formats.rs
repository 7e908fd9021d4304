//! Each format, in files that say the same in other orders of columns, languages, quotings and encodings: all files of
//! a folder must arrive as what its `expected.ndjson` says.

mod common;

use std::path::{Path, PathBuf};

use common::{placeless, read};
use souk_feeds::Options;
use souk_feeds::write::{Exporter, Form, Shop};

/// Folder, the format that its files are taken for, and how many files it has.
const FORMATS: &[(&str, &str, usize)] = &[
    ("shopify", "Shopify", 3),
    ("woocommerce", "WooCommerce", 3),
    ("google", "Google Merchant", 4),
    ("prestashop", "PrestaShop", 3),
    ("magento", "Magento 2", 3),
    ("medusa", "Medusa", 3),
    ("vendure", "Vendure", 3),
    ("acp", "Agentic Commerce feed", 3),
    ("saleor", "Saleor", 1),
    ("spree", "Spree", 1),
    ("bigcommerce", "BigCommerce", 1),
    ("openfoodfacts", "Open Food Facts", 1),
];

#[test]
fn what_arrives_is_what_is_expected() {
    let mut wrong = Vec::new();
    for (folder, format, count) in FORMATS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(folder);
        let expected_path = folder.join("expected.ndjson");
        let mut expected = std::fs::read_to_string(&expected_path).unwrap_or_default();
        let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| !path.to_string_lossy().contains("combinations") && *path != expected_path)
            .collect();
        // A feed of XML has no empty elements: it cannot clear a field, so it is compared without.
        let is_xml = |path: &Path| path.to_string_lossy().contains(".xml");
        paths.sort_by_key(|path| (is_xml(path), path.clone()));
        assert_eq!(paths.len(), *count, "{}", folder.display());
        for path in paths {
            let combinations = path.with_extension("combinations.csv");
            let with = if combinations.exists() { vec![combinations] } else { Vec::new() };
            let read = match read(
                &path,
                &Options { with, weight_unit: Some("lb".to_owned()), ..Options::default() },
            ) {
                Ok(read) => read,
                Err(error) => {
                    wrong.push(format!("{}: {error}", path.display()));
                    continue;
                }
            };
            assert_eq!(read.rejects, [], "{}", path.display());
            assert_eq!(read.summary.format, *format, "{}", path.display());
            let mut exporter = Exporter::new(Vec::new(), Form::Souk, Shop::default());
            for product in placeless(read.products) {
                exporter.add(&product).expect("it is written");
            }
            let arrived = String::from_utf8(exporter.finish().expect("it ends")).expect("UTF-8");
            // To take over what arrives, after looking at it.
            if std::env::var_os("UPDATE_EXPECTED").is_some() && expected.is_empty() {
                std::fs::write(&expected_path, &arrived).expect("it is written");
                expected.clone_from(&arrived);
            }
            let said = |text: &str| {
                let lines = text.lines();
                let without = |line: &str| {
                    if is_xml(&path) {
                        line.replace("\"sale\":null,", "")
                            .replace("\"gtin\":null,", "")
                            .replace("\"mpn\":null,", "")
                            .replace("\"weight_grams\":null,", "")
                    } else {
                        line.to_owned()
                    }
                };
                lines.map(without).collect::<Vec<_>>().join("\n")
            };
            let (arrived, expected) = (said(&arrived), said(&expected));
            let lines = arrived.lines().zip(expected.lines()).find(|(arrived, expected)| arrived != expected);
            if let Some((arrived, expected)) = lines {
                wrong.push(format!("{}:\n  {arrived}\n  {expected}", path.display()));
            } else if arrived != expected {
                wrong.push(format!("{}: {} lines", path.display(), arrived.lines().count()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
