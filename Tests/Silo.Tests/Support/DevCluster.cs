using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>
/// Three nodes with dev clustering; the first keeps the membership. Shared by the tests of its collection, one after the other: each finds
/// all three running with their parts of the shards, whatever a test before it that failed has left.
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

    /// <summary>Starts what does not run, and waits until all say that each has its part of the shards.</summary>
    public Task MakeWhole()
    {
        // Without the first node's membership the others end; a new start of theirs comes after its.
        if (!Nodes[0].Runs)
        {
            foreach (SiloProcess node in Nodes.Skip(1).Where(n => n.Runs)) node.Kill();
        }

        foreach (SiloProcess node in Nodes.Where(n => !n.Runs)) Start(node);
        return ClusterState.AwaitSettled(Nodes);
    }

    public void Dispose()
    {
        foreach (SiloProcess node in Nodes.Reverse()) node.Dispose();
        _folder.Dispose();
    }
}
