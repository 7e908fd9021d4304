//! Whose cart it is, and how long it lives.

use souk_kernel::UserId;

use crate::Rules;

/// The user whose cart it is. There is one cart per user, however the user came.
///
/// Somebody who is merely named (`X-User-Id`, the command line) has proved nothing, so the cart gets the shop's plain
/// lifetime; people who are signed in get the longer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub user: UserId,
    pub signed_in: bool,
}

impl Owner {
    pub fn named(user: UserId) -> Self {
        Self { user, signed_in: false }
    }

    pub fn signed_in(user: UserId) -> Self {
        Self { user, signed_in: true }
    }

    pub(super) fn ttl_ms(self, rules: &Rules) -> i64 {
        if self.signed_in { rules.signed_in_cart_ttl_ms } else { rules.cart_ttl_ms }
    }
}
