using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// SAVE, BGSAVE, BGREWRITEAOF (all of them one snapshot here: it is what lets the journal's old segments go) and LASTSAVE.
/// </summary>
internal static class PersistenceCommands
{
    private const string Busy = "ERR Background save already in progress";

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("save", 1, Admin | NoScript | NoMulti, "server", "1.0.0", "Synchronously save the dataset to disk", "", Save),
        SessionCommand.Of("bgsave", -1, Admin | NoScript, "server", "1.0.0", "Asynchronously save the dataset to disk", "[SCHEDULE]",
            BackgroundSave),
        SessionCommand.Of("bgrewriteaof", 1, Admin | NoScript, "server", "1.0.0", "Asynchronously rewrite the append-only file", "",
            Rewrite),
        SessionCommand.Of("lastsave", 1, Loading | Stale | Fast, "server", "1.0.0",
            "Get the UNIX time stamp of the last successful save to disk", "",
            static (Session s, in ArgList _) => s.Output.Integer(s.Server.Control.Snapshot.LastSavedUnixSeconds)),
    ];

    // Holds this connection until the snapshot is there; unlike in Redis, nobody else waits.
    private static void Save(Session session, in ArgList args)
    {
        IHostControl control = session.Server.Control;
        if (!TryStart(session, control)) return;
        session.Suspend(new Suspension(long.MaxValue, () => !control.Snapshot.Running, static s =>
        {
            if (s.Server.Control.Snapshot.Failure is null) s.Output.Ok();
            else s.Output.Error("ERR");
        }));
    }

    private static void BackgroundSave(Session session, in ArgList args)
    {
        if (args.Count > 2 || (args.Count == 2 && !args.Is(1, "SCHEDULE"u8)))
        {
            session.Output.Error("ERR syntax error");
            return;
        }

        if (args.Count == 2 && session.Server.Control.Snapshot.Running)
        {
            session.Output.Error(Busy);
            return;
        }

        if (TryStart(session, session.Server.Control)) session.Output.Simple("Background saving started"u8);
    }

    private static void Rewrite(Session session, in ArgList args)
    {
        IHostControl control = session.Server.Control;
        if (control.Snapshot.Running) session.Output.Error("ERR Background append only file rewriting already in progress");
        else if (TryStart(session, control)) session.Output.Simple("Background append only file rewriting started"u8);
    }

    private static bool TryStart(Session session, IHostControl control)
    {
        string? refusal = control.Snapshot.Running ? Busy : control.StartSnapshot();
        if (refusal is not null) session.Output.Error(refusal);
        return refusal is null;
    }
}
