using System.Text;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Batches;

public sealed class BatchTests : IDisposable
{
    private readonly StoreDriver _driver = new(StoreDriver.Small with { ShardCount = 1 });
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
        long version = long.Parse(replies[1][1..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(version > 0);
        Assert.Equal(":0\r\n", replies[2]);

        batch.AddGroup(2, [("a"u8.ToArray(), new Lsn(version)), ("none"u8.ToArray(), Lsn.None)]);
        Add(batch, "incr a");
        Add(batch, "set none 1");
        Add(batch, "get none");
        Assert.Equal([":1\r\n", ":2\r\n", "+OK\r\n", "$1\r\n1\r\n"], Run(batch));

        batch.AddGroup(1, [("a"u8.ToArray(), new Lsn(version))]);
        Add(batch, "incr a");
        Add(batch, "get a");
        Assert.Equal([":0\r\n", "", "$1\r\n2\r\n"], Run(batch));
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

        Assert.All(Enum.GetValues<Durability>(), level => Assert.Equal(level, BatchFormat.LevelOf((byte)(BatchFormat.LevelFlags(level) | 0xF3))));
    }

    [Fact]
    public void CutAtEveryByte_IsRefusedOrAWholePrefix()
    {
        var batch = new BatchWriter();
        Add(batch, "set key value");
        batch.AddGroup(1, [("key"u8.ToArray(), new Lsn(1))]);
        Add(batch, "append key x");
        (byte[] bytes, int length) = batch.Take();
        for (int cut = 0; cut < length; cut++)
        {
            BatchReply? reply = _runner.Run(new ShardId(0), bytes.AsSpan(0, cut), out string? problem);
            Assert.True(reply is null == problem is not null);
            reply?.Release();
        }
    }

    [Fact]
    public void AnotherProgramsCommands_AreRefused()
    {
        var batch = new BatchWriter();
        Add(batch, "get a");
        (byte[] bytes, int length) = batch.Take();
        bytes[0]++;
        Assert.Null(_runner.Run(new ShardId(0), bytes.AsSpan(0, length), out string? problem));
        Assert.Contains("versions", problem);
    }

    [Fact]
    public void Transfer_KeepsValuesDeadlinesAndVersions_AndSurvivesAKill()
    {
        using var source = new StoreDriver(StoreDriver.Small with { ShardCount = 1 });
        source.Set("a", "1");
        source.Set("b", "2", source.NowMs + 1_000_000_000_000);
        byte[] shard = ShardTransfer.Export(source.Store, new ShardId(0));

        var disk = new MemoryDisk();
        using var target = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 1 });
        for (int i = 0; i < 10; i++) target.Set($"old{i}", "x"); // an older life of the shard on this node
        ShardTransfer.Drop(target.Store, new ShardId(0), new Epoch(6));
        ShardTransfer.Import(target.Store, new ShardId(0), new Epoch(7), shard);
        target.Set("c", "3");
        target.Commit();
        using var again = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { ShardCount = 1 });
        Assert.Equal(["a=1", "b=2", "c=3"], again.All().Select(p => $"{p.Key}={p.Value}").Order());
        Shard recovered = again.Store.Cells[0].Shard;
        Assert.Equal(7u, recovered.Epoch.Value);
        KeyRef key = KeyRef.Of("b"u8, again.Store.HashSeed);
        Assert.Equal(2, CommandRunner.VersionOf(recovered, key, again.NowMs).Value);
        Assert.Equal(source.NowMs + 1_000_000_000_000, recovered.Table.DeadlineOf(recovered.Find(key, again.NowMs)));

        shard[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => ShardTransfer.Import(target.Store, new ShardId(0), new Epoch(8), shard));
    }

    private static void Add(BatchWriter batch, string line, byte flags = 0)
    {
        string[] words = line.Split(' ');
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(words));
        var slices = new ArgSlice[words.Length];
        for (int i = 0, at = 0; i < words.Length; at += words[i++].Length) slices[i] = new ArgSlice(at, words[i].Length);
        DataCommand command = DataCommand.Find(words[0])!;
        if (command.Spec.Accepts(words.Length)) batch.Add(command, new ArgList(bytes, slices), flags);
    }

    private string[] Run(BatchWriter batch)
    {
        (byte[] bytes, int length) = batch.Take();
        BatchReply reply = _runner.Run(new ShardId(0), bytes.AsSpan(0, length), out string? problem)!;
        Assert.Null(problem);
        string[] replies = [.. Enumerable.Range(0, reply.Count).Select(i => Encoding.ASCII.GetString(reply[i]))];
        reply.Release();
        return replies;
    }
}
