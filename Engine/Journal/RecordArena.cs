namespace OrleansKv.Engine.Journal;

/// <summary>
/// Room for copies of records that live for one turn of a thread: given away piece by piece, and taken back all at once, so that a turn
/// leaves nothing to the garbage collector. One thread.
/// </summary>
public sealed class RecordArena
{
    /// <summary>A block: some turns' records at full load. What is longer gets an array of its own.</summary>
    private const int BlockBytes = 1024 * 1024;

    private byte[] _block = [];
    private int _used;

    /// <summary>So many bytes, with whatever they hold; until <see cref="Reset"/>.</summary>
    public Memory<byte> Rent(int bytes)
    {
        if (bytes > BlockBytes / 4) return GC.AllocateUninitializedArray<byte>(bytes);
        if (_block.Length - _used < bytes)
        {
            _block = GC.AllocateUninitializedArray<byte>(BlockBytes); // the one before is left to whoever has a piece of it
            _used = 0;
        }

        _used += bytes;
        return _block.AsMemory(_used - bytes, bytes);
    }

    /// <summary>Nobody has anything of it any more.</summary>
    public void Reset() => _used = 0;
}
