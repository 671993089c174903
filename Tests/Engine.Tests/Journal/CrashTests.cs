using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Tests.Support;
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

    [Theory]
    [InlineData(Durability.Always)]
    [InlineData(Durability.No)]
    public void EveryNthOperationFails_WhatWasAcknowledgedIsThere(Durability level)
    {
        for (int failFrom = 8; failFrom < 120; failFrom++)
        {
            var disk = new MemoryDisk();
            var acknowledged = new Dictionary<string, string>();
            var sent = new HashSet<(string, string)>();
            StoreDriver driver;
            try
            {
                driver = new StoreDriver(disk);
            }
            catch (IOException)
            {
                continue;
            }

            disk.FailFrom = failFrom;
            bool failed = false;
            for (int i = 0; i < 60 && !failed; i++)
            {
                (string key, string value) = ($"k{i % 9}", $"v{i}-" + new string('x', 200));
                driver.Set(key, value);
                sent.Add((key, value));
                if (driver.Commit(level)) acknowledged[key] = value;
                else failed = true;
                if (i % 20 == 19 && !failed) driver.Store.Snapshots!.Save(); // may fail: nothing is lost by it
            }

            if (failed)
            {
                Assert.NotNull(driver.Store.WriteRefusal);
                driver.Set("after", "the failure");
                Assert.False(driver.Commit(level), "a poisoned journal must refuse");
            }

            MemoryDisk left = level == Durability.Always ? disk.AfterPowerCut(new Random(failFrom)) : disk.AfterKill();
            using var again = new StoreDriver(left);
            Dictionary<string, string> found = again.All();
            foreach ((string key, string value) in acknowledged)
                Assert.True(found.TryGetValue(key, out string? now) && (now == value || sent.Contains((key, now))), $"fail from {failFrom}: '{key}' was acknowledged and is gone");
            foreach ((string key, string value) in found) Assert.Contains((key, value), sent);
        }
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
    public void FullDisk_RefusesInTime_AndGoesOnWhenThereIsRoom()
    {
        var disk = new MemoryDisk { CapacityBytes = 130_000 };
        using var driver = new StoreDriver(disk);
        int written = 0;
        while (driver.Store.WriteRefusal is null && written < 1_000)
        {
            driver.Set($"k{written++}", new string('v', 100));
            Assert.True(driver.Commit(Durability.Always), "the refusal must come before the disk is full");
            driver.Store.Housekeeper.Step(driver.NowMs);
        }

        Assert.Contains("full", driver.Store.WriteRefusal);
        Assert.Null(driver.Store.Journal!.Failure);
        disk.CapacityBytes = 300_000;
        driver.Store.Housekeeper.Step(driver.NowMs);
        Assert.Null(driver.Store.WriteRefusal);
        driver.Set("later", "1");
        Assert.True(driver.Commit(Durability.Always));
        using var again = new StoreDriver(disk.AfterKill());
        Assert.Equal(written + 1, again.All().Count);
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
