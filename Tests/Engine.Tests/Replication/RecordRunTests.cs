using System.Buffers.Binary;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Replication;

/// <summary>A run takes the bytes of a journal as they are, refuses those that cannot follow, and finds what a log has of it.</summary>
public sealed class RecordRunTests
{
    private const int ShardAt = 10;
    private const int EpochAt = 12;
    private const int LsnAt = 16;

    private static int Count => ShardRecords.All.Count;

    [Fact]
    public void Parse_AnyWholeGroups_GivesTheirLast_AndKeepsTheBytes()
    {
        for (int from = 0; from <= Count; from++)
        {
            for (int to = from; to <= Count; to++)
            {
                byte[] bytes = ShardRecords.Bytes(from, to);
                if (!ShardRecords.IsEndOfGroup(to) && to > from)
                {
                    Assert.Throws<InvalidDataException>(() => RecordRun.Parse(ShardRecords.Shard, ShardRecords.Before(from), bytes));
                    continue;
                }

                var run = RecordRun.Parse(ShardRecords.Shard, ShardRecords.Before(from), bytes);
                Assert.Equal((ShardRecords.Before(from), ShardRecords.Before(to), from == to), (run.Before, run.Last, run.IsEmpty));
                Assert.True(run.Bytes.Equals(bytes.AsMemory()), "the bytes were copied");
            }
        }
    }

    [Fact]
    public void Parse_CutAnywhere_IsRefused_ButBehindAGroup()
    {
        byte[] bytes = ShardRecords.Bytes(0, Count);
        int whole = 0;
        for (int length = 0; length <= bytes.Length; length++)
        {
            try
            {
                RecordRun.Parse(ShardRecords.Shard, LogPosition.None, bytes.AsMemory(0, length));
                whole++;
            }
            catch (InvalidDataException)
            {
                // all but the ends of groups
            }
        }

        Assert.Equal(Enumerable.Range(0, Count + 1).Count(ShardRecords.IsEndOfGroup), whole);
    }

    [Fact]
    public void Parse_BehindAnyOtherPosition_IsRefused()
    {
        byte[] bytes = ShardRecords.Bytes(4, Count);
        for (int i = 0; i <= Count; i++)
        {
            LogPosition before = ShardRecords.Before(i);
            if (i != 4) Assert.Throws<InvalidDataException>(() => RecordRun.Parse(ShardRecords.Shard, before, bytes));
        }

        Assert.Throws<InvalidDataException>(() => RecordRun.Parse(new ShardId(1), ShardRecords.Before(4), bytes));
        Assert.Throws<InvalidDataException>(() => RecordRun.Parse(ShardRecords.Shard, LogPosition.MaxValue, bytes));
    }

    [Theory]
    [InlineData("a length that is negative", 4, -1)]
    [InlineData("a length that is not there", 4, int.MaxValue)]
    [InlineData("another shard", ShardAt, 1)]
    [InlineData("an epoch that nothing begins", EpochAt, 9)]
    [InlineData("an epoch that is over", EpochAt, 0)]
    [InlineData("a gap", LsnAt, 900)]
    [InlineData("a record of no shard", LsnAt, 0)]
    public void Parse_HeaderThatCannotBe_IsRefused(string what, int at, int value)
    {
        for (int record = 1; record < Count; record++)
        {
            if (ShardRecords.All[record].Header.Kind == EffectKind.EpochBegins && at == EpochAt && value == 9) continue; // that one may
            byte[] bytes = ShardRecords.Bytes(0, Count);
            Span<byte> header = bytes.AsSpan(ShardRecords.Bytes(0, record).Length);
            if (at == ShardAt) BinaryPrimitives.WriteUInt16LittleEndian(header[at..], (ushort)value);
            else BinaryPrimitives.WriteInt32LittleEndian(header[at..], value);
            Assert.True(IsRefused(bytes), $"record {record} has {what}");
        }
    }

    [Fact]
    public void Parse_LsnBeyondAllThatAKeyCanKeep_IsRefused()
    {
        byte[] bytes = ShardRecords.Bytes(1, 2);
        Assert.Equal(new LogPosition(new Epoch(1), new Lsn(Lsn.MaxValue)), Read(Lsn.MaxValue).Last);
        Assert.Throws<InvalidDataException>(() => Read(Lsn.MaxValue + 1));
        Assert.Throws<InvalidDataException>(() => Read(long.MinValue)); // what follows the largest number

        RecordRun Read(long lsn)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LsnAt), lsn);
            return RecordRun.Parse(ShardRecords.Shard, new LogPosition(new Epoch(1), new Lsn(unchecked(lsn - 1))), bytes);
        }
    }

    [Fact]
    public void KnownBy_LogThatHasSomeOfThem_IsTheLastThatItHas()
    {
        for (int from = 0; from < Count; from++)
        {
            RecordRun run = ShardRecords.Run(from, Count);
            for (int has = from; has <= Count; has++)
            {
                HeadLog log = ShardRecords.Log(has);
                Assert.Equal(ShardRecords.Before(has), run.KnownBy(log));
                if (has == from || has == Count) Assert.Equal(1, log.Questions); // none or all: the records are not gone over
            }
        }
    }

    [Fact]
    public void KnownBy_LogThatWentAnotherWay_IsWhereTheyPart()
    {
        LogPosition common = ShardRecords.Before(4);
        var tenure = new EpochStart(new Epoch(7), common.Lsn.Next);
        var log = new HeadLog(new LogHead(
            new LogPosition(tenure.Epoch, new Lsn(1_000)), LogPosition.None, [new EpochStart(new Epoch(1), new Lsn(1)), tenure]));
        Assert.Equal(common, ShardRecords.Run(0, Count).KnownBy(log));
        Assert.Equal(common, ShardRecords.Run(4, Count).KnownBy(log));
    }

    [Fact]
    public void KnownBy_OfNoRecords_IsWhatTheyFollow()
    {
        LogPosition before = ShardRecords.Before(3);
        var empty = RecordRun.Empty(before);
        Assert.Equal((before, before, true, 0), (empty.Before, empty.Last, empty.IsEmpty, empty.Bytes.Length));
        Assert.Equal(before, empty.KnownBy(ShardRecords.Log(3)));
        Assert.Equal(before, empty.KnownBy(ShardRecords.Log(Count)));
    }

    private static bool IsRefused(byte[] bytes)
    {
        try
        {
            RecordRun.Parse(ShardRecords.Shard, LogPosition.None, bytes);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
