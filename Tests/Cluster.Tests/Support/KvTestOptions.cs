using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using OrleansKv.Engine.Io;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>How a <see cref="KvTestCluster"/> is made.</summary>
public sealed class KvTestOptions
{
    public int Silos { get; init; } = 1;

    /// <summary>Shards of the cluster.</summary>
    public int Shards { get; init; } = 16;

    /// <summary>Copies of each shard.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Copies on which a write must be.</summary>
    public int WriteQuorum { get; init; } = 1;

    /// <summary>Folder in which each node gets one of its own; null for stores in memory, which a restarted node has lost.</summary>
    public string? Folder { get; init; }

    /// <summary>Disk of a node's folder; the real one unless given.</summary>
    public Func<string, IDisk> Disk { get; init; } = static folder => new PhysicalDisk(folder);

    /// <summary>Clock of the stores.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What each silo has besides.</summary>
    public Action<ISiloBuilder>? Silo { get; init; }

    /// <summary>What the client has besides.</summary>
    public Action<IServiceCollection>? Client { get; init; }

    /// <summary>Time to wait for the answer of a call, of clients and silos.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
