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
    public long DeadlineMs { get; } = deadlineMs;

    /// <summary>The command goes on while the session is suspended: <c>finish</c> counts it with that time. Others are over when they suspend.</summary>
    public bool IsWork { get; init; }

    public bool IsOver(long nowMs) => nowMs >= DeadlineMs || (isOver?.Invoke() ?? false);

    public void Finish(Session session) => finish?.Invoke(session);
}
