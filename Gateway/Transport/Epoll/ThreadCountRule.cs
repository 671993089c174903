namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// Decides how many of the I/O threads serve: one, and one more while those that serve are busy and a processor is free for it.
/// Two I/O threads beside a load generator on two processors keep each other and the generator from running: measured, the same throughput
/// and a p99 up to twice as long (ADR 15). Fed with one reading every <see cref="EveryMs"/>; keeps no other state. One thread.
/// </summary>
/// <param name="most">Threads there are.</param>
internal sealed class ThreadCountRule(int most)
{
    /// <summary>
    /// Time between readings, ms: /proc/stat counts in steps of 10 ms, and threads too many should not last for a second.
    /// </summary>
    public const int EveryMs = 250;

    /// <summary>Part of their time that saturated threads are awake: a full one still sleeps some microseconds a turn.</summary>
    private const double Saturated = 0.8;

    /// <summary>Below this part of the time of one thread fewer, a thread is given up.</summary>
    private const double Slack = 0.5;

    /// <summary>
    /// How much of a further thread's processor others may use: clients elsewhere leave the kernel's work for the network.
    /// </summary>
    private const double SharedToGrow = 0.4;

    /// <summary>
    /// More of a serving thread's processor than this to others, and it is given up: a generator beside two threads gets two thirds.
    /// </summary>
    private const double SharedToStay = 0.6;

    /// <summary>Readings in a row that must find slack: 2 s.</summary>
    private const int ToShrink = 8;

    /// <summary>Readings without growth after others have taken a processor, so that the number does not swing: 10 s of load.</summary>
    private const int AfterConflict = 40;

    private int _slack;
    private int _holdOff;

    public int Count { get; private set; } = 1;

    /// <summary>Whether <see cref="Next"/> will need to know what others use: reading it is not free.</summary>
    public bool NeedsMachine(double busyThreads) => Count > 1 || IsSaturated(busyThreads);

    /// <summary>Takes a reading and returns the number of threads to serve from now on.</summary>
    /// <param name="busyThreads">Time awake of all serving threads, over the time between the readings.</param>
    /// <param name="freeProcessors">Processors that nobody but this process uses.</param>
    public int Next(double busyThreads, double freeProcessors)
    {
        if (_holdOff > 0) _holdOff--;
        if (Count > 1 && freeProcessors < Count - SharedToStay)
        {
            _holdOff = AfterConflict;
            return Become(Math.Clamp((int)(freeProcessors + SharedToStay), 1, Count - 1));
        }

        if (_holdOff == 0 && IsSaturated(busyThreads) && freeProcessors >= Count + 1 - SharedToGrow) return Become(Count + 1);
        _slack = Count > 1 && busyThreads < Slack * (Count - 1) ? _slack + 1 : 0;
        return _slack >= ToShrink ? Become(Count - 1) : Count;
    }

    private bool IsSaturated(double busyThreads) => Count < most && busyThreads > Saturated * Count;

    private int Become(int count)
    {
        _slack = 0;
        return Count = count;
    }
}
