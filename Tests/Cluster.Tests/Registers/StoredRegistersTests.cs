using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Registers;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;
using OrleansKv.Silo.Registers;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Registers;

/// <summary>
/// The registers' values in the folder of a node that an older program wrote (the Engine's tests say which): the map and its slots are
/// Orleans' serialization of types with the aliases <c>orleanskv.slotmapstate</c>, <c>orleanskv.map</c> and so on, the rest is JSON.
/// </summary>
public sealed class StoredRegistersTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AcceptorFolder _acceptor;

    public StoredRegistersTests()
    {
        ZipFile.ExtractToDirectory(Path.Combine(AppContext.BaseDirectory, "Recovery", "Format2", "replica.zip"), _folder.Path);
        _acceptor = AcceptorFolder.Open(new PhysicalDisk(_folder.File("registers")), new AcceptorId(1));
    }

    [Fact]
    public void Map_AndItsSlots_AreRead()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSerializer(s => s.AddAssembly(typeof(ClusterMap).Assembly).AddAssembly(typeof(SlotMapState).Assembly))
            .BuildServiceProvider();
        Serializer serializer = services.GetRequiredService<Serializer>();
        ClusterMapUpdate stored = serializer.Deserialize<SlotMapState>(ValueOf("map-0"))!.Map;
        byte[][] slots = serializer.Deserialize<SlotsState>(ValueOf("slots-0"))!.Slots;
        ClusterMap? map = stored.With(slots.Select(s => new ClusterSlots(s)).Single(s => s.Id == stored.SlotsId));
        Assert.NotNull(map);
        Assert.Equal(["node1", "node2", "node3"], map.Nodes.Select(n => n.Id).Order());
        Assert.All(map.Nodes, n => Assert.Equal("127.0.0.1", n.Host));
        Assert.Equal(4, map.SlotMap.ShardCount);
        Assert.Equal(4, map.Homes.Length);
        Assert.All(map.Homes, h => Assert.Equal((6u, 3), (h.Epoch, h.Members.Length)));
    }

    [Fact]
    public void Members_AndReminders_AreRead()
    {
        MembershipRegister members = MembershipRegister.Parse(ValueOf("members").Span);
        Assert.Equal(["node1", "node2", "node3"], members.Rows.Select(r => r.SiloName).Order());
        List<ReminderRow> reminders = JsonSerializer.Deserialize<List<ReminderRow>>(ValueOf("reminders").Span)!;
        Assert.Equal(4, reminders.Count);
    }

    public void Dispose() => _folder.Dispose();

    private ReadOnlyMemory<byte> ValueOf(string register) => _acceptor.Slots[register].Value!.Bytes;
}
