//! What lists and searches are narrowed to and put in order by: as it was asked, checked, and in the terms of the index.
//!
//! Values of one filter are alternatives, and a product passes all filters. Options are asked of one variant: red and
//! large is a product with a variant that is both.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Serialize;
use souk_kernel::{CategoryId, Money, Position, SellerId};
use souk_ports::rows::{Category, Seller};
use souk_ports::search::{OptionFilter, SearchFilter, SearchOrder};
use souk_ports::store::Snapshot;
use utoipa::ToSchema;

use super::Error;
use super::category_tree::CategoryTree;
use super::texts::{self, MAX_NAME};
use crate::{Shop, analytics};

/// Values of one filter, and of one option.
pub const MAX_VALUES: usize = 50;
/// Options that are asked at once.
pub const MAX_OPTIONS: usize = 10;

/// Which products are wanted, in a caller's words; the default lets every active one through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductFilters {
    /// Ids, souk's or external, or names in any case; what lies below counts too.
    pub categories: Vec<String>,
    /// In any case.
    pub brands: Vec<String>,
    /// Ids, souk's or external.
    pub sellers: Vec<String>,
    /// In any case.
    pub tags: Vec<String>,
    /// Names and values, in any case; of one name any value.
    pub options: Vec<(String, String)>,
    /// Of a variant that is for sale, included.
    pub min_price: Option<Money>,
    pub max_price: Option<Money>,
    pub min_rating: Option<MinRating>,
    /// `Some(false)`: only what is sold out.
    pub in_stock: Option<bool>,
}

/// The fewest stars that are wanted, from 0 to 5 with two decimals at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinRating {
    hundredths: u16,
}

impl FromStr for MinRating {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = "a rating is a number from 0 to 5 with two decimals at most";
        let stars: f64 = text.parse().map_err(|_| refused)?;
        if !(0.0..=5.0).contains(&stars) {
            return Err(refused);
        }
        let hundredths = (stars * 100.0).round();
        if hundredths / 100.0 != stars {
            return Err(refused);
        }
        Ok(Self { hundredths: hundredths as u16 })
    }
}

/// In which order products are listed. Equal ones are ordered by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductSort {
    #[default]
    Newest,
    /// By the cheapest variant; what has no price comes last.
    Price,
    /// The other way round; what has no price comes last, too.
    PriceDesc,
    /// The most stars first; what has no reviews comes last.
    Rating,
    /// What is in demand these days, as `/products/hot` has it, then the newest.
    Popularity,
    /// Whatever the case and accents.
    Name,
}

impl FromStr for ProductSort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "newest" => Self::Newest,
            "price" => Self::Price,
            "price_desc" => Self::PriceDesc,
            "rating" => Self::Rating,
            "popularity" => Self::Popularity,
            "name" => Self::Name,
            _ => {
                return Err(
                    "lists are sorted by `newest`, `price`, `price_desc`, `rating`, `popularity` or `name`",
                );
            }
        })
    }
}

impl ProductSort {
    /// `Unavailable` where nobody can tell what is in demand.
    pub(crate) async fn order(self, shop: &Shop, at_least: Position) -> Result<SearchOrder, Error> {
        Ok(match self {
            Self::Newest => SearchOrder::Newest,
            Self::Price => SearchOrder::Cheapest,
            Self::PriceDesc => SearchOrder::Dearest,
            Self::Rating => SearchOrder::Rating,
            Self::Popularity => SearchOrder::Listed(analytics::in_demand(shop, at_least).await?),
            Self::Name => SearchOrder::Name,
        })
    }
}

impl ProductFilters {
    pub fn of_category(category: Option<String>) -> Self {
        Self { categories: category.into_iter().collect(), ..Self::default() }
    }

    /// The one category that is asked for, or none, where nothing else is: what the pages answer by themselves.
    pub(super) fn only_category(&self) -> Option<Option<&str>> {
        let mut others = self.clone();
        others.categories.clear();
        (others == Self::default() && self.categories.len() < 2)
            .then(|| self.categories.first().map(String::as_str))
    }

    /// Categories and sellers are looked up as of `at_least` or later.
    pub(crate) async fn checked(&self, shop: &Shop, at_least: Position) -> Result<SearchFilter, Error> {
        for (field, price) in [("min_price", self.min_price), ("max_price", self.max_price)] {
            if price.is_some_and(Money::is_negative) {
                return Err(Error::invalid(field, "is negative"));
            }
        }
        if let (Some(min), Some(max)) = (self.min_price, self.max_price)
            && min > max
        {
            return Err(Error::invalid("min_price", "is above `max_price`"));
        }
        few("category", self.categories.len())?;
        few("seller", self.sellers.len())?;
        let mut filter = SearchFilter {
            brands: values("brand", self.brands.iter())?,
            tags: values("tag", self.tags.iter())?,
            options: self.options()?,
            min_price: self.min_price,
            max_price: self.max_price,
            min_rating_hundredths: self.min_rating.map(|rating| rating.hundredths),
            in_stock: self.in_stock,
            ..SearchFilter::default()
        };
        if !self.categories.is_empty() || !self.sellers.is_empty() {
            let mut snapshot = shop.store.snapshot_from(at_least).await?;
            filter.categories = categories(&mut *snapshot, &self.categories).await?;
            filter.sellers = sellers(&mut *snapshot, &self.sellers).await?;
        }
        Ok(filter)
    }

    /// One for each name.
    fn options(&self) -> Result<Vec<OptionFilter>, Error> {
        let mut asked: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for (name, value) in self.options.iter().filter(|(_, value)| !value.trim().is_empty()) {
            asked.entry(name.trim().to_lowercase()).or_default().push(value);
        }
        if asked.len() > MAX_OPTIONS {
            return Err(Error::invalid("option", format!("names more than {MAX_OPTIONS} options at once")));
        }
        let of = |(name, of): (String, Vec<&String>)| {
            texts::line(&name, MAX_NAME).map_err(|reason| Error::invalid("option", reason))?;
            Ok::<_, Error>(OptionFilter { name, values: values("option", of.into_iter())? })
        };
        asked.into_iter().map(of).collect()
    }
}

fn few(field: &'static str, count: usize) -> Result<(), Error> {
    if count > MAX_VALUES {
        return Err(Error::invalid(field, format!("has {count} values, more than {MAX_VALUES}")));
    }
    Ok(())
}

/// Blank ones are left out.
fn values<'a>(field: &'static str, values: impl Iterator<Item = &'a String>) -> Result<Vec<String>, Error> {
    let values: Vec<&str> = values.map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
    few(field, values.len())?;
    for value in &values {
        texts::line(value, MAX_NAME).map_err(|reason| Error::invalid(field, reason))?;
    }
    Ok(values.into_iter().map(str::to_owned).collect())
}

async fn categories(snapshot: &mut dyn Snapshot, asked: &[String]) -> Result<Vec<CategoryId>, Error> {
    let mut found = Vec::new();
    let mut tree = None;
    for asked in asked {
        if let Ok(id) = asked.parse::<CategoryId>()
            && snapshot.one::<Category>(id).await?.is_some()
        {
            found.push(id);
            continue;
        }
        if tree.is_none() {
            tree = Some(CategoryTree::read(&mut *snapshot).await?);
        }
        let named = tree.as_ref().map(|tree| tree.named(asked)).unwrap_or_default();
        if named.is_empty() {
            return Err(Error::UnknownCategory { asked: asked.clone() });
        }
        found.extend(named);
    }
    Ok(found)
}

async fn sellers(snapshot: &mut dyn Snapshot, asked: &[String]) -> Result<Vec<SellerId>, Error> {
    let unknown = |asked: &String| Error::UnknownSeller { asked: asked.clone() };
    let ids: Vec<SellerId> = asked
        .iter()
        .map(|asked| asked.trim().parse().map_err(|_| unknown(asked)))
        .collect::<Result<_, _>>()?;
    let rows = snapshot.many::<Seller>(&ids).await?;
    match rows.iter().position(Option::is_none) {
        Some(at) => Err(unknown(&asked[at])),
        None => Ok(ids),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_has_two_decimals_and_five_stars_at_most() {
        for (text, hundredths) in [("0", 0), ("4", 400), ("4.5", 450), ("4.35", 435), ("5.00", 500)] {
            assert_eq!(text.parse(), Ok(MinRating { hundredths }), "{text}");
        }
        for bad in ["", "-0.01", "5.01", "4.351", "NaN", "inf", "four", "4,5", "0x1"] {
            assert!(bad.parse::<MinRating>().is_err(), "{bad}");
        }
    }

    #[test]
    fn one_category_is_for_the_pages_and_everything_else_for_the_index() {
        let one = ProductFilters::of_category(Some("C01".into()));
        assert_eq!(ProductFilters::default().only_category(), Some(None));
        assert_eq!(one.only_category(), Some(Some("C01")));
        let two = ProductFilters { categories: vec!["C01".into(), "C02".into()], ..one.clone() };
        let in_stock = ProductFilters { in_stock: Some(false), ..one };
        assert_eq!((two.only_category(), in_stock.only_category()), (None, None));
    }

    #[test]
    fn values_of_one_option_are_gathered_whatever_its_case() {
        let asked = [("Color", "red"), ("size", " L "), ("COLOR", "blue"), ("size", "")];
        let options = asked.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let filters = ProductFilters { options, ..ProductFilters::default() };
        let option = |name: &str, values: &[&str]| OptionFilter {
            name: name.into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let expected = [option("color", &["red", "blue"]), option("size", &["L"])];
        assert_eq!(filters.options().unwrap(), expected);
        let many = (0..=MAX_OPTIONS).map(|n| (format!("o{n}"), "x".to_owned())).collect();
        assert!(ProductFilters { options: many, ..ProductFilters::default() }.options().is_err());
        let bad = vec![("color".to_owned(), "re\0d".to_owned())];
        assert!(ProductFilters { options: bad, ..ProductFilters::default() }.options().is_err());
    }
}
