namespace OrleansKv.Testing;

/// <summary>What an OrleansKv cluster in a test is like.</summary>
public sealed class OrleansKvTestOptions
{
    /// <summary>Shards of the cluster; 16 by default, enough to be spread over some silos and quick to start.</summary>
    public int Shards { get; set; } = 16;

    /// <summary>
    /// A folder of the test, in which each silo gets one of its own by its name and finds its data again when it is restarted. Null, the
    /// default, keeps all in memory: what a silo had is lost when it stops.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>The clock by which keys expire; a test's own can be moved.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
