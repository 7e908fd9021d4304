//! Counting what is found by brand and by category.

use souk_kernel::CategoryId;

use super::snapshot::Names;

/// How many products were found of each brand and of each category path, by their numbers in [`Names`].
pub(super) struct Facets {
    pub(super) brands: Vec<u32>,
    pub(super) paths: Vec<u32>,
}

impl Facets {
    pub(super) fn new(names: &Names) -> Self {
        Self { brands: vec![0; names.brands.len()], paths: vec![0; names.paths.len()] }
    }

    pub(super) fn top_brands(&self, names: &Names, limit: usize) -> Vec<(String, u64)> {
        // 0 is "no brand".
        let counts = self.brands.iter().zip(&names.brands).skip(1);
        let found = counts.filter(|(count, _)| **count > 0).map(|(count, brand)| (brand, u64::from(*count)));
        let top = most_frequent(found.collect(), limit);
        top.into_iter().map(|(brand, count)| (brand.to_string(), count)).collect()
    }

    pub(super) fn top_categories(&self, names: &Names, limit: usize) -> Vec<(CategoryId, u64)> {
        let mut counts = vec![0; names.categories.len()];
        for (path, found) in names.paths.iter().zip(&self.paths) {
            for category in path {
                counts[*category as usize] += u64::from(*found);
            }
        }
        let found = names.categories.iter().copied().zip(counts).filter(|(_, count)| *count > 0);
        most_frequent(found.collect(), limit)
    }
}

/// The most frequent first, then by name.
fn most_frequent<T: Ord>(mut counts: Vec<(T, u64)>, limit: usize) -> Vec<(T, u64)> {
    let order = |a: &(T, u64), b: &(T, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    if limit < counts.len() {
        counts.select_nth_unstable_by(limit, order);
        counts.truncate(limit);
    }
    counts.sort_unstable_by(order);
    counts
}
