using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Commands;

/// <summary>CLIENT UNBLOCK: ends another client's WAIT or WAITAOF, as if its time were over or with an error.</summary>
internal static class ClientUnblock
{
    public static void Run(Session session, in ArgList args)
    {
        bool withError = args.Count == 4 && args.Is(3, "ERROR"u8);
        if (args.Count > 4) Subcommands.UnknownOrWrongArity(session.Output, "client", args);
        else if (args.Count == 4 && !withError && !args.Is(3, "TIMEOUT"u8))
            session.Output.Error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        else if (!Number.TryInteger(args[2], out long id)) session.Output.Error("ERR value is not an integer or out of range");
        else session.Output.Integer(
            session.Server.Sessions.Find(id) is { Suspension: { } suspension } && suspension.TryUnblock(withError) ? 1 : 0);
    }
}
