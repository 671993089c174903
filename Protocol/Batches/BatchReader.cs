using System.Buffers.Binary;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Protocol.Batches;

/// <summary>Finds the items of a batch (<see cref="BatchFormat"/>). Its tables are reused; one thread.</summary>
internal sealed class BatchReader
{
    /// <summary>Set by the reader among an item's flags: it has not as many words as its command must.</summary>
    public const byte WrongArityFlag = 0x80;

    // By index of the command: takes about a microsecond, whatever its words are.
    private static readonly bool[] IsQuick = [.. DataCommands.All.Select(c => c.HasOneKey && !c.MayTakeLong)];

    private ArgSlice[] _slices = new ArgSlice[128];
    private BatchItem[] _items = new BatchItem[32];
    private int _sliceCount;

    public int Count { get; private set; }

    /// <summary>The batch has commands that may take long.</summary>
    public bool HasSlowKinds { get; private set; }

    /// <summary>The highest level that an item asks for by itself; null when none does.</summary>
    public Durability? AskedLevel { get; private set; }

    /// <summary>Some item leaves the level to the node.</summary>
    public bool AsksForDefault { get; private set; }

    /// <summary>Whether a command, or a group's last one, is of a kind that may take long.</summary>
    public static bool MayTakeLong(in BatchItem item) => item.Index < BatchFormat.Version && !IsQuick[item.Index];

    public ref readonly BatchItem this[int index] => ref _items[index];

    public ArgList Args(in BatchItem item, ReadOnlySpan<byte> batch) => new(batch, _slices.AsSpan(item.FirstSlice, item.Words));

    public ArgSlice Slice(in BatchItem item, int word) => _slices[item.FirstSlice + word];

    /// <summary>Null, or what is wrong with the batch: it comes from another program, over a network.</summary>
    public string? Read(ReadOnlySpan<byte> batch)
    {
        const string Cut = "a batch ends inside an item";
        Count = _sliceCount = 0;
        HasSlowKinds = false;
        AskedLevel = null;
        AsksForDefault = false;
        if (batch.Length < BatchFormat.HeaderBytes) return Cut;
        if (BinaryPrimitives.ReadUInt32LittleEndian(batch) != DataCommands.TableId)
            return "the sender's commands are not this node's: the nodes run different versions; bring them to the same one";
        for (int at = BatchFormat.HeaderBytes; at < batch.Length;)
        {
            if (batch.Length - at < BatchFormat.ItemBytes) return Cut;
            ushort index = BinaryPrimitives.ReadUInt16LittleEndian(batch[at..]);
            byte flags = (byte)(batch[at + 2] & ~WrongArityFlag);
            int words = BinaryPrimitives.ReadInt32LittleEndian(batch[(at + 4)..]);
            at += BatchFormat.ItemBytes;
            if (words <= 0 || words > (batch.Length - at) / 4) return Cut;
            if (index < BatchFormat.Version)
            {
                if (index >= DataCommands.All.Count) return "a batch has a command that does not exist";
                if (!DataCommands.All[index].Accepts(words)) flags |= WrongArityFlag;
                HasSlowKinds |= !IsQuick[index];
            }

            int lengths = at;
            at += words * 4;
            Add(new BatchItem(index, flags, _sliceCount, words));
            if (index != BatchFormat.Group) Ask(BatchFormat.LevelOf(flags));
            for (int i = 0; i < words; i++)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(batch[(lengths + (i * 4))..]);
                if (length < 0 || length > batch.Length - at) return Cut;
                Add(new ArgSlice(at, length));
                at += length;
            }

            if (index == BatchFormat.Group && !IsGroup(_items[Count - 1])) return "a batch has a group that is none";
        }

        return null;
    }

    // A number of items, then pairs of a key and a version.
    private bool IsGroup(in BatchItem item)
    {
        if (item.Words % 2 == 0 || Slice(item, 0).Length != sizeof(int)) return false;
        for (int i = 2; i < item.Words; i += 2)
        {
            if (Slice(item, i).Length != LogPosition.SizeBytes) return false;
        }

        return true;
    }

    private void Ask(Durability? level)
    {
        if (level is null) AsksForDefault = true;
        else if (AskedLevel is null || level > AskedLevel) AskedLevel = level;
    }

    private void Add(in BatchItem item)
    {
        if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
        _items[Count++] = item;
    }

    private void Add(in ArgSlice slice)
    {
        if (_sliceCount == _slices.Length) Array.Resize(ref _slices, _sliceCount * 2);
        _slices[_sliceCount++] = slice;
    }
}
