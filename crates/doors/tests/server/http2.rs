//! HTTP/2 without TLS, spoken by a client that knows beforehand.

use std::time::Duration;

use axum::Router;
use axum::http::{Method, Request, Response, Version};
use axum::routing::{get, post};
use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::{Reason, RecvStream};
use souk_doors::gate::{FileBody, Limits};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::serving::{PATIENCE, Server, limits};

fn routes() -> Router {
    Router::new()
        .route("/", get(|version: Version| async move { format!("{version:?}") }))
        .route("/keep", post(|FileBody(kept): FileBody| async move { kept.len().to_string() }))
        .route(
            "/slow",
            get(|| async {
                sleep(Duration::from_millis(200)).await;
                "done"
            }),
        )
}

/// A connection, and what became of it.
pub(crate) async fn connect(server: &Server) -> (SendRequest<Bytes>, JoinHandle<Result<(), h2::Error>>) {
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

fn request(method: Method, path: &str) -> Request<()> {
    Request::builder().method(method).uri(format!("http://souk{path}")).body(()).unwrap()
}

async fn read(response: ResponseFuture) -> (u16, String) {
    let response: Response<RecvStream> = timeout(PATIENCE, response).await.expect("an answer").unwrap();
    let (parts, mut body) = response.into_parts();
    let mut all = Vec::new();
    while let Some(data) = body.data().await {
        let data = data.unwrap();
        body.flow_control().release_capacity(data.len()).unwrap();
        all.extend_from_slice(&data);
    }
    (parts.status.as_u16(), String::from_utf8(all).unwrap())
}

async fn get_path(sender: &mut SendRequest<Bytes>, path: &str) -> (u16, String) {
    let (response, _) = sender.send_request(request(Method::GET, path), true).unwrap();
    read(response).await
}

#[tokio::test]
async fn is_spoken_to_whoever_knows_beforehand() {
    let server = Server::start(routes(), limits()).await;
    let (mut sender, _) = connect(&server).await;
    assert_eq!(get_path(&mut sender, "/").await, (200, "HTTP/2.0".to_owned()));
    let (status, body) = get_path(&mut sender, "/nowhere").await;
    assert_eq!(status, 404, "{body}");
    // A body in two pieces, and one that is too large.
    for (piece, status, answer) in [(500_000, 200, "1000000"), (600_000, 413, "payload-too-large")] {
        let (response, mut body) = sender.send_request(request(Method::POST, "/keep"), false).unwrap();
        for end in [false, true] {
            body.send_data(vec![b'x'; piece].into(), end).unwrap();
        }
        let (got, said) = read(response).await;
        assert!(got == status && said.contains(answer), "{got} {said}");
    }
    // HTTP/1.1 is spoken on the same port, also to whoever begins like HTTP/2.
    let mut client = server.connect().await;
    assert_eq!(client.ask("/").await.1, "HTTP/1.1");
    let mut client = server.connect().await;
    client.send("PRI * HT").await;
    sleep(Duration::from_millis(50)).await;
    client.send("TP/1.1\r\nHost: souk\r\n\r\n").await;
    let (head, _) = client.answer().await;
    assert!(head.starts_with("HTTP/1.1 4"), "{head}");
}

/// What one connection asks at once counts among all requests.
#[tokio::test]
async fn streams_are_requests_like_others() {
    let (finish, finished) = tokio::sync::watch::channel(false);
    let held = move || {
        let mut finished = finished.clone();
        async move { finished.wait_for(|finished| *finished).await.map_or("given up", |_| "finished") }
    };
    let routes = routes().route("/held", get(held));
    let server = Server::start(routes, Limits { requests: 3, ..limits() }).await;
    let (mut sender, _) = connect(&server).await;
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..10 {
        asked.spawn(read(sender.send_request(request(Method::GET, "/held"), true).unwrap().0));
    }
    for _ in 0..7 {
        let (status, body) = asked.join_next().await.unwrap().unwrap();
        assert!(status == 503 && body.contains("\"code\":\"busy\""), "{status} {body}");
    }
    finish.send(true).unwrap();
    for _ in 0..3 {
        assert_eq!(asked.join_next().await.unwrap().unwrap(), (200, "finished".to_owned()));
    }
    assert_eq!(get_path(&mut sender, "/").await.0, 200);
}

/// CVE-2023-44487: a client that asks and gives up, over and over, is sent away, and nobody else notices.
#[tokio::test]
async fn resets_in_a_row_end_that_connection_alone() {
    let server = Server::start(routes(), Limits { requests: 10, ..limits() }).await;
    let (mut other, _) = connect(&server).await;
    let (mut sender, connection) = connect(&server).await;
    // In bursts with a moment between them, in which the client reads what it is told.
    'bursts: for _ in 0..100 {
        for _ in 0..50 {
            match sender.send_request(request(Method::GET, "/slow"), true) {
                Ok((_, mut stream)) => stream.send_reset(Reason::CANCEL),
                Err(_) => break 'bursts,
            }
        }
        sleep(Duration::from_millis(10)).await;
    }
    let ended = timeout(PATIENCE, connection).await.expect("it is ended").unwrap();
    let error = ended.expect_err("the client is told why");
    assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM), "{error}");
    assert_eq!(get_path(&mut other, "/").await.0, 200);
    // What was given up holds no place.
    let mut asked = Vec::new();
    for _ in 0..10 {
        asked.push(other.send_request(request(Method::GET, "/slow"), true).unwrap().0);
    }
    for one in asked {
        assert_eq!(read(one).await.0, 200);
    }
}

/// Heads have a bound, and the connection goes on.
#[tokio::test]
async fn large_heads_are_refused() {
    let server = Server::start(routes(), limits()).await;
    let (mut sender, _) = connect(&server).await;
    let mut large = request(Method::GET, "/");
    large.headers_mut().insert("x-large", "x".repeat(70_000).parse().unwrap());
    let (response, _) = sender.send_request(large, true).unwrap();
    let status =
        timeout(PATIENCE, response).await.expect("an answer").map(|response| response.status().as_u16());
    assert_eq!(status.ok(), Some(431));
    assert_eq!(get_path(&mut sender, "/").await.0, 200);
}
