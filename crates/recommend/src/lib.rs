//! Recommending: what the purchases and views of people say about what somebody may like. Pure, without I/O.
//!
//! A graph hands over what a walk reached, and this crate makes recommendations of it: [`history`] says what a person's
//! past weighs, [`ranking`] what the reached products are worth, [`together`] which products share more baskets than
//! chance would have it. [`measures`] and [`split`] tell how good all that is. What is left out: where the numbers come
//! from, stock, prices, and words. Another way to recommend is another module beside these.

pub mod history;
pub mod measures;
pub mod ranking;
pub mod split;
pub mod together;
