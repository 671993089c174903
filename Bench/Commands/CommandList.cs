using System.Text;
using OrleansKv.Gateway.Commands;
using OrleansKv.Gateway.Commands.Server;
using OrleansKv.Gateway.Protocol;

namespace OrleansKv.Bench.Commands;

/// <summary>
/// The server's commands as the shell has them built in (<c>Cli/Docs/commands.tsv</c>): a line a command, its name in upper case (a
/// subcommand behind its container), syntax, summary and group, separated by tabs.
/// </summary>
internal static class CommandList
{
    public static string Text()
    {
        var text = new StringBuilder();
        IEnumerable<CommandEntry> all = AllCommands.Table().All.SelectMany(c => c.Subcommands.Prepend(c));
        foreach (CommandEntry command in all.OrderBy(c => NameOf(c), StringComparer.Ordinal))
        {
            string syntax = command.Subcommands.Length > 0 ? "subcommand [argument ...]" : SyntaxOf(command.Spec.Syntax);
            text.Append(NameOf(command)).Append('\t').Append(syntax).Append('\t').Append(command.Spec.Summary).Append('\t')
                .Append(command.Spec.Group).Append('\n');
        }

        return text.ToString();
    }

    // What the shell makes of COMMAND DOCS.
    private static string SyntaxOf(string syntax) => string.Join(' ', CommandSyntax.Parse(syntax).Select(One));

    private static string One(CommandArgument argument)
    {
        string token = argument.Token ?? "";
        IEnumerable<string> inner = argument.Inner.Select(One);
        string text = argument.Type switch
        {
            "pure-token" => "",
            "oneof" => argument.IsOptional && token.Length == 0 ? string.Join(" | ", inner) : $"<{string.Join(" | ", inner)}>",
            "block" => string.Join(' ', inner),
            _ => argument.Name,
        };
        text = Joined(token, argument.IsMultiple ? $"{text} [{text} ...]" : text);
        return argument.IsOptional ? $"[{text}]" : text;
    }

    private static string Joined(string token, string text) => token.Length == 0 ? text : text.Length == 0 ? token : token + " " + text;

    private static string NameOf(CommandEntry command) => command.Spec.Name.Replace('|', ' ').ToUpperInvariant();
}
