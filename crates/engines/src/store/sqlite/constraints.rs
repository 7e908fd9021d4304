//! What SQLite says of a constraint that is broken, in the words of [`crate::store::constraints`].

use rusqlite::ffi::{SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{Connection, Error as SqlError};
use souk_ports::store::{Commit, Outcome, Refusal};
use souk_ports::{Error, Result};

use super::tables;
use crate::store::constraints::{CONSTRAINTS, Constraint, Found, SHOWN};

/// What a commit is told whose row broke a constraint; `None` where it is something else that went wrong.
pub(super) fn refused(error: &SqlError) -> Option<Error> {
    let SqlError::SqliteFailure(failure, Some(said)) = error else { return None };
    let (_, broken) = said.split_once("constraint failed: ")?;
    let name = match failure.extended_code {
        SQLITE_CONSTRAINT_CHECK => broken.to_owned(),
        // It names the column: `variants.sku`.
        SQLITE_CONSTRAINT_UNIQUE => broken.replace('.', "_"),
        _ => return None,
    };
    Constraint::named(&name).map(Constraint::refused)
}

/// The same for a foreign key, of which SQLite says only that there is one. The transaction that could not commit is open
/// still, so the commit's rows can be looked at; one that takes rows away writes none, so theirs are the broken ones.
pub(super) fn dangling(
    connection: &Connection,
    commit: &Commit,
    error: &SqlError,
) -> Option<Result<Outcome>> {
    if error.sqlite_error()?.extended_code != SQLITE_CONSTRAINT_FOREIGNKEY {
        return None;
    }
    if !commit.gone.is_empty() {
        return Some(Ok(Outcome::Refused(Refusal::StillNamed)));
    }
    let broken = commit.rows.iter().find_map(|row| tables::dangling(connection, &row.key()).ok().flatten());
    broken.map(|constraint| Err(constraint.refused()))
}

/// The rows that break a constraint of these tables, which do not have it yet.
pub(super) fn look_for_broken(connection: &Connection) -> rusqlite::Result<Vec<Found>> {
    let mut found = Vec::new();
    for constraint in &CONSTRAINTS {
        let rows = format!("FROM {} WHERE {}", constraint.table, constraint.broken_by());
        let count: u64 = connection.query_row(&format!("SELECT count(*) {rows}"), [], |row| row.get(0))?;
        if count > 0 {
            let text = |column| {
                format!("CASE typeof({column}) WHEN 'blob' THEN lower(hex({column})) ELSE {column} END")
            };
            let key: Vec<String> = constraint.key().iter().map(text).collect();
            let sql = format!(
                "SELECT {} {rows} ORDER BY {} LIMIT {SHOWN}",
                key.join(" || ' ' || "),
                constraint.key().join(", ")
            );
            let keys = connection
                .prepare(&sql)?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            found.push(Found { constraint, count, keys });
        }
    }
    Ok(found)
}
