using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>
/// Three nodes that keep their membership themselves. Shared by the tests of its collection, one after the other: each finds
/// all three running with their parts of the shards, whatever a test before it that failed has left.
/// </summary>
public sealed class QuorumCluster : IDisposable
{
    private readonly TempFolder _folder = new();

    public QuorumCluster()
    {
        Nodes = [.. Enumerable.Range(1, 3).Select(i => new SiloProcess($"node{i}", _folder.File($"node{i}")))];
        try
        {
            foreach (SiloProcess node in Nodes) Start(node);
            ClusterState.AwaitSettled(Nodes).GetAwaiter().GetResult();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>In the order in which they joined.</summary>
    public IReadOnlyList<SiloProcess> Nodes { get; }

    /// <summary>Silo address of the first node.</summary>
    public string First => $"127.0.0.1:{Nodes[0].SiloPort}";

    /// <summary>Starts a node of the cluster, the first or one that joins it; who has been there finds the others by itself.</summary>
    public void Start(SiloProcess node)
    {
        Launch(node);
        node.AwaitReady();
    }

    /// <summary>Starts what does not run, and waits until all say that each has its part of the shards.</summary>
    public Task MakeWhole()
    {
        StartAll();
        return ClusterState.AwaitSettled(Nodes);
    }

    /// <summary>Starts what does not run, together: one alone waits for a majority.</summary>
    public void StartAll()
    {
        SiloProcess[] missing = [.. Nodes.Where(n => !n.Runs)];
        foreach (SiloProcess node in missing) Launch(node);
        foreach (SiloProcess node in missing) node.AwaitReady();
    }

    private void Launch(SiloProcess node)
    {
        if (node == Nodes[0]) node.Launch("--replicas", "1"); // Replication/ReplicatedCluster has the others
        else node.Launch("--join", First);
    }

    public void Dispose()
    {
        foreach (SiloProcess node in Nodes.Reverse()) node.Dispose();
        _folder.Dispose();
    }
}
