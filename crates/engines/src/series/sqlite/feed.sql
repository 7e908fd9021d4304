-- The activity feed. Ids are 16-byte blobs, moments are milliseconds since 1970 (UTC).

CREATE TABLE feed (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    id       BLOB    NOT NULL,
    epoch    INTEGER NOT NULL,
    position INTEGER NOT NULL    -- of the last activity
) STRICT;

CREATE TABLE activities (
    position    INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    visitor     BLOB    NOT NULL,
    product     BLOB    NOT NULL,
    session     TEXT,
    metadata    TEXT
) STRICT;
CREATE INDEX activities_by_visitor ON activities (visitor, kind, at);
