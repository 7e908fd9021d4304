//! Rows into products, however far apart they stand, in little memory. A first pass gives each product a number by the
//! hash of its key. Where the rows of every product stand together, the second pass streams; otherwise it sets rows
//! aside in files, each with a range of products, and groups one such file after another.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::path::Path;

use foldhash::fast::FixedState;

use crate::amount::{Decimal, evidence};
use crate::bounds::Bounds;
use crate::dialect::{self, Key};
use crate::error::Error;
use crate::json::Step;
use crate::plan::{Plan, first};
use crate::row::Row;
use crate::table::{Rows, Table};

/// Rows that are grouped in memory at once, in bytes.
const PART_BYTES: u64 = 6 * 1024 * 1024;
const MAX_PARTS: u64 = 256;

/// What the first pass learned.
pub(crate) struct Survey {
    hasher: FixedState,
    /// Other names of products, sorted: by which rows call them, and what they are.
    links: Vec<(u64, u64)>,
    /// One for each run of rows of the same product.
    runs: Vec<u64>,
    bytes: u64,
    pub(crate) rows: u64,
    /// The decimal sign of each file.
    pub(crate) decimals: Vec<Decimal>,
}

impl Survey {
    pub(crate) fn new(tables: &[Table], plans: &[Plan]) -> Result<Self, Error> {
        let mut survey = Self {
            hasher: FixedState::with_seed(seed()),
            links: Vec::new(),
            runs: Vec::new(),
            bytes: 0,
            rows: 0,
            decimals: Vec::new(),
        };
        for (table, plan) in tables.iter().zip(plans) {
            survey.read(table, plan)?;
        }
        survey.links.sort_unstable();
        survey.links.dedup_by_key(|(from, _)| *from);
        for at in 0..survey.runs.len() {
            survey.runs[at] = survey.resolved(survey.runs[at]);
        }
        survey.runs.dedup();
        Ok(survey)
    }

    fn read(&mut self, table: &Table, plan: &Plan) -> Result<(), Error> {
        let mut rows = table.rows(plan.map.variants.as_deref())?;
        let mut row = Row::default();
        let (mut points, mut commas) = (0_u64, 0_u64);
        let mut above = None;
        loop {
            match rows.next(&mut row)? {
                Step::End => break,
                Step::Bad(_) => continue,
                Step::Row => {}
            }
            self.rows += 1;
            self.bytes += row.size() as u64;
            if plan.reading.decimal == Decimal::Unknown {
                for cells in [&plan.price, &plan.list_price, &plan.sale_price] {
                    if let Some((cell, _)) = first(&row, &cells.columns).value() {
                        match evidence(cell) {
                            Decimal::Point => points += 1,
                            Decimal::Comma => commas += 1,
                            Decimal::Unknown => {}
                        }
                    }
                }
            }
            dialect::links(plan, &row, |from, to| {
                self.links.push((dialect::hash(&self.hasher, from), dialect::hash(&self.hasher, to)));
            });
            let Some(hash) = self.hash(plan, &row, above) else { continue };
            above = Some(hash);
            if self.runs.last() != Some(&hash) {
                self.runs.push(hash);
            }
        }
        self.decimals.push(match (plan.reading.decimal, points, commas) {
            (Decimal::Unknown, 1.., 0) => Decimal::Point,
            (Decimal::Unknown, 0, 1..) => Decimal::Comma,
            (known, _, _) => known,
        });
        Ok(())
    }

    fn hash(&self, plan: &Plan, row: &Row, above: Option<u64>) -> Option<u64> {
        match dialect::group(plan, row) {
            Key::Own(key) => Some(dialect::hash(&self.hasher, key)),
            Key::Above => above,
            Key::Missing | Key::Skip => None,
        }
    }

    fn resolved(&self, hash: u64) -> u64 {
        match self.links.binary_search_by_key(&hash, |(from, _)| *from) {
            Ok(at) => self.links[at].1,
            Err(_) => hash,
        }
    }

    fn is_scattered(&self) -> bool {
        let mut sorted = self.runs.clone();
        sorted.sort_unstable();
        sorted.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// Nobody who writes a file can know which keys share a hash.
fn seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::hash::RandomState::new().build_hasher().finish()
}

/// The rows of one product, or a row of none.
pub(crate) enum Group {
    Rows { rows: Vec<Row>, is_cut: bool },
    Bad { row: Row, reason: Option<String> },
}

/// Reads files again, and gives the rows of one product after those of another.
pub(crate) struct Groups {
    survey: Survey,
    bounds: Bounds,
    state: State,
    /// Rows of no product, found in between.
    bad: VecDeque<Group>,
}

enum State {
    /// Rows of every product stand together.
    Streaming { tables: Vec<Rows>, at: usize, ahead: Option<(u64, Row)>, above: Option<u64> },
    /// Rows were set aside.
    Parts { files: VecDeque<File>, groups: std::vec::IntoIter<(u32, Part)> },
}

#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    bytes: usize,
    is_cut: bool,
}

impl Part {
    fn add(&mut self, row: Row, bounds: &Bounds) {
        self.bytes += row.size();
        if self.rows.len() >= bounds.product_rows || self.bytes > bounds.product_bytes {
            self.is_cut = true;
        } else {
            self.rows.push(row);
        }
    }

    fn group(self) -> Group {
        Group::Rows { rows: self.rows, is_cut: self.is_cut }
    }
}

impl Groups {
    pub(crate) fn new(
        tables: &[Table],
        plans: &[Plan],
        survey: Survey,
        bounds: &Bounds,
        temp: Option<&Path>,
    ) -> Result<Self, Error> {
        let open = |(table, plan): (&Table, &Plan)| table.rows(plan.map.variants.as_deref());
        let readers = tables.iter().zip(plans).map(open).collect::<Result<Vec<_>, _>>()?;
        let mut groups = Self {
            survey,
            bounds: *bounds,
            bad: VecDeque::new(),
            state: State::Streaming { tables: readers, at: 0, ahead: None, above: None },
        };
        if groups.survey.is_scattered() {
            groups.set_aside(plans, temp)?;
        }
        // The hashes of runs have done their work.
        groups.survey.runs = Vec::new();
        Ok(groups)
    }

    fn set_aside(&mut self, plans: &[Plan], temp: Option<&Path>) -> Result<(), Error> {
        let temp = temp.map_or_else(std::env::temp_dir, Path::to_owned);
        let unwritable = |source| Error::Unwritable { path: temp.clone(), source };
        // A product's number is the place of its first row among the products.
        let mut ordinals: Vec<(u64, u32)> =
            self.survey.runs.iter().enumerate().map(|(at, hash)| (*hash, at as u32)).collect();
        ordinals.sort_unstable();
        ordinals.dedup_by_key(|(hash, _)| *hash);
        let runs = self.survey.runs.len() as u64;
        self.survey.runs = Vec::new();
        let count = (self.survey.bytes / PART_BYTES + 1).min(MAX_PARTS).min(runs.max(1));
        let mut files = Vec::new();
        for _ in 0..count {
            let file = tempfile::tempfile_in(&temp).map_err(unwritable)?;
            files.push(BufWriter::with_capacity(32 * 1024, file));
        }
        while let Some((hash, row)) = self.next_row(plans)? {
            let Ok(found) = ordinals.binary_search_by_key(&hash, |(hash, _)| *hash) else { continue };
            let ordinal = ordinals[found].1;
            let part = (u64::from(ordinal) * count / runs) as usize;
            row.write(ordinal, &mut files[part]).map_err(unwritable)?;
        }
        let mut parts = VecDeque::new();
        for mut file in files {
            file.flush().map_err(unwritable)?;
            let mut file = file.into_inner().map_err(|error| unwritable(error.into_error()))?;
            file.rewind().map_err(unwritable)?;
            parts.push_back(file);
        }
        self.state = State::Parts { files: parts, groups: Vec::new().into_iter() };
        Ok(())
    }

    /// The next row of the files that belongs to a product; others are put aside as bad.
    fn next_row(&mut self, plans: &[Plan]) -> Result<Option<(u64, Row)>, Error> {
        loop {
            let State::Streaming { tables, at, above, .. } = &mut self.state else { return Ok(None) };
            let Some(table) = tables.get_mut(*at) else { return Ok(None) };
            let mut row = Row::default();
            let plan = &plans[*at];
            match table.next(&mut row)? {
                Step::End => {
                    *at += 1;
                    *above = None;
                }
                Step::Bad(reason) => self.bad.push_back(Group::Bad { row, reason: Some(reason) }),
                Step::Row => {
                    let key = dialect::group(plan, &row);
                    let hash = match key {
                        Key::Skip => continue,
                        Key::Own(key) => Some(dialect::hash(&self.survey.hasher, key)),
                        Key::Above => *above,
                        Key::Missing => None,
                    };
                    match hash {
                        Some(hash) => {
                            *above = Some(hash);
                            return Ok(Some((self.survey.resolved(hash), row)));
                        }
                        None => self.bad.push_back(Group::Bad { row, reason: None }),
                    }
                }
            }
        }
    }

    /// The next product's rows.
    pub(crate) fn next(&mut self, plans: &[Plan]) -> Result<Option<Group>, Error> {
        if let Some(bad) = self.bad.pop_front() {
            return Ok(Some(bad));
        }
        match &mut self.state {
            State::Streaming { ahead, .. } => {
                let (hash, row) = match ahead.take() {
                    Some(ahead) => ahead,
                    None => match self.next_row(plans)? {
                        Some(next) => next,
                        None => return Ok(self.bad.pop_front()),
                    },
                };
                let mut part = Part::default();
                part.add(row, &self.bounds);
                while let Some((next, row)) = self.next_row(plans)? {
                    if next != hash {
                        if let State::Streaming { ahead, .. } = &mut self.state {
                            *ahead = Some((next, row));
                        }
                        break;
                    }
                    part.add(row, &self.bounds);
                }
                Ok(Some(part.group()))
            }
            State::Parts { files, groups } => loop {
                if let Some((_, part)) = groups.next() {
                    return Ok(Some(part.group()));
                }
                let Some(file) = files.pop_front() else { return Ok(None) };
                *groups = read_part(file, &self.bounds)?.into_iter();
            },
        }
    }
}

fn read_part(file: File, bounds: &Bounds) -> Result<Vec<(u32, Part)>, Error> {
    let mut reader = BufReader::with_capacity(128 * 1024, file);
    let mut parts: std::collections::BTreeMap<u32, Part> = std::collections::BTreeMap::new();
    let unreadable = |source| Error::Unreadable { path: std::env::temp_dir(), source };
    while let Some((ordinal, row)) = Row::read(&mut reader).map_err(unreadable)? {
        parts.entry(ordinal).or_default().add(row, bounds);
    }
    Ok(parts.into_iter().collect())
}
