//! The graph as bytes, without the vectors: which vectors the numbers stand for, whoever stores it must know.
//!
//! `linked` as 4 bytes, the lowest layer's links, then those of the upper layers, all little-endian. How high a vector
//! reaches follows from its number. What is left out: a checksum.

use crate::Index;
use crate::links::{BASE_LINKS, LINKS, Links, NONE, top_layer};

/// The bytes are no graph, or not one of as many vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl Index {
    pub fn graph(&self) -> Vec<u8> {
        let Links { base, upper, .. } = &self.links;
        let numbers = 1 + base.len() * BASE_LINKS + upper.len() * LINKS;
        let mut bytes = Vec::with_capacity(numbers * 4);
        bytes.extend(self.linked().to_le_bytes());
        let links = base.as_flattened().iter().chain(upper.as_flattened());
        links.for_each(|link| bytes.extend(link.to_le_bytes()));
        bytes
    }

    /// Replaces the graph by one that was stored for the first of the vectors that are here.
    pub fn restore(&mut self, graph: &[u8]) -> Result<(), Malformed> {
        let (words, []) = graph.as_chunks::<4>() else { return Err(Malformed) };
        let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
        let linked = words.next().filter(|linked| *linked <= self.len()).ok_or(Malformed)?;
        let mut links = Links::default();
        for number in 0..linked {
            let top = top_layer(number);
            links.push(top);
            if links.entry.is_none_or(|entry| top_layer(entry) < top) {
                links.entry = Some(number);
            }
        }
        if words.len() != links.base.len() * BASE_LINKS + links.upper.len() * LINKS {
            return Err(Malformed);
        }
        let all = links.base.as_flattened_mut().iter_mut().chain(links.upper.as_flattened_mut());
        all.zip(words).for_each(|(link, word)| *link = word);
        if !links.are_whole() {
            return Err(Malformed);
        }
        self.links = links;
        Ok(())
    }
}

impl Links {
    /// Whether every link leads to a vector that reaches its layer.
    fn are_whole(&self) -> bool {
        let leads = |link: u32, layer| link == NONE || (link < self.len() && top_layer(link) >= layer);
        (0..self.len()).all(|number| {
            (0..=top_layer(number)).all(|layer| self.of(number, layer).iter().all(|link| leads(*link, layer)))
        })
    }
}
