//! What a search answers with.

use std::str::FromStr;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::catalog::ProductView;

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SearchAnswer {
    pub results: Vec<FoundProduct>,
    pub total: u64,
    pub page: u32,
    pub pages: u64,
    pub facets: Facets,
    /// Words that stand nowhere in the catalogue, and what they were taken for.
    pub corrected: Vec<Correction>,
    /// How it was searched.
    pub mode: SearchMode,
    /// Why it was not searched in the way that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A product as it stands in a list, and what led to it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FoundProduct {
    #[serde(flatten)]
    pub product: ProductView,
    pub found_by: Vec<FoundBy>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FoundBy {
    Words,
    Meaning,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SearchMode {
    /// By words.
    #[default]
    Text,
    /// By meaning.
    Semantic,
    /// By both, with the two rankings fused.
    Combined,
}

impl FromStr for SearchMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "semantic" => Ok(Self::Semantic),
            "combined" => Ok(Self::Combined),
            _ => Err("the modes are `text`, `semantic` and `combined`"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Correction {
    pub word: String,
    pub taken_for: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Facets {
    #[schema(value_type = std::collections::HashMap<String, u64>)]
    pub brands: FacetCounts,
    #[schema(value_type = std::collections::HashMap<String, u64>)]
    pub categories: FacetCounts,
}

/// A JSON object from name to count that keeps its order: the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FacetCounts(pub Vec<(String, u64)>);

impl Serialize for FacetCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, count) in &self.0 {
            map.serialize_entry(name, count)?;
        }
        map.end()
    }
}
