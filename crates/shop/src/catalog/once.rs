//! Creating a thing once, however often its request comes: under an idempotency key the id of what was created is kept.

use serde::{Deserialize, Serialize};
use souk_kernel::LogPosition;
use souk_ports::Error as PortError;
use souk_ports::store::{Committed, Idempotency};
use uuid::Uuid;

use super::Error;
use crate::Shop;
use crate::orders::IdempotencyKey;

const SCOPE: &str = "catalog";

/// Something that was created, now or by the same request before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created<T> {
    pub id: T,
    pub position: LogPosition,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    id: Uuid,
}

/// What the same request has created before.
pub(super) async fn created_before(
    shop: &Shop,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Created<Uuid>>, Error> {
    let Some(key) = key else { return Ok(None) };
    let Some(answered) = shop.store.answered(SCOPE, &key.key).await? else { return Ok(None) };
    if answered.request_hash != key.request_hash {
        return Err(Error::KeyReused);
    }
    Ok(Some(Created { id: read(&answered.answer)?, position: answered.position }))
}

/// What a commit that creates `id` keeps.
pub(super) fn remembered(shop: &Shop, key: &IdempotencyKey, id: Uuid) -> Result<Idempotency, PortError> {
    let answer = serde_json::to_string(&Answer { id })
        .map_err(|source| PortError::internal("writing the answer of a command", source))?;
    Ok(Idempotency {
        scope: SCOPE.to_owned(),
        key: key.key.clone(),
        request_hash: key.request_hash,
        ttl_ms: shop.rules.idempotency_ttl_ms,
        answer,
    })
}

/// What has been created: another request under the same key may have been faster.
pub(super) fn created(committed: &Committed, id: Uuid) -> Result<Created<Uuid>, PortError> {
    let id = committed.answer.as_deref().map_or(Ok(id), read)?;
    Ok(Created { id, position: committed.position })
}

fn read(answer: &str) -> Result<Uuid, PortError> {
    serde_json::from_str::<Answer>(answer)
        .map(|answer| answer.id)
        .map_err(|source| PortError::internal("reading the answer of a command", source))
}
