//! A foreign record into a product and the categories that it lies in, by the words of a map.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use souk_kernel::{CategoryId, ExternalId, Money, ProductId, SellerId, Timestamp, VariantId};
use souk_ports::rows::{Category, Image, Product, Variant};

use super::columns::{Bad, Checked, split_words};
use super::files::hex;
use super::map::ImportMap;
use super::read::MAX_STOCK;
use super::text;
use crate::catalog::texts::{self, MAX_NAME, MAX_TEXT, MAX_WORD, MAX_WORDS};

/// Categories below one another; what lies deeper belongs to the last of them.
const MAX_DEPTH: usize = 8;

pub(super) struct Mapped {
    pub(super) product: Product,
    pub(super) variant: Variant,
    /// From the top downwards.
    pub(super) categories: Vec<Category>,
}

pub(super) fn mapped(
    fields: &Map<String, Value>,
    map: &ImportMap,
    seller: Option<SellerId>,
    now: Timestamp,
) -> Checked<Mapped> {
    let of = &map.fields;
    let get = |name| field(fields, name);
    let id = external_id(&of.id, fields)?;
    let name = text::one_line(&plain_text(fields.get(&of.name)));
    texts::line(&name, MAX_NAME).map_err(|reason| Bad::new(&of.name, reason))?;
    let price = get(&of.price).map(|(name, value)| price(name, value)).transpose()?.flatten();
    let stock = match get(&of.stock) {
        Some((name, value)) => whole(name, value, MAX_STOCK)?.unwrap_or(map.defaults.stock),
        None => map.defaults.stock,
    };
    let reviews =
        get(&of.num_reviews).map(|(name, value)| whole(name, value, i64::from(u32::MAX))).transpose()?;
    let image =
        get(&of.image).map(|(_, value)| plain_text(Some(value))).filter(|url| texts::url(url).is_ok());
    let categories = categories(fields, map)?;
    let Some(category) = categories.last() else { return Err(Bad::new("", "has no category")) };
    let product_id = ProductId::from_external(&id);
    let product = Product {
        id: product_id,
        external_id: Some(id.to_string()),
        description: description(fields, map),
        price,
        category_id: category.id,
        seller_id: seller,
        brand: short(get(&of.brand))?,
        tags: get(&of.tags).map(|(name, value)| tags(name, value)).transpose()?.unwrap_or_default(),
        materials: Vec::new(),
        care: None,
        rating: get(&of.rating).map(|(name, value)| rating(name, value)).transpose()?.flatten(),
        num_reviews: reviews.flatten().and_then(|count| u32::try_from(count).ok()).unwrap_or(0),
        images: image.map(|url| Image { url, alt: name.clone() }).into_iter().collect(),
        is_active: true,
        created_at: now,
        details: Default::default(),
        name,
    };
    let variant = Variant {
        id: VariantId::from_external(&id),
        product_id,
        sku: id.to_string(),
        size: short(get(&of.size))?,
        color: short(get(&of.color))?,
        price_adjustment: Money::ZERO,
        rank: 0,
        loaded_stock: Some(stock),
        details: Default::default(),
    };
    Ok(Mapped { product, variant, categories })
}

/// A field that the map names and the record has.
fn field<'a>(fields: &'a Map<String, Value>, name: &'a Option<String>) -> Option<(&'a str, &'a Value)> {
    let name = name.as_deref()?;
    Some((name, fields.get(name)?))
}

fn external_id(name: &str, fields: &Map<String, Value>) -> Checked<ExternalId> {
    let id = plain_text(fields.get(name));
    if id.is_empty() {
        return Err(Bad::new(name, "is missing"));
    }
    ExternalId::parse(&id)
        .map_err(|_| Bad::new(name, "is no id: expected 1 to 64 letters, digits and `. _ : -`"))
}

/// Texts as they are, numbers and lists as one would write them; nothing for what is missing.
fn plain_text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Array(list)) => {
            let parts: Vec<String> = list.iter().map(|part| plain_text(Some(part))).collect();
            parts.join("\n")
        }
        _ => String::new(),
    }
}

fn description(fields: &Map<String, Value>, map: &ImportMap) -> String {
    let parts: Vec<String> = map
        .fields
        .description
        .all()
        .iter()
        .map(|name| text::plain(&plain_text(fields.get(name)), MAX_TEXT))
        .filter(|part| !part.is_empty())
        .collect();
    text::cut(&parts.join("\n"), MAX_TEXT)
}

/// A brand, a colour, a size: cut where it is long, refused where it is no plain text.
fn short(field: Option<(&str, &Value)>) -> Checked<Option<String>> {
    let Some((name, value)) = field else { return Ok(None) };
    let line = text::cut(text::no_formula(&text::one_line(&plain_text(Some(value)))), MAX_WORD);
    if line.is_empty() {
        return Ok(None);
    }
    texts::line(&line, MAX_WORD).map_err(|reason| Bad::new(name, reason))?;
    Ok(Some(line))
}

fn tags(name: &str, value: &Value) -> Checked<Vec<String>> {
    let mut tags = match value {
        Value::Array(list) => {
            split_words(&list.iter().map(|tag| plain_text(Some(tag))).collect::<Vec<_>>().join("|"))
        }
        other => split_words(&plain_text(Some(other))),
    };
    tags.truncate(MAX_WORDS);
    let tags: Vec<String> = tags.iter().map(|tag| text::cut(&text::one_line(tag), MAX_WORD)).collect();
    texts::words(&tags).map_err(|reason| Bad::new(name, reason))?;
    Ok(tags)
}

/// A sign of a currency may stand before it. Nothing and 0 mean that the price is on request.
fn price(name: &str, value: &Value) -> Checked<Option<Money>> {
    let text = plain_text(Some(value));
    let digits = text.trim_start_matches(['$', '€', '£']).trim();
    if digits.is_empty() {
        return Ok(None);
    }
    let price: Money = digits.parse().map_err(|error| Bad::new(name, format!("is no amount: {error}")))?;
    if price == Money::ZERO {
        return Ok(None);
    }
    texts::above_zero(price).map_err(|reason| Bad::new(name, reason))?;
    Ok(Some(price))
}

fn whole(name: &str, value: &Value, max: i64) -> Checked<Option<i64>> {
    let text = plain_text(Some(value)).replace(',', "");
    if text.is_empty() {
        return Ok(None);
    }
    // Some tools write counts as 12.0.
    let digits = text.strip_suffix(".0").unwrap_or(&text);
    match digits.parse::<i64>() {
        Ok(number) if (0..=max).contains(&number) => Ok(Some(number)),
        _ => Err(Bad::new(name, format!("is no whole number from 0 to {max}"))),
    }
}

fn rating(name: &str, value: &Value) -> Checked<Option<f64>> {
    let text = plain_text(Some(value));
    if text.is_empty() {
        return Ok(None);
    }
    let rating: f64 = text.parse().map_err(|_| Bad::new(name, "is no number"))?;
    texts::rating(rating).map_err(|reason| Bad::new(name, reason))?;
    Ok(Some(rating))
}

fn categories(fields: &Map<String, Value>, map: &ImportMap) -> Checked<Vec<Category>> {
    let mut names = Vec::new();
    let mut column = "";
    if let Some(category) = &map.category {
        column = &category.field;
        names = match (fields.get(&category.field), &category.separator) {
            (Some(Value::Array(list)), _) => list.iter().map(|name| plain_text(Some(name))).collect(),
            (Some(Value::String(path)), Some(separator)) => {
                path.split(separator.as_str()).map(str::to_owned).collect()
            }
            (Some(other), _) => vec![plain_text(Some(other))],
            (None, _) => Vec::new(),
        };
    }
    let mut names: Vec<String> = names
        .iter()
        .map(|name| text::cut(&text::one_line(name), MAX_WORD))
        .filter(|name| !name.is_empty())
        .take(MAX_DEPTH)
        .collect();
    if names.is_empty() {
        names.push(map.defaults.category.clone());
    }
    let mut path: Vec<Category> = Vec::with_capacity(names.len());
    for depth in 1..=names.len() {
        let name = &names[depth - 1];
        texts::line(name, MAX_WORD)
            .map_err(|reason| Bad::new(column, format!("has a name that {reason}")))?;
        let external = category_external_id(&names[..depth])?;
        path.push(Category {
            id: CategoryId::from_external(&external),
            external_id: Some(external.to_string()),
            name: name.clone(),
            description: String::new(),
            parent: path.last().map(|parent| parent.id),
            image: None,
        });
    }
    Ok(path)
}

/// `books:literature-fiction`: readable where it can be, and otherwise (too long, other letters) ended by a hash.
pub(super) fn category_external_id(names: &[String]) -> Checked<ExternalId> {
    const MAX: usize = 64;
    const HASH: usize = 16;
    let slugs: Vec<String> = names.iter().map(|name| slug(name)).collect();
    let mut id = slugs.join(":");
    let is_lossy = names.iter().any(|name| !name.is_ascii()) || slugs.iter().any(String::is_empty);
    if id.len() > MAX || is_lossy {
        let hash = hex(&Sha256::digest(names.join("\u{1f}").as_bytes()));
        id.truncate(MAX - HASH - 1);
        id = format!("{}-{}", id.trim_end_matches(['-', ':']), &hash[..HASH]);
    }
    ExternalId::parse(&id).map_err(|error| Bad::new("", error.to_string()))
}

fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
