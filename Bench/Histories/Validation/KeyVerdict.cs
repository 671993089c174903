using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>What the check of a key's history has found.</summary>
/// <param name="History">The key with its history.</param>
/// <param name="Verdict">Of the checker.</param>
/// <param name="Contradiction">The first answer that cannot be right; null where there is none.</param>
internal sealed record KeyVerdict(KeyHistory History, Verdict Verdict, HistoryOperation<KeyOperation>? Contradiction)
{
    public static KeyVerdict Of(KeyHistory history)
    {
        Verdict verdict = history.Check();
        return new KeyVerdict(history, verdict, verdict == Verdict.NotLinearizable ? history.FirstContradiction() : null);
    }
}
