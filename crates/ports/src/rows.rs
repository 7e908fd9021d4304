//! The rows of the relational core, written only by a commit: a type for each table, and one for all records that
//! features declare.

use serde::{Deserialize, Serialize};
use souk_kernel::{
    CategoryId, CommentId, Money, OrderId, ProductId, ReviewId, SellerId, Timestamp, UserId, VariantId,
};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub external_id: Option<String>,
    pub joined_at: Timestamp,
}

/// Everything about a user that says who they are; erased by deleting this one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    /// Where orders go unless they say otherwise.
    pub address: Option<Address>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: String,
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seller {
    pub id: SellerId,
    pub external_id: Option<String>,
    pub user_id: Option<UserId>,
    pub name: String,
    /// 0 to 5.
    pub rating: Option<f64>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub founded: Option<i32>,
    pub description: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub external_id: Option<String>,
    pub name: String,
    pub description: String,
    pub parent: Option<CategoryId>,
    pub image: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub external_id: Option<String>,
    pub name: String,
    pub description: String,
    /// `None`: price on request; it can be looked at but not bought.
    pub price: Option<Money>,
    pub category_id: CategoryId,
    pub seller_id: Option<SellerId>,
    pub brand: Option<String>,
    pub tags: Vec<String>,
    pub materials: Vec<String>,
    pub care: Option<String>,
    /// 0 to 5.
    pub rating: Option<f64>,
    pub num_reviews: u32,
    pub images: Vec<Image>,
    /// Not active: neither listed, nor found, nor sold.
    pub is_active: bool,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub url: String,
    pub alt: String,
}

/// One size and colour of a product. How many there are is no part of this row: see [`crate::store::Stock`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    pub id: VariantId,
    pub product_id: ProductId,
    pub sku: String,
    pub size: Option<String>,
    pub color: Option<String>,
    /// Added to the product's price.
    pub price_adjustment: Money,
    /// The place among the product's variants, from 0; the first one is sold when none is named.
    pub rank: u32,
    /// What the last load said was in stock, so that the next one can add only the difference.
    pub loaded_stock: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    Pending,
    Paid,
    Shipped,
    Delivered,
    Cancelled,
}

impl OrderStatus {
    pub const ALL: [OrderStatus; 5] =
        [Self::Pending, Self::Paid, Self::Shipped, Self::Delivered, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    /// 1, 2, 3 … without gaps. `None` only inside the commit that places it, which gives the number.
    pub number: Option<u64>,
    pub user_id: UserId,
    pub status: OrderStatus,
    pub total: Money,
    /// What the payment provider calls the way to pay.
    pub payment_method_id: Option<String>,
    pub payment_id: Option<String>,
    pub tracking_number: Option<String>,
    /// `None` when it has been erased.
    pub shipping_address: Option<Address>,
    pub placed_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    pub order_id: OrderId,
    /// The place in the order, from 0.
    pub line: u32,
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub name: String,
    pub quantity: u32,
    /// Of one piece, at the time of the order.
    pub price: Money,
    /// The product as it was then: a JSON object.
    pub snapshot: String,
}

/// What one person thinks of one product; its id is [`ReviewId::of`] the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub id: ReviewId,
    pub product_id: ProductId,
    pub user_id: UserId,
    /// Stars, 1 to 5.
    pub rating: u8,
    pub title: String,
    pub content: String,
    /// Paths of souk's own.
    pub images: Vec<String>,
    pub created_at: Timestamp,
}

/// What is said about a review, or about another comment on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    pub id: CommentId,
    pub review_id: ReviewId,
    pub user_id: UserId,
    /// The comment that it answers; `None`: the review itself.
    pub parent: Option<CommentId>,
    /// 1 for a comment on the review itself, one more for each answer.
    pub depth: u32,
    pub content: String,
    pub created_at: Timestamp,
}

/// The measures of a product and what it is made like; which there are depends on what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specifications {
    pub product_id: ProductId,
    /// In the order in which they are shown; each name once.
    pub entries: Vec<Specification>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specification {
    pub name: String,
    pub value: String,
    /// Of the value, where it is a number: `cm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What a workshop tells of itself beyond its [`Seller`] row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerProfile {
    pub seller_id: SellerId,
    pub story: String,
    pub techniques: Vec<String>,
    pub portfolio: Vec<PortfolioItem>,
}

/// A work that is shown, and may not be for sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortfolioItem {
    pub title: String,
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// A path of souk's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// What a customer tells of themselves; erased by deleting this one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerProfile {
    pub user_id: UserId,
    pub about: Option<String>,
    pub interests: Vec<String>,
    pub sizes: Vec<Size>,
    /// Whether they want to be written to.
    pub newsletter: bool,
}

/// `ring`: `54`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub of: String,
    pub size: String,
}

/// A loader's run over one set of files: begun, and finished or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// What was loaded: `artisan`, `import:products.jsonl.gz`.
    pub source: String,
    /// SHA-256 of the files' contents, in hexadecimal.
    pub digest: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// A record of a kind that a feature declares, without a table of its own; see [`crate::records`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    pub key: RecordKey,
    /// `None` deletes it. A snapshot never gives such a row: what is deleted is not there.
    pub content: Option<RecordContent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordKey {
    /// As the feature declares it: `wishlist`. 1 to 64 bytes.
    pub kind: String,
    pub id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordContent {
    /// The version of the shape of `data` and `personal` together, from 1.
    pub form: u16,
    /// A JSON object.
    pub data: String,
    /// What tells about `person`, apart from the rest, so that it can be erased: a JSON object. `None` also when it has
    /// been erased.
    pub personal: Option<String>,
    /// Whose record it is. Needed where there is something personal.
    pub person: Option<UserId>,
    /// What it is found by: at most 1,024 entries, one per index and value. Rows that are read come without.
    pub entries: Vec<RecordEntry>,
}

/// Lets a record be found: all records of a kind with `value` in `index`, in the order of `sort`, then of the ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordEntry {
    /// 1 to 64 bytes.
    pub index: &'static str,
    /// At most 512 bytes. May be empty, for an index over everything.
    pub value: String,
    pub sort: i64,
    /// No two records of the kind have this value in this index.
    pub is_unique: bool,
    /// It tells about the person, and is erased with what is personal.
    pub is_personal: bool,
}

macro_rules! rows {
    ($($name:ident($key:ty) = $by:expr;)*) => {
        /// Any row; a put replaces the row of the same key.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Row { $($name($name),)* }

        /// Names one row.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RowKey { $($name($key),)* }

        impl Row {
            pub fn key(&self) -> RowKey {
                match self { $(Row::$name(row) => RowKey::$name(Entity::key(row)),)* }
            }
        }

        $(
            impl From<$name> for Row {
                fn from(row: $name) -> Row { Row::$name(row) }
            }

            impl Entity for $name {
                type Key = $key;
                fn key(&self) -> $key {
                    let by: fn(&$name) -> $key = $by;
                    by(self)
                }
                fn row_key(key: $key) -> RowKey { RowKey::$name(key) }
                fn from_row(row: Row) -> Option<Self> {
                    match row { Row::$name(row) => Some(row), _ => None }
                }
            }
        )*
    };
}

/// A type of row, for reading rows without unpacking [`Row`] by hand.
pub trait Entity: Sized + Send {
    type Key: Clone + Send + Sync;
    fn key(&self) -> Self::Key;
    fn row_key(key: Self::Key) -> RowKey;
    fn from_row(row: Row) -> Option<Self>;
}

rows! {
    User(UserId) = |row| row.id;
    Person(UserId) = |row| row.user_id;
    Seller(SellerId) = |row| row.id;
    Category(CategoryId) = |row| row.id;
    Product(ProductId) = |row| row.id;
    Variant(VariantId) = |row| row.id;
    Order(OrderId) = |row| row.id;
    OrderItem((OrderId, u32)) = |row| (row.order_id, row.line);
    Load(String) = |row| row.source.clone();
    Review(ReviewId) = |row| row.id;
    Comment(CommentId) = |row| row.id;
    Specifications(ProductId) = |row| row.product_id;
    SellerProfile(SellerId) = |row| row.seller_id;
    CustomerProfile(UserId) = |row| row.user_id;
    RecordRow(RecordKey) = |row| row.key.clone();
}
