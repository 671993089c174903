using OrleansKv.Client;
using OrleansKv.Grains;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Replication;

/// <summary>
/// Three nodes, each with a copy of every shard, of which two must have a write. Shared by the tests of its collection, one after the
/// other: each finds all three running, whatever a test before it that failed has left.
/// </summary>
public sealed class ReplicatedCluster : IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();

    public ReplicatedCluster()
    {
        Nodes = [.. Enumerable.Range(1, 3).Select(i =>
            new SiloProcess($"node{i}", _folder.File($"node{i}")) { GatewayPort = FreePort.Next() })];
        try
        {
            foreach (SiloProcess node in Nodes) Start(node);
            AwaitSettled().GetAwaiter().GetResult();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>In the order in which they joined.</summary>
    public IReadOnlyList<SiloProcess> Nodes { get; }

    /// <summary>Starts a node, which joins through any other that runs, and waits until it is ready.</summary>
    public void Start(SiloProcess node, params string[] more)
    {
        Launch(node, more);
        node.AwaitReady();
    }

    /// <summary>Starts what does not run, together, for one alone waits for a majority; and waits until all is as it should be.</summary>
    public Task MakeWhole()
    {
        SiloProcess[] missing = [.. Nodes.Where(n => !n.Runs)];
        foreach (SiloProcess node in missing) Launch(node);
        foreach (SiloProcess node in missing) node.AwaitReady();
        return AwaitSettled();
    }

    /// <summary>
    /// Waits until each shard has three members and is led by the node that it should be led by, which has its log then, and until no
    /// change of the map is due.
    /// </summary>
    /// <param name="andSo">What else must be true of the map.</param>
    public async Task AwaitSettled(Func<ClusterMapUpdate, bool>? andSo = null)
    {
        await ClusterState.AwaitSettled(Nodes);
        await using OrleansKvConnection connection = await Connect();
        ISlotMapGrain grain = connection.Grains.GetGrain<ISlotMapGrain>(0);
        await Poll.UntilAsync("the map to be settled", async () => !await grain.IsMoving()
            && await grain.Get(0, 0) is { } map && map.Homes.All(h => h.Members.Length == Nodes.Count) && (andSo is null || andSo(map)));
    }

    /// <summary>The map when nodes that were killed have no shards any more, and no change of it is due.</summary>
    public async Task<ClusterMapUpdate> MapWithout(params SiloProcess[] dead)
    {
        await using OrleansKvConnection connection = await Connect();
        ISlotMapGrain grain = connection.Grains.GetGrain<ISlotMapGrain>(0);
        ClusterMapUpdate? found = null;
        await Poll.UntilAsync("the shards to be led by others", async () => !await grain.IsMoving()
            && await grain.Get(0, 0) is { } map && (found = map).Homes.All(h => dead.All(d => d.NodeId != h.NodeId)));
        return found!;
    }

    /// <summary>The silo address of a node that runs, but for this one.</summary>
    public string AddressOfAnother(SiloProcess than) =>
        $"127.0.0.1:{(Nodes.FirstOrDefault(n => n != than && n.Runs) ?? Nodes.First(n => n != than)).SiloPort}";

    public void Dispose()
    {
        foreach (SiloProcess node in Nodes.Reverse()) node.Dispose();
        _folder.Dispose();
    }

    private void Launch(SiloProcess node, params string[] more)
    {
        bool founds = node == Nodes[0] && !Directory.Exists(node.Folder);
        string[] join = founds ? [] : ["--join", AddressOfAnother(node)];
        node.Launch(["--replicas", "3", .. join, .. more]);
    }

    private Task<OrleansKvConnection> Connect()
    {
        var options = new OrleansKvClientOptions { ConnectTimeout = ConnectPatience };
        foreach (SiloProcess node in Nodes.Where(n => n.Runs)) options.Endpoints.Add($"127.0.0.1:{node.GatewayPort}");
        return OrleansKvConnection.ConnectAsync(options);
    }
}
