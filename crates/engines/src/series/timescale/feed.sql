-- The activity feed. Moments are milliseconds since 1970 (UTC). The extension is in the search path.

CREATE TABLE feed (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    id       uuid    NOT NULL DEFAULT gen_random_uuid(),
    epoch    bigint  NOT NULL DEFAULT 1,
    position bigint  NOT NULL DEFAULT 0    -- of the last activity
-- Its row is written by every group: room in the page keeps the versions of the row together.
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO feed DEFAULT VALUES;

-- A key of a hypertable has to name its time, so ids are kept unique here.
CREATE TABLE activity_ids (id uuid PRIMARY KEY);

CREATE TABLE activities (
    position    bigint   PRIMARY KEY,
    id          uuid     NOT NULL,
    at          bigint   NOT NULL,
    recorded_at bigint   NOT NULL,
    kind        smallint NOT NULL,
    visitor     uuid     NOT NULL,
    product     uuid     NOT NULL,
    session     text,
    metadata    json
);
-- The feed's own time is its position. A chunk of so many, with its indexes, stays in memory while it grows.
SELECT create_hypertable('activities', by_range('position', 4000000), create_default_indexes => false);
CREATE INDEX activities_by_visitor ON activities (visitor, kind, at, position);
