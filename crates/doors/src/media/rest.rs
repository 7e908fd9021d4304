//! `/media/{name}` and `/products/{id}/images`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use souk_kernel::ProductId;
use souk_shop::catalog::{self, ProductNow};
use souk_shop::media::{self, How, PictureName};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::gate::{Asker, Done, FileOrJson, Given, PathRef, PathText, Problem, Query};

/// A picture never changes under its name.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The original in place of a smaller size that could not be made right now.
const FOR_NOW: HeaderValue = HeaderValue::from_static("public, max-age=10");
/// A link: a size lies elsewhere after a rebuild, and the signature ends with the credentials it was made with.
const NOT_AT_ALL: HeaderValue = HeaderValue::from_static("no-store");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImageQuery {
    /// What to say where the picture cannot be seen; the product's name otherwise.
    alt: Option<String>,
}

/// A picture: `<hash>.webp`, or smaller, `<hash>-600.webp` and `<hash>-200.webp`. With the setting `media.redirect` the
/// answer may lead to the server where it lies.
#[utoipa::path(get, path = "/media/{name}", tag = "media", params(("name" = String, Path)),
    responses((status = OK, content_type = "image/webp", body = Vec<u8>), (status = TEMPORARY_REDIRECT),
    (status = NOT_MODIFIED)))]
pub(crate) async fn show_picture(
    State(app): State<Arc<App>>,
    PathText(name): PathText,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name: PictureName = name.parse()?;
    // A link is for one method.
    if method == Method::GET
        && let Some(link) = media::picture_link(&app.shop, &name).await?
    {
        return Ok(([(header::CACHE_CONTROL, NOT_AT_ALL)], Redirect::temporary(&link)).into_response());
    }
    let shown = media::show_picture(&app.shop, &name).await?;
    let etag = format!("\"{}\"", shown.picture.etag);
    let mut response = if is_known(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(shown.picture.object.bytes).into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, if shown.is_final { FOR_EVER } else { FOR_NOW });
    answer.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, value) in [(header::ETAG, etag), (header::CONTENT_TYPE, shown.picture.object.content_type)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.insert(name, value);
        }
    }
    Ok(response)
}

/// Whether the client has it (RFC 9110, 13.1.2; its comparison is the weak one).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|value| value.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag
    })
}

/// A picture that lies elsewhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageFrom {
    /// Where it is fetched from, once: an http or https address in the public network.
    #[schema(example = "https://pictures.example.org/bowl.jpg")]
    url: String,
    /// As in the query.
    alt: Option<String>,
}

/// Adds an image to a product: the body is a PNG, JPEG or WebP of up to 10 MiB and 40 million pixels, or says as JSON where
/// such a one is fetched from, within ten seconds.
#[utoipa::path(post, path = "/products/{id}/images", tag = "media",
    params(("id" = String, Path, example = "P001"), ImageQuery),
    request_body(content((Vec<u8> = "image/*"), (ImageFrom = "application/json"))),
    responses((status = CREATED, body = ProductNow)))]
pub(crate) async fn add_image(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<ImageQuery>,
    body: FileOrJson<ImageFrom>,
) -> Result<Done<ProductNow>, Problem> {
    bring(&app, caller, given, query, body, How::Add).await
}

/// The same, in place of all images that the product has.
#[utoipa::path(put, path = "/products/{id}/images", tag = "media",
    params(("id" = String, Path, example = "P001"), ImageQuery),
    request_body(content((Vec<u8> = "image/*"), (ImageFrom = "application/json"))),
    responses((status = OK, body = ProductNow)))]
pub(crate) async fn replace_images(
    State(app): State<Arc<App>>,
    caller: Asker,
    PathRef(given): PathRef<Given<ProductId>>,
    Query(query): Query<ImageQuery>,
    body: FileOrJson<ImageFrom>,
) -> Result<Done<ProductNow>, Problem> {
    bring(&app, caller, given, query, body, How::Replace).await
}

/// How large the body of a path may be that takes pictures.
pub(crate) fn larger_body(path: &str) -> Option<usize> {
    let takes_pictures = path.starts_with("/api/v1/products/") && path.ends_with("/images");
    takes_pictures.then_some(media::MAX_BYTES)
}

/// Takes an image away: number 1 is the first.
#[utoipa::path(delete, path = "/products/{id}/images/{number}", tag = "media",
    params(("id" = String, Path, example = "P001"), ("number" = u32, Path, example = 1)),
    responses((status = OK, body = ProductNow)))]
pub(crate) async fn remove_image(
    State(app): State<Arc<App>>,
    caller: Asker,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Done<ProductNow>, Problem> {
    let Path((id, number)) = path.map_err(|_| Problem::invalid("the path is not UTF-8"))?;
    let given: Given<ProductId> =
        id.parse().map_err(|error: souk_kernel::InvalidId| Problem::invalid(error.to_string()))?;
    let number = number.parse().map_err(|_| {
        let shown: String = number.chars().take(20).flat_map(char::escape_debug).collect();
        Problem::invalid(format!("`{shown}` is not the number of an image: 1 is the first"))
    })?;
    let removed = media::remove_image(&app.shop, given.id, number, caller.actor()).await;
    let position = app.position_of(removed.map_err(|error| given.explain(error))?).await?;
    Ok(Done::ok(position, catalog::product_now(&app.shop, given.id).await?))
}

async fn bring(
    app: &App,
    caller: Asker,
    given: Given<ProductId>,
    query: ImageQuery,
    body: FileOrJson<ImageFrom>,
    how: How,
) -> Result<Done<ProductNow>, Problem> {
    let (shop, id, actor) = (&app.shop, given.id, caller.actor());
    let brought = match body {
        FileOrJson::File(file) => media::bring_image(shop, id, file, query.alt, how, actor).await,
        FileOrJson::Json(ImageFrom { url, alt }) => {
            media::fetch_image(shop, id, &url, alt.or(query.alt), how, actor).await
        }
    };
    let position = app.position_of(brought.map_err(|error| given.explain(error))?).await?;
    let status = if how == How::Add { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Done { status, position, body: catalog::product_now(&app.shop, given.id).await? })
}
