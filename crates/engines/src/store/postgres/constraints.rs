//! Laying the tables, and what stands in the way where an older store has rows that break a constraint.

use deadpool_postgres::Object;
use futures_util::future::BoxFuture;
use souk_ports::{Error, Result};

use super::{STEPS, WHAT};
use crate::remote::postgres::{self, Server};
use crate::remote::postgres_owned::Steps;
use crate::store::constraints::{CONSTRAINTS, Constraint, Found, SHOWN, left_alone};

/// Pages of a move come in the order of keys, and a category, a comment or a bundle may name one of the next page.
pub(super) const LAID: Steps = Steps {
    lay,
    begin_arriving: "ALTER TABLE categories DROP CONSTRAINT categories_parent; \
                     ALTER TABLE comments DROP CONSTRAINT comments_parent; \
                     ALTER TABLE components DROP CONSTRAINT components_part_id",
    end_arriving: "ALTER TABLE categories ADD CONSTRAINT categories_parent FOREIGN KEY (parent) \
                   REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED; \
                   ALTER TABLE comments ADD CONSTRAINT comments_parent FOREIGN KEY (parent) \
                   REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED; \
                   ALTER TABLE components ADD CONSTRAINT components_part_id FOREIGN KEY (part_id) \
                   REFERENCES variants (id) DEFERRABLE INITIALLY DEFERRED",
};

pub(super) fn lay<'a>(server: &'a Server, connection: &'a mut Object) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        match server.migrate(connection, "store", &STEPS).await {
            Err(error) if is_broken(&error) => {
                let found =
                    look_for_broken(connection).await.map_err(|error| postgres::error(WHAT, error))?;
                // It may have been put right meanwhile.
                Err(if found.is_empty() {
                    error
                } else {
                    left_alone(&format!("the store on {}", server.place), &found)
                })
            }
            laid => laid,
        }
    })
}

fn is_broken(error: &Error) -> bool {
    let Error::Internal { source, .. } = error else { return false };
    let said = source.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::as_db_error);
    said.and_then(|said| said.constraint()).and_then(Constraint::named).is_some()
}

/// The rows that break a constraint of these tables, which do not have it yet.
async fn look_for_broken(connection: &mut Object) -> Result<Vec<Found>, tokio_postgres::Error> {
    let transaction = connection.transaction().await?;
    transaction.batch_execute("SET LOCAL statement_timeout = 0").await?;
    let mut found = Vec::new();
    for constraint in &CONSTRAINTS {
        let rows = format!("FROM {} WHERE {}", constraint.table, constraint.broken_by());
        let count: i64 = transaction.query_one(&format!("SELECT count(*) {rows}"), &[]).await?.get(0);
        if count > 0 {
            let key = constraint.key().join(", ");
            let sql = format!("SELECT concat_ws(' ', {key}) {rows} ORDER BY {key} LIMIT {SHOWN}");
            let keys = transaction.query(&sql, &[]).await?.iter().map(|row| row.get(0)).collect();
            found.push(Found { constraint, count: count as u64, keys });
        }
    }
    Ok(found)
}
