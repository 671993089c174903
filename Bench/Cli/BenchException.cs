// Owns: the way a failure (no server, a lost connection, a child that does not start) leaves the code: one line, exit code 1.
namespace OrleansKv.Bench.Cli;

internal sealed class BenchException(string message) : Exception(message);
