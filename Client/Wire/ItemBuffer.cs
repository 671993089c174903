using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Client.Wire;

/// <summary>
/// Encodes operations as items of a batch (<see cref="BatchFormat"/>) into one pooled buffer, from where they are copied to the call of
/// their shard. As a buffer writer it takes the bytes of the word that is open. One thread.
/// </summary>
internal sealed class ItemBuffer : IBufferWriter<byte>
{
    /// <summary>1 KiB: an operation with a small value, or a dozen counters.</summary>
    private const int InitialBytes = 1024;

    /// <summary>What a buffer that waits for its next use may hold on to: 16 KiB.</summary>
    private const int KeptBytes = 16 * 1024;

    private byte[] _buffer = [];
    private int _nextLength;
    private int _wordStart;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Slice(int start, int end) => _buffer.AsSpan(start, end - start);

    /// <summary>Begins an item; exactly <paramref name="words"/> words follow.</summary>
    public void Begin(ushort index, int words)
    {
        int head = BatchFormat.ItemBytes + (words * 4);
        Span<byte> to = GetSpan(head);
        BatchFormat.WriteItem(to, index, 0, words);
        _nextLength = Length + BatchFormat.ItemBytes;
        Length += head;
    }

    /// <summary>Begins a command's item with its name; <paramref name="words"/> count it.</summary>
    public void Begin(ClientCommand command, int words)
    {
        Begin(command.Index, words);
        Word(command.Name);
    }

    public void Word(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        EndWord(bytes.Length);
    }

    /// <summary>A key's word; returns its slot.</summary>
    public SlotId Word(in KvKey key)
    {
        Span<byte> to = GetSpan(key.MaxByteCount);
        int length = key.CopyTo(to);
        if (length > KvKey.MaxBytes) throw new ArgumentException($"the key has {length} bytes; the most is {KvKey.MaxBytes}", nameof(key));
        SlotId slot = Slot.Of(to[..length]);
        EndWord(length);
        return slot;
    }

    /// <summary>A decimal number's word.</summary>
    public void Word(long number)
    {
        Utf8Formatter.TryFormat(number, GetSpan(20), out int length);
        EndWord(length);
    }

    /// <summary>A version's word, as groups have them: 8 bytes.</summary>
    public void Version(long version)
    {
        BinaryPrimitives.WriteInt64LittleEndian(GetSpan(8), version);
        EndWord(8);
    }

    /// <summary>The number of a group's members, 4 bytes.</summary>
    public void Members(int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(GetSpan(4), count);
        EndWord(4);
    }

    /// <summary>Begins a word whose bytes somebody else writes.</summary>
    public void OpenWord() => _wordStart = Length;

    public void CloseWord()
    {
        int length = Length - _wordStart;
        Length = _wordStart;
        EndWord(length);
    }

    public void Clear()
    {
        Length = 0;
        if (_buffer.Length <= KeptBytes) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsSpan(Length);
    }

    private void EndWord(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_nextLength), length);
        _nextLength += 4;
        Length += length;
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - Length >= size) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(
            (int)Math.Min(Array.MaxLength, Math.Max((long)Length + size, Math.Max(InitialBytes, _buffer.Length * 2L))));
        if (larger.Length - Length < size) throw new InvalidOperationException("these operations have more than 2 GiB together");
        _buffer.AsSpan(0, Length).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
