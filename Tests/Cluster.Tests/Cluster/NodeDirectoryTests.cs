using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Runtime;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>Which of several silos with one name is the node.</summary>
public sealed class NodeDirectoryTests : IDisposable
{
    private readonly KvNode _node = new("a", NodeStore.InMemory(new StoreOptions { RunHousekeeper = false }));

    public void Dispose()
    {
        _node.Dispose();
        _node.Store.Dispose();
    }

    // IPEndPoint's hash differs from process to process, and with it the order in which a snapshot lists its members.
    [Fact]
    public void Find_SilosOfOneIdAndSecond_IsTheSameOnAllNodes()
    {
        for (int i = 1; i <= 50; i++)
        {
            SiloAddress low = Silo(i, 5), high = Silo(i + 1000, 5);
            Assert.Equal(low, Directory(low, new Members(high, low)).Find("a"));
        }
    }

    [Fact]
    public void Find_WhoeverHasJoined_IsTheNode_ThoughAnotherClaimsToBeOlder()
    {
        SiloAddress joined = Silo(2, 100), behind = Silo(1, 50);
        NodeDirectory mine = Directory(joined, new Members(joined, behind), joined),
        its = Directory(behind, new Members(joined, behind), joined);
        Assert.Equal(joined, mine.Find("a"));
        Assert.Equal(joined, its.Find("a"));
        Assert.True(mine.IsGenuine(Map(joined)));
        Assert.False(its.IsGenuine(Map(joined)));
        Assert.False(mine.IsGenuine(ClusterMap.None));
    }

    [Fact]
    public void Find_SiloThatTheMapDoesNotNameYet_IsTheNode_WhenTheNamedOneIsGone() =>
        Assert.Equal(Silo(2, 100), Directory(Silo(3, 1), new Members(Silo(2, 100)), joined: Silo(1, 50)).Find("a"));

    private NodeDirectory Directory(SiloAddress local, IClusterMembershipService members, SiloAddress? joined = null)
    {
        var details = new Local(local);
        var maps = new ClusterMapCache(_node, null!, details, NullLogger<ClusterMapCache>.Instance);
        if (joined is not null) maps.Offer(Map(joined));
        return new NodeDirectory(members, details, maps);
    }

    private static ClusterMap Map(SiloAddress joined) =>
        new(1, new ClusterSlots(SlotMap.Create(1).ToBytes()), [new NodeInfo("a", "localhost", 1, 0) { Silo = joined }],
            [new ShardHome("a", 1, null)]) { Cluster = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) };

    private static SiloAddress Silo(int port, int generation) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), generation);

    private sealed class Members(params SiloAddress[] silos) : IClusterMembershipService
    {
        public ClusterMembershipSnapshot CurrentSnapshot { get; } =
            new(silos.ToImmutableDictionary(s => s, s => new ClusterMember(s, SiloStatus.Active, "a")), new MembershipVersion(1));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
    }

    private sealed class Local(SiloAddress address) : ILocalSiloDetails
    {
        public string Name => "a";

        public string ClusterId => "";

        public string DnsHostName => "";

        public SiloAddress SiloAddress => address;

        public SiloAddress GatewayAddress => address;
    }
}
