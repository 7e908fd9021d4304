//! Money: whole ten-thousandths inside, exact decimal numbers outside.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in ten-thousandths of the shop's currency, between minus and plus 9,999,999,999.9999.
///
/// Every currency of ISO 4217 has at most four decimals, so one scale holds them all, and an amount can be read without
/// knowing whose it is. How many decimals an amount may have is the currency's to say: see [`crate::Currency::fits`].
///
/// In JSON it is a number such as `1999.98`. A number with more than four decimals, or beyond the range, is refused
/// and never rounded. Within the range every amount has at most 14 significant digits, and an IEEE 754 double keeps
/// 15, so going through a JSON parser's double and back loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money(i64);

/// Why a text or number is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// No decimal number, or one with more than four decimals.
    #[error("an amount has digits and at most four decimals, such as 12.50")]
    Malformed,
    /// Beyond the range of [`Money`], or no finite number.
    #[error("an amount lies between -9999999999.9999 and 9999999999.9999")]
    OutOfRange,
}

impl Money {
    /// 0.00, as a sum of nothing.
    pub const ZERO: Money = Money(0);
    /// Decimals that are kept.
    pub const DECIMALS: u32 = 4;
    const PER_UNIT: i64 = 10_i64.pow(Self::DECIMALS);
    const MAX: i64 = 10_000_000_000 * Self::PER_UNIT - 1;

    /// From ten-thousandths; `OutOfRange` beyond 99,999,999,999,999 on either side of 0.
    pub fn from_ten_thousandths(amount: i64) -> Result<Self, InvalidMoney> {
        if amount.unsigned_abs() <= Self::MAX.unsigned_abs() {
            Ok(Self(amount))
        } else {
            Err(InvalidMoney::OutOfRange)
        }
    }

    /// From hundredths, for tests and figures in cents.
    pub fn from_hundredths(amount: i64) -> Result<Self, InvalidMoney> {
        amount.checked_mul(100).ok_or(InvalidMoney::OutOfRange).and_then(Self::from_ten_thousandths)
    }

    /// As it is stored.
    pub fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// How many decimals it takes to write it.
    pub fn decimals(self) -> u32 {
        MoneySum::from(self).decimals()
    }

    /// With this many decimals, and more where it has them: `12.50`.
    pub fn with_decimals(self, decimals: u32) -> String {
        MoneySum::from(self).with_decimals(decimals)
    }

    /// Whether it is below 0.00.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `None` where the sum is out of range.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        Self::from_ten_thousandths(self.0 + other.0).ok()
    }

    /// What so many pieces cost; `None` where that is out of range.
    pub fn checked_mul(self, quantity: u32) -> Option<Money> {
        self.0.checked_mul(i64::from(quantity)).and_then(|amount| Self::from_ten_thousandths(amount).ok())
    }

    fn from_f64(number: f64) -> Result<Self, InvalidMoney> {
        let per_unit = Self::PER_UNIT as f64;
        if !number.is_finite() || number.abs() > Self::MAX as f64 / per_unit {
            return Err(InvalidMoney::OutOfRange);
        }
        let amount = (number * per_unit).round() as i64;
        if amount as f64 / per_unit == number { Ok(Self(amount)) } else { Err(InvalidMoney::Malformed) }
    }
}

/// What many amounts come to, however many and large they are: sales, what a customer has spent.
///
/// In JSON it is a number like [`Money`]; one of more than 15 significant digits is written as the double nearest to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct MoneySum(i128);

impl MoneySum {
    /// From ten-thousandths.
    pub fn from_ten_thousandths(amount: i128) -> Self {
        Self(amount)
    }

    /// As it is stored.
    pub fn ten_thousandths(self) -> i128 {
        self.0
    }

    /// What each of so many gets, rounded towards 0 to ten-thousandths; `None` where that is no amount, or there are none.
    pub fn shared_by(self, number: u64) -> Option<Money> {
        let share = i64::try_from(self.0.checked_div(number.into())?).ok()?;
        Money::from_ten_thousandths(share).ok()
    }

    fn decimals(self) -> u32 {
        let ends = |decimals: &u32| self.0 % 10_i128.pow(Money::DECIMALS - decimals) == 0;
        (0..Money::DECIMALS).find(ends).unwrap_or(Money::DECIMALS)
    }

    /// With this many decimals, and more where it has them: `12.50`.
    pub fn with_decimals(self, decimals: u32) -> String {
        const PER_UNIT: u128 = Money::PER_UNIT as u128;
        let shown = decimals.max(self.decimals());
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / PER_UNIT, self.0.unsigned_abs() % PER_UNIT);
        match shown {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{}", &format!("{rest:04}")[..shown as usize]),
        }
    }
}

impl From<Money> for MoneySum {
    fn from(amount: Money) -> Self {
        Self(amount.0.into())
    }
}

impl std::iter::Sum<Money> for MoneySum {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Self {
        // 10^24 of the largest amounts fit.
        Self(amounts.map(|amount| i128::from(amount.0)).sum())
    }
}

impl Serialize for MoneySum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / Money::PER_UNIT as f64)
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
        if !is_number(whole) || !is_number(fraction) || fraction.len() > Self::DECIMALS as usize {
            return Err(InvalidMoney::Malformed);
        }
        let whole: i64 = whole.parse().map_err(|_| InvalidMoney::OutOfRange)?;
        let fraction: i64 = format!("{fraction:0<4}").parse().map_err(|_| InvalidMoney::Malformed)?;
        let amount = whole
            .checked_mul(Self::PER_UNIT)
            .and_then(|amount| amount.checked_add(fraction))
            .ok_or(InvalidMoney::OutOfRange)?;
        Self::from_ten_thousandths(if negative { -amount } else { amount })
    }
}

/// With two decimals at least, as where the currency is not known; see [`Money::with_decimals`].
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_decimals(2))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / Self::PER_UNIT as f64)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_f64(f64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_amount_survives_text_and_json(amount in -Money::MAX..=Money::MAX) {
            let amount = Money::from_ten_thousandths(amount).unwrap();
            prop_assert_eq!(amount, amount.to_string().parse().unwrap());
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(amount, serde_json::from_str(&json).unwrap());
            // The number in the JSON text is the decimal itself, not a neighbour of it.
            prop_assert_eq!(json.strip_suffix(".0").unwrap_or(&json).parse::<Money>().unwrap(), amount);
        }
    }

    #[test]
    fn what_is_not_exact_is_refused() {
        for bad in ["", "-", "1.23456", "1e3", "abc", "1.", ".5", "NaN", "10000000000", "1,5", "٣"] {
            assert!(bad.parse::<Money>().is_err(), "{bad}");
        }
        assert!(Money::from_ten_thousandths(i64::MIN).is_err());
        for bad in ["0.00001", "1e300", "10000000000", "0.30000000000000004", "\"1\""] {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sum_has_no_bound_of_its_own() {
        let most = Money::from_ten_thousandths(Money::MAX).unwrap();
        let sum: MoneySum = [most; 3].into_iter().sum();
        assert_eq!(sum.ten_thousandths(), 3 * i128::from(Money::MAX));
        assert_eq!(sum.with_decimals(2), "29999999999.9997");
        assert_eq!(serde_json::to_string(&sum).unwrap(), "29999999999.9997");
        assert_eq!(sum.shared_by(3), Some(most));
        assert_eq!((sum.shared_by(1), sum.shared_by(0)), (None, None));
    }

    #[test]
    fn it_is_written_with_the_decimals_that_it_has_and_those_asked_for() {
        for (text, decimals, wanted) in [
            ("12.5", 2, "12.50"),
            ("12.5", 0, "12.5"),
            ("1250", 0, "1250"),
            ("-0.125", 2, "-0.125"),
            ("1.2", 3, "1.200"),
            ("0.0001", 0, "0.0001"),
            ("0", 2, "0.00"),
        ] {
            assert_eq!(text.parse::<Money>().unwrap().with_decimals(decimals), wanted);
        }
    }
}
