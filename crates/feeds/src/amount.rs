//! Amounts of money and other numbers as people write them: exactly, and refused where they can be read in two ways.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount of money: whole digits and how many of them stand behind the point, never a binary fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    /// `12.50` is 1250.
    pub digits: i64,
    /// `12.50` has 2.
    pub scale: u8,
    /// The code of ISO 4217 that the source gives, be it in the cell, in the column's name or in the map.
    pub currency: Option<[u8; 3]>,
}

impl Amount {
    /// The code of the currency.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_ref().and_then(|code| std::str::from_utf8(code).ok())
    }

    /// The same amount with no zeros at the end beyond `scale` digits behind the point.
    pub fn trimmed(mut self, scale: u8) -> Self {
        while self.scale > scale && self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }

    /// The sum, where it can be written; the currency is the first one that there is.
    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let digits = |it: Self| 10_i64.checked_pow((scale - it.scale).into())?.checked_mul(it.digits);
        let digits = digits(self)?.checked_add(digits(other)?)?;
        Some(Self { digits, scale, currency: self.currency.or(other.currency) })
    }
}

impl fmt::Display for Amount {
    /// `12.50 EUR`, or `12.50` where no currency is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(self.digits, self.scale))?;
        match self.currency() {
            Some(code) => write!(f, " {code}"),
            None => Ok(()),
        }
    }
}

pub(crate) fn plain(digits: i64, scale: u8) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let scale = usize::from(scale);
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
    let (whole, part) = text.split_at(text.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{part}")
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        amount(&text, &Reading { decimal: Decimal::Point, ..Reading::default() }).map_err(D::Error::custom)
    }
}

/// What stands between the whole and its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Decimal {
    /// Not known: `1,234` and `1.234` may be read in two ways.
    #[default]
    Unknown,
    Point,
    Comma,
}

/// How the amounts of a file are to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    pub(crate) decimal: Decimal,
    /// What holds where the cell names none.
    pub(crate) currency: Option<[u8; 3]>,
    /// The caller's own currency: it says which dollar `$` is.
    pub(crate) home: Option<[u8; 3]>,
    /// Whether whole numbers are hundredths: 1999 is 19.99.
    pub(crate) is_minor: bool,
}

/// Signs that stand for one currency alone.
const SIGNS: &[(&str, [u8; 3])] = &[
    ("US$", *b"USD"),
    ("CA$", *b"CAD"),
    ("C$", *b"CAD"),
    ("AU$", *b"AUD"),
    ("A$", *b"AUD"),
    ("NZ$", *b"NZD"),
    ("HK$", *b"HKD"),
    ("R$", *b"BRL"),
    ("£", *b"GBP"),
    ("€", *b"EUR"),
    ("₹", *b"INR"),
    ("₺", *b"TRY"),
    ("₽", *b"RUB"),
    ("₩", *b"KRW"),
    ("₴", *b"UAH"),
    ("₪", *b"ILS"),
    ("₫", *b"VND"),
    ("zł", *b"PLN"),
    ("Kč", *b"CZK"),
    ("Fr.", *b"CHF"),
];

/// Signs of several currencies: the caller's own where it is among them, and otherwise the first.
const SHARED: &[(&str, &[[u8; 3]])] = &[
    ("$", &[*b"USD", *b"CAD", *b"AUD", *b"NZD", *b"SGD", *b"HKD", *b"MXN", *b"ARS", *b"CLP", *b"COP"]),
    ("¥", &[*b"JPY", *b"CNY"]),
    ("kr.", &[*b"DKK", *b"SEK", *b"NOK", *b"ISK"]),
    ("kr", &[*b"SEK", *b"NOK", *b"DKK", *b"ISK"]),
];

/// Reads `12.50`, `1.234,56 €`, `EUR 12`, `£3`. The error reads on from the column's name: `is no amount`.
pub(crate) fn amount(text: &str, reading: &Reading) -> Result<Amount, String> {
    let trimmed = text.trim();
    // The sign of the number may stand before that of the currency: `-£3`.
    let (is_negative, unsigned) = match trimmed.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, trimmed),
    };
    let (number, named) = without_currency(unsigned, reading.home);
    let (mut digits, mut scale) = number_of(number, reading.decimal).map_err(|why| why.of("amount", text))?;
    if is_negative {
        digits = -digits;
    }
    if reading.is_minor {
        if scale > 0 && digits % 10_i64.pow(scale.into()) != 0 {
            return Err(format!("is no whole number of hundredths: {}", shown(text)));
        }
        digits /= 10_i64.pow(scale.into());
        scale = 2;
    }
    Ok(Amount { digits, scale, currency: named.or(reading.currency) })
}

fn without_currency(text: &str, home: Option<[u8; 3]>) -> (&str, Option<[u8; 3]>) {
    let is_bare = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    if is_bare {
        return (text, None);
    }
    let strip = |sign: &str| text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)).map(str::trim);
    for (sign, code) in SIGNS {
        if let Some(rest) = strip(sign) {
            return (rest, Some(*code));
        }
    }
    for (sign, codes) in SHARED {
        if let Some(rest) = strip(sign) {
            let code = home.filter(|home| codes.contains(home)).unwrap_or(codes[0]);
            return (rest, Some(code));
        }
    }
    let code = |part: &str| -> Option<[u8; 3]> {
        let bytes: [u8; 3] = part.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| bytes.map(|b| b.to_ascii_uppercase()))
    };
    let split = |at: usize| text.is_char_boundary(at).then(|| text.split_at(at));
    if let Some((head, tail)) = split(3.min(text.len()))
        && let Some(code) = code(head)
    {
        return (tail.trim(), Some(code));
    }
    if let Some((head, tail)) = split(text.len().saturating_sub(3))
        && let Some(code) = code(tail)
    {
        return (head.trim(), Some(code));
    }
    (text, None)
}

/// Why a text is no number.
#[derive(Debug, PartialEq)]
pub(crate) enum NoNumber {
    Other,
    TwoReadings,
    TooLarge,
}

impl NoNumber {
    pub(crate) fn of(self, what: &str, text: &str) -> String {
        let text = shown(text);
        match self {
            Self::Other => format!("is no {what}: {text}"),
            Self::TwoReadings => format!(
                "can be read in two ways: {text}; say in the map whether the decimal sign is a point or a comma"
            ),
            Self::TooLarge => format!("has too many digits: {text}"),
        }
    }
}

/// The beginning of a cell, for a message.
pub(crate) fn shown(text: &str) -> String {
    let start: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let more = if text.chars().nth(40).is_some() { "…" } else { "" };
    format!("`{start}{more}`")
}

/// The digits of a number and how many of them stand behind its decimal sign.
pub(crate) fn number_of(text: &str, decimal: Decimal) -> Result<(i64, u8), NoNumber> {
    let (negative, body) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let bytes = body.as_bytes();
    let last = body.rfind([',', '.']);
    let at = match last {
        None => None,
        Some(last) => decimal_sign(bytes, last, decimal)?,
    };
    let (mut digits, mut scale, mut seen) = (0_i64, 0_u8, false);
    let mut group = None;
    for (position, c) in body.char_indices() {
        match c {
            '0'..='9' => {
                let digit = i64::from(c as u8 - b'0');
                digits =
                    digits.checked_mul(10).and_then(|d| d.checked_add(digit)).ok_or(NoNumber::TooLarge)?;
                seen = true;
                if at.is_some_and(|at| position > at) {
                    scale = scale.checked_add(1).filter(|scale| *scale <= 9).ok_or(NoNumber::TooLarge)?;
                }
            }
            '.' | ',' if Some(position) == at => group = None,
            // Between groups of three digits, and always the same.
            '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}'
                if at.is_none_or(|at| position < at) && group.is_none_or(|known| known == c) =>
            {
                let rest = &bytes[position + c.len_utf8()..];
                let run = rest.iter().take_while(|b| b.is_ascii_digit()).count();
                if run != 3 || !seen {
                    return Err(NoNumber::Other);
                }
                group = Some(c);
            }
            _ => return Err(NoNumber::Other),
        }
    }
    if !seen {
        return Err(NoNumber::Other);
    }
    Ok((if negative { -digits } else { digits }, scale))
}

/// Where the decimal sign stands, if the last comma or point is one.
fn decimal_sign(bytes: &[u8], last: usize, decimal: Decimal) -> Result<Option<usize>, NoNumber> {
    let (sign, after) = (bytes[last], bytes.len() - last - 1);
    let count = |sign: u8| bytes.iter().filter(|b| **b == sign).count();
    let other = if sign == b'.' { b',' } else { b'.' };
    let (is_single, is_mixed) = (count(sign) == 1, count(other) > 0);
    let by_sign = match decimal {
        Decimal::Point => Some(sign == b'.'),
        Decimal::Comma => Some(sign == b','),
        Decimal::Unknown => None,
    };
    match by_sign {
        Some(true) if is_single => Ok(Some(last)),
        Some(true) => Err(NoNumber::Other),
        // A comma where the point is the decimal sign: groups of three, or a mistake.
        Some(false) if after == 3 && !(is_mixed && is_single) => Ok(None),
        Some(false) => Err(NoNumber::Other),
        None if !is_single => Ok(None),
        None if is_mixed || after != 3 => Ok(Some(last)),
        // `0,500` and `12345.678` are no groups of three.
        None if last > 3 || bytes.first() == Some(&b'0') || last == 0 => Ok(Some(last)),
        None => Err(NoNumber::TwoReadings),
    }
}

/// What one cell says about the decimal sign of its file, if it can be read in one way only.
pub(crate) fn evidence(cell: &str) -> Decimal {
    let number = cell.trim_matches(|c: char| !c.is_ascii_digit());
    let Some(last) = number.rfind([',', '.']) else { return Decimal::Unknown };
    match decimal_sign(number.as_bytes(), last, Decimal::Unknown) {
        Ok(Some(at)) if number.as_bytes()[at] == b',' => Decimal::Comma,
        Ok(Some(_)) => Decimal::Point,
        // `1,234,567` has commas for groups.
        Ok(None) if number.as_bytes()[last] == b',' => Decimal::Point,
        Ok(None) => Decimal::Comma,
        Err(_) => Decimal::Unknown,
    }
}

/// A count: `12`, `12.0` and `12,0` are twelve, `1,5` is none.
pub(crate) fn whole(text: &str, decimal: Decimal) -> Result<i64, String> {
    let (digits, scale) = number_of(text.trim(), decimal).map_err(|why| why.of("whole number", text))?;
    let unit = 10_i64.pow(scale.into());
    if digits % unit != 0 {
        return Err(format!("is no whole number: {}", shown(text)));
    }
    Ok(digits / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: Decimal) -> Result<String, String> {
        amount(text, &Reading { decimal, ..Reading::default() }).map(|amount| amount.to_string())
    }

    #[test]
    fn amounts_carry_their_currency_and_are_exact() {
        for (text, wanted) in [
            ("12.50", "12.50"),
            ("£3", "3 GBP"),
            ("1.234,56 €", "1234.56 EUR"),
            ("EUR 12", "12 EUR"),
            ("25.00 usd", "25.00 USD"),
            ("1 234,50 kr", "1234.50 SEK"),
            ("1'299.90 CHF", "1299.90 CHF"),
            ("12,5", "12.5"),
            ("1,234,567", "1234567"),
            ("0,500", "0.500"),
            (".99", "0.99"),
            ("129.0000", "129.0000"),
            ("$9.99", "9.99 USD"),
            ("-£3", "-3 GBP"),
            ("£-3.10", "-3.10 GBP"),
        ] {
            assert_eq!(read(text, Decimal::Unknown).as_deref(), Ok(wanted), "{text}");
        }
        assert_eq!(read("1,234", Decimal::Point).as_deref(), Ok("1234"));
        assert_eq!(read("1,234", Decimal::Comma).as_deref(), Ok("1.234"));
        assert_eq!(read("1.234", Decimal::Comma).as_deref(), Ok("1234"));
        let home = Reading { home: Some(*b"CAD"), ..Reading::default() };
        assert_eq!(amount("$5", &home).unwrap().to_string(), "5 CAD");
        let minor = Reading { is_minor: true, ..Reading::default() };
        assert_eq!(amount("1999", &minor).unwrap().to_string(), "19.99");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "1,234",
            "1.234",
            "",
            "-",
            "1.2.3,4.5",
            "12,34,5",
            "1e5",
            "NaN",
            "ask us",
            "99999999999999999999",
        ] {
            assert!(read(text, Decimal::Unknown).is_err(), "{text}");
        }
        assert!(read("12,50", Decimal::Point).is_err());
    }

    #[test]
    fn counts_are_whole() {
        for (text, wanted) in
            [("12,0", Some(12)), ("12.0000", Some(12)), ("1,5", None), ("-3", Some(-3)), ("x", None)]
        {
            assert_eq!(whole(text, Decimal::Unknown).ok(), wanted, "{text}");
        }
        assert_eq!(whole("1,000", Decimal::Point), Ok(1000));
        assert!(whole("1,000", Decimal::Unknown).is_err());
    }

    #[test]
    fn sums_are_exact() {
        let read = |text| amount(text, &Reading::default()).unwrap();
        assert_eq!(read("12.50").plus(read("-0.005")).unwrap().to_string(), "12.495");
    }
}
