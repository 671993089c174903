using System.Text;
using OrleansKv.Bench.Histories.Faults;
using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Bench.Stats;
using static OrleansKv.Bench.Report.Numbers;

namespace OrleansKv.Bench.Histories.Report;

/// <summary>A run on the terminal. No state; any thread.</summary>
internal static class HistoriesText
{
    public static string Of(HistoriesResult result)
    {
        var text = new StringBuilder();
        text.AppendLine(Text($"{Head(result)}: {result.Answered} operations answered in {result.Duration.TotalSeconds:0.0} s"));
        text.AppendLine().AppendLine("operation          done  not done   unknown");
        foreach (OutcomeRow row in OutcomeRow.Of(result.Operations))
            text.AppendLine(Text($"{row.Action,-14}{row.Done,9}{row.NotDone,10}{row.Unknown,10}"));
        AppendErrors(text, result);
        AppendFaults(text, result);
        text.AppendLine().AppendLine(result.VerdictText);
        foreach (string problem in result.Problems) text.AppendLine(problem);
        foreach (KeyVerdict key in result.Keys.Where(k => k.Contradiction is not null))
        {
            text.AppendLine($"{key.History.Key.Name}: the first answer that contradicts those before it:");
            text.AppendLine("  " + HistoryText.Line(key.Contradiction!));
        }

        return text.ToString();
    }

    public static string Head(HistoriesResult result) =>
        $"seed {result.Options.Seed}, {result.Options.Fault}, {result.Options.Clients} clients, {result.Options.Keys} keys";

    /// <summary>How many faults of each kind.</summary>
    public static string FaultCounts(HistoriesResult result) => result.Faults.Count == 0 ? "none"
        : string.Join(", ", result.Faults.GroupBy(f => f.Kind).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}"));

    /// <summary>Median and worst of the longest times that a key was without an answer behind each fault.</summary>
    public static string GapText(HistoriesResult result)
    {
        double[] gaps = ServiceGaps.Of(result.Faults, result.Operations, result.Duration);
        double before = ServiceGaps.Before(result.Faults, result.Operations, result.Duration);
        Spread spread = Spread.Of(gaps);
        return gaps.Length == 0 ? Text($"longest time without an answer for a key: {before:0.0} s")
            : Text($"longest time without an answer for a key behind a fault: median {spread.Median:0.0} s, worst {spread.Max:0.0} s; ")
            + Text($"before the first fault: {before:0.0} s");
    }

    private static void AppendErrors(StringBuilder text, HistoriesResult result)
    {
        ErrorRow[] errors = ErrorRow.Of(result.Operations);
        if (errors.Length == 0) return;
        text.AppendLine().AppendLine("count  outcome  error");
        foreach (ErrorRow row in errors) text.AppendLine(Text($"{row.Count,5}  {row.Outcome,-7}  {row.Error}"));
    }

    private static void AppendFaults(StringBuilder text, HistoriesResult result)
    {
        text.AppendLine().AppendLine($"faults: {FaultCounts(result)}");
        double[] gaps = ServiceGaps.Of(result.Faults, result.Operations, result.Duration);
        foreach ((Fault fault, double gap) in result.Faults.Zip(gaps))
        {
            text.AppendLine(Text($"{fault.Began.TotalSeconds,6:0.0} s  {fault.Kind,-7}  {fault.Node}  ")
                + Text($"away {(fault.Released - fault.Began).TotalSeconds:0.0} s, ")
                + Text($"answered after {(fault.Answered - fault.Began).TotalSeconds:0.0} s; ")
                + Text($"a key was without an answer for {gap:0.0} s"));
        }

        foreach (NodeEnd end in result.Ends)
        {
            text.AppendLine(Text($"{end.At.TotalSeconds,6:0.0} s  {end.Node} had ended by itself with code {end.ExitCode}")
                + (end.MayBeDeclaredDead
                    ? ": behind a pause or a cut the others may have declared it dead"
                    : ", and was neither stopped nor cut off before"));
        }

        text.AppendLine(GapText(result));
    }
}
