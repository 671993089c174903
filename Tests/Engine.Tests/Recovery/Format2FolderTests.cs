using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Registers;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Recovery;

/// <summary>
/// Folders that this format's servers wrote (commit d5f3310), each as an archive with <c>expected.json</c>. A change that no longer reads
/// them needs another format version.
/// </summary>
public sealed class Format2FolderTests
{
    /// <summary>
    /// <list type="bullet">
    /// <item><c>plain</c>: the one-process server, snapshots and a journal of two tenures. Numbers, plain bytes, a value of its own memory,
    /// patches, deadlines, deleted and expired keys, transactions over several shards.</item>
    /// <item><c>rebalancing</c>: killed in the midst of a rebalance from 3 to 4 shards.</item>
    /// <item><c>rebalanced</c>: from 15 to 16 shards, with snapshots and a manifest behind it, and records behind those.</item>
    /// <item><c>replica</c>: the first of three nodes with three copies, stopped cleanly, with its registers.</item>
    /// </list>
    /// </summary>
    public static TheoryData<string> Folders => ["plain", "rebalancing", "rebalanced", "replica"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void OpensWithItsKeys_GoesOn_AndOpensAgain(string name) => StoredFolder.Load(2, name).AssertOpens_GoesOn_AndOpensAgain();

    [Fact]
    public void Rebalancing_HasRecordsOfTheSlotMap_AndIsCompleted()
    {
        MemoryDisk disk = StoredFolder.Load(2, "rebalancing").Disk;
        Assert.Contains(JournalInspector.Dump(disk), r => r.Kind == EffectKind.SlotMap);
        using StoreDriver driver = StoredFolder.Open(disk);
        Assert.Equal(4, driver.Store.Map.ShardCount);
        Assert.InRange(SlotsOf(driver.Store.Map, 3), 1, (SlotId.Count / 4) - 1);
        while (driver.Store.Rebalancer.Step(64))
        {
        }

        Assert.False(driver.Store.Map.HasMoves);
        Assert.Equal(SlotId.Count / 4, SlotsOf(driver.Store.Map, 3));
    }

    [Fact]
    public void Promises_AreRead_AndWrittenAsTheyWere()
    {
        MemoryDisk disk = StoredFolder.Load(2, "replica").Disk;
        ulong storeId = Manifest.Load(disk)!.StoreId;
        ReplicaPromisesFile file = ReplicaPromisesFile.Read(disk, storeId);
        Assert.True(file.IsCleanStop);
        Assert.False(file.OthersMayHaveLostTail);
        Assert.NotEqual(Guid.Empty, file.BootId);
        Assert.Equal(Enumerable.Range(0, 4).Select(i => ((ushort)i, new ReplicaPromise(new Epoch(6), MayHaveLostTail: false))),
            file.Rows.Select(r => (r.Key, r.Value)));
        Assert.Equal(disk.ReadAll(ReplicaPromisesFile.Name), file.ToBytes());
    }

    [Fact]
    public void Registers_AreRead_AndWrittenAsTheyWere()
    {
        MemoryDisk disk = StoredFolder.Load(2, "replica").Registers;
        Dictionary<string, byte[]> before = disk.List().ToDictionary(n => n, disk.ReadAll);
        AcceptorFolder folder = AcceptorFolder.Open(disk, new AcceptorId(1));
        Assert.Equal(2UL, folder.Proposer.Life);
        Assert.Equal(3, folder.Set.Current.Count);
        Assert.Empty(folder.Set.Next);
        Assert.Contains(folder.Id, folder.Set.Current);
        Assert.Equal(["acceptors", "map-0", "members", "reminders", "slots-0"], folder.Slots.Keys.Order(StringComparer.Ordinal));
        Assert.All(folder.Slots.Values, s => Assert.NotNull(s.Value));
        Assert.Equal(folder.Set.Current.Order(), folder.Peers.Peers.Keys.Order());
        Assert.Equal(["node1", "node2", "node3"], folder.Peers.Peers.Values.Select(p => p.Node).Order());
        Assert.NotEqual(Guid.Empty, folder.Peers.Cluster);
        folder.Save(folder.Set);
        folder.Save(folder.Peers);
        foreach ((string register, AcceptorSlot slot) in folder.Slots) folder.Save(register, slot);
        foreach (string name in before.Keys.Where(n => n != "acceptor")) Assert.Equal(before[name], disk.ReadAll(name));
    }
    private static int SlotsOf(SlotMap map, int shard) =>
        Enumerable.Range(0, SlotId.Count).Count(s => map.OwnerOf(new SlotId((ushort)s)).Value == shard);
}
