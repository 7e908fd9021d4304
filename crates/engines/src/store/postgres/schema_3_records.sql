-- Records of all kinds that features declare, and what they are found by. A record that was deleted leaves its key and
-- its version.

CREATE TABLE records (
    kind        text    NOT NULL,
    id          uuid    NOT NULL,
    form        bigint,             -- NULL, as is all that follows: it was deleted
    data        json,
    personal    json,               -- NULL when erased, or when there is nothing
    person      uuid,
    row_version bigint  NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX records_by_person ON records (person) WHERE person IS NOT NULL;

CREATE TABLE record_index (
    kind        text    NOT NULL,
    id          uuid    NOT NULL,
    name        text    NOT NULL,
    value       text    NOT NULL,
    sort        bigint  NOT NULL,
    is_unique   boolean NOT NULL,
    is_personal boolean NOT NULL,
    PRIMARY KEY (kind, id, name, value)
);
CREATE INDEX record_index_by_value ON record_index (kind, name, value, sort, id);
CREATE UNIQUE INDEX record_index_unique ON record_index (kind, name, value) WHERE is_unique;
