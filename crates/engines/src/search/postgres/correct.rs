//! Taking a word that stands nowhere for the nearest one that does.
//!
//! Every spelling of about that length is compared: trigrams would leave out what is near to a short word.

use std::cmp::Reverse;

use deadpool_postgres::Object;
use strsim::osa_distance;

use super::*;
use crate::search::words::{MAX_CORRECTIONS, reach};

/// What these words, which stand nowhere, are taken for: the nearest first, then the word of most products, then in the
/// order of the alphabet.
pub(super) async fn corrections(
    connection: &Object,
    spellings: &str,
    unknown: &[String],
) -> Result<Vec<(String, String)>> {
    let asked = unknown.iter().take(MAX_CORRECTIONS).filter(|word| reach(word) > 0);
    let asked: Vec<(&String, i32)> = asked.map(|word| (word, word.chars().count() as i32)).collect();
    let lengths = || asked.iter().map(|(word, letters)| (letters, i32::from(reach(word))));
    let Some(shortest) = lengths().map(|(letters, reach)| letters - reach).min() else {
        return Ok(Vec::new());
    };
    let longest = lengths().map(|(letters, reach)| letters + reach).max();
    let sql = format!("SELECT word, products FROM {spellings} WHERE char_length(word) BETWEEN $1 AND $2");
    let known = query::rows(connection, &sql, &[&shortest, &longest]).await?;
    let known: Vec<(&str, u32, i64)> =
        known.iter().map(|row| (row.get(0), letters(row.get(0)), row.get(1))).collect();
    let nearest = |word: &String| {
        let (own, reach) = (letters(word), usize::from(reach(word)));
        // One letter off changes two of the letters that there are, at most.
        let about = known.iter().filter(|(_, there, _)| (own ^ there).count_ones() as usize <= 2 * reach);
        let near = about.map(|(known, _, products)| (osa_distance(word, known), Reverse(*products), *known));
        let (_, _, known) = near.filter(|(distance, ..)| *distance <= reach).min()?;
        Some((word.clone(), known.to_owned()))
    };
    Ok(asked.iter().filter_map(|(word, _)| nearest(word)).collect())
}

/// Which letters there are, a bit each.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |letters, letter| letters | 1 << (u32::from(letter) % 32))
}
