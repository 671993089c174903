namespace OrleansKv.Bench.Client;

/// <summary>What to measure, from the command line.</summary>
internal sealed record BenchOptions
{
    public const string Help =
        """
        usage: OrleansKv.Bench.Client [--callers 1,64] [--batch 32] [--seconds 0.8] [--value 64] [--keys 100000]
          Starts one silo in this process, with a store in memory, and measures the typed client on it.
          --callers N,...   callers at a time, one row each
          --batch N         operations of a batch
          --seconds S       time of a row, after half of that to warm up
          --value N         bytes of a value
          --keys N          keys that the operations choose from
        """;

    public int[] Callers { get; private init; } = [1, 64];

    public int Batch { get; private init; } = 32;

    public double Seconds { get; private init; } = 0.8;

    public int ValueBytes { get; private init; } = 64;

    public int Keys { get; private init; } = 100_000;

    /// <summary>Null when the words make no sense.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        var options = new BenchOptions();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            BenchOptions? next = args[i] switch
            {
                "--callers" when value.Split(',') is var parts && Array.TrueForAll(parts, p => IsCount(p, 4096, out _)) =>
                    options with { Callers = [.. parts.Select(int.Parse)] },
                "--batch" when IsCount(value, 100_000, out int batch) => options with { Batch = batch },
                "--seconds" when double.TryParse(value, out double seconds) && seconds is > 0 and <= 60 =>
                    options with { Seconds = seconds },
                "--value" when IsCount(value, 1 << 20, out int bytes) => options with { ValueBytes = bytes },
                "--keys" when IsCount(value, 10_000_000, out int keys) => options with { Keys = keys },
                _ => null,
            };
            if (next is null) return null;
            options = next;
        }

        return args.Length % 2 == 0 ? options : null;
    }

    private static bool IsCount(string text, int most, out int count) => int.TryParse(text, out count) && count >= 1 && count <= most;
}
