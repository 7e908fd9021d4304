//! Shopify's CSV, with the headers of 2025: the product in its first row, a row for each further variant or picture.

use std::io::{self, Write};

use super::{csv, html, number, specification, text};
use crate::shape::{Given, Product, Status, Stock};

pub(super) const HEADER: &[&str] = &[
    "Title",
    "URL handle",
    "Description",
    "Vendor",
    "Product category",
    "Tags",
    "Published on online store",
    "Status",
    "SKU",
    "Barcode",
    "Option1 name",
    "Option1 value",
    "Option2 name",
    "Option2 value",
    "Option3 name",
    "Option3 value",
    "Price",
    "Compare-at price",
    "Inventory tracker",
    "Inventory quantity",
    "Continue selling when out of stock",
    "Weight value (grams)",
    "Requires shipping",
    "Product image URL",
    "Image position",
    "Image alt text",
    "Variant image URL",
    "SEO title",
    "SEO description",
    "Google Shopping / Gender",
    "Google Shopping / Age group",
    "Google Shopping / Manufacturer part number (MPN)",
    "Google Shopping / Condition",
];

pub(super) fn product(out: &mut impl Write, product: &Product) -> io::Result<()> {
    let images = product.images.value().map_or(&[][..], Vec::as_slice);
    // Shopify has three options; what goes beyond is part of the third.
    let names: Vec<&str> = product.options.iter().map(String::as_str).collect();
    for at in 0..product.variants.len().max(images.len()).max(1) {
        let mut row: Vec<String> = vec![String::new(); HEADER.len()];
        let mut set = |name: &str, value: &str| {
            if let Some(column) = HEADER.iter().position(|known| *known == name) {
                value.clone_into(&mut row[column]);
            }
        };
        set("URL handle", product.slug.value().unwrap_or(&product.key));
        if at == 0 {
            set("Title", text(&product.name));
            set("Description", &html(text(&product.description)));
            set("Vendor", text(&product.brand));
            set("Product category", &super::category(product));
            set("Tags", &product.tags.value().map(|tags| tags.join(", ")).unwrap_or_default());
            set("SEO title", text(&product.seo_title));
            set("SEO description", text(&product.seo_description));
            set("Google Shopping / Gender", specification(product, "Gender"));
            set("Google Shopping / Age group", specification(product, "Age group"));
            set("Google Shopping / Condition", specification(product, "Condition"));
            let (published, status) = match product.status {
                Given::Value(Status::Draft) => ("FALSE", "draft"),
                Given::Value(Status::Archived) => ("FALSE", "archived"),
                _ if product.hidden == Given::Value(true) => ("FALSE", "active"),
                _ => ("TRUE", "active"),
            };
            set("Published on online store", published);
            set("Status", status);
        }
        if let Some(image) = images.get(at) {
            set("Product image URL", &image.url);
            set("Image position", &(at + 1).to_string());
            set("Image alt text", &image.alt);
        }
        if let Some(variant) = product.variants.get(at) {
            set("SKU", if variant.sku_was_made { "" } else { &variant.sku });
            set("Barcode", text(&variant.gtin));
            set("Google Shopping / Manufacturer part number (MPN)", text(&variant.mpn));
            if names.is_empty() {
                set("Option1 name", "Title");
                set("Option1 value", "Default Title");
            }
            for (number, name) in names.iter().take(3).enumerate() {
                let number = number + 1;
                set(&format!("Option{number} name"), if at == 0 { name } else { "" });
                let of = |name: &str| {
                    variant.options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
                };
                let value = if number == 3 {
                    names[2..].iter().filter_map(|name| of(name)).collect::<Vec<_>>().join(" / ")
                } else {
                    of(name).unwrap_or_default().to_owned()
                };
                set(&format!("Option{number} value"), &value);
            }
            // A sale is the price, and the price what is struck through.
            let sale = variant.sale.value().map(|sale| sale.price);
            let (price, list) = match sale {
                Some(sale) => (Some(sale), variant.price.value().copied()),
                None => (variant.price.value().copied(), variant.list_price.value().copied()),
            };
            let amount = |it: Option<crate::Amount>| it.map(number).unwrap_or_default();
            set("Price", &amount(price));
            set("Compare-at price", &amount(list));
            match variant.stock {
                Given::Value(Stock::Counted(count)) => {
                    set("Inventory tracker", "shopify");
                    set("Inventory quantity", &count.to_string());
                }
                Given::Value(Stock::Out) => {
                    set("Inventory tracker", "shopify");
                    set("Inventory quantity", "0");
                }
                _ => {}
            }
            let goes_on = if variant.backorder == Given::Value(true) { "CONTINUE" } else { "DENY" };
            set("Continue selling when out of stock", goes_on);
            set(
                "Weight value (grams)",
                &variant.weight_grams.value().map(u64::to_string).unwrap_or_default(),
            );
            set("Requires shipping", if variant.is_digital == Given::Value(true) { "FALSE" } else { "TRUE" });
            set("Variant image URL", text(&variant.image));
        }
        let cells: Vec<String> = row.iter().map(|cell| csv(cell)).collect();
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}
