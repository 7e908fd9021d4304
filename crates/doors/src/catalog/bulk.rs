//! Products by the line: one is read, created and answered after the other, each in a commit of its own.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;
use souk_kernel::ProductId;
use souk_ports::event::Actor;
use souk_shop::catalog::{self, NewProduct};
use souk_shop::orders::IdempotencyKey;
use utoipa::ToSchema;

use crate::App;
use crate::gate::{Line, Lines, Problem, ProblemDocument, parse};

/// Of one request. Whoever has more sends more requests.
const MAX_LINES: u64 = 10_000;
/// Of the body, which is not kept.
pub(super) const MAX_BYTES: usize = 128 << 20;

/// What became of one line.
#[derive(Serialize, ToSchema)]
pub(crate) struct LineResult {
    /// From 1.
    line: u64,
    /// As `POST /products` would have answered.
    #[schema(example = 201)]
    status: u16,
    /// The product that was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    id: Option<ProductId>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemDocument>,
}

/// Empty lines are passed over. `key` makes the key of a line out of the request's; lines of one request have different
/// ones, so that the whole request can be sent again.
pub(super) async fn create_products(
    app: &App,
    mut lines: Lines,
    key: impl Fn(&[u8]) -> Result<Option<IdempotencyKey>, Problem>,
    actor: &Actor,
) -> Result<Response, Problem> {
    let mut answer = Vec::new();
    let mut number = 0;
    while let Some(line) = lines.next().await? {
        number += 1;
        let result = if number > MAX_LINES {
            Err(Problem::invalid(format!(
                "the body has more than {MAX_LINES} lines: the rest is not looked at"
            )))
        } else {
            match line {
                Line::Whole(line) if line.trim_ascii().is_empty() => continue,
                Line::Whole(line) => create(app, &line, of_line(key(&line)?, number), actor).await,
                Line::TooLong => {
                    Err(Problem::invalid(format!("a line has at most {} bytes", Lines::MAX_BYTES)))
                }
            }
        };
        write(&mut answer, number, result)?;
        if number > MAX_LINES {
            break;
        }
    }
    let mut response = Response::new(Body::from(answer));
    let ndjson = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, ndjson);
    Ok(response)
}

async fn create(
    app: &App,
    line: &[u8],
    key: Option<IdempotencyKey>,
    actor: &Actor,
) -> Result<ProductId, Problem> {
    let new: NewProduct = parse(line).map_err(|mut problem| {
        problem.detail = problem.detail.replacen("the body", "the line", 1);
        problem
    })?;
    Ok(catalog::create_product(&app.shop, &new, key, actor.clone()).await?.id)
}

fn of_line(key: Option<IdempotencyKey>, number: u64) -> Option<IdempotencyKey> {
    key.map(|key| IdempotencyKey { key: format!("{}/{number}", key.key), ..key })
}

fn write(answer: &mut Vec<u8>, line: u64, result: Result<ProductId, Problem>) -> Result<(), Problem> {
    let result = match result {
        Ok(id) => LineResult { line, status: 201, id: Some(id), problem: None },
        Err(problem) => {
            problem.log();
            let status = problem.code.http_status();
            LineResult { line, status, id: None, problem: Some(problem.document()) }
        }
    };
    serde_json::to_writer(&mut *answer, &result)
        .map_err(|source| souk_ports::Error::internal("writing the answer about a line", source))?;
    answer.push(b'\n');
    Ok(())
}
