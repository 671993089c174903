using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Store;

public sealed class ShardTests
{
    private const long NowMs = 1_700_000_000_000;

    /// <summary>The Lsn went on though the record did not come into the log: a store with such a gap never opened again.</summary>
    [Fact]
    public void RecordThatTheLogRefuses_ChangesNothing_AndUsesNoLsn()
    {
        var log = new RefusingLog();
        using var shard = new Shard(new ShardId(1), new Epoch(1), log, 42);
        KeyRef key = KeyRef.Of("key"u8, 42);
        shard.Set(key, "1"u8, NowMs + 5, NowMs);
        log.Refuses = true;
        Assert.Throws<InvalidOperationException>(() => shard.Set(KeyRef.Of("key"u8, 42), "2"u8, 0, NowMs));
        Assert.Throws<InvalidOperationException>(() => shard.ExpireDue(NowMs + 10, 10));
        Assert.Equal(new Lsn(1), shard.Lsn);
        Assert.Equal("1"u8, shard.Table.ValueOf(shard.Find(key, NowMs)));
        log.Refuses = false;
        shard.Set(key, "3"u8, 0, NowMs);
        Assert.Equal([1, 2], log.Lsns);
    }

    private sealed class RefusingLog : IEffectLog
    {
        public bool Refuses { get; set; }

        public List<long> Lsns { get; } = [];

        public void Append(ShardId shard, LogPosition position, in Effect effect)
        {
            if (Refuses) throw new InvalidOperationException("no room on purpose");
            Lsns.Add(position.Lsn.Value);
        }
    }
}
