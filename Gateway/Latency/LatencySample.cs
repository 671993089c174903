namespace OrleansKv.Gateway.Latency;

/// <summary>The worst of one second: when (seconds since the Unix epoch) and how long (milliseconds).</summary>
internal readonly record struct LatencySample(long UnixSeconds, long Ms);
