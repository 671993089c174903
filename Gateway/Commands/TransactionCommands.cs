using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>MULTI, EXEC, DISCARD, WATCH, UNWATCH.</summary>
internal static class TransactionCommands
{
    private const CommandFlags Usual = NoScript | Loading | Stale | Fast | AllowBusy;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("multi", 1, Usual, "transactions", "1.2.0", "Starts a transaction.", "", Multi),
        SessionCommand.Of("exec", 1, NoScript | Loading | Stale | SkipSlowlog, "transactions", "1.2.0",
            "Executes all commands in a transaction.", "", Exec),
        SessionCommand.Of("discard", 1, Usual, "transactions", "2.0.0", "Discards a transaction.", "", Discard),
        SessionCommand.Of("watch", -2, Usual, "transactions", "2.2.0",
            "Monitors changes to keys to determine the execution of a transaction.", "key [key ...]", Watch).WithKeys(KeyWords.All),
        SessionCommand.Of("unwatch", 1, Usual, "transactions", "2.2.0", "Forgets about watched keys of a transaction.", "",
            static (Session s, in ArgList _) =>
            {
                s.Watched = null;
                s.Output.Ok();
            }),
    ];

    private static void Multi(Session session, in ArgList args)
    {
        if (session.Transaction is not null)
        {
            session.Output.Error("ERR MULTI calls can not be nested");
            return;
        }

        session.Transaction = new Transaction();
        session.UpdatePlain();
        session.Output.Ok();
    }

    private static void Exec(Session session, in ArgList args)
    {
        if (session.Transaction is not { } transaction)
        {
            session.Output.Error("ERR EXEC without MULTI");
            return;
        }

        WatchList? watched = session.Watched;
        End(session);
        if (transaction.IsDirty)
        {
            session.Output.Error("EXECABORT Transaction discarded because of previous errors.");
            return;
        }

        if (!TransactionRunner.Run(session, transaction, watched, session.CurrentWorker!)) session.Output.NullArray();
    }

    private static void Discard(Session session, in ArgList args)
    {
        if (session.Transaction is null)
        {
            session.Output.Error("ERR DISCARD without MULTI");
            return;
        }

        End(session);
        session.Output.Ok();
    }

    private static void Watch(Session session, in ArgList args)
    {
        if (session.Transaction is not null)
        {
            session.Output.Error("ERR WATCH inside MULTI is not allowed");
            return;
        }

        session.Watched ??= new WatchList();
        session.Server.Dispatcher.Watch(args, session.Watched, session, session.CurrentWorker!);
    }

    private static void End(Session session)
    {
        session.Transaction = null;
        session.Watched = null;
        session.UpdatePlain();
    }
}
