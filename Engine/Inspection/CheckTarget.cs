using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Slots;

namespace OrleansKv.Engine.Inspection;

/// <summary>Takes a recovery and keeps nothing but how far each shard has come: enough for it to fail where a server's would. One thread.</summary>
internal sealed class CheckTarget : IRecoveryTarget
{
    private readonly Dictionary<ShardId, LogPosition> _reached = [];
    private SlotMap? _map;

    public void SlotMap(ReadOnlySpan<byte> map) => _map = Slots.SlotMap.FromBytes(map);

    public void SlotMapChange(ReadOnlySpan<byte> change)
    {
        if (_map is not null) _map = Slots.SlotMapChange.Apply(_map, change);
    }

    public void BeginShard(ShardId shard, LogPosition position) => _reached[shard] = position;

    public void RestoreEpochs(ShardId shard, ReadOnlySpan<Shards.EpochStart> epochs)
    {
    }

    public void RestoreEntry(ShardId shard, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
    }

    public LogPosition PositionOf(ShardId shard) => _reached.GetValueOrDefault(shard, LogPosition.None);

    public void Apply(ShardId shard, LogPosition position, in Shards.Effect effect) => _reached[shard] = position;
}
