//! What is read of a graph, but for walks.

use std::cmp::Reverse;

use rusqlite::{Connection, OptionalExtension, params};
use souk_ports::graph::{Direction, Edge, Path, Relation, Size};
use uuid::Uuid;

use super::tables::{self, each_edge, find_end};

pub(super) const BUSY: &str = "SELECT magnitude, degree, id FROM ends
     WHERE path = ?1 AND magnitude IS NOT NULL ORDER BY magnitude DESC";
pub(super) const ENDS_AFTER: &str =
    "SELECT id, number FROM ends WHERE path = ?1 AND id >= ?2 AND degree > 0 ORDER BY id";

pub(super) fn edges(
    connection: &Connection,
    path: Path,
    nodes: &[Uuid],
    limit: u32,
) -> rusqlite::Result<Vec<Vec<Edge>>> {
    let stored = tables::path(path.relation, path.direction);
    let of = |node: &Uuid| {
        let mut edges = Vec::new();
        if let Some(end) = find_end(connection, stored, *node)? {
            each_edge(connection, path.relation, end.number, limit.into(), |edge| edges.push(edge))?;
        }
        Ok(edges)
    };
    nodes.iter().map(of).collect()
}

pub(super) fn busiest(connection: &Connection, path: Path, limit: u32) -> rusqlite::Result<Vec<(Uuid, u64)>> {
    let limit = limit as usize;
    let mut statement = connection.prepare_cached(BUSY)?;
    let mut rows = statement.query([tables::path(path.relation, path.direction)])?;
    let mut busiest: Vec<(Uuid, u64)> = Vec::new();
    let mut last = None;
    while let Some(row) = rows.next()? {
        let magnitude: i64 = row.get(0)?;
        // Whatever has a lower magnitude has a lower degree than all before.
        if last.replace(magnitude) != Some(magnitude) && busiest.len() >= limit {
            break;
        }
        busiest.push((Uuid::from_bytes(row.get(2)?), row.get::<_, i64>(1)? as u64));
    }
    busiest.sort_unstable_by_key(|(id, degree)| (Reverse(*degree), *id));
    busiest.truncate(limit);
    Ok(busiest)
}

pub(super) fn size(connection: &Connection, relation: Relation) -> rusqlite::Result<Size> {
    let size = connection
        .prepare_cached("SELECT edges, from_ends, to_ends FROM sizes WHERE relation = ?1")?
        .query_row([relation as i64], |row| {
            let [edges, from, to] =
                [row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?].map(|count| count as u64);
            Ok(Size { edges, from, to })
        })
        .optional()?;
    Ok(size.unwrap_or_default())
}

/// All edges of a node are read for each part that begins or ends among them: their order by id is made here, because
/// only dumps ask for it.
pub(super) fn scan(
    connection: &Connection,
    after: Option<(Relation, Uuid, Uuid)>,
    limit: u32,
) -> rusqlite::Result<Vec<(Relation, Uuid, Edge)>> {
    let limit = limit as usize;
    let mut found = Vec::new();
    let mut relations = Relation::ALL;
    relations.sort_unstable();
    for relation in relations {
        let after = match after {
            Some((last, ..)) if relation < last => continue,
            Some((last, from, to)) if relation == last => Some((from, to)),
            _ => None,
        };
        let first: &[u8] = after.as_ref().map_or(&[], |(from, _)| from.as_bytes());
        let mut statement = connection.prepare_cached(ENDS_AFTER)?;
        let mut ends = statement.query(params![tables::path(relation, Direction::Out), first])?;
        while found.len() < limit
            && let Some(row) = ends.next()?
        {
            let from = Uuid::from_bytes(row.get(0)?);
            let mut edges = Vec::new();
            each_edge(connection, relation, row.get(1)?, -1, |edge| {
                if after.is_none_or(|after| (from, edge.to) > after) {
                    edges.push(edge);
                }
            })?;
            edges.sort_unstable_by_key(|edge| edge.to);
            found.extend(edges.into_iter().map(|edge| (relation, from, edge)));
        }
    }
    found.truncate(limit);
    Ok(found)
}
