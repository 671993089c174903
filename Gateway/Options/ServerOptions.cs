using System.Net;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Options;

/// <summary>
/// The values of all settings, typed. Immutable: CONFIG SET makes another and swaps it (<see cref="RuntimeConfig.Current"/>), so a
/// reader that keeps one sees values that belong together. Meanings, ranges and defaults are in <see cref="ServerSettings"/>.
/// </summary>
public sealed record ServerOptions
{
    public required int Port { get; init; }

    /// <summary>0: no HTTP.</summary>
    public required int HttpPort { get; init; }

    public required IReadOnlyList<IPAddress> Bind { get; init; }

    public required bool ProtectedMode { get; init; }

    /// <summary>Empty: no password.</summary>
    public required string RequirePass { get; init; }

    /// <summary>Empty, together with <see cref="TlsKey"/>: no TLS.</summary>
    public required string TlsCert { get; init; }

    public required string TlsKey { get; init; }

    public required long MaxClients { get; init; }

    /// <summary>0: never.</summary>
    public required int TimeoutSeconds { get; init; }

    /// <summary>0: off.</summary>
    public required int TcpKeepAliveSeconds { get; init; }

    public required int MaxValueBytes { get; init; }

    public required OutputLimits OutputLimits { get; init; }

    public required long QueryBufferLimitBytes { get; init; }

    public required string DataDir { get; init; }

    public required bool Persistence { get; init; }

    public required Durability Fsync { get; init; }

    public required int Shards { get; init; }

    /// <summary>False when nobody asked for <see cref="Shards"/>: then an existing store's own number needs no remark.</summary>
    public required bool ShardsGiven { get; init; }

    /// <summary>0: never by time.</summary>
    public required int SnapshotIntervalSeconds { get; init; }

    /// <summary>0: unlimited.</summary>
    public required long MemoryBudgetBytes { get; init; }

    public required EvictionPolicy EvictionPolicy { get; init; }

    /// <summary>The servers of which one is followed; <see cref="Leaders.None"/> for none.</summary>
    public required Leaders ReplicaOf { get; init; }

    /// <summary>Empty: none.</summary>
    public required string MasterAuth { get; init; }

    public required string MasterUser { get; init; }

    public required bool TlsReplication { get; init; }

    /// <summary>Empty: the system's authorities.</summary>
    public required string TlsCa { get; init; }

    public required int BacklogBytes { get; init; }

    /// <summary>I/O threads there are.</summary>
    public required int Workers { get; init; }

    /// <summary>False when nobody asked for <see cref="Workers"/>: then one serves, and more as the load needs them.</summary>
    public required bool WorkersGiven { get; init; }

    public required LogLevelOption LogLevel { get; init; }

    /// <summary>Microseconds; 0 logs every command, -1 none.</summary>
    public required long SlowlogSlowerThanUs { get; init; }

    public required int SlowlogMaxLen { get; init; }

    /// <summary>0: no events.</summary>
    public required long LatencyMonitorThresholdMs { get; init; }

    /// <summary>Redis' letters in Redis' order; empty: none.</summary>
    public required string NotifyKeyspaceEvents { get; init; }

    public required int WalDelayMs { get; init; }

    public required double WalFailProbability { get; init; }

    public required int SnapshotDelayMs { get; init; }

    /// <summary>Not the compiler's: that would put the password into the first log that shows the options.</summary>
    public override string ToString() => $"port {Port}, data {DataDir}";

    public bool UsesTls => TlsCert.Length > 0;

    public static ServerOptions From(SettingValues values) => new()
    {
        Port = Int(values, "port"),
        HttpPort = Int(values, "http-port"),
        Bind = values.Get<IPAddress[]>("bind"),
        ProtectedMode = values.Get<bool>("protected-mode"),
        RequirePass = values.Get<string>("requirepass"),
        TlsCert = values.Get<string>("tls-cert"),
        TlsKey = values.Get<string>("tls-key"),
        MaxClients = values.Get<long>("maxclients"),
        TimeoutSeconds = Int(values, "timeout"),
        TcpKeepAliveSeconds = Int(values, "tcp-keepalive"),
        MaxValueBytes = Int(values, "max-value-bytes"),
        OutputLimits = values.Get<OutputLimits>("output-limit"),
        QueryBufferLimitBytes = values.Get<long>("client-query-buffer-limit"),
        DataDir = values.Get<string>("data-dir"),
        Persistence = values.Get<bool>("persistence"),
        Fsync = values.Get<Durability>("fsync"),
        Shards = Int(values, "shards"),
        ShardsGiven = values.SourceOf("shards").Kind != OptionSourceKind.Default,
        SnapshotIntervalSeconds = Int(values, "snapshot-interval"),
        MemoryBudgetBytes = values.Get<long>("memory-budget"),
        EvictionPolicy = values.Get<EvictionPolicy>("eviction-policy"),
        ReplicaOf = values.Get<Leaders>("replica-of"),
        MasterAuth = values.Get<string>("masterauth"),
        MasterUser = values.Get<string>("masteruser"),
        TlsReplication = values.Get<bool>("tls-replication"),
        TlsCa = values.Get<string>("tls-ca"),
        BacklogBytes = Int(values, "repl-backlog"),
        Workers = Int(values, "workers"),
        WorkersGiven = values.SourceOf("workers").Kind != OptionSourceKind.Default,
        LogLevel = values.Get<LogLevelOption>("log-level"),
        SlowlogSlowerThanUs = values.Get<long>("slowlog-log-slower-than"),
        SlowlogMaxLen = Int(values, "slowlog-max-len"),
        LatencyMonitorThresholdMs = values.Get<long>("latency-monitor-threshold"),
        NotifyKeyspaceEvents = values.Get<string>("notify-keyspace-events"),
        WalDelayMs = Int(values, "wal-delay"),
        WalFailProbability = values.Get<double>("wal-fail-prob"),
        SnapshotDelayMs = Int(values, "snapshot-delay"),
    };

    private static int Int(SettingValues values, string name) => checked((int)values.Get<long>(name));
}
