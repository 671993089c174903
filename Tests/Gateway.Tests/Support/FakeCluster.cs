using System.Text;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>
/// The cluster of three nodes that was recorded from redis-server 7.0.15: alpha (where the tests are) has slots 0-99 and 5000-7999,
/// beta 100-4999, gamma the rest. Keys are what a test puts into a slot.
/// </summary>
internal sealed class FakeCluster : IClusterView
{
    // SHA-1 of the names, by sha1sum.
    public const string Alpha = "be76331b95dfc399cd776d2fc68021e0db03cc4f";
    public const string Beta = "a295e0bdde1938d1fbfd343e5a3e569e868e1465";
    public const string Gamma = "ff70f4c33de2200b76651bbe1e54aa55fcd77447";

    public ClusterSnapshot Snapshot { get; set; } = Of(7, ClusterState.Ok, Nodes());

    public KeyspaceScope DefaultScope { get; set; }

    /// <summary>What CLUSTER FAILOVER has asked for, and what it answers.</summary>
    public List<bool> Preferred { get; } = [];

    public string? PreferProblem { get; set; }

    public Dictionary<int, string[]> Keys { get; } = [];

    public static ClusterNode[] Nodes() =>
    [
        new("alpha", "127.0.0.1", 17977) { BusPort = 27977, Shards = [new ShardId(0), new ShardId(2)] },
        new("beta", "127.0.0.1", 17978) { BusPort = 27978, Shards = [new ShardId(1)] },
        new("gamma", "127.0.0.1", 17979) { BusPort = 27979, Shards = [new ShardId(3)] },
    ];

    public static ClusterSnapshot Of(long epoch, ClusterState state, ClusterNode[] nodes) =>
        new(epoch, 0, nodes, [Range(0, 99, 0), Range(100, 4999, 1), Range(5000, 7999, 0), Range(8000, 16383, 2)], state);

    public static ClusterSlotRange Range(int first, int last, int node) => new(new SlotId((ushort)first), new SlotId((ushort)last), node);

    public string? Prefer(bool isPreferred)
    {
        Preferred.Add(isPreferred);
        return PreferProblem;
    }

    public int CountKeysInSlot(SlotId slot) => Keys.GetValueOrDefault(slot.Value, []).Length;

    public void KeysInSlot(SlotId slot, int count, Action<ReadOnlySpan<byte>> show)
    {
        foreach (string key in Keys.GetValueOrDefault(slot.Value, []).Take(count)) show(Encoding.Latin1.GetBytes(key));
    }
}
