namespace OrleansKv.Bench.Cli;

/// <summary>The way a user's mistake on the command line leaves the code: one line, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
