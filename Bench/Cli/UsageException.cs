// Owns: the way a user's mistake on the command line leaves the code: one line, exit code 2.
namespace OrleansKv.Bench.Cli;

internal sealed class UsageException(string message) : Exception(message);
