//! Carrying a plan out: each order and each step through the same decisions and the same commit as a customer's own.
//!
//! Many are on their way to the store at once, so that it writes them together, but they are sent in the order of the
//! plan, and the store takes them in the order in which they were sent. So numbers follow dates, and what a killed
//! process leaves behind is the beginning of the plan: whoever goes on comes to the same end, number for number.

use std::collections::{HashSet, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use souk_kernel::{ActivityId, Coded, ErrorCode, Money, OrderId, Timestamp, UserId};
use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::rows::{self, OrderStatus};
use souk_ports::series::Activity;
use souk_ports::store::{Commit, Outcome, Refusal};
use uuid::Uuid;

use super::Error;
use super::history::History;
use super::life::Step;
use super::looks::Look;
use super::market::Market;
use super::plan::{Act, PlannedOrder};
use super::report::Summary;
use super::supply::Delivery;
use crate::Shop;
use crate::activity;
use crate::catalog::adjustment;
use crate::catalog::events::Cause;
use crate::commit::commit_patiently;
use crate::orders::events::OrderPaid;
use crate::orders::order::Command;
use crate::orders::place_order::{self, ItemRequest, PlaceFrom, PlaceOrder};
use crate::orders::{self, Occasion, OrderRef, step};

/// So many are prepared at once, where the store answers from afar.
const AHEAD: usize = 16;
/// So many wait for the store at once: a group of it, nearly.
const ON_THE_WAY: usize = 192;
/// Activities that are sent at once.
const AT_ONCE: usize = 1_000;
/// How often, and after which pause, they are sent again while the feed cannot take them: for about ten seconds.
const PATIENCE: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);
/// How often one is prepared again because what it was made from changed meanwhile.
const TRIES: u32 = 8;

/// Something of the plan that is to be carried out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Job<'a> {
    Order(&'a PlannedOrder),
    Act(&'a Act),
}

/// What it adds to the summary.
#[derive(Debug, Clone, Copy)]
enum Done {
    Placed {
        lines: u64,
        pieces: u64,
        total: Money,
    },
    Cancelled {
        total: Money,
    },
    Delivered {
        pieces: u64,
    },
    Stepped,
    LeftOut,
    /// A step of an order that was left out, or that somebody else took elsewhere.
    Nothing,
}

enum Prepared {
    Due(Box<Commit>, Done),
    /// Nothing is to be written.
    Over(Done),
}

pub(super) struct Hands<'a> {
    pub(super) summary: Summary,
    worker: Worker<'a>,
}

/// What it takes to carry out a job; shared by all that are under way.
struct Worker<'a> {
    shop: &'a Shop,
    market: &'a Market,
    history: &'a History,
    /// Stands in the log beside each event.
    reason: String,
}

impl<'a> Hands<'a> {
    pub(super) fn new(shop: &'a Shop, market: &'a Market, history: &'a History, seed: u64) -> Self {
        let reason = format!("made up with seed {seed}");
        Self { summary: Summary::default(), worker: Worker { shop, market, history, reason } }
    }

    /// Which of these orders are there already. They are counted here, and not carried out again.
    pub(super) async fn placed_before(&mut self, planned: &[PlannedOrder]) -> Result<HashSet<u64>, Error> {
        let ids: Vec<OrderId> =
            planned.iter().map(|order| self.worker.order_id(order.index, order.at)).collect();
        let rows = self.worker.shop.store.snapshot().await?.many::<rows::Order>(&ids).await?;
        let mut there = HashSet::new();
        for (order, row) in planned.iter().zip(rows) {
            let Some(row) = row else { continue };
            self.count(placed(order, row.row.total));
            there.insert(order.index);
        }
        Ok(there)
    }

    /// All of them, in this order. None of them may need another one to be done.
    pub(super) async fn carry_out(&mut self, jobs: impl Iterator<Item = Job<'_>>) -> Result<(), Error> {
        let worker = &self.worker;
        let mut done: Vec<Done> = Vec::new();
        {
            let mut on_the_way = OnTheWay(VecDeque::new());
            let prepare = |job| async move { (job, worker.prepare(job).await) };
            let mut prepared = std::pin::pin!(stream::iter(jobs).map(prepare).buffered(AHEAD));
            while let Some((job, prepared)) = prepared.next().await {
                match prepared? {
                    Prepared::Over(over) => done.push(over),
                    Prepared::Due(commit, due) => {
                        if on_the_way.0.len() == ON_THE_WAY
                            && let Some(first) = on_the_way.0.pop_front()
                        {
                            done.push(first.await?);
                        }
                        let mut sending: Sending<'_> = Box::pin(worker.send(job, *commit, due));
                        // The first look at it puts it into the store's queue, behind all before it.
                        match poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await {
                            Poll::Ready(sent) => done.push(sent?),
                            Poll::Pending => on_the_way.0.push_back(sending),
                        }
                    }
                }
            }
            while let Some(first) = on_the_way.0.pop_front() {
                done.push(first.await?);
            }
        }
        done.into_iter().for_each(|done| self.count(done));
        Ok(())
    }

    /// Adds to the activity feed, which counts each of them once.
    pub(super) async fn tell(&mut self, looks: &[Look]) -> Result<(), Error> {
        for (batch, at) in looks.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
            let activity = |(look, number): (&Look, u64)| self.worker.activity(look, number);
            // Its place in the wave keeps apart what would have the same name.
            let activities: Vec<Activity> = batch.iter().zip(at..).map(activity).collect();
            let mut tries = 0;
            loop {
                match self.worker.shop.series.append(activities.clone()).await {
                    Ok(_) => break,
                    Err(PortError::Busy { .. } | PortError::Unavailable { .. }) if tries < PATIENCE => {
                        tries += 1;
                        tokio::time::sleep(PAUSE).await;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            self.summary.activities += batch.len() as u64;
        }
        Ok(())
    }

    fn count(&mut self, done: Done) {
        let summary = &mut self.summary;
        match done {
            Done::Placed { lines, pieces, total } => {
                summary.orders += 1;
                summary.lines += lines;
                summary.pieces += pieces;
                summary.revenue = summary.revenue.checked_add(total).unwrap_or(summary.revenue);
            }
            Done::Cancelled { total } => {
                summary.cancelled += 1;
                let left =
                    Money::from_ten_thousandths(summary.revenue.ten_thousandths() - total.ten_thousandths());
                summary.revenue = left.unwrap_or(summary.revenue);
            }
            Done::Delivered { pieces } => {
                summary.deliveries += 1;
                summary.delivered_pieces += pieces;
            }
            Done::LeftOut => summary.left_out += 1,
            Done::Stepped | Done::Nothing => {}
        }
    }
}

type Sending<'a> = Pin<Box<dyn Future<Output = Result<Done, Error>> + Send + 'a>>;

/// The oldest first. Whoever goes away takes the newest back first, so that what the store has got by then is still the
/// beginning of the plan.
struct OnTheWay<'a>(VecDeque<Sending<'a>>);

impl Drop for OnTheWay<'_> {
    fn drop(&mut self) {
        while self.0.pop_back().is_some() {}
    }
}

impl Worker<'_> {
    async fn send(&self, job: Job<'_>, mut commit: Commit, mut due: Done) -> Result<Done, Error> {
        for _ in 0..TRIES {
            match commit_patiently(&*self.shop.store, commit).await? {
                Outcome::Committed(_) => return Ok(due),
                Outcome::Refused(Refusal::Stock { .. }) => return Ok(left_out(job)),
                Outcome::Refused(_) | Outcome::Conflict { .. } | Outcome::KeyReused => {}
            }
            match self.prepare(job).await? {
                Prepared::Over(over) => return Ok(over),
                Prepared::Due(again, done) => (commit, due) = (*again, done),
            }
        }
        Err(Error::Contended { what: "what was ordered".to_owned() })
    }

    async fn prepare(&self, job: Job<'_>) -> Result<Prepared, Error> {
        match job {
            Job::Order(order) => self.order(order).await,
            Job::Act(Act::Deliver { index, delivery }) => self.deliver(*index, delivery),
            Job::Act(Act::Step { order, placed, customer, at, step }) => {
                self.step(*order, *placed, *customer, *at, *step).await
            }
        }
    }

    async fn order(&self, planned: &PlannedOrder) -> Result<Prepared, Error> {
        let user = self.market.customers[planned.customer].id;
        let item = |(variant, quantity): &(usize, u32)| {
            let variant = &self.market.variants[*variant];
            ItemRequest {
                product_id: self.market.products[variant.product].id,
                variant_id: Some(variant.id),
                quantity: *quantity,
                price: variant.price,
            }
        };
        let mut items: Vec<ItemRequest> = planned.items.iter().map(item).collect();
        // Once more for each price that is another by now.
        for _ in 0..=planned.items.len() {
            let request = PlaceOrder {
                user,
                from: PlaceFrom::Items(items.clone()),
                shipping_address: None,
                payment_method_id: Some(format!(
                    "pm-{}",
                    short(self.history.commit(&format!("purse {user}")).0)
                )),
                idempotency: None,
            };
            let id = self.order_id(planned.index, planned.at);
            let occasion = self.occasion(&format!("order {}", planned.index), planned.at);
            match place_order::prepare(self.shop, &request, id, occasion).await {
                Ok(prepared) => {
                    let done = self::placed(planned, prepared.event.total);
                    return Ok(Prepared::Due(Box::new(prepared.commit), done));
                }
                Err(orders::Error::PriceChanged { product, given, today, .. }) => {
                    let changed = |item: &&mut ItemRequest| item.product_id == product && item.price == given;
                    if let Some(item) = items.iter_mut().find(changed) {
                        item.price = today;
                    }
                }
                Err(error) => return refused(error, Done::LeftOut),
            }
        }
        Ok(Prepared::Over(Done::LeftOut))
    }

    async fn step(
        &self,
        order: u64,
        placed: i64,
        customer: usize,
        at: i64,
        step: Step,
    ) -> Result<Prepared, Error> {
        let user = self.market.customers[customer].id;
        let id = self.order_id(order, placed);
        let name = self.history.commit(&format!("order {order} {step:?}")).0;
        let command = |row: &rows::Order| match step {
            Step::Pay => Command::Pay(OrderPaid {
                payment_id: format!("pay-{}", short(name)),
                amount: row.total,
                method: method(user).to_owned(),
            }),
            Step::Ship => Command::Ship { tracking_number: format!("PK{}", short(name).to_uppercase()) },
            Step::Deliver => Command::Deliver,
            Step::Cancel => Command::Cancel { reason: Some("the customer changed their mind".to_owned()) },
            Step::GiveUp => Command::Cancel { reason: Some("nobody paid".to_owned()) },
        };
        let actor = match step {
            Step::Cancel => Actor::User(user),
            Step::Ship | Step::Deliver => Actor::Staff,
            Step::Pay | Step::GiveUp => Actor::System(super::ACTOR.to_owned()),
        };
        let done = |row: &rows::Order| match step {
            Step::Cancel | Step::GiveUp => Done::Cancelled { total: row.total },
            _ => Done::Stepped,
        };
        let occasion = self.occasion(&format!("order {order} {step:?}"), at);
        match step::prepare(self.shop, OrderRef::Id(id), command, actor, occasion).await {
            Ok(step::Prepared::Due(commit, row)) => Ok(Prepared::Due(commit, done(&row))),
            Ok(step::Prepared::Taken(row, _)) => Ok(Prepared::Over(done(&row))),
            // An earlier run has taken this step and the ones after it.
            Err(orders::Error::Step { status: OrderStatus::Cancelled, .. }) => {
                Ok(Prepared::Over(Done::Nothing))
            }
            Err(error) => refused(error, Done::Nothing),
        }
    }

    fn deliver(&self, index: u64, delivery: &Delivery) -> Result<Prepared, Error> {
        let variant = &self.market.variants[delivery.variant];
        let product = &self.market.products[variant.product];
        let (event, moved) = adjustment(product.id, variant.id, delivery.quantity);
        let cause = Cause {
            actor: product.maker.map_or(Actor::Staff, Actor::User),
            occurred_at: Timestamp::from_ms(delivery.at),
            reason: Some(self.reason.clone()),
        };
        let mut commit =
            Commit::new(self.history.commit(&format!("delivery {index}")), vec![event.into_new(&cause)?]);
        commit.stock = vec![moved];
        let pieces = u64::try_from(delivery.quantity).unwrap_or(0);
        Ok(Prepared::Due(Box::new(commit), Done::Delivered { pieces }))
    }

    fn occasion(&self, what: &str, at: i64) -> Occasion {
        Occasion {
            commit: self.history.commit(what),
            at: Timestamp::from_ms(at),
            reason: Some(self.reason.clone()),
        }
    }

    fn order_id(&self, index: u64, at: i64) -> OrderId {
        OrderId(self.dated(&format!("order {index} id"), at))
    }

    fn activity(&self, look: &Look, number: u64) -> Activity {
        let Look { at, kind, customer, product, visit } = *look;
        let kind_of = activity::declared(kind).map_or("", |declared| declared.name);
        Activity {
            id: ActivityId(self.dated(&format!("look {visit} {kind_of} {product} {number}"), at)),
            at: Timestamp::from_ms(at),
            kind,
            visitor: self.market.customers[customer].id,
            product: self.market.products[product].id,
            session: Some(format!("visit-{}", short(self.history.commit(&format!("visit {visit}")).0))),
            metadata: None,
        }
    }

    /// A UUIDv7 of its own time, and the same in every run.
    fn dated(&self, name: &str, at: i64) -> Uuid {
        let name = self.history.commit(name).0.into_bytes();
        let mut random = [0; 10];
        random.copy_from_slice(&name[..10]);
        let ms = u64::try_from(at).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }
}

fn placed(order: &PlannedOrder, total: Money) -> Done {
    let pieces = order.items.iter().map(|(_, quantity)| u64::from(*quantity)).sum();
    Done::Placed { lines: order.items.len() as u64, pieces, total }
}

fn left_out(job: Job<'_>) -> Done {
    match job {
        Job::Order(_) => Done::LeftOut,
        Job::Act(_) => Done::Nothing,
    }
}

/// What the shop refuses is passed over; what does not work ends the run.
fn refused(error: orders::Error, done: Done) -> Result<Prepared, Error> {
    match error.code() {
        ErrorCode::Internal | ErrorCode::Unavailable | ErrorCode::Busy => Err(error.into()),
        _ => {
            tracing::debug!(%error, "an order was left as it is");
            Ok(Prepared::Over(done))
        }
    }
}

/// Twelve hexadecimal digits.
fn short(id: Uuid) -> String {
    let mut text = id.simple().to_string();
    text.truncate(12);
    text
}

/// How somebody always pays.
fn method(user: UserId) -> &'static str {
    match user.as_bytes()[15] % 8 {
        0..=3 => "card",
        4..=5 => "wallet",
        6 => "direct-debit",
        _ => "transfer",
    }
}
