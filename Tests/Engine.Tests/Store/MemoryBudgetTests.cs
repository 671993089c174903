using System.Globalization;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Store;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void OneShard_EvictsExactlyTheLeastRecentlyUsed()
    {
        using var driver = new StoreDriver(StoreDriver.Small with { ShardCount = 1, MemoryBudgetBytes = 200_000 });
        int last = Fill(driver, 2_000, touch: i => i % 100 == 0);
        Assert.True(driver.Store.Memory.UsedBytes <= 200_000 + 1_000);
        Assert.NotNull(driver.Get("k0")); // touched again and again
        Assert.Null(driver.Get("k1"));
        bool gone = true;
        for (int i = 1; i < last; i++)
        {
            if (i % 100 == 0) continue;
            bool isThere = driver.Get($"k{i}") is not null;
            Assert.True(!isThere || !gone || isThere, "unreachable");
            if (isThere) gone = false;
            else Assert.True(gone, $"k{i} is gone, but an older one is there");
        }
    }

    [Fact]
    public void ManyShards_StayNearTheBudget()
    {
        using var driver = new StoreDriver(StoreDriver.Small with { ShardCount = 16, MemoryBudgetBytes = 1_000_000 });
        Fill(driver, 20_000, touch: _ => false);
        driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.InRange(driver.Store.Memory.UsedBytes, 900_000, 1_010_000);
    }

    [Fact]
    public void NoEviction_RefusesInstead()
    {
        using var driver = new StoreDriver(
            StoreDriver.Small with { MemoryBudgetBytes = 100_000, EvictionPolicy = EvictionPolicy.NoEviction });
        int accepted = Fill(driver, 5_000, touch: _ => false);
        Assert.InRange(accepted, 500, 4_999);
        for (int i = 0; i < accepted; i++) Assert.NotNull(driver.Get($"k{i}"));
    }

    [Fact]
    public void VolatileTtl_TakesTheNearestDeadlineFirst_AndKeepsWhatHasNone()
    {
        using var driver = new StoreDriver(
            StoreDriver.Small with { ShardCount = 1, MemoryBudgetBytes = 150_000, EvictionPolicy = EvictionPolicy.VolatileTtl });
        for (int i = 0; i < 100; i++) driver.Set($"keep{i}", new string('v', 64));
        for (int i = 0; i < 2_000; i++)
        {
            MakeRoom(driver, $"k{i}");
            driver.Set($"k{i}", new string('v', 64), driver.NowMs + 1_000_000 - (i * 100));
        }

        for (int i = 0; i < 100; i++) Assert.NotNull(driver.Get($"keep{i}"));
        Assert.NotNull(driver.Get("k0"));
        Assert.Null(driver.Get("k1990"));
    }

    [Fact]
    public void VolatileLru_ColdKeysWithoutDeadline_HoldsTheBudget_AndTakesTheColdestThatHasOne()
    {
        const int Budget = 1_500_000, Kept = 5_000, Written = 20_000;
        using var driver = new StoreDriver(
            StoreDriver.Small with { ShardCount = 1, MemoryBudgetBytes = Budget, EvictionPolicy = EvictionPolicy.VolatileLru });
        for (int i = 0; i < Kept; i++) driver.Set($"keep{i}", new string('v', 64));
        for (int i = 0; i < Written; i++)
        {
            Assert.True(MakeRoom(driver, $"k{i}"));
            driver.Set($"k{i}", new string('v', 64), driver.NowMs + 10_000_000 - (i * 100));
            Assert.InRange(driver.Store.Memory.UsedBytes, 0, Budget + 5_000); // a page
        }

        for (int i = 0; i < Kept; i++) Assert.NotNull(driver.Get($"keep{i}"));
        List<int> there = [.. Enumerable.Range(0, Written).Where(i => driver.Get($"k{i}") is not null)];
        Assert.InRange(there.Count, 1_000, Written - 1_000);
        // Those evicted while the keys without a deadline were passed (1,000 each) went by deadline.
        Assert.InRange(Written - there[0] - there.Count, 0, Kept / 1_000);
    }

    [Theory]
    [InlineData(EvictionPolicy.VolatileLru)]
    [InlineData(EvictionPolicy.VolatileTtl)]
    public void SeveralKeys_NothingHasADeadline_AreRefused(EvictionPolicy policy)
    {
        using var driver = new StoreDriver(StoreDriver.Small with { MemoryBudgetBytes = 200_000, EvictionPolicy = policy });
        int written = 0;
        while (driver.Store.MakeRoom(driver.NowMs) && written < 10_000)
            driver.SetTogether(($"a{written}", new string('v', 64)), ($"b{written++}", ""));
        Assert.InRange(written, 500, 9_999);
    }

    [Theory]
    [InlineData(EvictionPolicy.AllKeysLru)]
    [InlineData(EvictionPolicy.VolatileLru)]
    [InlineData(EvictionPolicy.VolatileTtl)]
    public void SeveralKeys_WhereSomethingMayGo_HoldTheBudget(EvictionPolicy policy)
    {
        using var driver = new StoreDriver(StoreDriver.Small with { MemoryBudgetBytes = 1_000_000, EvictionPolicy = policy });
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(driver.Store.MakeRoom(driver.NowMs));
            driver.SetTogether(($"a{i}", new string('v', 64)), ($"b{i}", ""));
            driver.SetDeadline($"a{i}", driver.NowMs + 1_000_000 + i);
            driver.SetDeadline($"b{i}", driver.NowMs + 1_000_000 + i);
        }

        Assert.True(driver.Store.MakeRoom(driver.NowMs));
        Assert.InRange(driver.Store.Memory.UsedBytes, 900_000, 1_000_000);
    }

    [Fact]
    public void VolatileLru_ShardOverItsShareHasNothingThatMayGo_TakesFromOthersUntilTheyHaveNone()
    {
        using var driver = new StoreDriver(
            StoreDriver.Small with { MemoryBudgetBytes = 1_000_000, EvictionPolicy = EvictionPolicy.VolatileLru });
        for (int i = 0; i < 1_000; i++) driver.Set($"k{i}", new string('v', 64), driver.NowMs + 1_000_000);
        int written = 0;
        while (MakeRoom(driver, "{one}") && written < 20_000)
        {
            Assert.InRange(driver.Store.Memory.UsedBytes, 0, 1_000_000);
            driver.Set($"{{one}}{written++}", new string('v', 64));
        }

        Assert.InRange(written, 5_000, 19_999);
        Assert.Equal(written, driver.Store.Count);
    }

    [Fact]
    public void Expiry_ByHousekeeping_RemovesDueKeysWithoutAnybodyAsking()
    {
        using var driver = new StoreDriver(StoreDriver.Small);
        for (int i = 0; i < 1_000; i++) driver.Set($"k{i}", "v", driver.NowMs + 1_000 + i);
        driver.Store.Housekeeper.Step(driver.NowMs + 500);
        Assert.Equal(1_000, driver.Store.Count);
        for (int i = 0; i < 20; i++) driver.Store.Housekeeper.Step(driver.NowMs + 3_000);
        Assert.Equal(0, driver.Store.Count);
        Assert.Equal(1_000, driver.Store.Cells.Sum(c => c.Shard.Stats.Expired));
    }

    [Fact]
    public void Housekeeping_Paused_NeitherExpiresNorEvicts_AndCatchesUp()
    {
        using var driver = new StoreDriver(StoreDriver.Small);
        for (int i = 0; i < 200; i++) driver.Set($"due{i}", "v", driver.NowMs + 100);
        for (int i = 0; i < 2_000; i++) driver.Set($"k{i}", new string('v', 64));
        driver.Store.Housekeeper.Step(driver.NowMs);
        bool isPaused = true;
        driver.Store.Housekeeper.IsPaused = () => isPaused;
        driver.Store.Memory.Set(driver.Store.Memory.UsedBytes / 2, EvictionPolicy.AllKeysLru);
        driver.Store.Housekeeper.Step(driver.NowMs + 1_000);
        Assert.Equal(2_200, driver.Store.Count);
        isPaused = false;
        for (int i = 0; i < 20; i++) driver.Store.Housekeeper.Step(driver.NowMs + 1_000);
        Assert.Equal(200, driver.Store.Cells.Sum(c => c.Shard.Stats.Expired));
        Assert.InRange(driver.Store.Memory.UsedBytes, 0, driver.Store.Memory.BudgetBytes);
    }

    private static int Fill(StoreDriver driver, int keys, Predicate<int> touch)
    {
        for (int i = 0; i < keys; i++)
        {
            if (!MakeRoom(driver, $"k{i}")) return i;
            driver.Set(string.Create(CultureInfo.InvariantCulture, $"k{i}"), new string('v', 64));
            for (int k = 0; k < i; k += 100)
            {
                if (touch(k)) Touch(driver, $"k{k}");
            }
        }

        return keys;
    }

    private static void Touch(StoreDriver driver, string key)
    {
        var k = Shards.KeyRef.Of(System.Text.Encoding.ASCII.GetBytes(key), driver.Store.HashSeed);
        ShardCell cell = driver.Store.Enter(k);
        cell.Shard.Read(k, driver.NowMs);
        driver.Store.Exit(cell);
    }

    private static bool MakeRoom(StoreDriver driver, string key)
    {
        ShardCell cell = driver.Store.Enter(Shards.KeyRef.Of(System.Text.Encoding.ASCII.GetBytes(key), driver.Store.HashSeed));
        bool room = driver.Store.MakeRoom(cell, driver.NowMs);
        driver.Store.Exit(cell);
        return room;
    }
}
