using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Histories.Report;
using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Bench.Report;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories;

/// <summary>`histories` from the command line to the verdict. Thread: the main one.</summary>
internal static class HistoriesCommand
{
    public static int Run(string[] args, CancellationToken cancel)
    {
        if (args.Contains("--help"))
        {
            Console.Write(HelpText.Of(HistoriesOptions.Usage, HistoriesOptions.Specs));
            return 0;
        }

        HistoriesOptions options = HistoriesOptions.Parse(args);
        if (!OperatingSystem.IsLinux()) throw new BenchException("histories needs Linux: setpriv, SIGSTOP.");
        ReportFile.RefuseUnwritable("--report", options.ReportPath);
        var folder = new TemporaryFolder(options.DataFolder);
        bool isKept = false;
        try
        {
            HistoriesResult result = HistoriesRun.Of(options, folder.Path, Console.Error.WriteLine, cancel);
            Console.Write(HistoriesText.Of(result));
            ReportFile.Write(options.ReportPath, () => HistoriesPage.Of(result));
            isKept = result.IsViolated;
            if (isKept) WriteHistories(result, folder.Path);
            return result.ExitCode;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            isKept = true;
            throw;
        }
        finally
        {
            if (isKept) Console.Error.WriteLine($"Data folders and logs are kept in {folder.Path}");
            else folder.Dispose();
        }
    }

    private static void WriteHistories(HistoriesResult result, string folder)
    {
        foreach (KeyVerdict verdict in result.Keys)
        {
            string path = Path.Combine(folder, verdict.History.Key.Name.Replace(':', '-') + ".history.txt");
            ReportFile.Write(path, () => HistoryText.Of(verdict));
            if (verdict.Verdict == Verdict.NotLinearizable) Console.WriteLine($"{verdict.History.Key.Name}: its history is in {path}");
        }
    }
}
