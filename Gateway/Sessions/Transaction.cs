namespace OrleansKv.Gateway.Sessions;

/// <summary>Commands between MULTI and EXEC, or the lines of a BATCH.</summary>
internal sealed class Transaction
{
    /// <summary>Most bytes a queue may hold: Redis bounds it by its query buffer limit, 1 GiB; ours is a tenth, a queue is memory that no command has asked for yet.</summary>
    public const long MaxBytes = 100L * 1024 * 1024;

    private long _bytes;

    public List<QueuedCommand> Commands { get; } = [];

    /// <summary>A queued command was refused: EXEC answers EXECABORT.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Lines a BATCH still waits for; 0 for MULTI.</summary>
    public int LinesLeft { get; set; }

    public bool IsBatch { get; init; }

    /// <summary>False when the queue has reached its bound.</summary>
    public bool TryAdd(QueuedCommand command)
    {
        if (_bytes + command.SizeBytes > MaxBytes) return false;
        _bytes += command.SizeBytes;
        Commands.Add(command);
        return true;
    }
}
