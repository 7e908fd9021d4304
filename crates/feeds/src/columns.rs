//! Names of columns, found in a file's header once: cells are then read by their place.

use std::collections::HashMap;

use crate::map::Names;

/// The columns of a file by name, whatever their case and spacing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    by_name: HashMap<String, Vec<u32>>,
}

/// A column that a name of the map found, with what stood for the braces in the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) column: u32,
    pub(crate) capture: String,
}

/// How names are compared: `Variant  SKU` and `variant sku` are the same.
pub(crate) fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(|c| if c == '’' { '\'' } else { c }).flat_map(char::to_lowercase));
    }
    out
}

impl Columns {
    pub(crate) fn new(names: Vec<String>) -> Self {
        let mut by_name: HashMap<String, Vec<u32>> = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            by_name.entry(folded(name)).or_default().push(at as u32);
        }
        Self { names, by_name }
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn has(&self, names: &Names) -> bool {
        names.0.iter().any(|name| !self.find(name).is_empty())
    }

    /// The columns that have one of these names, in the order of the names.
    pub(crate) fn all(&self, names: &Names) -> Vec<u32> {
        let mut all = Vec::new();
        for name in &names.0 {
            for found in self.find(name) {
                if !all.contains(&found.column) {
                    all.push(found.column);
                }
            }
        }
        all
    }

    /// The columns of one name; where it has braces, in the order of their numbers.
    pub(crate) fn find(&self, name: &str) -> Vec<Found> {
        if !name.contains('{') {
            let found = self.by_name.get(&folded(name));
            let columns = found.into_iter().flatten();
            return columns.map(|column| Found { column: *column, capture: String::new() }).collect();
        }
        let mut found: Vec<Found> = Vec::new();
        for (at, column) in self.names.iter().enumerate() {
            if let Some(capture) = matched(name, column) {
                found.push(Found { column: at as u32, capture });
            }
        }
        found.sort_by_key(|found| found.capture.parse().unwrap_or(u32::MAX));
        found
    }

    /// Columns that stand there twice.
    pub(crate) fn doubled(&self) -> Vec<(String, Vec<u32>)> {
        let mut doubled: Vec<_> =
            self.by_name.iter().filter(|(name, at)| at.len() > 1 && !name.is_empty()).collect();
        doubled.sort();
        doubled.into_iter().map(|(_, at)| (self.names[at[0] as usize].clone(), at.clone())).collect()
    }
}

/// What stands for the first braces of a name in the name of a column.
fn matched(pattern: &str, column: &str) -> Option<String> {
    let (pattern, name) = (folded(pattern), folded(column));
    let open = pattern.find('{')?;
    let close = pattern[open..].find('}')? + open;
    let is_number = &pattern[open + 1..close] == "n";
    let rest = name.strip_prefix(&pattern[..open])?;
    let after = &pattern[close + 1..];
    let fits = |capture: &str| {
        !capture.is_empty()
            && (!is_number || (capture.len() < 5 && capture.bytes().all(|b| b.is_ascii_digit())))
    };
    // Case and spaces as the file has them, where nothing was folded away before them.
    let as_is = |capture: &str| {
        let start = name.len() - rest.len();
        match column.trim().get(start..start + capture.len()) {
            Some(original) if folded(original) == folded(capture) => original.to_owned(),
            _ => capture.to_owned(),
        }
    };
    match after.find('{') {
        None => {
            let capture = rest.strip_suffix(after)?;
            fits(capture).then(|| as_is(capture))
        }
        Some(next) => {
            // The first braces end where what follows them begins; the further ones stand for anything.
            let literal = &after[..next];
            let at = rest.find(literal)?;
            let tail = after.rfind('}').map_or("", |end| &after[end + 1..]);
            (fits(&rest[..at]) && rest.len() >= at + literal.len() + tail.len() && rest.ends_with(tail))
                .then(|| as_is(&rest[..at]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_braces_find_their_columns() {
        for (pattern, column, wanted) in [
            ("Attribute {n} name", "attribute 12 Name", Some("12")),
            ("Attribute {n} name", "Attribute x name", None),
            ("Weight ({unit})", "Weight (kg)", Some("kg")),
            ("Variant Price {currency}", "Variant Price EUR", Some("EUR")),
            (
                "{name} (product.metafields.{key})",
                "Care guide (product.metafields.custom.care)",
                Some("Care guide"),
            ),
            ("{name} (product.metafields.{key})", "Care guide", None),
        ] {
            assert_eq!(matched(pattern, column).as_deref(), wanted, "{pattern} {column}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let columns = Columns::new(["Image 10", "Image 2", "sku"].map(str::to_owned).to_vec());
        assert_eq!(columns.all(&Names(vec!["Image {n}".to_owned()])), [1, 0]);
        assert_eq!(columns.all(&Names(vec!["SKU".to_owned()])), [2]);
    }
}
