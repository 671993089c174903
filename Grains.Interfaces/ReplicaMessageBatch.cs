namespace OrleansKv.Grains;

/// <summary>
/// What the replicas of one node say to those of another, of many shards at once (<c>Engine/Replication/ReplicaMessages</c>). Who takes it
/// from the network gives its buffer back when it has read it.
/// </summary>
/// <param name="from">The sender's place in the map's list of nodes.</param>
/// <param name="buffer">Out of <see cref="Protocol.Resp.ByteBuffers"/>; perhaps longer than the messages.</param>
/// <param name="length">Bytes of the messages.</param>
[Immutable]
public sealed class ReplicaMessageBatch(int from, byte[] buffer, int length)
{
    public int From => from;

    public byte[] Buffer => buffer;

    public int Length => length;

    public ReadOnlyMemory<byte> Messages => buffer.AsMemory(0, length);
}
