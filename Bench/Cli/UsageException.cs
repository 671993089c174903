namespace OrleansKv.Bench.Cli;

/// <summary>A user's mistake on the command line: one line, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
