namespace OrleansKv.Simulation.Events;

/// <summary>
/// Simulated time: what is to happen, in the order of its time, then of its entry. Everything of a simulation runs out of one queue on one
/// thread, so a seed always gives the same run.
/// </summary>
public sealed class EventQueue
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Number)> _events = new();
    private long _number;

    /// <summary>Time that has passed since the simulation's begin.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Events that have happened.</summary>
    public long Steps { get; private set; }

    public void After(TimeSpan delay, Action what) => _events.Enqueue(what, (Now + delay, ++_number));

    /// <summary>Repeats until <paramref name="isOver"/>, each time after half to one and a half of <paramref name="about"/>.</summary>
    public void Every(TimeSpan about, Random random, Func<bool> isOver, Action what) => After(about * (0.5 + random.NextDouble()), () =>
    {
        if (isOver()) return;
        what();
        Every(about, random, isOver, what);
    });

    /// <summary>Lets the next event happen; false when there is none before <paramref name="end"/>.</summary>
    public bool Step(TimeSpan end)
    {
        if (!_events.TryPeek(out _, out (TimeSpan At, long Number) next) || next.At > end) return false;
        Action what = _events.Dequeue();
        Now = next.At;
        Steps++;
        what();
        return true;
    }
}
