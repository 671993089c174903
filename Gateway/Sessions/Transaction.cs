namespace OrleansKv.Gateway.Sessions;

/// <summary>Commands between MULTI and EXEC, or the lines of a BATCH.</summary>
internal sealed class Transaction
{
    /// <summary>Memory that the queue takes; the session's bound counts it (<see cref="Session.KeepsTooMuch"/>).</summary>
    public long SizeBytes { get; private set; }

    public List<QueuedCommand> Commands { get; } = [];

    /// <summary>A queued command was refused: EXEC answers EXECABORT.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Lines a BATCH still waits for; 0 for MULTI.</summary>
    public int LinesLeft { get; set; }

    public bool IsBatch { get; init; }

    public void Add(QueuedCommand command)
    {
        SizeBytes += command.SizeBytes;
        Commands.Add(command);
    }
}
