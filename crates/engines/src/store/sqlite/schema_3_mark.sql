-- Whether the store takes writes, or is being moved; empty: it does.

CREATE TABLE mark (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    text TEXT    NOT NULL
) STRICT;
INSERT INTO mark VALUES (1, '');
