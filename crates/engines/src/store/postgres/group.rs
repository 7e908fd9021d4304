//! One group of commits in one transaction of PostgreSQL: everything is locked and read in one go, the members are
//! decided one after another in memory, and what they write together goes out in one go.
//!
//! Positions and numbers come last, from the one row of `log`, which stays locked until the transaction ends: so they
//! follow the order of commits, and no reader can skip an event.

use std::collections::HashMap;

use futures_util::future::try_join_all;
use souk_kernel::{LogPosition, Timestamp};
use souk_ports::event::StreamId;
use souk_ports::moving::Mark;
use souk_ports::rows::{Order, Row, RowKey};
use souk_ports::store::{Commit, Committed, Idempotency, Outcome, Sequence};
use souk_ports::{Error, Why};
use tokio_postgres::Row as SqlRow;
use uuid::Uuid;

use super::WHAT;
use super::connection::{Connection, Failure};
use super::known::{Before, Kept, Known, Needs};
use super::locks::Locks;
use super::tables::{self, Json};
use crate::store::decide::{self, note_version};

/// How many idempotency keys whose time is over a group cleans away: more than it can add.
const FORGET: i64 = 512;

/// How a group is to be carried out.
pub(super) struct Way {
    pub(super) log: Uuid,
    pub(super) now: Timestamp,
    /// Alone, because the server had no room for its locks.
    pub(super) coarse: bool,
    /// Where the log is, unless another process has written since.
    pub(super) expected: Option<Head>,
    /// It was tried before, and nobody knows what became of it: what is found under its ids is its own.
    pub(super) again: bool,
}

/// What became of each member, and the head after them if it moved.
pub(super) struct Done {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) head: Option<Head>,
}

/// A member whose answer is known but for its place in the log.
enum Verdict<'c> {
    Passes(Passed<'c>),
    Before(Before, Option<String>),
    Out(Outcome),
}

struct Passed<'c> {
    commit: &'c Commit,
    /// Of each of its events in its stream.
    versions: Vec<u64>,
    /// Counted from the head before the group: of its last event, and the order's.
    position: i64,
    number: Option<i64>,
}

/// The members have different commit ids and keys.
pub(super) async fn commit(connection: &Connection, members: &[&Commit], way: &Way) -> Result<Done, Failure> {
    let needs = Needs::of(members.iter().copied());
    let written: Vec<RowKey> = members.iter().flat_map(|commit| &commit.rows).map(Row::key).collect();
    let locks = Locks::of(way.log, &needs, written.iter(), way.coarse);
    let mut known = locks.begin(connection, Known::read(connection, &needs, way.now)).await?;

    let (mut positions, mut numbers) = (0, 0);
    let mut verdicts = Vec::with_capacity(members.len());
    for &commit in members {
        let verdict = match earlier(&known, commit) {
            Some(verdict) => verdict,
            None => {
                let Ok(decided) = decide::decide(commit, way.now, &mut known);
                match decided {
                    Err(outcome) => Verdict::Out(outcome),
                    Ok(effects) => {
                        let versions = known.take(commit, &effects);
                        positions += commit.events.len() as i64;
                        let number = commit.number.map(|Sequence::OrderNumber| {
                            numbers += 1;
                            numbers
                        });
                        Verdict::Passes(Passed { commit, versions, position: positions, number })
                    }
                }
            }
        };
        verdicts.push(verdict);
    }

    let passed: Vec<&Passed<'_>> = verdicts
        .iter()
        .filter_map(|verdict| if let Verdict::Passes(passed) = verdict { Some(passed) } else { None })
        .collect();
    let head = if passed.is_empty() {
        let head = connection.rows("SELECT epoch, position FROM log WHERE one = 1", []).await?;
        let epoch = head.first().map_or(0, |row| row.get::<_, i64>(0));
        Head { epoch: epoch as u64, position: 0, number: 0 }
    } else {
        write(connection, &passed, (positions, numbers), &known, way).await?
    };
    // A refusal may rest on what an earlier member of the group wrote, so all answers wait for the end.
    let moved = !passed.is_empty();
    let mut outcomes = Vec::with_capacity(verdicts.len());
    for verdict in verdicts {
        outcomes.push(match verdict {
            Verdict::Out(outcome) => outcome,
            Verdict::Passes(passed) => Outcome::Committed(head.committed(&passed)),
            Verdict::Before(before, answer) => {
                let versions = versions_of(connection, &before).await?;
                let position = LogPosition { epoch: head.epoch, position: before.position as u64 };
                let number = before.number.map(|number| number as u64);
                Outcome::Committed(Committed { position, versions, number, replayed: !way.again, answer })
            }
        });
    }
    connection.control(if moved { "COMMIT" } else { "ROLLBACK" }).await?;
    Ok(Done { outcomes, head: moved.then(|| head.after(positions, numbers)) })
}

/// The head of the log, before or after a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    epoch: u64,
    pub(super) position: i64,
    number: i64,
}

impl Head {
    fn after(self, positions: i64, numbers: i64) -> Self {
        Self { position: self.position + positions, number: self.number + numbers, ..self }
    }

    fn committed(&self, passed: &Passed<'_>) -> Committed {
        let mut versions: Vec<(StreamId, u64)> = Vec::with_capacity(1);
        for (event, version) in passed.commit.events.iter().zip(&passed.versions) {
            note_version(&mut versions, event.stream, *version);
        }
        Committed {
            position: LogPosition { epoch: self.epoch, position: (self.position + passed.position) as u64 },
            versions,
            number: passed.number.map(|number| (self.number + number) as u64),
            replayed: false,
            answer: passed.commit.idempotency.as_ref().map(|key| key.answer.clone()),
        }
    }
}

/// The answer to a commit that took effect before this group, by its id or by its key.
fn earlier<'c>(known: &Known, commit: &'c Commit) -> Option<Verdict<'c>> {
    if let Some(before) = known.commits.get(&commit.id.0) {
        let answer = commit.idempotency.as_ref().map(|key| key.answer.clone());
        return Some(Verdict::Before(before.clone(), answer));
    }
    let Idempotency { scope, key, request_hash, .. } = commit.idempotency.as_ref()?;
    let found = known.keys.get(&(scope.clone(), key.clone()))?;
    Some(if found.request_hash[..] == request_hash[..] {
        Verdict::Before(found.before.clone(), Some(found.answer.clone()))
    } else {
        Verdict::Out(Outcome::KeyReused)
    })
}

async fn versions_of(connection: &Connection, before: &Before) -> Result<Vec<(StreamId, u64)>, Failure> {
    let sql = "SELECT stream_kind, stream_id, version FROM events \
               WHERE position > $1::bigint - $2::bigint AND position <= $1 ORDER BY position";
    let mut versions = Vec::with_capacity(1);
    for row in connection.rows(sql, [&before.position, &before.events]).await? {
        let stream = super::snapshot::stream(row.get(0), row.get(1)).map_err(Failure::corrupt)?;
        note_version(&mut versions, stream, row.get::<_, i64>(2) as u64);
    }
    Ok(versions)
}

async fn write(
    connection: &Connection,
    passed: &[&Passed<'_>],
    counts: (i64, i64),
    known: &Known,
    way: &Way,
) -> Result<Head, Failure> {
    let now = way.now;
    let numbered: HashMap<Uuid, i64> = passed
        .iter()
        .flat_map(|passed| {
            let rows = passed.commit.rows.iter();
            let orders = rows.filter_map(|row| if let Row::Order(order) = row { Some(order) } else { None });
            let unnumbered = orders.filter(|order| order.number.is_none());
            unnumbered.filter_map(|order| Some((order.id.0, passed.number?)))
        })
        .collect();
    connection.prepare(MOVE_ON).await?;
    let (head, move_on) = match way.expected {
        Some(head) => (head, Some(move_on_from(connection, head, counts, way.log))),
        None => (move_on(connection, counts, way.log).await?, None),
    };
    let orders: HashMap<Uuid, Row> = passed
        .iter()
        .flat_map(|passed| &passed.commit.rows)
        .filter_map(|row| match row {
            Row::Order(order) => {
                let number = numbered.get(&order.id.0)?;
                let number = Some((head.number + number) as u64);
                Some((order.id.0, Row::Order(Order { number, ..order.clone() })))
            }
            _ => None,
        })
        .collect();
    let rows = passed.iter().flat_map(|passed| &passed.commit.rows).map(|row| match row {
        Row::Order(order) if order.number.is_none() => orders.get(&order.id.0).unwrap_or(row),
        row => row,
    });
    let (puts, now_ms) = (tables::puts(rows), now.ms());
    let puts = try_join_all(puts.iter().map(|bound| connection.rows_of(bound)));
    let move_on = async {
        match move_on {
            Some(move_on) => move_on.await,
            None => Ok(()),
        }
    };
    tokio::try_join!(
        biased;
        move_on,
        events(connection, passed, &head, now),
        took_effect(connection, passed, &head, now),
        guards(connection, known),
        holds(connection, known),
        stock(connection, known),
        puts,
        connection.execute(
            "DELETE FROM idempotency WHERE expires_at <= $1 AND ctid = ANY (ARRAY(SELECT ctid FROM idempotency \
             WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))",
            [&now_ms, &FORGET],
        ),
    )?;
    Ok(head)
}

const MOVE_ON: &str = "UPDATE log SET position = position + $1, order_number = order_number + $2 \
     WHERE one = 1 AND position = $3 AND order_number = $4 AND epoch = $5 RETURNING id, mark";

/// Takes positions and numbers; the head before them.
async fn move_on(
    connection: &Connection,
    (positions, numbers): (i64, i64),
    log: Uuid,
) -> Result<Head, Failure> {
    let sql = "UPDATE log SET position = position + $1, order_number = order_number + $2 \
               WHERE one = 1 RETURNING id, mark, epoch, position, order_number";
    let head = connection.rows(sql, [&positions, &numbers]).await?;
    let head = head.first().ok_or_else(|| Failure::corrupt("the log has no head".into()))?;
    check_open(head, log)?;
    let (position, number) = (head.get::<_, i64>(3) - positions, head.get::<_, i64>(4) - numbers);
    Ok(Head { epoch: head.get::<_, i64>(2) as u64, position, number })
}

/// The same where the head is known, so that what is written at these places can be on its way too.
async fn move_on_from(
    connection: &Connection,
    head: Head,
    (positions, numbers): (i64, i64),
    log: Uuid,
) -> Result<(), Failure> {
    let epoch = head.epoch as i64;
    let moved = [&positions, &numbers, &head.position, &head.number, &epoch];
    match connection.rows(MOVE_ON, moved.map(|it| it as _)).await?.first() {
        Some(head) => check_open(head, log),
        None => Err(Failure::Outrun),
    }
}

/// Whether the store takes writes, and is the one whose things were locked. The row of the log is held by now, so whoever
/// closes the store has done so, or waits.
fn check_open(head: &SqlRow, log: Uuid) -> Result<(), Failure> {
    let mark = Mark::of_text(head.get(1)).map_err(Failure::Closed)?;
    mark.check_open(WHAT).map_err(Failure::Closed)?;
    if head.get::<_, Uuid>(0) == log {
        return Ok(());
    }
    let why = "a migration has filled it since this process began; start souk again".to_owned();
    Err(Failure::Closed(Error::Closed { what: WHAT.to_owned(), why: Why(why) }))
}

async fn events(
    connection: &Connection,
    passed: &[&Passed<'_>],
    head: &Head,
    now: Timestamp,
) -> Result<(), Failure> {
    let count = passed.iter().map(|passed| passed.commit.events.len()).sum();
    macro_rules! columns { ($($column:ident)*) => { $(let mut $column = Vec::with_capacity(count);)* } }
    columns!(kinds streams versions commits names schemas data occurred actors reasons at);
    let (mut people, mut personal, mut personal_at) = (Vec::new(), Vec::new(), Vec::new());
    for passed in passed {
        let first = head.position + passed.position - passed.commit.events.len() as i64 + 1;
        for (offset, (event, version)) in passed.commit.events.iter().zip(&passed.versions).enumerate() {
            let position = first + offset as i64;
            at.push(position);
            kinds.push(event.stream.kind as i64);
            streams.push(event.stream.id);
            versions.push(*version as i64);
            commits.push(passed.commit.id.0);
            names.push(event.kind.as_str());
            schemas.push(i64::from(event.schema));
            data.push(Json(event.data.clone()));
            occurred.push(event.occurred_at.ms());
            actors.push(Json(serde_json::to_string(&event.actor).map_err(|e| Failure::corrupt(e.into()))?));
            reasons.push(event.reason.as_deref());
            if let Some(apart) = &event.personal {
                people.push(apart.person.0);
                personal.push(Json(apart.data.clone()));
                personal_at.push(position);
            }
        }
    }
    let now = now.ms();
    let insert = connection.execute(
        "INSERT INTO events (position, stream_kind, stream_id, version, commit_id, kind, schema, data, occurred_at, \
         actor, reason, recorded_at) SELECT *, $12::bigint FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], \
         $4::bigint[], $5::uuid[], $6::text[], $7::bigint[], $8::json[], $9::bigint[], $10::json[], $11::text[])",
        [
            &at, &kinds, &streams, &versions, &commits, &names, &schemas, &data, &occurred, &actors, &reasons, &now,
        ],
    );
    let apart = connection.execute_if(
        !people.is_empty(),
        "INSERT INTO event_personal (position, person, data) SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::json[])",
        [&personal_at, &people, &personal],
    );
    tokio::try_join!(insert, apart).map(drop)
}

/// The ids and keys under which the members are found again.
async fn took_effect(
    connection: &Connection,
    passed: &[&Passed<'_>],
    head: &Head,
    now: Timestamp,
) -> Result<(), Failure> {
    let position = |passed: &Passed<'_>| head.position + passed.position;
    let number = |passed: &Passed<'_>| passed.number.map(|number| head.number + number);
    let ids: Vec<Uuid> = passed.iter().map(|passed| passed.commit.id.0).collect();
    let positions: Vec<i64> = passed.iter().map(|passed| position(passed)).collect();
    let events: Vec<i64> = passed.iter().map(|passed| passed.commit.events.len() as i64).collect();
    let numbers: Vec<Option<i64>> = passed.iter().map(|passed| number(passed)).collect();
    let commits = connection.execute(
        "INSERT INTO commits (id, position, events, number) \
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])",
        [&ids, &positions, &events, &numbers],
    );
    let keyed: Vec<(&Passed<'_>, &Idempotency)> =
        passed.iter().filter_map(|passed| Some((*passed, passed.commit.idempotency.as_ref()?))).collect();
    let scopes: Vec<&str> = keyed.iter().map(|(_, key)| key.scope.as_str()).collect();
    let keys: Vec<&str> = keyed.iter().map(|(_, key)| key.key.as_str()).collect();
    let hashes: Vec<&[u8]> = keyed.iter().map(|(_, key)| &key.request_hash[..]).collect();
    let answers: Vec<&str> = keyed.iter().map(|(_, key)| key.answer.as_str()).collect();
    let at: Vec<i64> = keyed.iter().map(|(passed, _)| position(passed)).collect();
    let numbers: Vec<Option<i64>> = keyed.iter().map(|(passed, _)| number(passed)).collect();
    let expires: Vec<i64> = keyed.iter().map(|(_, key)| now.plus_ms(key.ttl_ms).ms()).collect();
    let remember = connection.execute_if(
        !keyed.is_empty(),
        "INSERT INTO idempotency (scope, key, request_hash, answer, position, number, expires_at) SELECT * FROM \
         unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[]) \
         ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, answer = excluded.answer, \
         position = excluded.position, number = excluded.number, expires_at = excluded.expires_at",
        [&scopes, &keys, &hashes, &answers, &at, &numbers, &expires],
    );
    tokio::try_join!(commits, remember).map(drop)
}

async fn guards(connection: &Connection, known: &Known) -> Result<(), Failure> {
    let taken: Vec<(&(String, String), Uuid)> =
        changed(&known.uniques).filter_map(|(key, now)| Some((key, now?))).collect();
    let spaces: Vec<&str> = taken.iter().map(|((space, _), _)| space.as_str()).collect();
    let values: Vec<&str> = taken.iter().map(|((_, value), _)| value.as_str()).collect();
    let owners: Vec<Uuid> = taken.iter().map(|(_, owner)| *owner).collect();
    let uniques = connection.execute_if(
        !taken.is_empty(),
        "INSERT INTO uniques (space, value, owner) SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])",
        [&spaces, &values, &owners],
    );
    let (names, counts): (Vec<&str>, Vec<i64>) =
        changed(&known.counters).map(|(name, now)| (name.as_str(), now)).unzip();
    let counters = connection.execute_if(
        !names.is_empty(),
        "INSERT INTO counters (name, value) SELECT * FROM unnest($1::text[], $2::bigint[]) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [&names, &counts],
    );
    let (carts, orders): (Vec<Uuid>, Vec<Uuid>) =
        changed(&known.spends).filter_map(|(cart, now)| Some((cart.0, now?.0))).unzip();
    let spends = connection.execute_if(
        !carts.is_empty(),
        "INSERT INTO spends (cart_id, order_id) SELECT * FROM unnest($1::uuid[], $2::uuid[]) \
         ON CONFLICT (cart_id) DO UPDATE SET order_id = excluded.order_id",
        [&carts, &orders],
    );
    tokio::try_join!(uniques, counters, spends).map(drop)
}

async fn holds(connection: &Connection, known: &Known) -> Result<(), Failure> {
    let (mut over, mut ids, mut variants, mut quantities, mut untils) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, now) in changed(&known.holds) {
        match now {
            None => over.push(id.0),
            Some(held) => {
                ids.push(id.0);
                variants.push(held.variant.0);
                quantities.push(held.quantity);
                untils.push(held.until.ms());
            }
        }
    }
    // A hold that was released can be put aside again within one group.
    let delete = connection.execute_if(!over.is_empty(), "DELETE FROM holds WHERE id = ANY($1)", [&over]);
    let insert = connection.execute_if(
        !ids.is_empty(),
        "INSERT INTO holds (id, variant_id, quantity, until) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) ON CONFLICT (id) DO UPDATE \
         SET variant_id = excluded.variant_id, quantity = excluded.quantity, until = excluded.until",
        [&ids, &variants, &quantities, &untils],
    );
    tokio::try_join!(delete, insert).map(drop)
}

async fn stock(connection: &Connection, known: &Known) -> Result<(), Failure> {
    let (mut variants, mut quantities, mut versions) = (Vec::new(), Vec::new(), Vec::new());
    for (variant, now) in changed(&known.stock) {
        variants.push(variant.0);
        quantities.push(now.quantity);
        versions.push(now.version as i64);
    }
    connection
        .execute_if(
            !variants.is_empty(),
            "INSERT INTO stock (variant_id, quantity, version) \
             SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) \
             ON CONFLICT (variant_id) DO UPDATE SET quantity = excluded.quantity, version = excluded.version",
            [&variants, &quantities, &versions],
        )
        .await
}

/// What the group has made different, as it is now.
fn changed<K, V: Copy + PartialEq>(all: &HashMap<K, Kept<V>>) -> impl Iterator<Item = (&K, V)> {
    all.iter().filter(|(_, kept)| kept.stored != kept.now).map(|(key, kept)| (key, kept.now))
}
