//! A shop that fills itself while it serves: what is left, for `/health/ready`, and how long each stage took.
//!
//! Stages come one after the other, the catalogue first, because a shop that can be browsed is worth more than one that is
//! complete. Each can be done again from wherever a process ended.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use utoipa::ToSchema;

use crate::gate::Problem;
use crate::terminal::{Style, Table};

/// A part of filling a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stage {
    /// What there is to buy, with the names of its pictures.
    Catalogue,
    /// A made-up history of orders.
    Purchases,
    /// What follows the log and the feed.
    Projections,
    Embeddings,
    /// What is made of other derived data.
    Batches,
    Pictures,
}

impl Stage {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Purchases => "purchases",
            Self::Projections => "projections",
            Self::Embeddings => "embeddings",
            Self::Batches => "batches",
            Self::Pictures => "pictures",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StageStatus {
    Waiting,
    Filling,
    /// It failed, and is tried again.
    Failing,
    /// It failed, and neither it nor those after it are tried again before the next start.
    Failed,
    Done,
}

/// How far a stage of filling has got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StageState {
    stage: Stage,
    status: StageStatus,
    /// Of `total`, as far as somebody counts them: rows, orders, events, texts or pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// What came of it, or what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
    #[serde(skip)]
    begun: Option<Instant>,
    #[serde(skip)]
    took: Duration,
}

/// The stages of this process, in their order; none where it does not fill itself.
#[derive(Debug, Default)]
pub struct Filling(Mutex<Vec<StageState>>);

impl Filling {
    /// These are to be done.
    pub(super) fn plan(&self, stages: &[Stage]) {
        let waiting = |stage: &Stage| StageState {
            stage: *stage,
            status: StageStatus::Waiting,
            done: None,
            total: None,
            says: None,
            begun: None,
            took: Duration::ZERO,
        };
        *self.all() = stages.iter().map(waiting).collect();
    }

    pub(super) fn begins(&self, stage: Stage) {
        self.change(stage, |state| {
            state.status = StageStatus::Filling;
            state.begun.get_or_insert_with(Instant::now);
        });
    }

    pub(super) fn at(&self, stage: Stage, done: u64, total: u64) {
        self.change(stage, |state| (state.done, state.total) = (Some(done), Some(total)));
    }

    pub(super) fn is_done(&self, stage: Stage, outcome: String) {
        self.change(stage, |state| {
            (state.status, state.says) = (StageStatus::Done, Some(outcome));
            state.took = state.begun.map_or(Duration::ZERO, |begun| begun.elapsed());
        });
    }

    pub(super) fn fails(&self, stage: Stage, problem: &Problem, for_good: bool) {
        self.change(stage, |state| {
            state.status = if for_good { StageStatus::Failed } else { StageStatus::Failing };
            state.says = Some(problem.detail.clone());
        });
    }

    /// All stages while one of them is left, otherwise none.
    pub(super) fn left(&self) -> Vec<StageState> {
        let all = self.all();
        let is_left = all.iter().any(|state| state.status != StageStatus::Done);
        if is_left { all.clone() } else { Vec::new() }
    }

    pub(super) fn words(&self, style: Style) -> String {
        let mut table = Table::new(style, &["stage", ">seconds", ""]);
        let seconds = |took: Duration| format!("{:.1}", took.as_secs_f64());
        let all = self.all();
        for StageState { stage, says, took, .. } in all.iter() {
            table.row([stage.as_str().to_owned(), seconds(*took), says.clone().unwrap_or_default()]);
        }
        table.row(["all".to_owned(), seconds(all.iter().map(|state| state.took).sum()), String::new()]);
        table.render()
    }

    fn all(&self) -> MutexGuard<'_, Vec<StageState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, stage: Stage, change: impl FnOnce(&mut StageState)) {
        if let Some(state) = self.all().iter_mut().find(|state| state.stage == stage) {
            change(state);
        }
    }
}

impl StageState {
    /// Something is wrong that the server goes on with.
    pub(super) fn is_trouble(&self) -> bool {
        matches!(self.status, StageStatus::Failing | StageStatus::Failed)
    }

    /// Somebody may miss it. A picture is drawn for whoever asks, so nobody misses one.
    pub(super) fn is_missed(&self) -> bool {
        self.status != StageStatus::Done && self.stage != Stage::Pictures
    }
}

#[cfg(test)]
mod tests {
    use souk_kernel::ErrorCode;

    use super::*;

    #[test]
    fn what_is_left_is_told_until_nothing_is() {
        let filling = Filling::default();
        assert!(filling.left().is_empty());
        filling.plan(&[Stage::Catalogue, Stage::Pictures]);
        filling.begins(Stage::Catalogue);
        filling.at(Stage::Catalogue, 3, 7);
        let left = serde_json::to_value(filling.left()).unwrap();
        assert_eq!(
            left,
            serde_json::json!([
                { "stage": "catalogue", "status": "filling", "done": 3, "total": 7 },
                { "stage": "pictures", "status": "waiting" }
            ])
        );
        assert!(filling.left().iter().any(StageState::is_missed));

        let away = Problem::new(ErrorCode::Unavailable, "the store is away");
        filling.fails(Stage::Catalogue, &away, false);
        assert!(filling.left()[0].is_trouble());
        filling.begins(Stage::Catalogue);
        filling.is_done(Stage::Catalogue, "7 rows".to_owned());
        assert!(!filling.left().iter().any(|state| state.is_missed() || state.is_trouble()));
        filling.is_done(Stage::Pictures, "1 drawn".to_owned());
        assert!(filling.left().is_empty());
        assert!(filling.words(Style::new(false)).contains("7 rows"));
    }
}
