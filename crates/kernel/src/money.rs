//! Money: whole minor units inside, exact decimal numbers outside.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in hundredths of the shop's currency, between minus and plus 9,999,999,999.99.
///
/// In JSON it is a number such as `1999.98`. A number with more than two decimals, or beyond the range, is refused
/// and never rounded. Within the range every amount has at most 12 significant digits, and an IEEE 754 double keeps
/// 15, so going through a JSON parser's double and back loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money(i64);

/// Why a text or number is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// No decimal number, or one with more than two decimals.
    #[error("an amount has digits and at most two decimals, such as 12.50")]
    Malformed,
    /// Beyond the range of [`Money`], or no finite number.
    #[error("an amount lies between -9999999999.99 and 9999999999.99")]
    OutOfRange,
}

impl Money {
    /// 0.00, as a sum of nothing.
    pub const ZERO: Money = Money(0);
    const MAX_MINOR: i64 = 999_999_999_999;

    /// From hundredths; `OutOfRange` beyond 999,999,999,999 on either side of 0.
    pub fn from_minor(minor: i64) -> Result<Self, InvalidMoney> {
        if minor.unsigned_abs() <= Self::MAX_MINOR.unsigned_abs() {
            Ok(Self(minor))
        } else {
            Err(InvalidMoney::OutOfRange)
        }
    }

    /// In hundredths.
    pub fn minor(self) -> i64 {
        self.0
    }

    /// Whether it is below 0.00.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `None` where the sum is out of range.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        Self::from_minor(self.0 + other.0).ok()
    }

    /// What so many pieces cost; `None` where that is out of range.
    pub fn checked_mul(self, quantity: u32) -> Option<Money> {
        self.0.checked_mul(i64::from(quantity)).and_then(|minor| Self::from_minor(minor).ok())
    }

    fn from_f64(number: f64) -> Result<Self, InvalidMoney> {
        if !number.is_finite() || number.abs() > Self::MAX_MINOR as f64 / 100.0 {
            return Err(InvalidMoney::OutOfRange);
        }
        let minor = (number * 100.0).round() as i64;
        if minor as f64 / 100.0 == number { Ok(Self(minor)) } else { Err(InvalidMoney::Malformed) }
    }
}

impl FromStr for Money {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || fraction.len() > 2 {
            return Err(InvalidMoney::Malformed);
        }
        let whole: i64 = whole.parse().map_err(|_| InvalidMoney::OutOfRange)?;
        let fraction: i64 = format!("{fraction:0<2}").parse().map_err(|_| InvalidMoney::Malformed)?;
        let minor = whole
            .checked_mul(100)
            .and_then(|minor| minor.checked_add(fraction))
            .ok_or(InvalidMoney::OutOfRange)?;
        Self::from_minor(if negative { -minor } else { minor })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 100.0)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_f64(f64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The shop's currency: an ISO 4217 code with two decimals, such as `EUR`.
///
/// Currencies with none or three decimals (`JPY`, `KWD`) are refused: amounts are hundredths everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Currency(&'static str);

impl Currency {
    /// The codes of all currencies that a shop can have, in the order of the alphabet.
    pub const KNOWN: [&'static str; 24] = [
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "INR", "MXN", "MYR",
        "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "USD", "ZAR",
    ];
    /// The euro, for tests.
    pub const EUR: Currency = Currency("EUR");

    /// ISO 4217: `EUR`.
    pub fn code(self) -> &'static str {
        self.0
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::KNOWN
            .iter()
            .find(|known| **known == text)
            .map(|known| Self(known))
            .ok_or_else(|| format!("unknown currency `{text}`; known are {}", Self::KNOWN.join(", ")))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_amount_survives_text_and_json(minor in -Money::MAX_MINOR..=Money::MAX_MINOR) {
            let amount = Money::from_minor(minor).unwrap();
            prop_assert_eq!(amount, amount.to_string().parse().unwrap());
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(amount, serde_json::from_str(&json).unwrap());
            // The number in the JSON text is the decimal itself, not a neighbour of it.
            prop_assert_eq!(json.strip_suffix(".0").unwrap_or(&json).parse::<Money>().unwrap(), amount);
        }
    }

    #[test]
    fn what_is_not_exact_is_refused() {
        for bad in ["", "-", "1.234", "1e3", "abc", "1.", ".5", "NaN", "10000000000", "1,5", "٣"] {
            assert!(bad.parse::<Money>().is_err(), "{bad}");
        }
        assert!(Money::from_minor(i64::MIN).is_err());
        for bad in ["0.001", "1e300", "10000000000", "0.30000000000000004", "\"1\""] {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }
}
