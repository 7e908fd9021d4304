//! What a role owns in tables of PostgreSQL, for moving it.
//!
//! The place's mark is a column of a table with one row, which every write of the role locks; so it holds for every
//! process. Values travel as texts and numbers, and what a column holds is asked of the database.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Object, Pool};
use futures_util::future::BoxFuture;
use serde_json::Value;
use souk_kernel::{Clock, SystemClock};
use souk_ports::moving::{Mark, Owned, Record, Room};
use souk_ports::{Error, Result};
use tokio::sync::OnceCell;
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use super::guard::Guard;
use super::postgres::{self, Server};
use super::postgres_registry::Database;
use crate::owned::{Table, table};

/// How long a page may take: one in the order of texts may have to go through a whole table.
const PATIENCE: Duration = Duration::from_secs(30);
const CONNECTIONS: usize = 2;

pub(crate) struct OwnedTables {
    pub(crate) what: &'static str,
    server: Server,
    laid: Laid,
    tables: &'static [Table],
    /// The table whose one row has the column `mark`.
    mark_in: &'static str,
    pool: Pool,
    guard: Guard,
    is_laid: OnceCell<()>,
}

/// Who lays the tables before they are looked at.
pub(crate) enum Laid {
    Steps(&'static Steps),
    By(Arc<Database>),
}

/// Tables with constraints that do not take every order in which a move may fill them.
pub(crate) struct Steps {
    /// [`Server::migrate`].
    pub(crate) lay: for<'a> fn(&'a Server, &'a mut Object) -> BoxFuture<'a, Result<()>>,
    /// Run when a move claims the tables.
    pub(crate) begin_arriving: &'static str,
    /// Run when it opens them; it fails where what has arrived is not whole.
    pub(crate) end_arriving: &'static str,
}

impl OwnedTables {
    /// It connects on first use.
    pub(crate) fn new(
        what: &'static str,
        server: &Server,
        laid: Laid,
        tables: &'static [Table],
        mark_in: &'static str,
    ) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            what,
            laid,
            tables,
            mark_in,
            pool: server.writers(CONNECTIONS, PATIENCE, &[])?,
            guard: Guard::new(format!("{what} on {}", server.place), PATIENCE),
            server: server.clone(),
            is_laid: OnceCell::new(),
        }))
    }

    async fn connection(&self) -> Result<Object> {
        let mut connection = postgres::connection(self.what, &self.pool).await?;
        match &self.laid {
            Laid::By(database) => {
                database.laid().await?;
            }
            Laid::Steps(steps) if !self.is_laid.initialized() => {
                (steps.lay)(&self.server, &mut connection).await?;
                // Whoever came at the same time has laid the same.
                let _ = self.is_laid.set(());
            }
            Laid::Steps(_) => {}
        }
        Ok(connection)
    }

    fn error(&self, error: tokio_postgres::Error) -> Error {
        match error.as_db_error().filter(|said| said.constraint().is_some()) {
            // What it says names a table and a constraint, and no value.
            Some(said) => {
                Error::invalid(format!("{} does not take what arrives: {}", self.what, said.message()))
            }
            None => postgres::error(self.what, error),
        }
    }

    /// What becomes of the tables together with the mark.
    fn script(&self, seen: &Mark, next: &Mark) -> &'static str {
        let is_arriving = |mark: &Mark| matches!(mark, Mark::Arriving { .. });
        match (&self.laid, is_arriving(seen), is_arriving(next)) {
            (Laid::Steps(steps), false, true) => steps.begin_arriving,
            (Laid::Steps(steps), true, false) => steps.end_arriving,
            _ => "",
        }
    }

    async fn text<C: GenericClient>(&self, client: &C, lock: &str) -> Result<String> {
        let sql = format!("SELECT mark FROM {} {lock}", self.mark_in);
        Ok(client.query_one(&sql, &[]).await.map_err(|error| self.error(error))?.get(0))
    }
}

#[async_trait]
impl Owned for OwnedTables {
    fn collections(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.name).collect()
    }

    async fn is_empty(&self) -> Result<bool> {
        let some: Vec<String> = self
            .tables
            .iter()
            .filter(|table| !table.is_head)
            .map(|table| match table.expires_at {
                Some(column) => {
                    format!(
                        "EXISTS (SELECT 1 FROM {} WHERE {column} > {})",
                        table.name,
                        SystemClock.now().ms()
                    )
                }
                None => format!("EXISTS (SELECT 1 FROM {})", table.name),
            })
            .collect();
        let sql = format!("SELECT NOT ({})", some.join(" OR "));
        self.guard
            .repeat(|| async {
                let row = self.connection().await?.query_one(&sql, &[]).await;
                Ok(row.map_err(|error| self.error(error))?.get(0))
            })
            .await
    }

    async fn count(&self, collection: &str) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM {}", table(self.tables, collection)?.name);
        self.guard
            .repeat(|| async {
                let row = self.connection().await?.query_one(&sql, &[]).await;
                Ok(row.map_err(|error| self.error(error))?.get::<_, i64>(0) as u64)
            })
            .await
    }

    async fn page(&self, collection: &str, after: Option<&str>, room: Room) -> Result<Vec<Record>> {
        let table = table(self.tables, collection)?;
        self.guard
            .repeat(|| async {
                let connection = self.connection().await?;
                let kinds = kinds(&**connection, table).await.map_err(|error| self.error(error))?;
                page(&**connection, table, &kinds, after, room, self.what).await
            })
            .await
    }

    async fn put(&self, by: Uuid, collection: &str, records: Vec<Record>) -> Result<()> {
        let table = table(self.tables, collection)?;
        if records.is_empty() {
            return Ok(());
        }
        self.guard
            .repeat(|| async {
                let mut connection = self.connection().await?;
                let transaction = connection.transaction().await.map_err(|error| self.error(error))?;
                let mark = Mark::of_text(&self.text(&*transaction, "FOR UPDATE").await?)?;
                mark.check_arriving(self.what, by)?;
                let kinds = kinds(&*transaction, table).await.map_err(|error| self.error(error))?;
                let (sql, columns) = insert(table, &kinds, &records)?;
                let parameters: Vec<&(dyn ToSql + Sync)> = columns.iter().map(Cells::parameter).collect();
                transaction.execute(&sql, &parameters).await.map_err(|error| self.error(error))?;
                transaction.commit().await.map_err(|error| self.error(error))
            })
            .await
    }

    async fn mark(&self) -> Result<Mark> {
        self.guard
            .repeat(|| async {
                let connection = self.connection().await?;
                Mark::of_text(&self.text(&**connection, "").await?)
            })
            .await
    }

    async fn set_mark(&self, seen: &Mark, next: &Mark) -> Result<()> {
        let script = self.script(seen, next);
        let (seen, next) = (seen.text(), next.text());
        let sql = format!("UPDATE {} SET mark = $2 WHERE mark = $1", self.mark_in);
        self.guard
            .repeat(|| async {
                let mut connection = self.connection().await?;
                let transaction = connection.transaction().await.map_err(|error| self.error(error))?;
                let changed =
                    transaction.execute(&sql, &[&seen, &next]).await.map_err(|error| self.error(error))?;
                if changed == 1 {
                    transaction.batch_execute(script).await.map_err(|error| self.error(error))?;
                    return transaction.commit().await.map_err(|error| self.error(error));
                }
                // A former try, whose answer was lost, may have set it.
                if self.text(&*transaction, "").await? == next {
                    return Ok(());
                }
                Err(Error::Conflict { what: format!("the mark of {}", self.what) })
            })
            .await
    }
}

/// How a column is told and kept. What stands for the column or for the value is `{}`.
struct Kind {
    told: &'static str,
    kept: &'static str,
    /// The array of what is told.
    array: &'static str,
    /// Texts are in the order of their bytes, whatever the database's own order is.
    order: &'static str,
}

impl Kind {
    fn of(sql_type: &str) -> Result<Self> {
        let kind = |told, kept, array, order| Ok(Self { told, kept, array, order });
        match sql_type {
            "bigint" => kind("{}", "{}", "bigint", ""),
            "integer" => kind("{}::bigint", "{}::integer", "bigint", ""),
            "smallint" => kind("{}::bigint", "{}::smallint", "bigint", ""),
            "boolean" => kind("{}::integer::bigint", "({} <> 0)", "bigint", ""),
            "timestamp with time zone" => kind(
                "(extract(epoch FROM {}) * 1000)::bigint",
                "(timestamptz 'epoch' + {} * interval '1 millisecond')",
                "bigint",
                "",
            ),
            "double precision" => kind("{}", "{}", "double precision", ""),
            "text" => kind("{}", "{}", "text", " COLLATE \"C\""),
            "json" => kind("{}::text", "{}::json", "text", ""),
            "uuid" => kind("replace({}::text, '-', '')", "{}::uuid", "text", ""),
            "bytea" => kind("encode({}, 'hex')", "decode({}, 'hex')", "text", ""),
            other => Err(Error::internal(
                "moving a table of PostgreSQL",
                format!("no record holds what is of type {other}"),
            )),
        }
    }

    fn told(&self, column: &str) -> String {
        self.told.replace("{}", &format!("\"{column}\""))
    }

    fn kept(&self, value: &str) -> String {
        self.kept.replace("{}", value)
    }
}

type Kinds = HashMap<String, String>;

/// The type of each column.
async fn kinds<C: GenericClient>(client: &C, table: &Table) -> Result<Kinds, tokio_postgres::Error> {
    let sql = "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute \
               WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped";
    let rows = client.query(sql, &[&table.name]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

fn kind(kinds: &Kinds, column: &str) -> Result<Kind> {
    Kind::of(kinds.get(column).map_or("nothing", String::as_str))
}

async fn page<C: GenericClient>(
    client: &C,
    table: &Table,
    types: &Kinds,
    after: Option<&str>,
    room: Room,
    what: &str,
) -> Result<Vec<Record>> {
    let mut told = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        told.push(match column.computed {
            Some(sql) => sql.to_owned(),
            None => kind(types, column.name)?.told(column.name),
        });
    }
    let (mut order, mut begin) = (Vec::new(), Vec::new());
    for (at, key) in table.keys().enumerate() {
        let kind = kind(types, key)?;
        order.push(format!("\"{key}\"{}", kind.order));
        begin.push(kind.kept(&format!("${}::{}", at + 1, kind.array)));
    }
    let wanted = match after {
        Some(_) => format!("WHERE ({}) > ({})", order.join(", "), begin.join(", ")),
        None => String::new(),
    };
    let sql = format!(
        "SELECT {} FROM {} {wanted} ORDER BY {} LIMIT {}",
        told.join(", "),
        table.name,
        order.join(", "),
        room.records
    );
    let mut values = Vec::new();
    if let Some(after) = after {
        for (key, cell) in table.keys().zip(table.key_cells(after)?) {
            let mut one = Cells::of(kind(types, key)?.array);
            one.push(&cell)?;
            values.push(one);
        }
    }
    let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().filter_map(Cells::first).collect();
    let rows = client.query(&sql, &parameters).await.map_err(|error| postgres::error(what, error))?;
    let (mut records, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let cells = (0..table.columns.len()).map(|at| cell(&row, at)).collect::<Result<_, _>>();
        let record = table.record(cells.map_err(|error| postgres::error(what, error))?)?;
        bytes += record.size_bytes();
        records.push(record);
        if bytes >= room.bytes {
            break;
        }
    }
    Ok(records)
}

fn cell(row: &Row, at: usize) -> Result<Value, tokio_postgres::Error> {
    Ok(match row.columns()[at].type_().name() {
        "int8" => row.try_get::<_, Option<i64>>(at)?.into(),
        "float8" => row.try_get::<_, Option<f64>>(at)?.into(),
        _ => row.try_get::<_, Option<String>>(at)?.into(),
    })
}

fn insert(table: &Table, types: &Kinds, records: &[Record]) -> Result<(String, Vec<Cells>)> {
    let (mut names, mut kept, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    for column in table.written() {
        let kind = kind(types, column.name)?;
        columns.push(Cells::of(kind.array));
        kept.push(kind.kept(&format!("v{}", columns.len())));
        names.push(format!("\"{}\"", column.name));
    }
    for record in records {
        let cells = table.cells(record)?;
        let written = table.columns.iter().zip(&cells).filter(|(column, _)| column.computed.is_none());
        for (column, (_, cell)) in columns.iter_mut().zip(written) {
            column.push(cell)?;
        }
    }
    let number = |prefix: &str, suffix: &dyn Fn(&Cells) -> String| -> String {
        let all = columns.iter().enumerate();
        all.map(|(at, column)| format!("{prefix}{}{}", at + 1, suffix(column))).collect::<Vec<_>>().join(", ")
    };
    let changes: Vec<String> =
        names[table.key..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let keys = names[..table.key].to_vec();
    let beside = match table.ids_beside {
        Some((column, beside)) => format!(
            ", beside AS (INSERT INTO {beside} ({column}) SELECT \"{column}\" FROM record ON CONFLICT DO NOTHING)"
        ),
        None => String::new(),
    };
    let names = names.join(", ");
    let sql = format!(
        "WITH record ({names}) AS (SELECT {} FROM unnest({}) AS told ({})){beside} \
         INSERT INTO {} ({names}) SELECT * FROM record ON CONFLICT ({}) DO UPDATE SET {}",
        kept.join(", "),
        number("$", &|column| format!("::{}[]", column.array())),
        number("v", &|_| String::new()),
        table.name,
        keys.join(", "),
        changes.join(", ")
    );
    Ok((sql, columns))
}

/// The values of one column as they are told.
enum Cells {
    Ints(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
}

impl Cells {
    fn of(array: &str) -> Self {
        match array {
            "bigint" => Self::Ints(Vec::new()),
            "double precision" => Self::Reals(Vec::new()),
            _ => Self::Texts(Vec::new()),
        }
    }

    fn array(&self) -> &'static str {
        match self {
            Self::Ints(_) => "bigint",
            Self::Reals(_) => "double precision",
            Self::Texts(_) => "text",
        }
    }

    fn push(&mut self, cell: &Value) -> Result<()> {
        let foreign = || Error::invalid(format!("a record holds `{cell}` where something else belongs"));
        match self {
            Self::Ints(all) if cell.is_null() => all.push(None),
            Self::Reals(all) if cell.is_null() => all.push(None),
            Self::Texts(all) if cell.is_null() => all.push(None),
            Self::Ints(all) => all.push(Some(cell.as_i64().ok_or_else(foreign)?)),
            Self::Reals(all) => all.push(Some(cell.as_f64().ok_or_else(foreign)?)),
            Self::Texts(all) => all.push(Some(cell.as_str().ok_or_else(foreign)?.to_owned())),
        }
        Ok(())
    }

    fn parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ints(all) => all,
            Self::Reals(all) => all,
            Self::Texts(all) => all,
        }
    }

    fn first(&self) -> Option<&(dyn ToSql + Sync)> {
        Some(match self {
            Self::Ints(all) => all.first()?,
            Self::Reals(all) => all.first()?,
            Self::Texts(all) => all.first()?,
        })
    }
}
