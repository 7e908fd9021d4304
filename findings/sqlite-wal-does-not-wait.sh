#!/usr/bin/env bash
# SQLite: changing to WAL does not wait for a lock, whatever the busy timeout says.
#
# apsw 3.54.1.0 (SQLite 3.54.1). One connection has a transaction open on a new file, as a process has that lays its tables. A second one
# with a busy timeout of 5 s changes the journal mode: it is told BUSY at once, while its next INSERT waits as it should.
# Met when several processes opened one new file at the same time. What helps: repeat the pragma (crates/engines/src/local/sqlite.rs).
source "$(dirname "$0")/common.sh"
needs python3
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install apsw==3.54.1.0
"$folder/venv/bin/python" - "$folder/new.db" > "$folder/said" <<'PYTHON'
import sys, threading, time
import apsw

path = sys.argv[1]
first, second = apsw.Connection(path), apsw.Connection(path)
first.execute("CREATE TABLE t (x)")
first.execute("BEGIN IMMEDIATE")
first.execute("INSERT INTO t VALUES (1)")
second.set_busy_timeout(5000)

def tried(statement):
    since = time.monotonic()
    try:
        second.execute(statement)
        said = "done"
    except apsw.BusyError:
        said = "BUSY"
    waited = time.monotonic() - since
    return f"{said} {'after a wait' if waited > 0.5 else 'at once'}"

print(apsw.sqlite_lib_version())
print(tried("PRAGMA journal_mode = WAL"))
threading.Timer(1.0, lambda: first.execute("COMMIT")).start()
print(tried("INSERT INTO t VALUES (2)"))
print(tried("PRAGMA journal_mode = WAL"))
PYTHON
mapfile -t said < "$folder/said"
is "the version of SQLite" "3.54.1" "${said[0]}"
is "WAL beside a transaction, with a busy timeout of 5 s" "BUSY at once" "${said[1]}"
is "INSERT beside a transaction that ends after 1 s" "done after a wait" "${said[2]}"
is "WAL when nobody is there" "done at once" "${said[3]}"
