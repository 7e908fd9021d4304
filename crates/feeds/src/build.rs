//! The rows of one product into the product: what its map says, and then what its dialect knows.

use crate::amount::shown;
use crate::dialect;
use crate::fields::{fields, parts, unescaped};
use crate::plan::{Label, Plan, first};
use crate::read::{self, Faults};
use crate::reject::FaultKind;
use crate::row::{LIST, Row};
use crate::shape::{Given, Place, Product, Variant};

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
        let of = |variant: &Variant| variant.options.iter().find(|(known, _)| known == name).cloned();
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
