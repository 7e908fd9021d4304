//! Composes the catalogue that ships with souk: a marketplace of handmade
//! goods. All people, workshops and products are made up; what is said about
//! materials and techniques is meant to be true of the crafts.

mod calendar;
mod categories;
mod compose;
mod crafts;
mod json;
mod names;
mod people;
mod places;
mod profiles;
mod random;
mod reviews;
mod specifications;
mod table;
mod text;
mod variants;
mod workshops;
mod writer;

use categories::CATEGORIES;
use compose::Product;
use people::{USERS, User, date};
use random::Random;
use reviews::Review;
use table::Table;
use workshops::{Workshop, workshops};

pub use compose::MOST_REPEATS;
pub use profiles::{CUSTOMERS as CUSTOMERS_WITH_PROFILES, MOST_REPEATS as MOST_REPEATS_IN_PROFILES};
pub use reviews::MOST_REPEATS as MOST_REPEATS_IN_REVIEWS;
pub use text::{normalise, sentences};

pub struct Catalogue {
    users: Vec<User>,
    sellers: Vec<Seller>,
    products: Vec<Listing>,
    reviews: Vec<Review>,
}

struct Seller {
    id: String,
    /// Place of its owner among the users.
    user: usize,
    rating: String,
    workshop: &'static Workshop,
}

/// A product with its id and the day it went on sale.
struct Listing {
    id: String,
    created_at: String,
    product: Product,
}

impl Catalogue {
    pub fn compose() -> Self {
        let sellers = sellers();
        let at_home: Vec<(usize, &'static str)> =
            sellers.iter().map(|seller| (seller.user, seller.workshop.city)).collect();
        let (users, products) = (people::people(&at_home), listings());
        let reviews = reviews::reviews(&users, &sellers, &products);
        Self { users, sellers, products, reviews }
    }

    /// The files of the catalogue by name.
    pub fn files(&self) -> [(&'static str, String); 8] {
        [
            ("users.csv", self.users_csv()),
            ("sellers.csv", self.sellers_csv()),
            ("categories.csv", categories_csv()),
            ("products.csv", self.products_csv()),
            ("variants.csv", self.variants_csv()),
            ("reviews.json", reviews::json(&self.reviews)),
            ("specifications.json", specifications::json(&self.products, &self.sellers)),
            ("profiles.json", profiles::json(&self.users, &self.sellers)),
        ]
    }

    fn users_csv(&self) -> String {
        let mut table = Table::new(&[
            "id",
            "name",
            "email",
            "join_date",
            "phone",
            "address_line1",
            "address_line2",
            "city",
            "region",
            "postal_code",
            "country",
        ]);
        for user in &self.users {
            table.push(&[
                &user.id,
                &user.name,
                &user.email,
                &user.join_date,
                &user.phone,
                &user.address_line1,
                &user.address_line2,
                user.place.city,
                user.place.region,
                &user.postal_code,
                user.place.country,
            ]);
        }
        table.into_text()
    }

    fn sellers_csv(&self) -> String {
        let mut table =
            Table::new(&["id", "name", "rating", "user_id", "city", "country", "founded", "description"]);
        for seller in &self.sellers {
            let Workshop { name, city, founded, story, .. } = seller.workshop;
            table.push(&[
                &seller.id,
                name,
                &seller.rating,
                &self.users[seller.user].id,
                city,
                places::in_city(city).country,
                &founded.to_string(),
                story,
            ]);
        }
        table.into_text()
    }

    fn products_csv(&self) -> String {
        let mut table = Table::new(&[
            "id",
            "name",
            "description",
            "price",
            "category_id",
            "seller_id",
            "brand",
            "tags",
            "is_active",
            "materials",
            "care",
            "created_at",
        ]);
        for listing in &self.products {
            let product = &listing.product;
            table.push(&[
                &listing.id,
                &product.name,
                &product.description,
                &decimal(i64::from(product.price)),
                product.category,
                &self.sellers[product.seller].id,
                product.brand,
                &product.tags.join("|"),
                if product.is_active { "true" } else { "false" },
                &product.materials.join("|"),
                &product.care,
                &listing.created_at,
            ]);
        }
        table.into_text()
    }

    fn variants_csv(&self) -> String {
        let mut table = Table::new(&["product", "size", "color", "sku", "price_adjustment", "stock"]);
        for listing in &self.products {
            for variant in &listing.product.variants {
                table.push(&[
                    &listing.id,
                    &variant.size,
                    &variant.color,
                    &variant.sku,
                    &decimal(i64::from(variant.adjustment)),
                    &variant.stock.to_string(),
                ]);
            }
        }
        table.into_text()
    }
}

fn categories_csv() -> String {
    let mut table = Table::new(&["id", "name", "description", "parent", "image"]);
    for category in CATEGORIES {
        table.push(&[
            category.id,
            category.name,
            category.description,
            category.parent,
            // souk draws them.
            "",
        ]);
    }
    table.into_text()
}

fn sellers() -> Vec<Seller> {
    let mut random = Random::named("sellers");
    let mut owners: Vec<usize> = (0..USERS).collect();
    random.shuffle(&mut owners);
    workshops()
        .zip(owners)
        .enumerate()
        .map(|(index, (workshop, user))| {
            let tenths = random.between(41, 50);
            Seller {
                id: format!("S{:03}", index + 1),
                user,
                rating: format!("{}.{}", tenths / 10, tenths % 10),
                workshop,
            }
        })
        .collect()
}

/// Mixes the crafts and numbers the products by the day they went on sale.
fn listings() -> Vec<Listing> {
    let mut random = Random::named("listings");
    let mut products = compose::products();
    random.shuffle(&mut products);
    // The first product is the one in the examples: it can be bought.
    let first = products
        .iter()
        .position(|product| {
            product.is_active && product.price < 4000 && product.tags.contains(&"wooden bowl")
        })
        .expect("a wooden bowl for sale");
    products.swap(0, first);
    let mut days: Vec<String> = products.iter().map(|_| date(2023, 1, 2026, 6, &mut random)).collect();
    days.sort();
    products
        .into_iter()
        .zip(days)
        .enumerate()
        .map(|(index, (product, created_at))| Listing {
            id: format!("P{:03}", index + 1),
            created_at,
            product,
        })
        .collect()
}

/// Cents as a decimal number with two places.
fn decimal(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}
