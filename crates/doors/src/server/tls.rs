//! The certificate that connections are encrypted with, and the key that belongs to it.
//!
//! Both are read when serving begins: whatever is wrong with them is said then and not to the first customer.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, RootCertStore, ServerConfig};
use souk_kernel::ErrorCode;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::call::Problem;

/// How long a client may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);
const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Where the certificate (with those that lead to its authority, its own first) and its key lie, both as PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What is needed to serve with TLS.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    pub fn read(files: &TlsFiles) -> Result<Self, Problem> {
        let TlsFiles { certificate, key } = files;
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unreadable("certificate", certificate, &error))?;
        let Some(own) = chain.first() else {
            return Err(refused("certificate", certificate, "holds no certificate in PEM"));
        };
        check_time(own, &chain[1..], certificate)?;
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("key", key, &error))?;
        let versions = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| souk_ports::Error::internal("choosing versions of TLS", error))?;
        let config = versions.with_no_client_auth().with_single_cert(chain, private);
        let mut config = config.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                let belongs =
                    format!("is not the one that the certificate {} was made for", certificate.display());
                refused("key", key, &belongs)
            }
            rustls::Error::InvalidCertificate(_) => {
                refused("certificate", certificate, &format!("cannot be used: {error}"))
            }
            other => refused("key", key, &format!("cannot be used: {other}")),
        })?;
        config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(super) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        socket: S,
    ) -> std::io::Result<TlsStream<S>> {
        timeout(HANDSHAKE, self.0.accept(socket)).await?
    }
}

/// Whether the client chose HTTP/2.
pub(super) fn chose_http2<S>(stream: &TlsStream<S>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(HTTP2)
}

/// Nobody is trusted here, so what is looked for is what comes before the question of trust: the certificate's time.
fn check_time(own: &CertificateDer<'_>, others: &[CertificateDer<'_>], file: &Path) -> Result<(), Problem> {
    let parsed = ParsedCertificate::try_from(own)
        .map_err(|error| refused("certificate", file, &format!("cannot be read: {error}")))?;
    let nobody = RootCertStore::empty();
    let algorithms = ring::default_provider().signature_verification_algorithms.all;
    let (others, now) = (others.to_vec(), UnixTime::now());
    match verify_server_cert_signed_by_trust_anchor(&parsed, &nobody, &others, now, algorithms) {
        Err(rustls::Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        )) => Err(refused("certificate", file, "has expired")),
        Err(rustls::Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        )) => Err(refused("certificate", file, "is not valid yet")),
        _ => Ok(()),
    }
}

fn unreadable(what: &str, file: &Path, error: &rustls::pki_types::pem::Error) -> Problem {
    use rustls::pki_types::pem::Error;
    match error {
        Error::Io(error) => refused(what, file, &format!("cannot be read: {error}")),
        Error::NoItemsFound => refused(what, file, &format!("holds no {what} in PEM")),
        other => refused(what, file, &format!("is not valid PEM: {other}")),
    }
}

fn refused(what: &str, file: &Path, why: &str) -> Problem {
    let detail = format!("the file of the setting `server.tls.{what}`, {}, {why}", file.display());
    Problem::new(ErrorCode::InvalidInput, detail)
}
