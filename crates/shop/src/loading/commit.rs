//! Brings batches into the store: plans, commits, and does it again when someone else was faster.

use std::time::{Duration, Instant};

use serde_json::json;
use souk_kernel::{CommitId, LogPosition};
use souk_ports::Error as PortError;
use souk_ports::event::{Actor, NewEvent, StreamId, StreamKind};
use souk_ports::rows::{Load, RecordRow, Row};
use souk_ports::store::{Commit, Committed, Outcome, Refusal};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::plan::{Batch, How, Plan, Refused, plan};
use super::rejects::Rejects;
use super::report::LoadReport;
use super::{Error, LoadOptions, Missing};
use crate::catalog::events::Cause;
use crate::commit::commit_patiently;
use crate::customers::events::EMAILS;
use crate::{Shop, currency};

/// Who acts in the events of a load, whatever is loaded.
pub(super) const LOADER: &str = "loader";

/// How often a batch is planned anew because someone else changed one of its rows meanwhile.
const ATTEMPTS: usize = 20;

/// What a commit took of the store's time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Took {
    pub(super) time: Duration,
    /// Nobody else has written since this run's last commit.
    pub(super) is_alone: bool,
}

/// What was handed to the store.
pub(super) struct Sent {
    planned: Plan,
    /// How it ends, and how long that takes. `None` where there was nothing to write.
    outcome: Option<JoinHandle<Result<(Outcome, Duration), PortError>>>,
}

/// One run of a loader.
pub(super) struct Run<'a> {
    shop: &'a Shop,
    only_new: bool,
    overwrites: bool,
    missing: Missing,
    /// Variants that the source lacks are retired.
    retires: bool,
    /// What the store is told in the end of the products that there were.
    members: Vec<RecordRow>,
    /// Categories and sellers are only added.
    keeps_surroundings: bool,
    cause: Cause,
    load: Load,
    /// Whether the store knows that this load has begun.
    begun: bool,
    /// Whether the store's note of the last load is of this content, and finished.
    noted: bool,
    pub(super) rejects: Rejects,
    pub(super) report: LoadReport,
}

impl<'a> Run<'a> {
    pub(super) async fn new(
        shop: &'a Shop,
        source: String,
        digest: String,
        options: &LoadOptions,
        rejects: Rejects,
    ) -> Result<Run<'a>, Error> {
        let now = shop.clock.now();
        let last = shop.store.snapshot().await?.one::<Load>(source.clone()).await?.map(|row| row.row);
        let mut report = LoadReport::of(source.clone());
        let mut noted = false;
        if let Some(last) = last {
            match last.finished_at {
                None => report.interrupted_before = Some(last.started_at),
                Some(_) => noted = last.digest == digest,
            }
        }
        let actor = Actor::System(LOADER.to_owned());
        let cause = Cause { actor, occurred_at: now, reason: Some(format!("loaded from {source}")) };
        let load = Load { source, digest, started_at: now, finished_at: None };
        let LoadOptions { only_new, overwrites, missing, .. } = *options;
        let keeps_surroundings = false;
        Ok(Run {
            shop,
            only_new,
            overwrites,
            missing,
            retires: true,
            members: Vec::new(),
            keeps_surroundings,
            cause,
            load,
            begun: false,
            noted,
            rejects,
            report,
        })
    }

    /// For a source that only names its categories and sellers: what the shop says of them stays.
    pub(super) fn keeping_surroundings(self) -> Self {
        Self { keeps_surroundings: true, ..self }
    }

    /// For a source whose products are remembered. A file with rejects may lack products only because they were refused:
    /// what it lacks is told and left alone.
    pub(super) fn of_members(self, members: Vec<RecordRow>) -> Self {
        let missing = if self.rejects.count > 0 { Missing::Keep } else { self.missing };
        Self { members, missing, retires: missing != Missing::Keep, ..self }
    }

    /// What the batch would be refused for, and what it would come to where that `counts`, without writing anything.
    pub(super) async fn try_out(&mut self, batch: Batch<'_>, counts: bool) -> Result<(), Error> {
        let planned = self.plan(batch).await?;
        if counts {
            return self.take_over(planned, None);
        }
        planned.rejects.into_iter().try_for_each(|reject| self.rejects.add(reject))
    }

    /// What the batch comes to with what is stored now. Nothing is written yet.
    pub(super) async fn plan(&self, batch: Batch<'_>) -> Result<Plan, Error> {
        self.plan_without(batch, &Refused::default()).await
    }

    /// Hands what was planned to the store, which goes on with it whatever the caller does meanwhile.
    pub(super) async fn send(&mut self, planned: Plan) -> Result<Sent, Error> {
        if planned.commit.events.is_empty() {
            return Ok(Sent { planned, outcome: None });
        }
        self.begin().await?;
        let (store, commit) = (self.shop.store.clone(), planned.commit.clone());
        let outcome = tokio::spawn(async move {
            let begun = Instant::now();
            let outcome = commit_patiently(&*store, commit).await?;
            Ok((outcome, begun.elapsed()))
        });
        Ok(Sent { planned, outcome: Some(outcome) })
    }

    /// Plans the batch and brings it in. `None`: nothing was new, and nothing written.
    pub(super) async fn bring(&mut self, batch: Batch<'_>) -> Result<Option<Took>, Error> {
        let planned = self.plan(batch).await?;
        let sent = self.send(planned).await?;
        self.settle(batch, sent).await
    }

    /// Waits for the end of what was sent, and plans the batch anew as long as it is refused for what can be mended.
    pub(super) async fn settle(&mut self, batch: Batch<'_>, mut sent: Sent) -> Result<Option<Took>, Error> {
        let mut refused = Refused::default();
        let mut attempts = 0;
        loop {
            let Sent { planned, outcome } = sent;
            let Some(outcome) = outcome else {
                self.take_over(planned, None)?;
                return Ok(None);
            };
            let ended = outcome.await.map_err(|error| PortError::internal("committing a batch", error))?;
            let (outcome, time) = ended?;
            match outcome {
                Outcome::Committed(Committed { position, .. }) => {
                    let own = planned.commit.events.len() as u64;
                    let is_alone =
                        self.report.position.is_some_and(|last| last.position + own == position.position);
                    self.take_over(planned, Some(position))?;
                    return Ok(Some(Took { time, is_alone }));
                }
                // One row less each time, so this ends.
                Outcome::Refused(Refusal::Unique { space, value })
                    if space == EMAILS && !refused.emails.contains(&value) =>
                {
                    refused.emails.insert(value);
                }
                Outcome::Refused(Refusal::Circle { category }) if !refused.circles.contains(&category) => {
                    refused.circles.insert(category);
                }
                Outcome::Refused(Refusal::Parts { bundle, fault })
                    if !refused.bundles.contains_key(&bundle) =>
                {
                    refused.bundles.insert(bundle, fault);
                }
                // The rows or the stock are not as they were when this was planned.
                Outcome::Refused(_) | Outcome::Conflict { .. } | Outcome::KeyReused => {
                    attempts += 1;
                    if attempts == ATTEMPTS {
                        return Err(Error::ChangedMeanwhile { what: "the catalogue".to_owned() });
                    }
                }
            }
            let planned = self.plan_without(batch, &refused).await?;
            sent = self.send(planned).await?;
        }
    }

    async fn plan_without(&self, batch: Batch<'_>, refused: &Refused) -> Result<Plan, Error> {
        let mut snapshot = self.shop.store.snapshot().await?;
        let is_surrounding = matches!(batch, Batch::Categories(_) | Batch::Sellers(_));
        let only_new = self.only_new || (self.keeps_surroundings && is_surrounding);
        let (overwrites, currency) = (self.overwrites, self.shop.rules.currency);
        // A file of which a row was refused may have named what it seems to lack.
        let (missing, retires) = (self.missing, self.retires && !only_new && self.rejects.count == 0);
        let how = How { only_new, overwrites, missing, retires, currency, cause: &self.cause, refused };
        plan(batch, &how, &mut *snapshot).await
    }

    fn take_over(&mut self, planned: Plan, position: Option<LogPosition>) -> Result<(), Error> {
        self.report.users.add(planned.tally.users);
        self.report.categories.add(planned.tally.categories);
        self.report.sellers.add(planned.tally.sellers);
        self.report.products.add(planned.tally.products);
        self.report.variants.add(planned.tally.variants);
        self.report.bundles.add(planned.tally.bundles);
        self.report.reviews.add(planned.tally.reviews);
        self.report.comments.add(planned.tally.comments);
        self.report.specifications.add(planned.tally.specifications);
        self.report.profiles.add(planned.tally.profiles);
        self.report.position = position.or(self.report.position);
        self.report.note_kept(planned.kept);
        self.report.gone.add(planned.gone);
        planned.rejects.into_iter().try_for_each(|reject| self.rejects.add(reject))
    }

    /// Notes that the load has begun, before it writes anything else: a note without an end is an interrupted load.
    async fn begin(&mut self) -> Result<(), Error> {
        if !self.begun {
            currency::agree(self.shop).await?;
            self.note("load-started").await?;
            self.begun = true;
        }
        Ok(())
    }

    /// Notes that the load is complete, unless that is known already.
    pub(super) async fn finish(mut self) -> Result<LoadReport, Error> {
        if self.begun || !self.noted || !self.members.is_empty() {
            self.load.finished_at = Some(self.shop.clock.now());
            self.note("load-finished").await?;
        }
        self.report.loaded = true;
        self.close()
    }

    /// The report, without a note in the store.
    pub(super) fn close(mut self) -> Result<LoadReport, Error> {
        self.report.rejects_file = self.rejects.finish()?;
        self.report.rejected = self.rejects.count;
        self.report.rejects = std::mem::take(&mut self.rejects.first);
        Ok(self.report)
    }

    async fn note(&mut self, kind: &str) -> Result<(), Error> {
        let total = self.report.total();
        let data = json!({
            "source": self.load.source,
            "digest": self.load.digest,
            "added": total.added,
            "changed": total.changed,
            "rejected": self.rejects.count,
        });
        let event = NewEvent {
            stream: StreamId { kind: StreamKind::LOAD, id: stream_of(&self.load.source) },
            kind: kind.to_owned(),
            schema: 1,
            data: data.to_string(),
            personal: None,
            occurred_at: self.shop.clock.now(),
            actor: self.cause.actor.clone(),
            reason: None,
        };
        let mut note = Commit::new(CommitId::new(), vec![event]);
        note.rows.push(self.load.clone().into());
        if self.load.finished_at.is_some() {
            note.rows.extend(self.members.drain(..).map(Row::from));
        }
        match commit_patiently(&*self.shop.store, note).await? {
            Outcome::Committed(committed) => {
                self.report.position = Some(committed.position);
                Ok(())
            }
            // It expects nothing of the store, so nothing can stand against it.
            _ => Err(Error::ChangedMeanwhile { what: format!("the load `{}`", self.load.source) }),
        }
    }
}

/// The name space of the streams of loads; it can never change.
const LOADS: Uuid = Uuid::from_u128(0x2f1d_6a0e_7c44_4b0e_9a53_0d1f_5e6c_0101);

fn stream_of(source: &str) -> Uuid {
    Uuid::new_v5(&LOADS, source.as_bytes())
}
