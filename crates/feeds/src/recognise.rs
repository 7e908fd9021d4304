//! Which format a file is, by its columns.

use std::fmt;

use crate::columns::{Columns, folded};
use crate::error::Error;
use crate::map::{Layout, Map, Names};

/// The built-in maps, in the order of their worth: the first of equals wins.
const BUILT_IN: &[(&str, &str)] = &[
    ("shopify", include_str!("../maps/shopify.yaml")),
    ("woocommerce", include_str!("../maps/woocommerce.yaml")),
    ("google", include_str!("../maps/google.yaml")),
    ("prestashop", include_str!("../maps/prestashop.yaml")),
    ("prestashop-combinations", include_str!("../maps/prestashop-combinations.yaml")),
    ("magento", include_str!("../maps/magento.yaml")),
    ("medusa", include_str!("../maps/medusa.yaml")),
    ("vendure", include_str!("../maps/vendure.yaml")),
    ("souk", include_str!("../maps/souk.yaml")),
    ("bigcommerce", include_str!("../maps/bigcommerce.yaml")),
    ("saleor", include_str!("../maps/saleor.yaml")),
    ("spree", include_str!("../maps/spree.yaml")),
    ("acp", include_str!("../maps/acp.yaml")),
    ("openfoodfacts", include_str!("../maps/openfoodfacts.yaml")),
];

/// A format that a file nearly has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Its name.
    pub format: String,
    /// Columns that it lacks, each with the one that is spelled nearest, if any is near.
    pub missing: Vec<(String, Option<String>)>,
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, but it lacks", self.format)?;
        for (at, (name, alike)) in self.missing.iter().enumerate() {
            write!(f, "{} `{name}`", if at > 0 { "," } else { "" })?;
            if let Some(alike) = alike {
                write!(f, " (is it `{alike}`?)")?;
            }
        }
        Ok(())
    }
}

/// The names of the built-in maps.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// The text of a built-in map, to start one's own from.
pub fn built_in(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, yaml)| *yaml)
}

/// The map of a file with these columns.
pub(crate) fn recognise(file: &str, columns: &[String], layout: Layout) -> Result<Map, Error> {
    let names = Columns::new(columns.to_vec());
    let mut best: Option<(usize, Map)> = None;
    let mut near = Vec::new();
    for (name, yaml) in BUILT_IN {
        let map = Map::parse(name, yaml)?;
        if map.layout.is_some_and(|wanted| wanted != layout) {
            continue;
        }
        let missing: Vec<&Names> = map.recognise.all.iter().filter(|wanted| !names.has(wanted)).collect();
        let some = map.recognise.any.iter().filter(|wanted| names.has(wanted)).count();
        let is_other = names.has(&map.recognise.none);
        let needs = usize::from(!map.recognise.any.is_empty());
        if missing.is_empty() && some >= needs && !is_other {
            let score = map.recognise.all.len() + some;
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                best = Some((score, map));
            }
        } else if !is_other {
            near.push((missing.len(), some, nearly(&map, &missing, columns)));
        }
    }
    if let Some((_, map)) = best {
        return Ok(map);
    }
    near.sort_by_key(|(missing, some, _)| (*missing, usize::MAX - *some));
    // What has nothing in common is not near.
    near.retain(|(missing, some, near)| {
        *some > 0 || near.missing.iter().any(|(_, alike)| alike.is_some()) || *missing == 0
    });
    let near = near.into_iter().take(3).map(|(_, _, near)| near).collect();
    Err(Error::Unrecognised { file: file.to_owned(), columns: columns.to_vec(), near })
}

fn nearly(map: &Map, missing: &[&Names], columns: &[String]) -> Near {
    let alike = |wanted: &Names| {
        let pairs = wanted.0.iter().flat_map(|name| columns.iter().map(move |column| (name, column)));
        let scored =
            pairs.map(|(name, column)| (strsim::jaro_winkler(&folded(name), &folded(column)), column));
        let best = scored.max_by(|one, other| one.0.total_cmp(&other.0));
        best.filter(|(score, _)| *score > 0.85).map(|(_, column)| column.clone())
    };
    let missing =
        missing.iter().map(|wanted| (wanted.0.first().cloned().unwrap_or_default(), alike(wanted))).collect();
    Near { format: map.name.clone(), missing }
}
