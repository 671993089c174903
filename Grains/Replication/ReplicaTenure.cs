using OrleansKv.Protocol;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// The time in which this node serves a shard in one epoch: how far its records are committed, for how long nobody else can lead, and who
/// waits for either. Once it is over it stays so. Its end is told before anybody else may be elected. Any thread.
/// </summary>
internal sealed class ReplicaTenure(Epoch epoch)
{
    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiting = []; // a few: one a batch that is on its way
    private long _committed; // Lsn
    private long _leasedUntil = long.MinValue; // ticks of the node's monotonic clock
    private bool _isOver;

    public Epoch Epoch => epoch;

    /// <summary>
    /// Whether a batch that has read, or written, up to a record can be answered now. One that has only read needs a lease that lasts
    /// longer than its reading.
    /// </summary>
    /// <param name="upTo">The shard's last record when the batch had run.</param>
    /// <param name="isReader">It has written nothing.</param>
    /// <param name="now">When it had run.</param>
    public bool IsSettled(Lsn upTo, bool isReader, TimeSpan now) =>
        Volatile.Read(ref _committed) >= upTo.Value && (!isReader || Volatile.Read(ref _leasedUntil) > now.Ticks);

    /// <summary>The same as soon as it is so.</summary>
    public ValueTask<TenureAnswer> WhenSettled(Lsn upTo, bool isReader, TimeSpan now)
    {
        lock (_lock)
        {
            if (IsSettled(upTo, isReader, now)) return new ValueTask<TenureAnswer>(TenureAnswer.Committed);
            if (_isOver) return new ValueTask<TenureAnswer>(TenureAnswer.Over);
            var waiter = new Waiter(upTo, isReader, now);
            _waiting.Add(waiter);
            return new ValueTask<TenureAnswer>(waiter.Done.Task);
        }
    }

    /// <summary>The replicas' thread: more is committed, or the lease is longer. Waits that have lasted too long end.</summary>
    public void Advance(Lsn committed, TimeSpan leasedUntil, TimeSpan now, TimeSpan patience)
    {
        lock (_lock)
        {
            Volatile.Write(ref _committed, committed.Value);
            Volatile.Write(ref _leasedUntil, leasedUntil.Ticks);
            int kept = 0;
            foreach (Waiter waiter in _waiting)
            {
                if (IsSettled(waiter.UpTo, waiter.IsReader, waiter.At)) waiter.Done.SetResult(TenureAnswer.Committed);
                else if (now - waiter.At > patience) waiter.Done.SetResult(TenureAnswer.TimedOut);
                else _waiting[kept++] = waiter;
            }

            _waiting.RemoveRange(kept, _waiting.Count - kept);
        }
    }

    /// <summary>The replicas' thread: it is over.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            Volatile.Write(ref _leasedUntil, long.MinValue);
            foreach (Waiter waiter in _waiting) waiter.Done.SetResult(TenureAnswer.Over);
            _waiting.Clear();
        }
    }

    private readonly record struct Waiter(Lsn UpTo, bool IsReader, TimeSpan At)
    {
        public TaskCompletionSource<TenureAnswer> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
