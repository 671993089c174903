-- State of grains: one row for each state of each grain, with a version that is its ETag.
--
-- The provider names a grain by a number in two halves (n0, n1: an integer or a GUID key) and a text (a string key, or a key's
-- extension), and hashes of key and type. The text is null where there is none; Orleans allows no empty one, so '' is kept for that
-- and all of it is the primary key. The hashes are its first columns: they tell nearly all rows apart.
-- A state that was cleared keeps its row and version with no payload, so that an old ETag never becomes valid again.

CREATE TABLE orleanskv_grain_state
(
    grain_hash integer      NOT NULL,
    type_hash  integer      NOT NULL,
    n0         bigint       NOT NULL,
    n1         bigint       NOT NULL,
    key_text   varchar(512) NOT NULL,
    type_name  varchar(512) NOT NULL,
    service_id varchar(150) NOT NULL,
    version    integer      NOT NULL,
    payload    bytea,
    changed_at timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (grain_hash, type_hash, n0, n1, key_text, type_name, service_id)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', $query$
SELECT payload AS PayloadBinary, version AS Version
FROM orleanskv_grain_state
WHERE grain_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
    AND key_text = coalesce(@GrainIdExtensionString, '') AND type_name = @GrainTypeString AND service_id = @ServiceId
$query$),

-- Without a version (the caller has seen no state) only a new row, with one only a change of that version. Answers the new version;
-- no row at all, which the provider takes for an ETag that is stale, when there was nothing to do.
('WriteToStorageKey', $query$
WITH added AS
(
    INSERT INTO orleanskv_grain_state (grain_hash, type_hash, n0, n1, key_text, type_name, service_id, version, payload)
    SELECT @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), @GrainTypeString, @ServiceId,
        1, @PayloadBinary
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
),
changed AS
(
    UPDATE orleanskv_grain_state
    SET payload = @PayloadBinary, version = version + 1, changed_at = now()
    WHERE grain_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
        AND key_text = coalesce(@GrainIdExtensionString, '') AND type_name = @GrainTypeString AND service_id = @ServiceId
        AND version = @GrainStateVersion
    RETURNING version
)
SELECT version AS NewGrainStateVersion FROM added
UNION ALL
SELECT version FROM changed
$query$),

('ClearStorageKey', $query$
UPDATE orleanskv_grain_state
SET payload = NULL, version = version + 1, changed_at = now()
WHERE grain_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
    AND key_text = coalesce(@GrainIdExtensionString, '') AND type_name = @GrainTypeString AND service_id = @ServiceId
    AND version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion
$query$),

-- For a provider that is told to delete on clear. It compares the answer with the ETag it had and takes the same for a conflict: so
-- the answer is the next version, although there is no row any more.
('DeleteStorageKey', $query$
DELETE FROM orleanskv_grain_state
WHERE grain_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
    AND key_text = coalesce(@GrainIdExtensionString, '') AND type_name = @GrainTypeString AND service_id = @ServiceId
    AND version = @GrainStateVersion
RETURNING version + 1 AS NewGrainStateVersion
$query$);
