using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;
using OrleansKv.Simulation.Replication;
using Xunit;

namespace OrleansKv.Simulation.Tests;

/// <summary>A copy that has changed in silence is found by its digest: two or three replicas, messages at once.</summary>
public sealed class DivergedCopyTests
{
    private const int Key = 1;

    private readonly ReplicationSimulationOptions _options = new() { AppliesAtOnce = true };
    private SimulatedLog[] _logs = [];
    private ShardReplica[] _replicas = [];
    private TimeSpan _now = TimeSpan.FromMinutes(1);
    private uint _epoch;

    [Fact]
    public void Copies_ThatAreTheSame_AreFoundToBeSo_AndServeOn()
    {
        Start(3);
        Lead(0);
        Write(0, 7);
        DigestVerdict verdict = Compare(0)!;
        Assert.Equal(DigestOutcome.Same, verdict.Outcome);
        Assert.Equal(3, verdict.Digests.Count);
        Assert.Equal(_logs[0].End, verdict.At);
        Assert.Empty(_replicas[0].NeedState);
        Assert.True(_replicas[0].IsServing);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Follower_ThatDiffers_TakesTheWholeState_AndDoesNotCountBefore(int follower)
    {
        Start(3);
        Lead(0);
        Write(0, 7);
        _logs[follower].Rot(Key);
        DigestVerdict verdict = Compare(0)!;
        Assert.Equal(DigestOutcome.FollowersDiverged, verdict.Outcome);
        Assert.Equal([new ReplicaId(follower)], verdict.Diverged);
        Assert.Equal([new ReplicaId(follower)], _replicas[0].NeedState);
        Assert.True(_replicas[0].IsServing);

        Write(0, 8);
        Beat(0);
        Assert.Equal([new ReplicaId(follower)], _replicas[0].NeedState); // its answers do not make it whole
        Assert.Equal(1, _replicas[0].CountFollowers(_logs[0].End));

        GiveState(0, follower);
        Assert.Empty(_replicas[0].NeedState);
        Assert.Equal(2, _replicas[0].CountFollowers(_logs[0].End));
        Assert.Equal(8, _logs[follower].StateOf(Key).Token);
        Assert.Equal(DigestOutcome.Same, Compare(0)!.Outcome);
    }

    [Fact]
    public void Leader_ThatDiffers_StopsAtOnce_AndTakesTheStateOfTheNextOne()
    {
        Start(3);
        Lead(0);
        Write(0, 7);
        _logs[0].Rot(Key);
        DigestVerdict verdict = Compare(0)!;
        Assert.Equal(DigestOutcome.LeaderDiverged, verdict.Outcome);
        Assert.Equal([new ReplicaId(0)], verdict.Diverged);
        Assert.True(_replicas[0].IsDiverged);
        Assert.Equal(ReplicaPhase.Stopped, _replicas[0].Phase);

        Lead(0); // the map does not know yet
        Assert.Equal(ReplicaPhase.Stopped, _replicas[0].Phase);
        Lead(1);
        Assert.True(_replicas[1].IsServing);
        Assert.Equal(ReplicaPhase.Following, _replicas[0].Phase);
        Assert.Equal([new ReplicaId(0)], _replicas[1].NeedState);
        GiveState(1, 0);
        Assert.False(_replicas[0].IsDiverged);
        Assert.Equal(7, _logs[0].StateOf(Key).Token);
        Assert.Equal(DigestOutcome.Same, Compare(1)!.Outcome);
        Lead(0);
        Assert.True(_replicas[0].IsServing);
    }

    /// <summary>Nobody knows which of them is right.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Copies_ThatAllDiffer_StopTheShard_AndAreNamed(int replicas)
    {
        Start(replicas);
        Lead(0);
        Write(0, 7);
        _logs[1].Rot(Key);
        if (replicas == 3) _logs[2].Rot(Key + 1);
        DigestVerdict verdict = Compare(0)!;
        Assert.Equal(DigestOutcome.NoMajority, verdict.Outcome);
        Assert.Equal(replicas, verdict.Diverged.Count);
        Assert.Equal(ReplicaPhase.Stopped, _replicas[0].Phase);
        Assert.False(_replicas[0].IsDiverged);
    }

    /// <summary>One is away: of two that differ nobody knows who is right, and both go on until the third one is back.</summary>
    [Fact]
    public void Copies_OfWhichOneIsAway_AreNotDecided()
    {
        Start(3);
        Lead(0);
        Write(0, 7);
        _logs[1].Rot(Key);
        Assert.Null(Compare(0, without: 2));
        _now += new ReplicationOptions().DigestPatience;
        _replicas[0].Tick(_now);
        DigestVerdict verdict = _replicas[0].TakeVerdict()!;
        Assert.Equal(DigestOutcome.Undecided, verdict.Outcome);
        Assert.Equal(2, verdict.Digests.Count);
        Assert.Empty(_replicas[0].NeedState);
        Assert.Null(_replicas[0].TakeVerdict());
    }

    /// <summary>Records that come behind the position make no part of the digest, on neither side.</summary>
    [Fact]
    public void Records_ThatAreOnTheirWay_AreCutAtThePosition()
    {
        Start(3);
        Lead(0);
        Write(0, 7);
        _logs[0].Change(Key, 8);
        _logs[0].Change(Key + 1, 9);
        Safe(0);
        _replicas[0].CompareCopies(_now); // records up to here, and those behind it, leave together
        LogPosition at = _logs[0].End;
        _logs[0].Change(Key, 10);
        Safe(0);
        _replicas[0].LogChanged(_now);
        Deliver(null);
        DigestVerdict verdict = _replicas[0].TakeVerdict()!;
        Assert.Equal((DigestOutcome.Same, at, 3), (verdict.Outcome, verdict.At, verdict.Digests.Count));
        Beat(0);
        Assert.Equal(10, _logs[2].StateOf(Key).Token);
    }

    private void Start(int replicas)
    {
        _logs = [.. Enumerable.Range(0, replicas).Select(_ => new SimulatedLog(_options))];
        _replicas = [.. _logs.Select((log, i) => new ShardReplica(new ReplicaId(i), log, new ReplicationOptions(), TimeSpan.Zero))];
    }

    private void Lead(int leader)
    {
        _now += TimeSpan.FromSeconds(5); // leases are over
        var set = new ReplicaSet(
            new Epoch(++_epoch), new ReplicaId(leader), [.. Enumerable.Range(0, _replicas.Length).Select(i => new ReplicaId(i))], [], []);
        foreach (ShardReplica replica in _replicas) replica.MapChanged(set, _now);
        Deliver(null);
    }

    private void Write(int leader, int token)
    {
        _logs[leader].Change(Key, token);
        _logs[leader].Change(Key + 1, token);
        Safe(leader);
        _replicas[leader].LogChanged(_now);
        Deliver(null);
    }

    private void Beat(int leader)
    {
        _now += TimeSpan.FromMilliseconds(300);
        _replicas[leader].Tick(_now);
        Deliver(null);
    }

    private DigestVerdict? Compare(int leader, int? without = null)
    {
        _replicas[leader].CompareCopies(_now);
        Deliver(without);
        return _replicas[leader].TakeVerdict();
    }

    private void GiveState(int from, int to)
    {
        _logs[to].Install(_logs[from]);
        _replicas[to].StateArrived(_now);
        _replicas[from].StateSent(new ReplicaId(to), _logs[from].End, _now);
        Beat(from);
    }

    private void Safe(int node) => _logs[node].Saved(_logs[node].Unsaved());

    // Until nobody has anything to say: what is on the disk leaves, digests are handed over.
    private void Deliver(int? without)
    {
        for (bool isQuiet = false; !isQuiet;)
        {
            isQuiet = true;
            for (int node = 0; node < _replicas.Length; node++)
            {
                Safe(node);
                if (_replicas[node].IsServing || _replicas[node].Phase == ReplicaPhase.Beginning) _replicas[node].LogChanged(_now);
                while (_logs[node].Digests.TryDequeue(out (LogPosition At, StateDigest Digest) digest))
                    _replicas[node].DigestTaken(digest.At, digest.Digest);
                foreach (OutgoingMessage message in _replicas[node].TakeMessages())
                {
                    if (node == without || message.To.Value == without) continue;
                    isQuiet = false;
                    _replicas[message.To.Value].Handle(new ReplicaId(node), message.Message, _now);
                }
            }
        }
    }
}
