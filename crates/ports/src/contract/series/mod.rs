//! The promises of [`crate::series`], one case each.

use async_trait::async_trait;
use souk_kernel::{Position, Timestamp};
use uuid::Uuid;

use self::facts::{
    a_fact_counts_once_per_key, a_refused_write_leaves_nothing, a_scan_passes_every_fact_once,
    aggregates_agree_with_a_model, an_empty_write_moves_the_checkpoint,
    equal_sums_are_in_the_order_of_time_and_group, facts_survive_reopening, forgetting_agrees_with_a_model,
    two_openers_write_facts_at_once, without_a_live_generation_reading_is_not_found,
};
use self::feed::{
    a_reader_never_skips_while_many_append, a_refused_batch_leaves_nothing,
    activities_come_back_as_they_went, an_activity_counts_once, dropping_what_is_derived_leaves_the_feed,
    many_send_the_same_and_it_counts_once, the_feed_survives_reopening, the_latest_agree_with_a_model,
    waiting_ends_with_an_append_or_with_patience,
};
use super::derived::{Sample, derived_cases};
use crate::Result;
use crate::derived::{Checkpoint, Generation, ProjectionName};
use crate::series::{Fact, FactKey, Series};

mod facts;
mod feed;

derived_cases! { dyn Series:
    activities_come_back_as_they_went, an_activity_counts_once, many_send_the_same_and_it_counts_once,
    a_reader_never_skips_while_many_append, a_refused_batch_leaves_nothing,
    waiting_ends_with_an_append_or_with_patience, the_latest_agree_with_a_model, the_feed_survives_reopening,
    dropping_what_is_derived_leaves_the_feed,
    a_fact_counts_once_per_key, a_refused_write_leaves_nothing, an_empty_write_moves_the_checkpoint,
    aggregates_agree_with_a_model, equal_sums_are_in_the_order_of_time_and_group, forgetting_agrees_with_a_model,
    a_scan_passes_every_fact_once, two_openers_write_facts_at_once, facts_survive_reopening,
    without_a_live_generation_reading_is_not_found,
}

#[async_trait]
impl Sample for dyn Series {
    async fn write_sample(
        &self,
        projection: ProjectionName,
        generation: Generation,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        self.write(projection, generation, vec![fact(checkpoint.at.position, 0)], checkpoint).await
    }

    async fn read_sample(&self, projection: ProjectionName) -> Result<Position> {
        let facts = self.scan(projection, None, u32::MAX).await?;
        Ok(facts.last().map_or(0, |fact| fact.key.position))
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A fact that counts one piece and an amount of 10, at the beginning of 2026.
fn fact(position: Position, line: u32) -> Fact {
    Fact {
        key: FactKey { position, line },
        at: Timestamp::from_ms(1_767_225_600_000),
        product: None,
        variant: None,
        category: None,
        seller: None,
        label: None,
        quantity: 1,
        amount: 10,
    }
}
