using System.Buffers.Binary;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Cluster.Support;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>What a shard answers when it cannot do what it is asked.</summary>
public sealed class StatusTests
{
    private const int Turns = 3_000;

    [Fact]
    public async Task Garbage_IsRefusedOrRun_NeverAnException_AndTheShardGoesOn()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(1);
        int seed = Environment.TickCount;
        var random = new Random(seed);
        IGrainFactory grains = Factory(cluster.Orleans.Silos[0]);
        string key = ShardCalls.KeyOf(cluster.Map, 3, "k");
        byte[] good = WithAGroup(key);
        IShardGrain shard = grains.GetGrain<IShardGrain>(3);
        Assert.Equal(ShardStatus.Done, (await shard.Run(new ShardBatch(good, good.Length, 0))).Status);

        for (int length = 0; length < good.Length; length++)
        {
            ShardReply reply = await shard.Run(new ShardBatch(good, length, 0));
            Assert.True(reply.Status is ShardStatus.Refused or ShardStatus.Done, $"{length} bytes: {reply.Status}");
            Assert.Equal(reply.Status == ShardStatus.Refused, reply.Problem is not null);
        }

        for (int i = 0; i < Turns; i++)
        {
            byte[] bad = [.. good];
            for (int n = random.Next(1, 5); n > 0; n--)
                bad[random.Next(BatchFormat.HeaderBytes, bad.Length)] = (byte)random.Next(random.Next(2) == 0 ? 8 : 256);
            ShardReply? reply = null;
            Exception? failure = await Record.ExceptionAsync(async () => reply = await shard.Run(new ShardBatch(bad, bad.Length, 0)));
            Assert.True(failure is null, $"seed {seed}, turn {i}, {Convert.ToHexString(bad)}: {failure}");
            Assert.True(reply!.Status is ShardStatus.Refused or ShardStatus.Done, $"seed {seed}, turn {i}: {reply.Status}");
        }

        Assert.Equal(["+OK", "$1\r\n1"], await grains.RunAsync(3, $"SET {key} 1", $"GET {key}"));
    }

    [Fact]
    public async Task Sender_OfAnotherVersion_IsToldSo()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(1);
        byte[] batch = ShardCalls.Batch("GET a").Bytes.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(batch, 0x12345678);
        ShardReply reply = await Factory(cluster.Orleans.Silos[0]).GetGrain<IShardGrain>(0)
            .Run(new ShardBatch(batch, batch.Length, 0));
        Assert.Equal(ShardStatus.Refused, reply.Status);
        Assert.Contains("version", reply.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JournalThatFails_Unknown_ThenRefusesWritesAndGoesOnReading()
    {
        using var folder = new TempFolder();
        FaultyDisk? disk = null;
        await using KvTestCluster cluster =
            await KvTestCluster.StartAsync(new KvTestOptions { Folder = folder.Path, Disk = f => disk = new FaultyDisk(f) });
        InProcessSiloHandle silo = cluster.Orleans.Silos[0];
        silo.ServiceProvider.GetRequiredService<KvNode>().Durability = Durability.Always;
        IGrainFactory grains = Factory(silo);
        string key = ShardCalls.KeyOf(cluster.Map, 0, "k");
        Assert.Equal(["+OK"], await grains.RunAsync(0, $"SET {key} 1"));
        disk!.FlushFault = "the disk is on fire";
        ShardReply reply = await grains.GetGrain<IShardGrain>(0).Run(ShardCalls.Batch($"SET {key} 2"));
        Assert.Equal(ShardStatus.Unknown, reply.Status);
        Assert.Contains("on fire", reply.Problem, StringComparison.Ordinal);
        ShardReply later = await grains.GetGrain<IShardGrain>(0).Run(ShardCalls.Batch($"SET {key} 3"));
        Assert.True(later.Status == ShardStatus.Unknown || ShardCalls.TextOf(later)[0].StartsWith("-MISCONF", StringComparison.Ordinal),
            $"{later.Status} {later.Problem}");
        disk.FlushFault = null; // the store can be closed; the journal stays as it is
    }

    [Fact]
    public async Task Shard_ThatIsNone_IsUnavailable()
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(1);
        IGrainFactory grains = Factory(cluster.Orleans.Silos[0]);
        await Assert.ThrowsAsync<ShardUnavailableException>(async () => await grains.GetGrain<IShardGrain>(16).Wake());
        await Assert.ThrowsAsync<ShardUnavailableException>(async () => await grains.GetGrain<IShardGrain>(-1).Wake());
        await Assert.ThrowsAsync<ShardUnavailableException>(async () => await grains.GetGrain<IShardGrain>(1L << 40).Wake());
    }

    private static byte[] WithAGroup(string key)
    {
        byte[] single = ShardCalls.Batch($"SET {key} 1").Bytes.ToArray();
        var writer = new BatchWriter();
        writer.AddVersion(System.Text.Encoding.UTF8.GetBytes(key));
        writer.AddGroup(2, [(System.Text.Encoding.UTF8.GetBytes(key), default)]);
        byte[] more = ShardCalls.Batch($"APPEND {key} 2", $"GETRANGE {key} 0 -1", "DBSIZE", "SCAN 0")
            .Bytes[BatchFormat.HeaderBytes..].ToArray();
        return [.. single, .. writer.Buffer[BatchFormat.HeaderBytes..writer.SizeBytes], .. more];
    }

    private static IGrainFactory Factory(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IGrainFactory>();
}
