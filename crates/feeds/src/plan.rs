//! A map against the columns of one file: names are looked up once, and every row is then read by places.

use crate::amount::{Decimal, Reading};
use crate::columns::{Columns, folded};
use crate::error::Error;
use crate::map::{
    Condition, DecimalSign, Dialect, Field, Map, Names, OptionRule, SpecificationRule, StatusRule, YesNoRule,
};
use crate::row::Row;
use crate::shape::Given;
use crate::special::{SPECIALS, Special};

/// A field's columns in this file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cells {
    pub(crate) columns: Vec<u32>,
    /// What stood for the braces in each column's name: a unit, a currency, a number.
    pub(crate) captures: Vec<String>,
    pub(crate) unit_from: Vec<u32>,
    pub(crate) field: Field,
}

/// A name that is fixed or stands in a column.
#[derive(Debug, Clone)]
pub(crate) enum Label {
    Fixed(String),
    Column(u32),
}

#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) label: Label,
    pub(crate) value: Vec<u32>,
    pub(crate) split: Option<String>,
    pub(crate) unit: String,
}

#[derive(Debug, Clone)]
pub(crate) enum Specs {
    Pair(Pair),
    List { columns: Vec<u32>, split: Option<String>, between: String, rule: SpecificationRule },
}

#[derive(Debug, Clone)]
pub(crate) struct Images {
    pub(crate) urls: Vec<u32>,
    pub(crate) alt: Vec<u32>,
    pub(crate) position: Vec<u32>,
    pub(crate) split: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Stocks {
    pub(crate) from: Vec<u32>,
    pub(crate) not_counted: Option<(Vec<u32>, Vec<String>)>,
    pub(crate) available: Vec<u32>,
}

/// A map against the columns of one file.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) map: Map,
    pub(crate) columns: Columns,
    /// What the rows of a product have in common; what stands for it where that is empty or not asked for.
    pub(crate) key: Vec<u32>,
    pub(crate) other_key: Vec<u32>,
    pub(crate) name: Cells,
    pub(crate) description: Cells,
    pub(crate) slug: Cells,
    pub(crate) seo_title: Cells,
    pub(crate) seo_description: Cells,
    pub(crate) brand: Cells,
    pub(crate) seller: Cells,
    pub(crate) tags: Cells,
    pub(crate) rating: Cells,
    pub(crate) num_reviews: Cells,
    pub(crate) created_at: Cells,
    pub(crate) status: Vec<(Vec<u32>, StatusRule)>,
    pub(crate) categories: Vec<Vec<u32>>,
    pub(crate) images: Vec<Images>,
    pub(crate) specifications: Vec<Specs>,
    pub(crate) metadata: Vec<(String, u32)>,
    pub(crate) sku: Cells,
    pub(crate) options: Vec<Pair>,
    pub(crate) price: Cells,
    pub(crate) list_price: Cells,
    pub(crate) sale_price: Cells,
    pub(crate) sale_from: Cells,
    pub(crate) sale_until: Cells,
    pub(crate) sale_period: Cells,
    pub(crate) stock: Option<Stocks>,
    pub(crate) backorder: Option<(Vec<u32>, YesNoRule)>,
    pub(crate) backorder_allowance: Cells,
    pub(crate) weight: Cells,
    pub(crate) sides: [Cells; 3],
    pub(crate) gtin: Cells,
    pub(crate) mpn: Cells,
    pub(crate) image: Cells,
    pub(crate) is_digital: Option<(Vec<u32>, YesNoRule)>,
    pub(crate) is_default: Option<(Vec<u32>, YesNoRule)>,
    pub(crate) currency: Vec<u32>,
    pub(crate) reading: Reading,
    specials: Vec<Vec<u32>>,
    /// Names that a map asks for in vain, each with its alternatives.
    pub(crate) missing: Vec<String>,
    /// Columns that nothing is taken from, and that nobody would miss silently.
    pub(crate) unused: Vec<u32>,
}

/// Finds columns, and remembers which were asked for.
struct Finder<'a> {
    columns: &'a Columns,
    used: Vec<bool>,
}

impl Finder<'_> {
    fn all(&mut self, names: &Names) -> Vec<u32> {
        let all = self.columns.all(names);
        all.iter().for_each(|column| self.used[*column as usize] = true);
        all
    }

    fn cells(&mut self, field: &Field) -> Cells {
        let mut cells = Cells { field: field.clone(), ..Cells::default() };
        for name in &field.from.0 {
            for found in self.columns.find(name) {
                if !cells.columns.contains(&found.column) {
                    self.used[found.column as usize] = true;
                    cells.columns.push(found.column);
                    cells.captures.push(found.capture);
                }
            }
        }
        cells.unit_from = self.all(&field.unit_from);
        cells
    }

    /// A price has one currency: the caller's own where there is a column for it, and otherwise the first.
    fn price(&mut self, field: &Field, home: Option<[u8; 3]>) -> Cells {
        let mut cells = self.cells(field);
        let is_home =
            |capture: &String| home.is_some_and(|home| capture.as_bytes().eq_ignore_ascii_case(&home));
        let kept = cells.captures.iter().position(is_home).unwrap_or(0);
        if cells.captures.get(kept).is_some_and(|capture| !capture.is_empty()) {
            for (at, column) in cells.columns.iter().enumerate() {
                self.used[*column as usize] = at == kept;
            }
            cells.columns = vec![cells.columns[kept]];
            cells.captures = vec![cells.captures[kept].clone()];
        }
        cells
    }

    fn yes_no(&mut self, rule: &Option<YesNoRule>) -> Option<(Vec<u32>, YesNoRule)> {
        let rule = rule.as_ref()?;
        let columns = self.all(&rule.from);
        (!columns.is_empty()).then(|| (columns, rule.clone()))
    }

    /// Columns of names and of values that belong together by what stands in their braces.
    fn pairs(
        &mut self,
        is: &Option<String>,
        name: &Names,
        value: &Names,
        split: &Option<String>,
        unit: &str,
    ) -> Vec<Pair> {
        let pair = |label, value| Pair { label, value, split: split.clone(), unit: unit.to_owned() };
        if let Some(fixed) = is {
            let value = self.all(value);
            return if value.is_empty() {
                Vec::new()
            } else {
                vec![pair(Label::Fixed(fixed.clone()), value)]
            };
        }
        let mut pairs: Vec<Pair> = Vec::new();
        let names: Vec<_> = name.0.iter().flat_map(|name| self.columns.find(name)).collect();
        for value in value.0.iter().flat_map(|value| self.columns.find(value)) {
            let label = match names.iter().find(|name| name.capture == value.capture) {
                Some(name) => {
                    self.used[name.column as usize] = true;
                    Label::Column(name.column)
                }
                // `{name}` in the value's own column: what stands there is the name.
                None if names.is_empty() && !value.capture.is_empty() => Label::Fixed(value.capture.clone()),
                None => continue,
            };
            self.used[value.column as usize] = true;
            pairs.push(pair(label, vec![value.column]));
        }
        pairs
    }

    fn specifications(&mut self, rule: &SpecificationRule) -> Vec<Specs> {
        let SpecificationRule { is, name, value, unit, pairs, split, between, .. } = rule;
        let mut specs: Vec<Specs> = self
            .pairs(is, name, value, split, unit.as_deref().unwrap_or_default())
            .into_iter()
            .map(Specs::Pair)
            .collect();
        let columns = self.all(pairs);
        if !columns.is_empty() {
            let between = between.clone().unwrap_or_else(|| ":".to_owned());
            specs.push(Specs::List { columns, split: split.clone(), between, rule: rule.clone() });
        }
        specs
    }
}

impl Plan {
    /// Fails where a name of the map can be found twice, or nothing that would tell products apart.
    pub(crate) fn new(map: &Map, names: &[String], home: Option<[u8; 3]>, file: &str) -> Result<Self, Error> {
        let columns = Columns::new(names.to_vec());
        let mut find = Finder { columns: &columns, used: vec![false; names.len()] };
        let (product, variant) = (&map.product, &map.variant);
        let key = find.all(&map.group_by);
        let sku = find.cells(&variant.sku);
        let other_key = if map.group_by.0.is_empty() { sku.columns.clone() } else { Vec::new() };
        // WooCommerce's column of parents is missing where nothing has variants.
        let lacks_group = key.is_empty() && !map.group_by.0.is_empty() && map.dialect != Dialect::Woocommerce;
        if lacks_group || (key.is_empty() && other_key.is_empty() && !columns.has(&product.name.from)) {
            let wanted = if map.group_by.0.is_empty() { &variant.sku.from.0 } else { &map.group_by.0 };
            let reason = format!("asks for the column `{}`, which `{file}` lacks", wanted.join("` or `"));
            return Err(Error::Map { map: map.name.clone(), reason });
        }
        let status = product.status.iter().map(|rule| (find.all(&rule.from), rule.clone())).collect();
        let categories = product.category.iter().map(|rule| find.all(&rule.from)).collect();
        let images = product.images.iter().map(|rule| Images {
            urls: find.all(&rule.from),
            alt: find.all(&rule.alt),
            position: find.all(&rule.position),
            split: rule.split.0.clone(),
        });
        let images = images.collect();
        let options = variant.options.iter().flat_map(|rule| {
            let OptionRule { is, name, value, split, .. } = rule;
            find.pairs(is, name, value, split, "")
        });
        let options = options.collect();
        let specifications =
            product.specifications.iter().flat_map(|rule| find.specifications(rule)).collect();
        let mut metadata = Vec::new();
        for name in &product.metadata.0 {
            for found in find.columns.find(name) {
                find.used[found.column as usize] = true;
                let column = &names[found.column as usize];
                metadata.push((
                    if found.capture.is_empty() { column } else { &found.capture }.clone(),
                    found.column,
                ));
            }
        }
        let stock = variant.stock.as_ref().map(|rule| Stocks {
            from: find.all(&rule.from),
            not_counted: rule.not_counted.as_ref().map(|Condition { from, is }| (find.all(from), is.clone())),
            available: find.all(&rule.available),
        });
        let mut plan = Self {
            key,
            other_key,
            name: find.cells(&product.name),
            description: find.cells(&product.description),
            slug: find.cells(&product.slug),
            seo_title: find.cells(&product.seo_title),
            seo_description: find.cells(&product.seo_description),
            brand: find.cells(&product.brand),
            seller: find.cells(&product.seller),
            tags: find.cells(&product.tags),
            rating: find.cells(&product.rating),
            num_reviews: find.cells(&product.num_reviews),
            created_at: find.cells(&product.created_at),
            status,
            categories,
            images,
            specifications,
            metadata,
            sku,
            options,
            price: find.price(&variant.price, home),
            list_price: find.price(&variant.list_price, home),
            sale_price: find.price(&variant.sale_price, home),
            sale_from: find.cells(&variant.sale_from),
            sale_until: find.cells(&variant.sale_until),
            sale_period: find.cells(&variant.sale_period),
            stock,
            backorder: find.yes_no(&variant.backorder),
            backorder_allowance: find.cells(&variant.backorder_allowance),
            weight: find.cells(&variant.weight),
            sides: [&variant.length, &variant.width, &variant.height].map(|side| find.cells(side)),
            gtin: find.cells(&variant.gtin),
            mpn: find.cells(&variant.mpn),
            image: find.cells(&variant.image),
            is_digital: find.yes_no(&variant.is_digital),
            is_default: find.yes_no(&variant.is_default),
            currency: find.all(&map.price.currency_from),
            reading: Reading {
                decimal: match map.price.decimal {
                    Some(DecimalSign::Point) => Decimal::Point,
                    Some(DecimalSign::Comma) => Decimal::Comma,
                    None => Decimal::Unknown,
                },
                currency: map.price.currency.as_deref().and_then(crate::map::currency),
                home,
                is_minor: map.price.minor,
            },
            specials: SPECIALS
                .iter()
                .map(|names| columns.all(&Names(names.iter().map(|name| (*name).to_owned()).collect())))
                .collect(),
            missing: map.missing_in(&columns),
            unused: Vec::new(),
            columns: Columns::default(),
            map: map.clone(),
        };
        find.all(&Names(map.ignored.clone()));
        let used = find.used;
        for (name, at) in columns.doubled() {
            let may = map.repeated.iter().any(|known| folded(known) == folded(&name));
            if !may && at.iter().any(|at| used[*at as usize]) {
                let reason = format!("has the column `{name}` {} times: which of them is meant?", at.len());
                return Err(Error::Broken { file: file.to_owned(), line: 0, reason });
            }
        }
        plan.unused = (0..names.len() as u32)
            .filter(|at| {
                !used[*at as usize]
                    && !names[*at as usize].is_empty()
                    && names[*at as usize] != crate::reject::REASON
            })
            .collect();
        plan.columns = columns;
        Ok(plan)
    }

    /// Columns that stand twice, of which nothing is taken.
    pub(crate) fn doubled_and_unused(&self) -> Vec<String> {
        let unused = |at: &Vec<u32>| at.iter().all(|at| self.unused.contains(at));
        self.columns.doubled().into_iter().filter(|(_, at)| unused(at)).map(|(name, _)| name).collect()
    }

    /// What the rows of this row's product have in common.
    pub(crate) fn key<'r>(&self, row: &'r Row) -> Option<&'r str> {
        let of = |columns: &[u32]| first(row, columns).value().map(|(cell, _)| *cell);
        of(&self.key).or_else(|| of(&self.other_key))
    }

    /// The cell of a column that a dialect reads itself.
    pub(crate) fn special<'r>(&self, row: &'r Row, which: Special) -> Option<&'r str> {
        first(row, &self.specials[which as usize]).value().map(|(cell, _)| *cell)
    }
}

/// The first cell that is not empty, and its column.
pub(crate) fn first<'r>(row: &'r Row, columns: &[u32]) -> Given<(&'r str, u32)> {
    let mut given = Given::Absent;
    for column in columns {
        match row.cell(*column).map(str::trim) {
            Some("") => given = Given::Empty,
            Some(cell) => return Given::Value((cell, *column)),
            None => {}
        }
    }
    given
}

/// The first cell of several rows that is not empty, with its column and row.
pub(crate) fn first_of<'r>(rows: &[&'r Row], columns: &[u32]) -> Given<(&'r str, u32, &'r Row)> {
    let mut given = Given::Absent;
    for row in rows {
        match first(row, columns) {
            Given::Absent => {}
            Given::Empty => given = Given::Empty,
            Given::Value((cell, column)) => return Given::Value((cell, column, row)),
        }
    }
    given
}
