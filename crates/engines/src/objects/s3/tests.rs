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
