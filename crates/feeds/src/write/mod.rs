//! The shape written out: as souk's own lines, which keep all of it, and in the forms that others read.

mod acp;
mod google;
mod shopify;

use std::io::{self, Write};

use crate::amount::{Amount, plain};
use crate::own::MARK;
use crate::shape::{Given, Product, Specification, Status, Stock, Variant};

/// The forms in which products can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One product a line, all of the shape.
    Souk,
    /// Shopify's CSV, with the headers of 2025.
    Shopify,
    /// Google Merchant, text with tabs.
    GoogleTsv,
    /// Google Merchant, RSS 2.0.
    GoogleXml,
    /// The product feed of the Agentic Commerce Protocol, as JSON lines.
    Acp,
}

/// What feeds need to know of the shop that writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shop {
    /// Its name.
    pub name: String,
    /// Its address; a product's page is `<address>/products/<slug>`.
    pub url: String,
    /// The currency of amounts that name none.
    pub currency: String,
}

/// Writes products one after another.
pub struct Exporter<W: Write> {
    out: W,
    form: Form,
    shop: Shop,
    has_begun: bool,
}

impl<W: Write> Exporter<W> {
    /// Nothing is written before the first product, or the end.
    pub fn new(out: W, form: Form, shop: Shop) -> Self {
        Self { out, form, shop, has_begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.has_begun, true) {
            return Ok(());
        }
        match self.form {
            Form::Souk | Form::Acp => Ok(()),
            Form::Shopify => writeln!(self.out, "{}", shopify::HEADER.join(",")),
            Form::GoogleTsv => writeln!(self.out, "{}", google::COLUMNS.join("\t")),
            Form::GoogleXml => google::begin(&mut self.out, &self.shop),
        }
    }

    /// Writes a product.
    pub fn add(&mut self, product: &Product) -> io::Result<()> {
        self.begin()?;
        let is_retired = |variant: &Variant| variant.is_retired == Given::Value(true);
        if self.form != Form::Souk && product.variants.iter().any(is_retired) {
            // Others know no variant that is there and not sold.
            let mut sold = product.clone();
            sold.variants.retain(|variant| !is_retired(variant));
            return if sold.variants.is_empty() { Ok(()) } else { self.add(&sold) };
        }
        match self.form {
            Form::Souk => souk(&mut self.out, product),
            Form::Shopify => shopify::product(&mut self.out, product),
            Form::GoogleTsv => google::tsv(&mut self.out, product, &self.shop),
            Form::GoogleXml => google::xml(&mut self.out, product, &self.shop),
            Form::Acp => acp::product(&mut self.out, product, &self.shop),
        }
    }

    /// Writes the end, and gives the writer back.
    pub fn finish(mut self) -> io::Result<W> {
        self.begin()?;
        if self.form == Form::GoogleXml {
            google::end(&mut self.out)?;
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

fn souk(out: &mut impl Write, product: &Product) -> io::Result<()> {
    let text = serde_json::to_string(product)?;
    writeln!(out, "{{\"{MARK}\":1,{}", &text[1..])
}

/// A cell of CSV, in quotes where it must be.
fn csv(cell: &str) -> String {
    let is_plain = !cell.contains(['"', ',', '\n', '\r']) && cell.trim() == cell;
    if is_plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
}

/// Text as HTML that reads as the same text: lines are blocks.
fn html(text: &str) -> String {
    let escaped = quick_xml::escape::partial_escape(text);
    if escaped.contains('\n') {
        escaped.split('\n').map(|line| format!("<p>{line}</p>")).collect()
    } else {
        escaped.into_owned()
    }
}

fn text(given: &Given<String>) -> &str {
    given.value().map_or("", String::as_str)
}

/// A feed for searching has what is for sale, and nothing else.
fn is_on(product: &Product) -> bool {
    product.hidden != Given::Value(true)
        && !matches!(product.status, Given::Value(Status::Draft | Status::Archived))
}

fn option<'p>(variant: &'p Variant, names: &[&str]) -> &'p str {
    let found = variant.options.iter().find(|(name, _)| names.iter().any(|it| it.eq_ignore_ascii_case(name)));
    found.map_or("", |(_, value)| value)
}

fn specification<'p>(product: &'p Product, name: &str) -> &'p str {
    let all: &[Specification] = product.specifications.value().map_or(&[], Vec::as_slice);
    all.iter().find(|it| it.name.eq_ignore_ascii_case(name)).map_or("", |it| &it.value)
}

/// `in_stock`, `out_of_stock`, `backorder`.
fn availability(variant: &Variant) -> &'static str {
    let count = match variant.stock {
        Given::Value(Stock::Counted(count)) => count,
        Given::Value(Stock::Out) => 0,
        _ => return "in_stock",
    };
    let is_left =
        variant.backorder_allowance.value().is_none_or(|most| count.saturating_add((*most).into()) > 0);
    match &variant.backorder {
        _ if count > 0 => "in_stock",
        Given::Value(true) if is_left => "backorder",
        _ => "out_of_stock",
    }
}

/// Digits that can be read in one way only: three of them behind a point may be thousands to somebody.
fn number(amount: Amount) -> String {
    let amount = amount.trimmed(2);
    match amount.digits.checked_mul(10) {
        Some(digits) if amount.scale == 3 => plain(digits, 4),
        _ => plain(amount.digits, amount.scale),
    }
}

fn price(amount: Option<&Amount>, shop: &Shop) -> String {
    let Some(amount) = amount else { return String::new() };
    let code = amount.currency().unwrap_or(&shop.currency);
    format!("{} {code}", number(*amount)).trim_end().to_owned()
}

fn page(product: &Product, shop: &Shop) -> String {
    let slug = product.slug.value().unwrap_or(&product.key);
    format!("{}/products/{slug}", shop.url.trim_end_matches('/'))
}

/// The first category, from the root downwards.
fn category(product: &Product) -> String {
    let first = product.categories.value().and_then(|paths| paths.first());
    first.map(|names| names.join(" > ")).unwrap_or_default()
}
