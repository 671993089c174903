using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansKv.Grains;
using OrleansKv.Protocol;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>The epoch travels with batch and reply.</summary>
public sealed class EpochCodecTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData(uint.MaxValue)]
    public void Epoch_OfBatchAndReply_ComesBack(uint epoch)
    {
        using ServiceProvider services = new ServiceCollection().AddSerializer(s => s.AddAssembly(typeof(ShardBatch).Assembly))
            .BuildServiceProvider();
        Serializer serializer = services.GetRequiredService<Serializer>();
        ShardBatch batch = serializer.Deserialize<ShardBatch>(serializer.SerializeToArray(new ShardBatch([1, 2, 3], 3, 77, epoch)))!;
        Assert.Equal((77L, epoch, 3), (batch.MapVersion, batch.Epoch, batch.Bytes.Length));
        ShardReply reply = serializer.Deserialize<ShardReply>(
            serializer.SerializeToArray(ShardReply.Of(ShardStatus.Fenced, 5, "why") with { Epoch = epoch }))!;
        Assert.Equal((ShardStatus.Fenced, 5L, epoch, "why"), (reply.Status, reply.MapVersion, reply.Epoch, reply.Problem));
    }
}
