using System.Buffers;

namespace OrleansKv.Engine.Io;

/// <summary>
/// A file of any size, seen through a buffer that moves along it, so that recovery of a store needs memory for its largest record and not
/// for its largest file. Invariant: the buffer holds the file's bytes from <see cref="_start"/> on, <see cref="_count"/> of them. One
/// thread. The buffer is rented: a snapshot reads a file back for each shard.
/// </summary>
internal sealed class FileWindow(IDisk disk, string name) : IDisposable
{
    /// <summary>1 MiB: a read this long costs its copying, not its call; smaller than a core's share of the cache.</summary>
    private const int LeastBytes = 1024 * 1024;

    private readonly IDiskReader _file = disk.OpenRead(name);
    private byte[] _buffer = [];
    private long _start;
    private int _count;

    /// <summary>The file with its folder, for messages.</summary>
    public string Path { get; } = System.IO.Path.Combine(disk.Folder, name);

    public long Length => _file.Length;

    /// <summary>
    /// The file's bytes from <paramref name="at"/> on: <paramref name="count"/> of them, fewer only where the file ends. Valid until the
    /// next call.
    /// </summary>
    public ReadOnlySpan<byte> At(long at, int count)
    {
        long offset = at - _start;
        if (offset < 0 || offset + count > _count)
        {
            Move(at, count);
            offset = 0;
        }

        return _buffer.AsSpan((int)offset, Math.Min(count, _count - (int)offset));
    }

    /// <summary>The first byte from <paramref name="at"/> on that is not zero; the file's length when there is none.</summary>
    public long NextNonZero(long at)
    {
        for (; at < Length; at += LeastBytes)
        {
            int found = At(at, LeastBytes).IndexOfAnyExcept((byte)0);
            if (found >= 0) return at + found;
        }

        return Length;
    }

    /// <summary>Where the zeros begin that end the file; not before <paramref name="from"/>.</summary>
    public long LastZeros(long from)
    {
        long zeros = from;
        for (long at = from; at < Length; at += LeastBytes)
        {
            int found = At(at, LeastBytes).LastIndexOfAnyExcept((byte)0);
            if (found >= 0) zeros = at + found + 1;
        }

        return zeros;
    }

    public void Dispose()
    {
        _file.Dispose();
        Return();
    }

    // What both windows share is read again: at most one record a window.
    private void Move(long at, int count)
    {
        int wanted = (int)Math.Min(Math.Max(count, LeastBytes), Math.Max(0, Length - at));
        _count = 0;
        if (_buffer.Length < wanted)
        {
            Return();
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        }

        if (wanted > 0) _file.Read(at, _buffer.AsSpan(0, wanted));
        _start = at;
        _count = wanted;
    }

    private void Return()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _count = 0;
    }
}
