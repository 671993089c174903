using System.Text;
using OrleansKv.Bench.Report;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>A key's history for people: a line an operation, in the order of their calls. No state; any thread.</summary>
internal static class HistoryText
{
    public static string Of(KeyVerdict verdict)
    {
        var text = new StringBuilder();
        text.AppendLine($"{verdict.History.Key.Name}: {verdict.Verdict}");
        if (verdict.Contradiction is { } first) text.AppendLine($"the first answer that contradicts those before it: {Line(first)}");
        text.AppendLine("called s    returned s  process  operation");
        foreach (HistoryOperation<KeyOperation> operation in verdict.History.Operations.OrderBy(o => o.Called))
            text.AppendLine(Line(operation));
        return text.ToString();
    }

    public static string Line(HistoryOperation<KeyOperation> operation)
    {
        string returned = operation.Returned == TimeSpan.MaxValue ? "-" : Numbers.Text($"{operation.Returned.TotalSeconds:0.000000}");
        return Numbers.Text($"{operation.Called.TotalSeconds,-10:0.000000}  {returned,-10}  {operation.Process,-7}  ")
            + Words(operation.Operation);
    }

    private static string Words(KeyOperation o)
    {
        string seen = o.Seen ?? "(nil)";
        string asked = o.Action + (o.Written is null ? "" : " " + o.Written) + (o.Action == KeyAction.CompareAndSet ? " over " + seen : "");
        string answer = o.Action is KeyAction.Set or KeyAction.CompareAndSet ? "OK" : seen;
        return $"{asked}: {(o.IsKnown ? answer : "unknown")}";
    }
}
