using System.Security.Cryptography;
using OrleansKv.Engine.Journal;

namespace OrleansKv.Engine.Store;

/// <summary>How a store works. What can change at run time has a setter on <see cref="NodeStore"/>.</summary>
public sealed record StoreOptions
{
    /// <summary>Longest value of a string, bytes: Redis' default proto-max-bulk-len.</summary>
    public const int LongestValueBytes = 512 * 1024 * 1024;

    /// <summary>Shards of a new store, 1 to <see cref="ShardId.MaxCount"/>; an existing one keeps its own number.</summary>
    public int ShardCount { get; init; } = 32;

    /// <summary>Seed of the key hash; random a process.</summary>
    public ulong HashSeed { get; init; }

    /// <summary>
    /// Seed of what is chosen by chance: the key of RANDOMKEY, the id of a new store. Fixed in tests; else random, for two stores with the
    /// same id would take each other's files for their own.
    /// </summary>
    public ulong RandomSeed { get; init; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Bytes that entries and indexes may take; 0: no bound.</summary>
    public long MemoryBudgetBytes { get; init; }

    public EvictionPolicy EvictionPolicy { get; init; } = EvictionPolicy.AllKeysLru;

    public JournalOptions Journal { get; init; } = new();

    /// <summary>Time between snapshots, ms; 0: never by time.</summary>
    public long SnapshotIntervalMs { get; init; } = 300_000;

    /// <summary>
    /// Journal bytes since the last snapshot that start one whatever the time: 1 GiB replays in a few seconds, which is as long as a start
    /// should take.
    /// </summary>
    public long MaxJournalBytes { get; init; } = 1L << 30;

    /// <summary>Added pause between snapshot steps, ms; a fault point for tests.</summary>
    public int SnapshotDelayMs { get; init; }

    /// <summary>Snapshots loaded at once at start.</summary>
    public int RecoveryParallelism { get; init; } = Environment.ProcessorCount;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether the store leads its shards from the start, each start in a tenure of its own. False where a cluster says who leads a shard,
    /// and in which tenure (<see cref="ShardTransfer.Begin"/>). The system shard is always led.
    /// </summary>
    public bool LeadsShards { get; init; } = true;

    /// <summary>Whether a thread does the housekeeping; tests step it themselves.</summary>
    public bool RunHousekeeper { get; init; } = true;

    /// <summary>
    /// Is told of a defect in background work: which thread, and the exception. The work goes on after a pause then. Null: the exception
    /// ends the process. Called on that thread.
    /// </summary>
    public Action<string, Exception>? Faults { get; init; }
}
