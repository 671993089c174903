using OrleansKv.Cli.Docs;
using OrleansKv.Cli.Output;

namespace OrleansKv.Cli.Shell;

/// <summary>Starts the shell: at a terminal with editing, hints and history, at a pipe with its lines alone.</summary>
internal static class ShellStart
{
    public static int Run(CliOptions options)
    {
        var printer = Printer.ForConsole(options);
        bool isInteractive = !Console.IsInputRedirected;
        using var session = new ShellSession(options, printer, Console.Error, isInteractive);
        CommandCatalog catalog = CommandCatalog.BuiltIn;
        if (SystemTerminal.IsUsable)
        {
            session.Opened = connection =>
            {
                if (catalog == CommandCatalog.BuiltIn) catalog = CommandCatalog.FromServer(connection);
            };
        }

        try
        {
            session.Connect();
        }
        catch (CliException missing) when (isInteractive)
        {
            Console.Error.WriteLine($"kv: {missing.Message}");
        }

        if (SystemTerminal.IsUsable) printer.Note(Tone.Muted, "Tab completes, Ctrl-R searches, help COMMAND explains, Ctrl-D leaves.");
        ILineSource lines = SystemTerminal.IsUsable
            ? new TerminalLines(new History(History.DefaultPath()), () => catalog)
            : new StreamLines(Console.OpenStandardInput(), isInteractive ? Console.Error : null);
        return new InteractiveShell(session, lines, () => catalog, printer, Console.Error).Run();
    }
}
