using System.Globalization;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Grains;
using OrleansKv.Protocol;

namespace OrleansKv.Silo.Hosting;

/// <summary>The cluster in numbers and, where something is wrong, in one line for people. Pure.</summary>
internal static class ClusterReports
{
    /// <summary>
    /// Time without an answer of the map's keeper that is worth saying, ms: longer than its grain takes to come up on another node.
    /// </summary>
    private const long LongSilenceMs = 10_000;

    /// <param name="cluster">What this node sees.</param>
    /// <param name="said">What a node said last.</param>
    /// <param name="mapSilentMs">Time since the map's keeper answered.</param>
    public static ClusterReport Of(ClusterSnapshot cluster, Func<string, NodeStats?> said, long mapSilentMs) => new()
    {
        Ok = cluster.State == ClusterState.Ok,
        Problem = ProblemOf(cluster, mapSilentMs),
        MapVersion = cluster.Epoch,
        MapAgeSeconds = Math.Max(0, mapSilentMs / 1000.0),
        SlotsServed = cluster.ServedSlots,
        SlotsUnserved = SlotId.Count - cluster.ServedSlots,
        ShardsUnserved = [.. cluster.Nodes.SelectMany(UnservedOf).Select(s => (int)s.Value).Order()],
        Nodes = [.. cluster.Nodes.Select((n, i) => NodeOf(n, i == cluster.SelfIndex, said(n.NodeId)))],
        Moves = [.. cluster.Moves.Select(m => new ShardMoveReport(m.Shard.Value, m.From, m.To))],
    };

    /// <summary>Null when every slot is served and the map's keeper answers.</summary>
    public static string? ProblemOf(ClusterSnapshot cluster, long mapSilentMs)
    {
        var problems = new List<string>();
        int unserved = SlotId.Count - cluster.ServedSlots;
        if (unserved > 0)
        {
            IEnumerable<string> causes = cluster.Nodes.Where(n => UnservedOf(n).Any()).Select(n =>
                n.State == "failed" ? Text($"writes are refused on {n.NodeId}, with {n.Shards.Count} shards")
                : n is { IsAlive: true, IsAnswering: true }
                ? Text($"node {n.NodeId} cannot serve {n.Unserved.Count} of its {n.Shards.Count} shards")
                : Text($"node {n.NodeId} is {n.State} with {n.Shards.Count} shards"));
            problems.Add(Text($"{unserved} of {SlotId.Count} slots are not served: {string.Join("; ", causes)}"));
        }

        string[] failed = [.. cluster.Nodes.Where(n => n.State == "failed" && n.Shards.Count == 0).Select(n => n.NodeId)];
        if (failed.Length > 0) problems.Add($"writes are refused on {string.Join(", ", failed)}");
        if (mapSilentMs >= LongSilenceMs)
        {
            problems.Add(Text($"the cluster map has not answered for {mapSilentMs / 1000} s: nodes cannot join and shards cannot move"));
        }

        return problems.Count == 0 ? null : string.Join(". ", problems);
    }

    private static IEnumerable<ShardId> UnservedOf(ClusterNode node) =>
        node is { IsAlive: true, IsAnswering: true } ? node.Unserved : node.Shards;

    private static ClusterNodeReport NodeOf(ClusterNode node, bool isSelf, NodeStats? said) => new()
    {
        Node = node.NodeId,
        Address = Text($"{node.Host}:{node.PortFor(tls: false)}"),
        IsSelf = isSelf,
        State = node.State,
        Up = node is { IsAlive: true, IsAnswering: true },
        Shards = [.. node.Shards.Select(s => (int)s.Value)],
        Keys = node.IsAlive ? said?.Keys : null,
        Bytes = node.IsAlive ? said?.Bytes : null,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
