//! What an import found, in words: how much of what, what was not taken over, and what is wrong, by kind of fault.

use std::collections::BTreeMap;
use std::fmt;

use crate::reject::{Fault, FaultKind};
use crate::shape::{Given, Place, Product, Status};

/// Places that are told of one kind of fault.
pub(crate) const SHOWN: usize = 10;

/// What was read so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The name of the format.
    pub format: String,
    /// How the characters were read, where it is not as everybody does.
    pub encoding: Option<String>,
    /// Products that were given out.
    pub products: u64,
    /// Those for sale, or of which nothing is said.
    pub active: u64,
    /// Those not for sale yet.
    pub drafts: u64,
    /// Those no longer for sale.
    pub archived: u64,
    /// Variants of them.
    pub variants: u64,
    /// Pictures of them.
    pub images: u64,
    /// Products that were refused, and rows of none.
    pub rejected: u64,
    /// Columns that nothing is taken from, with how many of their cells say something.
    pub not_taken: Vec<(String, u64)>,
    /// Columns that stand twice and are not used.
    pub doubled_columns: Vec<String>,
    /// Columns that one's own map asks for and the file lacks.
    pub missing: Vec<String>,
    /// How often which fault was found, and where first.
    pub faults: BTreeMap<FaultKind, (u64, Vec<Place>)>,
}

impl Summary {
    pub(crate) fn add(&mut self, product: &Product) {
        self.products += 1;
        match &product.status {
            Given::Value(Status::Draft) => self.drafts += 1,
            Given::Value(Status::Archived) => self.archived += 1,
            _ => self.active += 1,
        }
        self.variants += product.variants.len() as u64;
        self.images += product.images.value().map_or(0, Vec::len) as u64;
    }

    pub(crate) fn add_fault(&mut self, fault: &Fault) {
        let (count, places) = self.faults.entry(fault.kind).or_default();
        *count += 1;
        if places.len() < SHOWN {
            places.push(fault.place);
        }
    }
}

fn counted(f: &mut fmt::Formatter<'_>, count: u64, one: &str, many: &str) -> fmt::Result {
    write!(f, "{count} {}", if count == 1 { one } else { many })
}

impl fmt::Display for Summary {
    /// `Shopify export: 29 products (28 for sale, 1 draft), 203 variants, 121 pictures. Not taken over: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} export", self.format)?;
        if let Some(encoding) = &self.encoding {
            write!(f, " (read as {encoding})")?;
        }
        f.write_str(": ")?;
        counted(f, self.products, "product", "products")?;
        if self.drafts + self.archived > 0 {
            write!(f, " ({} for sale", self.active)?;
            if self.drafts > 0 {
                f.write_str(", ")?;
                counted(f, self.drafts, "draft", "drafts")?;
            }
            if self.archived > 0 {
                write!(f, ", {} archived", self.archived)?;
            }
            f.write_str(")")?;
        }
        f.write_str(", ")?;
        counted(f, self.variants, "variant", "variants")?;
        f.write_str(", ")?;
        counted(f, self.images, "picture", "pictures")?;
        f.write_str(".")?;
        if self.rejected > 0 {
            write!(f, " Refused: {}.", self.rejected)?;
        }
        for (at, (column, count)) in self.not_taken.iter().filter(|(_, count)| *count > 0).enumerate() {
            f.write_str(if at == 0 { " Not taken over: " } else { ", " })?;
            write!(f, "{column} ({count})")?;
        }
        if self.not_taken.iter().any(|(_, count)| *count > 0) {
            f.write_str(".")?;
        }
        for column in &self.doubled_columns {
            write!(f, " The column `{column}` stands twice and is not used.")?;
        }
        for column in &self.missing {
            write!(f, " The map asks for `{column}`, which is not there.")?;
        }
        for (kind, (count, places)) in &self.faults {
            write!(f, " {count} {} (", kind.told(*count))?;
            f.write_str(if *count == 1 { "line " } else { "lines " })?;
            for (at, place) in places.iter().enumerate() {
                write!(f, "{}{}", if at > 0 { ", " } else { "" }, place.line)?;
                if place.file > 0 {
                    write!(f, " of file {}", place.file + 1)?;
                }
            }
            f.write_str(if *count > places.len() as u64 { ", …)." } else { ")." })?;
        }
        Ok(())
    }
}
