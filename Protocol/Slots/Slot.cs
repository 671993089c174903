namespace OrleansKv.Protocol.Slots;

/// <summary>
/// Slot of a key: CRC16 of the key, or of what stands between the first <c>{</c> and the next <c>}</c> if that is not empty,
/// modulo 16384 (Redis Cluster specification, "Hash tags").
/// </summary>
public static class Slot
{
    public static SlotId Of(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            int length = key[(open + 1)..].IndexOf((byte)'}');
            if (length > 0) key = key.Slice(open + 1, length);
        }

        return new SlotId((ushort)(Crc16.Compute(key) & (SlotId.Count - 1)));
    }
}
