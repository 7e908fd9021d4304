//! Taking a word that stands nowhere for the nearest one that does.
//!
//! The distance counts letters put in, left out, replaced, and neighbours swapped (Damerau and Levenshtein). It is
//! taken between words as people write them, not between stems: "wodden" is near "wooden", and people are told so.

use std::collections::HashMap;

use souk_ports::Result;
use tantivy::Term;
use tantivy::query::FuzzyTermQuery;

use super::schema::Fields;
use super::snapshot::Snapshot;
use super::{failed, io_failed};
use crate::search::words::reach;

/// Nearest first, then the word of most products, then in the order of the alphabet.
pub(super) fn nearest(snapshot: &Snapshot, fields: &Fields, word: &str) -> Result<Option<String>> {
    for distance in 1..=reach(word) {
        let found = within(snapshot, fields, word, distance)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn within(snapshot: &Snapshot, fields: &Fields, word: &str, distance: u8) -> Result<Option<String>> {
    let term = Term::from_field_text(fields.spelling, word);
    let automaton = FuzzyTermQuery::new(term, distance, true).automaton().map_err(failed)?;
    let mut products: HashMap<Vec<u8>, u32> = HashMap::new();
    for segment in &snapshot.segments {
        let spelling = &segment.columns.spelling;
        let mut near = spelling.terms().search(&automaton).into_stream().map_err(io_failed)?;
        while near.advance() {
            // What is left of deleted products is no word that stands anywhere.
            if segment.first_alive(spelling, near.value())?.is_some() {
                *products.entry(near.key().to_vec()).or_default() += near.value().doc_freq;
            }
        }
    }
    let best = products.into_iter().min_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.cmp(b)));
    Ok(best.and_then(|(word, _)| String::from_utf8(word).ok()))
}
