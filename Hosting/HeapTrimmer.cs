namespace OrleansKv.Hosting;

/// <summary>
/// Gives memory back to the system that clients have let go: buffers of one who was cut off, queues of MULTI, replies of large values. A
/// server whose GETs and SETs allocate nothing comes to no collection by itself, and would keep the most that it ever held. One thread.
/// </summary>
/// <param name="heldBytes">What the collector's heap takes now, garbage and free pages with it.</param>
/// <param name="collect">Collects all of it and gives free pages back; 5 to 20 ms in a heap without large live objects, where keys and
/// values are not.</param>
internal sealed class HeapTrimmer(Func<long> heldBytes, Action collect)
{
    /// <summary>Less than 32 MiB is not worth a pause.</summary>
    public const long WorthBytes = 32L << 20;

    /// <summary>More growth within a second says that the memory is being used.</summary>
    public const long GrowingBytes = 8L << 20;

    /// <summary>Seconds from one collection to the next at least.</summary>
    public const int PauseSeconds = 30;

    private long _floor = heldBytes();
    private long _before = heldBytes();
    private int _wait;

    /// <summary>Of this process.</summary>
    public static HeapTrimmer ForProcess() => new(
        static () => Math.Max(GC.GetTotalMemory(forceFullCollection: false), GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes),
        static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));

    /// <summary>Looks whether it is time; once a second.</summary>
    public void Look()
    {
        long held = heldBytes();
        bool isGrowing = held - _before > GrowingBytes;
        _before = held;
        if (_wait > 0) _wait--;
        if (isGrowing || _wait > 0 || held - _floor < WorthBytes) return;
        collect();
        _floor = _before = heldBytes();
        _wait = PauseSeconds;
    }
}
