using System.Buffers.Binary;
using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Replication;

/// <summary>The file PROMISES: what it says behind stops, kills, cuts of power and damage.</summary>
public sealed class ReplicaPromisesTests
{
    private const string Name = "PROMISES";
    private const ulong Store = 0x0123456789ABCDEF;

    /// <summary>Of a save: create, write, flush, rename, flush of the folder.</summary>
    private const int SaveOperations = 5;

    private static readonly Guid Boot = new("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly Guid OtherBoot = new("7c9e6679-7425-40de-944b-e07fc1f90ae7");
    private static readonly ShardId First = new(0);
    private static readonly ShardId Second = new(700);
    private static readonly ShardId NotKnown = new(3);

    [Fact]
    public void Open_AfterSave_FindsWhatWasPromised()
    {
        MemoryDisk disk = Saved();
        ReplicaPromises again = Open(disk);
        Assert.Equal(new Epoch(7), again.PromisedOf(First));
        Assert.Equal(new Epoch(uint.MaxValue), again.PromisedOf(Second));
        Assert.Equal(new Epoch(1), again.PromisedOf(ShardId.System));
        Assert.Equal(Epoch.None, again.PromisedOf(NotKnown));
        Assert.False(again.IsDirty);
    }

    [Fact]
    public void Save_Bytes_AreAsDrawn()
    {
        byte[] expected = [
            .. "OKVPRM\r\n"u8, 1, 0, 0, 0, 0, 0, 0, 0, // format, flags
            .. Convert.FromHexString("0f8fad5bd9cb469fa16570867728950e"), 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01,
            3, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0xBC, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0x00, 0x04, 1, 0, 0, 0, 0];
        byte[] bytes = Saved().ReadAll(Name);
        Assert.Equal(expected, bytes[..^4]);
        Assert.Equal(Checksum.Of(expected), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(expected.Length)));
    }

    [Fact]
    public void Open_NewFolder_HasLostNothingAndIsMadeByTheFirstSave()
    {
        var disk = new MemoryDisk();
        ReplicaPromises promises = Open(disk);
        Assert.False(promises.MayHaveLostTail(First));
        Assert.Empty(disk.List());
        Assert.True(promises.IsDirty);
        promises.Save();
        Assert.Equal([Name], disk.List());
        Assert.False(promises.IsDirty);
    }

    [Fact]
    public void Open_KilledInTheSameBoot_TailsAreWhole()
    {
        ReplicaPromises again = Open(Saved().AfterKill());
        Assert.False(again.MayHaveLostTail(First));
        Assert.False(again.MayHaveLostTail(NotKnown));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void Open_NotCleanAndAnotherBootOrNone_AllMayHaveLostTheirTails(bool isBeforeKnown, bool isNowKnown)
    {
        MemoryDisk disk = Saved(isBeforeKnown ? Boot : Guid.Empty);
        ReplicaPromises again = Open(disk, isNowKnown ? OtherBoot : Guid.Empty);
        Assert.True(again.MayHaveLostTail(First));
        Assert.True(again.MayHaveLostTail(Second));
        Assert.True(again.MayHaveLostTail(NotKnown));
        Assert.Equal(new Epoch(7), again.PromisedOf(First));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_CleanStopAndAnotherBootOrNone_NothingIsLost(bool isNowKnown)
    {
        var disk = new MemoryDisk();
        ReplicaPromises promises = Open(disk);
        promises.Promise(First, new Epoch(7));
        promises.SaveClean();
        ReplicaPromises again = Open(disk, isNowKnown ? OtherBoot : Guid.Empty);
        Assert.False(again.MayHaveLostTail(First));
        Assert.False(again.MayHaveLostTail(NotKnown));
        Assert.Equal(new Epoch(7), again.PromisedOf(First));
    }

    // The clean stop holds for one start: the next one, of which the power is cut before it has saved anything, is not clean.
    [Fact]
    public void Open_AfterCleanStop_IsNotCleanOnTheDisk()
    {
        MemoryDisk disk = Saved();
        Open(disk).SaveClean();
        Open(disk);
        Assert.True(Open(disk, OtherBoot).MayHaveLostTail(First));
    }

    [Fact]
    public void Save_AfterCleanStop_IsNotClean()
    {
        MemoryDisk disk = Saved();
        ReplicaPromises promises = Open(disk);
        promises.SaveClean();
        promises.Promise(First, new Epoch(8));
        promises.Save();
        Assert.True(Open(disk, OtherBoot).MayHaveLostTail(First));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MayHaveLostTail_SecondRestart_IsKeptUntilTailIsWholeIsSaved(bool stopsCleanly)
    {
        MemoryDisk disk = Saved();
        ReplicaPromises lost = Open(disk, OtherBoot);
        lost.TailIsWhole(First); // not saved
        disk = disk.AfterKill();
        ReplicaPromises again = Open(disk, OtherBoot);
        Assert.True(again.MayHaveLostTail(First));
        if (stopsCleanly)
        {
            again.SaveClean();
            again = Open(disk, OtherBoot);
        }

        Assert.True(again.MayHaveLostTail(NotKnown));
        again.TailIsWhole(First);
        again.TailIsWhole(NotKnown);
        Assert.True(again.IsDirty);
        again.Save();
        again = Open(disk, OtherBoot);
        Assert.False(again.MayHaveLostTail(First));
        Assert.False(again.MayHaveLostTail(NotKnown));
        Assert.True(again.MayHaveLostTail(Second));
        Assert.True(again.MayHaveLostTail(new ShardId(4)));
    }

    [Fact]
    public void Promise_BeforeSave_IsInMemoryAlone()
    {
        MemoryDisk disk = Saved();
        ReplicaPromises promises = Open(disk);
        promises.Promise(First, new Epoch(9));
        Assert.Equal(new Epoch(9), promises.PromisedOf(First));
        Assert.Equal(new Epoch(7), Open(disk.AfterKill()).PromisedOf(First));
        promises.Save();
        for (int seed = 0; seed < 20; seed++) Assert.Equal(new Epoch(9), Open(disk.AfterPowerCut(new Random(seed))).PromisedOf(First));
    }

    [Fact]
    public void Promise_NotHigher_ChangesNothing()
    {
        MemoryDisk disk = Saved();
        ReplicaPromises promises = Open(disk);
        promises.Promise(First, new Epoch(6));
        promises.Promise(First, new Epoch(7));
        promises.TailIsWhole(First);
        Assert.Equal(new Epoch(7), promises.PromisedOf(First));
        Assert.False(promises.IsDirty);
        int before = disk.Operations;
        promises.Save();
        Assert.Equal(before, disk.Operations);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Save_CrashAtEachOperation_LeavesTheOldOrTheNew(bool isNewFolder)
    {
        MemoryDisk disk = isNewFolder ? new MemoryDisk() : Saved();
        ReplicaPromises promises = Open(disk);
        var crashed = new List<MemoryDisk>();
        disk.Before = _ =>
        {
            crashed.Add(disk.AfterKill());
            for (int seed = 0; seed < 50; seed++) crashed.Add(disk.AfterPowerCut(new Random(seed)));
        };
        promises.Promise(First, new Epoch(9));
        promises.Promise(NotKnown, new Epoch(2));
        promises.Save();
        Assert.Equal(SaveOperations * 51, crashed.Count);
        var found = new HashSet<(uint, uint)>();
        foreach (MemoryDisk left in crashed)
        {
            ReplicaPromises again = Open(left);
            found.Add((again.PromisedOf(First).Value, again.PromisedOf(NotKnown).Value));
            Assert.DoesNotContain(left.List(), n => n != Name); // nothing is left over
        }

        Assert.Equal([(isNewFolder ? 0u : 7u, 0u), (9u, 2u)], found.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Save_DiskFailsOnce_StaysDirtyAndTheNextSaves(int operation)
    {
        MemoryDisk disk = Saved();
        ReplicaPromises promises = Open(disk);
        promises.Promise(First, new Epoch(9));
        disk.FailOnly = disk.Operations + operation;
        Assert.Throws<IOException>(promises.Save);
        Assert.True(promises.IsDirty);
        Assert.Contains(Open(disk.AfterKill()).PromisedOf(First).Value, new uint[] { 7, 9 });
        promises.Save();
        Assert.False(promises.IsDirty);
        for (int seed = 0; seed < 20; seed++) Assert.Equal(new Epoch(9), Open(disk.AfterPowerCut(new Random(seed))).PromisedOf(First));
    }

    // The new file may be in force: a process that goes on all the same is not taken for one that has stopped cleanly.
    [Fact]
    public void SaveClean_Fails_TheNextSaveIsNotClean()
    {
        MemoryDisk disk = Saved();
        ReplicaPromises promises = Open(disk);
        disk.FailOnly = disk.Operations + SaveOperations;
        Assert.Throws<IOException>(promises.SaveClean);
        Assert.True(promises.IsDirty);
        promises.Save();
        Assert.True(Open(disk, OtherBoot).MayHaveLostTail(First));
    }

    [Fact]
    public void Open_DiskFails_LeavesWhatMayBeLost()
    {
        for (int operation = 1; operation <= SaveOperations; operation++)
        {
            MemoryDisk disk = Saved();
            disk.FailOnly = disk.Operations + operation;
            Assert.Throws<IOException>(() => Open(disk, OtherBoot));
            Assert.True(Open(disk.AfterKill(), OtherBoot).MayHaveLostTail(First));
        }
    }

    [Fact]
    public void OpenAndSave_ReadOnlyFolder_ThrowIOException()
    {
        MemoryDisk disk = Saved();
        ReplicaPromises promises = Open(disk);
        promises.Promise(First, new Epoch(9));
        disk.IsReadOnly = true;
        Assert.Throws<IOException>(promises.Save);
        Assert.Throws<IOException>(() => Open(disk));
    }

    [Fact]
    public void Open_AnyBitFlipped_IsRefused()
    {
        byte[] whole = Saved().ReadAll(Name);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(bytes, $"bit {bit}");
        }
    }

    [Fact]
    public void Open_AnyOtherLength_IsRefused()
    {
        byte[] whole = Saved().ReadAll(Name);
        for (int length = 0; length < whole.Length; length++) AssertRefused(whole[..length], $"{length} bytes");
        AssertRefused([.. whole, 0], "a byte more");
        AssertRefused(new byte[1024 * 1024], "zeros");
    }

    // What no program writes is refused although its checksum is right: it is not known what it means.
    [Theory]
    [InlineData(8, 0)] // a format before the first
    [InlineData(12, 4)] // flags
    [InlineData(40, 2)] // fewer rows than there are
    [InlineData(43, 0xFF)] // more than 32 bits of bytes
    [InlineData(50, 2)] // flags of the first row
    [InlineData(58, 1)] // shard 1025 in the third row
    [InlineData(59, 0)] // shard 0 again, in the third row
    public void Open_UnknownContentWithItsChecksum_IsRefused(int at, byte value)
    {
        byte[] bytes = Saved().ReadAll(Name);
        bytes[at] = value;
        AssertRefused(WithChecksum(bytes), $"{value} at {at}");
    }

    [Fact]
    public void Open_NewerFormat_IsRefusedAsNewer()
    {
        byte[] bytes = Saved().ReadAll(Name);
        bytes[8] = 2;
        var disk = new MemoryDisk();
        disk.Put(Name, WithChecksum(bytes));
        Assert.True(Assert.Throws<CorruptionException>(() => Open(disk)).IsNewerFormat);
        Assert.Equal(bytes, disk.ReadAll(Name));
    }

    [Fact]
    public void Open_FileOfAnotherStore_IsRefused()
    {
        MemoryDisk disk = Saved();
        var refusal = Assert.Throws<CorruptionException>(() => ReplicaPromises.Open(disk, Store + 1, Boot));
        Assert.Equal("memory/PROMISES", refusal.File);
        Assert.Equal(32, refusal.Offset);
        Assert.Contains("belongs to the store 0123456789abcdef", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("join as a new one", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new Epoch(7), Open(disk).PromisedOf(First));
    }

    [Fact]
    public void Open_NoDisk_AllTailsAreLostUntilTheyAreWholeAndNothingIsKept()
    {
        ReplicaPromises promises = ReplicaPromises.Open(null, Store, Boot);
        Assert.True(promises.MayHaveLostTail(First));
        promises.Promise(First, new Epoch(7));
        promises.TailIsWhole(First);
        Assert.Equal(new Epoch(7), promises.PromisedOf(First));
        Assert.False(promises.MayHaveLostTail(First));
        Assert.False(promises.IsDirty);
        promises.Save();
        promises.SaveClean();
        Assert.True(ReplicaPromises.Open(null, Store, Boot).MayHaveLostTail(First));
    }

    [Fact]
    public void Set_BeyondTheSystemShard_IsTheCallersBug()
    {
        ReplicaPromises promises = Open(new MemoryDisk());
        Assert.Throws<ArgumentOutOfRangeException>(() => promises.Promise(new ShardId(1025), new Epoch(1)));
    }

    [Fact]
    public void StartAndTools_FileInTheFolder_LeaveItAlone_ButAServerThatLeadsByItself()
    {
        var disk = new MemoryDisk();
        using (var driver = new StoreDriver(disk)) driver.Set("key", "value");
        int files = JournalInspector.Verify(disk).Count;
        Open(disk).Save();
        byte[] bytes = disk.ReadAll(Name);
        Assert.Equal(files, JournalInspector.Verify(disk).Count);
        Assert.Empty(JournalInspector.Repair(disk, dryRun: false));
        using (var driver = new StoreDriver(disk, StoreDriver.Small with { LeadsShards = false }))
            Assert.Equal("value", driver.All()["key"]);
        StoreRecovery.DeleteLeftovers(disk, Engine.Snapshots.Manifest.Load(disk));
        Assert.Equal(bytes, disk.ReadAll(Name));
        Assert.False(JournalInspector.HoldsStore(Saved()));
        using (var driver = new StoreDriver(disk)) Assert.False(disk.Exists(Name)); // what it writes, no other copy has
    }

    private static ReplicaPromises Open(MemoryDisk disk) => Open(disk, Boot);

    private static ReplicaPromises Open(MemoryDisk disk, Guid boot) => ReplicaPromises.Open(disk, Store, boot);

    private static MemoryDisk Saved() => Saved(Boot);

    private static MemoryDisk Saved(Guid boot)
    {
        var disk = new MemoryDisk();
        ReplicaPromises promises = Open(disk, boot);
        promises.Promise(Second, new Epoch(uint.MaxValue));
        promises.Promise(First, new Epoch(7));
        promises.Promise(ShardId.System, new Epoch(1));
        promises.Save();
        return disk;
    }

    private static byte[] WithChecksum(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Checksum.Of(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }

    private static void AssertRefused(byte[] bytes, string what)
    {
        var disk = new MemoryDisk();
        disk.Put(Name, bytes);
        Exception? refusal = Record.Exception(() => Open(disk));
        Assert.True(refusal is CorruptionException, $"{what}: {refusal?.Message ?? "was read"}");
        Assert.Equal(bytes, disk.ReadAll(Name));
    }
}
