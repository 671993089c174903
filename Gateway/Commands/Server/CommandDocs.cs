using System.Text;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>COMMAND DOCS: what redis-cli builds its hints and help from.</summary>
internal static class CommandDocs
{
    public static void Run(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        IEnumerable<CommandEntry> all = session.Server.Commands.All;
        if (args.Count > 2)
        {
            var named = new List<CommandEntry>();
            for (int i = 2; i < args.Count; i++)
            {
                if (CommandCommands.Find(session.Server.Commands, Encoding.Latin1.GetString(args[i])) is { } command) named.Add(command);
            }

            all = named;
        }

        CommandEntry[] commands = [.. all];
        reply.Map(commands.Length);
        foreach (CommandEntry command in commands) Write(reply, command);
    }

    // name, then the map of what is known of it.
    private static void Write(ReplyWriter reply, CommandEntry command)
    {
        CommandSpec spec = command.Spec;
        List<CommandArgument> arguments = CommandSyntax.Parse(spec.Syntax);
        reply.Bulk(spec.Name);
        reply.Map(3 + (arguments.Count > 0 ? 1 : 0) + (command.Subcommands.Length > 0 ? 1 : 0));
        Pair(reply, "summary", spec.Summary);
        Pair(reply, "since", spec.Since);
        Pair(reply, "group", spec.Group);
        if (arguments.Count > 0)
        {
            reply.Bulk("arguments"u8);
            int key = 0;
            WriteArguments(reply, arguments, spec.FirstKey > 0, ref key);
        }

        if (command.Subcommands.Length == 0) return;
        reply.Bulk("subcommands"u8);
        reply.Map(command.Subcommands.Length);
        foreach (CommandEntry subcommand in command.Subcommands) Write(reply, subcommand);
    }

    // Redis calls a key what a client must route by: CLUSTER KEYSLOT's is a string to it.
    private static void WriteArguments(ReplyWriter reply, List<CommandArgument> arguments, bool hasKeys, ref int key)
    {
        reply.Array(arguments.Count);
        foreach (CommandArgument argument in arguments)
        {
            string[] flags = [.. Flags(argument)];
            bool isKey = hasKeys && argument.Type == "key";
            reply.Map(2 + (isKey ? 1 : 0) + (argument.Token is null ? 0 : 1) + (flags.Length > 0 ? 1 : 0)
                + (argument.Inner.Count > 0 ? 1 : 0));
            Pair(reply, "name", argument.Name);
            Pair(reply, "type", argument.Type == "key" && !isKey ? "string" : argument.Type);
            if (isKey)
            {
                reply.Bulk("key_spec_index"u8);
                reply.Integer(key++);
            }

            if (argument.Token is { } token) Pair(reply, "token", token);
            if (flags.Length > 0)
            {
                reply.Bulk("flags"u8);
                reply.Set(flags.Length);
                foreach (string flag in flags) reply.Simple(Encoding.ASCII.GetBytes(flag));
            }

            if (argument.Inner.Count == 0) continue;
            reply.Bulk("arguments"u8);
            WriteArguments(reply, argument.Inner, hasKeys, ref key);
        }
    }

    private static IEnumerable<string> Flags(CommandArgument argument)
    {
        if (argument.IsOptional) yield return "optional";
        if (argument.IsMultiple) yield return "multiple";
    }

    private static void Pair(ReplyWriter reply, string name, string value)
    {
        reply.Bulk(name);
        reply.Bulk(value);
    }
}
