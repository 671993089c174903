using System.Net;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Report;
using OrleansKv.Bench.Report.Html;

namespace OrleansKv.Bench.Load;

/// <summary>`load` from the command line to the reports. Thread: the main one.</summary>
internal static class LoadCommand
{
    public static int Run(string[] args, CancellationToken cancel)
    {
        if (args.Contains("--help"))
        {
            Console.Write(HelpText.Of(LoadOptionsParser.Usage, LoadOptionsParser.Options));
            return 0;
        }

        LoadOptions options = LoadOptionsParser.Parse(args);
        ReportFile.RefuseUnwritable("--output", options.OutputPath);
        ReportFile.RefuseUnwritable("--html", options.HtmlPath);
        if (options.IdleScenario) return IdleScenario.Run(options, cancel);
        LoadReport report = Measure(options, cancel);
        ConsoleReport.Write(report, options.Quiet);
        ReportFile.Write(options.OutputPath, () => JsonReport.Of(report));
        ReportFile.Write(options.HtmlPath, () => HtmlReport.Of(report));
        if (!options.Quiet && (options.OutputPath ?? options.HtmlPath) is not null)
            Console.WriteLine($"Written: {string.Join(", ", new[] { options.OutputPath, options.HtmlPath }.OfType<string>())}");
        return report.HasFaults ? 1 : 0;
    }

    private static LoadReport Measure(LoadOptions options, CancellationToken cancel)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        ServerAddress[] addresses = options.Compare is null ? [options.Server] : [options.Server, options.Compare];
        IPEndPoint[] endPoints = [.. addresses.Select(a => a.Resolve())];
        string[] software = [
            .. endPoints.Select((e, s) => SoftwareName.Of(e, options.Password, s == 0 ? ServerAddress.MainOptions : "--compare"))];
        string[] names = ServerNames(addresses, software);
        List<(LoadResult, int)>[] rounds = [.. addresses.Select(_ => new List<(LoadResult, int)>())];

        ProgressDisplay.Run(!options.Quiet, display =>
        {
            for (int s = 0; s < addresses.Length && options.Fill; s++)
            {
                using LoadRun fill = LoadRun.StartFill(endPoints[s], options, cancel);
                LoadResult filled = fill.Wait(display.Show($"fill {names[s]}"));
                if (filled.Outcomes.Errors > 0)
                {
                    throw new BenchException(
                        $"{names[s]} refused {filled.Outcomes.Errors} of the SETs of --fill: {filled.ErrorSamples[0]}");
                }
            }

            for (int round = 0; round < options.Rounds; round++)
            {
                for (int place = 0; place < addresses.Length; place++)
                {
                    // A,B then B,A: what the first run of a round does to the machine falls on each as often.
                    int s = (place + round) % addresses.Length;
                    using LoadRun run = LoadRun.Start(endPoints[s], options, cancel);
                    rounds[s].Add((run.Wait(display.Show($"round {round + 1}/{options.Rounds} {names[s]}")), place + 1));
                }
            }
        });
        return LoadReport.Of(startedAt, options, MachineInfo.Read(),
            [.. addresses.Select((a, s) => ServerReport.Of(names[s], a, software[s], rounds[s], options.Threads))]);
    }

    private static string[] ServerNames(ServerAddress[] addresses, string[] software)
    {
        bool told = software.All(s => s.Length > 0) && software.Distinct().Count() == software.Length;
        return told ? software : [.. addresses.Select(a => a.ToString())];
    }
}
