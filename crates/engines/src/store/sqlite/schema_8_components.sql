-- What bundles are made of, from the details of variants: so the parts are there, and which bundles a variant is in is
-- found. Whoever writes a variant, triggers keep it equal.

CREATE TABLE components (
    bundle_id   BLOB    NOT NULL REFERENCES variants (id) DEFERRABLE INITIALLY DEFERRED,
    part_id     BLOB    NOT NULL REFERENCES variants (id) DEFERRABLE INITIALLY DEFERRED,
    quantity    INTEGER NOT NULL CONSTRAINT components_quantity CHECK (quantity > 0),
    PRIMARY KEY (bundle_id, part_id),
    CONSTRAINT components_not_of_itself CHECK (bundle_id <> part_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX components_by_part ON components (part_id);

CREATE TRIGGER components_of_a_new_variant AFTER INSERT ON variants
WHEN instr(NEW.details, '"parts":') > 0
BEGIN
    DELETE FROM components WHERE bundle_id = NEW.id;
    INSERT INTO components (bundle_id, part_id, quantity)
        SELECT NEW.id, unhex(value ->> 'variant_id', '-'), value ->> 'quantity' FROM json_each(NEW.details, '$.parts');
END;
CREATE TRIGGER components_of_a_changed_variant AFTER UPDATE OF details ON variants
WHEN instr(OLD.details, '"parts":') > 0 OR instr(NEW.details, '"parts":') > 0
BEGIN
    DELETE FROM components WHERE bundle_id = NEW.id;
    INSERT INTO components (bundle_id, part_id, quantity)
        SELECT NEW.id, unhex(value ->> 'variant_id', '-'), value ->> 'quantity' FROM json_each(NEW.details, '$.parts');
END;
