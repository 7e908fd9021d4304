//! `POST /products`, `souk products create`: a product with its variants, in one commit.

use std::collections::HashSet;

use serde::Deserialize;
use souk_kernel::{CategoryId, CommitId, Currency, Money, ProductId, SellerId, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::{Entity, Product, ProductDetails, ProductStatus, Row, Variant};
use souk_ports::store::{Commit, Guard, Outcome, Refusal, Snapshot};
use utoipa::ToSchema;

use super::Error;
use super::bundles;
use super::change_product::{ATTEMPTS, ProductChange, check_references, claim_slug, refused, slug_taken};
use super::change_variant::{addresses, check_choice, check_price};
use super::create_variant::{MAX_VARIANTS, NewVariant, put_new_variant};
use super::events::{CatalogEvent, Cause, ProductAdded};
use super::input::{Metadata, Named, external_id};
use super::once::{Created, created, created_before, remembered};
use super::stock_policy::StockPolicyName;
use super::views::{ImageAddress, ProductStatusSchema};
use crate::Shop;
use crate::commit::commit_surely;
use crate::media::MAX_IMAGES;
use crate::orders::IdempotencyKey;

#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// By which another system names it, and `/products/{id}` finds it: 1 to 64 letters, digits and `. _ : -`. It never
    /// changes.
    pub external_id: Option<String>,
    #[schema(example = "Ash salad bowl")]
    pub name: String,
    pub description: Option<String>,
    /// Absent: price on request.
    #[schema(value_type = Option<f64>, example = 39.9)]
    pub price: Option<Money>,
    /// The shelf on which it lies.
    #[schema(value_type = String, required = true, example = "C01")]
    pub category_id: Option<Named<CategoryId>>,
    /// Further shelves on which it lies.
    #[schema(value_type = Option<Vec<String>>)]
    pub also_in: Option<Vec<Named<CategoryId>>>,
    #[schema(value_type = Option<String>, example = "S001")]
    pub seller_id: Option<Named<SellerId>>,
    pub brand: Option<String>,
    pub tags: Option<Vec<String>>,
    pub materials: Option<Vec<String>>,
    pub care: Option<String>,
    /// `active` unless something else is said.
    #[schema(value_type = Option<ProductStatusSchema>, example = "draft")]
    pub status: Option<ProductStatus>,
    pub is_hidden: Option<bool>,
    /// The names of what its variants differ in, in the order in which they are chosen.
    pub options: Option<Vec<String>>,
    /// What is sold when no variant is named, by SKU; the first one otherwise.
    #[schema(value_type = Option<String>)]
    pub default_variant: Option<Named<VariantId>>,
    /// The last part of its address in a web shop; no other product ever had it.
    pub slug: Option<String>,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    /// Addresses of pictures; `POST /products/{id}/images` takes pictures themselves.
    pub images: Option<Vec<ImageAddress>>,
    /// What others keep with it.
    pub metadata: Option<Metadata>,
    /// Without any it gets one, by the product's external id, of which there are `stock`.
    pub variants: Option<Vec<NewVariant>>,
    /// Pieces to begin with, of the one variant that a product without variants gets.
    pub stock: Option<i64>,
    /// Whether that one is sold when there is none; `counted` unless something else is said.
    pub stock_policy: Option<StockPolicyName>,
    /// Pieces of it that are sold beyond what is there, where that is `backorder`; without a limit otherwise.
    pub backorder_allowance: Option<u32>,
}

impl NewProduct {
    /// The first field that is about the variant of a product without variants.
    fn says_of_its_one_variant(&self) -> Option<&'static str> {
        let said = [
            ("stock", self.stock.is_some()),
            ("stock_policy", self.stock_policy.is_some()),
            ("backorder_allowance", self.backorder_allowance.is_some()),
        ];
        said.into_iter().find_map(|(field, is_said)| is_said.then_some(field))
    }

    /// The same as the change of a product of which nothing is said.
    fn change(&self) -> ProductChange {
        let said = self.clone();
        ProductChange {
            name: Some(said.name),
            description: said.description,
            price: said.price.map(Some),
            category_id: said.category_id,
            also_in: said.also_in,
            seller_id: said.seller_id.map(Some),
            brand: said.brand.map(Some),
            tags: said.tags,
            materials: said.materials,
            care: said.care.map(Some),
            status: said.status,
            is_hidden: said.is_hidden,
            options: said.options,
            default_variant: said.default_variant.map(Some),
            slug: said.slug.map(Some),
            seo_title: said.seo_title.map(Some),
            seo_description: said.seo_description.map(Some),
            metadata: said.metadata,
            ..ProductChange::default()
        }
    }
}

/// The rows of a new product, as far as they can be checked without the store.
struct Rows {
    product: Product,
    /// Each with the pieces that there are of it.
    variants: Vec<(Variant, i64)>,
}

pub async fn create_product(
    shop: &Shop,
    new: &NewProduct,
    key: Option<IdempotencyKey>,
    actor: Actor,
) -> Result<Created<ProductId>, Error> {
    let of = |Created { id, position }| Created { id: ProductId(id), position };
    if let Some(before) = created_before(shop, key.as_ref()).await? {
        return Ok(of(before));
    }
    let cause = Cause { actor, occurred_at: shop.clock.now(), reason: None };
    let change = new.change();
    let rows = rows(new, &change, &cause, shop.rules.currency)?;
    let id = rows.product.id;
    crate::currency::agree(shop).await?;
    for _ in 0..ATTEMPTS {
        let mut snapshot = shop.store.snapshot().await?;
        check_references(&mut *snapshot, &change).await?;
        check_new(&mut *snapshot, &rows).await?;
        drop(snapshot);
        let mut commit = commit(&rows, &cause)?;
        commit.idempotency = key.as_ref().map(|key| remembered(shop, key, id.0)).transpose()?;
        match commit_surely(&*shop.store, commit).await? {
            Outcome::Committed(committed) => return Ok(of(created(&committed, id.0)?)),
            Outcome::KeyReused => return Err(Error::KeyReused),
            Outcome::Refused(Refusal::Unique { value, .. }) => return Err(slug_taken(&value)),
            Outcome::Refused(Refusal::Parts { fault, .. }) => {
                let said = new.variants.iter().flatten().flat_map(|variant| variant.parts.iter().flatten());
                return Err(bundles::refused(shop, fault, said).await);
            }
            Outcome::Refused(refusal) => refused(refusal, &[])?,
            Outcome::Conflict { .. } => {}
        }
    }
    Err(Error::ChangedMeanwhile { what: format!("product `{id}`") })
}

fn rows(new: &NewProduct, change: &ProductChange, cause: &Cause, currency: Currency) -> Result<Rows, Error> {
    change.check(currency)?;
    let Some(Named(category_id)) = new.category_id else {
        return Err(Error::invalid("category_id", "is missing"));
    };
    let external = new.external_id.as_deref().map(external_id).transpose();
    let external = external.map_err(|reason| Error::invalid("external_id", reason))?;
    let id = external.as_ref().map_or_else(ProductId::new, ProductId::from_external);
    let blank = Product {
        id,
        external_id: external.as_ref().map(ToString::to_string),
        name: String::new(),
        description: String::new(),
        price: None,
        category_id,
        seller_id: None,
        brand: None,
        tags: Vec::new(),
        materials: Vec::new(),
        care: None,
        rating: None,
        num_reviews: 0,
        images: addresses(new.images.as_deref().unwrap_or_default(), MAX_IMAGES)?,
        is_active: true,
        created_at: cause.occurred_at,
        details: ProductDetails::default(),
    };
    let product = change.applied(blank)?;
    let plain;
    let named = new.variants.as_deref().filter(|variants| !variants.is_empty());
    if let (Some(_), Some(field)) = (named, new.says_of_its_one_variant()) {
        return Err(Error::invalid(field, "is said of each variant, where there are some"));
    }
    let wanted = match named {
        Some(variants) if variants.len() > MAX_VARIANTS => {
            let reason = format!("has {} entries, more than {MAX_VARIANTS}", variants.len());
            return Err(Error::invalid("variants", reason));
        }
        Some(variants) => variants,
        None => {
            let sku = product.external_id.clone().unwrap_or_else(|| format!("P-{}", id.0.simple()));
            plain = [NewVariant {
                sku,
                stock: new.stock,
                stock_policy: new.stock_policy,
                backorder_allowance: new.backorder_allowance,
                ..NewVariant::default()
            }];
            &plain
        }
    };
    let mut variants: Vec<Variant> = Vec::with_capacity(wanted.len());
    let mut stock = Vec::with_capacity(wanted.len());
    let mut ids = HashSet::new();
    for (rank, wanted) in (0..).zip(wanted) {
        let variant = wanted.row(id, rank, currency)?;
        if !ids.insert(variant.id) {
            return Err(Error::invalid("variants", format!("has `{}` twice", variant.sku)));
        }
        check_price(&variant, product.price, currency, cause.occurred_at)?;
        check_choice(&variant, &product.details.options, &variants)?;
        stock.push(wanted.first_stock()?);
        variants.push(variant);
    }
    if product.details.default_variant.is_some_and(|default| !ids.contains(&default)) {
        return Err(Error::invalid("default_variant", "is none of the variants"));
    }
    Ok(Rows { product, variants: variants.into_iter().zip(stock).collect() })
}

/// Nothing of it is there yet.
async fn check_new(snapshot: &mut dyn Snapshot, rows: &Rows) -> Result<(), Error> {
    if let Some(there) = snapshot.one::<Product>(rows.product.id).await? {
        let named = rows.product.external_id.clone().unwrap_or_else(|| rows.product.id.to_string());
        let how = match there.row.details.status {
            ProductStatus::Archived => " (archived: set its status to bring it back)",
            ProductStatus::Active | ProductStatus::Draft => "",
        };
        return Err(Error::AlreadyThere { what: format!("a product `{named}`{how}") });
    }
    let ids: Vec<VariantId> = rows.variants.iter().map(|(variant, _)| variant.id).collect();
    match snapshot.many::<Variant>(&ids).await?.into_iter().flatten().next() {
        Some(there) => Err(Error::AlreadyThere { what: format!("a variant `{}`", there.row.sku) }),
        None => Ok(()),
    }
}

fn commit(rows: &Rows, cause: &Cause) -> Result<Commit, Error> {
    let mut commit = Commit::new(CommitId::new(), Vec::new());
    let added = CatalogEvent::from(ProductAdded { product: rows.product.clone() });
    commit.events.push(added.into_new(cause)?);
    commit.guards.push(Guard::RowVersion { key: Product::row_key(rows.product.id), version: 0 });
    commit.rows.push(Row::from(rows.product.clone()));
    claim_slug(&mut commit, &rows.product);
    for (variant, stock) in &rows.variants {
        put_new_variant(&mut commit, variant.clone(), *stock, cause)?;
    }
    Ok(commit)
}
