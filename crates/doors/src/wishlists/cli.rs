//! `souk wishlists`.

use clap::Subcommand;
use souk_kernel::{ProductId, UserId};
use souk_shop::wishlists::{
    self, Change, Changed, Error, MostWished, WishlistDetail, WishlistView, WishlistsAnswer,
};

use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem, page};
use crate::terminal::{Style, Terminal};

/// A LIST is named by its id or its name.
#[derive(Debug, Subcommand)]
pub enum Wishlists {
    /// Show somebody's lists
    List { user: Given<UserId> },
    /// Show one list with its products
    Show { user: Given<UserId>, list: String },
    /// Begin a list
    Create {
        user: Given<UserId>,
        #[arg(allow_hyphen_values = true)]
        name: String,
    },
    /// Put a product into a list
    Add { user: Given<UserId>, list: String, product: Given<ProductId> },
    /// Take a product out of a list
    Remove { user: Given<UserId>, list: String, product: Given<ProductId> },
    /// Give a list another name
    Rename {
        user: Given<UserId>,
        list: String,
        #[arg(allow_hyphen_values = true)]
        name: String,
    },
    /// Delete a list
    Delete { user: Given<UserId>, list: String },
    /// Show what is in most lists
    Wished {
        #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
        page: u32,
        #[arg(long, default_value_t = 10, allow_negative_numbers = true)]
        limit: u32,
    },
}

pub(crate) async fn wishlists(command: Wishlists, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    match command {
        Wishlists::List { user } => {
            let lists = wishlists::list_wishlists(&app.shop, user.id).await;
            let lists = lists.map_err(|error| user.explain(error))?;
            terminal.answer(&lists, |style| listed(&lists, style))?;
        }
        Wishlists::Show { user, list } => {
            app.refresh().await;
            let id = wishlists::find_wishlist(&app.shop, user.id, &list).await?;
            let shown = wishlists::show_wishlist(&app.shop, user.id, id).await?;
            terminal.answer(&shown, |style| detailed(&shown, style))?;
        }
        Wishlists::Create { user, name } => {
            let created = wishlists::create_wishlist(&app.shop, user.id, &name, None).await;
            let created = created.map_err(|error| user.explain(error))?;
            told(created, app, terminal, "begun").await?;
        }
        Wishlists::Add { user, list, product } => {
            let added = change(app, &user, &list, Change::Add(product.id)).await;
            told(added.map_err(|error| product.explain(error))?, app, terminal, "up to date").await?;
        }
        Wishlists::Remove { user, list, product } => {
            let removed = change(app, &user, &list, Change::Remove(product.id)).await;
            told(removed.map_err(|error| product.explain(error))?, app, terminal, "up to date").await?;
        }
        Wishlists::Rename { user, list, name } => {
            let renamed = change(app, &user, &list, Change::Rename(name)).await?;
            told(renamed, app, terminal, "renamed").await?;
        }
        Wishlists::Delete { user, list } => {
            let deleted = change(app, &user, &list, Change::Delete).await?;
            told(deleted, app, terminal, "deleted").await?;
        }
        Wishlists::Wished { page: number, limit } => {
            let page = page(Some(number), Some(limit))?;
            app.refresh().await;
            let wished = wishlists::wished_products(&app.shop, page).await?;
            terminal.answer(&wished, |style| most(&wished, style))?;
        }
    }
    Ok(Ended::Well)
}

async fn change(app: &App, user: &Given<UserId>, list: &str, change: Change) -> Result<Changed, Error> {
    let id = wishlists::find_wishlist(&app.shop, user.id, list).await?;
    wishlists::change_wishlist(&app.shop, user.id, id, change, None).await
}

async fn told(changed: Changed, app: &App, terminal: Terminal, how: &str) -> Result<(), Problem> {
    app.carry_on().await;
    let view = changed.view;
    terminal.answer(&view, |style| format!("{} is {how}.", line(&view, style)))
}

fn line(list: &WishlistView, style: Style) -> String {
    let name = list.name.as_deref().unwrap_or("(its name was erased)");
    let products =
        if list.item_count == 1 { "1 product".to_owned() } else { format!("{} products", list.item_count) };
    format!("{}, {products} {}", style.title(name), style.dim(list.id))
}

fn listed(lists: &WishlistsAnswer, style: Style) -> String {
    if lists.wishlists.is_empty() {
        return "No wishlists.".to_owned();
    }
    lists.wishlists.iter().map(|list| line(list, style)).collect::<Vec<_>>().join("\n")
}

fn detailed(list: &WishlistDetail, style: Style) -> String {
    let mut lines = vec![line(&list.wishlist, style)];
    lines.extend(list.items.iter().map(|item| match &item.product {
        Some(product) => {
            let price = product.price.map_or("price on request".to_owned(), |price| {
                format!("{} {}", product.currency.shown(price), product.currency)
            });
            let stock = if product.in_stock { "" } else { ", out of stock" };
            format!("  {}, {price}{stock}", product.name)
        }
        None => style.dim(format!("  {} is not sold any more", item.product_id)).to_string(),
    }));
    lines.join("\n")
}

fn most(wished: &MostWished, style: Style) -> String {
    if wished.products.is_empty() {
        return "Nobody wishes for anything.".to_owned();
    }
    let line = |wished: &souk_shop::wishlists::WishedProduct| {
        format!("{:>5}  {}", wished.wishlists, style.title(&wished.product.name))
    };
    wished.products.iter().map(line).collect::<Vec<_>>().join("\n")
}
