using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>TIME, MONITOR, SWAPDB, MOVE, LOLWUT.</summary>
internal static class MiscellaneousCommands
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("time", 1, Loading | Stale | Fast, "server", "2.6.0", "Return the current server time", "", Time),
        SessionCommand.Of("monitor", 1, Admin | NoScript | Loading | Stale, "server", "1.0.0",
            "Listen for all requests received by the server in real time", "", Monitor),
        SessionCommand.Of("swapdb", 3, Write | Fast, "server", "4.0.0", "Swaps two Redis databases; there is one", "index1 index2", SwapDb),
        SessionCommand.Of("move", 3, Write | Fast, "generic", "1.0.0", "Move a key to another database; there is one", "key db", Move)
            .WithKeys(KeyWords.One),
        SessionCommand.Of("lolwut", -1, ReadOnly | Fast, "server", "5.0.0", "Display some computer art and the Redis version",
            "[VERSION version]", Lolwut.Run),
    ];

    private static void Time(Session session, in ArgList args)
    {
        long now = (session.Server.Time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / 10;
        long micros = session.MomentMs > 0 ? session.MomentMs * 1000 : now; // a transaction is one moment, as its data commands have it
        session.Output.Array(2);
        session.Output.BulkInteger(micros / 1_000_000);
        session.Output.BulkInteger(micros % 1_000_000);
    }

    private static void Monitor(Session session, in ArgList args)
    {
        if (session.IsInTransaction)
        {
            session.Output.Error("ERR MONITOR isn't allowed for DENY BLOCKING client");
            return;
        }

        session.Output.Ok();
        session.IsMonitor = true;
        session.Server.Monitors.Add(session);
    }

    private static void SwapDb(Session session, in ArgList args)
    {
        if (session.Server.Control.Cluster is not null) session.Output.Error("ERR SWAPDB is not allowed in cluster mode");
        else if (!Number.TryInteger(args[1], out long first)) session.Output.Error("ERR invalid first DB index");
        else if (!Number.TryInteger(args[2], out long second)) session.Output.Error("ERR invalid second DB index");
        else if (first != 0 || second != 0) session.Output.Error("ERR DB index is out of range");
        else session.Output.Ok();
    }

    private static void Move(Session session, in ArgList args)
    {
        if (session.Server.Control.Cluster is not null) session.Output.Error("ERR MOVE is not allowed in cluster mode");
        else if (!Number.TryInteger(args[2], out long index)) session.Output.Error("ERR value is not an integer or out of range");
        else if (index != 0) session.Output.Error("ERR DB index is out of range");
        else session.Output.Error("ERR source and destination objects are the same");
    }
}
