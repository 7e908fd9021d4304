//! Writes texts from templates so that hardly a sentence comes twice.

use std::collections::BTreeMap;

use crate::random::Random;
use crate::text::{Slots, normalise, render, sentences};

pub struct Writer {
    pub random: Random,
    /// How often one sentence may stand in all texts together.
    most: usize,
    /// How many of the least-used lines are tried for each text.
    tries: usize,
    sentences: BTreeMap<String, usize>,
    templates: BTreeMap<&'static str, usize>,
}

impl Writer {
    /// A writer with random numbers of its own.
    pub fn new(name: &str, most: usize) -> Self {
        Self {
            random: Random::named(name),
            most,
            tries: usize::MAX,
            sentences: BTreeMap::new(),
            templates: BTreeMap::new(),
        }
    }

    pub fn with_tries(self, tries: usize) -> Self {
        Self { tries, ..self }
    }

    /// Writes one of the lines, a little-used one if it can.
    pub fn write(&mut self, lines: &[&'static str], slots: &Slots) -> String {
        let mut order: Vec<&'static str> = lines.to_vec();
        self.random.shuffle(&mut order);
        order.sort_by_key(|line| self.templates.get(line).copied().unwrap_or(0));
        let best = order
            .iter()
            .take(self.tries)
            .map(|line| (self.least_repeated(line, slots), *line))
            .min_by_key(|((repeats, _), _)| *repeats);
        let Some(((repeats, text), line)) = best else {
            panic!("nothing to choose from");
        };
        self.record(repeats, &text);
        *self.templates.entry(line).or_default() += 1;
        text
    }

    pub fn phrase(&mut self, line: &'static str, slots: &Slots) -> String {
        let (repeats, text) = self.least_repeated(line, slots);
        self.record(repeats, &text);
        text
    }
    /// Tries a line some times and keeps the wording that was used least.
    fn least_repeated(&mut self, line: &str, slots: &Slots) -> (usize, String) {
        let mut best: Option<(usize, String)> = None;
        for _ in 0..12 {
            let text = render(line, slots, &mut self.random);
            let repeats = sentences(&text).iter().map(|sentence| self.repeats(sentence)).max().unwrap_or(0);
            if best.as_ref().is_none_or(|(least, _)| repeats < *least) {
                best = Some((repeats, text));
            }
        }
        best.expect("at least one try")
    }

    fn repeats(&self, sentence: &str) -> usize {
        let known = self.sentences.get(&normalise(sentence));
        known.copied().unwrap_or(0)
    }

    fn record(&mut self, repeats: usize, text: &str) {
        assert!(repeats < self.most, "worn out: {text}");
        for sentence in sentences(text) {
            *self.sentences.entry(normalise(sentence)).or_default() += 1;
        }
    }
}
