using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>COMMAND: what commands there are. Clients read it at connect to learn where keys stand.</summary>
internal static class CommandCommands
{
    private const CommandFlags Usual = Loading | Stale;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("command", -1, Usual, "server", "2.8.13", "Get array of Redis command details", "", Everything) with
        {
            Subcommands =
            [
                Sub("count", 2, "2.8.13", "Get total number of Redis commands", "",
                    static (Session s, in ArgList _) => s.Output.Integer(s.Server.Commands.All.Count)),
                Sub("list", -2, "7.0.0", "Get an array of Redis command names",
                    "[FILTERBY MODULE module-name | ACLCAT category | PATTERN pattern]", List),
                Sub("info", -2, "2.8.13", "Get array of specific Redis command details, or all when no argument is given.",
                    "[command-name ...]", Info),
                Sub("docs", -2, "7.0.0", "Get array of specific Redis command documentation", "[command-name ...]", CommandDocs.Run),
                Sub("getkeys", -4, "2.8.13", "Extract keys given a full Redis command", "command [arg ...]",
                    static (Session s, in ArgList a) => Keys(s, a, withFlags: false)),
                Sub("getkeysandflags", -4, "7.0.0", "Extract keys and access flags given a full Redis command", "command [arg ...]",
                    static (Session s, in ArgList a) => Keys(s, a, withFlags: true)),
                SessionCommand.HelpOf("command", "server", "5.0.0",
                    "(no subcommand)", "    Return details about all Redis commands.",
                    "COUNT", "    Return the total number of commands in this Redis server.",
                    "LIST", "    Return a list of all commands in this Redis server.",
                    "INFO [<command-name> ...]", "    Return details about multiple Redis commands.",
                    "    If no command names are given, documentation details for all", "    commands are returned.",
                    "DOCS [<command-name> ...]", "    Return documentation details about multiple Redis commands.",
                    "    If no command names are given, documentation details for all", "    commands are returned.",
                    "GETKEYS <full-command>", "    Return the keys from a full Redis command.",
                    "GETKEYSANDFLAGS <full-command>", "    Return the keys and the access flags from a full Redis command."),
            ],
        },
    ];

    /// <summary>A command by name; <c>config|get</c> names a subcommand. Null for none.</summary>
    public static CommandEntry? Find(CommandTable table, string name)
    {
        int bar = name.IndexOf('|');
        if (bar < 0) return table.Find(name);
        return table.Find(name[..bar])?.FindSubcommand(Encoding.Latin1.GetBytes(name[(bar + 1)..]));
    }

    private static SessionCommand Sub(string name, int arity, string since, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("command|" + name, arity, Usual, "server", since, summary, syntax, run);

    private static void Everything(Session session, in ArgList args)
    {
        IReadOnlyCollection<CommandEntry> all = session.Server.Commands.All;
        session.Output.Array(all.Count);
        foreach (CommandEntry command in all) CommandInfoWriter.Write(session.Output, command, session.AnswersForCluster);
    }

    private static void Info(Session session, in ArgList args)
    {
        if (args.Count == 2)
        {
            Everything(session, args);
            return;
        }

        session.Output.Array(args.Count - 2);
        for (int i = 2; i < args.Count; i++)
        {
            CommandEntry? command = Find(session.Server.Commands, Encoding.Latin1.GetString(args[i]));
            if (command is not null) CommandInfoWriter.Write(session.Output, command, session.AnswersForCluster);
            else session.Output.Null();
        }
    }

    private static IEnumerable<CommandEntry> Matching(IEnumerable<CommandEntry> all, byte[] pattern) =>
        all.Where(c => Glob.IsMatch(pattern, Encoding.Latin1.GetBytes(c.Spec.Name), ignoreCase: true));

    private static void List(Session session, in ArgList args)
    {
        IEnumerable<CommandEntry> all = session.Server.Commands.All.SelectMany(c => c.Subcommands.Prepend(c));
        if (args.Count == 5 && args.Is(2, "FILTERBY"u8))
        {
            string value = Encoding.Latin1.GetString(args[4]);
            if (args.Is(3, "MODULE"u8)) all = []; // no command comes from a module
            else if (args.Is(3, "ACLCAT"u8)) all = all.Where(c => AclCategories.IsIn(c.Spec, value.ToLowerInvariant()));
            else if (args.Is(3, "PATTERN"u8)) all = Matching(all, args[4].ToArray());
            else
            {
                session.Output.Error("ERR syntax error");
                return;
            }
        }
        else if (args.Count > 2)
        {
            session.Output.Error("ERR syntax error");
            return;
        }

        string[] names = [.. all.Select(c => c.Spec.Name)];
        session.Output.Array(names.Length); // in RESP3 as well
        foreach (string name in names) session.Output.Bulk(name);
    }

    private static void Keys(Session session, in ArgList args, bool withFlags)
    {
        ReplyWriter reply = session.Output;
        CommandEntry? command = session.Server.Commands.Find(args[2]);
        if (command is { Subcommands.Length: > 0 } container && args.Count > 3) command = container.FindSubcommand(args[3]);
        int words = args.Count - 2;
        if (command is null)
        {
            reply.Error("ERR Invalid command specified");
            return;
        }

        if (KeyAccess.Of(command.Spec).All(access => access.Flags.Contains(KeyAccess.NotKey)))
        {
            reply.Error("ERR The command has no key arguments");
            return;
        }

        if (!command.Spec.Accepts(words))
        {
            reply.Error("ERR Invalid number of arguments specified for command");
            return;
        }

        var found = new List<(int Word, KeyAccess Access)>();
        foreach (KeyAccess access in KeyAccess.OfCall(command.Spec, args, 2)) found.AddRange(access.Words(words).Select(w => (w, access)));
        reply.Array(found.Count);
        foreach ((int word, KeyAccess access) in found)
        {
            if (withFlags) reply.Array(2);
            reply.Bulk(args[word + 2]);
            if (!withFlags) continue;
            reply.Set(access.Flags.Length);
            foreach (string flag in access.Flags) reply.Simple(Encoding.ASCII.GetBytes(flag));
        }
    }
}
