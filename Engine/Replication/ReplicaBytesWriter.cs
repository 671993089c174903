using System.Buffers.Binary;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>Writes the parts of a message's body, as <see cref="ReplicaMessages"/> draws them, into as many bytes as it takes.</summary>
internal ref struct ReplicaBytesWriter(Span<byte> bytes)
{
    public const int PositionBytes = 12;
    public const int DigestBytes = 24;

    private const int HeadBytesBeforeEpochs = PositionBytes + PositionBytes + sizeof(ushort);

    private Span<byte> _left = bytes;

    public readonly bool IsFull => _left.IsEmpty;

    public static int SizeOf(LogHead head) => HeadBytesBeforeEpochs + (EpochStart.SizeBytes * head.Epochs.Count);

    public void Write(bool flag) => Take(1)[0] = flag ? (byte)1 : (byte)0;

    public void Write(Epoch epoch) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), epoch.Value);

    public void Write(TimeSpan time) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), time.Ticks);

    public void Write(LogPosition position)
    {
        Write(position.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), position.Lsn.Value);
    }

    public void Write(LogHead head)
    {
        if (head.Epochs.Count > EpochHistory.MaxCount)
            throw new ArgumentException($"a log's head has {head.Epochs.Count} epochs, and {EpochHistory.MaxCount} are kept", nameof(head));
        Write(head.End);
        Write(head.Applied);
        BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), (ushort)head.Epochs.Count);
        for (int i = 0; i < head.Epochs.Count; i++) head.Epochs[i].Write(Take(EpochStart.SizeBytes));
    }

    public void Write(StateDigest digest)
    {
        Span<byte> bytes = Take(DigestBytes);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, digest.Hash);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], digest.Entries);
    }

    public void Write(RecordRun records) => records.Bytes.Span.CopyTo(Take(records.Bytes.Length));

    private Span<byte> Take(int count)
    {
        Span<byte> taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
