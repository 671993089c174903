namespace OrleansKv.Cluster.Tests.Dispatch.Support;

/// <summary>A clock whose timers fire when the test says so.</summary>
internal sealed class ManualTimers : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _waiting = [];
    private long _now; // ticks

    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state), dueTime);
        lock (_lock) _waiting.Add(timer);
        return timer;
    }

    /// <summary>The time of every timer has come: the clock is as much further as the longest of them takes.</summary>
    public void FireAll()
    {
        Timer[] due;
        lock (_lock)
        {
            due = [.. _waiting];
            _waiting.Clear();
            if (due.Length > 0) _now += due.Max(t => t.Due).Ticks;
        }

        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // who waits goes on here, and not some time later
        foreach (Timer timer in due) timer.Fire();
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private sealed class Timer(Action fire, TimeSpan due) : ITimer
    {
        public TimeSpan Due => due;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
