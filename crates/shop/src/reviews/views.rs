//! What readers of reviews see: the shapes of the HTTP interface, which the command line prints as well.

use std::collections::{BTreeSet, HashMap};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use souk_kernel::{CommentId, LogPosition, ProductId, ReviewId, Timestamp, UserId};
use souk_ports::Result;
use souk_ports::rows::{Person, Product, Seller};
use souk_ports::store::{Snapshot, Stars};
use utoipa::ToSchema;

use super::document::{CommentNode, ReviewDocument};

/// Shown in place of a name that has been erased.
const NOBODY: &str = "Former customer";

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewView {
    #[schema(value_type = uuid::Uuid)]
    pub id: ReviewId,
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    #[schema(value_type = uuid::Uuid)]
    pub user_id: UserId,
    /// First name and initial.
    #[schema(example = "Ada B.")]
    pub author: String,
    /// Whether the author has the product in an order that was not cancelled.
    pub verified: bool,
    /// Stars, 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: u8,
    pub title: String,
    /// Plain text.
    pub content: String,
    pub images: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Oldest first.
    #[schema(no_recursion)]
    pub comments: Vec<CommentView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CommentView {
    #[schema(value_type = uuid::Uuid)]
    pub id: CommentId,
    #[schema(value_type = uuid::Uuid)]
    pub user_id: UserId,
    /// First name and initial; the workshop's name where it answers.
    pub author: String,
    /// Whether the workshop that sells the product says it.
    pub by_seller: bool,
    /// Plain text.
    pub content: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The answers to this comment, oldest first.
    #[schema(no_recursion)]
    pub comments: Vec<CommentView>,
}

/// The stars of a product at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewSummary {
    /// Of the reviews written here, to two places; `null` without any.
    pub average: Option<f64>,
    pub count: u32,
    /// How many gave how many stars.
    #[schema(value_type = std::collections::HashMap<String, u32>, example = json!({"5": 7, "4": 2, "3": 0, "2": 0, "1": 1}))]
    pub stars: StarCounts,
}

/// A JSON object from stars to count, five stars first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StarCounts(pub Stars);

impl Serialize for StarCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        for (count, stars) in self.0.0.iter().zip(1..=5u8).rev() {
            map.serialize_entry(&stars.to_string(), count)?;
        }
        map.end()
    }
}

impl From<Stars> for ReviewSummary {
    fn from(stars: Stars) -> Self {
        Self { average: stars.average().map(two_places), count: stars.count(), stars: StarCounts(stars) }
    }
}

pub(crate) fn two_places(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewsPage {
    /// Only where the reviews of one product were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ReviewSummary>,
    pub reviews: Vec<ReviewView>,
    /// On all pages.
    pub total: u64,
    pub page: u32,
    pub pages: u64,
}

/// What was written, and where it stands in the log: the answer's `Souk-Position`.
#[derive(Debug, Clone, PartialEq)]
pub struct Written<T> {
    pub view: T,
    pub position: LogPosition,
}

/// Those who wrote, as they are shown.
pub(super) struct Names {
    people: HashMap<UserId, String>,
    /// Who sells each product, and under which name.
    workshops: HashMap<ProductId, (UserId, String)>,
}

impl Names {
    pub(super) async fn read(
        snapshot: &mut dyn Snapshot,
        users: BTreeSet<UserId>,
        products: BTreeSet<ProductId>,
    ) -> Result<Self> {
        let users: Vec<UserId> = users.into_iter().collect();
        let people = snapshot.many::<Person>(&users).await?.into_iter().flatten();
        let people = people.map(|person| (person.row.user_id, shown(&person.row.name))).collect();
        let products: Vec<ProductId> = products.into_iter().collect();
        let products = snapshot.many::<Product>(&products).await?.into_iter().flatten();
        let sold: Vec<_> =
            products.filter_map(|product| Some((product.row.id, product.row.seller_id?))).collect();
        let sellers: BTreeSet<_> = sold.iter().map(|(_, seller)| *seller).collect();
        let sellers: Vec<_> = sellers.into_iter().collect();
        let sellers = snapshot.many::<Seller>(&sellers).await?.into_iter().flatten();
        let sellers: HashMap<_, _> = sellers.map(|seller| (seller.row.id, seller.row)).collect();
        let workshop = |(product, seller)| {
            let seller = sellers.get(&seller)?;
            Some((product, (seller.user_id?, seller.name.clone())))
        };
        Ok(Self { people, workshops: sold.into_iter().filter_map(workshop).collect() })
    }

    fn person(&self, user: UserId) -> String {
        self.people.get(&user).cloned().unwrap_or_else(|| NOBODY.to_owned())
    }

    pub(super) fn review(&self, document: ReviewDocument) -> ReviewView {
        let product = document.product_id;
        ReviewView {
            id: document.id,
            product_id: product,
            user_id: document.user_id,
            author: self.person(document.user_id),
            verified: document.verified,
            rating: document.rating,
            title: document.title,
            content: document.content,
            images: document.images,
            created_at: document.created_at,
            comments: self.comments(product, document.comments),
        }
    }

    pub(super) fn comments(&self, product: ProductId, comments: Vec<CommentNode>) -> Vec<CommentView> {
        comments.into_iter().map(|comment| self.comment(product, comment)).collect()
    }

    /// Comments are nested at most [`MAX_DEPTH`](super::MAX_DEPTH) deep, so this ends soon.
    pub(super) fn comment(&self, product: ProductId, comment: CommentNode) -> CommentView {
        let workshop = self.workshops.get(&product).filter(|(owner, _)| *owner == comment.user_id);
        CommentView {
            id: comment.id,
            user_id: comment.user_id,
            author: workshop.map_or_else(|| self.person(comment.user_id), |(_, name)| name.clone()),
            by_seller: workshop.is_some(),
            content: comment.content,
            created_at: comment.created_at,
            comments: self.comments(product, comment.comments),
        }
    }
}

/// `Ada Byron King` is shown as `Ada K.`
fn shown(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or(NOBODY);
    match words.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {}.", initial.to_uppercase()),
        None => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_shown_by_first_name_and_initial() {
        for (name, wanted) in [
            ("Ada Byron", "Ada B."),
            ("Ada Byron King", "Ada K."),
            ("Ada", "Ada"),
            ("", NOBODY),
            ("Li ö", "Li Ö."),
        ] {
            assert_eq!(shown(name), wanted);
        }
    }

    #[test]
    fn a_summary_counts_stars_from_five_down() {
        let json = serde_json::to_string(&ReviewSummary::from(Stars([1, 0, 0, 1, 1]))).unwrap();
        assert_eq!(json, r#"{"average":3.33,"count":3,"stars":{"5":1,"4":1,"3":0,"2":0,"1":1}}"#);
        assert_eq!(ReviewSummary::from(Stars::default()).average, None);
    }
}
