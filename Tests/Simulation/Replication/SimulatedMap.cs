using System.Collections.Immutable;
using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;
using OrleansKv.Simulation.Events;

namespace OrleansKv.Simulation.Replication;

/// <summary>
/// The cluster map's row of the shard, as the registers keep it: one value, changed by one who looks after the other. What it decides is as
/// good or bad as a failure detector that is late and sometimes wrong.
/// </summary>
internal sealed class SimulatedMap(Random random, SimulatedReplicaNode[] nodes, SimulatedNetwork network, int wrongLooksOneIn)
{
    private const int Replicas = 3;

    private int _leaderLife = 1; // of the process that the epoch was given to

    public ReplicaSet Current { get; private set; } = new(
        new Epoch(1), new ReplicaId(0), [.. Enumerable.Range(0, Replicas).Select(i => new ReplicaId(i))], [], []);

    /// <summary>Gives the shard to another leader where the present one seems to be away; returns whether it has.</summary>
    public bool LookForDeadLeader(TimeSpan now, bool looksWrong)
    {
        SimulatedReplicaNode leader = nodes[Current.Leader.Value];
        bool isThere = leader.IsUp && leader.Life == _leaderLife && leader.StandsStillUntil <= now && IsInMajority(leader);
        if (isThere ? !looksWrong || random.Next(wrongLooksOneIn) > 0 : random.Next(3) > 0) return false;
        SimulatedReplicaNode[] candidates =
            [.. Current.Members.Select(m => nodes[m.Value]).Where(n => n.IsUp && (random.Next(8) == 0 || IsInMajority(n)))];
        if (candidates.Length == 0) return false;
        Change(Current with { Leader = candidates[random.Next(2) == 0 ? 0 : random.Next(candidates.Length)].Id });
        return true;
    }

    /// <summary>Changes a member, when the last such change is over.</summary>
    public bool ChangeMembers()
    {
        if (!Current.Former.IsEmpty) return false;
        ReplicaId[] others = [.. nodes.Where(n => n.IsUp).Select(n => n.Id).Except(Current.Members)];
        if (others.Length == 0) return false;
        ReplicaId goes = Current.Members[random.Next(Current.Members.Length)], comes = others[random.Next(others.Length)];
        ImmutableArray<ReplicaId> members = Current.Members.Replace(goes, comes);
        ReplicaId leader = members.Contains(Current.Leader) ? Current.Leader : members[random.Next(members.Length)];
        Change(Current with { Leader = leader, Members = members, Former = Current.Members });
        return true;
    }

    /// <summary>The leader serves in its epoch: what the former members have is with the present ones.</summary>
    public void LookForSettledMembers()
    {
        ShardReplica? leader = nodes[Current.Leader.Value].Replica;
        if (!Current.Former.IsEmpty && leader is { IsServing: true } && leader.Set.Epoch == Current.Epoch)
            Current = Current with { Former = [] };
    }

    /// <summary>Whether a node reaches most of all nodes, itself included.</summary>
    public bool IsInMajority(SimulatedReplicaNode node) =>
        nodes.Count(n => !network.IsBroken(node.Id.Value, n.Id.Value)) > nodes.Length / 2;

    private void Change(ReplicaSet set)
    {
        _leaderLife = nodes[set.Leader.Value].Life;
        Current = set with { Epoch = Current.Epoch.Next };
    }
}
