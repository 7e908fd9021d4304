//! The tables of one graph.
//!
//! An *end* is a node seen from a path: a relation and a direction. It has a number, so that the rows of its edges are
//! short, and the count of these edges. Each edge lies in `edges` twice, once at either end, in the order in which
//! it is followed from there. The other end stands in it as its id: ties are ordered by it, and a walk need not look it up.
//!
//! `sums` finds an edge by its two nodes; an edge whose facts sum up to 0 or less is only there. Replaced edges need no
//! sums. `magnitude` finds the busiest ends: it changes only when a count doubles or halves, so it costs next to nothing
//! to keep, while an index of the counts themselves would be written with every edge.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};
use souk_kernel::Timestamp;
use souk_ports::graph::{Direction, Edge, Relation};
use uuid::Uuid;

pub(super) const SCHEMA: &str = "
CREATE TABLE facts (
    position INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    relation INTEGER NOT NULL,
    PRIMARY KEY (position, line, relation)
) STRICT, WITHOUT ROWID;
CREATE TABLE ends (
    path      INTEGER NOT NULL, -- twice the relation, and 1 more where edges arrive
    id        BLOB NOT NULL,
    number    INTEGER NOT NULL,
    degree    INTEGER NOT NULL,
    magnitude INTEGER,          -- the logarithm of the degree to base 2, rounded down; NULL: no edges
    version   INTEGER,          -- of replaced edges, where they leave
    PRIMARY KEY (path, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX busy_ends ON ends (path, magnitude DESC) WHERE magnitude IS NOT NULL;
CREATE TABLE edges (
    end    INTEGER NOT NULL,    -- its number
    rank   ANY NOT NULL,        -- the time of the latest fact in milliseconds, or the weight of a replaced edge
    other  BLOB NOT NULL,
    weight INTEGER NOT NULL,    -- the sum of the facts; of a replaced edge 0
    PRIMARY KEY (end, rank DESC, other)
) STRICT, WITHOUT ROWID;
CREATE TABLE sums (
    end    INTEGER NOT NULL,    -- the number of the one that the edge leaves
    other  BLOB NOT NULL,
    weight INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (end, other)
) STRICT, WITHOUT ROWID;
CREATE TABLE sizes (
    relation  INTEGER PRIMARY KEY,
    edges     INTEGER NOT NULL,
    from_ends INTEGER NOT NULL,
    to_ends   INTEGER NOT NULL
) STRICT;
CREATE TABLE numbers (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL       -- the highest number of an end
) STRICT;
INSERT INTO numbers VALUES (1, 0);
";

pub(super) struct End {
    pub(super) number: i64,
    pub(super) degree: i64,
    pub(super) version: Option<i64>,
}

pub(super) const END: &str = "SELECT number, degree, version FROM ends WHERE path = ?1 AND id = ?2";
pub(super) const EDGES_OF: &str =
    "SELECT other, rank, weight FROM edges WHERE end = ?1 ORDER BY rank DESC, other LIMIT ?2";
/// For walks: they go through thousands of edges, and a column that is not asked for need not be read.
pub(super) const OTHERS_OF: &str =
    "SELECT other FROM edges WHERE end = ?1 ORDER BY rank DESC, other LIMIT ?2";

/// How a path is stored.
pub(super) fn path(relation: Relation, direction: Direction) -> i64 {
    let arriving = match direction {
        Direction::Out => 0,
        Direction::In => 1,
    };
    2 * relation as i64 + arriving
}

pub(super) fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Out => Direction::In,
        Direction::In => Direction::Out,
    }
}

pub(super) fn find_end(connection: &Connection, path: i64, id: Uuid) -> rusqlite::Result<Option<End>> {
    let end = |row: &Row<'_>| Ok(End { number: row.get(0)?, degree: row.get(1)?, version: row.get(2)? });
    connection.prepare_cached(END)?.query_row(params![path, id.as_bytes()], end).optional()
}

/// Up to `limit` edges of an end, in the order in which they are followed.
pub(super) fn each_edge(
    connection: &Connection,
    relation: Relation,
    end: i64,
    limit: i64,
    mut then: impl FnMut(Edge),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(EDGES_OF)?;
    let mut rows = statement.query([end, limit])?;
    while let Some(row) = rows.next()? {
        let to = Uuid::from_bytes(row.get(0)?);
        then(match row.get_ref(1)? {
            ValueRef::Real(weight) if relation.is_replaced() => {
                Edge { to, weight, at: Timestamp::from_ms(0) }
            }
            _ => Edge { to, weight: row.get::<_, i64>(2)? as f64, at: Timestamp::from_ms(row.get(1)?) },
        });
    }
    Ok(())
}

/// As [`each_edge`], of which it gives the other end alone.
pub(super) fn each_other(
    connection: &Connection,
    end: i64,
    limit: i64,
    mut then: impl FnMut(Uuid),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(OTHERS_OF)?;
    let mut rows = statement.query([end, limit])?;
    while let Some(row) = rows.next()? {
        then(Uuid::from_bytes(row.get(0)?));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::reads::{BUSY, ENDS_AFTER};
    use super::*;

    /// The steps of a plan, as SQLite words them.
    fn plan(connection: &Connection, sql: &str) -> Vec<String> {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec![rusqlite::types::Null; statement.parameter_count()];
        let steps = statement.query_map(rusqlite::params_from_iter(values), |row| row.get(3)).unwrap();
        steps.collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn every_range_is_read_in_the_order_it_lies_in() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        for sql in [END, EDGES_OF, OTHERS_OF, BUSY, ENDS_AFTER] {
            let steps = plan(&connection, sql);
            assert!(steps.len() == 1 && steps[0].starts_with("SEARCH "), "{sql}: {steps:?}");
        }
        // What the test would see of an order that has to be made.
        let sorted = plan(&connection, "SELECT other FROM edges WHERE end = ?1 ORDER BY other");
        assert!(sorted.iter().any(|step| step.contains("TEMP B-TREE")), "{sorted:?}");
    }
}
