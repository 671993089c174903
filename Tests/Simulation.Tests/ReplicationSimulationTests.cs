using OrleansKv.Engine.Replication;
using OrleansKv.Simulation.Replication;
using Xunit;
using Xunit.Abstractions;

namespace OrleansKv.Simulation.Tests;

/// <summary>Replicas of a shard under faults, seed by seed; and each error that is put in on purpose is found.</summary>
public sealed class ReplicationSimulationTests(ITestOutputHelper output)
{
    /// <summary>Seeds of the core as it is.</summary>
    private const int Seeds = 200;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Replicas_UnderFaults_AreLinearizable(bool flushesAlways, bool appliesAtOnce)
    {
        var options = new ReplicationSimulationOptions { FlushesAlways = flushesAlways, AppliesAtOnce = appliesAtOnce };
        new SeedRuns(seed => ReplicationSimulation.Run(seed, options), output).AssertNoViolation(Seeds, 50);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void Replicas_WithOtherQuorums_AreLinearizable(int write, int read)
    {
        foreach (bool readsByQuorum in (bool[])[false, true])
        {
            var options = new ReplicationSimulationOptions { Quorums = new Quorums(write, read), ReadsByQuorum = readsByQuorum };
            for (int seed = 1; seed <= Seeds / 2; seed++)
            {
                SimulationResult result = ReplicationSimulation.Run(seed, options);
                Assert.True(result.Violation is null, $"seed {seed}: {result.Violation}");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void QuorumReads_UnderFaults_AreLinearizable(bool flushesAlways)
    {
        var options = new ReplicationSimulationOptions { FlushesAlways = flushesAlways, ReadsByQuorum = true };
        new SeedRuns(seed => ReplicationSimulation.Run(seed, options), output).AssertNoViolation(Seeds, 50);
    }

    /// <summary>
    /// Clocks that run at half or at one and a half times the speed, and followers that keep no lease: it is found where reads go by the
    /// lease, and harms none that a quorum confirms.
    /// </summary>
    [Fact]
    public void QuorumReads_NeedNeitherLeasesNorClocks()
    {
        var options = new ReplicationSimulationOptions { Mutation = ReplicationMutation.NoLeaseWait, ClockDrift = 0.5 };
        Find(options);
        for (int seed = 1; seed <= 500; seed++)
        {
            SimulationResult result = ReplicationSimulation.Run(seed, options with { ReadsByQuorum = true });
            Assert.True(result.Violation is null, $"seed {seed}: {result.Violation}");
        }
    }

    /// <summary>Copies of one position are the same under all faults, and comparing them harms nothing.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Copies_ThatAreComparedAllTheTime_AreTheSame(bool flushesAlways, bool appliesAtOnce)
    {
        var options = new ReplicationSimulationOptions
        {
            ComparesCopies = true,
            FlushesAlways = flushesAlways,
            AppliesAtOnce = appliesAtOnce,
        };
        new SeedRuns(seed => ReplicationSimulation.Run(seed, options), output).AssertNoViolation(Seeds, 50);
    }

    /// <summary>A copy that has nothing left is not taken for whole, nor for the most advanced one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replicas_WhoseFoldersAreRepaired_AreLinearizable(bool appliesAtOnce)
    {
        var options = new ReplicationSimulationOptions { RepairsFolders = true, FlushesAlways = false, AppliesAtOnce = appliesAtOnce };
        new SeedRuns(seed => ReplicationSimulation.Run(seed, options), output).AssertNoViolation(Seeds, 50);
    }

    [Fact]
    public void Copy_ThatIsDroppedTooSoon_IsFound() =>
        Find(new ReplicationSimulationOptions { HostMutation = ReplicationHostMutation.DropOfFormerMember });

    [Fact]
    public void Repair_ThatIsNotNoted_IsFound() => Find(new ReplicationSimulationOptions
    {
        HostMutation = ReplicationHostMutation.RepairNotNoted,
        RepairsFolders = true,
        FlushesAlways = false,
    });

    [Fact]
    public void Seed_RunTwice_IsTheSameRun()
    {
        var options = new ReplicationSimulationOptions();
        Assert.Equal(ReplicationSimulation.Run(42, options), ReplicationSimulation.Run(42, options));
    }

    [Theory]
    [InlineData(nameof(ReplicationMutation.NoBarrier), 50)]
    [InlineData(nameof(ReplicationMutation.QuorumsOfOne), 1)]
    [InlineData(nameof(ReplicationMutation.NoLeaseWait), 250)]
    [InlineData(nameof(ReplicationMutation.ForkedTailKept), 1)]
    [InlineData(nameof(ReplicationMutation.CommittedByOneself), 1)]
    [InlineData(nameof(ReplicationMutation.NotTheMostAdvanced), 1)]
    public void Core_WithAnError_IsFound(string mutation, int firstSeed) =>
        Find(new ReplicationSimulationOptions { Mutation = Enum.Parse<ReplicationMutation>(mutation) }, firstSeed);

    // Three nodes whose leaders change all the time, and messages of one record: one of a former epoch comes without one of the present.
    [Fact]
    public void FormerEpoch_ThatCountsAsCommitted_IsFound() => Find(new ReplicationSimulationOptions
    {
        Mutation = ReplicationMutation.FormerEpochCommitted,
        Nodes = 3,
        RecordsAMessage = 1,
        FaultEvery = TimeSpan.FromMilliseconds(120),
    });

    // What is found with these errors must not be there without them.
    [Fact]
    public void Replicas_WhoseLeadersChangeAllTheTime_AreLinearizable()
    {
        var options = new ReplicationSimulationOptions { Nodes = 3, RecordsAMessage = 1, FaultEvery = TimeSpan.FromMilliseconds(120) };
        var slow = new ReplicationSimulationOptions
        {
            Nodes = 3,
            MapNewsWithin = TimeSpan.FromMilliseconds(1_000),
            WrongLooksOneIn = 10,
            FaultEvery = TimeSpan.FromMilliseconds(200),
        };
        var cut = new ReplicationSimulationOptions
        {
            Nodes = 3,
            CutsLinksMostly = true,
            MapNewsWithin = TimeSpan.FromMilliseconds(2_000),
            WrongLooksOneIn = 25,
            FaultEvery = TimeSpan.FromMilliseconds(500),
        };
        foreach (ReplicationSimulationOptions each in (ReplicationSimulationOptions[])[options, slow, cut])
        {
            for (int seed = 1; seed <= 500; seed++)
            {
                SimulationResult result = ReplicationSimulation.Run(seed, each);
                Assert.True(result.Violation is null, $"seed {seed}: {result.Violation}");
            }
        }
    }

    // It shows where the leader of before is slow to hear that it is one.
    [Fact]
    public void Promise_ThatIsNotOnTheDisk_IsFound() => Find(new ReplicationSimulationOptions
    {
        HostMutation = ReplicationHostMutation.PromiseNotOnDisk,
        Nodes = 3,
        CutsLinksMostly = true,
        MapNewsWithin = TimeSpan.FromMilliseconds(2_000),
        WrongLooksOneIn = 25,
        FaultEvery = TimeSpan.FromMilliseconds(500),
    });

    [Fact]
    public void LostTail_ThatCounts_IsFound() =>
        Find(new ReplicationSimulationOptions { Mutation = ReplicationMutation.LostTailCounted, FlushesAlways = false });

    [Theory]
    [InlineData(nameof(ReplicationHostMutation.AnswerBeforeDisk), 1)]
    [InlineData(nameof(ReplicationHostMutation.ReplyBeforeCommit), 1)]
    [InlineData(nameof(ReplicationHostMutation.ReadWithoutLease), 1)]
    public void Host_WithAnError_IsFound(string mutation, int firstSeed) =>
        Find(new ReplicationSimulationOptions { HostMutation = Enum.Parse<ReplicationHostMutation>(mutation) }, firstSeed);

    // It must be found by what it does to data.
    private void Find(ReplicationSimulationOptions options, int firstSeed = 1) =>
        new SeedRuns(seed => ReplicationSimulation.Run(seed, options), output)
            .AssertFound(firstSeed, static violation => !violation.Contains("are not served", StringComparison.Ordinal));
}
