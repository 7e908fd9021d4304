//! How text becomes words, the same way for products and for questions: lower case, without accents, without English
//! endings. There is no syntax: a character is part of a word or a gap.
//!
//! Stop words are indexed (a brand may be called "The And"), and left out of a question that has other words: "a ring
//! for her" must not ask for products that say "for".

use std::collections::HashSet;
use std::sync::LazyLock;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, Stemmer, StopWordFilter, TextAnalyzer, Token,
    TokenStream, Tokenizer,
};

/// The rest of a longer word is ignored, in products as in questions.
pub(super) const MAX_WORD_CHARS: usize = 64;
/// More different words than this are left out of a question.
pub(super) const MAX_WORDS: usize = 32;
/// Each correction goes through the dictionary, so there are only so many in one question.
pub(super) const MAX_CORRECTIONS: usize = 8;

/// Shorter words are near to half of the dictionary, longer ones are no words.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=32;
/// Up to this length one letter may differ, above it two.
const SHORT: usize = 5;

/// A word as it is written, but for case and accents, and its stem.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Word {
    pub(super) plain: String,
    pub(super) stem: String,
}

/// Cheap to clone; an analyzer works for one caller at a time.
#[derive(Clone)]
pub(super) struct Words {
    plain: TextAnalyzer,
    stem: TextAnalyzer,
}

impl Words {
    /// The analyzers for whoever needs them now.
    pub(super) fn analyzers() -> Self {
        static ANALYZERS: LazyLock<Words> = LazyLock::new(|| Words {
            plain: TextAnalyzer::builder(WordTokenizer::default())
                .filter(LowerCaser)
                .filter(AsciiFoldingFilter)
                .build(),
            stem: TextAnalyzer::builder(RawTokenizer::default())
                .filter(Stemmer::new(Language::English))
                .build(),
        });
        ANALYZERS.clone()
    }

    pub(super) fn of(&mut self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        let stem = &mut self.stem;
        self.plain.token_stream(text).process(&mut |token| {
            words.push(Word { stem: stemmed(stem, &token.text), plain: token.text.clone() });
        });
        words
    }

    pub(super) fn stem(&mut self, plain: &str) -> String {
        stemmed(&mut self.stem, plain)
    }

    /// Up to `max` different words to look for.
    pub(super) fn of_question(&mut self, text: &str, max: usize) -> Vec<Word> {
        let mut seen = HashSet::new();
        let words: Vec<Word> =
            self.of(text).into_iter().filter(|word| seen.insert(word.stem.clone())).collect();
        let telling: Vec<Word> =
            words.iter().filter(|word| !is_stop_word(&word.plain)).take(max).cloned().collect();
        if telling.is_empty() { words.into_iter().take(max).collect() } else { telling }
    }
}

/// How many letters off another word may be that this one is taken for.
pub(super) fn reach(plain: &str) -> u8 {
    let letters = plain.chars().count();
    // A number off by one digit is another number, and another product's.
    if !LETTERS.contains(&letters) || plain.chars().any(char::is_numeric) {
        0
    } else if letters <= SHORT {
        1
    } else {
        2
    }
}

fn stemmed(analyzer: &mut TextAnalyzer, plain: &str) -> String {
    let mut stream = analyzer.token_stream(plain);
    if stream.advance() { std::mem::take(&mut stream.token_mut().text) } else { String::new() }
}

fn is_stop_word(plain: &str) -> bool {
    static FILTER: LazyLock<Option<TextAnalyzer>> = LazyLock::new(|| {
        let filter = StopWordFilter::new(Language::English)?;
        Some(TextAnalyzer::builder(RawTokenizer::default()).filter(filter).build())
    });
    FILTER.as_ref().is_some_and(|filter| !filter.clone().token_stream(plain).advance())
}

/// Letters and digits of every script make words. An apostrophe or a combining accent inside a word is dropped, so that
/// "women's" and "womens", or the two ways to encode "é", are the same.
#[derive(Clone, Default)]
struct WordTokenizer {
    token: Token,
}

struct WordStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { rest: text, token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        let Some(start) = self.rest.find(char::is_alphanumeric) else {
            self.rest = "";
            return false;
        };
        self.token.position = self.token.position.wrapping_add(1);
        let word = &self.rest[start..];
        let end = word.find(|c: char| !c.is_alphanumeric() && !is_silent(c)).unwrap_or(word.len());
        let letters = word[..end].chars().filter(|c| !is_silent(*c));
        self.token.text.extend(letters.take(MAX_WORD_CHARS));
        self.rest = &word[end..];
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Apostrophes, and the combining accents of Unicode's first block of them.
fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{02bc}' | '\u{0300}'..='\u{036f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        Words::analyzers().of(text).into_iter().map(|word| word.stem).collect()
    }

    #[test]
    fn case_accents_endings_and_apostrophes_do_not_matter() {
        assert_eq!(stems("Émaillés RINGS"), stems("emailles ring"));
        assert_eq!(stems("cafe\u{301}"), stems("café"));
        assert_eq!(stems("women's"), stems("womens"));
        assert_eq!(stems("name:[* TO \"x\0🎁"), ["name", "to", "x"]);
    }

    #[test]
    fn stop_words_count_only_where_there_is_nothing_else() {
        let mut words = Words::analyzers();
        let mut plain = |text: &str| -> Vec<String> {
            words.of_question(text, 32).into_iter().map(|word| word.plain).collect()
        };
        assert_eq!(plain("the rings for the ring"), ["rings"]);
        assert_eq!(plain("The And"), ["the", "and"]);
    }
}
