//! The program's doors: HTTP/2, keys that do not fit, layers by setting, and bodies that never end.

use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::client::SendRequest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::PATIENCE;
use crate::souk::{Server, Souk, read};

async fn http2(server: &Server) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// Sends an order over HTTP/2; the answer is awaited by the caller, or given up.
fn order(
    sender: &mut SendRequest<Bytes>,
    key: &str,
    price: f64,
) -> (h2::client::ResponseFuture, h2::SendStream<Bytes>) {
    let request = http::Request::post("http://souk/api/v1/orders")
        .header("x-user-id", "U001")
        .header("idempotency-key", key)
        .header("content-type", "application/json")
        .body(())
        .unwrap();
    let (response, mut body) = sender.send_request(request, false).unwrap();
    let items = json!([{ "product_id": "P001", "quantity": 1, "price": price }]);
    body.send_data(json!({ "items": items }).to_string().into(), true).unwrap();
    (response, body)
}

async fn answer(response: h2::client::ResponseFuture) -> (u16, Value) {
    let (parts, mut body) = response.await.unwrap().into_parts();
    let mut all = Vec::new();
    while let Some(data) = body.data().await {
        all.extend_from_slice(&data.unwrap());
    }
    (parts.status.as_u16(), serde_json::from_slice(&all).unwrap())
}

/// Streams that are given up at any moment leave whole orders or none, and the same key says which.
#[tokio::test]
async fn orders_over_http2_are_placed_once_however_often_they_are_given_up() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let product = server.get("/api/v1/products/P001").await.ok();
    let (price, stock) = (product["price"].as_f64().unwrap(), product["stock"].as_i64().unwrap());
    assert!(stock >= 20, "{product}");
    let mut sender = http2(&server).await;
    for round in 0..10u64 {
        let key = format!("h2-{round}");
        for wait_ms in [0, round] {
            let (_, mut stream) = order(&mut sender, &key, price);
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            stream.send_reset(Reason::CANCEL);
        }
        let (status, placed) = answer(order(&mut sender, &key, price).0).await;
        assert_eq!(status, 201, "{placed}");
    }
    let orders = server.get("/api/v1/orders?user_id=U001").await.ok();
    assert_eq!(orders["total"], json!(10), "{orders}");
    assert_eq!(server.get("/api/v1/products/P001").await.ok()["stock"], json!(stock - 10));
}

/// 5,000 connections send half of a body and then nothing: souk takes no more memory than it was allowed for bodies, and
/// somewhat for the connections.
#[tokio::test]
async fn five_thousand_half_bodies_leave_memory_bounded() {
    const HALF: usize = 512 << 10;
    let souk = Souk::loaded();
    let server = souk.serve_with(&[("SOUK_SERVER_BODIES_BYTES", "67108864")]);
    server.get("/api/v1/products").await.ok();
    let before = server.resident_bytes();
    let mut head = format!(
        "POST /api/v1/orders HTTP/1.1\r\nHost: souk\r\nX-User-Id: U001\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        2 * HALF
    )
    .into_bytes();
    head.resize(head.len() + HALF, b' ');
    let head: &'static [u8] = head.leak();
    let mut most = 0;
    let mut halves = tokio::task::JoinSet::new();
    let mut open = Vec::new();
    for number in 0..5_000 {
        let stream = TcpStream::connect(server.address()).await.unwrap();
        halves.spawn(async move {
            let mut stream = stream;
            // What is refused may be closed before all of it is sent.
            let _ = stream.write_all(head).await;
            stream
        });
        if number % 100 == 0 {
            most = most.max(server.resident_bytes().unwrap_or(0));
        }
        // A moment's worth of them under way at once.
        while halves.len() > 200 {
            open.push(halves.join_next().await.unwrap().unwrap());
        }
    }
    while let Some(sent) = halves.join_next().await {
        open.push(sent.unwrap());
        most = most.max(server.resident_bytes().unwrap_or(0));
    }
    // Others are served meanwhile, small bodies too when the halves have been given up.
    server.get("/api/v1/products/P001").await.ok();
    most = most.max(server.resident_bytes().unwrap_or(0));
    if let Some(before) = before {
        let grown = most.saturating_sub(before) >> 20;
        println!("memory before {} MiB, at most {} MiB: {grown} MiB more", before >> 20, most >> 20);
        // 64 MiB for bodies; 5,000 connections that read 32 KiB ahead and take as much again. All halves are 2,500 MiB.
        assert!(grown < 600, "{grown} MiB more");
    }
    let (mut busy, mut slow) = (0, 0);
    for mut stream in open {
        let mut said = Vec::new();
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("an end");
        let said = String::from_utf8_lossy(&said);
        busy += usize::from(said.starts_with("HTTP/1.1 503") && said.contains("\"code\":\"busy\""));
        slow += usize::from(said.starts_with("HTTP/1.1 400") && said.contains("too long to arrive"));
    }
    println!("{busy} were told that there is no room, {slow} that they took too long");
    assert!(busy > 0 && slow > 0, "{busy} {slow}");
    let item = json!({"product_id": "P001", "quantity": 1});
    server.send("POST", "/api/v1/cart/items", Some("U001"), Some(item)).await.ok();
}

#[tokio::test]
async fn a_key_that_does_not_fit_its_certificate_is_said_at_the_start() {
    let souk = Souk::empty();
    let key = || rcgen::KeyPair::generate().unwrap();
    let (own, other) = (key(), key());
    let certificate =
        rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&own).unwrap();
    std::fs::write(souk.folder().join("certificate.pem"), certificate.pem()).unwrap();
    std::fs::write(souk.folder().join("other.key"), other.serialize_pem()).unwrap();
    std::fs::write(souk.folder().join("own.key"), own.serialize_pem()).unwrap();
    let serve = |key: &str| {
        let mut command = souk.command(&["serve", "--listen", "127.0.0.1:0", "--json"]);
        command.env("SOUK_SERVER_TLS_CERTIFICATE", "certificate.pem").env("SOUK_SERVER_TLS_KEY", key);
        command
    };
    for (key, said) in [("other.key", "is not the one that the certificate"), ("none.key", "cannot be read")]
    {
        let output = serve(key).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{err}");
        let problem: Value = serde_json::from_str(err.lines().last().unwrap()).unwrap();
        assert_eq!(problem["code"], "invalid-input");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("`server.tls.key`") && detail.contains(said), "{detail}");
    }
    // The one that fits serves, and says so.
    let mut serving = serve("own.key").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(serving.stdout.take().unwrap()), &mut line)
        .unwrap();
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(line.contains("\"https://127.0.0.1:"), "{line}");
}

#[tokio::test]
async fn other_sites_and_compressed_answers_are_by_setting() {
    let souk = Souk::loaded();
    let server = souk.serve_with(&[("SOUK_SERVER_CORS_ORIGINS", "https://shop.example.org")]);
    let ask = async |name: &'static str, value: &'static str| {
        server.request("GET", "/api/v1/products?limit=50").header(name, value).send().await.unwrap()
    };
    let plain = server.get("/api/v1/products?limit=50").await;
    assert!(plain.body.len() > 10_000);
    for encoding in ["gzip", "br", "zstd"] {
        let answer = ask("accept-encoding", encoding).await;
        assert_eq!(answer.headers()["content-encoding"], encoding);
        assert!(answer.bytes().await.unwrap().len() < plain.body.len() / 2, "{encoding}");
    }
    let allowed = "access-control-allow-origin";
    assert_eq!(
        ask("origin", "https://shop.example.org").await.headers()[allowed],
        "https://shop.example.org"
    );
    assert!(!ask("origin", "https://other.example.org").await.headers().contains_key(allowed));
}

/// A failure is called by one name in the answer's head, in its problem document and in the log.
#[tokio::test]
async fn a_request_goes_by_its_name() {
    let souk = Souk::empty();
    let server = souk.serve();
    let ask = async |id: Option<&str>| {
        let request = server.request("GET", "/api/v1/products/search?q=bowl&mode=semantic");
        let request = id.into_iter().fold(request, |request, id| request.header("X-Request-Id", id));
        let response = request.send().await.unwrap();
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        (id, read(response).await.is_problem(503, "unavailable")["instance"].clone())
    };
    let (given, instance) = ask(Some("mine-7")).await;
    assert_eq!((given.as_str(), &instance), ("mine-7", &json!("urn:souk:request:mine-7")));
    let (made, instance) = ask(None).await;
    assert_eq!(instance, json!(format!("urn:souk:request:{made}")));
    assert_ne!(ask(Some("not one")).await.0, "not one");
    let log = std::fs::read_to_string(souk.folder().join("server.log")).unwrap();
    assert!(log.contains("mine-7") && log.contains(&made), "{log}");
}
