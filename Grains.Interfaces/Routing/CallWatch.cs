namespace OrleansKv.Grains.Routing;

/// <summary>
/// Gives up calls whose answers cannot come any more. Orleans breaks the calls that a silo has sent to a silo that is declared dead, but
/// not those that a gateway has passed on for a client, nor those to a node that is only cut off: they end by their time-out, 30 s. A
/// later epoch with another leader says that the leader of before acknowledges nothing any more, and that is known much sooner. Its timer
/// runs while calls are away. Any thread.
/// </summary>
internal sealed class CallWatch
{
    /// <summary>
    /// Age from which a call is looked at: 1 s. A thousand times what an answer takes; less than the time in which another leader is
    /// elected, 3 s.
    /// </summary>
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Age from which a later epoch with the same leader is enough: 5 s. It may have other followers only, or it has been started again.
    /// </summary>
    private static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(5);

    /// <summary>Time between two looks: 0.5 s, in which a call that is away does not get much older.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    private readonly TimeProvider _time;
    private readonly Func<ClusterMap> _known;
    private readonly Action _refresh;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly List<WeakReference<GrainCall>> _calls = [];
    private int _isTicking;

    /// <param name="time">The clock of the calls.</param>
    /// <param name="known">The newest map that is known.</param>
    /// <param name="refresh">Asks for a newer one, in the background.</param>
    public CallWatch(TimeProvider time, Func<ClusterMap> known, Action refresh)
    {
        _time = time;
        _known = known;
        _refresh = refresh;
        // The timer belongs to nobody's request.
        bool suppressed = ExecutionContext.IsFlowSuppressed();
        if (!suppressed) ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(static me => ((CallWatch)me!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!suppressed) ExecutionContext.RestoreFlow();
    }

    /// <summary>Time stamp of now.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>A call is watched from now on, for as long as somebody holds it.</summary>
    public void Add(GrainCall call)
    {
        lock (_lock) _calls.Add(new WeakReference<GrainCall>(call));
    }

    /// <summary>A call is away.</summary>
    public void Sent()
    {
        if (Volatile.Read(ref _isTicking) != 0 || Interlocked.Exchange(ref _isTicking, 1) != 0) return;
        _timer.Change(Period, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        if (GiveUpOld())
        {
            _timer.Change(Period, Timeout.InfiniteTimeSpan);
            return;
        }

        Interlocked.Exchange(ref _isTicking, 0);
        if (IsAnyAway()) Sent(); // it left while the watch came to an end
    }

    private bool GiveUpOld()
    {
        bool isAnyAway = false, isAnyOld = false;
        long now = Now;
        ClusterMap map = _known();
        foreach (GrainCall call in Calls())
        {
            if (call.Away(out long since) is not { } asked) continue;
            isAnyAway = true;
            TimeSpan age = _time.GetElapsedTime(since, now);
            if (age < Suspicious) continue;
            isAnyOld = true;
            ShardHome? home = map.FindHome(call.Shard);
            if (home is null || asked.Epoch == 0 || home.Epoch <= asked.Epoch) continue;
            if (home.NodeId != asked.NodeId || age >= Hopeless) call.GiveUp(asked);
        }

        if (isAnyOld) _refresh();
        return isAnyAway;
    }

    private bool IsAnyAway() => Calls().Exists(static c => c.Away(out _) is not null);

    private List<GrainCall> Calls()
    {
        var calls = new List<GrainCall>();
        lock (_lock)
        {
            _calls.RemoveAll(weak =>
            {
                if (!weak.TryGetTarget(out GrainCall? call)) return true;
                calls.Add(call);
                return false;
            });
        }

        return calls;
    }
}
