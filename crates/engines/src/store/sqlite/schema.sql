-- The relational core. Ids are 16-byte blobs, money is minor units, moments are milliseconds since 1970 (UTC).
-- Every table of rows counts in row_version how often a commit wrote the row.

CREATE TABLE log (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    id          BLOB    NOT NULL,
    epoch       INTEGER NOT NULL,
    position    INTEGER NOT NULL,   -- of the last event
    order_number INTEGER NOT NULL   -- of the last order
) STRICT;

CREATE TABLE commits (
    id          BLOB    PRIMARY KEY,
    position    INTEGER NOT NULL,   -- of the commit's last event
    number      INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    position    INTEGER PRIMARY KEY,
    stream_kind INTEGER NOT NULL,
    stream_id   BLOB    NOT NULL,
    version     INTEGER NOT NULL,
    commit_id   BLOB    NOT NULL,
    kind        TEXT    NOT NULL,
    schema      INTEGER NOT NULL,
    data        TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    reason      TEXT
) STRICT;
CREATE UNIQUE INDEX events_by_stream ON events (stream_kind, stream_id, version);

-- The parts of events that tell about a person, apart from the log, so that they can be erased.
CREATE TABLE event_personal (
    position    INTEGER PRIMARY KEY,
    person      BLOB    NOT NULL,
    data        TEXT    NOT NULL
) STRICT;
CREATE INDEX event_personal_by_person ON event_personal (person);

CREATE TABLE idempotency (
    scope        TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request_hash BLOB    NOT NULL,
    answer       TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    number       INTEGER,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);

CREATE TABLE stock (
    variant_id  BLOB    PRIMARY KEY,
    quantity    INTEGER NOT NULL CHECK (quantity >= 0),
    version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE holds (
    id          BLOB    PRIMARY KEY,
    variant_id  BLOB    NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    until       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_by_until ON holds (until);

CREATE TABLE uniques (
    space       TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    owner       BLOB    NOT NULL,
    PRIMARY KEY (space, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name        TEXT    PRIMARY KEY,
    value       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last order taken out of each cart.
CREATE TABLE spends (
    cart_id     BLOB    PRIMARY KEY,
    order_id    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id          BLOB    PRIMARY KEY,
    external_id TEXT,
    joined_at   INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
    user_id     BLOB    PRIMARY KEY,
    name        TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    phone       TEXT,
    address     TEXT,               -- JSON
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sellers (
    id          BLOB    PRIMARY KEY,
    external_id TEXT,
    user_id     BLOB,
    name        TEXT    NOT NULL,
    rating      REAL,
    city        TEXT,
    country     TEXT,
    founded     INTEGER,
    description TEXT    NOT NULL,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE categories (
    id          BLOB    PRIMARY KEY,
    external_id TEXT,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    parent      BLOB,
    image       TEXT,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX categories_by_name ON categories (name COLLATE NOCASE);

CREATE TABLE products (
    id          BLOB    PRIMARY KEY,
    external_id TEXT,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    price       INTEGER,            -- NULL: on request
    category_id BLOB    NOT NULL,
    seller_id   BLOB,
    brand       TEXT,
    tags        TEXT    NOT NULL,   -- JSON
    materials   TEXT    NOT NULL,   -- JSON
    care        TEXT,
    rating      REAL,
    num_reviews INTEGER NOT NULL,
    images      TEXT    NOT NULL,   -- JSON
    is_active   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT;
CREATE INDEX products_active ON products (created_at DESC, id) WHERE is_active;
CREATE INDEX products_active_by_category ON products (category_id, created_at DESC, id) WHERE is_active;
CREATE INDEX products_by_category ON products (category_id, id);
CREATE INDEX products_by_seller ON products (seller_id, id);

CREATE TABLE variants (
    id          BLOB    PRIMARY KEY,
    product_id  BLOB    NOT NULL,
    sku         TEXT    NOT NULL,
    size        TEXT,
    color       TEXT,
    price_adjustment INTEGER NOT NULL,
    rank        INTEGER NOT NULL,
    loaded_stock INTEGER,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX variants_by_product ON variants (product_id, rank);

CREATE TABLE orders (
    id          BLOB    PRIMARY KEY,
    number      INTEGER NOT NULL,
    user_id     BLOB    NOT NULL,
    status      TEXT    NOT NULL,
    total       INTEGER NOT NULL,
    payment_method_id TEXT,
    payment_id  TEXT,
    tracking_number TEXT,
    shipping_address TEXT,          -- JSON; NULL when erased
    placed_at   INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_user ON orders (user_id, number);

CREATE TABLE order_items (
    order_id    BLOB    NOT NULL,
    line        INTEGER NOT NULL,
    product_id  BLOB    NOT NULL,
    variant_id  BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    price       INTEGER NOT NULL,
    snapshot    TEXT    NOT NULL,   -- JSON: the product as it was
    row_version INTEGER NOT NULL,
    PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE loads (
    source      TEXT    PRIMARY KEY,
    digest      TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
