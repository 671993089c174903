using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>SHUTDOWN: asks the host to stop. Success has no reply but the end of the connection.</summary>
internal static class ShutdownCommand
{
    private const string Failed = "ERR Errors trying to SHUTDOWN. Check logs.";

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("shutdown", -1, Admin | NoScript | Loading | Stale | NoMulti | AllowBusy, "server", "1.0.0",
            "Synchronously save the dataset to disk and then shut down the server", "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]", Run),
    ];

    private static void Run(Session session, in ArgList args)
    {
        IHostControl control = session.Server.Control;
        bool? save = null;
        bool now = false, force = false, abort = false, wrong = false;
        for (int i = 1; i < args.Count; i++)
        {
            if (args.Is(i, "NOSAVE"u8)) Choose(false);
            else if (args.Is(i, "SAVE"u8)) Choose(true);
            else if (args.Is(i, "NOW"u8)) now = true;
            else if (args.Is(i, "FORCE"u8)) force = true;
            else if (args.Is(i, "ABORT"u8)) abort = true;
            else wrong = true;
        }

        if (wrong || (abort && args.Count > 2))
        {
            session.Output.Error("ERR syntax error");
        }
        else if (abort)
        {
            if (control.AbortShutdown()) session.Output.Ok();
            else session.Output.Error("ERR No shutdown in progress.");
        }
        else if (control.Shutdown(new ShutdownRequest(save, now, force)) is { } refusal)
        {
            session.Output.Error(refusal);
        }
        else
        {
            session.Suspend(new Suspension(long.MaxValue, () => !control.IsStopping, static s =>
            {
                if (s.Killed is null) s.Output.Error(Failed);
            }));
        }

        void Choose(bool value)
        {
            wrong |= save == !value;
            save = value;
        }
    }
}
