using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Snapshots;

/// <summary>
/// What follows a snapshot's header: blocks, and a footer that says how much there must have been (little-endian).
/// <code>
/// block   u32 crc (of the rest of the block) | u32 length of the entries (never 0) | entries
/// entry   u16 key length | u8 type (EntryType, and its encoding in the upper four bits) | u8 parts (bit 0: a deadline)
///         | u32 value length | u48 version | [u48 deadline ms] | key | value
///         format 1: u16 key length | u32 value length | u48 deadline ms (0: none) | u48 version | key | value
/// footer  u32 crc (of the rest of the footer) | u32 0 | u64 entries | u64 bytes of the file, footer included
/// </code>
/// </summary>
internal static class SnapshotFormat
{
    public const int BlockHeaderBytes = 8;
    public const int FooterBytes = 24;

    /// <summary>A block is closed at this size: large enough that its header costs nothing, small enough to check in the cache.</summary>
    public const int BlockBytes = 64 * 1024;

    private const int EntryFixedBytes = 14;
    private const int EntryFixedBytesOfFormat1 = 18;
    private const int DeadlineBytes = 6;
    private const byte DeadlinePart = 1;

    public static int SizeOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs) =>
        EntryFixedBytes + (deadlineMs == 0 ? 0 : DeadlineBytes) + key.Length + value.Length;

    /// <summary>Writes an entry; returns its size.</summary>
    public static int WriteEntry(Span<byte> to, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)key.Length);
        to[2] = (byte)EntryType.String;
        to[3] = deadlineMs == 0 ? (byte)0 : DeadlinePart;
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], value.Length);
        Write48(to[8..], version.Value);
        int at = EntryFixedBytes;
        if (deadlineMs != 0)
        {
            Write48(to[at..], deadlineMs);
            at += DeadlineBytes;
        }

        key.CopyTo(to[at..]);
        value.CopyTo(to[(at + key.Length)..]);
        return at + key.Length + value.Length;
    }

    /// <summary>
    /// Shows every entry of a whole snapshot file; returns their number. Throws <see cref="CorruptionException"/> before anything of a bad
    /// block is shown.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="visit">Takes an entry.</param>
    /// <param name="afterBlock">Called after each block, which has <see cref="BlockBytes"/> and a part of an entry.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a start runs it once, for millions of entries
    public static long ReadEntries(FileWindow file, in SnapshotHeader header, SnapshotEntryReader visit, Action? afterBlock = null)
    {
        long at = header.SizeBytes;
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

            entries += ReadBlock(name, at, header.Version, block[BlockHeaderBytes..], visit);
            at += size;
            afterBlock?.Invoke();
        }
    }

    /// <summary>Shows the entries of a block in a format's bytes; returns their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static long ReadBlock(string name, long blockAt, uint version, ReadOnlySpan<byte> block, SnapshotEntryReader visit)
    {
        long entries = 0;
        while (!block.IsEmpty)
        {
            int taken = version == 1 ? ReadEntryOfFormat1(block, visit) : ReadEntry(block, visit);
            if (taken == 0) throw Bad(name, blockAt, "an entry does not fit its block, or is of a type that this program does not know");
            block = block[taken..];
            entries++;
        }

        return entries;
    }

    // Bytes of the first entry; 0 when none can be read.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ReadEntry(ReadOnlySpan<byte> block, SnapshotEntryReader visit)
    {
        if (block.Length < EntryFixedBytes || block[2] != (byte)EntryType.String || block[3] > DeadlinePart) return 0;
        int keyAt = EntryFixedBytes + (block[3] == DeadlinePart ? DeadlineBytes : 0);
        int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(block);
        int valueLength = BinaryPrimitives.ReadInt32LittleEndian(block[4..]);
        if (valueLength < 0 || block.Length - keyAt - keyLength < valueLength) return 0;
        long deadline = keyAt == EntryFixedBytes ? 0 : Read48(block[EntryFixedBytes..]);
        visit(block.Slice(keyAt, keyLength), block.Slice(keyAt + keyLength, valueLength), deadline, new Lsn(Read48(block[8..])));
        return keyAt + keyLength + valueLength;
    }

    private static int ReadEntryOfFormat1(ReadOnlySpan<byte> block, SnapshotEntryReader visit)
    {
        const int KeyAt = EntryFixedBytesOfFormat1;
        if (block.Length < KeyAt) return 0;
        int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(block);
        int valueLength = BinaryPrimitives.ReadInt32LittleEndian(block[2..]);
        if (valueLength < 0 || block.Length - KeyAt - keyLength < valueLength) return 0;
        visit(block.Slice(KeyAt, keyLength), block.Slice(KeyAt + keyLength, valueLength), Read48(block[6..]), new Lsn(Read48(block[12..])));
        return KeyAt + keyLength + valueLength;
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
