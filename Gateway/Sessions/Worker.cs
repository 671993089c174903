using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Protocol;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// What one I/O thread (or one connection of the stream transport) reuses from command to command: parse tables, locks, statistics.
/// Used by one thread at a time.
/// </summary>
internal sealed class Worker(int id, LockSet locks)
{
    public int Id { get; } = id;

    public CommandBatch Batch { get; } = new();

    public LockSet Locks { get; } = locks;

    /// <summary>A time stamp for <see cref="Record"/>.</summary>
    public long StartTiming() => System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>
    /// Counts a command that has run since <paramref name="started"/> and wrote its reply from <paramref name="replyAt"/> on; returns
    /// the time stamp for the next.
    /// </summary>
    public long Record(CommandEntry command, long started, Session session, in ArgList args, int replyAt) => StartTiming();

    /// <summary>How far this worker knows the journal to be committed.</summary>
    public JournalOffset Committed { get; set; }
}
