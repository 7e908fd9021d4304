//! `souk serve` and `souk demo`.

use std::sync::Arc;
use std::time::Duration;

use souk_kernel::ErrorCode;
use souk_ports::Error;
use souk_runtime::Heard;
use tokio::time::{Instant, sleep, timeout};

use crate::cli::Ended;
use crate::discovery::embed::{embed_all, keep_embedding};
use crate::gate::{Meter, Problem};
use crate::loading::cli::load_missing;
use crate::media::draw::draw_all;
use crate::operations::figures::Figures;
use crate::operations::fill::fill;
use crate::operations::migrate::check_complete;
use crate::operations::stages::Stages;
use crate::purchases::cli::{DEFAULT_ORDERS, generate_missing};
use crate::server::{self, Tls, told_to_stop};
use crate::terminal::{Progress, Terminal};
use crate::{App, rest, server::bind};

/// How long the first generations may take before the port opens without them; the store answers for them meanwhile.
const FILLING: Duration = Duration::from_secs(30);
/// How long a server may be away, until the port opens without it.
const REACHING: Duration = Duration::from_secs(5);

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

/// Makes a whole shop, as far as it is missing, and serves it. Each stage needs those before it.
pub(crate) async fn demo(demo: Demo, app: Arc<App>, terminal: Terminal) -> Result<Ended, Problem> {
    let Demo { serve, orders } = demo;
    let mut stages = Stages::default();
    stages
        .run("catalogue", async {
            let added = load_missing(&app, terminal).await?.total().added;
            Ok(if added > 0 { format!("{added} rows") } else { "there already".to_owned() })
        })
        .await?;
    stages.run("purchases", generate_missing(orders, &app, terminal)).await?;
    if app.draws {
        stages
            .run("pictures", async {
                let drawn = draw_all(&app, terminal).await?.drawn;
                Ok(if drawn > 0 { format!("{drawn} drawn") } else { "there already".to_owned() })
            })
            .await?;
    }
    stages
        .run("projections", async {
            fill(&app.runner, terminal).await?;
            Ok(format!("{} of them at {}", app.runner.names().len(), app.head().await?))
        })
        .await?;
    stages.run("embeddings", embed_all(&app, terminal)).await?;
    stages
        .run("batches", async {
            let progress = Progress::new(terminal, "batches");
            let run = app.runner.run_due(&|done, total| progress.at(done, total)).await?;
            Ok(if run.is_empty() { "there already".to_owned() } else { run.join(", ") })
        })
        .await?;
    terminal.note(&stages.words(terminal.error_style()));
    run(serve, app, terminal, true).await
}

pub(crate) async fn serve(serve: Serve, app: Arc<App>, terminal: Terminal) -> Result<Ended, Problem> {
    run(serve, app, terminal, false).await
}

async fn run(serve: Serve, app: Arc<App>, terminal: Terminal, tour: bool) -> Result<Ended, Problem> {
    let tls = app.tls.as_ref().map(Tls::read).transpose()?;
    check_complete(&app, terminal).await?;
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
    first_generations(&app).await;
    let embedding = tokio::spawn(keep_embedding(app.clone()));

    let listen = serve.listen.unwrap_or_else(|| app.listen.clone());
    let (listener, address) = bind(&listen).await.map_err(|error| {
        let mut problem = Problem::new(ErrorCode::Unavailable, format!("cannot listen on {listen}"));
        problem.causes.push(error.to_string());
        problem
    })?;
    let style = terminal.style();
    let base = format!("{}://{address}", if tls.is_some() { "https" } else { "http" });
    if terminal.json {
        terminal.print(&serde_json::json!({ "address": base }).to_string())?;
    } else {
        terminal.print(&format!("souk serves on {}", style.code(&base)))?;
        if tour {
            terminal.print(&words_of_welcome(&base, terminal))?;
        }
    }
    let meter = Arc::new(Meter::of(&rest::routes().1));
    let figures = Figures::keep(app.clone(), meter.clone());
    let (front, connections) = (server::front(app.clone(), meter), app.limits.connections);
    server::serve(listener, tls, front, connections, told_to_stop(), app.stop_patience).await;
    figures.stop().await;
    embedding.abort();
    runner.stop().await;
    terminal.note("souk has stopped.");
    Ok(Ended::Well)
}

/// Requests can be served from the store alone, but searching cannot: the first index is waited for.
async fn first_generations(app: &App) {
    let filled = async {
        let mut answered = vec![Instant::now(); app.roles.len()];
        loop {
            let mut missing = false;
            for (role, answered) in app.roles.iter().zip(&mut answered) {
                for name in role.runner.following() {
                    match role.engine.live(name).await {
                        Ok(live) => {
                            *answered = Instant::now();
                            missing |= live.is_none();
                        }
                        // Or only slow, as a server is that has just been started.
                        Err(Error::Unavailable { .. } | Error::Busy { .. }) => {
                            missing |= answered.elapsed() < REACHING;
                        }
                        // What is broken is no better for waiting; the runner tells of it.
                        Err(_) => {}
                    }
                }
            }
            if !missing {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    if timeout(FILLING, filled).await.is_err() {
        tracing::warn!("some derived data is still being filled; until then the store answers where it can");
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
