using System.Text;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands;

/// <summary>What all commands with subcommands answer alike.</summary>
internal static class Subcommands
{
    /// <summary>Redis' addReplySubcommandSyntaxError: for what its table lets through and the handler does not know.</summary>
    public static void UnknownOrWrongArity(ReplyWriter reply, string command, in ArgList args) => reply.Error(
        $"ERR unknown subcommand or wrong number of arguments for "
            + $"'{Encoding.Latin1.GetString(args[1][..Math.Min(128, args[1].Length)])}'. Try {command.ToUpperInvariant()} HELP.");

    /// <summary>The array of status lines of Redis' addReplyHelp.</summary>
    public static void Help(ReplyWriter reply, string command, params ReadOnlySpan<string> lines)
    {
        reply.Array(lines.Length + 3);
        reply.Simple(Encoding.UTF8.GetBytes($"{command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"));
        foreach (string line in lines) reply.Simple(Encoding.UTF8.GetBytes(line));
        reply.Simple("HELP"u8);
        reply.Simple("    Prints this help."u8);
    }
}
