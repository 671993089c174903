using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using Xunit.Abstractions;

namespace OrleansKv.Engine.Tests.Journal;

/// <summary>What is left after a crash: everything acknowledged, nothing invented, groups whole.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public void CutAtEveryByte_RecoversAPrefix()
    {
        var disk = new MemoryDisk();
        var states = new List<Dictionary<string, string>> { new() };
        using (var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = StoreDriver.OneSegment }))
        {
            for (int i = 0; i < 30; i++)
            {
                switch (i % 5)
                {
                    case 0 or 1: driver.Set($"k{i % 7}", new string('v', i)); break;
                    case 2: driver.Append($"k{i % 7}", "+"); break;
                    case 3: driver.Delete($"k{i % 3}"); break;
                    default: driver.SetTogether(($"k{i % 7}", "g1"), ($"m{i % 4}", "g2"), ($"n{i % 2}", "g3")); break;
                }

                states.Add(driver.All());
            }

            driver.Commit();
            disk = disk.AfterKill(); // the journal as it is now, without the mark of a clean stop
        }

        string name = Segment.NameOf(1);
        byte[] journal = disk.ReadAll(name);
        int last = 0;
        for (int length = Segment.HeaderBytes; length <= journal.Length; length++)
        {
            disk.Put(name, journal[..length]);
            using var driver = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { Journal = StoreDriver.OneSegment });
            Dictionary<string, string> found = driver.All();
            int at = states.FindIndex(last, s => s.Count == found.Count && s.All(p => found.GetValueOrDefault(p.Key) == p.Value));
            Assert.True(at >= last, $"cut at {length}: the state is none that ever was (or older than at {length - 1})");
            last = at;
        }

        Assert.True(states[last].Count == states[^1].Count && states[last].All(p => states[^1].GetValueOrDefault(p.Key) == p.Value));
    }

    [Fact]
    public void AnyBitFlipped_IsRefusedOrCutButNeverServed()
    {
        var disk = new MemoryDisk();
        using (var driver = new StoreDriver(disk, StoreDriver.Small with { Journal = StoreDriver.OneSegment }))
        {
            for (int i = 0; i < 12; i++)
            {
                driver.Set($"k{i}", $"value-{i}");
                driver.Commit(Durability.Always);
            }

            disk = disk.AfterKill();
        }

        string name = Segment.NameOf(1);
        byte[] journal = disk.ReadAll(name);
        int refused = 0;
        for (int at = 0; at < journal.Length; at++)
        {
            byte[] damaged = journal.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            disk.Put(name, damaged);
            try
            {
                using var driver = new StoreDriver(disk.AfterKill(), StoreDriver.Small with { Journal = StoreDriver.OneSegment });
                Dictionary<string, string> found = driver.All();
                // Only the last record has nothing behind it that proves it was on the disk.
                Assert.InRange(found.Count, 11, 12);
                foreach ((string key, string value) in found) Assert.Equal($"value-{key[1..]}", value);
            }
            catch (CorruptionException damage)
            {
                Assert.Contains(name, damage.Message);
                refused++;
            }
        }

        int written = Array.FindLastIndex(journal, b => b != 0) + 1; // behind it there is only room that was written ahead
        Assert.True(written < journal.Length && refused > written * 3 / 4, $"only {refused} of {written} were refused");
    }

    /// <summary>
    /// Behind a bad record every byte may begin the one that proves damage. Values of ones look like headers of records with 16 MiB each: a
    /// checksum for each took hours.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // and behind the values there is a record that proves it
    public async Task BadRecord_BeforeValuesThatLookLikeRecords_IsJudgedInSeconds(bool isProven)
    {
        StoreOptions options = StoreDriver.Small with { Journal = new JournalOptions { PrefillBytes = 0 } };
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk, options);
        driver.Set("a", "1");
        driver.Commit();
        int bad = (int)driver.Store.Appended.Value + Segment.HeaderBytes;
        driver.Set("b", new string('\u0001', 20 * 1024 * 1024));
        driver.Commit(isProven ? Durability.Always : Durability.No);
        driver.Set("c", "1");
        driver.Commit();
        disk = disk.AfterKill();
        byte[] journal = disk.ReadAll(Segment.NameOf(1));
        journal[bad] ^= 1;
        disk.Put(Segment.NameOf(1), journal);

        Task<Dictionary<string, string>> opening = Task.Run(() =>
        {
            using var again = new StoreDriver(disk, options);
            return again.All();
        }).WaitAsync(TimeSpan.FromSeconds(60));
        if (isProven) await Assert.ThrowsAsync<CorruptionException>(() => opening);
        else Assert.Equal(["a"], (await opening).Keys);
    }

    // Once a deletion that failed in Save left a gap in the journal at the next Save, and the store did not open any more.
    [Theory]
    [InlineData(Durability.Always, false)]
    [InlineData(Durability.Always, true)]
    [InlineData(Durability.No, false)]
    [InlineData(Durability.No, true)]
    public void EveryNthOperationFails_WhatWasAcknowledgedIsThere(Durability level, bool onlyOnce)
    {
        bool wasReached = true;
        for (int nth = 1; wasReached; nth++)
        {
            var disk = new MemoryDisk();
            var driver = new StoreDriver(disk);
            var promises = new Promises();
            int failAt = disk.Operations + nth;
            Fail(disk, failAt, onlyOnce);
            bool works = true;
            for (int i = 0; i < 60 && works; i++)
            {
                works = promises.Write(driver, $"k{i % 9}", $"v{i}-" + new string('x', 200), level);
                if (works && i % 20 == 19) driver.Store.Snapshots!.Save(); // may fail: nothing is lost by it
            }

            wasReached = disk.Operations >= failAt;
            if (!works) AssertPoisoned(driver, promises);
            promises.AssertKept(Left(disk, level, nth), $"operation {nth} failed");
            Fail(disk, 0, onlyOnce);
            driver.Dispose();
            promises.AssertKept(Left(disk, level, nth), $"operation {nth} failed, then the store was closed");
        }
    }

    // A commit is a write of zeros ahead (if flushed), a write, and a flush.
    [Theory]
    [InlineData(Durability.Always, 1, false)]
    [InlineData(Durability.Always, 1, true)]
    [InlineData(Durability.Always, 2, false)]
    [InlineData(Durability.Always, 2, true)]
    [InlineData(Durability.Always, 3, false)]
    [InlineData(Durability.Always, 3, true)]
    [InlineData(Durability.No, 1, false)]
    [InlineData(Durability.No, 1, true)]
    public void Commit_AfterAFailedWriteOrFlush_IsRefusedUntilRecovery(Durability level, int operation, bool onlyOnce)
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        var promises = new Promises();
        Assert.True(promises.Write(driver, "a", "1", level));
        Fail(disk, disk.Operations + operation, onlyOnce);
        Assert.False(promises.Write(driver, "a", new string('2', 1_000), level)); // more than the zeros that are there
        Assert.Contains("on purpose", driver.Store.Journal!.Failure);
        AssertPoisoned(driver, promises);
        promises.AssertKept(Left(disk, level, operation), "after the failure");
        Fail(disk, 0, onlyOnce);
        AssertPoisoned(driver, promises);
    }

    // Once a first start that was interrupted in the journal's header left a file that no later start opened.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Open_NthOperationFails_RefusesOrWorks_AndWhatIsLeftOpens(bool hasData, bool onlyOnce)
    {
        bool wasReached = true;
        for (int nth = 1; wasReached; nth++)
        {
            var promises = new Promises();
            MemoryDisk disk = hasData ? Written(promises) : new MemoryDisk();
            Fail(disk, nth, onlyOnce);
            StoreDriver? driver = null;
            try
            {
                driver = new StoreDriver(disk);
            }
            catch (IOException)
            {
                // it said so: the operator opens it again
            }

            if (driver is not null)
            {
                bool works = true;
                for (int i = 0; i < 9 && works; i++) works = promises.Write(driver, $"k{i % 5}", $"new{i}", Durability.Always);
                if (!works) AssertPoisoned(driver, promises);
            }

            wasReached = disk.Operations >= nth;
            promises.AssertKept(disk.AfterKill(), $"operation {nth} failed, then a kill");
            for (int seed = 0; seed < 20; seed++)
                promises.AssertKept(disk.AfterPowerCut(new Random(seed)), $"operation {nth} failed, then power cut {seed}");
        }
    }

    // Snapshots, more than one segment, and what a crash leaves of a manifest that was being written.
    private static MemoryDisk Written(Promises promises)
    {
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk);
        for (int i = 0; i < 60; i++)
        {
            Assert.True(promises.Write(driver, $"k{i % 9}", $"v{i}-" + new string('x', 200), Durability.Always));
            if (i == 30) Assert.True(driver.Store.Snapshots!.Save());
        }

        MemoryDisk left = disk.AfterKill();
        Assert.True(left.List().Count(Segment.IsName) > 1);
        left.Put("MANIFEST.tmp", [1, 2, 3]);
        return left;
    }

    private static void Fail(MemoryDisk disk, int operation, bool onlyOnce) =>
        (disk.FailFrom, disk.FailOnly) = onlyOnce ? (0, operation) : (operation, 0);

    private static MemoryDisk Left(MemoryDisk disk, Durability level, int seed) =>
        level == Durability.Always ? disk.AfterPowerCut(new Random(seed)) : disk.AfterKill();

    private static void AssertPoisoned(StoreDriver driver, Promises promises)
    {
        Assert.NotNull(driver.Store.WriteRefusal);
        foreach (Durability level in Enum.GetValues<Durability>())
        {
            Assert.False(promises.Write(driver, "k0", "after the failure", level), "a poisoned journal must refuse");
        }

        driver.Store.Journal!.Sync();
        Assert.False(driver.Commit(Durability.Always));
    }

    /// <summary>A full disk left a segment of no bytes, and the folder never opened again.</summary>
    [Fact]
    public void FirstStart_FailingAtEveryOperation_LeavesAFolderThatOpens()
    {
        for (int failFrom = 1; failFrom < 30; failFrom++)
        {
            var disk = new MemoryDisk { FailFrom = failFrom };
            StoreDriver? started = null;
            try
            {
                started = new StoreDriver(disk);
            }
            catch (IOException)
            {
                // as it should
            }

            disk.FailFrom = 0;
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failFrom)), disk])
            {
                using var again = new StoreDriver(left);
                again.Set("a", "1");
                Assert.True(again.Commit(Durability.Always));
                using var third = new StoreDriver(left.AfterKill());
                Assert.Equal("1", third.Get("a"));
            }

            if (started is null) continue;
            Assert.True(failFrom > 5);
            return; // every operation has failed once
        }

        Assert.Fail("the start never succeeded");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Segment.HeaderBytes - 1)]
    public void SegmentWithoutAHeader_OfAnEarlierBuildsFirstStart_IsNone(int length)
    {
        var disk = new MemoryDisk();
        disk.Put(Segment.NameOf(1), new byte[length]);
        using (var driver = new StoreDriver(disk))
        {
            driver.Set("a", "1");
        }

        using (var again = new StoreDriver(disk.AfterKill())) Assert.Equal("1", again.Get("a"));
        disk.Put(Segment.NameOf(1), new byte[length]); // with a manifest it is damage
        Assert.Throws<CorruptionException>(() => new StoreDriver(disk));
    }

    [Fact]
    public void PowerCut_AtRandomMoments_KeepsWhatWasFlushed_AndGroupsWhole()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 150; round++)
        {
            var disk = new MemoryDisk();
            var flushed = new Dictionary<string, string>();
            var driver = new StoreDriver(disk);
            int steps = random.Next(1, 120);
            int lastGroup = -1, flushedGroup = -1;
            for (int i = 0; i < steps; i++)
            {
                if (random.Next(3) == 0)
                {
                    driver.SetTogether(("ga", $"{i}"), ("gb", $"{i}"), ("gc", $"{i}"));
                    lastGroup = i;
                }
                else
                {
                    driver.Set($"k{i}", new string('v', random.Next(100)));
                }

                if (random.Next(10) == 0) driver.Commit();
                if (random.Next(25) == 0) Assert.True(driver.Store.Snapshots!.Save());
                if (random.Next(6) == 0)
                {
                    driver.Commit(Durability.Always);
                    flushed = driver.All();
                    flushedGroup = lastGroup;
                }
            }

            using var again = new StoreDriver(disk.AfterPowerCut(random));
            Dictionary<string, string> found = again.All();
            foreach ((string key, string value) in flushed)
            {
                if (key[0] == 'k') Assert.Equal(value, found.GetValueOrDefault(key));
            }

            string? group = found.GetValueOrDefault("ga");
            Assert.Equal(group, found.GetValueOrDefault("gb"));
            Assert.Equal(group, found.GetValueOrDefault("gc"));
            Assert.True(flushedGroup < 0 || int.Parse(group!, System.Globalization.CultureInfo.InvariantCulture) >= flushedGroup);
        }
    }

    [Fact]
    public void MissingSegment_IsRefused()
    {
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk);
        for (int i = 0; i < 200; i++)
        {
            driver.Set($"k{i}", new string('v', 100));
            driver.Commit();
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        Assert.True(driver.Store.Journal!.Segments.Count > 2);
        MemoryDisk left = disk.AfterKill();
        left.Delete(Segment.NameOf(2));
        Assert.Contains("missing", Assert.Throws<CorruptionException>(() => new StoreDriver(left)).Message);
    }

    [Fact]
    public void NewerFormat_IsRefusedByName()
    {
        var disk = new MemoryDisk();
        using (new StoreDriver(disk))
        {
        }

        byte[] manifest = disk.ReadAll("MANIFEST");
        manifest["OKVMANIFEST ".Length] = (byte)'9';
        disk.Put("MANIFEST", manifest);
        Assert.Contains("newer", Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill())).Message);
    }
}
