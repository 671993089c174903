using OrleansKv.Protocol;

namespace OrleansKv.Grains;

/// <summary>Position of a record of a shard.</summary>
/// <param name="Epoch">The tenure that wrote it.</param>
/// <param name="Lsn">Its number.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.shardposition")]
public readonly record struct ShardPosition(uint Epoch, long Lsn)
{
    public static ShardPosition Of(LogPosition position) => new(position.Epoch.Value, position.Lsn.Value);

    public LogPosition ToLogPosition() => new(new Epoch(Epoch), new Lsn(Lsn));
}
