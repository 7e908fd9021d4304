//! What follows the activity feed: how much interest there is in each product.

use std::sync::Arc;

use async_trait::async_trait;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::projection::ActivityProjection;
use souk_ports::series::{ActivityKind, Fact, FactKey, RecordedActivity, Series};

pub const INTEREST: ProjectionName = "interest";

/// How much an activity says about the interest in its product. To have been shown says nothing.
pub fn points(kind: ActivityKind) -> i64 {
    match kind {
        ActivityKind::View => 1,
        ActivityKind::Click => 2,
        ActivityKind::AddToCart => 5,
        ActivityKind::Impression | ActivityKind::Purchase => 0,
    }
}

/// A fact per activity: its label is the kind, its amount the [`points`]. Purchases are left out: orders count.
pub struct Interest {
    series: Arc<dyn Series>,
}

impl Interest {
    pub fn new(series: Arc<dyn Series>) -> Self {
        Self { series }
    }
}

#[async_trait]
impl ActivityProjection for Interest {
    fn name(&self) -> ProjectionName {
        INTEREST
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.series.clone()
    }

    async fn apply(
        &self,
        generation: Generation,
        activities: &[RecordedActivity],
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let counted = activities.iter().filter(|one| one.activity.kind != ActivityKind::Purchase);
        let facts = counted.map(|RecordedActivity { position, activity, .. }| Fact {
            key: FactKey { position: *position, line: 0 },
            at: activity.at,
            product: Some(activity.product.0),
            variant: None,
            category: None,
            seller: None,
            label: Some(activity.kind.as_str().to_owned()),
            quantity: 1,
            amount: points(activity.kind),
        });
        self.series.write(INTEREST, generation, facts.collect(), checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.series.dump(INTEREST).await
    }
}
