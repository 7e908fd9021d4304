//! Recommendations: what a person may like, what is like a product, and what goes into one basket with it.
//!
//! The graphs follow the feeds ([`projections`]), and what products mean to each other is made as a whole now and then
//! ([`similar_products`]). A use case asks a graph ([`walks`]), `souk-recommend` judges the numbers, and the catalogue
//! joins the products as lists have them. Only what is sold and in stock is recommended. What is left out: the words and
//! weights of search, and who may see what.

mod best_sellers;
mod bought_together;
mod error;
mod evaluate;
mod for_user;
mod histories;
mod pick;
mod projections;
mod reasons;
mod similar;
mod similar_products;
mod views;
mod walks;

pub use bought_together::{BoughtWith, bought_together};
pub use error::Error;
pub use evaluate::{Evaluation, Measured, evaluate};
pub(crate) use for_user::FROM_PURCHASES;
pub use for_user::{RecommendFor, recommend};
pub use histories::{History, history_in, history_of};
pub use pick::HowMany;
pub use projections::{PURCHASE_GRAPH, PurchaseGraph, VIEW_GRAPH, ViewGraph};
pub use similar::{SimilarTo, similar};
pub use similar_products::{SIMILAR_PRODUCTS, SimilarProducts};
pub use views::{
    Basis, BoughtTogether, Companion, ProductRef, Reason, Recommendation, Recommendations, SimilarBasis,
    SimilarProduct, SimilarView,
};
