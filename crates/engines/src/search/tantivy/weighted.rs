//! Words with how often each counts, as the text that is handed to Tantivy.
//!
//! Tantivy 0.27 also takes tokens that were made elsewhere, but carries them through JSON on their way to the indexing
//! thread: with a name's words counting two dozen times each, that was most of what indexing cost.

use std::fmt::Write as _;
use std::str::Lines;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// A line for each word: `24 bowl`. No word has a space or the end of a line in it.
pub(super) fn text_of<'a>(words: impl IntoIterator<Item = (&'a str, usize)>) -> String {
    let mut text = String::new();
    for (word, count) in words {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{count} {word}");
    }
    text
}

/// Reads what [`text_of`] has written: each word as often as it counts.
#[derive(Debug, Clone, Default)]
pub(super) struct WeightedWords;

#[derive(Debug)]
pub(super) struct Counted<'a> {
    lines: Lines<'a>,
    /// How many more times the present word comes.
    left: usize,
    token: Token,
}

impl Tokenizer for WeightedWords {
    type TokenStream<'a> = Counted<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Counted<'a> {
        Counted { lines: text.lines(), left: 0, token: Token::default() }
    }
}

impl TokenStream for Counted<'_> {
    fn advance(&mut self) -> bool {
        while self.left == 0 {
            let Some(line) = self.lines.next() else { return false };
            let Some((count, word)) = line.split_once(' ') else { continue };
            self.left = count.parse().unwrap_or(0);
            self.token.text.clear();
            self.token.text.push_str(word);
        }
        self.left -= 1;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_comes_as_often_as_it_counts() {
        let text = text_of([("bowl", 3), ("oak", 1), ("never", 0), ("wood", 2)]);
        let mut came = Vec::new();
        WeightedWords
            .token_stream(&text)
            .process(&mut |token| came.push((token.position, token.text.clone())));
        let words = ["bowl", "bowl", "bowl", "oak", "wood", "wood"];
        assert_eq!(came, words.into_iter().map(str::to_owned).enumerate().collect::<Vec<_>>());
    }
}
