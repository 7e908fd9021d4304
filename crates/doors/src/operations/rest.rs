//! `/health` and `/problems`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, http::StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use souk_kernel::ErrorCode;
use souk_ports::store::{Replica, ReplicaState};
use utoipa::ToSchema;

use crate::gate::{PathText, Problem};
use crate::{App, Role};

/// How long a role may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Serialize, ToSchema)]
pub(crate) struct Ready {
    /// `ready`, or `degraded` where a role other than the store or a replica cannot be used.
    status: &'static str,
    roles: BTreeMap<&'static str, RoleHealth>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RoleHealth {
    /// `up` or `down`
    status: &'static str,
    /// Of the store, where it has some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replicas: Vec<ReplicaHealth>,
}

/// A server that answers queries in place of the store.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplicaHealth {
    /// Host, port and database.
    place: String,
    /// `up`, `behind`, or `down`; it is used only while it is up.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Its place in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "1-4711")]
    position: Option<String>,
    /// Events that it lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    behind: Option<u64>,
}

impl From<Replica> for ReplicaHealth {
    fn from(Replica { place, state, .. }: Replica) -> Self {
        match state {
            Ok(ReplicaState { version, at, behind, lags }) => Self {
                place,
                status: if lags { "behind" } else { "up" },
                version: Some(version),
                position: Some(at.to_string()),
                behind: Some(behind),
            },
            Err(_) => Self { place, status: "down", version: None, position: None, behind: None },
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Live {
    /// `live`
    status: &'static str,
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "operations", responses((status = OK, body = Live)))]
pub(crate) async fn live() -> Json<Live> {
    Json(Live { status: "live" })
}

/// Requests can be served. Without the store the answer is 503; without another role souk serves what it can.
#[utoipa::path(get, path = "/health/ready", tag = "operations", responses((status = OK, body = Ready)))]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let reached = health(async {
        app.shop.store.snapshot().await?.head().await?;
        Ok(())
    });
    let replicas = tokio::time::timeout(PATIENCE, app.shop.store.replicas());
    let (mut store, replicas) = tokio::join!(reached, replicas);
    store.replicas = replicas.unwrap_or_default().into_iter().map(ReplicaHealth::from).collect();
    let store_up = store.status == "up";
    let mut roles = BTreeMap::from([("store", store)]);
    for role in &app.roles {
        roles.insert(role.name, health(reach(role)).await);
    }
    if !store_up {
        let mut problem = Problem::new(ErrorCode::Unavailable, "the store cannot be reached");
        problem.extra = Map::from_iter([("roles".to_owned(), json!(roles))]);
        return problem.into_response();
    }
    let replicas_up = |role: &RoleHealth| role.replicas.iter().all(|replica| replica.status == "up");
    let all_up = roles.values().all(|role| role.status == "up" && replicas_up(role));
    let status = if all_up { "ready" } else { "degraded" };
    (StatusCode::OK, Json(Ready { status, roles })).into_response()
}

/// Asks a role for what it serves: how far its live generations are.
async fn reach(role: &Role) -> Result<(), souk_ports::Error> {
    for name in role.runner.names() {
        if let Some(live) = role.engine.live(name).await? {
            role.engine.checkpoint(name, live).await?;
        }
    }
    Ok(())
}

async fn health(asked: impl Future<Output = Result<(), souk_ports::Error>>) -> RoleHealth {
    let up = matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(())));
    RoleHealth { status: if up { "up" } else { "down" }, replicas: Vec::new() }
}

/// What a kind of problem means: where the `type` of a problem document leads.
#[utoipa::path(get, path = "/problems/{code}", tag = "operations",
    params(("code" = String, Path, example = "out-of-stock")), responses((status = OK, body = Value)))]
pub(crate) async fn problem_kind(PathText(code): PathText) -> Result<Json<Value>, Problem> {
    let known = ErrorCode::ALL.into_iter().find(|known| known.slug() == code);
    let known = known.ok_or_else(|| Problem::new(ErrorCode::NotFound, "there is no such kind of problem"))?;
    Ok(Json(json!({
        "type": format!("/problems/{}", known.slug()),
        "title": known.title(),
        "status": known.http_status(),
    })))
}
