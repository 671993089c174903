using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>What a cluster says of itself through a node's port.</summary>
internal static partial class ClusterState
{
    public const int Shards = 32;

    /// <summary>Shards a node has when all have moved: the second ring, with the nodes in the order in which they joined.</summary>
    public static int[] ExpectedShards(int nodes)
    {
        var ring = new HashRing(nodes);
        return [.. Enumerable.Range(0, nodes)
            .Select(n => Enumerable.Range(0, Shards).Count(s => ring.OwnerOf(new SlotId((ushort)s)) == n))];
    }

    /// <summary>
    /// Waits until every node says that each has its part of the shards, and every shard has answered: from then on none of them needs the
    /// map's keeper.
    /// </summary>
    /// <param name="nodes">In the order in which they joined.</param>
    public static async Task AwaitSettled(IReadOnlyList<SiloProcess> nodes)
    {
        string expected = string.Join(' ',
            nodes.Zip(ExpectedShards(nodes.Count), (n, shards) => string.Create(CultureInfo.InvariantCulture, $"{n.NodeId}:{shards}")));
        await Poll.UntilAsync($"all nodes to say {expected}", () => nodes.All(n => SlotCounts(n, nodes) == expected));
        await Poll.UntilAsync("every shard to answer", () => nodes[0].CallForAll("DBSIZE") is [':', ..]);
    }

    /// <summary>Waits until a node says that every slot is served.</summary>
    public static Task AwaitWhole(SiloProcess node) =>
        Poll.UntilAsync($"{node.NodeId} to say that all slots are served", () =>
            node.Call("CLUSTER", "INFO")!.Contains("cluster_slots_ok:16384", StringComparison.Ordinal));

    /// <summary>Waits until a node has found another one dead and all that it says of the cluster says so.</summary>
    /// <param name="node">Who is asked.</param>
    /// <param name="dead">The last node of three.</param>
    /// <param name="slots">Slots of the dead one.</param>
    public static Task AwaitTold(SiloProcess node, SiloProcess dead, int slots) =>
        Poll.UntilAsync($"{node.NodeId} to say that {dead.NodeId} is down", async () =>
        {
            await IsTold(node, dead, slots); // what is not told yet is an exception
            return true;
        });

    /// <summary>Waits until a node says that all three are ready and every slot is served.</summary>
    public static Task AwaitReady(SiloProcess node) => Poll.UntilAsync($"{node.NodeId} to say that all is well", async () =>
    {
        Assert.Equal("ready ready ready", States(node));
        Assert.Contains("cluster_state:ok\r\n", node.Call("CLUSTER", "INFO")!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Get(node, "/health/cluster")).Status);
        return true;
    });

    private static async Task IsTold(SiloProcess node, SiloProcess dead, int slots)
    {
        Assert.Equal("ready ready down", States(node));
        string served = (SlotId.Count - slots).ToString(CultureInfo.InvariantCulture),
            unserved = slots.ToString(CultureInfo.InvariantCulture);
        string info = node.Call("CLUSTER", "INFO")!;
        Assert.Contains("cluster_state:fail\r\n", info, StringComparison.Ordinal);
        Assert.Contains($"cluster_slots_ok:{served}\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:{unserved}\r\n", info,
            StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{dead.Port}@{dead.SiloPort} master,fail - 0 0 ", node.Call("CLUSTER", "NODES"),
            StringComparison.Ordinal);
        Assert.Contains("health, fail", node.Call("CLUSTER", "SHARDS"), StringComparison.Ordinal);
        Assert.Contains($"cluster_slots_unserved:{unserved}\r\n", node.Call("INFO", "cluster"), StringComparison.Ordinal);

        string cause = $"{unserved} of 16384 slots are not served: node {dead.NodeId} is down with";
        (HttpStatusCode status, string body) = await Get(node, "/health/ready"); // it does its part: a load balancer keeps it
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\"state\":\"degraded\"", body, StringComparison.Ordinal);
        Assert.Contains(cause, body, StringComparison.Ordinal);
        (status, body) = await Get(node, "/health/cluster");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains(cause, body, StringComparison.Ordinal);

        string metrics = (await Get(node, "/metrics?format=prometheus")).Body;
        Assert.Contains("\norleanskv_cluster_ok 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"\norleanskv_cluster_slots_unserved {unserved}\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"\norleanskv_cluster_node_up{{node=\"{dead.NodeId}\"}} 0\n", metrics, StringComparison.Ordinal);
    }

    /// <summary>A page of a node's HTTP port.</summary>
    private static async Task<(HttpStatusCode Status, string Body)> Get(SiloProcess node, string path)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://127.0.0.1:{node.HttpPort}{path}"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The states of all nodes as one of them says, in the order in which they joined.</summary>
    private static string States(SiloProcess node) =>
        string.Join(' ', StateOfNode().Matches(node.Call("NODES")!).Select(m => m.Groups[1].Value));

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
        Enumerable.Range(0, int.MaxValue).Select(i => string.Create(CultureInfo.InvariantCulture, $"{prefix}:{i}"))
        .Where(k => owners[SlotOf(k)] == home.Port);

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
        return string.Join(' ',
            nodes.Select(n => n.NodeId + ":" + Regex.Match(all, $"node, {n.NodeId}, .*?shards, :(\\d+)").Groups[1].Value));
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    // [:first, :last, [host, :port, id, ...
    [GeneratedRegex("state, ([a-z]+)")]
    private static partial Regex StateOfNode();

    [GeneratedRegex(@"\[:(\d+), :(\d+), \[[^,]+, :(\d+),")]
    private static partial Regex Range();
}
