using OrleansKv.Engine.Recovery;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Inspection;

/// <summary>
/// Takes a recovery and keeps nothing but how far each shard has come: enough for it to fail where a server's would. One thread.
/// </summary>
internal sealed class CheckTarget : IRecoveryTarget
{
    private readonly Dictionary<ShardId, LogPosition> _reached = [];
    private SlotMap? _map;

    public void SetSlotMap(ReadOnlySpan<byte> map) => _map = SlotMap.FromBytes(map);

    public void ChangeSlotMap(ReadOnlySpan<byte> change)
    {
        if (_map is not null) _map = SlotMapChange.Apply(_map, change);
    }

    public void BeginShard(ShardId shard, LogPosition position, Epoch fence) => _reached[shard] = position;

    public void RestoreEpochs(ShardId shard, ReadOnlySpan<Shards.EpochStart> epochs)
    {
    }

    public void RestoreEntry(ShardId shard, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
    }

    public LogPosition PositionOf(ShardId shard) => _reached.GetValueOrDefault(shard, LogPosition.None);

    public void Apply(ShardId shard, LogPosition position, in Effect effect) => _reached[shard] = position;
}
