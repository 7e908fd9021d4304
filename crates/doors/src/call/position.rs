//! Reading one's own writes: commands answer with the position of what they wrote, and a query that brings it back waits
//! until what it reads has got there, or says that it has not. What it reads it says itself ([`Query::reads`]).

use std::time::{Duration, Instant};

use souk_kernel::{LogPosition, Position};
use souk_ports::store::Store;
use souk_shop::{Query, Shop, Source};

use super::Problem;

/// The position that a call wants to see, where it names one.
#[derive(Debug, Clone, Copy)]
pub struct Token(Option<Wanted>);

#[derive(Debug, Clone, Copy)]
struct Wanted {
    position: LogPosition,
    /// When the call came: all that it waits for shares one patience.
    since: Instant,
}

/// An answer to a query, and whether it may lack what the caller has seen.
#[derive(Debug)]
pub struct Answered<T> {
    pub answer: T,
    pub stale: bool,
}

impl Token {
    /// Reads what the call says it has seen: `None` where it says nothing.
    pub fn read(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text else { return Ok(Self(None)) };
        let position = text.trim().parse().map_err(|_| {
            Problem::invalid("the header `Souk-Position` reads `epoch-position`, such as 1-4711")
        })?;
        Ok(Self(Some(Wanted { position, since: Instant::now() })))
    }

    /// Waits until all that the query reads has got there, at the longest for `patience` after the call came, and answers.
    pub async fn ask<Q: Query>(
        self,
        shop: &Shop,
        query: &Q,
        patience: Duration,
    ) -> Result<Answered<Q::Answer>, Problem> {
        let (stale, at_least) = self.wait(shop, query.reads(), patience).await?;
        Ok(Answered { answer: query.answer(shop, at_least).await?, stale })
    }

    /// Whether some source lacks what the caller has seen, and what the store's part of the answer has to hold: what the
    /// caller has seen, 0 where nobody can say that it is there.
    async fn wait(
        self,
        shop: &Shop,
        sources: &[Source],
        patience: Duration,
    ) -> Result<(bool, Position), Problem> {
        let Self(Some(wanted)) = self else { return Ok((false, 0)) };
        let until = wanted.since + patience;
        for source in sources {
            let left = until.saturating_duration_since(Instant::now());
            let there = match source.projection(shop) {
                None => store_has(&*shop.store, wanted.position, left).await?,
                Some((role, projection)) => {
                    match souk_runtime::wait_for(role, projection, wanted.position, left).await {
                        Ok(there) => there,
                        // The query itself asks the store instead of what is away or broken, or says that it cannot.
                        Err(error) => {
                            tracing::debug!(%error, projection, "there is nothing to wait for");
                            store_has(&*shop.store, wanted.position, left).await?
                        }
                    }
                }
            };
            if !there {
                return Ok((true, 0));
            }
        }
        Ok((false, wanted.position.position))
    }
}

async fn store_has(
    store: &dyn Store,
    wanted: LogPosition,
    patience: Duration,
) -> Result<bool, souk_ports::Error> {
    let until = Instant::now() + patience;
    loop {
        let head = store.snapshot().await?.head().await?.head;
        if head >= wanted {
            // A later epoch is another life of the log: what the caller saw may be lost.
            return Ok(head.epoch == wanted.epoch);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        store.wait_for_events(head.position, left).await?;
    }
}
