//! One row of a file, read column by column; the first column that is wrong is the reason for refusing the row.

use souk_kernel::{Money, Timestamp};
use uuid::Uuid;

use crate::catalog::texts;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bad {
    /// Empty where the row as a whole is wrong.
    pub(super) column: String,
    pub(super) reason: String,
}

impl Bad {
    pub(super) fn new(column: &str, reason: impl Into<String>) -> Self {
        Self { column: column.to_owned(), reason: reason.into() }
    }
}

pub(super) type Checked<T> = Result<T, Bad>;

/// The cells of a row with the names of their columns, in the same order.
pub(super) struct Cells<'a> {
    pub(super) columns: &'a [&'a str],
    pub(super) cells: Vec<&'a str>,
}

impl<'a> Cells<'a> {
    /// Without gaps at its ends; empty for a column that there is not.
    pub(super) fn text(&self, column: &str) -> &'a str {
        let at = self.columns.iter().position(|name| *name == column);
        at.and_then(|at| self.cells.get(at)).map_or("", |cell| cell.trim())
    }

    pub(super) fn is_empty(&self, column: &str) -> bool {
        self.text(column).is_empty()
    }

    /// A text that must be there.
    pub(super) fn line(&self, column: &str, max: usize) -> Checked<String> {
        let text = self.text(column);
        texts::line(text, max).map_err(|reason| Bad::new(column, reason))?;
        Ok(text.to_owned())
    }

    pub(super) fn line_or_none(&self, column: &str, max: usize) -> Checked<Option<String>> {
        if self.is_empty(column) { Ok(None) } else { self.line(column, max).map(Some) }
    }

    pub(super) fn prose(&self, column: &str) -> Checked<String> {
        let text = self.text(column);
        texts::prose(text, texts::MAX_TEXT).map_err(|reason| Bad::new(column, reason))?;
        Ok(text.to_owned())
    }

    pub(super) fn url_or_none(&self, column: &str) -> Checked<Option<String>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        texts::url(text).map_err(|reason| Bad::new(column, reason))?;
        Ok(Some(text.to_owned()))
    }

    /// Separated by `|`, each once.
    pub(super) fn words(&self, column: &str) -> Checked<Vec<String>> {
        let words = split_words(self.text(column));
        texts::words(&words).map_err(|reason| Bad::new(column, reason))?;
        Ok(words)
    }

    /// An id of souk's own or an external one.
    pub(super) fn id<T: std::str::FromStr<Err: std::fmt::Display>>(&self, column: &str) -> Checked<T> {
        let text = self.text(column);
        if text.is_empty() {
            return Err(Bad::new(column, "is missing"));
        }
        text.parse().map_err(|error: T::Err| Bad::new(column, format!("is no id: {error}")))
    }

    /// The text of [`Cells::id`] as others may call the thing; `None` for an id of souk's own.
    pub(super) fn external(&self, column: &str) -> Option<String> {
        let text = self.text(column);
        let is_own = text.len() == 36 && Uuid::try_parse(text).is_ok();
        (!is_own).then(|| text.to_owned())
    }

    pub(super) fn money(&self, column: &str) -> Checked<Option<Money>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|error| Bad::new(column, format!("is no amount: {error}")))
    }

    pub(super) fn whole<T: TryFrom<i64>>(&self, column: &str, min: i64, max: i64) -> Checked<Option<T>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let number = text.parse::<i64>().ok().filter(|number| (min..=max).contains(number));
        match number.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(Bad::new(column, format!("is no whole number from {min} to {max}"))),
        }
    }

    pub(super) fn rating(&self, column: &str) -> Checked<Option<f64>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let rating: f64 = text.parse().map_err(|_| Bad::new(column, "is no number"))?;
        texts::rating(rating).map_err(|reason| Bad::new(column, reason))?;
        Ok(Some(rating))
    }

    pub(super) fn date(&self, column: &str) -> Checked<Timestamp> {
        let text = self.text(column);
        if text.is_empty() {
            return Err(Bad::new(column, "is missing"));
        }
        Timestamp::parse(text).ok_or_else(|| Bad::new(column, "is no date such as 2026-06-30"))
    }

    pub(super) fn yes_or_no(&self, column: &str) -> Checked<bool> {
        match self.text(column).to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Ok(true),
            "false" | "0" | "no" => Ok(false),
            "" => Err(Bad::new(column, "is missing")),
            _ => Err(Bad::new(column, "is neither true nor false")),
        }
    }

    pub(super) fn email(&self, column: &str) -> Checked<String> {
        let email = self.line(column, 254)?;
        let parts = email.split_once('@');
        let plain = |part: &str| !part.is_empty() && !part.contains([' ', '@', ',', ';', '"']);
        match parts {
            Some((name, host)) if plain(name) && plain(host) && host.contains('.') => Ok(email),
            _ => Err(Bad::new(column, "is no email address")),
        }
    }

    /// Digits and the signs between them; it may begin with `+`.
    pub(super) fn phone(&self, column: &str) -> Checked<Option<String>> {
        let text = self.text(column);
        let ok = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '/' | '(' | ')' | '.');
        let rest = text.strip_prefix('+').unwrap_or(text);
        if text.is_empty() {
            Ok(None)
        } else if text.len() <= 40
            && rest.starts_with(|c: char| c.is_ascii_digit() || c == '(')
            && rest.chars().all(ok)
        {
            Ok(Some(text.to_owned()))
        } else {
            Err(Bad::new(column, "is no phone number"))
        }
    }

    pub(super) fn country(&self, column: &str) -> Checked<Option<String>> {
        let text = self.text(column);
        if text.is_empty() {
            Ok(None)
        } else if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Some(text.to_owned()))
        } else {
            Err(Bad::new(column, "is no country code of two capital letters"))
        }
    }
}

pub(super) fn split_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split('|').map(str::trim).filter(|word| !word.is_empty()) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}
