-- `vector` keeps each number as it is. What lies in a row of its own table is never compressed, so reading it costs nothing.
CREATE TABLE embeddings (
    hash bytea PRIMARY KEY,
    vector vector(384) NOT NULL
);
ALTER TABLE embeddings ALTER vector SET STORAGE PLAIN;
