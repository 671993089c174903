using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// FUNCTION as a server without any library answers: clients' test suites flush and list. There are no scripts here, so no FCALL and no
/// EVAL.
/// </summary>
internal static class FunctionCommands
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("function", "scripting", "7.0.0", "A container for function commands",
            Sub("flush", -2, Write | NoScript, "Deletes all functions; there are none", "[ASYNC | SYNC]", Flush),
            Sub("list", -2, NoScript, "List information about all the functions; there are none",
                "[LIBRARYNAME library-name-pattern] [WITHCODE]", List),
            Sub("stats", 2, NoScript | AllowBusy, "Return information about the function currently running (name, description, duration)",
                "", Stats),
            SessionCommand.HelpOf("function", "scripting", "7.0.0",
                "LIST [LIBRARYNAME PATTERN] [WITHCODE]", "    Return general information on all the libraries: there are none.",
                "STATS", "    Return information about the current function running: none.",
                "FLUSH [ASYNC|SYNC]", "    Delete all the libraries.")),
    ];

    private static SessionCommand Sub(string name, int arity, CommandFlags flags, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("function|" + name, arity, flags, "scripting", "7.0.0", summary, syntax, run);

    private static void Flush(Session session, in ArgList args)
    {
        if (args.Count > 3) Subcommands.UnknownOrWrongArity(session.Output, "function", args);
        else if (args.Count == 2 || args.Is(2, "SYNC"u8) || args.Is(2, "ASYNC"u8)) session.Output.Ok();
        else session.Output.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    }

    private static void List(Session session, in ArgList args)
    {
        for (int i = 2; i < args.Count; i++)
        {
            if (args.Is(i, "WITHCODE"u8)) continue;
            if (args.Is(i, "LIBRARYNAME"u8))
            {
                if (++i < args.Count) continue;
                session.Output.Error("ERR library name argument was not given");
                return;
            }

            session.Output.Error($"ERR Unknown argument {System.Text.Encoding.Latin1.GetString(args[i])}");
            return;
        }

        session.Output.Array(0);
    }

    private static void Stats(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        reply.Map(2);
        reply.Bulk("running_script"u8);
        reply.Null();
        reply.Bulk("engines"u8);
        reply.Map(0);
    }
}
