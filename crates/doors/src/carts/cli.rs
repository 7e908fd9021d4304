//! `souk cart`.

use clap::Subcommand;
use souk_kernel::{Currency, ProductId, UserId, VariantId};
use souk_ports::rows::Address;
use souk_shop::carts::{self, AddItem, CartView, ItemRef, Owner};
use souk_shop::orders::{self, IdempotencyKey, PlaceFrom, PlaceOrder, ShippingAddress};

use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem};
use crate::terminal::{Style, Table, Terminal, Tone};

#[derive(Debug, Subcommand)]
pub enum Cart {
    /// Add to a user's cart
    Add {
        user: Given<UserId>,
        product: Given<ProductId>,
        #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
        quantity: u32,
        /// SKU or id; the first variant otherwise
        #[arg(long, value_name = "SKU")]
        variant: Option<VariantId>,
    },
    /// Show a user's cart
    #[command(name = "show-cart", visible_alias = "show")]
    Show { user: Given<UserId> },
    /// Change the quantity of a line; it takes today's price over
    Update {
        user: Given<UserId>,
        /// The product, or the SKU of its variant
        item: ItemRef,
        #[arg(long, allow_negative_numbers = true)]
        quantity: u32,
        /// SKU or id, where the cart holds several variants of the product
        #[arg(long, value_name = "SKU")]
        variant: Option<ItemRef>,
    },
    /// Take a line out of the cart
    Remove {
        user: Given<UserId>,
        /// The product, or the SKU of its variant
        item: ItemRef,
        /// SKU or id, where the cart holds several variants of the product
        #[arg(long, value_name = "SKU")]
        variant: Option<ItemRef>,
    },
    /// Empty the cart
    Clear { user: Given<UserId> },
    /// Order everything in the cart
    ConvertToOrder {
        user: Given<UserId>,
        /// Where it goes, as JSON or as `NAME, LINE 1, CITY, POSTAL CODE, COUNTRY`; the user's own address otherwise
        #[arg(long, value_parser = address)]
        address: Option<Address>,
        /// What the payment provider calls the way to pay
        #[arg(long, value_name = "ID")]
        payment_method: Option<String>,
        /// The same key orders once, however often the command is run
        #[arg(long, value_name = "KEY", value_parser = key)]
        idempotency_key: Option<String>,
    },
}

pub(crate) async fn cart(command: Cart, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let cart = match command {
        Cart::Add { user, product, quantity, variant } => {
            let item = AddItem { product_id: product.id, variant_id: variant, quantity };
            let added = carts::add_item(&app.shop, Owner::named(user.id), item).await;
            added.map_err(|error| user.explain(product.explain(error)))?
        }
        Cart::Show { user } => {
            let shown = carts::show(&app.shop, Owner::named(user.id)).await;
            shown.map_err(|error| user.explain(error))?
        }
        Cart::Update { user, item, quantity, variant } => {
            let item = variant.unwrap_or(item);
            let changed = carts::change_item(&app.shop, Owner::named(user.id), &item, quantity).await;
            changed.map_err(|error| user.explain(error))?
        }
        Cart::Remove { user, item, variant } => {
            carts::remove_item(&app.shop, Owner::named(user.id), &variant.unwrap_or(item)).await?
        }
        Cart::Clear { user } => {
            let cleared = carts::clear(&app.shop, Owner::named(user.id)).await;
            cleared.map_err(|error| user.explain(error))?
        }
        Cart::ConvertToOrder { user, address, payment_method, idempotency_key } => {
            return convert(user, address, payment_method, idempotency_key, app, terminal).await;
        }
    };
    terminal.answer(&cart, |style| words(&cart, style))?;
    Ok(Ended::Well)
}

async fn convert(
    user: Given<UserId>,
    shipping_address: Option<Address>,
    payment_method_id: Option<String>,
    key: Option<String>,
    app: &App,
    terminal: Terminal,
) -> Result<Ended, Problem> {
    let sent = serde_json::to_vec(&(&shipping_address, &payment_method_id))
        .map_err(|error| souk_ports::Error::internal("writing the request down", error))?;
    let idempotency = key
        .map(|key| IdempotencyKey { key, request_hash: orders::request_hash(&[b"convert-to-order", &sent]) });
    let request =
        PlaceOrder { user: user.id, from: PlaceFrom::Cart, shipping_address, payment_method_id, idempotency };
    let placed = orders::place_order(&app.shop, request).await.map_err(|error| user.explain(error))?;
    app.carry_on().await;
    terminal.answer(&placed, |style| {
        let (number, total, currency) = (placed.number, placed.total, app.shop.rules.currency);
        let next = terminal.souk(&format!("orders pay {number}"));
        format!(
            "{} of {total} {currency} is {}.\nNext: {}",
            style.title(format!("Order {number}")),
            placed.status.as_str(),
            style.code(next)
        )
    })?;
    Ok(Ended::Well)
}

fn words(cart: &CartView, style: Style) -> String {
    if cart.items.is_empty() {
        return "The cart is empty.".to_owned();
    }
    let mut table = Table::new(style, &["product", ">quantity", ">price", ">subtotal", "item"]);
    for item in &cart.items {
        table.coloured_row([
            (item.name.clone(), Tone::Plain),
            (item.quantity.to_string(), Tone::Plain),
            (item.price.to_string(), Tone::Plain),
            (item.subtotal.to_string(), Tone::Plain),
            (item.variant_id.to_string(), Tone::Dim),
        ]);
    }
    let currency: Currency = cart.currency;
    let changed = cart.items.iter().filter_map(|item| {
        let before = item.accepted_price?;
        Some(format!("\n{} cost {before} before: set its quantity once more to order it.", item.name))
    });
    let changed: String = changed.collect();
    format!("{}\n{} {} {currency}{changed}", table.render(), style.title("Total"), cart.total)
}

fn key(text: &str) -> Result<String, String> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if visible && (1..=255).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err("a key has 1 to 255 visible ASCII characters".to_owned())
    }
}

/// Reads an address; whether it can be delivered to is for the use case to find out.
fn address(text: &str) -> Result<Address, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str::<ShippingAddress>(text)
            .map(Address::from)
            .map_err(|error| error.to_string());
    }
    let parts: Vec<String> = text.split(',').map(|part| part.trim().to_owned()).collect();
    let Ok([name, line1, city, postal_code, country]) = <[String; 5]>::try_from(parts) else {
        return Err(
            "expected five parts, as in `Ada Byron, 12 Kiln Lane, Porto, 4050-253, PT`, or JSON".to_owned()
        );
    };
    Ok(Address { name, line1, line2: None, city, region: None, postal_code, country })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_five_parts_or_json() {
        let plain = address("Ada Byron, 12 Kiln Lane, Porto, 4050-253, PT").unwrap();
        let json = r#"{"name":"Ada Byron","line1":"12 Kiln Lane","city":"Porto","postal_code":"4050-253","country":"PT"}"#;
        assert_eq!(plain, address(json).unwrap());
        assert!(address("somewhere").unwrap_err().contains("five parts"));
        assert!(address("{").is_err());
        let more = json.replacen('{', "{\"street\":\"?\",", 1);
        assert!(address(&more).unwrap_err().contains("`street`"));
    }
}
