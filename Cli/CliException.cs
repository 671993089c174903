namespace OrleansKv.Cli;

/// <summary>A failure that the user reads in one line; exit code 1, or 2 for wrong usage.</summary>
internal sealed class CliException(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
