-- The cluster's membership: one version for a cluster, one row for each life (generation) of a silo.
--
-- Orleans' protocol: a row is added or changed only together with the version, and only when the version is the one that the writer
-- read; "I am alive" alone leaves the version as it is. So each change is one statement here: it takes the version's row by
-- compare-and-set, and what follows hangs on the row that this returned. A loser waits for the winner's lock, finds another version,
-- and changes nothing.

CREATE TABLE orleanskv_cluster
(
    cluster_id varchar(150) PRIMARY KEY,
    version    integer      NOT NULL DEFAULT 0,
    changed_at timestamptz  NOT NULL DEFAULT now()
);

CREATE TABLE orleanskv_member
(
    cluster_id    varchar(150) NOT NULL REFERENCES orleanskv_cluster,
    address       varchar(45)  NOT NULL, -- an IPv6 address with an IPv4 tail is 45 characters
    port          integer      NOT NULL,
    generation    integer      NOT NULL,
    silo_name     varchar(150) NOT NULL,
    host_name     varchar(255) NOT NULL, -- 255 is DNS' limit
    status        integer      NOT NULL, -- Orleans' SiloStatus: 3 active, 6 dead
    gateway_port  integer      NOT NULL, -- 0: this silo takes no clients
    suspect_times text,                  -- "address,time|address,time": who suspects it, since when; no bound but the number of silos
    started_at    timestamptz  NOT NULL,
    alive_at      timestamptz  NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
-- Answers whether the cluster is new.
('InsertMembershipVersionKey', $query$
WITH added AS
(
    INSERT INTO orleanskv_cluster (cluster_id) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT EXISTS (SELECT FROM added)
$query$),

-- The cluster's version, and the silo beside it if there is one: a row even when there is not.
('MembershipReadRowKey', $query$
SELECT
    c.version AS Version, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
    m.host_name AS HostName, m.status AS Status, m.gateway_port AS ProxyPort, m.suspect_times AS SuspectTimes,
    m.started_at AS StartTime, m.alive_at AS IAmAliveTime
FROM orleanskv_cluster c
LEFT JOIN orleanskv_member m
    ON m.cluster_id = c.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE c.cluster_id = @DeploymentId
$query$),

-- The same for all silos of the cluster: a row even when there are none.
('MembershipReadAllKey', $query$
SELECT
    c.version AS Version, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
    m.host_name AS HostName, m.status AS Status, m.gateway_port AS ProxyPort, m.suspect_times AS SuspectTimes,
    m.started_at AS StartTime, m.alive_at AS IAmAliveTime
FROM orleanskv_cluster c
LEFT JOIN orleanskv_member m ON m.cluster_id = c.cluster_id
WHERE c.cluster_id = @DeploymentId
$query$),

-- Answers whether the silo was added: the version was @Version, and the silo is new.
('InsertMembershipKey', $query$
WITH taken AS
(
    UPDATE orleanskv_cluster
    SET version = version + 1, changed_at = now()
    WHERE cluster_id = @DeploymentId AND version = @Version
        AND NOT EXISTS
        (
            SELECT FROM orleanskv_member
            WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
        )
    RETURNING cluster_id
),
added AS
(
    INSERT INTO orleanskv_member
        (cluster_id, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
    SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM taken
    RETURNING 1
)
SELECT EXISTS (SELECT FROM added)
$query$),

-- Answers whether the silo was changed: the version was @Version, and the silo is known. The silo's row is locked first, so that the
-- version does not move for a row that a cleanup takes away meanwhile.
('UpdateMembershipKey', $query$
WITH silo AS
(
    SELECT cluster_id FROM orleanskv_member
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    FOR UPDATE
),
taken AS
(
    UPDATE orleanskv_cluster c
    SET version = c.version + 1, changed_at = now()
    FROM silo
    WHERE c.cluster_id = silo.cluster_id AND c.version = @Version
    RETURNING c.cluster_id
),
changed AS
(
    UPDATE orleanskv_member m
    SET status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
    FROM taken
    WHERE m.cluster_id = taken.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    RETURNING 1
)
SELECT EXISTS (SELECT FROM changed)
$query$),

('UpdateIAmAlivetimeKey', $query$
UPDATE orleanskv_member SET alive_at = @IAmAliveTime
WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

-- Forgets silos that are not active and have not been heard of since @IAmAliveTime.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM orleanskv_member
WHERE cluster_id = @DeploymentId AND status <> 3 AND greatest(started_at, alive_at) < @IAmAliveTime
$query$),

-- Two statements, run as one: Npgsql sends them in one implicit transaction.
('DeleteMembershipTableEntriesKey', $query$
DELETE FROM orleanskv_member WHERE cluster_id = @DeploymentId;
DELETE FROM orleanskv_cluster WHERE cluster_id = @DeploymentId
$query$),

-- What a client needs to find the cluster.
('GatewaysQueryKey', $query$
SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
FROM orleanskv_member
WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
$query$);
