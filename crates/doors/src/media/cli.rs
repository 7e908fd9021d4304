//! `souk products set-image`.

use std::path::PathBuf;

use axum::body::Bytes;
use souk_kernel::{ErrorCode, ProductId};
use souk_ports::event::Actor;
use souk_shop::catalog::{self, ProductNow};
use souk_shop::media::{How, MAX_BYTES, bring_image};

use crate::App;
use crate::gate::{Given, Problem};

#[derive(Debug, clap::Args)]
pub struct SetImage {
    product: Given<ProductId>,
    /// A PNG, JPEG or WebP
    file: PathBuf,
    /// What to say where the picture cannot be seen [default: the product's name]
    #[arg(long)]
    alt: Option<String>,
    /// Keep the images that the product has, and put this one after them
    #[arg(long)]
    add: bool,
}

pub(crate) async fn set_image(set: SetImage, app: &App) -> Result<ProductNow, Problem> {
    let file = read(&set.file).await?;
    let how = if set.add { How::Add } else { How::Replace };
    let brought = bring_image(&app.shop, set.product.id, file, set.alt, how, Actor::Staff).await;
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
