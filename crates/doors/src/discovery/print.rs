//! What was found, in words for a terminal.

use souk_shop::discovery::{FacetCounts, SearchAnswer};

use crate::catalog::print::table;
use crate::terminal::Style;

/// How many values of a facet are shown.
const FACET_VALUES: usize = 6;

pub(super) fn found(answer: &SearchAnswer, style: Style) -> String {
    let mut lines: Vec<String> = answer.note.iter().map(|note| style.dim(note)).collect();
    for corrected in &answer.corrected {
        let meant = style.title(format!("`{}`", corrected.taken_for));
        lines.push(format!("Nothing says `{}`; searched for {meant}.", corrected.word));
    }
    if answer.results.is_empty() {
        lines.push("Nothing found.".to_owned());
        return lines.join("\n");
    }
    lines.push(table(answer.results.iter().map(|found| &found.product), style));
    lines.push(style.dim(format!("page {} of {}, {} found", answer.page, answer.pages, answer.total)));
    for (name, counts) in [("Categories", &answer.facets.categories), ("Brands", &answer.facets.brands)] {
        if !counts.0.is_empty() {
            lines.push(format!("{} {}", style.title(name), facet(counts)));
        }
    }
    lines.join("\n")
}

fn facet(counts: &FacetCounts) -> String {
    let shown = counts.0.iter().take(FACET_VALUES).map(|(name, count)| format!("{name} {count}"));
    let mut shown: Vec<String> = shown.collect();
    if counts.0.len() > FACET_VALUES {
        shown.push(format!("and {} more", counts.0.len() - FACET_VALUES));
    }
    shown.join(" · ")
}
