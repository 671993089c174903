using System.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>Shards that see nothing but the effects of others: no clock, no command. They must end equal.</summary>
internal sealed class EffectReplica(int shards, ulong hashSeed) : IEffectLog, IDisposable
{
    public Shard[] Shards { get; } =
        [.. Enumerable.Range(0, shards).Select(i => new Shard(new ShardId((ushort)i), new Epoch(1), new Sink(), hashSeed))];

    /// <summary>Kind and payload size (bytes) of each effect, in order.</summary>
    public List<(EffectKind Kind, int Bytes)> Effects { get; } = [];

    public void Append(ShardId shard, LogPosition position, in Effect effect)
    {
        Assert.Equal(Shards[shard.Value].Lsn.Next, position.Lsn); // dense
        Effects.Add((effect.Kind, effect.Value.Length));
        Shards[shard.Value].Apply(effect, position, nowMs: 0);
    }

    /// <summary>Every entry as <c>key = value @deadline #version</c>, sorted.</summary>
    public static List<string> ContentOf(Shard shard)
    {
        var content = new List<string>();
        for (EntryRef at = shard.Table.Coldest; !at.IsNone; at = shard.Table.Warmer(at))
        {
            content.Add($"{Encoding.Latin1.GetString(shard.Table.KeyOf(at))} = {Encoding.Latin1.GetString(shard.Table.ValueOf(at))}"
                + $" @{shard.Table.DeadlineOf(at)} #{shard.Table.VersionOf(at)}");
        }

        content.Sort(StringComparer.Ordinal);
        return content;
    }

    public void Dispose()
    {
        foreach (Shard shard in Shards) shard.Dispose();
    }

    private sealed class Sink : IEffectLog
    {
        public void Append(ShardId shard, LogPosition position, in Effect effect) => Assert.Fail("a replica decided something");
    }
}
