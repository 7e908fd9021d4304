//! What one piece of a variant costs at a moment. Pure, and the one place that knows what a sale does to a price.
//!
//! A sale's price is the whole price of its variant: neither the product's price nor the adjustment is added to it, so no
//! two changes at once can make a sum of them that is below zero. A sale that is not below the ordinary price, or not
//! above zero, lowers nothing: such a row is refused on every way in, and is not charged if one is there all the same,
//! for instance because the ordinary price was lowered at that moment. So the store's commit needs no rule for it.

use std::ops::Range;

use souk_kernel::{Money, Timestamp};
use souk_ports::rows::{Sale, VariantDetails};

/// What one piece costs at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) amount: Money,
    /// What is struck through beside it: during a sale the ordinary price, and otherwise what the variant says.
    pub(crate) list: Option<Money>,
    pub(crate) is_sale: bool,
}

/// `base` is the product's price, which the variant's `adjustment` is added to. `None`: on request.
pub(crate) fn price_at(
    base: Option<Money>,
    adjustment: Money,
    details: &VariantDetails,
    now: Timestamp,
) -> Option<Price> {
    // No row of a shop leads to zero or below; if one does, it is not given away.
    let ordinary = ordinary_price(base, adjustment).filter(|price| *price > Money::ZERO)?;
    let lowers = |sale: &&Sale| sale.is_on(now) && sale.price > Money::ZERO && sale.price < ordinary;
    Some(match details.sale.as_ref().filter(lowers) {
        Some(sale) => Price { amount: sale.price, list: Some(ordinary), is_sale: true },
        None => Price { amount: ordinary, list: details.list_price, is_sale: false },
    })
}

/// Outside of sales. `None` where the product has no price, and where the sum is no amount: both mean "ask".
pub(crate) fn ordinary_price(base: Option<Money>, adjustment: Money) -> Option<Money> {
    base.and_then(|base| base.checked_add(adjustment))
}

/// Why this sale cannot stand beside what its variant costs otherwise. One that is over is nobody's business any more.
pub(crate) fn check_sale(ordinary: Money, details: &VariantDetails, now: Timestamp) -> Result<(), String> {
    match &details.sale {
        Some(sale) if sale.price > ordinary && sale.until.is_none_or(|until| now < until) => {
            Err(format!("has a price of {}, which is above the ordinary one of {ordinary}", sale.price))
        }
        _ => Ok(()),
    }
}

/// When the price can become another one by itself.
pub(crate) fn boundaries(sale: Option<&Sale>) -> impl Iterator<Item = Timestamp> {
    sale.into_iter().flat_map(|sale| [sale.from, sale.until]).flatten()
}

/// The time around `now` that has none of these moments in it but as its beginning.
pub(crate) fn span_around(moments: impl Iterator<Item = Timestamp>, now: Timestamp) -> Range<Timestamp> {
    let always = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
    moments.fold(always, |span, moment| match moment <= now {
        true => span.start.max(moment)..span.end,
        false => span.start..span.end.min(moment),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn on_sale(price: &str, from: Option<i64>, until: Option<i64>) -> VariantDetails {
        let sale = Sale { price: money(price), from: from.map(at), until: until.map(at) };
        VariantDetails { list_price: Some(money("70")), sale: Some(sale), ..VariantDetails::default() }
    }

    fn charged(details: &VariantDetails, now: i64) -> (Money, Option<Money>) {
        let price = price_at(Some(money("40")), money("5"), details, at(now)).unwrap();
        assert_eq!(price.is_sale, price.amount < money("45"));
        (price.amount, price.list)
    }

    #[test]
    fn a_sale_begins_with_its_first_millisecond_and_ends_before_its_last() {
        let (ordinary, sale) = ((money("45"), Some(money("70"))), (money("42"), Some(money("45"))));
        let details = on_sale("42", Some(1_000), Some(2_000));
        for (now, wanted) in [(999, ordinary), (1_000, sale), (1_999, sale), (2_000, ordinary)] {
            assert_eq!(charged(&details, now), wanted, "at {now}");
        }
        for (from, until, now) in [(None, Some(2_000), 0), (Some(1_000), None, i64::MAX), (None, None, 5)] {
            assert_eq!(charged(&on_sale("42", from, until), now), sale);
        }
        assert_eq!(charged(&on_sale("42", None, Some(5)), 5), ordinary);
        assert_eq!(charged(&VariantDetails::default(), 5), (money("45"), None));
    }

    #[test]
    fn a_sale_only_ever_lowers_and_gives_nothing_away() {
        for no_sale in ["45", "45.01", "60", "0", "-1"] {
            assert_eq!(charged(&on_sale(no_sale, None, None), 5).0, money("45"), "{no_sale}");
        }
        let on_request = price_at(None, money("5"), &on_sale("42", None, None), at(5));
        assert_eq!(on_request, None, "a sale puts no price on what is sold on request");
        assert_eq!(price_at(Some(money("5")), money("-5"), &VariantDetails::default(), at(5)), None);
        assert_eq!(price_at(Some(money("5")), money("-6"), &on_sale("1", None, None), at(5)), None);
    }

    #[test]
    fn a_sale_above_the_ordinary_price_is_refused_until_it_is_over() {
        let check = |price: &str, until, now| check_sale(money("45"), &on_sale(price, None, until), at(now));
        assert_eq!(check("45", None, 5), Ok(()));
        let reason = "has a price of 45.01, which is above the ordinary one of 45.00";
        assert_eq!(check("45.01", None, 5), Err(reason.to_owned()));
        assert_eq!(check("45.01", Some(6), 5), Err(reason.to_owned()));
        assert_eq!(check("45.01", Some(5), 5), Ok(()));
    }

    #[test]
    fn a_span_ends_where_any_of_the_prices_may_change() {
        let moments = || [at(10), at(30), at(20)].into_iter();
        let (first, last) = (at(i64::MIN), at(i64::MAX));
        for (now, span) in
            [(9, first..at(10)), (10, at(10)..at(20)), (29, at(20)..at(30)), (30, at(30)..last)]
        {
            assert_eq!(span_around(moments(), at(now)), span);
        }
        assert_eq!(span_around(std::iter::empty(), at(5)), first..last);
    }
}
