//! Moving what roles own from one set of engines to another.
//!
//! Each place that is left is closed first, and each place that is gone to is claimed. Then every role is copied page by
//! page and compared, and only when all of them are the same are the new places opened. The mark of the place that is
//! left names the migration, and the claim says how far it has got: whoever asks for the same again, after a crash or
//! beside another process, goes on from there. What is derived is not moved; it is made anew.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};
use souk_kernel::{Clock, SystemClock};
use souk_ports::moving::{Mark, Owned, Record, Room, Stage};
use souk_ports::{Error, Result};
use uuid::Uuid;

/// What is read, kept in memory, and written at once.
const ROOM: Room = Room { records: 1_000, bytes: 4 << 20 };
/// How far the clocks of two servers may differ when something runs out.
const SLACK_MS: i64 = 5_000;

/// Where something lies.
#[derive(Clone)]
pub struct Place {
    pub owned: Arc<dyn Owned>,
    /// For people, without what is secret; equal names, equal places.
    pub name: String,
}

/// What one role owns, and where it is to be.
#[derive(Clone)]
pub struct Part {
    pub role: &'static str,
    pub from: Place,
    pub to: Place,
}

/// A migration that has closed what it leaves and claimed what it goes to.
pub struct Migration {
    parts: Vec<Moving>,
}

struct Moving {
    part: Part,
    id: Uuid,
    /// `None`: it has arrived, and its new place is open.
    stage: Option<Stage>,
}

/// How far one role has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub role: &'static str,
    pub is_comparing: bool,
    pub done: u64,
    pub total: u64,
}

pub type Watch<'a> = &'a (dyn Fn(Progress) + Send + Sync);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub role: &'static str,
    pub migration: Uuid,
    pub from: String,
    pub to: String,
    /// Empty when it had arrived before.
    pub collections: Vec<Compared>,
}

/// A collection that is the same in both places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    pub collection: &'static str,
    pub records: u64,
    /// Of all records in their order, in hexadecimal.
    pub sha256: String,
}

impl Migration {
    /// Begins, or goes on with what was begun. When anything speaks against it, nothing has been changed.
    pub async fn begin(parts: Vec<Part>) -> Result<Self> {
        let mut found = Vec::with_capacity(parts.len());
        for part in &parts {
            found.push(look(part).await?);
        }
        let id = found.iter().find_map(|found| found.under_way()).unwrap_or_else(Uuid::now_v7);
        let mut moving = Vec::with_capacity(parts.len());
        let mut closed: Vec<Place> = Vec::new();
        for (part, found) in parts.into_iter().zip(found) {
            let id = found.id().unwrap_or(id);
            if let Found::Arrived(_) = found {
                moving.push(Moving { part, id, stage: None });
                continue;
            }
            let began = async {
                part.from.owned.fence(id, &part.to.name).await?;
                if let Found::New = found {
                    closed.push(part.from.clone());
                }
                part.to.owned.claim(id, &part.from.name).await
            };
            match began.await {
                Ok(stage) => moving.push(Moving { part, id, stage: Some(stage) }),
                Err(error) => {
                    for place in closed {
                        place.owned.unfence().await?;
                    }
                    return Err(of_role(part.role, error));
                }
            }
        }
        Ok(Self { parts: moving })
    }

    /// Copies what is not there yet, and compares all of it.
    pub async fn copy(&self, watch: Watch<'_>) -> Result<Vec<Moved>> {
        let mut all = Vec::with_capacity(self.parts.len());
        for moving in &self.parts {
            let Moving { part, id, stage } = moving;
            let mut collections = Vec::new();
            if let Some(stage) = stage {
                copy(part, *id, stage, watch).await?;
                collections = compare(part, *id, watch).await?;
            }
            all.push(Moved {
                role: part.role,
                migration: *id,
                from: part.from.name.clone(),
                to: part.to.name.clone(),
                collections,
            });
        }
        Ok(all)
    }

    /// Opens the new places of some roles.
    pub async fn open(&self, which: impl Fn(&'static str) -> bool) -> Result<()> {
        for Moving { part, id, .. } in self.parts.iter().filter(|moving| which(moving.part.role)) {
            // Somebody may have given the migration up meanwhile, and gone on selling there.
            match part.from.owned.mark().await? {
                Mark::Leaving { id: by, .. } if by == *id => part.to.owned.finish(*id).await?,
                _ => return Err(Error::Conflict { what: format!("the mark of {}", part.from.name) }),
            }
        }
        Ok(())
    }
}

/// Opens the places that an unfinished migration leaves; what it has copied stays where it is, and no shop opens there.
pub async fn abandon(parts: &[Part]) -> Result<()> {
    let mut closed = Vec::new();
    for part in parts {
        if part.from.owned.mark().await?.is_open() {
            continue;
        }
        // Who cannot be asked may have arrived, and be selling.
        if let Found::Arrived(id) = look(part).await? {
            let reason = format!(
                "the migration {id} has moved {} to {}: to sell in both places is no way back",
                part.role, part.to.name
            );
            return Err(Error::invalid(reason));
        }
        closed.push(part);
    }
    for part in closed {
        part.from.owned.unfence().await?;
    }
    Ok(())
}

/// What the marks of the two places say.
enum Found {
    New,
    UnderWay(Uuid),
    Arrived(Uuid),
}

impl Found {
    fn id(&self) -> Option<Uuid> {
        match self {
            Self::New => None,
            Self::UnderWay(id) | Self::Arrived(id) => Some(*id),
        }
    }

    fn under_way(&self) -> Option<Uuid> {
        if let Self::UnderWay(id) = self { Some(*id) } else { None }
    }
}

/// Fails when the part cannot be moved, or not by this migration.
async fn look(part: &Part) -> Result<Found> {
    let Part { role, from, to } = part;
    let (leaving, arriving) = (from.owned.mark().await?, to.owned.mark().await?);
    let closed = |place: &Place, why: String| {
        Err(Error::invalid(format!("the {role} at {} cannot be moved now: {why}", place.name)))
    };
    match (leaving, arriving) {
        (Mark::Leaving { id, to: there }, _) if there != to.name => {
            closed(from, format!("the migration {id} moves it to {there}, or has done so"))
        }
        (Mark::Leaving { id, .. }, Mark::Open { arrived }) if arrived == Some(id) => Ok(Found::Arrived(id)),
        (Mark::Leaving { id, .. }, Mark::Arriving { id: by, .. }) if by == id => Ok(Found::UnderWay(id)),
        (leaving, Mark::Open { .. }) if !matches!(leaving, Mark::Arriving { .. }) => {
            if !to.owned.is_empty().await? {
                return Err(Error::invalid(format!(
                    "the {role} at {} is not empty, and this migration has not filled it",
                    to.name
                )));
            }
            match leaving {
                Mark::Leaving { id, .. } => Ok(Found::UnderWay(id)),
                _ => Ok(Found::New),
            }
        }
        (leaving @ Mark::Arriving { .. }, _) => closed(from, leaving.closed().unwrap_or_default()),
        (_, arriving) => closed(to, arriving.closed().unwrap_or_default()),
    }
}

fn of_role(role: &str, error: Error) -> Error {
    match error {
        Error::InvalidInput { reason } => Error::InvalidInput { reason: format!("{role}: {reason}") },
        other => other,
    }
}

async fn copy(part: &Part, id: Uuid, stage: &Stage, watch: Watch<'_>) -> Result<()> {
    let (from, to) = (&*part.from.owned, &*part.to.owned);
    let Stage::Copying { collection, after } = stage else { return Ok(()) };
    let collections = from.collections();
    if collections != to.collections() {
        return Err(Error::invalid(format!("what {} owns differs in the two engines", part.role)));
    }
    let first = collections.iter().position(|name| name == collection).unwrap_or(0);
    let (mut done, mut total) = (0, 0);
    for name in &collections {
        total += from.count(name).await?;
    }
    for name in &collections[..first] {
        done += to.count(name).await?;
    }
    let mut after = after.clone();
    if after.is_some() {
        done += to.count(collections[first]).await?;
    }
    for name in &collections[first..] {
        loop {
            let page = from.page(name, after.as_deref(), ROOM).await?;
            let Some(last) = page.last().map(|record| record.key.clone()) else { break };
            let now = SystemClock.now();
            done += page.len() as u64;
            let living: Vec<Record> =
                page.into_iter().filter(|record| record.expires_at.is_none_or(|at| at > now)).collect();
            if !living.is_empty() {
                to.put(id, name, living).await?;
            }
            let got = Stage::Copying { collection: (*name).to_owned(), after: Some(last.clone()) };
            to.note(id, got).await?;
            after = Some(last);
            watch(Progress { role: part.role, is_comparing: false, done: done.min(total), total });
        }
        after = None;
    }
    to.note(id, Stage::Copied).await
}

async fn compare(part: &Part, id: Uuid, watch: Watch<'_>) -> Result<Vec<Compared>> {
    let (from, to) = (&*part.from.owned, &*part.to.owned);
    let mut total = 0;
    for name in from.collections() {
        total += from.count(name).await?;
    }
    let (mut all, mut done, mut told) = (Vec::new(), 0, None);
    for collection in from.collections() {
        let (mut left, mut right) = (Walk::new(from, collection), Walk::new(to, collection));
        let (mut records, mut hash) = (0, Sha256::new());
        loop {
            if left.page.is_empty() || right.page.is_empty() {
                tokio::try_join!(left.fill(), right.fill())?;
                let now = (done + records).min(total);
                if told != Some(now) {
                    watch(Progress { role: part.role, is_comparing: true, done: now, total });
                    told = Some(now);
                }
            }
            let now = SystemClock.now().plus_ms(SLACK_MS);
            let over = |record: &Record| record.expires_at.is_some_and(|at| at <= now);
            match (left.page.front(), right.page.front()) {
                (None, None) => break,
                (Some(one), Some(other)) if one == other => {
                    add(&mut hash, one);
                    records += 1;
                    left.page.pop_front();
                    right.page.pop_front();
                }
                // It has run out in one of the two, or is about to.
                (Some(one), _) if over(one) => drop(left.page.pop_front()),
                (_, Some(other)) if over(other) => drop(right.page.pop_front()),
                (one, other) => {
                    let key = one.or(other).map_or("", |record| record.key.as_str());
                    let difference = format!(
                        "`{key}` is not the same in {} and {}; the same command again copies everything once more",
                        part.from.name, part.to.name
                    );
                    let first = from.collections()[0].to_owned();
                    to.note(id, Stage::Copying { collection: first, after: None }).await?;
                    return Err(Error::internal(
                        format!("comparing {collection} of {}", part.role),
                        difference,
                    ));
                }
            }
        }
        done += records;
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        all.push(Compared { collection, records, sha256 });
    }
    Ok(all)
}

fn add(hash: &mut Sha256, record: &Record) {
    for part in [record.key.as_bytes(), record.value.as_bytes(), &record.content] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
}

/// The records of a collection, a page at a time.
struct Walk<'p> {
    place: &'p dyn Owned,
    collection: &'static str,
    after: Option<String>,
    page: VecDeque<Record>,
    is_over: bool,
}

impl<'p> Walk<'p> {
    fn new(place: &'p dyn Owned, collection: &'static str) -> Self {
        Self { place, collection, after: None, page: VecDeque::new(), is_over: false }
    }

    async fn fill(&mut self) -> Result<()> {
        if !self.page.is_empty() || self.is_over {
            return Ok(());
        }
        self.page = self.place.page(self.collection, self.after.as_deref(), ROOM).await?.into();
        match self.page.back() {
            Some(last) => self.after = Some(last.key.clone()),
            None => self.is_over = true,
        }
        Ok(())
    }
}
