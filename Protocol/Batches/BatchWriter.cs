using System.Buffers.Binary;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Protocol.Batches;

/// <summary>Encodes a batch (<see cref="BatchFormat"/>) into one pooled buffer. One thread.</summary>
public sealed class BatchWriter
{
    /// <summary>4 KiB: some 40 commands with 16 B keys and 64 B values.</summary>
    private const int InitialBytes = 4096;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>Items so far, groups counted beside their members.</summary>
    public int Count { get; private set; }

    public int SizeBytes => _length;

    /// <summary>The batch so far is the buffer's first <see cref="SizeBytes"/>.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>Empties the writer, which keeps its buffer if it is not a large one.</summary>
    public void Reset()
    {
        const int KeptBytes = 64 * 1024;
        _length = 0;
        Count = 0;
        if (_buffer.Length > KeptBytes) Drop();
    }

    /// <summary>Empties the writer and leaves its buffer to whoever still reads it.</summary>
    public void Drop()
    {
        _length = 0;
        Count = 0;
        _buffer = [];
    }

    /// <summary>Adds a command, by its index in <see cref="DataCommands.All"/>; returns its place among the replies.</summary>
    public int Add(ushort command, in ArgList args, byte flags)
    {
        int size = 0;
        for (int i = 0; i < args.Count; i++) size += args[i].Length;
        Span<byte> to = Item(command, flags, args.Count, size);
        Span<byte> lengths = to;
        to = to[(args.Count * 4)..];
        for (int i = 0; i < args.Count; i++)
        {
            ReadOnlySpan<byte> word = args[i];
            BinaryPrimitives.WriteInt32LittleEndian(lengths[(i * 4)..], word.Length);
            word.CopyTo(to);
            to = to[word.Length..];
        }

        return Count++;
    }

    /// <summary>
    /// Begins a group of the next <paramref name="members"/> items, which runs only if the watched keys still have these versions.
    /// </summary>
    public int AddGroup(int members, IReadOnlyList<(byte[] Key, Lsn Version)> watched, byte flags = 0)
    {
        int words = 1 + (watched.Count * 2);
        Span<byte> to = Item(BatchFormat.Group, flags, words, 4 + watched.Sum(w => w.Key.Length + 8));
        Span<byte> lengths = to;
        to = to[(words * 4)..];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, 4);
        BinaryPrimitives.WriteInt32LittleEndian(to, members);
        to = to[4..];
        for (int i = 0; i < watched.Count; i++)
        {
            (byte[] key, Lsn version) = watched[i];
            BinaryPrimitives.WriteInt32LittleEndian(lengths[((1 + (i * 2)) * 4)..], key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(lengths[((2 + (i * 2)) * 4)..], 8);
            key.CopyTo(to);
            BinaryPrimitives.WriteInt64LittleEndian(to[key.Length..], version.Value);
            to = to[(key.Length + 8)..];
        }

        return Count++;
    }

    /// <summary>Asks for a key's version.</summary>
    public int AddVersion(ReadOnlySpan<byte> key, byte flags = 0)
    {
        Span<byte> to = Item(BatchFormat.Version, flags, 1, key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to, key.Length);
        key.CopyTo(to[4..]);
        return Count++;
    }

    /// <summary>Adds items as another batch had them (<see cref="ItemsOf"/>); returns the first one's place among the replies.</summary>
    /// <param name="mayWait">Whether they may wait now (<see cref="BatchFormat.MayWaitFlag"/>).</param>
    public int AddItems(ReadOnlySpan<byte> items, int count, bool mayWait)
    {
        Reserve(items.Length);
        items.CopyTo(_buffer.AsSpan(_length));
        _buffer[_length + 2] = (byte)((items[2] & ~BatchFormat.MayWaitFlag) | (mayWait ? BatchFormat.MayWaitFlag : 0));
        _length += items.Length;
        int first = Count;
        Count += count;
        return first;
    }

    /// <summary>The bytes of some items, which stand one after the other. Looks through the batch: not for every command.</summary>
    public ReadOnlySpan<byte> ItemsOf(int first, int count)
    {
        int start = Skip(BatchFormat.HeaderBytes, first);
        return _buffer.AsSpan(start, Skip(start, count) - start);
    }

    /// <summary>The words of an item; the same remark.</summary>
    public ArgList ArgsOf(int index)
    {
        int start = Skip(BatchFormat.HeaderBytes, index);
        var slices = new ArgSlice[BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(start + 4))];
        int lengths = start + BatchFormat.ItemBytes;
        int at = lengths + (slices.Length * 4);
        for (int i = 0; i < slices.Length; i++)
        {
            slices[i] = new ArgSlice(at, BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(lengths + (i * 4))));
            at += slices[i].Length;
        }

        return new ArgList(_buffer, slices);
    }

    private int Skip(int at, int items)
    {
        for (; items > 0; items--)
        {
            int words = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(at + 4));
            int lengths = at + BatchFormat.ItemBytes;
            at = lengths + (words * 4);
            for (int i = 0; i < words; i++) at += BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(lengths + (i * 4)));
        }

        return at;
    }

    // What stands behind the item's fixed part: room for the lengths and the words.
    private Span<byte> Item(ushort index, byte flags, int words, int wordBytes)
    {
        int size = checked(BatchFormat.ItemBytes + (words * 4) + wordBytes);
        Reserve(size);
        Span<byte> to = _buffer.AsSpan(_length, size);
        BatchFormat.WriteItem(to, index, flags, words);
        _length += size;
        return to[BatchFormat.ItemBytes..];
    }

    private void Reserve(int size)
    {
        if (_length == 0)
        {
            if (_buffer.Length == 0) _buffer = ByteBuffers.Rent(Math.Max(InitialBytes, BatchFormat.HeaderBytes + size));
            BatchFormat.WriteHeader(_buffer);
            _length = BatchFormat.HeaderBytes;
        }

        if (_buffer.Length - _length >= size) return;
        byte[] larger = ByteBuffers.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)_length + size, _buffer.Length * 2L)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ByteBuffers.Return(_buffer);
        _buffer = larger;
    }
}
