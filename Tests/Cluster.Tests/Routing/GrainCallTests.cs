using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using OrleansKv.Grains;
using OrleansKv.Grains.Routing;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Routing;

/// <summary>Calls whose answers come at once, later, or not at all.</summary>
public sealed class GrainCallTests
{
    private const int Shard = 1;

    private static readonly ShardBatch Batch = new([], 0, 1);
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly CallWatch _watch;
    private readonly GrainCall _call;
    private ClusterMap _map = MapOf(5);
    private int _arrived;
    private int _refreshed;

    public GrainCallTests()
    {
        _watch = new CallWatch(_time, () => _map, () => _refreshed++);
        _call = new GrainCall(_watch, Shard, () => Interlocked.Increment(ref _arrived));
    }

    [Fact]
    public async Task Call_ThatThrowsOrAnswersAtOnceOrLater_GivesItsAnswerAsAValue()
    {
        Assert.True(_call.Start(ShardThat(() => throw new TimeoutException("late")), Batch, Home(5)));
        Assert.Null(_call.Take(out Exception? failure));
        Assert.Equal("late", Assert.IsType<TimeoutException>(failure).Message);

        ShardReply reply = ShardReply.Of(ShardStatus.Done, 1);
        Assert.True(_call.Start(ShardThat(() => ValueTask.FromResult(reply)), Batch, Home(5)));
        Assert.Same(reply, _call.Take(out failure));
        Assert.Null(failure);

        TaskCompletionSource<ShardReply> answer = Send(_call);
        Assert.Equal(0, _arrived);
        answer.SetException(new SiloUnavailableException());
        await Poll.UntilAsync("the answer to arrive", () => _arrived == 1);
        Assert.Null(_call.Take(out failure));
        Assert.IsType<SiloUnavailableException>(failure);
        _time.Advance(Old * 10);
        Assert.Equal(0, _refreshed); // nothing is away
    }

    [Fact]
    public async Task Call_WhoseShardHasALaterEpoch_IsGivenUp_AndItsLateAnswerIsNotTheNextOnes()
    {
        TaskCompletionSource<ShardReply> first = Send(_call);
        _time.Advance(Old * 5);
        Assert.True(_refreshed > 0); // there may be a newer map
        Assert.Equal(0, _arrived); // it may run long
        _map = MapOf(6, "b");
        _time.Advance(Old);
        Assert.Equal(1, _arrived);
        Assert.Null(_call.Take(out Exception? failure));
        CallOutcome outcome = CallOutcome.Of(failure!);
        Assert.Equal(CallFate.Lost, outcome.Fate);
        Assert.True(outcome.IsUnknown);

        TaskCompletionSource<ShardReply> second = Send(_call, Home(6));
        first.SetResult(ShardReply.Of(ShardStatus.Done, 1));
        Assert.Equal(1, _arrived);
        ShardReply reply = ShardReply.Of(ShardStatus.Done, 2);
        second.SetResult(reply);
        await Poll.UntilAsync("the answer to arrive", () => _arrived == 2);
        Assert.Same(reply, _call.Take(out failure));
        Assert.Null(failure);
    }

    [Fact]
    public void Calls_ThatAreYoungOrLeftInTheNewestEpochOrAreOfAnotherShard_GoOn()
    {
        int others = 0;
        var other = new GrainCall(_watch, Shard - 1, () => others++);
        Send(other);
        Send(_call, Home(6));
        _map = MapOf(6, "b");
        _time.Advance(Old * 20);
        Assert.Equal(0, _arrived + others);
        _map = MapOf(7, "b");
        Send(new GrainCall(_watch, Shard, () => others++), Home(6)); // young
        _time.Advance(Old / 2);
        Assert.Equal(1, _arrived);
        Assert.Equal(0, others);
        _time.Advance(Old);
        Assert.Equal(1, others);
    }

    [Fact]
    public void Call_ToALeaderThatHasOtherFollowers_HasMoreTime()
    {
        Send(_call);
        _map = MapOf(6);
        _time.Advance(Old * 4);
        Assert.Equal(0, _arrived);
        _time.Advance(Old * 2);
        Assert.Equal(1, _arrived);
    }

    [Fact]
    public async Task Watch_GoesOn_WithCallsThatComeAfterItHadNothingToDo()
    {
        for (int i = 1; i <= 3; i++)
        {
            TaskCompletionSource<ShardReply> answer = Send(_call);
            answer.SetResult(ShardReply.Of(ShardStatus.Done, 1));
            await Poll.UntilAsync("the answer to arrive", () => _arrived == i);
            Assert.NotNull(_call.Take(out _));
            _time.Advance(Old * 10);
            Assert.Equal(0, _refreshed);
        }

        Send(_call);
        _map = MapOf(6, "b");
        _time.Advance(Old * 2);
        Assert.Equal(4, _arrived);
    }

    private static TaskCompletionSource<ShardReply> Send(GrainCall call, ShardHome? home = null)
    {
        var answer = new TaskCompletionSource<ShardReply>();
        Assert.False(call.Start(ShardThat(() => new ValueTask<ShardReply>(answer.Task)), Batch, home ?? Home(5)));
        return answer;
    }

    private static IShardGrain ShardThat(Func<ValueTask<ShardReply>> run) => Dispatch.Support.Stub.Of<IShardGrain>((_, _) => run());

    private static ShardHome Home(uint epoch, string leader = "a") => new(leader, epoch, null);

    private static ClusterMap MapOf(uint epoch, string leader = "a") =>
        ClusterMap.None with { Homes = [Home(1), Home(epoch, leader)] };
}
