using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using OrleansKv.Cli.Shell;

namespace OrleansKv.Cli.Commands;

/// <summary>Runs the command that the command line names: one of kv's own (in small letters), or any of the server's.</summary>
internal static class OneShot
{
    public static int Run(CliOptions options)
    {
        IReadOnlyList<string> words = options.Words;
        if (words is [var own, "--help"] && HelpTopics.Find(own) is { } topic)
        {
            Console.Out.WriteLine(topic);
            return 0;
        }

        var printer = Printer.ForConsole(options);
        if (options.LastFromInput) words = [.. words, FromInput()];
        if (words[0].Equals("batch", StringComparison.OrdinalIgnoreCase))
            throw new CliException("batch: its lines come from standard input: printf 'BATCH 2\\nSET a 1\\nSET b 2\\n' | kv", 2);
        switch (words[0])
        {
            case "help": return HelpCommand.RunOneShot(options, [.. words.Skip(1)], printer);
            case "wal": return WalCommand.Run(words, options.Json);
            case "benchmark": return BenchmarkCommand.Run(options, words);
        }

        if (Own(words) is { } run)
        {
            using RespConnection connection = RespConnection.Open(options);
            return run(connection, words, printer);
        }

        using var session = new ShellSession(options, printer, Console.Error, isInteractive: false);
        return session.Run(words);
    }

    private static Func<RespConnection, IReadOnlyList<string>, Printer, int>? Own(IReadOnlyList<string> words) => words[0] switch
    {
        "info" => InfoCommand.Run,
        "nodes" => NodesCommand.Run,
        "scan" when words.Count == 1 || words[1].StartsWith('-') => ScanCommand.Run, // scan 0 MATCH x is the server's
        "stat" => StatCommand.Run,
        "rebalance" => RebalanceCommand.Run,
        _ => null,
    };

    private static string FromInput()
    {
        using Stream input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return Words.FromBytes(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
