//! The embeddings, for moving them. As elsewhere they are bytes: 32-bit floats, little-endian.

use std::sync::LazyLock;

use souk_ports::moving::{Record, Room};

use super::*;
use crate::owned::{Table, hex, table, unhex};
use crate::remote::postgres_owned::{Laid, OwnedTables};

pub(super) const MARK: &str = "embeddings_mark";
static TABLES: LazyLock<Vec<Table>> =
    LazyLock::new(|| vec![Table::new("embeddings", 1, &["hash", "vector"])]);

pub(super) struct OwnedEmbeddings {
    database: Arc<Database>,
    /// All but what is in the records.
    tables: Arc<OwnedTables>,
}

impl OwnedEmbeddings {
    pub(super) fn new(database: Arc<Database>) -> Result<Self> {
        let tables = OwnedTables::new(WHAT, &database.server, Laid::By(database.clone()), &TABLES, MARK)?;
        Ok(Self { database, tables })
    }
}

#[async_trait]
impl Owned for OwnedEmbeddings {
    fn collections(&self) -> Vec<&'static str> {
        self.tables.collections()
    }

    async fn is_empty(&self) -> Result<bool> {
        self.tables.is_empty().await
    }

    async fn count(&self, collection: &str) -> Result<u64> {
        self.tables.count(collection).await
    }

    async fn page(&self, collection: &str, after: Option<&str>, room: Room) -> Result<Vec<Record>> {
        let table = table(&TABLES, collection)?;
        let after = match after {
            None => Vec::new(),
            Some(after) => unhex(table.key_cells(after)?[0].as_str().unwrap_or_default())?,
        };
        self.database.laid().await?;
        let sql = format!(
            "SELECT hash, vector FROM {}.embeddings WHERE hash > $1 ORDER BY hash LIMIT $2",
            self.database.server.schema
        );
        let rows = self.database.rows(&sql, &[&after, &(room.records as i64)]).await?;
        let (mut records, mut bytes) = (Vec::new(), 0);
        for row in rows {
            let numbers: Numbers = row.get(1);
            let vector: Vec<u8> = numbers.0.iter().flat_map(|number| number.to_le_bytes()).collect();
            let record = table.record(vec![hex(row.get(0)).into(), hex(&vector).into()])?;
            bytes += record.size_bytes();
            records.push(record);
            if bytes >= room.bytes {
                break;
            }
        }
        Ok(records)
    }

    async fn put(&self, by: Uuid, collection: &str, records: Vec<Record>) -> Result<()> {
        let table = table(&TABLES, collection)?;
        let (mut hashes, mut vectors) = (Vec::new(), Vec::new());
        for record in &records {
            let cells = table.cells(record)?;
            let bytes = |at: usize| unhex(cells[at].as_str().unwrap_or_default());
            hashes.push(bytes(0)?);
            let vector = bytes(1)?;
            let (words, _) = vector.as_chunks::<4>();
            vectors.push(Numbers(words.iter().map(|word| f32::from_le_bytes(*word)).collect()));
        }
        let hashes: Vec<&[u8]> = hashes.iter().map(Vec::as_slice).collect();
        let may = |mark: &Mark| mark.check_arriving(WHAT, by);
        self.database.writing.repeat(|| write::keep(&self.database, &hashes, &vectors, &may)).await
    }

    async fn mark(&self) -> Result<Mark> {
        self.tables.mark().await
    }

    async fn set_mark(&self, seen: &Mark, next: &Mark) -> Result<()> {
        self.tables.set_mark(seen, next).await
    }
}
