using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Replication;

/// <summary>
/// Three replicas of one shard. Nodes 0 and 1 have its acknowledged writes, node 2 was away; then node 0's snapshot is damaged, and its
/// folder repaired.
/// </summary>
public sealed class RepairedReplicaTests
{
    private static readonly StoreOptions OneShard =
        StoreDriver.Small with { ShardCount = 1, LeadsShards = false, Journal = StoreDriver.OneSegment };

    private static readonly ShardId Id = new(0);
    private static readonly Guid Boot = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    /// <summary>Longer than the lease that a process which has just started waits out.</summary>
    private static readonly TimeSpan Now = TimeSpan.FromMinutes(1);

    /// <summary>
    /// It promised its old position without the content, and with the node that was away it was a read quorum: the shard was served empty.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void RepairedNode_WithTheOneThatWasAway_IsNoReadQuorum(int leader)
    {
        StoreDriver[] stores = Stores();
        ShardReplica[] replicas = [.. stores.Select((s, i) => Start(s, i))];
        Elect(replicas, leader, without: 1);
        Assert.Equal(ReplicaPhase.Electing, replicas[leader].Phase);

        // With all of them the most advanced one decides, and that is the one which has the writes.
        Elect(replicas, leader, without: null);
        Assert.Equal(ReplicaPhase.CatchingUp, replicas[leader].Phase);
        Assert.Equal(new ReplicaId(1), replicas[leader].NeedsStateFrom);
        Assert.False(replicas[leader].MayHaveLost);
        Assert.Equal(stores[1].Store.Cells[0].Shard.Position, replicas[leader].LeastState);
        foreach (StoreDriver store in stores) store.Dispose();
    }

    /// <summary>Two whole copies are a read quorum without it, and it is behind all that they have.</summary>
    [Fact]
    public void RepairedNode_UnderALeaderThatIsWhole_TakesTheWholeState()
    {
        StoreDriver[] stores = Stores();
        ShardReplica[] replicas = [.. stores.Select((s, i) => Start(s, i))];
        Elect(replicas, leader: 1, without: null);
        Assert.Contains(new ReplicaId(0), replicas[1].NeedState);
        Assert.Equal(10, stores[1].All().Count);
        Assert.Empty(stores[0].All());
        Assert.True(replicas[1].Followers.Single(f => f.Id == new ReplicaId(0)).Matches is null);
        foreach (StoreDriver store in stores) store.Dispose();
    }

    /// <summary>As behind a cut of power on two machines: it goes on when all have answered, and somebody is to hear of it.</summary>
    [Fact]
    public void CopiesOfWhichTooFewAreWhole_AreLedFromTheMostAdvanced_AndMayHaveLostRecords()
    {
        StoreDriver[] stores = Stores();
        ShardReplica[] replicas = [.. stores.Select((s, i) => Start(s, i, hasLostTail: i == 1))];
        Elect(replicas, leader: 1, without: 2);
        Assert.Equal(ReplicaPhase.Electing, replicas[1].Phase);
        Assert.False(replicas[1].MayHaveLost);
        Elect(replicas, leader: 1, without: null);
        Assert.Null(replicas[1].NeedsStateFrom);
        Assert.True(replicas[1].MayHaveLost);
        foreach (StoreDriver store in stores) store.Dispose();
    }

    private static ShardReplica Start(StoreDriver store, int node, bool hasLostTail = false)
    {
        ReplicaPromises promises = store.Store.OpenPromises(Boot);
        if (hasLostTail) promises.TailMayBeLost(Id);
        var log = new StoreReplicaLog(store.Store, Id, promises, new RecordArena(), 1024 * 1024);
        return new ShardReplica(new ReplicaId(node), log, new ReplicationOptions(), TimeSpan.Zero);
    }

    // The map names a leader; then messages go to and fro until nobody has anything to say.
    private static void Elect(ShardReplica[] replicas, int leader, int? without)
    {
        var set = new ReplicaSet(new Epoch(6), new ReplicaId(leader), [.. Enumerable.Range(0, 3).Select(i => new ReplicaId(i))], [], []);
        foreach (ShardReplica replica in replicas) replica.MapChanged(set, Now);
        replicas[leader].Tick(Now + TimeSpan.FromMilliseconds(without is null ? 500 : 0));
        for (int round = 0; round < 20; round++)
        {
            for (int from = 0; from < replicas.Length; from++)
            {
                foreach (OutgoingMessage message in replicas[from].TakeMessages())
                {
                    if (from == without || message.To.Value == without) continue;
                    replicas[message.To.Value].Handle(new ReplicaId(from), message.Message, Now);
                }
            }
        }
    }

    private static StoreDriver[] Stores()
    {
        MemoryDisk[] disks = [.. Enumerable.Range(0, 3).Select(_ => new MemoryDisk())];
        StoreDriver[] stores = [.. disks.Select(d => new StoreDriver(d, OneShard))];
        ReplicaPromises[] promises = [.. stores.Select(s => s.Store.OpenPromises(Boot))];
        for (int node = 0; node < 2; node++) promises[node].Promise(Id, new Epoch(5));
        ShardTransfer.Begin(stores[0].Store, Id, new Epoch(5));
        for (int i = 0; i < 10; i++) stores[0].Set($"k{i}", "1");
        stores[0].Commit(Durability.Always);
        stores[1].Store.Cells[Id.Value].Shard.Follow();
        byte[] records = [.. JournalRecords.OfShards(disks[0]).SelectMany(r => r.Bytes)];
        ReplicaFeed.Take(stores[1].Store, Id, records, out _);
        Assert.True(stores[0].Store.Snapshots!.Save());
        foreach (StoreDriver store in stores) store.Dispose();
        foreach (ReplicaPromises kept in promises) kept.SaveClean();

        string snapshot = Manifest.Load(disks[0])!.Shards.Single(s => s.File is not null).File!;
        byte[] bytes = disks[0].ReadAll(snapshot);
        bytes[^30] ^= 1;
        disks[0].Put(snapshot, bytes);
        Assert.NotEmpty(JournalInspector.Repair(disks[0], dryRun: false));
        return [.. disks.Select(d => new StoreDriver(d, OneShard))];
    }
}
