//! The doors to specifications and profiles. Commands show them with the product; they are set over HTTP and by files.

pub(crate) mod rest;
