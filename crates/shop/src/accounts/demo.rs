//! Signing in by one click, in shops that are made up.

use souk_kernel::{ExternalId, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::{Person, User};

use super::account::Account;
use super::{Error, SignedIn, register, sign_in_as};
use crate::Shop;
use crate::access::Roles;

/// By this external id the demo's own member of staff is known.
pub const DEMO_STAFF: &str = "demo-staff";

/// Signs in as this user, or as somebody who may do everything and is made when first asked for.
pub async fn sign_in_for_show(shop: &Shop, user: Option<UserId>) -> Result<SignedIn, Error> {
    let device = Some("demo");
    if let Some(user) = user {
        return sign_in_as(shop, user, device).await;
    }
    let external = ExternalId::parse(DEMO_STAFF)
        .map_err(|error| souk_ports::Error::internal("naming the demo's staff", error))?;
    let staff = UserId::from_external(&external);
    if shop.store.snapshot().await?.one::<User>(staff).await?.is_none() {
        let account = Account { roles: Roles::ADMIN, ..Account::of(staff, shop.clock.now()) };
        let email = "staff@demo.invalid".to_owned();
        let person =
            Person { user_id: staff, name: "Demo staff".to_owned(), email, phone: None, address: None };
        match register::commit(shop, Some(external.as_str().to_owned()), account, person, Actor::Staff).await
        {
            // Somebody else was faster.
            Ok(_) | Err(Error::Taken) => {}
            Err(error) => return Err(error),
        }
    }
    sign_in_as(shop, staff, device).await
}
