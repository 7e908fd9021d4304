//! `souk products`.

use clap::Subcommand;
use souk_kernel::{CategoryId, Money, ProductId, SellerId, VariantId};
use souk_ports::event::Actor;
use souk_ports::rows::ProductStatus;
use souk_shop::catalog::{
    self, MeantFor, Named, NewProduct, ProductChange, ProductNow, ProductQuery, ProductSort, StockPolicyName,
    VariantChange,
};

use super::filters::FilterFlags;
use super::print;
use crate::App;
use crate::analytics;
use crate::cli::Ended;
use crate::gate::{Given, Problem, page};
use crate::media::cli::{SetImage, set_image};
use crate::terminal::Terminal;

#[derive(Debug, Subcommand)]
pub enum Products {
    /// List active products
    List {
        #[command(flatten)]
        filters: FilterFlags,
        /// newest, price, price_desc, rating, popularity or name
        #[arg(long, default_value = "newest")]
        sort: ProductSort,
        #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
        page: u32,
        #[arg(long, default_value_t = 20, allow_negative_numbers = true)]
        limit: u32,
    },
    /// What is in demand these days: ordered, put into carts, clicked and looked at
    Hot {
        #[arg(long, default_value_t = 12)]
        limit: u32,
    },
    /// Show a product with its seller and variants
    Show { product: Given<ProductId> },
    /// Create a product with one variant
    Create(CreateProduct),
    /// Change a product
    Set(SetProduct),
    /// Archive a product: it is listed, found and sold no more, and stays for the orders that have it
    Delete { product: Given<ProductId> },
    /// Give a product a picture, in place of those that it has
    SetImage(SetImage),
}

#[derive(Debug, clap::Args)]
pub struct CreateProduct {
    name: String,
    /// The category in which it lies, by id
    #[arg(long)]
    category: Given<CategoryId>,
    /// Without one its price is on request
    #[arg(long)]
    price: Option<Money>,
    #[arg(long)]
    seller: Option<Given<SellerId>>,
    /// What to call it besides souk's own id, such as P001
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    #[arg(long)]
    description: Option<String>,
    #[arg(long)]
    brand: Option<String>,
    /// Pieces to begin with
    #[arg(long, default_value_t = 0)]
    stock: i64,
    /// Whether it is sold when there is none; counted unless something else is said
    #[arg(long, value_name = "counted|backorder|not_counted")]
    stock_policy: Option<StockPolicyName>,
    /// Pieces that are sold beyond what is there, with the policy backorder; without a limit otherwise
    #[arg(long, value_name = "PIECES")]
    backorder_allowance: Option<u32>,
    /// Not for sale yet
    #[arg(long)]
    draft: bool,
}

#[derive(Debug, clap::Args)]
#[group(id = "changes", multiple = true)]
pub struct SetProduct {
    product: Given<ProductId>,
    #[arg(long, allow_negative_numbers = true)]
    price: Option<Money>,
    /// Take the price away: it can be looked at but not bought
    #[arg(long, conflicts_with = "price")]
    price_on_request: bool,
    /// Pieces to add to the stock, such as +10, or to take away, such as -5
    #[arg(long, value_name = "CHANGE", allow_hyphen_values = true)]
    stock: Option<i64>,
    /// Whether it is sold when there is none
    #[arg(long, value_name = "counted|backorder|not_counted")]
    stock_policy: Option<StockPolicyName>,
    /// Pieces that are sold beyond what is there, with the policy backorder
    #[arg(long, value_name = "PIECES")]
    backorder_allowance: Option<u32>,
    /// The variant that these three are about, by SKU or id; otherwise the one that is sold when none is named
    #[arg(long, value_name = "SKU")]
    variant: Option<Given<VariantId>>,
    /// Whether it is listed, found and sold
    #[arg(long, value_name = "true|false")]
    active: Option<bool>,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    description: Option<String>,
}

pub(crate) async fn products(command: Products, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    match command {
        Products::List { filters, sort, page: number, limit } => {
            app.refresh().await;
            let page = page(Some(number), Some(limit))?;
            let query = ProductQuery { filters: filters.into(), sort, page };
            let list = catalog::list_products(&app.shop, &query, 0).await?;
            terminal.answer(&list, |style| print::products(&list, style))?;
        }
        Products::Show { product } => {
            app.refresh().await;
            let detail =
                catalog::show_product(&app.shop, product.id).await.map_err(|error| product.explain(error))?;
            terminal.answer(&detail, |style| print::product(&detail, style))?;
        }
        Products::Hot { limit } => return analytics::cli::hot(limit, app, terminal).await,
        Products::Create(new) => {
            let created = create(new, app).await?;
            terminal.answer(&created, |style| print::created(&created, style))?;
        }
        Products::Delete { product } => {
            let archived = catalog::archive_product(&app.shop, product.id, MeantFor::Any, Actor::Staff).await;
            archived.map_err(|error| product.explain(error))?;
            app.carry_on().await;
            let now = catalog::product_now(&app.shop, product.id).await?;
            terminal.answer(&now, |style| print::changed(&now, style))?;
        }
        Products::Set(set) => {
            let changed = change(set, app).await?;
            terminal.answer(&changed, |style| print::changed(&changed, style))?;
        }
        Products::SetImage(set) => {
            let changed = set_image(set, app).await?;
            terminal.answer(&changed, |style| print::pictured(&changed, style))?;
        }
    }
    Ok(Ended::Well)
}

async fn create(new: CreateProduct, app: &App) -> Result<ProductNow, Problem> {
    let new = NewProduct {
        external_id: new.external_id,
        name: new.name,
        description: new.description,
        price: new.price,
        category_id: Some(Named(new.category.id)),
        seller_id: new.seller.map(|seller| Named(seller.id)),
        brand: new.brand,
        status: new.draft.then_some(ProductStatus::Draft),
        stock: Some(new.stock),
        stock_policy: new.stock_policy,
        backorder_allowance: new.backorder_allowance,
        ..NewProduct::default()
    };
    let created = catalog::create_product(&app.shop, &new, None, Actor::Staff).await?;
    app.carry_on().await;
    Ok(catalog::product_now(&app.shop, created.id).await?)
}

async fn change(set: SetProduct, app: &App) -> Result<ProductNow, Problem> {
    let stock = VariantChange {
        stock_change: set.stock,
        stock_policy: set.stock_policy,
        backorder_allowance: set.backorder_allowance.map(Some),
        ..VariantChange::default()
    };
    let says_of_stock = stock != VariantChange::default();
    // Without a variant the stock is the default one's, and changes together with the rest.
    let own = if set.variant.is_some() { VariantChange::default() } else { stock.clone() };
    let change = ProductChange {
        price: if set.price_on_request { Some(None) } else { set.price.map(Some) },
        is_active: set.active,
        name: set.name,
        description: set.description,
        stock_change: own.stock_change,
        stock_policy: own.stock_policy,
        backorder_allowance: own.backorder_allowance,
        ..ProductChange::default()
    };
    if set.variant.is_some() && !says_of_stock {
        return Err(Problem::invalid("say what of the variant's stock to change, such as --stock +10"));
    }
    if change == ProductChange::default() && !says_of_stock {
        return Err(Problem::invalid("say what to change, such as --price 39.90 or --stock +10"));
    }
    if let Some(variant) = &set.variant {
        let now = catalog::variant_now(&app.shop, variant.id).await;
        let of = now.map_err(|error| variant.explain(error))?.product_id;
        if of != set.product.id {
            let problem = format!("variant `{}` is not one of product `{}`", variant.id, set.product.id);
            return Err(variant.explain(set.product.explain(Problem::invalid(problem))));
        }
    }
    let committed = catalog::change_product(&app.shop, set.product.id, &change, Actor::Staff).await;
    committed.map_err(|error| set.product.explain(error))?;
    if let Some(variant) = set.variant {
        catalog::change_variant(&app.shop, variant.id, &stock, Actor::Staff).await?;
    }
    app.carry_on().await;
    Ok(catalog::product_now(&app.shop, set.product.id).await?)
}
