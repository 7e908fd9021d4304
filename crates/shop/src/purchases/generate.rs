//! The use case: plans a history, or goes on with one that was begun, and carries it out.

use std::collections::HashMap;

use souk_kernel::Timestamp;

use super::Error;
use super::carry_out::{Hands, Job};
use super::errands::errands;
use super::history::History;
use super::market::Market;
use super::plan::{Frame, Plan};
use super::report::{Progress, PurchasesReport, Summary};
use super::rhythm::DAY_MS;
use crate::Shop;

pub const MAX_ORDERS: u64 = 1_000_000;
/// Ten years.
pub const MAX_DAYS: u32 = 3_650;

/// A history to make up.
#[derive(Debug, Clone)]
pub struct Purchases {
    /// 1 to [`MAX_ORDERS`].
    pub orders: u64,
    /// Another seed, another history.
    pub seed: u64,
    /// How long it is: 1 to [`MAX_DAYS`].
    pub days: u32,
    /// When it ends, for a history that is begun; `None`: now. One that goes on keeps its end.
    pub until: Option<Timestamp>,
}

impl Purchases {
    fn check(&self, now: Timestamp) -> Result<(), Error> {
        let invalid = |reason: String| Err(Error::Invalid { reason });
        if !(1..=MAX_ORDERS).contains(&self.orders) {
            return invalid(format!("a history has 1 to {MAX_ORDERS} orders, not {}", self.orders));
        }
        if !(1..=MAX_DAYS).contains(&self.days) {
            return invalid(format!("a history has 1 to {MAX_DAYS} days, not {}", self.days));
        }
        match self.until {
            Some(until) if until > now => invalid(format!("a history cannot end in the future, at {until}")),
            Some(until) if until.ms() < i64::from(self.days) * DAY_MS => {
                invalid(format!("a history that ends at {until} would begin before 1970"))
            }
            _ => Ok(()),
        }
    }
}

/// Notes that this history is wanted, so that orders which come before it is begun do not stand in its place.
pub async fn want_purchases(shop: &Shop, request: &Purchases) -> Result<(), Error> {
    request.check(shop.clock.now())?;
    History::want(shop, request).await
}

/// Whether this history was wanted or begun, and is not complete.
pub async fn is_unfinished(shop: &Shop, request: &Purchases) -> Result<bool, Error> {
    match History::find(shop, request).await? {
        Some(history) => Ok(history.finished.is_none()),
        None => History::is_wanted(shop, request).await,
    }
}

/// Makes up a history, or what is missing of it. Whoever drops the future interrupts it; the same request goes on from
/// there and comes to the same end as if it had never been interrupted.
pub async fn generate_purchases(
    shop: &Shop,
    request: &Purchases,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<PurchasesReport, Error> {
    let now = shop.clock.now();
    request.check(now)?;
    let found = History::find(shop, request).await?;
    if let Some(history) = &found
        && request.until.is_some_and(|until| until != history.until)
    {
        return Err(Error::OtherEnd { until: history.until });
    }
    let mut report = PurchasesReport {
        seed: request.seed,
        from: now,
        until: now,
        summary: Summary::default(),
        orders_before: 0,
        interrupted_before: None,
        market_changed: false,
        position: None,
    };
    let span = |report: &mut PurchasesReport, until: Timestamp| {
        report.until = until;
        report.from = until.plus_ms(-i64::from(request.days) * DAY_MS);
    };
    let history = match found {
        Some(History { finished: Some(summary), until, .. }) => {
            span(&mut report, until);
            report.orders_before = summary.orders;
            report.summary = summary;
            return Ok(report);
        }
        Some(history) => {
            report.interrupted_before = Some(history.started_at);
            history
        }
        None => {
            let mut snapshot = shop.store.snapshot().await?;
            let head = snapshot.head().await?.head.position;
            let market = Market::read(&mut *snapshot, head).await?;
            drop(snapshot);
            let until = request.until.unwrap_or(now);
            History::begin(shop, request, until, market.digest()).await?
        }
    };
    span(&mut report, history.until);
    let market = Market::read(&mut *shop.store.snapshot().await?, history.begun).await?;
    report.market_changed = market.digest() != history.market;

    let Purchases { orders, seed, days, .. } = *request;
    let frame = Frame { seed, orders, days, until: history.until.ms() };
    let mut plan = Plan::new(&market, frame, errands(&market, frame)?);
    let mut hands = Hands::new(shop, &market, &history, seed);
    let mut orders_of: HashMap<usize, u64> = HashMap::new();
    while let Some(wave) = plan.next_wave() {
        hands.carry_out(wave.before.iter().map(Job::Act)).await?;
        let there = hands.placed_before(&wave.orders).await?;
        report.orders_before += there.len() as u64;
        hands
            .carry_out(wave.orders.iter().filter(|order| !there.contains(&order.index)).map(Job::Order))
            .await?;
        for order in &wave.orders {
            *orders_of.entry(order.customer).or_default() += 1;
        }
        for round in &wave.rounds {
            hands.carry_out(round.iter().map(Job::Act)).await?;
        }
        hands.tell(&plan.looks(&wave)).await?;
        let done = wave.orders.last().map(|order| order.index + 1);
        if let Some(done) = done {
            progress(Progress { done, total: orders });
        }
    }
    let mut summary = hands.summary;
    summary.customers = orders_of.len() as u64;
    summary.came_again = orders_of.values().filter(|orders| **orders > 1).count() as u64;
    let (in_stock, all) = market.in_stock(&mut *shop.store.snapshot().await?).await?;
    (summary.variants_in_stock, summary.variants) = (in_stock, all);
    report.position = Some(history.finish(shop, &summary).await?);
    report.summary = summary;
    Ok(report)
}
