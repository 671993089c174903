using OrleansKv.Cli.Docs;

namespace OrleansKv.Cli.Shell;

/// <summary>Lines that are edited at a terminal and kept in history.</summary>
internal sealed class TerminalLines(History history, Func<CommandCatalog> catalog) : ILineSource
{
    public bool IsInteractive => true;

    public string? Next(string prompt)
    {
        using var terminal = new SystemTerminal();
        string? line = new LineReader(terminal, history, catalog()).Read(prompt);
        if (line is not null) history.Add(line);
        return line;
    }
}
