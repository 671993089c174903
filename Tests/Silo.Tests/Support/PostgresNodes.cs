using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>
/// Three nodes whose membership is in a private PostgreSQL. Where none is installed there are no nodes (the tests are skipped).
/// </summary>
public sealed class PostgresNodes : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<SiloProcess> _nodes = [];
    private readonly string _database = "";

    public PostgresNodes()
    {
        if (PostgresPrograms.SkipReason is not null) return;
        try
        {
            _database = Instance.CreateDatabase();
            for (int i = 0; i < 3; i++) Add().Start(Flags);
            ClusterState.AwaitSettled(_nodes).GetAwaiter().GetResult();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public PostgresInstance Instance { get; } = new();

    /// <summary>In the order in which they joined.</summary>
    public IReadOnlyList<SiloProcess> Nodes => _nodes;

    public string[] Flags => ["--cluster", "postgres", "--postgres", _database];

    /// <summary>One more, not started.</summary>
    public SiloProcess Add()
    {
        string id = $"pg{_nodes.Count + 1}";
        _nodes.Add(new SiloProcess(id, _folder.File(id)));
        return _nodes[^1];
    }

    public void Dispose()
    {
        foreach (SiloProcess node in _nodes) node.Dispose();
        Instance.Dispose();
        _folder.Dispose();
    }
}
