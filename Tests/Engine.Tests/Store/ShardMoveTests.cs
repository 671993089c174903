using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>A shard that goes from one store to another while clients change it, and what a failure leaves of it.</summary>
public sealed class ShardMoveTests
{
    private static readonly StoreOptions OneShard = StoreDriver.Small with { ShardCount = 1, LeadsShards = false };
    private static readonly ShardId Id = new(0);

    /// <summary>Writes of the shard's former life on the target.</summary>
    private const int OldWrites = 40;

    /// <summary>
    /// Every kind of effect, alone and in groups, between all steps of the move, with both stores on a disk or in memory.
    /// </summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Move_WhileTheShardChanges_GivesTheTargetWhatTheSourceHad(bool isSourceOnDisk, bool isTargetOnDisk)
    {
        for (int seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var disk = new MemoryDisk();
            using StoreDriver source = isSourceOnDisk ? new StoreDriver(new MemoryDisk(), OneShard) : new StoreDriver(OneShard);
            using StoreDriver target = isTargetOnDisk ? new StoreDriver(disk, OneShard) : new StoreDriver(OneShard);
            ShardTransfer.Begin(source.Store, Id, new Epoch(3));
            for (int i = 0; i < 2_000; i++) source.Set($"k{i}", new string('v', random.Next(300)));
            ShardMove.Run(source.Store, target.Store, Id, new Epoch(4), () => Change(source, random, 30));

            Shard moved = target.Store.Cells[0].Shard, left = source.Store.Cells[0].Shard;
            Assert.Equal(left.Position, moved.Position);
            Assert.Equal(left.Epochs.ToArray(), moved.Epochs.ToArray());
            Assert.Equal(EffectReplica.ContentOf(left), EffectReplica.ContentOf(moved));
            target.Set("since", "1");
            if (!isTargetOnDisk) continue;
            Assert.True(target.Commit());
            using var again = new StoreDriver(disk.AfterKill(), OneShard);
            Assert.Equal(EffectReplica.ContentOf(moved), EffectReplica.ContentOf(again.Store.Cells[0].Shard));
            Assert.Equal(moved.Position, again.Store.Cells[0].Shard.Position);
        }
    }

    [Fact]
    public void Stop_EndsTheTenureAtTheSource_NothingChangesItAnyMore()
    {
        using StoreDriver source = Source("new", 10);
        using var target = new StoreDriver(OneShard);
        ShardMove.Run(source.Store, target.Store, Id, new Epoch(7));
        LogPosition last = source.Store.Cells[0].Shard.Position;
        Assert.Throws<InvalidOperationException>(() => source.Set("late", "1"));
        Assert.Equal(0, source.Store.ExpireDue(source.Store.Cells[0], 10));
        Assert.Equal(last, source.Store.Cells[0].Shard.Position);
    }

    [Fact]
    public void CrashAtEveryDiskOperation_OfAnImport_LeavesNoPartOfTheShard()
    {
        bool hasFailed = false;
        for (int failAt = 1; failAt < 120; failAt++)
        {
            using StoreDriver source = Source("new", 30);
            var disk = new MemoryDisk();
            StoreDriver target = WithFormerLife(disk);
            disk.FailFrom = disk.Operations + failAt;
            Exception? failure = Record.Exception(
                () => ShardMove.Send(source.Store, target.Store, Id, new Epoch(7), () => source.Set("late", "1")));
            foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(failAt))])
            {
                using var again = new StoreDriver(left, OneShard);
                Dictionary<string, string> all = again.All();
                // The former life, which nobody needs: its home has been another node. Or the copy, perhaps without its last records.
                bool isNew = all.ContainsKey("new0") && all.Count is 30 or 31 && !all.ContainsKey("old0");
                Assert.True(isNew || all.Count == 0 || (all.Count == OldWrites && all.ContainsKey("old0")),
                    $"operation {failAt}: {string.Join(' ', all.Keys)}");
                if (failure is null) Assert.True(isNew && all.ContainsKey("late"));
            }

            if (failure is null)
            {
                Assert.True(hasFailed);
                return; // every operation has failed once
            }

            Assert.IsType<IOException>(failure);
            hasFailed = true;
        }

        Assert.Fail("the import never succeeded");
    }

    /// <summary>A failed one is repeated, or is not: the folder opens either way, and other shards lose nothing.</summary>
    [Fact]
    public void ImportThatFailed_AndIsRepeatedOrNot_LeavesAFolderThatOpens()
    {
        StoreOptions options = StoreDriver.Small with { ShardCount = 2, LeadsShards = false };
        var id = new ShardId(1);
        for (int failAt = 1; failAt < 40; failAt++)
        {
            foreach (bool isRepeated in (bool[])[false, true])
            {
                using var source = new StoreDriver(options);
                ShardTransfer.Begin(source.Store, id, new Epoch(6));
                string[] arriving = [.. KeysOf(source, 1).Take(50)];
                foreach (string key in arriving) source.Set(key, "1");
                string here = KeysOf(source, 0).First();
                var disk = new MemoryDisk();
                var target = new StoreDriver(disk, options);
                for (int shard = 0; shard < 2; shard++) ShardTransfer.Begin(target.Store, new ShardId((ushort)shard), new Epoch(2));
                for (int i = 0; i < OldWrites; i++) target.Set($"old{i}", "1");
                target.Commit();
                disk.FailFrom = disk.Operations + failAt;
                bool isNew = Record.Exception(() => ShardMove.Send(source.Store, target.Store, id, new Epoch(7))) is null;
                disk.FailFrom = 0;
                if (target.Store.WriteRefusal is not null) continue; // the journal itself has failed: a restart recovers, as after a crash
                if (isRepeated && !isNew)
                {
                    ShardTransfer.Begin(source.Store, id, new Epoch(8)); // it came up at its old home
                    ShardMove.Send(source.Store, target.Store, id, new Epoch(9));
                    isNew = true;
                }

                if (isNew)
                {
                    ShardTransfer.Begin(target.Store, id, new Epoch(9));
                    target.Set(arriving[0], "2");
                }

                target.Set(here, "2"); // another shard, whose home this node is
                Assert.True(target.Commit());
                using var again = new StoreDriver(disk.AfterKill(), options);
                Assert.Equal("2", again.Get(here));
                if (!isNew) continue; // its home is elsewhere
                Assert.Equal("2", again.Get(arriving[0]));
                Assert.Equal(arriving.Order(), again.All().Keys.Where(k => OwnerOf(again, k) == 1).Order());
            }
        }
    }

    /// <summary>
    /// Records of the former life stand in the target's journal at positions that the copy's records have, too: what counts is where they
    /// stand, in a start, in a check and after a repair.
    /// </summary>
    [Fact]
    public void FormerLife_WithTheSamePositions_DoesNotCount()
    {
        using StoreDriver source = Source("new", 5);
        var disk = new MemoryDisk();
        StoreDriver target = WithFormerLife(disk, new Epoch(6)); // 40 records, beyond all of the copy's
        ShardTransfer.Drop(target.Store, Id, new Epoch(6));
        Assert.Equal(OldWrites, target.All().Count); // it is led here
        target.Store.Cells[0].Shard.Release();
        ShardMove.Run(source.Store, target.Store, Id, new Epoch(7), () => source.Set("late", "1"));
        target.Set("since", "1");
        Assert.True(target.Commit());
        string[] expected = ["late", "new0", "new1", "new2", "new3", "new4", "since"];
        MemoryDisk left = disk.AfterKill();
        Assert.All(JournalInspector.Verify(left), report => Assert.Null(report.Problem));
        using (var again = new StoreDriver(left, OneShard))
        {
            Assert.Equal(expected, again.All().Keys.Order());
            ShardTransfer.Begin(again.Store, Id, new Epoch(8));
            again.Set("later", "1");
            Assert.True(again.Store.Snapshots!.Save());
        }

        using var last = new StoreDriver(left, OneShard);
        Assert.Equal([.. expected.Append("later").Order()], last.All().Keys.Order());
    }

    [Fact]
    public void Import_OfAnEpochThatIsNotNewer_ChangesNothing()
    {
        var disk = new MemoryDisk();
        using var target = new StoreDriver(disk, OneShard);
        using (StoreDriver source = Source("new", 3)) ShardMove.Run(source.Store, target.Store, Id, new Epoch(7));
        target.Set("since", "1");
        foreach (uint epoch in (uint[])[7, 3])
        {
            using StoreDriver late = Source("late", 3);
            Assert.Throws<InvalidOperationException>(() => ShardMove.Run(late.Store, target.Store, Id, new Epoch(epoch)));
        }

        Assert.Equal(["new0", "new1", "new2", "since"], target.All().Keys.Order());
        target.Commit();
        using var again = new StoreDriver(disk.AfterKill(), OneShard);
        Assert.Equal(["new0", "new1", "new2", "since"], again.All().Keys.Order());
    }

    [Fact]
    public void Drop_OfACopyThatIsLedHereOrNewer_KeepsIt()
    {
        using StoreDriver source = Source("new", 3);
        using var target = new StoreDriver(OneShard);
        ShardMove.Run(source.Store, target.Store, Id, new Epoch(7));
        Assert.Equal(0, ShardTransfer.Drop(target.Store, Id, new Epoch(7)));
        Assert.Equal(0, ShardTransfer.Drop(target.Store, Id, new Epoch(6)));
        Assert.Equal(3, target.All().Count);
        Assert.Equal(3, ShardTransfer.Drop(target.Store, Id, new Epoch(8)));
        Assert.Empty(target.All());
    }

    /// <summary>
    /// The snapshot behind a drop kept the copy's position without its content: the same position as at the shard's new home, other bytes.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Drop_LeavesNoPosition_OnTheDiskEither_ButTheEpochThatFences(bool savesASnapshot)
    {
        var disk = new MemoryDisk();
        StoreDriver target = WithFormerLife(disk);
        Assert.Equal(OldWrites, ShardTransfer.Drop(target.Store, Id, new Epoch(3)));
        AssertForgotten(target);
        if (savesASnapshot) Assert.True(target.Store.Snapshots!.Save());
        target.Store.Commit(target.Store.Appended, Durability.Always);
        foreach (MemoryDisk left in (MemoryDisk[])[disk.AfterKill(), disk.AfterPowerCut(new Random(1))])
        {
            using var again = new StoreDriver(left, OneShard);
            if (savesASnapshot)
            {
                AssertForgotten(again);
            }
            else // what is on the disk is whole and old, and goes again when the map comes
            {
                Assert.Equal(OldWrites, again.All().Count);
                Assert.Equal($"2:{OldWrites + 1}", again.Store.Cells[0].Shard.Position.ToString());
                Assert.Equal(OldWrites, ShardTransfer.Drop(again.Store, Id, new Epoch(3)));
                AssertForgotten(again);
            }

            Assert.All(JournalInspector.Verify(left), report => Assert.Null(report.Problem));
            using StoreDriver source = Source("new", 3);
            Assert.Throws<InvalidOperationException>(() => ShardMove.Send(source.Store, again.Store, Id, new Epoch(2)));
            ShardMove.Run(source.Store, again.Store, Id, new Epoch(7), () => source.Set("late", "1"));
            again.Set("since", "1");
            Assert.True(again.Commit());
            string[] expected = ["late", "new0", "new1", "new2", "since"];
            using (var last = new StoreDriver(left.AfterKill(), OneShard)) Assert.Equal(expected, last.All().Keys.Order());
            Assert.True(again.Store.Snapshots!.Save());
            using (var last = new StoreDriver(left.AfterKill(), OneShard)) Assert.Equal(expected, last.All().Keys.Order());
        }
    }

    /// <summary>Positions of an epoch of before may be those of records that the shard's other home has.</summary>
    [Fact]
    public void Drop_ThenAServerThatLeadsByItself_BeginsAboveTheEpochsThatWere()
    {
        var disk = new MemoryDisk();
        StoreDriver target = WithFormerLife(disk, new Epoch(50));
        target.Store.Cells[0].Shard.Release();
        Assert.Equal(OldWrites, ShardTransfer.Drop(target.Store, Id, new Epoch(51)));
        Assert.True(target.Store.Snapshots!.Save());
        Assert.Throws<InvalidOperationException>(() => ShardTransfer.Begin(target.Store, Id, new Epoch(50)));
        using (var alone = new StoreDriver(disk.AfterKill(), OneShard with { LeadsShards = true }))
        {
            Assert.Equal(new Epoch(51), alone.Store.Tenure);
            alone.Set("alone", "1");
            Assert.Equal("51:2", alone.Store.Cells[0].Shard.Position.ToString());
        }
    }

    /// <summary>An import that failed had emptied the copy in memory, and a snapshot kept its position.</summary>
    [Fact]
    public void Import_ThatIsGivenUp_LeavesNoPositionWithoutItsContent()
    {
        var disk = new MemoryDisk();
        StoreDriver target = WithFormerLife(disk);
        using StoreDriver source = Source("new", 3);
        using ShardExport export = ShardExport.Begin(source.Store, Id);
        ShardImport.Begin(target.Store, Id, new Epoch(7), export.Position, export.Epochs).Dispose();
        AssertForgotten(target);
        Assert.True(target.Store.Snapshots!.Save());
        using var again = new StoreDriver(disk.AfterKill(), OneShard);
        AssertForgotten(again);
    }

    [Fact]
    public void Drop_OfACopyThatIsComing_GivesItUp()
    {
        using StoreDriver source = Source("new", 3);
        using var target = new StoreDriver(OneShard);
        using ShardExport export = ShardExport.Begin(source.Store, Id);
        using ShardImport import = ShardImport.Begin(target.Store, Id, new Epoch(7), export.Position, export.Epochs);
        import.AddEntries(export.NextEntries()!);
        import.Complete(export.Entries);
        Assert.Equal(3, ShardTransfer.Drop(target.Store, Id, new Epoch(6))); // its home has it, in the epoch in which it was leaving
        Assert.Empty(target.All());
        Assert.Throws<InvalidOperationException>(() => import.Finish(export.Stop()));
    }

    [Fact]
    public void DamagedOrMissingParts_AreRefused()
    {
        using StoreDriver source = Source("new", 30);
        using var target = new StoreDriver(OneShard);
        using ShardExport export = ShardExport.Begin(source.Store, Id);
        using ShardImport import = ShardImport.Begin(target.Store, Id, new Epoch(7), export.Position, export.Epochs);
        byte[] part = export.NextEntries()!;
        part[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => import.AddEntries(part));
        part[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => import.AddEntries(part.AsSpan(0, 3)));
        import.AddEntries(part);
        Assert.Throws<InvalidDataException>(() => import.Complete(31));
        import.Complete(30);
        source.Set("a", "1");
        byte[] first = export.NextRecords(1);
        source.Set("b", "1");
        byte[] second = export.NextRecords(1);
        Assert.Throws<InvalidDataException>(() => import.AddRecords(second)); // without the one before
        Assert.Throws<InvalidOperationException>(() => import.AddRecords(first)); // what has been taken is not known: it comes anew
    }

    [Fact]
    public void EndBeforeTheLastRecord_IsRefused()
    {
        using StoreDriver source = Source("new", 30);
        using var target = new StoreDriver(OneShard);
        using ShardExport export = ShardExport.Begin(source.Store, Id);
        using ShardImport import = ShardImport.Begin(target.Store, Id, new Epoch(7), export.Position, export.Epochs);
        import.AddEntries(export.NextEntries()!);
        import.Complete(30);
        source.Set("a", "1");
        import.AddRecords(export.NextRecords(1));
        source.Set("b", "1");
        Assert.NotEmpty(export.NextRecords(1)); // lost on its way
        Assert.Throws<InvalidDataException>(() => import.Finish(export.Stop()));
    }

    [Fact]
    public void NewImport_EndsTheOneBefore()
    {
        using StoreDriver source = Source("new", 3);
        using var target = new StoreDriver(new MemoryDisk(), OneShard);
        using ShardExport export = ShardExport.Begin(source.Store, Id);
        using ShardImport first = ShardImport.Begin(target.Store, Id, new Epoch(7), export.Position, export.Epochs);
        using ShardImport second = ShardImport.Begin(target.Store, Id, new Epoch(7), export.Position, export.Epochs);
        byte[] part = export.NextEntries()!;
        Assert.Throws<InvalidOperationException>(() => first.AddEntries(part));
        Assert.Throws<InvalidOperationException>(() => first.AddRecords([]));
        Assert.Throws<InvalidOperationException>(() => first.Complete(3));
        second.AddEntries(part);
        second.Complete(3);
        second.Finish(export.Stop());
        Assert.Equal(3, target.All().Count);
    }

    /// <summary>A table can be walked by one at a time.</summary>
    [Fact]
    public async Task Snapshot_WhileAShardIsSent_WaitsForItsEntries_AndStopsWithTheStore()
    {
        var source = new StoreDriver(new MemoryDisk(), OneShard);
        ShardTransfer.Begin(source.Store, Id, new Epoch(2));
        for (int i = 0; i < 100; i++) source.Set($"k{i}", "1");
        ShardExport export = ShardExport.Begin(source.Store, Id);
        Assert.False(source.Store.Snapshots!.SaveWhenDue(Id));
        Task<bool> save = Task.Run(source.Store.Snapshots.Save);
        while (export.NextEntries() is not null)
        {
            // to the end
        }

        Assert.True(await save);
        export.Dispose();

        using ShardExport other = ShardExport.Begin(source.Store, Id);
        source.Set("k0", "2");
        save = Task.Run(source.Store.Snapshots.Save);
        while (!source.Store.Snapshots.Status.IsRunning) await Task.Yield();
        source.Store.Snapshots.Dispose();
        Assert.False(await save);
        other.Dispose();
        source.Dispose();
    }

    /// <summary>A client that rewrites everything while nobody takes the parts does not fill the memory: the export is given up.</summary>
    [Fact]
    public void ShardThatChangesFasterThanItIsSent_IsServedOn_AndTheExportGivenUp()
    {
        using var source = new StoreDriver(OneShard);
        ShardTransfer.Begin(source.Store, Id, new Epoch(2));
        string large = new('v', 1024 * 1024);
        for (int i = 0; i < 40; i++) source.Set($"k{i}", large);
        using (ShardExport export = ShardExport.Begin(source.Store, Id))
        {
            for (int i = 0; i < 40; i++) source.Set($"k{i}", "small");
            Assert.Throws<InvalidOperationException>(() => export.NextEntries());
        }

        using (ShardExport export = ShardExport.Begin(source.Store, Id))
        {
            for (int i = 0; i < 40; i++) source.Set($"k{i}", large);
            Assert.Throws<InvalidOperationException>(() => export.NextRecords(1));
        }

        Assert.Equal(40, source.All().Count);
        using var target = new StoreDriver(OneShard);
        ShardMove.Run(source.Store, target.Store, Id, new Epoch(3));
        Assert.Equal(large, target.Get("k39"));
    }

    private static StoreDriver Source(string prefix, int keys)
    {
        var source = new StoreDriver(OneShard);
        ShardTransfer.Begin(source.Store, Id, new Epoch(6));
        for (int i = 0; i < keys; i++) source.Set($"{prefix}{i}", "1");
        return source;
    }

    // Of its former life, in epoch 2.
    private static void AssertForgotten(StoreDriver driver)
    {
        Shard shard = driver.Store.Cells[0].Shard;
        Assert.Empty(driver.All());
        Assert.Equal(LogPosition.None, shard.Position);
        Assert.Equal(0, shard.Epochs.Count);
        Assert.Equal(new Epoch(2), shard.NewestEpoch);
        Assert.Equal(new Epoch(2), driver.Store.HighestEpoch);
    }

    private static StoreDriver WithFormerLife(MemoryDisk disk, Epoch? epoch = null)
    {
        var target = new StoreDriver(disk, OneShard);
        ShardTransfer.Begin(target.Store, Id, epoch ?? new Epoch(2));
        for (int i = 0; i < OldWrites; i++) target.Set($"old{i}", "1");
        Assert.True(target.Commit(Durability.Always));
        if (epoch is null) target.Store.Cells[0].Shard.Release();
        return target;
    }

    private static void Change(StoreDriver driver, Random random, int times)
    {
        for (int i = 0; i < times; i++)
        {
            string key = $"k{random.Next(2_200)}";
            switch (random.Next(6))
            {
                case 0: driver.Delete(key); break;
                case 1: driver.Append(key, "+"); break;
                case 2: driver.SetDeadline(key, driver.NowMs + random.Next(1, 10_000)); break;
                case 3: driver.SetTogether((key, "a"), ($"k{random.Next(2_200)}", "b")); break;
                default: driver.Set(key, new string('w', random.Next(300))); break;
            }
        }
    }

    private static IEnumerable<string> KeysOf(StoreDriver driver, int shard) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"new{i}").Where(k => OwnerOf(driver, k) == shard);

    private static int OwnerOf(StoreDriver driver, string key) =>
        driver.Store.Map.OwnerOf(Slot.Of(System.Text.Encoding.ASCII.GetBytes(key))).Value;
}
