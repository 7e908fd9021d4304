//! Texts that callers send for ids and pages, read with errors that name them.

use std::fmt::Display;
use std::str::FromStr;

use souk_kernel::Page;

use super::Problem;

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

/// As it was given.
impl<T> Display for Given<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T: Display> Given<T> {
    /// What nobody wrote: errors speak of the id itself.
    pub fn of(id: T) -> Self {
        let text = id.to_string();
        Self { id, text }
    }

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
