//! What the databases themselves hold about rows (`schema_6_constraints.sql` of SQLite, `schema_5_constraints.sql` of
//! PostgreSQL): each constraint by the name that it has there, what it says of a row that breaks it, and how such rows are
//! found in a store that is older than it.

use souk_ports::Error;
use souk_ports::rows::{
    Category, Comment, CustomerProfile, Load, Order, OrderItem, Person, Product, RecordRow, Review, Seller,
    SellerProfile, Specifications, User, Variant,
};

use super::tables::{Table, all_tables};

pub(super) struct Constraint {
    /// The table's name, and what it is about; of a key that is foreign or unique, the column's.
    pub(super) name: &'static str,
    pub(super) table: &'static str,
    rule: Rule,
    /// Of a row that breaks it.
    words: &'static str,
}

enum Rule {
    /// This is true of no row.
    Never(&'static str),
    /// What the column names is there.
    Names { column: &'static str, there: &'static str },
    /// No two rows have the same.
    Unique(&'static str),
}

const fn never(
    name: &'static str,
    table: &'static str,
    what: &'static str,
    words: &'static str,
) -> Constraint {
    Constraint { name, table, rule: Rule::Never(what), words }
}

const fn names(
    name: &'static str,
    [table, column]: [&'static str; 2],
    there: &'static str,
    words: &'static str,
) -> Constraint {
    Constraint { name, table, rule: Rule::Names { column, there }, words }
}

const fn unique(name: &'static str, [table, column]: [&'static str; 2], words: &'static str) -> Constraint {
    Constraint { name, table, rule: Rule::Unique(column), words }
}

#[rustfmt::skip]
pub(super) static CONSTRAINTS: [Constraint; 37] = [
    unique("users_external_id", ["users", "external_id"], "another user has the same external id"),
    names("persons_user_id", ["persons", "user_id"], "users", "there is no such user"),
    unique("persons_email", ["persons", "email"], "another person has the same email address"),
    unique("sellers_external_id", ["sellers", "external_id"], "another seller has the same external id"),
    names("sellers_user_id", ["sellers", "user_id"], "users", "there is no such user"),
    never("sellers_rating", "sellers", "rating NOT BETWEEN 0 AND 5", "a rating lies between 0 and 5"),
    unique("categories_external_id", ["categories", "external_id"], "another category has the same external id"),
    names("categories_parent", ["categories", "parent"], "categories", "the category in which it lies is not there"),
    never("categories_not_in_itself", "categories", "parent = id", "no category lies in itself"),
    unique("products_external_id", ["products", "external_id"], "another product has the same external id"),
    never("products_price", "products", "price < 0", "no price is below zero"),
    names("products_category_id", ["products", "category_id"], "categories", "there is no such category"),
    names("products_seller_id", ["products", "seller_id"], "sellers", "there is no such seller"),
    never("products_rating", "products", "rating NOT BETWEEN 0 AND 5", "a rating lies between 0 and 5"),
    never("products_num_reviews", "products", "num_reviews < 0", "no number of reviews is below zero"),
    names("variants_product_id", ["variants", "product_id"], "products", "there is no such product"),
    unique("variants_sku", ["variants", "sku"], "another variant has the same SKU"),
    unique("orders_number", ["orders", "number"], "another order has the same number"),
    names("orders_user_id", ["orders", "user_id"], "users", "there is no such user"),
    never("orders_status", "orders", "status NOT IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')",
        "no order has such a status"),
    never("orders_total", "orders", "total < 0", "no total is below zero"),
    names("order_items_order_id", ["order_items", "order_id"], "orders", "there is no such order"),
    names("order_items_product_id", ["order_items", "product_id"], "products", "there is no such product"),
    names("order_items_variant_id", ["order_items", "variant_id"], "variants", "there is no such variant"),
    never("order_items_quantity", "order_items", "quantity <= 0", "nobody orders less than one piece"),
    never("order_items_price", "order_items", "price < 0", "no price is below zero"),
    names("reviews_product_id", ["reviews", "product_id"], "products", "there is no such product"),
    names("reviews_user_id", ["reviews", "user_id"], "users", "there is no such user"),
    never("reviews_rating", "reviews", "rating NOT BETWEEN 1 AND 5", "a review gives 1 to 5 stars"),
    names("comments_review_id", ["comments", "review_id"], "reviews", "there is no such review"),
    names("comments_user_id", ["comments", "user_id"], "users", "there is no such user"),
    names("comments_parent", ["comments", "parent"], "comments", "the comment that it answers is not there"),
    never("comments_not_on_itself", "comments", "parent = id", "no comment answers itself"),
    never("comments_depth", "comments", "depth <= 0", "the depth of comments counts from 1"),
    names("specifications_product_id", ["specifications", "product_id"], "products", "there is no such product"),
    names("seller_profiles_seller_id", ["seller_profiles", "seller_id"], "sellers", "there is no such seller"),
    names("customer_profiles_user_id", ["customer_profiles", "user_id"], "users", "there is no such user"),
];

impl Constraint {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        CONSTRAINTS.iter().find(|one| one.name == name)
    }

    /// The foreign keys of a table.
    pub(super) fn foreign_keys(table: &str) -> impl Iterator<Item = &'static Self> {
        CONSTRAINTS.iter().filter(move |one| one.table == table && matches!(one.rule, Rule::Names { .. }))
    }

    /// What is true of a row that breaks it.
    pub(super) fn broken_by(&self) -> String {
        let table = self.table;
        match self.rule {
            Rule::Never(what) => what.to_owned(),
            Rule::Names { column, there } => format!(
                "{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {there} AS there WHERE there.id = {table}.{column})"
            ),
            Rule::Unique(column) => {
                format!("{column} IN (SELECT {column} FROM {table} GROUP BY {column} HAVING count(*) > 1)")
            }
        }
    }

    /// To whoever wanted to commit such a row.
    pub(super) fn refused(&self) -> Error {
        let Self { name, table, words, .. } = self;
        Error::invalid(format!(
            "the commit has a row of `{table}` that the store does not keep: {words} (`{name}`)"
        ))
    }

    /// The columns that name a row.
    pub(super) fn key(&self) -> &'static [&'static str] {
        macro_rules! by_table {
            ($($row:ident),*) => {
                $(if self.table == <$row as Table>::NAME {
                    return &<$row as Table>::COLUMNS[..<$row as Table>::KEY];
                })*
            };
        }
        all_tables!(by_table);
        &[]
    }
}

/// How many of the rows that break a constraint are named.
pub(super) const SHOWN: u32 = 5;

/// Rows of a store that is older than a constraint, and break it.
pub(super) struct Found {
    pub(super) constraint: &'static Constraint,
    pub(super) count: u64,
    /// The keys of the first [`SHOWN`].
    pub(super) keys: Vec<String>,
}

/// Why such a store is left as it is.
pub(super) fn left_alone(place: &str, all: &[Found]) -> Error {
    let found: Vec<String> = all
        .iter()
        .map(|Found { constraint: Constraint { name, table, words, .. }, count, keys }| {
            let rows = if *count == 1 { "row" } else { "rows" };
            let more = if *count > keys.len() as u64 { ", …" } else { "" };
            format!("{count} {rows} of `{table}` ({}{more}): {words} (`{name}`)", keys.join(", "))
        })
        .collect();
    Error::invalid(format!(
        "{place} was written by an earlier souk and has rows that this one does not keep. Nothing of it was changed; \
         correct these rows there and start again: {}",
        found.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both databases are read for the names, so that none is without its words.
    #[test]
    fn every_constraint_of_the_schemas_has_its_words() {
        let sqlite = include_str!("sqlite/schema_6_constraints.sql");
        let postgres = include_str!("postgres/schema_5_constraints.sql");
        let after = |text: &str, word: &str| -> Vec<String> {
            text.split(word)
                .skip(1)
                .filter_map(|rest| Some(rest.split_whitespace().next()?.to_owned()))
                .collect()
        };
        let in_sqlite = [after(sqlite, "CONSTRAINT "), after(sqlite, "UNIQUE INDEX ")].concat();
        let in_postgres = [after(postgres, "ADD CONSTRAINT "), after(postgres, "_check TO ")].concat();
        let known: Vec<&str> = CONSTRAINTS.iter().map(|one| one.name).collect();
        for name in in_sqlite.iter().chain(&in_postgres) {
            let name = name.trim_end_matches(';');
            assert!(known.contains(&name), "{name} has no words");
        }
        for one in &CONSTRAINTS {
            let name = one.name;
            assert!(postgres.contains(name), "PostgreSQL has no {name}");
            // SQLite does not say which foreign key is broken, so those have no names there.
            let is_foreign = matches!(one.rule, Rule::Names { .. });
            assert!(is_foreign || sqlite.contains(name), "SQLite has no {name}");
            assert!(!one.key().is_empty(), "{name} is of no table");
            if let Rule::Names { column, .. } | Rule::Unique(column) = one.rule {
                assert_eq!(name, format!("{}_{column}", one.table));
            }
        }
        let foreign = CONSTRAINTS.iter().filter(|one| matches!(one.rule, Rule::Names { .. })).count();
        assert_eq!(sqlite.matches(" REFERENCES ").count(), foreign);
        assert_eq!(postgres.matches(" REFERENCES ").count(), foreign);
    }
}
