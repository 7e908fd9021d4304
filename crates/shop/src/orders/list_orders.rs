//! Lists of orders, newest first.

use souk_kernel::{Page, Position, UserId};
use souk_ports::rows::{Order, User};
use souk_ports::store::Find;

use super::projections::{ALL, ORDER_VIEWS};
use super::step::numbered;
use super::{Error, OrderSummary, OrdersPage};
use crate::{Query, Shop, Source};

/// Orders, newest first.
#[derive(Debug, Clone, Copy)]
pub struct ListOrders {
    /// Of this user; of all where nobody is named.
    pub user: Option<UserId>,
    pub page: Page,
}

impl Query for ListOrders {
    type Answer = OrdersPage;
    type Error = Error;

    fn reads(&self) -> &'static [Source] {
        if self.user.is_some() { &[Source::Store] } else { &[Source::Documents(ORDER_VIEWS)] }
    }

    async fn answer(&self, shop: &Shop, _: Position) -> Result<OrdersPage, Error> {
        list_orders(shop, self.user, self.page).await
    }
}

/// One user's orders, who must exist, come from the store, so that a user sees an order the moment it is placed. All orders come from
/// the documents `order-views`, a little later, and from the store while those cannot be had.
pub async fn list_orders(shop: &Shop, user: Option<UserId>, page: Page) -> Result<OrdersPage, Error> {
    if user.is_some() {
        return from_store(shop, user, page).await;
    }
    match from_documents(shop, page).await {
        Ok(orders) => Ok(orders),
        Err(error) => {
            tracing::debug!(%error, "the store lists the orders instead of the documents");
            from_store(shop, None, page).await
        }
    }
}

async fn from_documents(shop: &Shop, page: Page) -> Result<OrdersPage, souk_ports::Error> {
    let found = shop.documents.find(ORDER_VIEWS, ALL, "", page.into()).await?;
    let read = |document: &souk_ports::documents::Document| {
        serde_json::from_str::<OrderSummary>(&document.json)
            .map_err(|source| souk_ports::Error::internal("reading a document of order-views", source))
    };
    let orders = found.documents.iter().map(read).collect::<Result<_, _>>()?;
    Ok(OrdersPage { orders, total: found.total, page: page.number, pages: page.pages(found.total) })
}

async fn from_store(shop: &Shop, user: Option<UserId>, page: Page) -> Result<OrdersPage, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let (rows, total) = snapshot.list::<Order>(&Find::Orders { user }, page.into()).await?;
    if let Some(user) = user.filter(|_| total == 0)
        && snapshot.one::<User>(user).await?.is_none()
    {
        return Err(Error::UnknownUser { user });
    }
    let orders = rows.iter().map(|found| OrderSummary::of(&found.row)).collect::<Result<_, _>>()?;
    Ok(OrdersPage { orders, total, page: page.number, pages: page.pages(total) })
}

impl OrderSummary {
    fn of(row: &Order) -> Result<Self, souk_ports::Error> {
        Ok(Self {
            order_id: row.id,
            number: numbered(row)?,
            status: row.status,
            total: row.total,
            placed_at: row.placed_at,
        })
    }
}
