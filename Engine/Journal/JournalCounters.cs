namespace OrleansKv.Engine.Journal;

/// <summary>What a journal has done since it was opened. Each is one word that any thread may read.</summary>
public sealed class JournalCounters
{
    internal long RecordsValue;
    internal long BytesWrittenValue;
    internal long FlushesValue;
    internal long FlushTicksValue;
    internal long MaxFlushTicksValue;
    internal long LastFlushAtMsValue;

    public long Records => Volatile.Read(ref RecordsValue);

    public long BytesWritten => Volatile.Read(ref BytesWrittenValue);

    public long Flushes => Volatile.Read(ref FlushesValue);

    public TimeSpan FlushTotal => TimeSpan.FromTicks(Volatile.Read(ref FlushTicksValue));

    public TimeSpan FlushMax => TimeSpan.FromTicks(Volatile.Read(ref MaxFlushTicksValue));

    /// <summary>When the last flush ended, milliseconds since the Unix epoch; 0 before the first.</summary>
    public long LastFlushAtMs => Volatile.Read(ref LastFlushAtMsValue);
}
