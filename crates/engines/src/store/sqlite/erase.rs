//! Erasing what the store tells about a person.

use rusqlite::Connection;
use souk_kernel::UserId;

use crate::store::tables::ERASE;

pub(super) fn erase(connection: &Connection, person: UserId) -> rusqlite::Result<()> {
    for statement in ERASE {
        let sql = format!("{} {}", statement.what, statement.whose.replace("{}", "?1"));
        connection.prepare_cached(&sql)?.execute([person.as_bytes()])?;
    }
    Ok(())
}
