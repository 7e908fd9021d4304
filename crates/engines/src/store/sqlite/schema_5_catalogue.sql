-- Amounts are ten-thousandths from here on, so that each currency has its own decimals; they were hundredths.
UPDATE products SET price = price * 100 WHERE price IS NOT NULL;
UPDATE variants SET price_adjustment = price_adjustment * 100 WHERE price_adjustment <> 0;
UPDATE orders SET total = total * 100;
UPDATE order_items SET price = price * 100;

-- What products and variants say of themselves beyond the columns that every shop has.
ALTER TABLE products ADD COLUMN details TEXT NOT NULL DEFAULT '{}';   -- JSON
ALTER TABLE variants ADD COLUMN details TEXT NOT NULL DEFAULT '{}';   -- JSON
-- Until now only the shopkeeper took products off the shelves.
UPDATE products SET details = '{"is_hidden":true}' WHERE NOT is_active;
