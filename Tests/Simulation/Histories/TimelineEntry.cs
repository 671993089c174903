namespace OrleansKv.Simulation.Histories;

/// <summary>A call or a return in a <see cref="Timeline{TOperation}"/>.</summary>
internal sealed class TimelineEntry(int operation, bool isCall, TimeSpan at)
{
    public int Operation => operation;

    public bool IsCall => isCall;

    public TimeSpan At => at;

    /// <summary>The return of a call's operation.</summary>
    public TimelineEntry? Return { get; set; }

    public TimelineEntry? Previous { get; set; }

    public TimelineEntry? Next { get; set; }
}
