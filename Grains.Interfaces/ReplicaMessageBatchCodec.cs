using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Grains;

/// <summary>A batch of replica messages between silos: <c>i32 from | the messages</c>, length-prefixed.</summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class ReplicaMessageBatchCodec : IFieldCodec<ReplicaMessageBatch>, IDeepCopier<ReplicaMessageBatch>
{
    private const int HeadBytes = 4;

    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] ReplicaMessageBatch value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ArgumentNullException.ThrowIfNull(value);
        SizedField.WriteHead(ref writer, fieldIdDelta, expectedType, typeof(ReplicaMessageBatch),
            (uint)(HeadBytes + value.Length));
        writer.WriteInt32(value.From);
        writer.Write(value.Messages.Span);
    }

    public ReplicaMessageBatch ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        uint size = SizedField.ReadSize(ref reader, field, HeadBytes, "a batch of replica messages");
        int from = reader.ReadInt32();
        int length = (int)size - HeadBytes;
        byte[] buffer = length == 0 ? [] : ByteBuffers.Rent(length);
        reader.ReadBytes(buffer.AsSpan(0, length));
        return new ReplicaMessageBatch(from, buffer, length);
    }

    [return: NotNullIfNotNull(nameof(input))]
    public ReplicaMessageBatch? DeepCopy(ReplicaMessageBatch? input, CopyContext context) => input;
}
