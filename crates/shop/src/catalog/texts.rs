//! What the catalogue accepts as a text or a number, wherever it comes from: a file, a form, a command.
//!
//! Texts are kept as they are: `-2.50`, `=` and `<M and chest>` are sizes and names. What would run in a page or in a
//! spreadsheet is made safe by whoever shows or writes it there.
//!
//! Each check answers with the reason for its refusal, in words that follow the name of the field.

use souk_kernel::{Currency, Money};

/// Characters of a name or title.
pub const MAX_NAME: usize = 300;
/// Characters of one tag, material, size, colour, city.
pub const MAX_WORD: usize = 100;
/// Characters of a description.
pub const MAX_TEXT: usize = 10_000;
/// Tags of one product, and materials.
pub const MAX_WORDS: usize = 50;
/// Characters of a web address.
pub const MAX_URL: usize = 2_000;

/// A line of text, such as a name: not empty, and without what nobody sees.
pub fn line(text: &str, max: usize) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("is missing".to_owned());
    }
    if text.trim() != text {
        return Err("begins or ends with a gap".to_owned());
    }
    if text.chars().any(is_control) {
        return Err("has control characters".to_owned());
    }
    prose(text, max)
}

/// A longer text, perhaps of several lines, perhaps empty.
pub fn prose(text: &str, max: usize) -> Result<(), String> {
    let length = text.chars().count();
    if length > max {
        return Err(format!("has {length} characters, more than {max}"));
    }
    if text.chars().any(|c| is_control(c) && !matches!(c, '\n' | '\t')) {
        return Err("has control characters".to_owned());
    }
    Ok(())
}

pub fn words(words: &[String]) -> Result<(), String> {
    if words.len() > MAX_WORDS {
        return Err(format!("has {} entries, more than {MAX_WORDS}", words.len()));
    }
    words
        .iter()
        .try_for_each(|word| line(word, MAX_WORD).map_err(|reason| format!("has an entry that {reason}")))
}

/// A web address or a path: without gaps and control characters, and of no scheme that runs.
pub fn url(text: &str) -> Result<(), String> {
    if text.is_empty() || text.chars().count() > MAX_URL {
        return Err(format!("must have 1 to {MAX_URL} characters"));
    }
    if text.chars().any(|c| is_control(c) || c.is_whitespace() || matches!(c, '<' | '>' | '"')) {
        return Err("is no web address".to_owned());
    }
    let known = ["https://", "http://", "/"].iter().any(|start| text.starts_with(start));
    if !known && text.contains(':') {
        return Err("must be an http or https address, or a path".to_owned());
    }
    Ok(())
}

/// The last part of an address: letters, digits and `- _ .`.
pub fn slug(text: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_path = text.chars().all(|c| c == '.');
    if is_path || text.chars().count() > MAX_NAME || !text.chars().all(is_plain) {
        return Err(format!("is not 1 to {MAX_NAME} letters, digits and `- _ .`"));
    }
    Ok(())
}

/// What somebody pays in this currency for one piece.
pub fn price(price: Money, currency: Currency) -> Result<(), String> {
    above_zero(price)?;
    decimals(price, currency)
}

/// Of any amount, below zero too.
pub(crate) fn decimals(amount: Money, currency: Currency) -> Result<(), String> {
    match currency.decimals() {
        _ if currency.fits(amount) => Ok(()),
        0 => Err(format!("has decimals, and {currency} has none")),
        decimals => Err(format!("has more decimals than the {decimals} of {currency}")),
    }
}

pub(crate) fn above_zero(price: Money) -> Result<(), String> {
    if price.is_negative() {
        return Err("is negative".to_owned());
    }
    if price == Money::ZERO {
        return Err("is zero: leave the price out where it is on request".to_owned());
    }
    Ok(())
}

pub fn rating(rating: f64) -> Result<(), String> {
    if (0.0..=5.0).contains(&rating) { Ok(()) } else { Err("is not between 0 and 5".to_owned()) }
}

/// Also what turns the direction of writing around: it makes a text look like another one.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_lines() {
        // Issue 17: a size of -2.50, a text with -20 °C and a list with dashes were refused or changed.
        for good in [
            "Oak bowl",
            "Bowl, 20 cm < 25 cm",
            "Schüssel „Erle“",
            "-2.50",
            "-20 °C",
            "<M and chest >",
            "=1+1",
            "@home",
            "+49",
            "<b>Bowl</b>",
        ] {
            assert_eq!(line(good, MAX_NAME), Ok(()), "{good}");
        }
        for (bad, word) in [
            ("", "missing"),
            ("  ", "missing"),
            (" Bowl", "gap"),
            ("Bo\0wl", "control"),
            ("Bo\nwl", "control"),
            ("Bo\u{202e}wl", "control"),
        ] {
            let reason = line(bad, MAX_NAME).unwrap_err();
            assert!(reason.contains(word), "{bad:?}: {reason}");
        }
        assert!(line(&"ö".repeat(MAX_NAME), MAX_NAME).is_ok());
        assert!(line(&"ö".repeat(MAX_NAME + 1), MAX_NAME).is_err());
    }

    #[test]
    fn addresses_run_nothing() {
        for good in ["https://a.example/b.jpg", "/images/p1.jpg", "images/p1.jpg"] {
            assert_eq!(url(good), Ok(()), "{good}");
        }
        for bad in ["", "javascript:alert(1)", "data:text/html,x", "a b", "\"><img"] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_price_is_above_zero() {
        let price = |text: &str, currency: &str| price(text.parse().unwrap(), currency.parse().unwrap());
        for (good, currency) in [("0.01", "EUR"), ("1", "JPY"), ("0.125", "KWD"), ("99.90", "HUF")] {
            assert_eq!(price(good, currency), Ok(()), "{good} {currency}");
        }
        for (bad, currency) in
            [("0", "EUR"), ("-1", "EUR"), ("0.125", "EUR"), ("0.5", "JPY"), ("0.1255", "KWD")]
        {
            assert!(price(bad, currency).is_err(), "{bad} {currency}");
        }
    }
}
