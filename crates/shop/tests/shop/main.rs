//! The features of the shop on the embedded engines, one module a feature.

mod carts;
mod orders;
mod world;
