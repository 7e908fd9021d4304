//! What people tell, out of three files of JSON: reviews with their comments, specifications, profiles. Each file is an
//! array; an item that is wrong is refused with the line that it begins in.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use souk_kernel::{CommentId, ExternalId, ProductId, ReviewId, SellerId, Timestamp, UserId};
use souk_ports::rows::{Comment, CustomerProfile, Review, RowKey, SellerProfile, Specifications};

use super::columns::{Bad, Checked};
use super::read::{Place, Placed};
use super::rejects::Reject;
use super::{Error, Files};
use crate::profiles::{CustomerProfileView, SellerProfileView, SpecificationView, SpecificationsView};
use crate::reviews::{MAX_COMMENTS, MAX_DEPTH, NewReview, words};

pub(super) const NAMES: [&str; 3] = ["reviews.json", "specifications.json", "profiles.json"];

/// Rows that can be loaded, if what they refer to is there.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) reviews: Vec<Placed<LoadedReview>>,
    pub(super) specifications: Vec<Placed<Specifications>>,
    pub(super) sellers: Vec<Placed<SellerProfile>>,
    pub(super) customers: Vec<Placed<CustomerProfile>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoadedReview {
    pub(super) review: Review,
    /// Each after the one that it answers.
    pub(super) comments: Vec<Comment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewRecord {
    /// Names the comments: `R0001.2.1` is the first answer to the second comment.
    external_id: String,
    user_id: String,
    product_id: String,
    rating: u8,
    title: String,
    content: String,
    #[serde(default)]
    images: Vec<String>,
    created_at: String,
    #[serde(default)]
    comments: Vec<CommentRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommentRecord {
    user_id: String,
    content: String,
    created_at: String,
    #[serde(default)]
    comments: Vec<CommentRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecificationsRecord {
    product_id: String,
    specifications: Vec<SpecificationView>,
}

/// Of a workshop, with `seller_id`, or of a customer, with `user_id`.
enum ProfileRecord {
    Seller(SellerProfile),
    Customer(CustomerProfile),
}

pub(super) fn read(
    files: &Files,
    refuse: &mut dyn FnMut(Reject) -> Result<(), Error>,
) -> Result<Told, Error> {
    let [reviews, specifications, profiles] = files.told.each_ref().map(|content| content.as_deref());
    let mut told = Told {
        reviews: items(NAMES[0], reviews, review, refuse)?,
        specifications: items(NAMES[1], specifications, specifications_of, refuse)?,
        ..Told::default()
    };
    for Placed { place, it } in items(NAMES[2], profiles, profile, refuse)? {
        match it {
            ProfileRecord::Seller(it) => told.sellers.push(Placed { place, it }),
            ProfileRecord::Customer(it) => told.customers.push(Placed { place, it }),
        }
    }
    unique(&mut told.reviews, |it| it.review.id, "is a second review of the product by this user", refuse)?;
    unique(&mut told.specifications, |it| it.product_id, "has the product a second time", refuse)?;
    unique(&mut told.sellers, |it| it.seller_id, "has the seller a second time", refuse)?;
    unique(&mut told.customers, |it| it.user_id, "has the user a second time", refuse)?;
    Ok(told)
}

/// Everything that is referred to.
pub(super) fn wanted(told: &Told) -> impl Iterator<Item = RowKey> {
    let reviews = told.reviews.iter().flat_map(|row| of_review(&row.it));
    let products = told.specifications.iter().map(|row| RowKey::Product(row.it.product_id));
    let sellers = told.sellers.iter().map(|row| RowKey::Seller(row.it.seller_id));
    let users = told.customers.iter().map(|row| RowKey::User(row.it.user_id));
    reviews.chain(products).chain(sellers).chain(users)
}

fn of_review(it: &LoadedReview) -> impl Iterator<Item = RowKey> {
    let writers = it.comments.iter().map(|comment| comment.user_id);
    let users = std::iter::once(it.review.user_id).chain(writers).map(RowKey::User);
    users.chain([RowKey::Product(it.review.product_id)])
}

/// Refuses what refers to nothing.
pub(super) fn check(told: Told, is_there: &dyn Fn(&RowKey) -> bool, rejects: &mut Vec<Reject>) -> Told {
    fn kept<T>(
        rows: Vec<Placed<T>>,
        rejects: &mut Vec<Reject>,
        missing: impl Fn(&T) -> Option<RowKey>,
    ) -> Vec<Placed<T>> {
        let mut keep = |row: &Placed<T>| match missing(&row.it) {
            None => true,
            Some(key) => {
                let (column, reason) = match key {
                    RowKey::Product(_) => ("product_id", "is no product"),
                    RowKey::Seller(_) => ("seller_id", "is no seller"),
                    _ => ("user_id", "is no user"),
                };
                rejects.push(row.place.reject(Bad::new(column, reason)));
                false
            }
        };
        rows.into_iter().filter(|row| keep(row)).collect()
    }
    let missing = |key: RowKey| (!is_there(&key)).then_some(key);
    Told {
        reviews: kept(told.reviews, rejects, |it| of_review(it).find_map(missing)),
        specifications: kept(told.specifications, rejects, |it| missing(RowKey::Product(it.product_id))),
        sellers: kept(told.sellers, rejects, |it| missing(RowKey::Seller(it.seller_id))),
        customers: kept(told.customers, rejects, |it| missing(RowKey::User(it.user_id))),
    }
}

fn items<T>(
    file: &str,
    content: Option<&[u8]>,
    read: fn(&str) -> Checked<T>,
    refuse: &mut dyn FnMut(Reject) -> Result<(), Error>,
) -> Result<Vec<Placed<T>>, Error> {
    let Some(content) = content else { return Ok(Vec::new()) };
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let broken = |line: u64, reason: String| Error::Broken { file: file.to_owned(), line, reason };
    let content = std::str::from_utf8(content).map_err(|error| {
        let line = 1 + line_feeds(&content[..error.valid_up_to()]);
        broken(line, "is not UTF-8".to_owned())
    })?;
    let raw: Vec<&RawValue> = serde_json::from_str(content)
        .map_err(|error| broken(error.line() as u64, format!("is no array of JSON: {error}")))?;
    let (mut items, mut counted, mut line) = (Vec::with_capacity(raw.len()), 0, 1);
    for item in raw {
        let item = item.get();
        let start = item.as_ptr() as usize - content.as_ptr() as usize;
        line += line_feeds(&content.as_bytes()[counted..start]);
        counted = start;
        let place = Place { file: file.into(), line, row: item.to_owned(), rows: None };
        match read(item) {
            Ok(it) => items.push(Placed { place, it }),
            Err(bad) => refuse(place.reject(bad))?,
        }
    }
    Ok(items)
}

fn line_feeds(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Keeps the first item of each key.
fn unique<T, K: std::hash::Hash + Eq>(
    rows: &mut Vec<Placed<T>>,
    key: impl Fn(&T) -> K,
    reason: &str,
    refuse: &mut dyn FnMut(Reject) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut seen = HashSet::with_capacity(rows.len());
    let (first, again): (Vec<_>, Vec<_>) =
        std::mem::take(rows).into_iter().partition(|row| seen.insert(key(&row.it)));
    *rows = first;
    again.into_iter().try_for_each(|row| refuse(row.place.reject(Bad::new("", reason))))
}

fn parsed<T: DeserializeOwned>(item: &str) -> Checked<T> {
    serde_json::from_str(item).map_err(|error| Bad::new("", format!("is not as it should be: {error}")))
}

fn id<T: std::str::FromStr<Err: std::fmt::Display>>(column: &str, text: &str) -> Checked<T> {
    text.parse().map_err(|error: T::Err| Bad::new(column, format!("is no id: {error}")))
}

fn moment(column: &str, text: &str) -> Checked<Timestamp> {
    Timestamp::parse(text).ok_or_else(|| Bad::new(column, "is no moment such as 2026-06-30T12:00:00Z"))
}

fn refused(error: impl std::fmt::Display) -> Bad {
    Bad::new("", error.to_string())
}

fn review(item: &str) -> Checked<LoadedReview> {
    let record: ReviewRecord = parsed(item)?;
    let (product, user): (ProductId, UserId) =
        (id("product_id", &record.product_id)?, id("user_id", &record.user_id)?);
    let created_at = moment("created_at", &record.created_at)?;
    let ReviewRecord { external_id, rating, title, content, images, comments, .. } = record;
    let review = NewReview { rating, title, content, images }.checked(product, user, created_at);
    let review = review.map_err(refused)?;
    let mut rows = Vec::new();
    comments_below(comments, &external_id, None, review.id, &mut rows)?;
    if rows.len() > MAX_COMMENTS as usize {
        return Err(Bad::new("comments", format!("are more than {MAX_COMMENTS}")));
    }
    Ok(LoadedReview { review, comments: rows })
}

fn comments_below(
    records: Vec<CommentRecord>,
    name: &str,
    above: Option<(CommentId, u32)>,
    review_id: ReviewId,
    rows: &mut Vec<Comment>,
) -> Checked<()> {
    let depth = above.map_or(1, |(_, depth)| depth + 1);
    if depth > MAX_DEPTH && !records.is_empty() {
        return Err(Bad::new("comments", format!("are nested more than {MAX_DEPTH} deep")));
    }
    for (record, number) in records.into_iter().zip(1..) {
        let name = format!("{name}.{number}");
        let external =
            ExternalId::parse(&name).map_err(|error| Bad::new("external_id", error.to_string()))?;
        let id_of = CommentId::from_external(&external);
        rows.push(Comment {
            id: id_of,
            review_id,
            user_id: id("user_id", &record.user_id)?,
            parent: above.map(|(parent, _)| parent),
            depth,
            content: words::content(&record.content).map_err(|reason| Bad::new("content", reason))?,
            created_at: moment("created_at", &record.created_at)?,
        });
        comments_below(record.comments, &name, Some((id_of, depth)), review_id, rows)?;
    }
    Ok(())
}

fn specifications_of(item: &str) -> Checked<Specifications> {
    let record: SpecificationsRecord = parsed(item)?;
    let product = id("product_id", &record.product_id)?;
    SpecificationsView { specifications: record.specifications }.checked(product).map_err(refused)
}

fn profile(item: &str) -> Checked<ProfileRecord> {
    let mut fields: serde_json::Map<String, serde_json::Value> = parsed(item)?;
    let mut whose = |column: &str| match fields.remove(column) {
        None => Ok(None),
        Some(serde_json::Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Bad::new(column, "is no text")),
    };
    match (whose("seller_id")?, whose("user_id")?) {
        (Some(seller), None) => {
            let seller: SellerId = id("seller_id", &seller)?;
            let told: SellerProfileView = from_fields(fields)?;
            Ok(ProfileRecord::Seller(told.checked(seller).map_err(refused)?))
        }
        (None, Some(user)) => {
            let user: UserId = id("user_id", &user)?;
            let told: CustomerProfileView = from_fields(fields)?;
            Ok(ProfileRecord::Customer(told.checked(user).map_err(refused)?))
        }
        _ => Err(Bad::new("", "is of a workshop, with `seller_id`, or of a customer, with `user_id`")),
    }
}

fn from_fields<T: DeserializeOwned>(fields: serde_json::Map<String, serde_json::Value>) -> Checked<T> {
    serde_json::from_value(fields.into())
        .map_err(|error| Bad::new("", format!("is not as it should be: {error}")))
}
