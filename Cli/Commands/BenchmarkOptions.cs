namespace OrleansKv.Cli.Commands;

/// <summary>What <c>kv benchmark</c> was asked for. Bounds: it is short, and it is one thread a connection.</summary>
internal sealed record BenchmarkOptions(int Connections, int Requests, int Pipeline, int ValueBytes)
{
    /// <summary>64 MiB of commands in one write: beyond it the client would measure its own memory.</summary>
    private const long MaxBatchBytes = 64L << 20;

    /// <summary>Pipelines that each connection sends.</summary>
    public int Batches => (int)Math.Max(1, Requests / ((long)Connections * Pipeline));

    public static BenchmarkOptions Parse(IReadOnlyList<string> words)
    {
        Arguments given = Arguments.Parse(words, ["--connections", "--requests", "--pipeline", "--value-size"], [], 0);
        var options = new BenchmarkOptions(
            given.Number("--connections", 8, 1, 256),
            given.Number("--requests", 200_000, 1, 10_000_000),
            given.Number("--pipeline", 16, 1, 10_000),
            given.Number("--value-size", 64, 1, 16 << 20));
        return (long)options.Pipeline * options.ValueBytes <= MaxBatchBytes ? options
            : throw given.Refused($"--pipeline times --value-size is more than {MaxBatchBytes} bytes");
    }
}
