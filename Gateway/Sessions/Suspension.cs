namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Why a session does not go on with its input for now: CLIENT PAUSE, WAIT, WAITAOF, DEBUG SLEEP. Polled by the connection's thread
/// at each turn and at the deadline.
/// </summary>
/// <param name="deadlineMs">When it ends at the latest, milliseconds since the Unix epoch; <see cref="long.MaxValue"/> for never.</param>
/// <param name="isOver">Ends it earlier; null when only the deadline does.</param>
/// <param name="finish">Writes the reply that the command still owes; null when it owes none.</param>
internal sealed class Suspension(long deadlineMs, Func<bool>? isOver, Action<Session>? finish)
{
    // How it ends: the first who says so decides.
    private const int Waiting = 0;
    private const int Over = 1;
    private const int UnblockedAsTimeout = 2;
    private const int UnblockedByError = 3;

    private int _end = Waiting;

    public long DeadlineMs { get; } = deadlineMs;

    /// <summary>
    /// The command goes on while the session is suspended: <c>finish</c> counts it with that time. Others are over when they suspend.
    /// </summary>
    public bool IsWork { get; init; }

    /// <summary>CLIENT UNBLOCK may end it: Redis calls the client blocked, and its command has an answer for a timeout.</summary>
    public bool IsBlockingCommand { get; init; }

    public bool IsOver(long nowMs)
    {
        if (Volatile.Read(ref _end) == Waiting && (nowMs >= DeadlineMs || (isOver?.Invoke() ?? false)))
            Interlocked.CompareExchange(ref _end, Over, Waiting);
        return Volatile.Read(ref _end) != Waiting;
    }

    /// <summary>
    /// Ends it for CLIENT UNBLOCK, as if its time were over or with an error; false when it has ended or cannot be. Any thread.
    /// </summary>
    public bool TryUnblock(bool withError) =>
        IsBlockingCommand && Interlocked.CompareExchange(ref _end, withError ? UnblockedByError : UnblockedAsTimeout, Waiting) == Waiting;

    public void Finish(Session session)
    {
        if (_end != UnblockedByError)
        {
            finish?.Invoke(session);
            return;
        }

        ReadOnlySpan<byte> error = "UNBLOCKED client unblocked via CLIENT UNBLOCK"u8;
        session.Output.Error(error);
        session.Server.Metrics.Errors.Count(error);
    }
}
