//! `/events`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use souk_kernel::{ProductId, UserId};
use souk_ports::series::ActivityKind;
use souk_shop::activity::{self, MAX_EVENTS, Recorded, Reported};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::gate::{Asker, Given, JsonList, Problem, blank_is_absent, named};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEvent {
    /// Of whoever asks, or any id that stands for somebody without an account. Staff names anybody.
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String, example = "U001")]
    user_id: UserId,
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String, example = "P001")]
    product_id: Given<ProductId>,
    /// `view`, `add_to_cart`, `purchase`, `click` or `impression`. A purchase counts for nothing: orders count.
    #[serde(deserialize_with = "kind")]
    #[schema(value_type = String, example = "view")]
    event_type: ActivityKind,
    /// 1 to 64 bytes.
    #[serde(default)]
    session_id: Option<String>,
    /// A JSON object of at most 4 KiB.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
    /// A UUIDv7: its time is the event's, within the last 30 days, and the event counts once however often it is sent.
    #[serde(default, deserialize_with = "blank_is_absent")]
    #[schema(value_type = Option<Uuid>)]
    event_id: Option<Uuid>,
}

/// Reads `view`.
fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ActivityKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    let declared = activity::kinds().find(|declared| declared.name == name);
    declared.map(|declared| declared.kind).ok_or_else(|| {
        let known: Vec<String> = activity::kinds().map(|known| format!("`{}`", known.name)).collect();
        D::Error::custom(format!("unknown variant `{name}`, expected one of {}", known.join(", ")))
    })
}

/// Records what people do in the shop. All of a list is kept, or nothing.
#[utoipa::path(post, path = "/events", tag = "activity",
    request_body(content = Vec<NewEvent>, description = "A list of 1 to 1,000 events, or one without a list around it"),
    responses((status = ACCEPTED, body = Recorded, description = "All of it is durable")))]
pub(crate) async fn record_events(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    JsonList(events): JsonList<NewEvent, MAX_EVENTS>,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    let mut products = Vec::with_capacity(events.len());
    let reported = events.into_iter().map(|event| {
        let product = event.product_id.id;
        products.push(event.product_id);
        Reported {
            event_id: event.event_id,
            kind: event.event_type,
            visitor: event.user_id,
            product,
            session: event.session_id,
            metadata: event.metadata,
        }
    });
    let reported = reported.collect();
    let recorded = activity::record(&app.shop, reported, caller).await;
    let recorded = recorded.map_err(|error| match error.index().and_then(|index| products.get(index)) {
        Some(product) => product.explain(error),
        None => error.into(),
    })?;
    Ok((StatusCode::ACCEPTED, Json(recorded)))
}
