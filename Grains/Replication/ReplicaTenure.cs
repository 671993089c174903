using OrleansKv.Grains.Node;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// The time in which this node leads a shard: how far its records are committed, for how long nobody else can lead, and who waits for
/// either. It goes on over epochs whose leader is this node again, with the same log: then what waits to be committed is, in the next one.
/// Once it is over it stays so. Any thread.
/// </summary>
internal sealed class ReplicaTenure
{
    /// <summary>
    /// What counts of the time between two looks towards a wait's end: ten ticks of the replicas' thread. A longer time is one in which
    /// this process, or its machine, stood still: the followers may have answered, and their answers are not read yet.
    /// </summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiting = []; // a few: one a batch that is on its way
    private long _committed; // Lsn
    private long _leasedUntil = long.MinValue; // ticks of the node's monotonic clock
    private long _confirmedAt = long.MinValue; // ticks
    private volatile bool _isAlone;
    private long _beganAt; // ticks: what was read before may be of an epoch that another node's came between
    private long _defersUntil = long.MinValue; // ticks
    private uint _epoch;
    private bool _isOver;
    private TimeSpan _lookedAt; // when it was last looked whether waits have ended
    private TimeSpan _watched; // time in which that was done

    /// <summary>The one in which it serves, or did last.</summary>
    public Epoch Epoch => new(Volatile.Read(ref _epoch));

    /// <summary>
    /// It has the only copy: what is safe on this node's disk is committed, without the replicas' thread. Looked at behind the commit; it
    /// is false before anybody else can be elected.
    /// </summary>
    public bool IsAlone => _isAlone;

    /// <summary>Whether batches are deferred, for another node is about to lead. Before one runs.</summary>
    public bool DefersBatches(TimeSpan now) => Volatile.Read(ref _defersUntil) > now.Ticks;

    /// <summary>
    /// Defers batches until a time, should nobody else have been elected by then; false when this is not the epoch, or there is nobody
    /// else.
    /// </summary>
    public bool TryPrepareHandover(Epoch epoch, TimeSpan until)
    {
        lock (_lock)
        {
            if (_isOver || _isAlone || _epoch != epoch.Value) return false;
            Volatile.Write(ref _defersUntil, until.Ticks);
            return true;
        }
    }

    /// <summary>Nobody else is to lead for now: batches are taken again.</summary>
    public void CancelHandover() => Volatile.Write(ref _defersUntil, long.MinValue);

    /// <summary>
    /// Whether a batch that has read, or written, up to a record can be answered now. One that has only read needs a lease that lasts
    /// longer than its reading, or a quorum that has answered since.
    /// </summary>
    /// <param name="upTo">The shard's last record when the batch had run.</param>
    /// <param name="reading">How it is known that what it has read was the newest; null for one that has written.</param>
    /// <param name="now">When it had run.</param>
    public bool IsSettled(Lsn upTo, ReadLevel? reading, TimeSpan now) =>
        Volatile.Read(ref _committed) >= upTo.Value
        && (reading is not { } level || (IsNewest(level, now) && Volatile.Read(ref _beganAt) <= now.Ticks));

    /// <summary>The same as soon as it is so.</summary>
    public ValueTask<TenureAnswer> WhenSettled(Lsn upTo, ReadLevel? reading, TimeSpan now)
    {
        lock (_lock)
        {
            if (IsSettled(upTo, reading, now)) return new ValueTask<TenureAnswer>(TenureAnswer.Committed);
            if (_isOver || (reading is not null && now.Ticks < _beganAt)) return new ValueTask<TenureAnswer>(TenureAnswer.Over);
            var waiter = new Waiter(upTo, reading, now, _watched);
            _waiting.Add(waiter);
            return new ValueTask<TenureAnswer>(waiter.Done.Task);
        }
    }

    /// <summary>
    /// The replicas' thread: more is committed, the lease is longer, or more followers have answered. Waits that have lasted too long end.
    /// </summary>
    public void Advance(
        Epoch epoch, bool isAlone, Lsn committed, TimeSpan leasedUntil, TimeSpan confirmedAt, TimeSpan now, TimeSpan patience)
    {
        lock (_lock)
        {
            if (epoch.Value != _epoch)
            {
                Volatile.Write(ref _beganAt, now.Ticks);
                Volatile.Write(ref _defersUntil, long.MinValue);
            }

            _isAlone = isAlone;
            Volatile.Write(ref _epoch, epoch.Value);
            Volatile.Write(ref _committed, committed.Value);
            Volatile.Write(ref _leasedUntil, leasedUntil.Ticks);
            Volatile.Write(ref _confirmedAt, confirmedAt.Ticks);
            Watch(now);
            End(waiter => IsSettled(waiter.UpTo, waiter.Reading, waiter.At) ? TenureAnswer.Committed
                : _watched - waiter.Since > patience ? TenureAnswer.TimedOut : null);
        }
    }

    /// <summary>
    /// The replicas' thread: the epoch is over, and another one of this node is about to begin. Who has only read must read again: there
    /// may have been an epoch of another node between the two.
    /// </summary>
    public void Suspend(TimeSpan now, TimeSpan patience)
    {
        lock (_lock)
        {
            _isAlone = false;
            ForgetFollowers();
            Watch(now);
            End(waiter => waiter.Reading is not null ? TenureAnswer.Over
                : _watched - waiter.Since > patience ? TenureAnswer.TimedOut : null);
        }
    }

    /// <summary>The replicas' thread: it is over.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _isAlone = false;
            ForgetFollowers();
            End(static _ => TenureAnswer.Over);
        }
    }

    private void Watch(TimeSpan now)
    {
        TimeSpan step = now - _lookedAt;
        _watched += step < LongestStep ? step : LongestStep;
        _lookedAt = now;
    }

    private bool IsNewest(ReadLevel level, TimeSpan readAt) => level == ReadLevel.Leader
        ? Volatile.Read(ref _leasedUntil) > readAt.Ticks
        : Volatile.Read(ref _confirmedAt) >= readAt.Ticks;

    private void ForgetFollowers()
    {
        Volatile.Write(ref _leasedUntil, long.MinValue);
        Volatile.Write(ref _confirmedAt, long.MinValue);
    }

    // Those waits that have an answer.
    private void End(Func<Waiter, TenureAnswer?> answerOf)
    {
        _waiting.RemoveAll(waiter =>
        {
            if (answerOf(waiter) is not { } answer) return false;
            waiter.Done.SetResult(answer);
            return true;
        });
    }

    private readonly record struct Waiter(Lsn UpTo, ReadLevel? Reading, TimeSpan At, TimeSpan Since)
    {
        public TaskCompletionSource<TenureAnswer> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
