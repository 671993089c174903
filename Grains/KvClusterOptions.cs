namespace OrleansKv.Grains;

/// <summary>How the grains of a cluster work.</summary>
public sealed class KvClusterOptions
{
    /// <summary>Name of the grain storage that keeps the cluster map.</summary>
    public const string StorageName = "cluster";

    /// <summary>Name of the grain storage of the shards: the node's own journal.</summary>
    public const string ShardStorageName = "shards";

    /// <summary>
    /// Time between a shard's looks for keys that are due, ms; 250: a key is gone a quarter of a second after it expired, whoever asks.
    /// </summary>
    public int ExpiryTickMs { get; set; } = 250;

    /// <summary>Copies of each shard, on as many nodes; 1: none but the shard itself. Counts when the cluster is founded.</summary>
    public int Replicas { get; set; } = 1;

    /// <summary>
    /// Copies on which a write must be before it is acknowledged; 1 to <see cref="Replicas"/>. Counts when the cluster is founded.
    /// </summary>
    public int WriteQuorum { get; set; } = 1;

    /// <summary>
    /// Copies that a new leader must hear from, and that confirm reads; more than <see cref="Replicas"/> less <see cref="WriteQuorum"/>.
    /// 0: the least that is allowed. Counts when the cluster is founded.
    /// </summary>
    public int ReadQuorum { get; set; }

    /// <summary>
    /// Period of the reminder that wakes an idle shard, ms; Orleans asks for a minute at least, unless its options are changed.
    /// </summary>
    public int ReminderMs { get; set; } = 60_000;
}
