//! What filters and orders compare, made here and not by an engine: so every engine compares alike.

use std::collections::BTreeSet;

use souk_kernel::Money;
use souk_ports::search::{MAX_LISTED, OptionFilter, SearchDocument, SearchFilter, SearchOrder};
use souk_ports::{Error, Result};

use super::words::Words;

/// Between an option's name and its value. No text of the catalogue has control characters.
const SEPARATOR: char = '\u{1f}';
/// Names that differ only after so many characters are equal in order.
const NAME_CHARS: usize = 200;

/// A brand, a tag, an option: whatever the case.
pub(super) fn key(text: &str) -> String {
    text.to_lowercase()
}

/// `None` where the product has none.
#[cfg(any(feature = "opensearch", feature = "postgres"))]
pub(super) fn brand(document: &SearchDocument) -> Option<String> {
    document.brand.as_deref().filter(|brand| !brand.is_empty()).map(key)
}

pub(super) fn tags(document: &SearchDocument) -> BTreeSet<String> {
    document.tags.iter().map(|tag| key(tag)).collect()
}

/// In ten-thousandths, the lowest first.
pub(super) fn prices(document: &SearchDocument) -> BTreeSet<i64> {
    document.prices.iter().copied().map(Money::ten_thousandths).collect()
}

fn choice(name: &str, value: &str) -> String {
    format!("{}{SEPARATOR}{}", key(name), key(value))
}

/// Of an option without a name, which no option is.
fn stock(in_stock: bool) -> String {
    choice("", if in_stock { "in stock" } else { "sold out" })
}

/// Of each variant, but of equal ones only once.
pub(super) fn choices(document: &SearchDocument) -> BTreeSet<BTreeSet<String>> {
    let with_options = document.choices.iter().filter(|variant| !variant.options.is_empty());
    let chosen = with_options.map(|variant| {
        let options = variant.options.iter().map(|option| choice(&option.name, &option.value));
        options.chain([stock(variant.in_stock)]).collect()
    });
    chosen.collect()
}

/// One variant has one of each of these.
pub(super) fn wanted_choices(filter: &SearchFilter) -> Vec<Vec<String>> {
    let of = |option: &OptionFilter| option.values.iter().map(|value| choice(&option.name, value)).collect();
    let in_stock = filter.variant_in_stock().map(|wanted| vec![stock(wanted)]);
    filter.options.iter().map(of).chain(in_stock).collect()
}

pub(super) fn min_rating(filter: &SearchFilter) -> Option<f64> {
    filter.min_rating_hundredths.map(|hundredths| f64::from(hundredths) / 100.0)
}

/// What is compared byte by byte where products are put in the order of their names.
pub(super) fn name(name: &str, words: &mut Words) -> String {
    let plain: Vec<String> = words.of(name).into_iter().map(|word| word.plain).collect();
    let text = if plain.is_empty() { key(name) } else { plain.join(" ") };
    text.chars().take(NAME_CHARS).collect()
}

pub(super) fn check_order(order: &SearchOrder) -> Result<()> {
    match order {
        SearchOrder::Listed(ids) if ids.len() > MAX_LISTED => {
            Err(Error::invalid(format!("an order names {} products; {MAX_LISTED} is the most", ids.len())))
        }
        _ => Ok(()),
    }
}
