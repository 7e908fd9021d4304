//! `souk serve` and `souk demo`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use souk_kernel::ErrorCode;
use souk_runtime::Heard;

use crate::cli::Ended;
use crate::gate::{Meter, Problem};
use crate::operations::background::{Wanted, beside_serving, plan};
use crate::operations::figures::Figures;
use crate::operations::migrate::check_complete;
use crate::purchases::cli::{DEFAULT_ORDERS, lacks_history};
use crate::server::{self, Tls, is_listenable, told_to_stop};
use crate::terminal::Terminal;
use crate::{App, rest, server::bind};

#[derive(Debug, Clone, clap::Args)]
pub struct Serve {
    /// Serve here [default: 127.0.0.1:8080]; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

#[derive(Debug, Clone, clap::Args)]
pub struct Demo {
    #[command(flatten)]
    serve: Serve,
    /// How many purchases to make up where nobody has ordered yet; 0: none
    #[arg(long, value_name = "N", default_value_t = DEFAULT_ORDERS)]
    orders: u64,
}

/// Serves a shop that fills itself, as far as something is missing.
pub(crate) async fn demo(demo: Demo, app: Arc<App>, terminal: Terminal) -> Result<Ended, Problem> {
    // Before anybody can order.
    let lacks = lacks_history(demo.orders, &app).await?;
    let wanted = Wanted { orders: lacks.then_some(demo.orders) };
    app.demo.store(true, Ordering::Relaxed);
    run(demo.serve, app, terminal, Some(wanted)).await
}

pub(crate) async fn serve(serve: Serve, app: Arc<App>, terminal: Terminal) -> Result<Ended, Problem> {
    run(serve, app, terminal, None).await
}

/// Opens the port first: what is derived is filled behind it, and until then the store answers where it can.
async fn run(
    serve: Serve,
    app: Arc<App>,
    terminal: Terminal,
    wanted: Option<Wanted>,
) -> Result<Ended, Problem> {
    let tls = app.tls.as_ref().map(Tls::read).transpose()?;
    check_complete(&app, terminal).await?;
    let listen = serve.listen.unwrap_or_else(|| app.listen.clone());
    if !is_listenable(&listen) {
        let detail =
            format!("`{listen}` names no address to listen on; that is a host and a port: 127.0.0.1:8080");
        return Err(Problem::invalid(detail));
    }
    let (listener, address) = bind(&listen).await.map_err(|error| {
        let mut problem = Problem::new(ErrorCode::Unavailable, format!("cannot listen on {listen}"));
        problem.causes.push(error.to_string());
        problem
    })?;
    is_for_show_alone(&app, address)?;
    // Pages may be kept in memory from where the follower starts.
    let from = app.head().await?.position;
    let following = app.clone();
    let on_events = move |heard: Heard<'_>| match heard {
        Heard::Events(events) => following.shop.pages.follow(events),
        Heard::Lost => following.shop.pages.stop_following(),
        Heard::From(position) => following.shop.pages.follow_from(position),
        Heard::Anew(position) => following.shop.pages.start_over(position),
    };
    let runner = app.runner.start(from, Arc::new(on_events));
    app.shop.pages.follow_from(from);
    plan(&app, wanted);

    // Before the address is told: whoever reads it may stop this process at once.
    let stop = told_to_stop();
    let style = terminal.style();
    let base = format!("{}://{address}", if tls.is_some() { "https" } else { "http" });
    if terminal.json {
        terminal.print(&serde_json::json!({ "address": base }).to_string())?;
    } else {
        terminal.print(&format!("souk serves on {}", style.code(&base)))?;
    }
    let meter = Arc::new(Meter::of(&rest::routes().1));
    let figures = Figures::keep(app.clone(), meter.clone());
    let (front, connections) = (server::front(app.clone(), meter.clone()), app.limits.connections);
    let on_catalogue = move || welcome(&base, terminal);
    let mut serving = tokio::spawn(server::serve(listener, tls, front, connections, stop, app.stop_patience));
    // What is done on the side ends where it is when nobody is served any more.
    let served = tokio::select! {
        served = &mut serving => served,
        () = beside_serving(app.clone(), meter, wanted, terminal, on_catalogue) => serving.await,
    };
    if let Err(error) = served {
        tracing::error!(%error, "serving had panicked");
    }
    figures.stop().await;
    runner.stop().await;
    terminal.note("souk has stopped.");
    Ok(Ended::Well)
}

/// Anybody may sign in as anybody: on this machine, or where they know the secret.
fn is_for_show_alone(app: &App, address: SocketAddr) -> Result<(), Problem> {
    if !app.demo.load(Ordering::Relaxed) || address.ip().is_loopback() || !app.demo_secret.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "{address} can be reached from other machines, and in a shop for show anybody may sign in as staff: serve it on \
         127.0.0.1, or ask for a secret with the setting `accounts.demo_secret`"
    )))
}

fn welcome(base: &str, terminal: Terminal) {
    if !terminal.json
        && let Err(problem) = terminal.print(&words_of_welcome(base, terminal))
    {
        tracing::warn!(error = problem.detail, "nobody can read what there is to try");
    }
}

fn words_of_welcome(base: &str, terminal: Terminal) -> String {
    let style = terminal.style();
    let api = format!("{base}/api/v1");
    let try_this = [
        ("read the documentation", format!("open {base}/docs/")),
        ("look for something", format!("curl '{api}/products/search?q=wooden+bowl'")),
        ("look at a product", format!("curl {api}/products/P001")),
        (
            "fill a cart",
            format!(
                "curl {api}/cart/items -H 'X-User-Id: U001' -H 'Content-Type: application/json' \
                 -d '{{\"product_id\":\"P001\",\"quantity\":2}}'"
            ),
        ),
        ("order it", format!("curl -X POST {api}/orders -H 'X-User-Id: U001'")),
        ("from another terminal", "souk orders history U001".to_owned()),
    ];
    let mut lines = vec![style.title("Things to try:")];
    lines.extend(try_this.iter().map(|(what, how)| format!("  {what:<24} {}", style.code(how))));
    lines.push(style.dim("Ctrl-C stops it."));
    lines.join("\n")
}
