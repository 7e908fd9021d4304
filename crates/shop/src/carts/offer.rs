//! What is for sale at which price: the look-up and the checks that adding to a cart and ordering share.
//!
//! A variant costs its product's price and its own adjustment, or what its sale says while that is on. Only a product that
//! is active and has a price is sold, and of its variants those that are not retired.

use souk_kernel::{Coded, ErrorCode, ProductId, Timestamp, UserId, VariantId};
use souk_ports::rows::{Entity, Part, Product, Row, RowKey, Variant};
use souk_ports::store::{Find, Snapshot, Stock, Versioned, Window};

use crate::Shop;
use crate::catalog::default_variant;
use crate::catalog::price::{Price, price_at};
use crate::orders::events::Pieces;

/// What somebody would like to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub product: ProductId,
    /// `None`: the product's default one.
    pub variant: Option<VariantId>,
}

/// One variant as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub product: Versioned<Product>,
    pub variant: Versioned<Variant>,
    /// Pieces that can be ordered, with those that need not be there.
    pub available: i64,
    /// What one piece is made of, where it is a bundle.
    pub parts: Vec<Pieces>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("product `{product}` does not exist")]
    UnknownProduct { product: ProductId },
    #[error("product `{product}` has no variant `{variant}`")]
    UnknownVariant { product: ProductId, variant: VariantId },
    #[error("product `{product}` has no variant that could be sold")]
    NoVariant { product: ProductId },
    #[error("`{name}` is not for sale any more")]
    NotForSale { product: ProductId, name: String },
    #[error("`{name}` has its price on request and cannot be bought here")]
    PriceOnRequest { product: ProductId, name: String },
}

impl Coded for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownProduct { .. } | Self::UnknownVariant { .. } | Self::NoVariant { .. } => {
                ErrorCode::NotFound
            }
            Self::NotForSale { .. } => ErrorCode::NotForSale,
            Self::PriceOnRequest { .. } => ErrorCode::PriceOnRequest,
        }
    }
}

impl Offer {
    /// The price of one piece at this moment.
    pub(crate) fn price(&self, now: Timestamp) -> Result<Price, Error> {
        let (product, variant) = (&self.product.row, &self.variant.row);
        if !product.is_active || variant.details.is_retired {
            return Err(Error::NotForSale { product: product.id, name: product.name.clone() });
        }
        price_at(product.price, variant.price_adjustment, &variant.details, now)
            .ok_or_else(|| Error::PriceOnRequest { product: product.id, name: product.name.clone() })
    }
}

/// Looks up one thing for a user, who must exist.
pub(super) async fn one_for(shop: &Shop, user: UserId, wanted: [Wanted; 1]) -> Result<Offer, super::Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let (mut offers, known) = read(&mut *snapshot, &wanted, vec![RowKey::User(user)]).await?;
    match (known.first(), offers.pop()) {
        (Some(Some(_)), Some(offer)) => Ok(offer?),
        (Some(Some(_)), None) => Err(Error::UnknownProduct { product: wanted[0].product }.into()),
        _ => Err(super::Error::UnknownUser { user }),
    }
}

/// What [`read`] answers: an offer at the place of each wish, and a row at the place of each further key.
pub(crate) type Looked = (Vec<Result<Offer, Error>>, Vec<Option<Versioned<Row>>>);

/// Looks everything up in one snapshot, with as few questions as there are kinds of things: the rows (and those of the
/// keys in `also`), the variants where none is named, the stock.
pub(crate) async fn read(
    snapshot: &mut dyn Snapshot,
    wanted: &[Wanted],
    also: Vec<RowKey>,
) -> Result<Looked, souk_ports::Error> {
    let more = also.len();
    let mut keys = also;
    keys.extend(wanted.iter().map(|wish| RowKey::Product(wish.product)));
    keys.extend(wanted.iter().filter_map(|wish| wish.variant).map(RowKey::Variant));
    let mut rows = snapshot.get(&keys).await?;
    let mut variants = rows.split_off(more + wanted.len()).into_iter();
    let products = rows.split_off(more);

    let default_of: Vec<ProductId> =
        wanted.iter().filter(|wish| wish.variant.is_none()).map(|wish| wish.product).collect();
    let siblings = match default_of.is_empty() {
        true => Vec::new(),
        false => snapshot.list::<Variant>(&Find::VariantsOf(default_of), Window::ALL).await?.0,
    };

    let mut offers = Vec::with_capacity(wanted.len());
    for (wish, product) in wanted.iter().zip(products) {
        let product = product.and_then(typed::<Product>);
        let variant = match wish.variant {
            Some(_) => variants.next().flatten().and_then(typed::<Variant>),
            None => product.as_ref().and_then(|product| default_of_product(&product.row, &siblings)),
        };
        offers.push(joined(wish, product, variant));
    }
    let sold: Vec<VariantId> = offers.iter().flatten().map(|offer| offer.variant.row.id).collect();
    let stock = if sold.is_empty() { Vec::new() } else { snapshot.stock(&sold).await? };
    for (offer, stock) in offers.iter_mut().flatten().zip(stock) {
        offer.available = stock.map_or(0, Stock::available);
    }
    read_parts(snapshot, &mut offers).await?;
    Ok((offers, rows))
}

/// Which products the parts of bundles are of.
async fn read_parts(
    snapshot: &mut dyn Snapshot,
    offers: &mut [Result<Offer, Error>],
) -> Result<(), souk_ports::Error> {
    let of_offer = |offer: &Offer| offer.variant.row.details.parts.clone();
    let ids: Vec<VariantId> =
        offers.iter().flatten().flat_map(of_offer).map(|part| part.variant_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut rows = snapshot.many::<Variant>(&ids).await?.into_iter();
    for offer in offers.iter_mut().flatten() {
        for Part { variant_id, quantity } in of_offer(offer) {
            let row = rows.next().flatten().ok_or_else(|| {
                souk_ports::Error::internal("reading a bundle", format!("there is no part `{variant_id}`"))
            })?;
            offer.parts.push(Pieces { product_id: row.row.product_id, variant_id, quantity });
        }
    }
    Ok(())
}

fn default_of_product(product: &Product, siblings: &[Versioned<Variant>]) -> Option<Versioned<Variant>> {
    let own = siblings.iter().map(|found| &found.row).filter(|variant| variant.product_id == product.id);
    let default = default_variant(product, own)?.id;
    siblings.iter().find(|found| found.row.id == default).cloned()
}

/// Fits product and variant together; the stock is still to come.
fn joined(
    wish: &Wanted,
    product: Option<Versioned<Product>>,
    variant: Option<Versioned<Variant>>,
) -> Result<Offer, Error> {
    let product = product.ok_or(Error::UnknownProduct { product: wish.product })?;
    let variant = variant.filter(|found| found.row.product_id == wish.product).ok_or(match wish.variant {
        Some(variant) => Error::UnknownVariant { product: wish.product, variant },
        None => Error::NoVariant { product: wish.product },
    })?;
    Ok(Offer { product, variant, available: 0, parts: Vec::new() })
}

fn typed<E: Entity>(row: Versioned<Row>) -> Option<Versioned<E>> {
    let Versioned { version, row } = row;
    E::from_row(row).map(|row| Versioned { version, row })
}
