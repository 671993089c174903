using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>
/// The rules of replica sets under joins, deaths, returns and wrong suspicions: each plan is a lawful step from the map before, no elected
/// leader lacks an acknowledged record, and when all is well again every shard comes to its preference list.
/// </summary>
public sealed class ReplicaRulesScheduleTests
{
    private const int Seeds = 200;
    private const int Shards = 12;
    private const int MaxNodes = 7;
    private const int Steps = 60;

    /// <summary>
    /// Plans until all is in place: a shard needs at most seven (a copy under way, learners, members, fewer members, the leader, and the
    /// former members' end), and its copy waits for those of two groups of <see cref="ReplicaRules.MaxLearning"/> others; handovers alike.
    /// </summary>
    private const int MaxPlansToSettle = 30;

    [Fact]
    public void Plans_InAnyOrderOfEvents_LoseNothing_AndSettle()
    {
        int firstSeed = Environment.TickCount & 0xFFFFFF, members = 0, leaders = 0, writes = 0;
        for (int seed = firstSeed; seed < firstSeed + Seeds; seed++)
        {
            var model = new ReplicaModel(seed, Shards);
            var random = new Random(seed);
            for (int step = 0; step < Steps; step++)
            {
                Disturb(model, random);
                for (int shard = 0; shard < Shards; shard++) Work(model, shard, random);
                string? suspected = random.Next(4) == 0 ? model.Map.Nodes[random.Next(model.Map.Nodes.Length)].Id : null;
                ClusterMap before = model.Map;
                Plan(model, n => n != suspected && model.IsAlive(n), seed);
                members += before.Homes.Zip(model.Map.Homes).Count(h => !h.First.Members.SequenceEqual(h.Second.Members));
                leaders += before.Homes.Zip(model.Map.Homes).Count(h => h.First.NodeId != h.Second.NodeId);
            }

            Settle(model, seed);
            writes += model.Writes;
        }

        // A run in which little happens shows little.
        Assert.True(members > Seeds * Shards && leaders > Seeds * Shards && writes > Seeds * Shards * Steps / 2,
            $"{members} changes of members, {leaders} of leaders, {writes} writes");
    }

    private static void Disturb(ReplicaModel model, Random random)
    {
        string node = model.Map.Nodes[random.Next(model.Map.Nodes.Length)].Id;
        switch (random.Next(6))
        {
            case 0 when model.Map.Nodes.Length < MaxNodes:
                model.Join();
                break;
            case 1:
                model.Kill(node);
                break;
            case 2:
                model.Start(node);
                break;
            case 3:
                model.StartAll();
                break;
        }
    }

    // What the shard's nodes do between two plans, in some order and each perhaps not at all.
    private static void Work(ReplicaModel model, int shard, Random random)
    {
        for (int i = 0; i < 4; i++)
        {
            switch (random.Next(4))
            {
                case 0:
                    model.Lead(shard);
                    break;
                case 1:
                    model.Replicate(shard, toAll: false);
                    break;
                default:
                    model.Write(shard);
                    break;
            }
        }
    }

    private static void Settle(ReplicaModel model, int seed)
    {
        model.StartAll();
        for (int plans = 0; ; plans++)
        {
            for (int shard = 0; shard < Shards; shard++)
            {
                for (int tries = 0; tries < 50; tries++) model.Lead(shard); // a try may find too few who take its first record
                model.Replicate(shard, toAll: true);
            }

            if (!Plan(model, model.IsAlive, seed)) break;
            Assert.True(plans < MaxPlansToSettle, $"seed {seed}: not settled: {string.Join("; ", model.Map.Homes.Select(Shown))}");
        }

        for (int shard = 0; shard < Shards; shard++)
        {
            ShardHome home = model.Map.Homes[shard];
            string[] wanted = [.. ReplicaRules.Wanted(model.Map, shard)];
            Assert.True(home == new ShardHome(wanted[0], home.Epoch, null) { Members = wanted },
                $"seed {seed}: {Shown(home)} and not {string.Join(',', wanted)}");
        }
    }

    // False when nothing is due.
    private static bool Plan(ReplicaModel model, Func<string, bool> isAlive, int seed)
    {
        ClusterMap before = model.Map;
        if (ReplicaRules.Plan(before, isAlive, model.ReportOf) is not { } after) return false;
        Assert.Equal(before with { Homes = after.Homes }, after);
        Assert.NotEqual(before.Homes, after.Homes);
        for (int shard = 0; shard < Shards; shard++)
        {
            ShardHome was = before.Homes[shard], now = after.Homes[shard];
            bool hasServed = model.ReportOf(shard) is { HasServed: true } report && report.Epoch == was.Epoch;
            Assert.True(was == now || IsLawful(was, now, hasServed), $"seed {seed}, shard {shard}: from {Shown(was)} to {Shown(now)}");
        }

        IEnumerable<(ShardHome Was, ShardHome Now)> rows = before.Homes.Zip(after.Homes);
        Assert.InRange(rows.Count(r => !r.Was.Learners.Any(isAlive) && r.Now.Learners.Any(isAlive)), 0, ReplicaRules.MaxLearning);
        Assert.InRange(rows.Count(r => r.Was.NodeId != r.Now.NodeId && isAlive(r.Was.NodeId) && r.Was.Members.SequenceEqual(r.Now.Members)),
            0, ReplicaRules.MaxHandovers);
        model.Map = after;
        return true;
    }

    private static bool IsLawful(ShardHome was, ShardHome now, bool hasServed)
    {
        string[] all = [.. now.Members, .. now.Learners];
        if (now.NextNodeId is not null || !now.Members.Contains(now.NodeId) || all.Distinct().Count() != all.Length) return false;
        if (now.Epoch == was.Epoch) return hasServed && now == was with { Former = [] };
        if (now.Epoch != was.Epoch + 1) return false;
        if (!now.Members.SequenceEqual(was.Members)) return now.Former.SequenceEqual(was.Members) && (was.Former is [] || hasServed);
        return now.Former.SequenceEqual(was.Former) || (now.Former is [] && hasServed);
    }

    private static string Shown(ShardHome home) => $"{home.NodeId} in {home.Epoch}, members {string.Join(',', home.Members)}, "
        + $"learners {string.Join(',', home.Learners)}, former {string.Join(',', home.Former)}";
}
