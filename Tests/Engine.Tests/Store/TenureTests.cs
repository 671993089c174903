using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>Each start is a tenure of its own, and no position is ever given to two records.</summary>
public sealed class TenureTests
{
    private static readonly StoreOptions OneShard = StoreDriver.Small with { ShardCount = 1, Journal = StoreDriver.OneSegment };

    /// <summary>A restart after a power cut gave the numbers of the records that were lost to others.</summary>
    [Fact]
    public void PowerCuts_NeverGiveAPositionToTwoRecords()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var given = new Dictionary<(ShardId, LogPosition), string>();
            var disk = new MemoryDisk();
            for (int life = 0; life < 6; life++)
            {
                using var driver = new StoreDriver(disk);
                for (int i = 0; i < random.Next(40); i++)
                {
                    if (random.Next(5) == 0)
                        driver.SetTogether(($"a{random.Next(9)}", $"{life}.{i}"), ($"b{random.Next(9)}", $"{life}.{i}"));
                    else driver.Set($"k{random.Next(9)}", $"{life}.{i}");
                    if (random.Next(20) == 0) driver.Store.Snapshots!.Save();
                    if (random.Next(8) == 0) driver.Commit(random.Next(2) == 0 ? Durability.No : Durability.Always);
                }

                driver.Commit();
                foreach ((RecordHeader header, byte[] bytes) in JournalRecords.OfShards(disk.AfterKill()))
                {
                    string content = JournalRecords.ContentOf(bytes);
                    if (!given.TryAdd((header.Shard, header.Position), content))
                        Assert.True(given[(header.Shard, header.Position)] == content,
                            $"seed {seed}: {header.Shard} at {header.Position} has two contents");
                }

                disk = random.Next(4) == 0 ? disk.AfterKill() : disk.AfterPowerCut(random);
            }
        }
    }

    /// <summary>
    /// A version from before a power cut was the version of what was written since, where the lost record's number was given again: a
    /// compare-and-set overwrote what its caller had never seen.
    /// </summary>
    [Fact]
    public void Version_FromBeforeAPowerCut_IsNotThatOfWhatWasWrittenSince()
    {
        var disk = new MemoryDisk();
        var driver = new StoreDriver(disk, OneShard);
        driver.Set("a", "flushed");
        driver.Commit(Durability.Always);
        MemoryDisk afterCut = disk.AfterKill();
        driver.Set("b", "lost");
        driver.Set("a", "lost");
        LogPosition lost = Version(driver, "a"), gone = Version(driver, "c");
        Assert.True(HasVersion(driver, "a", lost));
        driver.Dispose();

        using var again = new StoreDriver(afterCut, OneShard);
        Assert.False(HasVersion(again, "a", lost));
        Assert.Equal(new Epoch(1), Version(again, "a").Epoch); // what was flushed is the tenure's that wrote it
        for (int i = 0; Version(again, "a").Lsn < lost.Lsn; i++) again.Set("a", $"new{i}");
        Assert.Equal(lost.Lsn, Version(again, "a").Lsn);
        Assert.True(lost < Version(again, "a"));
        Assert.False(HasVersion(again, "a", lost));
        Assert.False(HasVersion(again, "a", LogPosition.None));
        Assert.True(HasVersion(again, "a", Version(again, "a")));
        Assert.NotEqual(gone, Version(again, "c"));
        Assert.True(HasVersion(again, "c", LogPosition.None));
    }

    /// <summary>Tenures that are forgotten make no version stale.</summary>
    [Fact]
    public void Version_OfATenureThatIsForgotten_IsComparedByItsLsn()
    {
        var history = new EpochHistory();
        for (uint epoch = 1; epoch <= EpochHistory.MaxCount + 2; epoch++)
            history.Note(new LogPosition(new Epoch(epoch), new Lsn(epoch * 10)));
        Assert.Equal(Epoch.None, history.EpochOf(new Lsn(29)));
        Assert.Equal(new Epoch(3), history.EpochOf(new Lsn(30)));
        Assert.Equal(new Epoch(3), history.EpochOf(new Lsn(39)));
        Assert.Equal(new Epoch(500), history.EpochOf(new Lsn(5_009)));
        Assert.Equal(history.Last, history.EpochOf(new Lsn(long.MaxValue)));
        Assert.Equal(Epoch.None, new EpochHistory().EpochOf(new Lsn(5)));

        var read = new LogPosition(new Epoch(2), new Lsn(25));
        Assert.True(Shard.IsSame(new LogPosition(Epoch.None, new Lsn(25)), read));
        Assert.True(Shard.IsSame(read, new LogPosition(Epoch.None, new Lsn(25))));
        Assert.False(Shard.IsSame(new LogPosition(Epoch.None, new Lsn(26)), read));
        Assert.False(Shard.IsSame(read with { Epoch = new Epoch(3) }, read));
    }

    private static LogPosition Version(StoreDriver driver, string key) =>
        driver.Store.Cells[0].Shard.WatchVersionOf(KeyOf(driver, key), driver.NowMs);

    private static bool HasVersion(StoreDriver driver, string key, LogPosition expected) =>
        driver.Store.Cells[0].Shard.HasVersion(KeyOf(driver, key), expected, driver.NowMs);

    private static KeyRef KeyOf(StoreDriver driver, string key) =>
        KeyRef.Of(System.Text.Encoding.ASCII.GetBytes(key), driver.Store.HashSeed);

    [Fact]
    public void EachStart_BeginsATenureWithItsFirstRecord_WhichCarriesThePositionBefore()
    {
        var disk = new MemoryDisk();
        for (int life = 0; life < 3; life++)
        {
            using var driver = new StoreDriver(disk, OneShard);
            Assert.Equal(new Epoch((uint)life + 1), driver.Store.Tenure);
            driver.Set("a", $"{life}");
            driver.Set("b", $"{life}");
        }

        List<(RecordHeader Header, byte[] Bytes)> records = [.. JournalRecords.OfShards(disk)];
        Assert.Equal(["1:1", "1:2", "1:3", "2:4", "2:5", "2:6", "3:7", "3:8", "3:9"], records.Select(r => r.Header.Position.ToString()));
        Assert.Equal([0, 3, 6], Enumerable.Range(0, 9).Where(i => records[i].Header.Kind == EffectKind.EpochBegins));
        Assert.Equal(["0:0", "1:3", "2:6"], records.Where(r => r.Header.Kind == EffectKind.EpochBegins).Select(r =>
        {
            RecordBody.TryRead(2, EffectKind.EpochBegins, r.Bytes.AsSpan(RecordHeader.SizeBytes), out Effect begins);
            return RecordOrders.PositionBefore(begins).ToString();
        }));
    }

    [Fact]
    public void Start_ThatWritesNothing_LeavesTheShardAndItsSnapshotAsTheyAre()
    {
        var disk = new MemoryDisk();
        using (var driver = new StoreDriver(disk, OneShard))
        {
            driver.Set("a", "1");
            Assert.True(driver.Store.Snapshots!.Save());
        }

        string[] snapshots = [.. disk.List().Where(Engine.Snapshots.SnapshotHeader.IsName)];
        int records = JournalRecords.Of(disk).Count(r => r.Header.IsOfAShard);
        for (int start = 2; start < 5; start++)
        {
            using var driver = new StoreDriver(disk, OneShard);
            Assert.Equal("1", driver.Get("a"));
            Assert.True(driver.Store.Snapshots!.Save());
            Assert.Equal((uint)start, driver.Store.Tenure.Value);
        }

        Assert.Equal(snapshots, disk.List().Where(Engine.Snapshots.SnapshotHeader.IsName));
        Assert.Equal(records, JournalRecords.Of(disk).Count(r => r.Header.IsOfAShard));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the shard is empty, so that it has a row and no snapshot
    public void Epochs_AreInJournalSnapshotAndManifest(bool isEmpty)
    {
        var disk = new MemoryDisk();
        for (int life = 0; life < 3; life++)
        {
            using var driver = new StoreDriver(disk, OneShard);
            driver.Set("a", $"{life}");
            if (life == 1 && isEmpty) driver.Delete("a");
            if (life == 1) Assert.True(driver.Store.Snapshots!.Save());
        }

        using var again = new StoreDriver(disk.AfterKill(), OneShard);
        EpochHistory epochs = again.Store.Cells[0].Shard.Epochs;
        Assert.Equal(["1", "2", "3"], epochs.ToArray().Select(e => e.Epoch.ToString()));
        Assert.True(epochs.Has(new LogPosition(new Epoch(1), new Lsn(2))));
        Assert.True(epochs.Has(new LogPosition(new Epoch(2), new Lsn(3))));
        Assert.False(epochs.Has(new LogPosition(new Epoch(1), new Lsn(3)))); // of a life whose end was lost
        Assert.False(epochs.Has(new LogPosition(new Epoch(3), new Lsn(3))));
    }

    [Fact]
    public void Lead_InATenureThatIsOver_IsRefused()
    {
        using var shard = new Shard(new ShardId(0), new Epoch(5), new NullLog(), 42);
        KeyRef key = KeyRef.Of("a"u8, 42);
        shard.Set(key, "1"u8, 0, 1);
        Assert.Throws<InvalidOperationException>(() => shard.Lead(new Epoch(4)));
        shard.Lead(new Epoch(5));
        shard.Set(key, "2"u8, 0, 1);
        Assert.Equal("5:2", shard.Position.ToString()); // the tenure goes on
        shard.Lead(new Epoch(9));
        Assert.Equal("5:2", shard.Position.ToString());
        shard.Set(key, "3"u8, 0, 1);
        Assert.Equal("9:4", shard.Position.ToString());
    }

    /// <summary>
    /// A cluster gives the epochs of its shards; the records of this one's former life here have higher Lsns and lower epochs.
    /// </summary>
    [Fact]
    public void ShardThatCameWithFewerRecords_IsKnownByItsEpoch()
    {
        using var source = new StoreDriver(OneShard);
        source.Set("new", "1");
        var disk = new MemoryDisk();
        using var target = new StoreDriver(disk, OneShard with { LeadsShards = false });
        var id = new ShardId(0);
        ShardTransfer.Begin(target.Store, id, new Epoch(3));
        for (int i = 0; i < 20; i++) target.Set($"old{i}", "1");
        target.Store.Cells[0].Shard.Release();
        ShardTransfer.Begin(source.Store, id, new Epoch(6));
        source.Set("new", "2");
        ShardMove.Run(source.Store, target.Store, id, new Epoch(7));
        Assert.Equal("6:3", target.Store.Cells[0].Shard.Position.ToString());
        target.Set("since", "1");
        Assert.True(target.Commit());
        using var again = new StoreDriver(disk.AfterKill(), OneShard with { LeadsShards = false });
        Assert.Equal(["new", "since"], again.All().Keys.Order());
        Assert.Equal("7:5", again.Store.Cells[0].Shard.Position.ToString());
        Assert.Equal(new Epoch(7), again.Store.HighestEpoch);
    }

    private sealed class NullLog : IEffectLog
    {
        public void Append(ShardId shard, LogPosition position, in Effect effect)
        {
        }
    }
}
