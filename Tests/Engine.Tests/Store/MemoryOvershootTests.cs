using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>How far a store goes over its budget: by the last value, and a little.</summary>
public sealed class MemoryOvershootTests
{
    private const long Budget = 20_000_000;
    private const int ValueBytes = 200_000;

    /// <summary>What each shard's last write had added was not in the total: 26.8 MB of 20.</summary>
    [Fact]
    public void LargeValues_EachInAShardOfItsOwn_AreRefusedAtTheBudget()
    {
        StoreOptions options = StoreDriver.Small with
        {
            ShardCount = 32, MemoryBudgetBytes = Budget, EvictionPolicy = EvictionPolicy.NoEviction,
        };
        using var driver = new StoreDriver(options);
        NodeStore store = driver.Store;
        var runner = new CommandRunner(store);
        var reply = new ReplyWriter();
        int kept = 0;
        for (int i = 0; i < 1_000; i++)
        {
            byte[] words = Encoding.ASCII.GetBytes($"set{i:D6}" + new string('v', ValueBytes));
            ArgSlice[] slices = [new(0, 3), new(3, 6), new(9, ValueBytes)];
            var context = new CommandContext
            {
                Args = new ArgList(words, slices), Reply = reply, Store = store, NowMs = store.NowMs,
            };
            KeyRef key = KeyRef.Of(words.AsSpan(3, 6), store.HashSeed);
            ShardCell? held = null;
            reply.Truncate(0);
            runner.RunOneKey(DataCommand.Find("set")!, key.Slot, key.Hash, ref context, ref held);
            store.Exit(held!);
            if (reply.Written[0] == (byte)'+') kept++;
        }

        long used = store.Cells.Sum(c => c.Shard.Table.UsedBytes);
        Assert.InRange(used, Budget - ValueBytes, Budget + ValueBytes + (512 * 1024));
        Assert.InRange(kept, 95, 104);
    }
}
