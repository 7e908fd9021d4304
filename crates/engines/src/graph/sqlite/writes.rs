//! How a batch gets into the tables: its facts are summed up first, so an edge or an end that many of them touch, as
//! a popular product is, is written once.

use std::collections::{BTreeMap, HashMap};

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use souk_kernel::Position;
use souk_ports::graph::{Direction, EdgeWrite, FactKey, Relation};
use uuid::Uuid;

use super::tables::{self, each_edge, find_end};

pub(super) fn write(connection: &Connection, writes: &[EdgeWrite]) -> rusqlite::Result<()> {
    let mut batch = Batch::begin(connection)?;
    for write in writes {
        match write {
            EdgeWrite::Fact { key, relation, from, to, weight, at } => {
                batch.count(*key, Link { relation: *relation, from: *from, to: *to }, *weight, at.ms())?;
            }
            EdgeWrite::Edges { relation, from, to, version } => {
                batch.replace(*relation, *from, to, *version)?;
            }
        }
    }
    batch.add_sums()?;
    batch.finish()
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Link {
    relation: Relation,
    from: Uuid,
    to: Uuid,
}

/// Facts of one edge: what they add up to, and the latest of their times.
#[derive(Clone, Copy, PartialEq)]
struct Sum {
    weight: i64,
    at: i64,
}

impl Sum {
    fn and(self, other: Self) -> Self {
        Self { weight: self.weight.saturating_add(other.weight), at: self.at.max(other.at) }
    }

    fn is_there(self) -> bool {
        self.weight > 0
    }
}

/// Where an edge stands in the order of its ends.
#[derive(Clone, Copy)]
enum Rank {
    At(i64),
    Weight(f64),
}

impl ToSql for Rank {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::At(at) => at.to_sql(),
            Self::Weight(weight) => weight.to_sql(),
        }
    }
}

struct Batch<'c> {
    connection: &'c Connection,
    ends: HashMap<(i64, Uuid), TouchedEnd>,
    sums: HashMap<Link, Sum>,
    /// The highest number of an end, before and now.
    last_number: (i64, i64),
}

struct TouchedEnd {
    number: i64,
    degree: i64,
    version: Option<i64>,
    /// Degree and version as they are in the file; `None` when it is new.
    stored: Option<(i64, Option<i64>)>,
}

impl<'c> Batch<'c> {
    fn begin(connection: &'c Connection) -> rusqlite::Result<Self> {
        let last = connection
            .prepare_cached("SELECT last FROM numbers")?
            .query_row([], |row| row.get::<_, i64>(0))?;
        Ok(Self { connection, ends: HashMap::new(), sums: HashMap::new(), last_number: (last, last) })
    }

    fn count(&mut self, key: FactKey, link: Link, weight: i64, at: i64) -> rusqlite::Result<()> {
        let new = self
            .connection
            .prepare_cached("INSERT OR IGNORE INTO facts VALUES (?1, ?2, ?3)")?
            .execute(params![key.position as i64, key.line, link.relation as i64])?;
        if new == 1 {
            let fact = Sum { weight, at };
            self.sums.entry(link).and_modify(|sum| *sum = sum.and(fact)).or_insert(fact);
        }
        Ok(())
    }

    fn add_sums(&mut self) -> rusqlite::Result<()> {
        let mut sums = Vec::with_capacity(self.sums.len());
        for (link, sum) in std::mem::take(&mut self.sums) {
            sums.push((self.end(link.relation, Direction::Out, link.from)?.number, link, sum));
        }
        // In the order of the file, so that a page is written once.
        sums.sort_unstable_by_key(|(end, link, _)| (*end, link.to));
        for (end, link, added) in sums {
            self.add(end, link, added)?;
        }
        Ok(())
    }

    fn add(&mut self, end: i64, link: Link, added: Sum) -> rusqlite::Result<()> {
        let before = self
            .connection
            .prepare_cached("SELECT weight, at FROM sums WHERE end = ?1 AND other = ?2")?
            .query_row(params![end, link.to.as_bytes()], |row| {
                Ok(Sum { weight: row.get(0)?, at: row.get(1)? })
            })
            .optional()?;
        let after = before.map_or(added, |before| before.and(added));
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO sums VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![end, link.to.as_bytes(), after.weight, after.at])?;
        match (before.filter(|sum| sum.is_there()), Some(after).filter(|sum| sum.is_there())) {
            (None, None) => Ok(()),
            (None, Some(after)) => self.insert(link, Rank::At(after.at), after.weight),
            (Some(before), None) => self.delete(link, Rank::At(before.at)),
            (Some(before), Some(after)) => self.change(link, before, after),
        }
    }

    /// All edges of a node, by the difference to those there are.
    fn replace(
        &mut self,
        relation: Relation,
        from: Uuid,
        to: &[(Uuid, f64)],
        version: Position,
    ) -> rusqlite::Result<()> {
        let end = self.end(relation, Direction::Out, from)?;
        if end.version.is_some_and(|stored| stored as u64 > version) {
            return Ok(());
        }
        end.version = Some(version as i64);
        let number = end.number;
        let mut former = BTreeMap::new();
        each_edge(self.connection, relation, number, -1, |edge| {
            former.insert(edge.to, edge.weight);
        })?;
        let next: BTreeMap<Uuid, f64> = to.iter().copied().collect();
        for (to, weight) in former.iter().filter(|(to, weight)| next.get(*to) != Some(*weight)) {
            self.delete(Link { relation, from, to: *to }, Rank::Weight(*weight))?;
        }
        for (to, weight) in next.iter().filter(|(to, weight)| former.get(*to) != Some(*weight)) {
            self.insert(Link { relation, from, to: *to }, Rank::Weight(*weight), 0)?;
        }
        Ok(())
    }

    fn insert(&mut self, link: Link, rank: Rank, weight: i64) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached("INSERT INTO edges VALUES (?1, ?2, ?3, ?4)")?;
        self.at_both_ends(link, |end, other| {
            end.degree += 1;
            statement.execute(params![end.number, rank, other.as_bytes(), weight]).map(drop)
        })
    }

    fn delete(&mut self, link: Link, rank: Rank) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("DELETE FROM edges WHERE end = ?1 AND rank = ?2 AND other = ?3")?;
        self.at_both_ends(link, |end, other| {
            end.degree -= 1;
            statement.execute(params![end.number, rank, other.as_bytes()]).map(drop)
        })
    }

    fn change(&mut self, link: Link, before: Sum, after: Sum) -> rusqlite::Result<()> {
        if before.at != after.at {
            self.delete(link, Rank::At(before.at))?;
            return self.insert(link, Rank::At(after.at), after.weight);
        }
        if before.weight == after.weight {
            return Ok(());
        }
        let mut statement = self
            .connection
            .prepare_cached("UPDATE edges SET weight = ?4 WHERE end = ?1 AND rank = ?2 AND other = ?3")?;
        self.at_both_ends(link, |end, other| {
            statement.execute(params![end.number, after.at, other.as_bytes(), after.weight]).map(drop)
        })
    }

    fn at_both_ends(
        &mut self,
        link: Link,
        mut work: impl FnMut(&mut TouchedEnd, Uuid) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        work(self.end(link.relation, Direction::Out, link.from)?, link.to)?;
        work(self.end(link.relation, Direction::In, link.to)?, link.from)
    }

    fn end(
        &mut self,
        relation: Relation,
        direction: Direction,
        id: Uuid,
    ) -> rusqlite::Result<&mut TouchedEnd> {
        use std::collections::hash_map::Entry;
        let path = tables::path(relation, direction);
        match self.ends.entry((path, id)) {
            Entry::Occupied(end) => Ok(end.into_mut()),
            Entry::Vacant(end) => {
                let found = find_end(self.connection, path, id)?;
                let stored = found.as_ref().map(|found| (found.degree, found.version));
                let number = found.map_or_else(
                    || {
                        self.last_number.1 += 1;
                        self.last_number.1
                    },
                    |found| found.number,
                );
                let (degree, version) = stored.unwrap_or_default();
                Ok(end.insert(TouchedEnd { number, degree, version, stored }))
            }
        }
    }

    /// Writes the ends, and what follows from them.
    fn finish(self) -> rusqlite::Result<()> {
        let mut sizes: BTreeMap<i64, [i64; 3]> = BTreeMap::new();
        let mut ends: Vec<_> = self.ends.into_iter().collect();
        ends.sort_unstable_by_key(|(end, _)| *end);
        for ((path, id), end) in &ends {
            let size = sizes.entry(path / 2).or_default();
            let (former, _) = end.stored.unwrap_or_default();
            let arriving = (path % 2) as usize;
            if arriving == 0 {
                size[0] += end.degree - former;
            }
            size[1 + arriving] += i64::from(end.degree > 0) - i64::from(former > 0);
            end.write(self.connection, *path, *id)?;
        }
        for (relation, [edges, from, to]) in sizes.into_iter().filter(|(_, change)| *change != [0; 3]) {
            self.connection
                .prepare_cached(
                    "INSERT INTO sizes VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
                        edges = edges + excluded.edges, from_ends = from_ends + excluded.from_ends,
                        to_ends = to_ends + excluded.to_ends",
                )?
                .execute([relation, edges, from, to])?;
        }
        if self.last_number.0 != self.last_number.1 {
            self.connection.prepare_cached("UPDATE numbers SET last = ?1")?.execute([self.last_number.1])?;
        }
        Ok(())
    }
}

impl TouchedEnd {
    fn write(&self, connection: &Connection, path: i64, id: Uuid) -> rusqlite::Result<()> {
        let Self { number, degree, version, stored } = self;
        let magnitude = magnitude(*degree);
        match stored {
            Some(stored) if *stored == (*degree, *version) => Ok(()),
            // The index is touched only where it changes.
            Some((former, _)) if self::magnitude(*former) == magnitude => connection
                .prepare_cached("UPDATE ends SET degree = ?3, version = ?4 WHERE path = ?1 AND id = ?2")?
                .execute(params![path, id.as_bytes(), degree, version])
                .map(drop),
            _ => connection
                .prepare_cached("INSERT OR REPLACE INTO ends VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                .execute(params![path, id.as_bytes(), number, degree, magnitude, version])
                .map(drop),
        }
    }
}

fn magnitude(degree: i64) -> Option<u32> {
    (degree > 0).then(|| degree.ilog2())
}
