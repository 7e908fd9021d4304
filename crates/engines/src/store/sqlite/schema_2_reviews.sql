-- Reviews with their comments, and what is told of products, workshops and customers.

CREATE TABLE reviews (
    id          BLOB    PRIMARY KEY,
    product_id  BLOB    NOT NULL,
    user_id     BLOB    NOT NULL,
    rating      INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title       TEXT    NOT NULL,
    content     TEXT    NOT NULL,
    images      TEXT    NOT NULL,   -- JSON
    created_at  INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT;
CREATE INDEX reviews_by_product ON reviews (product_id, created_at DESC, id);
-- The stars of a product are counted in this one alone.
CREATE INDEX reviews_by_rating ON reviews (product_id, rating, created_at DESC, id);
CREATE INDEX reviews_by_user ON reviews (user_id, created_at DESC, id);

CREATE TABLE comments (
    id          BLOB    PRIMARY KEY,
    review_id   BLOB    NOT NULL,
    user_id     BLOB    NOT NULL,
    parent      BLOB,
    depth       INTEGER NOT NULL CHECK (depth > 0),
    content     TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT;
CREATE INDEX comments_by_review ON comments (review_id, created_at, id);

CREATE TABLE specifications (
    product_id  BLOB    PRIMARY KEY,
    entries     TEXT    NOT NULL,   -- JSON
    row_version INTEGER NOT NULL
) STRICT;

CREATE TABLE seller_profiles (
    seller_id   BLOB    PRIMARY KEY,
    story       TEXT    NOT NULL,
    techniques  TEXT    NOT NULL,   -- JSON
    portfolio   TEXT    NOT NULL,   -- JSON
    row_version INTEGER NOT NULL
) STRICT;

CREATE TABLE customer_profiles (
    user_id     BLOB    PRIMARY KEY,
    about       TEXT,
    interests   TEXT    NOT NULL,   -- JSON
    sizes       TEXT    NOT NULL,   -- JSON
    newsletter  INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT;
