//! How people name an order: by its id or by its number.

use std::fmt;
use std::str::FromStr;

use souk_kernel::{ExternalId, OrderId};
use souk_ports::rows::Order;
use souk_ports::store::{Find, Snapshot, Versioned, Window};
use uuid::Uuid;

use super::Error;
use crate::access::{Caller, Permission};

/// An order's id, or its number such as `1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderRef {
    Id(OrderId),
    Number(u64),
}

impl FromStr for OrderRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = || Error::UnknownOrder { order: text.chars().take(64).collect() };
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // A number beyond all numbers is the number of no order, not a mistake in writing.
            return text.parse().map(Self::Number).map_err(|_| unknown());
        }
        if text.len() == 36
            && let Ok(id) = Uuid::try_parse(text)
        {
            return Ok(Self::Id(OrderId(id)));
        }
        // No other system names orders, so what would be another's id elsewhere is the name of no order.
        match ExternalId::parse(text) {
            Ok(_) => Err(unknown()),
            Err(_) => Err(Error::invalid(
                "an order is named by its number, such as `1`, or by its id, which is a UUID".to_owned(),
            )),
        }
    }
}

impl fmt::Display for OrderRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl OrderRef {
    pub(super) async fn row(self, snapshot: &mut dyn Snapshot) -> Result<Versioned<Order>, Error> {
        let found = match self {
            Self::Id(id) => snapshot.one::<Order>(id).await?,
            Self::Number(number) => {
                let window = Window { offset: 0, limit: 1 };
                snapshot.list::<Order>(&Find::OrderNumbered(number), window).await?.0.pop()
            }
        };
        found.ok_or_else(|| self.unknown())
    }

    /// The order, where it is there for the caller.
    pub(super) async fn row_for(
        self,
        snapshot: &mut dyn Snapshot,
        caller: Caller,
    ) -> Result<Versioned<Order>, Error> {
        let found = self.row(snapshot).await?;
        if caller.sees(found.row.user_id, Permission::Orders) { Ok(found) } else { Err(self.unknown()) }
    }

    fn unknown(self) -> Error {
        Error::UnknownOrder { order: self.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use souk_kernel::{Coded, ErrorCode};

    use super::*;

    #[test]
    fn an_order_is_named_by_number_or_id() {
        let id = OrderId::new();
        assert_eq!(id.to_string().parse::<OrderRef>().unwrap(), OrderRef::Id(id));
        assert_eq!("17".parse::<OrderRef>().unwrap(), OrderRef::Number(17));
    }

    /// Issue 16: `orders show abc` spoke of a UUID that nobody had typed.
    #[test]
    fn what_names_no_order_is_said_back_as_it_was_typed() {
        for text in ["abc", "P001", "99999999999999999999999"] {
            let error = text.parse::<OrderRef>().unwrap_err();
            assert_eq!(error.code(), ErrorCode::NotFound);
            assert_eq!(error.to_string(), format!("order `{text}` does not exist"));
        }
        for text in ["", "a b", "../1", "-1\0"] {
            assert_eq!(text.parse::<OrderRef>().unwrap_err().code(), ErrorCode::InvalidInput, "{text}");
        }
    }
}
