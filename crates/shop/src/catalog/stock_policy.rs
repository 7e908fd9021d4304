//! Whether a variant is sold when there is none of it: how that is said, shown, and kept in step with the store.
//!
//! The variant's row says which policy it has, and the allowance of its stock is what the store holds every sale to.
//! Whoever changes the one changes the other in the same commit ([`Restocking`]).

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use souk_kernel::VariantId;
use souk_ports::rows::{StockPolicy, Variant};
use souk_ports::store::{Allowance, MoveKind, Stock, StockMove};
use utoipa::ToSchema;

use super::Error;
use super::change_product::MAX_STOCK_CHANGE;

/// What the sale of a variant has to do with how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockPolicyName {
    /// What is there is sold, and no more.
    Counted,
    /// It is counted, and sold beyond what is there: as far as `backorder_allowance` goes, or without a limit.
    Backorder,
    /// Nobody counts: it is always for sale.
    NotCounted,
}

impl FromStr for StockPolicyName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "counted" => Ok(Self::Counted),
            "backorder" => Ok(Self::Backorder),
            "not_counted" => Ok(Self::NotCounted),
            _ => Err("expected `counted`, `backorder` or `not_counted`".to_owned()),
        }
    }
}

/// How a policy is shown: its name, and the allowance where there is one.
pub(super) fn shown(policy: StockPolicy) -> (StockPolicyName, Option<u32>) {
    match policy {
        StockPolicy::Counted => (StockPolicyName::Counted, None),
        StockPolicy::Backorder(allowance) => (StockPolicyName::Backorder, allowance),
        StockPolicy::NotCounted => (StockPolicyName::NotCounted, None),
    }
}

/// What a command says of the policy; what it leaves out stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PolicyChange {
    pub(super) name: Option<StockPolicyName>,
    /// `Some(None)`: without a limit.
    pub(super) allowance: Option<Option<u32>>,
}

impl PolicyChange {
    pub(super) fn is_nothing(self) -> bool {
        self == Self::default()
    }

    pub(super) fn applied(self, before: StockPolicy) -> Result<StockPolicy, Error> {
        let invalid = |reason: &str| Err(Error::invalid("backorder_allowance", reason));
        let name = self.name.unwrap_or(shown(before).0);
        match (name, self.allowance) {
            (StockPolicyName::Backorder, Some(Some(0))) => invalid("is 0, which is what `counted` says"),
            (StockPolicyName::Backorder, Some(Some(pieces))) if u64::from(pieces) > MAX_STOCK_CHANGE => {
                invalid(&format!("is more than {MAX_STOCK_CHANGE}"))
            }
            (StockPolicyName::Backorder, Some(allowance)) => Ok(StockPolicy::Backorder(allowance)),
            (StockPolicyName::Backorder, None) => Ok(StockPolicy::Backorder(shown(before).1)),
            (_, Some(Some(_))) => invalid("goes with the stock policy `backorder` alone"),
            (StockPolicyName::Counted, _) => Ok(StockPolicy::Counted),
            (StockPolicyName::NotCounted, _) => Ok(StockPolicy::NotCounted),
        }
    }
}

/// Whether a variant, or any of a product's, can be bought, and whether at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// It is there, or nobody counts it.
    InStock,
    /// It can be bought and is not there: it is sent when it is.
    Backorder,
    /// It cannot be bought.
    OutOfStock,
}

impl Availability {
    pub(super) fn of(policy: StockPolicy, quantity: i64) -> Self {
        match policy {
            StockPolicy::NotCounted => Self::InStock,
            _ if quantity > 0 => Self::InStock,
            _ if policy.allowance().available(quantity) > 0 => Self::Backorder,
            _ => Self::OutOfStock,
        }
    }

    /// Of all variants together: as good as the best of them.
    pub(super) fn best(of: impl Iterator<Item = Self>) -> Self {
        of.min().unwrap_or(Self::OutOfStock)
    }

    pub(super) fn can_be_bought(self) -> bool {
        self != Self::OutOfStock
    }
}

/// What becomes of a variant's stock when it has another policy, or pieces come or go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Restocking {
    before: StockPolicy,
    after: StockPolicy,
    /// As it is; `None`: there is none yet.
    stock: Option<Stock>,
}

impl Restocking {
    /// Of a variant that is not there yet.
    pub(crate) fn of_new(variant: &Variant) -> Self {
        Self { before: StockPolicy::Counted, after: variant.details.stock_policy, stock: None }
    }

    pub(crate) fn between(before: &Variant, after: &Variant, stock: Option<Stock>) -> Self {
        Self { before: before.details.stock_policy, after: after.details.stock_policy, stock }
    }

    /// Pieces that come, below zero go, where counting begins: what was sold while nobody counted is owed to nobody.
    /// `base` is what there would be.
    pub(crate) fn begun_at(self, base: i64) -> i64 {
        if self.begins() { base - self.stock.map_or(0, |stock| stock.quantity) } else { 0 }
    }

    /// The move by which that happens.
    pub(crate) fn moving(self, variant: VariantId, pieces: i64) -> StockMove {
        StockMove {
            allowance: self.allowance(),
            // Where counting begins, how many pieces come rests on what was seen.
            if_version: self.begins().then(|| self.stock.map_or(0, |stock| stock.version)),
            ..StockMove::new(variant, MoveKind::Adjust(pieces))
        }
    }

    /// Whether there is anything to move.
    pub(crate) fn is_due(self, pieces: i64) -> bool {
        pieces != 0 || self.allowance().is_some() || self.begins()
    }

    /// Whether the stock may stand so in the end.
    pub(crate) fn covers(self, quantity: i64) -> bool {
        self.after.allowance().covers(quantity)
    }

    fn allowance(self) -> Option<Allowance> {
        let allowance = self.after.allowance();
        (allowance != self.before.allowance()).then_some(allowance)
    }

    fn begins(self) -> bool {
        self.before == StockPolicy::NotCounted && self.after != StockPolicy::NotCounted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_bought_depends_on_the_policy_and_on_what_is_there() {
        use Availability::{Backorder, InStock, OutOfStock};
        for (policy, quantity, is) in [
            (StockPolicy::Counted, 1, InStock),
            (StockPolicy::Counted, 0, OutOfStock),
            (StockPolicy::Backorder(Some(2)), 1, InStock),
            (StockPolicy::Backorder(Some(2)), 0, Backorder),
            (StockPolicy::Backorder(Some(2)), -1, Backorder),
            (StockPolicy::Backorder(Some(2)), -2, OutOfStock),
            (StockPolicy::Backorder(None), -1_000_000, Backorder),
            (StockPolicy::NotCounted, 0, InStock),
            (StockPolicy::NotCounted, -7, InStock),
        ] {
            assert_eq!(Availability::of(policy, quantity), is, "{policy:?} at {quantity}");
        }
        assert_eq!(Availability::best([OutOfStock, Backorder].into_iter()), Backorder);
        assert_eq!(Availability::best([OutOfStock, InStock, Backorder].into_iter()), InStock);
        assert_eq!(Availability::best(std::iter::empty()), OutOfStock, "there is nothing to buy");
    }

    #[test]
    fn what_is_left_out_stays_as_it_is() {
        use StockPolicyName::{Backorder, Counted, NotCounted};
        let limited = StockPolicy::Backorder(Some(5));
        let change = |name, allowance| PolicyChange { name, allowance };
        for (before, said, after) in [
            (limited, change(None, None), limited),
            (limited, change(Some(Backorder), None), limited),
            (limited, change(None, Some(Some(7))), StockPolicy::Backorder(Some(7))),
            (limited, change(None, Some(None)), StockPolicy::Backorder(None)),
            (limited, change(Some(Counted), None), StockPolicy::Counted),
            (limited, change(Some(NotCounted), Some(None)), StockPolicy::NotCounted),
            (StockPolicy::Counted, change(Some(Backorder), None), StockPolicy::Backorder(None)),
            (
                StockPolicy::NotCounted,
                change(Some(Backorder), Some(Some(1))),
                StockPolicy::Backorder(Some(1)),
            ),
        ] {
            assert_eq!(said.applied(before).unwrap(), after, "{before:?} {said:?}");
        }
        for (before, said) in [
            (StockPolicy::Counted, change(None, Some(Some(5)))),
            (limited, change(Some(NotCounted), Some(Some(5)))),
            (limited, change(None, Some(Some(0)))),
            (limited, change(None, Some(Some(u32::MAX)))),
        ] {
            let refused = said.applied(before).unwrap_err();
            assert!(matches!(refused, Error::Invalid { field: "backorder_allowance", .. }), "{refused:?}");
        }
    }
}
