//! The small template language in which the facts about crafts are written.
//!
//! - `{name}` stands for a value such as the noun or the material;
//! - `{24..28}` is a number drawn from that range, `{300..400:20}` one in steps;
//! - `[oiled|waxed]` is one of several wordings; wordings may contain slots;
//! - `a(n)` becomes "a" or "an" by the word that follows it.

use crate::random::Random;

/// The values a template may name, in the order in which they were set.
#[derive(Clone, Default)]
pub struct Slots(Vec<(&'static str, String)>);

impl Slots {
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    /// Replaces a value that was set before.
    pub fn reset(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.retain(|(known, _)| *known != name);
        self.set(name, value);
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }

    fn get(&self, name: &str) -> &str {
        match self.0.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => value,
            None => panic!("no value for the slot {{{name}}}"),
        }
    }
}

/// Fills in a template and makes each of its sentences start with a capital.
pub fn render(template: &str, slots: &Slots, random: &mut Random) -> String {
    let chosen = choose_wordings(template, random);
    let filled = fill_slots(&chosen, slots, random);
    capitalise_sentences(&choose_articles(&filled.replace("A(n) ", "a(n) ")))
}

fn choose_wordings(template: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('[') {
        let end = start + rest[start..].find(']').expect("a [ without its ]");
        let wordings: Vec<&str> = rest[start + 1..end].split('|').collect();
        out.push_str(&rest[..start]);
        out.push_str(random.pick::<&str>(&wordings));
        rest = &rest[end + 1..];
    }
    out + rest
}

fn fill_slots(template: &str, slots: &Slots, random: &mut Random) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let end = start + rest[start..].find('}').expect("a { without its }");
        let name = &rest[start + 1..end];
        out.push_str(&rest[..start]);
        match name.split_once("..") {
            Some((low, high)) => out.push_str(&draw(low, high, random).to_string()),
            None => out.push_str(slots.get(name)),
        }
        rest = &rest[end + 1..];
    }
    out + rest
}

fn draw(low: &str, high: &str, random: &mut Random) -> u32 {
    let number = |text: &str| -> u32 { text.parse().expect("a range of whole numbers") };
    let (high, step) = high.split_once(':').unwrap_or((high, "1"));
    let (low, high, step) = (number(low), number(high), number(step));
    low + step * random.between(0, (high - low) / step)
}

fn choose_articles(text: &str) -> String {
    let mut parts = text.split("a(n) ");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(if starts_with_vowel_sound(part) { "an " } else { "a " });
        out.push_str(part);
    }
    out
}

fn starts_with_vowel_sound(text: &str) -> bool {
    let text = text.to_lowercase();
    let silent_h = ["hour", "honest", "heirloom"];
    let spoken_y = ["uni", "use", "eu", "one", "once"];
    if silent_h.iter().any(|start| text.starts_with(start)) {
        return true;
    }
    if spoken_y.iter().any(|start| text.starts_with(start)) {
        return false;
    }
    text.starts_with(['a', 'e', 'i', 'o', 'u'])
        || text.starts_with("8")
        || text.starts_with("11 ")
        || text.starts_with("18 ")
}

fn capitalise_sentences(text: &str) -> String {
    sentences(text)
        .iter()
        .map(|sentence| capitalise(&spell_first_number(sentence)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A sentence does not begin with a small figure, unless it is a measure.
fn spell_first_number(sentence: &str) -> String {
    let Some((first, rest)) = sentence.split_once(' ') else {
        return sentence.to_string();
    };
    let measures = ["cm", "mm", "ml", "l", "g", "kg", "m", "×", "pieces", "keys"];
    let followed_by_measure =
        rest.split(' ').next().is_some_and(|word| measures.contains(&word.trim_end_matches([',', '.', ';'])));
    match first.parse::<usize>() {
        Ok(number) if number < NUMBERS.len() && !followed_by_measure => {
            format!("{} {rest}", NUMBERS[number])
        }
        _ => sentence.to_string(),
    }
}

const NUMBERS: [&str; 16] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen",
];

fn capitalise(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Every word with a capital, but for the small ones: "tea mug" to "Tea Mug".
pub fn title_case(text: &str) -> String {
    let small = ["of", "and", "with", "for", "on", "in", "the", "a", "to"];
    text.split(' ')
        .map(|word| {
            if small.contains(&word) {
                return word.to_string();
            }
            word.split('-').map(capitalise).collect::<Vec<_>>().join("-")
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The sentences of a text, each with its closing mark.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices(['.', '!', '?']) {
        let end = at + mark.len();
        if text[end..].starts_with(' ') {
            found.push(&text[start..end]);
            start = end + 1;
        }
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

/// A sentence with case and spaces evened out, to tell repeats by.
pub fn normalise(sentence: &str) -> String {
    sentence.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_in_with_articles_and_capitals() {
        let mut slots = Slots::default();
        slots.set("m", "oak");
        let text = render("a(n) {m} [bowl]. {7..7} cm deep", &slots, &mut Random::new(1));
        assert_eq!(text, "An oak bowl. 7 cm deep");
    }

    #[test]
    fn decimals_do_not_end_a_sentence() {
        assert_eq!(sentences("Holds 1.5 litres. Pours well!"), ["Holds 1.5 litres.", "Pours well!"]);
    }

    #[test]
    fn titles_keep_small_words_small() {
        assert_eq!(title_case("salt-glazed mug of clay"), "Salt-Glazed Mug of Clay");
    }
}
