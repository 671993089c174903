using OrleansKv.Cli;
using OrleansKv.Cli.Commands;
using OrleansKv.Cli.Shell;

try
{
    CliOptions options = CliOptions.Parse(args, Environment.GetEnvironmentVariable("ORLEANSKV_PASSWORD"));
    if (options.Version)
    {
        Console.Out.WriteLine($"kv {typeof(CliOptions).Assembly.GetName().Version?.ToString(3)}");
        return 0;
    }

    if (options.Help)
    {
        Console.Out.WriteLine(HelpText.All);
        return 0;
    }

    return options.Words.Count == 0 ? ShellStart.Run(options) : OneShot.Run(options);
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
