namespace OrleansKv.Gateway.Http;

/// <summary>How /metrics can be written.</summary>
internal enum MetricsFormat
{
    Json,

    /// <summary>Prometheus text format 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}
