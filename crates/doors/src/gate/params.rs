//! What stands in paths and query strings, read with errors that name the place.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::call::{Misread, Problem};

/// The one variable part of a path, read from its text.
pub struct PathRef<T>(pub T);

impl<T: FromStr<Err: Misread> + Send, S: Send + Sync> FromRequestParts<S> for PathRef<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let PathText(text) = PathText::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(Misread::problem)
    }
}

/// The one variable part of a path, as its text.
pub struct PathText(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        text.map(|Path(text)| Self(text)).map_err(|_| Problem::invalid("the path is not UTF-8"))
    }
}

/// A query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(query) => Ok(Self(query.0)),
            Err(rejection) => {
                let text = rejection.body_text();
                let reason = text.rsplit_once("query string: ").map_or(text.as_str(), |(_, reason)| reason);
                Err(Problem::invalid(format!("the query is not valid: {reason}")))
            }
        }
    }
}

/// A query string in which names may come several times, or begin with what they belong to: taken out one by one, and what
/// is left at the end is refused. Blank values are no values.
pub struct Params {
    left: Vec<(String, String)>,
    known: Vec<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(left) = Query::from_request_parts(parts, state).await?;
        Ok(Self { left, known: Vec::new() })
    }
}

impl Params {
    /// Every value of this name.
    pub fn all(&mut self, name: &str) -> Vec<String> {
        self.known.push(format!("`{name}`"));
        let own = self.left.extract_if(.., |(other, _)| other == name);
        own.map(|(_, value)| value).filter(|value| !value.is_empty()).collect()
    }

    /// The one value of this name; `page=` is the same as no page.
    pub fn one<T: FromStr<Err: Display>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        let refused = |why: &dyn Display| Problem::invalid(format!("the query is not valid: {why}"));
        let mut all = self.all(name);
        let Some(text) = all.pop() else { return Ok(None) };
        if !all.is_empty() {
            return Err(refused(&format!("duplicate field `{name}`")));
        }
        text.parse().map(Some).map_err(|error| refused(&format!("`{name}`: {error}")))
    }

    /// What stands behind this name, with its values: `option.color=red` and `option[color]=red`.
    pub fn under(&mut self, name: &str) -> Vec<(String, String)> {
        self.known.push(format!("`{name}.…`"));
        let behind = |text: &str| {
            let rest = text.strip_prefix(name)?;
            let bracketed = || rest.strip_prefix('[')?.strip_suffix(']');
            rest.strip_prefix('.').or_else(bracketed).map(str::to_owned)
        };
        let own = self.left.extract_if(.., |(text, _)| behind(text).is_some());
        let own = own.filter_map(|(text, value)| Some((behind(&text)?, value)));
        own.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Refuses what nobody has asked for.
    pub fn nothing_else(self) -> Result<(), Problem> {
        let Some((name, _)) = self.left.first() else { return Ok(()) };
        let known = self.known.join(", ");
        Err(Problem::invalid(format!(
            "the query is not valid: unknown field `{name}`, expected one of {known}"
        )))
    }
}

/// Reads `page=3`; `page=` is the same as no page, and in a body `null` is too.
pub fn blank_is_absent<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        Some(text) if !text.is_empty() => text.parse().map(Some).map_err(D::Error::custom),
        _ => Ok(None),
    }
}

/// Reads an id in a body: souk's own or an external one.
pub fn named<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        let uri = format!("/?{query}").parse().unwrap();
        let left = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).unwrap().0;
        Params { left, known: Vec::new() }
    }

    #[test]
    fn names_are_taken_out_and_what_is_left_is_refused() {
        let mut some = params("a=1&b=&option.x+y=2&a=3&option%5Bz%5D=4&page=7&optional=5&option=6");
        assert_eq!(some.all("a"), ["1", "3"]);
        assert_eq!(some.one::<u32>("b").unwrap(), None);
        assert_eq!(some.one::<u32>("page").unwrap(), Some(7));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(some.under("option"), [pair("x y", "2"), pair("z", "4")]);
        let refused = some.nothing_else().unwrap_err();
        let expected = "unknown field `optional`, expected one of `a`, `b`, `page`, `option.…`";
        assert!(refused.detail.contains(expected), "{refused:?}");
        assert!(params("page=1&page=2").one::<u32>("page").is_err());
        assert!(params("page=x").one::<u32>("page").is_err());
        assert!(params("").nothing_else().is_ok());
    }
}
