namespace OrleansKv.Bench.Cli;

/// <summary>
/// The way a failure (no server, a lost connection, a child that does not start) leaves the code: one line, exit code 1.
/// </summary>
internal sealed class BenchException(string message) : Exception(message);
