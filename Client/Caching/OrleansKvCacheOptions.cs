namespace OrleansKv.Client;

/// <summary>How the distributed cache uses the store.</summary>
public sealed class OrleansKvCacheOptions
{
    /// <summary>What stands before each cache key, so that caches and other data do not meet; <c>cache:</c> by default.</summary>
    public string KeyPrefix { get; set; } = "cache:";

    /// <summary>The clock that absolute ends are reckoned by; sliding windows and times to live run by the nodes' clocks.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
