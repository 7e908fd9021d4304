//! What is told beyond the rows of the catalogue and the customers: the specifications of a product, which depend on
//! what it is; a workshop's story, techniques and portfolio; what customers say of themselves.
//!
//! Each is one row of the store and one document, and is always set as a whole. Left out: showing specifications and
//! seller profiles on the pages that they belong to, which is the catalogue's.

mod customer_profile;
mod error;
pub(crate) mod events;
mod projections;
mod seller_profile;
mod specifications;

pub use customer_profile::{
    CustomerProfileView, ShowCustomerProfile, SizeView, set_customer_profile, show_customer_profile,
};
pub use error::Error;
pub use projections::{CUSTOMER_PROFILES, RowDocuments, SELLER_PROFILES, SPECIFICATIONS};
pub(crate) use seller_profile::show_seller_profile;
pub use seller_profile::{PortfolioItemView, SellerProfileView, set_seller_profile};
pub(crate) use specifications::{MAX_VALUE, MOST};
pub use specifications::{
    ShowSpecifications, SpecificationView, SpecificationsView, set_specifications, show_specifications,
};
