using System.Buffers;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Client.Wire;

/// <summary>
/// The items of an exchange's operations (<see cref="ItemEncoder"/>), from where they are copied to the call of their shard. As a buffer
/// writer it takes the bytes of the word that is open. One thread.
/// </summary>
internal sealed class ItemBuffer : IBufferWriter<byte>
{
    /// <summary>1 KiB: an operation with a small value, or a dozen counters.</summary>
    private const int InitialBytes = 1024;

    /// <summary>What a buffer that waits for its next use may hold on to: 16 KiB.</summary>
    private const int KeptBytes = 16 * 1024;

    private ItemEncoder _items = new(InitialBytes, KeptBytes, ArrayPool<byte>.Shared);

    public int Length => _items.Length;

    public ReadOnlySpan<byte> Slice(int start, int end) => _items.Buffer.AsSpan(start, end - start);

    /// <summary>Begins an item; exactly <paramref name="words"/> words follow.</summary>
    public void Begin(ushort index, int words) => _items.Begin(index, 0, words);

    /// <summary>Begins a command's item with its name; <paramref name="words"/> count it.</summary>
    public void Begin(ClientCommand command, int words)
    {
        Begin(command.Index, words);
        Word(command.Name);
    }

    public void Word(ReadOnlySpan<byte> bytes) => _items.Word(bytes);

    /// <summary>A key's word; returns its slot.</summary>
    public SlotId Word(in KvKey key)
    {
        Span<byte> to = _items.Room(key.MaxByteCount);
        int length = key.CopyTo(to);
        if (length > KvKey.MaxBytes) throw new ArgumentException($"the key has {length} bytes; the most is {KvKey.MaxBytes}", nameof(key));
        SlotId slot = Slot.Of(to[..length]);
        _items.EndWord(length);
        return slot;
    }

    /// <summary>A decimal number's word.</summary>
    public void Word(long number) => _items.Word(number);

    /// <summary>A version's word, as groups have them.</summary>
    public void Version(KeyVersion version) =>
        _items.Version(new LogPosition(new Epoch(version.Epoch), new Lsn(version.Lsn)));

    /// <summary>The number of a group's members.</summary>
    public void Members(int count) => _items.Members(count);

    /// <summary>Begins a word whose bytes somebody else writes.</summary>
    public void OpenWord() => _items.OpenWord();

    public void CloseWord() => _items.CloseWord();

    public void Clear() => _items.Clear();

    public void Advance(int count) => _items.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _items.RoomMemory(Math.Max(1, sizeHint));

    public Span<byte> GetSpan(int sizeHint = 0) => _items.Room(Math.Max(1, sizeHint));
}
