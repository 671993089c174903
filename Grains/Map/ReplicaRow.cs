using System.Collections.Immutable;
using OrleansKv.Engine.Replication;

namespace OrleansKv.Grains.Map;

/// <summary>
/// One shard of the map with what is known of it, and the steps that it can take: each the home after it, or null where it is not due.
/// What <see cref="ReplicaRules"/> puts in order. Where a step needs the leader to go on serving, it is not taken unless enough nodes are
/// alive for the leader to serve in the epoch that it begins. Pure.
/// </summary>
/// <param name="Home">The shard's home.</param>
/// <param name="Wanted">Who is to have its copies, the leader first.</param>
/// <param name="Quorums">The cluster's.</param>
/// <param name="Alive">Nodes that are alive.</param>
/// <param name="Report">What the leader of the home's epoch says; null for nothing.</param>
internal sealed record ReplicaRow(
    ShardHome Home, ImmutableArray<string> Wanted, Quorums Quorums, IReadOnlySet<string> Alive, ReplicaReport? Report)
{
    /// <summary>Nodes that are about to stop, and alive so far: they are to lead nothing where another can.</summary>
    public IReadOnlySet<string> StandingDown { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Nodes that are to lead what they have copies of, before the others in <see cref="Wanted"/>.</summary>
    public IReadOnlyList<string> LeaderPreference { get; init; } = [];

    /// <summary>Whether the leader is alive, and can lead.</summary>
    public bool IsLed => CanLead(Home.NodeId);

    /// <summary>Whether the leader has served in its epoch.</summary>
    public bool HasServed => Report is { HasServed: true };

    /// <summary>Whether a learner is on its way; not where the copy waits for nodes that are dead.</summary>
    public bool IsCopying => IsLed && Home.Learners.Any(Alive.Contains) && CanServe(Home);

    /// <summary>
    /// The row without former members once a leader has served: it has all that they acknowledged, on a write quorum of the members. The
    /// one change in the same epoch. A home that has no members yet is the only one.
    /// </summary>
    public ReplicaRow Settled() => this with
    {
        Home = Home with { Members = Home.Members is [] ? [Home.NodeId] : Home.Members, Former = HasServed ? [] : Home.Former },
    };

    /// <summary>The first member that is alive leads, if the members and the former ones can elect it.</summary>
    public ShardHome? WithElectedLeader() => CanElect(Home) && Home.Members.FirstOrDefault(CanLead) is { } leader
        ? Home with { NodeId = leader, Epoch = Home.Epoch + 1 }
        : null;

    /// <summary>
    /// Learners that are level become members, and those that are no longer wanted go. A dead one that is wanted stays: nobody else is to
    /// have its place.
    /// </summary>
    public ShardHome? WithoutLevelLearners()
    {
        string[] wanted = [.. Home.Learners.Where(l => Wanted.Contains(l))], level = [.. wanted.Where(IsLevel)];
        if (level is [] && wanted.Length == Home.Learners.Length) return null;
        ShardHome without = Home with { Epoch = Home.Epoch + 1, Learners = [.. wanted.Except(level)] };
        return IfServable(level is [] ? without : without with { Members = InOrder([.. Home.Members, .. level]), Former = Home.Members });
    }

    /// <summary>Those who are wanted and alive, and have nothing to do with the shard yet, become learners.</summary>
    public ShardHome? WithLearners()
    {
        string[] added = [.. Wanted.Where(Alive.Contains).Except(Home.Members).Except(Home.Learners)];
        return added is [] ? null : IfServable(Home with { Epoch = Home.Epoch + 1, Learners = [.. Home.Learners, .. added] });
    }

    /// <summary>Members that are not wanted go when all that are wanted are members and have the leader's log.</summary>
    public ShardHome? WithoutUnwantedMembers()
    {
        bool isFollowed = Wanted.All(w => Home.Members.Contains(w) && (w == Home.NodeId || IsLevel(w)));
        if (!isFollowed || Home.Members.Length <= Wanted.Length) return null;
        string leader = Wanted.Contains(Home.NodeId) ? Home.NodeId : Preferred.First();
        return IfServable(new ShardHome(leader, Home.Epoch + 1, null) { Members = [.. Wanted], Former = Home.Members });
    }

    /// <summary>
    /// Another epoch of the same leader where a member has lost what it had acknowledged before (a machine without power): it has the
    /// leader's log by now, and counts again from the beginning of an epoch later than its loss (ADR 0022).
    /// </summary>
    public ShardHome? WithAnotherEpoch() =>
        Report is { NeedsEpoch: true } ? IfServable(Home with { Epoch = Home.Epoch + 1 }) : null;

    /// <summary>
    /// The first member in the order of preference that is alive, and stays so, leads, when it has the leader's log.
    /// </summary>
    public ShardHome? WithPreferredLeader() =>
        Preferred.FirstOrDefault(w => Home.Members.Contains(w) && Stays(w)) is { } first && first != Home.NodeId && IsLevel(first)
            ? IfServable(Home with { NodeId = first, Epoch = Home.Epoch + 1 })
            : null;

    /// <summary>Whoever has the log of a leader that is about to stop leads in its place.</summary>
    public ShardHome? WithStandIn() =>
        StandingDown.Contains(Home.NodeId) && InOrder(Home.Members).FirstOrDefault(m => Stays(m) && IsLevel(m)) is { } other
            ? IfServable(Home with { NodeId = other, Epoch = Home.Epoch + 1 })
            : null;

    /// <summary>Whether another member could take the place of a leader that is about to stop.</summary>
    public bool HasStandIn => CanServe(Home) && Home.Members.Any(Stays);

    private IEnumerable<string> Preferred => LeaderPreference.Where(p => Wanted.Contains(p)).Concat(Wanted);

    private bool Stays(string node) => Alive.Contains(node) && !StandingDown.Contains(node);

    private bool CanLead(string node) => Alive.Contains(node) && !(node == Home.NodeId && Report is { GivesUp: true });

    /// <summary>Whether enough nodes are alive for a leader of this home to be elected and to acknowledge writes.</summary>
    public bool CanServe(ShardHome home) =>
        CanElect(home) && home.Members.Count(Alive.Contains) >= Quorums.Write(home.Members.Length);

    private bool IsLevel(string node) => Alive.Contains(node) && Report is { } report && report.Level.Contains(node);

    private ShardHome? IfServable(ShardHome home) => CanServe(home) ? home : null;

    private bool CanElect(ShardHome home) => Promises(home.Members) && (home.Former is [] || Promises(home.Former));

    private bool Promises(string[] members) => members.Count(Alive.Contains) >= Quorums.Read(members.Length);

    private string[] InOrder(string[] members) => [.. Wanted.Where(w => members.Contains(w)), .. members.Where(m => !Wanted.Contains(m))];
}
