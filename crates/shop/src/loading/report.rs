//! What a load tells while it runs and when it is done.

use std::path::PathBuf;

use serde::Serialize;
use souk_kernel::{LogPosition, Timestamp};

use super::rejects::Reject;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Users,
    Categories,
    Sellers,
    /// With their variants and stock.
    Products,
    /// What they are made of.
    Bundles,
    /// With their comments.
    Reviews,
    Specifications,
    Profiles,
}

impl Stage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Categories => "categories",
            Self::Sellers => "sellers",
            Self::Products => "products",
            Self::Bundles => "bundles",
            Self::Reviews => "reviews",
            Self::Specifications => "specifications",
            Self::Profiles => "profiles",
        }
    }
}

/// `done` of `total` rows of a stage have been looked at and, where they differed, committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub stage: Stage,
    pub done: u64,
    pub total: u64,
}

/// Rows, by what became of them. Those that were refused are counted together, in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Differ from the file only in what the shop has changed since the file said it last; that stays.
    pub kept: u64,
}

impl Counts {
    pub(super) fn add(&mut self, other: Counts) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.kept += other.kept;
    }

    pub fn all(&self) -> u64 {
        self.added + self.changed + self.unchanged + self.kept
    }
}

/// What stays as the shop has it, though the file says something else, and has said it before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// product `P1`, variant `P1-S`
    pub what: String,
    /// Which of its fields.
    pub fields: Vec<String>,
}

/// Products for sale that the last import of the source had and this one has not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Gone {
    pub count: u64,
    /// What the source called the first of them.
    pub first: Vec<String>,
}

impl Gone {
    pub(super) fn add(&mut self, names: Vec<String>) {
        self.count += names.len() as u64;
        let room = KEPT_SHOWN.saturating_sub(self.first.len());
        self.first.extend(names.into_iter().take(room));
    }
}

/// How much of what stays, and of what is gone, is told.
const KEPT_SHOWN: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoadReport {
    /// What was loaded: `artisan`, `import:products.jsonl.gz`.
    pub source: String,
    pub users: Counts,
    pub categories: Counts,
    pub sellers: Counts,
    pub products: Counts,
    pub variants: Counts,
    /// Variants of which the file says what they are made of: what became of that.
    pub bundles: Counts,
    pub reviews: Counts,
    pub comments: Counts,
    /// Products that something is told of.
    pub specifications: Counts,
    /// Of workshops and customers.
    pub profiles: Counts,
    /// The first of what stays as the shop has it.
    pub kept: Vec<Kept>,
    pub gone: Gone,
    /// Columns of which nothing is taken: `JOINED (sellers.csv)`.
    pub not_taken: Vec<String>,
    /// How many rows were refused; more than 0 makes the exit code 1.
    pub rejected: u64,
    /// The first of them.
    pub rejects: Vec<Reject>,
    /// Where all of them stand, if there are any and a file was asked for.
    pub rejects_file: Option<PathBuf>,
    /// False: strict, and rows were refused, so nothing was loaded.
    pub loaded: bool,
    /// An earlier load from this source began then and did not finish; what was missing has been loaded now.
    pub interrupted_before: Option<Timestamp>,
    /// Of the last commit; `None` when there was nothing to commit.
    pub position: Option<LogPosition>,
}

impl LoadReport {
    pub(super) fn of(source: String) -> Self {
        Self {
            source,
            users: Counts::default(),
            categories: Counts::default(),
            sellers: Counts::default(),
            products: Counts::default(),
            variants: Counts::default(),
            bundles: Counts::default(),
            reviews: Counts::default(),
            comments: Counts::default(),
            specifications: Counts::default(),
            profiles: Counts::default(),
            kept: Vec::new(),
            gone: Gone::default(),
            not_taken: Vec::new(),
            rejected: 0,
            rejects: Vec::new(),
            rejects_file: None,
            loaded: false,
            interrupted_before: None,
            position: None,
        }
    }

    pub(super) fn note_kept(&mut self, kept: Vec<Kept>) {
        let room = KEPT_SHOWN.saturating_sub(self.kept.len());
        self.kept.extend(kept.into_iter().take(room));
    }

    /// All rows together.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for (_, counts) in self.by_kind() {
            total.add(counts);
        }
        total
    }

    /// In the order in which they are loaded.
    pub fn by_kind(&self) -> [(&'static str, Counts); 10] {
        [
            ("users", self.users),
            ("categories", self.categories),
            ("sellers", self.sellers),
            ("products", self.products),
            ("variants", self.variants),
            ("bundles", self.bundles),
            ("reviews", self.reviews),
            ("comments", self.comments),
            ("specifications", self.specifications),
            ("profiles", self.profiles),
        ]
    }
}
