using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Inspection;

/// <summary>
/// How far the records of a folder's segments bring each shard, beginning with the manifest's rows. Without a manifest it is not known
/// where a shard's records begin, so every order of them is taken. One thread, the segments in their order.
/// </summary>
internal sealed class CheckedPositions(Manifest? manifest) : IScanTarget
{
    private readonly Dictionary<int, LogPosition>? _reached = manifest?.Shards.ToDictionary(s => s.Id, s => s.Position);

    private readonly RecordOffsets _offsets = new(manifest?.Shards ?? []);

    /// <summary>The next records are of this segment.</summary>
    public void Begin(in Segment segment) => _offsets.Begin(segment);

    public LogPosition? PositionOf(ShardId shard, long at)
    {
        if (_reached is null) return null;
        return _offsets.Counts(shard, at) ? _reached.GetValueOrDefault(shard.Value, LogPosition.None) : LogPosition.MaxValue;
    }

    public void Take(in RecordHeader header, LogPosition position, in Effect effect)
    {
        if (_reached is not null && header.IsOfAShard) _reached[header.Shard.Value] = position;
    }
}
