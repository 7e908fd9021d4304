//! The doors of the shop: the same use cases over HTTP and on the command line, in the same words.
//!
//! A door is thin: it reads a request, calls one use case, and writes the answer. [`rest`] and [`cli`] are the tables of
//! contents; each feature has a folder with a file per transport; [`call`] is what
//! calls have in common whatever carries them, [`gate`] what every HTTP request passes, [`server`] what carries those. What is
//! left out: any decision about the business, and any engine.

mod accounts;
mod activity;
mod analytics;
mod app;
pub mod call;
mod carts;
mod catalog;
pub mod cli;
mod customers;
mod discovery;
pub mod gate;
mod loading;
mod media;
mod model;
mod operations;
mod orders;
mod profiles;
mod purchases;
mod recommendations;
pub mod rest;
mod reviews;
pub mod server;
pub mod terminal;
mod wishlists;

pub use app::{App, Elsewhere, OpenApp, OwnedPlace, Role, Scratch, ScratchGraph};
pub use operations::Filling;
