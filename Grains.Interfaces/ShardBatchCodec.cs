using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace OrleansKv.Grains;

/// <summary>
/// A batch between silos: <c>u64 map version | u32 epoch | the batch's bytes</c>, length-prefixed. The reader's buffer is garbage after the
/// call: one that crossed the network has no sender to give it back to.
/// </summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class ShardBatchCodec : IFieldCodec<ShardBatch>, IDeepCopier<ShardBatch>
{
    private const int HeadBytes = 8 + 4;

    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] ShardBatch value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ArgumentNullException.ThrowIfNull(value);
        ReadOnlySpan<byte> bytes = value.Bytes;
        SizedField.WriteHead(ref writer, fieldIdDelta, expectedType, typeof(ShardBatch),
            (uint)(HeadBytes + bytes.Length));
        writer.WriteInt64(value.MapVersion);
        writer.WriteUInt32(value.Epoch);
        writer.Write(bytes);
    }

    public ShardBatch ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        uint size = SizedField.ReadSize(ref reader, field, HeadBytes, "a batch");
        long version = reader.ReadInt64();
        uint epoch = reader.ReadUInt32();
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)size - HeadBytes);
        reader.ReadBytes(buffer);
        return new ShardBatch(buffer, buffer.Length, version, epoch);
    }

    [return: NotNullIfNotNull(nameof(input))]
    public ShardBatch? DeepCopy(ShardBatch? input, CopyContext context) => input;
}
