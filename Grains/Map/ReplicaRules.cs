using System.Collections.Immutable;
using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Grains.Map;

/// <summary>
/// The changes of the cluster map by which shards get their members and leaders, as functions of the stored map, of who is alive and of
/// what the leaders say. Each row takes one step at a time, in an epoch of its own. A change of the members may be of any size: their
/// predecessors stay as the former members, whose promises are asked for, too, until a leader of the new ones has served (ADR 0022). Pure.
/// </summary>
internal static class ReplicaRules
{
    /// <summary>Rows whose learners are copied to at one time: a copy is a whole shard, and its leader serves meanwhile.</summary>
    public const int MaxLearning = 4;

    /// <summary>Handovers in one plan: each is a short pause of its shard, so the clients of all shards do not wait at once.</summary>
    public const int MaxHandovers = 4;

    /// <summary>
    /// Who is to have a shard's copies, the leader first: the first nodes of the ring, as many as the cluster wants and has.
    /// </summary>
    public static ImmutableArray<string> Wanted(ClusterMap map, int shard) => Wanted(map, new HashRing(map.Nodes.Length), shard);

    /// <summary>
    /// All steps that are due, in one map whose version is the caller's to set; null where none is. A report of another epoch than the
    /// row's counts as none.
    /// </summary>
    /// <param name="map">The map that is stored.</param>
    /// <param name="isAlive">Whether a node is alive; asked once a node.</param>
    /// <param name="reportOf">The last report of a shard's leader; null for none.</param>
    /// <param name="standingDown">Nodes that are about to stop.</param>
    public static ClusterMap? Plan(
        ClusterMap map, Func<string, bool> isAlive, Func<int, ReplicaReport?> reportOf, IReadOnlySet<string>? standingDown = null)
    {
        if (!map.IsReplicated || map.IsEmpty) return null;
        var ring = new HashRing(map.Nodes.Length);
        HashSet<string> alive = [.. map.Nodes.Select(n => n.Id).Where(isAlive)];
        ReplicaRow[] rows = [.. map.Homes.Select((home, shard) => new ReplicaRow(home, Wanted(map, ring, shard), QuorumsOf(map), alive,
            reportOf(shard) is { } report && report.Epoch == home.Epoch ? report : null)
            { StandingDown = standingDown ?? ImmutableHashSet<string>.Empty, LeaderPreference = map.LeaderPreference }.Settled())];
        int learners = MaxLearning - rows.Count(r => r.IsCopying), handovers = MaxHandovers;
        ShardHome[] homes = [.. rows.Select(r => Next(r, ref learners, ref handovers))];
        return homes.AsSpan().SequenceEqual(map.Homes) ? null : map with { Homes = homes };
    }

    /// <summary>
    /// A node that is to lead what it has copies of, before others that were to, or no longer; null where that changes nothing.
    /// </summary>
    public static ClusterMap? Prefer(ClusterMap map, string node, bool isPreferred)
    {
        string[] others = [.. map.LeaderPreference.Where(n => n != node)];
        string[] preference = isPreferred && map.NodeOf(node) is not null ? [node, .. others] : others;
        return preference.AsSpan().SequenceEqual(map.LeaderPreference) ? null : map with { LeaderPreference = preference };
    }

    /// <summary>
    /// Shards whose leader is well and is to be another: it first finishes what it has taken, so that nobody's outcome is left unknown.
    /// </summary>
    /// <param name="map">The map that is stored.</param>
    /// <param name="planned">What <see cref="Plan"/> makes of it.</param>
    /// <param name="isAlive">Whether a node is alive.</param>
    /// <param name="reportOf">The last report of a shard's leader; null for none.</param>
    public static IEnumerable<int> Handovers(
        ClusterMap map, ClusterMap planned, Func<string, bool> isAlive, Func<int, ReplicaReport?> reportOf) =>
        Enumerable.Range(0, map.Homes.Length).Where(s => map.Homes[s] is var before && planned.Homes[s].NodeId != before.NodeId
            && isAlive(before.NodeId) && !(reportOf(s) is { GivesUp: true } said && said.Epoch == before.Epoch));

    /// <summary>
    /// What is planned, without the handovers whose leaders have not finished yet: they stay as they are, and the next plan has them again.
    /// Null where nothing is left.
    /// </summary>
    /// <param name="map">The map that is stored.</param>
    /// <param name="planned">What <see cref="Plan"/> makes of it.</param>
    /// <param name="ready">Shards whose leaders have finished, with the epochs in which they had.</param>
    /// <param name="isAlive">Whether a node is alive.</param>
    /// <param name="reportOf">The last report of a shard's leader; null for none.</param>
    public static ClusterMap? WithHandovers(ClusterMap map, ClusterMap planned, IReadOnlySet<(int Shard, uint Epoch)> ready,
        Func<string, bool> isAlive, Func<int, ReplicaReport?> reportOf)
    {
        ShardHome[] homes = [.. planned.Homes];
        foreach (int shard in Handovers(map, planned, isAlive, reportOf))
            if (!ready.Contains((shard, map.Homes[shard].Epoch))) homes[shard] = map.Homes[shard];
        return homes.AsSpan().SequenceEqual(map.Homes) ? null : planned with { Homes = homes };
    }

    /// <summary>How many copies decide in the cluster.</summary>
    public static Quorums QuorumsOf(ClusterMap map) => new(map.WriteQuorum, map.ReadQuorum);

    /// <summary>
    /// The row as the replication core knows it: a node is its place in the map, which it keeps, for no node ever leaves the map.
    /// </summary>
    public static ReplicaSet SetOf(ClusterMap map, ShardHome home)
    {
        ReplicaId IdOf(string node) => Array.FindIndex(map.Nodes, n => n.Id == node) is var at and >= 0
            ? new ReplicaId(at)
            : throw new InvalidOperationException($"the cluster map has no node {node}");
        ReplicaId leader = IdOf(home.NodeId);
        return new ReplicaSet(new Epoch(home.Epoch), leader, home.Members is [] ? [leader] : [.. home.Members.Select(IdOf)],
            [.. home.Learners.Select(IdOf)], [.. home.Former.Select(IdOf)]);
    }

    /// <summary>Whether a shard can be served by one of those who are alive, its leader or another that takes over.</summary>
    public static bool CanServe(ClusterMap map, ShardHome home, IReadOnlySet<string> alive)
    {
        ReplicaRow row = new ReplicaRow(home, [], QuorumsOf(map), alive, null).Settled();
        return row.CanServe(row.Home);
    }

    /// <summary>Shards whose leader is about to stop and that another node could lead.</summary>
    public static int CountToHandOver(ClusterMap map, string node, Func<string, bool> isAlive, IReadOnlySet<string> standingDown)
    {
        HashSet<string> alive = [.. map.Nodes.Select(n => n.Id).Where(isAlive)];
        return map.Homes.Count(home => home.NodeId == node
            && new ReplicaRow(home, [], QuorumsOf(map), alive, null) { StandingDown = standingDown }.Settled().HasStandIn);
    }

    // The first step that applies. Nothing but an election before the leader has served: until then the former members are needed.
    private static ShardHome Next(ReplicaRow row, ref int learners, ref int handovers)
    {
        if (!row.IsLed) return row.WithElectedLeader() ?? row.Home;
        if (!row.HasServed) return row.Home;
        if (row.WithoutLevelLearners() is { } promoted) return promoted;
        if (handovers > 0 && row.WithStandIn() is { } standIn)
        {
            handovers--;
            return standIn;
        }

        if (row.IsCopying) return row.Home; // another epoch would break the copy off
        if (learners > 0 && row.WithLearners() is { } learning)
        {
            learners--;
            return learning;
        }

        if (row.WithoutUnwantedMembers() is { } reduced) return reduced;
        if (row.WithAnotherEpoch() is { } again) return again;
        if (handovers == 0 || row.WithPreferredLeader() is not { } handedOver) return row.Home;
        handovers--;
        return handedOver;
    }

    private static ImmutableArray<string> Wanted(ClusterMap map, HashRing ring, int shard) =>
        [.. ring.OwnersOf(new SlotId((ushort)shard), map.Replicas).Select(i => map.Nodes[i].Id)];
}
