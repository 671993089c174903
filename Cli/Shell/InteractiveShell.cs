using System.Globalization;
using OrleansKv.Cli.Commands;
using OrleansKv.Cli.Docs;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>
/// The loop of the shell: reads lines, runs them, and knows the few words that are its own (help, clear, exit, quit) and BATCH.
/// </summary>
internal sealed class InteractiveShell(
    ShellSession session, ILineSource lines, Func<CommandCatalog> catalog, Printer printer, TextWriter errors)
{
    /// <summary>Most lines of one BATCH that the server takes; with more it answers with an error at once.</summary>
    private const int MaxBatchLines = 100_000;

    /// <summary>Runs until the lines end; the exit code is the worst of all lines, or 0 where a person has seen them all.</summary>
    public int Run()
    {
        int code = 0;
        while (lines.Next(session.Prompt) is { } line)
        {
            if (Words.Split(line) is not { } words)
            {
                code = Say("the quotes do not balance");
                continue;
            }

            if (words.Count == 0) continue;
            if (words is [var only] && only.ToUpperInvariant() is "EXIT" or "QUIT") break;
            code = Math.Max(code, RunLine(words));
            if (session.WasInterrupted && !lines.IsInteractive) break;
        }

        return lines.IsInteractive ? 0 : code;
    }

    private int RunLine(List<string> words)
    {
        switch (words[0].ToUpperInvariant())
        {
            case "HELP" or "?":
                return HelpCommand.Run(catalog(), [.. words.Skip(1)], printer, errors);
            case "CLEAR" when words.Count == 1 && lines.IsInteractive:
                Console.Out.Write("\u001b[H\u001b[2J");
                return 0;
            case "BATCH" when words.Count == 2 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                && count is > 0 and <= MaxBatchLines && HasBatch():
                return RunBatch(words, count);
            default:
                return session.Run(words);
        }
    }

    // The replies come together, after the last line: the lines are gathered first.
    private int RunBatch(List<string> words, int count)
    {
        var commands = new List<IReadOnlyList<string>>();
        while (commands.Count < count)
        {
            if (lines.Next(string.Create(CultureInfo.InvariantCulture, $"(batch {commands.Count + 1}/{count})> ")) is not { } line)
                return Say("the batch has too few lines; nothing was sent");
            if (Words.Split(line) is not { } command) return Say("the quotes do not balance; nothing of the batch was sent");
            if (command.Count > 0) commands.Add(command);
            else if (lines.IsInteractive) return Say("the batch was dropped; nothing was sent");
        }

        return session.RunBatch(words, commands);
    }

    // Asked of the server: to one without BATCH its lines would be commands like others.
    private bool HasBatch()
    {
        try
        {
            return session.Connect().Call("COMMAND", "DOCS", "BATCH") is { IsError: false, Items.Count: > 0 };
        }
        catch (Exception failure) when (failure is CliException or IOException or InvalidDataException)
        {
            return false; // whoever runs it as a command says what is wrong
        }
    }

    private int Say(string problem)
    {
        errors.WriteLine("kv: " + problem);
        return 2;
    }
}
