using Microsoft.Win32.SafeHandles;

namespace OrleansKv.Engine.Io;

/// <summary>An append-only file of a <see cref="PhysicalDisk"/>.</summary>
internal sealed class PhysicalFile : IDiskFile
{
    private static readonly byte[] _zeros = new byte[64 * 1024]; // 64 KiB a call: enough that its cost is that of the copying

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private long _length;
    private long _prefilled; // end of the zeros behind the file's end; not above _length when there are none
    private long _reserved; // end of the room that was claimed

    public PhysicalFile(string path, FileMode mode, long length)
    {
        _path = path;
        _handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);
        if (RandomAccess.GetLength(_handle) != length) RandomAccess.SetLength(_handle, length);
        _length = length;
    }

    public long Length => Volatile.Read(ref _length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, _length);
        Volatile.Write(ref _length, _length + bytes.Length);
    }

    public void Prefill(long length)
    {
        for (long at = Math.Max(_length, _prefilled); at < length; at = _prefilled)
        {
            int count = (int)Math.Min(_zeros.Length, length - at);
            RandomAccess.Write(_handle, _zeros.AsSpan(0, count), at);
            _prefilled = at + count;
        }
    }

    public void Trim()
    {
        if (Math.Max(_prefilled, _reserved) <= _length) return;
        RandomAccess.SetLength(_handle, _length); // frees claimed blocks behind the end, too, though the length may stay the same
        _prefilled = _reserved = 0;
    }

    public void Flush() => PosixDisk.FlushFile(_handle, _path);

    public ReserveResult Reserve(long length)
    {
        ReserveResult result = PosixDisk.Reserve(_handle, length);
        if (result == ReserveResult.Reserved) _reserved = length;
        return result;
    }

    public void Dispose() => _handle.Dispose();
}
