//! The note that a history was begun, and that it is complete: what a later run goes on from.

use serde::{Deserialize, Serialize};
use souk_kernel::{CommitId, LogPosition, Position, Timestamp};
use souk_ports::event::{Actor, NewEvent, StreamId, StreamKind};
use souk_ports::rows::{Load, Row};
use souk_ports::store::{Commit, Guard, Outcome};
use uuid::Uuid;

use super::report::Summary;
use super::{Error, Purchases};
use crate::Shop;
use crate::commit::commit_patiently;

const WANTED: &str = "purchases-wanted";
const STARTED: &str = "purchases-started";
const FINISHED: &str = "purchases-finished";
/// Another way of planning has another number, so that nobody goes on with a history that was planned otherwise.
const PLANNING: u32 = 1;
/// The name space of histories; it can never change.
const HISTORIES: Uuid = Uuid::from_u128(0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0102);

/// A history that the store knows of.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// Its commits and orders are named after it.
    pub(super) id: Uuid,
    source: String,
    /// Its end.
    pub(super) until: Timestamp,
    /// What it was planned from, in one number.
    pub(super) market: String,
    /// Where the log was when it was begun.
    pub(super) begun: Position,
    pub(super) started_at: Timestamp,
    /// What it came to, if it is complete.
    pub(super) finished: Option<Summary>,
}

#[derive(Serialize)]
struct Wish {
    source: String,
}

#[derive(Serialize, Deserialize)]
struct Started {
    seed: u64,
    orders: u64,
    days: u32,
    until: Timestamp,
    market: String,
}

impl Purchases {
    /// Everything that makes one history another one, but for its end.
    fn source(&self) -> String {
        let Self { orders, seed, days, .. } = self;
        format!("purchases:plan-{PLANNING}:seed-{seed}:orders-{orders}:days-{days}")
    }
}

impl History {
    pub(super) async fn find(shop: &Shop, request: &Purchases) -> Result<Option<Self>, Error> {
        let source = request.source();
        let id = Uuid::new_v5(&HISTORIES, source.as_bytes());
        let mut snapshot = shop.store.snapshot().await?;
        let mut found: Option<Self> = None;
        for event in snapshot.stream(stream(id)).await? {
            let unreadable =
                |error| souk_ports::Error::internal(format!("reading the {} event", event.kind), error);
            match (event.kind.as_str(), &mut found) {
                (STARTED, None) => {
                    let Started { until, market, .. } =
                        serde_json::from_str(&event.data).map_err(unreadable)?;
                    found = Some(Self {
                        id,
                        source: source.clone(),
                        until,
                        market,
                        begun: event.position,
                        started_at: event.recorded_at,
                        finished: None,
                    });
                }
                (FINISHED, Some(history)) => {
                    history.finished = Some(serde_json::from_str(&event.data).map_err(unreadable)?);
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Notes that the history is to be made up as soon as there is something to buy. Doing it again changes nothing.
    pub(super) async fn want(shop: &Shop, request: &Purchases) -> Result<(), Error> {
        let wanted = wanted(request);
        let wish = Wish { source: request.source() };
        let mut commit = Commit::new(CommitId(wanted), vec![note(shop, wanted, WANTED, &wish)?]);
        commit.expect = vec![(stream(wanted), 0)];
        match commit_patiently(&*shop.store, commit).await? {
            Outcome::Committed(_) | Outcome::Conflict { .. } => Ok(()),
            other => Err(unexpected(&other).into()),
        }
    }

    pub(super) async fn is_wanted(shop: &Shop, request: &Purchases) -> Result<bool, Error> {
        Ok(!shop.store.snapshot().await?.stream(stream(wanted(request))).await?.is_empty())
    }

    /// Notes that the history begins, before anything of it is written. Who begins the same one at the same time finds
    /// the note instead.
    pub(super) async fn begin(
        shop: &Shop,
        request: &Purchases,
        until: Timestamp,
        market: String,
    ) -> Result<Self, Error> {
        let source = request.source();
        let id = Uuid::new_v5(&HISTORIES, source.as_bytes());
        let started =
            Started { seed: request.seed, orders: request.orders, days: request.days, until, market };
        let load = Load {
            source: source.clone(),
            digest: started.market.clone(),
            started_at: shop.clock.now(),
            finished_at: None,
        };
        let mut commit = Commit::new(CommitId::new(), vec![note(shop, id, STARTED, &started)?]);
        commit.expect = vec![(stream(id), 0)];
        commit.rows = vec![load.into()];
        match commit_patiently(&*shop.store, commit).await? {
            Outcome::Committed(_) | Outcome::Conflict { .. } => {}
            other => return Err(unexpected(&other).into()),
        }
        let begun = Self::find(shop, request).await?;
        begun.ok_or_else(|| Error::Contended { what: format!("the history `{source}`") })
    }

    /// Notes that it is complete. The first one who says so is heard.
    pub(super) async fn finish(&self, shop: &Shop, summary: &Summary) -> Result<LogPosition, Error> {
        let load = Load {
            source: self.source.clone(),
            digest: self.market.clone(),
            started_at: self.started_at,
            finished_at: Some(shop.clock.now()),
        };
        let row = Row::from(load);
        let mut commit = Commit::new(self.commit("finished"), vec![note(shop, self.id, FINISHED, summary)?]);
        commit.guards = vec![Guard::RowVersion { key: row.key(), version: 1 }];
        commit.rows = vec![row];
        match commit_patiently(&*shop.store, commit).await? {
            Outcome::Committed(committed) => Ok(committed.position),
            other => Err(unexpected(&other).into()),
        }
    }

    /// The id of one of its commits: the same in every run.
    pub(super) fn commit(&self, what: &str) -> CommitId {
        CommitId(Uuid::new_v5(&self.id, what.as_bytes()))
    }
}

/// The wish has a stream of its own, since the history's own stream begins with its beginning.
fn wanted(request: &Purchases) -> Uuid {
    Uuid::new_v5(&HISTORIES, format!("{} wanted", request.source()).as_bytes())
}

fn stream(id: Uuid) -> StreamId {
    StreamId { kind: StreamKind::LOAD, id }
}

fn note<T: Serialize>(shop: &Shop, id: Uuid, kind: &str, data: &T) -> Result<NewEvent, souk_ports::Error> {
    let data = serde_json::to_string(data)
        .map_err(|error| souk_ports::Error::internal(format!("writing a {kind} event"), error))?;
    Ok(NewEvent {
        stream: stream(id),
        kind: kind.to_owned(),
        schema: 1,
        data,
        personal: None,
        occurred_at: shop.clock.now(),
        actor: Actor::System(super::ACTOR.to_owned()),
        reason: None,
    })
}

fn unexpected(outcome: &Outcome) -> souk_ports::Error {
    souk_ports::Error::internal("noting a history", format!("the store answered {outcome:?}"))
}
