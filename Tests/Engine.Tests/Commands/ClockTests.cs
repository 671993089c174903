using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using OrleansKv.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>When a command's clock is read: behind every wait, and once for what is one moment to a user.</summary>
public sealed class ClockTests : IDisposable
{
    private readonly FakeTimeProvider _clock = TestTime.New();
    private readonly StoreDriver _driver;

    public ClockTests() => _driver = new StoreDriver(StoreDriver.Small with { ShardCount = 1, Time = _clock });

    public void Dispose() => _driver.Dispose();

    [Fact]
    public void Command_ThatHadToWaitForItsShard_GoesByTheTimeAfterTheWait()
    {
        _driver.Set("k", "old", _clock.NowMs() + 100);
        NodeStore store = _driver.Store;
        ShardCell cell = store.Enter(KeyRef.Of("k"u8, store.HashSeed)); // a long command holds it
        string? reply = null;
        var waiting = new Thread(() => reply = Get(store, "k", readAtMs: _clock.NowMs()));
        waiting.Start();
        SpinWait.SpinUntil(() => (waiting.ThreadState & ThreadState.WaitSleepJoin) != 0);
        _clock.Advance(100);
        store.Exit(cell);
        waiting.Join();
        Assert.Equal("$-1\r\n", reply);
    }

    [Fact]
    public void GroupOfABatch_HasOneClock()
    {
        _driver.Set("k", "41", _clock.NowMs() + 5000);
        var batch = new BatchWriter();
        batch.AddGroup(62, []);
        for (int i = 0; i < 60; i++) Add(batch, $"incr other{i}");
        Add(batch, "incr k");
        Add(batch, "pttl k");
        _clock.AutoAdvanceAmount = TimeSpan.FromSeconds(1); // with each look: one of the batch, one of the group
        Assert.Equal([":42\r\n", ":4000\r\n"], Run(batch)[^2..]);
    }

    // A long command in front: the deadline counts from when its own turn comes.
    [Theory]
    [InlineData("bitcount big")]
    [InlineData("get big")]
    public void CommandBehindALongOne_GoesByTheTimeAfterIt(string line)
    {
        _driver.Set("big", new string('x', 100_000));
        var batch = new BatchWriter();
        Add(batch, line);
        Add(batch, "set k v px 5000");
        Add(batch, "pexpiretime k");
        long began = _clock.NowMs();
        _clock.AutoAdvanceAmount = TimeSpan.FromSeconds(1);
        Assert.Equal($":{began + 1000 + 5000}\r\n", Run(batch)[^1]);
    }

    private static string Get(NodeStore store, string key, long readAtMs)
    {
        var writer = new ReplyWriter();
        byte[] words = Encoding.ASCII.GetBytes("get" + key);
        var args = new ArgList(words, [new ArgSlice(0, 3), new ArgSlice(3, key.Length)]);
        var context = new CommandContext { Args = args, Reply = writer, Store = store, NowMs = readAtMs };
        KeyRef found = KeyRef.Of(words.AsSpan(3), store.HashSeed);
        ShardCell? held = null;
        new CommandRunner(store).RunOneKey(DataCommand.Find("get")!, found.Slot, found.Hash, ref context, ref held);
        store.Exit(held!);
        return Encoding.ASCII.GetString(writer.Written);
    }

    private static void Add(BatchWriter batch, string line)
    {
        string[] words = line.Split(' ');
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(words));
        var slices = new ArgSlice[words.Length];
        for (int i = 0, at = 0; i < words.Length; at += words[i++].Length) slices[i] = new ArgSlice(at, words[i].Length);
        batch.Add(DataCommands.IndexOf(words[0])!.Value, new ArgList(bytes, slices), 0);
    }

    private string[] Run(BatchWriter batch)
    {
        byte[] bytes = batch.TakeBytes();
        BatchReply reply = new BatchRunner(new CommandRunner(_driver.Store)).Run(new ShardId(0), bytes, out string? problem)!;
        Assert.Null(problem);
        string[] replies = [.. Enumerable.Range(0, reply.Count).Select(i => Encoding.ASCII.GetString(reply[i]))];
        reply.Release();
        return replies;
    }
}
