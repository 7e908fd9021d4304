//! Connections that go on in another protocol.

use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::{any, get};
use futures_util::{SinkExt as _, StreamExt as _};
use souk_doors::gate::Limits;
use tokio::time::timeout;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite;

use crate::serving::{Server, limits};

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket: WebSocket| {
        while let Some(Ok(message)) = socket.recv().await {
            if !matches!(message, Message::Text(_)) || socket.send(message).await.is_err() {
                return;
            }
        }
    })
}

fn routes() -> Router {
    Router::new().route("/echo", any(echo)).route("/", get(|| async { "here" }))
}

/// A web socket talks as long as it likes, and holds its connection's place as long.
#[tokio::test]
async fn a_web_socket_talks_and_holds_a_place() {
    let limits = Limits { connections: 1, request_timeout: Duration::from_millis(100), ..limits() };
    let server = Server::start(routes(), limits).await;
    let stream = server.connect().await.0;
    let (mut socket, response) = client_async("ws://souk/echo", stream).await.unwrap();
    assert_eq!(response.status(), 101);
    for word in ["one", "two"] {
        socket.send(tungstenite::Message::text(word)).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), tungstenite::Message::text(word));
        // Longer than a request may take.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut waiting = server.connect().await;
    assert!(timeout(Duration::from_millis(300), waiting.ask("/")).await.is_err(), "there was no place");
    socket.close(None).await.unwrap();
    drop(socket);
    assert_eq!(waiting.answer().await.1, "here");
}

#[tokio::test]
async fn an_unknown_protocol_is_named_in_a_clear_refusal() {
    let server = Server::start(routes(), limits()).await;
    for path in ["/echo", "/"] {
        let mut client = server.connect().await;
        let asked =
            format!("GET {path} HTTP/1.1\r\nHost: souk\r\nConnection: Upgrade\r\nUpgrade: foo/7\r\n\r\n");
        client.send(asked).await;
        let (head, body) = client.answer().await;
        assert!(head.starts_with("HTTP/1.1 400"), "{head}");
        assert!(body.contains("`foo/7`") && body.contains("\"code\":\"invalid-input\""), "{body}");
        // Nothing was upgraded, so the connection goes on as it was.
        assert_eq!(client.ask("/").await.1, "here");
    }
    // What curl offers with every request is no wish.
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.1\r\nHost: souk\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n").await;
    let (head, body) = client.answer().await;
    assert!(head.starts_with("HTTP/1.1 200") && body == "here", "{head} {body}");
}
