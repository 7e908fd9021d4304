//! `souk orders`.

use clap::Subcommand;
use souk_kernel::{Money, UserId};
use souk_ports::event::Actor;
use souk_ports::rows::OrderStatus;
use souk_shop::access::Caller;
use souk_shop::orders::{self, OrderDetail, OrderEvents, OrderRef, OrdersPage, Payment, Stepped};

use crate::App;
use crate::cli::Ended;
use crate::gate::{Given, Problem, page};
use crate::terminal::{Style, Table, Terminal, Tone};

#[derive(Debug, Subcommand)]
pub enum Orders {
    /// List a user's orders, newest first
    History {
        user: Given<UserId>,
        #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
        page: u32,
        #[arg(long, default_value_t = 20, allow_negative_numbers = true)]
        limit: u32,
    },
    /// Show an order with its items
    Show {
        /// Number or id
        order: OrderRef,
    },
    /// Show the history of an order
    Events {
        /// Number or id
        order: OrderRef,
    },
    /// Report a payment
    Pay {
        /// Number or id
        order: OrderRef,
        /// What the payment provider calls the payment; the same one is taken once [default: by-hand-ORDER]
        #[arg(long, value_name = "ID")]
        payment_id: Option<String>,
        /// What was paid [default: the order's total]
        #[arg(long, allow_negative_numbers = true)]
        amount: Option<Money>,
        #[arg(long, default_value = "by-hand")]
        method: String,
    },
    /// Report that the parcel is on its way
    Ship {
        /// Number or id
        order: OrderRef,
        #[arg(long, value_name = "NUMBER", default_value = "untracked")]
        tracking_number: String,
    },
    /// Report that the parcel has arrived
    Deliver {
        /// Number or id
        order: OrderRef,
    },
    /// Cancel what has not been shipped; the stock returns
    Cancel {
        /// Number or id
        order: OrderRef,
        #[arg(long)]
        reason: Option<String>,
    },
}

pub(crate) async fn orders(command: Orders, app: &App, terminal: Terminal) -> Result<Ended, Problem> {
    let currency = app.shop.rules.currency;
    let stepped = match command {
        Orders::History { user, page: number, limit } => {
            let page = page(Some(number), Some(limit))?;
            let list = orders::list_orders(&app.shop, Some(user.id), page).await;
            let list = list.map_err(|error| user.explain(error))?;
            terminal.answer(&list, |style| list_in_words(&list, style))?;
            return Ok(Ended::Well);
        }
        Orders::Show { order } => {
            let detail = orders::show_order(&app.shop, order, Caller::System).await?;
            terminal.answer(&detail, |style| detail_in_words(&detail, currency.code(), style))?;
            return Ok(Ended::Well);
        }
        Orders::Events { order } => {
            let events = orders::order_events(&app.shop, order, Caller::System).await?;
            terminal.answer(&events, |style| events_in_words(&events, style))?;
            return Ok(Ended::Well);
        }
        Orders::Pay { order, payment_id, amount, method } => {
            let detail = orders::show_order(&app.shop, order, Caller::System).await?;
            let payment_id = payment_id.unwrap_or_else(|| format!("by-hand-{}", detail.order_id));
            let payment = Payment { payment_id, amount: amount.unwrap_or(detail.total), method };
            orders::pay(&app.shop, order, payment, Actor::Staff).await?
        }
        Orders::Ship { order, tracking_number } => {
            orders::ship(&app.shop, order, tracking_number, Actor::Staff).await?
        }
        Orders::Deliver { order } => orders::deliver(&app.shop, order, Actor::Staff).await?,
        Orders::Cancel { order, reason } => orders::cancel(&app.shop, order, reason, Caller::System).await?,
    };
    app.carry_on().await;
    terminal.answer(&stepped, |style| stepped_in_words(&stepped, style))?;
    Ok(Ended::Well)
}

fn stepped_in_words(stepped: &Stepped, style: Style) -> String {
    let already = if stepped.replayed { " already" } else { "" };
    format!("{} is{already} {}.", style.title(format!("Order {}", stepped.number)), stepped.status.as_str())
}

fn list_in_words(list: &OrdersPage, style: Style) -> String {
    if list.orders.is_empty() {
        return "No orders.".to_owned();
    }
    let mut table = Table::new(style, &[">number", "status", ">total", "placed at"]);
    for order in &list.orders {
        table.coloured_row([
            (order.number.to_string(), Tone::Plain),
            (order.status.as_str().to_owned(), tone(order.status)),
            (order.total.to_string(), Tone::Plain),
            (order.placed_at.to_string(), Tone::Dim),
        ]);
    }
    let orders = if list.total == 1 { "order" } else { "orders" };
    let place = format!("page {} of {}, {} {orders}", list.page, list.pages, list.total);
    format!("{}\n{}", table.render(), style.dim(place))
}

fn detail_in_words(order: &OrderDetail, currency: &str, style: Style) -> String {
    let mut table = Table::new(style, &["product", ">quantity", ">price", ">subtotal"]);
    for item in &order.items {
        table.row([
            item.name.clone(),
            item.quantity.to_string(),
            item.price.to_string(),
            item.subtotal.to_string(),
        ]);
    }
    let address = order.shipping_address.as_ref().map_or("(erased)".to_owned(), |to| {
        let parts =
            [Some(&to.name), Some(&to.line1), to.line2.as_ref(), Some(&to.postal_code), Some(&to.city)];
        let parts = parts.into_iter().chain([to.region.as_ref(), Some(&to.country)]).flatten();
        parts.map(String::as_str).collect::<Vec<_>>().join(", ")
    });
    format!(
        "{} {} {}\n{}\n{} {} {currency}\n{} {address}",
        style.title(format!("Order {}", order.number)),
        order.status.as_str(),
        style.dim(format!("({}, placed at {})", order.order_id, order.placed_at)),
        table.render(),
        style.title("Total"),
        order.total,
        style.title("Goes to"),
    )
}

fn events_in_words(events: &OrderEvents, style: Style) -> String {
    let mut table = Table::new(style, &["occurred at", "type", "data"]);
    for event in &events.events {
        table.coloured_row([
            (event.occurred_at.to_string(), Tone::Dim),
            (event.kind.clone(), Tone::Good),
            (event.data.get().to_owned(), Tone::Plain),
        ]);
    }
    table.render()
}

fn tone(status: OrderStatus) -> Tone {
    match status {
        OrderStatus::Pending => Tone::Warn,
        OrderStatus::Paid | OrderStatus::Shipped => Tone::Plain,
        OrderStatus::Delivered => Tone::Good,
        OrderStatus::Cancelled => Tone::Dim,
    }
}
