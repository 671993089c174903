using System.Buffers.Binary;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Protocol.Batches;

/// <summary>
/// A batch of commands for one shard, little-endian:
/// <code>
/// batch    u32 table id (DataCommands.TableId) | item...
/// item     u16 index | u8 flags | u8 0 | u32 words | words x u32 length | the words' bytes
/// index    of the data command in DataCommands.All; word 0 is its name
///          0xFFFF: a group, the next words[0] (u32) items as one; after it pairs of words: a watched key and its version (position)
///          0xFFFE: the version of the key in word 0, answered as a bulk string of a position
/// position u32 epoch | i64 Lsn of the record that wrote the key; the Lsn is negative where there is no such key, and another one when a
///          key of its hash has come and gone since. As an expected version 0:0 means that there is no such key, whatever was before
/// flags    1: replies in RESP3; 2: reads leave the LRU order alone; bits 2 and 3: how safe it must be before the batch is answered,
///          0: as the shard's node has it, else 1 + the <see cref="Durability"/>. The highest of a batch counts. A group's own are not
///          looked at, for its members have theirs; 16: may wait
/// </code>
/// An item that may wait is not run when the replies before it are long already (<see cref="LongReplyBytes"/>), and a read that may
/// wait not when its own is: then neither it nor anything behind it has run, and the sender asks again, for a read of that kind without the
/// flag. The reply has the RESP bytes of the items one after the other, and where each one ends. A group answers with itself and its items:
/// first the moment in which it ran, ms since the Unix epoch, or <c>:0</c> when a watched key had changed (then its items have empty
/// replies). Items that have not run: the reply has none for them, but for an empty one of a read whose own is too long to come with
/// others.
/// </summary>
public static class BatchFormat
{
    /// <summary>
    /// 1 MiB of replies, and items that may wait do: what a gateway sends to a socket at once. A batch of short replies never comes to it,
    /// and at that length another call costs nothing to speak of.
    /// </summary>
    public const int LongReplyBytes = 1024 * 1024;

    public const int HeaderBytes = 4;
    public const int ItemBytes = 8;
    public const ushort Group = 0xFFFF;
    public const ushort Version = 0xFFFE;
    public const byte Resp3Flag = 1;
    public const byte NoTouchFlag = 2;
    public const byte MayWaitFlag = 16;

    private const int LevelShift = 2;
    private const int LevelMask = 3;

    /// <summary>Writes the fixed part of an item; the words' lengths and bytes follow.</summary>
    public static void WriteItem(Span<byte> to, ushort index, byte flags, int words)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, index);
        to[2] = flags;
        to[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], words);
    }

    /// <summary>Writes what every batch begins with.</summary>
    public static void WriteHeader(Span<byte> to) => BinaryPrimitives.WriteUInt32LittleEndian(to, DataCommands.TableId);

    /// <summary>The flags' bits for a connection's level; null: the node's.</summary>
    public static byte LevelFlags(Durability? level) => level is { } asked ? (byte)(((int)asked + 1) << LevelShift) : (byte)0;

    /// <summary>The level in an item's flags; null: the node's.</summary>
    public static Durability? LevelOf(byte flags) =>
        (flags >> LevelShift & LevelMask) is > 0 and int level ? (Durability)(level - 1) : null;
}
