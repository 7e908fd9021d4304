-- What rows owe each other is held by the database itself. SQLite cannot add a constraint to a table, so each table is made
-- anew and filled from the old one; foreign keys are off meanwhile, and what would break a constraint was looked for before.
-- A constraint is called by its table and column. Foreign keys are looked at when a transaction commits, so the order of
-- its writes does not matter.

CREATE UNIQUE INDEX users_external_id ON users (external_id);

CREATE TABLE new_persons (
    user_id     BLOB    PRIMARY KEY REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name        TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    phone       TEXT,
    address     TEXT,               -- JSON
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO new_persons (user_id, name, email, phone, address, row_version)
    SELECT user_id, name, email, phone, address, row_version FROM persons;
DROP TABLE persons;
ALTER TABLE new_persons RENAME TO persons;
-- As it is written; souk itself takes two that differ in capital letters alone for one.
CREATE UNIQUE INDEX persons_email ON persons (email);

CREATE TABLE new_sellers (
    id          BLOB    PRIMARY KEY,
    external_id TEXT,
    user_id     BLOB    REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name        TEXT    NOT NULL,
    rating      REAL    CONSTRAINT sellers_rating CHECK (rating BETWEEN 0 AND 5),
    city        TEXT,
    country     TEXT,
    founded     INTEGER,
    description TEXT    NOT NULL,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO new_sellers (id, external_id, user_id, name, rating, city, country, founded, description, row_version)
    SELECT id, external_id, user_id, name, rating, city, country, founded, description, row_version FROM sellers;
DROP TABLE sellers;
ALTER TABLE new_sellers RENAME TO sellers;
CREATE UNIQUE INDEX sellers_external_id ON sellers (external_id);
CREATE INDEX sellers_by_user ON sellers (user_id);

CREATE TABLE new_categories (
    id          BLOB    PRIMARY KEY,
    external_id TEXT,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    parent      BLOB    REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED
                        CONSTRAINT categories_not_in_itself CHECK (parent <> id),
    image       TEXT,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO new_categories (id, external_id, name, description, parent, image, row_version)
    SELECT id, external_id, name, description, parent, image, row_version FROM categories;
DROP TABLE categories;
ALTER TABLE new_categories RENAME TO categories;
CREATE UNIQUE INDEX categories_external_id ON categories (external_id);
CREATE INDEX categories_by_name ON categories (name COLLATE NOCASE);
CREATE INDEX categories_by_parent ON categories (parent);

CREATE TABLE new_products (
    id          BLOB    PRIMARY KEY,
    external_id TEXT,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    price       INTEGER CONSTRAINT products_price CHECK (price >= 0), -- NULL: on request
    category_id BLOB    NOT NULL REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED,
    seller_id   BLOB    REFERENCES sellers (id) DEFERRABLE INITIALLY DEFERRED,
    brand       TEXT,
    tags        TEXT    NOT NULL,   -- JSON
    materials   TEXT    NOT NULL,   -- JSON
    care        TEXT,
    rating      REAL    CONSTRAINT products_rating CHECK (rating BETWEEN 0 AND 5),
    num_reviews INTEGER NOT NULL CONSTRAINT products_num_reviews CHECK (num_reviews >= 0),
    images      TEXT    NOT NULL,   -- JSON
    is_active   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    details     TEXT    NOT NULL DEFAULT '{}', -- JSON
    row_version INTEGER NOT NULL
) STRICT;
INSERT INTO new_products (id, external_id, name, description, price, category_id, seller_id, brand, tags, materials, care,
        rating, num_reviews, images, is_active, created_at, details, row_version)
    SELECT id, external_id, name, description, price, category_id, seller_id, brand, tags, materials, care,
        rating, num_reviews, images, is_active, created_at, details, row_version FROM products;
DROP TABLE products;
ALTER TABLE new_products RENAME TO products;
CREATE UNIQUE INDEX products_external_id ON products (external_id);
CREATE INDEX products_active ON products (created_at DESC, id) WHERE is_active;
CREATE INDEX products_active_by_category ON products (category_id, created_at DESC, id) WHERE is_active;
CREATE INDEX products_by_category ON products (category_id, id);
CREATE INDEX products_by_seller ON products (seller_id, id);

CREATE TABLE new_variants (
    id          BLOB    PRIMARY KEY,
    product_id  BLOB    NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    sku         TEXT    NOT NULL,
    size        TEXT,
    color       TEXT,
    price_adjustment INTEGER NOT NULL,
    rank        INTEGER NOT NULL,
    loaded_stock INTEGER,
    details     TEXT    NOT NULL DEFAULT '{}', -- JSON
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO new_variants (id, product_id, sku, size, color, price_adjustment, rank, loaded_stock, details, row_version)
    SELECT id, product_id, sku, size, color, price_adjustment, rank, loaded_stock, details, row_version FROM variants;
DROP TABLE variants;
ALTER TABLE new_variants RENAME TO variants;
CREATE UNIQUE INDEX variants_sku ON variants (sku);
CREATE INDEX variants_by_product ON variants (product_id, rank);

CREATE TABLE new_orders (
    id          BLOB    PRIMARY KEY,
    number      INTEGER NOT NULL,
    user_id     BLOB    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    status      TEXT    NOT NULL CONSTRAINT orders_status
                        CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
    total       INTEGER NOT NULL CONSTRAINT orders_total CHECK (total >= 0),
    payment_method_id TEXT,
    payment_id  TEXT,
    tracking_number TEXT,
    shipping_address TEXT,          -- JSON; NULL when erased
    placed_at   INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO new_orders (id, number, user_id, status, total, payment_method_id, payment_id, tracking_number,
        shipping_address, placed_at, row_version)
    SELECT id, number, user_id, status, total, payment_method_id, payment_id, tracking_number,
        shipping_address, placed_at, row_version FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
CREATE UNIQUE INDEX orders_number ON orders (number);
CREATE INDEX orders_by_user ON orders (user_id, number);

CREATE TABLE new_order_items (
    order_id    BLOB    NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    line        INTEGER NOT NULL,
    product_id  BLOB    NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id  BLOB    NOT NULL REFERENCES variants (id) DEFERRABLE INITIALLY DEFERRED,
    name        TEXT    NOT NULL,
    quantity    INTEGER NOT NULL CONSTRAINT order_items_quantity CHECK (quantity > 0),
    price       INTEGER NOT NULL CONSTRAINT order_items_price CHECK (price >= 0),
    snapshot    TEXT    NOT NULL,   -- JSON: the product as it was
    row_version INTEGER NOT NULL,
    PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;
INSERT INTO new_order_items (order_id, line, product_id, variant_id, name, quantity, price, snapshot, row_version)
    SELECT order_id, line, product_id, variant_id, name, quantity, price, snapshot, row_version FROM order_items;
DROP TABLE order_items;
ALTER TABLE new_order_items RENAME TO order_items;

CREATE TABLE new_reviews (
    id          BLOB    PRIMARY KEY,
    product_id  BLOB    NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     BLOB    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    rating      INTEGER NOT NULL CONSTRAINT reviews_rating CHECK (rating BETWEEN 1 AND 5),
    title       TEXT    NOT NULL,
    content     TEXT    NOT NULL,
    images      TEXT    NOT NULL,   -- JSON
    created_at  INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT;
INSERT INTO new_reviews (id, product_id, user_id, rating, title, content, images, created_at, row_version)
    SELECT id, product_id, user_id, rating, title, content, images, created_at, row_version FROM reviews;
DROP TABLE reviews;
ALTER TABLE new_reviews RENAME TO reviews;
CREATE INDEX reviews_by_product ON reviews (product_id, created_at DESC, id);
-- The stars of a product are counted in this one alone.
CREATE INDEX reviews_by_rating ON reviews (product_id, rating, created_at DESC, id);
CREATE INDEX reviews_by_user ON reviews (user_id, created_at DESC, id);

CREATE TABLE new_comments (
    id          BLOB    PRIMARY KEY,
    review_id   BLOB    NOT NULL REFERENCES reviews (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     BLOB    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    parent      BLOB    REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED
                        CONSTRAINT comments_not_on_itself CHECK (parent <> id),
    depth       INTEGER NOT NULL CONSTRAINT comments_depth CHECK (depth > 0),
    content     TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT;
INSERT INTO new_comments (id, review_id, user_id, parent, depth, content, created_at, row_version)
    SELECT id, review_id, user_id, parent, depth, content, created_at, row_version FROM comments;
DROP TABLE comments;
ALTER TABLE new_comments RENAME TO comments;
CREATE INDEX comments_by_review ON comments (review_id, created_at, id);
CREATE INDEX comments_by_parent ON comments (parent);
CREATE INDEX comments_by_user ON comments (user_id);

CREATE TABLE new_specifications (
    product_id  BLOB    PRIMARY KEY REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    entries     TEXT    NOT NULL,   -- JSON
    row_version INTEGER NOT NULL
) STRICT;
INSERT INTO new_specifications (product_id, entries, row_version)
    SELECT product_id, entries, row_version FROM specifications;
DROP TABLE specifications;
ALTER TABLE new_specifications RENAME TO specifications;

CREATE TABLE new_seller_profiles (
    seller_id   BLOB    PRIMARY KEY REFERENCES sellers (id) DEFERRABLE INITIALLY DEFERRED,
    story       TEXT    NOT NULL,
    techniques  TEXT    NOT NULL,   -- JSON
    portfolio   TEXT    NOT NULL,   -- JSON
    row_version INTEGER NOT NULL
) STRICT;
INSERT INTO new_seller_profiles (seller_id, story, techniques, portfolio, row_version)
    SELECT seller_id, story, techniques, portfolio, row_version FROM seller_profiles;
DROP TABLE seller_profiles;
ALTER TABLE new_seller_profiles RENAME TO seller_profiles;

CREATE TABLE new_customer_profiles (
    user_id     BLOB    PRIMARY KEY REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    about       TEXT,
    interests   TEXT    NOT NULL,   -- JSON
    sizes       TEXT    NOT NULL,   -- JSON
    newsletter  INTEGER NOT NULL,
    row_version INTEGER NOT NULL
) STRICT;
INSERT INTO new_customer_profiles (user_id, about, interests, sizes, newsletter, row_version)
    SELECT user_id, about, interests, sizes, newsletter, row_version FROM customer_profiles;
DROP TABLE customer_profiles;
ALTER TABLE new_customer_profiles RENAME TO customer_profiles;
