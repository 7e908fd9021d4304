//! Looks one user up.

use souk_kernel::UserId;
use souk_ports::rows::{Address, Person, User};

use super::Error;
use crate::Shop;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub user: User,
    /// `None` when it has been erased.
    pub person: Option<Person>,
}

impl Customer {
    /// Where orders go unless they say otherwise.
    pub fn default_address(&self) -> Option<&Address> {
        self.person.as_ref()?.address.as_ref()
    }
}

pub async fn find_user(shop: &Shop, id: UserId) -> Result<Customer, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let Some(user) = snapshot.one::<User>(id).await? else {
        return Err(Error::UnknownUser { asked: id.to_string() });
    };
    let person = snapshot.one::<Person>(id).await?.map(|person| person.row);
    Ok(Customer { user: user.row, person })
}
