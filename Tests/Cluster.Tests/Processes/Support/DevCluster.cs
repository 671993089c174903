using OrleansKv.Embedded.Tests.Support;

namespace OrleansKv.Cluster.Tests.Processes.Support;

/// <summary>
/// Three nodes with dev clustering; the first keeps the membership. Shared by the tests of its collection, one after the other: each leaves
/// all three running.
/// </summary>
public sealed class DevCluster : IDisposable
{
    private readonly TempFolder _folder = new();

    public DevCluster()
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

    /// <summary>Starts a node of the cluster, the first or one that joins it.</summary>
    public void Start(SiloProcess node)
    {
        if (node == Nodes[0]) node.Start();
        else node.Start("--join", First);
    }

    public void Dispose()
    {
        foreach (SiloProcess node in Nodes.Reverse()) node.Dispose();
        _folder.Dispose();
    }
}
