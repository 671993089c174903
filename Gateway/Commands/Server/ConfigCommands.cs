using System.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>CONFIG on the live settings.</summary>
internal static class ConfigCommands
{
    private const CommandFlags Usual = Admin | NoScript | Loading | Stale;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("config", "server", "2.0.0", "A container for server configuration commands",
            Sub("get", -3, "Get the values of configuration parameters", "parameter [parameter ...]", Get),
            Sub("set", -4, "Set configuration parameters to the given values", "parameter value [parameter value ...]", Set),
            Sub("resetstat", 2, "Reset the stats returned by INFO", "", ResetStat),
            Sub("rewrite", 2, "Rewrite the configuration file with the in memory configuration", "", Rewrite),
            SessionCommand.HelpOf("config", "server", "5.0.0",
                "GET <pattern>", "    Return parameters matching the glob-like <pattern> and their values.",
                "SET <directive> <value>", "    Set the configuration <directive> to <value>.",
                "RESETSTAT", "    Reset statistics reported by the INFO command.",
                "REWRITE", "    Rewrite the configuration file.")),
    ];

    private static SessionCommand Sub(string name, int arity, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("config|" + name, arity, Usual, "server", "2.0.0", summary, syntax, run);

    private static void Get(Session session, in ArgList args)
    {
        IReadOnlyList<KeyValuePair<string, string>> found = session.Server.Config.Get(Words(args));
        ReplyWriter reply = session.Output;
        reply.Map(found.Count);
        foreach ((string name, string value) in found)
        {
            reply.Bulk(name);
            reply.Bulk(value);
        }
    }

    private static void Set(Session session, in ArgList args) => Answer(session, session.Server.Config.Set(Words(args)));

    private static void ResetStat(Session session, in ArgList args)
    {
        GatewayServer server = session.Server;
        server.Metrics.Reset();
        server.Sessions.ResetCounters();
        server.Control.ResetStats();
        session.Output.Ok();
    }

    private static void Rewrite(Session session, in ArgList args) => Answer(session, session.Server.Config.Rewrite());

    private static void Answer(Session session, string? error)
    {
        if (error is null) session.Output.Ok();
        else session.Output.Error(error);
    }

    private static string[] Words(in ArgList args)
    {
        var words = new string[args.Count - 2];
        for (int i = 0; i < words.Length; i++) words[i] = Encoding.UTF8.GetString(args[i + 2]);
        return words;
    }
}
