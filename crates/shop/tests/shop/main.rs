//! The features of the shop on the embedded engines, one module a feature.

mod accounts;
mod analytics;
mod bundles;
mod carts;
mod catalog;
mod catalog_changes;
mod currency;
mod filters;
mod following;
mod importing;
mod importing_policies;
mod loading;
mod media;
mod orders;
mod properties;
mod purchases;
mod raw_data;
mod recommendations;
mod reviews;
mod sales;
mod stock_policies;
mod wishlists;
mod world;
