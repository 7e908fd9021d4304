//! The rules of the port that hold whatever is stored already; checked by the caller's own task, before any queue.

use std::ops::RangeInclusive;

use serde::de::IgnoredAny;
use souk_ports::series::{Activity, Fact};
use souk_ports::{Error, Result};

const MOST_ACTIVITIES: usize = 10_000;
const SESSION_BYTES: usize = 64;
const METADATA_BYTES: usize = 4096;
const LABEL_BYTES: usize = 128;
/// Of facts: what RFC 3339 can write, and every engine can cut into months. In milliseconds since 1970.
const MOMENTS: RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

pub(super) fn activities(activities: &[Activity]) -> Result<()> {
    if !(1..=MOST_ACTIVITIES).contains(&activities.len()) {
        let reason =
            format!("1 to {MOST_ACTIVITIES} activities are appended at once, not {}", activities.len());
        return Err(Error::invalid(reason));
    }
    activities.iter().try_for_each(activity)
}

fn activity(activity: &Activity) -> Result<()> {
    let refuse = |reason: &str| Err(Error::invalid(format!("{:?}: {reason}", activity.id)));
    if activity.id.0.get_version_num() != 7 {
        return refuse("the id is no UUIDv7");
    }
    if activity.session.as_ref().is_some_and(|session| !(1..=SESSION_BYTES).contains(&session.len())) {
        return refuse("the session has 1 to 64 bytes");
    }
    if activity.session.as_ref().is_some_and(|session| session.contains('\0')) {
        return refuse("the session has a U+0000, which not every engine can keep");
    }
    if let Some(metadata) = &activity.metadata {
        if metadata.len() > METADATA_BYTES {
            return refuse("the metadata has at most 4 KiB");
        }
        if !metadata.trim_start().starts_with('{') || serde_json::from_str::<IgnoredAny>(metadata).is_err() {
            return refuse("the metadata is no JSON object");
        }
    }
    Ok(())
}

pub(super) fn facts(facts: &[Fact]) -> Result<()> {
    facts.iter().try_for_each(|fact| {
        if i64::try_from(fact.key.position).is_err() {
            return Err(Error::invalid(format!("the position {} of a fact is too great", fact.key.position)));
        }
        if fact.label.as_ref().is_some_and(|label| label.len() > LABEL_BYTES) {
            return Err(Error::invalid("the label of a fact has at most 128 bytes"));
        }
        if fact.label.as_ref().is_some_and(|label| label.contains('\0')) {
            return Err(Error::invalid("the label of a fact has a U+0000, which not every engine can keep"));
        }
        if !MOMENTS.contains(&fact.at.ms()) {
            return Err(Error::invalid(format!("{} lies outside the years 0 to 9999", fact.at)));
        }
        Ok(())
    })
}
