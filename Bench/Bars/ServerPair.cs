namespace OrleansKv.Bench.Bars;

/// <summary>
/// Ours and Redis running at the same time on the same CPU (or both CPUs), each in a folder of its own. Only one of the two is loaded at
/// a time. Thread: the main one.
/// </summary>
internal sealed class ServerPair : IDisposable
{
    private readonly List<TemporaryFolder> _folders = [];
    private readonly List<ChildServer> _servers = [];

    private ServerPair()
    {
    }

    /// <summary>Ours is 0, Redis is 1.</summary>
    public IReadOnlyList<ChildServer> Servers => _servers;

    public static ServerPair Start(BarsContext context, Durability durability, bool isPinned = true)
    {
        var pair = new ServerPair();
        try
        {
            foreach (ServerCommand command in context.Commands)
            {
                var folder = new TemporaryFolder(context.Options.DataFolder);
                pair._folders.Add(folder);
                pair._servers.Add(ChildServer.Start(context, command, durability, folder.Path, isPinned: isPinned));
            }

            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _servers.ForEach(s => s.Dispose());
        _folders.ForEach(f => f.Dispose());
    }
}
