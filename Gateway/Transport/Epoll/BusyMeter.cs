namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// How long an I/O thread has been awake: everything but its sleep in epoll_wait, so a wait for the disk or for a processor counts as well.
/// The thread itself calls <see cref="Sleep"/> and <see cref="Wake"/>; any thread reads. Times are Stopwatch ticks.
/// </summary>
internal sealed class BusyMeter
{
    private long _total;
    private long _awakeSince; // 0: asleep

    public void Wake(long now) => Volatile.Write(ref _awakeSince, now);

    public void Sleep(long now)
    {
        long since = _awakeSince;
        if (since == 0) return;
        Volatile.Write(ref _awakeSince, 0);
        Volatile.Write(ref _total, _total + (now - since));
    }

    /// <summary>
    /// Time awake since the start, up to now. A reading between the two writes of <see cref="Sleep"/> lacks one turn; the next has it.
    /// </summary>
    public long TotalAt(long now)
    {
        long since = Volatile.Read(ref _awakeSince), total = Volatile.Read(ref _total);
        return since == 0 ? total : total + Math.Max(0, now - since);
    }
}
