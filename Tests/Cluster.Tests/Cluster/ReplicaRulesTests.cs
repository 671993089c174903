using OrleansKv.Engine.Replication;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;
using OrleansKv.Protocol;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>
/// Each step by which a shard gets its members and its leader, and when it is not due. All together:
/// <see cref="ReplicaRulesScheduleTests"/>.
/// </summary>
public sealed class ReplicaRulesTests
{
    private const uint Epoch = 10;

    /// <summary>The preference list of shard 0 in a map of four nodes; the last one is not wanted.</summary>
    private static readonly string[] W = [.. ReplicaRules.Wanted(MapOf(4, new ShardHome("n0", 1, null)), 0)];
    private static readonly string Other = Enumerable.Range(0, 4).Select(i => "n" + i).Single(n => !W.Contains(n));

    [Fact]
    public void Wanted_IsThePreferenceList_OfAsManyAsThereAre()
    {
        ClusterMap three = MapOf(3, new ShardHome("n0", 1, null)), four = MapOf(4, new ShardHome("n0", 1, null));
        for (int shard = 0; shard < 100; shard++)
        {
            Assert.Equal(2, ReplicaRules.Wanted(MapOf(2, three.Homes[0]), shard).Length);
            string[] before = [.. ReplicaRules.Wanted(three, shard)], after = [.. ReplicaRules.Wanted(four, shard)];
            Assert.Equal(["n0", "n1", "n2"], before.Order());
            Assert.Equal(before.Where(after.Contains), after.Where(n => n != "n3"));
        }
    }

    [Fact]
    public void Plan_NothingIsDue_OrNoReplicas_IsNoMap()
    {
        ShardHome home = Home(W[0], W);
        Assert.Null(Plan(home, Served(W)));
        Assert.Null(ReplicaRules.Plan(MapOf(4, home) with { Replicas = 1 }, _ => true, _ => null));
        Assert.Null(ReplicaRules.Plan(ClusterMap.None with { Replicas = 3 }, _ => true, _ => null));
    }

    [Fact]
    public void FormerMembers_GoInTheSameEpoch_OnceTheLeaderHasServedInIt()
    {
        ShardHome home = Home(W[0], W) with { Former = [W[0], Other] };
        Assert.Null(Plan(home, null));
        Assert.Null(Plan(home, Served(W) with { HasServed = false }));
        Assert.Null(Plan(home, Served(W) with { Epoch = Epoch - 1 }));
        Assert.Equal(home with { Former = [] }, Plan(home, Served(W)));
    }

    [Fact]
    public void FormerMembers_Gone_MakeWayForTheNextStepAtOnce()
    {
        ShardHome home = Home(W[1], W) with { Former = [W[1]] };
        Assert.Equal(Home(W[0], W) with { Epoch = Epoch + 1 }, Plan(home, Served(W)));
        Assert.Equal(Home(W[0], W) with { Epoch = Epoch + 1 }, Plan(home, Served(W), W[1])); // served, and died
    }

    [Fact]
    public void DeadLeader_IsReplacedByTheFirstMemberAlive_AndAllElseStays()
    {
        ShardHome home = Home(W[0], W) with { Learners = [Other] };
        Assert.Equal(home with { NodeId = W[1], Epoch = Epoch + 1 }, Plan(home, null, W[0]));
        Assert.Equal(home with { NodeId = W[1], Epoch = Epoch + 1 }, Plan(home, Served(W), W[0]));
        ShardHome changing = home with { Former = [W[1], W[2]], Learners = [] };
        Assert.Equal(changing with { NodeId = W[1], Epoch = Epoch + 1 }, Plan(changing, null, W[0]));
    }

    [Fact]
    public void DeadLeader_Stays_WhereNobodyCouldBeElected()
    {
        ShardHome home = Home(W[0], W);
        Assert.Null(Plan(home, null, W[0], W[1])); // 2 of 3 must promise
        Assert.Null(Plan(home, null, W));
        Assert.Null(Plan(Home(W[0], [W[0]]), null, W[0]));
        Assert.Null(Plan(home with { Former = [W[0]] }, null, W[0])); // of whom only the dead one knows what it has acknowledged
        Assert.Null(Plan(home with { Former = [W[0], Other] }, null, W[0], Other));
        Assert.NotNull(Plan(home with { Former = [W[0], Other] }, null, W[0])); // W = 2: both have what was acknowledged
    }

    [Fact]
    public void LeaderThatHasNotServed_IsWaitedFor()
    {
        ShardHome home = Home(W[1], [W[1]]);
        Assert.Null(Plan(home, null));
        Assert.Null(Plan(home, new ReplicaReport(Epoch, false, W)));
        Assert.Null(Plan(home with { Learners = [W[0]] }, new ReplicaReport(Epoch - 1, true, W)));
    }

    [Fact]
    public void WantedNodes_BecomeLearners_ThoseThatAreAlive()
    {
        ShardHome home = Home(W[1], [W[1]]), next = home with { Epoch = Epoch + 1 };
        Assert.Equal(next with { Learners = [W[0], W[2]] }, Plan(home, Served()));
        Assert.Equal(next with { Learners = [W[0]] }, Plan(home, Served(), W[2]));
        Assert.Null(Plan(home, Served(), W[0], W[2]));
    }

    [Fact]
    public void WantedNode_BecomesALearnerBesideADeadOne_ButBreaksNoCopyOff()
    {
        ShardHome home = Home(W[1], [W[1]]) with { Learners = [W[0]] };
        Assert.Equal(home with { Epoch = Epoch + 1, Learners = [W[0], W[2]] }, Plan(home, Served(), W[0]));
        Assert.Null(Plan(home, Served()));
    }

    [Fact]
    public void LevelLearners_BecomeMembers_InTheOrderOfPreference()
    {
        ShardHome home = Home(Other, [Other]) with { Learners = [W[2], W[0], W[1]] };
        Assert.Null(Plan(home, Served(Other)));
        ShardHome all = Home(Other, [.. W, Other]) with { Epoch = Epoch + 1, Former = [Other] };
        Assert.Equal(all, Plan(home, Served(W)));
        Assert.Equal(all with { Members = [W[0], W[2], Other], Learners = [W[1]] }, Plan(home, Served(W), W[1])); // dead, and wanted
        Assert.Equal(all with { Members = [W[0], Other], Learners = [W[2], W[1]] }, Plan(home, Served(W[0])));
        Assert.Null(Plan(home, Served(W), W));
    }

    [Fact]
    public void Learners_ThatAreNoLongerWanted_Go_DeadOrAlive()
    {
        ShardHome home = Home(W[0], [W[0], W[1]]) with { Learners = [Other, W[2]] };
        ShardHome without = home with { Learners = [W[2]], Epoch = Epoch + 1 };
        Assert.Equal(without, Plan(home, Served(Other)));
        Assert.Equal(without, Plan(home, Served(), Other));
        Assert.Equal(without with { Learners = [], Members = W, Former = home.Members }, Plan(home, Served(W)));
    }

    /// <summary>A change that the leader could not begin to serve in would leave the shard without service.</summary>
    [Fact]
    public void Steps_ThatNobodyCouldServeAfter_AreNotTaken()
    {
        ShardHome two = Home(W[0], [W[0], W[1]]);
        Assert.Null(Plan(two, Served(), W[1])); // a third would not help: in its epoch no record is on two members
        ShardHome learning = two with { Learners = [W[2]] };
        Assert.Equal(Home(W[0], W) with { Epoch = Epoch + 1, Former = two.Members }, Plan(learning, Served(W[2]), W[1]));
        ShardHome four = Home(Other, [W[0], W[1], Other]) with { Learners = [W[2]] };
        Assert.Null(Plan(four, Served(W), W[0], W[1])); // of four members three must promise
    }

    [Fact]
    public void UnwantedMembers_Go_OnceAllThatAreWantedAreLevel()
    {
        string[] four = [.. W, Other];
        ShardHome home = Home(W[0], four), reduced = Home(W[0], W) with { Epoch = Epoch + 1, Former = four };
        Assert.Null(Plan(home, Served(W[1])));
        Assert.Null(Plan(home, Served(four), W[2]));
        Assert.Equal(reduced, Plan(home, Served(W)));
        Assert.Equal(reduced, Plan(home with { NodeId = Other }, Served(W))); // a leader that is not wanted hands over
        Assert.Equal(reduced with { NodeId = W[2] }, Plan(home with { NodeId = W[2] }, Served(W))); // one step at a time
    }

    [Fact]
    public void Leadership_GoesToTheFirstAlive_WhenItIsLevel()
    {
        ShardHome home = Home(W[2], W), next = home with { Epoch = Epoch + 1 };
        Assert.Equal(next with { NodeId = W[0] }, Plan(home, Served(W)));
        Assert.Equal(next with { NodeId = W[1] }, Plan(home, Served(W), W[0]));
        Assert.Null(Plan(home, Served(W[1])));
    }

    [Fact]
    public void LeaderThatIsAboutToStop_IsReplacedByWhoeverHasItsLog_AndIsNotPreferredMeanwhile()
    {
        ShardHome home = Home(W[0], W), next = home with { Epoch = Epoch + 1 };
        Assert.Equal(next with { NodeId = W[1] }, PlanToStop(home, Served(W), [W[0]]));
        Assert.Equal(next with { NodeId = W[2] }, PlanToStop(home, Served(W[2]), [W[0]]));
        Assert.Equal(next with { NodeId = W[2] }, PlanToStop(home, Served(W), [W[0], W[1]]));
        Assert.Null(PlanToStop(home, Served(), [W[0]])); // nobody is level
        Assert.Null(PlanToStop(home, Served(W), W)); // nobody stays
        Assert.Null(PlanToStop(home with { NodeId = W[1] }, Served(W), [W[0]]));
        Assert.Equal(next with { NodeId = Other, Members = [W[1], W[2], Other] },
            PlanToStop(Home(W[1], [W[1], W[2], Other]), Served(Other), [W[1], W[2]])); // not wanted, but it stays
        Assert.Null(PlanToStop(Home(W[0], [W[0], W[1]]), Served(W), [W[0]], W[1]));
    }

    [Fact]
    public void ShardsToHandOver_AreThoseThatAnotherMemberCouldLead()
    {
        ClusterMap map = MapOf(4, Home(W[0], W), Home(W[1], W), Home(W[0], [W[0]]), Home(W[0], [W[0], Other]));
        Assert.Equal(2, ReplicaRules.CountToHandOver(map, W[0], _ => true, new HashSet<string> { W[0] }));
        Assert.Equal(1, ReplicaRules.CountToHandOver(map, W[0], n => n != Other, new HashSet<string> { W[0] }));
        Assert.Equal(0, ReplicaRules.CountToHandOver(map, W[0], n => n == W[0], new HashSet<string> { W[0] }));
        Assert.Equal(1, ReplicaRules.CountToHandOver(map, W[0], _ => true, new HashSet<string> { W[0], W[1], W[2] }));
    }

    [Fact]
    public void Copies_AreThrottled_AndThoseThatStandStillDoNotCount()
    {
        ShardHome[] homes = [.. Enumerable.Repeat(new ShardHome("n0", 5, null) { Members = ["n0"] }, 10)];
        ClusterMap map = MapOf(2, homes), started = ReplicaRules.Plan(map, _ => true, Served5)!;
        Assert.Equal(ReplicaRules.MaxLearning, Changed(map, started));
        Assert.Null(ReplicaRules.Plan(started, _ => true, Served5)); // those that copy have not said anything in their new epoch
        ClusterMap third = started with { Nodes = MapOf(3).Nodes };
        Assert.Null(ReplicaRules.Plan(third, _ => true, Served5));
        Assert.Equal(ReplicaRules.MaxLearning, Changed(third, ReplicaRules.Plan(third, n => n != "n1", Served5)!));

        static ReplicaReport Served5(int shard) => new(5, true, []);
    }

    [Fact]
    public void Handovers_AreThrottled_ElectionsAreNot()
    {
        ClusterMap map = MapOf(3, [.. Enumerable.Range(0, 30).Select(shard =>
            ReplicaRules.Wanted(MapOf(3), shard) is var w ? new ShardHome(w[2], 5, null) { Members = [.. w] } : null!)]);
        ReplicaReport Level(int shard) => new(5, true, map.Homes[shard].Members);
        Assert.Equal(ReplicaRules.MaxHandovers, Changed(map, ReplicaRules.Plan(map, _ => true, Level)!));
        int led = map.Homes.Count(h => h.NodeId == "n0");
        Assert.True(led > ReplicaRules.MaxHandovers);
        Assert.Equal(led, Changed(map, ReplicaRules.Plan(map, n => n != "n0", _ => null)!));
    }

    [Fact]
    public void SetOf_NamesNodesByTheirPlaceInTheMap()
    {
        ShardHome home = new("n2", 7, null) { Members = ["n1", "n2"], Learners = ["n0"], Former = ["n3"] };
        ClusterMap map = MapOf(4, home);
        ReplicaSet set = ReplicaRules.SetOf(map, home);
        Assert.Equal((new Epoch(7), new ReplicaId(2)), (set.Epoch, set.Leader));
        Assert.Equal([1, 2], set.Members.Select(r => r.Value));
        Assert.Equal([0], set.Learners.Select(r => r.Value));
        Assert.Equal([3], set.Former.Select(r => r.Value));
        Assert.Equal([3], ReplicaRules.SetOf(map, new ShardHome("n3", 1, null)).Members.Select(r => r.Value));
        Assert.Throws<InvalidOperationException>(() => ReplicaRules.SetOf(map, new ShardHome("gone", 1, null)));
    }

    /// <summary>n1 is dead, n2 is well, n3 has given up; n0 is to lead all three shards.</summary>
    [Fact]
    public void Handovers_AreOfLeadersThatAreWell_AndWaitUntilTheseHaveFinished()
    {
        string[] members = ["n0", "n1", "n2", "n3"];
        ClusterMap map = MapOf(4, Home("n1", members), Home("n2", members), Home("n3", members));
        ClusterMap planned = map with { Homes = [.. map.Homes.Select(h => h with { NodeId = "n0", Epoch = Epoch + 1 })] };
        static bool IsAlive(string node) => node != "n1";
        static ReplicaReport? ReportOf(int shard) => new(Epoch, true, []) { Shard = shard, GivesUp = shard == 2 };
        Assert.Equal([1], ReplicaRules.Handovers(map, planned, IsAlive, ReportOf));

        ClusterMap? With(params HashSet<(int, uint)> ready) => ReplicaRules.WithHandovers(map, planned, ready, IsAlive, ReportOf);
        Assert.Equal([planned.Homes[0], map.Homes[1], planned.Homes[2]], With()!.Homes);
        Assert.Equal([planned.Homes[0], map.Homes[1], planned.Homes[2]], With((1, Epoch - 1))!.Homes); // it had in another epoch
        Assert.Equal(planned.Homes, With((1, Epoch))!.Homes);

        planned = map with { Homes = [map.Homes[0], planned.Homes[1], map.Homes[2]] };
        Assert.Null(With());
    }

    private static ClusterMap MapOf(int nodes, params ShardHome[] homes) =>
        new(1, ClusterSlots.None, [.. Enumerable.Range(0, nodes).Select(i => new NodeInfo("n" + i, "localhost", i, 0))], homes)
            { Replicas = 3, WriteQuorum = 2 };

    [Fact]
    public void Preference_OfANode_IsBeforeTheRings_ForWhatItHasACopyOf()
    {
        ShardHome home = Home(W[0], W);
        ClusterMap map = MapOf(4, home);
        Assert.Null(ReplicaRules.Prefer(map, W[2], isPreferred: false));
        Assert.Null(ReplicaRules.Prefer(map, "nobody", isPreferred: true));
        map = ReplicaRules.Prefer(ReplicaRules.Prefer(map, W[1], true)!, W[2], true)!;
        Assert.Equal([W[2], W[1]], map.LeaderPreference);
        Assert.Null(ReplicaRules.Prefer(map, W[2], isPreferred: true));

        ShardHome? Next(ReplicaReport? report, params string[] dead) =>
            ReplicaRules.Plan(map, n => !dead.Contains(n), _ => report)?.Homes[0];
        Assert.Equal(home with { NodeId = W[2], Epoch = Epoch + 1 }, Next(Served(W)));
        Assert.Equal(home with { NodeId = W[1], Epoch = Epoch + 1 }, Next(Served(W), W[2])); // who is dead leads nothing
        Assert.Null(Next(Served(W[0], W[1]))); // and who is not level waits, and is not passed over
        map = ReplicaRules.Prefer(map, Other, true)!;
        Assert.Equal(W[2], Next(Served(W))!.NodeId); // Other has no copy
        map = ReplicaRules.Prefer(ReplicaRules.Prefer(ReplicaRules.Prefer(map, Other, false)!, W[1], false)!, W[2], false)!;
        Assert.Empty(map.LeaderPreference);
        Assert.Null(Next(Served(W)));
    }

    private static ShardHome Home(string leader, string[] members) => new(leader, Epoch, null) { Members = members };

    private static ReplicaReport Served(params string[] level) => new(Epoch, true, level);

    private static ShardHome? Plan(ShardHome home, ReplicaReport? report, params string[] dead) =>
        ReplicaRules.Plan(MapOf(4, home), n => !dead.Contains(n), _ => report)?.Homes[0];

    private static ShardHome? PlanToStop(ShardHome home, ReplicaReport? report, string[] standingDown, params string[] dead) =>
        ReplicaRules.Plan(MapOf(4, home), n => !dead.Contains(n), _ => report, standingDown.ToHashSet())?.Homes[0];

    private static int Changed(ClusterMap before, ClusterMap after) => before.Homes.Zip(after.Homes).Count(h => h.First != h.Second);
}
