using System.Text;
using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Output;

/// <summary>Prints replies where they go: a terminal gets types and colours, a pipe the bytes, a program JSON. One thread.</summary>
internal sealed class Printer(Stream output, PrintStyle style, bool colours)
{
    public PrintStyle Style => style;

    /// <summary>For this process' standard output.</summary>
    public static Printer ForConsole(CliOptions options) => new(
        Console.OpenStandardOutput(),
        options.Json ? PrintStyle.Json : Console.IsOutputRedirected ? PrintStyle.Raw : PrintStyle.Typed,
        HasColours);

    /// <summary>A terminal that knows colours and whose user wants them (NO_COLOR).</summary>
    public static bool HasColours =>
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };

    /// <summary>Returns the exit code: 1 for an error reply.</summary>
    /// <param name="value">The reply.</param>
    /// <param name="words">The command it answers; some answer with text for a person, which is shown as it is.</param>
    public int Print(RespValue value, IReadOnlyList<string> words)
    {
        output.Write(style switch
        {
            PrintStyle.Json => Encoding.UTF8.GetBytes(JsonFormatter.Format(value) + "\n"),
            PrintStyle.Raw => RawFormatter.Format(value),
            _ when value.Type is '$' or '=' && PlainTexts.Has(words) => Encoding.UTF8.GetBytes(Plain(value.Text)),
            _ => Encoding.UTF8.GetBytes(ReplyFormatter.Format(value, colours)),
        });
        return value.IsError ? 1 : 0;
    }

    /// <summary>A line of kv's own, for a person.</summary>
    public void Note(Tone tone, string text) => output.Write(Encoding.UTF8.GetBytes(new Ink(colours).Add(tone, text).Line().ToString()));

    private static string Plain(string text) => new Ink(colours: false).Add(text.EndsWith('\n') ? text : text + "\n").ToString();
}
