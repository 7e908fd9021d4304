//! `/health` and `/problems`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, http::StatusCode};
use futures_util::future::join_all;
use serde::Serialize;
use serde_json::{Map, Value, json};
use souk_kernel::ErrorCode;
use souk_ports::Error;
use souk_ports::store::{Replica, ReplicaState};
use souk_shop::declared::error_codes;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::filling::StageState;
use crate::gate::{PathText, Problem};
use crate::{App, Role};

/// How long a role may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Readiness {
    Ready,
    /// Something is made for the first time.
    Filling,
    /// A role other than the store or a replica cannot be used or cannot say how far it is, or filling the shop fails.
    Degraded,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum RoleState {
    Up,
    /// What it serves is made for the first time.
    Filling,
    Down,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ReplicaStatus {
    Up,
    Behind,
    Down,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Liveness {
    Live,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Ready {
    status: Readiness,
    roles: BTreeMap<&'static str, RoleHealth>,
    /// What the process fills the shop with, in this order, while any of it is left. Pictures that are left take nothing
    /// from being ready: whoever asks for one gets it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filling: Vec<StageState>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RoleHealth {
    status: RoleState,
    /// The engine, its version, and where it is; what is wrong, while it is down.
    says: String,
    /// How many events each projection into this role has still to follow; `null` when nobody can tell.
    behind: Option<BTreeMap<&'static str, u64>>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    /// Of the store, where it has some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replicas: Vec<ReplicaHealth>,
}

/// A server that answers queries in place of the store.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplicaHealth {
    /// Host, port and database.
    place: String,
    /// It is used only while it is up.
    status: ReplicaStatus,
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
                status: if lags { ReplicaStatus::Behind } else { ReplicaStatus::Up },
                version: Some(version),
                position: Some(at.to_string()),
                behind: Some(behind),
            },
            Err(_) => {
                Self { place, status: ReplicaStatus::Down, version: None, position: None, behind: None }
            }
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Live {
    status: Liveness,
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "operations", responses((status = OK, body = Live)))]
pub(crate) async fn live() -> Json<Live> {
    Json(Live { status: Liveness::Live })
}

/// Requests can be served. Without the store the answer is 503; without another role souk serves what it can.
#[utoipa::path(get, path = "/health/ready", tag = "operations", responses((status = OK, body = Ready)))]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let store = health(
        "store",
        async {
            let head = app.shop.store.snapshot().await?.head().await?.head;
            let says = format!("{}, log at {head}", app.shop.store.version().await?);
            Ok(Reached { says, filling: false })
        },
        async { Ok(BTreeMap::new()) },
    );
    let replicas = timeout(PATIENCE, app.shop.store.replicas());
    let roles = app.roles.iter().map(|role| health(role.name, reach(role), role.runner.behind()));
    let (mut store, replicas, others) = tokio::join!(store, replicas, join_all(roles));
    let replicas_told = replicas.is_ok();
    store.replicas = replicas.unwrap_or_default().into_iter().map(ReplicaHealth::from).collect();
    let store_up = store.status == RoleState::Up;
    let names = app.roles.iter().map(|role| role.name);
    let roles: BTreeMap<_, _> = names.zip(others).chain([("store", store)]).collect();
    if !store_up {
        let mut problem = Problem::new(ErrorCode::Unavailable, "the store cannot be reached");
        problem.extra = Map::from_iter([("roles".to_owned(), json!(roles))]);
        return problem.into_response();
    }
    let replicas_up =
        |role: &RoleHealth| role.replicas.iter().all(|replica| replica.status == ReplicaStatus::Up);
    let is_there =
        |role: &RoleHealth| role.status != RoleState::Down && role.behind.is_some() && replicas_up(role);
    let filling = app.filling.left();
    let status =
        if !replicas_told || !roles.values().all(is_there) || filling.iter().any(StageState::is_trouble) {
            Readiness::Degraded
        } else if roles.values().any(|role| role.status == RoleState::Filling)
            || filling.iter().any(StageState::is_missed)
        {
            Readiness::Filling
        } else {
            Readiness::Ready
        };
    (StatusCode::OK, Json(Ready { status, roles, filling })).into_response()
}

/// A role that answers.
struct Reached {
    says: String,
    /// Something that it serves is not there yet.
    filling: bool,
}

/// Asks a role for what it serves: how far its live generations are, and what it is.
async fn reach(role: &Role) -> Result<Reached, Error> {
    let mut filling = false;
    for name in role.runner.names() {
        match role.engine.live(name).await? {
            Some(live) => drop(role.engine.checkpoint(name, live).await?),
            None => filling |= role.runner.following().contains(&name),
        }
    }
    Ok(Reached { says: role.engine.describe().await?, filling })
}

async fn health(
    name: &str,
    reached: impl Future<Output = Result<Reached, Error>>,
    behind: impl Future<Output = Result<BTreeMap<&'static str, u64>, Error>>,
) -> RoleHealth {
    let reached = match timeout(PATIENCE, reached).await {
        Ok(Ok(reached)) => Ok(reached),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it did not answer within {} s", PATIENCE.as_secs())),
    };
    match reached {
        // Without the store nobody knows where the log ends.
        Ok(Reached { says, filling }) => {
            let behind = timeout(PATIENCE, behind).await.ok().and_then(Result::ok);
            RoleHealth {
                status: if filling { RoleState::Filling } else { RoleState::Up },
                says,
                behind,
                advice: None,
                replicas: Vec::new(),
            }
        }
        Err(says) => {
            let advice =
                format!("see that it runs; if it does, check the setting `{name}` with `souk doctor`");
            RoleHealth {
                status: RoleState::Down,
                says,
                behind: None,
                advice: Some(advice),
                replicas: Vec::new(),
            }
        }
    }
}

/// What a kind of problem means: where the `type` of a problem document leads.
#[utoipa::path(get, path = "/problems/{code}", tag = "operations",
    params(("code" = String, Path, example = "out-of-stock")), responses((status = OK, body = Value)))]
pub(crate) async fn problem_kind(PathText(code): PathText) -> Result<Json<Value>, Problem> {
    let known = error_codes().find(|known| known.slug() == code);
    let known = known.ok_or_else(|| Problem::new(ErrorCode::NotFound, "there is no such kind of problem"))?;
    Ok(Json(json!({
        "type": format!("/problems/{}", known.slug()),
        "title": known.title(),
        "status": known.http_status(),
    })))
}
