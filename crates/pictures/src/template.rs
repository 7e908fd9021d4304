//! Templates: SVG with placeholders, cut into shapes of which a picture shows one.
//!
//! ```text
//! <!-- part NAME -->                                 text that `{NAME}` stands for, in this file
//! <!-- shape NAME key=value …: word word! … -->      begins a shape, for products named by one of the words
//! {name}                                             a value
//! {low..high}                                        a number, drawn from the product's seed
//! {name=low..high}                                   the same, kept under a name for this picture
//! {name+number} {name-number}                        a kept number, moved
//! ```
//! Of a product's words the last one decides, as in English: a spoon rest is a rest. A word with `!` decides wherever it
//! stands.

use std::collections::HashMap;

use crate::Error;
use crate::seed::Seed;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    words: &'static str,
    settings: &'static str,
    pub(crate) text: &'static str,
}

impl Shape {
    pub(crate) fn setting(&self, key: &str) -> Option<&'static str> {
        self.settings
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .find(|(k, _)| *k == key)
            .map(|(_, v)| v)
    }
}

const BEGIN: &str = "<!-- shape ";
const PART: &str = "<!-- part ";
const END: &str = "-->\n";

impl Template {
    pub(crate) fn shapes(&self) -> impl Iterator<Item = Shape> {
        self.text.split(BEGIN).skip(1).filter_map(|section| {
            let (head, text) = section.split_once(END)?;
            let (name_and_settings, words) = head.split_once(':')?;
            let (name, settings) = name_and_settings.split_once(' ').unwrap_or((name_and_settings, ""));
            let text = text.split(PART).next().unwrap_or(text);
            let text = text.trim_end().strip_suffix("</svg>").unwrap_or(text);
            let text = text.trim_end().strip_suffix("</defs>").unwrap_or(text);
            Some(Shape { name, words: words.trim(), settings, text })
        })
    }

    /// The shape that one of the words names; see the module's documentation.
    pub(crate) fn named(&self, words: &[String]) -> Option<Shape> {
        let is = |word: &String, known: &str| {
            word == known || word.strip_suffix('s') == Some(known) || known.strip_suffix('s') == Some(word)
        };
        let urgent = |shape: &Shape| {
            shape
                .words
                .split(' ')
                .filter_map(|known| known.strip_suffix('!'))
                .any(|known| words.iter().any(|word| is(word, known)))
        };
        let last = || {
            words.iter().rev().find_map(|word| {
                self.shapes().find(|shape| shape.words.split(' ').any(|known| is(word, known)))
            })
        };
        self.shapes().find(urgent).or_else(last)
    }

    pub(crate) fn parts(&self) -> HashMap<&'static str, &'static str> {
        let section = |section: &'static str| {
            let (name, text) = section.split_once(END)?;
            Some((name.trim(), text.split(BEGIN).next().unwrap_or(text)))
        };
        self.text.split(PART).skip(1).filter_map(section).collect()
    }

    /// What stands before the first shape.
    pub(crate) fn head(&self) -> &'static str {
        self.text.split(BEGIN).next().unwrap_or_default()
    }
}

/// What placeholders stand for in one picture.
pub(crate) struct Values {
    texts: HashMap<String, String>,
    numbers: HashMap<String, f64>,
    seed: Seed,
}

impl Values {
    pub(crate) fn new(seed: Seed) -> Self {
        Self { texts: HashMap::new(), numbers: HashMap::new(), seed }
    }

    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl ToString) {
        self.texts.insert(name.into(), value.to_string());
    }

    pub(crate) fn fill(&mut self, template: &str) -> Result<String, Error> {
        let mut filled = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| Error::new("a template", "a placeholder has no end"))?;
            filled.push_str(before);
            filled.push_str(&self.value(name)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn value(&mut self, name: &str) -> Result<String, Error> {
        let unknown = || Error::new("a template", format!("nothing is called {{{name}}}"));
        if let Some(text) = self.texts.get(name) {
            return Ok(text.clone());
        }
        if let Some(number) = self.numbers.get(name) {
            return Ok(written(*number));
        }
        let (kept, range) = name.split_once('=').map_or((None, name), |(kept, range)| (Some(kept), range));
        if let Some((low, high)) = range.split_once("..") {
            let low: f64 = low.parse().map_err(|_| unknown())?;
            let high: f64 = high.parse().map_err(|_| unknown())?;
            let number = self.seed.between(low, high).round();
            if let Some(kept) = kept {
                self.numbers.insert(kept.to_owned(), number);
            }
            return Ok(written(number));
        }
        let at = name.find(['+', '-']).ok_or_else(unknown)?;
        let number = self.numbers.get(&name[..at]).ok_or_else(unknown)?;
        let by: f64 = name[at..].parse().map_err(|_| unknown())?;
        Ok(written(number + by))
    }
}

fn written(number: f64) -> String {
    format!("{}", (number * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: Template = Template {
        name: "test",
        text: "<svg>\n<!-- part frame -->\n<frame/>\n<!-- shape bowl ground=3: bowl dish -->\n<bowl/>\n\
               <!-- shape rest: rest -->\n<rest/>\n<!-- shape jar: jar! -->\n<jar/>\n</svg>\n",
    };

    fn named(name: &str) -> Option<&'static str> {
        let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        TEMPLATE.named(&words).map(|shape| shape.name)
    }

    #[test]
    fn the_last_word_decides_unless_one_is_urgent() {
        assert_eq!(named("bowl rest"), Some("rest"));
        assert_eq!(named("rest bowls"), Some("bowl"));
        assert_eq!(named("jar rest"), Some("jar"));
        assert_eq!(named("hat"), None);
        let shapes: Vec<_> =
            TEMPLATE.shapes().map(|shape| (shape.name, shape.text.trim().to_owned())).collect();
        assert_eq!(shapes[0], ("bowl", "<bowl/>".to_owned()));
        assert_eq!(shapes[2], ("jar", "<jar/>".to_owned()));
        assert_eq!(TEMPLATE.shapes().next().unwrap().setting("ground"), Some("3"));
        assert_eq!(TEMPLATE.parts()["frame"].trim(), "<frame/>");
    }

    #[test]
    fn placeholders_are_values_and_numbers() {
        let mut values = Values::new(Seed::new(1));
        values.set("main", "#fff");
        assert_eq!(values.fill("a{main}b").unwrap(), "a#fffb");
        let filled = values.fill("{t=5..5} {t} {t+2} {t-7}").unwrap();
        assert_eq!(filled, "5 5 7 -2");
        let number: f64 = values.fill("{-3..3}").unwrap().parse().unwrap();
        assert!((-3.0..=3.0).contains(&number));
        for bad in ["{nothing}", "{a..b}", "{u+1}", "{open"] {
            assert!(values.fill(bad).is_err(), "{bad}");
        }
    }
}
