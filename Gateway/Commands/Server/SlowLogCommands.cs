using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.SlowLog;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>SLOWLOG GET, LEN, RESET.</summary>
internal static class SlowLogCommands
{
    private const int DefaultCount = 10;
    private const CommandFlags Usual = Admin | Loading | Stale;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("slowlog", "server", "2.2.12", "A container for slow log commands",
            Sub("get", -2, "Get the slow log's entries", "[count]", Get),
            Sub("len", 2, "Get the slow log's length", "", static (Session s, in ArgList _) => s.Output.Integer(s.Server.SlowLog.Count)),
            Sub("reset", 2, "Clear all entries from the slow log", "", static (Session s, in ArgList _) =>
            {
                s.Server.SlowLog.Reset();
                s.Output.Ok();
            }),
            SessionCommand.HelpOf("slowlog", "server", "6.2.0",
                "GET [<count>]", "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
                "    Entries are made of:", "    id, timestamp, time in microseconds, arguments array, client IP and port,",
                "    client name",
                "LEN", "    Return the length of the slowlog.",
                "RESET", "    Reset the slowlog.")),
    ];

    private static SessionCommand Sub(string name, int arity, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("slowlog|" + name, arity, Usual, "server", "2.2.12", summary, syntax, run);

    private static void Get(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        long count = DefaultCount;
        if (args.Count > 3)
        {
            Subcommands.UnknownOrWrongArity(reply, "slowlog", args);
            return;
        }

        if (args.Count == 3 && (!Number.TryInteger(args[2], out count) || count < -1))
        {
            reply.Error("ERR count should be greater than or equal to -1");
            return;
        }

        List<SlowLogEntry> entries = session.Server.SlowLog.Newest(count);
        reply.Array(entries.Count);
        foreach (SlowLogEntry entry in entries)
        {
            reply.Array(6);
            reply.Integer(entry.Id);
            reply.Integer(entry.UnixSeconds);
            reply.Integer(entry.DurationUs);
            reply.Array(entry.Words.Length);
            foreach (byte[] word in entry.Words) reply.Bulk(word);
            reply.Bulk(entry.Client);
            reply.Bulk(entry.ClientName);
        }
    }
}
