namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>What a client knows of its operation.</summary>
internal enum OperationOutcome
{
    /// <summary>It took effect between its call and its answer.</summary>
    Done,

    /// <summary>It never took effect and never will.</summary>
    NotDone,

    /// <summary>It may have taken effect, or still will.</summary>
    Unknown,
}
