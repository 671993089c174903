using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Grains;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>The stored map: what it says of replicas comes back, and bytes of a program without them are a map without them.</summary>
public sealed class MapRulesCodecTests : IDisposable
{
    private static readonly NodeInfo[] Nodes = [new("a", "localhost", 1, 0), new("b", "localhost", 2, 0)];

    private static readonly ClusterSlots Slots = new(SlotMap.Create(2).ToBytes());

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(s => s.AddAssembly(typeof(ClusterMap).Assembly).AddAssembly(typeof(MapRulesCodecTests).Assembly))
        .BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void MapWithReplicas_ComesBack()
    {
        ShardHome home = new("a", 7, null) { Members = ["b", "a"], Learners = ["c"], Former = ["a"] };
        ClusterMap map = new(3, Slots, Nodes, [home]) { Replicas = 3, WriteQuorum = 2, ReadQuorum = 3, LeaderPreference = ["b", "a"] };
        map = Read<ClusterMapUpdate>(Write(ClusterMapUpdate.WithoutSlots(map))).With(Slots)!;
        Assert.Equal((3, 2, 3, true), (map.Replicas, map.WriteQuorum, map.ReadQuorum, map.IsReplicated));
        Assert.Equal(home, Assert.Single(map.Homes));
        Assert.Equal(["b", "a"], map.LeaderPreference);
    }

    [Fact]
    public void MapOfBefore_HasOneCopyOfEachShard()
    {
        ClusterMap map = Read<ClusterMapUpdate>(Write(new ClusterMapOfBefore(
            3, Slots.Bytes, Nodes, [new ShardHomeOfBefore("a", 7, "b"), new ShardHomeOfBefore("b", 2, null)])
            { Cluster = Guid.NewGuid() })).With(ClusterSlots.None)!;
        Assert.Equal((1, 1, 0, false), (map.Replicas, map.WriteQuorum, map.ReadQuorum, map.IsReplicated));
        Assert.Equal([new ShardHome("a", 7, "b"), new ShardHome("b", 2, null)], map.Homes);
        Assert.All(map.Homes, h => Assert.Empty((string[])[.. h.Members, .. h.Learners, .. h.Former]));
        Assert.NotEqual(Guid.Empty, map.Cluster);
        Assert.Empty(map.LeaderPreference);
        Assert.Equal(Slots.Id, map.Slots.Id);
    }

    [Fact]
    public void MapWithoutItsSlots_IsAMapOnlyForWhoHasThem()
    {
        ClusterMap map = new(3, Slots, Nodes, [new("a", 7, null)]);
        byte[] sent = Write(ClusterMapUpdate.For(map, Slots.Id));
        Assert.InRange(sent.Length, 1, 1_000);
        Assert.Same(Slots, Read<ClusterMapUpdate>(sent).With(Slots)!.Slots);
        Assert.Null(Read<ClusterMapUpdate>(sent).With(ClusterSlots.None));
        Assert.Null(Read<ClusterMapUpdate>(sent).With(new ClusterSlots(SlotMap.Create(3).ToBytes())));

        sent = Write(ClusterMapUpdate.For(map, knownSlots: Slots.Id + 1));
        Assert.Equal(Slots.Bytes, Read<ClusterMapUpdate>(sent).With(ClusterSlots.None)!.Slots.Bytes);
    }

    [Fact]
    public void JoinRequestOfBefore_DoesNotSay()
    {
        var request = new JoinRequest(Nodes[0], [1], 0, FolderOwner.Nobody);
        Assert.Equal((0, 0, 0), (request.Replicas, request.WriteQuorum, request.ReadQuorum));
        JoinRequest back = Read<JoinRequest>(Write(request with { Replicas = 3, WriteQuorum = 2, ReadQuorum = 3 }));
        Assert.Equal((3, 2, 3), (back.Replicas, back.WriteQuorum, back.ReadQuorum));
    }

    [Fact]
    public void Report_ComesBack()
    {
        ReplicaReport report = Read<ReplicaReport>(Write(new ReplicaReport(9, true, ["b", "c"])));
        Assert.Equal((9u, true), (report.Epoch, report.HasServed));
        Assert.Equal(["b", "c"], report.Level);
    }

    [Fact]
    public void Homes_AreEqualByWhatIsInTheirLists()
    {
        ShardHome home = new("a", 7, null) { Members = ["b", "a"] }, same = new("a", 7, null) { Members = ["b", "a"] };
        Assert.Equal(home, same);
        Assert.Equal(home.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(home, same with { Members = ["a", "b"] });
        Assert.NotEqual(home, same with { Learners = ["c"] });
        Assert.NotEqual(home, same with { Former = ["a"] });
    }

    private byte[] Write<T>(T value) => _services.GetRequiredService<Serializer<T>>().SerializeToArray(value);

    private T Read<T>(byte[] bytes) => _services.GetRequiredService<Serializer<T>>().Deserialize(bytes)!;
}
