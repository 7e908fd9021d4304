-- Records of all kinds that features declare, and what they are found by. A record that was deleted leaves its key and
-- its version.

CREATE TABLE records (
    kind        TEXT    NOT NULL,
    id          BLOB    NOT NULL,
    form        INTEGER,            -- NULL, as is all that follows: it was deleted
    data        TEXT,               -- JSON
    personal    TEXT,               -- JSON; NULL when erased, or when there is nothing
    person      BLOB,
    row_version INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX records_by_person ON records (person) WHERE person IS NOT NULL;

CREATE TABLE record_index (
    kind        TEXT    NOT NULL,
    id          BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    sort        INTEGER NOT NULL,
    is_unique   INTEGER NOT NULL CHECK (is_unique IN (0, 1)),
    is_personal INTEGER NOT NULL CHECK (is_personal IN (0, 1)),
    PRIMARY KEY (kind, id, name, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_index_by_value ON record_index (kind, name, value, sort, id);
CREATE UNIQUE INDEX record_index_unique ON record_index (kind, name, value) WHERE is_unique;
