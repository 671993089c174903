using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;

namespace OrleansKv.Engine.Snapshots;

/// <summary>
/// What follows a snapshot's header: blocks, and a footer that says how much there must have been (little-endian).
/// <code>
/// block   u32 crc (of the rest of the block) | u32 length of the entries (never 0) | entries
/// entry   u16 key length | u32 value length | u48 deadline ms (0: none) | u48 version | key | value
/// footer  u32 crc (of the rest of the footer) | u32 0 | u64 entries | u64 bytes of the file, footer included
/// </code>
/// </summary>
internal static class SnapshotFormat
{
    public const int BlockHeaderBytes = 8;
    public const int EntryFixedBytes = 18;
    public const int FooterBytes = 24;

    /// <summary>A block is closed at this size: large enough that its header costs nothing, small enough to check in the cache.</summary>
    public const int BlockBytes = 64 * 1024;

    public static void WriteEntry(Span<byte> to, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to[2..], value.Length);
        Write48(to[6..], deadlineMs);
        Write48(to[12..], version.Value);
        key.CopyTo(to[EntryFixedBytes..]);
        value.CopyTo(to[(EntryFixedBytes + key.Length)..]);
    }

    /// <summary>Shows every entry of a whole snapshot file; returns their number. Throws <see cref="CorruptionException"/> before anything of a bad block is shown.</summary>
    /// <param name="file">The file.</param>
    /// <param name="visit">Takes an entry.</param>
    /// <param name="afterBlock">Called after each block, which has <see cref="BlockBytes"/> and a part of an entry.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a start runs it once, for millions of entries
    public static long ReadEntries(FileWindow file, SnapshotEntryReader visit, Action? afterBlock = null)
    {
        long at = SnapshotHeader.SizeBytes;
        long entries = 0;
        string name = file.Path;
        while (true)
        {
            if (file.Length - at < BlockHeaderBytes) throw Bad(name, at, "the file ends before its footer");
            ReadOnlySpan<byte> head = file.At(at, BlockHeaderBytes);
            uint crc = BinaryPrimitives.ReadUInt32LittleEndian(head);
            int length = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
            int size = length == 0 ? FooterBytes : BlockHeaderBytes + length;
            if (length < 0 || size < 0 || file.Length - at < size) throw Bad(name, at, "the file ends inside a block");
            ReadOnlySpan<byte> block = file.At(at, size);
            if (Checksum.Of(block[4..]) != crc) throw Bad(name, at, "a block's checksum does not match");
            if (length == 0)
            {
                long expected = BinaryPrimitives.ReadInt64LittleEndian(block[8..]);
                if (expected != entries) throw Bad(name, at, $"the footer counts {expected} entries, the file has {entries}");
                if (at + size != file.Length) throw Bad(name, at, "there are bytes behind the footer");
                return entries;
            }

            entries += ReadBlock(name, at, block[BlockHeaderBytes..], visit);
            at += size;
            afterBlock?.Invoke();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static long ReadBlock(string name, long blockAt, ReadOnlySpan<byte> block, SnapshotEntryReader visit)
    {
        long entries = 0;
        while (!block.IsEmpty)
        {
            if (block.Length < EntryFixedBytes) throw Bad(name, blockAt, "an entry does not fit its block");
            int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(block);
            int valueLength = BinaryPrimitives.ReadInt32LittleEndian(block[2..]);
            if (valueLength < 0 || block.Length - EntryFixedBytes - keyLength < valueLength) throw Bad(name, blockAt, "an entry does not fit its block");
            visit(block.Slice(EntryFixedBytes, keyLength), block.Slice(EntryFixedBytes + keyLength, valueLength), Read48(block[6..]), new Lsn(Read48(block[12..])));
            block = block[(EntryFixedBytes + keyLength + valueLength)..];
            entries++;
        }

        return entries;
    }

    private static CorruptionException Bad(string name, long at, string problem) => new(name, at, problem, Remedy.GoOnWithout);

    private static void Write48(Span<byte> to, long value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)value);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)(value >> 32));
    }

    private static long Read48(ReadOnlySpan<byte> from) =>
        BinaryPrimitives.ReadUInt32LittleEndian(from) | ((long)BinaryPrimitives.ReadUInt16LittleEndian(from[4..]) << 32);
}
