using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// Tells the log what an operator should hear of the other nodes, one line each: a node has joined, is down, leaves, is back, the shards
/// that moved have arrived; and how many shards are concerned. It compares what it is shown with what it was shown before. Any thread.
/// </summary>
internal sealed partial class ClusterNews(string self, ILogger<ClusterNews> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (NodeState State, SiloAddress? Silo)> _known = [];
    private MembershipVersion _seen = MembershipVersion.MinValue;
    private bool _isMoving;

    /// <summary>The first look says what is not as it should be; later ones what has changed.</summary>
    /// <param name="map">The newest cluster map that this node has.</param>
    /// <param name="members">Orleans' membership; an older one than was seen is left out.</param>
    public void Look(ClusterMap map, ClusterMembershipSnapshot members)
    {
        lock (_lock)
        {
            if (map.IsEmpty || members.Version < _seen) return;
            _seen = members.Version;
            bool isFirst = _known.Count == 0;
            foreach (NodeInfo node in map.Nodes)
            {
                bool isKnown = _known.TryGetValue(node.Id, out (NodeState State, SiloAddress? Silo) before);
                NodeState? state = StateOf(node, members.Members);
                if (state is null && !isFirst) continue; // the map came before the membership that has its silo
                (NodeState State, SiloAddress? Silo) now = (state ?? NodeState.Down, node.Silo);
                if (isKnown && before.Equals(now)) continue;
                _known[node.Id] = now;
                if (node.Id == self) continue;
                if (isFirst) TellMissing(map, node, now.State);
                else if (!isKnown) TellNew(map, node);
                else TellChange(map, node, before.State, now.State);
            }

            TellMoves(map, isFirst);
        }
    }

    // Null for a silo that the membership does not have.
    private static NodeState? StateOf(NodeInfo node, ImmutableDictionary<SiloAddress, Orleans.Runtime.ClusterMember> members)
    {
        if (node.Silo is null || !members.TryGetValue(node.Silo, out Orleans.Runtime.ClusterMember? member)) return null;
        return member.Status switch
        {
            SiloStatus.Active => NodeState.Up,
            SiloStatus.ShuttingDown or SiloStatus.Stopping => NodeState.Leaving,
            _ => NodeState.Down,
        };
    }

    private void TellMissing(ClusterMap map, NodeInfo node, NodeState now)
    {
        if (now != NodeState.Up) LogDown(node.Id, ShardsOf(map, node), map.Homes.Length);
    }

    private void TellNew(ClusterMap map, NodeInfo node) =>
        LogJoined(node.Id, node.Host, Math.Max(node.Port, node.TlsPort), map.Nodes.Length, map.Homes.Count(h => h.NextNodeId == node.Id),
            map.Homes.Length);

    private void TellChange(ClusterMap map, NodeInfo node, NodeState before, NodeState now)
    {
        int shards = ShardsOf(map, node), all = map.Homes.Length;
        if (now == NodeState.Up) LogBack(node.Id, shards, all);
        else if (now == NodeState.Leaving) LogLeaving(node.Id, shards, all);
        else if (before != NodeState.Leaving) LogDown(node.Id, shards, all);
    }

    private static int ShardsOf(ClusterMap map, NodeInfo node) => map.Homes.Count(h => h.NodeId == node.Id);

    private void TellMoves(ClusterMap map, bool isFirst)
    {
        int left = map.Homes.Count(h => h.NextNodeId is not null);
        if (isFirst && left > 0) LogMoving(map.Homes.Count(h => h.NextNodeId == self), map.Homes.Length);
        if (_isMoving && left == 0) LogSettled(map.Homes.Count(h => h.NodeId == self), map.Homes.Length);
        _isMoving = left > 0;
    }

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Node {Node} has joined; clients reach it at {Host}:{Port}. The cluster has {Nodes} nodes; {Shards} of {All} shards move to it")]
    private partial void LogJoined(string node, string host, int port, int nodes, int shards, int all);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} is down: its {Shards} of {All} shards are not served until it is back")]
    private partial void LogDown(string node, int shards, int all);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Node {Node} leaves, it was stopped: its {Shards} of {All} shards are not served until it is back")]
    private partial void LogLeaving(string node, int shards, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} is back with its {Shards} of {All} shards")]
    private partial void LogBack(string node, int shards, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Shards} of {All} shards move to this node")]
    private partial void LogMoving(int shards, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "All shards are where they belong: {Shards} of {All} are on this node")]
    private partial void LogSettled(int shards, int all);
}
