//! Calls to the bucket: bounded, repeated, and with errors of the port.

use std::time::Duration;

use bytes::Bytes;
use object_store::aws::AmazonS3;
use object_store::client::{ClientOptions, HttpConnector, HttpError, HttpRequest, ReqwestConnector};
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path;
use object_store::signer::{Method, Signer};
use object_store::{
    Attribute, Attributes, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload,
    UpdateVersion,
};
use souk_kernel::Position;
use souk_ports::objects::{Object, StoredObject};
use souk_ports::{Error, Result};
use tokio::sync::{OnceCell, Semaphore};

use crate::objects::content;
use crate::remote::guard::Guard;

const SIGNED_FOR: Duration = Duration::from_secs(60);

const ETAG: &str = "sha256";
const VERSION: &str = "version";
const DELETED: &str = "deleted";

pub(super) struct Bucket {
    /// For errors, without what is secret.
    what: String,
    store: AmazonS3,
    /// The same, as others reach it.
    links: AmazonS3,
    guard: Guard,
    /// One for each call that is on its way.
    turns: Semaphore,
    /// How the bucket is made on first use; `None`: it is there.
    client: Option<ClientOptions>,
    made: OnceCell<()>,
}

/// What is kept with the bytes, in the headers of the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    content_type: String,
    etag: String,
    /// The log position it was made at; 0 for what is owned.
    pub(super) version: Position,
    /// It keeps its version and has no bytes.
    pub(super) deleted: bool,
}

/// What a write expects to find.
pub(super) enum Expect {
    Anything,
    Nothing,
    /// The server's own tag of what was read.
    Tag(String),
}

impl Header {
    pub(super) fn of(object: &Object, version: Position) -> Self {
        let etag = content::etag(&object.bytes);
        Self { content_type: object.content_type.clone(), etag, version, deleted: false }
    }

    pub(super) fn deleted(version: Position) -> Self {
        Self {
            content_type: "application/octet-stream".to_owned(),
            etag: String::new(),
            version,
            deleted: true,
        }
    }

    pub(super) fn into_etag(self) -> String {
        self.etag
    }

    fn attributes(&self) -> Attributes {
        let own = |name: &'static str| Attribute::Metadata(name.into());
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, self.content_type.clone().into());
        attributes.insert(own(ETAG), self.etag.clone().into());
        attributes.insert(own(VERSION), self.version.to_string().into());
        if self.deleted {
            attributes.insert(own(DELETED), "true".into());
        }
        attributes
    }

    /// An object that was put there by hand has a content type at best.
    fn read(attributes: &Attributes) -> Self {
        let own = |name: &'static str| attributes.get(&Attribute::Metadata(name.into()));
        let content_type = attributes.get(&Attribute::ContentType);
        Self {
            content_type: content_type.map_or("application/octet-stream", |kind| kind.as_ref()).to_owned(),
            etag: own(ETAG).map(|etag| etag.as_ref().to_owned()).unwrap_or_default(),
            version: own(VERSION).and_then(|version| version.as_ref().parse().ok()).unwrap_or(0),
            deleted: own(DELETED).is_some(),
        }
    }
}

impl Bucket {
    /// With `client` the bucket is made on first use where it is missing.
    pub(super) fn new(
        what: String,
        store: AmazonS3,
        links: AmazonS3,
        guard: Guard,
        connections: usize,
        client: Option<ClientOptions>,
    ) -> Self {
        Self { what, store, links, guard, turns: Semaphore::new(connections), client, made: OnceCell::new() }
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<StoredObject>> {
        let Some((header, bytes, _)) = self.read(key, false).await?.filter(|(header, ..)| !header.deleted)
        else {
            return Ok(None);
        };
        let etag = if header.etag.is_empty() { content::etag(&bytes) } else { header.etag };
        Ok(Some(StoredObject { object: Object { bytes, content_type: header.content_type }, etag }))
    }

    /// Where whoever has the URL can fetch what is there.
    pub(super) async fn link(&self, key: &str, expires_in: Duration) -> Result<Option<String>> {
        if self.head(key).await?.is_none_or(|(header, _)| header.deleted) {
            return Ok(None);
        }
        let url = self.links.signed_url(Method::GET, &Path::from(key), expires_in).await;
        Ok(Some(url.map_err(|error| self.port_error(error))?.into()))
    }

    /// The header and the server's own tag.
    pub(super) async fn head(&self, key: &str) -> Result<Option<(Header, String)>> {
        Ok(self.read(key, true).await?.map(|(header, _, tag)| (header, tag)))
    }

    /// The bytes and the server's own tag.
    pub(super) async fn bytes(&self, key: &str) -> Result<Option<(Bytes, String)>> {
        Ok(self.read(key, false).await?.map(|(_, bytes, tag)| (bytes, tag)))
    }

    async fn read(&self, key: &str, head: bool) -> Result<Option<(Header, Bytes, String)>> {
        let path = Path::from(key);
        self.repeat(|| async {
            let found = match self.store.get_opts(&path, GetOptions { head, ..GetOptions::default() }).await {
                Err(error @ object_store::Error::NotFound { .. }) if !is_without_bucket(&error) => {
                    return Ok(None);
                }
                found => found?,
            };
            let tag = found.meta.e_tag.clone().unwrap_or_default();
            let header = Header::read(&found.attributes);
            let bytes = if head { Bytes::new() } else { found.bytes().await? };
            Ok(Some((header, bytes, tag)))
        })
        .await
    }

    /// False: it found something else than expected. After a try without an answer that may be this very write.
    pub(super) async fn put(
        &self,
        key: &str,
        header: &Header,
        bytes: &Bytes,
        expect: Expect,
    ) -> Result<bool> {
        let path = Path::from(key);
        let mode = match expect {
            Expect::Anything => PutMode::Overwrite,
            Expect::Nothing => PutMode::Create,
            Expect::Tag(tag) => PutMode::Update(UpdateVersion { e_tag: Some(tag), version: None }),
        };
        self.repeat(|| async {
            let options =
                PutOptions { mode: mode.clone(), attributes: header.attributes(), ..PutOptions::default() };
            match self.store.put_opts(&path, PutPayload::from_bytes(bytes.clone()), options).await {
                Ok(_) => Ok(true),
                Err(
                    object_store::Error::AlreadyExists { .. }
                    | object_store::Error::Precondition { .. }
                    | object_store::Error::NotModified { .. },
                ) => Ok(false),
                // What was to be replaced is gone.
                Err(error @ object_store::Error::NotFound { .. })
                    if matches!(mode, PutMode::Update(_)) && !is_without_bucket(&error) =>
                {
                    Ok(false)
                }
                Err(error) => Err(error),
            }
        })
        .await
    }

    pub(super) async fn delete(&self, key: &str) -> Result<()> {
        let path = Path::from(key);
        self.repeat(|| async {
            match self.store.delete(&path).await {
                Err(error @ object_store::Error::NotFound { .. }) if !is_without_bucket(&error) => Ok(()),
                result => result,
            }
        })
        .await
    }

    /// Up to `limit` keys that begin with `prefix`, after `after`, in order, with their sizes.
    pub(super) async fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, u64)>> {
        let (mut found, mut token) = (Vec::new(), None);
        while found.len() < limit {
            let page = self
                .repeat(|| {
                    // Whole pages: MinIO leaves keys out when it is asked for fewer after some key.
                    let options = PaginatedListOptions {
                        offset: after.map(str::to_owned),
                        page_token: token.clone(),
                        ..PaginatedListOptions::default()
                    };
                    self.store.list_paginated(Some(prefix), options)
                })
                .await?;
            found.extend(page.result.objects.into_iter().map(|meta| (meta.location.to_string(), meta.size)));
            token = page.page_token;
            if token.is_none() {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// The folders directly in `folder`, which ends with a slash, as whole keys without one.
    pub(super) async fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let page = self
                .repeat(|| {
                    let options = PaginatedListOptions {
                        delimiter: Some("/".into()),
                        page_token: token.clone(),
                        ..PaginatedListOptions::default()
                    };
                    self.store.list_paginated(Some(folder), options)
                })
                .await?;
            found.extend(page.result.common_prefixes.iter().map(Path::to_string));
            token = page.page_token;
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    async fn repeat<T, F>(&self, call: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = object_store::Result<T>>,
    {
        let call = &call;
        // Outside of the guard: having to wait for one's turn says nothing of the server.
        let _turn = match tokio::time::timeout(self.guard.timeout() / 2, self.turns.acquire()).await {
            Ok(turn) => turn.map_err(|error| Error::internal(&self.what, error))?,
            Err(_) => return Err(Error::Busy { what: self.what.clone() }),
        };
        self.guard
            .repeat(|| async move {
                self.made.get_or_try_init(|| self.make()).await?;
                call().await.map_err(|error| self.port_error(error))
            })
            .await
    }

    async fn make(&self) -> Result<()> {
        let Some(client) = &self.client else { return Ok(()) };
        let failed = |error| self.port_error(error);
        let url = self.store.signed_url(Method::PUT, &Path::default(), SIGNED_FOR).await.map_err(failed)?;
        let client = ReqwestConnector::default().connect(client).map_err(failed)?;
        let mut request = HttpRequest::new(Bytes::new().into());
        *request.method_mut() = Method::PUT;
        *request.uri_mut() = url.as_str().parse().map_err(|error| Error::internal(&self.what, error))?;
        let answer = client
            .execute(request)
            .await
            .map_err(|error| Error::Unavailable { what: self.what.clone(), source: Some(error.into()) })?;
        // 409: it is there.
        match answer.status() {
            status if status.is_success() || status.as_u16() == 409 => Ok(()),
            status => {
                Err(Error::internal(&self.what, format!("making the bucket was answered with {status}")))
            }
        }
    }

    fn port_error(&self, error: object_store::Error) -> Error {
        if is_away(&error) {
            return Error::Unavailable { what: self.what.clone(), source: Some(error.into()) };
        }
        Error::internal(&self.what, error)
    }
}

/// That there is no bucket is told as "not found" too, and must not pass for a missing object.
fn is_without_bucket(error: &object_store::Error) -> bool {
    error.to_string().contains("NoSuchBucket")
}

/// The driver shows the status of an answer in its text only.
fn is_away(error: &object_store::Error) -> bool {
    let object_store::Error::Generic { source, .. } = error else { return false };
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(source.as_ref());
    while let Some(error) = next {
        if error.is::<HttpError>() {
            return true;
        }
        let text = error.to_string();
        if let Some((_, rest)) = text.split_once("status code: ") {
            let status = rest.get(..3).and_then(|digits| digits.parse::<u16>().ok());
            return status.is_some_and(|status| status >= 500 || matches!(status, 408 | 429));
        }
        next = error.source();
    }
    false
}
