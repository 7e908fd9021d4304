//! What a group writes: one statement, which finds the log where it is expected to be, or writes nothing at all.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use souk_kernel::Timestamp;
use souk_ports::rows::{Order, RecordEntry, RecordKey, RecordRow, Row};
use souk_ports::store::Idempotency;
use tokio_postgres::Statement;
use uuid::Uuid;

use super::arrays::{Array, Arrays};
use super::connection::{Connection, Failure};
use super::group::{Head, Manner, Passed, Way};
use super::known::{Known, changed};
use super::tables;
use crate::store::decide::column_of;
use crate::store::tables::{ERASE, removable};

/// Ready to be sent.
pub(super) struct Writes {
    statement: Statement,
    arrays: Arrays,
}

impl Writes {
    /// What has `passed` moves the log on from `head` by so many positions and numbers.
    pub(super) async fn of(
        connection: &Connection,
        passed: &[&Passed<'_>],
        moved: (i64, i64),
        known: &Known<'_>,
        head: &Head,
        way: &Way,
    ) -> Result<Self, Failure> {
        let mut parts = Parts::after(head, moved);
        events(&mut parts, passed, head, way.now)?;
        took_effect(&mut parts, passed, head, way);
        guards(&mut parts, known);
        holds(&mut parts, known);
        stock(&mut parts, known);
        rows(&mut parts, passed, head);
        gone(&mut parts, passed);
        entries(&mut parts, passed);
        erase(&mut parts, passed);
        let (sql, arrays) = parts.into_one();
        Ok(Self { statement: connection.prepare(&sql).await?, arrays })
    }

    /// Fails with [`Failure::Outrun`] where the log is elsewhere. It is on its way once this has been polled.
    pub(super) async fn write(&self, connection: &Connection) -> Result<(), Failure> {
        match connection.execute(&self.statement, &self.arrays.parameters()).await? {
            0 => Err(Failure::Outrun),
            _ => Ok(()),
        }
    }
}

/// The parts of a statement. Each depends on the first, which moves the log.
struct Parts {
    sql: String,
    arrays: Arrays,
    count: usize,
}

/// Where this is empty nothing is written. The row of the log is held by now: whoever writes elsewhere, or closes the
/// store, has done so, or waits.
const MOVED: &str = "moved";

impl Parts {
    fn after(head: &Head, (positions, numbers): (i64, i64)) -> Self {
        let mut arrays = Arrays::default();
        let mut number = |number| arrays.add_one(Array::ints([number]));
        let by = [number(positions), number(numbers)];
        let at = [number(head.epoch as i64), number(head.position), number(head.number)];
        let log = arrays.add_one(Array::ids([head.log]));
        let mark = arrays.add_one(Array::texts([&*head.mark]));
        let sql = format!(
            "WITH moved AS (UPDATE log SET position = position + {}, order_number = order_number + {} WHERE one = 1 \
             AND epoch = {} AND position = {} AND order_number = {} AND id = {log} AND mark = {mark} RETURNING one)",
            by[0], by[1], at[0], at[1], at[2]
        );
        Self { sql, arrays, count: 0 }
    }

    /// `into` names a table with its columns; no part where there are no rows.
    fn insert(&mut self, into: &str, columns: impl Into<Vec<Array>>, conflict: Option<&str>) {
        let columns = columns.into();
        if columns.first().is_none_or(|column| column.len() == 0) {
            return;
        }
        self.part(&["INSERT INTO ", into, " "]);
        self.arrays.select_to(&mut self.sql, columns, MOVED);
        if let Some(conflict) = conflict {
            for piece in [" ON CONFLICT ", conflict] {
                self.sql.push_str(piece);
            }
        }
        self.sql.push(')');
    }

    /// Begins one; whoever calls this ends it with a parenthesis.
    fn part(&mut self, pieces: &[&str]) {
        self.count += 1;
        // Writing to a text cannot fail.
        let _ = write!(self.sql, ", part_{} AS (", self.count);
        for piece in pieces {
            self.sql.push_str(piece);
        }
    }

    fn into_one(self) -> (String, Arrays) {
        (self.sql + " SELECT FROM moved", self.arrays)
    }
}

fn events(parts: &mut Parts, passed: &[&Passed<'_>], head: &Head, now: Timestamp) -> Result<(), Failure> {
    let count = passed.iter().map(|passed| passed.commit.events.len()).sum();
    macro_rules! columns { ($($column:ident)*) => { $(let mut $column = Vec::with_capacity(count);)* } }
    columns!(kinds streams versions commits names schemas data occurred actors reasons at);
    let (mut people, mut personal, mut personal_at) = (Vec::new(), Vec::new(), Vec::new());
    for passed in passed {
        let first = head.position + passed.position - passed.commit.events.len() as i64 + 1;
        for (offset, (event, version)) in passed.commit.events.iter().zip(&passed.versions).enumerate() {
            let position = first + offset as i64;
            at.push(position);
            kinds.push(i64::from(event.stream.kind.number()));
            streams.push(event.stream.id);
            versions.push(*version as i64);
            commits.push(passed.commit.id.0);
            names.push(event.kind.as_str());
            schemas.push(i64::from(event.schema));
            data.push(event.data.clone());
            occurred.push(event.occurred_at.ms());
            actors.push(serde_json::to_string(&event.actor).map_err(|e| Failure::corrupt(e.into()))?);
            reasons.push(event.reason.clone());
            if let Some(apart) = &event.personal {
                people.push(apart.person.0);
                personal.push(apart.data.clone());
                personal_at.push(position);
            }
        }
    }
    let recorded = vec![now.ms(); at.len()];
    parts.insert(
        "events (position, stream_kind, stream_id, version, commit_id, kind, schema, data, occurred_at, recorded_at, \
         actor, reason)",
        [
            Array::ints(at),
            Array::ints(kinds),
            Array::ids(streams),
            Array::ints(versions),
            Array::ids(commits),
            Array::texts(names),
            Array::ints(schemas),
            Array::jsons(data),
            Array::ints(occurred),
            Array::ints(recorded),
            Array::jsons(actors),
            Array::Texts(reasons),
        ],
        None,
    );
    parts.insert(
        "event_personal (position, person, data)",
        [Array::ints(personal_at), Array::ids(people), Array::jsons(personal)],
        None,
    );
    Ok(())
}

/// The ids and keys under which the members are found again.
fn took_effect(parts: &mut Parts, passed: &[&Passed<'_>], head: &Head, way: &Way) {
    let position = |passed: &Passed<'_>| head.position + passed.position;
    let number = |passed: &Passed<'_>| passed.number.map(|number| head.number + number);
    parts.insert(
        "commits (id, position, events, number)",
        [
            Array::ids(passed.iter().map(|passed| passed.commit.id.0)),
            Array::ints(passed.iter().map(|passed| position(passed))),
            Array::ints(passed.iter().map(|passed| passed.commit.events.len() as i64)),
            Array::Ints(passed.iter().map(|passed| number(passed)).collect()),
        ],
        None,
    );
    let keyed: Vec<(&Passed<'_>, &Idempotency)> =
        passed.iter().filter_map(|passed| Some((*passed, passed.commit.idempotency.as_ref()?))).collect();
    parts.insert(
        "idempotency (scope, key, request_hash, answer, position, number, expires_at)",
        [
            Array::texts(keyed.iter().map(|(_, key)| key.scope.as_str())),
            Array::texts(keyed.iter().map(|(_, key)| key.key.as_str())),
            Array::Bytes(keyed.iter().map(|(_, key)| key.request_hash.to_vec()).collect()),
            Array::texts(keyed.iter().map(|(_, key)| key.answer.as_str())),
            Array::ints(keyed.iter().map(|(passed, _)| position(passed))),
            Array::Ints(keyed.iter().map(|(passed, _)| number(passed)).collect()),
            Array::ints(keyed.iter().map(|(_, key)| way.now.plus_ms(key.ttl_ms).ms())),
        ],
        // There may be one whose time is over.
        (way.manner != Manner::Guess).then_some(
            "(scope, key) DO UPDATE SET request_hash = excluded.request_hash, answer = excluded.answer, \
             position = excluded.position, number = excluded.number, expires_at = excluded.expires_at",
        ),
    );
}

fn guards(parts: &mut Parts, Known { stored, now }: &Known<'_>) {
    let taken: Vec<(&(String, String), Uuid)> =
        changed(&stored.uniques, &now.uniques).filter_map(|(key, now)| Some((key, now?))).collect();
    parts.insert(
        "uniques (space, value, owner)",
        [
            Array::texts(taken.iter().map(|((space, _), _)| space.as_str())),
            Array::texts(taken.iter().map(|((_, value), _)| value.as_str())),
            Array::ids(taken.iter().map(|(_, owner)| *owner)),
        ],
        None,
    );
    let (names, counts): (Vec<&str>, Vec<i64>) =
        changed(&stored.counters, &now.counters).map(|(name, now)| (name.as_str(), now)).unzip();
    parts.insert(
        "counters (name, value)",
        [Array::texts(names), Array::ints(counts)],
        Some("(name) DO UPDATE SET value = excluded.value"),
    );
    let (carts, orders): (Vec<Uuid>, Vec<Uuid>) =
        changed(&stored.spends, &now.spends).filter_map(|(cart, now)| Some((cart.0, now?.0))).unzip();
    parts.insert(
        "spends (cart_id, order_id)",
        [Array::ids(carts), Array::ids(orders)],
        Some("(cart_id) DO UPDATE SET order_id = excluded.order_id"),
    );
}

/// A hold that was released can be put aside again within one group: it is here once, as it is after the group.
fn holds(parts: &mut Parts, Known { stored, now }: &Known<'_>) {
    let (over, live): (Vec<_>, Vec<_>) =
        changed(&stored.holds, &now.holds).partition(|(_, now)| now.is_none());
    if !over.is_empty() {
        let over = parts.arrays.add(Array::ids(over.into_iter().map(|(id, _)| id.0)));
        parts.part(&["DELETE FROM holds USING ", MOVED, " WHERE id = ANY(", &over, "))"]);
    }
    let live: Vec<_> = live.into_iter().filter_map(|(id, now)| Some((id, now?))).collect();
    parts.insert(
        "holds (id, variant_id, quantity, until)",
        [
            Array::ids(live.iter().map(|(id, _)| id.0)),
            Array::ids(live.iter().map(|(_, held)| held.variant.0)),
            Array::ints(live.iter().map(|(_, held)| held.quantity)),
            Array::ints(live.iter().map(|(_, held)| held.until.ms())),
        ],
        Some(
            "(id) DO UPDATE SET variant_id = excluded.variant_id, quantity = excluded.quantity, until = excluded.until",
        ),
    );
}

fn stock(parts: &mut Parts, Known { stored, now }: &Known<'_>) {
    let moved: Vec<_> = changed(&stored.stock, &now.stock).collect();
    parts.insert(
        "stock (variant_id, quantity, allowance, version)",
        [
            Array::ids(moved.iter().map(|(variant, _)| variant.0)),
            Array::Ints(moved.iter().map(|(_, now)| now.quantity).collect()),
            Array::Ints(moved.iter().map(|(_, now)| column_of(now.allowance)).collect()),
            Array::ints(moved.iter().map(|(_, now)| now.version as i64)),
        ],
        Some(
            "(variant_id) DO UPDATE SET quantity = excluded.quantity, allowance = excluded.allowance, \
             version = excluded.version",
        ),
    );
}

/// Rows as the members left them; an order without a number gets its commit's.
fn rows(parts: &mut Parts, passed: &[&Passed<'_>], head: &Head) {
    let numbers: HashMap<Uuid, i64> = passed
        .iter()
        .filter_map(|passed| Some((passed, head.number + passed.number?)))
        .flat_map(|(passed, number)| {
            let rows = passed.commit.rows.iter();
            rows.filter_map(move |row| Some((unnumbered(row)?.id.0, number)))
        })
        .collect();
    let rows: Vec<Cow<'_, Row>> = passed
        .iter()
        .flat_map(|passed| &passed.commit.rows)
        .map(|row| {
            let Some(order) = unnumbered(row) else { return Cow::Borrowed(row) };
            let number = numbers.get(&order.id.0).map(|number| *number as u64);
            Cow::Owned(Row::Order(Order { number, ..order.clone() }))
        })
        .collect();
    for put in tables::puts(rows.iter().map(Cow::as_ref)) {
        parts.insert(&put.text.into, put.columns, Some(&put.text.conflict));
    }
}

/// A commit that takes rows away is a group by itself.
fn gone(parts: &mut Parts, passed: &[&Passed<'_>]) {
    let mut tables: BTreeMap<(&str, &str), Vec<Uuid>> = BTreeMap::new();
    for (table, column, id) in passed.iter().flat_map(|passed| &passed.commit.gone).filter_map(removable) {
        tables.entry((table, column)).or_default().push(id);
    }
    for ((table, column), ids) in tables {
        let ids = parts.arrays.add(Array::ids(ids));
        parts.part(&["DELETE FROM ", table, " USING ", MOVED, " WHERE ", column, " = ANY(", &ids, "))"]);
    }
}

fn unnumbered(row: &Row) -> Option<&Order> {
    if let Row::Order(order) = row { order.number.is_none().then_some(order) } else { None }
}

/// What records are found by, as the members left them. What goes and what is written are never the same rows: nobody can
/// say which of two parts of one statement comes first.
fn entries(parts: &mut Parts, passed: &[&Passed<'_>]) {
    let rows = passed.iter().flat_map(|passed| &passed.commit.rows);
    let records: HashMap<&RecordKey, &RecordRow> = rows
        .filter_map(|row| if let Row::RecordRow(record) = row { Some((&record.key, record)) } else { None })
        .collect();
    if records.is_empty() {
        return;
    }
    let entries: Vec<(&RecordKey, &RecordEntry)> = records
        .values()
        .flat_map(|record| {
            let content = record.content.iter();
            content.flat_map(|content| &content.entries).map(|entry| (&record.key, entry))
        })
        .collect();
    let of_entries = || {
        [
            Array::texts(entries.iter().map(|(key, _)| key.kind.as_str())),
            Array::ids(entries.iter().map(|(key, _)| key.id)),
            Array::texts(entries.iter().map(|(_, entry)| entry.index)),
            Array::texts(entries.iter().map(|(_, entry)| entry.value.as_str())),
        ]
    };
    let put = parts.arrays.unnest([
        Array::texts(records.keys().map(|key| key.kind.as_str())),
        Array::ids(records.keys().map(|key| key.id)),
    ]);
    let new = parts.arrays.unnest(of_entries());
    parts.part(&[
        "DELETE FROM record_index AS old USING ",
        MOVED,
        ", ",
        &put,
        " AS put (kind, id) WHERE old.kind = put.kind AND old.id = put.id AND NOT EXISTS (SELECT 1 FROM ",
        &new,
        " AS new (kind, id, name, value) WHERE new.kind = old.kind AND new.id = old.id \
         AND new.name = old.name AND new.value = old.value))",
    ]);
    let values = [
        Array::ints(entries.iter().map(|(_, entry)| entry.sort)),
        Array::Flags(entries.iter().map(|(_, entry)| entry.is_unique).collect()),
        Array::Flags(entries.iter().map(|(_, entry)| entry.is_personal).collect()),
    ];
    parts.insert(
        "record_index (kind, id, name, value, sort, is_unique, is_personal)",
        of_entries().into_iter().chain(values).collect::<Vec<_>>(),
        Some(
            // Most of many stay as they are when one thing changes.
            "(kind, id, name, value) DO UPDATE SET sort = excluded.sort, is_unique = excluded.is_unique, \
             is_personal = excluded.is_personal WHERE (record_index.sort, record_index.is_unique, \
             record_index.is_personal) <> (excluded.sort, excluded.is_unique, excluded.is_personal)",
        ),
    );
}

/// A commit that erases is a group by itself.
fn erase(parts: &mut Parts, passed: &[&Passed<'_>]) {
    for person in passed.iter().filter_map(|passed| passed.commit.erase) {
        let person = parts.arrays.add_one(Array::ids([person.0]));
        for statement in ERASE {
            let whose = statement.whose.replace("{}", &person);
            parts.part(&[statement.what, " ", &whose, " AND EXISTS (SELECT 1 FROM ", MOVED, "))"]);
        }
    }
}
