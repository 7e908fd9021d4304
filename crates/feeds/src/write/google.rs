//! Google Merchant's product data, as text with tabs or as RSS: a row for each variant. What is not for sale is not in
//! it, for a feed is what may be shown.

use std::io::{self, Write};

use quick_xml::escape::escape;

use super::{Shop, availability, category, is_on, option, page, price, specification, text};
use crate::shape::{Product, Variant};

pub(super) const COLUMNS: &[&str] = &[
    "id",
    "item_group_id",
    "title",
    "description",
    "link",
    "image_link",
    "additional_image_link",
    "availability",
    "price",
    "sale_price",
    "sale_price_effective_date",
    "brand",
    "gtin",
    "mpn",
    "identifier_exists",
    "condition",
    "product_type",
    "color",
    "size",
    "material",
    "pattern",
    "gender",
    "age_group",
    "shipping_weight",
    "product_length",
    "product_width",
    "product_height",
];

const MAX_IMAGES: usize = 10;

fn cells(product: &Product, variant: &Variant, shop: &Shop) -> Vec<Vec<String>> {
    let images = product.images.value().map_or(&[][..], Vec::as_slice);
    let own = variant.image.value();
    let first = own.or(images.first().map(|image| &image.url)).cloned().unwrap_or_default();
    let others = images.iter().map(|image| image.url.clone()).filter(|url| *url != first).take(MAX_IMAGES);
    let one = |value: &str| vec![value.to_owned()];
    let has_number = variant.gtin.value().is_some() || variant.mpn.value().is_some();
    let spec = |name: &str| {
        let of_variant = option(variant, &[name]);
        if of_variant.is_empty() { specification(product, name).to_owned() } else { of_variant.to_owned() }
    };
    let sale = variant.sale.value();
    let period = sale.filter(|sale| !sale.from.is_empty() && !sale.until.is_empty());
    let condition = specification(product, "Condition");
    let sides = variant.dimensions_mm.value();
    let side = |at: usize| {
        sides.map(|sides| format!("{} cm", crate::amount::plain(sides[at] as i64, 1))).unwrap_or_default()
    };
    vec![
        one(&variant.sku),
        one(if product.variants.len() > 1 { &product.key } else { "" }),
        one(text(&product.name)),
        one(text(&product.description)),
        one(&page(product, shop)),
        vec![first.clone()],
        others.collect(),
        one(availability(variant)),
        one(&price(variant.price.value(), shop)),
        one(&price(sale.map(|sale| &sale.price), shop)),
        one(&period.map(|sale| format!("{}/{}", sale.from, sale.until)).unwrap_or_default()),
        one(text(&product.brand)),
        one(text(&variant.gtin)),
        one(text(&variant.mpn)),
        one(if has_number { "" } else { "no" }),
        one(if condition.is_empty() { "new" } else { condition }),
        one(&category(product)),
        one(option(variant, &["colour", "color", "farbe", "couleur"])),
        one(option(variant, &["size", "größe", "taille", "talla"])),
        one(&spec("Material")),
        one(&spec("Pattern")),
        one(specification(product, "Gender")),
        one(specification(product, "Age group")),
        one(&variant.weight_grams.value().map(|grams| format!("{grams} g")).unwrap_or_default()),
        one(&side(0)),
        one(&side(1)),
        one(&side(2)),
    ]
}

pub(super) fn tsv(out: &mut impl Write, product: &Product, shop: &Shop) -> io::Result<()> {
    if !is_on(product) {
        return Ok(());
    }
    for variant in &product.variants {
        let cells = cells(product, variant, shop);
        let cells = cells.iter().map(|values| cell(&values.join(","))).collect::<Vec<_>>();
        writeln!(out, "{}", cells.join("\t"))?;
    }
    Ok(())
}

fn cell(value: &str) -> String {
    let value = value.replace('\t', " ");
    if value.contains(['"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

pub(super) fn begin(out: &mut impl Write, shop: &Shop) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>")?;
    writeln!(
        out,
        "<title>{}</title>\n<link>{}</link>",
        escape(shop.name.as_str()),
        escape(shop.url.as_str())
    )?;
    writeln!(out, "<description>{}</description>", escape(shop.name.as_str()))
}

pub(super) fn xml(out: &mut impl Write, product: &Product, shop: &Shop) -> io::Result<()> {
    if !is_on(product) {
        return Ok(());
    }
    for variant in &product.variants {
        writeln!(out, "<item>")?;
        for (name, values) in COLUMNS.iter().zip(cells(product, variant, shop)) {
            for value in values.iter().filter(|value| !value.is_empty()) {
                // XML has no way to write most control characters.
                let value: String =
                    value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
                writeln!(out, "<g:{name}>{}</g:{name}>", escape(value.as_str()))?;
            }
        }
        writeln!(out, "</item>")?;
    }
    Ok(())
}

pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "</channel>\n</rss>")
}
