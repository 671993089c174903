-- Where Orleans' AdoNet providers look up, by key, the SQL that they run. Its name and its two columns are theirs; all else in these
-- migrations is the project's own: the providers bind parameters by name and read result columns by name, and never see a table.
--
-- Rules for every migration: plain SQL of PostgreSQL 12 and later, names without a schema (the connection's search path decides), no
-- transaction commands (the migrator runs each file in one transaction), and never a change to a file that was released: the database
-- keeps its checksum. What is wrong is put right by the next number.
CREATE TABLE OrleansQuery
(
    QueryKey  varchar(64) PRIMARY KEY,
    QueryText text NOT NULL
);
