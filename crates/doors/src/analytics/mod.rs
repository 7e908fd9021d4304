//! The doors to figures over time.

pub(crate) mod cli;
mod print;
pub(crate) mod rest;

use std::str::FromStr;

use souk_kernel::Timestamp;
use souk_shop::analytics::{PerformanceBy, SalesBy};

/// How many rows are shown when nobody says.
const DEFAULT_ROWS: u32 = 30;
const DEFAULT_DAYS: u32 = 30;
const DEFAULT_HOT: u32 = 12;

/// A moment as people write it.
#[derive(Debug, Clone, Copy)]
pub struct Moment(pub(crate) Timestamp);

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Timestamp::parse(text).map(Self).ok_or("expected a day such as 2026-06-30, or an RFC 3339 moment")
    }
}

/// The words of `by=`.
#[derive(Debug, Clone, Copy)]
pub struct Word<T>(pub(crate) T);

impl FromStr for Word<SalesBy> {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(match text {
            "day" => SalesBy::Day,
            "category" => SalesBy::Category,
            "seller" => SalesBy::Seller,
            _ => return Err("expected `day`, `category` or `seller`"),
        }))
    }
}

impl FromStr for Word<PerformanceBy> {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(match text {
            "route" => PerformanceBy::Route,
            "minute" => PerformanceBy::Minute,
            _ => return Err("expected `route` or `minute`"),
        }))
    }
}
