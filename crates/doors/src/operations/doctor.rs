//! Looking for trouble: is every role there, in which version, how far behind is what is derived, and what to do.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use serde::Serialize;
use souk_ports::Error;
use souk_ports::derived::ProjectionName;
use souk_ports::store::{Find, Replica, ReplicaState, Window};
use souk_runtime::ProjectionStatus;
use souk_shop::agreement::{self, Agreement};
use souk_shop::currency;
use souk_shop::discovery::{PRODUCT_VECTORS, still_waiting};
use tokio::time::{Instant, sleep, timeout};

use crate::terminal::Style;
use crate::{App, Role};

/// How long a part may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long something that is behind may stand still. Those who are well move within a second.
const STANDSTILL: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(100);

#[derive(Debug, Serialize)]
pub(super) struct Findings {
    pub(super) well: bool,
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    part: String,
    well: bool,
    says: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

pub(super) async fn examine(app: &App) -> Findings {
    // All at once: parts that hang would add up.
    let described = join_all(app.roles.iter().map(|role| asked(role.engine.describe())));
    let names =
        app.roles.iter().flat_map(|role| role.runner.names().into_iter().map(move |name| (role, name)));
    let looks = join_all(names.map(|(role, name)| async move { (name, look_at(role, name).await) }));
    let marks = join_all(app.owned.iter().map(|place| asked(place.owned.mark())));
    let (store, replicas, catalogue, described, looks, marks, owned) =
        tokio::join!(store(app), replicas(app), catalogue(app), described, looks, marks, owned(app));
    // What is behind is looked at again, and by then all have had the same time.
    let until = Instant::now() + STANDSTILL;
    let mut looks: HashMap<_, _> = looks.into_iter().collect();
    // A projection may read from another role than the one that it fills.
    let is_reached = store.well && described.iter().all(Result::is_ok);

    let mut findings = vec![store];
    findings.extend(replicas);
    for (place, mark) in app.owned.iter().zip(marks) {
        // Whether it is there at all is told with its role.
        if let Ok(Some(why)) = mark.map(|mark| mark.closed()) {
            let says = format!("takes no writes: {why}");
            let advice = "run the same `souk migrate` again, or with --abandon; once it is done, use the new place, or \
                          open this one with --unfence";
            let part = format!("what the {} owns", place.role);
            findings.push(Finding { part, well: false, says, advice: Some(advice.to_owned()) });
        }
    }
    for (role, described) in app.roles.iter().zip(described) {
        let part = format!("{} ({})", role.name, role.url);
        findings.push(match described {
            Ok(says) => Finding { part, well: true, says, advice: None },
            Err(says) => {
                let advice = format!("check the setting `{}` and what it points at", role.name);
                Finding { part, well: false, says, advice: Some(advice) }
            }
        });
        for name in role.runner.names() {
            if let Some(status) = looks.remove(name) {
                findings.push(projection(role, name, status, is_reached, until).await);
            }
        }
    }
    findings.push(catalogue);
    findings.extend(owned);
    Findings { well: findings.iter().all(|finding| finding.well), findings }
}

async fn store(app: &App) -> Finding {
    let part = format!("store ({})", app.store_url);
    let read = async {
        let version = app.shop.store.version().await?;
        let head = app.shop.store.snapshot().await?.head().await?.head;
        Ok(format!("{version}, log at {head}"))
    };
    match asked(read).await {
        Ok(says) => Finding { part, well: true, says, advice: None },
        Err(says) => {
            let advice =
                "check the setting `store` and what it points at; nothing works without it".to_owned();
            Finding { part, well: false, says, advice: Some(advice) }
        }
    }
}

/// One that is slow to answer once is not away: where much else runs, it is asked again.
async fn replicas(app: &App) -> Vec<Finding> {
    let until = Instant::now() + PATIENCE;
    loop {
        let all = timeout(PATIENCE, app.shop.store.replicas()).await.unwrap_or_default();
        let is_well = all.iter().all(|replica| matches!(&replica.state, Ok(state) if !state.lags));
        if is_well || Instant::now() >= until {
            return all.into_iter().map(replica).collect();
        }
        sleep(LOOK).await;
    }
}

fn replica(Replica { place, state, .. }: Replica) -> Finding {
    let part = format!("store, replica at {place}");
    let advice = |what: &str| Some(format!("{what}; queries go to the other servers meanwhile"));
    match state {
        Ok(ReplicaState { version, at, behind, lags }) => Finding {
            part,
            well: !lags,
            says: format!("{version}, log at {at}, {behind} events behind"),
            advice: advice("look why it does not follow the primary").filter(|_| lags),
        },
        Err(error) => Finding {
            part,
            well: false,
            says: chain(&error),
            advice: advice("start it, or take it out of `replicas` in the setting `store`"),
        },
    }
}

/// How far one projection is; each is asked alone, so that a broken one is told from those beside it.
async fn look_at(role: &Role, name: ProjectionName) -> Result<ProjectionStatus, String> {
    asked(role.runner.status_of(name)).await
}

/// Whether the projection got anywhere since `before`. Its lock alone proves nothing: a process that was stopped holds
/// it too.
async fn moves(role: &Role, before: &ProjectionStatus, until: Instant) -> bool {
    loop {
        match look_at(role, before.name).await {
            Ok(now) if now.behind > 0 && now.running => {
                if (now.generation, now.checkpoint) != (before.generation, before.checkpoint) {
                    return true;
                }
            }
            _ => return true,
        }
        if Instant::now() >= until {
            return false;
        }
        sleep(LOOK).await;
    }
}

async fn projection(
    role: &Role,
    name: ProjectionName,
    status: Result<ProjectionStatus, String>,
    is_reached: bool,
    until: Instant,
) -> Finding {
    let part = format!("projection {name}");
    let rebuild = Some(format!("run `souk projections rebuild {name}`"));
    match status {
        Ok(status) if status.generation.is_none() && status.head.position > 0 => {
            Finding { part, well: false, says: "has never been filled".to_owned(), advice: rebuild }
        }
        Ok(ProjectionStatus { strays: Some(strays), running, .. }) => {
            let says = format!("belongs to another history: {strays}");
            let advice = if running {
                "the process that follows the log builds it anew; if an older copy was put back by mistake, put the newer \
                 one back"
            } else {
                "run `souk serve`, or any command that reads what is derived, such as `souk products list`: it is built \
                 anew then; if an older copy was put back by mistake, put the newer one back before that"
            };
            Finding { part, well: false, says, advice: Some(advice.to_owned()) }
        }
        Ok(status) if status.behind > 0 && !status.running => {
            let says = format!("is {} events behind, and nobody follows the log", status.behind);
            let advice = "run `souk serve`, or any command that writes".to_owned();
            Finding { part, well: false, says, advice: Some(advice) }
        }
        Ok(status) if status.behind > 0 => {
            if moves(role, &status, until).await {
                let says = format!("is {} events behind, and being followed", status.behind);
                return Finding { part, well: true, says, advice: None };
            }
            let says = format!(
                "is {} events behind, and stuck: the process that holds its lock has not moved it for {} s",
                status.behind,
                STANDSTILL.as_secs()
            );
            let advice =
                "look for a `souk` that is stopped or hangs (`ps` shows it in the state T or D), and let it \
                          go on or end it; another one then takes over"
                    .to_owned();
            Finding { part, well: false, says, advice: Some(advice) }
        }
        Ok(_) => Finding { part, well: true, says: "is up to date".to_owned(), advice: None },
        // Where a server is away, that is what there is to be done about.
        Err(says) => Finding { part, well: false, says, advice: rebuild.filter(|_| is_reached) },
    }
}

/// Whether what other roles own agrees with the store. What cannot be asked is told with its role.
async fn owned(app: &App) -> Vec<Finding> {
    let shop = &app.shop;
    // Where somebody follows, somebody embeds.
    let waiting = async {
        let waits = shop.embedder.is_here().await? && !app.runner.status_of(PRODUCT_VECTORS).await?.running;
        if waits { still_waiting(shop).await } else { Ok(0) }
    };
    let (carts, pictures, waiting) =
        tokio::join!(asked(agreement::carts(shop)), asked(agreement::pictures(shop)), asked(waiting));
    let mut findings = Vec::new();
    let mut find = |part: &str, says: String, advice: &str| {
        let advice = Some(advice.to_owned());
        findings.push(Finding { part: part.to_owned(), well: false, says, advice });
    };
    if let Ok(Agreement { looked_at, amiss: amiss @ 1.. }) = carts {
        find(
            "carts",
            format!("{amiss} of {looked_at} do not know the last order that was made from them"),
            "the cache or the store is an older copy: `souk projections rebuild cart-spending` takes out of the carts what \
             was ordered from them; nothing is sold twice meanwhile",
        );
    }
    if let Ok(Agreement { looked_at, amiss: amiss @ 1.. }) = pictures {
        find(
            "pictures",
            format!("{amiss} of {looked_at} that products name are not there"),
            "the objects are an older copy than the store: put the newer one back, or give these products pictures again",
        );
    }
    if let Ok(waiting @ 1..) = waiting {
        find(
            "embeddings",
            format!("{waiting} missing: search by meaning does not find these products"),
            "`souk serve` makes them in the background, and so does any command that writes",
        );
    }
    findings
}

async fn catalogue(app: &App) -> Finding {
    let part = "catalogue".to_owned();
    let count = async {
        currency::check(&app.shop).await?;
        let mut snapshot = app.shop.store.snapshot().await?;
        let found =
            snapshot.find(&Find::ActiveProducts { categories: None }, Window { offset: 0, limit: 1 }).await?;
        Ok(found.total)
    };
    match asked(count).await {
        Ok(0) => {
            let advice = Some("run `souk load all` to fill it".to_owned());
            Finding { part, well: true, says: "is empty".to_owned(), advice }
        }
        Ok(total) => Finding { part, well: true, says: format!("has {total} active products"), advice: None },
        Err(says) => Finding { part, well: false, says, advice: None },
    }
}

/// The answer, or in words why there is none, with everything that lay below it: a doctor's patient hides nothing.
async fn asked<T>(question: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    match timeout(PATIENCE, question).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(chain(&error)),
        Err(_) => Err(format!("did not answer within {} s", PATIENCE.as_secs())),
    }
}

/// An error with what brought it about.
fn chain(error: &Error) -> String {
    let mut says = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        says.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    says
}

impl Findings {
    pub(super) fn words(&self, style: Style) -> String {
        let mut lines = Vec::new();
        for finding in &self.findings {
            let mark = if finding.well { style.good("ok  ") } else { style.bad("BAD ") };
            lines.push(format!("{mark} {} {}", style.title(&finding.part), finding.says));
            if let Some(advice) = &finding.advice {
                lines.push(format!("       {} {advice}", style.dim("->")));
            }
        }
        let last = if self.well { style.good("souk is well.") } else { style.bad("souk is not well.") };
        lines.push(last);
        lines.join("\n")
    }
}
