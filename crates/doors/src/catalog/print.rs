//! Products in words for a terminal.

use souk_kernel::{Currency, Money};
use souk_shop::catalog::{Availability, ProductDetail, ProductNow, ProductView, ProductsPage};

use crate::terminal::{Style, Table, Tone};

pub(super) fn products(list: &ProductsPage, style: Style) -> String {
    if list.products.is_empty() {
        return "No products.".to_owned();
    }
    let products = if list.total == 1 { "product" } else { "products" };
    let place = format!("page {} of {}, {} {products}", list.page, list.pages, list.total);
    format!("{}\n{}", table(&list.products, style), style.dim(place))
}

pub(super) fn product(product: &ProductDetail, style: Style) -> String {
    let view = &product.product;
    let id = view.external_id.clone().unwrap_or_else(|| view.id.to_string());
    let mut lines = vec![format!("{} {}", style.title(&view.name), style.dim(format!("({id})")))];
    lines.push(view.description.clone());
    let mut facts = vec![
        ("Price", instead_of(view.price, view.list_price, view.currency)),
        ("Category", view.category.clone()),
    ];
    if let Some(seller) = &product.seller {
        let place: Vec<&str> =
            [&seller.city, &seller.country].into_iter().flatten().map(String::as_str).collect();
        let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
        facts.push(("Seller", format!("{}{place}", seller.name)));
    }
    if let Some(brand) = &view.brand {
        facts.push(("Brand", brand.clone()));
    }
    if let Some(rating) = view.rating {
        facts.push(("Rating", format!("{rating:.1} of 5, {} reviews", view.num_reviews)));
    }
    if !product.materials.is_empty() {
        facts.push(("Materials", product.materials.join(", ")));
    }
    if let Some(care) = &product.care {
        facts.push(("Care", care.clone()));
    }
    if !view.tags.is_empty() {
        facts.push(("Tags", view.tags.join(", ")));
    }
    lines.extend(
        facts.into_iter().map(|(name, value)| format!("{} {value}", style.title(format!("{name:<10}")))),
    );
    let specifications = product.specifications.iter().map(|entry| {
        let unit = entry.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        format!("  {:<20} {}{unit}", entry.name, entry.value)
    });
    if !product.specifications.is_empty() {
        lines.push(style.title("Specifications"));
        lines.extend(specifications);
    }
    let mut table = Table::new(style, &["sku", "size", "colour", ">price", ">stock"]);
    for variant in &product.variants {
        let text = |value: &Option<String>| (value.clone().unwrap_or_default(), Tone::Plain);
        table.coloured_row([
            (variant.sku.clone(), Tone::Plain),
            text(&variant.size),
            text(&variant.color),
            (instead_of(variant.price, variant.details.list_price, view.currency), Tone::Plain),
            stock(variant.stock, variant.availability),
        ]);
    }
    lines.push(table.render());
    lines.join("\n")
}

/// The answer to a new product: also what to call it.
pub(super) fn created(product: &ProductNow, style: Style) -> String {
    let view = &product.detail.product;
    let id = view.external_id.clone().unwrap_or_else(|| view.id.to_string());
    format!("{}\n{}", changed(product, style), style.dim(format!("souk products show {id}")))
}

/// The answer to a change.
pub(super) fn changed(product: &ProductNow, style: Style) -> String {
    let view = &product.detail.product;
    let name = style.title(&view.name);
    if !product.is_active {
        return format!("{name} is not active: neither listed, nor found, nor sold.");
    }
    let price = match view.price {
        Some(price) => format!("{} {}", view.currency.shown(price), view.currency),
        None => "price on request".to_owned(),
    };
    match view.availability {
        Availability::InStock if view.stock == 0 => format!("{name}: {price}, always in stock"),
        Availability::Backorder => format!("{name}: {price}, on backorder"),
        _ => format!("{name}: {price}, {} in stock", view.stock),
    }
}

/// A row per product.
pub(crate) fn table<'a>(products: impl IntoIterator<Item = &'a ProductView>, style: Style) -> String {
    let mut table = Table::new(style, &["id", "name", "category", ">price", ">stock"]);
    for product in products {
        table.coloured_row([
            (product.external_id.clone().unwrap_or_else(|| product.id.to_string()), Tone::Dim),
            (product.name.clone(), Tone::Plain),
            (product.category.clone(), Tone::Plain),
            (instead_of(product.price, product.list_price, product.currency), Tone::Plain),
            stock(product.stock, product.availability),
        ]);
    }
    table.render()
}

/// How many are there, or that it can be bought all the same.
fn stock(pieces: i64, availability: Availability) -> (String, Tone) {
    match availability {
        Availability::InStock if pieces == 0 => ("always".to_owned(), Tone::Good),
        Availability::InStock => (pieces.to_string(), Tone::Good),
        Availability::Backorder => ("backorder".to_owned(), Tone::Good),
        Availability::OutOfStock => (pieces.to_string(), Tone::Bad),
    }
}

fn price(price: Option<Money>, currency: Currency) -> String {
    price.map_or_else(|| "on request".to_owned(), |price| format!("{} {currency}", currency.shown(price)))
}

/// With what a page shows struck out.
fn instead_of(now: Option<Money>, list: Option<Money>, currency: Currency) -> String {
    let now = price(now, currency);
    list.map_or(now.clone(), |list| format!("{now} instead of {}", currency.shown(list)))
}

/// The answer to another picture.
pub(super) fn pictured(product: &ProductNow, style: Style) -> String {
    let view = &product.detail.product;
    let mut lines = vec![style.title(&view.name).to_string()];
    lines.extend(
        view.images
            .iter()
            .enumerate()
            .map(|(at, image)| format!("  {} {} {}", at + 1, image.url, style.dim(&image.alt))),
    );
    lines.join("\n")
}
