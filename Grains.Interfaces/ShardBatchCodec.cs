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
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(ShardBatch), WireType.LengthPrefixed);
        ReadOnlySpan<byte> bytes = value.Bytes;
        writer.WriteVarUInt32((uint)(HeadBytes + bytes.Length));
        writer.WriteInt64(value.MapVersion);
        writer.WriteUInt32(value.Epoch);
        writer.Write(bytes);
    }

    public ShardBatch ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        ulong claimed = reader.ReadVarUInt64(); // as 64 bits: one that is no size at all is then ours to refuse, not an overflow
        if (claimed is < HeadBytes or > int.MaxValue) throw new InvalidDataException("a batch has not the size of one");
        uint size = (uint)claimed;
        reader.EnsureAvailable(size);
        long version = reader.ReadInt64();
        uint epoch = reader.ReadUInt32();
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)size - HeadBytes);
        reader.ReadBytes(buffer);
        return new ShardBatch(buffer, buffer.Length, version, epoch);
    }

    [return: NotNullIfNotNull(nameof(input))]
    public ShardBatch? DeepCopy(ShardBatch? input, CopyContext context) => input;
}
