using System.Buffers.Binary;
using System.Text;
using Orleans.Runtime;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// The system shard's key of one state of one grain. Each part but the last carries its length, so that no two states can share a key
/// whatever their names contain (docs/FORMAT.md):
/// <code>
/// u8 'G' | u16 n | provider name | u16 n | state name | u16 n | grain type | grain key
/// </code>
/// Little-endian; names in UTF-8.
/// </summary>
internal static class GrainStateKey
{
    /// <summary>Bytes of a key: a snapshot's entry holds the length in 16 bits.</summary>
    public const int MaxBytes = ushort.MaxValue;

    private const byte Kind = (byte)'G';

    public static byte[] Of(string provider, string stateName, GrainId grain)
    {
        ReadOnlySpan<byte> type = grain.Type.AsSpan();
        ReadOnlySpan<byte> id = grain.Key.AsSpan();
        long size = 1L + 2 + Encoding.UTF8.GetByteCount(provider) + 2 + Encoding.UTF8.GetByteCount(stateName) + 2 + type.Length + id.Length;
        if (size > MaxBytes)
        {
            throw new ArgumentException(
                $"the names of a state (provider '{Shown(provider)}', state '{Shown(stateName)}') and of its grain take {size} bytes "
                    + $"together; the most is {MaxBytes}");
        }

        var key = new byte[size];
        key[0] = Kind;
        int at = Write(key, 1, provider);
        at = Write(key, at, stateName);
        BinaryPrimitives.WriteUInt16LittleEndian(key.AsSpan(at), (ushort)type.Length);
        type.CopyTo(key.AsSpan(at + 2));
        id.CopyTo(key.AsSpan(at + 2 + type.Length));
        return key;
    }

    private static int Write(byte[] key, int at, string name)
    {
        int length = Encoding.UTF8.GetBytes(name, key.AsSpan(at + 2));
        BinaryPrimitives.WriteUInt16LittleEndian(key.AsSpan(at), (ushort)length);
        return at + 2 + length;
    }

    private static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "...";
}
