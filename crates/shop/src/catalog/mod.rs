//! The catalogue: products and their variants, sellers and categories; how they are shown and changed.
//!
//! Left out: finding ([`crate::discovery`]), loading from files ([`crate::loading`]) and selling ([`crate::orders`]).

mod category_tree;
mod change_product;
mod change_variant;
mod error;
pub mod events;
pub(crate) mod join;
mod list_categories;
mod list_products;
mod memberships;
mod page;
mod page_cache;
mod projections;
mod rewriter;
mod rows;
mod show_product;
mod show_seller;
mod stock_watch;
pub mod texts;
mod views;

pub(crate) use category_tree::CategoryTree;
pub use change_product::{ProductChange, change_product};
pub(crate) use change_product::{adjustment, changed_fields, touch};
pub use change_variant::{VariantChange, change_variant};
pub use error::Error;
pub(crate) use join::{is_left_to_the_store, pages_of, views_of};
pub use list_categories::{ListCategories, list_categories};
pub use list_products::{ProductQuery, list_products};
pub(crate) use memberships::changed_memberships;
pub use page::{PageCategory, PageSeller, PageVariant, ProductPage};
pub use page_cache::PageCache;
pub use projections::{
    PRODUCT_PAGES, ProductPages, SEARCH_INDEX, STOCK_COUNTERS, SearchIndex, StockCounters,
};
pub(crate) use rewriter::ProductRewriter;
pub(crate) use rows::{Assembled, assemble};
pub use show_product::{ShowProduct, product_now, show_product, show_product_json};
pub use show_seller::{ShowSeller, show_seller};
pub use views::{
    CategoriesAnswer, CategoryView, ImageView, PageSellerView, ProductDetail, ProductNow, ProductView,
    ProductsPage, SellerView, VariantView,
};
