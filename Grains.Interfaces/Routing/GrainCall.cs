using System.Diagnostics;

namespace OrleansKv.Grains.Routing;

/// <summary>
/// One call of a shard's grain, which can be sent again: its start and its answer, with exceptions as values. One call is away at a time;
/// its owner sees to that. Of a call that is given up the late answer is dropped.
/// </summary>
internal sealed class GrainCall
{
    private readonly CallWatch _watch;
    private readonly Action _arrived;
    private Attempt _attempt;

    /// <param name="watch">Gives it up when no answer can come.</param>
    /// <param name="shard">The shard that is called.</param>
    /// <param name="arrived">Is called when an answer comes that was not there at once, or when the call is given up; any thread.</param>
    public GrainCall(CallWatch watch, int shard, Action arrived)
    {
        _watch = watch;
        _arrived = arrived;
        _attempt = new Attempt(arrived);
        Shard = shard;
        watch.Add(this);
    }

    /// <summary>The shard that is called.</summary>
    public int Shard { get; }

    /// <summary>Time stamp of the first answer that said that nothing had run; null before one.</summary>
    public long? TryingSince { get; set; }

    /// <summary>Sends a batch. True when the answer is there at once; otherwise it arrives.</summary>
    /// <param name="grain">The shard's.</param>
    /// <param name="batch">What it is to run.</param>
    /// <param name="home">The shard's home in the newest map that is known: the call can be given up when that is another one.</param>
    public bool Start(IShardGrain grain, ShardBatch batch, ShardHome? home)
    {
        ValueTask<ShardReply> task;
        try
        {
            task = grain.Run(batch);
        }
        catch (Exception failure)
        {
            task = ValueTask.FromException<ShardReply>(failure);
        }

        if (_attempt.Begin(task, home, _watch.Now)) return true;
        _watch.Sent();
        return false;
    }

    /// <summary>Ends a call that was not sent with a reply from elsewhere.</summary>
    public void Answer(ShardReply reply) => _attempt.Begin(new ValueTask<ShardReply>(reply), null, 0);

    /// <summary>Takes the answer in: the reply, or null and what the call threw. Once for each start.</summary>
    public ShardReply? Take(out Exception? failure)
    {
        if (_attempt.IsGivenUp)
        {
            _attempt = new Attempt(_arrived); // the other one may still get its answer
            failure = new ShardReplacedException();
            return null;
        }

        return _attempt.Take(out failure);
    }

    /// <summary>The home that the call was sent for that is away: with epoch 0 for none; null when no call is away. Any thread.</summary>
    /// <param name="since">Time stamp of its start.</param>
    public ShardHome? Away(out long since) => Volatile.Read(ref _attempt).Away(out since);

    /// <summary>Ends the call that left for this home, if it is still away, without an answer. Any thread.</summary>
    public void GiveUp(ShardHome home) => Volatile.Read(ref _attempt).GiveUp(home);

    /// <summary>One start and its answer, or none.</summary>
    private sealed class Attempt
    {
        // Who exchanges this for null or for given up has ended the call.
        private static readonly ShardHome GivenUp = new("", 0, null), NoHome = new("", 0, null);

        private readonly Action _arrived;
        private readonly Action _landed;
        private ValueTask<ShardReply> _task;
        private long _since;
        private ShardHome? _away;

        public Attempt(Action arrived)
        {
            _arrived = arrived;
            _landed = Land;
        }

        public bool IsGivenUp => ReferenceEquals(Volatile.Read(ref _away), GivenUp);

        public bool Begin(in ValueTask<ShardReply> task, ShardHome? home, long now)
        {
            Debug.Assert(_away is null, "A call is away already.");
            _task = task;
            if (task.IsCompleted) return true;
            Volatile.Write(ref _since, now);
            Volatile.Write(ref _away, home ?? NoHome);
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_landed);
            return false;
        }

        public ShardReply? Take(out Exception? failure)
        {
            failure = null;
            try
            {
                return _task.GetAwaiter().GetResult();
            }
            catch (Exception thrown)
            {
                failure = thrown;
                return null;
            }
            finally
            {
                _task = default;
            }
        }

        public ShardHome? Away(out long since)
        {
            since = Volatile.Read(ref _since);
            ShardHome? home = Volatile.Read(ref _away);
            return ReferenceEquals(home, GivenUp) ? null : home;
        }

        public void GiveUp(ShardHome home)
        {
            if (ReferenceEquals(Interlocked.CompareExchange(ref _away, GivenUp, home), home)) _arrived();
        }

        private void Land()
        {
            ShardHome home = Volatile.Read(ref _away)!;
            if (!ReferenceEquals(home, GivenUp) && ReferenceEquals(Interlocked.CompareExchange(ref _away, null, home), home)) _arrived();
            else Take(out _)?.Replies.Release(); // nobody waits for it, and what it threw is of no use to anyone
        }
    }
}
