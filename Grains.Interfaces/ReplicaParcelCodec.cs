using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Grains;

/// <summary>A parcel between silos: <c>i32 from | the messages</c>, length-prefixed.</summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class ReplicaParcelCodec : IFieldCodec<ReplicaParcel>, IDeepCopier<ReplicaParcel>
{
    private const int HeadBytes = 4;

    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] ReplicaParcel value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ArgumentNullException.ThrowIfNull(value);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(ReplicaParcel), WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)(HeadBytes + value.Length));
        writer.WriteInt32(value.From);
        writer.Write(value.Messages.Span);
    }

    public ReplicaParcel ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        ulong claimed = reader.ReadVarUInt64(); // as 64 bits: one that is no size at all is then ours to refuse, not an overflow
        if (claimed is < HeadBytes or > int.MaxValue) throw new InvalidDataException("a parcel of replicas has not the size of one");
        uint size = (uint)claimed;
        reader.EnsureAvailable(size);
        int from = reader.ReadInt32();
        int length = (int)size - HeadBytes;
        byte[] buffer = length == 0 ? [] : ByteBuffers.Rent(length);
        reader.ReadBytes(buffer.AsSpan(0, length));
        return new ReplicaParcel(from, buffer, length);
    }

    [return: NotNullIfNotNull(nameof(input))]
    public ReplicaParcel? DeepCopy(ReplicaParcel? input, CopyContext context) => input;
}
