//! What stands in paths and query strings, read with errors that name the place.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use souk_kernel::Page;

use super::Problem;

/// The one variable part of a path, read from its text.
pub struct PathRef<T>(pub T);

impl<T: FromStr<Err: Misread> + Send, S: Send + Sync> FromRequestParts<S> for PathRef<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let PathText(text) = PathText::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(Misread::problem)
    }
}

/// The same, as it is.
pub struct PathText(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        text.map(|Path(text)| Self(text)).map_err(|_| Problem::invalid("the path is not UTF-8"))
    }
}

/// An id together with the text that named it, so that errors speak of `P001` as the caller did.
#[derive(Debug, Clone)]
pub struct Given<T> {
    pub id: T,
    text: String,
}

impl<T: FromStr> FromStr for Given<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        Ok(Self { id: text.parse()?, text: text.to_owned() })
    }
}

impl<T: Display> Given<T> {
    pub fn explain(&self, error: impl Into<Problem>) -> Problem {
        let mut problem = error.into();
        problem.detail = problem.detail.replace(&self.id.to_string(), &self.text);
        problem
    }
}

/// How a text in a path can fail to be read. A trait of its own, because the kernel's errors about form know no code.
pub trait Misread {
    fn problem(self) -> Problem;
}

impl Misread for souk_kernel::InvalidId {
    fn problem(self) -> Problem {
        Problem::invalid(self.to_string())
    }
}

impl Misread for souk_shop::orders::Error {
    fn problem(self) -> Problem {
        self.into()
    }
}

impl Misread for souk_shop::carts::Error {
    fn problem(self) -> Problem {
        self.into()
    }
}

/// The page that `page=` and `limit=` ask for.
pub fn page(number: Option<u32>, limit: Option<u32>) -> Result<Page, Problem> {
    Page::new(number, limit).map_err(|error| Problem::invalid(error.to_string()))
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
