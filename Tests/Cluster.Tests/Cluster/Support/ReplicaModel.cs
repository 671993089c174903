using OrleansKv.Engine.Replication;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;

namespace OrleansKv.Cluster.Tests.Cluster.Support;

/// <summary>
/// A cluster below the rules of its replica sets: nodes with copies, leaders that are elected by promises and write, and go on writing in
/// an older epoch as long as they find a write quorum that has promised nothing newer. It knows what was acknowledged, and fails when a
/// leader is elected without it. The same seed gives the same run.
/// </summary>
internal sealed class ReplicaModel
{
    private readonly Random _random;
    private readonly int _seed;
    private readonly HashSet<string> _dead = [];
    private readonly Dictionary<(string Node, int Shard), ModelCopy> _copies = [];
    private readonly (uint Epoch, int Number)[] _acknowledged;
    private readonly ShardHome?[] _serving; // the newest tenure that has begun to serve; of a leader that may know nothing of a newer map
    private readonly ReplicaReport?[] _reports;

    public ReplicaModel(int seed, int shards)
    {
        (_seed, _random) = (seed, new Random(seed));
        int replicas = _random.Next(2, 6);
        Map = new ClusterMap(
            1, ClusterSlots.None, [Node(0)], [.. Enumerable.Repeat(new ShardHome("n0", 1, null) { Members = ["n0"] }, shards)])
            { Replicas = replicas, WriteQuorum = _random.Next(1, replicas + 1), ReadQuorum = _random.Next(0, replicas + 1) };
        (_acknowledged, _serving, _reports) = (new (uint, int)[shards], new ShardHome?[shards], new ReplicaReport?[shards]);
    }

    public ClusterMap Map { get; set; }

    /// <summary>Records that were acknowledged.</summary>
    public int Writes { get; private set; }

    public bool IsAlive(string node) => !_dead.Contains(node);

    /// <summary>What the leader last said, and what may be old.</summary>
    public ReplicaReport? ReportOf(int shard) => _reports[shard];

    public void Join() => Map = Map with { Nodes = [.. Map.Nodes, Node(Map.Nodes.Length)] };

    /// <summary>A node's process ends; its copies stay on its disk.</summary>
    public void Kill(string node)
    {
        _dead.Add(node);
        for (int shard = 0; shard < _serving.Length; shard++)
        {
            if (_serving[shard]?.NodeId == node) _serving[shard] = null;
        }
    }

    /// <summary>A dead node's process begins anew.</summary>
    public void Start(string node)
    {
        if (_dead.Remove(node)) Map = MapRules.Begin(Map, node, 0);
    }

    public void StartAll()
    {
        foreach (string node in Map.Nodes.Select(n => n.Id)) Start(node);
    }

    /// <summary>The leader that the map names asks for promises in some order, takes over the best log, and begins its epoch.</summary>
    public void Lead(int shard)
    {
        ShardHome home = Map.Homes[shard];
        if (!IsAlive(home.NodeId) || _serving[shard]?.Epoch == home.Epoch) return;
        List<string> promised = [];
        foreach (string node in Shuffled(home.Members.Union(home.Former)).Prepend(home.NodeId).Distinct())
        {
            if (IsElected(home.Members) && (home.Former is [] || IsElected(home.Former))) break;
            if (!Accepts(node, shard, home.Epoch)) continue;
            _copies[(node, shard)] = CopyOf(node, shard) with { Promised = home.Epoch };
            promised.Add(node);
        }

        if (!IsElected(home.Members) || (home.Former is not [] && !IsElected(home.Former))) return;
        (uint, int) best = promised.Max(n => CopyOf(n, shard).Last);
        Assert.True(best.CompareTo(_acknowledged[shard]) >= 0,
            $"seed {_seed}, shard {shard}: the leader, {home.NodeId} in {home.Epoch}, has {best} and lacks {_acknowledged[shard]}");
        _copies[(home.NodeId, shard)] = new ModelCopy(home.Epoch, best);
        if (Write(shard, home)) _serving[shard] = home;

        bool IsElected(string[] of) => of.Count(promised.Contains) >= ReplicaRules.QuorumsOf(Map).Read(of.Length);
    }

    /// <summary>Whoever serves writes a record, in an epoch that may be over.</summary>
    public void Write(int shard)
    {
        if (_serving[shard] is { } home && CopyOf(home.NodeId, shard).Promised == home.Epoch) Write(shard, home);
    }

    /// <summary>Whoever serves gives its log to some of its followers, or to all; and says how far they are.</summary>
    public void Replicate(int shard, bool toAll)
    {
        if (_serving[shard] is not { } home || CopyOf(home.NodeId, shard) is var log && log.Promised != home.Epoch) return;
        string[] followers = [.. home.Members.Concat(home.Learners).Where(n => n != home.NodeId)];
        foreach (string node in followers.Where(n => Accepts(n, shard, home.Epoch) && (toAll || _random.Next(2) == 0)))
            _copies[(node, shard)] = log;
        _reports[shard] = new ReplicaReport(home.Epoch, true, [.. followers.Where(n => CopyOf(n, shard) == log)]);
    }

    private bool Write(int shard, ShardHome home)
    {
        (uint, int) last = (home.Epoch, CopyOf(home.NodeId, shard).Last.Number + 1);
        string[] takers = [.. Shuffled(home.Members).Where(n => n != home.NodeId && Accepts(n, shard, home.Epoch))];
        takers = [.. takers.Take(_random.Next(takers.Length + 1)).Prepend(home.NodeId)];
        foreach (string node in takers) _copies[(node, shard)] = new ModelCopy(home.Epoch, last);
        if (takers.Length < ReplicaRules.QuorumsOf(Map).Write(home.Members.Length)) return false;
        _acknowledged[shard] = last;
        Writes++;
        return true;
    }

    private bool Accepts(string node, int shard, uint epoch) => IsAlive(node) && CopyOf(node, shard).Promised <= epoch;

    private ModelCopy CopyOf(string node, int shard) => _copies.GetValueOrDefault((node, shard));

    private string[] Shuffled(IEnumerable<string> nodes)
    {
        string[] shuffled = [.. nodes];
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private static NodeInfo Node(int number) => new("n" + number, "localhost", number, 0);
}
