namespace OrleansKv.Bench.Cli;

/// <summary>A failure (no server, a lost connection, a child that does not start): one line, exit code 1.</summary>
internal sealed class BenchException(string message) : Exception(message);
