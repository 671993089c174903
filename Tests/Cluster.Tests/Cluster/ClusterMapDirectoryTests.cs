using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.GrainDirectory;
using Orleans.Runtime;
using OrleansKv.Cluster.Tests.Dispatch.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Placement;
using OrleansKv.Protocol;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>
/// Where shards and nodes are found: by the map and the membership of the silo that asks, whoever else is dead (ADR 0018).
/// </summary>
public sealed class ClusterMapDirectoryTests : IDisposable
{
    private static readonly SiloAddress Here = AddressOf(1), There = AddressOf(2);

    private readonly NodeStore _store = NodeStore.InMemory(new StoreOptions { ShardCount = 4, RunHousekeeper = false });
    private readonly KvNode _node;
    private readonly ClusterMapCache _maps;
    private readonly ClusterMapDirectory _directory;

    public ClusterMapDirectoryTests()
    {
        _node = new KvNode("here", _store);
        ILocalSiloDetails local = Stub.Of<ILocalSiloDetails>((method, _) => method.Name == "get_Name" ? "here" : Here);
        var snapshot = new ClusterMembershipSnapshot(
            ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(Here, new ClusterMember(Here, SiloStatus.Active, "here"))
                .Add(There, new ClusterMember(There, SiloStatus.Active, "there"))
                .Add(AddressOf(3), new ClusterMember(AddressOf(3), SiloStatus.Dead, "gone")),
            new MembershipVersion(7));
        IClusterMembershipService membership = Stub.Of<IClusterMembershipService>((_, _) => snapshot);
        IGrainFactory grains = Stub.Of<IGrainFactory>((method, _) => throw new NotSupportedException(method.Name)); // nobody is asked
        _maps = new ClusterMapCache(_node, grains, local, NullLogger<ClusterMapCache>.Instance);
        _maps.Offer(new ClusterMap(
            1, new ClusterSlots(_store.Map.ToBytes()), [new NodeInfo("here", "localhost", 1, 0), new NodeInfo("there", "localhost", 2, 0)],
            [new ShardHome("here", 1, null), new ShardHome("there", 1, null), new ShardHome("here", 1, "there"),
                new ShardHome("gone", 1, null)]));
        _directory = new ClusterMapDirectory(
            new Lazy<ClusterMapCache>(_maps), new Lazy<NodeDirectory>(new NodeDirectory(membership, local, _maps)), membership);
    }

    public void Dispose()
    {
        _node.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task Shard_IsAtItsHome_EvenWhileItIsOnItsWay()
    {
        Assert.Equal(Here, (await _directory.Lookup(ShardId(0)))!.SiloAddress);
        Assert.Equal(There, (await _directory.Lookup(ShardId(1)))!.SiloAddress);
        Assert.Equal(Here, (await _directory.Lookup(ShardId(2)))!.SiloAddress);
        Assert.Equal(new MembershipVersion(7), (await _directory.Lookup(ShardId(1)))!.MembershipVersion);
    }

    [Theory]
    [InlineData(3)] // of a node that is down
    [InlineData(4)] // none such
    [InlineData(-1)]
    public async Task ShardWithoutAPlace_IsNowhere_AndAnActivationOfItStays(long shard)
    {
        Assert.Null(await _directory.Lookup(ShardId(shard)));
        GrainAddress activation = ActivationAt(Here, ShardId(shard));
        Assert.Same(activation, await _directory.Register(activation, null));
    }

    [Fact]
    public async Task Node_IsWhereItsSiloIs()
    {
        Assert.Equal(There, (await _directory.Lookup(GrainId.Create(ClusterMapDirectory.NodeType, "there")))!.SiloAddress);
        Assert.Null(await _directory.Lookup(GrainId.Create(ClusterMapDirectory.NodeType, "gone")));
    }

    [Fact]
    public async Task ActivationElsewhere_HearsWhereTheShardIs_TheOneAtHomeStays()
    {
        GrainAddress right = ActivationAt(There, ShardId(1)), wrong = ActivationAt(Here, ShardId(1));
        Assert.Same(right, await _directory.Register(right, null));
        GrainAddress told = (await _directory.Register(wrong, right))!;
        Assert.Equal(There, told.SiloAddress);
        Assert.False(wrong.Matches(told));
        _maps.Offer(_maps.Current with { Version = 2, Homes = [.. _maps.Current.Homes.Select(_ => new ShardHome("here", 2, null))] });
        Assert.Same(wrong, await _directory.Register(wrong, right)); // it has moved
    }

    private static SiloAddress AddressOf(int port) => SiloAddress.New(IPAddress.Loopback, port, 1);

    private static GrainId ShardId(long shard) =>
        GrainId.Create(ClusterMapDirectory.ShardType, GrainIdKeyExtensions.CreateIntegerKey(shard));

    private static GrainAddress ActivationAt(SiloAddress silo, GrainId grain) =>
        new() { GrainId = grain, SiloAddress = silo, ActivationId = ActivationId.NewId() };
}
