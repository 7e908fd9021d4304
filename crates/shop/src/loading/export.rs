//! `souk export products`: the whole catalogue, in souk's own form or in one that others read.
//!
//! All of it is read in one snapshot, so the file is the shop of one moment, whatever is sold and changed meanwhile.
//! It is [`super::feed`] the other way round: in souk's own form, what is imported again is equal.

use std::collections::HashMap;
use std::io::Write;

use souk_feeds::Amount;
use souk_feeds::shape::{self as fed, Given};
use souk_feeds::write::{Exporter, Form, Shop as About};
use souk_kernel::{CategoryId, Currency, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::{
    Category, Image, Part, Product, ProductStatus, Sale, Seller, Specifications, StockPolicy, Variant,
};
use souk_ports::store::{Find, Snapshot, Window};

use super::{Error, Progress, Stage};
use crate::Shop;
use crate::catalog::price::ordinary_price;

/// Products that are read and written together.
const BATCH: u32 = 500;

/// Writes all products, also those that are not for sale where the form can say so; gives back how many there are.
pub async fn export_products<W: Write + Send>(
    shop: &Shop,
    form: Form,
    about: About,
    out: W,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(u64, W), Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let (categories, _) = snapshot.list::<Category>(&Find::Categories, Window::ALL).await?;
    let categories: HashMap<CategoryId, Category> =
        categories.into_iter().map(|row| (row.row.id, row.row)).collect();
    let mut shelves: Vec<(Vec<String>, CategoryId)> =
        categories.keys().map(|id| (path(&categories, *id), *id)).collect();
    shelves.sort();
    let mut sellers: HashMap<SellerId, Seller> = HashMap::new();
    let address = about.url.trim_end_matches('/').to_owned();
    let now = shop.clock.now();
    let mut exporter = Exporter::new(out, form, about);
    let (mut done, mut total) = (0, 0);
    for (_, shelf) in &shelves {
        let none = Window { offset: 0, limit: 1 };
        total += snapshot.find(&Find::ProductsOfCategory(*shelf), none).await?.total;
    }
    for (_, shelf) in shelves {
        let mut offset = 0;
        loop {
            let window = Window { offset, limit: BATCH };
            let (rows, _) = snapshot.list::<Product>(&Find::ProductsOfCategory(shelf), window).await?;
            offset += rows.len() as u64;
            let products: Vec<Product> = rows.into_iter().map(|row| row.row).collect();
            if products.is_empty() {
                break;
            }
            learn_sellers(&mut *snapshot, &products, &mut sellers).await?;
            done += products.len() as u64;
            let (products, skus) = joined(&mut *snapshot, products).await?;
            for mut product in products {
                for (variant, _) in &mut product.variants {
                    sale_for(form, &product.product, variant, now);
                }
                let mut product = shape(product, &skus, &categories, &sellers, shop.rules.currency);
                match form {
                    Form::Souk => product.variants.iter_mut().for_each(without_stock_of_parts),
                    _ => for_others(&mut product, &address),
                }
                exporter.add(&product).map_err(unwritable)?;
            }
            progress(Progress { stage: Stage::Products, done, total });
        }
    }
    Ok((done, exporter.finish().map_err(unwritable)?))
}

fn unwritable(source: std::io::Error) -> Error {
    Error::Unwritable { path: "the export".into(), source }
}

/// From the root downwards. A circle, which no store lets in, would end it all the same.
fn path(categories: &HashMap<CategoryId, Category>, id: CategoryId) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(id);
    while let Some(category) = next.and_then(|id| categories.get(&id)).filter(|_| names.len() < 64) {
        names.push(category.name.clone());
        next = category.parent;
    }
    names.reverse();
    names
}

async fn learn_sellers(
    snapshot: &mut dyn Snapshot,
    products: &[Product],
    sellers: &mut HashMap<SellerId, Seller>,
) -> Result<(), Error> {
    let mut unknown: Vec<SellerId> = products.iter().filter_map(|product| product.seller_id).collect();
    unknown.retain(|id| !sellers.contains_key(id));
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        let rows = snapshot.many::<Seller>(&unknown).await?;
        sellers.extend(rows.into_iter().flatten().map(|row| (row.row.id, row.row)));
    }
    Ok(())
}

/// A product with all that is written of it.
struct Joined {
    product: Product,
    /// By rank, each with its stock.
    variants: Vec<(Variant, i64)>,
    specifications: Option<Specifications>,
}

/// With the SKUs of what their bundles are made of.
async fn joined(
    snapshot: &mut dyn Snapshot,
    products: Vec<Product>,
) -> Result<(Vec<Joined>, HashMap<VariantId, String>), Error> {
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let (rows, _) = snapshot.list::<Variant>(&Find::VariantsOf(ids.clone()), Window::ALL).await?;
    let skus: Vec<VariantId> = rows.iter().map(|row| row.row.id).collect();
    let stock = snapshot.stock(&skus).await?;
    let told = snapshot.many::<Specifications>(&ids).await?;
    let mut variants: HashMap<ProductId, Vec<(Variant, i64)>> = HashMap::with_capacity(ids.len());
    for (row, stock) in rows.into_iter().zip(stock) {
        let quantity = stock.map_or(0, |stock| stock.quantity);
        variants.entry(row.row.product_id).or_default().push((row.row, quantity));
    }
    let parts = variants.values().flatten().flat_map(|(variant, _)| &variant.details.parts);
    let parts: Vec<VariantId> = parts.map(|part| part.variant_id).collect();
    let mut skus = HashMap::with_capacity(parts.len());
    for part in snapshot.many::<Variant>(&parts).await?.into_iter().flatten() {
        skus.insert(part.row.id, part.row.sku);
    }
    let whole = products.into_iter().zip(told).map(|(product, told)| Joined {
        variants: variants.remove(&product.id).unwrap_or_default(),
        specifications: told.map(|told| told.row),
        product,
    });
    Ok((whole.collect(), skus))
}

fn shape(
    from: Joined,
    skus: &HashMap<VariantId, String>,
    categories: &HashMap<CategoryId, Category>,
    sellers: &HashMap<SellerId, Seller>,
    currency: Currency,
) -> fed::Product {
    let Joined { product, variants, specifications } = from;
    let details = product.details;
    let names = option_names(&details.options, &variants);
    let shelves = std::iter::once(&product.category_id).chain(&details.also_in);
    let seller = product.seller_id.and_then(|id| sellers.get(&id));
    let default = details.default_variant.or_else(|| variants.first().map(|(variant, _)| variant.id));
    fed::Product {
        key: product.external_id.unwrap_or_else(|| product.id.to_string()),
        name: Given::Value(product.name),
        description: Given::Value(product.description),
        slug: given(details.slug),
        seo_title: given(details.seo_title),
        seo_description: given(details.seo_description),
        brand: given(product.brand),
        seller: given(seller.map(|seller| seller.name.clone())),
        seller_key: given(
            seller.map(|seller| seller.external_id.clone().unwrap_or_else(|| seller.id.to_string())),
        ),
        price: given(product.price.map(|price| amount(price, currency))),
        status: Given::Value(match details.status {
            ProductStatus::Active => fed::Status::Active,
            ProductStatus::Draft => fed::Status::Draft,
            ProductStatus::Archived => fed::Status::Archived,
        }),
        hidden: if details.is_hidden { Given::Value(true) } else { Given::Absent },
        categories: Given::Value(shelves.map(|id| path(categories, *id)).collect()),
        tags: Given::Value(product.tags),
        materials: Given::Value(product.materials),
        care: given(product.care),
        images: Given::Value(images(product.images)),
        specifications: specifications.map_or(Given::Absent, |entries| Given::Value(told(entries))),
        metadata: details.metadata.into_iter().collect(),
        rating_thousandths: given(product.rating.map(|stars| (stars * 1_000.0).round() as u32)),
        num_reviews: Given::Value(product.num_reviews.into()),
        created_at: Given::Value(product.created_at.to_string()),
        variants: variants
            .into_iter()
            .map(|(variant, stock)| {
                let price = ordinary_price(product.price, variant.price_adjustment);
                let is_default = default == Some(variant.id);
                variant_shape(variant, stock, price, &names, skus, is_default, currency)
            })
            .collect(),
        options: details.options,
        ..fed::Product::default()
    }
}

/// What others read says of a sale what souk charges: nothing of one that is over, or that lowers nothing.
fn sale_for(form: Form, product: &Product, variant: &mut Variant, now: Timestamp) {
    if form == Form::Souk {
        return;
    }
    let ordinary = ordinary_price(product.price, variant.price_adjustment);
    let lowers = |sale: &Sale| ordinary.is_some_and(|ordinary| sale.price < ordinary);
    let is_over = |sale: &Sale| sale.until.is_some_and(|until| until <= now);
    let sale = variant.details.sale.take().filter(|sale| lowers(sale) && !is_over(sale));
    variant.details.sale = match (form, sale) {
        // It has no dates.
        (Form::Shopify, sale) => sale.filter(|sale| sale.is_on(now)),
        // It has both or none, and without them a sale is on.
        (Form::GoogleTsv | Form::GoogleXml, Some(sale)) => match sale.is_on(now) {
            true => Some(Sale { from: sale.from.or(Some(now)), ..sale }),
            false => Some(sale).filter(|sale| sale.until.is_some()),
        },
        (_, sale) => sale,
    };
}

/// A bundle says what it is made of, and others how many there are.
fn without_stock_of_parts(variant: &mut fed::Variant) {
    if !variant.parts.is_absent() {
        variant.stock = Given::Absent;
        variant.stock_then = Given::Absent;
        variant.backorder = Given::Absent;
    }
}

/// Others have no names of their own for size and colour, and no paths of ours.
fn for_others(product: &mut fed::Product, address: &str) {
    for (name, _) in product.variants.iter().flat_map(|variant| &variant.options) {
        if !product.options.contains(name) {
            product.options.push(name.clone());
        }
    }
    let absolute = |url: &mut String| {
        if url.starts_with('/') {
            url.insert_str(0, address);
        }
    };
    if let Given::Value(images) = &mut product.images {
        images.iter_mut().for_each(|image| absolute(&mut image.url));
    }
    for variant in &mut product.variants {
        if let Given::Value(image) = &mut variant.image {
            absolute(image);
        }
    }
}

/// What its variants differ in: the names that it came with, and `Size` and `Color` where those have no other name.
fn option_names(declared: &[String], variants: &[(Variant, i64)]) -> Vec<String> {
    let mut names = declared.to_vec();
    let mut add = |wanted: &[&str], is_used: bool| {
        if is_used && !names.iter().any(|name| wanted.iter().any(|it| it.eq_ignore_ascii_case(name))) {
            names.push(wanted[0].to_owned());
        }
    };
    add(SIZE, variants.iter().any(|(variant, _)| variant.size.is_some()));
    add(COLOR, variants.iter().any(|(variant, _)| variant.color.is_some()));
    for option in variants.iter().flat_map(|(variant, _)| &variant.details.options) {
        if !names.contains(&option.name) {
            names.push(option.name.clone());
        }
    }
    names
}

const SIZE: &[&str] = &["Size"];
const COLOR: &[&str] = &["Color", "Colour"];

fn variant_shape(
    from: Variant,
    stock: i64,
    price: Option<Money>,
    names: &[String],
    skus: &HashMap<VariantId, String>,
    is_default: bool,
    currency: Currency,
) -> fed::Variant {
    let details = from.details;
    let is = |name: &str, wanted: &[&str]| wanted.iter().any(|it| it.eq_ignore_ascii_case(name));
    let value = |name: &String| {
        let other = || details.options.iter().find(|option| option.name == *name);
        let value = match (&from.size, &from.color) {
            (Some(size), _) if is(name, SIZE) => Some(size.clone()),
            (_, Some(color)) if is(name, COLOR) => Some(color.clone()),
            _ => other().map(|option| option.value.clone()),
        };
        value.map(|value| (name.clone(), value))
    };
    let is_counted = details.stock_policy != StockPolicy::NotCounted;
    fed::Variant {
        options: names.iter().filter_map(value).collect(),
        sku: from.sku,
        price: given(price.map(|price| amount(price, currency))),
        list_price: given(details.list_price.map(|price| amount(price, currency))),
        sale: given(details.sale.map(|sale| sale_of(sale, currency))),
        stock: Given::Value(if is_counted { fed::Stock::Counted(stock) } else { fed::Stock::NotCounted }),
        stock_then: match is_counted {
            true => Given::Value(fed::StockThen { counted: stock, loaded: from.loaded_stock.unwrap_or(0) }),
            false => Given::Absent,
        },
        backorder: Given::Value(matches!(details.stock_policy, StockPolicy::Backorder(_))),
        backorder_allowance: match details.stock_policy {
            StockPolicy::Backorder(allowance) => given(allowance),
            _ => Given::Absent,
        },
        weight_grams: given(details.weight_g.map(u64::from)),
        dimensions_mm: given(details.dimensions_mm.map(|sides| sides.map(u64::from))),
        gtin: given(details.gtin),
        mpn: given(details.mpn),
        parts: parts(&details.parts, skus),
        image: given(details.images.into_iter().next().map(|image| image.url)),
        is_digital: Given::Value(details.is_digital),
        is_default: if is_default { Given::Value(true) } else { Given::Absent },
        is_retired: if details.is_retired { Given::Value(true) } else { Given::Absent },
        ..fed::Variant::default()
    }
}

fn sale_of(sale: Sale, currency: Currency) -> fed::Sale {
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    fed::Sale { price: amount(sale.price, currency), from: moment(sale.from), until: moment(sale.until) }
}

fn parts(parts: &[Part], skus: &HashMap<VariantId, String>) -> Given<Vec<fed::Part>> {
    if parts.is_empty() {
        return Given::Absent;
    }
    let sku = |id: VariantId| skus.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let part = |part: &Part| fed::Part { sku: sku(part.variant_id), quantity: part.quantity };
    Given::Value(parts.iter().map(part).collect())
}

fn images(images: Vec<Image>) -> Vec<fed::Image> {
    images.into_iter().map(|image| fed::Image { url: image.url, alt: image.alt }).collect()
}

fn told(specifications: Specifications) -> Vec<fed::Specification> {
    let entry = |entry: souk_ports::rows::Specification| fed::Specification {
        name: entry.name,
        value: entry.value,
        unit: entry.unit.unwrap_or_default(),
    };
    specifications.entries.into_iter().map(entry).collect()
}

/// What is not there is said to be empty, so that an import clears it.
fn given<T>(value: Option<T>) -> Given<T> {
    value.map_or(Given::Empty, Given::Value)
}

fn amount(money: Money, currency: Currency) -> Amount {
    let mut code = [0; 3];
    code.copy_from_slice(currency.code().as_bytes());
    let exact =
        Amount { digits: money.ten_thousandths(), scale: Money::DECIMALS as u8, currency: Some(code) };
    exact.trimmed(currency.decimals() as u8)
}
