namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>
/// What an error reply says of the command that it answers. Where that is not clear the outcome is unknown: a history that leaves open what
/// has happened proves less, but nothing wrong.
/// </summary>
internal static class ErrorOutcome
{
    /// <summary>Errors that are answered before anything runs.</summary>
    private static readonly string[] BeforeItRan = ["CLUSTERDOWN", "TRYAGAIN", "MISCONF", "LOADING", "EXECABORT", "BUSY", "OOM"];

    /// <param name="error">The reply without its minus sign.</param>
    public static OperationOutcome Of(string error)
    {
        // MISCONF is a refusal, or says that the journal has failed behind the command.
        if (error.Contains("not known", StringComparison.Ordinal) || error.Contains("unknown", StringComparison.Ordinal))
            return OperationOutcome.Unknown;
        return BeforeItRan.Contains(error.Split(' ')[0]) ? OperationOutcome.NotDone : OperationOutcome.Unknown;
    }
}
