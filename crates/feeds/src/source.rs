//! A file of products, opened: its format known, its products one after another.

use std::path::{Path, PathBuf};

use crate::amount::Decimal;
use crate::bounds::Bounds;
use crate::build;
use crate::bytes::{self, Encoding};
use crate::columns::Columns;
use crate::doubles::Doubles;
use crate::error::Error;
use crate::group::{Group, Groups, Survey};
use crate::map::{Layout, Map};
use crate::own;
use crate::plan::Plan;
use crate::read::Faults;
use crate::recognise;
use crate::reject::{Fault, FaultKind, Reject, Rejects};
use crate::row::Row;
use crate::shape::Product;
use crate::summary::{SHOWN, Summary};
use crate::table::Table;

/// How a file is to be opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the columns mean, where the file is no export that is known.
    pub map: Option<Map>,
    /// Further files of the same export: PrestaShop has its combinations in one of their own.
    pub with: Vec<PathBuf>,
    /// The caller's currency: it chooses among prices in several, and says which dollar `$` is.
    pub currency: Option<String>,
    /// What stands before addresses of pictures that have no host; goes before that of the map.
    pub image_base: Option<String>,
    /// The unit of weights of which neither the file nor the map says it: Magento's is a setting that no export names.
    pub weight_unit: Option<String>,
    /// The unit of such lengths.
    pub length_unit: Option<String>,
    /// How large things may be.
    pub bounds: Bounds,
    /// Where rows are set aside while they are grouped; the system's own folder where it is left out.
    pub temp: Option<PathBuf>,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A product, and what is wrong with it that does not matter so much.
    Product(Box<Product>, Vec<Fault>),
    /// A product that was refused with all of its rows, or a row of none.
    Reject(Reject),
}

/// A file of products.
pub struct Source {
    tables: Vec<Table>,
    plans: Vec<Plan>,
    groups: Groups,
    summary: Summary,
    not_taken: Vec<Vec<u64>>,
    doubles: Doubles,
    /// The rows of the product that came last.
    last: Vec<Row>,
    is_done: bool,
}

impl Source {
    /// Opens a file, learns its format, and reads it once to know which rows belong together.
    pub fn open(path: &Path, options: &Options) -> Result<Self, Error> {
        let home = match options.currency.as_deref() {
            None => None,
            Some(code) => Some(crate::map::currency(code).ok_or_else(|| Error::Map {
                map: "of this import".to_owned(),
                reason: format!("has the currency `{code}`, which is no code of three letters"),
            })?),
        };
        let paths = std::iter::once(path).chain(options.with.iter().map(PathBuf::as_path));
        let mut tables = Vec::new();
        let mut plans: Vec<Plan> = Vec::new();
        for (at, path) in paths.take(usize::from(u8::MAX)).enumerate() {
            let root = options.map.as_ref().and_then(|map| map.root.as_deref());
            let mut table = Table::open(path, at as u8, root, &options.bounds)?;
            let file = bytes::name_of(path);
            let mut map = match &options.map {
                // A map of one's own is for all files, but for those of variants that are known.
                Some(map) if at == 0 => map.clone(),
                Some(map) => recognise::recognise(&file, &table.columns, table.layout())
                    .ok()
                    .filter(|known| known.rows_are_variants)
                    .unwrap_or_else(|| map.clone()),
                None => recognise::recognise(&file, &table.columns, table.layout())?,
            };
            if map.layout.is_some_and(|layout| layout != table.layout()) {
                let reason = format!(
                    "is for {:?}, and `{file}` is {:?}",
                    map.layout.unwrap_or(Layout::Csv),
                    table.layout()
                );
                return Err(Error::Map { map: map.name, reason });
            }
            if options.image_base.is_some() {
                map.image_base.clone_from(&options.image_base);
            }
            let variant = &mut map.variant;
            for (field, unit) in [
                (&mut variant.weight, &options.weight_unit),
                (&mut variant.length, &options.length_unit),
                (&mut variant.width, &options.length_unit),
                (&mut variant.height, &options.length_unit),
            ] {
                if field.unit.is_none() {
                    field.unit.clone_from(unit);
                }
            }
            let sampled = table.columns.len();
            table.add_columns(map.asked_for().into_iter().flat_map(|names| &names.0).map(String::as_str));
            let mut plan = Plan::new(&map, &table.columns, home, &file)?;
            if sampled < table.columns.len() {
                let known = Columns::new(table.columns[..sampled].to_vec());
                plan.missing = map.missing_in(&known);
            }
            plans.push(plan);
            tables.push(table);
        }
        // The products go before their combinations, in whatever order they were named.
        if plans.len() > 1 && plans[0].map.rows_are_variants {
            plans.rotate_left(1);
            tables.rotate_left(1);
            tables.iter_mut().enumerate().for_each(|(at, table)| table.file = at as u8);
        }
        // Rows of one product may come from several files, and are read by the places of its first row's columns.
        for (table, plan) in tables.iter().zip(&plans).skip(1).filter(|(_, plan)| !plan.map.rows_are_variants)
        {
            if table.columns != tables[0].columns || plan.map != plans[0].map {
                let reason = "has other columns than the first file: import it on its own".to_owned();
                return Err(Error::Broken { file: bytes::name_of(&table.path), line: 0, reason });
            }
        }
        let survey = Survey::new(&tables, &plans)?;
        // The prices of all files are written alike: a column of impacts may show it where no price does.
        for (plan, decimal) in plans.iter_mut().zip(&survey.decimals) {
            if plan.reading.decimal == Decimal::Unknown {
                plan.reading.decimal = *decimal;
            }
        }
        if let Some(known) =
            plans.iter().map(|plan| plan.reading.decimal).find(|known| *known != Decimal::Unknown)
        {
            for plan in plans.iter_mut().filter(|plan| plan.reading.decimal == Decimal::Unknown) {
                plan.reading.decimal = known;
            }
        }
        let groups = Groups::new(&tables, &plans, survey, &options.bounds, options.temp.as_deref())?;
        let summary = Summary {
            format: plans[0].map.name.clone(),
            encoding: tables
                .iter()
                .map(|table| table.encoding)
                .find(|it| *it != Encoding::Utf8)
                .map(|it| it.to_string()),
            doubled_columns: plans.iter().flat_map(Plan::doubled_and_unused).collect(),
            // A built-in map has names of several versions and languages; one's own says what one expects.
            missing: if options.map.is_some() { plans[0].missing.clone() } else { Vec::new() },
            ..Summary::default()
        };
        let not_taken = plans.iter().map(|plan| vec![0; plan.unused.len()]).collect();
        let doubles = Doubles::new(options.temp.as_deref());
        Ok(Self { tables, plans, groups, summary, not_taken, doubles, last: Vec::new(), is_done: false })
    }

    /// The name of the format.
    pub fn format(&self) -> &str {
        &self.plans[0].map.name
    }

    /// How the characters of the file are written.
    pub fn encoding(&self) -> Encoding {
        self.tables[0].encoding
    }

    /// The map that is followed.
    pub fn map(&self) -> &Map {
        &self.plans[0].map
    }

    /// A writer of what is refused, in this file's own form.
    pub fn rejects(&self, path: &Path) -> Rejects {
        Rejects::new(path, &self.tables)
    }

    /// The next product, or the next that was refused; `None` at the end.
    #[allow(clippy::should_implement_trait, reason = "it fails, and then there is no next")]
    pub fn next(&mut self) -> Result<Option<Item>, Error> {
        let Some(group) = self.groups.next(&self.plans)? else {
            self.is_done = true;
            return Ok(None);
        };
        let (rows, is_cut) = match group {
            Group::Rows { rows, is_cut } => (rows, is_cut),
            Group::Bad { row, reason } => return Ok(Some(self.bad(row, reason))),
        };
        for row in &rows {
            self.count_unused(row);
        }
        let mut faults = Faults::default();
        if is_cut {
            let bounds = "is too large: more rows or more text than any product has";
            faults.add(FaultKind::TooLarge, &rows[0], "", bounds.to_owned());
            return Ok(Some(self.refuse(faults.0, rows)));
        }
        let product = match own::product(&self.plans[0], &rows) {
            Some(Ok(product)) => product,
            Some(Err(reason)) => {
                faults.add(FaultKind::Row, &rows[0], "", reason);
                return Ok(Some(self.refuse(faults.0, rows)));
            }
            None => build::product(&self.plans, &rows, &mut faults),
        };
        if faults.0.iter().any(|fault| fault.kind.refuses()) {
            faults.0.sort_by_key(|fault| !fault.kind.refuses());
            return Ok(Some(self.refuse(faults.0, rows)));
        }
        for variant in &product.variants {
            self.doubles.add(&variant.sku, variant.place)?;
        }
        faults.0.iter().for_each(|fault| self.summary.add_fault(fault));
        self.summary.add(&product);
        self.last = rows;
        Ok(Some(Item::Product(Box::new(product), faults.0)))
    }

    fn bad(&mut self, row: Row, reason: Option<String>) -> Item {
        let mut faults = Faults::default();
        match reason {
            Some(reason) => faults.add(FaultKind::Row, &row, "", reason),
            None => {
                let wanted = &self.plans[usize::from(row.file)].map;
                let names = if wanted.group_by.0.is_empty() {
                    &wanted.variant.sku.from.0
                } else {
                    &wanted.group_by.0
                };
                let column = names.first().cloned().unwrap_or_default();
                faults.add(FaultKind::NoKey, &row, &column, "is missing".to_owned());
            }
        }
        self.refuse(faults.0, vec![row])
    }

    fn refuse(&mut self, faults: Vec<Fault>, rows: Vec<Row>) -> Item {
        self.summary.rejected += 1;
        faults.iter().for_each(|fault| self.summary.add_fault(fault));
        let rows = rows.into_iter().map(|row| (row.file, row.raw().to_owned())).collect();
        Item::Reject(Reject { faults, rows })
    }

    /// The rows of the product that `next` gave last, as they stood in the files: for a caller who has reasons of its own
    /// to refuse it.
    pub fn last_rows(&self) -> Vec<(u8, String)> {
        self.last.iter().map(|row| (row.file, row.raw().to_owned())).collect()
    }

    fn count_unused(&mut self, row: &Row) {
        let file = usize::from(row.file);
        for (count, column) in self.not_taken[file].iter_mut().zip(&self.plans[file].unused) {
            let says_something = row.cell(*column).is_some_and(|cell| !cell.trim().is_empty());
            *count += u64::from(says_something);
        }
    }

    /// What was found so far; complete when `next` gave `None`.
    pub fn summary(&mut self) -> Result<Summary, Error> {
        let mut summary = self.summary.clone();
        for (plan, counts) in self.plans.iter().zip(&self.not_taken) {
            for (column, count) in plan.unused.iter().zip(counts) {
                summary.not_taken.push((plan.columns.names()[*column as usize].clone(), *count));
            }
        }
        if self.is_done {
            let (count, places) = self.doubles.found(SHOWN)?;
            if count > 0 {
                self.summary.faults.insert(FaultKind::DoubledSku, (count, places.clone()));
                summary.faults.insert(FaultKind::DoubledSku, (count, places));
            }
            self.is_done = false;
        }
        Ok(summary)
    }
}
