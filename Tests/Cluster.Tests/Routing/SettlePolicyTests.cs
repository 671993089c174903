using Microsoft.Extensions.Time.Testing;
using OrleansKv.Grains;
using OrleansKv.Grains.Routing;

namespace OrleansKv.Cluster.Tests.Routing;

/// <summary>What gateways and clients do with a call that has ended.</summary>
public sealed class SettlePolicyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly ClusterMap Single = ClusterMap.None;
    private static readonly ClusterMap Replicated = ClusterMap.None with { Replicas = 3 };

    private readonly FakeTimeProvider _time = new();
    private readonly GrainCall _call = new(new CallWatch(TimeProvider.System, static () => Single, static () => { }), 0, static () => { });

    [Theory]
    [InlineData(nameof(CallFate.Done), nameof(CallStep.Deliver), false)]
    [InlineData(nameof(CallFate.Again), nameof(CallStep.SendAgain), false)]
    [InlineData(nameof(CallFate.Moved), nameof(CallStep.SendAgain), false)]
    [InlineData(nameof(CallFate.Refused), nameof(CallStep.Fail), false)]
    [InlineData(nameof(CallFate.Unavailable), nameof(CallStep.SendAgain), false)]
    [InlineData(nameof(CallFate.NotSent), nameof(CallStep.SendAgain), false)]
    [InlineData(nameof(CallFate.Unconfirmed), nameof(CallStep.Fail), false)]
    [InlineData(nameof(CallFate.JournalFailed), nameof(CallStep.Fail), true)]
    [InlineData(nameof(CallFate.NoReplicas), nameof(CallStep.Fail), true)]
    [InlineData(nameof(CallFate.Lost), nameof(CallStep.AskReadsAgain), true)]
    [InlineData(nameof(CallFate.NoAnswer), nameof(CallStep.Fail), true)]
    public void Next_EachFateInAReplicatedCluster_HasItsStep(string fate, string step, bool isUnknown)
    {
        var outcome = new CallOutcome(Enum.Parse<CallFate>(fate));
        Assert.Equal(Enum.Parse<CallStep>(step), Policy().Next(outcome, _call, Replicated));
        Assert.Equal(isUnknown, outcome.IsUnknown);
    }

    [Fact]
    public void Next_NobodyElseHasTheShard_FailsAtOnce()
    {
        Assert.Equal(CallStep.Fail, Policy().Next(new CallOutcome(CallFate.Unavailable), _call, Single));
        Assert.Equal(CallStep.Fail, Policy().Next(new CallOutcome(CallFate.NotSent), _call, Single));
        Assert.Null(_call.TryingSince);
        Assert.Equal(CallStep.SendAgain, Policy(waitsForConnection: true).Next(new CallOutcome(CallFate.NotSent), _call, Single));
    }

    [Fact]
    public void Next_PatienceIsOver_GivesUpOrFails()
    {
        SettlePolicy policy = Policy();
        Assert.Equal(CallStep.SendAgain, policy.Next(new CallOutcome(CallFate.Again), _call, Replicated));
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.Equal(CallStep.SendAgain, policy.Next(new CallOutcome(CallFate.Moved), _call, Replicated));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(CallStep.GiveUp, policy.Next(new CallOutcome(CallFate.Moved), _call, Replicated));
        Assert.Equal(CallStep.GiveUp, policy.Next(new CallOutcome(CallFate.Again), _call, Replicated));
        Assert.Equal(CallStep.Fail, policy.Next(new CallOutcome(CallFate.Unavailable), _call, Replicated));
        Assert.Equal(CallStep.Fail, policy.Next(new CallOutcome(CallFate.NotSent), _call, Replicated));
        _call.TryingSince = null; // the next use of the call
        Assert.Equal(CallStep.SendAgain, policy.Next(new CallOutcome(CallFate.Again), _call, Replicated));
    }

    private SettlePolicy Policy(bool waitsForConnection = false) => new(_time, Patience, waitsForConnection);
}
