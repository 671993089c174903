namespace OrleansKv.Gateway.Metrics;

/// <summary>Rates of the last tick's span, and operations a second of the last minute, oldest first.</summary>
public sealed record RateReport(double OpsPerSecond, double BytesInPerSecond, double BytesOutPerSecond, long[] History);
