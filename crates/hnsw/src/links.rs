//! Who is linked to whom, on every layer.

/// How many links a vector has on the upper layers, and how many it is given at first on the lowest.
pub(crate) const LINKS: usize = 16;
/// How many links a vector may have on the lowest layer.
pub(crate) const BASE_LINKS: usize = 2 * LINKS;
/// No processor counts as many vectors as would reach this layer.
pub(crate) const MAX_LAYER: usize = 12;
/// Ends a list of links that is not full.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Default, Clone, PartialEq, Debug)]
pub(crate) struct Links {
    pub(crate) base: Vec<[u32; BASE_LINKS]>,
    /// The links of layers 1, 2, … of each vector that reaches so high, one behind the other.
    pub(crate) upper: Vec<[u32; LINKS]>,
    /// By vector, where its part of `upper` begins.
    pub(crate) upper_from: Vec<u32>,
    /// Where searches begin; it reaches the highest layer.
    pub(crate) entry: Option<u32>,
}

impl Links {
    pub(crate) fn len(&self) -> u32 {
        self.base.len() as u32
    }

    /// What a vector is linked to. It must reach that layer.
    #[inline]
    pub(crate) fn of(&self, number: u32, layer: usize) -> &[u32] {
        let links: &[u32] = match layer {
            0 => &self.base[number as usize],
            _ => &self.upper[self.upper_from[number as usize] as usize + layer - 1],
        };
        &links[..links.iter().position(|link| *link == NONE).unwrap_or(links.len())]
    }

    pub(crate) fn set(&mut self, number: u32, layer: usize, to: &[u32]) {
        let links: &mut [u32] = match layer {
            0 => &mut self.base[number as usize],
            _ => &mut self.upper[self.upper_from[number as usize] as usize + layer - 1],
        };
        links.fill(NONE);
        links[..to.len()].copy_from_slice(to);
    }

    /// Makes room for the next vector, which is linked to nothing yet.
    pub(crate) fn push(&mut self, top_layer: usize) {
        self.base.push([NONE; BASE_LINKS]);
        self.upper_from.push(self.upper.len() as u32);
        self.upper.resize(self.upper.len() + top_layer, [NONE; LINKS]);
    }

    /// How many layers there are above the lowest.
    pub(crate) fn top(&self) -> usize {
        self.entry.map_or(0, top_layer)
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.base.capacity() * size_of::<[u32; BASE_LINKS]>()
            + self.upper.capacity() * size_of::<[u32; LINKS]>()
            + self.upper_from.capacity() * size_of::<u32>()
    }
}

/// The highest layer that a vector reaches: one in [`LINKS`] reaches the next. It follows from the number alone, so
/// that the same vectors make the same graph.
pub(crate) fn top_layer(number: u32) -> usize {
    // SplitMix64, <https://prng.di.unimi.it/splitmix64.c>
    let mut mixed = (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed.trailing_zeros() as usize / LINKS.trailing_zeros() as usize).min(MAX_LAYER)
}
