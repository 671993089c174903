using System.Net;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options.Types;
using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Options;

/// <summary>The rows every server has. Numbers that are Redis' own defaults and ranges are so that tools find what they expect.</summary>
public static class ServerSettings
{
    /// <summary>Largest value: Redis' own limit, and what one array of the runtime can hold with room.</summary>
    private const long MaxValueBytes = 512L << 20;

    /// <summary>Redis' own least proto-max-bulk-len: below the length of a command's name nobody could set it back.</summary>
    private const long MinValueBytes = 1L << 20;

    /// <summary>A day; a fault that lasts longer is no test.</summary>
    private const long MaxDelayMs = 86_400_000;

    public static SettingTable Table(int processors) => new(Rows(processors));

    /// <summary>For a server that has more of them.</summary>
    public static Setting[] Rows(int processors) =>
        [.. Network(), .. Storage(), .. Memory(), .. Following(), .. Running(processors), .. Faults()];

    private static IEnumerable<Setting> Network()
    {
        const string Group = "Network";
        yield return new()
        {
            Name = "port", Group = Group, Type = new IntegerType("PORT", 1, 65535), Default = "9090", RedisName = "port",
            Help = "Port for Redis clients and line commands.",
        };
        yield return new()
        {
            Name = "http-port", Group = Group, Type = new IntegerType("PORT", 0, 65535), Default = "9100",
            Help = "Port for the status page, /metrics and /health; 0 is none.",
        };
        yield return new()
        {
            Name = "bind", Group = Group, Type = new AddressListType(), Default = IPAddress.Loopback.ToString(), RedisName = "bind",
            Help = "Where to listen, both ports.",
        };
        yield return new()
        {
            Name = "protected-mode", Group = Group, Type = new SwitchType("yes", "no"), Default = "yes", RedisName = "protected-mode",
            Change = SettingChange.Runtime,
            Help = "Refuse to listen beyond loopback without a password.",
        };
        yield return new()
        {
            Name = "requirepass", Group = Group, Type = new TextType("PASSWORD", mayBeEmpty: true), Default = "", RedisName = "requirepass",
            Change = SettingChange.Runtime,
            Help = "Password that clients must give; empty is none. Others can read a flag: prefer the variable or the file.",
        };
        yield return new()
        {
            Name = "tls-cert", Group = Group, Type = new TextType("FILE", mayBeEmpty: true), Default = "", RedisName = "tls-cert-file",
            Help = "PEM certificate (chain); with it --port speaks TLS.",
        };
        yield return new()
        {
            Name = "tls-key", Group = Group, Type = new TextType("FILE", mayBeEmpty: true), Default = "", RedisName = "tls-key-file",
            Help = "PEM key of --tls-cert.",
        };
        yield return new()
        {
            Name = "maxclients", Group = Group, Type = new IntegerType("N", 1, uint.MaxValue), Default = "10000", RedisName = "maxclients",
            Change = SettingChange.Runtime,
            Help = "Connections at once, as far as 'ulimit -n' allows; one more is told so and closed.",
        };
        yield return new()
        {
            Name = "timeout", Group = Group, Type = new IntegerType("SECONDS", 0, int.MaxValue), Default = "0", RedisName = "timeout",
            Change = SettingChange.Runtime,
            Help = "Close a client that was idle so long; 0 is never.",
        };
        yield return new()
        {
            Name = "tcp-keepalive", Group = Group, Type = new IntegerType("SECONDS", 0, int.MaxValue), Default = "300",
            RedisName = "tcp-keepalive",
            Change = SettingChange.Runtime,
            Help = "Probe silent connections so often; 0 is never.",
        };
        yield return new()
        {
            Name = "max-value-bytes", Group = Group, Type = new MemoryType(MinValueBytes, MaxValueBytes), Default = "512mb",
            RedisName = "proto-max-bulk-len",
            Change = SettingChange.Runtime,
            Help = "Largest value or argument. Keys have at most 65535 bytes.",
        };
        yield return new()
        {
            Name = "output-limit", Group = Group, Type = new OutputLimitsType(takesBytes: true),
            Default = "normal 0 0 0 slave 256mb 64mb 60 pubsub 32mb 8mb 60",
            RedisName = "client-output-buffer-limit",
            RedisType = new OutputLimitsType(), Change = SettingChange.Runtime,
            Help = "Close a client that leaves so much unread.",
        };
        yield return new()
        {
            // Redis' least; a command must fit it.
            Name = "client-query-buffer-limit", Group = Group, Type = new MemoryType(1L << 20, long.MaxValue), Default = "1gb",
            RedisName = "client-query-buffer-limit", Change = SettingChange.Runtime,
            Help = "Close a client that has the server keep more: an unfinished command, a queue of MULTI, watched keys, subscriptions.",
        };
    }

    private static IEnumerable<Setting> Storage()
    {
        const string Group = "Storage";
        yield return new()
        {
            Name = "data-dir", Group = Group, Type = new FolderType(), Default = "./data", RedisName = "dir",
            Change = SettingChange.Protected,
            Help = "Folder of journal and snapshots; made when missing.",
        };
        yield return new()
        {
            Name = "persistence", Group = Group, Type = new SwitchType(), Default = "on", RedisName = "appendonly",
            RedisType = new SwitchType("yes", "no"),
            Help = "off: memory only, the data folder is not touched.",
        };
        yield return new()
        {
            Name = "fsync", Group = Group, RedisName = "appendfsync", Change = SettingChange.Runtime, Default = "everysec",
            Type = new ChoiceType<Durability>(("everysec", Durability.EverySecond), ("always", Durability.Always), ("no", Durability.No)),
            Help = "When the journal is flushed to disk; always: before each reply.",
        };
        yield return new()
        {
            Name = "shards", Group = Group, Type = new IntegerType("N", 1, ShardId.MaxCount), Default = "32",
            Help = "Shards of a new store; an existing one keeps its own.",
        };
        yield return new()
        {
            Name = "snapshot-interval", Group = Group, Type = new IntegerType("SECONDS", 0, int.MaxValue), Default = "300",
            RedisName = "save", RedisType = new SaveType(), Change = SettingChange.Runtime,
            Help = "Time between snapshots; 0 is never by time.",
        };
    }

    private static IEnumerable<Setting> Memory()
    {
        const string Group = "Memory";
        yield return new()
        {
            Name = "memory-budget", Group = Group, Type = new MemoryType(0, long.MaxValue, zeroIsUnlimited: true), Default = "0",
            RedisName = "maxmemory", Change = SettingChange.Runtime,
            Help = "Memory for keys and values.",
        };
        yield return new()
        {
            Name = "eviction-policy", Group = Group, RedisName = "maxmemory-policy", Change = SettingChange.Runtime,
            Default = "allkeys-lru",
            Type = new ChoiceType<EvictionPolicy>(
                ("volatile-lru", EvictionPolicy.VolatileLru),
                ("volatile-ttl", EvictionPolicy.VolatileTtl),
                ("allkeys-lru", EvictionPolicy.AllKeysLru),
                ("noeviction", EvictionPolicy.NoEviction)),
            Help = "What goes when the budget is reached.",
        };
    }

    /// <summary>Of a server alone: a cluster's nodes follow each other by other means.</summary>
    private static IEnumerable<Setting> Following()
    {
        const string Group = "Following another server";
        yield return new()
        {
            Name = "replica-of", Group = Group, Type = new LeaderType(), Default = "", RedisName = "replicaof", RedisAlias = "slaveof",
            Help = "Follow this server, or the first of several nodes of a cluster that can be followed: take its keys and changes, and "
                + "refuse writes of clients. REPLICAOF changes it.",
        };
        yield return new()
        {
            Name = "masterauth", Group = Group, Type = new TextType("PASSWORD", mayBeEmpty: true), Default = "", RedisName = "masterauth",
            Change = SettingChange.Runtime,
            Help = "Password to give the server of --replica-of; empty is none. Others can read a flag: prefer the variable or the file.",
        };
        yield return new()
        {
            Name = "masteruser", Group = Group, Type = new TextType("NAME", mayBeEmpty: true), Default = "", RedisName = "masteruser",
            Change = SettingChange.Runtime,
            Help = "User to give with --masterauth; empty is the default user.",
        };
        yield return new()
        {
            Name = "tls-replication", Group = Group, Type = new SwitchType("yes", "no"), Default = "no", RedisName = "tls-replication",
            Change = SettingChange.Runtime,
            Help = "Speak TLS with the server of --replica-of.",
        };
        yield return new()
        {
            Name = "tls-ca", Group = Group, Type = new TextType("FILE", mayBeEmpty: true), Default = "", RedisName = "tls-ca-cert-file",
            Change = SettingChange.Runtime,
            Help = "PEM certificates of which one must have issued that of --replica-of's server; none: those of the system.",
        };
        yield return new()
        {
            Name = "repl-backlog", Group = Group, Type = new MemoryType(16 * 1024, 1L << 30), Default = "64mb",
            RedisName = "repl-backlog-size",
            Help = "Records kept in memory, once a server has followed this one, for those that were cut off or are slow.",
        };
    }

    private static IEnumerable<Setting> Running(int processors)
    {
        const string Group = "Running";
        yield return new()
        {
            Name = "workers", Group = Group, Type = new IntegerType("N", 1, 128), Default = Math.Clamp(processors, 1, 8).ToString(),
            RedisName = "io-threads",
            Help = "I/O threads. By default one, and more while they are busy and processors are free: up to one a processor, at most 8.",
        };
        yield return new()
        {
            Name = "log-level", Group = Group, RedisName = "loglevel", Change = SettingChange.Runtime, Default = "notice",
            Type = new ChoiceType<LogLevelOption>(
                ("debug", LogLevelOption.Debug), ("verbose", LogLevelOption.Verbose), ("notice", LogLevelOption.Notice),
                ("warning", LogLevelOption.Warning)),
            Help = "How much is said on the console.",
        };
        yield return new()
        {
            Name = "slowlog-log-slower-than", Group = Group, Type = new IntegerType("US", -1, long.MaxValue), Default = "10000",
            RedisName = "slowlog-log-slower-than", Change = SettingChange.Runtime,
            Help = "Commands for SLOWLOG, microseconds; 0 is all, -1 none.",
        };
        yield return new()
        {
            Name = "slowlog-max-len", Group = Group, Type = new IntegerType("N", 0, int.MaxValue), Default = "128",
            RedisName = "slowlog-max-len",
            Change = SettingChange.Runtime,
            Help = "Entries that SLOWLOG keeps.",
        };
        yield return new()
        {
            Name = "latency-monitor-threshold", Group = Group, Type = new IntegerType("MS", 0, long.MaxValue), Default = "0",
            RedisName = "latency-monitor-threshold", Change = SettingChange.Runtime,
            Help = "Events for LATENCY, milliseconds; 0 is none.",
        };
        yield return new()
        {
            Name = "notify-keyspace-events", Group = Group, Type = new KeyspaceEventsType(), Default = "",
            RedisName = "notify-keyspace-events",
            Change = SettingChange.Runtime,
            Help = "Keyspace notifications, in the letters of Redis (Ag$lshzxeKEtmdn); empty is none.",
        };
    }

    private static IEnumerable<Setting> Faults()
    {
        const string Group = "Faults, for tests";
        yield return new()
        {
            Name = "wal-delay", Group = Group, Type = new IntegerType("MS", 0, MaxDelayMs), Default = "0", Change = SettingChange.Runtime,
            Help = "Delay each journal write.",
        };
        yield return new()
        {
            Name = "wal-fail-prob", Group = Group, Type = new FractionType(), Default = "0", Change = SettingChange.Runtime,
            Help = "Fail a journal write with this probability.",
        };
        yield return new()
        {
            Name = "snapshot-delay", Group = Group, Type = new IntegerType("MS", 0, MaxDelayMs), Default = "0",
            Change = SettingChange.Runtime,
            Help = "Delay each step of a snapshot.",
        };
    }
}
