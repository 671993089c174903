using OrleansKv.Grains;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>The map of a cluster with one shard, and no map while the test wants none.</summary>
internal sealed class ScriptedMap : ISlotMapGrain
{
    private int _asked;

    public ClusterMap Map { get; set; } =
        new(1, new ClusterSlots(SlotMap.Create(1).ToBytes()), [new NodeInfo("a", "localhost", 1, 0)], [new ShardHome("a", 1, null)]);

    /// <summary>Thrown instead of an answer.</summary>
    public Exception? Failure { get; set; }

    public int Asked => _asked;

    public ValueTask<ClusterMapUpdate?> Get(long knownVersion, ulong knownSlots)
    {
        Interlocked.Increment(ref _asked);
        if (Failure is not null) return ValueTask.FromException<ClusterMapUpdate?>(Failure);
        return new(Map.Version > knownVersion ? ClusterMapUpdate.For(Map, knownSlots) : null);
    }

    public ValueTask<JoinResult> Join(JoinRequest request) => throw new NotSupportedException();

    public ValueTask<ClusterMapUpdate> Claim(int shard, string nodeId, ulong knownSlots) => throw new NotSupportedException();

    public ValueTask<ClusterMapUpdate> Arrived(int shard, string nodeId, uint epoch, ulong knownSlots) => throw new NotSupportedException();

    public ValueTask Report(ReplicaReport[] reports) => throw new NotSupportedException();

    public ValueTask<int> StandDown(string nodeId) => throw new NotSupportedException();

    public ValueTask Prefer(string nodeId, bool isPreferred) => throw new NotSupportedException();

    public ValueTask<bool> IsMoving() => new(false);
}
