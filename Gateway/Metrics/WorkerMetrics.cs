namespace OrleansKv.Gateway.Metrics;

/// <summary>
/// Counters of one I/O thread: that thread alone writes (no interlocked operation, no shared cache line), any thread reads. Made by
/// <see cref="ServerMetrics.AddWorker"/>.
/// </summary>
public sealed class WorkerMetrics
{
    private readonly int _commandCount;
    private CommandStats?[] _commands; // swapped whole by a reset; the writer then goes on in the new one
    private long _calls;
    private long _opened;
    private long _closed;
    private long _bytesIn;
    private long _bytesOut;
    private long _reads;
    private long _writes;

    internal WorkerMetrics(int commandCount)
    {
        _commandCount = commandCount;
        _commands = new CommandStats?[commandCount];
    }

    /// <summary>Calls since start; never reset.</summary>
    public long Calls => Volatile.Read(ref _calls);

    public long Opened => Volatile.Read(ref _opened);

    public long Closed => Volatile.Read(ref _closed);

    public long BytesIn => Volatile.Read(ref _bytesIn);

    public long BytesOut => Volatile.Read(ref _bytesOut);

    public long Reads => Volatile.Read(ref _reads);

    public long Writes => Volatile.Read(ref _writes);

    /// <summary>A command ran.</summary>
    public void Record(int command, long durationNs, bool failed = false)
    {
        CommandStats stats = StatsOf(command);
        stats.Latency.Record(durationNs);
        if (failed) stats.CountFailed();
        _calls++;
    }

    /// <summary>Several equal commands ran one after the other under one pair of clock readings: each is counted with the mean.</summary>
    public void RecordMany(int command, int times, long totalNs)
    {
        if (times <= 0) return;
        StatsOf(command).Latency.Record(totalNs / times, times);
        _calls += times;
    }

    /// <summary>A command was refused before it ran.</summary>
    public void RecordRejected(int command) => StatsOf(command).CountRejected();

    public void ConnectionOpened() => _opened++;

    public void ConnectionClosed() => _closed++;

    /// <summary>A read brought so much.</summary>
    public void Received(long bytes)
    {
        _bytesIn += bytes;
        _reads++;
    }

    /// <summary>A write took so much.</summary>
    public void Sent(long bytes)
    {
        _bytesOut += bytes;
        _writes++;
    }

    internal CommandStats? ReadStats(int command) => Volatile.Read(ref Volatile.Read(ref _commands)[command]);

    internal void ResetCommands() => Volatile.Write(ref _commands, new CommandStats?[_commandCount]);

    private CommandStats StatsOf(int command) => _commands[command] ?? Create(_commands, command);

    /// <summary>4.5 KB a command and thread, only for those that are used.</summary>
    private static CommandStats Create(CommandStats?[] commands, int command)
    {
        var made = new CommandStats();
        Volatile.Write(ref commands[command], made);
        return made;
    }
}
