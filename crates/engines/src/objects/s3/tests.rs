//! What a contract cannot try: a server that is away, hangs, or lacks the bucket.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Instant;

use super::*;

fn open(url: &str) -> Result<S3Objects> {
    let options = url.split_once('?').map_or("", |(_, options)| options).split('&');
    let options = options.filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
    S3Objects::open(Location { url: url.to_owned(), path: PathBuf::new(), options: options.collect() })
}

fn at(address: &str, bucket: &str) -> S3Objects {
    let keys = "access_key_id=minioadmin&secret_access_key=minioadmin";
    open(&format!("s3://{bucket}/x?endpoint=http://{address}&allow_http=true&timeout_ms=200&{keys}")).unwrap()
}

fn key() -> ObjectKey {
    ObjectKey::parse("a").unwrap()
}

fn object() -> Object {
    Object { bytes: Bytes::from_static(b"a"), content_type: "image/png".to_owned() }
}

async fn is_away(objects: &S3Objects) {
    let since = Instant::now();
    let get = objects.get(&key()).await;
    assert!(matches!(get, Err(Error::Unavailable { .. })), "{get:?}");
    let put = objects.put(&key(), object()).await;
    assert!(matches!(put, Err(Error::Unavailable { .. })), "{put:?}");
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_away() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    is_away(&at(&address.to_string(), "none")).await;
}

#[tokio::test]
async fn a_server_that_hangs_is_away() {
    // It takes calls, and nobody answers them.
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    is_away(&at(&hanging.local_addr().unwrap().to_string(), "none")).await;
}

#[tokio::test]
async fn an_answer_that_the_server_is_overloaded_means_away() {
    use std::io::{Read, Write};

    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for connection in server.incoming() {
            let Ok(mut connection) = connection else { return };
            let mut request = [0; 4096];
            let answer = "HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            if connection.read(&mut request).is_ok_and(|length| length > 0) {
                let _ = connection.write_all(answer.as_bytes());
            }
        }
    });
    is_away(&at(&address, "none")).await;
}

/// S3 answers "not found" for that as for a missing object.
#[tokio::test]
async fn a_missing_bucket_is_no_missing_object() {
    let address = std::env::var("SOUK_TEST_S3").unwrap_or_else(|_| "127.0.0.1:19000".to_owned());
    if TcpStream::connect(&address).is_err() {
        assert!(std::env::var("REQUIRE_SERVERS").as_deref() != Ok("1"), "no server at {address}");
        eprintln!("no server at {address}: nothing was tried");
        return;
    }
    let objects = at(&address, "souk-no-such-bucket");
    assert!(matches!(objects.get(&key()).await, Err(Error::Internal { .. })));
    assert!(matches!(objects.put(&key(), object()).await, Err(Error::Internal { .. })));
    assert!(matches!(objects.list("", None, 1).await, Err(Error::Internal { .. })));
}

/// The status and the whole answer to a plain request, without any key of access.
fn fetched(url: &str) -> (u16, String) {
    use std::io::{Read, Write};

    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    write!(connection, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

#[tokio::test]
async fn anybody_fetches_what_a_link_leads_to_until_it_ends() {
    let engine = crate::objects::ENGINES.iter().find(|engine| engine.scheme == "s3").unwrap();
    let crate::Fresh::Url(url) = (engine.fresh)(std::path::Path::new("")) else {
        assert!(std::env::var("REQUIRE_SERVERS").as_deref() != Ok("1"), "no server");
        eprintln!("no server: nothing was tried");
        return;
    };
    let objects = open(&url).unwrap();
    objects.put(&key(), object()).await.unwrap();
    let link = objects.link(&key(), Duration::from_secs(2)).await.unwrap().unwrap();
    let (status, answer) = fetched(&link);
    assert_eq!(status, 200, "{answer}");
    assert!(
        answer.to_lowercase().contains("content-type: image/png") && answer.ends_with("\r\n\r\na"),
        "{answer}"
    );
    assert_eq!(fetched(link.split('?').next().unwrap()).0, 403);
    assert_eq!(fetched(&link.replace("%21?", "b%21?").replace("!?", "b!?")).0, 403);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(fetched(&link).0, 403);
    // Shoppers may reach it under another name.
    let elsewhere = open(&format!("{url}&public_endpoint=https://pictures.example.org")).unwrap();
    let link = elsewhere.link(&key(), Duration::from_secs(2)).await.unwrap().unwrap();
    assert!(link.starts_with("https://pictures.example.org/"), "{link}");
}

#[test]
fn a_url_is_checked_and_its_secrets_never_shown() {
    let keys = "access_key_id=it&secret_access_key=secret";
    for bad in [
        format!("s3://?{keys}"),
        format!("s3://u:secret@bucket?{keys}"),
        format!("s3://bucket/A?{keys}"),
        format!("s3://bucket?{keys}&what=1"),
        format!("s3://bucket?{keys}&timeout_ms=x"),
        format!("s3://bucket?{keys}&allow_http=yes"),
        format!("s3://bucket?{keys}&public_endpoint=pictures.example.org"),
        "s3://bucket?secret_access_key=secret".to_owned(),
    ] {
        let error = open(&bad).err().unwrap_or_else(|| panic!("{bad} was taken"));
        assert!(
            !format!("{error:?}").contains("secret@") && !format!("{error:?}").contains("=secret"),
            "{error:?}"
        );
    }
    let objects = open(&format!("s3://bucket/some/where/?{keys}")).unwrap();
    assert_eq!(
        (objects.shown.as_str(), objects.layout.prefix.as_str()),
        ("s3://bucket/some/where/", "some/where/")
    );
}
