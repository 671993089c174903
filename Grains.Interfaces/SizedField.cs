using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace OrleansKv.Grains;

/// <summary>What the codecs of length-prefixed bytes begin with, when they write and when they read.</summary>
internal static class SizedField
{
    public static void WriteHead<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, Type type, uint size)
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, type, WireType.LengthPrefixed);
        writer.WriteVarUInt32(size);
    }

    /// <summary>The bytes that follow, which are all there. Throws <see cref="InvalidDataException"/>.</summary>
    /// <param name="reader">Stands behind the field's header.</param>
    /// <param name="field">The header.</param>
    /// <param name="headBytes">What every value has, bytes.</param>
    /// <param name="what">The value, for a message.</param>
    public static uint ReadSize<TInput>(ref Reader<TInput> reader, Field field, int headBytes, string what)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        ulong claimed = reader.ReadVarUInt64(); // as 64 bits: one that is no size at all is then ours to refuse, not an overflow
        if (claimed < (uint)headBytes || claimed > int.MaxValue) throw new InvalidDataException($"{what} has not the size of one");
        uint size = (uint)claimed;
        reader.EnsureAvailable(size);
        return size;
    }
}
