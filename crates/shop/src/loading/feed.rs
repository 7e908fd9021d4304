//! A product of somebody else's export as rows of this shop.
//!
//! Left out: reading files and knowing their formats, which is `souk_feeds`; and what the shop has already, which
//! [`super::plan`] compares with. What the export says nothing of is kept by [`keep_product`] and [`keep_variant`].

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use souk_feeds::Amount;
use souk_feeds::shape::{self as fed, Given};
use souk_kernel::{CategoryId, Currency, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::{
    Category, ChosenOption, Image, Part, Product, ProductDetails, ProductStatus, Sale, Seller, Specification,
    Specifications, StockPolicy, Variant, VariantDetails,
};
use uuid::Uuid;

use super::columns::{Bad, Checked};
use super::files::hex;
use super::moment;
use super::read::MAX_STOCK;
use crate::catalog::bundles;
use crate::catalog::texts::{self, MAX_NAME, MAX_TEXT, MAX_WORD, MAX_WORDS};
use crate::profiles::{MAX_VALUE, MOST};

/// Where a product lies of which the export says no category.
const ELSEWHERE: &str = "Other";
/// Categories below one another; what lies deeper belongs to the last of them.
const MAX_DEPTH: usize = 8;
/// Characters of what another system calls a thing.
const MAX_KEY: usize = 255;
const DAY_MS: i64 = 24 * 3_600_000;

/// What an export's products lie in and are sold by: found by name, because that is all that most exports say.
#[derive(Default)]
pub(super) struct Surroundings {
    /// What the shop has, and what was added since.
    categories: HashMap<(Option<CategoryId>, String), CategoryId>,
    /// What the export adds, parents first.
    pub(super) new_categories: Vec<Category>,
    pub(super) new_sellers: HashMap<SellerId, Seller>,
}

impl Surroundings {
    /// With the categories that the shop has.
    pub(super) fn of(categories: impl IntoIterator<Item = Category>) -> Self {
        let known = categories.into_iter().map(|row| ((row.parent, row.name), row.id));
        Self { categories: known.collect(), ..Self::default() }
    }

    /// The category at the end of a path of names, with all above it.
    fn category(&mut self, path: &[String]) -> Checked<CategoryId> {
        let mut parent = None;
        let names: Vec<String> = path.iter().take(MAX_DEPTH).map(|name| name.trim().to_owned()).collect();
        for depth in 1..=names.len() {
            let name = &names[depth - 1];
            plain("category", name, MAX_WORD)?;
            let known = self.categories.get(&(parent, name.clone())).copied();
            let id = known.unwrap_or_else(|| {
                let external_id = category_key(&names[..depth]);
                let id = CategoryId::from_foreign(&external_id);
                self.categories.insert((parent, name.clone()), id);
                let description = String::new();
                let (name, external_id) = (name.clone(), Some(external_id));
                self.new_categories.push(Category {
                    id,
                    external_id,
                    name,
                    description,
                    parent,
                    image: None,
                });
                id
            });
            parent = Some(id);
        }
        parent.ok_or_else(|| Bad::new("category", "is empty"))
    }

    fn seller(&mut self, name: &str, key: &str) -> Checked<SellerId> {
        plain("seller", name, MAX_NAME)?;
        plain("seller_key", key, MAX_KEY)?;
        let (id, external_id) = named(key, SellerId, SellerId::from_foreign);
        self.new_sellers.entry(id).or_insert_with(|| Seller {
            id,
            external_id,
            user_id: None,
            name: name.to_owned(),
            rating: None,
            city: None,
            country: None,
            founded: None,
            description: String::new(),
        });
        Ok(id)
    }
}

/// `books:literature`: readable where that tells names apart, and otherwise (too long, other characters) ended by a hash.
pub(super) fn category_key(names: &[String]) -> String {
    const MAX: usize = 64;
    const HASH: usize = 16;
    let slugs: Vec<String> = names.iter().map(|name| slug(name)).collect();
    let mut key = slugs.join(":");
    // `C`, `C++` and `C#` have one slug, and are three categories.
    let is_lossy =
        names.iter().zip(&slugs).any(|(name, slug)| name.to_ascii_lowercase().replace(' ', "-") != *slug);
    if key.len() > MAX || is_lossy {
        let hash = hex(&Sha256::digest(names.join("\u{1f}").as_bytes()));
        key.truncate(MAX - HASH - 1);
        key = format!("{}-{}", key.trim_end_matches(['-', ':']), &hash[..HASH]);
    }
    key
}

fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// The rows of a product, as if the shop had nothing of it yet. Its variants stand in the order of the export.
pub(super) fn rows(
    from: &fed::Product,
    around: &mut Surroundings,
    currency: Currency,
    now: Timestamp,
) -> Checked<(Product, Vec<Variant>)> {
    let key = from.key.trim();
    plain("id", key, MAX_KEY)?;
    let (id, external_id) = named(key, ProductId, ProductId::from_foreign);
    let name = from.name.value().map(|name| name.trim()).unwrap_or_default();
    plain("name", name, MAX_NAME)?;
    let description = from.description.value().cloned().unwrap_or_default();
    long("description", &description, MAX_TEXT)?;
    let mut shelves = Vec::new();
    for path in from.categories.value().into_iter().flatten() {
        let shelf = around.category(path)?;
        if !shelves.contains(&shelf) {
            shelves.push(shelf);
        }
    }
    if shelves.is_empty() {
        shelves.push(around.category(&[ELSEWHERE.to_owned()])?);
    }
    let status = match from.status.value() {
        None | Some(fed::Status::Active) => ProductStatus::Active,
        Some(fed::Status::Draft) => ProductStatus::Draft,
        Some(fed::Status::Archived) => ProductStatus::Archived,
    };
    let prices = prices(from, currency)?;
    let base = from.price.value().map(|price| money("price", *price, currency)).transpose()?;
    let base = base.filter(|base| *base != Money::ZERO).or_else(|| prices.iter().flatten().next().copied());
    let mut variants = Vec::with_capacity(from.variants.len());
    for (rank, (variant, price)) in from.variants.iter().zip(prices).enumerate() {
        let adjustment = match (base, price) {
            (Some(base), Some(price)) => difference(price, base),
            (None, _) => Money::ZERO,
            (Some(_), None) if variant.price.is_absent() => Money::ZERO,
            (Some(_), None) => {
                return Err(Bad::new("price", format!("is missing for `{}` alone", variant.sku)));
            }
        };
        variants.push(variant_row(variant, id, rank, adjustment, currency)?);
    }
    let is_default = |(variant, _): &(&fed::Variant, &Variant)| variant.is_default == Given::Value(true);
    let default = from.variants.iter().zip(&variants).find(is_default).map(|(_, row)| row.id);
    let product = Product {
        id,
        external_id,
        name: name.to_owned(),
        description,
        price: base,
        category_id: shelves[0],
        seller_id: seller(from, around)?,
        brand: word("brand", from.brand.value())?,
        tags: words("tags", from.tags.value())?,
        materials: words("materials", from.materials.value())?,
        care: care(from)?,
        rating: from.rating_thousandths.value().map(|rating| f64::from(*rating) / 1_000.0),
        num_reviews: from.num_reviews.value().map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX)),
        images: images(from.images.value()),
        is_active: status == ProductStatus::Active && from.hidden != Given::Value(true),
        created_at: created_at(from).unwrap_or(now),
        details: ProductDetails {
            status,
            is_hidden: from.hidden == Given::Value(true),
            also_in: shelves.split_off(1),
            options: from.options.clone(),
            default_variant: default
                .filter(|default| variants.first().is_some_and(|first| first.id != *default)),
            slug: from.slug.value().cloned(),
            seo_title: from.seo_title.value().cloned(),
            seo_description: from.seo_description.value().cloned(),
            metadata: from.metadata.iter().cloned().collect(),
        },
    };
    Ok((product, variants))
}

/// The id of what another system calls by this text, and that name; souk's own ids are ids, and no names.
fn named<T>(key: &str, own: fn(Uuid) -> T, from_foreign: fn(&str) -> T) -> (T, Option<String>) {
    match Uuid::try_parse(key).ok().filter(|id| id.hyphenated().to_string() == key) {
        Some(id) => (own(id), None),
        None => (from_foreign(key), Some(key.to_owned())),
    }
}

fn seller(from: &fed::Product, around: &mut Surroundings) -> Checked<Option<SellerId>> {
    let Some(name) = from.seller.value().map(|name| name.trim()) else { return Ok(None) };
    let key = from.seller_key.value().map_or(name, |key| key.trim());
    around.seller(name, key).map(Some)
}

/// When it was added where it comes from. A date that cannot be read (`9/1/17, 2:36 AM`, `0000-00-00`) counts as not being
/// there, as every field does that decides nothing about what is sold.
pub(super) fn created_at(from: &fed::Product) -> Option<Timestamp> {
    from.created_at.value().and_then(|text| moment::moment(text))
}

fn care(from: &fed::Product) -> Checked<Option<String>> {
    from.care.value().map(|care| long("care", care, MAX_TEXT).map(|()| care.clone())).transpose()
}

/// What the export says of its measures and of what it is made like. A name that stands there more than once has all of
/// its values.
pub(super) fn specifications(from: &fed::Product, product_id: ProductId) -> Checked<Option<Specifications>> {
    if from.specifications.is_absent() {
        return Ok(None);
    }
    let mut entries: Vec<Specification> = Vec::new();
    for fed::Specification { name, value, unit } in from.specifications.value().into_iter().flatten() {
        plain("specification", name, MAX_WORD)?;
        plain(name, value, MAX_VALUE)?;
        let unit = Some(unit.clone()).filter(|unit| !unit.is_empty());
        match entries.iter_mut().find(|entry| entry.name.to_lowercase() == name.to_lowercase()) {
            Some(known) if known.unit == unit && known.value != *value => {
                known.value = format!("{}, {value}", known.value);
                long(name, &known.value, MAX_VALUE)?;
            }
            Some(_) => {}
            None => entries.push(Specification { name: name.clone(), value: value.clone(), unit }),
        }
    }
    if entries.len() > MOST {
        return Err(Bad::new("specifications", format!("has {} entries, more than {MOST}", entries.len())));
    }
    Ok(Some(Specifications { product_id, entries }))
}

/// What each variant costs; `None`: on request, which is what 0 means, too.
fn prices(from: &fed::Product, currency: Currency) -> Checked<Vec<Option<Money>>> {
    let price = |variant: &fed::Variant| {
        variant.price.value().map(|price| money("price", *price, currency)).transpose()
    };
    let prices = from.variants.iter().map(price);
    prices.map(|price| Ok(price?.filter(|price| *price != Money::ZERO))).collect()
}

fn difference(price: Money, base: Money) -> Money {
    // Both lie between 0 and the largest amount, so their difference is one.
    Money::from_ten_thousandths(price.ten_thousandths() - base.ten_thousandths()).unwrap_or(Money::ZERO)
}

fn variant_row(
    from: &fed::Variant,
    product_id: ProductId,
    rank: usize,
    price_adjustment: Money,
    currency: Currency,
) -> Checked<Variant> {
    plain("sku", &from.sku, MAX_KEY)?;
    let (mut size, mut color, mut options) = (None, None, Vec::new());
    for (name, value) in &from.options {
        plain("option", name, MAX_WORD)?;
        plain(name, value, MAX_WORD)?;
        // The two that every shop has have columns of their own.
        match name.to_ascii_lowercase().as_str() {
            "size" if size.is_none() => size = Some(value.clone()),
            "color" | "colour" if color.is_none() => color = Some(value.clone()),
            _ => options.push(ChosenOption { name: name.clone(), value: value.clone() }),
        }
    }
    let policy = stock_policy(from, None);
    let stock = match from.stock.value() {
        // Some systems count below zero what was sold and is still to come, also where they sell no more of it.
        Some(fed::Stock::Counted(pieces)) if !policy.allowance().covers(*pieces) => 0,
        Some(fed::Stock::Counted(pieces)) if pieces.unsigned_abs() <= MAX_STOCK.unsigned_abs() => *pieces,
        Some(fed::Stock::Counted(pieces)) => {
            return Err(Bad::new("stock", format!("is {pieces}, more than {MAX_STOCK} to either side")));
        }
        _ => 0,
    };
    let details = VariantDetails {
        options,
        list_price: from.list_price.value().map(|price| money("list price", *price, currency)).transpose()?,
        sale: from.sale.value().map(|sale| sale_of(sale, currency)).transpose()?,
        gtin: from.gtin.value().cloned(),
        mpn: word("mpn", from.mpn.value())?,
        weight_g: from.weight_grams.value().and_then(|grams| u32::try_from(*grams).ok()),
        dimensions_mm: from.dimensions_mm.value().and_then(|sides| {
            let [length, width, height] = sides.map(|side| u32::try_from(side).ok());
            Some([length?, width?, height?])
        }),
        is_digital: from.is_digital == Given::Value(true),
        stock_policy: policy,
        parts: parts(from)?,
        is_retired: from.is_retired == Given::Value(true),
        images: images(
            from.image.value().map(|url| vec![fed::Image { url: url.clone(), alt: String::new() }]).as_ref(),
        ),
        ..VariantDetails::default()
    };
    Ok(Variant {
        id: VariantId::from_foreign(&from.sku),
        product_id,
        sku: from.sku.clone(),
        size,
        color,
        price_adjustment,
        rank: u32::try_from(rank).unwrap_or(u32::MAX),
        loaded_stock: Some(stock),
        details,
    })
}

fn parts(from: &fed::Variant) -> Checked<Vec<Part>> {
    let said = from.parts.value().map_or(&[][..], Vec::as_slice);
    let part = |part: &fed::Part| {
        plain("parts", &part.sku, MAX_KEY)?;
        Ok(Part { variant_id: VariantId::from_foreign(&part.sku), quantity: part.quantity })
    };
    let parts: Vec<Part> = said.iter().map(part).collect::<Checked<_>>()?;
    let names = said.iter().map(|part| part.sku.as_str());
    bundles::check_parts(VariantId::from_foreign(&from.sku), parts.iter().zip(names))
        .map_err(|reason| Bad::new("parts", reason))?;
    let has_stock = match from.stock.value() {
        Some(fed::Stock::Counted(pieces)) => *pieces != 0,
        Some(fed::Stock::NotCounted | fed::Stock::In) => true,
        Some(fed::Stock::Out) | None => false,
    };
    if !parts.is_empty() && (has_stock || from.backorder == Given::Value(true)) {
        return Err(Bad::new("stock", "is that of its parts: the variant is a bundle"));
    }
    Ok(parts)
}

/// Whether it is sold when there is none. What the export leaves unsaid is as the shop has it.
fn stock_policy(from: &fed::Variant, old: Option<&Variant>) -> StockPolicy {
    let was = old.map_or(StockPolicy::Counted, |old| old.details.stock_policy);
    let counted = || match (&from.backorder, was) {
        (Given::Value(true), _) => match (&from.backorder_allowance, was) {
            (Given::Value(0), _) => StockPolicy::Counted,
            (Given::Value(pieces), _) => StockPolicy::Backorder(Some(*pieces)),
            (Given::Absent, StockPolicy::Backorder(_)) => was,
            _ => StockPolicy::Backorder(None),
        },
        (Given::Absent, StockPolicy::Backorder(_)) => was,
        _ => StockPolicy::Counted,
    };
    match from.stock.value() {
        Some(fed::Stock::NotCounted) => StockPolicy::NotCounted,
        // It says that there are some, and not how many: nobody counts, unless the shop does.
        Some(fed::Stock::In) if old.is_none_or(|old| old.loaded_stock == Some(0)) => StockPolicy::NotCounted,
        Some(fed::Stock::Counted(_) | fed::Stock::Out) => counted(),
        Some(fed::Stock::In) | None if was == StockPolicy::NotCounted => was,
        Some(fed::Stock::In) | None => counted(),
    }
}

fn sale_of(from: &fed::Sale, currency: Currency) -> Checked<Sale> {
    let at = |text: &str| match text {
        "" => Ok(None),
        text => {
            moment::moment(text).map(Some).ok_or_else(|| Bad::new("sale", format!("has no date in `{text}`")))
        }
    };
    // Where an export says no time of day, the last day is part of the sale.
    let whole_day =
        |until: Timestamp| if from.until.trim().len() == 10 { until.plus_ms(DAY_MS) } else { until };
    let price = money("sale price", from.price, currency)?;
    texts::price(price, currency).map_err(|reason| Bad::new("sale price", reason))?;
    let sale = Sale { price, from: at(&from.from)?, until: at(&from.until)?.map(whole_day) };
    match sale.from.zip(sale.until) {
        Some((from, until)) if from >= until => Err(Bad::new("sale", "ends before it begins")),
        _ => Ok(sale),
    }
}

fn money(name: &str, amount: Amount, currency: Currency) -> Checked<Money> {
    if let Some(other) = amount.currency().filter(|code| *code != currency.code()) {
        return Err(Bad::new(name, format!("is in {other}, and this shop sells in {currency}")));
    }
    let exact = amount.trimmed(0);
    let missing = Money::DECIMALS.checked_sub(u32::from(exact.scale));
    let scaled = missing.and_then(|zeros| exact.digits.checked_mul(10_i64.pow(zeros)));
    let sum =
        scaled.and_then(|scaled| Money::from_ten_thousandths(scaled).ok()).filter(|sum| !sum.is_negative());
    let sum = sum.ok_or_else(|| Bad::new(name, format!("is {amount}, which nothing can cost")))?;
    if !currency.fits(sum) {
        return Err(Bad::new(name, format!("is {amount}, which has more decimals than {currency}")));
    }
    Ok(sum)
}

fn images(from: Option<&Vec<fed::Image>>) -> Vec<Image> {
    let shown = from.into_iter().flatten().filter(|image| texts::url(&image.url).is_ok());
    shown.map(|image| Image { url: image.url.clone(), alt: image.alt.clone() }).collect()
}

fn word(name: &str, from: Option<&String>) -> Checked<Option<String>> {
    from.map(|text| plain(name, text, MAX_NAME).map(|()| text.clone())).transpose()
}

fn words(name: &str, from: Option<&Vec<String>>) -> Checked<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    for word in from.into_iter().flatten() {
        plain(name, word, MAX_WORD)?;
        if !words.contains(word) {
            words.push(word.clone());
        }
    }
    if words.len() > MAX_WORDS {
        return Err(Bad::new(name, format!("has {} entries, more than {MAX_WORDS}", words.len())));
    }
    Ok(words)
}

/// One line as it is: what might run in a page or a spreadsheet is made safe where it is shown, and is no reason to lose it.
fn plain(name: &str, text: &str, max: usize) -> Checked<()> {
    if text.is_empty() {
        return Err(Bad::new(name, "is missing"));
    }
    if text.contains(['\n', '\t']) {
        return Err(Bad::new(name, "has more than one line"));
    }
    long(name, text, max)
}

fn long(name: &str, text: &str, max: usize) -> Checked<()> {
    let length = text.chars().count();
    if length > max {
        return Err(Bad::new(name, format!("has {length} characters, more than {max}")));
    }
    if text.chars().any(|c| texts::is_control(c) && !matches!(c, '\n' | '\t')) {
        return Err(Bad::new(name, "has control characters"));
    }
    Ok(())
}

/// Takes from what the shop has whatever the export has no column for, and what only a shopkeeper says.
pub(super) fn keep_product(old: &Product, new: &mut Product, from: &fed::Product) {
    let is_priced = is_priced(from);
    let (kept, details) = (old.clone(), old.details.clone());
    keep(&mut new.name, kept.name, from.name.is_absent());
    keep(&mut new.description, kept.description, from.description.is_absent());
    keep(&mut new.price, kept.price, !is_priced);
    keep(&mut new.category_id, kept.category_id, from.categories.value().is_none());
    keep(&mut new.details.also_in, details.also_in, from.categories.value().is_none());
    keep(&mut new.seller_id, kept.seller_id, from.seller.is_absent());
    keep(&mut new.brand, kept.brand, from.brand.is_absent());
    keep(&mut new.tags, kept.tags, from.tags.is_absent());
    keep(&mut new.rating, kept.rating, from.rating_thousandths.is_absent());
    keep(&mut new.num_reviews, kept.num_reviews, from.num_reviews.is_absent());
    keep(&mut new.images, kept.images, from.images.is_absent());
    keep(&mut new.materials, kept.materials, from.materials.is_absent());
    keep(&mut new.care, kept.care, from.care.is_absent());
    keep(&mut new.details.status, details.status, from.status.is_absent());
    keep(&mut new.details.options, details.options, from.options.is_empty());
    keep(&mut new.details.slug, details.slug, from.slug.is_absent());
    keep(&mut new.details.seo_title, details.seo_title, from.seo_title.is_absent());
    keep(&mut new.details.seo_description, details.seo_description, from.seo_description.is_absent());
    let says_default = from.variants.iter().any(|variant| !variant.is_default.is_absent());
    keep(&mut new.details.default_variant, details.default_variant, !says_default);
    // Keys that the export does not have are somebody else's.
    for (key, value) in details.metadata {
        new.details.metadata.entry(key).or_insert(value);
    }
    new.details.is_hidden = details.is_hidden;
    new.is_active = new.details.status == ProductStatus::Active && !new.details.is_hidden;
}

/// Whether the export says what anything of it costs.
pub(super) fn is_priced(from: &fed::Product) -> bool {
    !from.price.is_absent() || from.variants.iter().any(|variant| !variant.price.is_absent())
}

/// What counts as loaded once a variant of souk's own export is there that was not, with all the pieces that are counted.
pub(super) fn loaded_of_new(from: &fed::Variant) -> Option<i64> {
    match (from.stock.value()?, from.stock_then.value()?) {
        (fed::Stock::Counted(now), then) => Some(loaded_since(*now, *then)),
        _ => None,
    }
}

/// What was sold before souk wrote the file is not sold once more, however often and wherever it is imported.
fn loaded_since(now: i64, then: fed::StockThen) -> i64 {
    then.loaded.saturating_add(now.saturating_sub(then.counted))
}

/// The same for a variant.
pub(super) fn keep_variant(old: &Variant, new: &mut Variant, from: &fed::Variant, is_priced: bool) {
    let (kept, details) = (old.clone(), old.details.clone());
    keep(&mut new.price_adjustment, kept.price_adjustment, !is_priced);
    let counted = match from.stock.value() {
        Some(fed::Stock::Counted(pieces)) => Some(*pieces),
        // Where nobody counted until now, it is a count.
        Some(fed::Stock::Out) if old.details.stock_policy == StockPolicy::NotCounted => Some(0),
        _ => None,
    };
    keep(&mut new.loaded_stock, kept.loaded_stock, counted.is_none());
    if let (Some(now), Some(then)) = (counted, from.stock_then.value()) {
        let loaded = loaded_since(now, *then);
        new.loaded_stock = if kept.loaded_stock.is_none() && loaded == 0 { None } else { Some(loaded) };
    }
    if from.options.is_empty() {
        (new.size, new.color) = (kept.size, kept.color);
        new.details.options = details.options;
    }
    keep(&mut new.details.list_price, details.list_price, from.list_price.is_absent());
    keep(&mut new.details.sale, details.sale, from.sale.is_absent());
    keep(&mut new.details.gtin, details.gtin, from.gtin.is_absent());
    keep(&mut new.details.mpn, details.mpn, from.mpn.is_absent());
    keep(&mut new.details.weight_g, details.weight_g, from.weight_grams.is_absent());
    keep(&mut new.details.dimensions_mm, details.dimensions_mm, from.dimensions_mm.is_absent());
    keep(&mut new.details.is_digital, details.is_digital, from.is_digital.is_absent());
    new.details.stock_policy = stock_policy(from, Some(old));
    keep(&mut new.details.parts, details.parts, from.parts.is_absent());
    keep(&mut new.details.images, details.images, from.image.is_absent());
    // What the export has is sold, unless the shop has retired it since: that is seen to where the two are compared.
    new.details.metadata = details.metadata;
}

fn keep<T>(field: &mut T, kept: T, is_unsaid: bool) {
    if is_unsaid {
        *field = kept;
    }
}
