using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Protocol.Batches;

/// <summary>
/// Encodes items of a batch (<see cref="BatchFormat"/>) one word after the other into one pooled buffer: the one encoder of gateways and
/// clients. A field of its owner, never copied, for two copies would share the buffer. One thread.
/// </summary>
/// <param name="initialBytes">Size of the first buffer.</param>
/// <param name="keptBytes">What the buffer may have to be kept for the next use.</param>
/// <param name="pool">Where buffers come from; null: <see cref="ByteBuffers"/>, which keeps no long ones.</param>
public struct ItemEncoder(int initialBytes, int keptBytes, ArrayPool<byte>? pool = null)
{
    private byte[] _buffer = [];
    private int _nextLength; // where the open item's next length stands
    private int _wordStart;

    /// <summary>Bytes so far; they are the first of <see cref="Buffer"/>.</summary>
    public int Length { get; private set; }

    public readonly byte[] Buffer => _buffer;

    /// <summary>Writes what a batch begins with.</summary>
    /// <param name="next">Bytes that follow.</param>
    public void Header(int next)
    {
        BatchFormat.WriteHeader(Room(checked(BatchFormat.HeaderBytes + next)));
        Length += BatchFormat.HeaderBytes;
    }

    /// <summary>Begins an item; exactly <paramref name="words"/> words follow.</summary>
    /// <param name="index">The command's number, or a group or version.</param>
    /// <param name="flags">As the format has them.</param>
    /// <param name="words">Words that follow.</param>
    /// <param name="wordBytes">Bytes of these words, so far as they are known: the buffer is made long enough for them at once.</param>
    public void Begin(ushort index, byte flags, int words, int wordBytes = 0)
    {
        int head = BatchFormat.ItemBytes + (words * 4);
        BatchFormat.WriteItem(Room(checked(head + wordBytes)), index, flags, words);
        _nextLength = Length + BatchFormat.ItemBytes;
        Length += head;
    }

    public void Word(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        EndWord(bytes.Length);
    }

    /// <summary>A decimal number's word.</summary>
    public void Word(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out int length);
        EndWord(length);
    }

    /// <summary>The number of a group's members, 4 bytes.</summary>
    public void Members(int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), count);
        EndWord(4);
    }

    /// <summary>A version's word, as groups have them.</summary>
    public void Version(LogPosition version)
    {
        version.Write(Room(LogPosition.SizeBytes));
        EndWord(LogPosition.SizeBytes);
    }

    /// <summary>A word ends whose bytes stand at the start of the room behind what was there before.</summary>
    public void EndWord(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_nextLength), length);
        _nextLength += 4;
        Length += length;
    }

    /// <summary>Begins a word that comes in parts (<see cref="Room"/>, <see cref="Advance"/>).</summary>
    public void OpenWord() => _wordStart = Length;

    public void CloseWord()
    {
        int length = Length - _wordStart;
        Length = _wordStart;
        EndWord(length);
    }

    /// <summary>Adds whole items as another encoder has them; returns where they stand.</summary>
    public int Append(ReadOnlySpan<byte> items)
    {
        int start = Length;
        items.CopyTo(Room(items.Length));
        Length += items.Length;
        return start;
    }

    /// <summary>Room for so many bytes or more, behind those that are there.</summary>
    public Span<byte> Room(int size)
    {
        if (_buffer.Length - Length < size) Grow(size);
        return _buffer.AsSpan(Length);
    }

    /// <summary>The same as memory.</summary>
    public Memory<byte> RoomMemory(int size)
    {
        if (_buffer.Length - Length < size) Grow(size);
        return _buffer.AsMemory(Length);
    }

    /// <summary>So many bytes of the room were written, of the word that is open.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - Length);
        Length += count;
    }

    /// <summary>Goes on with a copy of the bytes and leaves the buffer to whoever may still read it.</summary>
    public void LeaveBuffer()
    {
        byte[] copy = Rent(Length);
        _buffer.AsSpan(0, Length).CopyTo(copy);
        _buffer = copy;
    }

    /// <summary>Empties it; its buffer is kept if it is not a large one.</summary>
    public void Clear()
    {
        Length = 0;
        if (_buffer.Length <= keptBytes) return;
        Return(_buffer);
        _buffer = [];
    }

    /// <summary>Empties it and leaves its buffer to whoever may still read it.</summary>
    public void Drop()
    {
        Length = 0;
        _buffer = [];
    }

    private void Grow(int size)
    {
        long needed = (long)Length + size;
        if (needed > Array.MaxLength) throw new InvalidOperationException("these operations have more than 2 GiB together");
        byte[] larger = Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(initialBytes, _buffer.Length * 2L))));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
    }

    private readonly byte[] Rent(int size) => pool is null ? ByteBuffers.Rent(size) : pool.Rent(size);

    private readonly void Return(byte[] buffer)
    {
        if (pool is null) ByteBuffers.Return(buffer);
        else if (buffer.Length > 0) pool.Return(buffer);
    }
}
