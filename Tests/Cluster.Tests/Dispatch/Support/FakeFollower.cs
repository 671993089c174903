using System.Buffers;
using System.Text;
using OrleansKv.Grains;
using OrleansKv.Grains.Replication;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Cluster.Tests.Dispatch.Support;

/// <summary>A copy that answers each command of a batch with <c>+copy</c>, in batches of one command, while it can be read.</summary>
internal sealed class FakeFollower : IFollowerCopy
{
    public bool IsReadable { get; set; } = true;

    /// <summary>Thrown by each read; null for none.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Batches that were answered.</summary>
    public int Reads { get; private set; }

    public ShardReply? Read(ReadOnlySpan<byte> batch, long mapVersion)
    {
        if (Failure is not null) throw Failure;
        if (!IsReadable) return null;
        Reads++;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(16); // who reads the reply gives its buffers back
        int[] ends = ArrayPool<int>.Shared.Rent(1);
        ends[0] = Encoding.ASCII.GetBytes("+copy\r\n", bytes);
        return new ShardReply(ShardStatus.Done, new BatchReply(bytes, ends[0], ends, 1), mapVersion, null);
    }
}
