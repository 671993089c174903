using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// WAIT and WAITAOF. A connection's writes may be on any shard, so WAIT counts the replicas that have all of every shard, and WAITAOF waits
/// for this process' disk, or in a cluster for those of all nodes that lead shards.
/// </summary>
internal static class WaitCommands
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("wait", 3, NoScript, "generic", "3.0.0",
            "Wait for the synchronous replication of all the write commands sent in the context of the current connection",
            "numreplicas timeout", Wait),
        SessionCommand.Of("waitaof", 4, NoScript, "generic", "7.2.0",
            "Waits until all of the preceding write commands sent by the connection are written to the journal on disk",
            "numlocal numreplicas timeout", WaitAof),
    ];

    private static void Wait(Session session, in ArgList args)
    {
        if (!Number.TryInteger(args[1], out long replicas))
        {
            session.Output.Error("ERR value is not an integer or out of range");
            return;
        }

        if (!TryTimeout(session, args[2], out long deadlineMs)) return;
        if (replicas <= 0 || session.IsInTransaction)
        {
            session.Output.Integer(0);
            return;
        }

        Func<int> count = session.Server.Control.StartReplicaCount();
        session.Suspend(new Suspension(deadlineMs, () => count() >= replicas, s => s.Output.Integer(count())) { IsBlockingCommand = true });
    }

    // Waits for all that anybody has appended so far: what this connection wrote is among it.
    private static void WaitAof(Session session, in ArgList args)
    {
        if (!Number.TryInteger(args[1], out long local) || local is < 0 or > 1)
        {
            session.Output.Error("ERR value is out of range, value must between 0 and 1");
            return;
        }

        if (!Number.TryInteger(args[2], out long replicas) || replicas is < 0 or > int.MaxValue)
        {
            session.Output.Error("ERR value is out of range, must be positive");
            return;
        }

        if (!TryTimeout(session, args[3], out long deadlineMs)) return;
        IShardDispatcher dispatcher = session.Server.Dispatcher;
        if (local > 0 && dispatcher.KeepsNothing)
        {
            session.Output.Error("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
            return;
        }

        IHostControl control = session.Server.Control;
        JournalOffset target = dispatcher.Appended;
        bool keepsNothing = dispatcher.KeepsNothing;
        bool waits = local > 0 && !session.IsInTransaction;
        Func<bool> isSynced = waits ? control.StartSync(target) : () => control.IsSynced(target);
        if (session.IsInTransaction || (replicas == 0 && (local == 0 || isSynced())))
        {
            Answer(session);
            return;
        }

        session.Suspend(new Suspension(deadlineMs, replicas > 0 ? null : isSynced, Answer) { IsBlockingCommand = true });

        void Answer(Session s)
        {
            s.Output.Array(2);
            s.Output.Integer(!keepsNothing && isSynced() ? 1 : 0);
            s.Output.Integer(0);
        }
    }

    private static bool TryTimeout(Session session, ReadOnlySpan<byte> word, out long deadlineMs)
    {
        deadlineMs = long.MaxValue; // 0 waits for ever, and so does a time that no clock will show
        if (!Number.TryInteger(word, out long timeout))
        {
            session.Output.Error("ERR timeout is not an integer or out of range");
            return false;
        }

        if (timeout < 0)
        {
            session.Output.Error("ERR timeout is negative");
            return false;
        }

        long now = session.Server.NowMs;
        if (timeout > 0 && timeout <= long.MaxValue - now) deadlineMs = now + timeout;
        return true;
    }
}
