//! What follows the activity feed: how much interest there is in each product.

use std::sync::Arc;

use async_trait::async_trait;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::projection::ActivityProjection;
use souk_ports::series::{Fact, FactKey, RecordedActivity, Series};

use super::declared;

pub const INTEREST: ProjectionName = "interest";

/// A fact per activity that counts: its label is the kind's name, its amount its points.
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
        let facts = activities.iter().filter_map(|RecordedActivity { position, activity, .. }| {
            let declared = declared(activity.kind)?;
            Some(Fact {
                key: FactKey { position: *position, line: 0 },
                at: activity.at,
                product: Some(activity.product.0),
                variant: None,
                category: None,
                seller: None,
                label: Some(declared.name.to_owned()),
                quantity: 1,
                amount: declared.points?,
            })
        });
        self.series.write(INTEREST, generation, facts.collect(), checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        self.series.dump(INTEREST).await
    }
}
