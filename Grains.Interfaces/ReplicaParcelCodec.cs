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
        SizedField.WriteHead(ref writer, fieldIdDelta, expectedType, typeof(ReplicaParcel),
            (uint)(HeadBytes + value.Length));
        writer.WriteInt32(value.From);
        writer.Write(value.Messages.Span);
    }

    public ReplicaParcel ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        uint size = SizedField.ReadSize(ref reader, field, HeadBytes, "a parcel of replicas");
        int from = reader.ReadInt32();
        int length = (int)size - HeadBytes;
        byte[] buffer = length == 0 ? [] : ByteBuffers.Rent(length);
        reader.ReadBytes(buffer.AsSpan(0, length));
        return new ReplicaParcel(from, buffer, length);
    }

    [return: NotNullIfNotNull(nameof(input))]
    public ReplicaParcel? DeepCopy(ReplicaParcel? input, CopyContext context) => input;
}
