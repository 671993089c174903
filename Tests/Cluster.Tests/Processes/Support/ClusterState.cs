using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Embedded.Tests.Support;
using OrleansKv.Engine;
using OrleansKv.Engine.Slots;

namespace OrleansKv.Cluster.Tests.Processes.Support;

/// <summary>What a cluster says of itself through a node's port.</summary>
internal static partial class ClusterState
{
    public const int Shards = 32;

    /// <summary>Shards a node has when all have moved: the second ring, with the nodes in the order in which they joined.</summary>
    public static int[] ExpectedShards(int nodes)
    {
        var ring = new HashRing(nodes);
        return [.. Enumerable.Range(0, nodes).Select(n => Enumerable.Range(0, Shards).Count(s => ring.OwnerOf(new SlotId((ushort)s)) == n))];
    }

    /// <summary>Waits until every node says that each has its part of the shards.</summary>
    /// <param name="nodes">In the order in which they joined.</param>
    public static Task AwaitSettled(IReadOnlyList<SiloProcess> nodes)
    {
        string expected = string.Join(' ', nodes.Zip(ExpectedShards(nodes.Count), (n, shards) => string.Create(CultureInfo.InvariantCulture, $"{n.NodeId}:{shards}")));
        return Poll.UntilAsync($"all nodes to say {expected}", () => nodes.All(n => SlotCounts(n, nodes) == expected));
    }

    /// <summary>Port of the node that serves each slot, as CLUSTER SLOTS of a node says.</summary>
    public static int[] Owners(SiloProcess node)
    {
        var owners = new int[SlotId.Count];
        foreach (Match match in Range().Matches(node.Call("CLUSTER", "SLOTS")!))
        {
            Array.Fill(owners, Number(match, 3), Number(match, 1), Number(match, 2) - Number(match, 1) + 1);
        }

        return owners;
    }

    /// <summary>Keys <c>prefix:0</c>, <c>prefix:1</c>, ... whose slots a node serves.</summary>
    public static IEnumerable<string> KeysAt(int[] owners, SiloProcess home, string prefix) =>
        Enumerable.Range(0, int.MaxValue).Select(i => string.Create(CultureInfo.InvariantCulture, $"{prefix}:{i}")).Where(k => owners[SlotOf(k)] == home.Port);

    /// <summary>Keys of the same shard need not have the same slot; these have neither.</summary>
    public static ushort SlotOf(string key) => Slot.Of(System.Text.Encoding.Latin1.GetBytes(key)).Value;

    /// <summary>Bytes of a node's journal that are not on its disk.</summary>
    public static async Task<long> PendingBytes(SiloProcess node)
    {
        using var client = new HttpClient();
        string metrics = await client.GetStringAsync(new Uri($"http://127.0.0.1:{node.HttpPort}/metrics"));
        using JsonDocument report = JsonDocument.Parse(metrics);
        return report.RootElement.GetProperty("journal").GetProperty("pendingBytes").GetInt64();
    }

    private static string SlotCounts(SiloProcess asked, IReadOnlyList<SiloProcess> nodes)
    {
        string all = asked.Call("NODES")!;
        return string.Join(' ', nodes.Select(n => n.NodeId + ":" + Regex.Match(all, $"node, {n.NodeId}, .*?shards, :(\\d+)").Groups[1].Value));
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    // [:first, :last, [host, :port, id, ...
    [GeneratedRegex(@"\[:(\d+), :(\d+), \[[^,]+, :(\d+),")]
    private static partial Regex Range();
}
