-- What bundles are made of, from the details of variants: so the parts are there, and which bundles a variant is in is
-- found. Whoever writes a variant, triggers keep it equal.

CREATE TABLE components (
    bundle_id   uuid    NOT NULL,
    part_id     uuid    NOT NULL,
    quantity    bigint  NOT NULL CONSTRAINT components_quantity CHECK (quantity > 0),
    PRIMARY KEY (bundle_id, part_id),
    CONSTRAINT components_bundle_id FOREIGN KEY (bundle_id) REFERENCES variants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT components_part_id FOREIGN KEY (part_id) REFERENCES variants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT components_not_of_itself CHECK (bundle_id <> part_id)
);
CREATE INDEX components_by_part ON components (part_id);

CREATE FUNCTION components_of_variant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM components WHERE bundle_id = NEW.id;
    INSERT INTO components (bundle_id, part_id, quantity)
        SELECT NEW.id, (part ->> 'variant_id')::uuid, (part ->> 'quantity')::bigint
        FROM json_array_elements(NEW.details -> 'parts') AS part;
    RETURN NULL;
END
$$;
CREATE TRIGGER components_of_a_new_variant AFTER INSERT ON variants FOR EACH ROW
    WHEN (strpos(NEW.details::text, '"parts":') > 0)
    EXECUTE FUNCTION components_of_variant();
CREATE TRIGGER components_of_a_changed_variant AFTER UPDATE OF details ON variants FOR EACH ROW
    WHEN (strpos(OLD.details::text, '"parts":') > 0 OR strpos(NEW.details::text, '"parts":') > 0)
    EXECUTE FUNCTION components_of_variant();
