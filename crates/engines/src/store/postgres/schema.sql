-- The relational core. Money is minor units, moments are milliseconds since 1970 (UTC). What is JSON is kept as it was
-- written: `json`, not `jsonb`. Every table of rows counts in row_version how often a commit wrote the row.

CREATE TABLE log (
    one         bigint  PRIMARY KEY CHECK (one = 1),
    id          uuid    NOT NULL,
    epoch       bigint  NOT NULL,
    position    bigint  NOT NULL,   -- of the last event
    order_number bigint  NOT NULL   -- of the last order
);

CREATE TABLE commits (
    id          uuid    PRIMARY KEY,
    position    bigint  NOT NULL,   -- of the commit's last event
    events      bigint  NOT NULL,   -- how many there are, up to that position
    number      bigint
);

CREATE TABLE events (
    position    bigint  PRIMARY KEY,
    stream_kind bigint  NOT NULL,
    stream_id   uuid    NOT NULL,
    version     bigint  NOT NULL,
    commit_id   uuid    NOT NULL,
    kind        text    NOT NULL,
    schema      bigint  NOT NULL,
    data        json    NOT NULL,
    occurred_at bigint  NOT NULL,
    recorded_at bigint  NOT NULL,
    actor       json    NOT NULL,
    reason      text
);
CREATE UNIQUE INDEX events_by_stream ON events (stream_kind, stream_id, version);

-- The parts of events that tell about a person, apart from the log, so that they can be erased.
CREATE TABLE event_personal (
    position    bigint  PRIMARY KEY,
    person      uuid    NOT NULL,
    data        json    NOT NULL
);
CREATE INDEX event_personal_by_person ON event_personal (person);

CREATE TABLE idempotency (
    scope        text    NOT NULL,
    key          text    NOT NULL,
    request_hash bytea   NOT NULL,
    answer       text    NOT NULL,
    position     bigint  NOT NULL,
    number       bigint,
    expires_at   bigint  NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);

CREATE TABLE stock (
    variant_id  uuid    PRIMARY KEY,
    quantity    bigint  NOT NULL CHECK (quantity >= 0),
    version     bigint  NOT NULL
);

CREATE TABLE holds (
    id          uuid    PRIMARY KEY,
    variant_id  uuid    NOT NULL,
    quantity    bigint  NOT NULL CHECK (quantity > 0),
    until       bigint  NOT NULL
);
CREATE INDEX holds_by_until ON holds (until);

CREATE TABLE uniques (
    space       text    NOT NULL,
    value       text    NOT NULL,
    owner       uuid    NOT NULL,
    PRIMARY KEY (space, value)
);

CREATE TABLE counters (
    name        text    PRIMARY KEY,
    value       bigint  NOT NULL
);

-- The last order taken out of each cart.
CREATE TABLE spends (
    cart_id     uuid    PRIMARY KEY,
    order_id    uuid    NOT NULL
);

CREATE TABLE users (
    id          uuid    PRIMARY KEY,
    external_id text,
    joined_at   bigint  NOT NULL,
    row_version bigint  NOT NULL
);

CREATE TABLE persons (
    user_id     uuid    PRIMARY KEY,
    name        text    NOT NULL,
    email       text    NOT NULL,
    phone       text,
    address     json,
    row_version bigint  NOT NULL
);

CREATE TABLE sellers (
    id          uuid    PRIMARY KEY,
    external_id text,
    user_id     uuid,
    name        text    NOT NULL,
    rating      double precision,
    city        text,
    country     text,
    founded     bigint,
    description text    NOT NULL,
    row_version bigint  NOT NULL
);

CREATE TABLE categories (
    id          uuid    PRIMARY KEY,
    external_id text,
    name        text    NOT NULL,
    description text    NOT NULL,
    parent      uuid,
    image       text,
    row_version bigint  NOT NULL
);
CREATE INDEX categories_by_name ON categories (lower(name));

CREATE TABLE products (
    id          uuid    PRIMARY KEY,
    external_id text,
    name        text    NOT NULL,
    description text    NOT NULL,
    price       bigint,            -- NULL: on request
    category_id uuid    NOT NULL,
    seller_id   uuid,
    brand       text,
    tags        json    NOT NULL,
    materials   json    NOT NULL,
    care        text,
    rating      double precision,
    num_reviews bigint  NOT NULL,
    images      json    NOT NULL,
    is_active   boolean NOT NULL,
    created_at  bigint  NOT NULL,
    row_version bigint  NOT NULL
);
CREATE INDEX products_active ON products (created_at DESC, id) WHERE is_active;
CREATE INDEX products_active_by_category ON products (category_id, created_at DESC, id) WHERE is_active;
CREATE INDEX products_by_category ON products (category_id, id);
CREATE INDEX products_by_seller ON products (seller_id, id);

CREATE TABLE variants (
    id          uuid    PRIMARY KEY,
    product_id  uuid    NOT NULL,
    sku         text    NOT NULL,
    size        text,
    color       text,
    price_adjustment bigint  NOT NULL,
    rank        bigint  NOT NULL,
    loaded_stock bigint,
    row_version bigint  NOT NULL
);
CREATE INDEX variants_by_product ON variants (product_id, rank);

CREATE TABLE orders (
    id          uuid    PRIMARY KEY,
    number      bigint  NOT NULL,
    user_id     uuid    NOT NULL,
    status      text    NOT NULL,
    total       bigint  NOT NULL,
    payment_method_id text,
    payment_id  text,
    tracking_number text,
    shipping_address json,          -- NULL when erased
    placed_at   bigint  NOT NULL,
    row_version bigint  NOT NULL
);
CREATE UNIQUE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_user ON orders (user_id, number);

CREATE TABLE order_items (
    order_id    uuid    NOT NULL,
    line        bigint  NOT NULL,
    product_id  uuid    NOT NULL,
    variant_id  uuid    NOT NULL,
    name        text    NOT NULL,
    quantity    bigint  NOT NULL CHECK (quantity > 0),
    price       bigint  NOT NULL,
    snapshot    text    NOT NULL,   -- JSON: the product as it was
    row_version bigint  NOT NULL,
    PRIMARY KEY (order_id, line)
);

CREATE TABLE loads (
    source      text    PRIMARY KEY,
    digest      text    NOT NULL,
    started_at  bigint  NOT NULL,
    finished_at bigint,
    row_version bigint  NOT NULL
);


CREATE TABLE reviews (
    id          uuid    PRIMARY KEY,
    product_id  uuid    NOT NULL,
    user_id     uuid    NOT NULL,
    rating      bigint  NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title       text    NOT NULL,
    content     text    NOT NULL,
    images      json    NOT NULL,
    created_at  bigint  NOT NULL,
    row_version bigint  NOT NULL
);
CREATE INDEX reviews_by_product ON reviews (product_id, created_at DESC, id);
-- The stars of a product are counted in this one alone.
CREATE INDEX reviews_by_rating ON reviews (product_id, rating, created_at DESC, id);
CREATE INDEX reviews_by_user ON reviews (user_id, created_at DESC, id);

CREATE TABLE comments (
    id          uuid    PRIMARY KEY,
    review_id   uuid    NOT NULL,
    user_id     uuid    NOT NULL,
    parent      uuid,
    depth       bigint  NOT NULL CHECK (depth > 0),
    content     text    NOT NULL,
    created_at  bigint  NOT NULL,
    row_version bigint  NOT NULL
);
CREATE INDEX comments_by_review ON comments (review_id, created_at, id);

CREATE TABLE specifications (
    product_id  uuid    PRIMARY KEY,
    entries     json    NOT NULL,
    row_version bigint  NOT NULL
);

CREATE TABLE seller_profiles (
    seller_id   uuid    PRIMARY KEY,
    story       text    NOT NULL,
    techniques  json    NOT NULL,
    portfolio   json    NOT NULL,
    row_version bigint  NOT NULL
);

CREATE TABLE customer_profiles (
    user_id     uuid    PRIMARY KEY,
    about       text,
    interests   json    NOT NULL,
    sizes       json    NOT NULL,
    newsletter  boolean NOT NULL,
    row_version bigint  NOT NULL
);

INSERT INTO log VALUES (1, gen_random_uuid(), 1, 0, 0);
-- Its one row is written by every group of commits: room in the page keeps the versions of the row together.
ALTER TABLE log SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE stock SET (fillfactor = 70);
ALTER TABLE orders SET (fillfactor = 80);
