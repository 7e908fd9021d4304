-- A variant may be sold beyond what there is of it: `allowance` pieces, or without end where that is NULL. SQLite cannot
-- change a constraint, so the table is made anew.

CREATE TABLE new_stock (
    variant_id  BLOB    PRIMARY KEY,
    quantity    INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    allowance   INTEGER DEFAULT 0
                        CONSTRAINT stock_allowance CHECK
                        (allowance IS NULL OR (allowance >= 0 AND quantity + allowance >= 0))
) STRICT, WITHOUT ROWID;
INSERT INTO new_stock (variant_id, quantity, version) SELECT variant_id, quantity, version FROM stock;
DROP TABLE stock;
ALTER TABLE new_stock RENAME TO stock;
