//! Moving the prices that searches go by on to now, where a sale has begun or ended: beside a server, and in a command.

use std::sync::Arc;
use std::time::Duration;

use souk_ports::Result;
use souk_shop::catalog::PRODUCT_PAGES;
use souk_shop::catalog::price_moment::{begin, finish};
use tokio::time::sleep;

use crate::App;

/// How often a server looks whether a sale has begun or ended.
const LOOK: Duration = Duration::from_secs(1);
/// How long the pages may take to follow the log; after that it is tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// For as long as souk serves.
pub(crate) async fn keep_prices(app: Arc<App>) {
    let mut failures: u32 = 0;
    loop {
        failures = match follow_sales(&app, async || {}).await {
            Ok(_) => 0,
            Err(error) => {
                failures += 1;
                // An outage has much the same to say each time.
                if failures.is_power_of_two() {
                    let source = std::error::Error::source(&error);
                    tracing::warn!(failures, %error, ?source, "sales that begin or end are not searched by yet");
                }
                failures
            }
        };
        sleep(LOOK).await;
    }
}

/// Moves them on where that is due. `carry_on` lets the pages follow where no server does so. Whether something has changed.
pub(crate) async fn follow_sales(app: &App, carry_on: impl AsyncFn()) -> Result<bool> {
    let Some(position) = begin(&app.shop).await? else { return Ok(false) };
    carry_on().await;
    let have_followed =
        souk_runtime::wait_for(&*app.shop.documents, PRODUCT_PAGES, position, PATIENCE).await?;
    Ok(have_followed && finish(&app.shop).await? > 0)
}
