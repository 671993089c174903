using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Output;

/// <summary>Prints replies where they go: a terminal gets colours and types, a pipe the bytes.</summary>
internal sealed class Printer(bool json)
{
    private readonly bool _raw = Console.IsOutputRedirected;

    /// <summary>Returns the exit code: 1 for an error reply.</summary>
    public int Print(RespValue value)
    {
        if (json)
        {
            Console.Out.WriteLine(ReplyFormatter.Json(value));
        }
        else if (_raw)
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(ReplyFormatter.Raw(value));
        }
        else
        {
            AnsiConsole.MarkupLine(ReplyFormatter.Markup(value));
        }

        return value.IsError ? 1 : 0;
    }
}
