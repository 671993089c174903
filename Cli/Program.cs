using OrleansKv.Cli;
using OrleansKv.Cli.Commands;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using OrleansKv.Cli.Shell;

try
{
    CliOptions options = CliOptions.Parse(args, Environment.GetEnvironmentVariable("ORLEANSKV_PASSWORD"));
    if (options.Version)
    {
        Console.Out.WriteLine($"kv {typeof(CliOptions).Assembly.GetName().Version?.ToString(3)}");
        return 0;
    }

    if (options.Help || options.Words is ["help"])
    {
        Console.Out.WriteLine(HelpText.All);
        return 0;
    }

    return options.Words.Count == 0 ? new InteractiveShell(options).Run() : OneShot(options);
}
catch (CliException refused)
{
    Console.Error.WriteLine("kv: " + refused.Message);
    return refused.ExitCode;
}
catch (Exception failure) when (failure is IOException or InvalidDataException)
{
    Console.Error.WriteLine("kv: " + failure.Message);
    return 1;
}

static int OneShot(CliOptions options)
{
    IReadOnlyList<string> words = options.Words;
    if (words[0] == "wal") return WalCommand.Run(words);
    if (words[0] == "benchmark") return BenchmarkCommand.Run(options, words);
    if (options.LastFromInput)
    {
        using Stream input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        words = [.. words, Words.FromBytes(bytes.ToArray())];
    }

    using RespConnection connection = RespConnection.Open(options);
    var printer = new Printer(options.Json);
    switch (words[0])
    {
        case "help": return printer.Print(connection.Call(["COMMAND", "DOCS", .. words.Skip(1)]));
        case "info" when !options.Json: return InfoCommand.Run(connection, words);
        case "nodes" when !options.Json: return NodesCommand.Run(connection, printer);
        case "scan" when words.Count == 1 || words[1].StartsWith('-'): return ScanCommand.Run(connection, words);
        case "stat": return StatCommand.Run(connection, words);
        default: return Streaming.Takes(words) ? Streaming.Run(connection, words, printer) : printer.Print(connection.Call(words));
    }
}
