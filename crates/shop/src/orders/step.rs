//! What all steps after placing share: read the history, decide, commit, and begin again if somebody was faster.

use souk_kernel::LogPosition;
use souk_ports::event::{Actor, RecordedEvent};
use souk_ports::rows;
use souk_ports::store::{Commit, Committed, MoveKind, Outcome, StockMove};

use super::events::{Event, OrderCancelled, Pieces};
use super::order::{Command, Order, apply, decide};
use super::{Error, Occasion, OrderRef, Stepped};
use crate::Shop;
use crate::commit::commit_surely;

/// Steps of one order are rare, so two of them at once are an accident and five a quarrel.
const TRIES: u32 = 5;

/// What comes of wanting a step.
pub(crate) enum Prepared {
    /// Everything that the step writes, and the order after it.
    Due(Box<Commit>, rows::Order),
    /// It had been taken before.
    Taken(rows::Order, LogPosition),
}

pub(super) async fn take(
    shop: &Shop,
    which: OrderRef,
    command: Command,
    actor: Actor,
) -> Result<Stepped, Error> {
    for _ in 0..TRIES {
        let command = |_: &rows::Order| command.clone();
        match prepare(shop, which, command, actor.clone(), Occasion::now(shop)).await? {
            Prepared::Taken(row, position) => return Ok(stepped(row, position, true)?),
            Prepared::Due(commit, after) => match commit_surely(&*shop.store, *commit).await? {
                Outcome::Committed(Committed { position, .. }) => {
                    return Ok(stepped(after, position, false)?);
                }
                Outcome::Conflict { .. } => {}
                other => {
                    return Err(unexpected(format!("the store answered a step with {other:?}")).into());
                }
            },
        }
    }
    Err(Error::Contended { what: format!("order `{which}`") })
}

/// One look at the order and the decision on it, without writing anything.
pub(crate) async fn prepare(
    shop: &Shop,
    which: OrderRef,
    command: impl FnOnce(&rows::Order) -> Command,
    actor: Actor,
    occasion: Occasion,
) -> Result<Prepared, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let row = which.row(&mut *snapshot).await?.row;
    let history = snapshot.stream(row.id.into()).await?;
    let order = replay(&row, &history)?;
    let Some(event) = decide(order.as_ref(), command(&row))? else {
        let epoch = snapshot.head().await?.head.epoch;
        let position = history.last().map_or(0, |event| event.position);
        return Ok(Prepared::Taken(row, LogPosition { epoch, position }));
    };
    // No snapshot is held while waiting for the commit's turn.
    drop(snapshot);

    let after = apply(order, row.id, &event, occasion.at)
        .ok_or_else(|| unexpected("a step of an order that was not placed".to_owned()))?;
    let version = history.last().map_or(0, |event| event.version);
    let mut commit = occasion.commit(&event, row.id, actor)?;
    commit.expect = vec![(row.id.into(), version)];
    commit.rows = vec![after.row.clone().into()];
    if let Event::Cancelled(cancelled) = &event {
        commit.stock = returns(cancelled);
    }
    Ok(Prepared::Due(Box::new(commit), after.row))
}

fn unexpected(what: String) -> souk_ports::Error {
    souk_ports::Error::internal("taking a step of an order", what)
}

/// The order that the events tell of, with the number that only its row knows.
fn replay(row: &rows::Order, history: &[RecordedEvent]) -> Result<Option<Order>, souk_ports::Error> {
    let mut order = None;
    for recorded in history {
        order = apply(order, row.id, &Event::from_recorded(recorded)?, recorded.occurred_at);
    }
    if let Some(order) = &mut order {
        order.row.number = row.number;
    }
    Ok(order)
}

fn returns(cancelled: &OrderCancelled) -> Vec<StockMove> {
    let back = |item: &Pieces| StockMove::new(item.variant_id, MoveKind::Return(item.quantity));
    cancelled.items.iter().map(back).collect()
}

fn stepped(row: rows::Order, position: LogPosition, replayed: bool) -> Result<Stepped, souk_ports::Error> {
    let number = numbered(&row)?;
    Ok(Stepped { order_id: row.id, number, status: row.status, total: row.total, position, replayed })
}

/// The number that every order has once it is committed.
pub(super) fn numbered(row: &rows::Order) -> Result<u64, souk_ports::Error> {
    row.number.ok_or_else(|| {
        souk_ports::Error::internal("reading an order", format!("order `{}` has no number", row.id))
    })
}
