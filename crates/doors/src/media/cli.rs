//! `souk products set-image`.

use std::path::PathBuf;

use axum::body::Bytes;
use souk_kernel::{ErrorCode, ProductId};
use souk_ports::event::Actor;
use souk_shop::catalog::{self, ProductNow};
use souk_shop::media::{How, MAX_BYTES, bring_image, fetch_image};

use crate::App;
use crate::gate::{Given, Problem};

#[derive(Debug, clap::Args)]
pub struct SetImage {
    product: Given<ProductId>,
    /// A PNG, JPEG or WebP, or the http or https address of one, from which it is fetched
    file: PathBuf,
    /// What to say where the picture cannot be seen [default: the product's name]
    #[arg(long)]
    alt: Option<String>,
    /// Keep the images that the product has, and put this one after them
    #[arg(long)]
    add: bool,
}

pub(crate) async fn set_image(set: SetImage, app: &App) -> Result<ProductNow, Problem> {
    let how = if set.add { How::Add } else { How::Replace };
    let (shop, id) = (&app.shop, set.product.id);
    let address =
        set.file.to_str().filter(|file| file.starts_with("http://") || file.starts_with("https://"));
    let brought = match address {
        Some(address) => fetch_image(shop, id, address, set.alt, how, Actor::Staff).await,
        None => bring_image(shop, id, read(&set.file).await?, set.alt, how, Actor::Staff).await,
    };
    brought.map_err(|error| set.product.explain(error))?;
    app.carry_on().await;
    Ok(catalog::product_now(&app.shop, set.product.id).await?)
}

async fn read(path: &PathBuf) -> Result<Bytes, Problem> {
    let failed = |error: std::io::Error| {
        let mut problem = Problem::invalid(format!("cannot read `{}`", path.display()));
        problem.causes.push(error.to_string());
        problem
    };
    let size = tokio::fs::metadata(path).await.map_err(failed)?.len();
    if size > MAX_BYTES as u64 {
        let detail = format!("`{}` is larger than {} MiB", path.display(), MAX_BYTES >> 20);
        return Err(Problem::new(ErrorCode::PayloadTooLarge, detail));
    }
    Ok(Bytes::from(tokio::fs::read(path).await.map_err(failed)?))
}
