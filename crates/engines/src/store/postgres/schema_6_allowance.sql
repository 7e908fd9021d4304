-- A variant may be sold beyond what there is of it: `allowance` pieces, or without end where that is NULL.

ALTER TABLE stock ADD COLUMN allowance bigint DEFAULT 0;
ALTER TABLE stock
    DROP CONSTRAINT stock_quantity_check,
    ADD CONSTRAINT stock_allowance CHECK
        (allowance IS NULL OR (allowance >= 0 AND quantity + allowance >= 0));
