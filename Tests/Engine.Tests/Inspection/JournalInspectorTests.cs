using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Inspection;

public sealed class JournalInspectorTests
{
    [Fact]
    public void WholeStore_HasNoProblem_AndItsRecordsAreListed()
    {
        MemoryDisk disk = Store();
        Assert.All(JournalInspector.Verify(disk), r => Assert.Null(r.Problem));
        Assert.Equal(30, JournalInspector.Dump(disk).Count(r => r.Kind == EffectKind.Set));
        Assert.Empty(JournalInspector.Repair(disk, dryRun: true));
    }

    [Fact]
    public void RoomWrittenAhead_IsNoProblem()
    {
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk, Options);
        driver.Set("a", "1");
        driver.Commit(Durability.Always);
        MemoryDisk killed = disk.AfterKill(); // before the clean stop cuts the room
        driver.Dispose();
        Assert.Equal(0, killed.ReadAll(Segment.NameOf(1))[^1]);
        Assert.All(JournalInspector.Verify(killed), r => Assert.Null(r.Problem));
        Assert.All(JournalInspector.Dump(killed), r => Assert.Null(r.Problem));
        Assert.Empty(JournalInspector.Repair(killed, dryRun: true));
        using var again = new StoreDriver(killed, Options);
        Assert.Equal(0, again.Store.Recovery!.TornBytes);
        Assert.Equal("1", again.All()["a"]);
    }

    [Fact]
    public void DamagedRecord_IsFound_AndRepairKeepsWhatStandsBeforeIt()
    {
        MemoryDisk disk = Store();
        string name = Segment.NameOf(1);
        byte[] journal = disk.ReadAll(name);
        journal[journal.Length / 2] ^= 1;
        disk.Put(name, journal);
        Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill(), Options));

        FileReport report = JournalInspector.Verify(disk).Single(r => r.Problem is not null);
        Assert.Equal(name, report.Name);
        Assert.InRange(report.ProblemOffset, 1, journal.Length / 2);

        Assert.NotEmpty(JournalInspector.Repair(disk, dryRun: true));
        Assert.Equal(journal, disk.ReadAll(name)); // a dry run changes nothing
        Assert.NotEmpty(JournalInspector.Repair(disk, dryRun: false));
        Assert.True(disk.Exists(name + ".damaged"));
        using var driver = new StoreDriver(disk.AfterKill(), Options);
        Dictionary<string, string> found = driver.All();
        Assert.InRange(found.Count, 1, 29);
        Assert.All(found, p => Assert.Equal("v" + p.Key[1..], p.Value));
        driver.Set("after", "repair");
        driver.Commit();
        Assert.True(driver.Store.Snapshots!.Save());
    }

    /// <summary>Whole records in an order that recovery refuses were 'no damage' to verify, and repair had nothing to do.</summary>
    [Theory]
    [InlineData(EffectKind.GroupEnd, 0, "kind (6)")] // of format 1
    [InlineData(EffectKind.EpochBegins, 1_000, "epoch 1 begins behind 0:0")]
    [InlineData(EffectKind.Delete, 1_000, "records are missing")]
    public void RecordOutOfOrder_IsFound_AndCut(EffectKind kind, long lsn, string problem)
    {
        MemoryDisk disk = Store();
        string name = Segment.NameOf(1);
        byte[] journal = disk.ReadAll(name);
        journal = journal[..(Array.FindLastIndex(journal, b => b != 0) + 1)]; // without the room that was written ahead
        var effect = new Effect(kind, "k1"u8, default, 0, 0);
        var record = new byte[RecordHeader.SizeBytes + RecordBody.SizeOf(effect)];
        new RecordHeader(0, RecordBody.SizeOf(effect), kind, RecordFlags.None, new ShardId(1),
            new LogPosition(new Epoch(1), new Lsn(lsn)), default).Write(record);
        RecordBody.Write(effect, record.AsSpan(RecordHeader.SizeBytes));
        RecordHeader.Seal(record);
        disk.Put(name, [.. journal, .. record]);
        Assert.Contains(problem, Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill(), Options)).Message);

        FileReport report = JournalInspector.Verify(disk).Single(r => r.Problem is not null);
        Assert.Contains(problem, report.Problem);
        Assert.Equal(journal.Length, report.ProblemOffset);
        Assert.NotEmpty(JournalInspector.Repair(disk, dryRun: false));
        using var driver = new StoreDriver(disk.AfterKill(), Options);
        Assert.Equal(30, driver.All().Count);
    }

    [Fact]
    public void DamagedSnapshot_IsSetAside_AndTheRestOpens()
    {
        var disk = new MemoryDisk();
        using (var driver = new StoreDriver(disk, Options))
        {
            for (int i = 0; i < 30; i++) driver.Set($"k{i}", $"v{i}");
            Assert.True(driver.Store.Snapshots!.Save());
            driver.Set("later", "1");
        }

        string snapshot = disk.List().First(n => n.StartsWith("snapshot-", StringComparison.Ordinal));
        byte[] bytes = disk.ReadAll(snapshot);
        bytes[^30] ^= 1;
        disk.Put(snapshot, bytes);
        Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill(), Options));
        Assert.Contains(JournalInspector.Repair(disk, dryRun: false), s => s.Text.Contains(snapshot, StringComparison.Ordinal));
        using var again = new StoreDriver(disk.AfterKill(), Options);
        Assert.InRange(again.All().Count, 1, 30);
        Assert.Equal("1", again.Get("later"));
    }

    /// <summary>
    /// A shard that came from another node takes records from its arrival on. A journal that is cut before that goes on below it, and what
    /// is written there counts all the same.
    /// </summary>
    [Fact]
    public void JournalCutBeforeAShardsArrival_KeepsWhatIsWrittenAfterwards()
    {
        Engine.Store.StoreOptions one = Options with { ShardCount = 1 };
        var disk = new MemoryDisk();
        using (var source = new StoreDriver(one))
        using (var target = new StoreDriver(disk, one))
        {
            for (int i = 0; i < 30; i++) target.Set($"old{i}", "1");
            target.Commit(Durability.Always);
            source.Set("moved", "1");
            ShardMove.Run(source.Store, target.Store, new ShardId(0), new Epoch(7));
        }

        string name = Segment.NameOf(1);
        byte[] journal = disk.ReadAll(name);
        journal[Segment.HeaderBytes + 100] ^= 1;
        disk.Put(name, journal);
        Assert.Throws<CorruptionException>(() => new StoreDriver(disk.AfterKill(), one));
        Assert.NotEmpty(JournalInspector.Repair(disk, dryRun: false));
        MemoryDisk left;
        using (var driver = new StoreDriver(disk, one))
        {
            Assert.Equal(["moved"], driver.All().Keys);
            driver.Set("after", "repair");
            driver.Commit(Durability.Always);
            left = disk.AfterKill();
        }

        using var again = new StoreDriver(left, one);
        Assert.Equal(["after", "moved"], again.All().Keys.Order());
    }

    private static Engine.Store.StoreOptions Options => StoreDriver.Small with { Journal = StoreDriver.OneSegment };

    private static MemoryDisk Store()
    {
        var disk = new MemoryDisk();
        using var driver = new StoreDriver(disk, Options);
        for (int i = 0; i < 30; i++)
        {
            driver.Set($"k{i}", $"v{i}");
            driver.Commit(Durability.Always);
        }

        return disk.AfterKill();
    }
}
