using Orleans.Runtime;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Grains.Map;

/// <summary>
/// Who may join. A node that is let in wrongly costs data: the shards that it is given replace what its store has, and what it lacks is
/// answered as missing. So the map, the silo, the data folder, the store and its slots must each fit. Pure.
/// </summary>
internal static class JoinRules
{
    private const string WhereTheMapIs =
        "with --cluster quorum in the --data-dir of the first nodes, with --cluster postgres in the database of --postgres";

    /// <param name="map">The map as it is; empty for none.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="runs">Whether a silo runs, or is only just stopping.</param>
    public static JoinDecision Decide(ClusterMap map, JoinRequest request, Func<SiloAddress, bool> runs)
    {
        NodeInfo node = request.Node;
        if (Programs(map, node, runs) is { } other) return JoinDecision.Refused(other);
        SlotMap slots = SlotMap.FromBytes(request.Slots);
        if (slots.HasMoves) return JoinDecision.Refused($"a REBALANCE to {slots.ShardCount} shards is unfinished in its data folder. "
            + $"Start the folder with the embedded server until its INFO says rebalance_running:0, then this node again");
        if (map.IsEmpty) return Found(request, slots);
        if (map.Cluster == Guid.Empty) map = map with { Cluster = Guid.NewGuid() }; // of a program that had none

        NodeInfo? known = map.NodeOf(node.Id);
        if (known?.Silo is { } silo && !silo.Equals(node.Silo) && runs(silo))
            return new JoinDecision(
                JoinOutcome.Wait, null, $"node {node.Id} runs already, at {silo.Endpoint}. Each node needs a --node-id of its own");
        if ((Folder(map, request, known) ?? Store(map, request, known) ?? Past(map, request, known)) is { } problem)
            return JoinDecision.Refused(problem);
        if (!map.SlotMap.IsSameAs(slots))
        {
            if (known is not null && map.Nodes.Length == 1) return JoinDecision.Joined(WithSlots(map, request, slots));
            if (request.Keys == 0) return new JoinDecision(JoinOutcome.Adopt, null, "its slots are not the cluster's");
            return JoinDecision.Refused($"its data folder has keys in {slots.ShardCount} shards, the cluster has "
                + $"{map.SlotMap.ShardCount}. Start the folder with the embedded server and REBALANCE {map.SlotMap.ShardCount}, or start "
                + $"node {node.Id} with an empty --data-dir");
        }

        if (known is null) return JoinDecision.Joined(WithNode(map, node));
        if (known == node) return JoinDecision.Joined(null);
        ClusterMap joined = WithEntry(map, node);
        return JoinDecision.Joined(Equals(known.Silo, node.Silo) ? joined : MapRules.Begin(joined, node.Id, request.NewestEpoch));
    }

    // The grain can be on any node, so its own program is one of those to compare with, not the measure.
    private static string? Programs(ClusterMap map, NodeInfo node, Func<SiloAddress, bool> runs)
    {
        string? others = node.Commands != DataCommands.TableId
            ? "the cluster"
            : Array.Find(map.Nodes, n => n.Id != node.Id && n.Commands != node.Commands && n.Silo is { } silo && runs(silo)) is { } one
            ? "node " + one.Id : null;
        return others is null
            ? null
            : $"it is of another version than {others}: their commands differ. Start all nodes with the same version of orleanskv-silo";
    }

    // The first node's store becomes the cluster.
    private static JoinDecision Found(JoinRequest request, SlotMap slots)
    {
        if (request.Folder.Cluster is not null || (request.Folder.IsNodes && request.Keys > 0))
            return JoinDecision.Refused($"its data folder belongs to a cluster, but there is no cluster map here. The map is "
            + $"{WhereTheMapIs}: is that one wrong or empty, or --join missing? Start with the right one; to found a new cluster on this "
            + $"folder's {request.Keys} keys instead, delete its NODE file");
        ClusterMap map = new(1, new ClusterSlots(request.Slots), [request.Node], [])
        {
            Cluster = Guid.NewGuid(), Replicas = request.Replicas, WriteQuorum = request.WriteQuorum, ReadQuorum = request.ReadQuorum,
        };
        ShardHome home = OnlyCopy(map, request.NewestEpoch + 1);
        return JoinDecision.Joined(map with { Homes = [.. Enumerable.Repeat(home, slots.ShardCount)] });
    }

    // Keys that are not the map's would be replaced by those of the shards that the node is given, or dropped.
    private static string? Folder(ClusterMap map, JoinRequest request, NodeInfo? known)
    {
        NodeInfo node = request.Node;
        if (request.Folder.Cluster is { } cluster)
        {
            if (cluster != map.Cluster)
                return $"its data folder belongs to cluster {cluster}, and this one is {map.Cluster}: it has the same name, but its map "
                + $"was made anew. The map is {WhereTheMapIs}: start with the right one. To give up what this node has, start it with an "
                + $"empty --data-dir";
            if (known is null && request.Keys > 0)
                return $"its data folder belongs to this cluster, but the cluster map does not know the node: the map is older than the "
                + $"folder. Was a database or a node's --data-dir restored from a backup? Bring back the newer one; to give up "
                + $"the {request.Keys} keys of this node, start it with an empty --data-dir";
            return null;
        }

        if (request.Keys == 0 || Array.TrueForAll(map.Homes, h => h.NodeId == node.Id)) return null;
        bool isOurs = known is not null && (known.Store is null ? request.Folder.IsNodes : known.Store == node.Store);
        return isOurs ? null : $"its data folder has {request.Keys} keys that are not this cluster's. Start node {node.Id} with an empty "
            + $"--data-dir; or is the --node-id mistyped? The cluster has {string.Join(", ", map.Nodes.Select(n => n.Id))}";
    }

    // A store that is another than the one with the node's shards would answer for them as if they were empty.
    private static string? Store(ClusterMap map, JoinRequest request, NodeInfo? known)
    {
        if (known?.Store is not { } store || store == request.Node.Store || store == request.ReplacesStore) return null;
        int shards = map.Homes.Count(h => h.HasCopyThatCounts(known.Id));
        if (shards == 0) return null;
        string found = request.Node.Store is null ? "runs with --persistence off" : $"has store {request.Node.Store}";
        return $"{shards} shards of the cluster are in its store {store}, but it {found}. Start it with the right --data-dir; if that is "
            + $"lost, --replace-lost-data {store} goes on without the keys that were in it";
    }

    // A copy that counts, and that was written to beside the cluster: at the same positions it has other records than the others.
    private static string? Past(ClusterMap map, JoinRequest request, NodeInfo? known) =>
        known is not null && request is { HasNoPromises: true, Keys: > 0, ReplacesStore: null }
        && Array.Exists(map.Homes, h => h.Members.Length > 1 && h.HasCopyThatCounts(known.Id))
            ? "its data folder has lost what it has promised to the other nodes (the file PROMISES): was it opened by the one-process "
                + $"server? Start node {known.Id} with an empty --data-dir and --replace-lost-data {known.Store}: the others have its "
                + "data"
            : null;

    private static ClusterMap WithEntry(ClusterMap map, NodeInfo node) =>
        map with { Nodes = [.. map.Nodes.Select(n => n.Id == node.Id ? node : n)] };

    // The embedded server has rebalanced the folder of the only node, so all shards there are, are in it.
    private static ClusterMap WithSlots(ClusterMap map, JoinRequest request, SlotMap slots)
    {
        ShardHome added = OnlyCopy(map, 0);
        IEnumerable<ShardHome> before = Enumerable.Range(0, slots.ShardCount).Select(s => s < map.Homes.Length ? map.Homes[s] : added);
        ShardHome[] homes = [.. before.Select(h => MapRules.NextTenure(h, request.NewestEpoch))];
        return new ClusterMap(map.Version, new ClusterSlots(request.Slots), [request.Node], homes)
        {
            Cluster = map.Cluster, Replicas = map.Replicas, WriteQuorum = map.WriteQuorum, ReadQuorum = map.ReadQuorum,
            LeaderPreference = map.LeaderPreference,
        };
    }

    // A shard of the cluster's only node.
    private static ShardHome OnlyCopy(ClusterMap map, uint epoch)
    {
        string node = map.Nodes[0].Id;
        return new ShardHome(node, epoch, null) { Members = map.IsReplicated ? [node] : [] };
    }

    // The ring of nodes in the order in which they joined gives a new one about 1/N of the shards. Copies come by ReplicaRules.Plan.
    private static ClusterMap WithNode(ClusterMap map, NodeInfo node)
    {
        NodeInfo[] all = [.. map.Nodes, node];
        if (map.IsReplicated) return map with { Nodes = all };
        var ring = new HashRing(all.Length);
        ShardHome Next(ShardHome home, int shard) =>
            home with { NextNodeId = all[ring.OwnerOf(new SlotId((ushort)shard))].Id is var id && id != home.NodeId ? id : null };
        return map with { Nodes = all, Homes = [.. map.Homes.Select(Next)] };
    }
}
