using OrleansKv.Gateway.Protocol;

namespace OrleansKv.Gateway.Sessions;

/// <summary>CLIENT PAUSE: until a deadline no client's commands (or no client's writes) run. Any thread sets it, sessions ask it.</summary>
internal sealed class PauseGate(Func<long> nowMs)
{
    private long _untilMs;
    private volatile bool _writesOnly;

    public bool IsActive => Volatile.Read(ref _untilMs) is var until && until != 0 && nowMs() < until;

    public void Pause(long untilMs, bool writesOnly)
    {
        // As in Redis: a later pause never shortens one under way, and ALL is not weakened to WRITE.
        bool active = IsActive;
        _writesOnly = active ? _writesOnly && writesOnly : writesOnly;
        if (!active || untilMs > _untilMs) Volatile.Write(ref _untilMs, untilMs);
    }

    public void Unpause() => Volatile.Write(ref _untilMs, 0);

    /// <summary>
    /// Whether the command, which passes all checks, may run now; if not, the session has been suspended until the pause ends.
    /// </summary>
    public bool Admits(Session session, CommandEntry command)
    {
        if (!IsActive || session.Stream is not null || command.Spec.Name.StartsWith("client|", StringComparison.Ordinal)) return true;
        bool writes = command.Spec.IsWrite || command.Spec.Name is "publish" or "spublish"
            || (command.Spec.Name is "exec" && session.Transaction is { } t
            && t.Commands.Any(c => c.Command is { Spec.IsWrite: true }));
        if (_writesOnly && !writes) return true;
        session.Suspend(new Suspension(long.MaxValue, () => !IsActive, null));
        return false;
    }
}
