using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// Tells the log what an operator should hear of the other nodes, one line each: a node has joined, is down, leaves, is back, the shards
/// that moved have arrived; and how many shards are concerned. It compares what it is shown with what it was shown before. Any thread.
/// </summary>
internal sealed partial class ClusterNews(string self, ILogger<ClusterNews> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (NodeState State, SiloAddress? Silo)> _known = [];
    private readonly Dictionary<string, int> _led = []; // shards by node when it was last seen up: others lead them soon after its death
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
            HashSet<string> up = [.. map.Nodes.Where(n => StateOf(n, members.Members) == NodeState.Up).Select(n => n.Id)];
            foreach (NodeInfo node in map.Nodes)
            {
                bool isKnown = _known.TryGetValue(node.Id, out (NodeState State, SiloAddress? Silo) before);
                NodeState? state = StateOf(node, members.Members);
                if (state is null && !isFirst) continue; // the map came before the membership that has its silo
                (NodeState State, SiloAddress? Silo) now = (state ?? NodeState.Down, node.Silo);
                if (isKnown && before.Equals(now)) continue;
                _known[node.Id] = now;
                if (node.Id == self) continue;
                if (isFirst) TellMissing(map, node, now.State, up);
                else if (!isKnown) TellNew(map, node);
                else TellChange(map, node, before.State, now.State, up);
            }

            foreach (NodeInfo node in map.Nodes.Where(n => up.Contains(n.Id))) _led[node.Id] = ShardsOf(map, node);
            TellMoves(map, isFirst);
        }
    }

    /// <summary>A node does not answer, and no majority has declared it dead; or it answers again.</summary>
    public void TellSilence(ClusterMap map, string node, bool isSilent)
    {
        if (!isSilent) LogAnswersAgain(node);
        else if (map.NodeOf(node) is { } silent) LogSilent(node, ShardsOf(map, silent), map.Homes.Length);
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

    private void TellMissing(ClusterMap map, NodeInfo node, NodeState now, HashSet<string> up)
    {
        if (now == NodeState.Up) return;
        if (map.IsReplicated) LogDownFollowed(node.Id, TakenOver(map, node, up));
        else LogDown(node.Id, ShardsOf(map, node), map.Homes.Length);
    }

    private void TellNew(ClusterMap map, NodeInfo node)
    {
        int port = Math.Max(node.Port, node.TlsPort), nodes = map.Nodes.Length;
        if (map.IsReplicated) LogJoinedFollowing(node.Id, node.Host, port, nodes);
        else LogJoined(node.Id, node.Host, port, nodes, map.Homes.Count(h => h.NextNodeId == node.Id), map.Homes.Length);
    }

    private void TellChange(ClusterMap map, NodeInfo node, NodeState before, NodeState now, HashSet<string> up)
    {
        if (map.IsReplicated)
        {
            if (now == NodeState.Up) LogBackFollowing(node.Id, ShardsOf(map, node), FollowedBy(map, node), map.Homes.Length);
            else if (now == NodeState.Leaving) LogLeavingFollowed(node.Id, TakenOver(map, node, up));
            else if (before != NodeState.Leaving) LogDownFollowed(node.Id, TakenOver(map, node, up));
            return;
        }

        int shards = ShardsOf(map, node), all = map.Homes.Length;
        if (now == NodeState.Up) LogBack(node.Id, shards, all);
        else if (now == NodeState.Leaving) LogLeaving(node.Id, shards, all);
        else if (before != NodeState.Leaving) LogDown(node.Id, shards, all);
    }

    // The map may have been changed already when the death is seen here, or not yet.
    private string TakenOver(ClusterMap map, NodeInfo node, HashSet<string> up)
    {
        ShardHome[] left = [.. map.Homes.Where(h => h.NodeId == node.Id)];
        int shards = Math.Max(left.Length, _led.GetValueOrDefault(node.Id)), lost = left.Count(h => !ReplicaRules.CanServe(map, h, up));
        string outcome = Text($"replicas take over its {shards} of {map.Homes.Length} shards");
        return lost == 0 ? outcome : Text($"{outcome}, but for {lost} of which too few copies are left: they are not served until more ")
            + "nodes are back";
    }

    private static int FollowedBy(ClusterMap map, NodeInfo node) =>
        map.Homes.Count(h => h.NodeId != node.Id && (h.Members.Contains(node.Id) || h.Learners.Contains(node.Id)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} does not answer this one, and is not declared dead: that takes "
        + "a majority of the nodes. Its {Shards} of {All} shards cannot be reached from here until it answers or others lead them")]
    private partial void LogSilent(string node, int shards, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} answers again")]
    private partial void LogAnswersAgain(string node);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Node {Node} leaves, it was stopped: its {Shards} of {All} shards are not served until it is back")]
    private partial void LogLeaving(string node, int shards, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} is back with its {Shards} of {All} shards")]
    private partial void LogBack(string node, int shards, int all);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Node {Node} has joined; clients reach it at {Host}:{Port}. The cluster has {Nodes} nodes; copies of shards come to it")]
    private partial void LogJoinedFollowing(string node, string host, int port, int nodes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} is down: {Outcome}")]
    private partial void LogDownFollowed(string node, string outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} leaves, it was stopped: {Outcome}")]
    private partial void LogLeavingFollowed(string node, string outcome);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Node {Node} is back: it leads {Led} of {All} shards and follows {Followed}")]
    private partial void LogBackFollowing(string node, int led, int followed, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Shards} of {All} shards move to this node")]
    private partial void LogMoving(int shards, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "All shards are where they belong: {Shards} of {All} are on this node")]
    private partial void LogSettled(int shards, int all);
}
