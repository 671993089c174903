namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>Whether this process serves commands.</summary>
/// <param name="Ready">True: reads and writes are served.</param>
/// <param name="State">
/// <c>ready</c>, <c>degraded</c> (it serves, but another node's slots are not served), <c>recovering</c>, <c>failed</c> (journal) or
/// <c>stopping</c>.
/// </param>
/// <param name="Reason">One line for people, unless all is well.</param>
public sealed record HealthReport(bool Ready, string State, string? Reason)
{
    public static readonly HealthReport Serving = new(true, "ready", null);

    public static HealthReport Recovering(string progress) => new(false, "recovering", progress);

    /// <summary>This node does its part; the cluster as a whole does not.</summary>
    public static HealthReport Degraded(string reason) => new(true, "degraded", reason);

    public static HealthReport Failed(string reason) => new(false, "failed", reason);

    public static HealthReport Stopping() => new(false, "stopping", "the server is shutting down");
}
