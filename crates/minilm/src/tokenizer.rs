//! Cuts texts into the pieces of words that the model was trained on: BERT's uncased WordPiece (Devlin et al., 2018), as
//! the model's `tokenizer.json` sets it.
//!
//! Works on a text from its beginning and stops where the model's reading stops, so a long text costs no more than the
//! part that counts. What is left out: pairs of texts, and turning numbers back into words.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::Error;

/// Tokens that the model reads of a text, with the two around it; `max_seq_length` of the package's settings.
pub const MAX_TOKENS: usize = 256;

/// A word of more characters is unknown as a whole.
const MAX_WORD: usize = 100;

pub struct Tokenizer {
    /// Pieces that begin a word.
    first: HashMap<Box<str>, u32>,
    /// Pieces that go on with one.
    next: HashMap<Box<str>, u32>,
    special: Special,
    /// Bytes of the longest piece.
    longest: usize,
}

/// Tokens that stand for no piece of a word.
struct Special {
    unknown: u32,
    begin: u32,
    end: u32,
    /// All of them, as they may stand in a text.
    written: Vec<(&'static str, u32)>,
}

impl Tokenizer {
    /// `vocabulary` has a piece on each line; its number is the line's, from 0.
    pub fn new(vocabulary: &str) -> Result<Self, Error> {
        let (mut first, mut next, mut longest) = (HashMap::new(), HashMap::new(), 0);
        for (number, piece) in vocabulary.lines().enumerate() {
            let number = u32::try_from(number).map_err(|_| Error::Vocabulary("too many lines"))?;
            longest = longest.max(piece.len());
            match piece.strip_prefix("##") {
                Some(rest) if !rest.is_empty() => next.insert(rest.into(), number),
                _ => first.insert(Box::from(piece), number),
            };
        }
        let number =
            |token: &str| first.get(token).copied().ok_or(Error::Vocabulary("a special token is missing"));
        let mut written = Vec::new();
        for token in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] {
            written.push((token, number(token)?));
        }
        let special =
            Special { unknown: number("[UNK]")?, begin: number("[CLS]")?, end: number("[SEP]")?, written };
        Ok(Self { first, next, special, longest })
    }

    /// The tokens of a text, at most [`MAX_TOKENS`], with the two that begin and end it.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        let mut tokens = vec![self.special.begin];
        let mut rest = text;
        while tokens.len() < MAX_TOKENS {
            let found = self.special.next_in(rest);
            let plain = found.map_or(rest, |(at, ..)| &rest[..at]);
            self.add_words(plain, &mut tokens);
            let Some((at, written, number)) = found else { break };
            tokens.push(number);
            rest = &rest[at + written.len()..];
        }
        tokens.truncate(MAX_TOKENS - 1);
        tokens.push(self.special.end);
        tokens
    }

    /// Adds the pieces of each word, until there are enough.
    fn add_words(&self, text: &str, tokens: &mut Vec<u32>) {
        let mut word = String::new();
        for character in normalized(text).chain([' ']) {
            let alone = is_punctuation(character);
            if !alone && !is_space(character) {
                word.push(character);
                continue;
            }
            if !word.is_empty() {
                self.add_pieces(&word, tokens);
                word.clear();
            }
            if alone {
                self.add_pieces(character.encode_utf8(&mut [0; 4]), tokens);
            }
            if tokens.len() >= MAX_TOKENS {
                return;
            }
        }
    }

    /// Adds the longest piece that a word begins with, then the longest that goes on, to its end.
    fn add_pieces(&self, word: &str, tokens: &mut Vec<u32>) {
        let before = tokens.len();
        let mut rest = if word.chars().nth(MAX_WORD).is_some() { "" } else { word };
        let mut pieces = &self.first;
        while !rest.is_empty() {
            let ends = (1..=rest.len().min(self.longest)).rev().filter(|end| rest.is_char_boundary(*end));
            let longest = ends.map(|end| (end, pieces.get(&rest[..end]))).find(|(_, piece)| piece.is_some());
            let Some((end, Some(piece))) = longest else { break };
            tokens.push(*piece);
            rest = &rest[end..];
            pieces = &self.next;
        }
        if !rest.is_empty() || tokens.len() == before {
            tokens.truncate(before);
            tokens.push(self.special.unknown);
        }
    }
}

impl Special {
    /// The first special token that is written out in a text: where, and which.
    fn next_in(&self, text: &str) -> Option<(usize, &'static str, u32)> {
        text.match_indices('[').find_map(|(at, _)| {
            let here = self.written.iter().find(|(written, _)| text[at..].starts_with(written));
            here.map(|(written, number)| (at, *written, *number))
        })
    }
}

/// Without control characters and accents, in lower case, with Chinese characters standing apart.
fn normalized(text: &str) -> impl Iterator<Item = char> {
    let clean = text.chars().filter(|character| !is_dropped(*character)).flat_map(|character| {
        let apart = is_chinese(character).then_some(' ');
        apart.into_iter().chain([if is_space(character) { ' ' } else { character }]).chain(apart)
    });
    let plain = clean.nfd().filter(|c| c.general_category() != GeneralCategory::NonspacingMark);
    plain.flat_map(char::to_lowercase)
}

fn is_space(character: char) -> bool {
    character.is_whitespace()
}

fn is_dropped(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\0' | char::REPLACEMENT_CHARACTER => true,
        _ => {
            character.general_category_group() == GeneralCategoryGroup::Other
                && character.general_category() != GeneralCategory::Unassigned
        }
    }
}

fn is_punctuation(character: char) -> bool {
    character.is_ascii_punctuation()
        || character.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// The blocks of CJK ideographs, without Hangul, Hiragana and Katakana, which are written with spaces or in words.
fn is_chinese(character: char) -> bool {
    matches!(character,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2A6DF}' | '\u{2A700}'..='\u{2B73F}'
        | '\u{2B740}'..='\u{2B81F}' | '\u{2B920}'..='\u{2CEAF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{2F800}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A vocabulary whose numbers can be counted: the line's, from 0.
    const WORDS: [&str; 18] = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "tea", "##pot", "##s", "te", "a", "##a", ",", "手",
        "cafe", "!", "[", "]", "mask",
    ];

    fn tokens(text: &str) -> Vec<&'static str> {
        let tokenizer = Tokenizer::new(&WORDS.join("\n")).unwrap();
        tokenizer.tokens(text).into_iter().map(|token| WORDS[token as usize]).collect()
    }

    fn within(text: &str) -> Vec<&'static str> {
        let all = tokens(text);
        assert_eq!((all[0], all[all.len() - 1]), ("[CLS]", "[SEP]"));
        all[1..all.len() - 1].to_vec()
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces() {
        assert_eq!(within("teapots tea"), ["tea", "##pot", "##s", "tea"]);
        assert_eq!(within("tea teapot, a!"), ["tea", "tea", "##pot", ",", "a", "!"]);
        assert_eq!(within("teax a"), ["[UNK]", "a"], "a word is known as a whole or not at all");
        assert_eq!(within(""), [""; 0]);
        assert_eq!(within(" \t\r\n\u{a0}\u{3000}"), [""; 0]);
    }

    #[test]
    fn case_accents_and_control_characters_do_not_count() {
        assert_eq!(within("TÉA Cafe\u{301} café"), ["tea", "cafe", "cafe"]);
        assert_eq!(within("te\u{0}a te\u{200b}a te\u{fffd}a"), ["tea"; 3]);
        assert_eq!(within("手手tea"), ["手", "手", "tea"]);
    }

    #[test]
    fn special_tokens_may_be_written_out() {
        assert_eq!(within("tea[MASK]tea"), ["tea", "[MASK]", "tea"]);
        assert_eq!(within("[mask] [CLS]"), ["[", "mask", "]", "[CLS]"]);
    }

    #[test]
    fn a_word_of_more_than_a_hundred_characters_is_unknown() {
        assert_eq!(within(&format!("te{}", "a".repeat(98))).len(), 98);
        assert_eq!(within(&format!("te{}", "a".repeat(99))), ["[UNK]"]);
    }

    #[test]
    fn a_long_text_ends_where_the_model_stops() {
        for text in
            ["tea ".repeat(10_000), "tea[SEP]".repeat(10_000), format!("te{} ", "a".repeat(90)).repeat(9)]
        {
            let tokens = tokens(&text);
            assert_eq!(tokens.len(), MAX_TOKENS);
            assert_eq!(tokens.last(), Some(&"[SEP]"));
        }
    }

    #[test]
    fn a_vocabulary_without_special_tokens_is_refused() {
        assert!(Tokenizer::new("tea\npot").is_err());
    }

    proptest! {
        #[test]
        fn any_text_has_tokens(text in any::<String>()) {
            let tokens = tokens(&text);
            prop_assert!((2..=MAX_TOKENS).contains(&tokens.len()));
        }
    }
}
