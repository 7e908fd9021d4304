//! Giving and taking what people may do.

use souk_kernel::UserId;

use super::Error;
use super::events::AccountEvent;
use super::show_account::change_account;
use crate::Shop;
use crate::access::{Caller, Roles};

/// What the user may do afterwards. Where that is another, every session from before is over.
pub async fn change_roles(
    shop: &Shop,
    user: UserId,
    give: Roles,
    take: Roles,
    by: Caller,
) -> Result<Roles, Error> {
    let (account, _) = change_account(shop, user, by.actor(), |account| {
        let roles = account.roles.and(give).without(take);
        if roles == account.roles {
            return Ok(None);
        }
        account.roles = roles;
        account.end_all();
        Ok(Some(AccountEvent::RolesChanged { user_id: user, roles }))
    })
    .await?;
    Ok(account.roles)
}
