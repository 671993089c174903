using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Inspection;

/// <summary>A server that refuses to start, verify and repair say the same of a folder.</summary>
public sealed class RefusalTests
{
    private const int VersionAt = 8; // of segments and snapshots

    public static TheoryData<string> Damages => ["journal missing", "first header", "segment missing", "last header", "record", "manifest",
        "manifest missing", "snapshot", "snapshot missing", "snapshot of another shard"];

    public static TheoryData<string> NewerFiles => ["MANIFEST", "snapshot-", "journal-"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void WhatAStartRefuses_VerifyReports_AndRepairDoesWhatTheRefusalSays(string damage)
    {
        MemoryDisk disk = Damaged(damage);
        CorruptionException refusal = Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill()));
        int operations = disk.Operations;
        FileReport report = JournalInspector.Verify(disk).Single(r => r.Refusal is not null);
        Assert.Equal(operations, disk.Operations); // only read
        Assert.Equal(refusal.Message, report.Refusal);
        Assert.NotNull(report.Problem);
        Assert.False(report.IsNewerFormat);

        if (!refusal.Message.Contains("repair' would", StringComparison.Ordinal))
        {
            Assert.Contains("backup", Assert.Throws<IOException>(() => JournalInspector.Repair(disk, dryRun: false)).Message,
                StringComparison.Ordinal);
            Assert.Equal(operations, disk.Operations);
            return;
        }

        Assert.NotEmpty(JournalInspector.Repair(disk, dryRun: true));
        Assert.Equal(operations, disk.Operations);
        Assert.DoesNotContain(JournalInspector.Repair(disk, dryRun: false), s => s.Text.Contains("still", StringComparison.Ordinal));
        Assert.DoesNotContain(JournalInspector.Verify(disk), r => r.Refusal is not null);
        using (var driver = new StoreDriver(disk.AfterKill())) driver.Set("after", "repair");
    }

    [Theory]
    [MemberData(nameof(NewerFiles))]
    public void NewerFormat_IsNoDamage_AndIsNotRepaired(string kind)
    {
        MemoryDisk disk = Store();
        string name = disk.List().Last(n => n.StartsWith(kind, StringComparison.Ordinal) && !n.EndsWith(".tmp", StringComparison.Ordinal));
        byte[] bytes = disk.ReadAll(name);
        if (name == Manifest.Name) bytes["OKVMANIFEST ".Length] = (byte)'3';
        else bytes[VersionAt] = 3;
        disk.Put(name, bytes);

        CorruptionException refusal = Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill()));
        Assert.True(refusal.IsNewerFormat);
        Assert.Contains("newer", refusal.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("repair", refusal.Message, StringComparison.Ordinal);
        FileReport report = JournalInspector.Verify(disk).Single(r => r.Problem is not null);
        Assert.Equal((name, true), (report.Name, report.IsNewerFormat));
        int operations = disk.Operations;
        Assert.Contains("newer", Assert.Throws<IOException>(() => JournalInspector.Repair(disk, dryRun: false)).Message,
            StringComparison.Ordinal);
        Assert.Equal(operations, disk.Operations);
    }

    [Fact]
    public void TornEnd_WhichAStartCuts_IsNotRepaired()
    {
        MemoryDisk disk = Store();
        string last = disk.List().Last(Segment.IsName);
        byte[] journal = disk.ReadAll(last);
        int end = Array.FindLastIndex(journal, b => b != 0) + 1;
        disk.Put(last, journal[..(end - 3)]);
        Assert.All(JournalInspector.Verify(disk), r => Assert.Null(r.Refusal));
        Assert.Empty(JournalInspector.Repair(disk, dryRun: false));
        using var driver = new StoreDriver(disk.AfterKill());
        Assert.True(driver.Store.Recovery!.TornBytes > 0);
    }

    // The next start deleted what repair had set aside.
    [Fact]
    public void SnapshotThatWasSetAside_SurvivesAStart()
    {
        MemoryDisk disk = Damaged("snapshot");
        JournalInspector.Repair(disk, dryRun: false);
        string aside = disk.List().Single(n => n.EndsWith(".damaged", StringComparison.Ordinal));
        using var driver = new StoreDriver(disk);
        Assert.True(driver.Store.Snapshots!.Save());
        Assert.True(disk.Exists(aside));
    }

    /// <summary>
    /// The repair that follows an interrupted one met the gap behind the segment that was cut already, cut that again at its end, and wrote
    /// nothing over what had been set aside of it.
    /// </summary>
    [Fact]
    public void CrashAtEveryDiskOperation_OfARepair_KeepsWhatItSetsAside()
    {
        MemoryDisk whole = Damaged("record");
        string[] segments = [.. whole.List().Where(Segment.IsName)];
        byte[] damaged = whole.ReadAll(segments[1]);
        JournalInspector.Repair(whole, dryRun: false);
        for (int failAt = 1; failAt < 60; failAt++)
        {
            MemoryDisk disk = Damaged("record");
            disk.FailFrom = disk.Operations + failAt;
            Exception? failure = Record.Exception(() => JournalInspector.Repair(disk, dryRun: false));
            MemoryDisk left = disk.AfterKill();
            if (failure is not null) JournalInspector.Repair(left, dryRun: false);
            using (var driver = new StoreDriver(left.AfterKill()))
            using (var expected = new StoreDriver(whole.AfterKill()))
                Assert.Equal(expected.All(), driver.All());
            byte[] kept = [.. left.ReadAll(segments[1]), .. left.ReadAll(segments[1] + ".damaged")];
            Assert.Equal(damaged, kept);
            Assert.All(segments[2..], name => Assert.True(left.Exists(name + ".damaged") && !left.Exists(name)));
            if (failure is null) return;
        }

        Assert.Fail("the repair never succeeded");
    }

    private static MemoryDisk Damaged(string damage)
    {
        MemoryDisk disk = Store();
        string[] segments = [.. disk.List().Where(Segment.IsName)];
        Assert.True(segments.Length > 2);
        string snapshot = disk.List().First(SnapshotHeader.IsName);
        switch (damage)
        {
            case "journal missing":
                foreach (string name in segments) disk.Delete(name);
                break;
            case "first header": Flip(disk, segments[0], 20); break;
            case "segment missing": disk.Delete(segments[1]); break;
            case "last header": Flip(disk, segments[^1], 20); break;
            case "record": Flip(disk, segments[1], 200); break;
            case "manifest": Flip(disk, Manifest.Name, 100); break;
            case "manifest missing": disk.Delete(Manifest.Name); break;
            case "snapshot": Flip(disk, snapshot, 70); break;
            case "snapshot missing": disk.Delete(snapshot); break;
            case "snapshot of another shard": disk.Put(snapshot, disk.ReadAll(disk.List().Last(SnapshotHeader.IsName))); break;
            default: throw new ArgumentException(damage, nameof(damage));
        }

        return disk;
    }

    private static void Flip(MemoryDisk disk, string name, int at)
    {
        byte[] bytes = disk.ReadAll(name);
        bytes[at] ^= 0x5A;
        disk.Put(name, bytes);
    }

    // Snapshots, and a journal of several segments behind them.
    private static MemoryDisk Store()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk);
        for (int i = 0; i < 300; i++)
        {
            driver.Set($"k{i}", new string('v', 100));
            driver.Commit(Durability.Always);
            driver.Store.Housekeeper.Step(driver.NowMs);
            if (i == 100) Assert.True(driver.Store.Snapshots!.Save());
        }

        return disk.AfterKill();
    }
}
