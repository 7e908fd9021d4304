//! How people name an order: by its id or by its number.

use std::fmt;
use std::str::FromStr;

use souk_kernel::OrderId;
use souk_ports::rows::Order;
use souk_ports::store::{Find, Snapshot, Versioned, Window};

use super::Error;

/// An order's id, or its number such as `1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderRef {
    Id(OrderId),
    Number(u64),
}

impl FromStr for OrderRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // A number beyond all numbers is the number of no order, not a mistake in writing.
            return text.parse().map(Self::Number).map_err(|_| {
                let order = text.chars().take(40).collect();
                Error::UnknownOrder { order }
            });
        }
        text.parse().map(Self::Id).map_err(|error: souk_kernel::InvalidId| Error::invalid(error.to_string()))
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
        found.ok_or_else(|| Error::UnknownOrder { order: self.to_string() })
    }
}
