namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Whether commands are served.</summary>
/// <param name="Ready">True: reads and writes are served.</param>
/// <param name="State"><c>ready</c>, <c>recovering</c>, <c>failed</c> (journal) or <c>stopping</c>.</param>
/// <param name="Reason">One line for people when not ready.</param>
public sealed record HealthReport(bool Ready, string State, string? Reason)
{
    public static readonly HealthReport Serving = new(true, "ready", null);

    public static HealthReport Recovering(string progress) => new(false, "recovering", progress);

    public static HealthReport Failed(string reason) => new(false, "failed", reason);

    public static HealthReport Stopping() => new(false, "stopping", "the server is shutting down");
}
