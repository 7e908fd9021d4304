//! The databases of stores, written without souk.

use std::path::Path;

use souk_ports::contract::store::Raw;

/// The database of the store at this URL; its tables are there once the store has been used.
pub(crate) fn of(url: &str, data_dir: &Path) -> Raw {
    match url.split_once("://") {
        Some(("sqlite", file)) => sqlite(data_dir.join(file)),
        #[cfg(feature = "postgres")]
        Some(("postgres", _)) => postgres(url),
        _ => panic!("nobody knows how to write {url}"),
    }
}

fn sqlite(file: std::path::PathBuf) -> Raw {
    let run = move |sql: String| {
        let connection = rusqlite::Connection::open(&file).unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        let done = connection.execute_batch(&sql).map_err(|error| error.to_string());
        Box::pin(async { done }) as _
    };
    Raw { run: Box::new(run), id: |id| format!("x'{}'", id.simple()) }
}

#[cfg(feature = "postgres")]
fn postgres(url: &str) -> Raw {
    let (address, query) = url.split_once('?').expect("a schema of its own");
    let schema = query.split('&').find_map(|pair| pair.strip_prefix("schema=")).expect("its name");
    let (address, schema) = (address.to_owned(), schema.to_owned());
    let run = move |sql: String| {
        let (address, sql) = (address.clone(), format!("SET search_path = {schema}; {sql}"));
        let running = async move {
            let (client, connection) =
                tokio_postgres::connect(&address, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            let done = client.batch_execute(&sql).await;
            done.map_err(|error| error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string))
        };
        Box::pin(running) as _
    };
    Raw { run: Box::new(run), id: |id| format!("'{id}'") }
}
