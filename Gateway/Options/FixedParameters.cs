namespace OrleansKv.Gateway.Options;

/// <summary>
/// Names of Redis 7.0 that are no settings here and have one value: tools ask for them, and some write back what they have read. CONFIG
/// GET shows what is so; where a name means nothing here, it is what a Redis shows that does not use the feature: its default. CONFIG SET
/// takes the value that is so, and refuses every other, but for names that only tune how Redis does its work: those may be set, as scripts
/// of operators do, and come back as they were set until the next start. Not among them: the names of files that do not
/// exist here (dbfilename, appendfilename, appenddirname, cluster-config-file), and in a cluster cluster-node-timeout, for nodes are
/// watched by other means.
/// </summary>
internal static class FixedParameters
{
    // A line: the name, a blank, the value (none: empty). "!" before it: Redis lets nobody set it while it runs. "~": it
    // tunes what this server does otherwise or has not.
    private const string So = """
        ~aof-rewrite-incremental-fsync no
        auto-aof-rewrite-percentage 0
        crash-log-enabled no
        crash-memcheck-enabled no
        !databases 1
        !disable-thp no
        ~dynamic-hz no
        !enable-debug-command yes
        !io-threads-do-reads yes
        ~jemalloc-bg-thread no
        latency-tracking yes
        latency-tracking-info-percentiles 50 99 99.9
        ~rdb-save-incremental-fsync no
        rdbcompression no
        sanitize-dump-payload yes
        !set-proc-title no
        stop-writes-on-bgsave-error no
        tls-auth-clients no
        """;

    // Of Redis' replicas, what cannot be chosen here.
    private const string Replicas = """
        masterauth
        masteruser
        min-replicas-max-lag 10
        min-replicas-to-write 0
        min-slaves-max-lag 10
        min-slaves-to-write 0
        repl-backlog-size 1048576
        repl-backlog-ttl 3600
        ~repl-disable-tcp-nodelay no
        repl-diskless-load disabled
        repl-diskless-sync yes
        ~repl-diskless-sync-delay 5
        ~repl-diskless-sync-max-replicas 0
        repl-ping-replica-period 10
        repl-ping-slave-period 10
        repl-timeout 60
        replica-announce-ip
        replica-announce-port 0
        replica-announced yes
        replica-ignore-disk-write-errors no
        replica-ignore-maxmemory yes
        replica-lazy-flush no
        replica-priority 100
        replica-read-only yes
        replica-serve-stale-data yes
        !replicaof
        slave-announce-ip
        slave-announce-port 0
        slave-ignore-maxmemory yes
        slave-lazy-flush no
        slave-priority 100
        slave-read-only yes
        slave-serve-stale-data yes
        !slaveof
        """;

    // The cluster's own settings: defaults of a server that has no Redis cluster bus.
    private const string Cluster = """
        cluster-allow-pubsubshard-when-down yes
        cluster-allow-reads-when-down no
        cluster-allow-replica-migration yes
        cluster-announce-bus-port 0
        cluster-announce-hostname
        cluster-announce-ip
        cluster-announce-port 0
        cluster-announce-tls-port 0
        cluster-link-sendbuf-limit 0
        cluster-migration-barrier 1
        !cluster-port 0
        cluster-preferred-endpoint-type ip
        cluster-replica-no-failover no
        cluster-replica-validity-factor 10
        cluster-slave-no-failover no
        cluster-slave-validity-factor 10
        """;

    // TLS beyond a certificate and its key.
    private const string Tls = """
        tls-ca-cert-dir
        tls-ca-cert-file
        tls-ciphers
        tls-ciphersuites
        tls-client-cert-file
        tls-client-key-file
        tls-client-key-file-pass
        tls-cluster no
        tls-dh-params-file
        tls-key-file-pass
        tls-port 0
        tls-prefer-server-ciphers no
        tls-protocols
        tls-replication no
        tls-session-cache-size 20480
        tls-session-cache-timeout 300
        tls-session-caching yes
        """;

    // Collection types, scripts and modules: there are none.
    private const string Types = """
        busy-reply-threshold 5000
        !enable-module-command no
        ~hash-max-listpack-entries 512
        ~hash-max-listpack-value 64
        ~hash-max-ziplist-entries 512
        ~hash-max-ziplist-value 64
        ~hll-sparse-max-bytes 3000
        ~list-compress-depth 0
        ~list-max-listpack-size -2
        ~list-max-ziplist-size -2
        lua-time-limit 5000
        ~set-max-intset-entries 512
        ~stream-node-max-bytes 4096
        ~stream-node-max-entries 100
        ~zset-max-listpack-entries 128
        ~zset-max-listpack-value 64
        ~zset-max-ziplist-entries 128
        ~zset-max-ziplist-value 64
        """;

    // Snapshots and the journal.
    private const string Files = """
        aof-disable-auto-gc no
        aof-load-truncated yes
        aof-timestamp-enabled no
        aof-use-rdb-preamble yes
        auto-aof-rewrite-min-size 67108864
        no-appendfsync-on-rewrite no
        rdb-del-sync-files no
        !rdbchecksum yes
        """;

    // Memory.
    private const string Memory = """
        ~active-defrag-cycle-max 25
        ~active-defrag-cycle-min 1
        ~active-defrag-ignore-bytes 104857600
        ~active-defrag-max-scan-fields 1000
        ~active-defrag-threshold-lower 10
        ~active-defrag-threshold-upper 100
        ~active-expire-effort 1
        activedefrag no
        ~activerehashing yes
        ~lazyfree-lazy-eviction no
        ~lazyfree-lazy-expire no
        ~lazyfree-lazy-server-del no
        ~lazyfree-lazy-user-del no
        ~lazyfree-lazy-user-flush no
        ~lfu-decay-time 1
        ~lfu-log-factor 10
        maxmemory-clients 0
        ~maxmemory-eviction-tenacity 10
        ~maxmemory-samples 5
        oom-score-adj no
        oom-score-adj-values 0 200 800
        tracking-table-max-keys 1000000
        """;

    // How the process runs.
    private const string Process = """
        acl-pubsub-default resetchannels
        !aclfile
        acllog-max-len 128
        !always-show-logo no
        !aof_rewrite_cpulist
        !bgsave_cpulist
        bind-source-addr
        !bio_cpulist
        !daemonize no
        !enable-protected-configs no
        ~hz 10
        ignore-warnings
        !logfile
        !pidfile
        proc-title-template {title} {listen-addr} {server-mode}
        propagation-error-behavior ignore
        !server_cpulist
        shutdown-on-sigint default
        shutdown-on-sigterm default
        shutdown-timeout 10
        !socket-mark-id 0
        !supervised no
        !syslog-enabled no
        !syslog-facility local0
        !syslog-ident redis
        !tcp-backlog 511
        !unixsocket
        !unixsocketperm 0
        """;

    /// <param name="isCluster">Whether the server is a cluster's node.</param>
    public static IEnumerable<ConfigParameter> Of(bool isCluster)
    {
        string[] groups = [So, Replicas, Cluster, Tls, Types, Files, Memory, Process];
        foreach (string line in groups.SelectMany(g => g.Split('\n'))) yield return Parse(line.TrimEnd('\r'));
        yield return ConfigParameter.Fixed("cluster-enabled", isCluster ? "yes" : "no", SettingChange.Immutable);
        string coverage = isCluster ? "no" : "yes"; // a dead node's slots alone are down
        yield return ConfigParameter.Fixed("cluster-require-full-coverage", coverage, SettingChange.Runtime);
        if (!isCluster) yield return ConfigParameter.Fixed("cluster-node-timeout", "15000", SettingChange.Runtime);
    }

    private static ConfigParameter Parse(string line)
    {
        bool isImmutable = line[0] == '!';
        string[] parts = line.TrimStart('!', '~').Split(' ', 2);
        SettingChange change = isImmutable ? SettingChange.Immutable : SettingChange.Runtime;
        return ConfigParameter.Fixed(parts[0], parts.Length > 1 ? parts[1] : "", change) with { IsTuning = line[0] == '~' };
    }
}
