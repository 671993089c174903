using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Grains.Routing;
using OrleansKv.Protocol.Slots;
using OrleansKv.Silo.Dispatch;

namespace OrleansKv.Cluster.Tests.Dispatch.Support;

/// <summary>
/// A gateway over a real dispatcher, whose shards hold their calls until the test answers them. One worker; the test plays its I/O thread.
/// The shards live on node "there", which is up, but for those that the test puts on "gone" or here.
/// </summary>
internal sealed class DispatchBench : IDisposable
{
    public const int Shards = 4;

    private readonly Dictionary<Session, TestClient> _clients = [];
    private readonly NodeStore _store = NodeStore.InMemory(new StoreOptions { ShardCount = Shards, RunHousekeeper = false });
    private readonly KvNode _node;
    private readonly ClusterMapCache _maps;

    /// <param name="gone">Shards of a node that is down.</param>
    public DispatchBench(params int[] gone)
        : this(gone, [])
    {
    }

    /// <param name="gone">Shards of a node that is down.</param>
    /// <param name="own">Shards of the node whose gateway this is.</param>
    public DispatchBench(int[] gone, int[] own)
    {
        _node = new KvNode("here", _store);
        Shard = [.. Enumerable.Range(0, Shards).Select(i => new HeldShard(i, Runner))];
        IGrainFactory grains = Stub.Of<IGrainFactory>((method, args) => method.GetGenericArguments()[0] == typeof(IShardGrain)
            ? Shard[(int)(long)args[0]!] : throw new NotSupportedException());
        SiloAddress here = AddressOf(1), there = AddressOf(2);
        ILocalSiloDetails local = Stub.Of<ILocalSiloDetails>((method, _) => method.Name == "get_Name" ? "here" : here);
        _maps = new ClusterMapCache(_node, grains, local, NullLogger<ClusterMapCache>.Instance);
        ShardHome[] homes = [.. Enumerable.Range(0, Shards).Select(i =>
            new ShardHome(gone.Contains(i) ? "gone" : own.Contains(i) ? "here" : "there", 1, null))];
        _maps.Offer(new ClusterMap(
            1, new ClusterSlots(Slots.ToBytes()),
            [new NodeInfo("here", "localhost", 1, 0), new NodeInfo("there", "localhost", 2, 0)], homes));
        Dispatcher = new GrainShardDispatcher(
            grains, _maps, new NodeDirectory(Members(here, there), local, _maps), _node, Time)
        {
            Unreachable = Unreachable.Add,
            FollowerOf = shard => Followers.GetValueOrDefault(shard),
        };
        Gateway = new TestGateway(Dispatcher, "slowlog-log-slower-than", "-1");
        Gateway.Host.Cluster = Cluster;
    }

    /// <summary>Commands on all keys are about all nodes, unless a test says otherwise.</summary>
    public FakeCluster Cluster { get; } = new() { DefaultScope = KeyspaceScope.Cluster };

    public HeldShard[] Shard { get; }

    /// <summary>Copies of shards that this node follows; none until a test puts one here.</summary>
    public Dictionary<int, IFollowerCopy> Followers { get; } = [];

    /// <summary>Nodes that a call has found nobody at.</summary>
    public List<string> Unreachable { get; } = [];

    /// <summary>The silos' addresses: node "here" is 1, "there" 2; the others are of silos that are gone.</summary>
    public static SiloAddress AddressOf(int port) => SiloAddress.New(System.Net.IPAddress.Loopback, port, 1);

    public BatchRunner Runner => field ??= new BatchRunner(_node.Runner);

    public FakeTimeProvider Time { get; } = new();

    public GrainShardDispatcher Dispatcher { get; }

    public TestGateway Gateway { get; }

    public SlotMap Slots => _store.Map;

    public TestClient Connect()
    {
        var client = new TestClient(this, Gateway.Connect());
        _clients[client.Session] = client;
        return client;
    }

    /// <summary>Sends what has gathered; the end of a turn.</summary>
    public void EndTurn() => Dispatcher.EndTurn(Gateway.Worker);

    /// <summary>The worker takes its answers, goes on with the sessions that have them, and ends the turn.</summary>
    public void Turn()
    {
        Dispatcher.TakeAnswers(Gateway.Worker, session => _clients[session].GoOn());
        EndTurn();
    }

    /// <summary>The time between two tries of a call passes: those that wait for it are sent again before this returns.</summary>
    public void PassRetryTime()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // with the test's the calls would leave some time later
        try
        {
            Time.Advance(TimeSpan.FromMilliseconds(CallOutcome.RetryMs));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Answers all calls, and those that follow, until none is left.</summary>
    public void AnswerAll()
    {
        EndTurn();
        while (Shard.Any(s => s.Waiting > 0))
        {
            foreach (HeldShard shard in Shard.Where(s => s.Waiting > 0)) shard.Answer();
            Turn();
        }
    }

    /// <summary>A key of a shard, another for each number.</summary>
    public string Key(int shard, int number = 0) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"k{i}")
        .Where(k => Slots.OwnerOf(Slot.Of(System.Text.Encoding.ASCII.GetBytes(k))).Value == shard).Skip(number).First();

    public void Dispose()
    {
        _node.Dispose();
        _store.Dispose();
    }

    private static IClusterMembershipService Members(SiloAddress here, SiloAddress there)
    {
        ImmutableDictionary<SiloAddress, ClusterMember> members = ImmutableDictionary<SiloAddress, ClusterMember>.Empty
            .Add(here, new ClusterMember(here, SiloStatus.Active, "here")).Add(there, new ClusterMember(there, SiloStatus.Active, "there"));
        var snapshot = new ClusterMembershipSnapshot(members, new MembershipVersion(1));
        return Stub.Of<IClusterMembershipService>((_, _) => snapshot);
    }
}
