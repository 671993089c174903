-- Reminders: one row each, found by grain, or by a range of the grains' hashes. A silo reads the range of the ring that it is
-- responsible for; hashes are unsigned there and come here as signed integers of the same bits.

CREATE TABLE orleanskv_reminder
(
    service_id varchar(150) NOT NULL,
    grain_id   text         NOT NULL,
    name       text         NOT NULL,
    grain_hash integer      NOT NULL,
    start_at   timestamptz  NOT NULL,
    period_ms  bigint       NOT NULL,
    version    integer      NOT NULL DEFAULT 0, -- the ETag
    PRIMARY KEY (service_id, grain_id, name)
);

CREATE INDEX orleanskv_reminder_by_hash ON orleanskv_reminder (service_id, grain_hash);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
-- Answers the reminder's new version.
('UpsertReminderRowKey', $query$
INSERT INTO orleanskv_reminder AS r (service_id, grain_id, name, grain_hash, start_at, period_ms)
VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period)
ON CONFLICT (service_id, grain_id, name) DO UPDATE
SET grain_hash = excluded.grain_hash, start_at = excluded.start_at, period_ms = excluded.period_ms, version = r.version + 1
RETURNING r.version AS Version
$query$),

('ReadReminderRowsKey', $query$
SELECT grain_id AS GrainId, name AS ReminderName, start_at AS StartTime, period_ms AS Period, version AS Version
FROM orleanskv_reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId
$query$),

('ReadReminderRowKey', $query$
SELECT grain_id AS GrainId, name AS ReminderName, start_at AS StartTime, period_ms AS Period, version AS Version
FROM orleanskv_reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName
$query$),

-- The range (begin, end] where begin < end.
('ReadRangeRows1Key', $query$
SELECT grain_id AS GrainId, name AS ReminderName, start_at AS StartTime, period_ms AS Period, version AS Version
FROM orleanskv_reminder
WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$query$),

-- The range that goes over the ring's end; all of the ring when begin = end.
('ReadRangeRows2Key', $query$
SELECT grain_id AS GrainId, name AS ReminderName, start_at AS StartTime, period_ms AS Period, version AS Version
FROM orleanskv_reminder
WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$query$),

-- Answers whether it was there in that version.
('DeleteReminderRowKey', $query$
WITH gone AS
(
    DELETE FROM orleanskv_reminder
    WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName AND version = @Version
    RETURNING 1
)
SELECT EXISTS (SELECT FROM gone)
$query$),

('DeleteReminderRowsKey', $query$
DELETE FROM orleanskv_reminder WHERE service_id = @ServiceId
$query$);
