using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Platform;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Bars;

/// <summary>`bars` from the command line to the table. Thread: the main one (children are tied to it by setpriv).</summary>
internal static class BarsCommand
{
    public static int Run(string[] args, CancellationToken cancel)
    {
        if (args.Contains("--help"))
        {
            Console.Write(HelpText.Of(BarsOptions.Usage, BarsOptions.Specs));
            return 0;
        }

        BarsOptions options = BarsOptions.Parse(args);
        if (options.Only is ["list"])
        {
            Console.WriteLine(string.Join('\n', BarList.NamesFor(options)));
            return 0;
        }

        if (!OperatingSystem.IsLinux()) throw new BenchException("bars needs Linux: taskset, setpriv and /proc.");
        ReportFile.RefuseUnwritable("--output", options.OutputPath);
        ReportFile.RefuseUnwritable("--markdown", options.MarkdownPath);
        CpuPin.RestartPinnedTo(options.GeneratorCpu, ["bars", .. args]);

        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        var context = new BarsContext(options, cancel);
        string[] names = NamesOf(context);
        context.Tell($"{names[0]} against {names[1]}: servers on CPU {options.ServerCpu}, generator on CPU {options.GeneratorCpu}.");
        var results = new List<BarResult>();
        foreach (IBarGroup group in BarList.GroupsFor(options).Where(g => g.Names.Any(options.Wants))) Measure(context, group, results);
        var report = new BarsReport(startedAt, names[0], names[1], MachineInfo.Read(), options, results);
        string table = MarkdownTable.Of(report);
        Console.Write(table);
        ReportFile.Write(options.MarkdownPath, () => table);
        ReportFile.Write(options.OutputPath, () => JsonReport.Of(report));
        return report.AllPass ? 0 : 1;
    }

    // A line that cannot be measured is a failed line; the others are measured all the same.
    private static void Measure(BarsContext context, IBarGroup group, List<BarResult> results)
    {
        int before = results.Count;
        try
        {
            results.AddRange(group.Measure(context));
        }
        catch (BenchException e)
        {
            string[] missing = [.. group.Names.Where(context.Options.Wants).Except(results.Skip(before).Select(r => r.Name))];
            context.Tell($"{string.Join(", ", missing)} failed: {e.Message}");
            results.AddRange(missing.Select(name => BarResult.Failed(name, e.Message)));
        }
    }

    /// <summary>What the two say that they are; also finds a server that does not start at once.</summary>
    private static string[] NamesOf(BarsContext context)
    {
        using var pair = ServerPair.Start(context, Durability.Off);
        return [.. pair.Servers.Select(s => SoftwareName.Of(s.EndPoint, null) is { Length: > 0 } name ? name : s.Name)];
    }
}
