//! Certificates and keys: served with where they fit, and refused with their name where they do not.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::Version;
use axum::routing::get;
use rcgen::{Certificate, CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use souk_doors::call::Problem;
use souk_doors::server::{Tls, TlsFiles};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::serving::{Server, limits};

fn certificate(key: &KeyPair, years: std::ops::Range<i32>) -> Certificate {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.start, 1, 1);
    params.not_after = date_time_ymd(years.end, 1, 1);
    params.self_signed(key).unwrap()
}

/// Files in a folder of the test's own.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn refusal(certificate: PathBuf, key: PathBuf) -> String {
    let read: Result<Tls, Problem> = Tls::read(&TlsFiles { certificate, key });
    read.err().expect("it is refused").detail
}

#[test]
fn what_does_not_fit_is_refused_by_its_name() {
    let files = Files::new();
    let (key, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let good = files.write("good.pem", &certificate(&key, 2000..4000).pem());
    let old = files.write("old.pem", &certificate(&key, 2000..2001).pem());
    let early = files.write("early.pem", &certificate(&key, 3000..3001).pem());
    let garbage = files.write("garbage.pem", "no PEM at all");
    let broken = files.write("broken.pem", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    let own = files.write("own.key", &key.serialize_pem());
    let others = files.write("others.key", &other.serialize_pem());
    let missing = files.0.path().join("missing.pem");
    for (certificate, key, said) in [
        (&good, &others, "`server.tls.key`"),
        (&good, &others, "is not the one that the certificate"),
        (&old, &own, "`server.tls.certificate`"),
        (&old, &own, "has expired"),
        (&early, &own, "is not valid yet"),
        (&garbage, &own, "holds no certificate in PEM"),
        (&broken, &own, "is not valid PEM"),
        (&good, &garbage, "holds no key in PEM"),
        (&good, &good, "holds no key in PEM"),
        (&missing, &own, "missing.pem, cannot be read: No such file"),
        (&good, &missing, "`server.tls.key`"),
    ] {
        let refused = refusal(certificate.clone(), key.clone());
        assert!(refused.contains(said), "{refused}");
    }
    assert!(Tls::read(&TlsFiles { certificate: good, key: own }).is_ok());
}

async fn connect(
    server: &Server,
    trusted: &CertificateDer<'static>,
    protocol: &[u8],
) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

#[tokio::test]
async fn both_protocols_are_spoken_with_the_certificate() {
    let files = Files::new();
    let key = KeyPair::generate().unwrap();
    let made = certificate(&key, 2000..4000);
    let certificate = files.write("certificate.pem", &made.pem());
    let key = files.write("key.pem", &key.serialize_pem());
    let tls = Tls::read(&TlsFiles { certificate, key }).unwrap();
    let routes = Router::new().route("/", get(|version: Version| async move { format!("{version:?}") }));
    let server = Server::start_with(routes, limits(), Some(tls), |_| None).await;

    let mut stream = connect(&server, made.der(), b"http/1.1").await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("HTTP/1.1"), "{said}");

    let stream = connect(&server, made.der(), b"h2").await;
    let (mut sender, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = axum::http::Request::get("https://localhost/").body(()).unwrap();
    let (response, _) = sender.send_request(request, true).unwrap();
    let mut body = response.await.unwrap().into_body();
    assert_eq!(body.data().await.unwrap().unwrap(), "HTTP/2.0");

    // Whoever speaks plain HTTP is not answered, and nobody else is disturbed.
    let mut plain = server.connect().await;
    plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    plain.closed().await;
    connect(&server, made.der(), b"http/1.1").await;
    server.stop().await;
}
