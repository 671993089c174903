using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Metrics;

/// <summary>
/// Where the status page, /metrics and INFO get their numbers: the host fills it. Any thread; a moment's view, no lock held long.
/// </summary>
public interface IMetricsSource
{
    MetricsReport Collect();

    /// <summary>Cheap: load balancers ask often, and it must answer while recovery runs.</summary>
    HealthReport Health();

    /// <summary>
    /// Whether all of the store is served, whichever node a command comes to: not ready while a single slot is not. The same as
    /// <see cref="Health"/> for a server alone.
    /// </summary>
    HealthReport WholeHealth() => Health();
}
