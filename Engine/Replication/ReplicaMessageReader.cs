using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// Reads the messages that another node has written by <see cref="ReplicaMessages"/>. Records are slices of the buffer, which must stay as
/// it is while a message is in use. Throws <see cref="InvalidDataException"/> for anything that is no whole message, and is of no more use
/// then. One thread.
/// </summary>
/// <param name="buffer">Whole messages, one behind the other.</param>
public ref struct ReplicaMessageReader(ReadOnlyMemory<byte> buffer)
{
    private ReadOnlyMemory<byte> _left = buffer;

    /// <summary>The next message; false behind the last one.</summary>
    public bool TryRead(out ShardId shard, [NotNullWhen(true)] out IReplicaMessage? message)
    {
        shard = default;
        message = null;
        ReadOnlySpan<byte> left = _left.Span;
        if (left.IsEmpty) return false;
        if (left.Length < ReplicaMessages.FrameBytes) throw new InvalidDataException("a message between replicas ends too soon");
        shard = new ShardId(BinaryPrimitives.ReadUInt16LittleEndian(left));
        if (shard.Value > ShardId.System.Value) throw new InvalidDataException($"a message is of shard {shard}, which cannot be");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(left[ReplicaMessages.LengthAt..]);
        if (length > left.Length - ReplicaMessages.FrameBytes)
            throw new InvalidDataException($"a message of shard {shard} says that it has {length} bytes, which are not there");
        var body = new ReplicaBytesReader(shard, _left.Slice(ReplicaMessages.FrameBytes, (int)length));
        message = Read((ReplicaMessageKind)left[2], ref body);
        if (!body.IsAtEnd) throw new InvalidDataException($"bytes are left behind a message of shard {shard}");
        _left = _left[(ReplicaMessages.FrameBytes + (int)length)..];
        return true;
    }

    private static IReplicaMessage Read(ReplicaMessageKind kind, ref ReplicaBytesReader body)
    {
        Epoch epoch = body.ReadEpoch();
        return kind switch
        {
            ReplicaMessageKind.AppendRequest => ReadAppendRequest(epoch, ref body),
            ReplicaMessageKind.AppendReply => ReadAppendReply(epoch, ref body),
            ReplicaMessageKind.PromiseRequest => new PromiseRequest(epoch),
            ReplicaMessageKind.PromiseReply => ReadPromiseReply(epoch, ref body),
            ReplicaMessageKind.FetchRequest => new FetchRequest(epoch, body.ReadPosition()),
            ReplicaMessageKind.FetchReply => ReadFetchReply(epoch, ref body),
            ReplicaMessageKind.LeaseRelease => new LeaseRelease(epoch),
            ReplicaMessageKind.DigestRequest => new DigestRequest(epoch, body.ReadPosition()),
            ReplicaMessageKind.DigestReply => ReadDigestReply(epoch, ref body),
            _ => throw new InvalidDataException($"no message between replicas has the kind {(byte)kind}"),
        };
    }

    private static AppendRequest ReadAppendRequest(Epoch epoch, ref ReplicaBytesReader body)
    {
        LogPosition committed = body.ReadPosition();
        TimeSpan sentAt = body.ReadTime();
        bool isLeased = body.ReadFlag();
        return new AppendRequest(epoch, body.ReadRecords(body.ReadPosition()), committed, sentAt, isLeased);
    }

    private static AppendReply ReadAppendReply(Epoch epoch, ref ReplicaBytesReader body)
    {
        Epoch promised = body.ReadEpoch();
        TimeSpan sentAt = body.ReadTime();
        bool grantsLease = body.ReadFlag();
        bool mayHaveLostTail = body.ReadFlag();
        LogPosition? matches = body.ReadFlag() ? body.ReadPosition() : null;
        LogHead? head = body.ReadFlag() ? body.ReadHead() : null;
        return new AppendReply(epoch, promised, matches, head, sentAt, grantsLease, mayHaveLostTail);
    }

    private static PromiseReply ReadPromiseReply(Epoch epoch, ref ReplicaBytesReader body)
    {
        Epoch promised = body.ReadEpoch();
        bool mayHaveLostTail = body.ReadFlag();
        return new PromiseReply(epoch, promised, body.ReadHead(), mayHaveLostTail);
    }

    private static FetchReply ReadFetchReply(Epoch epoch, ref ReplicaBytesReader body)
    {
        LogPosition after = body.ReadPosition(), end = body.ReadPosition();
        return new FetchReply(epoch, after, body.ReadFlag() ? body.ReadRecords(after) : null, end);
    }

    private static DigestReply ReadDigestReply(Epoch epoch, ref ReplicaBytesReader body)
    {
        LogPosition at = body.ReadPosition();
        bool isDiverged = body.ReadFlag();
        return new DigestReply(epoch, at, body.ReadFlag() ? body.ReadDigest() : null, isDiverged);
    }
}
