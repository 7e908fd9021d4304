//! Bodies on their way: as streams, slowly, not at all, and too many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use souk_doors::gate::{FileBody, Limits};

use crate::serving::{Server, limits};

const MIB: usize = 1 << 20;

/// Reads bit by bit and keeps nothing; says how much came, and the largest bit.
async fn count(body: Body) -> String {
    let (mut body, mut all, mut largest) = (body, 0, 0);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => {
                let bytes = frame.data_ref().map_or(0, |data| data.len());
                (all, largest) = (all + bytes, largest.max(bytes));
            }
            Err(error) => return format!("{all} {error}"),
        }
    }
    format!("{all} {largest}")
}

fn routes() -> Router {
    Router::new()
        .route("/count", post(count))
        .route("/keep", post(|FileBody(kept): FileBody| async move { kept.len().to_string() }))
        .route("/ignore", post(|| async { "ignored" }))
        .route("/", get(|| async { "here" }))
}

fn larger(path: &str) -> Option<usize> {
    (path == "/count").then_some(64 * MIB)
}

fn head(path: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: souk\r\nContent-Length: {length}\r\n\r\n")
}

/// 50 MB over a line that carries 25 MB/s: four times as long as a request may take, and never more than a bit of it in
/// memory.
#[tokio::test]
async fn a_large_upload_over_a_slow_line_is_a_stream() {
    let limits = Limits {
        request_timeout: Duration::from_millis(500),
        body_idle: Duration::from_millis(300),
        ..limits()
    };
    let server = Server::start_with(routes(), limits, None, larger).await;
    let mut client = server.connect().await;
    client.send(head("/count", 50_000_000)).await;
    let piece = vec![b'x'; 500_000];
    for _ in 0..100 {
        client.send(&piece).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (head, body) = client.answer().await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let (all, largest) = body.split_once(' ').unwrap();
    assert_eq!(all, "50000000");
    assert!(largest.parse::<usize>().unwrap() <= 256 << 10, "{largest}");
    // One byte more than the route takes is refused before it is sent.
    let mut client = server.connect().await;
    client.send(self::head("/count", 64 * MIB + 1).replace("Host", "Expect: 100-continue\r\nHost")).await;
    let (head, _) = client.answer().await;
    assert!(head.starts_with("HTTP/1.1 413"), "{head}");
}

#[tokio::test]
async fn one_that_stands_still_is_given_up_and_holds_nothing() {
    let limits = Limits { body_idle: Duration::from_millis(200), requests: 1, ..limits() };
    let server = Server::start_with(routes(), limits, None, larger).await;
    let mut stuck = server.connect().await;
    stuck.send(head("/keep", 1_000)).await;
    stuck.send("half").await;
    let (head, body) = stuck.answer().await;
    assert!(head.starts_with("HTTP/1.1 400") && body.contains("took too long to arrive"), "{head} {body}");
    stuck.closed().await;
    assert_eq!(server.connect().await.ask("/").await.1, "here");
}

/// As long as nothing says so, a body is as large as it gets.
#[tokio::test]
async fn what_does_not_say_its_length_is_bounded_too() {
    let server = Server::start(routes(), limits()).await;
    let mut client = server.connect().await;
    client.send("POST /keep HTTP/1.1\r\nHost: souk\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    let chunk = format!("{:x}\r\n{}\r\n", 65_536, "x".repeat(65_536));
    for _ in 0..17 {
        client.send(&chunk).await;
    }
    client.send("0\r\n\r\n").await;
    let (head, body) = client.answer().await;
    assert!(head.starts_with("HTTP/1.1 413") && body.contains("larger than 1048576 bytes"), "{head} {body}");
    // It was read to its end, so the connection goes on.
    assert_eq!(client.ask("/").await.1, "here");
}

/// A route that answers without reading what is sent does not close the connection over it, and the answer arrives.
#[tokio::test]
async fn a_body_that_nobody_reads_is_thrown_away() {
    let server = Server::start(routes(), limits()).await;
    let mut client = server.connect().await;
    for path in ["/ignore", "/nowhere"] {
        client.send(head(path, MIB)).await;
        let (said, _) = client.answer().await;
        assert!(said.starts_with("HTTP/1.1 200") || said.starts_with("HTTP/1.1 404"), "{said}");
        client.send(vec![b'x'; MIB]).await;
        assert_eq!(client.ask("/").await.1, "here");
    }
}

/// Halves of bodies take as much memory as was allowed for, and what is refused may come again.
#[tokio::test]
async fn bodies_that_are_kept_have_so_much_room_together() {
    let limits = Limits { bodies_bytes: 4 * MIB, ..limits() };
    let server = Server::start(routes(), limits).await;
    let refused = Arc::new(AtomicUsize::new(0));
    let mut halves = Vec::new();
    for _ in 0..20 {
        let mut client = server.connect().await;
        client.send(head("/keep", MIB)).await;
        client.send(vec![b'x'; MIB / 2]).await;
        halves.push(client);
    }
    // Eight halves have room. The others are told that they have none, and so are some of the eight, until those that are
    // left fit in.
    let mut finished = Vec::new();
    for mut client in halves {
        let refused = refused.clone();
        finished.push(tokio::spawn(async move {
            client.send(vec![b'x'; MIB / 2]).await;
            let (head, body) = client.answer().await;
            if head.starts_with("HTTP/1.1 503") {
                assert!(
                    head.contains("retry-after: 1") && body.contains("\"code\":\"busy\""),
                    "{head} {body}"
                );
                refused.fetch_add(1, Ordering::SeqCst);
            } else {
                assert!(head.starts_with("HTTP/1.1 200") && body == MIB.to_string(), "{head} {body}");
            }
            client
        }));
    }
    for one in finished {
        one.await.unwrap();
    }
    let refused = refused.load(Ordering::SeqCst);
    assert!((12..=17).contains(&refused), "{refused}");
    // Everything was given back.
    for _ in 0..4 {
        let mut client = server.connect().await;
        client.send(head("/keep", MIB)).await;
        client.send(vec![b'x'; MIB]).await;
        assert_eq!(client.answer().await.1, MIB.to_string());
    }
}
