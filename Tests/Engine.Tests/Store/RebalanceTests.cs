using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using Xunit.Abstractions;

namespace OrleansKv.Engine.Tests.Store;

public sealed class RebalanceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 4)]
    [InlineData(4, 16)]
    [InlineData(16, 1)]
    public void KeysStayReadable_WhileSlotsMove_AndCommandsPullThem(int from, int to)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var driver = new StoreDriver(new MemoryDisk(), StoreDriver.Small with { ShardCount = from });
        var model = new Dictionary<string, string>();
        for (int i = 0; i < 2_000; i++) driver.Set($"k{i}", model[$"k{i}"] = $"v{i}");
        for (int i = 0; i < 500; i++) driver.Set($"{{tag}}{i}", model[$"{{tag}}{i}"] = $"t{i}");
        Assert.True(driver.Store.Rebalancer.TryStart(to));
        Assert.False(driver.Store.Rebalancer.TryStart(3));
        int steps = 0;
        while (driver.Store.Rebalancer.Step(8))
        {
            if (steps++ % 20 != 0) continue;
            for (int i = 0; i < 20; i++)
            {
                string key = random.Next(4) == 0 ? $"{{tag}}{random.Next(500)}" : $"k{random.Next(2_200)}";
                Assert.Equal(model.GetValueOrDefault(key), driver.Get(key));
                if (random.Next(2) == 0) driver.Set(key, model[key] = $"w{steps}");
                else if (random.Next(4) == 0)
                {
                    driver.Delete(key);
                    model.Remove(key);
                }
            }

            Assert.Equal(model.Count, driver.Store.Count);
        }

        Assert.Equal(model.OrderBy(p => p.Key), driver.All().OrderBy(p => p.Key));
        Assert.False(driver.Store.Map.HasMoves);
        for (int slot = 0; slot < SlotId.Count; slot++) Assert.InRange(driver.Store.Map.OwnerOf(new SlotId((ushort)slot)).Value, 0, to - 1);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(600)]
    public void SnapshotWhileSlotsMove_ThenACrash_LosesNoKey(int slotsAFlush)
    {
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk);
        for (int i = 0; i < 3_000; i++) driver.Set($"k{i}", $"v{i}");
        driver.Commit();
        driver.Store.Rebalancer.TryStart(7);
        // What moves while the cycle flushes is in the journal's memory alone: the manifest must not say that it has moved.
        disk.Before = what =>
        {
            for (int slot = 0; slot < slotsAFlush && what == "flush"; slot++) driver.Store.Rebalancer.Step(64);
        };
        Assert.True(driver.Store.Snapshots!.Save());
        disk.Before = null;
        Assert.True(driver.Store.Rebalancer.IsRunning);
        using var again = new StoreDriver(disk.AfterKill());
        for (int i = 0; i < 3_000; i++) Assert.Equal($"v{i}", again.Get($"k{i}"));
    }

    [Fact]
    public void CrashAnywhere_WhileSlotsMove_LeavesEveryKeyOnce()
    {
        var expected = new Dictionary<string, string>();
        for (int stop = 1; stop < 400; stop += 13)
        {
            expected.Clear();
            var disk = new MemoryDisk();
            var driver = new StoreDriver(disk);
            for (int i = 0; i < 300; i++) driver.Set($"k{i}", expected[$"k{i}"] = $"v{i}");
            driver.Store.Rebalancer.TryStart(7);
            for (int i = 0; i < stop && driver.Store.Rebalancer.Step(1); i++)
            {
                if (i % 50 == 49) Assert.True(driver.Store.Snapshots!.Save());
            }

            driver.Commit();
            using var again = new StoreDriver(disk.AfterKill());
            Assert.Equal(expected.OrderBy(p => p.Key), again.All().OrderBy(p => p.Key));
            while (again.Store.Rebalancer.Step(100))
            {
            }

            Assert.Equal(7, again.Store.Map.ShardCount);
            Assert.Equal(expected.OrderBy(p => p.Key), again.All().OrderBy(p => p.Key));
            foreach (ShardCell cell in again.Store.Cells) Assert.True(cell.Shard.Id.Value < 7 || cell.Shard.Table.Count == 0);
        }
    }

    /// <summary>
    /// Nobody committed what a move without clients appended: memory grew with the store, and none of it was on the disk.
    /// </summary>
    [Fact]
    public void MoveWithoutClients_IsWritten_AndBoundedInMemory()
    {
        const int MaxPendingBytes = 2 * 1024 * 1024; // one that the rebalancer allows, and the step that went over it
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = new Engine.Journal.JournalOptions() });
        for (int i = 0; i < 2_000; i++) driver.Set($"k{i}", new string('v', 20_000));
        Assert.True(driver.Commit());
        Assert.True(driver.Store.Rebalancer.TryStart(32));
        Engine.Journal.JournalLog journal = driver.Store.Journal!;
        long before = journal.Appended.Value;
        while (driver.Store.Rebalancer.Step(64)) Assert.InRange(journal.Appended.Value - journal.Written.Value, 0, MaxPendingBytes);
        Assert.True(journal.Appended.Value - before > 10 * MaxPendingBytes);
        driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.Equal(journal.Appended, journal.Written);
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(2_000, again.All().Count);
        Assert.False(again.Store.Rebalancer.IsRunning);
    }

    /// <summary>
    /// The new shard had no row in the manifest, and its first records were deleted with the journal before the other shards' offsets.
    /// </summary>
    [Fact]
    public void ShardsAddedBetweenASnapshotsBeginAndItsFirstShard_AreRecovered()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        for (int i = 0; i < 300; i++) driver.Set($"k{i}", $"v{i}");
        Assert.True(driver.Commit());
        Dictionary<string, string> expected = driver.All();
        ShardCell first = driver.Store.Cells[0];
        bool saved = false;
        var saver = new Thread(() => saved = driver.Store.Snapshots!.Save()) { IsBackground = true };
        driver.Store.Enter(first);
        saver.Start();
        Assert.True(SpinWait.SpinUntil(() => saver.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(30)),
            "it does not wait for the first shard");
        Assert.True(driver.Store.Rebalancer.TryStart(8));
        while (driver.Store.Rebalancer.Step(16))
        {
            Assert.True(driver.Commit());
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        driver.Store.Exit(first);
        saver.Join();
        Assert.True(saved, driver.Store.Snapshots!.Status.LastError);
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(expected.OrderBy(p => p.Key), again.All().OrderBy(p => p.Key));
    }

    [Fact]
    public void ConcurrentTraffic_WhileSlotsMove_LosesNothing()
    {
        using var driver = new StoreDriver(StoreDriver.Small);
        const int Threads = 3, Keys = 400, Rounds = 40;
        driver.Store.Rebalancer.TryStart(9);
        using var start = new Barrier(Threads + 1);
        Thread[] writers = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < Keys; i++)
                {
                    driver.Append($"t{t}:{i}", "x");
                    if (i % 50 == 0) driver.SetTogether(($"t{t}:a{i}", "1"), ($"t{t}:b{i}", "1"));
                }
            }
        }))];
        foreach (Thread writer in writers) writer.Start();
        start.SignalAndWait();
        int target = 9;
        while (writers.Any(w => w.IsAlive))
        {
            if (!driver.Store.Rebalancer.Step(16)) driver.Store.Rebalancer.TryStart(target = target == 9 ? 3 : 9);
        }

        foreach (Thread writer in writers) writer.Join();
        for (int t = 0; t < Threads; t++)
        {
            for (int i = 0; i < Keys; i++) Assert.Equal(new string('x', Rounds), driver.Get($"t{t}:{i}"));
        }
    }
}
