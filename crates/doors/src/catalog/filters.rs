//! What lists and searches are narrowed to, as parameters of a query and as flags of a command.

use souk_kernel::Money;
use souk_shop::catalog::{MinRating, ProductFilters};
use utoipa::IntoParams;

use crate::gate::{Params, Problem};

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FilterParams {
    /// Ids or names; what lies below them counts too, and what lies there beside its own category. Like every filter that
    /// takes several values (50 at most) it is given once for each, and any of them will do.
    #[param(required = false, style = Form, explode)]
    category: Vec<String>,
    /// In any case.
    #[param(required = false, style = Form, explode)]
    brand: Vec<String>,
    /// Ids.
    #[param(required = false, style = Form, explode)]
    seller: Vec<String>,
    /// In any case.
    #[param(required = false, style = Form, explode)]
    tag: Vec<String>,
    /// What one variant is: `option.color=red&option.color=blue&option.size=L` finds what there is in red or blue and large.
    /// `option[color]=red` is the same. `size` and `color` are those of variants; 10 names at most, in any case.
    #[param(required = false, style = DeepObject, explode, value_type = std::collections::BTreeMap<String, Vec<String>>)]
    option: Vec<(String, String)>,
    /// A variant that is for sale costs as much or more.
    #[param(required = false, value_type = f64, minimum = 0)]
    min_price: Option<Money>,
    /// A variant that is for sale costs as much or less; with `min_price` it is the same one.
    #[param(required = false, value_type = f64, minimum = 0)]
    max_price: Option<Money>,
    /// Stars, with two decimals at most. What has no reviews is left out.
    #[param(required = false, value_type = f64, minimum = 0, maximum = 5)]
    min_rating: Option<MinRating>,
    /// `false`: only what is sold out.
    #[param(required = false, value_type = bool)]
    in_stock: Option<bool>,
}

impl FilterParams {
    pub(crate) fn read(params: &mut Params) -> Result<Self, Problem> {
        Ok(Self {
            category: params.all("category"),
            brand: params.all("brand"),
            seller: params.all("seller"),
            tag: params.all("tag"),
            option: params.under("option"),
            min_price: params.one("min_price")?,
            max_price: params.one("max_price")?,
            min_rating: params.one("min_rating")?,
            in_stock: params.one("in_stock")?,
        })
    }
}

impl From<FilterParams> for ProductFilters {
    fn from(params: FilterParams) -> Self {
        Self {
            categories: params.category,
            brands: params.brand,
            sellers: params.seller,
            tags: params.tag,
            options: params.option,
            min_price: params.min_price,
            max_price: params.max_price,
            min_rating: params.min_rating,
            in_stock: params.in_stock,
        }
    }
}

/// A filter that takes several values is given once for each, and any of them will do.
#[derive(Debug, clap::Args)]
pub struct FilterFlags {
    /// Id or name; what lies below it counts too. Several: in any of them, as with every filter that takes several
    #[arg(long)]
    category: Vec<String>,
    #[arg(long)]
    brand: Vec<String>,
    #[arg(long, value_name = "ID")]
    seller: Vec<String>,
    #[arg(long)]
    tag: Vec<String>,
    /// What a variant is, such as color=red; one variant is all that is asked for
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    option: Vec<(String, String)>,
    /// A variant costs as much or more
    #[arg(long, allow_negative_numbers = true)]
    min_price: Option<Money>,
    #[arg(long, allow_negative_numbers = true)]
    max_price: Option<Money>,
    /// Stars, from 0 to 5
    #[arg(long, value_name = "STARS", allow_negative_numbers = true)]
    min_rating: Option<MinRating>,
    /// Only what can be bought now
    #[arg(long)]
    in_stock: bool,
}

impl From<FilterFlags> for ProductFilters {
    fn from(flags: FilterFlags) -> Self {
        Self {
            categories: flags.category,
            brands: flags.brand,
            sellers: flags.seller,
            tags: flags.tag,
            options: flags.option,
            min_price: flags.min_price,
            max_price: flags.max_price,
            min_rating: flags.min_rating,
            in_stock: flags.in_stock.then_some(true),
        }
    }
}

fn name_and_value(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("an option is NAME=VALUE, such as color=red")?;
    Ok((name.to_owned(), value.to_owned()))
}
