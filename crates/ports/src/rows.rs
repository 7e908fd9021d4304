//! The rows of the relational core, written only by a commit: a type for each table, and one for all records that
//! features declare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use souk_kernel::{
    CategoryId, CommentId, Money, OrderId, ProductId, ReviewId, SellerId, Timestamp, UserId, VariantId,
};
use uuid::Uuid;

use crate::store::Allowance;

/// An account, without anything that says whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Made from the external id where there is one.
    pub id: UserId,
    /// By which another system names it; `None` for what souk made itself.
    pub external_id: Option<String>,
    /// When the account was opened.
    pub joined_at: Timestamp,
}

/// Everything about a user that says who they are; erased by deleting this one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Whose account it is.
    pub user_id: UserId,
    /// In full, as they write it.
    pub name: String,
    /// Where to write to; not proved to be theirs.
    pub email: String,
    /// As they write it.
    pub phone: Option<String>,
    /// Where orders go unless they say otherwise.
    pub address: Option<Address>,
}

/// Where a parcel goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Who receives it.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// Floor, building, care of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// The place that the postal code belongs to.
    pub city: String,
    /// State or province, where addresses have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// As the country writes it.
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// A workshop that sells; what it tells at length stands in [`SellerProfile`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seller {
    /// Made from the external id where there is one.
    pub id: SellerId,
    /// By which another system names it; `None` for what souk made itself.
    pub external_id: Option<String>,
    /// The account of whoever runs it, if they have one.
    pub user_id: Option<UserId>,
    /// As shoppers see it.
    pub name: String,
    /// Stars that the catalogue came with, 0 to 5.
    pub rating: Option<f64>,
    /// Where its work is made.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The year.
    pub founded: Option<i32>,
    /// A few words for lists; may be empty.
    pub description: String,
}

/// A shelf of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Made from the external id where there is one.
    pub id: CategoryId,
    /// By which another system names it; `None` for what souk made itself.
    pub external_id: Option<String>,
    /// As shoppers see it; unique only among siblings.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// The one that it lies in; `None`: at the top.
    pub parent: Option<CategoryId>,
    /// The address of a picture.
    pub image: Option<String>,
}

/// What the catalogue lists. What is sold of it are its [`Variant`]s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Made from the external id where there is one.
    pub id: ProductId,
    /// By which another system names it; `None` for what souk made itself.
    pub external_id: Option<String>,
    /// As shoppers see it.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// `None`: price on request; it can be looked at but not bought.
    pub price: Option<Money>,
    /// The shelf on which it lies; it is listed in those above as well.
    pub category_id: CategoryId,
    /// Who makes it; `None`: the catalogue does not say.
    pub seller_id: Option<SellerId>,
    /// As it is written on the product.
    pub brand: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What it is made of.
    pub materials: Vec<String>,
    /// How to keep it clean and whole.
    pub care: Option<String>,
    /// The average of the reviews that the catalogue came with, 0 to 5.
    pub rating: Option<f64>,
    /// How many reviews the catalogue came with; [`Review`]s written here are not among them.
    pub num_reviews: u32,
    /// In the order in which they are shown; the first one stands in lists.
    pub images: Vec<Image>,
    /// Not active: neither listed, nor found, nor sold. It follows from [`ProductDetails::status`] and
    /// [`ProductDetails::is_hidden`], and is a column of its own because lists are made by it.
    pub is_active: bool,
    /// When it came into the catalogue: newer products are listed first.
    pub created_at: Timestamp,
    /// What more it says of itself.
    #[serde(default, skip_serializing_if = "ProductDetails::is_plain")]
    pub details: ProductDetails,
}

/// What a product says of itself beyond the columns that every shop has: one JSON column of its table. What is absent is
/// not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductDetails {
    /// Whether whoever supplies the catalogue sells it.
    #[serde(skip_serializing_if = "is_default")]
    pub status: ProductStatus,
    /// The shopkeeper has taken it off the shelves, whatever the supplier says.
    #[serde(skip_serializing_if = "is_default")]
    pub is_hidden: bool,
    /// Further shelves on which it lies, beside [`Product::category_id`]; each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_in: Vec<CategoryId>,
    /// The names of what its variants differ in, in the order in which they are chosen: `Size`, `Wood`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// What is sold when no variant is named; `None`: the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_variant: Option<VariantId>,
    /// The last part of its address in a web shop; unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The title that search engines are given; `None`: its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_title: Option<String>,
    /// The text that search engines are given; `None`: its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_description: Option<String>,
    /// What others keep with it; souk does not read it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl ProductDetails {
    fn is_plain(&self) -> bool {
        is_default(self)
    }
}

/// What whoever supplies the catalogue says of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProductStatus {
    /// It is sold.
    #[default]
    Active,
    /// It is not sold yet.
    Draft,
    /// It is not sold any more.
    Archived,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A picture of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// A path of souk's own, or another address that the catalogue came with.
    pub url: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// One size and colour of a product. How many there are is no part of this row: see [`crate::store::Stock`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Made from the SKU where that came from another system.
    pub id: VariantId,
    /// What it is a variant of.
    pub product_id: ProductId,
    /// What stock keeping calls it.
    pub sku: String,
    /// `None`: there is one size.
    pub size: Option<String>,
    /// `None`: there is one colour.
    pub color: Option<String>,
    /// Added to the product's price; may be below 0.
    pub price_adjustment: Money,
    /// The place among the product's variants, from 0; the first one is sold when none is named.
    pub rank: u32,
    /// Pieces that the last load said were in stock, so that the next one can add only the difference. `None`: never
    /// loaded.
    pub loaded_stock: Option<i64>,
    /// What more it says of itself.
    #[serde(default, skip_serializing_if = "VariantDetails::is_plain")]
    pub details: VariantDetails,
}

/// What a variant says of itself beyond the columns that every shop has: one JSON column of its table. What is absent is
/// not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VariantDetails {
    /// What it is in what the product's variants differ in, beside [`Variant::size`] and [`Variant::color`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ChosenOption>,
    /// It is not sold any more, and stays for the orders that have it.
    #[serde(skip_serializing_if = "is_default")]
    pub is_retired: bool,
    /// What it cost before, or costs elsewhere: shown struck out beside its price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_price: Option<Money>,
    /// A lower price for a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sale: Option<Sale>,
    /// Global Trade Item Number of 8, 12, 13 or 14 digits, whose last one proves the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// What its maker calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mpn: Option<String>,
    /// With its packaging, in grams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_g: Option<u32>,
    /// Of its parcel: length, width and height in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions_mm: Option<[u32; 3]>,
    /// Nothing is sent: a file, a course, a voucher.
    #[serde(skip_serializing_if = "is_default")]
    pub is_digital: bool,
    /// Whether it is sold when there is none. Whoever changes it changes the stock's allowance in the same commit.
    #[serde(skip_serializing_if = "is_default")]
    pub stock_policy: StockPolicy,
    /// The variants that a bundle is made of, each once. A bundle has no stock of its own, and is no part of another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// What it looks like, where that is not how its product does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// What others keep with it; souk does not read it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl VariantDetails {
    fn is_plain(&self) -> bool {
        is_default(self)
    }
}

/// What a variant is in one thing that its product's variants differ in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenOption {
    /// One of [`ProductDetails::options`].
    pub name: String,
    /// As it is shown: `Oak`.
    pub value: String,
}

/// What a bundle has of one of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Of any product.
    pub variant_id: VariantId,
    /// Pieces in one bundle, 1 or more.
    pub quantity: u32,
}

/// What the sale of a variant has to do with how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockPolicy {
    /// What is there is sold, and no more.
    #[default]
    Counted,
    /// It is counted, and so many pieces are sold beyond what is there; `None`: any number.
    Backorder(Option<u32>),
    /// Nobody counts: it is always for sale.
    NotCounted,
}

impl StockPolicy {
    /// What the store is to hold it to.
    pub fn allowance(self) -> Allowance {
        match self {
            Self::Counted => Allowance::NONE,
            Self::Backorder(Some(pieces)) => Allowance::UpTo(pieces),
            Self::Backorder(None) | Self::NotCounted => Allowance::Unlimited,
        }
    }
}

/// A lower price for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Of one piece, in place of the variant's price.
    pub price: Money,
    /// From when on; `None`: since always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Up to when, not included; `None`: until it is taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Sale {
    /// Whether the price holds at this moment.
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

/// How far an order has got. A cancelled one goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// Placed, and not paid.
    Pending,
    /// Paid, and not on its way.
    Paid,
    /// On its way.
    Shipped,
    /// The parcel has arrived.
    Delivered,
    /// Called off; its pieces are back in stock.
    Cancelled,
}

impl OrderStatus {
    /// In the order of the steps, `Cancelled` last.
    pub const ALL: [OrderStatus; 5] =
        [Self::Pending, Self::Paid, Self::Shipped, Self::Delivered, Self::Cancelled];

    /// As it is stored, and as clients see it.
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

/// An order as it is now; its history is its stream of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// For machines; people name its number.
    pub id: OrderId,
    /// 1, 2, 3 … without gaps. `None` only inside the commit that places it, which gives the number.
    pub number: Option<u64>,
    /// Who ordered.
    pub user_id: UserId,
    /// Changed by the steps of the order alone.
    pub status: OrderStatus,
    /// The sum of all lines.
    pub total: Money,
    /// What the payment provider calls the way to pay.
    pub payment_method_id: Option<String>,
    /// What the payment provider calls the payment; `None` before it is paid.
    pub payment_id: Option<String>,
    /// What the carrier calls the parcel; `None` where nobody gave one.
    pub tracking_number: Option<String>,
    /// `None` when it has been erased.
    pub shipping_address: Option<Address>,
    /// When it was ordered.
    pub placed_at: Timestamp,
}

/// One line of an order; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// Which order.
    pub order_id: OrderId,
    /// The place in the order, from 0.
    pub line: u32,
    /// What was ordered.
    pub product_id: ProductId,
    /// In which size and colour.
    pub variant_id: VariantId,
    /// What the product was called at the time of the order.
    pub name: String,
    /// Pieces.
    pub quantity: u32,
    /// Of one piece, at the time of the order.
    pub price: Money,
    /// The product as it was then: a JSON object.
    pub snapshot: String,
}

/// What one person thinks of one product; its id is [`ReviewId::of`] the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// [`ReviewId::of`] product and user.
    pub id: ReviewId,
    /// What is reviewed.
    pub product_id: ProductId,
    /// Whose word it is.
    pub user_id: UserId,
    /// Stars, 1 to 5.
    pub rating: u8,
    /// One line.
    pub title: String,
    /// What they have to say.
    pub content: String,
    /// Pictures: paths of souk's own.
    pub images: Vec<String>,
    /// When it was first posted.
    pub created_at: Timestamp,
}

/// What is said about a review, or about another comment on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// What answers name as their `parent`.
    pub id: CommentId,
    /// The review under which it stands.
    pub review_id: ReviewId,
    /// Whose word it is.
    pub user_id: UserId,
    /// The comment that it answers; `None`: the review itself.
    pub parent: Option<CommentId>,
    /// 1 for a comment on the review itself, one more for each answer.
    pub depth: u32,
    /// What they have to say.
    pub content: String,
    /// When it was posted.
    pub created_at: Timestamp,
}

/// The measures of a product and what it is made like; which there are depends on what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specifications {
    /// What is described.
    pub product_id: ProductId,
    /// In the order in which they are shown; each name once.
    pub entries: Vec<Specification>,
}

/// One measure or property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specification {
    /// What is measured: `height`.
    pub name: String,
    /// As it is shown: `24`, `stoneware`.
    pub value: String,
    /// Of the value, where it is a number: `cm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What a workshop tells of itself beyond its [`Seller`] row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerProfile {
    /// Whose profile.
    pub seller_id: SellerId,
    /// How the workshop came to be.
    pub story: String,
    /// How its work is made.
    pub techniques: Vec<String>,
    /// In the order in which it is shown.
    pub portfolio: Vec<PortfolioItem>,
}

/// A work that is shown, and may not be for sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortfolioItem {
    /// What the work is called.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// A picture: a path of souk's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// What a customer tells of themselves; erased by deleting this one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerProfile {
    /// Whose profile.
    pub user_id: UserId,
    /// In their own words.
    pub about: Option<String>,
    /// What they like to see.
    pub interests: Vec<String>,
    /// Which sizes fit them.
    pub sizes: Vec<Size>,
    /// Whether they want to be written to.
    pub newsletter: bool,
}

/// A size that fits a customer: of a `ring`, `54`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// What it is the size of.
    pub of: String,
    /// As makers write it.
    pub size: String,
}

/// A loader's run over one set of files: begun, and finished or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// What was loaded: `artisan`, `import:products.jsonl.gz`.
    pub source: String,
    /// SHA-256 of the files' contents, in hexadecimal.
    pub digest: String,
    /// When the run began.
    pub started_at: Timestamp,
    /// `None`: the run is under way, or was broken off.
    pub finished_at: Option<Timestamp>,
}

/// A record of a kind that a feature declares, without a table of its own; see [`crate::records`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Which record.
    pub key: RecordKey,
    /// `None` deletes it. A snapshot never gives such a row: what is deleted is not there.
    pub content: Option<RecordContent>,
}

/// Names one record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordKey {
    /// As the feature declares it: `wishlist`. 1 to 64 bytes.
    pub kind: String,
    /// Of the record, among those of its kind.
    pub id: Uuid,
}

/// What a record holds, and what it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordContent {
    /// The version of the shape of `data` and `personal` together, from 1.
    pub form: u16,
    /// A JSON object of at most 1 MiB.
    pub data: String,
    /// Whose record it is; needed where there is something personal.
    pub personal: Option<String>,
    /// Whose record it is. Needed where there is something personal.
    pub person: Option<UserId>,
    /// What it is found by: at most 1,024 entries, one per index and value. Rows that are read come without.
    pub entries: Vec<RecordEntry>,
}

/// Lets a record be found: all records of a kind with `value` in `index`, in the order of `sort`, then of the ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordEntry {
    /// The name of the index, 1 to 64 bytes.
    pub index: &'static str,
    /// At most 512 bytes. May be empty, for an index over everything.
    pub value: String,
    /// The place among the records of the same value; the lowest comes first.
    pub sort: i64,
    /// No two records of the kind have this value in this index.
    pub is_unique: bool,
    /// It tells about the person, and is erased with what is personal.
    pub is_personal: bool,
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident($key:ty) = $by:expr;)*) => {
        /// Any row; a put replaces the row of the same key.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Row {
            $(
                #[doc = concat!("A whole row; [`RowKey::", stringify!($name), "`] names it.")]
                $name($name),
            )*
        }

        /// Names one row.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RowKey {
            $(
                $(#[$doc])*
                $name($key),
            )*
        }

        impl Row {
            /// What a put of this row replaces.
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

/// A type of row, for reading rows without unpacking [`Row`] by hand; see
/// [`Snapshot::one`](crate::store::Snapshot#method.one).
pub trait Entity: Sized + Send {
    /// What tells rows of this type apart.
    type Key: Clone + Send + Sync;
    /// The key of this row.
    fn key(&self) -> Self::Key;
    /// The key as one of all rows.
    fn row_key(key: Self::Key) -> RowKey;
    /// `None` where it is a row of another type.
    fn from_row(row: Row) -> Option<Self>;
}

rows! {
    /// An account.
    User(UserId) = |row| row.id;
    /// Who a user is.
    Person(UserId) = |row| row.user_id;
    /// A workshop.
    Seller(SellerId) = |row| row.id;
    /// A shelf of the catalogue.
    Category(CategoryId) = |row| row.id;
    /// What the catalogue lists.
    Product(ProductId) = |row| row.id;
    /// What is sold of a product.
    Variant(VariantId) = |row| row.id;
    /// An order, without its lines.
    Order(OrderId) = |row| row.id;
    /// A line, by its order and its place there.
    OrderItem((OrderId, u32)) = |row| (row.order_id, row.line);
    /// The last run of a loader, by what it loaded.
    Load(String) = |row| row.source.clone();
    /// What one person thinks of one product.
    Review(ReviewId) = |row| row.id;
    /// What is said about a review.
    Comment(CommentId) = |row| row.id;
    /// What a product measures.
    Specifications(ProductId) = |row| row.product_id;
    /// What a workshop tells of itself.
    SellerProfile(SellerId) = |row| row.seller_id;
    /// What a customer tells of themselves.
    CustomerProfile(UserId) = |row| row.user_id;
    /// A record of any kind.
    RecordRow(RecordKey) = |row| row.key.clone();
}
