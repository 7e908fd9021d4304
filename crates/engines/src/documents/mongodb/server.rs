//! One database on the servers: connected to when it is first needed, called through the guard.

use std::future::Future;
use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};
use mongodb::options::{
    Acknowledgment, ClientOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use mongodb::{Client, Collection, Database};
use souk_ports::{Error, Result};
use tokio::sync::OnceCell;

use super::settings::Settings;
use crate::remote::guard::Guard;

const CONNECT: Duration = Duration::from_secs(2);
/// How long a call waits for a primary, as while another is elected.
const SELECT: Duration = Duration::from_secs(2);

const DUPLICATE_KEY: i32 = 11_000;
const NAMESPACE_NOT_FOUND: i32 = 26;
/// The server, or the one member that was asked, cannot answer now: it steps down, shuts down, was interrupted, or its
/// majority is away.
const AWAY: [i32; 24] = [
    6, 7, 24, 43, 46, 50, 64, 89, 91, 100, 112, 133, 134, 175, 189, 237, 262, 9001, 10058, 10107, 11600,
    11602, 13435, 13436,
];
/// A document or a batch is larger than the server takes.
const TOO_LARGE: [i32; 3] = [10334, 17419, 17420];

pub(super) struct Server {
    settings: Settings,
    what: String,
    guard: Guard,
    database: OnceCell<Database>,
}

impl Server {
    pub(super) fn new(settings: Settings) -> Self {
        let what = format!("documents on {}", settings.shown);
        let guard = Guard::new(&what, settings.timeout);
        Self { settings, what, guard, database: OnceCell::new() }
    }

    pub(super) fn shown(&self) -> &str {
        &self.settings.shown
    }

    /// A call that may be made again: a read, or a write that has the same effect twice.
    pub(super) async fn repeat<T, F>(&self, call: impl Fn(Database) -> F + Sync) -> Result<T>
    where
        F: Future<Output = Result<T, DriverError>> + Send,
    {
        self.guard.repeat(|| self.call(&call)).await
    }

    /// A read that others can answer, if not this server soon.
    pub(super) async fn read<T, F>(&self, call: impl Fn(Database) -> F + Sync) -> Result<T>
    where
        F: Future<Output = Result<T, DriverError>> + Send,
    {
        self.guard.read(|| self.call(&call)).await
    }

    /// A call that is made once.
    pub(super) async fn once<T, F>(&self, call: impl Fn(Database) -> F + Sync) -> Result<T>
    where
        F: Future<Output = Result<T, DriverError>> + Send,
    {
        self.guard.once(self.call(&call)).await
    }

    async fn call<T, F>(&self, call: &(impl Fn(Database) -> F + Sync)) -> Result<T>
    where
        F: Future<Output = Result<T, DriverError>> + Send,
    {
        let connected = async { call(self.database().await?).await };
        connected.await.map_err(|error| self.failed(error))
    }

    /// For a server's own names in the URL (`mongodb+srv`) they are looked up here.
    async fn database(&self) -> Result<Database, DriverError> {
        let connect = async || {
            let mut options = ClientOptions::parse(self.settings.connection.clone()).await?;
            options.connect_timeout = Some(CONNECT);
            options.server_selection_timeout = Some(SELECT);
            options.max_pool_size = Some(self.settings.pool);
            options.app_name.get_or_insert_with(|| "souk".to_owned());
            // What was answered as done survives the loss of any minority of the servers, and what was read will not
            // be taken back. Only the primary answers: a replica may not know yet which generation is live.
            let mut durable = WriteConcern::from(Acknowledgment::Majority);
            durable.w_timeout = Some(self.settings.timeout);
            options.write_concern = Some(durable);
            options.read_concern = Some(ReadConcern::majority());
            options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
            Ok(Client::with_options(options)?.database(&self.settings.database))
        };
        self.database.get_or_try_init(connect).await.cloned()
    }

    /// What a command that is spelled out has to carry, because the driver adds it only to its own.
    pub(super) fn durably(&self) -> Document {
        doc! { "w": "majority", "wtimeout": self.settings.timeout.as_millis() as i64 }
    }

    fn failed(&self, error: DriverError) -> Error {
        let away = match error.kind.as_ref() {
            ErrorKind::Io(_)
            | ErrorKind::ServerSelection { .. }
            | ErrorKind::ConnectionPoolCleared { .. }
            | ErrorKind::DnsResolve { .. }
            | ErrorKind::Write(WriteFailure::WriteConcernError(_)) => true,
            _ => code(&error).is_some_and(|code| AWAY.contains(&code)),
        };
        if away {
            return Error::Unavailable { what: self.what.clone(), source: Some(error.into()) };
        }
        if code(&error).is_some_and(|code| TOO_LARGE.contains(&code)) {
            return Error::invalid("a document is larger than the 16 MiB that MongoDB takes");
        }
        Error::internal(self.what.clone(), error)
    }

    /// An error that a reply carries for one of its parts.
    pub(super) fn refused(&self, reply: &Document) -> Error {
        let code = reply.get_i32("code").unwrap_or_default();
        let message = reply.get_str("errmsg").unwrap_or("no reason given");
        if TOO_LARGE.contains(&code) {
            return Error::invalid("a document is larger than the 16 MiB that MongoDB takes");
        }
        let source = format!("{message} (code {code})");
        if AWAY.contains(&code) {
            return Error::Unavailable { what: self.what.clone(), source: Some(source.into()) };
        }
        Error::internal(self.what.clone(), source)
    }
}

pub(super) fn is_duplicate(error: &DriverError) -> bool {
    code(error) == Some(DUPLICATE_KEY)
}

/// The same of a write in a batch.
pub(super) fn is_duplicate_in(reply: &Document) -> bool {
    reply.get_i32("code").is_ok_and(|code| code == DUPLICATE_KEY)
}

pub(super) fn is_gone(error: &DriverError) -> bool {
    code(error) == Some(NAMESPACE_NOT_FOUND)
}

fn code(error: &DriverError) -> Option<i32> {
    match error.kind.as_ref() {
        ErrorKind::Command(error) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(error.code),
        _ => None,
    }
}

pub(super) fn collection(database: &Database, name: &str) -> Collection<Document> {
    database.collection(name)
}
