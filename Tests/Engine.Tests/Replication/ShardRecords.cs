using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Replication;

/// <summary>Records of shard 0 that a store has written in three tenures; some are alone and some in groups.</summary>
internal static class ShardRecords
{
    public static readonly ShardId Shard = new(0);

    public static readonly IReadOnlyList<(RecordHeader Header, byte[] Bytes)> All = Write();

    public static LogPosition Last => All[^1].Header.Position;

    /// <summary>The position before a record.</summary>
    public static LogPosition Before(int record) => record == 0 ? LogPosition.None : All[record - 1].Header.Position;

    /// <summary>Whether a run can end before a record.</summary>
    public static bool IsEndOfGroup(int record) => record == 0 || (All[record - 1].Header.Flags & RecordFlags.ShardContinues) == 0;

    /// <summary>The bytes of some of them, which a test may change.</summary>
    public static byte[] Bytes(int from, int to) => [.. All.Skip(from).Take(to - from).SelectMany(r => r.Bytes)];

    public static RecordRun Run(int from, int to) => new(Before(from), Before(to), Bytes(from, to));

    /// <summary>A log that has the first of them.</summary>
    public static HeadLog Log(int records) => new(new LogHead(Before(records), LogPosition.None, Epochs(records)));

    private static EpochStart[] Epochs(int records) =>
        [.. All.Take(records).Where(r => r.Header.Kind == EffectKind.EpochBegins)
            .Select(r => new EpochStart(r.Header.Position.Epoch, r.Header.Position.Lsn))];

    private static List<(RecordHeader Header, byte[] Bytes)> Write()
    {
        var disk = new MemoryDisk();
        for (int tenure = 0; tenure < 3; tenure++)
        {
            using var store = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 1, Journal = StoreDriver.OneSegment });
            store.Set($"k{tenure}", "1", deadline: 1_800_000_000_000);
            store.SetTogether(("a", "2"), ("b", "3"), ("c", ""));
            store.Append("a", "+");
            store.Delete("b");
        }

        List<(RecordHeader Header, byte[] Bytes)> records = JournalRecords.OfShards(disk);
        Assert.Equal(3, records.Count(r => r.Header.Kind == EffectKind.EpochBegins));
        Assert.Equal(6, records.Count(r => (r.Header.Flags & RecordFlags.ShardContinues) != 0));
        return records;
    }
}
