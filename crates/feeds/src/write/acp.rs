//! The product feed of the Agentic Commerce Protocol, as JSON lines: one line for each variant. What is not for sale is
//! not in it.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Shop, availability, category, is_on, option, page, price, specification, text};
use crate::amount::Amount;
use crate::shape::{Given, Product, Stock};

pub(super) fn product(out: &mut impl Write, product: &Product, shop: &Shop) -> io::Result<()> {
    if !is_on(product) {
        return Ok(());
    }
    let images = product.images.value().map_or(&[][..], Vec::as_slice);
    for variant in &product.variants {
        let mut line = Map::new();
        let mut set = |name: &str, value: &str| {
            if !value.is_empty() {
                line.insert(name.to_owned(), Value::from(value));
            }
        };
        let first =
            variant.image.value().or(images.first().map(|image| &image.url)).map_or("", String::as_str);
        set("item_id", &variant.sku);
        set("title", text(&product.name));
        set("description", text(&product.description));
        set("url", &page(product, shop));
        set("brand", text(&product.brand));
        set("seller_name", product.seller.value().unwrap_or(&shop.name));
        set("seller_url", &shop.url);
        set("image_url", first);
        set("price", &price(variant.price.value(), shop));
        set("availability", availability(variant));
        set("gtin", text(&variant.gtin));
        set("mpn", text(&variant.mpn));
        set("product_category", &category(product));
        for name in ["Condition", "Material", "Age group", "Gender"] {
            set(&name.to_lowercase().replace(' ', "_"), specification(product, name));
        }
        set("color", option(variant, &["colour", "color", "farbe", "couleur"]));
        set("size", option(variant, &["size", "größe", "taille", "talla"]));
        if let Some(sale) = variant.sale.value() {
            set("sale_price", &price(Some(&sale.price), shop));
            set("sale_price_start_date", &sale.from);
            set("sale_price_end_date", &sale.until);
        }
        if let Some(grams) = variant.weight_grams.value() {
            set("weight", &grams.to_string());
            set("item_weight_unit", "g");
        }
        if let Some(sides) = variant.dimensions_mm.value() {
            for (name, side) in ["length", "width", "height"].iter().zip(sides) {
                set(name, &side.to_string());
            }
            set("dimensions_unit", "mm");
        }
        if product.variants.len() > 1 {
            set("group_id", &product.key);
            line.insert("listing_has_variations".to_owned(), json!(true));
        }
        let known = ["colour", "color", "farbe", "couleur", "size", "größe", "taille", "talla"];
        let others =
            variant.options.iter().filter(|(name, _)| !known.contains(&name.to_lowercase().as_str()));
        for (at, (name, value)) in others.take(3).enumerate() {
            line.insert(format!("custom_variant{}_category", at + 1), json!(name));
            line.insert(format!("custom_variant{}_option", at + 1), json!(value));
        }
        if let Given::Value(Stock::Counted(count)) = variant.stock {
            line.insert("inventory_quantity".to_owned(), json!(count.max(0)));
        }
        let others: Vec<&str> =
            images.iter().map(|image| image.url.as_str()).filter(|url| *url != first).collect();
        if !others.is_empty() {
            line.insert("additional_image_urls".to_owned(), json!(others));
        }
        if let Given::Value(thousandths) = product.rating_thousandths {
            line.insert(
                "star_rating".to_owned(),
                json!(super::number(Amount { digits: thousandths.into(), scale: 3, currency: None })),
            );
        }
        if let Given::Value(count) = product.num_reviews {
            line.insert("review_count".to_owned(), json!(count));
        }
        line.insert("is_eligible_search".to_owned(), json!(true));
        line.insert("is_eligible_checkout".to_owned(), json!(false));
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}
