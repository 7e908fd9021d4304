//! `souk import products`: a catalogue in someone else's words, brought in by a map.

use std::path::Path;

use super::{Error, ImportMap, LoadOptions, LoadReport, Progress};
use crate::Shop;

/// Loads the products of a CSV or NDJSON file, perhaps gzipped. The file is read twice, once to check it and once to
/// load it, and never held as a whole.
pub async fn import_products(
    shop: &Shop,
    file: &Path,
    map: &ImportMap,
    options: &LoadOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<LoadReport, Error> {
    todo!()
}
