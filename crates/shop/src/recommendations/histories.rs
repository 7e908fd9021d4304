//! Where the past comes from that recommendations are tried on: the store's orders, or files.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use souk_kernel::{OrderId, Timestamp};
use souk_recommend::split::{self, Case, Purchase, Split};
use uuid::Uuid;

use super::Error;
use crate::Shop;
use crate::orders::events::Event;

/// Of the time from the first purchase to the last, this part is known.
const KNOWN: f64 = 0.8;
const EVENTS: u32 = 10_000;

/// A past that is cut in two.
#[derive(Debug, Clone)]
pub struct History {
    /// For people.
    pub name: String,
    pub split: Split,
}

/// The orders of the store that were not cancelled: of the first 80 % of their days the rest is to be foretold.
pub async fn history_of(shop: &Shop) -> Result<History, Error> {
    let mut orders: HashMap<OrderId, Vec<Purchase>> = HashMap::new();
    let mut after = 0;
    loop {
        let events = shop.store.snapshot().await?.events(after, EVENTS).await?;
        let Some(last) = events.last() else { break };
        after = last.position;
        for event in &events {
            let order = OrderId(event.stream.id);
            if let Some(placed) = Event::placed(event)? {
                let purchase = |item: Uuid| Purchase { buyer: placed.user_id.0, item, at: event.occurred_at };
                let items = placed.items.iter().map(|line| purchase(line.product_id.0));
                orders.insert(order, items.collect());
            } else if event.kind == Event::CANCELLED {
                orders.remove(&order);
            }
        }
    }
    let mut purchases: Vec<Purchase> = orders.into_values().flatten().collect();
    purchases.sort_unstable_by_key(|purchase| (purchase.at, purchase.buyer, purchase.item));
    let split = split::by_time(&purchases, KNOWN);
    checked("the orders of this shop".to_owned(), split)
}

/// A past in files: `train.txt` has a line per buyer, the buyer and their items, the oldest first; `target.tsv` has a
/// column `user` and a column `item`, what the buyer bought next. Numbers stand for both; either may be gzipped, and the
/// targets may lie in a folder `open`.
pub fn history_in(folder: &Path) -> Result<History, Error> {
    let broken = |what: &Path, reason: &str| Error::History {
        what: what.display().to_string(),
        reason: reason.to_owned(),
    };
    let buyer = |text: &str| text.parse::<u64>().ok().map(|id| Uuid::from_u64_pair(1, id));
    let item = |text: &str| text.parse::<u64>().ok().map(|id| Uuid::from_u64_pair(2, id));
    let mut known = Vec::new();
    let (path, lines) = lines_of(folder, &["train.txt"])?;
    for line in lines {
        let line = line.map_err(|error| broken(&path, &error.to_string()))?;
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        let buyer = buyer(first).ok_or_else(|| broken(&path, "a buyer is not a number"))?;
        for (at, word) in (0..).zip(words) {
            let item = item(word).ok_or_else(|| broken(&path, "an item is not a number"))?;
            // There are no times; the order is all that counts.
            known.push(Purchase { buyer, item, at: Timestamp::from_ms(at) });
        }
    }
    let mut cases = Vec::new();
    let (path, lines) = lines_of(folder, &["target.tsv", "open/target.tsv"])?;
    for line in lines.skip(1) {
        let line = line.map_err(|error| broken(&path, &error.to_string()))?;
        let read = line.split_once('\t').and_then(|(user, wanted)| Some((buyer(user)?, item(wanted)?)));
        let (buyer, wanted) = read.ok_or_else(|| broken(&path, "a line is not `user`, tab, `item`"))?;
        cases.push(Case { buyer, wanted: HashSet::from([wanted]) });
    }
    checked(folder.display().to_string(), Split { known, cases })
}

fn checked(name: String, split: Split) -> Result<History, Error> {
    if split.cases.is_empty() {
        let reason =
            "nobody who had bought something before bought something new in the last fifth of the time";
        return Err(Error::History { what: name, reason: reason.to_owned() });
    }
    Ok(History { name, split })
}

type Lines = std::io::Lines<BufReader<Box<dyn Read>>>;

/// The lines of the first of these files that is there, as it is or gzipped.
fn lines_of(folder: &Path, names: &[&str]) -> Result<(std::path::PathBuf, Lines), Error> {
    for name in names {
        for ending in ["", ".gz"] {
            let path = folder.join(format!("{name}{ending}"));
            let Ok(file) = std::fs::File::open(&path) else { continue };
            let read: Box<dyn Read> =
                if ending.is_empty() { Box::new(file) } else { Box::new(MultiGzDecoder::new(file)) };
            return Ok((path, BufReader::new(read).lines()));
        }
    }
    let reason = format!("there is no `{}`, gzipped or not", names.join("` or `"));
    Err(Error::History { what: folder.display().to_string(), reason })
}
