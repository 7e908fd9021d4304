//! The file of the embedded store, read straight, as a crash left it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::process::Folder;

/// There is a store; a process may be killed before it has made one.
pub(crate) fn is_there(folder: &Folder) -> bool {
    folder.data().join("souk.db").exists()
        && open(folder).query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).unwrap() > 0
}

/// Nothing in it is damaged, and the counters say what was counted.
pub(crate) fn is_whole(folder: &Folder) {
    let store = open(folder);
    let integrity: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    let dangling: u64 =
        store.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(dangling, 0, "rows that name what is not there");
    let counted = "SELECT (SELECT count(*) FROM events) = position, (SELECT count(*) FROM orders) = order_number FROM log";
    let counted = store.query_row(counted, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(counted, (true, true), "events and orders are as many as were counted");
}

/// A load has begun and not come to its end.
pub(crate) fn load_is_unfinished(folder: &Folder) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM loads WHERE finished_at IS NULL)";
    open(folder).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// How many events there are of each kind.
pub(crate) fn events(folder: &Folder) -> BTreeMap<String, u64> {
    let store = open(folder);
    let mut statement = store.prepare("SELECT kind, count(*) FROM events GROUP BY kind").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

pub(crate) fn count_of_orders(folder: &Folder) -> u64 {
    open(folder).query_row("SELECT count(*) FROM orders", [], |row| row.get(0)).unwrap()
}

/// The numbers of all orders, by the idempotency keys that they were ordered with.
pub(crate) fn numbers_by_key(folder: &Folder) -> BTreeMap<String, u64> {
    let store = open(folder);
    let mut statement = store.prepare("SELECT key, number FROM idempotency").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let keys: Vec<(String, u64)> = rows.map(Result::unwrap).collect();
    let by_key: BTreeMap<String, u64> = keys.iter().cloned().collect();
    let numbers: BTreeSet<u64> = by_key.values().copied().collect();
    assert_eq!((by_key.len(), numbers.len()), (keys.len(), keys.len()), "one key, one order");
    by_key
}

/// As another process would: the file may be in use. What a crash left in the WAL stays there, for souk to find.
fn open(folder: &Folder) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let store = Connection::open_with_flags(folder.data().join("souk.db"), flags).unwrap();
    store.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    store
}
