namespace OrleansKv.Cli.Shell;

/// <summary>What the shell needs of a terminal; tests have one of their own. One thread.</summary>
internal interface ITerminal
{
    /// <summary>Columns; at least 1.</summary>
    int Width { get; }

    /// <summary>Whether a key waits: lines that are pasted are drawn once, not once a character.</summary>
    bool HasKey { get; }

    /// <summary>Whether colours and hints are shown.</summary>
    bool HasColours { get; }

    /// <summary>Waits for a key; Ctrl-C is a key like others.</summary>
    ConsoleKeyInfo ReadKey();

    /// <summary>Text with escape sequences.</summary>
    void Write(string text);
}
