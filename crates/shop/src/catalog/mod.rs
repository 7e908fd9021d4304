//! The catalogue: products and their variants, sellers and categories; how they are shown and changed.
//!
//! Left out: finding ([`crate::discovery`]), loading from files ([`crate::loading`]) and selling ([`crate::orders`]).

pub(crate) mod bundles;
mod category_tree;
mod change_category;
mod change_product;
mod change_seller;
mod change_variant;
mod create_category;
mod create_product;
mod create_seller;
mod create_variant;
mod default_variant;
mod delete_category;
mod delete_seller;
mod error;
pub mod events;
mod filters;
mod input;
pub(crate) mod join;
mod list_categories;
mod list_products;
mod meant_for;
mod memberships;
mod once;
mod page;
mod page_cache;
pub(crate) mod price;
mod price_history;
pub mod price_moment;
mod projections;
mod rewriter;
mod rows;
mod show_category;
mod show_product;
mod show_seller;
mod show_variant;
mod stock_policy;
mod stock_watch;
pub mod texts;
mod views;

pub use bundles::{NewPart, PartView};
pub(crate) use category_tree::CategoryTree;
pub use change_category::{CategoryChange, change_category};
pub use change_product::{ProductChange, archive_product, change_product};
pub(crate) use change_product::{adjustment, changed_fields, touch};
pub use change_seller::{SellerChange, change_seller};
pub use change_variant::{SaleChange, VariantChange, change_variant, retire_variant};
pub use create_category::{NewCategory, create_category};
pub use create_product::{NewProduct, create_product};
pub use create_seller::{NewSeller, create_seller};
pub use create_variant::{NewVariant, create_variant};
pub(crate) use default_variant::default_variant;
pub use delete_category::delete_category;
pub use delete_seller::delete_seller;
pub use error::{ALREADY_THERE, Error, NOT_AS_SEEN, STILL_NEEDED};
pub use filters::{MAX_OPTIONS, MAX_VALUES, MinRating, ProductFilters, ProductSort};
pub use input::{Metadata, Named};
pub(crate) use join::{away, is_left_to_the_store, no_index, pages_of, views_of};
pub use list_categories::{ListCategories, list_categories};
pub use list_products::{ProductQuery, list_products};
pub use meant_for::MeantFor;
pub(crate) use memberships::changed_memberships;
pub use once::Created;
pub use page::{PageCategory, PageSeller, PageVariant, ProductPage};
pub use page_cache::PageCache;
pub use price_history::{ChangedBy, PriceChangeView, PriceHistory, PriceHistoryPage};
pub use projections::{
    PRODUCT_PAGES, ProductPages, SEARCH_INDEX, STOCK_COUNTERS, SearchIndex, StockCounters,
};
pub(crate) use rewriter::{ProductRewriter, Rewritten};
pub(crate) use rows::{Assembled, assemble};
pub use show_category::{ShowCategory, show_category};
pub use show_product::{RenderedPage, ShowProduct, product_now, show_product, show_product_json};
pub use show_seller::{ShowSeller, show_seller};
pub use show_variant::{ShowVariant, variant_now};
pub(crate) use stock_policy::Restocking;
pub use stock_policy::{Availability, StockPolicyName};
pub use views::{
    CategoriesAnswer, CategoryNow, CategoryView, ImageAddress, ImageView, OptionView, PageSellerView,
    ProductDetail, ProductNow, ProductView, ProductsPage, SaleView, SellerView, VariantDetailsView,
    VariantNow, VariantView,
};

use souk_ports::records::Record;

use crate::declared::Declarations;

pub const DECLARED: Declarations = Declarations {
    error_codes: &[&ALREADY_THERE, &STILL_NEEDED, &NOT_AS_SEEN],
    stream_kinds: &[price_moment::STREAM],
    records: &[<price_moment::PriceMoment as Record>::KIND],
    ..Declarations::NOTHING
};
