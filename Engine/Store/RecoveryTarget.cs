using System.Runtime.CompilerServices;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>Builds shards from what recovery reads.</summary>
internal sealed class RecoveryTarget(StoreOptions options, IEffectLog log) : IRecoveryTarget
{
    private readonly Shard?[] _shards = new Shard?[ShardId.System.Value + 1]; // a start looks them up twice a record
    private readonly long _nowMs = options.Time.GetUtcNow().ToUnixTimeMilliseconds();
    private SlotMap? _map;

    public SlotMap Map => _map!;

    public void Use(SlotMap map) => _map ??= map;

    public void SetSlotMap(ReadOnlySpan<byte> map) => _map = SlotMap.FromBytes(map);

    // Without a manifest no map was ever acknowledged; the journal cannot hold changes of one then.
    public void ChangeSlotMap(ReadOnlySpan<byte> change) =>
        _map = SlotMapChange.Apply(_map ?? throw new InvalidDataException("the journal changes a slot map that no manifest has"), change);

    /// <summary>The newest tenure that any shard's record or snapshot names.</summary>
    public Epoch HighestEpoch => _shards.OfType<Shard>().Select(s => s.NewestEpoch).DefaultIfEmpty(Epoch.None).Max();

    public void BeginShard(ShardId shard, LogPosition position, Epoch fence) => ShardOf(shard).Restore(position, default, fence);

    public void RestoreEpochs(ShardId shard, ReadOnlySpan<EpochStart> epochs) => ShardOf(shard).Epochs.Replace(epochs);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RestoreEntry(ShardId shard, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
        // One that expired while the store was down stays until expiry takes it with a record of its own: replaying must give the same map.
        ShardOf(shard).RestoreEntry(KeyRef.Of(key, options.HashSeed), value, deadlineMs, version, _nowMs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public LogPosition PositionOf(ShardId shard) => _shards[shard.Value]?.Position ?? LogPosition.None;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(ShardId shard, LogPosition position, in Effect effect) => ShardOf(shard).Apply(effect, position, _nowMs);

    /// <summary>A cell for every shard up to the highest that the map or the files know.</summary>
    public ShardCell[] TakeCells()
    {
        int count = Math.Max(Map.CellCount, Array.FindLastIndex(_shards, ShardId.System.Value - 1, s => s is not null) + 1);
        return [.. Enumerable.Range(0, count).Select(i => new ShardCell(ShardOf(new ShardId((ushort)i))))];
    }

    /// <summary>The system shard's cell; an empty one for a folder that has none.</summary>
    public ShardCell TakeSystem() => new(ShardOf(ShardId.System));

    private Shard ShardOf(ShardId id)
    {
        return _shards[id.Value] ??= new Shard(id, Epoch.None, log, options.HashSeed);
    }
}
