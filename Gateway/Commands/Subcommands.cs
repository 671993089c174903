using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Resp;

namespace OrleansKv.Gateway.Commands;

/// <summary>What all commands with subcommands answer alike.</summary>
internal static class Subcommands
{
    /// <summary>Redis' words for a subcommand that is not there or has the wrong number of words.</summary>
    public static void Unknown(ReplyWriter reply, string command, in ArgList args) => reply.Error(
        $"ERR unknown subcommand '{Encoding.Latin1.GetString(args[1][..Math.Min(128, args[1].Length)])}'. Try {command.ToUpperInvariant()} HELP.");

    public static void WrongArity(ReplyWriter reply, string command, string subcommand) =>
        reply.Error($"ERR wrong number of arguments for '{command}|{subcommand}' command");

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
