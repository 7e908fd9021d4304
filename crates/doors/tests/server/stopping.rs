//! An orderly end: what is under way is finished, and nobody waits for whoever says nothing.

use std::time::Duration;

use axum::Router;
use axum::http::{Method, Request};
use axum::routing::get;
use tokio::time::sleep;

use crate::http2::connect;
use crate::serving::{Server, limits};

#[tokio::test]
async fn requests_under_way_are_finished_and_silent_connections_closed() {
    let slow = || async {
        sleep(Duration::from_millis(300)).await;
        "done"
    };
    let server = Server::start(Router::new().route("/slow", get(slow)), limits()).await;
    // One that has said nothing, one that was answered, and one of each protocol that is being answered.
    let mut silent = server.connect().await;
    let mut answered = server.connect().await;
    answered.ask("/nowhere").await;
    let mut asking = server.connect().await;
    asking.send("GET /slow HTTP/1.1\r\nHost: souk\r\n\r\n").await;
    let (mut sender, connection) = connect(&server).await;
    let request = Request::builder().method(Method::GET).uri("http://souk/slow").body(()).unwrap();
    let (response, _) = sender.send_request(request, true).unwrap();
    sleep(Duration::from_millis(100)).await;
    let mut server = server;
    server.begin_to_stop();
    silent.closed().await;
    answered.closed().await;
    let (head, body) = asking.answer().await;
    assert!(head.starts_with("HTTP/1.1 200") && body == "done", "{head} {body}");
    assert_eq!(response.await.unwrap().status(), 200);
    drop(sender);
    connection.await.unwrap().unwrap();
    server.stop().await;
}
