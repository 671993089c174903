using System.Diagnostics;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// What one I/O thread (or one connection of the stream transport) reuses from command to command: parse tables, locks, statistics.
/// Used by one thread at a time.
/// </summary>
/// <param name="id">For people.</param>
/// <param name="locks">Shard locks that a command with several keys holds.</param>
/// <param name="metrics">Where its commands are counted (<see cref="ServerMetrics.AddWorker"/>); null: nowhere.</param>
internal sealed class Worker(int id, LockSet locks, WorkerMetrics? metrics = null)
{
    /// <summary>Nanoseconds a tick of the clock: exactly 1 on Linux.</summary>
    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    public int Id { get; } = id;

    public CommandBatch Batch { get; } = new();

    public LockSet Locks { get; } = locks;

    public WorkerMetrics? Metrics { get; } = metrics;

    /// <summary>What a dispatcher keeps for this worker between turns.</summary>
    public object? DispatchState { get; set; }

    /// <summary>Makes the worker's thread look for answers soon; any thread. Set by the transport.</summary>
    public Action Signal { get; set; } = static () => { };

    /// <summary>How far this worker knows the journal to be committed.</summary>
    public JournalOffset Committed { get; set; }

    /// <summary>A time stamp for <see cref="Record"/>.</summary>
    public long StartTiming() => Stopwatch.GetTimestamp();

    /// <summary>
    /// Counts a command that has run since <paramref name="started"/> and wrote its reply from <paramref name="replyAt"/> on; returns
    /// the time stamp for the next. Allocates nothing but for a slow command.
    /// </summary>
    public long Record(CommandEntry command, long started, Session session, in ArgList args, int replyAt)
    {
        long now = Stopwatch.GetTimestamp();
        Count(command, Stopwatch.Frequency == 1_000_000_000 ? now - started : (long)((now - started) * NsPerTick), session, args, replyAt);
        return now;
    }

    /// <summary>The same for a command whose time the caller knows.</summary>
    public void Count(CommandEntry command, long ns, Session session, in ArgList args, int replyAt)
    {
        ReadOnlySpan<byte> written = session.Output.Written;
        bool failed = replyAt < written.Length && written[replyAt] == (byte)'-';
        GatewayServer server = session.Server;
        if (failed) server.Metrics.Errors.Count(written[(replyAt + 1)..]);
        Metrics?.Record(command.Id, ns, failed);
        if (ns >= server.SlowCommands.ThresholdNs) server.SlowCommands.Take(session, command, args, ns);
    }
}
