using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;
using OrleansKv.Grains.Routing;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// What one I/O thread has on its way to the shards. Its thread owns it; other threads only call <see cref="Answer"/>.
/// Answers of shards of this node come within microseconds of each other and are taken together: the more sessions go on in one turn, the
/// larger are the next calls. A slow shard holds the others' answers for 1 ms, no longer.
/// </summary>
internal sealed class WorkerLanes(Worker worker, CallWatch watch)
{
    /// <summary>Answers that wake the I/O thread though calls to shards of this node are still away: two for each of 32 shards.</summary>
    private const int MaxWaitingAnswers = 64;

    /// <summary>How long an answer may wait for the others of its turn, ms.</summary>
    private const int HoldMs = 1;

    private readonly ConcurrentQueue<ShardCall> _answers = new();
    private readonly Stack<PendingReplies> _free = new();
    private int _localAway;
    private int _waiting;
    private long _firstWaits;
    private bool _isDue;
    private ShardLane?[] _lanes = []; // by shard; made when first needed
    private ShardLane?[] _followerLanes = []; // likewise

    /// <summary>Gives its calls up when no answer can come.</summary>
    public CallWatch Watch => watch;

    /// <summary>Lanes with something to send.</summary>
    public List<ShardLane> ToSend { get; } = [];

    /// <summary>How long the I/O thread may sleep before it looks for answers that nobody has woken it for, ms; -1: for ever.</summary>
    public int PollMs => Volatile.Read(ref _localAway) > 0 ? HoldMs : -1;

    /// <summary>The way to a shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="isForFollowers">Its own, for what this node's own copy may answer (READONLY).</param>
    /// <param name="grains">The cluster.</param>
    public ShardLane LaneOf(int shard, bool isForFollowers, IGrainFactory grains)
    {
        ref ShardLane?[] lanes = ref isForFollowers ? ref _followerLanes : ref _lanes;
        if (shard >= lanes.Length) Array.Resize(ref lanes, shard + 1);
        return lanes[shard] ??= new ShardLane(this, shard, grains.GetGrain<IShardGrain>(shard), isForFollowers);
    }

    /// <summary>A call to a shard of this node is about to leave.</summary>
    public void LocalStarts() => Interlocked.Increment(ref _localAway);

    /// <summary>A call has ended; any thread. Wakes the I/O thread when its answers are due.</summary>
    public void Answer(ShardCall call)
    {
        bool isLocal = call.IsLocal;
        _answers.Enqueue(call);
        int waiting = Interlocked.Increment(ref _waiting);
        if (waiting == 1) Volatile.Write(ref _firstWaits, Stopwatch.GetTimestamp());
        if (isLocal && Interlocked.Decrement(ref _localAway) > 0 && waiting < MaxWaitingAnswers) return;
        Volatile.Write(ref _isDue, true);
        worker.Signal();
    }

    /// <summary>Whether answers are due: those of a whole turn, many, or one that has waited long enough.</summary>
    public bool BeginTaking()
    {
        bool isDue = Volatile.Read(ref _isDue)
            || (Volatile.Read(ref _waiting) > 0
                && Stopwatch.GetElapsedTime(Volatile.Read(ref _firstWaits)).TotalMilliseconds >= HoldMs / 2.0);
        if (isDue) Volatile.Write(ref _isDue, false); // before the queue is read: what comes later says so again
        return isDue;
    }

    public bool TryTake(out ShardCall call)
    {
        if (!_answers.TryDequeue(out call!)) return false;
        Interlocked.Decrement(ref _waiting);
        return true;
    }

    public PendingReplies Rent(Session session) => Rent(session, Stopwatch.GetTimestamp(), isAlone: false);

    public PendingReplies Rent(Session session, long started, bool isAlone)
    {
        PendingReplies pending = _free.Count > 0 ? _free.Pop() : new PendingReplies();
        pending.Begin(session, started, isAlone);
        return pending;
    }

    public void Return(PendingReplies pending) => _free.Push(pending);
}
