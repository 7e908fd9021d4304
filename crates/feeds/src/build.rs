//! The rows of one product into the product: what its map says, and then what its dialect knows.

use crate::amount::shown;
use crate::dialect;
use crate::plan::{Cells, Label, Plan, first, first_of};
use crate::read::{self, Faults};
use crate::reject::FaultKind;
use crate::row::{LIST, Row};
use crate::shape::{Given, Image, Place, Product, Specification, Status};
use crate::text;

/// Which rows of a product say what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// About the product, and a variant if it looks like one.
    Both,
    /// About the product; about its only variant too, if there are no children.
    Head,
    /// A variant.
    Child,
    /// Nothing: a translation.
    Skipped,
}

/// Makes the product of its rows; `plans` are those of the files.
pub(crate) fn product(plans: &[Plan], rows: &[Row], faults: &mut Faults) -> Product {
    let Some(first_row) = rows.first() else { return Product::default() };
    let has_parent = dialect::has_parent(plans, rows);
    let roles: Vec<Role> = rows.iter().map(|row| dialect::role(plans, row, has_parent)).collect();
    let with = |wanted: &[Role]| -> Vec<&Row> {
        rows.iter().zip(&roles).filter(|(_, role)| wanted.contains(role)).map(|(row, _)| row).collect()
    };
    let (mut heads, children) = (with(&[Role::Both, Role::Head]), with(&[Role::Child]));
    let is_flat = roles.contains(&Role::Both);
    // Children alone: an update of variants, or their parent was forgotten; the dialect knows which.
    if heads.is_empty() && dialect::needs_head(&plans[0]) {
        let child = children.first().copied().unwrap_or(first_row);
        let key = plans[usize::from(child.file)].key(child).unwrap_or_default();
        faults.add(
            FaultKind::Orphan,
            child,
            "",
            format!("has a parent that is not in the file ({})", shown(key)),
        );
    }
    if heads.is_empty() {
        heads = children.clone();
    }
    let head = heads.first().copied().unwrap_or(first_row);
    let plan = &plans[usize::from(head.file)];
    let mut product = Product { place: place(head), ..Product::default() };
    product.key = dialect::key(plan, head);
    if let Some(reason) = dialect::refused(plan, head) {
        faults.add(FaultKind::Kind, head, "", reason);
    }
    fields(plan, &heads, &mut product, faults);
    let labels = labels(plan, rows);
    let variant_rows: Vec<&Row> = if !children.is_empty() {
        children
    } else if is_flat {
        let found: Vec<&Row> = heads.iter().copied().filter(|row| is_variant(plan, row)).collect();
        if found.is_empty() { vec![head] } else { found }
    } else {
        heads.iter().copied().take(1).collect()
    };
    for row in variant_rows {
        let plan = &plans[usize::from(row.file)];
        if dialect::is_off(plan, row) && roles.contains(&Role::Child) {
            faults.add(FaultKind::Off, row, "", "is switched off".to_owned());
            continue;
        }
        let mut variant = read::variant(plan, row, faults);
        variant.options = options(plan, row, &labels);
        dialect::adjust(plans, row, head, &mut variant, faults);
        product.variants.push(variant);
    }
    dialect::finish(plans, rows, &mut product);
    for rule in plan.map.variant.options.iter().filter(|rule| rule.if_differs) {
        let Some(name) = &rule.is else { continue };
        let of = |variant: &crate::shape::Variant| {
            variant.options.iter().find(|(known, _)| known == name).cloned()
        };
        let first = product.variants.first().and_then(of);
        if product.variants.iter().all(|variant| of(variant) == first) {
            product
                .variants
                .iter_mut()
                .for_each(|variant| variant.options.retain(|(known, _)| known != name));
        }
    }
    for variant in &product.variants {
        for (name, _) in &variant.options {
            if !product.options.contains(name) {
                product.options.push(name.clone());
            }
        }
    }
    // What variants differ in is no property of all of them.
    let options = product.options.clone();
    if let Given::Value(specifications) = &mut product.specifications {
        specifications.retain(|it| !options.iter().any(|name| name.eq_ignore_ascii_case(&it.name)));
        if specifications.is_empty() {
            product.specifications = Given::Empty;
        }
    }
    name_variants(&mut product, rows, faults);
    product
}

pub(crate) fn place(row: &Row) -> Place {
    Place { file: row.file, line: row.line }
}

/// A row with a picture and nothing else is no variant.
fn is_variant(plan: &Plan, row: &Row) -> bool {
    let has = |columns: &[u32]| first(row, columns).value().is_some();
    has(&plan.sku.columns) || has(&plan.price.columns) || plan.options.iter().any(|option| has(&option.value))
}

fn fields(plan: &Plan, rows: &[&Row], product: &mut Product, faults: &mut Faults) {
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

fn unescaped(part: &str) -> String {
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
    use crate::plan::Specs;
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
            Specs::List { columns, split, between } => {
                let separators: Vec<String> = split.clone().into_iter().collect();
                for column in columns {
                    match first_of(rows, &[*column]) {
                        Given::Absent => {}
                        Given::Empty => is_there = true,
                        Given::Value((value, column, row)) => {
                            is_there = true;
                            for pair in parts(value, &separators) {
                                match pair.split_once(between.as_str()) {
                                    Some((name, value)) => {
                                        // Google has a section before the name.
                                        let (name, value) =
                                            value.split_once(between.as_str()).unwrap_or((name, value));
                                        add(name.trim(), value.trim(), "");
                                    }
                                    None => {
                                        let reason =
                                            format!("has a property without a value: {}", shown(pair));
                                        faults.add_at(FaultKind::Pair, plan, row, column, reason);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    given_list(list, is_there)
}

/// The name of each option: Shopify and Vendure say it in the first row of a product only.
fn labels(plan: &Plan, rows: &[Row]) -> Vec<String> {
    let of = |label: &Label| match label {
        Label::Fixed(name) => name.clone(),
        Label::Column(column) => {
            let cells =
                rows.iter().filter(|row| row.file == rows[0].file).filter_map(|row| row.cell(*column));
            cells.map(str::trim).find(|cell| !cell.is_empty()).unwrap_or_default().to_owned()
        }
    };
    plan.options.iter().map(|option| of(&option.label)).collect()
}

fn options(plan: &Plan, row: &Row, labels: &[String]) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = Vec::new();
    for (option, label) in plan.options.iter().zip(labels) {
        let Given::Value((value, _)) = first(row, &option.value) else { continue };
        if plan.map.variant.no_option.iter().any(|none| none == value) {
            continue;
        }
        let separators: Vec<String> = option.split.clone().into_iter().collect();
        let pairs: Vec<(&str, &str)> = match &option.split {
            Some(_) => parts(label, &separators).into_iter().zip(parts(value, &separators)).collect(),
            None => vec![(own(row, &option.label).unwrap_or(label), value)],
        };
        for (name, value) in pairs {
            if !name.is_empty() && !options.iter().any(|(known, _)| known == name) {
                options.push((name.to_owned(), unescaped(value).replace(LIST, ", ")));
            }
        }
    }
    options
}

/// The name of an option in the variant's own row: WooCommerce numbers attributes in each row anew.
fn own<'r>(row: &'r Row, label: &Label) -> Option<&'r str> {
    match label {
        Label::Column(column) => row.cell(*column).map(str::trim).filter(|name| !name.is_empty()),
        Label::Fixed(_) => None,
    }
}

/// Gives every variant a SKU, and refuses a product two of whose variants cannot be told apart.
fn name_variants(product: &mut Product, rows: &[Row], faults: &mut Faults) {
    let base = product.slug.value().unwrap_or(&product.key).clone();
    let count = product.variants.len();
    for variant in product.variants.iter_mut().filter(|variant| variant.sku.is_empty()) {
        let mut sku = base.clone();
        for (_, value) in &variant.options {
            sku.push('-');
            sku.push_str(value);
        }
        variant.sku = sku.split_whitespace().collect::<Vec<_>>().join("-");
        variant.sku_was_made = true;
        let row = rows.iter().find(|row| place(row) == variant.place).unwrap_or(&rows[0]);
        faults.add(FaultKind::MadeSku, row, "", format!("has no SKU, so it is `{}`", variant.sku));
    }
    let mut seen = std::collections::HashSet::new();
    for variant in &product.variants {
        if count > 1 && !seen.insert(&variant.options) {
            let row = rows.iter().find(|row| place(row) == variant.place).unwrap_or(&rows[0]);
            let options: Vec<_> = variant.options.iter().map(|(_, value)| value.as_str()).collect();
            let reason = format!("has the options of another variant: {}", shown(&options.join(", ")));
            faults.add(FaultKind::Options, row, "", reason);
        }
    }
}
