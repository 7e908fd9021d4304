//! The fields of a product: texts, status, categories, pictures and properties out of the cells of its rows.

use crate::amount::shown;
use crate::map::{CategoryRule, SpecificationRule};
use crate::plan::{Cells, Label, Plan, Specs, first, first_of};
use crate::read::{self, Faults};
use crate::reject::FaultKind;
use crate::row::{LIST, Row};
use crate::shape::{Given, Image, Product, Specification, Status};
use crate::text;

pub(crate) fn fields(plan: &Plan, rows: &[&Row], product: &mut Product, faults: &mut Faults) {
    product.name = text_of(rows, &plan.name);
    if product.name == Given::Empty
        && let Some(row) = rows.first()
    {
        faults.add_at(FaultKind::NoName, plan, row, plan.name.columns[0], "is missing".to_owned());
    }
    product.description = text_of(rows, &plan.description);
    product.slug = text_of(rows, &plan.slug).map(|slug| slug.trim_matches('/').to_owned());
    product.seo_title = text_of(rows, &plan.seo_title);
    product.seo_description = text_of(rows, &plan.seo_description);
    product.brand = text_of(rows, &plan.brand);
    product.seller = text_of(rows, &plan.seller);
    product.created_at = text_of(rows, &plan.created_at);
    product.status = status(plan, rows, faults);
    product.categories = categories(plan, rows);
    product.tags = list_of(rows, &plan.tags);
    product.images = images(plan, rows);
    product.specifications = specifications(plan, rows, faults);
    product.rating_thousandths = read::thousandths(plan, rows, faults);
    product.num_reviews = read::count(plan, rows, &plan.num_reviews, faults);
    for (name, column) in &plan.metadata {
        if let Given::Value((value, _, _)) = first_of(rows, &[*column]) {
            product.metadata.push((name.clone(), value.replace(LIST, ", ")));
        }
    }
}

fn clean(cells: &Cells, value: &str) -> String {
    let value = match &cells.field.strip_prefix {
        Some(prefix) => value.strip_prefix(prefix.as_str()).unwrap_or(value),
        None => value,
    };
    if cells.field.html { text::of_html(value) } else { value.to_owned() }
}

/// One text; where the field joins its columns, their texts as paragraphs.
pub(crate) fn text_of(rows: &[&Row], cells: &Cells) -> Given<String> {
    if !cells.field.join {
        return match first_of(rows, &cells.columns).map(|(value, _, _)| clean(cells, value)) {
            // HTML of nothing but markup.
            Given::Value(text) if text.is_empty() => Given::Empty,
            given => given.map(|text| text.replace(LIST, "\n")),
        };
    }
    let mut joined: Given<String> = Given::Absent;
    for column in &cells.columns {
        let part = first_of(rows, &[*column]).map(|(value, _, _)| clean(cells, value));
        joined = match (joined, part) {
            (Given::Value(text), Given::Value(part)) if !part.is_empty() => {
                Given::Value(format!("{text}\n{part}"))
            }
            (Given::Value(text), _) => Given::Value(text),
            (_, Given::Value(part)) if !part.is_empty() => Given::Value(part),
            (Given::Absent, Given::Absent) => Given::Absent,
            _ => Given::Empty,
        };
    }
    joined
}

/// The parts of a cell; those of a JSON list are parted already.
pub(crate) fn parts<'t>(value: &'t str, separators: &'t [String]) -> Vec<&'t str> {
    let mut parts: Vec<&str> = value.split(LIST).collect();
    for separator in separators.iter().filter(|separator| !separator.is_empty()) {
        parts = parts.into_iter().flat_map(|part| split_unescaped(part, separator)).collect();
    }
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// WooCommerce writes a comma in a name as `\\,`.
fn split_unescaped<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(separator) {
        if separator != "," || !text[..at].ends_with('\\') {
            parts.push(&text[start..at]);
            start = at + separator.len();
        }
    }
    parts.push(&text[start..]);
    parts
}

pub(crate) fn unescaped(part: &str) -> String {
    part.replace("\\,", ",")
}

/// All parts of all columns, each once.
fn list_of(rows: &[&Row], cells: &Cells) -> Given<Vec<String>> {
    let mut list: Vec<String> = Vec::new();
    let mut is_there = false;
    for column in &cells.columns {
        match first_of(rows, &[*column]) {
            Given::Absent => {}
            Given::Empty => is_there = true,
            Given::Value((value, _, _)) => {
                is_there = true;
                for part in parts(value, &cells.field.split.0) {
                    let part = clean(cells, &unescaped(part));
                    if !list.contains(&part) {
                        list.push(part);
                    }
                }
            }
        }
    }
    given_list(list, is_there)
}

pub(crate) fn given_list<T>(list: Vec<T>, is_there: bool) -> Given<Vec<T>> {
    match (list.is_empty(), is_there) {
        (false, _) => Given::Value(list),
        (true, true) => Given::Empty,
        (true, false) => Given::Absent,
    }
}

/// The most cautious of the rules wins: a draft stays off, whatever else is said.
fn status(plan: &Plan, rows: &[&Row], faults: &mut Faults) -> Given<Status> {
    let mut status = Given::Absent;
    for (columns, rule) in &plan.status {
        let is = |words: &[String], value: &str| words.iter().any(|word| word.eq_ignore_ascii_case(value));
        let found = match first_of(rows, columns) {
            Given::Absent => Given::Absent,
            Given::Empty => rule.empty.map_or(Given::Empty, Given::Value),
            Given::Value((value, _, _)) if is(&rule.archived, value) => Given::Value(Status::Archived),
            Given::Value((value, _, _)) if is(&rule.draft, value) => Given::Value(Status::Draft),
            Given::Value((value, _, _)) if is(&rule.active, value) => Given::Value(Status::Active),
            Given::Value((value, column, row)) => {
                faults.add_at(
                    FaultKind::Word,
                    plan,
                    row,
                    column,
                    format!("is no status that is known: {}", shown(value)),
                );
                Given::Absent
            }
        };
        status = match (status, found) {
            (Given::Value(one), Given::Value(other)) => Given::Value(std::cmp::max(one, other)),
            (Given::Value(one), _) => Given::Value(one),
            (_, Given::Value(other)) => Given::Value(other),
            (Given::Empty, _) | (_, Given::Empty) => Given::Empty,
            _ => Given::Absent,
        };
    }
    status
}

fn categories(plan: &Plan, rows: &[&Row]) -> Given<Vec<Vec<String>>> {
    let mut is_there = false;
    for (columns, rule) in plan.categories.iter().zip(&plan.map.product.category) {
        let mut paths: Vec<Vec<String>> = Vec::new();
        if rule.is_path {
            let (path, has_columns) = one_path(rows, columns, rule);
            is_there |= has_columns;
            if path.is_empty() {
                continue;
            }
            return Given::Value(vec![path]);
        }
        for column in columns {
            let Given::Value((value, _, _)) = first_of(rows, &[*column]) else {
                is_there |= !first_of(rows, &[*column]).is_absent();
                continue;
            };
            let separators: Vec<String> = rule.list_separator.clone().into_iter().collect();
            for path in parts(value, &separators) {
                let path = rule
                    .strip_prefix
                    .iter()
                    .find_map(|prefix| path.strip_prefix(prefix.as_str()))
                    .unwrap_or(path);
                let names: Vec<String> = match &rule.separator {
                    Some(separator) => {
                        parts(path, std::slice::from_ref(separator)).into_iter().map(category).collect()
                    }
                    None => vec![category(path)],
                };
                // `Root/` alone is what every product lies in; a path that another one goes on from says nothing more.
                let is_root = rule.strip_prefix.iter().any(|prefix| prefix.trim_end_matches('/') == path);
                if !names.is_empty() && !is_root && !paths.contains(&names) {
                    paths.push(names);
                }
            }
        }
        if !paths.is_empty() {
            return Given::Value(paths);
        }
    }
    given_list(Vec::new(), is_there)
}

/// The names of one path, each in a column or an entry of a list, and whether the file has any of the columns.
fn one_path(rows: &[&Row], columns: &[u32], rule: &CategoryRule) -> (Vec<String>, bool) {
    let (mut path, mut is_there) = (Vec::new(), false);
    for column in columns {
        let given = first_of(rows, &[*column]);
        is_there |= !given.is_absent();
        if let Given::Value((value, _, _)) = given {
            path.extend(parts(value, &[]).into_iter().map(category));
        }
    }
    let is_root = |name: &String| rule.strip_prefix.iter().any(|prefix| prefix.trim_end_matches('/') == name);
    if path.first().is_some_and(is_root) {
        path.remove(0);
    }
    (path, is_there)
}

/// Exports of WordPress and PrestaShop have `&amp;` in names of categories.
fn category(name: &str) -> String {
    text::of_html_line(&unescaped(name))
}

fn images(plan: &Plan, rows: &[&Row]) -> Given<Vec<Image>> {
    let mut images: Vec<(i64, Image)> = Vec::new();
    let mut is_there = false;
    for rule in &plan.images {
        for row in rows {
            let alts = match first(row, &rule.alt) {
                Given::Value((alt, _)) => parts(alt, &rule.split),
                _ => Vec::new(),
            };
            let position = first(row, &rule.position).value().and_then(|(at, _)| at.parse().ok());
            for column in &rule.urls {
                let Some(cell) = row.cell(*column) else { continue };
                is_there = true;
                for (at, url) in parts(cell, &rule.split).into_iter().enumerate() {
                    let url = address(plan, url);
                    if images.iter().any(|(_, image)| image.url == url) {
                        continue;
                    }
                    // With one picture in the cell, a comma in its text is no separator.
                    let alt = if rule.split.is_empty() || alts.len() < 2 {
                        first(row, &rule.alt).value().map_or("", |(alt, _)| *alt)
                    } else {
                        alts.get(at).copied().unwrap_or_default()
                    };
                    let alt = alt.replace(LIST, ", ");
                    images.push((position.unwrap_or(0), Image { url, alt }));
                }
            }
        }
    }
    images.sort_by_key(|(position, _)| *position);
    given_list(images.into_iter().map(|(_, image)| image).collect(), is_there)
}

/// An address as it is, or below the base where it has no host.
pub(crate) fn address(plan: &Plan, url: &str) -> String {
    match &plan.map.image_base {
        Some(base) if !url.contains("://") && !url.starts_with("data:") => {
            format!("{}/{}", base.trim_end_matches('/'), url.trim_start_matches('/'))
        }
        _ => url.to_owned(),
    }
}

fn specifications(plan: &Plan, rows: &[&Row], faults: &mut Faults) -> Given<Vec<Specification>> {
    let mut list: Vec<Specification> = Vec::new();
    let mut is_there = false;
    let mut add = |name: &str, value: &str, unit: &str| {
        let it = Specification { name: name.to_owned(), value: unescaped(value), unit: unit.to_owned() };
        if !name.is_empty() && !value.is_empty() && !list.contains(&it) {
            list.push(it);
        }
    };
    for specs in &plan.specifications {
        match specs {
            Specs::Pair(pair) => match first_of(rows, &pair.value) {
                Given::Absent => {}
                Given::Empty => is_there = true,
                Given::Value((value, _, row)) => {
                    is_there = true;
                    let name = match &pair.label {
                        Label::Fixed(name) => name,
                        Label::Column(column) => row.cell(*column).unwrap_or_default().trim(),
                    };
                    let separators: Vec<String> = pair.split.clone().into_iter().collect();
                    add(name, &parts(value, &separators).join(", "), &pair.unit);
                }
            },
            Specs::List { columns, split, between, rule } => {
                let separators: Vec<String> = split.clone().into_iter().collect();
                for column in columns {
                    match first_of(rows, &[*column]) {
                        Given::Absent => {}
                        Given::Empty => is_there = true,
                        Given::Value((value, column, row)) => {
                            is_there = true;
                            let mut pairs: Vec<(&str, String)> = Vec::new();
                            for pair in parts(value, &separators) {
                                match (pair.split_once(between.as_str()), pairs.last_mut()) {
                                    (Some((name, value)), _) => pairs.push(named(rule, between, name, value)),
                                    // `fabric=Cotton, washed,neck=Round`: the value has the separator in it.
                                    (None, Some((_, value))) => {
                                        value.push_str(", ");
                                        value.push_str(pair);
                                    }
                                    (None, None) => {
                                        let reason =
                                            format!("has a property without a value: {}", shown(pair));
                                        faults.add_at(FaultKind::Pair, plan, row, column, reason);
                                    }
                                }
                            }
                            pairs.iter().for_each(|(name, value)| add(name.trim(), value.trim(), ""));
                        }
                    }
                }
            }
        }
    }
    given_list(list, is_there)
}

/// A pair that may have a section before it, as Google's have, or its place behind it, as PrestaShop's have.
fn named<'t>(rule: &SpecificationRule, between: &str, name: &'t str, value: &'t str) -> (&'t str, String) {
    if let (true, Some((name, value))) = (rule.has_section, value.split_once(between)) {
        return (name, value.to_owned());
    }
    let mut value = value;
    while let (true, Some((before, place))) = (rule.has_place, value.rsplit_once(between)) {
        if !place.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        value = before;
    }
    (name, value.to_owned())
}
