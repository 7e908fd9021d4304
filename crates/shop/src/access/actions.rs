//! The one table of what can be done, and by whom. Routes, commands, fields and methods name a row of it.

use super::Permission::{Analytics, Catalog, Customers, Orders};
use super::{Caller, Error, Permission};

/// Something that can be done with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// `order.show`.
    pub name: &'static str,
    pub who: Who,
}

/// Who may do it. On whose data is judged where that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The answer is the same for all.
    Anyone,
    /// Anybody, and the answer depends on who it is.
    Visitor,
    /// On what is their own.
    SignedIn,
    /// On what is their own; with the permission, on everybody's.
    OwnerOr(Permission),
    Staff(Permission),
}

impl Action {
    /// Whether it has to be known who calls.
    pub fn looks_at_caller(&self) -> bool {
        self.who != Who::Anyone
    }

    /// Lets the caller pass, or says why not.
    pub fn admit(&self, caller: Caller) -> Result<(), Error> {
        match self.who {
            Who::Anyone | Who::Visitor => Ok(()),
            Who::SignedIn | Who::OwnerOr(_) | Who::Staff(_) if caller == Caller::Nobody => {
                Err(Error::NotSignedIn)
            }
            Who::SignedIn | Who::OwnerOr(_) => Ok(()),
            Who::Staff(permission) if caller.may(permission) => Ok(()),
            Who::Staff(permission) => Err(Error::Lacks(permission)),
        }
    }
}

macro_rules! actions {
    ($($name:ident = $text:literal, $who:expr;)*) => {
        $(pub const $name: Action = Action { name: $text, who: $who };)*

        /// All rows.
        pub const ACTIONS: &[Action] = &[$($name),*];
    };
}

use Who::{Anyone, OwnerOr, SignedIn, Staff, Visitor};

actions! {
    BROWSE = "catalog.browse", Anyone;
    CHANGE_CATALOG = "catalog.change", Staff(Catalog);
    READ_REVIEWS = "review.read", Anyone;
    WRITE_REVIEW = "review.write", SignedIn;
    SHOW_CUSTOMER = "customer.show", OwnerOr(Customers);
    CHANGE_PROFILE = "customer.change", SignedIn;
    RECOMMEND = "recommendation.show", Visitor;
    REPORT_ACTIVITY = "activity.report", Visitor;
    SHOW_FIGURES = "figures.show", Staff(Analytics);
    USE_CART = "cart.use", SignedIn;
    USE_WISHLISTS = "wishlist.use", SignedIn;
    PLACE_ORDER = "order.place", SignedIn;
    SHOW_ORDER = "order.show", OwnerOr(Orders);
    CANCEL_ORDER = "order.cancel", OwnerOr(Orders);
    HANDLE_ORDER = "order.handle", Staff(Orders);
    OPEN_ACCOUNT = "account.open", Anyone;
    SIGN_IN = "session.begin", Anyone;
    USE_ACCOUNT = "account.use", SignedIn;
    WATCH = "operations.watch", Anyone;
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::Roles;
    use super::*;
    use souk_kernel::UserId;

    #[test]
    fn names_are_unique() {
        let mut seen = HashSet::new();
        assert!(ACTIONS.iter().all(|action| seen.insert(action.name)));
    }

    #[test]
    fn nobody_passes_for_whom_an_action_is_not() {
        let of = |roles| Caller::User { id: UserId::new(), roles };
        let customer = of(Roles::NONE);
        let worker = of(Roles::of([Catalog]));
        for action in ACTIONS {
            let passes = [Caller::Nobody, customer, worker, of(Roles::ADMIN), Caller::System]
                .map(|caller| action.admit(caller).is_ok());
            let expected = match action.who {
                Anyone | Visitor => [true; 5],
                SignedIn | OwnerOr(_) => [false, true, true, true, true],
                Staff(Catalog) => [false, false, true, true, true],
                Staff(_) => [false, false, false, true, true],
            };
            assert_eq!(passes, expected, "{}", action.name);
        }
    }
}
