using System.Buffers;
using System.Buffers.Binary;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Protocol.Batches;

/// <summary>A batch (<see cref="BatchFormat"/>) that is being gathered in one pooled buffer. One thread.</summary>
/// <param name="keptBytes">What the buffer may have to be kept for the next batch.</param>
/// <param name="pool">Where buffers come from; null: <see cref="Resp.ByteBuffers"/>.</param>
public sealed class BatchWriter(int keptBytes = BatchWriter.UsualKeptBytes, ArrayPool<byte>? pool = null)
{
    /// <summary>4 KiB: some 40 commands with 16 B keys and 64 B values.</summary>
    private const int InitialBytes = 4096;

    private const int UsualKeptBytes = 64 * 1024;

    private ItemEncoder _items = new(InitialBytes, keptBytes, pool);

    /// <summary>Items so far, groups counted beside their members.</summary>
    public int Count { get; private set; }

    public int SizeBytes => _items.Length;

    /// <summary>The batch so far is the buffer's first <see cref="SizeBytes"/>.</summary>
    public byte[] Buffer => _items.Buffer;

    /// <summary>Empties the writer, which keeps its buffer if it is not a large one.</summary>
    public void Reset()
    {
        _items.Clear();
        Count = 0;
    }

    /// <summary>Empties the writer and leaves its buffer to whoever still reads it.</summary>
    public void Drop()
    {
        _items.Drop();
        Count = 0;
    }

    /// <summary>Goes on with a copy of the batch and leaves the buffer to whoever still reads it.</summary>
    public void LeaveBuffer() => _items.LeaveBuffer();

    /// <summary>Adds a command, by its index in <see cref="DataCommands.All"/>; returns its place among the replies.</summary>
    public int Add(ushort command, in ArgList args, byte flags)
    {
        int size = 0;
        for (int i = 0; i < args.Count; i++) size += args[i].Length;
        Begin(command, flags, args.Count, size);
        for (int i = 0; i < args.Count; i++) _items.Word(args[i]);
        return Count++;
    }

    /// <summary>
    /// Begins a group of the next <paramref name="members"/> items, which runs only if the watched keys still have these versions.
    /// </summary>
    public int AddGroup(int members, IReadOnlyList<(byte[] Key, LogPosition Version)> watched, byte flags = 0)
    {
        Begin(BatchFormat.Group, flags, 1 + (watched.Count * 2), 4 + watched.Sum(w => w.Key.Length + LogPosition.SizeBytes));
        _items.Members(members);
        for (int i = 0; i < watched.Count; i++)
        {
            _items.Word(watched[i].Key);
            _items.Version(watched[i].Version);
        }

        return Count++;
    }

    /// <summary>Asks for a key's version.</summary>
    public int AddVersion(ReadOnlySpan<byte> key, byte flags = 0)
    {
        Begin(BatchFormat.Version, flags, 1, key.Length);
        _items.Word(key);
        return Count++;
    }

    /// <summary>Adds items as another batch had them (<see cref="ItemsOf"/>); returns the first one's place among the replies.</summary>
    /// <param name="items">One item or more.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="mayWait">Whether they may wait now (<see cref="BatchFormat.MayWaitFlag"/>).</param>
    public int AddItems(ReadOnlySpan<byte> items, int count, bool mayWait)
    {
        if (_items.Length == 0) _items.Header(items.Length);
        int start = _items.Append(items);
        Buffer[start + 2] = (byte)((items[2] & ~BatchFormat.MayWaitFlag) | (mayWait ? BatchFormat.MayWaitFlag : 0));
        int first = Count;
        Count += count;
        return first;
    }

    /// <summary>The bytes of some items, which stand one after the other. Looks through the batch: not for every command.</summary>
    public ReadOnlySpan<byte> ItemsOf(int first, int count)
    {
        int start = Skip(BatchFormat.HeaderBytes, first);
        return Buffer.AsSpan(start, Skip(start, count) - start);
    }

    /// <summary>The words of an item; the same remark.</summary>
    public ArgList ArgsOf(int index)
    {
        int start = Skip(BatchFormat.HeaderBytes, index);
        var slices = new ArgSlice[BinaryPrimitives.ReadInt32LittleEndian(Buffer.AsSpan(start + 4))];
        int lengths = start + BatchFormat.ItemBytes;
        int at = lengths + (slices.Length * 4);
        for (int i = 0; i < slices.Length; i++)
        {
            slices[i] = new ArgSlice(at, BinaryPrimitives.ReadInt32LittleEndian(Buffer.AsSpan(lengths + (i * 4))));
            at += slices[i].Length;
        }

        return new ArgList(Buffer, slices);
    }

    private int Skip(int at, int items)
    {
        for (; items > 0; items--)
        {
            int words = BinaryPrimitives.ReadInt32LittleEndian(Buffer.AsSpan(at + 4));
            int lengths = at + BatchFormat.ItemBytes;
            at = lengths + (words * 4);
            for (int i = 0; i < words; i++) at += BinaryPrimitives.ReadInt32LittleEndian(Buffer.AsSpan(lengths + (i * 4)));
        }

        return at;
    }

    private void Begin(ushort index, byte flags, int words, int wordBytes)
    {
        int size = checked(BatchFormat.ItemBytes + (words * 4) + wordBytes);
        if (_items.Length == 0) _items.Header(size);
        _items.Begin(index, flags, words, wordBytes);
    }
}
