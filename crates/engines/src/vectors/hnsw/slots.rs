//! What this process holds of one generation: a slot for each entry, in columns, and which vector it has.
//!
//! Entries with the same vector share it: products that read alike would otherwise be so many neighbours of each other
//! that no link led away from them. A vector that no entry has any more stays in the graph, where it leads to others,
//! and is found by nobody.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use souk_hnsw::{Index, Vector};
use souk_kernel::{CategoryId, ProductId};
use souk_ports::vectors::{ContentHash, VectorEntry};

use super::entries::Change;

pub(super) const NONE: u32 = u32::MAX;
/// Vectors that nobody has are worth building the graph anew when there are more than this, and more than others.
const MANY_UNUSED: u32 = 1000;

#[derive(Default)]
pub(super) struct Slots {
    pub(super) ids: Vec<ProductId>,
    /// The number of the entry's vector; [`NONE`] while it waits, and in a slot that is free.
    vectors: Vec<u32>,
    /// The next slot with the same vector.
    next: Vec<u32>,
    pub(super) columns: Columns,
    pub(super) names: Names,
    by_id: HashMap<ProductId, u32>,
    free: Vec<u32>,
    by_vector: ByVector,
    waiting: BTreeMap<ProductId, ContentHash>,
    /// Which entries wait for an embedding.
    awaited: HashMap<ContentHash, Vec<ProductId>>,
}

/// What a filter asks, by slot.
#[derive(Default)]
pub(super) struct Columns {
    /// As numbers of [`Names`]; 0 is no brand.
    pub(super) brand: Vec<u32>,
    pub(super) path: Vec<u32>,
    /// In ten-thousandths; [`NO_PRICE`] where there is none.
    pub(super) price: Vec<i64>,
    pub(super) in_stock: Vec<bool>,
}

/// Far below every amount of money.
pub(super) const NO_PRICE: i64 = i64::MIN;

/// By the number of a vector.
#[derive(Default)]
struct ByVector {
    /// Whose embedding it was first; two texts may have the same.
    hashes: Vec<ContentHash>,
    /// One of the slots with this vector.
    first: Vec<u32>,
    /// The vector of an embedding.
    by_hash: HashMap<ContentHash, u32>,
    by_digest: HashMap<u64, u32>,
    /// How many have a slot.
    used: u32,
}

/// Brands in lower case and category paths, as numbers. They are never taken back.
#[derive(Default)]
pub(super) struct Names {
    pub(super) brands: HashMap<String, u32>,
    /// Each path in the order of its number.
    pub(super) paths: Vec<Vec<CategoryId>>,
    path_numbers: HashMap<Vec<CategoryId>, u32>,
}

impl Slots {
    pub(super) fn get(&self, id: ProductId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The number of the entry's vector, unless it waits for one.
    pub(super) fn vector_of(&self, slot: u32) -> Option<u32> {
        Some(self.vectors[slot as usize]).filter(|vector| *vector != NONE)
    }

    /// Each entry's slot and vector, in the order of the slots.
    pub(super) fn embedded(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..).zip(self.vectors.iter().copied()).filter(|(_, vector)| *vector != NONE)
    }

    /// The slots of the entries that have this vector.
    pub(super) fn with_vector(&self, vector: u32) -> impl Iterator<Item = u32> {
        let mut slot = self.by_vector.first[vector as usize];
        std::iter::from_fn(move || {
            let found = (slot != NONE).then_some(slot)?;
            slot = self.next[found as usize];
            Some(found)
        })
    }

    pub(super) fn knows(&self, hash: &ContentHash) -> bool {
        self.by_vector.by_hash.contains_key(hash)
    }

    pub(super) fn awaits(&self, hash: &ContentHash) -> bool {
        self.awaited.contains_key(hash)
    }

    /// By id.
    pub(super) fn waiting(&self) -> &BTreeMap<ProductId, ContentHash> {
        &self.waiting
    }

    /// Whose embeddings the first vectors are.
    pub(super) fn hashes(&self) -> &[ContentHash] {
        &self.by_vector.hashes
    }

    /// Whether each vector has an entry.
    pub(super) fn all_used(&self) -> bool {
        self.by_vector.hashes.len() as u32 == self.by_vector.used
    }

    pub(super) fn has_many_unused(&self) -> bool {
        let unused = self.by_vector.hashes.len() as u32 - self.by_vector.used;
        unused > MANY_UNUSED && unused > self.by_vector.used
    }

    /// Takes in an embedding. Entries that waited for it are found from now on.
    pub(super) fn embed(&mut self, index: &mut Index, hash: ContentHash, vector: Vector) {
        let Entry::Vacant(unknown) = self.by_vector.by_hash.entry(hash) else { return };
        let digest = digest(&vector);
        let same = self.by_vector.by_digest.get(&digest).copied();
        let number = match same.filter(|same| *index.vector(*same) == vector) {
            Some(same) => same,
            None => {
                let number = index.push(vector);
                self.by_vector.by_digest.insert(digest, number);
                self.by_vector.hashes.push(hash);
                self.by_vector.first.push(NONE);
                number
            }
        };
        unknown.insert(number);
        for id in self.awaited.remove(&hash).unwrap_or_default() {
            self.waiting.remove(&id);
            self.attach(self.by_id[&id], number);
        }
    }

    pub(super) fn apply(&mut self, (id, entry): Change) {
        match entry {
            Some(entry) => self.put(id, &entry),
            None => self.remove(id),
        }
    }

    fn put(&mut self, id: ProductId, entry: &VectorEntry) {
        let slot = self.by_id.get(&id).copied().unwrap_or_else(|| self.take_slot(id));
        let at = slot as usize;
        let brand = entry.brand.as_deref().filter(|brand| !brand.is_empty());
        self.columns.brand[at] = brand.map_or(0, |brand| self.names.brand(brand));
        self.columns.path[at] = self.names.path(&entry.categories);
        self.columns.price[at] = entry.price.map_or(NO_PRICE, |price| price.ten_thousandths());
        self.columns.in_stock[at] = entry.in_stock;
        let vector = self.by_vector.by_hash.get(&entry.embedding).copied();
        if vector.is_some() && vector == self.vector_of(slot) {
            return;
        }
        self.detach(id, slot);
        match vector {
            Some(vector) => self.attach(slot, vector),
            None => {
                self.waiting.insert(id, entry.embedding);
                self.awaited.entry(entry.embedding).or_default().push(id);
            }
        }
    }

    fn remove(&mut self, id: ProductId) {
        if let Some(slot) = self.by_id.remove(&id) {
            self.detach(id, slot);
            self.free.push(slot);
        }
    }

    fn take_slot(&mut self, id: ProductId) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.ids.push(id);
            self.vectors.push(NONE);
            self.next.push(NONE);
            self.columns.brand.push(0);
            self.columns.path.push(0);
            self.columns.price.push(NO_PRICE);
            self.columns.in_stock.push(false);
            self.ids.len() as u32 - 1
        });
        self.ids[slot as usize] = id;
        self.by_id.insert(id, slot);
        slot
    }

    fn attach(&mut self, slot: u32, vector: u32) {
        let first = &mut self.by_vector.first[vector as usize];
        self.by_vector.used += u32::from(*first == NONE);
        self.next[slot as usize] = std::mem::replace(first, slot);
        self.vectors[slot as usize] = vector;
    }

    /// Takes away the entry's vector, or what it waits for.
    fn detach(&mut self, id: ProductId, slot: u32) {
        if let Some(hash) = self.waiting.remove(&id)
            && let Some(others) = self.awaited.get_mut(&hash)
        {
            others.retain(|other| *other != id);
            if others.is_empty() {
                self.awaited.remove(&hash);
            }
        }
        let Some(vector) = self.vector_of(slot) else { return };
        let after = std::mem::replace(&mut self.next[slot as usize], NONE);
        let before = self.with_vector(vector).find(|other| self.next[*other as usize] == slot);
        match before {
            Some(before) => self.next[before as usize] = after,
            None => {
                self.by_vector.first[vector as usize] = after;
                self.by_vector.used -= u32::from(after == NONE);
            }
        }
        self.vectors[slot as usize] = NONE;
    }
}

impl Names {
    fn brand(&mut self, brand: &str) -> u32 {
        let brand = brand.to_lowercase();
        let next = self.brands.len() as u32 + 1;
        *self.brands.entry(brand).or_insert(next)
    }

    fn path(&mut self, path: &[CategoryId]) -> u32 {
        if let Some(known) = self.path_numbers.get(path) {
            return *known;
        }
        let number = self.paths.len() as u32;
        self.paths.push(path.to_vec());
        self.path_numbers.insert(path.to_vec(), number);
        number
    }
}

fn digest(vector: &Vector) -> u64 {
    let mut hasher = DefaultHasher::new();
    vector.0.map(f32::to_bits).hash(&mut hasher);
    hasher.finish()
}
