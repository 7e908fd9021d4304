//! What clients see of wishlists: the shape of the HTTP interface, which the command line prints as well.

use serde::Serialize;
use souk_kernel::{ProductId, Timestamp};
use utoipa::ToSchema;

use super::wishlist::{Wishlist, WishlistId};
use crate::catalog::ProductView;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WishlistView {
    #[schema(value_type = uuid::Uuid)]
    pub id: WishlistId,
    /// `null` once its owner is erased.
    #[schema(example = "For the kitchen")]
    pub name: Option<String>,
    pub item_count: usize,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl WishlistView {
    pub(super) fn of(list: &Wishlist) -> Self {
        let Wishlist { id, name, created_at, items, .. } = list;
        Self { id: *id, name: name.clone(), item_count: items.len(), created_at: *created_at }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WishlistsAnswer {
    /// The newest first.
    pub wishlists: Vec<WishlistView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WishlistDetail {
    #[serde(flatten)]
    pub wishlist: WishlistView,
    /// What was added last comes first.
    pub items: Vec<WishedItem>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WishedItem {
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
    /// As it is today; `null`: it is not sold any more.
    pub product: Option<ProductView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MostWished {
    /// What is in most lists comes first.
    pub products: Vec<WishedProduct>,
    /// On all pages.
    pub total: u64,
    pub page: u32,
    pub pages: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WishedProduct {
    #[serde(flatten)]
    pub product: ProductView,
    /// How many lists it is in.
    pub wishlists: u64,
}
