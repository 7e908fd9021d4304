-- What rows owe each other is held by the database itself. A constraint is called by its table and column. Foreign keys are
-- looked at when a transaction commits, so the order of its writes does not matter.

ALTER TABLE users ADD CONSTRAINT users_external_id UNIQUE (external_id);
ALTER TABLE persons
    ADD CONSTRAINT persons_user_id FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    -- As it is written; souk itself takes two that differ in capital letters alone for one.
    ADD CONSTRAINT persons_email UNIQUE (email);
ALTER TABLE sellers
    ADD CONSTRAINT sellers_external_id UNIQUE (external_id),
    ADD CONSTRAINT sellers_user_id FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT sellers_rating CHECK (rating BETWEEN 0 AND 5);
CREATE INDEX sellers_by_user ON sellers (user_id);
ALTER TABLE categories
    ADD CONSTRAINT categories_external_id UNIQUE (external_id),
    ADD CONSTRAINT categories_parent FOREIGN KEY (parent) REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT categories_not_in_itself CHECK (parent <> id);
CREATE INDEX categories_by_parent ON categories (parent);
ALTER TABLE products
    ADD CONSTRAINT products_external_id UNIQUE (external_id),
    ADD CONSTRAINT products_price CHECK (price >= 0),
    ADD CONSTRAINT products_category_id FOREIGN KEY (category_id) REFERENCES categories (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT products_seller_id FOREIGN KEY (seller_id) REFERENCES sellers (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT products_rating CHECK (rating BETWEEN 0 AND 5),
    ADD CONSTRAINT products_num_reviews CHECK (num_reviews >= 0);
ALTER TABLE variants
    ADD CONSTRAINT variants_product_id FOREIGN KEY (product_id) REFERENCES products (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT variants_sku UNIQUE (sku);
ALTER TABLE orders
    ADD CONSTRAINT orders_user_id FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT orders_status CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
    ADD CONSTRAINT orders_total CHECK (total >= 0);
ALTER INDEX orders_by_number RENAME TO orders_number;
ALTER TABLE order_items
    ADD CONSTRAINT order_items_order_id FOREIGN KEY (order_id) REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT order_items_product_id FOREIGN KEY (product_id) REFERENCES products (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT order_items_variant_id FOREIGN KEY (variant_id) REFERENCES variants (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT order_items_price CHECK (price >= 0);
ALTER TABLE order_items RENAME CONSTRAINT order_items_quantity_check TO order_items_quantity;
ALTER TABLE reviews
    ADD CONSTRAINT reviews_product_id FOREIGN KEY (product_id) REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT reviews_user_id FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE reviews RENAME CONSTRAINT reviews_rating_check TO reviews_rating;
ALTER TABLE comments
    ADD CONSTRAINT comments_review_id FOREIGN KEY (review_id) REFERENCES reviews (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT comments_user_id FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT comments_parent FOREIGN KEY (parent) REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT comments_not_on_itself CHECK (parent <> id);
ALTER TABLE comments RENAME CONSTRAINT comments_depth_check TO comments_depth;
CREATE INDEX comments_by_parent ON comments (parent);
CREATE INDEX comments_by_user ON comments (user_id);
ALTER TABLE specifications ADD CONSTRAINT specifications_product_id
    FOREIGN KEY (product_id) REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE seller_profiles ADD CONSTRAINT seller_profiles_seller_id
    FOREIGN KEY (seller_id) REFERENCES sellers (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customer_profiles ADD CONSTRAINT customer_profiles_user_id
    FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;
