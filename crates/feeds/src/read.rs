//! Cells into the fields of a variant: amounts, counts, measures, words for yes and no.

use crate::amount::{self, Decimal, Reading, shown};
use crate::build::place;
use crate::fields::{address, text_of};
use crate::gtin;
use crate::map::YesNoRule;
use crate::plan::{Cells, Plan, first, first_of};
use crate::reject::{Fault, FaultKind};
use crate::row::{LIST, Row};
use crate::shape::{Given, Sale, Stock, Variant};

/// The faults of one product.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, kind: FaultKind, row: &Row, column: &str, reason: String) {
        self.0.push(Fault { kind, place: place(row), column: column.to_owned(), reason });
    }

    pub(crate) fn add_at(&mut self, kind: FaultKind, plan: &Plan, row: &Row, column: u32, reason: String) {
        self.add(kind, row, &plan.columns.names()[column as usize], reason);
    }
}

pub(crate) fn variant(plan: &Plan, row: &Row, faults: &mut Faults) -> Variant {
    let one = &[row];
    let text = |cells: &Cells| text_of(one, cells);
    let mut variant = Variant {
        place: place(row),
        sku: first(row, &plan.sku.columns).value().map(|(sku, _)| (*sku).to_owned()).unwrap_or_default(),
        price: amount(plan, row, &plan.price, faults),
        list_price: amount(plan, row, &plan.list_price, faults),
        backorder: yes_no(plan, row, &plan.backorder, FaultKind::Word, faults),
        mpn: text(&plan.mpn),
        image: text(&plan.image).map(|url| address(plan, &url)),
        is_digital: yes_no(plan, row, &plan.is_digital, FaultKind::Word, faults),
        is_default: yes_no(plan, row, &plan.is_default, FaultKind::Word, faults),
        weight_grams: weight(plan, row, faults),
        dimensions_mm: dimensions(plan, row, faults),
        ..Variant::default()
    };
    variant.gtin = match first(row, &plan.gtin.columns) {
        Given::Absent => Given::Absent,
        Given::Empty => Given::Empty,
        Given::Value((cell, column)) => match gtin::gtin(cell) {
            Ok(gtin) => Given::Value(gtin),
            Err(reason) => {
                faults.add_at(FaultKind::Gtin, plan, row, column, reason);
                Given::Absent
            }
        },
    };
    variant.sale = sale(plan, row, faults);
    variant.backorder_allowance = allowance(plan, row, faults);
    stock(plan, row, &mut variant, faults);
    variant
}

pub(crate) fn reading(plan: &Plan, row: &Row, cells: &Cells, column: u32) -> Reading {
    let mut reading = plan.reading;
    let at = cells.columns.iter().position(|known| *known == column);
    let captured = at.and_then(|at| cells.captures.get(at)).and_then(|capture| crate::map::currency(capture));
    let stated = first(row, &plan.currency).value().and_then(|(code, _)| crate::map::currency(code));
    reading.currency = captured.or(stated).or(reading.currency);
    reading
}

fn amount(plan: &Plan, row: &Row, cells: &Cells, faults: &mut Faults) -> Given<amount::Amount> {
    match first(row, &cells.columns) {
        Given::Absent => Given::Absent,
        Given::Empty => Given::Empty,
        Given::Value((cell, column)) => {
            // A list of prices, one for each currency or country: the first is as good as any.
            let cell = cell.split(LIST).next().unwrap_or(cell);
            match amount::amount(cell, &reading(plan, row, cells, column)) {
                Ok(amount) if amount.digits < 0 => {
                    faults.add_at(
                        FaultKind::Amount,
                        plan,
                        row,
                        column,
                        format!("is below zero: {}", shown(cell)),
                    );
                    Given::Absent
                }
                Ok(amount) => Given::Value(amount),
                Err(reason) => {
                    faults.add_at(FaultKind::Amount, plan, row, column, reason);
                    Given::Absent
                }
            }
        }
    }
}

fn sale(plan: &Plan, row: &Row, faults: &mut Faults) -> Given<Sale> {
    let text = |cells: &Cells| text_of(&[row], cells).value().cloned().unwrap_or_default();
    amount(plan, row, &plan.sale_price, faults).map(|price| {
        let period = text(&plan.sale_period);
        let (from, until) = match period.split_once('/') {
            Some((from, until)) => (from.trim().to_owned(), until.trim().to_owned()),
            None => (text(&plan.sale_from), text(&plan.sale_until)),
        };
        Sale { price, from, until }
    })
}

fn stock(plan: &Plan, row: &Row, variant: &mut Variant, faults: &mut Faults) {
    let (Some(stocks), Some(rule)) = (&plan.stock, &plan.map.variant.stock) else { return };
    let is = |words: &[String], value: &str| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    if let Some((columns, words)) = &stocks.not_counted {
        let found = match first(row, columns) {
            Given::Absent => None,
            Given::Empty => Some(""),
            Given::Value((value, _)) => Some(value),
        };
        if found.is_some_and(|value| is(words, value)) {
            variant.stock = Given::Value(Stock::NotCounted);
            return;
        }
    }
    variant.stock = match first(row, &stocks.from) {
        Given::Absent => Given::Absent,
        Given::Empty => Given::Empty,
        Given::Value((cell, column)) => match amount::whole(cell, plan.reading.decimal) {
            Ok(count) => Given::Value(Stock::Counted(count)),
            Err(reason) => {
                faults.add_at(FaultKind::Stock, plan, row, column, reason);
                Given::Absent
            }
        },
    };
    if let Given::Value((value, column)) = first(row, &stocks.available) {
        let said = if is(&rule.backorder, value) {
            variant.backorder = Given::Value(true);
            Stock::Out
        } else if is(&rule.yes, value) {
            Stock::In
        } else if is(&rule.no, value) {
            Stock::Out
        } else {
            let reason = format!("is no word for in stock that is known: {}", shown(value));
            return faults.add_at(FaultKind::Word, plan, row, column, reason);
        };
        // A count says more.
        if variant.stock.value().is_none() {
            variant.stock = Given::Value(said);
        }
    }
}

fn allowance(plan: &Plan, row: &Row, faults: &mut Faults) -> Given<u32> {
    match first(row, &plan.backorder_allowance.columns) {
        Given::Absent => Given::Absent,
        Given::Empty => Given::Empty,
        Given::Value((cell, column)) => {
            let count = amount::whole(cell, plan.reading.decimal).ok();
            match count.and_then(|count| u32::try_from(count).ok()) {
                Some(count) => Given::Value(count),
                None => {
                    let reason = format!("is no number of pieces: {}", shown(cell));
                    faults.add_at(FaultKind::Stock, plan, row, column, reason);
                    Given::Absent
                }
            }
        }
    }
}

const YES: &[&str] =
    &["true", "1", "yes", "y", "ja", "oui", "si", "sí", "sì", "x", "on", "wahr", "vrai", "verdadero", "vero"];
const NO: &[&str] = &["false", "0", "no", "n", "nein", "non", "off", "falsch", "faux", "falso"];

pub(crate) fn yes_no(
    plan: &Plan,
    row: &Row,
    rule: &Option<(Vec<u32>, YesNoRule)>,
    kind: FaultKind,
    faults: &mut Faults,
) -> Given<bool> {
    let Some((columns, rule)) = rule else { return Given::Absent };
    let is = |own: &[String], usual: &[&str], value: &str| {
        let value = value.to_lowercase();
        if own.is_empty() {
            usual.contains(&value.as_str())
        } else {
            own.iter().any(|word| word.to_lowercase() == value)
        }
    };
    // Where the rule has words of its own for one side only, the other has the usual ones: so each list stands alone.
    match first(row, columns) {
        Given::Absent => Given::Absent,
        Given::Empty => Given::Empty,
        Given::Value((value, _)) if is(&rule.yes, YES, value) => Given::Value(true),
        Given::Value((value, _)) if is(&rule.no, NO, value) => Given::Value(false),
        Given::Value((value, column)) => {
            faults.add_at(kind, plan, row, column, format!("says neither yes nor no: {}", shown(value)));
            Given::Absent
        }
    }
}

/// How many thousandths of a gram or of a millimetre there are in a unit.
fn unit(name: &str) -> Option<i128> {
    Some(match name.trim().trim_end_matches('.').to_lowercase().as_str() {
        "mg" => 1,
        "g" | "gr" | "grams" | "gram" => 1_000,
        "kg" | "kgs" | "kilograms" => 1_000_000,
        "oz" | "ounces" => 28_350,
        "lb" | "lbs" | "pounds" => 453_592,
        "mm" => 1_000,
        "cm" => 10_000,
        "m" => 1_000_000,
        "in" | "inch" | "inches" | "\"" => 25_400,
        "ft" => 304_800,
        "yd" => 914_400,
        _ => return None,
    })
}

/// A measure in whole grams or millimetres.
fn measure(plan: &Plan, row: &Row, cells: &Cells, faults: &mut Faults) -> Given<u64> {
    let (cell, column) = match first(row, &cells.columns) {
        Given::Absent => return Given::Absent,
        Given::Empty => return Given::Empty,
        Given::Value(found) => found,
    };
    let read = || -> Result<u64, String> {
        let end = cell.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
        let (number, own) = cell.split_at(end);
        let (digits, scale) =
            amount::number_of(number.trim(), plan.reading.decimal).map_err(|why| why.of("measure", cell))?;
        let captured =
            cells.columns.iter().position(|known| *known == column).map(|at| cells.captures[at].as_str());
        let stated = first(row, &cells.unit_from).value().map(|(unit, _)| *unit);
        let names = [Some(own.trim()), stated, captured, cells.field.unit.as_deref()];
        let name = names.into_iter().flatten().find(|name| !name.is_empty());
        let Some(name) = name else { return Err(format!("has no unit: {}", shown(cell))) };
        let factor = unit(name).ok_or_else(|| format!("has a unit that is not known: {}", shown(name)))?;
        let thousandths = i128::from(digits) * factor / 10_i128.pow(scale.into());
        u64::try_from((thousandths + 500) / 1_000).map_err(|_| format!("is below zero: {}", shown(cell)))
    };
    match read() {
        Ok(measure) => Given::Value(measure),
        Err(reason) => {
            faults.add_at(FaultKind::Measure, plan, row, column, reason);
            Given::Absent
        }
    }
}

pub(crate) fn weight(plan: &Plan, row: &Row, faults: &mut Faults) -> Given<u64> {
    measure(plan, row, &plan.weight, faults)
}

/// All three or none: a box has no two sides.
fn dimensions(plan: &Plan, row: &Row, faults: &mut Faults) -> Given<[u64; 3]> {
    let sides = [0, 1, 2].map(|at| measure(plan, row, &plan.sides[at], faults));
    match &sides {
        [Given::Value(length), Given::Value(width), Given::Value(height)] => {
            Given::Value([*length, *width, *height])
        }
        sides if sides.iter().all(|side| *side == Given::Empty) => Given::Empty,
        _ => Given::Absent,
    }
}

pub(crate) fn count(plan: &Plan, rows: &[&Row], cells: &Cells, faults: &mut Faults) -> Given<u64> {
    match first_of(rows, &cells.columns) {
        Given::Absent => Given::Absent,
        Given::Empty => Given::Empty,
        Given::Value((cell, column, row)) => {
            match amount::whole(cell, plan.reading.decimal).ok().and_then(|count| u64::try_from(count).ok()) {
                Some(count) => Given::Value(count),
                None => {
                    faults.add_at(
                        FaultKind::Number,
                        plan,
                        row,
                        column,
                        format!("is no count: {}", shown(cell)),
                    );
                    Given::Absent
                }
            }
        }
    }
}

/// A rating in thousandths of a star.
pub(crate) fn thousandths(plan: &Plan, rows: &[&Row], faults: &mut Faults) -> Given<u32> {
    match first_of(rows, &plan.rating.columns) {
        Given::Absent => Given::Absent,
        Given::Empty => Given::Empty,
        Given::Value((cell, column, row)) => {
            // Nothing has four thousand stars: what can be read in two ways elsewhere cannot here.
            let known = |decimal| amount::number_of(cell, decimal).ok();
            let number = known(plan.reading.decimal)
                .or_else(|| known(Decimal::Point))
                .or_else(|| known(Decimal::Comma));
            let read = number.and_then(|(digits, scale)| {
                let thousandths = i128::from(digits) * 1_000 / 10_i128.pow(scale.into());
                u32::try_from(thousandths).ok().filter(|it| *it <= 5_000)
            });
            match read {
                Some(rating) => Given::Value(rating),
                None => {
                    let reason = format!("is no rating from 0 to 5: {}", shown(cell));
                    faults.add_at(FaultKind::Number, plan, row, column, reason);
                    Given::Absent
                }
            }
        }
    }
}
