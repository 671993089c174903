using System.Text;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>Opens a store whose housekeeping the test does, and reads and writes it by text keys.</summary>
internal sealed class StoreDriver : IDisposable
{
    /// <summary>A journal that stays in one segment, with room written ahead in steps that a test can cut at every byte.</summary>
    public static readonly JournalOptions OneSegment = new() { PrefillBytes = 256 };

    public static readonly StoreOptions Small = new()
    {
        ShardCount = 4,
        HashSeed = 42,
        RandomSeed = 42,
        SnapshotIntervalMs = 0,
        RecoveryParallelism = 1,
        RunHousekeeper = false,
        Journal = new JournalOptions { SegmentBytes = 4_096, MarginBytes = 512, PrefillBytes = 256 },
    };

    public StoreDriver(IDisk disk, StoreOptions? options = null) => Store = NodeStore.Open(options ?? Small, disk);

    public StoreDriver(StoreOptions options) => Store = NodeStore.InMemory(options);

    public NodeStore Store { get; }

    public long NowMs { get; set; } = 1_700_000_000_000;

    public void Set(string key, string value, long deadline = 0)
    {
        KeyRef k = Key(key);
        ShardCell cell = Store.Enter(k);
        cell.Shard.Set(k, Encoding.Latin1.GetBytes(value), deadline, NowMs);
        Store.Exit(cell);
    }

    public void Append(string key, string value)
    {
        KeyRef k = Key(key);
        ShardCell cell = Store.Enter(k);
        EntryRef entry = cell.Shard.Find(k, NowMs);
        cell.Shard.Patch(k, entry.IsNone ? 0 : cell.Shard.Table.ValueOf(entry).Length, Encoding.Latin1.GetBytes(value), NowMs);
        Store.Exit(cell);
    }

    public void Delete(string key)
    {
        KeyRef k = Key(key);
        ShardCell cell = Store.Enter(k);
        cell.Shard.Delete(k, NowMs);
        Store.Exit(cell);
    }

    public void SetDeadline(string key, long deadline)
    {
        KeyRef k = Key(key);
        ShardCell cell = Store.Enter(k);
        if (!cell.Shard.Find(k, NowMs).IsNone) cell.Shard.SetDeadline(k, deadline, NowMs);
        Store.Exit(cell);
    }

    public void SetTogether(params (string Key, string Value)[] pairs)
    {
        LockSet locks = Store.CreateLockSet();
        foreach ((string key, _) in pairs) locks.Add(Key(key));
        locks.Enter();
        Store.BeginGroup();
        foreach ((string key, string value) in pairs)
        {
            KeyRef k = Key(key);
            Store.ShardOf(k).Set(k, Encoding.Latin1.GetBytes(value), 0, NowMs);
        }

        Store.EndGroup();
        locks.Exit();
    }

    public string? Get(string key)
    {
        KeyRef k = Key(key);
        ShardCell cell = Store.Enter(k);
        EntryRef entry = cell.Shard.Find(k, NowMs);
        string? value = entry.IsNone ? null : Encoding.Latin1.GetString(cell.Shard.Table.ValueOf(entry));
        Store.Exit(cell);
        return value;
    }

    /// <summary>Index of the shard that has a key.</summary>
    public int OwnerOf(string key) => Store.Map.OwnerOf(Slot.Of(Encoding.Latin1.GetBytes(key))).Value;

    public bool Commit(Durability level = Durability.No) => Store.Commit(Store.Appended, level);

    /// <summary>Every key with its value, by a scan over all slots; expired ones that nobody has removed yet included.</summary>
    public Dictionary<string, string> All() => Scan().ToDictionary(e => e.Key, e => e.Value.Value);

    /// <summary>Every key that is not expired, by a scan over all slots.</summary>
    public Dictionary<string, LiveEntry> Live() => Scan().Where(e => e.Value.DeadlineMs == 0 || e.Value.DeadlineMs > NowMs).ToDictionary();

    public void Dispose() => Store.Dispose();

    private KeyRef Key(string key) => KeyRef.Of(Encoding.Latin1.GetBytes(key), Store.HashSeed);

    private Dictionary<string, LiveEntry> Scan()
    {
        var all = new Collector();
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            ulong position = 0;
            do
            {
                position = Store.Scan(new SlotId((ushort)slot), position, all);
            }
            while (position != 0);
        }

        return all.Found;
    }

    private sealed class Collector : IEntryVisitor
    {
        public Dictionary<string, LiveEntry> Found { get; } = [];

        public void Visit(Shard shard, EntryRef entry)
        {
            string key = Encoding.Latin1.GetString(shard.Table.KeyOf(entry));
            var found = new LiveEntry(Encoding.Latin1.GetString(shard.Table.ValueOf(entry)), shard.Table.DeadlineOf(entry));
            Assert.True(Found.TryAdd(key, found), $"'{key}' is there twice");
        }
    }
}
