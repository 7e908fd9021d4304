//! The shop's currency: any of ISO 4217.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::{Money, MoneySum};

/// A currency of ISO 4217 that something can be priced in, such as `EUR`, with its own decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro, for tests.
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);

    /// ISO 4217: `EUR`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals of an amount: 0 for `JPY`, 2 for `EUR`, 3 for `KWD`, 4 for `CLF`.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Whether an amount can be paid in it: it has no more decimals than the currency.
    pub fn fits(self, amount: Money) -> bool {
        amount.decimals() <= self.decimals()
    }

    /// The nearest amount that can be paid in it; half way, the one farther from 0.
    pub fn rounded(self, amount: Money) -> Money {
        let step = 10_i64.pow(Money::DECIMALS - self.decimals());
        let whole = amount.ten_thousandths();
        let rest = whole % step;
        let up = if rest.abs() * 2 >= step { step * rest.signum() } else { 0 };
        // One step beyond the range is the only sum that is no amount.
        Money::from_ten_thousandths(whole - rest + up).unwrap_or(amount)
    }

    /// An amount or a sum as it is written in it, without its name: `12.50`, `1250`.
    pub fn shown(self, amount: impl Into<MoneySum>) -> String {
        amount.into().with_decimals(self.decimals())
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        iso_currency::Currency::from_code(text)
            // Gold, bond markets and test codes have no decimals, because nobody pays in them.
            .filter(|known| known.exponent().is_some())
            .map(Self)
            .ok_or_else(|| format!("unknown currency `{text}`; expected a code of ISO 4217 in capitals, such as EUR, JPY or KWD"))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_decimals() {
        for (code, decimals) in
            [("JPY", 0), ("EUR", 2), ("HUF", 2), ("AED", 2), ("PHP", 2), ("KWD", 3), ("CLF", 4)]
        {
            let currency: Currency = code.parse().unwrap();
            assert_eq!((currency.code(), currency.decimals()), (code, decimals));
        }
        for bad in ["", "eur", "EURO", "XXX", "XAU", "XTS"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_amount_has_no_more_decimals_than_its_currency() {
        let amount = |text: &str| text.parse::<Money>().unwrap();
        let [yen, euro, dinar] = ["JPY", "EUR", "KWD"].map(|code| code.parse::<Currency>().unwrap());
        for (currency, fits, too_fine) in
            [(yen, "1250", "12.5"), (euro, "12.5", "12.125"), (dinar, "1.125", "1.1255")]
        {
            assert!(currency.fits(amount(fits)), "{currency} {fits}");
            assert!(!currency.fits(amount(too_fine)), "{currency} {too_fine}");
        }
        assert_eq!(
            [yen.rounded(amount("-12.5")), euro.rounded(amount("1.2349"))],
            [amount("-13"), amount("1.23")]
        );
        assert_eq!(
            [yen.shown(amount("1250")), euro.shown(amount("1250")), dinar.shown(amount("1.5"))],
            ["1250", "1250.00", "1.500"]
        );
    }
}
