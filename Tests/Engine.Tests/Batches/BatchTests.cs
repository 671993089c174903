using System.Text;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;
using OrleansKv.Tests.Support;

namespace OrleansKv.Engine.Tests.Batches;

public sealed class BatchTests : IDisposable
{
    /// <summary>A group has run, in the moment at which the clock stands.</summary>
    private const string Ran = ":1700000000000\r\n";

    private readonly StoreDriver _driver = new(StoreDriver.Small with { ShardCount = 1, Time = TestTime.New() });
    private readonly BatchRunner _runner;

    public BatchTests() => _runner = new BatchRunner(new CommandRunner(_driver.Store));

    public void Dispose() => _driver.Dispose();

    [Fact]
    public void Commands_RunInOrder_EachWithItsReply()
    {
        var batch = new BatchWriter();
        Add(batch, "set a 1");
        Add(batch, "incr a");
        Add(batch, "mget a b");
        Add(batch, "get b", BatchFormat.Resp3Flag);
        Add(batch, "set a");
        Add(batch, "dbsize");
        Assert.Equal(["+OK\r\n", ":2\r\n", "*2\r\n$1\r\n2\r\n$-1\r\n", "_\r\n", ":1\r\n"], Run(batch));
    }

    [Fact]
    public void Group_RunsWholeOrNotAtAll()
    {
        var batch = new BatchWriter();
        Add(batch, "set a 1");
        batch.AddVersion("a"u8);
        batch.AddVersion("none"u8);
        string[] replies = Run(batch);
        LogPosition version = VersionIn(replies[1]), none = VersionIn(replies[2]);
        Assert.True(version.Lsn > Lsn.None && version.Epoch > Epoch.None);
        Assert.True(none.Lsn < Lsn.None);

        batch.AddGroup(2, [("a"u8.ToArray(), version), ("none"u8.ToArray(), none), ("never"u8.ToArray(), LogPosition.None)]);
        Add(batch, "incr a");
        Add(batch, "set none 1");
        Add(batch, "get none");
        Assert.Equal([Ran, ":2\r\n", "+OK\r\n", "$1\r\n1\r\n"], Run(batch));

        batch.AddGroup(1, [("a"u8.ToArray(), version)]);
        Add(batch, "incr a");
        Add(batch, "get a");
        Assert.Equal([":0\r\n", "", "$1\r\n2\r\n"], Run(batch));

        Add(batch, "del none"); // it came and went
        batch.AddGroup(1, [("none"u8.ToArray(), none)]);
        Add(batch, "incr a");
        batch.AddGroup(1, [("none"u8.ToArray(), LogPosition.None)]);
        Add(batch, "incr a");
        Assert.Equal([":1\r\n", ":0\r\n", "", Ran, ":3\r\n"], Run(batch));

        // A version of another tenure is another one, whatever its Lsn.
        batch.AddVersion("a"u8);
        version = VersionIn(Run(batch)[0]);
        batch.AddGroup(1, [("a"u8.ToArray(), version with { Epoch = version.Epoch.Next })]);
        Add(batch, "incr a");
        batch.AddGroup(1, [("a"u8.ToArray(), version)]);
        Add(batch, "incr a");
        Assert.Equal([":0\r\n", "", Ran, ":4\r\n"], Run(batch));
    }

    // "$12\r\n" and the position.
    private static LogPosition VersionIn(string reply) =>
        LogPosition.Read(System.Text.Encoding.Latin1.GetBytes(reply)[^(LogPosition.SizeBytes + 2)..]);

    [Fact]
    public void Group_WithoutMemoryForOneOfIt_IsRefusedWhole()
    {
        var batch = new BatchWriter();
        Add(batch, "set from 1");
        Run(batch);
        _driver.Store.Memory.Set(1, EvictionPolicy.NoEviction);
        batch.AddGroup(2, []);
        Add(batch, "set to 1");
        Add(batch, "del from");
        batch.AddGroup(1, []);
        Add(batch, "get from");
        Assert.Equal(["-OOM command not allowed when used memory > 'maxmemory'.\r\n", "", "", Ran, "$1\r\n1\r\n"], Run(batch));
    }

    [Fact]
    public void WrongNumberOfWords_IsTheItemsOwnError()
    {
        var batch = new BatchWriter();
        Add(batch, "set a 1");
        Add(batch, "mset b", checks: false);
        Add(batch, "get", checks: false);
        batch.AddGroup(2, []);
        Add(batch, "incr", checks: false);
        Add(batch, "incr a");
        Add(batch, "get a");
        Assert.Equal(
            ["+OK\r\n", "-ERR wrong number of arguments for 'mset' command\r\n", "-ERR wrong number of arguments for 'get' command\r\n",
                Ran, "-ERR wrong number of arguments for 'incr' command\r\n", ":2\r\n", "$1\r\n2\r\n"],
            Run(batch));
    }

    [Fact]
    public void MayWait_BehindLongReplies_HasNotRun()
    {
        SetLong("long", BatchFormat.LongReplyBytes - 100);
        var batch = new BatchWriter();
        Add(batch, "get long", BatchFormat.MayWaitFlag);
        Add(batch, "get long", BatchFormat.MayWaitFlag);
        Add(batch, "incr n", BatchFormat.MayWaitFlag);
        Add(batch, "incr n"); // what stands behind has not run either: commands of a connection keep their order
        Assert.Equal(2, Run(batch).Length);
        Add(batch, "get n");
        Assert.Equal("$-1\r\n", Assert.Single(Run(batch)));

        Add(batch, "get long");
        Add(batch, "get long");
        batch.AddGroup(2, [], BatchFormat.MayWaitFlag);
        Add(batch, "incr n");
        Add(batch, "incr n");
        Assert.Equal(2, Run(batch).Length);
    }

    [Fact]
    public void MayWait_ReadWhoseReplyIsTooLong_HasNotRun_ButAWriteHas()
    {
        SetLong("long", BatchFormat.LongReplyBytes + 1);
        var batch = new BatchWriter();
        Add(batch, "incr n", BatchFormat.MayWaitFlag);
        Add(batch, "get long", BatchFormat.MayWaitFlag);
        Add(batch, "incr n", BatchFormat.MayWaitFlag);
        Assert.Equal([":1\r\n", ""], Run(batch));

        Add(batch, "incr n", BatchFormat.MayWaitFlag);
        Add(batch, "get long");
        Add(batch, "incr n", BatchFormat.MayWaitFlag);
        Assert.Equal([4, LengthOfBulk(BatchFormat.LongReplyBytes + 1)], Run(batch).Select(r => r.Length));

        Add(batch, "getset long short", BatchFormat.MayWaitFlag);
        Assert.Equal(LengthOfBulk(BatchFormat.LongReplyBytes + 1), Assert.Single(Run(batch)).Length);
    }

    [Fact]
    public void ReplyLongerThanAnAnswer_IsAnError_AndTheRestRuns()
    {
        SetLong("long", 1000);
        var runner = new BatchRunner(
            new CommandRunner(_driver.Store)) { MaxReplyBytes = 2500, Faults = (_, failure) => Assert.Fail(failure.ToString()) };
        var batch = new BatchWriter();
        for (int i = 0; i < 3; i++) Add(batch, "get long");
        Add(batch, "incr n");
        Assert.Equal(["-ERR the reply is too long: ask for less at a time\r\n", ":1\r\n"], Run(batch, runner).Skip(2));
    }

    [Fact]
    public void Slow_ItemsAreNamed()
    {
        var batch = new BatchWriter();
        Assert.Equal([], Slow(0, long.MaxValue));
        Assert.Equal([0, 1, 3], Slow(3, 0)); // the items that ran: with nothing as the limit all are slow
        Assert.Equal([], Slow(3, 3_600_000_000_000));

        int[] Slow(int more, long ns)
        {
            var runner = new BatchRunner(new CommandRunner(_driver.Store)) { SlowNs = ns };
            Add(batch, "set a 1");
            if (more > 0)
            {
                Add(batch, "dbsize");
                batch.AddGroup(1, []);
                Add(batch, "incr a");
            }

            byte[] bytes = batch.TakeBytes();
            BatchReply reply = runner.Run(new ShardId(0), bytes, out _)!;
            int[] found = [.. reply.Slow.Select(s => s.Index)];
            reply.Release();
            return found;
        }
    }

    [Fact]
    public void HasWritten_SaysWhetherACommandMayHave()
    {
        var batch = new BatchWriter();
        Add(batch, "get a");
        Run(batch);
        Assert.False(_runner.HasWritten);
        Add(batch, "get a");
        Add(batch, "set a 1");
        Run(batch);
        Assert.True(_runner.HasWritten);
    }

    [Fact]
    public void Items_OfOneBatch_RunInAnother()
    {
        var batch = new BatchWriter();
        Add(batch, "set a 1");
        batch.AddGroup(2, [("a"u8.ToArray(), new LogPosition(new Epoch(1), new Lsn(1)))], BatchFormat.MayWaitFlag);
        Add(batch, "incr a");
        Add(batch, "mget a b c");
        Add(batch, "append a x");
        Assert.Equal(5, batch.Count);
        var other = new BatchWriter();
        Add(other, "set a 5");
        Assert.Equal(1, other.AddItems(batch.ItemsOf(4, 1), 1, false));
        Assert.Equal(2, other.AddItems(batch.ItemsOf(1, 3), 3, false));
        Assert.Equal(5, other.AddItems(batch.ItemsOf(3, 1), 1, false));
        Assert.Equal(["+OK\r\n", ":2\r\n", ":0\r\n", "", "", "*3\r\n$2\r\n5x\r\n$-1\r\n$-1\r\n"], Run(other));
    }

    [Fact]
    public void Level_IsTheHighestThatAnItemAsksFor()
    {
        var batch = new BatchWriter();
        foreach (Durability byDefault in Enum.GetValues<Durability>())
        {
            foreach (Durability? one in (Durability?[])[null, .. Enum.GetValues<Durability>()])
            {
                foreach (Durability? other in (Durability?[])[null, .. Enum.GetValues<Durability>()])
                {
                    Add(batch, "set a 1", BatchFormat.LevelFlags(one));
                    batch.AddGroup(1, []); // has no level of its own
                    Add(batch, "get a", (byte)(BatchFormat.LevelFlags(other) | BatchFormat.Resp3Flag | BatchFormat.NoTouchFlag));
                    batch.AddVersion("a"u8, BatchFormat.LevelFlags(one));
                    Run(batch);
                    Assert.Equal((Durability)Math.Max((int)(one ?? byDefault), (int)(other ?? byDefault)), _runner.LevelOr(byDefault));
                }
            }
        }

        Assert.All(Enum.GetValues<Durability>(),
            level => Assert.Equal(level, BatchFormat.LevelOf((byte)(BatchFormat.LevelFlags(level) | 0xF3))));
    }

    [Fact]
    public void CutAtEveryByte_IsRefusedOrAWholePrefix()
    {
        var batch = new BatchWriter();
        Add(batch, "set key value");
        batch.AddGroup(1, [("key"u8.ToArray(), new LogPosition(new Epoch(1), new Lsn(1)))]);
        Add(batch, "append key x");
        byte[] bytes = batch.TakeBytes();
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            BatchReply? reply = _runner.Run(new ShardId(0), bytes.AsSpan(0, cut), out string? problem);
            Assert.True(reply is null == problem is not null);
            reply?.Release();
        }
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(false, 0)]
    [InlineData(false, 5)]
    [InlineData(false, 4, 3)]
    [InlineData(false, 4, 3, 7)]
    [InlineData(false, 4, 3, 8)]
    [InlineData(false, 4, 3, 12, 3, 0)]
    [InlineData(true, 4)]
    [InlineData(true, 4, 3, 12)]
    public void Group_WhoseWordsHaveTheseSizes_IsRefusedOrRun(bool runs, params int[] sizes)
    {
        var batch = new BatchWriter();
        Add(batch, "get key");
        byte[] head = batch.TakeBytes();
        byte[] item = new byte[BatchFormat.ItemBytes + (sizes.Length * 4) + sizes.Sum()];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(item, BatchFormat.Group);
        item[4] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++) item[BatchFormat.ItemBytes + (i * 4)] = (byte)sizes[i];
        BatchReply? reply = _runner.Run(new ShardId(0), [.. head, .. item], out string? problem);
        Assert.Equal(runs, reply is not null);
        Assert.Equal(runs, problem is null);
        reply?.Release();
    }

    [Fact]
    public void AnotherProgramsCommands_AreRefused()
    {
        var batch = new BatchWriter();
        Add(batch, "get a");
        byte[] bytes = batch.TakeBytes();
        bytes[0]++;
        Assert.Null(_runner.Run(new ShardId(0), bytes, out string? problem));
        Assert.Contains("versions", problem);
    }

    [Fact]
    public void Transfer_KeepsValuesDeadlinesAndVersions_AndSurvivesAKill()
    {
        using var source = new StoreDriver(StoreDriver.Small with { ShardCount = 1 });
        source.Set("a", "1");
        source.Set("b", "2", source.NowMs + 1_000_000_000_000);

        var disk = new MemoryDisk();
        using var target = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 1 });
        for (int i = 0; i < 10; i++) target.Set($"old{i}", "x"); // an older life of the shard on this node
        ShardTransfer.Drop(target.Store, new ShardId(0), new Epoch(6));
        ShardMove.Run(source.Store, target.Store, new ShardId(0), new Epoch(7));
        target.Set("c", "3");
        target.Commit();
        using var again = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { ShardCount = 1 });
        Assert.Equal(["a=1", "b=2", "c=3"], again.All().Select(p => $"{p.Key}={p.Value}").Order());
        Shard recovered = again.Store.Cells[0].Shard;
        Assert.Equal(7u, recovered.Position.Epoch.Value);
        KeyRef key = KeyRef.Of("b"u8, again.Store.HashSeed);
        Assert.Equal(source.Store.Cells[0].Shard.Epochs.EpochOf(new Lsn(2)), recovered.WatchVersionOf(key, again.NowMs).Epoch);
        Assert.Equal(2, recovered.WatchVersionOf(key, again.NowMs).Lsn.Value);
        Assert.Equal(source.NowMs + 1_000_000_000_000, recovered.Table.DeadlineOf(recovered.Find(key, again.NowMs)));
    }

    private static int LengthOfBulk(int bytes) => $"${bytes}\r\n".Length + bytes + 2;

    private void SetLong(string key, int bytes) => _driver.Set(key, new string('x', bytes));

    private static void Add(BatchWriter batch, string line, byte flags = 0, bool checks = true)
    {
        string[] words = line.Split(' ');
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(words));
        var slices = new ArgSlice[words.Length];
        for (int i = 0, at = 0; i < words.Length; at += words[i++].Length) slices[i] = new ArgSlice(at, words[i].Length);
        DataCommand command = DataCommand.Find(words[0])!;
        if (!checks || command.Spec.Accepts(words.Length)) batch.Add(command.Index, new ArgList(bytes, slices), flags);
    }

    private string[] Run(BatchWriter batch) => Run(batch, _runner);

    private static string[] Run(BatchWriter batch, BatchRunner runner)
    {
        byte[] bytes = batch.TakeBytes();
        BatchReply reply = runner.Run(new ShardId(0), bytes, out string? problem)!;
        Assert.Null(problem);
        string[] replies = [.. Enumerable.Range(0, reply.Count).Select(i => Encoding.Latin1.GetString(reply[i]))];
        reply.Release();
        return replies;
    }
}
