namespace OrleansKv.Cli.Shell;

/// <summary>Where the shell's lines come from.</summary>
internal interface ILineSource
{
    /// <summary>Whether a person types: then errors do not end the shell.</summary>
    bool IsInteractive { get; }

    /// <summary>The next line; null at the end.</summary>
    string? Next(string prompt);
}
