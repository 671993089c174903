using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Grains;

/// <summary>
/// A reply between silos, length-prefixed, little-endian: <c>u8 status | u64 map version | u32 epoch | u32 bytes of the problem | problem
/// (UTF-8) | u32 replies | where each ends (u32) | u32 slow items | each one's place (u32) and time (u64, ns) | RESP bytes</c>.
/// </summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class ShardReplyCodec : IFieldCodec<ShardReply>, IDeepCopier<ShardReply>
{
    private const int HeadBytes = 1 + 8 + 4 + 4 + 4 + 4;
    private const int SlowBytes = 4 + 8;

    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] ShardReply value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ArgumentNullException.ThrowIfNull(value);
        byte[] problem = value.Problem is null ? [] : Encoding.UTF8.GetBytes(value.Problem);
        BatchReply replies = value.Replies;
        SizedField.WriteHead(ref writer, fieldIdDelta, expectedType, typeof(ShardReply),
            checked((uint)(HeadBytes + problem.Length + (replies.Count * 4) + (replies.Slow.Count * SlowBytes) + replies.Bytes.Length)));
        writer.WriteByte((byte)value.Status);
        writer.WriteInt64(value.MapVersion);
        writer.WriteUInt32(value.Epoch);
        writer.WriteInt32(problem.Length);
        writer.Write(problem);
        writer.WriteInt32(replies.Count);
        writer.Write(MemoryMarshal.AsBytes(replies.Ends)); // little-endian, as every platform that .NET runs on here
        writer.WriteInt32(replies.Slow.Count);
        for (int i = 0; i < replies.Slow.Count; i++)
        {
            writer.WriteInt32(replies.Slow[i].Index);
            writer.WriteInt64(replies.Slow[i].Ns);
        }

        writer.Write(replies.Bytes);
    }

    public ShardReply ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        uint size = SizedField.ReadSize(ref reader, field, HeadBytes, "a shard's reply");
        var status = (ShardStatus)reader.ReadByte();
        if (status > ShardStatus.Unconfirmed) throw new InvalidDataException("a shard's reply has no status that this node knows");
        long version = reader.ReadInt64();
        uint epoch = reader.ReadUInt32();
        // Every length is looked at before memory is taken for it.
        uint left = size - HeadBytes;
        uint problemBytes = reader.ReadUInt32();
        if (problemBytes > left) throw Short();
        left -= problemBytes;
        var problem = new byte[problemBytes];
        reader.ReadBytes(problem);
        uint count = reader.ReadUInt32();
        if (count > left / 4) throw Short();
        left -= count * 4;
        int[] ends = count == 0 ? [] : ArrayPool<int>.Shared.Rent((int)count);
        reader.ReadBytes(MemoryMarshal.AsBytes(ends.AsSpan(0, (int)count)));
        List<SlowItem>? slow = ReadSlow(ref reader, ref left, count);
        int length = (int)left;
        if (!AreAscending(ends.AsSpan(0, (int)count), length))
            throw new InvalidDataException("the replies of a shard do not follow one another");
        byte[] bytes = length == 0 ? [] : ByteBuffers.Rent(length);
        reader.ReadBytes(bytes.AsSpan(0, length));
        string? why = problem.Length == 0 ? null : Encoding.UTF8.GetString(problem);
        return new ShardReply(status, new BatchReply(bytes, length, ends, (int)count, slow), version, why) { Epoch = epoch };
    }

    [return: NotNullIfNotNull(nameof(input))]
    public ShardReply? DeepCopy(ShardReply? input, CopyContext context) => input;

    private static List<SlowItem>? ReadSlow<TInput>(ref Reader<TInput> reader, ref uint left, uint count)
    {
        uint slow = reader.ReadUInt32();
        if (slow > left / SlowBytes) throw Short();
        left -= slow * SlowBytes;
        if (slow == 0) return null;
        var items = new List<SlowItem>((int)slow);
        for (uint i = 0; i < slow; i++)
        {
            uint index = reader.ReadUInt32();
            if (index >= count) throw new InvalidDataException("a shard's reply names an item that it does not have");
            items.Add(new SlowItem((int)index, reader.ReadInt64()));
        }

        return items;
    }

    private static InvalidDataException Short() => new("a shard's reply is shorter than it says");

    private static bool AreAscending(ReadOnlySpan<int> ends, int length)
    {
        int last = 0;
        foreach (int end in ends)
        {
            if (end < last) return false;
            last = end;
        }

        return last <= length;
    }
}
