-- Whether embeddings may be kept, or are being moved; empty: they may.

CREATE TABLE embeddings_mark (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    mark text    NOT NULL DEFAULT ''
);
INSERT INTO embeddings_mark DEFAULT VALUES;
