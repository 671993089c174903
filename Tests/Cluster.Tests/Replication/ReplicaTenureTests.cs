using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Cluster.Tests.Replication;

/// <summary>When a leader takes batches, and when those that it has taken are answered.</summary>
public sealed class ReplicaTenureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ReplicaTenure _tenure = new();

    [Fact]
    public void Handover_DefersBatches_UntilItsTime_OrAnotherEpoch_OrUntilItIsCancelled()
    {
        Advance(5, committed: 7, nowMs: 0);
        Assert.False(_tenure.TryPrepareHandover(new Epoch(4), At(100)));
        Assert.False(_tenure.DefersBatches(At(1)));
        Assert.True(_tenure.TryPrepareHandover(new Epoch(5), At(100)));
        Assert.True(_tenure.DefersBatches(At(99)));
        Assert.False(_tenure.DefersBatches(At(100)));

        Advance(5, committed: 8, nowMs: 10);
        Assert.True(_tenure.DefersBatches(At(99)));
        Advance(6, committed: 8, nowMs: 20);
        Assert.False(_tenure.DefersBatches(At(99)));

        Assert.True(_tenure.TryPrepareHandover(new Epoch(6), At(100)));
        _tenure.CancelHandover();
        Assert.False(_tenure.DefersBatches(At(1)));
    }

    [Fact]
    public void Handover_OfTheOnlyCopy_OrOfATenureThatIsOver_IsRefused()
    {
        _tenure.Advance(new Epoch(5), isAlone: true, new Lsn(7), At(1_000), TimeSpan.MaxValue, At(0), Patience);
        Assert.False(_tenure.TryPrepareHandover(new Epoch(5), At(100)));
        Advance(5, committed: 7, nowMs: 0);
        _tenure.End();
        Assert.False(_tenure.TryPrepareHandover(new Epoch(5), At(100)));
    }

    [Fact]
    public async Task WhatWaits_IsAnsweredWhenItIsCommitted_OrWhenItsTimeIsOver()
    {
        Advance(5, committed: 7, nowMs: 0);
        Assert.True(_tenure.WhenSettled(new Lsn(7), reading: null, At(1)).IsCompletedSuccessfully);
        ValueTask<TenureAnswer> committed = _tenure.WhenSettled(new Lsn(8), reading: null, At(1));
        ValueTask<TenureAnswer> late = _tenure.WhenSettled(new Lsn(9), reading: null, At(1));
        Advance(5, committed: 8, nowMs: 2);
        Assert.Equal(TenureAnswer.Committed, await committed);
        for (int ms = 50; ms <= 3_000; ms += 50) Advance(5, committed: 8, ms);
        Assert.False(late.IsCompleted);
        Advance(5, committed: 8, nowMs: 3_050);
        Assert.Equal(TenureAnswer.TimedOut, await late);
    }

    // A machine that stood still has read no answers meanwhile: a write was refused that both followers had.
    [Fact]
    public async Task WhatWaits_WhileTheProcessStandsStill_IsNotRefusedForThat()
    {
        Advance(5, committed: 7, nowMs: 0);
        ValueTask<TenureAnswer> write = _tenure.WhenSettled(new Lsn(8), reading: null, At(1));
        Advance(5, committed: 7, nowMs: 60_000);
        Assert.False(write.IsCompleted);
        Advance(5, committed: 8, nowMs: 60_001);
        Assert.Equal(TenureAnswer.Committed, await write);

        ValueTask<TenureAnswer> suspended = _tenure.WhenSettled(new Lsn(9), reading: null, At(60_001));
        _tenure.Suspend(At(120_000), Patience);
        Assert.False(suspended.IsCompleted);
        for (int ms = 120_000; ms <= 123_000; ms += 50) _tenure.Suspend(At(ms), Patience);
        Assert.Equal(TenureAnswer.TimedOut, await suspended);
    }

    [Fact]
    public async Task Read_IsAnsweredByTheLease_OrWhenAQuorumHasAnsweredWhatWasSentBehindIt()
    {
        Advance(5, committed: 7, nowMs: 10, confirmedMs: 9);
        Assert.True(_tenure.IsSettled(new Lsn(7), ReadLevel.Leader, At(10)));
        Assert.True(_tenure.IsSettled(new Lsn(7), reading: null, At(10)));
        Assert.False(_tenure.IsSettled(new Lsn(7), ReadLevel.Quorum, At(10)));

        ValueTask<TenureAnswer> read = _tenure.WhenSettled(new Lsn(7), ReadLevel.Quorum, At(10));
        ValueTask<TenureAnswer> unsafeRead = _tenure.WhenSettled(new Lsn(8), ReadLevel.Quorum, At(10));
        Assert.False(read.IsCompleted);
        Advance(5, committed: 7, nowMs: 12, confirmedMs: 10);
        Assert.Equal(TenureAnswer.Committed, await read);
        Assert.False(unsafeRead.IsCompleted); // what it has seen can still be taken back
        Advance(6, committed: 8, nowMs: 20, confirmedMs: 20);
        Assert.False(unsafeRead.IsCompleted); // and by now it may be old
        _tenure.Suspend(At(30), Patience);
        Assert.Equal(TenureAnswer.Over, await unsafeRead);
        Assert.False(_tenure.IsSettled(new Lsn(7), ReadLevel.Quorum, At(20)));
    }

    private void Advance(uint epoch, long committed, int nowMs, int confirmedMs = -1) =>
        _tenure.Advance(new Epoch(epoch), isAlone: false, new Lsn(committed), At(nowMs + 1_000), At(confirmedMs), At(nowMs), Patience);

    private static TimeSpan At(int ms) => TimeSpan.FromMilliseconds(ms);
}
