using OrleansKv.Cli.Docs;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv help [COMMAND]</c>: kv's own commands from their topics, the server's as the server explains them.</summary>
internal static class HelpCommand
{
    public static int RunOneShot(CliOptions options, IReadOnlyList<string> words, Printer printer)
    {
        if (words.Count == 0)
        {
            Console.Out.WriteLine(HelpText.All);
            return 0;
        }

        if (words.Count == 1 && HelpTopics.Find(words[0]) is { } topic)
        {
            Console.Out.WriteLine(topic);
            return 0;
        }

        return Run(Catalog(options), words, printer, Console.Error);
    }

    /// <summary>In the shell, and for the server's commands.</summary>
    public static int Run(CommandCatalog catalog, IReadOnlyList<string> words, Printer printer, TextWriter errors)
    {
        if (words.Count == 0)
        {
            printer.Note(Tone.Text, HelpText.Shell);
            return 0;
        }

        if (catalog.Find(string.Join(' ', words)) is not { } doc)
        {
            errors.WriteLine($"kv: there is no help on '{string.Join(' ', words)}'; kv help lists kv's own commands, Tab in the shell "
                + $"the server's");
            return 2;
        }

        printer.Note(Tone.Status, (doc.Name + " " + doc.Syntax).TrimEnd());
        if (doc.Summary.Length > 0) printer.Note(Tone.Text, "  " + doc.Summary);
        if (doc.Group.Length > 0) printer.Note(Tone.Muted, "  group: " + doc.Group);
        foreach (CommandDoc inner in catalog.All.Where(d => d.Name.StartsWith(doc.Name + " ", StringComparison.Ordinal)))
            printer.Note(Tone.Text, "  " + (inner.Name + " " + inner.Syntax).TrimEnd());
        return 0;
    }

    // Help needs no server: without one it is the built-in list that answers.
    private static CommandCatalog Catalog(CliOptions options)
    {
        try
        {
            using RespConnection connection = RespConnection.Open(options);
            return CommandCatalog.FromServer(connection);
        }
        catch (Exception failure) when (failure is CliException or IOException or InvalidDataException)
        {
            return CommandCatalog.BuiltIn;
        }
    }
}
