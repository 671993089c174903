using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// A node's messages to another one, of many shards, one behind the other in a buffer, all little-endian:
/// <code>
/// message          u16 shard | u8 kind (ReplicaMessageKind) | u32 n | n B body
/// append request   u32 epoch | position committed | i64 sent at | flag is leased | position before | records
/// append reply     u32 epoch | u32 promised | i64 sent at | flag grants lease | flag may have lost tail
///                  | optional position matches | optional head
/// promise request  u32 epoch
/// promise reply    u32 epoch | u32 promised | flag may have lost tail | head
/// fetch request    u32 epoch | position after
/// fetch reply      u32 epoch | position after | position end | optional records, behind "after"
/// lease release    u32 epoch
/// digest request   u32 epoch | position at
/// digest reply     u32 epoch | position at | flag is diverged | optional digest
///
/// position         u32 epoch | i64 Lsn
/// head             position end | position applied | u16 n, n x (u32 epoch | i64 Lsn of its first record), oldest first
/// records          the rest of the body: records as in a journal of format 2 (RecordHeader, RecordBody)
/// digest           u64 low, u64 high half of the hash | i64 entries
/// sent at          ticks of 100 ns, on the leader's clock
/// flag             u8 0 or 1
/// optional x       u8 0, or: u8 1 | x
/// </code>
/// A message has one form alone: what was read is written again as the same bytes. Nothing covers them with a checksum but the records'
/// own. The version is the connection's business: it is agreed on before the first message. <see cref="ReplicaMessageReader"/> reads. Pure.
/// </summary>
public static class ReplicaMessages
{
    /// <summary>Bytes before the body.</summary>
    internal const int FrameBytes = 7;

    internal const int LengthAt = 3;

    private const int EpochBytes = 4;
    private const int TimeBytes = 8;
    private const int FlagBytes = 1;

    /// <summary>Bytes of a message, with those before its body.</summary>
    public static int SizeOf(IReplicaMessage message) => checked(FrameBytes + EpochBytes + message switch
    {
        AppendRequest append => ReplicaBytesWriter.PositionBytes + TimeBytes + FlagBytes + ReplicaBytesWriter.PositionBytes
            + RunOf(append.Records).Bytes.Length,
        AppendReply reply => EpochBytes + TimeBytes + FlagBytes + FlagBytes
            + FlagBytes + (reply.Matches is null ? 0 : ReplicaBytesWriter.PositionBytes)
            + FlagBytes + (reply.Head is { } head ? ReplicaBytesWriter.SizeOf(head) : 0),
        PromiseRequest => 0,
        PromiseReply promise => EpochBytes + FlagBytes + ReplicaBytesWriter.SizeOf(promise.Head),
        FetchRequest => ReplicaBytesWriter.PositionBytes,
        FetchReply fetched => ReplicaBytesWriter.PositionBytes + ReplicaBytesWriter.PositionBytes
            + FlagBytes + (fetched.Records is { } records ? RunOf(records).Bytes.Length : 0),
        LeaseRelease => 0,
        DigestRequest => ReplicaBytesWriter.PositionBytes,
        DigestReply digest => ReplicaBytesWriter.PositionBytes + FlagBytes
            + FlagBytes + (digest.Digest is null ? 0 : ReplicaBytesWriter.DigestBytes),
        _ => throw Unknown(message),
    });

    /// <summary>Writes a message. Its records must be a <see cref="RecordRun"/>; their bytes are copied once.</summary>
    public static void Write(IBufferWriter<byte> to, ShardId shard, IReplicaMessage message)
    {
        int size = SizeOf(message);
        Span<byte> bytes = to.GetSpan(size)[..size];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, shard.Value);
        bytes[2] = (byte)KindOf(message);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[LengthAt..], size - FrameBytes);
        var body = new ReplicaBytesWriter(bytes[FrameBytes..]);
        body.Write(message.Epoch);
        WriteBehindEpoch(ref body, message);
        Debug.Assert(body.IsFull);
        to.Advance(size);
    }

    private static ReplicaMessageKind KindOf(IReplicaMessage message) => message switch
    {
        AppendRequest => ReplicaMessageKind.AppendRequest,
        AppendReply => ReplicaMessageKind.AppendReply,
        PromiseRequest => ReplicaMessageKind.PromiseRequest,
        PromiseReply => ReplicaMessageKind.PromiseReply,
        FetchRequest => ReplicaMessageKind.FetchRequest,
        FetchReply => ReplicaMessageKind.FetchReply,
        LeaseRelease => ReplicaMessageKind.LeaseRelease,
        DigestRequest => ReplicaMessageKind.DigestRequest,
        DigestReply => ReplicaMessageKind.DigestReply,
        _ => throw Unknown(message),
    };

    private static void WriteBehindEpoch(ref ReplicaBytesWriter body, IReplicaMessage message)
    {
        switch (message)
        {
            case AppendRequest append:
                body.Write(append.Committed);
                body.Write(append.SentAt);
                body.Write(append.IsLeased);
                body.Write(append.Records.Before);
                body.Write(RunOf(append.Records));
                break;
            case AppendReply reply:
                body.Write(reply.Promised);
                body.Write(reply.SentAt);
                body.Write(reply.GrantsLease);
                body.Write(reply.MayHaveLostTail);
                body.Write(reply.Matches is not null);
                if (reply.Matches is { } matches) body.Write(matches);
                body.Write(reply.Head is not null);
                if (reply.Head is { } head) body.Write(head);
                break;
            case PromiseReply promise:
                body.Write(promise.Promised);
                body.Write(promise.MayHaveLostTail);
                body.Write(promise.Head);
                break;
            case FetchRequest fetch:
                body.Write(fetch.After);
                break;
            case FetchReply fetched:
                body.Write(fetched.After);
                body.Write(fetched.End);
                body.Write(fetched.Records is not null);
                if (fetched.Records is not { } records) break;
                if (records.Before != fetched.After)
                    throw new ArgumentException($"records behind {fetched.After} cannot follow {records.Before}", nameof(message));
                body.Write(RunOf(records));
                break;
            case DigestRequest request:
                body.Write(request.At);
                break;
            case DigestReply reply:
                body.Write(reply.At);
                body.Write(reply.IsDiverged);
                body.Write(reply.Digest is not null);
                if (reply.Digest is { } digest) body.Write(digest);
                break;
        }
    }

    private static RecordRun RunOf(IReplicaRecords records) =>
        records as RecordRun ?? throw new ArgumentException($"{records.GetType().Name} has no bytes of a journal", nameof(records));

    private static ArgumentException Unknown(IReplicaMessage message) =>
        new($"{message.GetType().Name} is no message between replicas", nameof(message));
}
